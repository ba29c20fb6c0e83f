//! Credit hours over real sockets: judged, shown to whom it concerns, exported, appealed, corrected;
//! and books that a killed server leaves whole.

use std::path::Path;
use std::process::{Command as Process, Output};

use live_classroom::attendance::event::Plan;
use live_classroom::attendance::fact::{Fact, What};
use live_classroom::attendance::interval::ServerInstant;
use live_classroom::protocol::{
    Appeal, AppealDecision, AppealState, Approval, Command, Corrected, CorrectionFigures, LessonHours,
    MyHours, NewAppeal, NewCorrection, NewRevocation, ReasonCode, Role, SourceKind, Stage, WaitingCorrection,
};
use live_classroom::store::Store;
use loadtest::http::{SignedIn, client, sign_in};
use loadtest::process::ServerProcess;
use loadtest::setup;
use reqwest::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use reqwest::{Method, Response};
use serde::Serialize;
use serde_json::Value;
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use crate::asking::{ask, code, get};
use crate::harness::{Class, LESSON, SOON, TestServer, until_some};

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

pub(crate) fn now_ms() -> u64 {
    loadtest::clock::now_ns() / 1_000_000
}

/// Person ids by name, from the class sheet.
pub(crate) fn id_of(hours: &LessonHours, name: &str) -> String {
    hours.lines.iter().find(|line| line.name == name).expect("on the sheet").person.clone()
}

/// A lesson that begins in an hour, told as if it was over: 小李 was there throughout, 小王 came
/// twelve minutes late, 小张 did not come.
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
    store.create_planned("一堂课", &plan).await.expect("the lesson is new");
}

/// The facts of a lesson taught as planned, and of people who stayed from some moment on.
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
    store.append(facts).await.expect("stored");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_is_shown_exported_and_computed_by_the_audit_tool() {
    let told = Told::new().await;
    let on_the_fly = told.hours().await;
    assert_eq!((on_the_fly.stage, on_the_fly.taught_s, on_the_fly.effective_ch), (None, 5400, 200));
    told.judge().await;
    let hours = told.hours().await;
    assert_eq!(hours.stage, Some(Stage::Provisional));
    let figures =
        |line: &live_classroom::protocol::HoursLine| (line.name.clone(), line.credit_ch, line.balance_ch);
    let lines: Vec<_> = hours.lines.iter().map(figures).collect();
    let expected = [("=小王", 170, 170), ("小张", 0, 0), ("小李", 200, 200)];
    assert_eq!(lines, expected.map(|(name, credit, balance)| (name.to_owned(), credit, balance)));
    let of_teacher: LessonHours =
        get(&told.teacher, &format!("/api/hours/{TAUGHT}")).await.json().await.unwrap();
    assert_eq!(of_teacher, hours);
    let mine = told.mine().await;
    assert_eq!((mine.lessons.len(), mine.lessons[0].line.balance_ch, mine.recognised_ch), (1, 170, 170));
    assert_eq!((mine.entries.len(), mine.entries[0].delta_ch), (1, 170));

    let file = get(&told.teacher, &format!("/api/hours/{TAUGHT}/events.jsonl")).await.text().await.unwrap();
    let desk = tempfile::tempdir().unwrap();
    let path = desk.path().join("events.jsonl");
    std::fs::write(&path, file).unwrap();
    let mut tool = Process::new(env!("CARGO_BIN_EXE_live-classroom"));
    let tool = tool.arg("hours").arg("--events").arg(&path).output().unwrap();
    let said: Value = serde_json::from_slice(&tool.stdout).expect("a report");
    assert_eq!(said["credit_effective_ch"], 200);
    for trainee in said["trainees"].as_array().unwrap() {
        let line = hours.lines.iter().find(|line| trainee["person"] == line.person).expect("on the sheet");
        assert_eq!(trainee["credit_ch"], line.credit_ch);
        assert_eq!(trainee["effective_seconds"], line.counted_s);
    }

    let csv = get(&told.operator, &format!("/api/hours/{TAUGHT}/sheet.csv")).await;
    assert_eq!(csv.headers()[CONTENT_TYPE], "text/csv; charset=utf-8");
    let called = csv.headers()[CONTENT_DISPOSITION].to_str().expect("text");
    let plain = "attachment; filename=\"hours-taught.csv\"; filename*=UTF-8''";
    assert!(called.starts_with(plain) && called.ends_with(".csv"), "{called}");
    let csv = csv.text().await.unwrap();
    let lines: Vec<&str> = csv.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(
        lines[0],
        "姓名,单位,学校,人员编号,首次进入,最后离开,有效分钟,点名,应答用时（秒）,学时,迟到/早退/缺勤,有学时未点名"
    );
    // A tab keeps a spreadsheet from reading a date.
    let id = |name| id_of(&hours, name);
    assert!(lines[1].starts_with(&format!("'=小王,,,{},2", id("=小王"))), "{csv}");
    assert!(lines[1].ends_with(",78,\"0/0\t\",,1.70,迟到,是"), "{csv}");
    assert_eq!(lines[2], format!("小张,,,{},,,0,\"0/0\t\",,0.00,缺勤,", id("小张")));
    let xlsx = get(&told.operator, &format!("/api/hours/{TAUGHT}/sheet.xlsx")).await.bytes().await.unwrap();
    assert!(xlsx.starts_with(b"PK\x03\x04"));

    assert!(!told.server.books().judge(TAUGHT, told.end_ms + 20 * MINUTE, false).await.unwrap());
    // Somebody comes back after the end, with the same account.
    let late = id_of(&hours, "=小王");
    let shown = told.server.data().to_owned();
    let refused = program(&["links", "--lesson", TAUGHT], &shown);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && said.contains("--person ID") && said.contains(&late), "{said}");
    let links = program(&["links", "--person", &late, "--json"], &shown);
    let links: Value = serde_json::from_slice(&links.stdout).expect("links");
    let secret = links[0]["url"].as_str().and_then(|url| url.split_once("/in#")).expect("a link").1;
    let back = sign_in(told.server.url(), secret).await.expect("a fresh link signs in");
    let mine: MyHours = get(&back, "/api/hours/mine").await.json().await.unwrap();
    assert_eq!(mine.recognised_ch, 170);
    let strange = program(&["links", "--person", &late, "--lesson", LESSON], &shown);
    assert!(String::from_utf8_lossy(&strange.stderr).contains("does not belong"));
    let begun = program(&["lesson", TAUGHT, "--start", "2026-11-24T19:00:00+08:00"], &shown);
    assert!(String::from_utf8_lossy(&begun.stderr).contains("has begun"));
    let data = told.server.stop().await;
    let verified = program(&["ledger", "verify"], data.path());
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
    let said = String::from_utf8(verified.stdout).unwrap();
    assert!(said.starts_with("sound: 2 entries, head 2:") && said.ends_with(", 1 results\n"), "{said}");
    let head = said.split(' ').nth(4).expect("a head").trim_end_matches(',').to_owned();
    let strict = data.path().join("strict.toml");
    std::fs::write(&strict, "version = \"strict\"\ntol = 0\nmin_share = 1\n").unwrap();
    let judged = Process::new(env!("CARGO_BIN_EXE_live-classroom"))
        .env("CLASSROOM__HOURS__POLICY", &strict)
        .args(["ledger", "judge", TAUGHT, "--data", data.path().to_str().unwrap()])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&judged.stdout), "taught: judged by policy strict\n");
    let said = String::from_utf8(program(&["ledger", "verify"], data.path()).stdout).unwrap();
    assert!(said.starts_with("sound: 3 entries") && said.ends_with("2 results\n"), "{said}");
    assert!(program(&["ledger", "verify", "--head", &head], data.path()).status.success());
    let other = program(&["ledger", "verify", "--head", &format!("1:{}", "0".repeat(64))], data.path());
    assert!(String::from_utf8_lossy(&other.stderr).contains("ledger entry 1"), "{other:?}");
    let exported = String::from_utf8(program(&["ledger", "export"], data.path()).stdout).unwrap();
    assert_eq!(exported.lines().count(), 3 + 2 + 1, "entries, heads, the key");
    let line = exported.lines().nth(4).expect("the newest head");
    let kept = data.path().join("head.json");
    std::fs::write(&kept, line).unwrap();
    let kept = program(&["ledger", "verify", "--head", kept.to_str().unwrap()], data.path());
    assert!(kept.status.success(), "{kept:?}");
    assert_eq!(serde_json::from_str::<Value>(exported.lines().next().unwrap()).unwrap()["seq"], 1);
    let key: Value = serde_json::from_str(exported.lines().last().unwrap()).unwrap();
    assert_eq!(key["public_key"].as_str().map(str::len), Some(64));
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

#[tokio::test(flavor = "multi_thread")]
async fn the_accountant_judges_a_class_when_it_is_over_and_closes_it_after_the_appeals() {
    let server = TestServer::start_with(|config| {
        config.hours.judge_after_s = 0;
        config.hours.appeal_days = 0;
    })
    .await;
    let class = Class::begin_on(server, loadtest::connection::PeerMedia::default()).await;
    let trainee = class.trainee("小李").await;
    class.instructor.command(Command::EndClass).await.unwrap();
    class.instructor.until_bye(SOON).await.unwrap();
    let store = class.server.store();
    until_some(SOON, "the lesson is final", async || {
        let result = store.result_of(LESSON).await.unwrap()?;
        (result.stage == Stage::Final).then_some(())
    })
    .await;
    let operator = somebody(store, class.server.url(), "运维", Role::Operator, None).await;
    let hours: LessonHours = get(&operator, &format!("/api/hours/{LESSON}")).await.json().await.unwrap();
    assert_eq!(hours.stage, Some(Stage::Final));
    assert_eq!(hours.lines.len(), 1);
    assert_eq!(store.verify_books(None).await.unwrap().results, 2);
    drop(trainee);
}

/// Killed while it judges many lessons, it leaves whole books, and the next one finishes the work.
#[tokio::test(flavor = "multi_thread")]
async fn a_killed_accountant_leaves_whole_books() {
    const LESSONS: u64 = 24;
    let data = tempfile::tempdir().unwrap();
    let store = Store::open(data.path()).await.unwrap();
    let start_ms = now_ms() - 120 * MINUTE;
    let mut people = Vec::new();
    for number in 0..LESSONS {
        let lesson = format!("lesson-{number}");
        plan(&store, &lesson, start_ms).await;
        setup::link(&store, &format!("学员{number}"), Role::Trainee, Some(&lesson)).await.unwrap();
        let person = store.class_list(&lesson, "").await.unwrap().remove(0).who.id;
        tell(&store, &lesson, start_ms, &[(person.clone(), start_ms)]).await;
        people.push((lesson, person));
    }
    let file = SqliteConnectOptions::new().filename(data.path().join("classroom.db"));
    let mut raw = SqliteConnection::connect_with(&file).await.unwrap();
    sqlx::query("UPDATE enrolments SET approved_at_ms = 0").execute(&mut raw).await.unwrap();

    let entered = async |least: usize| {
        until_some(SOON, "lessons are judged", async || {
            let entries = store.entries_from(1, 1000).await.unwrap();
            (entries.len() >= least).then_some(entries)
        })
        .await
    };
    let server = serve_at_once(data.path()).await;
    entered(1).await;
    server.kill().await.unwrap();
    let verified = store.verify_books(None).await.expect("whole books");
    assert_eq!(verified.entries, verified.results, "an entry for each result");
    let server = serve_at_once(data.path()).await;
    let entries = entered(LESSONS as usize).await;
    let verified = program(&["ledger", "verify"], data.path());
    assert!(verified.status.success(), "beside a running server: {verified:?}");
    server.kill().await.unwrap();
    assert_eq!(entries.len() as u64, LESSONS);
    for (lesson, person) in people {
        let of_lesson: Vec<_> =
            entries.iter().filter(|entry| entry.posting.lesson.as_ref() == Some(&lesson)).collect();
        let [entry] = of_lesson.as_slice() else { panic!("{lesson}: {of_lesson:?}") };
        assert_eq!((&entry.posting.person, entry.posting.delta_ch), (&person, 200));
    }

    // What is changed afterwards, the command finds.
    sqlx::query("DROP TRIGGER entries_are_not_changed").execute(&mut raw).await.unwrap();
    sqlx::query("UPDATE entries SET delta_ch = 100 WHERE seq = 5").execute(&mut raw).await.unwrap();
    let found = program(&["ledger", "verify"], data.path());
    let said = String::from_utf8_lossy(&found.stderr);
    assert!(!found.status.success() && said.contains("ledger entry 5"), "{said}");
}

async fn serve_at_once(data: &Path) -> ServerProcess {
    let data = data.to_str().expect("text");
    let arguments = [
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--data",
        data,
        "--media-ip",
        "127.0.0.1",
        "--media-port",
        "0",
        "--set",
        "hours.judge_after_s=0",
    ];
    let program = Path::new(env!("CARGO_BIN_EXE_live-classroom"));
    ServerProcess::start(program, &arguments).await.expect("the server starts")
}
