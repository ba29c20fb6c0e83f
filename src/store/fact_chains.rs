//! The facts of each lesson as a chain: each is bound to those before it by a keyed hash when it is appended, so that
//! who can write to the database, but does not have the key beside it, can neither change, add nor remove one unseen.
//!
//! Hash of a fact: HMAC-SHA256 over the hash before it (empty before the first), its number, "person" or "class", the
//! person, the time and the body as it is stored.

use std::collections::BTreeMap;

use sqlx::Row;

use super::Vault;
use super::db::Writing;

/// How far the chains of some lessons have come.
pub(super) struct FactChains<'a> {
    vault: &'a Vault,
    hashes: BTreeMap<String, String>,
}

/// A fact as it is stored.
pub(super) struct Stored<'a> {
    pub(super) seq: i64,
    pub(super) lesson: &'a str,
    pub(super) person: Option<&'a str>,
    pub(super) at_ms: i64,
    pub(super) body: &'a str,
}

impl<'a> FactChains<'a> {
    pub(super) fn new(vault: &'a Vault) -> FactChains<'a> {
        FactChains { vault, hashes: BTreeMap::new() }
    }

    /// Binds the next fact, whose lesson's chain is read when it is the first of it here.
    pub(super) async fn append(
        &mut self,
        transaction: &mut Writing,
        fact: &Stored<'_>,
    ) -> Result<(), sqlx::Error> {
        if !self.hashes.contains_key(fact.lesson) {
            let row = sqlx::query("SELECT hash FROM fact_chains WHERE lesson = ?").bind(fact.lesson);
            let row = row.fetch_optional(&mut **transaction).await?;
            let hash = row.map(|row| row.try_get(0)).transpose()?.unwrap_or_default();
            self.hashes.insert(fact.lesson.to_owned(), hash);
        }
        self.bind(fact);
        Ok(())
    }

    /// The same, of facts that are read from the beginning.
    pub(super) fn bind(&mut self, fact: &Stored<'_>) {
        let before = self.hashes.get(fact.lesson).map_or("", String::as_str);
        // Nobody is not the same as a person without a name.
        let about = if fact.person.is_some() { "person" } else { "class" };
        let [seq, at_ms] = [fact.seq, fact.at_ms].map(|number| number.to_string());
        let person = fact.person.unwrap_or_default();
        let hash = self.vault.mac(&["fact 1", before, &seq, fact.lesson, about, person, &at_ms, fact.body]);
        match self.hashes.get_mut(fact.lesson) {
            Some(known) => *known = hash,
            None => _ = self.hashes.insert(fact.lesson.to_owned(), hash),
        }
    }

    /// Keeps how far they have come.
    pub(super) async fn write(&self, transaction: &mut Writing) -> Result<(), sqlx::Error> {
        for (lesson, hash) in &self.hashes {
            sqlx::query(
                "INSERT INTO fact_chains (lesson, hash) VALUES (?, ?)
                 ON CONFLICT (lesson) DO UPDATE SET hash = excluded.hash",
            )
            .bind(lesson)
            .bind(hash)
            .execute(&mut **transaction)
            .await?;
        }
        Ok(())
    }

    /// By lesson.
    pub(super) fn into_hashes(self) -> BTreeMap<String, String> {
        self.hashes
    }
}
