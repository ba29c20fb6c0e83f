//! The table `policies`: one policy per programme, as data with a version (§2.5). Rows are only appended.

use sqlx::{AssertSqlSafe, Row};

use super::db::Writing;
use super::dialect::{Connection, StoredRow};
use super::{Store, signed, unsigned};
use crate::attendance::policy::Policy;

/// Reads policies.
pub struct Policies<'a>(&'a Store);

/// A policy, and the time of its setting.
pub struct StoredPolicy {
    pub policy: Policy,
    pub at_ms: u64,
}

impl Store {
    pub fn policies(&self) -> Policies<'_> {
        Policies(self)
    }
}

impl Policies<'_> {
    /// The policy of a lesson's programme as of the start of the class, or of the time for self-study: a
    /// change affects no class that runs or is over. `None` = the lesson has no class, or its programme had
    /// no policy.
    pub async fn of_lesson(&self, lesson: &str) -> anyhow::Result<Option<Policy>> {
        const BEGAN: &str =
            "coalesce(started_at_ms, CASE kind WHEN 'async' THEN planned_start_ms END, 9223372036854775807)";
        self.until(lesson, BEGAN).await
    }

    /// The policy of a lesson's programme in force now, whenever the class began.
    pub async fn present_of_lesson(&self, lesson: &str) -> anyhow::Result<Option<Policy>> {
        self.until(lesson, "9223372036854775807").await
    }

    async fn until(&self, lesson: &str, until: &'static str) -> anyhow::Result<Option<Policy>> {
        let sql = format!(
            "SELECT toml FROM lessons JOIN classes ON classes.id = lessons.class
                 JOIN phases ON phases.id = classes.phase JOIN policies ON policies.programme = phases.programme
             WHERE lessons.id = $1 AND policies.at_ms <= {until} ORDER BY seq DESC LIMIT 1"
        );
        let row = sqlx::query(AssertSqlSafe(sql)).bind(lesson).fetch_optional(&self.0.readers).await?;
        row.map(|row| Ok(Policy::from_toml(row.try_get(0)?)?)).transpose()
    }

    /// The policies of a programme, newest first.
    pub async fn of_programme(&self, programme: &str) -> anyhow::Result<Vec<StoredPolicy>> {
        let rows = sqlx::query("SELECT toml, at_ms FROM policies WHERE programme = $1 ORDER BY seq DESC");
        let rows = rows.bind(programme).fetch_all(&self.0.readers).await?;
        let read = |row: &StoredRow| {
            let policy = Policy::from_toml(row.try_get("toml")?)?;
            Ok(StoredPolicy { policy, at_ms: unsigned(row.try_get("at_ms")?) })
        };
        rows.iter().map(read).collect()
    }

    /// The policy of a programme in force; `None` = it has none.
    pub async fn in_force(&self, programme: &str) -> anyhow::Result<Option<Policy>> {
        in_force(&mut *self.0.readers.acquire().await?, programme).await
    }
}

/// The policy of a programme in force; `None` = it has none.
pub async fn in_force(reader: &mut Connection, programme: &str) -> anyhow::Result<Option<Policy>> {
    let row = sqlx::query("SELECT toml FROM policies WHERE programme = $1 ORDER BY seq DESC LIMIT 1");
    let row = row.bind(programme).fetch_optional(reader).await?;
    row.map(|row| Ok(Policy::from_toml(row.try_get(0)?)?)).transpose()
}

/// Adds a policy, in force from now on. False = the programme has one with this version already.
pub async fn append(
    writing: &mut Writing,
    programme: &str,
    version: &str,
    toml: &str,
    now_ms: u64,
) -> anyhow::Result<bool> {
    let done = sqlx::query(
        "INSERT INTO policies (programme, version, toml, at_ms) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
    );
    let done = done.bind(programme).bind(version).bind(toml).bind(signed(now_ms));
    Ok(done.execute(&mut **writing).await?.rows_affected() == 1)
}
