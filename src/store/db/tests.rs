//! The writer on real files.

use std::time::Duration;

use tempfile::TempDir;

use super::*;
use crate::store::Store;
use crate::store::now_ms;

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
