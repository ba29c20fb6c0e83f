//! The table `requirements`: the requirements of a phase, as data with a version. Rows are only appended.

use super::db::Writing;
use super::{Store, signed};
use crate::programme::requirement::Requirements;

const LAST: &str = "SELECT body FROM requirements WHERE phase = $1 ORDER BY id DESC LIMIT 1";

impl Store {
    /// The requirements of a phase; `None` = nobody has set any.
    pub async fn requirements(&self, phase: &str) -> anyhow::Result<Option<Requirements>> {
        let body: Option<String> = sqlx::query_scalar(LAST).bind(phase).fetch_optional(&self.readers).await?;
        Ok(body.map(|body| Requirements::from_stored(&body)).transpose()?)
    }
}

/// The requirements of a phase, inside a transaction.
pub async fn find(writing: &mut Writing, phase: &str) -> anyhow::Result<Option<Requirements>> {
    let body: Option<String> = sqlx::query_scalar(LAST).bind(phase).fetch_optional(&mut **writing).await?;
    Ok(body.map(|body| Requirements::from_stored(&body)).transpose()?)
}

/// Sets the requirements of a phase from now on.
pub async fn append(
    writing: &mut Writing,
    phase: &str,
    new: &Requirements,
    by: &str,
    at_ms: u64,
) -> anyhow::Result<()> {
    sqlx::query("INSERT INTO requirements (phase, body, by, at_ms) VALUES ($1, $2, $3, $4)")
        .bind(phase)
        .bind(new.to_stored()?)
        .bind(by)
        .bind(signed(at_ms))
        .execute(&mut **writing)
        .await?;
    Ok(())
}
