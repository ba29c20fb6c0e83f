//! One policy per programme, as data with a version (§2.5). What was judged stays as it was judged.

use serde_json::json;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Row};

use super::super::audit::{self, Act};
use super::super::{Store, signed, unsigned};
use super::{Answer, Refused};
use crate::attendance::policy::{Policy, PolicyError};
use crate::attendance::policy_form;
use crate::protocol::{Mistake, NewPolicy, Policies, PolicyVersion, Programme, Wrong};

/// A policy has some 15 short lines.
const TOML_BYTES_MAX: usize = 8 * 1024;

impl Store {
    /// Sets the figures by which lessons of a programme are judged from now on. The error says which key
    /// is wrong.
    pub async fn set_policy(
        &self,
        by: &str,
        programme: &str,
        new: &NewPolicy,
        now_ms: u64,
    ) -> Answer<Programme> {
        let toml = match new {
            NewPolicy::Figures { figures } => &policy_form::to_toml(figures),
            NewPolicy::Toml { toml } => toml,
        };
        if toml.len() > TOML_BYTES_MAX {
            return Err(Refused::field("toml", Wrong::TooLong));
        }
        let policy = Policy::read(toml).map_err(|wrong| {
            let mistake = |error| match error {
                PolicyError::NotToml(_) => Mistake::field("toml", Wrong::Format),
                PolicyError::Key { key, .. } => Mistake::field(key, Wrong::Policy),
            };
            Refused::Wrong(wrong.into_iter().map(mistake).collect())
        })?;
        let mut writing = self.writing().await?;
        let known = sqlx::query("SELECT 1 FROM programmes WHERE id = ?").bind(programme);
        known.fetch_optional(&mut *writing).await?.ok_or(Refused::NotFound)?;
        let done = sqlx::query(
            "INSERT INTO policies (programme, version, toml, at_ms) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        );
        let done = done.bind(programme).bind(&policy.version).bind(toml).bind(signed(now_ms));
        if done.execute(&mut *writing).await?.rows_affected() == 0 {
            return Err(Refused::field("version", Wrong::Taken));
        }
        let detail = json!({ "version": policy.version });
        audit::append(&mut writing, self.vault(), Act::done(by, "programme.policy_set", programme, detail))
            .await?;
        writing.commit().await?;
        self.programme(programme, now_ms).await
    }

    /// The policies of a programme, the last first, beside the one in force: `usual` where there is none.
    pub async fn policies(&self, programme: &str, usual: &Policy) -> Answer<Policies> {
        let known = sqlx::query("SELECT 1 FROM programmes WHERE id = ?").bind(programme);
        known.fetch_optional(&self.readers).await?.ok_or(Refused::NotFound)?;
        let rows = sqlx::query("SELECT toml, at_ms FROM policies WHERE programme = ? ORDER BY seq DESC");
        let version = |row: &SqliteRow| -> anyhow::Result<PolicyVersion> {
            let policy = Policy::from_toml(row.try_get("toml")?)?;
            let at_ms = unsigned(row.try_get("at_ms")?);
            Ok(PolicyVersion { at_ms, figures: policy_form::figures(&policy) })
        };
        let rows = rows.bind(programme).fetch_all(&self.readers).await?;
        let versions: Vec<PolicyVersion> = rows.iter().map(version).collect::<anyhow::Result<_>>()?;
        let present = versions.first().map(|last| last.figures.clone());
        Ok(Policies {
            present: present.unwrap_or_else(|| policy_form::figures(usual)),
            versions,
            limits: policy_form::limits(),
        })
    }

    /// The policy of the programme to which a lesson belongs, as it was when the class began, or the time for
    /// studying it alone: a changed one changes no class that runs or is over. None: it belongs to no class, or its programme had none.
    pub async fn policy_of(&self, lesson: &str) -> anyhow::Result<Option<Policy>> {
        const BEGAN: &str =
            "coalesce(started_at_ms, CASE kind WHEN 'async' THEN planned_start_ms END, 9223372036854775807)";
        self.policy_until(lesson, BEGAN).await
    }

    /// The one that is in force now, whenever the class began.
    pub async fn present_policy_of(&self, lesson: &str) -> anyhow::Result<Option<Policy>> {
        self.policy_until(lesson, "9223372036854775807").await
    }

    async fn policy_until(&self, lesson: &str, until: &'static str) -> anyhow::Result<Option<Policy>> {
        let sql = format!(
            "SELECT toml FROM lessons JOIN classes ON classes.id = lessons.class
                 JOIN phases ON phases.id = classes.phase JOIN policies ON policies.programme = phases.programme
             WHERE lessons.id = ? AND policies.at_ms <= {until} ORDER BY seq DESC LIMIT 1"
        );
        let row = sqlx::query(AssertSqlSafe(sql)).bind(lesson).fetch_optional(&self.readers).await?;
        row.map(|row| Ok(Policy::from_toml(row.try_get(0)?)?)).transpose()
    }
}
