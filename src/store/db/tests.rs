//! The writer on real files.

use std::time::Duration;

use sqlx::Row;
use tempfile::TempDir;

use super::*;
use crate::attendance::fact::{Fact, What};
use crate::office;
use crate::protocol::StorageTrouble;
use crate::store::Store;
use crate::time::clock::now_ms;

async fn open() -> (TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&dir.path().join("data")).await.unwrap();
    (dir, store)
}

async fn make_lesson(writing: &mut Writing, id: &str) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO lessons (id, title, created_at_ms, content, credit_ch, planned_start_ms, planned_end_ms)
         VALUES ($1, $1, 1, $1, 200, 1, 2)",
    )
    .bind(id)
    .execute(&mut **writing)
    .await
    .map(drop)
}

/// Writes a lesson; returns whether it exists, and whether `other` does.
async fn goes_on(store: &Store, other: &str) -> (bool, bool) {
    let id = format!("after-{other}-{}", now_ms());
    office::timetable::make_usual(store, &id, "一课").await.unwrap();
    (store.lessons().find(&id).await.unwrap().is_some(), store.lessons().find(other).await.unwrap().is_some())
}

#[tokio::test]
async fn what_is_dropped_half_way_is_rolled_back_and_the_next_one_writes() {
    let (_dir, store) = open().await;
    let mut writing = store.db.write(Lane::Office).await.unwrap();
    make_lesson(&mut writing, "dropped").await.unwrap();
    drop(writing);
    assert_eq!(goes_on(&store, "dropped").await, (true, false));
}

#[tokio::test]
async fn a_request_that_is_cancelled_anywhere_leaves_a_writer_that_works() {
    let (_dir, store) = open().await;
    for polls in 0.. {
        let id = format!("cancelled-{polls}");
        let mut work = Box::pin(async {
            let mut writing = store.db.write(Lane::Office).await?;
            make_lesson(&mut writing, &id).await?;
            writing.commit().await
        });
        let mut done = false;
        for _ in 0..polls {
            done = futures_util::poll!(&mut work).is_ready();
            if done {
                break;
            }
            tokio::time::sleep(Duration::from_micros(50)).await;
        }
        drop(work);
        let (writes, written) = goes_on(&store, &id).await;
        assert!(writes, "after {polls} polls");
        if done {
            assert!(written);
            break;
        }
    }
}

#[tokio::test]
async fn what_has_no_row_to_be_written_to_is_an_error_and_not_lost() {
    crate::store::testing::only_in_a_file!();
    let (_data, store) = open().await;
    let mut writing = store.write(Lane::Office).await.unwrap();
    for lesson in ["a", "b"] {
        make_lesson(&mut writing, lesson).await.unwrap();
    }
    let title = |whose: &'static str| sqlx::query("UPDATE lessons SET title = 'x' WHERE id < $1").bind(whose);
    assert!(writing.one_row("a title", title("b")).await.is_ok());
    for (whose, rows) in [("a", 0), ("c", 2)] {
        let said = writing.one_row("a title", title(whose)).await.unwrap_err().to_string();
        assert!(said.contains(&format!("a title: {rows} rows")), "{said}");
    }
    writing.commit().await.unwrap();
    // A foreign trigger skips rows without an error.
    let quiet = "CREATE TRIGGER quiet BEFORE INSERT ON facts BEGIN SELECT RAISE (IGNORE); END";
    let mut writing = store.write(Lane::Office).await.unwrap();
    sqlx::query(quiet).execute(&mut *writing).await.unwrap();
    writing.commit().await.unwrap();
    let what = What::ClassStarted;
    let fact = Fact { lesson: "a".into(), person: None, at_ms: 1, what };
    let said = format!("{:#}", store.facts().append(vec![fact]).await.unwrap_err());
    assert!(said.contains("facts: 0 rows"), "{said}");
}

#[tokio::test]
async fn a_transaction_that_sqlite_rolled_back_by_itself_is_not_gone_on_with() {
    crate::store::testing::only_in_a_file!();
    let (_dir, store) = open().await;
    let mut writing = store.db.write(Lane::Office).await.unwrap();
    make_lesson(&mut writing, "itself").await.unwrap();
    // As SQLite does if the disk is full.
    sqlx::query("ROLLBACK").execute(&mut *writing).await.unwrap();
    drop(writing);
    assert_eq!(goes_on(&store, "itself").await, (true, false));

    let mut writing = store.db.write(Lane::Office).await.unwrap();
    make_lesson(&mut writing, "itself").await.unwrap();
    sqlx::query("ROLLBACK").execute(&mut *writing).await.unwrap();
    writing.commit().await.unwrap_err();
    assert_eq!(goes_on(&store, "itself").await, (true, false));
}

/// Bytes of a page.
const PAGE: usize = 4096;

/// A store with some thousand facts of a lesson; the headers of 12 pages are overwritten.
async fn damaged() -> TempDir {
    let (dir, store) = open().await;
    office::timetable::make_usual(&store, "lesson", "一课").await.unwrap();
    for at_ms in 0..20 {
        let what = What::Chat { line: 1, text: "长".repeat(100) };
        let fact = Fact { lesson: "lesson".into(), person: Some("ann".into()), at_ms, what };
        store.facts().append(vec![fact; 100]).await.unwrap();
    }
    let done = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&store.writer).await.unwrap();
    assert_eq!(done.try_get::<i64, _>(0).unwrap(), 0, "everything is in the file");
    store.writer.close().await;
    drop(store);
    let file = dir.path().join("data/classroom.db");
    let mut bytes = std::fs::read(&file).unwrap();
    // Leaves of tables that hold facts; the server opens without them.
    let text = "长".repeat(10);
    let is_leaf = |page: &usize| {
        let bytes = &bytes[page * PAGE..][..PAGE];
        bytes[0] == 13 && bytes.windows(text.len()).any(|window| window == text.as_bytes())
    };
    let leaves: Vec<usize> = (0..bytes.len() / PAGE).filter(is_leaf).collect();
    assert!(leaves.len() > 12, "{}", leaves.len());
    for page in &leaves[..12] {
        bytes[page * PAGE..][..8].fill(0xee);
    }
    std::fs::write(&file, bytes).unwrap();
    dir
}

#[tokio::test]
async fn damaged_pages_are_found_at_the_start_and_by_whoever_verifies() {
    crate::store::testing::only_in_a_file!();
    let dir = damaged().await;
    let store = Store::open(&dir.path().join("data")).await.unwrap();
    assert_eq!((store.trouble(), store.is_checked()), (None, false));
    store.db.check_quickly().await;
    assert_eq!((store.trouble(), store.is_checked()), (Some(StorageTrouble::Damaged), true));
    let said = store.check_integrity().await.unwrap_err().to_string();
    assert!(said.contains("damaged") && said.contains("backup"), "{said}");
    // A proof that it can be written does not mend it.
    assert!(store.db.prove().await);
    assert_eq!(store.trouble(), Some(StorageTrouble::Damaged));

    let (_dir, sound) = open().await;
    sound.db.check_quickly().await;
    assert_eq!((sound.trouble(), sound.is_checked()), (None, true));
    sound.check_integrity().await.unwrap();
}

#[tokio::test]
async fn whoever_meets_a_damaged_page_makes_it_known() {
    crate::store::testing::only_in_a_file!();
    let dir = damaged().await;
    let store = Store::open(&dir.path().join("data")).await.unwrap();
    let (_other_dir, other) = open().await;
    assert!(store.facts().of("lesson").await.is_err());
    assert_eq!(store.trouble(), Some(StorageTrouble::Damaged));
    assert_eq!(other.trouble(), None, "it is another database");
}

#[tokio::test]
async fn what_is_not_of_the_migrations_is_found_at_the_start_and_by_whoever_verifies() {
    crate::store::testing::only_in_a_file!();
    for (attack, found) in [
        (
            "CREATE TRIGGER evil BEFORE INSERT ON audit WHEN NEW.act = 'secret.made' BEGIN SELECT RAISE(IGNORE); END",
            "the trigger \"evil\" is none of this program's",
        ),
        ("DROP TRIGGER audit_is_not_changed", "the trigger \"audit_is_not_changed\" is missing"),
        (
            "DROP TRIGGER facts_are_not_deleted;
             CREATE TRIGGER facts_are_not_deleted BEFORE DELETE ON facts WHEN FALSE BEGIN SELECT 1; END",
            "the trigger \"facts_are_not_deleted\" is not as this program made it",
        ),
        ("DROP INDEX audit_by_target", "the index \"audit_by_target\" is missing"),
        ("ALTER TABLE facts ADD COLUMN more TEXT", "the table \"facts\" is not as this program made it"),
    ] {
        let (_dir, store) = open().await;
        // Requested statistics are no change.
        sqlx::query("ANALYZE").execute(&store.writer).await.unwrap();
        store.check_integrity().await.unwrap();
        store.verify_books(None).await.unwrap();
        sqlx::raw_sql(attack).execute(&store.writer).await.unwrap();
        let said = store.verify_books(None).await.unwrap_err().to_string();
        assert!(said.contains(found), "{attack}: {said}");
        store.db.check_quickly().await;
        assert_eq!((store.trouble(), store.is_checked()), (Some(StorageTrouble::Damaged), true), "{attack}");
        let said = store.check_integrity().await.unwrap_err().to_string();
        assert!(said.contains(found) && said.contains("backup"), "{attack}: {said}");
    }
}

#[tokio::test]
async fn a_database_that_another_program_locks_is_never_called_a_disk_that_fails() {
    crate::store::testing::only_in_a_file!();
    let (_dir, store) = open().await;
    let watched = store.clone();
    let watch = tokio::spawn(async move { watched.watch().await });
    let mut other = store.writer.acquire().await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut *other).await.unwrap();
    let mut told = Vec::new();
    // Twice as long as a write waits for the lock, and as the watch waits for a write.
    for _ in 0..160 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        told.push(store.trouble());
    }
    assert!(told.iter().all(|told| matches!(told, None | Some(StorageTrouble::Busy))), "{told:?}");
    assert_eq!(told.last(), Some(&Some(StorageTrouble::Busy)));
    sqlx::query("ROLLBACK").execute(&mut *other).await.unwrap();
    for _ in 0..100 {
        tokio::time::sleep(Duration::from_millis(100)).await;
        if store.trouble().is_none() {
            break;
        }
    }
    assert_eq!(store.trouble(), None);
    watch.abort();
}
