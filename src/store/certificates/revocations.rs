//! The table `certificate_revocations`: requests by one person for a second one to decide.

use sqlx::FromRow;

use super::super::db::Writing;
use super::super::{signed, unsigned};
use super::Certificates;
use crate::certificate::number::Number;

/// A revocation that waits for a second person.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Waiting {
    #[sqlx(try_from = "i64")]
    pub id: u64,
    pub number: String,
    pub reason: String,
    /// Id of the requesting person.
    pub by: String,
    pub by_name: String,
    #[sqlx(try_from = "i64")]
    pub at_ms: u64,
}

const WAITING: &str =
    "SELECT certificate_revocations.id, certificate_revocations.number, certificate_revocations.reason,
         by, people.name AS by_name, certificate_revocations.at_ms
     FROM certificate_revocations JOIN people ON people.id = by
     JOIN certificates ON certificates.number = certificate_revocations.number
     JOIN registrations ON registrations.id = registration
     WHERE certificate_revocations.state = 'waits'";

impl Certificates<'_> {
    /// Revocations of a phase that wait, oldest first.
    pub async fn revocations(&self, phase: &str) -> anyhow::Result<Vec<Waiting>> {
        let sql = format!("{WAITING} AND registrations.phase = $1 ORDER BY certificate_revocations.id");
        Ok(sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(phase).fetch_all(&self.0.readers).await?)
    }
}

/// The waiting revocation of a certificate.
pub async fn waiting(writing: &mut Writing, number: Number) -> anyhow::Result<Option<Waiting>> {
    let sql = format!("{WAITING} AND certificate_revocations.number = $1");
    let row = sqlx::query_as(sqlx::AssertSqlSafe(sql)).bind(number.to_string());
    Ok(row.fetch_optional(&mut **writing).await?)
}

/// Keeps a request; `None` = it was requested before.
pub async fn ask(
    writing: &mut Writing,
    number: Number,
    reason: &str,
    by: &str,
    now_ms: u64,
) -> anyhow::Result<Option<u64>> {
    let id: Option<i64> = sqlx::query_scalar(
        "INSERT INTO certificate_revocations (number, reason, by, at_ms, state) VALUES ($1, $2, $3, $4, 'waits')
         ON CONFLICT DO NOTHING RETURNING id",
    )
    .bind(number.to_string())
    .bind(reason)
    .bind(by)
    .bind(signed(now_ms))
    .fetch_optional(&mut **writing)
    .await?;
    Ok(id.map(unsigned))
}

/// Notes the decision of the second person.
pub async fn decide(
    writing: &mut Writing,
    id: u64,
    is_done: bool,
    by: &str,
    now_ms: u64,
) -> anyhow::Result<()> {
    let update = sqlx::query(
        "UPDATE certificate_revocations SET state = $2, decided_by = $3, decided_at_ms = $4
         WHERE id = $1 AND state = 'waits'",
    )
    .bind(signed(id))
    .bind(if is_done { "done" } else { "refused" })
    .bind(by)
    .bind(signed(now_ms));
    Ok(writing.one_row("the decision on a revocation", update).await?)
}
