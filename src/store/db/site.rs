//! The acts of the writer in which the engines differ.

use std::path::Path;
use std::sync::Arc;

use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Error};

use super::Lane;
use super::place::Place;
use super::rights::Rights;
use crate::store::dialect::Connection;

/// The database that is written.
pub(super) enum Site {
    File(Box<File>),
    /// A PostgreSQL database, with the settings of writing connections.
    Server(Box<PgConnectOptions>),
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
/// there is one writer at a time, as in a file.
const BEGIN_ON_SERVER: &str = "BEGIN; SELECT pg_advisory_xact_lock(4207849484);";

/// A transaction in a file sees one moment by itself.
const SNAPSHOT_OF_FILE: &str = "BEGIN";
const SNAPSHOT_OF_SERVER: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";

impl Site {
    /// Opens a writing connection.
    pub(super) async fn writer(&self, rights: &Arc<Rights>) -> Result<Connection, Error> {
        match self {
            Site::File(file) => writer(&file.writing, rights).await.map(Connection::Sqlite),
            Site::Server(options) => options.connect().await.map(Connection::Postgres),
        }
    }

    pub(super) fn begin(&self) -> &'static str {
        match self {
            Site::File(_) => BEGIN_IN_FILE,
            Site::Server(_) => BEGIN_ON_SERVER,
        }
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
