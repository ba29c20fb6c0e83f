//! Deletes registrations and nominations without further use. The two belong together: whether a nomination
//! is still needed depends on whether there is a registration.

use sqlx::Row;

use super::db::Writing;
use super::dialect::numbers;
use super::signed;
use crate::time::{LocalDate, ServerInstant};

/// The local day of an instant, to compare with the days of phases.
fn day(at_ms: u64) -> String {
    LocalDate::of(ServerInstant::of_fact(at_ms)).to_string()
}

/// Deletes registrations that were never approved and unchanged since `before_ms`, if they were rejected or
/// their study was over then; at most `most` at once. Returns their number.
pub async fn registrations(writing: &mut Writing, before_ms: u64, most: u32) -> anyhow::Result<u64> {
    let rows = sqlx::query(
        "SELECT registrations.id FROM registrations JOIN phases ON phases.id = phase
         WHERE approved_at_ms IS NULL AND (state = 'rejected' OR study_last < $2)
             AND coalesce((SELECT max(at_ms) FROM registration_steps WHERE registration = registrations.id), 0) < $1
         LIMIT $3",
    );
    let rows = rows.bind(signed(before_ms)).bind(day(before_ms)).bind(most);
    let rows = rows.fetch_all(&mut **writing).await?;
    let ids = rows.iter().map(|row| row.try_get(0)).collect::<Result<Vec<i64>, _>>()?;
    let ids = serde_json::to_string(&ids)?;
    for sql in [
        concat!("DELETE FROM registration_steps WHERE registration IN ", numbers!("$1")),
        concat!("DELETE FROM registrations WHERE id IN ", numbers!("$1")),
    ] {
        sqlx::query(sql).bind(&ids).execute(&mut **writing).await?;
    }
    Ok(u64::try_from(rows.len())?)
}

/// Deletes nominations without a registration in phases whose study was over at `before_ms`: a registration
/// holds everything needed of its nomination. At most `most` at once; returns their number.
pub async fn nominations(writing: &mut Writing, before_ms: u64, most: u32) -> anyhow::Result<u64> {
    let done = sqlx::query(
        "DELETE FROM nominations WHERE id IN (
             SELECT nominations.id FROM nominations JOIN phases ON phases.id = phase
             WHERE study_last < $1 AND NOT EXISTS (SELECT 1 FROM registrations
                 WHERE registrations.phase = nominations.phase AND registrations.document = nominations.document)
             LIMIT $2)",
    );
    Ok(done.bind(day(before_ms)).bind(most).execute(&mut **writing).await?.rows_affected())
}
