//! The front door over real sockets: a phase is made, a trainee registers, is approved and placed, and has a
//! lesson; tables go in and out; what a person may not see is unknown to them.

use live_classroom::account::role::{Role as AccountRole, RoleGrant};
use live_classroom::attendance::policy_form::PolicyFigures;
use live_classroom::programme::course::Nature;
use live_classroom::programme::enrolment::State as RegistrationState;
use live_classroom::programme::notice;
use live_classroom::programme::phase::{Days, Timing};
use live_classroom::protocol::{
    self, ApiError, Class, ClassLesson, Correction, Decide, Decided, Decision, Formed, Imported,
    MyRegistration, NewCourse, NewLessons, NewPhase, NewPolicy, NewProgramme, NewQuota, NewQuotas, Notice,
    OfCourse, Phase, PhaseCourse, Policies, Programme, Quotas, RegistrationDetail, RegistrationPage,
    RevealRegistration, RevealedRegistration, SaveRegistration,
};
use live_classroom::text::mistake::Wrong;
use live_classroom::time::clock::now_ms;
use loadtest::http::{SignedIn, client};
use loadtest::office::{account, form, grant};
use reqwest::header::{CONTENT_DISPOSITION, COOKIE, ORIGIN};
use reqwest::{Method, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use crate::asking::{ask, code, get};
use crate::harness::{TestServer, together};

const DAY_MS: u64 = 86_400_000;
const PHASE: &str = "td-1";

/// A day in Shanghai, `from_now` days from today.
fn day(from_now: i64) -> String {
    use live_classroom::time::{LocalDate, ServerInstant};
    let ms = now_ms().checked_add_signed(from_now * DAY_MS as i64).expect("past 1970");
    LocalDate::of(ServerInstant::of_fact(ms)).to_string()
}

async fn done<T: DeserializeOwned>(response: Response) -> T {
    let status = response.status();
    let body = response.text().await.expect("a body");
    assert!(status.is_success(), "{status}: {body}");
    serde_json::from_str(&body).unwrap_or_else(|error| panic!("{error}: {body}"))
}

async fn post<T: DeserializeOwned>(who: &SignedIn, path: &str, body: &impl Serialize) -> T {
    done(ask(who, Method::POST, path, Some(body)).await).await
}

async fn put(who: &SignedIn, path: &str, body: &impl Serialize) -> Response {
    ask(who, Method::PUT, path, Some(body)).await
}

/// A request with a query, or with a file as its body.
async fn raw(who: &SignedIn, method: Method, path: &str, body: Vec<u8>) -> Response {
    let joint = if path.contains('?') { '&' } else { '?' };
    let url = format!("{}{path}{joint}as={}", who.base_url, who.me.seat);
    let request = client().request(method, url).header(COOKIE, &who.cookie).header(ORIGIN, &who.base_url);
    request.body(body).send().await.expect("the server answers")
}

/// A phase whose registration is open and whose study period begins in a few days.
struct Door {
    server: TestServer,
    admin: SignedIn,
    unit_33: SignedIn,
}

impl Door {
    async fn open(seats: u32) -> Door {
        let server = TestServer::start().await;
        let sign_in = async |login: &str, grants: &[RoleGrant]| {
            account(server.store(), server.url(), login, grants).await.expect("an account")
        };
        let admin = sign_in("training", &[grant(AccountRole::TrainingAdmin, None)]).await;
        let unit_33 = sign_in("zhejiang", &[grant(AccountRole::UnitAdmin, Some("33"))]).await;
        let new =
            NewProgramme {
                id: "td".into(), title: "示范班".into(), issuers: vec!["教师工作司".into()]
            };
        let _: Programme = post(&admin, "/api/programmes", &new).await;
        let phase: Phase = post(&admin, "/api/programmes/td/phases", &new_phase()).await;
        assert_eq!((phase.id.as_str(), phase.timing), (PHASE, Timing::Open));
        let quotas = NewQuotas { rows: vec![NewQuota { unit: "33".into(), seats }] };
        let quotas: Quotas = done(put(&admin, "/api/phases/td-1/quotas", &quotas).await).await;
        assert_eq!((quotas.rows.len(), quotas.given), (37, seats));
        Door { server, admin, unit_33 }
    }

    async fn trainee(&self, login: &str) -> SignedIn {
        let trainee = [grant(AccountRole::Trainee, None)];
        account(self.server.store(), self.server.url(), login, &trainee).await.expect("an account")
    }

    /// A new person whose registration is submitted.
    async fn submitted(&self, n: u32, unit: &str) -> (SignedIn, MyRegistration) {
        let trainee = self.trainee(&format!("trainee-{n}")).await;
        let save =
            SaveRegistration { form: form(n, unit), submit: true, consent: Some(notice::VERSION.into()) };
        let mine = done(put(&trainee, "/api/phases/td-1/registration", &save).await).await;
        (trainee, mine)
    }

    async fn decide(&self, who: &SignedIn, ids: &[u64], decision: Decision) -> Response {
        let decide =
            Decide { ids: ids.to_vec(), decision, reason: "依据通知".into(), attestation: String::new() };
        ask(who, Method::POST, "/api/phases/td-1/registrations/decide", Some(&decide)).await
    }
}

pub(crate) fn new_phase() -> NewPhase {
    NewPhase {
        number: 1,
        title: "团队建设".into(),
        hours_ch: 1000,
        plan_seats: 1000,
        registration: Days { first: day(-1), last: day(1) },
        study: Days { first: day(3), last: day(13) },
        tracks: vec![],
        categories: vec![],
        choose_class: false,
        per_school: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn from_a_new_phase_to_a_lesson_of_the_own_class() {
    let door = Door::open(1).await;
    let visitor = client().get(format!("{}/api/programmes", door.server.url())).send().await.unwrap();
    let programmes: Vec<Programme> = done(visitor).await;
    assert_eq!(programmes[0].phases[0].id, PHASE, "everybody may read what there is");

    let (trainee, mine) = door.submitted(1, "33").await;
    assert_eq!((mine.state, mine.form.mobile.as_str()), (RegistrationState::Submitted, "138****0001"));
    let (other, waiting) = door.submitted(2, "33").await;
    let recommended: Decided = done(door.decide(&door.unit_33, &[mine.id], Decision::Recommend).await).await;
    assert_eq!(recommended.outcomes[0].refused, None);
    let decided: Decided =
        done(door.decide(&door.admin, &[mine.id, waiting.id], Decision::Approve).await).await;
    let states: Vec<_> = decided.outcomes.iter().map(|one| one.state.unwrap()).collect();
    assert_eq!(states, [RegistrationState::Approved, RegistrationState::Waitlisted]);

    let formed: Formed = post(&door.admin, "/api/phases/td-1/classes/form", &()).await;
    assert_eq!((formed.placed, formed.new_classes), (1, 1));
    let course = NewCourse {
        title: "课堂革命".into(),
        kind: None,
        nature: Nature::Practice,
        cap_ch: None,
        module: String::new(),
    };
    let course: PhaseCourse = post(&door.admin, "/api/phases/td-1/courses", &course).await;
    let lessons = NewLessons {
        course: OfCourse::Known(course.id),
        title: "第一讲".into(),
        classes: vec![],
        planned_start_ms: now_ms() + 5 * DAY_MS,
        minutes: 90,
        until_ms: None,
        credit_ch: 200,
        instructors: vec![],
        source: None,
    };
    let made: Vec<ClassLesson> = post(&door.admin, "/api/phases/td-1/lessons", &lessons).await;
    let mine: MyRegistration = done(get(&trainee, "/api/phases/td-1/registration").await).await;
    let class = mine.class.expect("placed");
    assert_eq!((mine.state, class.id.as_str()), (RegistrationState::Placed, "td-1-001"));
    let own: Vec<ClassLesson> = done(get(&trainee, "/api/classes/td-1-001/lessons").await).await;
    assert_eq!(own, made);
    assert_eq!(code(get(&other, "/api/classes/td-1-001/lessons").await).await.0, 404);

    // The seat goes to the first who waits, at once with a class, because classes were formed.
    let withdrawn = ask(&trainee, Method::POST, "/api/phases/td-1/registration/withdraw", None::<&()>).await;
    assert_eq!(done::<MyRegistration>(withdrawn).await.state, RegistrationState::Withdrawn);
    let moved: MyRegistration = done(get(&other, "/api/phases/td-1/registration").await).await;
    assert_eq!(moved.state, RegistrationState::Placed);
    let classes: Vec<Class> = done(get(&other, "/api/phases/td-1/classes").await).await;
    assert_eq!((classes.len(), classes[0].members), (1, 1));

    let policy = NewPolicy::Toml { toml: "version = \"P-1\"\ntol = 0".into() };
    let programme: Programme = done(put(&door.admin, "/api/programmes/td/policy", &policy).await).await;
    assert_eq!(programme.policy_version.as_deref(), Some("P-1"));
    let rules = door.server.store().policies().of_lesson(&made[0].lesson).await.unwrap().unwrap();
    assert_eq!(rules.version, "P-1");
    let policies: Policies = done(get(&door.admin, "/api/programmes/td/policy").await).await;
    assert_eq!((policies.versions.len(), policies.present.tol), (1, 0));
    let figures = PolicyFigures { version: "P-2".into(), gap: 121, ..policies.present };
    let refused = put(&door.admin, "/api/programmes/td/policy", &NewPolicy::Figures { figures }).await;
    assert_eq!(refused.status(), 422);
    let refused: ApiError = refused.json().await.unwrap();
    assert_eq!((refused.wrong[0].field.as_str(), refused.wrong.len()), ("gap", 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_notice_is_open_to_everybody_and_its_version_is_what_is_agreed_to() {
    let door = Door::open(5).await;
    let url = format!("{}/api/programmes/td/notice", door.server.url());
    let shown: Notice = done(client().get(url).send().await.unwrap()).await;
    assert_eq!((shown.version.as_str(), shown.handlers), (notice::VERSION, vec!["教师工作司".to_owned()]));
    assert!(shown.zh.len() == shown.en.len() && shown.zh.len() >= 5);

    let trainee = door.trainee("wang.li").await;
    let path = "/api/phases/td-1/registration";
    let without = json!({ "form": protocol::RegistrationForm::from(form(1, "33")), "submit": true });
    let refused = put(&trainee, path, &without).await;
    assert_eq!(refused.status(), 422);
    let refused: ApiError = refused.json().await.unwrap();
    let wrong: Vec<_> = refused.wrong.iter().map(|one| (one.field.as_str(), one.wrong)).collect();
    assert_eq!(wrong, [("consent", Wrong::Missing)]);
    let save = SaveRegistration { form: form(1, "33"), submit: true, consent: Some(shown.version) };
    let mine: MyRegistration = done(put(&trainee, path, &save).await).await;
    assert_eq!(mine.consent.map(|consent| consent.version).as_deref(), Some(notice::VERSION));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_named_and_what_is_not_yours_is_unknown() {
    let door = Door::open(5).await;
    let (trainee, own) = door.submitted(1, "33").await;
    let (_, foreign) = door.submitted(2, "11").await;

    let mut bad = form(3, "99");
    bad.document_number = "110105491231002".into();
    let save = SaveRegistration { form: bad, submit: true, consent: Some(notice::VERSION.into()) };
    let stranger = door.trainee("stranger").await;
    let refused = put(&stranger, "/api/phases/td-1/registration", &save).await;
    assert_eq!(refused.status(), 422);
    let text = refused.text().await.unwrap();
    assert!(!text.contains("110105491231002"), "no number in an error: {text}");
    let refused: ApiError = serde_json::from_str(&text).unwrap();
    let wrong: Vec<_> = refused.wrong.iter().map(|one| (one.field.as_str(), one.wrong)).collect();
    assert_eq!(wrong, [("unit", Wrong::Choice), ("document_number", Wrong::FifteenDigits)]);

    let twice = SaveRegistration { form: form(1, "33"), submit: true, consent: Some(notice::VERSION.into()) };
    let twice = put(&stranger, "/api/phases/td-1/registration", &twice).await;
    assert_eq!(code(twice).await, (409, "document_refused".into()));

    // The administrator of a unit sees its registrations only, whatever the request says; ids of other units
    // are unknown.
    let list = "/api/phases/td-1/registrations?unit=11";
    let page: RegistrationPage = done(raw(&door.unit_33, Method::GET, list, vec![]).await).await;
    assert!(page.rows.is_empty());
    let page: RegistrationPage = done(get(&door.unit_33, "/api/phases/td-1/registrations").await).await;
    assert_eq!(page.rows.iter().map(|row| row.id).collect::<Vec<_>>(), [own.id]);
    for id in [foreign.id, 999] {
        let path = format!("/api/registrations/{id}");
        assert_eq!(code(get(&door.unit_33, &path).await).await, (404, "not_found".into()));
        let reveal = RevealRegistration { reason: "核对".into() };
        let revealed = ask(&door.unit_33, Method::POST, &format!("{path}/reveal"), Some(&reveal)).await;
        assert_eq!(code(revealed).await, (404, "not_found".into()));
        let correction =
            Correction { school: Some("x".into()), reason: "核对".into(), ..Default::default() };
        let corrected = ask(&door.unit_33, Method::PATCH, &path, Some(&correction)).await;
        assert_eq!(code(corrected).await, (404, "not_found".into()));
    }
    assert_eq!(door.decide(&door.unit_33, &[own.id], Decision::Approve).await.status(), 403);
    assert_eq!(door.decide(&trainee, &[own.id], Decision::Recommend).await.status(), 403);
    for who in [&trainee, &door.unit_33] {
        let quotas = NewQuotas { rows: vec![] };
        assert_eq!(put(who, "/api/phases/td-1/quotas", &quotas).await.status(), 403);
        let made = ask(who, Method::POST, "/api/programmes", Some(&new_phase())).await;
        assert!(!made.status().is_success());
    }
    let shown: RegistrationDetail =
        done(get(&door.unit_33, &format!("/api/registrations/{}", own.id)).await).await;
    assert_eq!(shown.steps.len(), 1);
    let reveal = RevealRegistration { reason: "电话核实".into() };
    let path = format!("/api/registrations/{}/reveal", own.id);
    let revealed: RevealedRegistration = post(&door.unit_33, &path, &reveal).await;
    assert_eq!(revealed.document_number, form(1, "33").document_number);
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_go_in_and_out_and_bombs_do_not() {
    let door = Door::open(5).await;
    for n in 0..3 {
        door.submitted(n, "33").await;
    }
    for format in ["xlsx", "csv", "gb18030"] {
        let path = format!("/api/phases/td-1/registrations/file?format={format}&reason=存档");
        let file = raw(&door.admin, Method::GET, &path, vec![]).await;
        assert!(file.headers()[CONTENT_DISPOSITION].to_str().unwrap().contains("registrations-td-1"));
        let file = file.bytes().await.unwrap().to_vec();
        let imported: Imported =
            done(raw(&door.unit_33, Method::POST, "/api/programmes/td/nominations/file", file).await).await;
        assert_eq!(imported.rows, 3, "{format}");
    }
    let quotas = raw(&door.admin, Method::GET, "/api/programmes/td/quotas/file?format=csv", vec![]).await;
    let file = String::from_utf8(quotas.bytes().await.unwrap().to_vec()).unwrap();
    assert!(file.contains("浙江省,33,5,5"), "{file}");
    let file = file.replace("浙江省,33,5,5", "浙江省,33,7,7").into_bytes();
    let imported: Imported =
        done(raw(&door.admin, Method::POST, "/api/programmes/td/quotas/file", file).await).await;
    assert_eq!((imported.rows, imported.changed), (37, 1));

    for (what, file, wrong) in [
        ("nothing", Vec::new(), Wrong::NoTable),
        ("no table", b"hello".to_vec(), Wrong::NoTable),
        ("no text", vec![0x81, 0xff, 0xff], Wrong::Format),
        ("half a ZIP", b"PK\x03\x04".to_vec(), Wrong::Format),
        ("more than is read", vec![b'a'; 17 * 1024 * 1024], Wrong::TooMuch),
    ] {
        let refused = raw(&door.admin, Method::POST, "/api/programmes/td/nominations/file", file).await;
        assert_eq!(refused.status(), 422, "{what}");
        let refused: ApiError = refused.json().await.unwrap();
        assert_eq!(refused.wrong[0].wrong, wrong, "{what}");
    }
}

/// 64 administrators approve at once, over sockets.
#[tokio::test(flavor = "multi_thread")]
async fn under_many_hands_no_seat_is_given_twice() {
    let door = Door::open(5).await;
    let mut ids = Vec::new();
    for n in 0..16 {
        ids.push(door.submitted(n, "33").await.1.id);
    }
    let hands = (0..64).map(|hand| {
        let (admin, id) = (door.admin.clone(), ids[hand % ids.len()]);
        async move {
            let decide = Decide {
                ids: vec![id],
                decision: Decision::Approve,
                reason: String::new(),
                attestation: String::new(),
            };
            ask(&admin, Method::POST, "/api/phases/td-1/registrations/decide", Some(&decide)).await.status()
        }
    });
    assert!(together(hands).await.iter().all(|status| status.is_success()));
    let quotas: Quotas = done(get(&door.admin, "/api/phases/td-1/quotas").await).await;
    let row = quotas.rows.iter().find(|row| row.unit == "33").unwrap();
    assert_eq!((row.taken, row.waitlisted, row.submitted), (5, 11, 0));
}
