//! The table `programmes`.

use serde_json::json;

use super::db::Writing;
use super::dialect::Connection;
use super::{Store, read_json, signed};

/// Reads programmes.
pub struct Programmes<'a>(&'a Store);

/// A programme.
pub struct Programme {
    pub id: String,
    pub title: String,
    /// The signing organisations.
    pub issuers: Vec<String>,
    /// Version of the policy in force; `None` = the server's own policy.
    pub policy_version: Option<String>,
}

#[derive(sqlx::FromRow)]
struct ProgrammeRow {
    id: String,
    title: String,
    /// JSON.
    issuers: String,
    policy: Option<String>,
}

impl Store {
    pub fn programmes(&self) -> Programmes<'_> {
        Programmes(self)
    }
}

impl Programmes<'_> {
    /// All programmes, newest first.
    pub async fn all(&self) -> anyhow::Result<Vec<Programme>> {
        let rows = sqlx::query_as::<_, ProgrammeRow>(
            "SELECT id, title, issuers,
                 (SELECT version FROM policies WHERE programme = id ORDER BY seq DESC LIMIT 1) AS policy
             FROM programmes ORDER BY created_at_ms DESC, id",
        );
        let programme = |row: ProgrammeRow| {
            Ok(Programme {
                id: row.id,
                title: row.title,
                issuers: read_json(&row.issuers)?,
                policy_version: row.policy,
            })
        };
        rows.fetch_all(&self.0.readers).await?.into_iter().map(programme).collect()
    }

    pub async fn is_known(&self, id: &str) -> anyhow::Result<bool> {
        is_known(&mut *self.0.readers.acquire().await?, id).await
    }
}

/// Whether there is a programme with this id.
pub async fn is_known(connection: &mut Connection, id: &str) -> anyhow::Result<bool> {
    let known = sqlx::query("SELECT 1 FROM programmes WHERE id = $1").bind(id);
    Ok(known.fetch_optional(connection).await?.is_some())
}

/// Writes a programme; false = the id is taken.
pub async fn insert(
    writing: &mut Writing,
    id: &str,
    title: &str,
    issuers: &[&str],
    now_ms: u64,
) -> anyhow::Result<bool> {
    let done = sqlx::query(
        "INSERT INTO programmes (id, title, issuers, created_at_ms) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
    );
    let done = done.bind(id).bind(title).bind(json!(issuers).to_string()).bind(signed(now_ms));
    Ok(done.execute(&mut **writing).await?.rows_affected() == 1)
}

/// Writes title and issuers; false = there is no such programme.
pub async fn update(writing: &mut Writing, id: &str, title: &str, issuers: &[&str]) -> anyhow::Result<bool> {
    let done = sqlx::query("UPDATE programmes SET title = $1, issuers = $2 WHERE id = $3");
    let done = done.bind(title).bind(json!(issuers).to_string()).bind(id);
    Ok(done.execute(&mut **writing).await?.rows_affected() == 1)
}
