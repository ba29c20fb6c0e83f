//! The accountant judges by itself the lessons that are due, and leaves complete books when it is killed.

use std::path::Path;

use live_classroom::attendance::record::Stage;
use live_classroom::lesson::Role;
use live_classroom::protocol::Command;
use live_classroom::protocol::LessonHours;
use live_classroom::store::Store;
use loadtest::process::ServerProcess;
use loadtest::setup;
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use super::{MINUTE, now_ms, plan, program, somebody, tell};
use crate::asking::get;
use crate::facts::serve_with;
use crate::harness::{Class, LESSON, SOON, TestServer, until_some};

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
        let result = store.results().standing(LESSON).await.unwrap()?;
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

/// Killed while it judges many lessons, the accountant leaves complete books, and the next one finishes the
/// work.
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
        let person = store.class_lists().of_lesson(&lesson, "").await.unwrap().remove(0).who.id;
        tell(&store, &lesson, start_ms, &[(person.clone(), start_ms)]).await;
        people.push((lesson, person));
    }
    let file = SqliteConnectOptions::new().filename(data.path().join("classroom.db"));
    let mut raw = SqliteConnection::connect_with(&file).await.unwrap();
    sqlx::query("UPDATE enrolments SET approved_at_ms = 0").execute(&mut raw).await.unwrap();

    let entered = async |least: usize| {
        until_some(SOON, "lessons are judged", async || {
            let entries = store.entries().from(1, 1000).await.unwrap();
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

    // The command finds what is changed afterwards.
    sqlx::query("DROP TRIGGER entries_are_not_changed").execute(&mut raw).await.unwrap();
    sqlx::query("UPDATE entries SET delta_ch = 100 WHERE seq = 5").execute(&mut raw).await.unwrap();
    let found = program(&["ledger", "verify"], data.path());
    let said = String::from_utf8_lossy(&found.stderr);
    assert!(!found.status.success() && said.contains("ledger entry 5"), "{said}");
}

async fn serve_at_once(data: &Path) -> ServerProcess {
    serve_with(data, "hours.judge_after_s=0").await
}
