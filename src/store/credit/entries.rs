//! The entries of the credit ledger on disk (CR-19).

use anyhow::Context;
use sqlx::FromRow;

use super::super::db::Writing;
use super::super::words::Word;
use super::super::{Store, signed, unsigned, word};
use super::balances;
use crate::attendance::ledger::{Entry, Kind, Posting};
use crate::attendance::posting::Standing;
use crate::store::dialect::{Connection, StoredRow};
use crate::time::{LocalDate, ServerInstant};

/// Reads the ledger.
pub struct Entries<'a>(&'a Store);

impl Store {
    /// The entries of the credit ledger.
    pub fn entries(&self) -> Entries<'_> {
        Entries(self)
    }
}

impl Entries<'_> {
    /// Entries from `seq` on, at most `limit`.
    pub async fn from(&self, seq: u64, limit: u32) -> anyhow::Result<Vec<Entry>> {
        let mut reader = self.0.readers.acquire().await?;
        page(&mut reader, seq, limit).await?.iter().map(entry).collect()
    }

    /// Ledger balance of one person for one content.
    pub async fn standing(&self, person: &str, content: &str) -> anyhow::Result<Standing> {
        let mut reader = self.0.readers.acquire().await?;
        balances::standing(&mut reader, person, content).await
    }
}

/// Enters postings, each bound to the one before; returns the last entry. No entry is older than the one
/// before it, whatever the clock does.
pub(super) async fn append(
    writing: &mut Writing,
    postings: Vec<Posting>,
    now_ms: u64,
) -> anyhow::Result<Option<Entry>> {
    if postings.is_empty() {
        return Ok(None);
    }
    let mut last = last(writing).await?;
    let at_ms = last.as_ref().map_or(now_ms, |last| now_ms.max(last.posting.at_ms));
    for mut posting in postings {
        posting.at_ms = at_ms;
        let entry = Entry::after(last.as_ref(), posting);
        insert(writing, &entry).await?;
        last = Some(entry);
    }
    Ok(last)
}

/// The local day of an entry.
pub(super) fn day(entry: &Entry) -> LocalDate {
    LocalDate::of(ServerInstant::of_fact(entry.posting.at_ms))
}

pub(super) async fn last(writing: &mut Writing) -> anyhow::Result<Option<Entry>> {
    let row = sqlx::query("SELECT * FROM entries ORDER BY seq DESC LIMIT 1");
    let row = row.fetch_optional(&mut **writing).await?;
    row.map(|row| entry(&row)).transpose()
}

async fn insert(writing: &mut Writing, entry: &Entry) -> anyhow::Result<()> {
    let Entry { seq, posting, prev_hash, hash } = entry;
    let insert = sqlx::query(
        "INSERT INTO entries (seq, person, content, lesson, kind, delta_ch, policy_version, input_digest,
             reason, actor, approver, at_ms, prev_hash, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
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
    .bind(hash);
    writing.one_row("an entry", insert).await.context("cannot enter into the ledger")
}

/// A row of `entries`.
#[derive(FromRow)]
pub(super) struct EntryRow {
    seq: i64,
    person: String,
    content: String,
    lesson: Option<String>,
    kind: Word<Kind>,
    delta_ch: i64,
    policy_version: String,
    input_digest: String,
    reason: String,
    actor: String,
    approver: Option<String>,
    at_ms: i64,
    prev_hash: String,
    hash: String,
}

impl From<EntryRow> for Entry {
    fn from(row: EntryRow) -> Entry {
        let posting = Posting {
            person: row.person,
            content: row.content,
            lesson: row.lesson,
            kind: row.kind.0,
            delta_ch: row.delta_ch,
            policy_version: row.policy_version,
            input_digest: row.input_digest,
            reason: row.reason,
            actor: row.actor,
            approver: row.approver,
            at_ms: unsigned(row.at_ms),
        };
        Entry { seq: unsigned(row.seq), posting, prev_hash: row.prev_hash, hash: row.hash }
    }
}

pub(super) fn entry(row: &StoredRow) -> anyhow::Result<Entry> {
    Ok(EntryRow::from_row(row)?.into())
}

/// Rows from `seq` on; each is read by itself, so that verification can name an unreadable one.
pub(super) async fn page(reader: &mut Connection, seq: u64, limit: u32) -> anyhow::Result<Vec<StoredRow>> {
    let query = sqlx::query("SELECT * FROM entries WHERE seq >= $1 ORDER BY seq LIMIT $2");
    Ok(query.bind(signed(seq)).bind(limit).fetch_all(reader).await?)
}
