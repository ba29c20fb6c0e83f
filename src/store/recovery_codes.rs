//! Table `recovery_codes`: hashes of the codes for signing in without the authenticator; each works once. A
//! code has 80 random bits: nobody guesses it from a fast hash either.

use super::db::Writing;
use super::secrets::hash;

/// Deletes the codes of a person.
pub async fn delete(writing: &mut Writing, person: &str) -> anyhow::Result<()> {
    let delete = sqlx::query("DELETE FROM recovery_codes WHERE person = $1");
    delete.bind(person).execute(&mut **writing).await?;
    Ok(())
}

pub async fn insert(writing: &mut Writing, person: &str, code: &str) -> anyhow::Result<()> {
    let insert = sqlx::query("INSERT INTO recovery_codes (person, hash) VALUES ($1, $2)");
    insert.bind(person).bind(hash(code)).execute(&mut **writing).await?;
    Ok(())
}

/// Deletes one code; false = the person has no such code, or no longer.
pub async fn use_up(writing: &mut Writing, person: &str, code: &str) -> anyhow::Result<bool> {
    let delete = sqlx::query("DELETE FROM recovery_codes WHERE person = $1 AND hash = $2");
    let done = delete.bind(person).bind(hash(code)).execute(&mut **writing).await?;
    Ok(done.rows_affected() == 1)
}
