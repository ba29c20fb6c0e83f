//! A copy of the database, for backups.

use std::fs::{File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use anyhow::{Context, bail};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection as _};

use super::site::Site;
use super::{Db, integrity};
use crate::store::dialect::Connection;

impl Db {
    /// Writes a copy as of one moment into a new file, synced, and looks through it for damage; the server goes on meanwhile.
    /// Returns a connection that reads the copy.
    pub(in crate::store) async fn write_copy(&self, file: &Path) -> anyhow::Result<Connection> {
        let Site::File(source) = &*self.0.site else {
            bail!("the database is on a PostgreSQL server: back it up there, with pg_basebackup or pg_dump");
        };
        let mut reader = source.reading.connect().await?;
        let path = file.to_str().context("the path of a backup must be a text")?;
        sqlx::query("VACUUM INTO $1").bind(path).execute(&mut reader).await?;
        reader.close().await?;
        let copy = File::open(file)?;
        copy.set_permissions(Permissions::from_mode(0o600))?;
        copy.sync_all()?;
        let options = SqliteConnectOptions::new().filename(file).read_only(true);
        let mut copy = Connection::Sqlite(options.connect().await?);
        integrity::check_pages(&mut copy).await?;
        Ok(copy)
    }
}
