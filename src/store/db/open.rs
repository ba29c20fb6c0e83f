//! Opening the data folder: modes, the database's settings, its schema. Every error is a sentence
//! that names the folder and says what to do.

use std::fs::{DirBuilder, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::pool::PoolOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{Row, SqliteConnection};

use super::super::dialect::{Engine, Pool};
use super::{Db, checkpoint, is_damage, server, trouble_in};
use crate::protocol::StorageTrouble;
use crate::store::engine::connection::Options;
use crate::store::home::Home;

const FILE: &str = "classroom.db";

/// In a folder whose database is on a server.
const SERVER_MARK: &str = "database.postgres";

/// Most reading connections; the server's questions are few and short.
const READERS_MAX: u32 = 4;

/// Page cache of each connection, KiB: a list of 30,000 people is read once.
const CACHE_KIB: &str = "-16384";

/// Longest wait for another writing process (the command line).
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Earlier versions can lose a committed transaction when the WAL is reset.
const SQLITE_MIN: [u32; 3] = [3, 51, 3];

/// Whether there is a database. Of one on a server, the answer comes with the first connection.
pub(in crate::store) fn is_there(home: &Home) -> bool {
    let folder = home.folder();
    home.url().is_some() || [FILE, SERVER_MARK].iter().any(|file| folder.join(file).exists())
}

/// Whether a database of an earlier version gets the tables of this one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Migration {
    Done,
    /// An earlier version may be running, or may have to go on: its database is refused.
    Refused,
}

/// The writer and the readers of the store at `home`; `reads` counts the statements of the readers.
pub(in crate::store) async fn open(
    home: &Home,
    reads: &Arc<AtomicU64>,
    migration: Migration,
) -> anyhow::Result<(Db, Pool)> {
    let dir = home.folder();
    make_folder(dir)?;
    match home.url() {
        Some(url) => {
            must_have_one_engine(dir, FILE, "has a database of SQLite, which is not moved into PostgreSQL")?;
            let opened = server::open(url, dir, reads, migration).await?;
            make_file(&dir.join(SERVER_MARK))?;
            std::fs::write(
                dir.join(SERVER_MARK),
                "The database of this folder is on a server: see store.url.\n",
            )?;
            Ok(opened)
        }
        None => {
            must_have_one_engine(
                dir,
                SERVER_MARK,
                "has its database on a server: set store.url as for the server",
            )?;
            open_file(dir, reads, migration).await
        }
    }
}

/// Refuses a folder that has the mark of the other engine: a second, empty database would look sound.
fn must_have_one_engine(dir: &Path, other: &str, why: &str) -> anyhow::Result<()> {
    ensure!(
        !dir.join(other).exists(),
        "the data folder {} {why}, or choose another folder with --data",
        dir.display()
    );
    Ok(())
}

async fn open_file(dir: &Path, reads: &Arc<AtomicU64>, migration: Migration) -> anyhow::Result<(Db, Pool)> {
    let file = dir.join(FILE);
    make_file(&file)?;
    let options = SqliteConnectOptions::new()
        .filename(&file)
        .busy_timeout(BUSY_TIMEOUT)
        .pragma("cache_size", CACHE_KIB);
    let writing = options
        .clone()
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("wal_autocheckpoint", checkpoint::PAGES_OF_A_COMMIT)
        .foreign_keys(true);
    let prepare = async |writer: &mut SqliteConnection| {
        check_version(writer).await?;
        match migration {
            Migration::Done => migrate(writer, dir).await,
            Migration::Refused => must_be_migrated(writer, dir).await,
        }
    };
    let opened = Db::open(dir, writing, options.read_only(true), prepare).await;
    let (db, reading) = opened.map_err(|error| match (error.is::<sqlx::Error>(), is_damage(&error)) {
        (true, true) => error.context(format!(
            "cannot open the database {}: it is damaged; put back a backup",
            file.display()
        )),
        (true, false) => error.context(format!("cannot open the database {}", file.display())),
        // The error is a sentence already.
        (false, _) => error,
    })?;
    let readers = counting(reads).max_connections(READERS_MAX).connect_with(Options::Sqlite(reading)).await;
    Ok((db, readers.with_context(|| format!("cannot read the database {}", file.display()))?))
}

/// Settings of readers that count their statements in `reads`.
pub(super) fn counting(reads: &Arc<AtomicU64>) -> PoolOptions<Engine> {
    let reads = reads.clone();
    PoolOptions::new().before_acquire(move |_, _| {
        reads.fetch_add(1, Ordering::Relaxed);
        Box::pin(async { Ok(true) })
    })
}

/// The meaning of an error for the person who runs the program.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Explained(String);

/// An error of the store, with the remedy if the disk is the cause.
pub(in crate::store) fn explained(error: anyhow::Error, dir: &Path) -> anyhow::Error {
    // SQLite also calls it an I/O error if there is no room for its shared memory.
    if error.is::<Explained>() {
        return error;
    }
    let is_full = rustix::fs::statvfs(dir).is_ok_and(|disk| disk.f_bavail == 0);
    let (trouble, advice) = match trouble_in(&error) {
        Some(StorageTrouble::Full) => (StorageTrouble::Full, "free some space"),
        Some(StorageTrouble::Failing) if is_full => (StorageTrouble::Full, "free some space"),
        Some(trouble @ StorageTrouble::Damaged) => (trouble, "put back a backup"),
        Some(trouble @ StorageTrouble::Busy) => (trouble, "stop that one"),
        Some(trouble) => (trouble, "the system's log says more about it"),
        None => return error,
    };
    error.context(Explained(format!(
        "cannot use the database in {}: {trouble}; {advice}, or choose another folder with --data",
        dir.display()
    )))
}

fn make_folder(dir: &Path) -> anyhow::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir).with_context(|| {
        format!("cannot make the data folder {}: choose another one with --data", dir.display())
    })
}

/// Makes the file beforehand, so that nobody else may read it; the WAL beside it inherits the mode.
fn make_file(file: &Path) -> anyhow::Result<()> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(0o600);
    options.open(file).map(drop).with_context(|| {
        format!(
            "cannot write {}: make its folder and the file writable for this user, or choose another \
             folder with --data",
            file.display()
        )
    })
}

async fn check_version(writer: &mut SqliteConnection) -> anyhow::Result<()> {
    let row = sqlx::query("SELECT sqlite_version()").fetch_one(&mut *writer).await?;
    let version: String = row.try_get(0)?;
    let parts: Vec<u32> = version.split('.').filter_map(|part| part.parse().ok()).collect();
    let [major, minor, patch] = SQLITE_MIN;
    ensure!(
        parts.as_slice() >= SQLITE_MIN.as_slice(),
        "this program was built with SQLite {version}, which can lose data; build it with \
         {major}.{minor}.{patch} or newer"
    );
    Ok(())
}

/// The migrations, which make the tables.
pub(super) fn migrations() -> Migrator {
    sqlx::migrate!("src/store/migrations")
}

async fn must_be_migrated(writer: &mut SqliteConnection, dir: &Path) -> anyhow::Result<()> {
    let present: i64 =
        sqlx::query("SELECT max(version) FROM _sqlx_migrations").fetch_one(writer).await?.try_get(0)?;
    let own = migrations().iter().map(|migration| migration.version).max().unwrap_or_default();
    ensure!(
        present == own,
        "the data folder {} is of another version of this program (database {present} instead of {own}): use that version, or \
         start the server of this one first",
        dir.display()
    );
    Ok(())
}

async fn migrate(writer: &mut SqliteConnection, dir: &Path) -> anyhow::Result<()> {
    match migrations().run(writer).await {
        Ok(()) => Ok(()),
        Err(MigrateError::VersionMissing(_) | MigrateError::VersionMismatch(_)) => bail!(
            "the data folder {} was written by another version of this program: start that version, \
             or choose another folder with --data",
            dir.display()
        ),
        Err(error) => Err(error).with_context(|| format!("cannot prepare the database in {}", dir.display())),
    }
}
