//! Credit hours over real sockets: a lesson from its facts, who may see and decide what, appeals and
//! corrections.

use std::path::Path;
use std::process::{Command as Process, Output};

use live_classroom::attendance::event::Plan;
use live_classroom::attendance::fact::{Fact, What};
use live_classroom::attendance::posting::{AppealState, ReasonCode};
use live_classroom::lesson::{Role, SourceKind};
use live_classroom::office;
use live_classroom::protocol::{
    Appeal, AppealDecision, Approval, Corrected, CorrectionFigures, LessonHours, MyHours, NewAppeal,
    NewCorrection, NewRevocation, WaitingCorrection,
};
use live_classroom::store::Store;
use live_classroom::time::ServerInstant;
use live_classroom::time::clock::now_ms;
use loadtest::http::{SignedIn, client, sign_in};
use loadtest::setup;
use reqwest::{Method, Response};
use serde::Serialize;

use crate::asking::{ask, code, get};
use crate::harness::{LESSON, TestServer};

mod accountant;
mod shown;

const MINUTE: u64 = 60_000;
const LESSON_MS: u64 = 90 * MINUTE;
const TAUGHT: &str = "taught";

pub(crate) async fn somebody(
    store: &Store,
    url: &str,
    name: &str,
    role: Role,
    lesson: Option<&str>,
) -> SignedIn {
    let secret = setup::link(store, name, role, lesson).await.expect("a link");
    sign_in(url, &secret).await.expect("a fresh link signs in")
}

pub(crate) async fn post(who: &SignedIn, path: &str, body: &impl Serialize) -> Response {
    ask(who, Method::POST, path, Some(body)).await
}

pub(crate) fn program(arguments: &[&str], data: &Path) -> Output {
    Process::new(env!("CARGO_BIN_EXE_live-classroom"))
        .args(arguments)
        .args(["--data", data.to_str().expect("text")])
        .output()
        .expect("the program runs")
}

/// The id of the person of this name on the class sheet.
pub(crate) fn id_of(hours: &LessonHours, name: &str) -> String {
    hours.lines.iter().find(|line| line.name == name).expect("on the sheet").person.clone()
}

/// A lesson that begins in an hour, with facts as if it were over: 小李 was there throughout, 小王 came twelve
/// minutes late, 小张 did not come.
struct Told {
    server: TestServer,
    teacher: SignedIn,
    whole: SignedIn,
    late: SignedIn,
    operator: SignedIn,
    end_ms: u64,
}

impl Told {
    async fn new() -> Told {
        let server = TestServer::start().await;
        let start_ms = now_ms() + 60 * MINUTE;
        plan(server.store(), TAUGHT, start_ms).await;
        let enter =
            async |name: &str, role, lesson| somebody(server.store(), server.url(), name, role, lesson).await;
        let teacher = enter("王老师", Role::Instructor, Some(TAUGHT)).await;
        let whole = enter("小李", Role::Trainee, Some(TAUGHT)).await;
        let late = enter("=小王", Role::Trainee, Some(TAUGHT)).await;
        enter("小张", Role::Trainee, Some(TAUGHT)).await;
        let operator = enter("运维甲", Role::Operator, None).await;
        let hours: LessonHours = get(&operator, &format!("/api/hours/{TAUGHT}")).await.json().await.unwrap();
        assert_eq!((hours.stage, hours.lines.len(), hours.taught_s), (None, 3, 0));
        tell(
            server.store(),
            TAUGHT,
            start_ms,
            &[(id_of(&hours, "小李"), start_ms), (id_of(&hours, "=小王"), start_ms + 12 * MINUTE)],
        )
        .await;
        Told { server, teacher, whole, late, operator, end_ms: start_ms + LESSON_MS }
    }

    async fn judge(&self) {
        assert!(self.server.books().judge(TAUGHT, self.end_ms + 10 * MINUTE, false).await.unwrap());
    }

    async fn hours(&self) -> LessonHours {
        get(&self.operator, &format!("/api/hours/{TAUGHT}")).await.json().await.expect("a class sheet")
    }

    async fn mine(&self) -> MyHours {
        get(&self.late, "/api/hours/mine").await.json().await.expect("an account")
    }
}

pub(crate) async fn plan(store: &Store, lesson: &str, start_ms: u64) {
    let start = ServerInstant::of_fact(start_ms);
    let (content, planned_end) = (format!("content of {lesson}"), start.plus_ms(LESSON_MS));
    let plan = Plan { lesson: lesson.into(), content, credit_ch: 200, planned_start: start, planned_end };
    office::timetable::make(store, "一堂课", &plan).await.expect("the lesson is new");
}

/// Writes the facts of a lesson taught as planned, and of people who stayed from a given moment on.
async fn tell(store: &Store, lesson: &str, start_ms: u64, people: &[(String, u64)]) {
    let end_ms = start_ms + LESSON_MS;
    let fact = |person: Option<&str>, at_ms, what| Fact {
        lesson: lesson.into(),
        person: person.map(str::to_owned),
        at_ms,
        what,
    };
    let joined = |device, role| What::Joined { device, role, name: "同名".into() };
    let mut facts = vec![
        fact(Some("teacher"), start_ms, joined(1, Role::Instructor)),
        fact(None, start_ms, What::ClassStarted),
        fact(
            Some("teacher"),
            end_ms,
            What::Teaching { device: 1, from_ms: start_ms, kinds: vec![SourceKind::Screen] },
        ),
    ];
    for ((person, from_ms), device) in people.iter().zip(2..) {
        facts.push(fact(Some(person), *from_ms, joined(device, Role::Trainee)));
        facts.push(fact(Some(person), end_ms, What::Alive { device, from_ms: *from_ms }));
    }
    facts.push(fact(None, end_ms, What::ClassEnded { by: None }));
    store.facts().append(facts).await.expect("stored");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_see_and_decide_what() {
    let told = Told::new().await;
    told.judge().await;
    let (server, store) = (&told.server, told.server.store());
    let other_teacher = somebody(store, server.url(), "李老师", Role::Instructor, Some(LESSON)).await;
    for file in ["", "/events.jsonl", "/sheet.csv", "/sheet.xlsx"] {
        let path = format!("/api/hours/{TAUGHT}{file}");
        assert_eq!(code(get(&told.whole, &path).await).await, (403, "not_allowed".into()), "{path}");
        assert_eq!(code(get(&other_teacher, &path).await).await, (403, "not_allowed".into()), "{path}");
        let nobody = client().get(format!("{}{path}", server.url())).send().await.unwrap();
        assert_eq!(code(nobody).await, (401, "signed_out".into()), "{path}");
        assert_eq!(get(&told.teacher, &path).await.status(), 200, "{path}");
        let nowhere = format!("/api/hours/nowhere{file}");
        assert_eq!(code(get(&told.operator, &nowhere).await).await, (404, "not_found".into()));
    }
    let new = NewCorrection {
        lesson: TAUGHT.into(),
        person: told.whole.me.seat.clone(),
        figures: CorrectionFigures {
            delta_ch: -10,
            code: ReasonCode::DataError,
            text: String::new(),
            seen_balance_ch: 200,
        },
    };
    for who in [&told.whole, &told.teacher] {
        assert_eq!(get(who, "/api/hours/appeals").await.status(), 403);
        assert_eq!(get(who, "/api/hours/corrections").await.status(), 403);
        assert_eq!(post(who, "/api/hours/corrections", &new).await.status(), 403);
        let revocation = NewRevocation { person: "nobody".into(), text: "proof".into() };
        assert_eq!(post(who, "/api/hours/taught/revocations", &revocation).await.status(), 403);
        assert_eq!(
            post(who, "/api/hours/corrections/1", &Approval { approve: true, text: None }).await.status(),
            403
        );
    }
    assert_eq!(get(&told.teacher, "/api/hours/mine").await.status(), 403);
    assert_eq!(code(post(&told.operator, "/api/hours/corrections", &new).await).await.0, 404);
    let appeal = |lesson: &str| NewAppeal { lesson: lesson.into(), text: "我在".into() };
    assert_eq!(post(&told.teacher, "/api/hours/appeals", &appeal(TAUGHT)).await.status(), 403);
    assert_eq!(code(post(&told.whole, "/api/hours/appeals", &appeal(LESSON)).await).await.0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_appeal_becomes_an_entry_and_a_large_correction_waits_for_a_second_person() {
    let told = Told::new().await;
    let new = NewAppeal { lesson: TAUGHT.into(), text: "网络中断".into() };
    let path = "/api/hours/appeals";
    assert_eq!(code(post(&told.late, path, &new).await).await, (409, "not_judged".into()));
    told.judge().await;
    let appeal: Appeal = post(&told.late, path, &new).await.json().await.expect("an appeal");
    assert_eq!((appeal.state, appeal.name.as_str()), (AppealState::Open, "=小王"));
    assert_eq!(code(post(&told.late, path, &new).await).await, (409, "appeal_open".into()));
    let empty = NewAppeal { text: " ".into(), ..new.clone() };
    assert_eq!(code(post(&told.whole, path, &empty).await).await, (400, "text_length".into()));
    let all: Vec<Appeal> = get(&told.operator, path).await.json().await.unwrap();
    assert_eq!(all, std::slice::from_ref(&appeal));

    let figures = |delta_ch, seen_balance_ch| CorrectionFigures {
        delta_ch,
        code: ReasonCode::NetworkIncident,
        text: "INC-7".into(),
        seen_balance_ch,
    };
    let decide =
        |delta_ch| AppealDecision { correction: Some(figures(delta_ch, 170)), answer: "属实".into() };
    let decision = format!("{path}/{}", appeal.id);
    assert_eq!(code(post(&told.operator, &decision, &decide(40)).await).await, (409, "out_of_bounds".into()));
    let done: Corrected = post(&told.operator, &decision, &decide(30)).await.json().await.unwrap();
    assert_eq!(done, Corrected::Entered);
    assert_eq!(code(post(&told.operator, &decision, &decide(-30)).await).await, (409, "decided".into()));
    let mine = told.mine().await;
    assert_eq!((mine.recognised_ch, mine.lessons[0].line.adjusted_ch), (200, 30));
    assert_eq!(
        (mine.appeals[0].state, mine.entries[0].by.as_deref()),
        (AppealState::Granted, Some("运维甲"))
    );

    let person = id_of(&told.hours().await, "=小王");
    let large = NewCorrection { lesson: TAUGHT.into(), person, figures: figures(-150, 200) };
    let path = "/api/hours/corrections";
    let blind = NewCorrection { figures: figures(-150, 170), ..large.clone() };
    assert_eq!(code(post(&told.operator, path, &blind).await).await, (409, "changed".into()));
    let waits: Corrected = post(&told.operator, path, &large).await.json().await.unwrap();
    assert_eq!(waits, Corrected::Waits);
    assert_eq!(code(post(&told.operator, path, &large).await).await, (409, "asked_already".into()));
    let waiting: Vec<WaitingCorrection> = get(&told.operator, path).await.json().await.unwrap();
    let approval = format!("{path}/{}", waiting[0].id);
    let yes = Approval { approve: true, text: None };
    assert_eq!(code(post(&told.operator, &approval, &yes).await).await, (403, "same_person".into()));
    let other = somebody(told.server.store(), told.server.url(), "运维乙", Role::Operator, None).await;
    assert_eq!(post(&other, &approval, &yes).await.status(), 200);
    assert_eq!(code(post(&other, &approval, &yes).await).await, (409, "decided".into()));
    let mine = told.mine().await;
    assert_eq!((mine.recognised_ch, mine.entries.len()), (50, 3));
    told.server.store().verify_books(None).await.expect("sound");
}
