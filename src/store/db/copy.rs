//! A copy of the database, for backups.

use std::fs::{File, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use anyhow::Context;
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use super::{Db, integrity};

impl Db {
    /// Writes a copy as of one moment into a new file, synced, and looks through it for damage; the server goes on meanwhile.
    /// Returns a connection that reads the copy.
    pub(in crate::store) async fn write_copy(&self, file: &Path) -> anyhow::Result<SqliteConnection> {
        let mut reader = SqliteConnection::connect_with(&self.0.reading).await?;
        let path = file.to_str().context("the path of a backup must be a text")?;
        sqlx::query("VACUUM INTO $1").bind(path).execute(&mut reader).await?;
        reader.close().await?;
        let copy = File::open(file)?;
        copy.set_permissions(Permissions::from_mode(0o600))?;
        copy.sync_all()?;
        let options = SqliteConnectOptions::new().filename(file).read_only(true);
        let mut copy = SqliteConnection::connect_with(&options).await?;
        integrity::check_pages(&mut copy).await?;
        Ok(copy)
    }
}
