//! Damage in the database's file, or in its schema: checked at each start, and thoroughly at each
//! verification.

use anyhow::{Context, bail, ensure};
use sqlx::{ConnectOptions, Connection as _, Row};

use super::site::{File, Site};
use super::{Db, schema};
use crate::store::dialect::Connection;

impl Db {
    /// Checks the whole file for damaged pages (`PRAGMA quick_check`), and the schema, on a connection of its
    /// own, so that nobody waits for it. [`Db::trouble`] reports the result.
    pub(in crate::store) async fn check_quickly(&self) {
        let Site::File(file) = &*self.0.site else {
            // The pages of a PostgreSQL server are its own: it checks their sums when it reads them.
            self.0.health.checked();
            return;
        };
        let found = match file.findings("PRAGMA quick_check(3)").await {
            Ok(None) => file.schema().await,
            found => found,
        };
        match found {
            Ok(None) => {}
            Ok(Some(found)) => self.0.health.damaged(&found),
            Err(error) => {
                tracing::error!("the database cannot be looked through: {error:#}");
                // An error about damage says so; any other also meets the pulse.
                if let Some(error) = error.downcast_ref() {
                    self.0.health.failed_by(error).await;
                }
            }
        }
        self.0.health.checked();
    }

    /// Checks everything, indexes against their tables included (`PRAGMA integrity_check`), and the schema.
    /// The error is a sentence with the first findings.
    pub(in crate::store) async fn check_thoroughly(&self) -> anyhow::Result<()> {
        let Site::File(file) = &*self.0.site else { return Ok(()) };
        let found = file.findings("PRAGMA integrity_check(3)").await;
        let found = found.context("the database cannot be looked through")?;
        let Some(found) = found else {
            let Some(found) = file.schema().await? else { return Ok(()) };
            self.0.health.damaged(&found);
            bail!("{found}; stop the server and put back a backup");
        };
        self.0.health.damaged(&found);
        bail!("the database is damaged ({found}): stop the server and put back a backup")
    }
}

impl File {
    /// The first difference of the schema from the server's own.
    async fn schema(&self) -> anyhow::Result<Option<String>> {
        let mut reader = self.reading.connect().await?;
        let found = schema::difference_in_file(&mut reader).await?;
        reader.close().await?;
        Ok(found)
    }

    /// The findings of a check; `None` = there are none.
    async fn findings(&self, check: &'static str) -> anyhow::Result<Option<String>> {
        let mut reader = self.reading.connect().await?;
        let rows = sqlx::query(check).fetch_all(&mut reader).await?;
        reader.close().await?;
        let lines = rows.iter().map(|row| row.try_get(0)).collect::<Result<Vec<String>, _>>()?;
        // Findings have several lines each.
        let found = lines.iter().flat_map(|line| line.lines()).collect::<Vec<_>>().join("; ");
        Ok((found != "ok").then_some(found))
    }
}

/// Looks through all pages of a file as `reader` sees them, in the middle of a transaction. The error is a sentence with
/// the first finding.
pub(in crate::store) async fn check_pages(reader: &mut Connection) -> anyhow::Result<()> {
    let Connection::Sqlite(reader) = reader else { return Ok(()) };
    let row = sqlx::query("PRAGMA integrity_check(1)").fetch_one(reader).await;
    let said: String = row.context("the database cannot be read")?.try_get(0)?;
    ensure!(said == "ok", "the database is damaged: {said}");
    Ok(())
}
