//! The chain of entries under its signed heads, and the events in the audit log for entries of people.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::bail;
use sqlx::Row;

use super::super::super::unsigned;
use super::super::entries::{day, entry, page};
use super::super::sealing::Sealing;
use super::super::{SERVER, heads};
use super::{Kept, tampered};
use crate::attendance::ledger::{Entry, Head, Verifier};
use crate::store::dialect::Connection;
use crate::time::LocalDate;

/// Entries in memory at once.
const PAGE: u32 = 1000;

/// Checks all entries; returns their number, and the newest head.
pub(super) async fn check(
    reader: &mut Connection,
    sealing: Sealing,
    kept: Option<&Kept>,
    public_keys: &[Vec<u8>],
) -> anyhow::Result<(u64, Option<Head>)> {
    let heads = heads::all(reader).await?;
    let newest = heads.iter().rev().find(|head| head.bound.is_some()).cloned();
    let unnamed = kept.filter(|kept| !heads.iter().any(|head| kept.is(head)));
    numbered(&heads)?;
    let mut walk = Walk::new(heads, kept, sealing, public_keys)?;
    let mut last: Option<Entry> = None;
    loop {
        let next = last.as_ref().map_or(1, |last| last.seq + 1);
        let rows = page(reader, if last.is_none() { 0 } else { next }, PAGE).await?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            let seq = last.as_ref().map_or(1, |last| last.seq + 1);
            let Ok(entry) = entry(&row) else { return Err(tampered(seq, "it cannot be read")) };
            walk.entry(&entry, last.as_ref())?;
            last = Some(entry);
        }
    }
    walk.end()?;
    let entries = last.map_or(0, |last| last.seq);
    let signed_upto = newest.as_ref().map_or(0, |head| head.seq);
    if entries > signed_upto {
        return Err(tampered(signed_upto + 1, "no signed head says that the server entered it"));
    }
    // The kept text is a head, so it covers everything that the server had signed by then, results without
    // entries included.
    if let Some(kept) = unnamed {
        return Err(tampered(kept.seq, "the head that was kept is not among the signed ones"));
    }
    Ok((entries, newest))
}

/// Heads count from 1.
fn numbered(heads: &[Head]) -> anyhow::Result<()> {
    let numbers = heads.iter().filter_map(|head| head.bound.as_ref()).map(|bound| bound.number);
    match numbers.zip(1..).find(|(number, wanted)| number != wanted) {
        Some((_, wanted)) => bail!("signed head {wanted}: it is missing"),
        None => Ok(()),
    }
}

/// The state of the walk over the entries.
struct Walk<'a> {
    verifier: Verifier,
    /// The present key first, then lost and renewed ones.
    public_keys: &'a [Vec<u8>],
    sealing: Sealing,
    /// Heads by the entry they name.
    heads: BTreeMap<u64, Vec<Head>>,
    /// Days with heads of the first format.
    days: BTreeMap<LocalDate, u64>,
    kept: Option<(u64, String)>,
}

impl<'a> Walk<'a> {
    fn new(
        heads: Vec<Head>,
        kept: Option<&Kept>,
        sealing: Sealing,
        public_keys: &'a [Vec<u8>],
    ) -> anyhow::Result<Walk<'a>> {
        let mut walk = Walk {
            verifier: Verifier::default(),
            public_keys,
            sealing,
            heads: BTreeMap::new(),
            days: BTreeMap::new(),
            kept: kept.map(|kept| (kept.seq, kept.hash.clone())),
        };
        for head in heads {
            let Some(date) = LocalDate::parse(&head.date) else {
                return Err(tampered(head.seq, "its head has no date"));
            };
            if head.bound.is_none() {
                walk.days.insert(date, head.seq);
            }
            match head.seq {
                0 => walk.verifier.head(&head, walk.signer(&head))?,
                seq => walk.heads.entry(seq).or_default().push(head),
            }
        }
        Ok(walk)
    }

    fn entry(&mut self, entry: &Entry, before: Option<&Entry>) -> anyhow::Result<()> {
        self.verifier.entry(entry)?;
        if let Some(before) = before.filter(|_| entry.seq <= self.sealing.entries_upto) {
            match (day(before) == day(entry), self.days.get(&day(before))) {
                (false, None) => {
                    return Err(tampered(before.seq, "its day is over and the signed head of it is missing"));
                }
                (true, Some(seq)) if *seq == before.seq => {
                    return Err(tampered(entry.seq, "its day was signed without it"));
                }
                _ => {}
            }
        }
        for head in self.heads.remove(&entry.seq).unwrap_or_default() {
            self.verifier.head(&head, self.signer(&head))?;
            if head.bound.is_none() && head.date != day(entry).to_string() {
                return Err(tampered(entry.seq, "the signed head of another day names it"));
            }
        }
        if let Some((_, hash)) = self.kept.take_if(|(seq, _)| *seq == entry.seq)
            && hash != entry.hash
        {
            return Err(tampered(entry.seq, "the ledger was another one when its head was kept"));
        }
        Ok(())
    }

    /// The key that signed a head; the present one if none did.
    fn signer(&self, head: &Head) -> &'a [u8] {
        let signer = self.public_keys.iter().find(|key| head.is_signed_by(key));
        signer.or_else(|| self.public_keys.first()).map_or(&[], Vec::as_slice)
    }

    fn end(self) -> anyhow::Result<()> {
        let missing = self.heads.into_keys().next();
        let kept = self.kept.map(|(seq, _)| seq).filter(|seq| *seq > 0);
        match missing.or(kept) {
            Some(seq) => Err(tampered(seq, "it is missing, though a signed head names it")),
            None => Ok(()),
        }
    }
}

/// Checks that each entry of people since the sealing has an event of the audit log that names it, and each
/// such event its entry; and that each head names an existing event. Events are keyed: nobody else can write
/// one.
pub(super) async fn people(reader: &mut Connection, sealing: Sealing) -> anyhow::Result<()> {
    signed_then(reader).await?;
    let events = sqlx::query(
        "SELECT detail ->> 'entry' AS entry, target FROM audit
         WHERE act >= 'hours.' AND act < 'hours/' AND done AND detail ->> 'entry' IS NOT NULL",
    );
    let rows = events.fetch_all(&mut *reader).await?;
    let events = rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?)));
    let mut events: BTreeSet<(String, String)> = events.collect::<Result<_, sqlx::Error>>()?;
    let entries = sqlx::query("SELECT seq, hash, person FROM entries WHERE actor <> $1 ORDER BY seq");
    for row in entries.bind(SERVER).fetch_all(&mut *reader).await? {
        let (seq, hash): (i64, &str) = (row.try_get(0)?, row.try_get(1)?);
        let has_event = events.remove(&(format!("{seq}:{hash}"), row.try_get(2)?));
        if !has_event && unsigned(seq) > sealing.entries_upto {
            return Err(tampered(unsigned(seq), "people entered it, and no event of the audit log says so"));
        }
    }
    if let Some((entry, _)) = events.pop_first() {
        bail!("ledger entry {entry}: the audit log says that people entered it, and it is not there");
    }
    let cut = sqlx::query(
        "SELECT number, audit_seq FROM heads LEFT JOIN audit ON audit.seq = audit_seq
         WHERE audit_seq > 0 AND audit.hash IS DISTINCT FROM audit_hash ORDER BY number LIMIT 1",
    );
    match cut.fetch_optional(reader).await? {
        Some(row) => {
            let (number, event): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
            bail!("event {event} of the audit log: it is not the one that signed head {number} names")
        }
        None => Ok(()),
    }
}

/// Checks that each head of a result or a completed course has an event of the audit log, which shows if all
/// heads were removed.
async fn signed_then(reader: &mut Connection) -> anyhow::Result<()> {
    let gone = sqlx::query(
        "SELECT cast(detail ->> 'head' AS bigint) FROM audit
         LEFT JOIN heads ON number = cast(detail ->> 'head' AS bigint) AND ground = detail ->> 'ground'
         WHERE act = $1 AND number IS NULL ORDER BY audit.seq LIMIT 1",
    );
    match gone.bind(heads::JUDGED).fetch_optional(reader).await? {
        Some(row) => {
            let number: Option<i64> = row.try_get(0)?;
            let number = number.unwrap_or_default();
            bail!("signed head {number}: the audit log says that the server signed it, and it is gone")
        }
        None => Ok(()),
    }
}
