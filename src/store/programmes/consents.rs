//! Which notice about personal data somebody has agreed to, and when: only ever appended.

use sqlx::{Row, SqliteExecutor};

use super::super::{signed, unsigned};
use super::stored::Stored;
use super::{Answer, Writing};
use crate::course::notice;
use crate::protocol::{Consent, Mistake, Wrong};

/// Why a registration cannot be submitted: there is no consent to the notice of today. Who has agreed to
/// it once in this phase is not asked again.
pub(super) async fn missing(
    writing: &mut Writing,
    stored: &Stored,
    given: Option<&str>,
) -> Answer<Option<Mistake>> {
    let wrong = match given {
        Some(notice::VERSION) => return Ok(None),
        Some(_) => Wrong::Outdated,
        None => Wrong::Missing,
    };
    let before = last(&mut **writing, &stored.person, &stored.phase).await?;
    let agreed = before.is_some_and(|consent| consent.version == notice::VERSION);
    Ok((!agreed).then(|| Mistake::field("consent", wrong)))
}

/// Writes down that somebody agreed to the notice of today; the first time is what counts.
pub(super) async fn agree(writing: &mut Writing, stored: &Stored, now_ms: u64) -> Answer<()> {
    let insert =
        "INSERT INTO consents (person, phase, version, at_ms) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING";
    let insert = sqlx::query(insert).bind(&stored.person).bind(&stored.phase).bind(notice::VERSION);
    insert.bind(signed(now_ms)).execute(&mut **writing).await?;
    Ok(())
}

/// What somebody has agreed to last, in a phase.
pub(super) async fn last(
    executor: impl SqliteExecutor<'_>,
    person: &str,
    phase: &str,
) -> anyhow::Result<Option<Consent>> {
    let row = sqlx::query(
        "SELECT version, at_ms FROM consents WHERE person = ? AND phase = ? ORDER BY id DESC LIMIT 1",
    );
    let row = row.bind(person).bind(phase).fetch_optional(executor).await?;
    let consent = |row: sqlx::sqlite::SqliteRow| {
        Ok(Consent { version: row.try_get("version")?, at_ms: unsigned(row.try_get("at_ms")?) })
    };
    row.map(consent).transpose()
}
