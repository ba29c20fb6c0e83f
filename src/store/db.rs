//! The database's one writer. [`Db::write`] is the only way to begin a write: it waits for a turn of its
//! [`Lane`] and returns the transaction. Facts of running classes pass ahead of the office and of the books,
//! so they wait for at most one transaction; for that, transactions must be short: parse, hash and build first,
//! then begin.
//!
//! A connection is kept only while nothing about it is in doubt. When beginning, committing or rolling back
//! fails, it is closed and the next write opens another one: SQLite rolls back by itself on some errors (a full
//! disk), and a connection whose state was guessed wrong refuses every later write.

use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::sync::Arc;

use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteConnectOptions, SqliteConnection, SqliteQueryResult};
use sqlx::{Connection, Error, Sqlite};
use tokio::runtime::Handle;

use self::health::Health;
use self::turns::{Turn, Turns};
use crate::protocol::StorageTrouble;

mod health;
mod integrity;
mod pulse;
mod sqlite_log;
mod turns;

/// Whether an error tells that the database's file is not what was written.
pub(super) fn is_damage(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| cause.downcast_ref().is_some_and(health::is_damage))
}

/// Who wants to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lane {
    /// Facts of running classes.
    Facts,
    /// People who wait for an answer: sign-in, registrations, the office.
    Office,
    /// What is computed: results, the ledger of credit hours, what was watched.
    Books,
}

/// Begins writes. Cheap to clone.
#[derive(Clone)]
pub(super) struct Db(Arc<Inner>);

struct Inner {
    writing: SqliteConnectOptions,
    reading: SqliteConnectOptions,
    /// The connection that writes; `None` = the last one was closed, the next write opens one.
    turns: Arc<Turns<Option<SqliteConnection>>>,
    health: Arc<Health>,
    /// Never used. While it is open, no other connection is the first of this process, so nobody reads the WAL anew:
    /// a commit that failed, and was told to have failed, stays undone.
    _anchor: SqliteConnection,
}

impl Db {
    /// Opens the database of a folder; `prepare` makes its tables. Returns also how to read it.
    pub(super) async fn open(
        folder: &Path,
        writing: SqliteConnectOptions,
        reading: SqliteConnectOptions,
        prepare: impl AsyncFnOnce(&mut SqliteConnection) -> anyhow::Result<()>,
    ) -> anyhow::Result<(Db, SqliteConnectOptions)> {
        let health = Arc::new(Health::of(folder));
        let writing = sqlite_log::listen(writing, &health);
        let reading = sqlite_log::listen(reading, &health);
        let mut writer = SqliteConnection::connect_with(&writing).await?;
        prepare(&mut writer).await?;
        let mut anchor = SqliteConnection::connect_with(&reading).await?;
        sqlx::query("SELECT count(*) FROM sqlite_schema").execute(&mut anchor).await?;
        let turns = Turns::of(Some(writer));
        let inner = Inner { writing, reading: reading.clone(), turns, health, _anchor: anchor };
        Ok((Db(Arc::new(inner)), reading))
    }

    /// `None` = facts can be stored.
    pub(super) fn trouble(&self) -> Option<StorageTrouble> {
        self.0.health.trouble()
    }

    /// False while the whole file is still being looked at.
    pub(super) fn is_checked(&self) -> bool {
        self.0.health.is_checked()
    }

    /// Begins a transaction that writes, when it is its turn. It sees everything that was written before.
    pub(super) async fn write(&self, lane: Lane) -> Result<Writing, Error> {
        let turn = self.0.turns.take(lane).await;
        let begun = self.begin(turn).await;
        if let Err(error) = &begun {
            self.0.health.failed_by(error).await;
        }
        begun
    }

    /// A caller who goes away meanwhile drops the connection, which closes it, and then the turn.
    async fn begin(&self, mut turn: Turn<Option<SqliteConnection>>) -> Result<Writing, Error> {
        let mut connection = match turn.take() {
            Some(connection) => connection,
            None => SqliteConnection::connect_with(&self.0.writing).await?,
        };
        match sqlx::query("BEGIN IMMEDIATE").execute(&mut connection).await {
            Ok(_) => Ok(Writing(Some(Held { connection, turn, health: self.0.health.clone() }))),
            Err(error) => {
                close(connection).await;
                Err(error)
            }
        }
    }

    /// A write of one statement.
    pub(super) async fn execute(
        &self,
        lane: Lane,
        statement: Query<'_, Sqlite, SqliteArguments>,
    ) -> Result<SqliteQueryResult, Error> {
        let mut writing = self.write(lane).await?;
        let done = statement.execute(&mut *writing).await?;
        writing.commit().await?;
        Ok(done)
    }
}

/// A transaction that writes: no other does until it ends. Dropped without [`Writing::commit`], it is rolled back.
pub struct Writing(Option<Held>);

struct Held {
    connection: SqliteConnection,
    turn: Turn<Option<SqliteConnection>>,
    health: Arc<Health>,
}

impl Held {
    /// The next one goes on with this connection.
    fn give_back(mut self) {
        *self.turn = Some(self.connection);
    }

    async fn roll_back(mut self) {
        match sqlx::query("ROLLBACK").execute(&mut self.connection).await {
            Ok(_) => self.give_back(),
            // SQLite has rolled back by itself, or cannot: nobody knows what state this connection is in. What it
            // was that failed, its caller was told; the next pulse shows whether it lasts.
            Err(_) => {
                close(self.connection).await;
                self.health.doubted();
            }
        }
    }
}

impl Writing {
    /// Returns once everything is on disk. After an error nothing was written.
    pub async fn commit(mut self) -> Result<(), Error> {
        // A caller who goes away here drops the connection; whether it still commits, nobody was told.
        let mut held = self.0.take().expect(HELD);
        match sqlx::query("COMMIT").execute(&mut held.connection).await {
            Ok(_) => {
                held.give_back();
                Ok(())
            }
            Err(error) => {
                close(held.connection).await;
                held.health.failed_by(&error).await;
                Err(error)
            }
        }
    }
}

const HELD: &str = "only commit and drop take the connection, and both end the transaction";

impl Deref for Writing {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.0.as_ref().expect(HELD).connection
    }
}

impl DerefMut for Writing {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.0.as_mut().expect(HELD).connection
    }
}

impl Drop for Writing {
    /// The turn ends when the rollback has ended. Without a runtime (the server has stopped) closing rolls back.
    fn drop(&mut self) {
        if let (Some(held), Ok(runtime)) = (self.0.take(), Handle::try_current()) {
            runtime.spawn(held.roll_back());
        }
    }
}

/// Closes a connection whose state is in doubt; whatever it had begun is rolled back. An error changes nothing:
/// the connection is gone.
async fn close(connection: SqliteConnection) {
    let _ = connection.close().await;
}

#[cfg(test)]
mod tests;
