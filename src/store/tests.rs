//! The store on real folders.

use std::time::Duration;

use sqlx::Connection;
use sqlx::pool::PoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use tempfile::TempDir;
use tokio::time::{Instant, sleep_until};

use super::engine::connection::Options;
use super::*;
use crate::attendance::fact::{Fact, LeftReason, What};
use crate::lesson::{ClassState, Role, SourceKind};
use crate::office;

const LESSON: &str = "lesson";

impl Store {
    /// Reads and changes rows behind the server's back.
    pub(crate) fn by_hand(&self) -> &Pool {
        &self.writer
    }

    /// Makes every append fail from now on, or no longer: for tests of callers that append.
    pub(crate) async fn refuse_facts(&self, refuse: bool) {
        let change = match (refuse, testing::is_on_server()) {
            (true, false) => {
                "CREATE TRIGGER refused BEFORE INSERT ON facts BEGIN SELECT RAISE (ABORT, 'refused'); END"
            }
            (true, true) => {
                "CREATE TRIGGER refused BEFORE INSERT ON facts FOR EACH ROW EXECUTE FUNCTION forbidden('refused')"
            }
            (false, false) => "DROP TRIGGER refused",
            (false, true) => "DROP TRIGGER refused ON facts",
        };
        sqlx::query(change).execute(&self.writer).await.unwrap();
    }
}

/// A connection of its own to the database, for acts that the store itself never does.
pub(super) fn by_hand(home: &Home) -> Pool {
    let file = SqliteConnectOptions::new().filename(home.folder().join("classroom.db")).foreign_keys(true);
    let options = match home.url() {
        Some(url) => url.parse().expect("an address"),
        None => Options::Sqlite(file),
    };
    PoolOptions::new().max_connections(1).connect_lazy_with(options)
}

async fn open() -> (TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&dir.path().join("data")).await.unwrap();
    office::timetable::make_usual(&store, LESSON, "A lesson").await.unwrap();
    (dir, store)
}

async fn reopen(dir: &TempDir) -> Store {
    Store::open(&dir.path().join("data")).await.unwrap()
}

/// The database file in the view of another program.
async fn raw(dir: &TempDir) -> SqliteConnection {
    let file = dir.path().join("data/classroom.db");
    SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(file)).await.unwrap()
}

fn fact(person: &str, at_ms: u64, what: What) -> Fact {
    Fact { lesson: LESSON.into(), person: Some(person.into()), at_ms, what }
}

fn class(at_ms: u64, what: What) -> Fact {
    Fact { lesson: LESSON.into(), person: None, at_ms, what }
}

#[tokio::test]
async fn facts_survive_a_reopen_in_their_order() {
    let (dir, store) = open().await;
    let facts = vec![
        fact("ann", 1, What::Joined { device: 1, role: Role::Trainee, name: "安".into() }),
        fact("ann", 5, What::Alive { device: 1, from_ms: 2 }),
        fact("wang", 6, What::Teaching { device: 2, from_ms: 1, kinds: vec![SourceKind::Mic] }),
        fact("ann", 4, What::Chat { line: 1, text: "好\n\"quoted\"".into() }),
        fact("ann", 9, What::Left { device: 1, reason: LeftReason::Lost }),
    ];
    for fact in &facts {
        store.facts().append(vec![fact.clone()]).await.unwrap();
    }
    drop(store);
    let store = reopen(&dir).await;
    assert_eq!(store.facts().of(LESSON).await.unwrap(), facts);
    assert_eq!(store.facts().of("other").await.unwrap(), []);
}

#[tokio::test]
async fn nobody_changes_deletes_or_replaces_a_fact() {
    crate::store::testing::only_in_a_file!();
    let (dir, store) = open().await;
    store.facts().append(vec![fact("ann", 1, What::HandRaised)]).await.unwrap();
    let before = store.facts().of(LESSON).await.unwrap();
    let mut other = raw(&dir).await;
    for attack in [
        "UPDATE facts SET at_ms = 2",
        "DELETE FROM facts",
        "INSERT OR REPLACE INTO facts (seq, lesson, at_ms, body) VALUES (1, 'lesson', 2, '{\"type\":\"x\"}')",
    ] {
        let error = sqlx::query(attack).execute(&mut other).await.unwrap_err();
        assert!(error.to_string().contains("facts are never"), "{attack}: {error}");
    }
    assert_eq!(store.facts().of(LESSON).await.unwrap(), before);
}

#[tokio::test]
async fn fifty_appenders_at_once_lose_nothing() {
    let (_dir, store) = open().await;
    let appender = |n: usize, store: Store| async move {
        for at_ms in 0..20 {
            store.facts().append(vec![fact(&format!("p{n}"), at_ms, What::HandRaised)]).await.unwrap();
        }
    };
    let tasks: Vec<_> = (0..50).map(|n| tokio::spawn(appender(n, store.clone()))).collect();
    for task in tasks {
        task.await.unwrap();
    }
    let facts = store.facts().of(LESSON).await.unwrap();
    assert_eq!(facts.len(), 1000);
    for n in 0..50 {
        let mine = facts.iter().filter(|fact| fact.person.as_deref() == Some(&format!("p{n}")));
        assert!(mine.map(|fact| fact.at_ms).eq(0..20), "appender {n} keeps its order");
    }
}

#[tokio::test]
async fn a_bad_append_fails_alone() {
    let (_dir, store) = open().await;
    let bad = Fact { lesson: "nowhere".into(), ..fact("ann", 1, What::HandRaised) };
    let ledger = store.facts();
    let (good_1, bad, good_2) = tokio::join!(
        ledger.append(vec![fact("ann", 1, What::HandRaised)]),
        ledger.append(vec![bad]),
        ledger.append(vec![fact("bob", 1, What::HandRaised)]),
    );
    assert!(good_1.is_ok() && good_2.is_ok());
    assert!(bad.is_err());
    assert_eq!(store.facts().of(LESSON).await.unwrap().len(), 2);
    assert_eq!(store.trouble(), None);
}

#[tokio::test]
async fn a_lesson_follows_its_facts() {
    let (_dir, store) = open().await;
    for (at_ms, what, state, started_at_ms) in [
        (5, What::ClassStarted, ClassState::Live, Some(5)),
        (6, What::ClassPaused, ClassState::Paused, Some(5)),
        (7, What::ClassResumed, ClassState::Live, Some(5)),
        (8, What::ClassEnded { by: None }, ClassState::Ended, Some(5)),
    ] {
        store.facts().append(vec![class(at_ms, what)]).await.unwrap();
        let lesson = store.lessons().find(LESSON).await.unwrap().unwrap();
        assert_eq!((lesson.state, lesson.started_at_ms), (state, started_at_ms));
    }
}

#[tokio::test]
async fn lessons_are_found_and_not_made_twice() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    assert!(store.lessons().is_empty().await.unwrap());
    office::timetable::make_usual(&store, "a", "第一课").await.unwrap();
    assert!(!store.lessons().is_empty().await.unwrap());
    assert!(office::timetable::make_usual(&store, "a", "again").await.is_err());
    assert_eq!(store.lessons().find("b").await.unwrap(), None);
    let lesson = store.lessons().find("a").await.unwrap().unwrap();
    assert_eq!((lesson.title.as_str(), lesson.state), ("第一课", ClassState::Open));
}

#[tokio::test]
async fn a_folder_that_cannot_be_used_is_a_sentence() {
    crate::store::testing::only_in_a_file!();
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "not a folder").unwrap();
    let error = Store::open(&file.join("data")).await.err().unwrap();
    assert!(error.to_string().contains("--data"), "{error}");

    let folder = dir.path().join("data");
    std::fs::create_dir_all(folder.join("classroom.db")).unwrap();
    let error = Store::open(&folder).await.err().unwrap();
    assert!(error.to_string().contains("--data"), "{error}");

    let folder = dir.path().join("other");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("classroom.db"), "this is no database".repeat(100)).unwrap();
    let error = Store::open(&folder).await.err().unwrap();
    let said = error.to_string();
    assert!(said.contains("cannot use the database") && said.contains("put back a backup"), "{error:#}");
}

#[tokio::test]
async fn data_of_a_newer_version_is_left_alone() {
    crate::store::testing::only_in_a_file!();
    let (dir, store) = open().await;
    drop(store);
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                 VALUES (9999, 'from the future', TRUE, x'00', 0)";
    sqlx::query(newer).execute(&mut raw(&dir).await).await.unwrap();
    let error = Store::open(&dir.path().join("data")).await.err().unwrap();
    assert!(error.to_string().contains("another version"), "{error}");
}

#[tokio::test]
async fn a_folder_has_one_engine() {
    let Some(url) = loadtest::postgres::database("one_engine") else {
        eprintln!("PostgreSQL is not installed: there is one engine anyway");
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    for (name, right, wrong) in [
        ("a", Home::in_file(&dir.path().join("a")), Home::on_server(&dir.path().join("a"), &url)),
        ("b", Home::on_server(&dir.path().join("b"), &url), Home::in_file(&dir.path().join("b"))),
    ] {
        drop(Store::open(right.clone()).await.unwrap());
        let refused = Store::open(wrong).await.err().expect(name).to_string();
        assert!(refused.contains("SQLite") || refused.contains("store.url"), "{refused}");
        Store::open(right).await.unwrap();
    }
}

/// For docs/numbers.md, on the disk: `CLASSROOM_TEST_SYNCED=1 [CLASSROOM_TEST_ENGINE=postgres] TMPDIR=/tmp cargo test
/// --release --lib how_long_facts -- --ignored --nocapture`
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn how_long_facts_take() {
    const ROOMS: usize = 20;
    let (_dir, store) = open().await;
    for room in 0..ROOMS {
        office::timetable::make_usual(&store, &format!("room-{room}"), "一课").await.unwrap();
    }
    let fact = |room: usize| Fact {
        lesson: format!("room-{room}"),
        person: None,
        at_ms: now_ms(),
        what: What::Chat { line: 1, text: "大家好，今天我们讲第三章".into() },
    };
    // Each room appends so many facts, so many times, with a pause between; returns the times until they were acknowledged.
    let run = async |facts: usize, times: u32, pause: Duration| {
        let begun = Instant::now();
        let rooms = (0..ROOMS).map(|room| {
            let store = store.clone();
            let batch: Vec<Fact> = (0..facts).map(|_| fact(room)).collect();
            tokio::spawn(async move {
                let mut waits = Vec::new();
                for turn in 0..times {
                    sleep_until(begun + pause * turn + Duration::from_millis(5 * room as u64)).await;
                    let asked = Instant::now();
                    store.facts().append(batch.clone()).await.unwrap();
                    waits.push(asked.elapsed());
                }
                waits
            })
        });
        let rooms: Vec<_> = rooms.collect();
        let mut waits = Vec::new();
        for room in rooms {
            waits.extend(room.await.unwrap());
        }
        waits.sort_unstable();
        let rate = (facts * waits.len()) as f64 / begun.elapsed().as_secs_f64();
        (rate, waits[waits.len() / 2], waits[waits.len() * 99 / 100])
    };
    let (rate, p50, p99) = run(10, 100, Duration::from_millis(100)).await;
    println!("{rate:.0} facts/s asked for: acknowledged p50 {p50:?}, p99 {p99:?}");
    let (rate, p50, p99) = run(100, 50, Duration::ZERO).await;
    println!("as many as it takes: {rate:.0} facts/s, acknowledged p50 {p50:?}, p99 {p99:?}");
}
