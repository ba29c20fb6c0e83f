//! `live-classroom demo --phase`: a programme to play with, made as people make it: a phase of 1,000 people in
//! 10 classes whose lesson begins now, and a second phase whose registration is open. Smaller for a first
//! look, larger to see the office with as many people as it was made for.

use anyhow::Context;
use live_classroom::attendance::date::LocalDate;
use live_classroom::attendance::interval::ServerInstant;
use live_classroom::attendance::policy::Policy;
use live_classroom::config::Config;
use live_classroom::course::notice;
use live_classroom::course::person::with_check;
use live_classroom::course::role::Scope;
use live_classroom::course::unit::UNITS;
use live_classroom::protocol::{
    AccountRole, Days, Decide, Decision, DocumentKind, Nature, NewCourse, NewLessons, NewPhase, NewProgramme,
    NewQuota, OfCourse, RegistrationForm, Role, RoleGrant, SaveRegistration, SchoolKind,
};
use live_classroom::store::Store;
use live_classroom::store::accounts::NewAccount;

const PROGRAMME: &str = "demo";
/// Seats of each unit in the second phase, at least.
const WAITING_SEATS: u32 = 40;
/// So many of those who wait are of the one unit, for fewer seats; the others are of all.
const WAITING_OF_UNIT: u32 = 60;
const DAY_MS: u64 = 86_400_000;
const MINUTE_MS: u64 = 60_000;
/// The unit whose administrator is invited.
const UNIT: &str = "33";
/// Who writes into the audit log what is done on the command line.
const BY: &str = "cli";
const DECIDED_AT_ONCE: usize = 1000;

/// How many people the demo has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::Args)]
pub(super) struct Size {
    /// People of the phase that runs, in classes of 100; with --phase.
    #[arg(long, value_name = "N", default_value_t = 1000, requires = "phase",
          value_parser = clap::value_parser!(u32).range(3..=10_000))]
    people: u32,
    /// People of the second phase who wait for a decision; with --phase.
    #[arg(long, value_name = "N", default_value_t = WAITING_OF_UNIT, requires = "phase",
          value_parser = clap::value_parser!(u32).range(0..=10_000))]
    waiting: u32,
}

/// Somebody who is invited.
struct Guest {
    what: &'static str,
    login: String,
    person: String,
}

/// Makes the programme when there is none, and prints invitations for its people.
pub(super) async fn greet(config: &Config, store: &Store, base: &str, size: Size) -> anyhow::Result<()> {
    let now_ms = super::in_hours_ms(0);
    let known = store.programmes(now_ms).await?.iter().any(|programme| programme.id == PROGRAMME);
    if !known {
        let people = size.people + size.waiting;
        super::print(&format!("正在生成演示期次（{people} 人）… · making phases of {people} people …\n"))?;
        make(store, now_ms, size).await.context("cannot make the demo phase")?;
    }
    let hours = config.limits.invitation_ttl_h;
    let mut text = format!("\n {base}\n\n 演示期次 · demo phase: {PROGRAMME}-1\n");
    for guest in guests(store).await? {
        let secret = store.invite(&guest.person, false, super::in_hours_ms(hours), BY, "").await?;
        text += &format!("\n {}  ({})\n   {base}/invited#{secret}\n", guest.what, guest.login);
    }
    text +=
        &format!("\n 邀请链接各用一次，{hours} 小时内有效 · each link works once, within {hours} hours\n\n");
    super::print(&text)
}

/// The accounts, made when they are not there.
async fn guests(store: &Store) -> anyhow::Result<Vec<Guest>> {
    let grant = |role, unit: Option<&str>| RoleGrant { role, unit: unit.map(str::to_owned), class: None };
    let mut guests = Vec::new();
    for (what, login, name, grant) in [
        (
            "培训管理员 · training administrator",
            "demo-training",
            "陈培训",
            grant(AccountRole::TrainingAdmin, None),
        ),
        (
            "单位管理员（浙江） · unit administrator",
            "demo-unit",
            "周浙江",
            grant(AccountRole::UnitAdmin, Some(UNIT)),
        ),
        ("讲师 · instructor", "demo-instructor", "王老师", grant(AccountRole::Instructor, None)),
        ("学员 1 · trainee", "demo-trainee-1", "学员甲", grant(AccountRole::Trainee, None)),
        ("学员 2 · trainee", "demo-trainee-2", "学员乙", grant(AccountRole::Trainee, None)),
        ("学员 3 · trainee", "demo-trainee-3", "学员丙", grant(AccountRole::Trainee, None)),
    ] {
        let person = match store.account_by_login(login).await? {
            Some(account) => account.person,
            None => {
                let grants = [grant];
                let new =
                    NewAccount { name, login, phone: None, password: None, grants: &grants, by: Some(BY) };
                store.make_account(&new).await?
            }
        };
        guests.push(Guest { what, login: login.to_owned(), person });
    }
    Ok(guests)
}

async fn make(store: &Store, now_ms: u64, size: Size) -> anyhow::Result<()> {
    let new = NewProgramme {
        id: PROGRAMME.into(),
        title: "教学创新团队建设在线培训示范班（演示）".into(),
        issuers: vec!["教师工作司".into(), "培训秘书处".into()],
    };
    store.new_programme(BY, &new, now_ms).await?;
    let guests = guests(store).await?;
    let trainees: Vec<&str> = guests
        .iter()
        .filter(|guest| guest.what.contains("trainee"))
        .map(|guest| guest.person.as_str())
        .collect();
    let instructor =
        guests.iter().find(|guest| guest.what.contains("instructor")).context("an instructor")?;
    running(store, now_ms, size.people, &trainees, &instructor.person).await?;
    opening(store, now_ms, size).await
}

/// The phase that runs: registered and approved some days ago, with a lesson now and one tomorrow.
async fn running(
    store: &Store,
    now_ms: u64,
    people: u32,
    trainees: &[&str],
    instructor: &str,
) -> anyhow::Result<()> {
    let phase = phase(1, "团队建设培训专题", now_ms, (-12, -8), (-1, 13));
    let phase = store.new_phase(BY, PROGRAMME, &phase).await?;
    let seats = people.div_ceil(u32::try_from(UNITS.len())?);
    let quotas: Vec<NewQuota> = UNITS.iter().map(|unit| NewQuota { unit: unit.code.into(), seats }).collect();
    store.set_quotas(BY, &phase.id, &quotas, now_ms).await?;
    let then_ms = now_ms - 10 * DAY_MS;
    let mut ids = Vec::new();
    for n in 0..people {
        let unit = UNITS[n as usize % UNITS.len()].code;
        let person = match trainees.get(n as usize) {
            Some(person) => (*person).to_owned(),
            None => store.create_person(&name(n), Role::Trainee).await?,
        };
        let save =
            SaveRegistration { form: form(n, unit), submit: true, consent: Some(notice::VERSION.into()) };
        ids.push(store.save_registration(&person, &phase.id, &save, then_ms).await?.id);
    }
    for ids in ids.chunks(DECIDED_AT_ONCE) {
        let decide = Decide {
            ids: ids.to_vec(),
            decision: Decision::Approve,
            reason: String::new(),
            attestation: String::new(),
        };
        store.decide_registrations(BY, &Scope::all(), &phase.id, &decide, then_ms).await?;
    }
    store.form_classes(BY, &phase.id, now_ms).await?;
    let course = NewCourse {
        title: "模块化教学与课堂革命".into(),
        kind: None,
        nature: Nature::Practice,
        cap_ch: None,
        module: String::new(),
    };
    let course = store.new_course(BY, &phase.id, &course).await?;
    for (title, start_ms) in [("第一讲 · lesson 1", now_ms), ("第二讲 · lesson 2", now_ms + DAY_MS)] {
        let lessons = NewLessons {
            course: OfCourse::Known(course.id),
            title: title.into(),
            classes: vec![],
            planned_start_ms: start_ms / MINUTE_MS * MINUTE_MS + 5 * MINUTE_MS,
            minutes: 90,
            until_ms: None,
            credit_ch: 200,
            instructors: vec![instructor.to_owned()],
            source: None,
        };
        store.new_lessons(BY, &Scope::all(), &phase.id, &lessons, &Policy::default(), now_ms).await?;
    }
    Ok(())
}

/// The phase whose registration is open, with people who wait for a decision.
async fn opening(store: &Store, now_ms: u64, size: Size) -> anyhow::Result<()> {
    let phase = phase(2, "1+X 证书试点师资培训专题", now_ms, (-1, 7), (14, 44));
    let phase = store.new_phase(BY, PROGRAMME, &phase).await?;
    // Fewer seats than people, also when there are many.
    let seats = (size.waiting * 9 / 10 / u32::try_from(UNITS.len())?).max(WAITING_SEATS);
    let quotas: Vec<NewQuota> = UNITS.iter().map(|unit| NewQuota { unit: unit.code.into(), seats }).collect();
    store.set_quotas(BY, &phase.id, &quotas, now_ms).await?;
    for n in 0..size.waiting {
        let unit = if n < WAITING_OF_UNIT { UNIT } else { UNITS[n as usize % UNITS.len()].code };
        let person = store.create_person(&name(size.people + n), Role::Trainee).await?;
        let consent = Some(notice::VERSION.into());
        let save = SaveRegistration { form: form(size.people + n, unit), submit: true, consent };
        store.save_registration(&person, &phase.id, &save, now_ms).await?;
    }
    Ok(())
}

/// A phase with windows of so many days from now.
fn phase(number: u32, title: &str, now_ms: u64, registration: (i64, i64), study: (i64, i64)) -> NewPhase {
    let day = |days: i64| {
        let ms = now_ms.saturating_add_signed(days * DAY_MS.cast_signed());
        LocalDate::of(ServerInstant::of_fact(ms)).to_string()
    };
    let window = |(first, last)| Days { first: day(first), last: day(last) };
    NewPhase {
        number,
        title: title.into(),
        hours_ch: 1000,
        plan_seats: 10_000,
        registration: window(registration),
        study: window(study),
        tracks: vec![],
        categories: vec![],
        choose_class: false,
        per_school: None,
    }
}

/// The `n`th made-up trainee: every number another document.
fn form(n: u32, unit: &str) -> RegistrationForm {
    let body = format!("3301051980{:02}{:02}{:03}", n / 28 % 12 + 1, n % 28 + 1, n / 336);
    RegistrationForm {
        name: name(n),
        document_kind: Some(DocumentKind::Resident),
        document_number: with_check(&body).unwrap_or_default(),
        unit: unit.to_owned(),
        school: format!("第{}职业技术学院", n % 40 + 1),
        school_kind: Some(if n.is_multiple_of(3) { SchoolKind::Secondary } else { SchoolKind::Higher }),
        mobile: format!("138{n:08}"),
        ..RegistrationForm::default()
    }
}

fn name(n: u32) -> String {
    const FAMILY: [&str; 10] = ["王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴"];
    const GIVEN: [&str; 11] = ["伟", "芳", "敏", "静", "丽", "强", "磊", "洋", "勇", "艳", "杰"];
    let of = |list: &[&'static str], at: u32| list[at as usize % list.len()];
    format!("{}{}{}", of(&FAMILY, n), of(&GIVEN, n / 10), of(&GIVEN, n / 110 + n))
}
