//! The acts of the writer in which the engines differ.

use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Error, Row as _};
use tokio::time::timeout;

use super::Lane;
use super::place::Place;
use super::rights::Rights;
use crate::store::dialect::Connection;

/// The database that is written.
pub(super) enum Site {
    File(Box<File>),
    /// A PostgreSQL database.
    Server(Box<Server>),
}

/// A PostgreSQL database.
pub(super) struct Server {
    /// The settings of writing connections.
    options: PgConnectOptions,
    /// The epoch of the lease under which this process writes; unset = as a command, which needs none.
    epoch: OnceLock<i64>,
}

/// A file of SQLite's in the data folder.
pub(super) struct File {
    pub(super) writing: SqliteConnectOptions,
    pub(super) reading: SqliteConnectOptions,
    pub(super) place: Place,
    /// Never used. While it is open, no other connection is the first of this process, so nobody reads the
    /// WAL afresh: a commit reported as failed stays undone.
    pub(super) _anchor: SqliteConnection,
}

/// Begins a transaction of SQLite's with the file's lock, for which it waits.
const BEGIN_IN_FILE: &str = "BEGIN IMMEDIATE";

/// Begins a transaction of PostgreSQL's, and waits for the lock that all writers of the programme take. The lock
/// comes first, and later statements see everything that was committed before it was given (READ COMMITTED):
/// there is one writer at a time, as in a file. The last answer is the number of the transaction, and the epoch of the
/// lease: nobody takes the lease while the lock is held.
const BEGIN_ON_SERVER: &str = "BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE;
     SELECT pg_advisory_xact_lock(4207849484);
     SELECT pg_current_xact_id()::text, (SELECT epoch FROM leases WHERE thing = 'serving');";
/// Waits for the transaction that had the lock.
const WAIT_FOR_THE_LAST: &str = "SELECT pg_advisory_xact_lock(4207849484)";

/// Why a write is refused under an earlier epoch.
const SUPERSEDED: &str = "another server has taken over this database";

const COMMIT_IN_FILE: &str = "COMMIT";
/// COMMIT alone is no error after a statement that failed; any other statement is.
const COMMIT_ON_SERVER: &str = "SELECT 1; COMMIT";

/// Longest wait for a server to connect, begin or end. Its silence must not keep the turn from others.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// Longest wait for the lock of other programs' writers, and for a group of facts.
pub(super) const PATIENCE_FOR_OTHERS: Duration = Duration::from_secs(30);

/// A transaction in a file sees one moment by itself.
const SNAPSHOT_OF_FILE: &str = "BEGIN";
const SNAPSHOT_OF_SERVER: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";

impl Site {
    pub(super) fn server(options: PgConnectOptions) -> Site {
        Site::Server(Box::new(Server { options, epoch: OnceLock::new() }))
    }

    /// Refuses every later write under another epoch of the lease; a file needs none.
    pub(super) fn serve_under(&self, epoch: i64) {
        if let Site::Server(server) = self {
            let _ = server.epoch.set(epoch);
        }
    }

    /// Opens a writing connection.
    pub(super) async fn writer(&self, rights: &Arc<Rights>) -> Result<Connection, Error> {
        match self {
            Site::File(file) => writer(&file.writing, rights).await.map(Connection::Sqlite),
            Site::Server(server) => {
                let opened = async { server.options.connect().await.map(Connection::Postgres) };
                self.within(PATIENCE, opened).await
            }
        }
    }

    /// Bounds an act on a server; a file's answer is waited for.
    pub(super) async fn within<T>(
        &self,
        patience: Duration,
        act: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        match self {
            Site::File(_) => act.await,
            Site::Server(_) => timeout(patience, act).await.unwrap_or_else(|_| {
                Err(Error::Io(io::Error::new(ErrorKind::TimedOut, "the database server does not answer")))
            }),
        }
    }

    /// Begins a writing transaction; returns its number on a server.
    pub(super) async fn begin(&self, connection: &mut Connection) -> Result<Option<String>, Error> {
        match self {
            Site::File(_) => sqlx::raw_sql(BEGIN_IN_FILE).execute(connection).await.map(|_| None),
            Site::Server(server) => {
                let rows = sqlx::raw_sql(BEGIN_ON_SERVER).fetch_all(connection);
                let rows = self.within(PATIENCE_FOR_OTHERS, rows).await?;
                let Some(row) = rows.last() else { return Ok(None) };
                let epoch: Option<i64> = row.try_get(1)?;
                if server.epoch.get().is_some_and(|own| epoch != Some(*own)) {
                    return Err(Error::Io(io::Error::new(ErrorKind::PermissionDenied, SUPERSEDED)));
                }
                row.try_get(0).map(Some)
            }
        }
    }

    /// Commits. The answer may get lost after a server has committed; then it is asked for the transaction's end.
    pub(super) async fn commit(
        &self,
        connection: &mut Connection,
        number: Option<&str>,
    ) -> Result<(), Error> {
        let Some(number) = number else {
            return sqlx::raw_sql(COMMIT_IN_FILE).execute(connection).await.map(drop);
        };
        let committed = sqlx::raw_sql(COMMIT_ON_SERVER).execute(connection);
        let Err(error) = self.within(PATIENCE, async { committed.await.map(drop) }).await else {
            return Ok(());
        };
        match &error {
            // The statement was refused. The classes of lost connections and of a server that stops (08, 57) say nothing
            // about the end of the transaction.
            Error::Database(refused)
                if !refused.code().is_some_and(|code| code.starts_with("08") || code.starts_with("57")) =>
            {
                Err(error)
            }
            _ if self.within(PATIENCE, self.has_committed(number)).await? => Ok(()),
            _ => Err(error),
        }
    }

    /// Whether a transaction of an earlier connection has committed.
    async fn has_committed(&self, number: &str) -> Result<bool, Error> {
        let Site::Server(server) = self else { return Ok(false) };
        let mut other = server.options.connect().await?;
        sqlx::query(WAIT_FOR_THE_LAST).execute(&mut other).await?;
        let status = sqlx::query_scalar("SELECT pg_xact_status(cast($1 AS xid8))").bind(number);
        let status: Option<String> = status.fetch_one(&mut other).await?;
        Ok(status.as_deref() == Some("committed"))
    }

    /// Begins a reading transaction that sees one moment.
    pub(super) fn begin_snapshot(&self) -> &'static str {
        match self {
            Site::File(_) => SNAPSHOT_OF_FILE,
            Site::Server(_) => SNAPSHOT_OF_SERVER,
        }
    }

    /// Notes what a transaction of this lane may have changed, before it commits. SQLite reports each table; of
    /// PostgreSQL it is known that facts say nothing about rights.
    pub(super) fn touches(&self, lane: Lane, rights: &Rights) {
        if matches!(self, Site::Server(_)) && lane != Lane::Facts {
            rights.touched();
        }
    }

    /// The file whose name now leads elsewhere, or nowhere; `None` = none, or there is no file.
    pub(super) fn lost(&self) -> Option<&Path> {
        match self {
            Site::File(file) => file.place.lost(),
            Site::Server(_) => None,
        }
    }
}

/// Opens a writing connection that reports the tables it writes.
pub(super) async fn writer(
    options: &SqliteConnectOptions,
    rights: &Arc<Rights>,
) -> Result<SqliteConnection, Error> {
    let mut connection = options.connect().await?;
    let rights = rights.clone();
    connection.lock_handle().await?.set_update_hook(move |row| rights.row(row.table));
    Ok(connection)
}
