//! Table `old_passwords`: hashes of the present password of an account and of earlier ones.

use super::Store;
use super::db::Writing;
use super::signed;

/// Reads password hashes.
pub struct OldPasswords<'a>(&'a Store);

impl Store {
    pub fn old_passwords(&self) -> OldPasswords<'_> {
        OldPasswords(self)
    }
}

impl OldPasswords<'_> {
    /// Hashes of the present password and of earlier ones, newest first; at most `most`.
    pub async fn of(&self, person: &str, most: u32) -> anyhow::Result<Vec<String>> {
        let hashes = sqlx::query_scalar(
            "SELECT password FROM old_passwords WHERE person = $1 ORDER BY at_ms DESC LIMIT $2",
        );
        Ok(hashes.bind(person).bind(most).fetch_all(&self.0.readers).await?)
    }
}

/// Adds the hash of a new password and forgets all but the `kept` newest ones.
pub async fn insert(
    writing: &mut Writing,
    person: &str,
    hash: &str,
    now_ms: u64,
    kept: u32,
) -> anyhow::Result<()> {
    // Later than the last one, even within the same millisecond: none replaces another.
    sqlx::query(
        "INSERT INTO old_passwords (person, at_ms, password)
         SELECT $1, max(at_ms), $3 FROM
             (SELECT $2 AS at_ms UNION ALL SELECT at_ms + 1 FROM old_passwords WHERE person = $1) AS times",
    )
    .bind(person)
    .bind(signed(now_ms))
    .bind(hash)
    .execute(&mut **writing)
    .await?;
    sqlx::query(
        "DELETE FROM old_passwords WHERE person = $1 AND at_ms NOT IN
             (SELECT at_ms FROM old_passwords WHERE person = $1 ORDER BY at_ms DESC LIMIT $2)",
    )
    .bind(person)
    .bind(kept)
    .execute(&mut **writing)
    .await?;
    Ok(())
}
