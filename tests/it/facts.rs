//! Facts: those on disk tell what happened, and a killed server has lost nothing that it acknowledged.

use std::path::Path;

use live_classroom::attendance::fact::{Fact, LeftReason, What};
use live_classroom::lesson::{ClassState, Role};
use live_classroom::protocol::{Command, Network, Refusal, RoomState};
use live_classroom::store::{Home, Store};
use loadtest::peer::Peer;
use loadtest::process::ServerProcess;
use loadtest::{postgres, setup};

use crate::harness::{Class, LESSON, SOON, until};

async fn facts_in(home: impl Into<Home>) -> Vec<Fact> {
    let store = Store::open(home).await.expect("the store opens again");
    store.facts().of(LESSON).await.expect("facts can be read")
}

/// The facts about what people did, in their order; evidence of presence comes at its own times.
fn deeds(facts: &[Fact]) -> Vec<&What> {
    let deeds = facts.iter().map(|fact| &fact.what);
    deeds.filter(|what| !matches!(what, What::Alive { .. } | What::Teaching { .. })).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_facts_on_disk_are_what_happened() {
    let class = Class::begin().await;
    let trainee = class.trainee("小李").await;
    let instructor = &class.instructor;
    let id = trainee.id();
    // Presence is proven by the reports of the media side: both have been in one once their network is known.
    let measured = |room: &RoomState| room.participants.iter().all(|line| line.network != Network::Unknown);
    instructor.until_room("a report about everybody", SOON, measured).await.unwrap();
    trainee.command(Command::Hand { up: true }).await.unwrap();
    instructor.command(Command::BringOnStage { participant: id, camera: false }).await.unwrap();
    instructor.command(Command::Mute { participant: id }).await.unwrap();
    trainee.command(Command::Chat { text: "听得见".into() }).await.unwrap();
    instructor.command(Command::TakeOffStage { participant: id }).await.unwrap();
    instructor.command(Command::PauseClass).await.unwrap();
    instructor.command(Command::StartClass).await.unwrap();
    trainee.command(Command::Leave).await.unwrap();
    trainee.until_bye(SOON).await.unwrap();
    instructor.command(Command::EndClass).await.unwrap();
    instructor.until_bye(SOON).await.unwrap();
    let data = class.server.stop().await;

    let facts = facts_in(data.path()).await;
    let words: Vec<_> = deeds(&facts).into_iter().map(short).collect();
    assert_eq!(
        words,
        [
            "joined instructor",
            "started",
            "joined trainee",
            "hand up",
            "on stage",
            "hand down",
            "muted",
            "chat 听得见",
            "off stage",
            "paused",
            "resumed",
            "left asked",
            "ended",
            "left closed",
        ]
    );
    let alive = |role: Role| {
        let person = facts.iter().find_map(|fact| match &fact.what {
            What::Joined { role: joined, .. } if *joined == role => fact.person.clone(),
            _ => None,
        });
        facts.iter().any(|fact| fact.person == person && matches!(fact.what, What::Alive { .. }))
    };
    assert!(alive(Role::Instructor) && alive(Role::Trainee), "being alive is proven for both: {facts:#?}");
    let teaching = |fact: &Fact| matches!(&fact.what, What::Teaching { kinds, .. } if !kinds.is_empty());
    assert!(facts.iter().any(teaching), "teaching is proven");
    let mut times: Vec<_> = facts.iter().filter(|fact| is_instant(&fact.what)).map(|f| f.at_ms).collect();
    let as_written = times.clone();
    times.sort_unstable();
    assert_eq!(times, as_written, "facts are written in the order of what happened");
}

/// Whether the fact is of one instant; a span is noticed only after its end.
fn is_instant(what: &What) -> bool {
    !matches!(what, What::Alive { .. } | What::Teaching { .. } | What::Left { .. })
}

fn short(what: &What) -> String {
    match what {
        What::ClassStarted => "started".into(),
        What::ClassPaused => "paused".into(),
        What::ClassResumed => "resumed".into(),
        What::ClassEnded { .. } => "ended".into(),
        What::Joined { role, .. } => format!("joined {role:?}").to_lowercase(),
        What::Left { reason, .. } => format!("left {reason:?}").to_lowercase(),
        What::OnStage { .. } => "on stage".into(),
        What::OffStage { .. } => "off stage".into(),
        What::HandRaised => "hand up".into(),
        What::HandLowered { .. } => "hand down".into(),
        What::Muted { .. } => "muted".into(),
        What::Chat { text, .. } => format!("chat {text}"),
        other => format!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_person_is_a_fact_with_who_did_it() {
    let class = Class::begin().await;
    let trainee = class.trainee("小李").await;
    class.instructor.command(Command::Remove { participant: trainee.id() }).await.unwrap();
    trainee.until_bye(SOON).await.unwrap();
    let data = class.server.stop().await;
    let facts = facts_in(data.path()).await;
    let instructor = facts.iter().find_map(|fact| match fact.what {
        What::Joined { role: Role::Instructor, .. } => fact.person.clone(),
        _ => None,
    });
    let removed = facts.iter().find_map(|fact| match &fact.what {
        What::Removed { by } => Some((fact.person.clone(), Some(by.clone()))),
        _ => None,
    });
    let (person, by) = removed.expect("the removal is a fact");
    assert_eq!(by, instructor);
    let left = |fact: &Fact| {
        fact.person == person && matches!(fact.what, What::Left { reason: LeftReason::Removed, .. })
    };
    assert!(facts.iter().any(left));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_has_every_acknowledged_fact_and_lets_everybody_back() {
    let data = tempfile::tempdir().expect("a temporary folder");
    is_killed(&data.path().into(), "").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_has_every_acknowledged_fact_in_postgresql() {
    let data = tempfile::tempdir().expect("a temporary folder");
    match postgres::database("killed") {
        Some(url) => is_killed(&Home::on_server(data.path(), &url), &url).await,
        None => eprintln!("PostgreSQL is not installed: nothing is killed"),
    }
}

async fn is_killed(home: &Home, url: &str) {
    let setting = format!("store.url={url}");
    let links = {
        let store = Store::open(home.clone()).await.unwrap();
        setup::class(&store, LESSON, 1).await.unwrap()
    };
    let server = serve_with(home.folder(), &setting).await;
    let mut instructor = Peer::sign_in(&server.base_url, &links.instructor).await.unwrap();
    instructor.join(LESSON).await.unwrap();
    instructor.command(Command::StartClass).await.unwrap();
    let mut acknowledged = Vec::new();
    for number in 0..25 {
        let text = format!("第 {number} 句");
        match instructor.command(Command::Chat { text: text.clone() }).await {
            Ok(()) => acknowledged.push(text),
            Err(refusal) => assert_eq!(refusal, Refusal::TooFast),
        }
    }
    assert!(acknowledged.len() >= 3, "{acknowledged:?}");
    server.kill().await.unwrap();
    until("the peer notices", || instructor.closed()).await;

    let facts = facts_in(home.clone()).await;
    let texts: Vec<_> = facts
        .iter()
        .filter_map(|fact| match &fact.what {
            What::Chat { text, .. } => Some(text.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(texts[..acknowledged.len()], acknowledged);
    assert!(facts.iter().any(|fact| fact.what == What::ClassStarted));

    // After the next start the sessions still hold, and the class is as it was.
    let server = serve_with(home.folder(), &setting).await;
    let mut who = instructor.who().clone();
    who.base_url.clone_from(&server.base_url);
    let mut again = Peer::of(who);
    again.join(LESSON).await.unwrap();
    assert_eq!(again.room().class, ClassState::Live);
    server.kill().await.unwrap();
}

/// A server of its own process on this data folder.
pub(crate) async fn serve(data: &Path) -> ServerProcess {
    serve_with(data, "store.url=").await
}

/// A server of its own process on this data folder, with one more setting.
pub(crate) async fn serve_with(data: &Path, setting: &str) -> ServerProcess {
    let program = Path::new(env!("CARGO_BIN_EXE_live-classroom"));
    let data = data.to_str().expect("a text path");
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
        setting,
    ];
    ServerProcess::start(program, &arguments).await.expect("the server starts")
}
