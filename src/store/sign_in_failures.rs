//! Table `sign_in_failures`: wrong passwords and codes by account, or by an unknown name, and by place.
//! [`crate::account::password`] decides when they lock a place.

use sqlx::Row;

use super::db::Writing;
use super::{Store, signed, unsigned};
use crate::account::password::Failures;

/// Reads failed tries.
pub struct SignInFailures<'a>(&'a Store);

impl Store {
    pub fn sign_in_failures(&self) -> SignInFailures<'_> {
        SignInFailures(self)
    }
}

impl SignInFailures<'_> {
    /// The later of the locks of `subject` at a place and, with `counts_other`, at another one; `None` = never locked.
    pub async fn locked_until_ms(
        &self,
        subject: &str,
        place: &str,
        (counts_other, other): (bool, &str),
    ) -> anyhow::Result<Option<u64>> {
        let locks = sqlx::query_scalar(
            "SELECT max(locked_until_ms) FROM sign_in_failures
             WHERE subject = $1 AND (place = $2 OR ($3 AND place = $4))",
        );
        let locks = locks.bind(subject).bind(place).bind(counts_other).bind(other);
        let until_ms: Option<i64> = locks.fetch_one(&self.0.readers).await?;
        Ok(until_ms.map(unsigned))
    }
}

/// The failures of `subject` at a place; without any, the default.
pub async fn find(writing: &mut Writing, subject: &str, place: &str) -> anyhow::Result<Failures> {
    let row =
        sqlx::query("SELECT at_ms, locked_until_ms FROM sign_in_failures WHERE subject = $1 AND place = $2");
    let Some(row) = row.bind(subject).bind(place).fetch_optional(&mut **writing).await? else {
        return Ok(Failures::default());
    };
    Ok(Failures {
        at_ms: serde_json::from_str(row.try_get("at_ms")?)?,
        locked_until_ms: unsigned(row.try_get("locked_until_ms")?),
    })
}

/// Writes the failures of `subject` at a place, with one more that the owner has not been told of.
pub async fn put_one_more(
    writing: &mut Writing,
    subject: &str,
    place: &str,
    failures: &Failures,
    now_ms: u64,
) -> anyhow::Result<()> {
    sqlx::query(
        "INSERT INTO sign_in_failures (subject, place, at_ms, locked_until_ms, untold, last_ms)
         VALUES ($1, $2, $3, $4, 1, $5)
         ON CONFLICT (subject, place) DO UPDATE
             SET at_ms = $3, locked_until_ms = $4, untold = sign_in_failures.untold + 1, last_ms = $5",
    )
    .bind(subject)
    .bind(place)
    .bind(serde_json::to_string(&failures.at_ms)?)
    .bind(signed(failures.locked_until_ms))
    .bind(signed(now_ms))
    .execute(&mut **writing)
    .await?;
    Ok(())
}

/// Number of failures that the owner has not been told of, and the time of the last one (0 = there is none),
/// without those at `but`.
pub async fn untold(writing: &mut Writing, subject: &str, but: &str) -> anyhow::Result<(u32, u64)> {
    let told = sqlx::query(
        "SELECT cast(coalesce(sum(untold), 0) AS bigint) AS tries, coalesce(max(last_ms), 0) AS last_ms
         FROM sign_in_failures WHERE subject = $1 AND place <> $2 AND untold > 0",
    );
    let told = told.bind(subject).bind(but).fetch_one(&mut **writing).await?;
    Ok((told.try_get("tries")?, unsigned(told.try_get("last_ms")?)))
}

/// Notes that the owner has been told of all of them.
pub async fn mark_told(writing: &mut Writing, subject: &str) -> anyhow::Result<()> {
    let update = sqlx::query("UPDATE sign_in_failures SET untold = 0 WHERE subject = $1");
    update.bind(subject).execute(&mut **writing).await?;
    Ok(())
}

/// Deletes the tries at one place.
pub async fn delete_at(writing: &mut Writing, subject: &str, place: &str) -> anyhow::Result<()> {
    let delete = sqlx::query("DELETE FROM sign_in_failures WHERE subject = $1 AND place = $2");
    delete.bind(subject).bind(place).execute(&mut **writing).await?;
    Ok(())
}

/// Deletes the tries at all places.
pub async fn delete(writing: &mut Writing, subject: &str) -> anyhow::Result<()> {
    let delete = sqlx::query("DELETE FROM sign_in_failures WHERE subject = $1");
    delete.bind(subject).execute(&mut **writing).await?;
    Ok(())
}

/// Deletes tries whose last one is older, with separate limits for unknown names and accounts.
pub async fn delete_older(
    writing: &mut Writing,
    nobody_before_ms: u64,
    account_before_ms: u64,
) -> anyhow::Result<()> {
    let delete = sqlx::query(
        "DELETE FROM sign_in_failures WHERE last_ms < CASE WHEN subject LIKE '?%' THEN $1 ELSE $2 END",
    );
    delete.bind(signed(nobody_before_ms)).bind(signed(account_before_ms)).execute(&mut **writing).await?;
    Ok(())
}
