//! Opening a PostgreSQL database. Every error is a sentence that says what to do.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use anyhow::{Context, bail, ensure};
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions, Connection};
use tokio::time::timeout;

use super::open::{Migration, counting};
use super::site::{PATIENCE, Site};
use super::{Db, health::Health};
use crate::store::dialect::Pool;
use crate::store::engine::connection::Options;

/// PostgreSQL 15.
const VERSION_MIN: i64 = 150_000;
/// Most reading connections. Questions of the office may be long, and each has its own process on the server.
const READERS_MAX: u32 = 8;
/// A transaction that does nothing for so long has lost its program: it keeps every other writer waiting, also the
/// server that takes over.
const IDLE_MAX: &str = "5s";

/// The writer and the readers of the database at `url`; the folder has the keys.
pub(in crate::store) async fn open(
    url: &str,
    folder: &Path,
    reads: &Arc<AtomicU64>,
    migration: Migration,
) -> anyhow::Result<(Db, Pool)> {
    let (options, at, mut first) = connect(url).await?;
    match migration {
        Migration::Done => migrate(&mut first, &at).await?,
        Migration::Refused => must_be_migrated(&mut first, &at).await?,
    }
    let db = Db::at(Site::server(options.clone()), Health::of_server(folder)).await?;
    let reading = options.options([("default_transaction_read_only", "on")]);
    let readers = counting(reads).max_connections(READERS_MAX).connect_with(Options::Postgres(reading)).await;
    Ok((db, readers.with_context(|| format!("cannot read the database {at}"))?))
}

/// The writer of the tables of nodes, before a server may open the rest: another one may serve. Tables are made
/// where there are none of nodes.
pub(in crate::store) async fn open_for_nodes(
    url: &str,
    folder: &Path,
    migration: Migration,
) -> anyhow::Result<Db> {
    let (options, at, mut first) = connect(url).await?;
    let is_there: bool =
        sqlx::query_scalar("SELECT to_regclass('leases') IS NOT NULL").fetch_one(&mut first).await?;
    match migration {
        _ if is_there => {}
        Migration::Done => migrate(&mut first, &at).await?,
        Migration::Refused => bail!("there are no servers of the database {at} yet: start the server first"),
    }
    Ok(Db::at(Site::server(options), Health::of_server(folder)).await?)
}

/// Connects to the database at `url` and looks at it; returns its name in sentences.
pub(in crate::store) async fn tried(url: &str) -> anyhow::Result<String> {
    let (_, at, first) =
        timeout(PATIENCE, connect(url)).await.context("the database server does not answer")??;
    first.close().await?;
    Ok(at)
}

/// The first connection to the database at `url`, which is looked at, with its settings and its name in sentences.
async fn connect(url: &str) -> anyhow::Result<(PgConnectOptions, String, PgConnection)> {
    let options: PgConnectOptions = url
        .parse()
        .context("store.url is no address of a database, such as postgres://user:password@host/database")?;
    let options = options
        .application_name("live-classroom")
        .options([("idle_in_transaction_session_timeout", IDLE_MAX), ("tcp_user_timeout", "10s")]);
    let at =
        format!("{} on {}:{}", options.get_database().unwrap_or("?"), options.get_host(), options.get_port());
    let first = timeout(PATIENCE, options.connect()).await.context("its server does not answer");
    let first = first.and_then(|first| Ok(first?));
    let mut first = first.with_context(|| format!("cannot open the database {at}"))?;
    check(&mut first).await.with_context(|| format!("the database {at} cannot be used"))?;
    Ok((options, at, first))
}

/// Refuses what would lose or garble facts.
async fn check(first: &mut PgConnection) -> anyhow::Result<()> {
    let (version, encoding, commits, syncs): (String, String, String, String) = sqlx::query_as(
        "SELECT current_setting('server_version_num'), current_setting('server_encoding'),
             current_setting('synchronous_commit'), current_setting('fsync')",
    )
    .fetch_one(first)
    .await?;
    ensure!(version.parse::<i64>()? >= VERSION_MIN, "it is older than PostgreSQL 15");
    ensure!(encoding == "UTF8", "its encoding is {encoding}: make it with ENCODING 'UTF8'");
    ensure!(commits != "off", "synchronous_commit is off: facts that were acknowledged could be lost");
    if syncs == "off" {
        tracing::warn!("fsync is off in PostgreSQL: a crash of its machine loses the database");
    }
    Ok(())
}

/// The migrations, which make the tables.
fn migrations() -> Migrator {
    sqlx::migrate!("src/store/migrations/postgres")
}

async fn migrate(first: &mut PgConnection, at: &str) -> anyhow::Result<()> {
    match migrations().run_direct(None, first, false).await {
        Ok(()) => Ok(()),
        Err(MigrateError::VersionMissing(_) | MigrateError::VersionMismatch(_)) => {
            bail!("the database {at} was written by another version of this program: start that version")
        }
        Err(error) => Err(error).with_context(|| format!("cannot prepare the database {at}")),
    }
}

async fn must_be_migrated(first: &mut PgConnection, at: &str) -> anyhow::Result<()> {
    let made: bool = sqlx::query_scalar("SELECT to_regclass('_sqlx_migrations') IS NOT NULL")
        .fetch_one(&mut *first)
        .await?;
    ensure!(made, "there are no tables in the database {at}: start the server first");
    let present: i64 =
        sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations").fetch_one(first).await?;
    let own = migrations().iter().map(|migration| migration.version).max().unwrap_or_default();
    ensure!(
        present == own,
        "the database {at} is of another version of this program (database {present} instead of {own}): use that version, or \
         start the server of this one first"
    );
    Ok(())
}

#[cfg(test)]
mod lost_answers;
#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::store::{Home, Store};

    /// Table, place, column, and whether a value is needed.
    type Columns = BTreeSet<(String, i64, String, bool)>;

    async fn columns(store: &Store, listed: &'static str) -> Columns {
        let rows: Vec<(String, i64, String, bool)> =
            sqlx::query_as(listed).fetch_all(&store.readers).await.unwrap();
        rows.into_iter().filter(|(table, ..)| table != "_sqlx_migrations").collect()
    }

    #[tokio::test]
    async fn both_engines_have_the_same_tables_and_columns() {
        let Some(url) = loadtest::postgres::database("schema") else {
            eprintln!("PostgreSQL is not installed: nothing is compared");
            return;
        };
        let dir = tempfile::tempdir().unwrap();
        let on_server = Store::open(Home::on_server(&dir.path().join("server"), &url)).await.unwrap();
        let in_file = Store::open(Home::in_file(&dir.path().join("file"))).await.unwrap();
        let of_server = columns(
            &on_server,
            "SELECT table_name::text, ordinal_position - 1, column_name::text, is_nullable = 'NO'
             FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
             WHERE table_schema = 'public' AND table_type = 'BASE TABLE'",
        )
        .await;
        let of_file = columns(
            &in_file,
            "SELECT tables.name, cid, columns.name, columns.\"notnull\" OR pk > 0
             FROM pragma_table_list AS tables JOIN pragma_table_xinfo(tables.name) AS columns
             WHERE tables.type = 'table' AND tables.schema = 'main' AND tables.name NOT LIKE 'sqlite_%'",
        )
        .await;
        let different: Vec<_> = of_server.symmetric_difference(&of_file).collect();
        assert!(of_file.len() > 400 && different.is_empty(), "{different:?}");
        let versions = |migrator: Migrator| migrator.iter().map(|one| one.version).max();
        assert_eq!(
            versions(migrations()),
            versions(super::super::open::migrations()),
            "the last has one number"
        );
    }
}
