//! Taking over books of earlier versions, once: what stands then is signed and sealed as it is. From there on
//! nothing is entered without a head, no fact is appended without its chain.

use anyhow::Context;
use sqlx::{Row, SqliteConnection};

use super::super::db::{Db, Lane};
use super::super::{Keys, Vault, replay, signed, unsigned};
use super::heads;

/// Up to where facts and entries are of versions that did not seal; 0 in books that are younger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sealing {
    pub(super) facts_upto: u64,
    pub(super) entries_upto: u64,
}

impl Sealing {
    fn mac(self, vault: &Vault) -> String {
        vault.mac(&["sealing 1", &self.facts_upto.to_string(), &self.entries_upto.to_string()])
    }

    /// None when it is not the server's own.
    pub(super) async fn read(
        reader: &mut SqliteConnection,
        vault: &Vault,
    ) -> anyhow::Result<Option<Sealing>> {
        let Some((sealing, mac)) = read(reader).await? else { return Ok(None) };
        Ok((mac == sealing.mac(vault)).then_some(sealing))
    }
}

async fn read(reader: &mut SqliteConnection) -> anyhow::Result<Option<(Sealing, String)>> {
    let row = sqlx::query("SELECT facts_upto, entries_upto, mac FROM sealing").fetch_optional(reader).await?;
    let read = |row: sqlx::sqlite::SqliteRow| {
        let number = |column| Ok::<_, sqlx::Error>(unsigned(row.try_get(column)?));
        let sealing = Sealing { facts_upto: number("facts_upto")?, entries_upto: number("entries_upto")? };
        Ok((sealing, row.try_get("mac")?))
    };
    row.map(read).transpose()
}

/// Seals what an earlier version has left. Does nothing when that was done, nor to books that only look like it: those
/// have heads, and verification says what is wrong with them.
pub(in crate::store) async fn take_over(
    db: &Db,
    keys: &Keys,
    vault: &Vault,
    now_ms: u64,
) -> anyhow::Result<()> {
    let mut transaction = db.write(Lane::Books).await?;
    let Some((sealing, _)) = read(&mut transaction).await?.filter(|(_, mac)| mac.is_empty()) else {
        return Ok(());
    };
    if heads::newest(&mut transaction).await?.is_some() {
        return Ok(());
    }
    replay::seal_all(&mut transaction, vault).await?;
    let grounds = sqlx::query(
        "SELECT digest FROM (SELECT digest, id, '' AS lesson, '' AS person FROM results
             UNION ALL SELECT digest, 0, lesson, person FROM completions) ORDER BY id = 0, id, lesson, person",
    );
    for ground in grounds.fetch_all(&mut *transaction).await? {
        heads::sign(&mut transaction, keys.ledger(), ground.try_get(0)?, now_ms).await?;
    }
    if sealing.entries_upto > 0 && heads::newest(&mut transaction).await?.is_none() {
        heads::sign(&mut transaction, keys.ledger(), "", now_ms).await?;
    }
    sqlx::query("UPDATE sealing SET mac = ?")
        .bind(sealing.mac(vault))
        .execute(&mut *transaction)
        .await
        .context("cannot seal the books")?;
    transaction.commit().await?;
    if sealing.entries_upto > 0 {
        let entries = signed(sealing.entries_upto);
        tracing::warn!(entries, "the ledger of an earlier version was signed as it stood");
    }
    Ok(())
}
