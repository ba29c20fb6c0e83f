//! The entries of the credit ledger on disk (CR-19).

use anyhow::Context;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::super::db::Writing;
use super::super::{Store, from_word, signed, unsigned, word};
use super::postings;
use crate::attendance::date::LocalDate;
use crate::attendance::interval::ServerInstant;
use crate::attendance::ledger::{Entry, Posting};
use crate::attendance::posting::Standing;

/// Enters postings, each bound to the one before; returns the last one of them. No entry is older than the one before it,
/// whatever the clock does.
pub(super) async fn append(
    transaction: &mut Writing,
    postings: Vec<Posting>,
    now_ms: u64,
) -> anyhow::Result<Option<Entry>> {
    if postings.is_empty() {
        return Ok(None);
    }
    let mut last = last(transaction).await?;
    let at_ms = last.as_ref().map_or(now_ms, |last| now_ms.max(last.posting.at_ms));
    for mut posting in postings {
        posting.at_ms = at_ms;
        let entry = Entry::after(last.as_ref(), posting);
        insert(transaction, &entry).await?;
        last = Some(entry);
    }
    Ok(last)
}

/// The local day that an entry belongs to.
pub(super) fn day(entry: &Entry) -> LocalDate {
    LocalDate::of(ServerInstant::of_fact(entry.posting.at_ms))
}

pub(super) async fn last(transaction: &mut Writing) -> anyhow::Result<Option<Entry>> {
    let row = sqlx::query("SELECT * FROM entries ORDER BY seq DESC LIMIT 1");
    let row = row.fetch_optional(&mut **transaction).await?;
    row.map(|row| entry(&row)).transpose()
}

async fn insert(transaction: &mut Writing, entry: &Entry) -> anyhow::Result<()> {
    let Entry { seq, posting, prev_hash, hash } = entry;
    sqlx::query(
        "INSERT INTO entries (seq, person, content, lesson, kind, delta_ch, policy_version, input_digest,
             reason, actor, approver, at_ms, prev_hash, hash)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(signed(*seq))
    .bind(&posting.person)
    .bind(&posting.content)
    .bind(&posting.lesson)
    .bind(word(posting.kind))
    .bind(posting.delta_ch)
    .bind(&posting.policy_version)
    .bind(&posting.input_digest)
    .bind(&posting.reason)
    .bind(&posting.actor)
    .bind(&posting.approver)
    .bind(signed(posting.at_ms))
    .bind(prev_hash)
    .bind(hash)
    .execute(&mut **transaction)
    .await
    .context("cannot enter into the ledger")?;
    Ok(())
}

pub(super) fn entry(row: &SqliteRow) -> anyhow::Result<Entry> {
    let posting = Posting {
        person: row.try_get("person")?,
        content: row.try_get("content")?,
        lesson: row.try_get("lesson")?,
        kind: from_word(row.try_get("kind")?)?,
        delta_ch: row.try_get("delta_ch")?,
        policy_version: row.try_get("policy_version")?,
        input_digest: row.try_get("input_digest")?,
        reason: row.try_get("reason")?,
        actor: row.try_get("actor")?,
        approver: row.try_get("approver")?,
        at_ms: unsigned(row.try_get("at_ms")?),
    };
    Ok(Entry {
        seq: unsigned(row.try_get("seq")?),
        posting,
        prev_hash: row.try_get("prev_hash")?,
        hash: row.try_get("hash")?,
    })
}

impl Store {
    /// Entries from `seq` on, at most `limit`.
    pub async fn entries_from(&self, seq: u64, limit: u32) -> anyhow::Result<Vec<Entry>> {
        let mut reader = self.readers.acquire().await?;
        page(&mut reader, seq, limit).await?.iter().map(entry).collect()
    }

    /// What stands about one person and one content.
    pub async fn standing(&self, person: &str, content: &str) -> anyhow::Result<Standing> {
        let mut reader = self.readers.acquire().await?;
        postings::standing(&mut reader, person, content).await
    }
}

/// Rows from `seq` on.
pub(super) async fn page(
    reader: &mut SqliteConnection,
    seq: u64,
    limit: u32,
) -> anyhow::Result<Vec<SqliteRow>> {
    let query = sqlx::query("SELECT * FROM entries WHERE seq >= ? ORDER BY seq LIMIT ?");
    Ok(query.bind(signed(seq)).bind(limit).fetch_all(reader).await?)
}
