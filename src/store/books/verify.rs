//! Whether the books are still what was entered: every entry, every signed head, every result, and the
//! facts from which results were computed.

use std::collections::BTreeMap;

use anyhow::{Context, bail};
use ring::signature::KeyPair;
use sqlx::{Row, SqliteConnection};

use super::super::{Store, unsigned};
use super::completions::Completion;
use super::entries::{day, entry, head, page};
use super::facts::{Seal, seal_upto};
use super::postings::SERVER;
use super::results::{Body, raw_lines};
use crate::attendance::RULES_VERSION;
use crate::attendance::date::LocalDate;
use crate::attendance::ledger::{Entry, Head, Tampered, Verifier};

/// Entries in memory at once.
const PAGE: u32 = 1000;

/// A running server signs a day within a minute of its end, one that was off when it starts: whoever
/// verifies with the server off for longer is told to start it.
const SIGNED_WITHIN_MS: u64 = 3_600_000;

/// Books that are whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    pub entries: u64,
    pub results: u64,
    pub last_head: Option<Head>,
}

impl Store {
    /// Checks the books as of one moment, also beside a running server; `kept` is a head that somebody
    /// kept elsewhere. The error names the first entry or result that is not what was entered.
    pub async fn verify_books(&self, now_ms: u64, kept: Option<&Head>) -> anyhow::Result<Verified> {
        let mut reader = self.readers.begin().await?;
        let heads = heads(&mut reader).await?;
        let mut by_seq = BySeq::new();
        heads.iter().for_each(|(date, head)| by_seq.entry(head.seq).or_default().push((*date, head)));
        if let Some(kept) = kept {
            let Some(date) = LocalDate::parse(&kept.date) else {
                bail!("the head that was kept has no date")
            };
            by_seq.entry(kept.seq).or_default().push((date, kept));
        }
        let last = chain(&mut reader, &heads, by_seq, self.ledger_key()).await?;
        if let Some(last) = &last {
            check_last_day(last, &heads, now_ms)?;
        }
        let results = results(&mut reader).await?;
        standing_results(&mut reader).await?;
        completions(&mut reader).await?;
        grounds(&mut reader).await?;
        let last_head = heads.into_values().max_by_key(|head| head.seq);
        Ok(Verified { entries: last.map_or(0, |last| last.seq), results, last_head })
    }

    /// Every signed head, the oldest first.
    pub async fn heads(&self) -> anyhow::Result<Vec<Head>> {
        let mut reader = self.readers.acquire().await?;
        Ok(heads(&mut reader).await?.into_values().collect())
    }

    /// The public key of the ledger: with it anybody checks the signatures of heads.
    pub fn ledger_key(&self) -> &[u8] {
        self.keys.ledger().public_key().as_ref()
    }
}

/// Heads by the entry that they name.
type BySeq<'a> = BTreeMap<u64, Vec<(LocalDate, &'a Head)>>;

/// The last entry's day has no later entry that shows that its head is missing.
fn check_last_day(last: &Entry, heads: &BTreeMap<LocalDate, Head>, now_ms: u64) -> anyhow::Result<()> {
    let day = day(last);
    let signed_by_ms = day.next().start().ms().saturating_add(SIGNED_WITHIN_MS);
    if now_ms > signed_by_ms && !heads.contains_key(&day) {
        return Err(tampered(
            last.seq,
            "its day is over and the signed head of it is missing (if the server was off since: it signs at its \
             next start)",
        ));
    }
    Ok(())
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
    mut by_seq: BySeq<'_>,
    public_key: &[u8],
) -> anyhow::Result<Option<Entry>> {
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
        None => Ok(last),
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
        // Rules of other versions are not here to compute it again: its digest says that it stands as it was.
        let again = if body.rules_version == RULES_VERSION { body.is_reproduced(&lines) } else { Ok(true) };
        if !again.with_context(|| format!("result {id}: it cannot be computed again"))? {
            bail!("result {id} (lesson {:?}): its own events do not make it", body.lesson);
        }
        let is_sealed = body.seal != Seal::default();
        if is_sealed && seal_upto(reader, &body.lesson, body.seal.upto).await? != body.seal {
            bail!("result {id} (lesson {:?}): the facts are not those that were judged", body.lesson);
        }
        last = id;
    }
    let beyond = sqlx::query("SELECT max(result) FROM judged").fetch_one(reader).await?;
    match beyond.try_get::<Option<i64>, _>(0)? {
        Some(id) if id > last => bail!("result {}: it is missing", last + 1),
        _ => Ok(unsigned(last)),
    }
}

/// Of every lesson its newest result stands, and the time for appeals runs from its first.
async fn standing_results(reader: &mut SqliteConnection) -> anyhow::Result<()> {
    let wrong = sqlx::query(
        "SELECT coalesce(computed.lesson, judged.lesson) FROM judged
         FULL JOIN (SELECT lesson, min(id) AS first, max(id) AS newest FROM results GROUP BY lesson) AS computed
             ON computed.lesson = judged.lesson
         LEFT JOIN results ON results.id = first
         WHERE judged.result IS NOT newest OR provisional_at_ms IS NOT computed_at_ms LIMIT 1",
    );
    match wrong.fetch_optional(reader).await? {
        Some(row) => {
            bail!("lesson {:?}: it is not its newest result that stands", row.try_get::<String, _>(0)?)
        }
        None => Ok(()),
    }
}

/// What the server entered was computed: there is the result, or the completed course.
async fn grounds(reader: &mut SqliteConnection) -> anyhow::Result<()> {
    let wrong = sqlx::query(
        "SELECT seq FROM entries WHERE actor = ?
             AND NOT EXISTS (SELECT 1 FROM results
                 WHERE results.lesson = entries.lesson AND results.input_digest = entries.input_digest)
             AND NOT EXISTS (SELECT 1 FROM completions
                 WHERE completions.lesson = entries.lesson AND completions.person = entries.person
                     AND completions.digest = entries.input_digest)
         ORDER BY seq LIMIT 1",
    );
    match wrong.bind(SERVER).fetch_optional(reader).await? {
        Some(row) => Err(tampered(unsigned(row.try_get(0)?), "there is no result that it was computed from")),
        None => Ok(()),
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
