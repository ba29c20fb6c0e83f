//! The table `conclusions`: the ends of phases by person. Rows are only appended, each bound to the one
//! before by a keyed hash. [`known`] facts about people · [`looks`] the last look at them · [`verify`]
//! whether the server wrote all rows.

use std::collections::BTreeMap;

use anyhow::Context;
use serde_json::json;
use sqlx::FromRow;

use super::audit::{self, Act};
use super::db::Writing;
use super::words::Word;
use super::{Store, Vault, signed, unsigned};
use crate::programme::conclusion::Conclusion;
use crate::programme::enrolment::State;
use crate::store::dialect::{Connection, numbers};

pub(crate) mod known;
pub(crate) mod looks;
pub(super) mod verify;

/// The act in the audit log of written conclusions; names the last one.
const CONCLUDED: &str = "phase.concluded";
const SERVER: &str = "server";

/// Reads conclusions.
pub struct Conclusions<'a>(&'a Store);

impl Store {
    pub fn conclusions(&self) -> Conclusions<'_> {
        Conclusions(self)
    }
}

/// The stored end of a phase for one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredConclusion {
    pub conclusion: Conclusion,
    pub at_ms: u64,
}

#[derive(FromRow)]
struct Row {
    id: i64,
    registration: i64,
    body: String,
    at_ms: i64,
    mac: String,
}

impl Row {
    fn conclusion(&self) -> anyhow::Result<Conclusion> {
        Conclusion::from_stored(&self.body).with_context(|| format!("conclusion {} cannot be read", self.id))
    }

    /// The keyed hash of the row; `before` is that of the row before, empty for the first. Its form is
    /// frozen.
    fn mac_after(&self, vault: &Vault, before: &str) -> String {
        let (id, registration) = (self.id.to_string(), self.registration.to_string());
        vault.mac(&["conclusion 1", before, &id, &registration, &self.at_ms.to_string(), &self.body])
    }
}

/// The newest conclusion of a registration; `None` = there is none.
pub async fn last(reader: &mut Connection, registration: u64) -> anyhow::Result<Option<StoredConclusion>> {
    let row: Option<Row> =
        sqlx::query_as("SELECT * FROM conclusions WHERE registration = $1 ORDER BY id DESC LIMIT 1")
            .bind(signed(registration))
            .fetch_optional(reader)
            .await?;
    row.map(|row| Ok(StoredConclusion { conclusion: row.conclusion()?, at_ms: unsigned(row.at_ms) }))
        .transpose()
}

/// The present states of registrations with their texts; deleted ones are absent.
pub(crate) async fn states(
    writing: &mut Writing,
    ids: &[u64],
) -> anyhow::Result<BTreeMap<u64, (State, String)>> {
    let rows: Vec<(i64, Word<State>, String)> =
        sqlx::query_as(concat!("SELECT id, state, reason FROM registrations WHERE id IN ", numbers!("$1")))
            .bind(serde_json::to_string(ids)?)
            .fetch_all(&mut **writing)
            .await?;
    Ok(rows.into_iter().map(|(id, state, reason)| (unsigned(id), (state.0, reason))).collect())
}

/// Writes conclusions, by registration, with one event of the audit log.
pub(crate) async fn append(
    writing: &mut Writing,
    vault: &Vault,
    phase: &str,
    new: &[(u64, Conclusion)],
    now_ms: u64,
) -> anyhow::Result<()> {
    if new.is_empty() {
        return Ok(());
    }
    let before: Option<(i64, String)> =
        sqlx::query_as("SELECT id, mac FROM conclusions ORDER BY id DESC LIMIT 1")
            .fetch_optional(&mut **writing)
            .await?;
    let (mut id, mut mac) = before.unwrap_or_default();
    for (registration, conclusion) in new {
        id += 1;
        let (registration, body) = (signed(*registration), conclusion.to_stored()?);
        let mut row = Row { id, registration, body, at_ms: signed(now_ms), mac: String::new() };
        row.mac = row.mac_after(vault, &mac);
        let insert = sqlx::query(
            "INSERT INTO conclusions (id, registration, body, at_ms, mac) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(row.id)
        .bind(row.registration)
        .bind(row.body)
        .bind(row.at_ms)
        .bind(&row.mac);
        writing.one_row("how a phase ended", insert).await.context("cannot write down how a phase ended")?;
        mac = row.mac;
    }
    let detail = json!({ "count": new.len(), "last": id, "mac": mac });
    audit::append(writing, vault, Act::done(SERVER, CONCLUDED, phase, detail)).await
}
