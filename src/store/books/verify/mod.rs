//! Whether the books are still what was entered: [`chain`] every entry under its signed heads, [`grounds`] every result
//! and completed course, [`sums`] that the ledger says what they come to, [`evidence`] the facts and what was watched.

use anyhow::{Context, bail, ensure};
use ring::signature::KeyPair;
use sqlx::{Row, SqliteConnection};

use super::super::{Store, audit};
use super::heads;
use super::sealing::Sealing;
use crate::attendance::ledger::{Head, Tampered};

mod chain;
mod evidence;
mod grounds;
mod sums;

/// Books that are whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    pub entries: u64,
    /// So many of them are of versions that signed no head with each entry.
    pub entries_before_sealing: u64,
    pub results: u64,
    pub last_head: Option<Head>,
}

/// How far a ledger had come when somebody wrote it down elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub seq: u64,
    pub hash: String,
}

impl Store {
    /// Checks the books as of one moment, also beside a running server; `kept` is how far they had come when
    /// somebody wrote it down elsewhere. The error names the first thing that is not what was entered.
    pub async fn verify_books(&self, kept: Option<&Kept>) -> anyhow::Result<Verified> {
        let mut reader = self.readers.begin().await?;
        pages(&mut reader).await?;
        let Some(sealing) = Sealing::read(&mut reader, self.vault()).await? else {
            bail!(
                "the seal of the books is missing or not the server's: what it says of earlier versions is void"
            );
        };
        audit::walk(&mut reader, self.vault(), None).await?;
        let (entries, last_head) =
            chain::check(&mut reader, sealing, kept, &self.ledger_keys().await?).await?;
        let results = grounds::results(&mut reader).await?;
        grounds::standing(&mut reader).await?;
        grounds::completions(&mut reader).await?;
        grounds::of_entries(&mut reader).await?;
        grounds::signed(&mut reader).await?;
        chain::people(&mut reader, sealing).await?;
        evidence::facts(&mut reader, self.vault(), sealing).await?;
        evidence::watched(&mut reader, self.vault()).await?;
        sums::check(&mut reader).await?;
        let entries_before_sealing = sealing.entries_upto;
        Ok(Verified { entries, entries_before_sealing, results, last_head })
    }

    /// Every signed head, the oldest first.
    pub async fn heads(&self) -> anyhow::Result<Vec<Head>> {
        let mut reader = self.readers.acquire().await?;
        heads::all(&mut reader).await
    }

    /// Whether a head carries the server's signature.
    pub fn is_own(&self, head: &Head) -> bool {
        head.is_signed_by(self.ledger_key())
    }

    /// The public key of the ledger: with it anybody checks the signatures of heads.
    pub fn ledger_key(&self) -> &[u8] {
        self.keys.ledger().public_key().as_ref()
    }
}

/// The file itself: digests say nothing of its indexes.
async fn pages(reader: &mut SqliteConnection) -> anyhow::Result<()> {
    let row = sqlx::query("PRAGMA integrity_check(1)").fetch_one(reader).await;
    let said: String = row.context("the database cannot be read")?.try_get(0)?;
    ensure!(said == "ok", "the database is damaged: {said}");
    Ok(())
}

fn tampered(seq: u64, what: &'static str) -> anyhow::Error {
    Tampered { seq, what }.into()
}
