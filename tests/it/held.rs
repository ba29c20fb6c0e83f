//! The time in which a class was held, over real sockets: an end that is taken back, and a class that nobody
//! started.

use live_classroom::attendance::fact::{Fact, What};
use live_classroom::attendance::record::Stage;
use live_classroom::lesson::{ClassState, Role, SourceKind};
use live_classroom::protocol::LessonHours;
use live_classroom::protocol::{
    Appeal, Approval, ClassEnd, Command, Held, Me, NewAppeal, NewDeclaration, Replay, WaitingDeclaration,
};
use live_classroom::time::clock::now_ms;
use loadtest::http::SignedIn;
use loadtest::peer::Peer;
use reqwest::{Method, StatusCode};
use serde_json::Value;

use crate::asking::{ask, code, get};
use crate::books::{id_of, plan, post, program, somebody};
use crate::harness::{Class, LESSON, SOON, TestServer, until_some};

const MINUTE: u64 = 60_000;
const LOST: &str = "lost";

async fn end_of(who: &SignedIn) -> ClassEnd {
    get(who, &format!("/api/lessons/{LESSON}/end")).await.json().await.expect("an end")
}

/// Whether a page that is opened anew is told, before anything is made ready, that the class is over.
async fn is_over(who: &SignedIn) -> bool {
    get(who, "/api/me").await.json::<Me>().await.expect("who one is").lesson_ended
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_ended_the_class_takes_that_back_and_it_goes_on() {
    let class = Class::begin().await;
    let mut trainee = class.trainee("小李").await;
    let operator = somebody(class.server.store(), class.server.url(), "值班", Role::Operator, None).await;
    let path = format!("/api/lessons/{LESSON}/end/take-back");
    let teacher = class.instructor.who().clone();
    let take_back = async |who: &SignedIn| ask(who, Method::POST, &path, None::<&()>).await;
    assert_eq!(code(take_back(&teacher).await).await, (409, "wrong_state".into()), "it runs");

    assert_eq!([is_over(&teacher).await, is_over(trainee.who()).await], [false, false]);
    class.instructor.command(Command::EndClass).await.unwrap();
    trainee.until_bye(SOON).await.unwrap();
    let told = end_of(&teacher).await;
    assert!(told.ended && told.take_back_until_ms.is_some_and(|until_ms| until_ms > now_ms()));
    let others = ClassEnd { ended: true, began: true, take_back_until_ms: None };
    assert_eq!([end_of(trainee.who()).await, end_of(&operator).await], [others.clone(), others]);
    assert_eq!([is_over(&teacher).await, is_over(trainee.who()).await], [true, true]);
    assert_eq!(code(take_back(trainee.who()).await).await, (403, "not_allowed".into()));
    assert_eq!(code(take_back(&operator).await).await, (403, "not_allowed".into()), "another one's end");
    let ended: Replay = until_some(SOON, "the recording is closed", async || {
        let replay: Replay = get(&teacher, &format!("/api/replay/{LESSON}")).await.json().await.ok()?;
        (!replay.live).then_some(replay)
    })
    .await;

    assert_eq!(take_back(&teacher).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(code(take_back(&teacher).await).await, (409, "wrong_state".into()), "once");
    assert_eq!(end_of(trainee.who()).await, ClassEnd { ended: false, began: true, take_back_until_ms: None });
    assert!(!is_over(&teacher).await);
    trainee.join(LESSON).await.expect("the class goes on");
    assert_eq!(trainee.room().class, ClassState::Live);
    let mut instructor = Peer::of(teacher.clone());
    instructor.join(LESSON).await.expect("so does its instructor");
    instructor.offer(Default::default()).await.unwrap();
    instructor.connection().connected(SOON).await.unwrap();
    let _sound = instructor.publish_audio().unwrap();
    let again: Replay = until_some(SOON * 3, "the same recording goes on", async || {
        let replay: Replay = get(&teacher, &format!("/api/replay/{LESSON}")).await.json().await.ok()?;
        (replay.live && replay.duration_ms > ended.duration_ms + 2_000).then_some(replay)
    })
    .await;
    assert_eq!(again.recording, ended.recording);
    let facts = class.server.store().facts().of(LESSON).await.unwrap();
    let reopened = |fact: &&Fact| matches!(fact.what, What::ClassReopened { to: ClassState::Live, .. });
    assert_eq!(facts.iter().filter(reopened).count(), 1);

    // The end of a class that was judged cannot be taken back.
    instructor.command(Command::EndClass).await.unwrap();
    assert!(class.server.books().judge(LESSON, now_ms(), false).await.unwrap());
    assert_eq!(end_of(&teacher).await, ClassEnd { ended: true, began: true, take_back_until_ms: None });
    assert_eq!(code(take_back(&teacher).await).await, (409, "too_late".into()));
    class.server.stop().await;
}

/// A lesson that begins in an hour, with facts as if it were over: taught from its planned start on, and
/// never started.
async fn never_started(server: &TestServer) -> (u64, SignedIn, SignedIn) {
    let (store, start_ms) = (server.store(), now_ms() + 60 * MINUTE);
    plan(store, LOST, start_ms).await;
    let teacher = somebody(store, server.url(), "王老师", Role::Instructor, Some(LOST)).await;
    let trainee = somebody(store, server.url(), "小李", Role::Trainee, Some(LOST)).await;
    let hours: LessonHours = get(&teacher, &format!("/api/hours/{LOST}")).await.json().await.unwrap();
    let person = id_of(&hours, "小李");
    let end_ms = start_ms + 90 * MINUTE;
    let fact =
        |person: &str, at_ms, what| Fact { lesson: LOST.into(), person: Some(person.into()), at_ms, what };
    let joined = |device, role| What::Joined { device, role, name: "同名".into() };
    let (from_ms, kinds) = (start_ms, vec![SourceKind::Mic]);
    let chat = |line| What::Chat { line, text: "在听".into() };
    let mut facts = vec![
        fact("teacher", start_ms, joined(1, Role::Instructor)),
        fact(&person, start_ms, joined(2, Role::Trainee)),
        fact("teacher", end_ms, What::Teaching { device: 1, from_ms, kinds }),
        fact(&person, end_ms, What::Alive { device: 2, from_ms }),
    ];
    // A sign of attention in each part of the lesson.
    let minutes = (5..90).step_by(5);
    facts.extend(minutes.map(|minute| fact(&person, start_ms + minute * MINUTE, chat(minute))));
    store.facts().append(facts).await.unwrap();
    (start_ms, teacher, trainee)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_that_nobody_started_is_judged_and_two_people_declare_when_it_was_held() {
    let server = TestServer::start().await;
    let (start_ms, teacher, trainee) = never_started(&server).await;
    let appeal = NewAppeal { lesson: LOST.into(), text: "老师讲了整节课".into() };
    let over_ms = start_ms + 300 * MINUTE;
    assert!(server.books().judge(LOST, over_ms, false).await.unwrap());
    let hours = async || -> LessonHours {
        get(&teacher, &format!("/api/hours/{LOST}")).await.json().await.expect("a class sheet")
    };
    let nothing = hours().await;
    assert_eq!((nothing.stage, nothing.taught_s, nothing.effective_ch), (Some(Stage::Provisional), 0, 0));
    let opened: Appeal = post(&trainee, "/api/hours/appeals", &appeal).await.json().await.expect("an appeal");
    assert_eq!(opened.lesson, LOST);

    let path = format!("/api/hours/{LOST}/held");
    let held = async |who: &SignedIn| -> Held { get(who, &path).await.json().await.expect("choices") };
    let choices = held(&teacher).await;
    let media: Vec<_> = choices.media.iter().map(|part| (part.from_ms, part.to_ms)).collect();
    assert_eq!(media, [(start_ms, start_ms + 90 * MINUTE)]);
    assert!(choices.may_declare && !choices.may_confirm && choices.until_ms.is_some());
    assert_eq!(get(&trainee, &path).await.status(), 403);
    let new = |from: u64, to: u64| NewDeclaration {
        from_ms: start_ms + from * MINUTE,
        to_ms: start_ms + to * MINUTE,
        text: "忘了点上课".into(),
    };
    let outside = NewDeclaration { from_ms: start_ms - 1, ..new(0, 90) };
    for wrong in [outside, new(0, 91), new(90, 90), new(50, 40)] {
        assert_eq!(code(post(&teacher, &path, &wrong).await).await, (400, "not_shown".into()), "{wrong:?}");
    }
    assert_eq!(post(&trainee, &path, &new(0, 90)).await.status(), 403);
    assert_eq!(post(&teacher, &path, &new(0, 90)).await.status(), 204);
    assert_eq!(code(post(&teacher, &path, &new(0, 80)).await).await, (409, "asked_already".into()));
    let waiting = held(&teacher).await.waiting.expect("it waits");
    assert_eq!((waiting.by.as_str(), waiting.own), ("王老师", true));

    let operator = somebody(server.store(), server.url(), "运维甲", Role::Operator, None).await;
    let all: Vec<WaitingDeclaration> =
        get(&operator, "/api/hours/declarations").await.json().await.expect("what waits");
    assert_eq!((all.len(), all[0].lesson.as_str(), all[0].declaration.id), (1, LOST, waiting.id));
    assert_eq!(get(&teacher, "/api/hours/declarations").await.status(), 403);
    let decide = format!("/api/hours/declarations/{}", waiting.id);
    let yes = Approval { approve: true, text: None };
    assert_eq!(post(&teacher, &decide, &yes).await.status(), 403);
    assert_eq!(hours().await.effective_ch, 0, "one person's word changes nothing");
    assert_eq!(post(&operator, &decide, &yes).await.status(), 204);
    assert_eq!(code(post(&operator, &decide, &yes).await).await, (409, "decided".into()));
    // The same person twice.
    assert_eq!(post(&operator, &path, &new(0, 45)).await.status(), 204);
    let own = held(&operator).await;
    let second = format!("/api/hours/declarations/{}", own.waiting.expect("another one").id);
    assert_eq!(code(post(&operator, &second, &yes).await).await, (403, "same_person".into()));
    let no = Approval { approve: false, text: Some("重复".into()) };
    assert_eq!(post(&operator, &second, &no).await.status(), 204);
    assert_eq!(held(&operator).await.declared.len(), 1);

    // The accountant may be faster, since the lesson is due.
    server.books().judge(LOST, over_ms, false).await.unwrap();
    let held_now = hours().await;
    assert_eq!((held_now.taught_s, held_now.effective_ch), (5400, 200));
    assert_eq!(held_now.lines[0].lesson_ch, 200);
    the_program_says_the_same(
        &get(&teacher, &format!("/api/hours/{LOST}/events.jsonl")).await.text().await.unwrap(),
    );
    let data = server.stop().await;
    for verified in [["ledger", "verify"], ["audit", "verify"]] {
        let verified = program(&verified, data.path());
        assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
    }
}

/// The audit file has the declaration, and `hours` comes to the same figures.
fn the_program_says_the_same(file: &str) {
    assert!(file.contains(r#""type":"declared""#), "{file}");
    let desk = tempfile::tempdir().unwrap();
    let events = desk.path().join("events.jsonl");
    std::fs::write(&events, file).unwrap();
    let mut tool = std::process::Command::new(env!("CARGO_BIN_EXE_live-classroom"));
    let tool = tool.arg("hours").arg("--events").arg(&events).output().unwrap();
    let said: Value = serde_json::from_slice(&tool.stdout).expect("a report");
    assert_eq!((&said["instruction_seconds"], &said["credit_effective_ch"]), (&5400.into(), &200.into()));
}
