//! What the server forgets by itself, because nobody needs it any more (§5.3); the notice about personal data
//! (`course::notice`) promises it.

use serde_json::json;
use sqlx::Row;

use super::accounts::guessing::{TRIES_KEPT_MS, UNKNOWN_KEPT_MS};
use super::audit::{self, Act};
use super::db::{Lane, Writing};
use super::{Store, signed};
use crate::attendance::date::LocalDate;
use crate::attendance::interval::ServerInstant;
use crate::course::network_check;

/// Six months: what is kept of people who were not admitted, or only listed.
pub const NOT_ADMITTED_KEPT_MS: u64 = 183 * 86_400_000;
/// Rows of one transaction: facts of running classes wait for no more.
const BATCH: u32 = 1000;

/// How much was forgotten.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Forgotten {
    pub registrations: u64,
    pub nominations: u64,
}

impl Forgotten {
    fn rows(self) -> u64 {
        self.registrations + self.nominations
    }
}

impl Store {
    /// Forgets what is old as of `now_ms`: registrations that were never approved (when they were rejected, or
    /// the study is over), nominations that came to nothing, network checks, used secrets. What became of
    /// people, and not who, stands in the audit log.
    pub async fn forget(&self, now_ms: u64) -> anyhow::Result<Forgotten> {
        self.forget_expired(now_ms).await?;
        self.forget_tries(now_ms).await?;
        let delete = sqlx::query("DELETE FROM network_checks WHERE at_ms < ?");
        let delete = delete.bind(signed(now_ms.saturating_sub(network_check::KEPT_MS)));
        self.db.execute(Lane::Office, delete).await?;
        let mut all = Forgotten::default();
        loop {
            let one = self.forget_batch(now_ms.saturating_sub(NOT_ADMITTED_KEPT_MS)).await?;
            if one.rows() == 0 {
                return Ok(all);
            }
            all.registrations += one.registrations;
            all.nominations += one.nominations;
        }
    }

    /// Tries to sign in that nobody needs to be told of any more.
    async fn forget_tries(&self, now_ms: u64) -> anyhow::Result<()> {
        let old = sqlx::query("DELETE FROM sign_in_failures WHERE last_ms < iif(subject LIKE '?%', ?, ?)")
            .bind(signed(now_ms.saturating_sub(UNKNOWN_KEPT_MS)))
            .bind(signed(now_ms.saturating_sub(TRIES_KEPT_MS)));
        self.db.execute(Lane::Office, old).await?;
        Ok(())
    }

    async fn forget_batch(&self, before_ms: u64) -> anyhow::Result<Forgotten> {
        let mut transaction = self.db.write(Lane::Office).await?;
        let registrations = forget_registrations(&mut transaction, before_ms).await?;
        let nominations = forget_nominations(&mut transaction, before_ms).await?;
        let forgotten = Forgotten { registrations, nominations };
        if forgotten.rows() > 0 {
            let detail = json!({ "registrations": registrations, "nominations": nominations });
            audit::append(
                &mut transaction,
                self.vault(),
                Act::done("server", "people.forgotten", "", detail),
            )
            .await?;
        }
        transaction.commit().await?;
        Ok(forgotten)
    }
}

/// The day of Shanghai, as the phases have theirs.
fn day(at_ms: u64) -> String {
    LocalDate::of(ServerInstant::of_fact(at_ms)).to_string()
}

async fn forget_registrations(transaction: &mut Writing, before_ms: u64) -> anyhow::Result<u64> {
    let rows = sqlx::query(
        "SELECT registrations.id FROM registrations JOIN phases ON phases.id = phase
         WHERE approved_at_ms IS NULL AND (state = 'rejected' OR study_last < ?2)
             AND coalesce((SELECT max(at_ms) FROM registration_steps WHERE registration = registrations.id), 0) < ?1
         LIMIT ?3",
    );
    let rows = rows.bind(signed(before_ms)).bind(day(before_ms)).bind(BATCH);
    let rows = rows.fetch_all(&mut **transaction).await?;
    let ids = rows.iter().map(|row| row.try_get(0)).collect::<Result<Vec<i64>, _>>()?;
    let ids = serde_json::to_string(&ids)?;
    for sql in [
        "DELETE FROM registration_steps WHERE registration IN (SELECT value FROM json_each(?))",
        "DELETE FROM registrations WHERE id IN (SELECT value FROM json_each(?))",
    ] {
        sqlx::query(sql).bind(&ids).execute(&mut **transaction).await?;
    }
    Ok(u64::try_from(rows.len())?)
}

/// Those without a registration: who registered has what is needed of it there.
async fn forget_nominations(transaction: &mut Writing, before_ms: u64) -> anyhow::Result<u64> {
    let done = sqlx::query(
        "DELETE FROM nominations WHERE id IN (
             SELECT nominations.id FROM nominations JOIN phases ON phases.id = phase
             WHERE study_last < ?1 AND NOT EXISTS (SELECT 1 FROM registrations
                 WHERE registrations.phase = nominations.phase AND registrations.document = nominations.document)
             LIMIT ?2)",
    );
    Ok(done.bind(day(before_ms)).bind(BATCH).execute(&mut **transaction).await?.rows_affected())
}
