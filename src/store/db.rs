//! The database's one writer. [`Db::write`] is the only way to begin a write: it waits for a turn of its
//! [`Lane`] and returns the transaction. Facts of running classes pass ahead of the office and of the books,
//! so they wait for at most one transaction; for that, transactions must be short: parse, hash and build first,
//! then begin.
//!
//! A connection is kept only while nothing about it is in doubt. When beginning, committing or rolling back
//! fails, it is closed and the next write opens another one: SQLite rolls back by itself on some errors (a full
//! disk), and a connection whose state was guessed wrong refuses every later write.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteConnectOptions, SqliteConnection, SqliteQueryResult};
use sqlx::{Connection, Error, Sqlite};
use tokio::runtime::Handle;

use self::turns::{Turn, Turns};

mod turns;

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
    options: SqliteConnectOptions,
    /// The connection; `None` = the last one was closed, the next write opens one.
    turns: Arc<Turns<Option<SqliteConnection>>>,
}

impl Db {
    /// Goes on with `connection`, which was opened with `options`.
    pub(super) fn new(options: SqliteConnectOptions, connection: SqliteConnection) -> Db {
        Db(Arc::new(Inner { options, turns: Turns::of(Some(connection)) }))
    }

    /// Begins a transaction that writes, when it is its turn. It sees everything that was written before.
    pub(super) async fn write(&self, lane: Lane) -> Result<Writing, Error> {
        let mut turn = self.0.turns.take(lane).await;
        let mut connection = match turn.take() {
            Some(connection) => connection,
            None => SqliteConnection::connect_with(&self.0.options).await?,
        };
        // A caller who goes away here drops the connection, which closes it, and then the turn.
        match sqlx::query("BEGIN IMMEDIATE").execute(&mut connection).await {
            Ok(_) => Ok(Writing(Some(Held { connection, turn }))),
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
}

impl Held {
    /// The next one goes on with this connection.
    fn give_back(mut self) {
        *self.turn = Some(self.connection);
    }

    async fn roll_back(mut self) {
        match sqlx::query("ROLLBACK").execute(&mut self.connection).await {
            Ok(_) => self.give_back(),
            // SQLite has rolled back by itself, or cannot: nobody knows what state this connection is in.
            Err(_) => close(self.connection).await,
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
