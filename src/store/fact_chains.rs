//! The facts of each lesson as a chain: each is bound to those before it by a keyed hash when it is appended.
//! A person who can write to the database, but lacks the key beside it, cannot change, add or remove a fact
//! unseen.
//!
//! Hash of a fact: HMAC-SHA256 over the hash before it (empty before the first), its number, "person" or
//! "class", the person, the time and the body as stored.

use std::collections::BTreeMap;

use super::Vault;
use super::db::Writing;
use super::dialect::elements;

/// The ends of the chains of some lessons.
pub(super) struct FactChains<'a> {
    vault: &'a Vault,
    hashes: BTreeMap<String, String>,
}

/// A fact as stored.
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

    /// Sets the hash after which a lesson goes on.
    pub(super) fn begin(&mut self, lesson: &str, hash: String) {
        self.hashes.insert(lesson.to_owned(), hash);
    }

    /// Binds the next fact of its lesson.
    pub(super) fn bind(&mut self, fact: &Stored<'_>) {
        let before = self.hashes.get(fact.lesson).map_or("", String::as_str);
        // A fact about the class differs from one about a person with an empty id.
        let about = if fact.person.is_some() { "person" } else { "class" };
        let [seq, at_ms] = [fact.seq, fact.at_ms].map(|number| number.to_string());
        let person = fact.person.unwrap_or_default();
        let hash = self.vault.mac(&["fact 1", before, &seq, fact.lesson, about, person, &at_ms, fact.body]);
        match self.hashes.get_mut(fact.lesson) {
            Some(known) => *known = hash,
            None => _ = self.hashes.insert(fact.lesson.to_owned(), hash),
        }
    }

    /// Writes the ends of the chains.
    pub(super) async fn write(&self, transaction: &mut Writing) -> Result<(), sqlx::Error> {
        let ends = serde_json::to_string(&self.hashes.iter().collect::<Vec<_>>());
        let ends = ends.map_err(|error| sqlx::Error::Encode(error.into()))?;
        let query = sqlx::query(concat!(
            "INSERT INTO fact_chains (lesson, hash) SELECT value ->> 0, value ->> 1 FROM ",
            elements!("$1"),
            " WHERE true ON CONFLICT (lesson) DO UPDATE SET hash = excluded.hash"
        ));
        transaction.rows("the chains of facts", self.hashes.len(), query.bind(ends)).await
    }

    /// The ends of the chains, by lesson.
    pub(super) fn into_hashes(self) -> BTreeMap<String, String> {
        self.hashes
    }
}
