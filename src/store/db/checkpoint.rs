//! Checkpoints: copying the WAL into the database's file. SQLite would do it inside a commit, and every fact
//! behind that commit would wait until some hundred pages were on the disk. Here a connection of its own does
//! it beside the writer.

use std::time::Duration;

use sqlx::{ConnectOptions, Connection as _, Error, Row, SqliteConnection};
use tokio::time::sleep;

use super::site::{File, Site};
use super::{Db, Lane};

/// Time between two looks at the WAL.
const EVERY: Duration = Duration::from_millis(200);
/// Number of pages not yet in the database's file from which on they are copied.
const PAGES: i64 = 1_000;
/// Number of pages of the WAL from which on it must start over, 16 MiB. It does so when a write begins and
/// every page is copied, which never happens by itself in a stream of writes.
const PAGES_MAX: i64 = 4_000;
/// Number of pages from which on a commit copies, in a program that does not keep the WAL short (the command
/// line).
pub(in crate::store) const PAGES_OF_A_COMMIT: &str = "16000";

/// Copies nothing.
const LOOK: &str = "PRAGMA wal_checkpoint(NOOP)";
/// Copies as much as possible without waiting for readers or the writer.
const COPY: &str = "PRAGMA wal_checkpoint(PASSIVE)";

/// The figures of the WAL, in pages.
struct Wal {
    length: i64,
    copied: i64,
}

impl Wal {
    /// Whether something has to be copied. Once everything is, the next write starts the WAL over by itself.
    fn is_due(&self) -> bool {
        let left = self.length - self.copied;
        left >= PAGES || (left > 0 && self.is_very_long())
    }

    fn is_very_long(&self) -> bool {
        self.length >= PAGES_MAX
    }
}

impl Db {
    /// Keeps the WAL of a file short until it is dropped. A PostgreSQL server does that by itself.
    pub(in crate::store) async fn checkpoint(&self) {
        let Site::File(file) = &*self.0.site else { return };
        let mut connection = None;
        loop {
            sleep(EVERY).await;
            // Writes report the disk's trouble; pages not copied now are copied at the next look.
            if self.copy(file, &mut connection).await.is_err()
                && let Some(connection) = connection.take()
            {
                let _ = connection.close().await;
            }
        }
    }

    async fn copy(&self, file: &File, connection: &mut Option<SqliteConnection>) -> Result<(), Error> {
        let connection = match connection {
            Some(connection) => connection,
            None => connection.insert(file.writing.connect().await?),
        };
        if !ask(connection, LOOK).await?.is_due() {
            return Ok(());
        }
        let wal = ask(connection, COPY).await?;
        if wal.is_due() && wal.is_very_long() {
            // Only the pages written meanwhile are left: the turn is short.
            let _turn = self.0.turns.take(Lane::Books).await;
            ask(connection, COPY).await?;
        }
        Ok(())
    }
}

/// Runs a `PRAGMA wal_checkpoint` (<https://sqlite.org/pragma.html#pragma_wal_checkpoint>) and returns its
/// figures.
async fn ask(connection: &mut SqliteConnection, pragma: &'static str) -> Result<Wal, Error> {
    let row = sqlx::query(pragma).fetch_one(connection).await?;
    Ok(Wal { length: row.try_get(1)?, copied: row.try_get(2)? })
}

#[cfg(test)]
mod tests {
    use super::super::super::Store;
    use super::*;

    /// Writes so many pages and some more, then checkpoints if due.
    async fn after(store: &Store, pages: i64, connection: &mut Option<SqliteConnection>) -> Wal {
        let filler =
            sqlx::query("UPDATE pulse SET filler = $1").bind(vec![0; usize::try_from(pages * 4096).unwrap()]);
        store.db.execute(Lane::Books, filler).await.unwrap();
        let Site::File(file) = &*store.db.0.site else { unreachable!("tests of the WAL are on a file") };
        store.db.copy(file, connection).await.unwrap();
        ask(connection.as_mut().unwrap(), LOOK).await.unwrap()
    }

    #[test]
    fn a_long_wal_that_is_copied_takes_no_turn_from_anybody() {
        let is_due = |length, copied| Wal { length, copied }.is_due();
        assert!(!is_due(PAGES_MAX, PAGES_MAX) && is_due(PAGES_MAX, PAGES_MAX - 1));
        assert!(!is_due(PAGES, 1) && is_due(PAGES, 0));
    }

    #[tokio::test]
    async fn the_wal_is_copied_when_it_is_long_and_begins_anew_when_it_is_very_long() {
        crate::store::testing::only_in_a_file!();
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("data")).await.unwrap();
        let mut connection = None;
        let few = after(&store, 10, &mut connection).await;
        assert!(few.copied < few.length, "few pages wait for more");
        let many = after(&store, PAGES, &mut connection).await;
        assert_eq!(many.copied, many.length);
        let very_many = after(&store, PAGES_MAX, &mut connection).await;
        assert!(very_many.length > PAGES_MAX && very_many.copied == very_many.length);
        let anew = after(&store, 10, &mut connection).await;
        assert!(anew.length < 100, "{} pages", anew.length);
    }

    #[tokio::test]
    async fn a_reader_keeps_the_wal_from_beginning_anew_and_nobody_waits_for_it() {
        crate::store::testing::only_in_a_file!();
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("data")).await.unwrap();
        let mut connection = None;
        let before = after(&store, 10, &mut connection).await;
        let mut reading = store.readers.begin().await.unwrap();
        sqlx::query("SELECT count(*) FROM lessons").execute(&mut *reading).await.unwrap();
        let held = after(&store, PAGES_MAX, &mut connection).await;
        assert!(held.copied <= before.length, "what the reader sees stays");
        reading.rollback().await.unwrap();
        let free = after(&store, 10, &mut connection).await;
        assert_eq!(free.copied, free.length);
    }
}
