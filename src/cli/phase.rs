//! `live-classroom demo --phase`: a programme to try out, made through the use cases of people: a phase of
//! 1,000 people in 10 classes whose lesson begins now, and a second phase whose registration is open. Smaller
//! for a first look, larger to see the office at full size. With --finished ([`finished`]) also a third phase,
//! which is over.

use std::ops::Range;

use anyhow::Context;
use live_classroom::account::document::DocumentKind;
use live_classroom::account::document::with_check;
use live_classroom::account::role::Scope;
use live_classroom::account::role::{Role as AccountRole, RoleGrant};
use live_classroom::attendance::policy::Policy;
use live_classroom::config::{Config, Tls};
use live_classroom::lesson::Role;
use live_classroom::office;
use live_classroom::office::accounts::NewAccount;
use live_classroom::programme::course::Nature;
use live_classroom::programme::notice;
use live_classroom::programme::phase::{Days, NewPhase};
use live_classroom::programme::registration::{RegistrationForm, SchoolKind};
use live_classroom::programme::unit::UNITS;
use live_classroom::protocol::{
    Decide, Decision, NewCourse, NewLessons, NewProgramme, NewQuota, OfCourse, SaveRegistration,
};
use live_classroom::server::Server;
use live_classroom::store::Store;
use live_classroom::time::clock::now_ms;
use live_classroom::time::{LocalDate, ServerInstant};

mod finished;

const PROGRAMME: &str = "demo";
/// Least seats of each unit in the second phase.
const WAITING_SEATS: u32 = 40;
/// Number of waiting people of the demo unit, for fewer seats; the others are spread over all units.
const WAITING_OF_UNIT: u32 = 60;
const DAY_MS: u64 = 86_400_000;
const MINUTE_MS: u64 = 60_000;
/// Time from the registration of people to an instant at which the registration is closed.
const CLOSED_AFTER_MS: u64 = 5 * DAY_MS;
/// The demo unit, whose administrator is invited.
const UNIT: &str = "33";
/// The actor in the audit log for the command line.
const BY: &str = "cli";
const REGISTERED_AT_ONCE: usize = 100;
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
    /// A third phase that is over, with hours, essays and certificates; with --phase.
    #[arg(long, requires = "phase")]
    finished: bool,
}

/// What a demo is given beside its settings: certificates name the address at which the server is reached here.
pub(super) fn settle(config: &mut Config) {
    let port = config.server.listen.rsplit(':').next().filter(|port| *port != "0");
    if let (true, Some(port)) = (config.certificates.site.is_empty(), port) {
        let scheme = if config.server.tls == Tls::Off { "http" } else { "https" };
        let path = config.server.base_path.trim_end_matches('/');
        config.certificates.site = format!("{scheme}://localhost:{port}{path}");
    }
}

/// A person to invite.
struct Guest {
    what: &'static str,
    login: String,
    person: String,
}

/// Makes the programme if there is none, and prints invitations for its people.
pub(super) async fn greet(config: &Config, server: &Server, size: Size) -> anyhow::Result<()> {
    let (store, base, now_ms) = (&server.store, &server.links_at, now_ms());
    let known =
        office::programmes::all(store, now_ms).await?.iter().any(|programme| programme.id == PROGRAMME);
    if !known {
        let people = size.people + size.waiting;
        super::print(&format!("正在生成演示期次（{people} 人）… · making phases of {people} people …\n"))?;
        make(store, now_ms, size).await.context("cannot make the demo phase")?;
    }
    // Also when the two other phases were made by an earlier demo.
    if size.finished && store.phases().find(finished::PHASE).await?.is_none() {
        finished::make(server, &guests(store).await?, now_ms)
            .await
            .context("cannot make the finished phase")?;
    }
    let hours = config.limits.invitation_ttl_h;
    let mut text = format!("\n {base}\n\n 演示期次 · demo phase: {PROGRAMME}-1\n");
    for guest in guests(store).await? {
        let secret =
            office::accounts::invite(store, &guest.person, false, super::in_hours_ms(hours), BY, "").await?;
        text += &format!("\n {}  ({})\n   {base}/invited#{secret}\n", guest.what, guest.login);
    }
    text +=
        &format!("\n 邀请链接各用一次，{hours} 小时内有效 · each link works once, within {hours} hours\n\n");
    super::print(&text)
}

/// The accounts; missing ones are made.
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
        let person = match store.accounts().by_login(login).await? {
            Some(account) => account.person,
            None => {
                let grants = [grant];
                let new =
                    NewAccount { name, login, phone: None, password: None, grants: &grants, by: Some(BY) };
                office::accounts::make(store, &new).await?
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
    office::programmes::make(store, BY, &new, now_ms).await?;
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

/// Makes the running phase: registered and approved some days ago, with a lesson now and one tomorrow.
async fn running(
    store: &Store,
    now_ms: u64,
    people: u32,
    trainees: &[&str],
    instructor: &str,
) -> anyhow::Result<()> {
    let phase = phase(1, "团队建设培训专题", now_ms, (-12, -8), (-1, 13));
    let phase = office::phases::make(store, BY, PROGRAMME, &phase).await?;
    let seats = people.div_ceil(u32::try_from(UNITS.len())?);
    let quotas: Vec<NewQuota> = UNITS.iter().map(|unit| NewQuota { unit: unit.code.into(), seats }).collect();
    office::quotas::set(store, BY, &phase.id, &quotas, now_ms).await?;
    let then_ms = now_ms - 10 * DAY_MS;
    enrol(store, &phase.id, 0..people, trainees, then_ms).await?;
    let course = NewCourse {
        title: "模块化教学与课堂革命".into(),
        kind: None,
        nature: Nature::Practice,
        cap_ch: None,
        module: String::new(),
    };
    let course = office::courses::make(store, BY, &phase.id, &course).await?;
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
        office::lessons::make(store, BY, &Scope::all(), &phase.id, &lessons, &Policy::default(), now_ms)
            .await?;
    }
    Ok(())
}

/// Registers people for a phase, approves them and puts them into classes as of an instant; the first are
/// `trainees`. Returns their ids.
async fn enrol(
    store: &Store,
    phase: &str,
    people: Range<u32>,
    trainees: &[&str],
    then_ms: u64,
) -> anyhow::Result<Vec<String>> {
    let people: Vec<MadeUp<'_>> = people
        .enumerate()
        .map(|(at, n)| match trainees.get(at) {
            // They have the same document in each phase.
            Some(person) => MadeUp::new(at as u32, Some(person)),
            None => MadeUp::new(n, None),
        })
        .collect();
    let (ids, all) = register(store, phase, &people, then_ms).await?;
    for ids in ids.chunks(DECIDED_AT_ONCE) {
        let decide = Decide {
            ids: ids.to_vec(),
            decision: Decision::Approve,
            reason: String::new(),
            attestation: String::new(),
        };
        office::registrations::decide(store, BY, &Scope::all(), phase, &decide, then_ms).await?;
    }
    office::classes::form(store, BY, phase, then_ms + CLOSED_AFTER_MS).await?;
    Ok(all)
}

/// Makes the phase with open registration, and people who wait for a decision.
async fn opening(store: &Store, now_ms: u64, size: Size) -> anyhow::Result<()> {
    let phase = phase(2, "1+X 证书试点师资培训专题", now_ms, (-1, 7), (14, 44));
    let phase = office::phases::make(store, BY, PROGRAMME, &phase).await?;
    // Fewer seats than people, even if there are many.
    let seats = (size.waiting * 9 / 10 / u32::try_from(UNITS.len())?).max(WAITING_SEATS);
    let quotas: Vec<NewQuota> = UNITS.iter().map(|unit| NewQuota { unit: unit.code.into(), seats }).collect();
    office::quotas::set(store, BY, &phase.id, &quotas, now_ms).await?;
    let people: Vec<MadeUp<'_>> = (0..size.waiting)
        .map(|n| {
            let person = MadeUp::new(size.people + n, None);
            let unit = if n < WAITING_OF_UNIT { UNIT } else { UNITS[n as usize % UNITS.len()].code };
            MadeUp { unit, ..person }
        })
        .collect();
    register(store, &phase.id, &people, now_ms).await?;
    Ok(())
}

/// A made-up person.
struct MadeUp<'a> {
    /// From which name and document follow.
    n: u32,
    unit: &'static str,
    /// Id of the person; None = not known yet.
    known: Option<&'a str>,
}

impl<'a> MadeUp<'a> {
    fn new(n: u32, known: Option<&'a str>) -> MadeUp<'a> {
        MadeUp { n, unit: UNITS[n as usize % UNITS.len()].code, known }
    }
}

/// Registers people for a phase, many at once because each commit waits for the disk. Returns the ids of the registrations and
/// of the people.
async fn register(
    store: &Store,
    phase: &str,
    people: &[MadeUp<'_>],
    now_ms: u64,
) -> anyhow::Result<(Vec<u64>, Vec<String>)> {
    let (mut ids, mut all) = (Vec::with_capacity(people.len()), Vec::with_capacity(people.len()));
    for part in people.chunks(REGISTERED_AT_ONCE) {
        let new: Vec<String> = part.iter().filter(|one| one.known.is_none()).map(|one| name(one.n)).collect();
        let mut new = store.people().add_all(&new, Role::Trainee).await?.into_iter();
        let mut registrations = Vec::with_capacity(part.len());
        for one in part {
            let person = one.known.map(str::to_owned).or_else(|| new.next()).context("a person")?;
            let consent = Some(notice::VERSION.into());
            let save = SaveRegistration { form: form(one.n, one.unit), submit: true, consent };
            registrations.push((person, save));
        }
        ids.extend(office::registrations::save_all(store, phase, &registrations, now_ms).await?);
        all.extend(registrations.into_iter().map(|(person, _)| person));
    }
    Ok((ids, all))
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

/// The `n`th made-up trainee, each with another document.
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
