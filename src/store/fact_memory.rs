//! The server's memory of appended facts, beside the database: the ends of the chains of running lessons, and
//! the last number. If somebody removes the newest facts and restores the hash of their chain, the next
//! append finds it, and no number is given twice. The last number is also kept with a keyed hash, for the
//! time after a restart.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::bail;
use sqlx::Row;

use super::Vault;
use super::db::{Db, Writing};
use super::dialect::{Connection, texts};
use super::end_mark::{FACTS_END, Noted};
use super::fact_chains::{FactChains, Stored};

/// Most lessons remembered; of others, the database is believed once.
const LESSONS_MAX: usize = 256;

/// Appends facts. Cheap to clone.
#[derive(Clone)]
pub(super) struct Writer {
    pub(super) db: Db,
    vault: Vault,
    memory: Arc<Mutex<Memory>>,
}

#[derive(Default)]
struct Memory {
    /// The last number.
    last: i64,
    lessons: BTreeMap<String, Known>,
    /// Counts uses, to find the lesson that was unused for the longest time.
    uses: u64,
}

/// The end of a lesson's chain.
#[derive(Clone, Default)]
struct Known {
    seq: i64,
    hash: String,
    used: u64,
}

impl Writer {
    pub(super) fn new(db: Db, vault: Vault) -> Writer {
        Writer { db, vault, memory: Arc::default() }
    }

    fn known(&self, lesson: &str) -> Option<Known> {
        let memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        memory.lessons.get(lesson).cloned()
    }

    /// Begins to append as part of `transaction`.
    pub(super) async fn begin(&self, transaction: &mut Writing) -> Result<Appending<'_>, sqlx::Error> {
        let remembered = self.memory.lock().unwrap_or_else(PoisonError::into_inner).last;
        let there = last(transaction).await?;
        let noted = match FACTS_END.noted(transaction, &self.vault).await? {
            Noted::At(noted) => noted,
            Noted::Changed | Noted::Missing => 0,
        };
        let last = remembered.max(noted);
        if there < last {
            self.db.found_damage(&format!("facts {} to {last} are gone", there + 1));
        }
        let chains = FactChains::new(&self.vault);
        Ok(Appending { writer: self, chains, reached: BTreeMap::new(), last: last.max(there) })
    }
}

/// The facts appended in one transaction.
pub(super) struct Appending<'a> {
    writer: &'a Writer,
    chains: FactChains<'a>,
    /// The last number of each lesson in this transaction.
    reached: BTreeMap<String, i64>,
    last: i64,
}

impl Appending<'_> {
    /// The number of the next fact.
    pub(super) fn number(&mut self) -> i64 {
        self.last += 1;
        self.last
    }

    /// Finds the hashes after which lessons go on, before their facts of this transaction are bound; `facts`: lesson and
    /// number of each.
    pub(super) async fn recall<'f>(
        &mut self,
        transaction: &mut Writing,
        facts: impl Iterator<Item = (&'f str, i64)>,
    ) -> Result<(), sqlx::Error> {
        let mut first = BTreeMap::new();
        for (lesson, seq) in facts {
            first.entry(lesson).or_insert(seq);
        }
        let listed = serde_json::to_string(&first.keys().collect::<Vec<_>>());
        let listed = listed.map_err(|error| sqlx::Error::Encode(error.into()))?;
        let stored =
            sqlx::query_as(concat!("SELECT lesson, hash FROM fact_chains WHERE lesson IN ", texts!("$1")));
        let stored: Vec<(String, String)> = stored.bind(listed).fetch_all(&mut **transaction).await?;
        let mut stored: BTreeMap<String, String> = stored.into_iter().collect();
        for (lesson, seq) in first {
            let hash = stored.remove(lesson).unwrap_or_default();
            let hash = self.hash(transaction, lesson, seq, hash).await?;
            self.chains.begin(lesson, hash);
        }
        Ok(())
    }

    /// Binds a fact that was inserted; its lesson was recalled.
    pub(super) fn bind(&mut self, fact: &Stored<'_>) {
        self.reached.insert(fact.lesson.to_owned(), fact.seq);
        self.chains.bind(fact);
    }

    /// The hash after which a lesson goes on with the fact of number `seq`; `stored` is that of the database. If this
    /// differs from what this server wrote, the server's own hash is used: then verification finds the difference, too,
    /// for good.
    async fn hash(
        &self,
        transaction: &mut Writing,
        lesson: &str,
        seq: i64,
        stored: String,
    ) -> Result<String, sqlx::Error> {
        let Some(known) = self.writer.known(lesson) else { return Ok(stored) };
        if stored == known.hash || self.went_on(transaction, &known, (lesson, seq), &stored).await? {
            return Ok(stored);
        }
        let what = format!("the newest facts of lesson {lesson:?} are not those that were appended");
        self.writer.db.found_damage(&what);
        Ok(known.hash)
    }

    /// Whether another process with the key has appended since.
    async fn went_on(
        &self,
        transaction: &mut Writing,
        known: &Known,
        (lesson, seq): (&str, i64),
        stored: &str,
    ) -> Result<bool, sqlx::Error> {
        let mut chains = FactChains::new(&self.writer.vault);
        chains.begin(lesson, known.hash.clone());
        let rows = sqlx::query(
            "SELECT seq, person, at_ms, body FROM facts WHERE lesson = $1 AND seq > $2 AND seq < $3 ORDER BY seq",
        );
        let rows = rows.bind(lesson).bind(known.seq).bind(seq);
        for row in rows.fetch_all(&mut **transaction).await? {
            let (person, body) = (row.try_get("person")?, row.try_get("body")?);
            let (seq, at_ms) = (row.try_get("seq")?, row.try_get("at_ms")?);
            chains.bind(&Stored { seq, lesson, person, at_ms, body });
        }
        Ok(chains.into_hashes().get(lesson).is_some_and(|hash| hash == stored))
    }

    /// Writes the ends of the chains and the last number.
    pub(super) async fn write(&self, transaction: &mut Writing) -> Result<(), sqlx::Error> {
        self.chains.write(transaction).await?;
        FACTS_END.note(transaction, &self.writer.vault, self.last).await
    }

    /// Remembers the ends; the transaction is on disk.
    pub(super) fn committed(self) {
        let mut memory = self.writer.memory.lock().unwrap_or_else(PoisonError::into_inner);
        memory.last = memory.last.max(self.last);
        let mut hashes = self.chains.into_hashes();
        for (lesson, seq) in self.reached {
            memory.uses += 1;
            let known = Known { seq, hash: hashes.remove(&lesson).unwrap_or_default(), used: memory.uses };
            memory.lessons.insert(lesson, known);
        }
        while memory.lessons.len() > LESSONS_MAX {
            let oldest = memory.lessons.iter().min_by_key(|(_, known)| known.used);
            let Some(oldest) = oldest.map(|(lesson, _)| lesson.clone()) else { break };
            memory.lessons.remove(&oldest);
        }
    }
}

async fn last(reader: &mut Connection) -> Result<i64, sqlx::Error> {
    sqlx::query("SELECT coalesce(max(seq), 0) FROM facts").fetch_one(reader).await?.try_get(0)
}

/// Notes the last number in books of versions without it.
pub(super) async fn note_end(transaction: &mut Writing, vault: &Vault) -> Result<(), sqlx::Error> {
    if FACTS_END.noted(transaction, vault).await? == Noted::Missing {
        let last = last(transaction).await?;
        FACTS_END.note(transaction, vault, last).await?;
    }
    Ok(())
}

/// Fails unless the last fact is the one appended last.
pub(super) async fn check_end(reader: &mut Connection, vault: &Vault) -> anyhow::Result<()> {
    let last = last(reader).await?;
    match FACTS_END.noted(reader, vault).await? {
        Noted::At(noted) if noted == last => Ok(()),
        Noted::At(noted) => {
            bail!("fact {last}: it is not the last one that was appended, which is {noted}")
        }
        Noted::Changed | Noted::Missing => {
            bail!("the number of the last fact is gone or not what the server wrote")
        }
    }
}
