//! Whether the books are still what was entered: every entry, every signed head, every result.

use std::collections::BTreeMap;

use anyhow::{Context, bail};
use ring::signature::KeyPair;
use sqlx::{Row, SqliteConnection};

use super::super::{Store, unsigned};
use super::completions::Completion;
use super::entries::{day, entry, head, page};
use super::results::{Body, raw_lines};
use crate::attendance::date::LocalDate;
use crate::attendance::ledger::{Entry, Head, Tampered, Verifier};

/// Entries in memory at once.
const PAGE: u32 = 1000;

/// Books that are whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    pub entries: u64,
    pub results: u64,
    pub last_head: Option<Head>,
}

impl Store {
    /// Checks the books as of one moment, also beside a running server. The error names the first
    /// entry or result that is not what was entered.
    pub async fn verify_books(&self) -> anyhow::Result<Verified> {
        let mut reader = self.readers.begin().await?;
        let heads = heads(&mut reader).await?;
        let entries = chain(&mut reader, &heads, self.keys.ledger().public_key().as_ref()).await?;
        let results = results(&mut reader).await?;
        completions(&mut reader).await?;
        Ok(Verified { entries, results, last_head: heads.into_values().max_by_key(|head| head.seq) })
    }
}

/// By date.
async fn heads(reader: &mut SqliteConnection) -> anyhow::Result<BTreeMap<LocalDate, Head>> {
    let rows = sqlx::query("SELECT * FROM heads ORDER BY date").fetch_all(reader).await?;
    let mut heads = BTreeMap::new();
    for row in rows {
        let head = head(&row).context("a head of the ledger cannot be read")?;
        let Some(date) = LocalDate::parse(&head.date) else {
            return Err(tampered(head.seq, "the head of its day has no date"));
        };
        heads.insert(date, head);
    }
    Ok(heads)
}

async fn chain(
    reader: &mut SqliteConnection,
    heads: &BTreeMap<LocalDate, Head>,
    public_key: &[u8],
) -> anyhow::Result<u64> {
    let mut by_seq: BTreeMap<u64, Vec<(LocalDate, &Head)>> = BTreeMap::new();
    heads.iter().for_each(|(date, head)| by_seq.entry(head.seq).or_default().push((*date, head)));
    let mut verifier = Verifier::default();
    let mut last: Option<Entry> = None;
    loop {
        let next = last.as_ref().map_or(0, |last| last.seq + 1);
        let rows = page(reader, next, PAGE).await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            let seq = last.as_ref().map_or(1, |last| last.seq + 1);
            let Ok(entry) = entry(&row) else { return Err(tampered(seq, "it cannot be read")) };
            verifier.entry(&entry)?;
            if let Some(last) = &last {
                match (day(last) == day(&entry), heads.get(&day(last))) {
                    (false, None) => {
                        return Err(tampered(
                            last.seq,
                            "its day is over and the signed head of it is missing",
                        ));
                    }
                    (true, Some(head)) if head.seq == last.seq => {
                        return Err(tampered(entry.seq, "its day was signed without it"));
                    }
                    _ => {}
                }
            }
            for (date, head) in by_seq.remove(&entry.seq).unwrap_or_default() {
                verifier.head(head, public_key)?;
                if date != day(&entry) {
                    return Err(tampered(entry.seq, "the signed head of another day names it"));
                }
            }
            last = Some(entry);
        }
    }
    match by_seq.into_keys().next() {
        Some(seq) => Err(tampered(seq, "it is missing, though a signed head names it")),
        None => Ok(last.map_or(0, |last| last.seq)),
    }
}

async fn results(reader: &mut SqliteConnection) -> anyhow::Result<u64> {
    let mut last = 0;
    loop {
        let row = sqlx::query("SELECT * FROM results WHERE id > ? ORDER BY id LIMIT 1");
        let Some(row) = row.bind(last).fetch_optional(&mut *reader).await? else { break };
        let id: i64 = row.try_get("id")?;
        if id != last + 1 {
            bail!("result {}: it is missing", last + 1);
        }
        let body = Body::read(&row).with_context(|| format!("result {id}: it cannot be read"))?;
        let lines = raw_lines(reader, id).await.with_context(|| format!("result {id}: it cannot be read"))?;
        let digest: String =
            row.try_get("digest").with_context(|| format!("result {id}: it cannot be read"))?;
        if body.digest(&lines) != digest {
            bail!("result {id} (lesson {:?}): it is not what was computed", body.lesson);
        }
        last = id;
    }
    let beyond = sqlx::query("SELECT max(result) FROM judged").fetch_one(reader).await?;
    match beyond.try_get::<Option<i64>, _>(0)? {
        Some(id) if id > last => bail!("result {}: it is missing", last + 1),
        _ => Ok(unsigned(last)),
    }
}

async fn completions(reader: &mut SqliteConnection) -> anyhow::Result<()> {
    let rows = sqlx::query("SELECT * FROM completions ORDER BY lesson, person").fetch_all(reader).await?;
    for (row, number) in rows.iter().zip(1..) {
        let unread = || format!("completed course {number}: it cannot be read");
        let done = Completion::read(row).with_context(unread)?;
        let digest: String = row.try_get("digest").with_context(unread)?;
        if done.digest() != digest {
            bail!("completed course {:?} of {:?}: it is not what was watched", done.lesson, done.person);
        }
    }
    Ok(())
}

fn tampered(seq: u64, what: &'static str) -> anyhow::Error {
    Tampered { seq, what }.into()
}
