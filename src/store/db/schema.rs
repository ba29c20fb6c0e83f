//! Whether the database has the tables, indexes, views and triggers of the migrations, and no others. A
//! foreign trigger can swallow the server's writes (`RAISE(IGNORE)`), and without the server's own triggers
//! anything can be changed; the remaining rows look sound.

use std::collections::BTreeMap;

use anyhow::Context;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection as _, Row};
use tokio::sync::OnceCell;

use super::open::migrations;
use crate::store::dialect::Connection;

/// Type and name of each object, with its table and the text that made it; SQLite's own objects have no text.
type Schema = BTreeMap<(String, String), (String, Option<String>)>;

/// The schema of the migrations, run once in memory.
static OWN: OnceCell<Schema> = OnceCell::const_new();

/// A sentence about the first object of a file that differs from the migrations; `None` = there is no difference.
pub(in crate::store) async fn difference(reader: &mut Connection) -> anyhow::Result<Option<String>> {
    match reader {
        Connection::Sqlite(reader) => difference_in_file(reader).await,
        // On a server others than this program may have made tables, and the server's own rights protect them.
        Connection::Postgres(_) => Ok(None),
    }
}

pub(super) async fn difference_in_file(reader: &mut SqliteConnection) -> anyhow::Result<Option<String>> {
    let own = OWN.get_or_try_init(made).await?;
    let found = read(reader).await.context("the database's schema cannot be read")?;
    let objects = own.keys().chain(found.keys());
    let different = objects.filter(|object| own.get(*object) != found.get(*object)).min();
    Ok(different.map(|object| {
        let wrong = match (own.contains_key(object), found.contains_key(object)) {
            (true, true) => "is not as this program made it",
            (true, false) => "is missing",
            _ => "is none of this program's",
        };
        format!("the database was changed outside of this program: the {} {:?} {wrong}", object.0, object.1)
    }))
}

async fn made() -> anyhow::Result<Schema> {
    let options = SqliteConnectOptions::new().filename(":memory:");
    let mut memory = options.connect().await?;
    // `run` asks for a future that the compiler cannot send between threads.
    migrations().run_direct(None, &mut memory, false).await.context("the migrations cannot be run")?;
    let own = read(&mut memory).await?;
    memory.close().await?;
    Ok(own)
}

async fn read(reader: &mut SqliteConnection) -> Result<Schema, sqlx::Error> {
    // ANALYZE by hand leaves statistics, which change no answer.
    let rows = sqlx::query(
        "SELECT type, name, tbl_name, sql FROM main.sqlite_schema
         WHERE NOT (type = 'table' AND name IN ('sqlite_stat1', 'sqlite_stat4'))",
    );
    let rows = rows.fetch_all(reader).await?;
    let object = |row: &sqlx::sqlite::SqliteRow| {
        Ok(((row.try_get(0)?, row.try_get(1)?), (row.try_get(2)?, row.try_get(3)?)))
    };
    rows.iter().map(object).collect()
}
