//! The table `conversions`: how many hours make a credit in a programme. Only ever appended.

use std::collections::BTreeMap;

use super::db::Writing;
use super::{Store, read_json, signed};
use crate::attendance::conversion::Conversion;

impl Store {
    /// The rules that hold, by programme; those of which nobody has set any are absent.
    pub async fn conversions(&self) -> anyhow::Result<BTreeMap<String, Conversion>> {
        let rows: Vec<(String, String)> = sqlx::query_as(
            "SELECT programme, body FROM conversions WHERE id IN (SELECT max(id) FROM conversions GROUP BY programme)",
        )
        .fetch_all(&self.readers)
        .await?;
        rows.into_iter().map(|(programme, body)| Ok((programme, read_json(&body)?))).collect()
    }
}

/// Sets the rule of a programme from now on.
pub async fn append(
    writing: &mut Writing,
    programme: &str,
    new: &Conversion,
    by: &str,
    at_ms: u64,
) -> anyhow::Result<()> {
    sqlx::query("INSERT INTO conversions (programme, body, by, at_ms) VALUES ($1, $2, $3, $4)")
        .bind(programme)
        .bind(serde_json::to_string(new)?)
        .bind(by)
        .bind(signed(at_ms))
        .execute(&mut **writing)
        .await?;
    Ok(())
}
