//! The table `quotas`: seats of each unit in each phase (名额分配, R1).

use std::collections::BTreeMap;

use super::db::Writing;
use super::dialect::Connection;
use super::{Store, count};

/// Reads quotas.
pub struct Quotas<'a>(&'a Store);

impl Store {
    pub fn quotas(&self) -> Quotas<'_> {
        Quotas(self)
    }
}

impl Quotas<'_> {
    /// Seats of a phase, by the code of the unit; units without a row are absent.
    pub async fn of_phase(&self, phase: &str) -> anyhow::Result<BTreeMap<String, u32>> {
        of_phase(&mut *self.0.readers.acquire().await?, phase).await
    }
}

/// Seats of a phase, by the code of the unit; units without a row are absent.
pub async fn of_phase(connection: &mut Connection, phase: &str) -> anyhow::Result<BTreeMap<String, u32>> {
    let rows = sqlx::query_as::<_, (String, u32)>("SELECT unit, seats FROM quotas WHERE phase = $1");
    Ok(rows.bind(phase).fetch_all(connection).await?.into_iter().collect())
}

/// The seats of a unit; 0 = none are given.
pub async fn of_unit(connection: &mut Connection, phase: &str, unit: &str) -> anyhow::Result<u32> {
    let seats = sqlx::query_scalar("SELECT seats FROM quotas WHERE phase = $1 AND unit = $2");
    Ok(seats.bind(phase).bind(unit).fetch_optional(connection).await?.unwrap_or(0))
}

/// Seats of all units together.
pub async fn given(connection: &mut Connection, phase: &str) -> anyhow::Result<u32> {
    let sum =
        sqlx::query_scalar("SELECT cast(coalesce(sum(seats), 0) AS bigint) FROM quotas WHERE phase = $1");
    Ok(count(sum.bind(phase).fetch_one(connection).await?))
}

pub async fn set(writing: &mut Writing, phase: &str, unit: &str, seats: u32) -> anyhow::Result<()> {
    let done = sqlx::query(
        "INSERT INTO quotas (phase, unit, seats) VALUES ($1, $2, $3)
         ON CONFLICT (phase, unit) DO UPDATE SET seats = excluded.seats",
    );
    done.bind(phase).bind(unit).bind(seats).execute(&mut **writing).await?;
    Ok(())
}
