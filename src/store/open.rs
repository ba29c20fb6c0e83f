//! Opening the data folder: modes, the database's settings, its schema. Every error is a sentence
//! that names the folder and says what to do.

use std::fs::{DirBuilder, OpenOptions};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use sqlx::migrate::MigrateError;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Row, SqliteConnection, SqlitePool};

use super::db::{Db, is_damage};

const FILE: &str = "classroom.db";

/// Connections that read; the server asks little and short questions.
const READERS_MAX: u32 = 4;

/// Pages in memory, KiB for each connection: a list of 30,000 people is gone through without reading it anew.
const CACHE_KIB: &str = "-16384";

/// How long to wait for another process (the command line) that is writing.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Earlier versions can lose a committed transaction when the WAL is reset.
const SQLITE_MIN: [u32; 3] = [3, 51, 3];

/// The writer and the readers of the store in `dir`.
pub(super) async fn open(dir: &Path) -> anyhow::Result<(Db, SqlitePool)> {
    make_folder(dir)?;
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
        .foreign_keys(true);
    let prepare = async |writer: &mut SqliteConnection| {
        check_version(writer).await?;
        migrate(writer, dir).await
    };
    let opened = Db::open(dir, writing, options.read_only(true), prepare).await;
    let (db, reading) = opened.map_err(|error| match (error.is::<sqlx::Error>(), is_damage(&error)) {
        (true, true) => error.context(format!(
            "cannot open the database {}: it is damaged; put back a backup",
            file.display()
        )),
        (true, false) => error.context(format!("cannot open the database {}", file.display())),
        // A sentence already.
        (false, _) => error,
    })?;
    let readers = SqlitePoolOptions::new()
        .max_connections(READERS_MAX)
        .connect_with(reading)
        .await
        .with_context(|| format!("cannot read the database {}", file.display()))?;
    Ok((db, readers))
}

fn make_folder(dir: &Path) -> anyhow::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir).with_context(|| {
        format!("cannot make the data folder {}: choose another one with --data", dir.display())
    })
}

/// Made beforehand, so that nobody else may read it; the WAL beside it inherits the mode.
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

async fn migrate(writer: &mut SqliteConnection, dir: &Path) -> anyhow::Result<()> {
    match sqlx::migrate!("src/store/migrations").run(writer).await {
        Ok(()) => Ok(()),
        Err(MigrateError::VersionMissing(_) | MigrateError::VersionMismatch(_)) => bail!(
            "the data folder {} was written by another version of this program: start that version, \
             or choose another folder with --data",
            dir.display()
        ),
        Err(error) => Err(error).with_context(|| format!("cannot prepare the database in {}", dir.display())),
    }
}
