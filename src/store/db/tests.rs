//! The writer on real files.

use std::time::Duration;

use sqlx::Row;
use tempfile::TempDir;

use super::*;
use crate::attendance::fact::{Fact, What};
use crate::protocol::StorageTrouble;
use crate::store::{Store, now_ms};

async fn open() -> (TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&dir.path().join("data")).await.unwrap();
    (dir, store)
}

async fn make_lesson(writing: &mut Writing, id: &str) -> Result<(), Error> {
    sqlx::query(
        "INSERT INTO lessons (id, title, created_at_ms, content, credit_ch, planned_start_ms, planned_end_ms)
         VALUES (?1, ?1, 1, ?1, 200, 1, 2)",
    )
    .bind(id)
    .execute(&mut **writing)
    .await
    .map(drop)
}

/// Writes a lesson and says whether it is there, and whether `other` is.
async fn goes_on(store: &Store, other: &str) -> (bool, bool) {
    let id = format!("after-{other}-{}", now_ms());
    store.create_lesson(&id, "一课").await.unwrap();
    (store.lesson(&id).await.unwrap().is_some(), store.lesson(other).await.unwrap().is_some())
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
async fn a_transaction_that_sqlite_rolled_back_by_itself_is_not_gone_on_with() {
    let (_dir, store) = open().await;
    let mut writing = store.db.write(Lane::Office).await.unwrap();
    make_lesson(&mut writing, "itself").await.unwrap();
    // As SQLite does when the disk is full.
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

/// A store with some thousand facts of a lesson, of which the headers of 12 pages were overwritten.
async fn damaged() -> TempDir {
    let (dir, store) = open().await;
    store.create_lesson("lesson", "一课").await.unwrap();
    for at_ms in 0..20 {
        let what = What::Chat { line: 1, text: "长".repeat(100) };
        let fact = Fact { lesson: "lesson".into(), person: Some("ann".into()), at_ms, what };
        store.append(vec![fact; 100]).await.unwrap();
    }
    let done = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&store.writer).await.unwrap();
    assert_eq!(done.try_get::<i64, _>(0).unwrap(), 0, "everything is in the file");
    let root = sqlx::query("SELECT max(rootpage) FROM sqlite_schema").fetch_one(&store.writer).await.unwrap();
    let root = usize::try_from(root.try_get::<i64, _>(0).unwrap()).unwrap();
    store.writer.close().await;
    drop(store);
    let file = dir.path().join("data/classroom.db");
    let mut bytes = std::fs::read(&file).unwrap();
    // Leaves of tables; what was added last is facts.
    let leaves = (root..bytes.len() / PAGE).filter(|page| bytes[page * PAGE] == 13);
    let leaves: Vec<usize> = leaves.collect();
    assert!(leaves.len() > 12, "{}", leaves.len());
    for page in &leaves[..12] {
        bytes[page * PAGE..][..8].fill(0xee);
    }
    std::fs::write(&file, bytes).unwrap();
    dir
}

#[tokio::test]
async fn damaged_pages_are_found_at_the_start_and_by_whoever_verifies() {
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
    let dir = damaged().await;
    let store = Store::open(&dir.path().join("data")).await.unwrap();
    let (_other_dir, other) = open().await;
    assert!(store.facts("lesson").await.is_err());
    assert_eq!(store.trouble(), Some(StorageTrouble::Damaged));
    assert_eq!(other.trouble(), None, "it is another database");
}
