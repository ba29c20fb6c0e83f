//! Table `familiar_places`: networks and devices from which people have signed in.

use sqlx::Row;

use super::db::Writing;
use super::{Store, signed};

/// Reads from where people have signed in.
pub struct FamiliarPlaces<'a>(&'a Store);

impl Store {
    pub fn familiar_places(&self) -> FamiliarPlaces<'_> {
        FamiliarPlaces(self)
    }
}

impl FamiliarPlaces<'_> {
    /// The familiar ones of two places.
    pub async fn among(&self, person: &str, [one, other]: [&str; 2]) -> anyhow::Result<Vec<String>> {
        let rows = sqlx::query("SELECT place FROM familiar_places WHERE person = $1 AND place IN ($2, $3)");
        let rows = rows.bind(person).bind(one).bind(other).fetch_all(&self.0.readers).await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }
}

/// Notes a sign-in at a place.
pub async fn put(writing: &mut Writing, person: &str, place: &str, now_ms: u64) -> anyhow::Result<()> {
    sqlx::query(
        "INSERT INTO familiar_places (person, place, seen_ms) VALUES ($1, $2, $3)
         ON CONFLICT (person, place) DO UPDATE SET seen_ms = excluded.seen_ms",
    )
    .bind(person)
    .bind(place)
    .bind(signed(now_ms))
    .execute(&mut **writing)
    .await?;
    Ok(())
}

/// Forgets all places of a person but the `kept` last used ones.
pub async fn keep_last(writing: &mut Writing, person: &str, kept: u32) -> anyhow::Result<()> {
    sqlx::query(
        "DELETE FROM familiar_places WHERE person = $1 AND place NOT IN
             (SELECT place FROM familiar_places WHERE person = $1 ORDER BY seen_ms DESC LIMIT $2)",
    )
    .bind(person)
    .bind(kept)
    .execute(&mut **writing)
    .await?;
    Ok(())
}
