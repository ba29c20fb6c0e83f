//! The store on real folders.

use crate::protocol::{ClassState, Role};
use std::os::unix::fs::PermissionsExt;

use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqlitePoolOptions};
use tempfile::TempDir;

use super::*;
use crate::attendance::fact::{LeftReason, What};
use crate::protocol::SourceKind;

const LESSON: &str = "lesson";
const DAY_MS: u64 = 24 * 3_600_000;

impl Store {
    /// Makes every append fail from now on, or no longer: for tests of those who append.
    pub(crate) async fn refuse_facts(&self, refuse: bool) {
        let change = if refuse {
            "CREATE TRIGGER refused BEFORE INSERT ON facts BEGIN SELECT RAISE (ABORT, 'refused'); END"
        } else {
            "DROP TRIGGER refused"
        };
        sqlx::query(change).execute(&self.writer).await.unwrap();
    }
}

/// A connection of its own to the database in `dir`, for what the store itself never does.
pub(super) fn by_hand(dir: &std::path::Path) -> SqlitePool {
    let options = SqliteConnectOptions::new().filename(dir.join("classroom.db")).foreign_keys(true);
    SqlitePoolOptions::new().max_connections(1).connect_lazy_with(options)
}

async fn open() -> (TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&dir.path().join("data")).await.unwrap();
    store.create_lesson(LESSON, "A lesson").await.unwrap();
    (dir, store)
}

async fn reopen(dir: &TempDir) -> Store {
    Store::open(&dir.path().join("data")).await.unwrap()
}

/// The database file as another program sees it.
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

async fn link(store: &Store, expires_at_ms: u64) -> String {
    let person = Some(store.create_person("学员1", Role::Trainee).await.unwrap());
    let lesson = Some(LESSON.to_owned());
    let new = NewSecret { kind: SecretKind::Link, person, role: Role::Trainee, lesson, expires_at_ms };
    store.new_secret(new).await.unwrap()
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
        store.append(vec![fact.clone()]).await.unwrap();
    }
    drop(store);
    let store = reopen(&dir).await;
    assert_eq!(store.facts(LESSON).await.unwrap(), facts);
    assert_eq!(store.facts("other").await.unwrap(), []);
}

#[tokio::test]
async fn nobody_changes_deletes_or_replaces_a_fact() {
    let (dir, store) = open().await;
    store.append(vec![fact("ann", 1, What::HandRaised)]).await.unwrap();
    let before = store.facts(LESSON).await.unwrap();
    let mut other = raw(&dir).await;
    for attack in [
        "UPDATE facts SET at_ms = 2",
        "DELETE FROM facts",
        "INSERT OR REPLACE INTO facts (seq, lesson, at_ms, body) VALUES (1, 'lesson', 2, '{\"type\":\"x\"}')",
    ] {
        let error = sqlx::query(attack).execute(&mut other).await.unwrap_err();
        assert!(error.to_string().contains("facts are never"), "{attack}: {error}");
    }
    assert_eq!(store.facts(LESSON).await.unwrap(), before);
}

#[tokio::test]
async fn fifty_appenders_at_once_lose_nothing() {
    let (_dir, store) = open().await;
    let appender = |n: usize, store: Store| async move {
        for at_ms in 0..20 {
            store.append(vec![fact(&format!("p{n}"), at_ms, What::HandRaised)]).await.unwrap();
        }
    };
    let tasks: Vec<_> = (0..50).map(|n| tokio::spawn(appender(n, store.clone()))).collect();
    for task in tasks {
        task.await.unwrap();
    }
    let facts = store.facts(LESSON).await.unwrap();
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
    let (good_1, bad, good_2) = tokio::join!(
        store.append(vec![fact("ann", 1, What::HandRaised)]),
        store.append(vec![bad]),
        store.append(vec![fact("bob", 1, What::HandRaised)]),
    );
    assert!(good_1.is_ok() && good_2.is_ok());
    assert!(bad.is_err());
    assert_eq!(store.facts(LESSON).await.unwrap().len(), 2);
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
        store.append(vec![class(at_ms, what)]).await.unwrap();
        let lesson = store.lesson(LESSON).await.unwrap().unwrap();
        assert_eq!((lesson.state, lesson.started_at_ms), (state, started_at_ms));
    }
}

#[tokio::test]
async fn lessons_are_found_and_not_made_twice() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).await.unwrap();
    assert!(store.is_empty().await.unwrap());
    store.create_lesson("a", "第一课").await.unwrap();
    assert!(!store.is_empty().await.unwrap());
    assert!(store.create_lesson("a", "again").await.is_err());
    assert_eq!(store.lesson("b").await.unwrap(), None);
    let lesson = store.lesson("a").await.unwrap().unwrap();
    assert_eq!((lesson.title.as_str(), lesson.state), ("第一课", ClassState::Open));
}

#[tokio::test]
async fn a_link_signs_in_once_whoever_races_for_it() {
    let (_dir, store) = open().await;
    let secret = link(&store, 1_000).await;
    let race = (0..10).map(|_| {
        let (store, secret) = (store.clone(), secret.clone());
        tokio::spawn(async move { store.redeem_link(&secret, 500, DAY_MS).await })
    });
    let mut won = Vec::new();
    for racer in race.collect::<Vec<_>>() {
        match racer.await.unwrap() {
            Ok(signed_in) => won.push(signed_in),
            Err(error) => assert!(matches!(error, LinkError::Used), "{error}"),
        }
    }
    let [signed_in] = won.as_slice() else { panic!("{} sessions for one link", won.len()) };
    assert_eq!(signed_in.person.name, "学员1");
    assert_eq!(signed_in.person.lesson.as_deref(), Some(LESSON));
}

#[tokio::test]
async fn a_link_that_is_of_no_use_says_why() {
    let (_dir, store) = open().await;
    let secret = link(&store, 1_000).await;
    assert!(matches!(store.redeem_link("guess", 1, DAY_MS).await, Err(LinkError::Unknown)));
    assert!(matches!(store.redeem_link(&secret, 1_000, DAY_MS).await, Err(LinkError::Expired)));
    store.redeem_link(&secret, 999, DAY_MS).await.unwrap();
    assert!(matches!(store.redeem_link(&secret, 999, DAY_MS).await, Err(LinkError::Used)));
}

#[tokio::test]
async fn a_session_needs_seat_and_secret_and_ends() {
    let (dir, store) = open().await;
    let now = now_ms();
    let first = store.redeem_link(&link(&store, now + 1).await, now, DAY_MS).await.unwrap();
    let second = store.redeem_link(&link(&store, now + 1).await, now, DAY_MS).await.unwrap();
    drop(store);
    let store = reopen(&dir).await;
    let session = async |seat: &str, secret: &str, now| {
        store.session(seat, secret, now).await.unwrap().map(|seat| seat.person)
    };
    let (seat, secret) = (&first.seat, &first.session_secret);
    assert_eq!(session(seat, secret, now).await.as_ref(), Some(&first.person));
    assert_eq!(session(seat, &second.session_secret, now).await, None);
    assert_eq!(session(&second.seat, secret, now).await, None);
    assert_eq!(first.expires_at_ms, now + DAY_MS);
    assert_eq!(session(seat, secret, first.expires_at_ms - 1).await, Some(first.person.clone()));
    assert_eq!(session(seat, secret, first.expires_at_ms).await, None);
    store.sign_out(seat).await.unwrap();
    assert_eq!(session(seat, secret, now).await, None);
    assert_eq!(session(&second.seat, &second.session_secret, now).await, Some(second.person.clone()));
}

#[tokio::test]
async fn what_expired_long_ago_is_forgotten_and_what_expired_lately_is_told() {
    let (dir, store) = open().await;
    let now = now_ms();
    let (old, late) = (link(&store, 1_000).await, link(&store, now - 1_000).await);
    drop(store);
    let store = reopen(&dir).await;
    assert!(matches!(store.redeem_link(&old, now, DAY_MS).await, Err(LinkError::Unknown)));
    assert!(matches!(store.redeem_link(&late, now, DAY_MS).await, Err(LinkError::Expired)));
}

#[tokio::test]
async fn tokens_work_until_they_expire() {
    let (_dir, store) = open().await;
    let named = Some(store.create_person("王老师", Role::Instructor).await.unwrap());
    for person in [None, named] {
        let (role, lesson) = (Role::Instructor, Some(LESSON.to_owned()));
        let new =
            NewSecret { kind: SecretKind::Token, person: person.clone(), role, lesson, expires_at_ms: 1_000 };
        let secret = store.new_secret(new).await.unwrap();
        for _ in 0..2 {
            let grant = store.token(&secret, 999).await.unwrap().unwrap();
            assert_eq!((grant.role, grant.lesson.as_deref()), (role, Some(LESSON)));
            assert_eq!(grant.person.map(|signed| signed.person_id), person);
        }
        assert_eq!(store.token(&secret, 1_000).await.unwrap(), None);
        assert!(matches!(store.redeem_link(&secret, 1, DAY_MS).await, Err(LinkError::Unknown)));
    }
    let secret = link(&store, 1_000).await;
    assert_eq!(store.token(&secret, 1).await.unwrap(), None, "a link is no token");
}

#[tokio::test]
async fn no_clear_secret_is_in_the_files_and_nobody_else_reads_them() {
    let (dir, store) = open().await;
    let secret = link(&store, u64::MAX).await;
    let session = store.redeem_link(&secret, 500, DAY_MS).await.unwrap();
    let folder = dir.path().join("data");
    let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    let mut files = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        let bytes = std::fs::read(&path).unwrap();
        for clear in [&secret, &session.session_secret] {
            assert!(!bytes.windows(clear.len()).any(|window| window == clear.as_bytes()));
        }
        files += 1;
    }
    assert!(files >= 2, "the database and its log");
}

#[tokio::test]
async fn a_folder_that_cannot_be_used_is_a_sentence() {
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
    assert!(said.contains("cannot open the database") && said.contains("put back a backup"), "{error:#}");
}

#[tokio::test]
async fn data_of_a_newer_version_is_left_alone() {
    let (dir, store) = open().await;
    drop(store);
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                 VALUES (9999, 'from the future', TRUE, x'00', 0)";
    sqlx::query(newer).execute(&mut raw(&dir).await).await.unwrap();
    let error = Store::open(&dir.path().join("data")).await.err().unwrap();
    assert!(error.to_string().contains("another version"), "{error}");
}
