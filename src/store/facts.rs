//! Table `facts`: what happened in classes. Facts are only appended, by the `ledger`.

use sqlx::Row;

use super::db::Writing;
use super::{Store, ledger};
use crate::attendance::fact::Fact;

/// Reads and appends facts.
pub struct Facts<'a>(pub(super) &'a Store);

impl Store {
    pub fn facts(&self) -> Facts<'_> {
        Facts(self)
    }
}

impl Facts<'_> {
    /// Appends facts; returns once they are committed and synced. Concurrent calls share one
    /// commit. A fact that changes the life of a class also changes its lesson's state.
    pub async fn append(&self, facts: Vec<Fact>) -> anyhow::Result<()> {
        self.0.ledger.append(facts).await
    }

    /// Appends a fact as part of `writing`.
    pub async fn append_in(&self, writing: &mut Writing, fact: &Fact) -> anyhow::Result<()> {
        Ok(self.0.ledger.append_in(writing, fact).await?)
    }

    /// Every fact of a lesson in the order of appending.
    pub async fn of(&self, lesson: &str) -> anyhow::Result<Vec<Fact>> {
        let rows =
            sqlx::query("SELECT lesson, person, at_ms, body FROM facts WHERE lesson = $1 ORDER BY seq")
                .bind(lesson)
                .fetch_all(&self.0.readers)
                .await?;
        rows.iter().map(ledger::fact).collect()
    }

    /// Whether staff removed this person from the lesson, and did not take that back.
    pub async fn was_removed(&self, lesson: &str, person: &str) -> anyhow::Result<bool> {
        let row = sqlx::query(
            "SELECT coalesce((SELECT type = 'removed' FROM facts
                 WHERE lesson = $1 AND person = $2 AND type IN ('removed', 'readmitted')
                 ORDER BY seq DESC LIMIT 1), false)",
        )
        .bind(lesson)
        .bind(person)
        .fetch_one(&self.0.readers)
        .await?;
        Ok(row.try_get(0)?)
    }
}
