//! Checks and counted minutes over real sockets: a roll call, its answers, growing minutes.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use live_classroom::attendance::fact::CheckKind;
use live_classroom::attendance::fact::{Fact, What};
use live_classroom::lesson::Role;
use live_classroom::protocol::{
    Command, Minutes, ParticipantId, Refusal, RoomState, Uncounted, UncountedGap,
};
use loadtest::connection::PeerMedia;
use loadtest::http;
use loadtest::peer::Peer;
use serde_json::Value;

use crate::facts::serve;
use crate::harness::{Class, LESSON, MAIN, SOON, TestServer, until, until_some};

/// The lesson is judged every 15 s; a machine that compiles beside the test may be slow.
const A_MINUTE: Duration = Duration::from_secs(60);

/// A class under a strict policy, from a file as an operator writes it.
async fn begin() -> (Class, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let policy = folder.path().join("policy.toml");
    std::fs::write(&policy, "version = \"strict\"\nblock = 600\nanswer = 30\nhb_timeout = 10\n")
        .expect("written");
    let server = TestServer::start_with(|config| config.hours.policy = policy).await;
    (Class::begin_on(server, PeerMedia::default()).await, folder)
}

/// Calls the roll as soon as anybody is proven to be here.
async fn call_roll(class: &Class) {
    let asked = async || match class.instructor.command(Command::CallRoll).await {
        Ok(()) => Some(()),
        Err(refusal) => {
            assert_eq!(refusal, Refusal::WrongState);
            None
        }
    };
    until_some(SOON, "somebody can be asked", asked).await;
}

async fn minutes(peer: &Peer, what: &str, fit: impl Fn(&Minutes) -> bool) -> Minutes {
    let room = peer.until_room(what, A_MINUTE, |room| room.minutes.as_ref().is_some_and(&fit)).await;
    room.unwrap().minutes.expect("it fits")
}

fn asked(room: &RoomState) -> Option<&str> {
    room.check.as_ref().map(|check| check.check.as_str())
}

fn answer(check: &str) -> Command {
    Command::AnswerCheck { check: check.into() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_appears_is_answered_and_the_minutes_grow() {
    let (class, _folder) = begin().await;
    let mut trainee = class.trainee("小李").await;
    call_roll(&class).await;
    let room = trainee.until_room("the check", SOON, |room| room.check.is_some()).await.unwrap();
    let check = room.check.expect("it is there");
    assert_eq!((check.check.as_str(), check.kind), ("r1", CheckKind::Roll));

    // The check survives a lost socket, and another device shows it too.
    trainee.drop_socket();
    trainee.resume().await.unwrap();
    assert_eq!(asked(&trainee.room()), Some("r1"));
    let mut phone = Peer::of(trainee.who().clone());
    phone.join(LESSON).await.unwrap();
    assert_eq!(asked(&phone.room()), Some("r1"));
    assert_eq!(phone.command(answer("r2")).await, Err(Refusal::NotFound));
    phone.command(answer("r1")).await.expect("in time");
    trainee.until_room("it is gone everywhere", SOON, |room| room.check.is_none()).await.unwrap();
    assert_eq!(trainee.command(answer("r1")).await, Err(Refusal::WrongState));

    let id = trainee.id();
    let seen = |room: &RoomState| room.rounds.iter().any(|round| round.answered == [id]);
    class.instructor.until_room("staff see who answered", SOON, seen).await.unwrap();
    let first = minutes(&trainee, "the first minutes", |minutes| minutes.counted_s > 0).await;
    let more = minutes(&trainee, "more of them", |minutes| minutes.counted_s >= first.counted_s + 10).await;
    assert!(more.taught_s >= more.counted_s, "{more:?}");
    let unanswered = |gap: &UncountedGap| gap.why == Uncounted::Unanswered;
    assert!(!more.gaps.iter().any(unanswered), "{more:?}");
    let line = |room: &RoomState| {
        let line = room.sheet.iter().find(|line| line.participant == id);
        line.is_some_and(|line| (line.asked, line.answered, line.late) == (1, 1, false) && line.counted_s > 0)
    };
    let sheet = class.instructor.until_room("the sheet", A_MINUTE, line).await.unwrap();
    assert!(trainee.room().sheet.is_empty() && trainee.room().rounds.is_empty(), "which is for staff");
    assert_eq!((sheet.minutes, sheet.check), (None, None));

    // The next start counts what was before it, also for a person who does not come back.
    let mut who = class.instructor.who().clone();
    let data = class.server.stop().await;
    let server = serve(data.path()).await;
    who.base_url.clone_from(&server.base_url);
    let mut instructor = Peer::of(who);
    instructor.join(LESSON).await.unwrap();
    assert_eq!(instructor.room().rounds[0].answered.len(), 1);
    let counted = |room: &RoomState| room.sheet.iter().any(|line| line.counted_s >= more.counted_s);
    instructor.until_room("the sheet from before", SOON, counted).await.unwrap();
    server.kill().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_misses_the_roll_is_told_what_it_costs() {
    let (class, _folder) = begin().await;
    let trainee = class.trainee("小李").await;
    call_roll(&class).await;
    trainee.until_room("the check", SOON, |room| room.check.is_some()).await.unwrap();
    let over = 4 * SOON;
    trainee.until_room("its end", over, |room| room.check.is_none()).await.unwrap();
    assert_eq!(trainee.command(answer("r1")).await, Err(Refusal::TooLate));
    let id = trainee.id();
    let missed = |room: &RoomState| room.rounds.iter().any(|round| round.missed == [id]);
    class.instructor.until_room("it was missed", over, missed).await.unwrap();
    let unanswered = |gap: &UncountedGap| gap.why == Uncounted::Unanswered;
    let told = minutes(&trainee, "why", |minutes| minutes.gaps.iter().any(unanswered)).await;
    assert_eq!(told.counted_s, 0);

    class.instructor.command(Command::VoidCheck { check: "r1".into() }).await.unwrap();
    minutes(&trainee, "everything counts again", |minutes| minutes.counted_s > 30).await;
    let data = class.server.stop().await;
    let store = live_classroom::store::Store::open(data.path()).await.unwrap();
    let facts: Vec<Fact> = store.facts().of(LESSON).await.unwrap();
    let about = |fact: &&Fact| {
        matches!(
            fact.what,
            What::CheckIssued { .. }
                | What::CheckAnswered { .. }
                | What::CheckMissed { .. }
                | What::CheckVoid { .. }
        )
    };
    assert_eq!(facts.iter().filter(about).count(), 4, "asked, answered too late, missed, freed: {facts:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn players_without_a_name_are_neither_asked_nor_counted() {
    let (class, _folder) = begin().await;
    let trainee = class.trainee("小李").await;
    let operator = class.server.joined("运维", Role::Operator).await;
    let (store, token) = (class.server.store().clone(), class.server.token(Role::Trainee).await);
    let media = PeerMedia::viewer(1, 1);
    let player = http::whep(class.server.url(), LESSON, &token, &media, &Arc::default()).await.unwrap();
    until("it plays", || player.connection.received(MAIN).first_keyframe_ns > 0).await;

    // The trainee is in the room, and proven to be there.
    let roster = operator.until_room("its line", SOON, |room| trainees(room).len() == 2).await.unwrap();
    assert!(trainees(&roster).contains(&trainee.id()));
    let present = async || {
        let facts = store.facts().of(LESSON).await.expect("facts can be read");
        let alive = facts.iter().filter(|fact| matches!(fact.what, What::Alive { .. }));
        let people: BTreeSet<_> = alive.filter_map(|fact| fact.person.clone()).collect();
        (people.len() == 3).then_some(())
    };
    until_some(A_MINUTE, "evidence of instructor, trainee and player", present).await;

    call_roll(&class).await;
    trainee.until_room("the check", SOON, |room| room.check.is_some()).await.unwrap();
    let told = operator.until_room("the round", SOON, |room| !room.rounds.is_empty()).await.unwrap();
    assert_eq!(told.rounds[0].waiting, [trainee.id()]);
    assert_eq!(operator.command(answer("r1")).await, Err(Refusal::NotAllowed));
    assert_eq!(trainee.command(Command::CallRoll).await, Err(Refusal::NotAllowed));

    let lesson = store.lessons().find(LESSON).await.unwrap().expect("it is there");
    let events = class.server.books().events(&lesson).await.unwrap();
    let events = events.lines().map(|line| serde_json::from_str::<Value>(line).expect("an event"));
    let about: Vec<(String, String)> = events
        .filter_map(|event| Some((event["person"].as_str()?.to_owned(), event["type"].as_str()?.to_owned())))
        .collect();
    let people: BTreeSet<&String> = about.iter().map(|(person, _)| person).collect();
    assert_eq!(people.len(), 1, "the export is about the trainee alone: {about:?}");
    for kind in ["evidence", "check_issued"] {
        assert!(about.iter().any(|(_, told)| told == kind), "{kind}: {about:?}");
    }
}

fn trainees(room: &RoomState) -> Vec<ParticipantId> {
    room.participants.iter().filter(|line| line.role == Role::Trainee).map(|line| line.id).collect()
}
