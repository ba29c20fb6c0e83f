//! Damage in the database's file: looked for at each start, and more thoroughly whenever somebody verifies.

use anyhow::{Context, bail};
use sqlx::sqlite::SqliteConnection;
use sqlx::{Connection, Row};

use super::Db;

impl Db {
    /// Looks through the whole file for damaged pages (`PRAGMA quick_check`), on a connection of its own, so that
    /// nobody waits for it. Its result is told by [`Db::trouble`].
    pub(in crate::store) async fn check_quickly(&self) {
        match self.findings("PRAGMA quick_check(3)").await {
            Ok(None) => {}
            Ok(Some(found)) => self.0.health.damaged(&found),
            Err(error) => {
                tracing::error!("the database cannot be looked through: {error:#}");
                // An error that tells of damage says so; another one is met by the pulse, too.
                if let Some(error) = error.downcast_ref() {
                    self.0.health.failed_by(error).await;
                }
            }
        }
        self.0.health.checked();
    }

    /// Looks through everything, indexes against their tables, too (`PRAGMA integrity_check`). The error is a
    /// sentence with the first findings.
    pub(in crate::store) async fn check_thoroughly(&self) -> anyhow::Result<()> {
        let found = self.findings("PRAGMA integrity_check(3)").await;
        let found = found.context("the database cannot be looked through")?;
        let Some(found) = found else { return Ok(()) };
        self.0.health.damaged(&found);
        bail!("the database is damaged ({found}): stop the server and put back a backup")
    }

    /// `None` = all is well.
    async fn findings(&self, check: &'static str) -> anyhow::Result<Option<String>> {
        let mut reader = SqliteConnection::connect_with(&self.0.reading).await?;
        let rows = sqlx::query(check).fetch_all(&mut reader).await?;
        reader.close().await?;
        let lines = rows.iter().map(|row| row.try_get(0)).collect::<Result<Vec<String>, _>>()?;
        // Findings have several lines each.
        let found = lines.iter().flat_map(|line| line.lines()).collect::<Vec<_>>().join("; ");
        Ok((found != "ok").then_some(found))
    }
}
