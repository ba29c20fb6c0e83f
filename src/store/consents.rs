//! The table `consents`: the versions of the notice about personal data that people agreed to, and when. Rows
//! are only appended.

use super::db::Writing;
use super::dialect::Connection;
use super::{Store, signed, unsigned};
use crate::protocol::Consent;

/// Reads consents.
pub struct Consents<'a>(&'a Store);

impl Store {
    pub fn consents(&self) -> Consents<'_> {
        Consents(self)
    }
}

impl Consents<'_> {
    /// A person's last consent in a phase.
    pub async fn last(&self, person: &str, phase: &str) -> anyhow::Result<Option<Consent>> {
        last(&mut *self.0.readers.acquire().await?, person, phase).await
    }
}

/// A person's last consent in a phase.
pub async fn last(connection: &mut Connection, person: &str, phase: &str) -> anyhow::Result<Option<Consent>> {
    let row = sqlx::query_as::<_, (String, i64)>(
        "SELECT version, at_ms FROM consents WHERE person = $1 AND phase = $2 ORDER BY id DESC LIMIT 1",
    );
    let row = row.bind(person).bind(phase).fetch_optional(connection).await?;
    Ok(row.map(|(version, at_ms)| Consent { version, at_ms: unsigned(at_ms) }))
}

/// Notes a consent to a version of the notice; the first one counts.
pub async fn agree(
    writing: &mut Writing,
    person: &str,
    phase: &str,
    version: &str,
    now_ms: u64,
) -> anyhow::Result<()> {
    let done = sqlx::query(
        "INSERT INTO consents (person, phase, version, at_ms) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
    );
    done.bind(person).bind(phase).bind(version).bind(signed(now_ms)).execute(&mut **writing).await?;
    Ok(())
}
