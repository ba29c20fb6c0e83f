//! The database's one writer. [`Db::write`] is the only way to begin a write: it waits for a turn of its
//! [`Lane`] and returns the transaction. Facts of running classes pass ahead of the office and of the books,
//! so they wait for at most one transaction; for that, transactions must be short: parse, hash and build first,
//! then begin.
//!
//! A connection is kept only as long as its state is certain. If beginning, committing or rolling back fails,
//! it is closed and the next write opens another one: SQLite rolls back by itself on some errors (a full
//! disk), and a connection in a wrongly guessed state would refuse every later write.

use std::io::{self, ErrorKind};
use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::sync::Arc;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection as _, Error};
use tokio::runtime::Handle;

use self::health::Health;
use self::place::Place;
use self::rights::Rights;
use self::site::{File, PATIENCE, PATIENCE_FOR_OTHERS, Site};
use self::turns::{Turn, Turns};
use super::dialect::{Connection, Done, Query};
use crate::protocol::StorageTrouble;

pub(super) mod checkpoint;
mod copy;
mod health;
pub(super) mod integrity;
pub(super) mod open;
mod place;
mod pulse;
mod rights;
pub(super) mod schema;
pub(super) mod server;
mod site;
mod sqlite_log;
mod turns;

/// Whether an error says that the database's file is damaged.
pub(super) fn is_damage(error: &anyhow::Error) -> bool {
    trouble_in(error) == Some(StorageTrouble::Damaged)
}

/// The storage trouble behind an error; `None` = the error is about something else.
pub(super) fn trouble_in(error: &anyhow::Error) -> Option<StorageTrouble> {
    error.chain().find_map(|cause| cause.downcast_ref().and_then(health::trouble_of))
}

/// The kind of a writer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Facts of running classes.
    Facts,
    /// People who wait for an answer: sign-in, registrations, the office.
    Office,
    /// Computed data: results, the ledger of credit hours, watching.
    Books,
}

/// The writing side of the database. Cheap to clone.
#[derive(Clone)]
pub(super) struct Db(Arc<Inner>);

struct Inner {
    site: Arc<Site>,
    /// The writing connection; `None` = it was closed, and the next write opens another one.
    turns: Arc<Turns<Option<Connection>>>,
    health: Arc<Health>,
    rights: Arc<Rights>,
}

impl Db {
    /// Opens the database in the file of a folder; `prepare` makes its tables. Also returns how to read it.
    pub(super) async fn open(
        folder: &Path,
        writing: SqliteConnectOptions,
        reading: SqliteConnectOptions,
        prepare: impl AsyncFnOnce(&mut SqliteConnection) -> anyhow::Result<()>,
    ) -> anyhow::Result<(Db, SqliteConnectOptions)> {
        let health = Arc::new(Health::of(folder));
        let writing = sqlite_log::listen(writing, &health);
        let reading = sqlite_log::listen(reading, &health);
        let rights = Arc::default();
        let mut writer = site::writer(&writing, &rights).await?;
        prepare(&mut writer).await?;
        let mut anchor = reading.connect().await?;
        sqlx::query("SELECT count(*) FROM sqlite_schema").execute(&mut anchor).await?;
        let place = Place::of(writing.get_filename())?;
        let turns = Turns::of(Some(Connection::Sqlite(writer)));
        let site = Arc::new(Site::File(Box::new(File {
            writing,
            reading: reading.clone(),
            place,
            _anchor: anchor,
        })));
        Ok((Db(Arc::new(Inner { site, turns, health, rights })), reading))
    }

    /// Opens a database whose tables are there.
    async fn at(site: Site, health: Health) -> Result<Db, Error> {
        let (site, health, rights) = (Arc::new(site), Arc::new(health), Arc::default());
        let turns = Turns::of(Some(site.writer(&rights).await?));
        Ok(Db(Arc::new(Inner { site, turns, health, rights })))
    }

    /// Refuses every later write under another epoch of the lease; the first call counts.
    pub(super) fn serve_under(&self, epoch: i64) {
        self.0.site.serve_under(epoch);
    }

    /// Another writing connection, for acts that wait for no turn.
    pub(super) async fn connect_aside(&self) -> Result<Connection, Error> {
        self.0.site.writer(&self.0.rights).await
    }

    /// Bounds an act on such a connection.
    pub(super) async fn aside<T>(&self, act: impl AsyncFnOnce() -> Result<T, Error>) -> Result<T, Error> {
        self.0.site.within(PATIENCE, act()).await
    }

    /// `None` = facts can be stored.
    pub(super) fn trouble(&self) -> Option<StorageTrouble> {
        self.0.health.trouble()
    }

    /// Whether the database is on a server, whose errors say nothing about the disk here.
    pub(super) fn is_on_server(&self) -> bool {
        matches!(*self.0.site, Site::Server(_))
    }

    pub(super) fn folder(&self) -> &Path {
        self.0.health.folder()
    }

    /// Notes that something in the database is not as written, though the file is whole.
    pub(super) fn found_damage(&self, what: &str) {
        self.0.health.damaged(what);
    }

    /// Number of possible changes of rights; see [`Rights`]. Rights read after this call hold while the
    /// number stays the same.
    pub(super) fn rights_changes(&self) -> u64 {
        self.0.rights.changes()
    }

    /// The statement that begins a reading transaction of one moment.
    pub(super) fn begin_snapshot(&self) -> &'static str {
        self.0.site.begin_snapshot()
    }

    /// False while the whole file is still being checked.
    pub(super) fn is_checked(&self) -> bool {
        self.0.health.is_checked()
    }

    /// Begins a writing transaction, in its turn. It sees everything written before.
    pub(super) async fn write(&self, lane: Lane) -> Result<Writing, Error> {
        if self.trouble() == Some(StorageTrouble::Gone) {
            // The write would succeed, and be lost with the file.
            return Err(Error::Io(io::Error::new(ErrorKind::NotFound, StorageTrouble::Gone.to_string())));
        }
        let turn = self.0.turns.take(lane).await;
        let begun = self.begin(turn, lane).await;
        if let Err(error) = &begun {
            self.0.health.failed_by(error).await;
        }
        begun
    }

    /// A caller who goes away meanwhile drops the connection, which closes it, and then the turn.
    async fn begin(&self, mut turn: Turn<Option<Connection>>, lane: Lane) -> Result<Writing, Error> {
        let mut connection = match turn.take() {
            Some(connection) => connection,
            None => self.0.site.writer(&self.0.rights).await?,
        };
        let begun = {
            let _waiting = self.0.health.begins();
            self.0.site.begin(&mut connection).await
        };
        match begun {
            Ok(number) => Ok(Writing(Some(Held {
                number,
                connection,
                turn,
                lane,
                site: self.0.site.clone(),
                health: self.0.health.clone(),
                rights: self.0.rights.clone(),
            }))),
            Err(error) => {
                close(connection).await;
                Err(error)
            }
        }
    }

    /// Bounds a whole write on a server that may fall silent in the middle of it; a file's answer is waited for.
    pub(super) async fn within_patience<T>(
        &self,
        write: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let written = self.0.site.within(PATIENCE_FOR_OTHERS, write).await;
        if let Err(error) = &written {
            self.0.health.failed_by_server(error);
        }
        written
    }

    /// Writes with one statement.
    pub(super) async fn execute(&self, lane: Lane, statement: Query<'_>) -> Result<Done, Error> {
        let mut writing = self.write(lane).await?;
        let done = statement.execute(&mut *writing).await?;
        writing.end().await?;
        Ok(done)
    }
}

/// A writing transaction, the only one until it ends. Dropped without [`Writing::commit`], it is rolled back.
pub struct Writing(Option<Held>);

struct Held {
    connection: Connection,
    turn: Turn<Option<Connection>>,
    /// The number of the transaction on a server.
    number: Option<String>,
    lane: Lane,
    site: Arc<Site>,
    health: Arc<Health>,
    rights: Arc<Rights>,
}

impl Held {
    /// The next transaction uses this connection again.
    fn give_back(mut self) {
        *self.turn = Some(self.connection);
    }

    async fn roll_back(mut self) {
        let site = self.site.clone();
        let rolled_back = sqlx::raw_sql("ROLLBACK").execute(&mut self.connection);
        match site.within(PATIENCE, async { rolled_back.await.map(drop) }).await {
            Ok(()) => self.give_back(),
            // SQLite has rolled back by itself, or cannot: the state of this connection is uncertain. The
            // caller was told what failed; the next pulse shows whether it lasts.
            Err(_) => {
                close(self.connection).await;
                self.health.doubted();
            }
        }
    }
}

impl Writing {
    /// Runs a statement that writes exactly one row; `what` names it. Any other number is an error, so that
    /// nothing of the transaction is committed: a missing row, or one skipped by a foreign trigger, would be
    /// lost without a word.
    pub(super) async fn one_row(&mut self, what: &str, statement: Query<'_>) -> Result<(), Error> {
        self.rows(what, 1, statement).await
    }

    /// Runs a statement that writes exactly so many rows; see [`Writing::one_row`].
    pub(super) async fn rows(&mut self, what: &str, count: usize, statement: Query<'_>) -> Result<(), Error> {
        match statement.execute(&mut **self).await?.rows_affected() {
            rows if rows == count as u64 => Ok(()),
            rows => Err(Error::Protocol(format!("{what}: {rows} rows were written instead of {count}"))),
        }
    }

    /// Returns once everything is on disk. After an error nothing is written.
    pub async fn commit(self) -> anyhow::Result<()> {
        Ok(self.end().await?)
    }

    /// Commits like [`Writing::commit`], with the error of the database.
    pub(super) async fn end(mut self) -> Result<(), Error> {
        // A caller who goes away here drops the connection; nobody was told whether it still commits.
        let mut held = self.0.take().expect(HELD);
        held.site.touches(held.lane, &held.rights);
        let committed = held.site.commit(&mut held.connection, held.number.as_deref()).await;
        held.rights.committed();
        match committed {
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

const HELD: &str = "only end and drop take the connection, and both end the transaction";

impl Deref for Writing {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.0.as_ref().expect(HELD).connection
    }
}

impl DerefMut for Writing {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.0.as_mut().expect(HELD).connection
    }
}

impl Drop for Writing {
    /// The turn ends when the rollback has ended. Without a runtime (the server has stopped) closing rolls
    /// back.
    fn drop(&mut self) {
        if let (Some(held), Ok(runtime)) = (self.0.take(), Handle::try_current()) {
            runtime.spawn(held.roll_back());
        }
    }
}

/// Closes a connection in an uncertain state, which rolls back its transaction. An error changes nothing: the
/// connection is gone.
async fn close(connection: Connection) {
    match connection {
        Connection::Sqlite(connection) => drop(connection.close().await),
        // A server is not waited for: its end of the connection rolls back.
        Connection::Postgres(connection) => drop(connection),
    }
}

#[cfg(test)]
mod tests;
