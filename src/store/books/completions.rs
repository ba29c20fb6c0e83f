//! Courses that somebody outside of the class has watched from end to end (CR-11).

use std::collections::BTreeSet;

use anyhow::Context;
use ring::digest;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, Sqlite, Transaction};

use super::super::{Store, signed, unsigned};
use crate::attendance::ledger::netstrings;
use crate::attendance::lesson::hex;

/// Somebody outside of the class watched a whole course.
pub(super) struct Completion {
    pub(super) lesson: String,
    pub(super) person: String,
    pub(super) at_ms: u64,
    pub(super) credit_ch: u64,
    pub(super) policy_version: String,
    /// Stretches as JSON.
    pub(super) covered: String,
}

impl Completion {
    pub(super) fn read(row: &SqliteRow) -> Result<Completion, sqlx::Error> {
        Ok(Completion {
            lesson: row.try_get("lesson")?,
            person: row.try_get("person")?,
            at_ms: unsigned(row.try_get("at_ms")?),
            credit_ch: unsigned(row.try_get("credit_ch")?),
            policy_version: row.try_get("policy_version")?,
            covered: row.try_get("covered")?,
        })
    }

    pub(super) fn digest(&self) -> String {
        let (at_ms, credit_ch) = (self.at_ms.to_string(), self.credit_ch.to_string());
        let fields = [&self.lesson, &self.person, &at_ms, &credit_ch, &self.policy_version, &self.covered];
        let bytes = netstrings(&fields.map(String::as_str));
        hex(digest::digest(&digest::SHA256, &bytes).as_ref())
    }
}

/// Keeps it; returns its digest.
pub(super) async fn insert(
    transaction: &mut Transaction<'_, Sqlite>,
    done: &Completion,
) -> anyhow::Result<String> {
    let digest = done.digest();
    sqlx::query(
        "INSERT INTO completions (lesson, person, at_ms, credit_ch, policy_version, covered, digest)
         VALUES (?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(&done.lesson)
    .bind(&done.person)
    .bind(signed(done.at_ms))
    .bind(signed(done.credit_ch))
    .bind(&done.policy_version)
    .bind(&done.covered)
    .bind(&digest)
    .execute(&mut **transaction)
    .await
    .context("cannot note who watched a course")?;
    Ok(digest)
}

impl Store {
    /// The course that somebody has watched, if all of it.
    pub(super) async fn completion(&self, lesson: &str, person: &str) -> anyhow::Result<Option<Completion>> {
        let row = sqlx::query("SELECT * FROM completions WHERE lesson = ? AND person = ?");
        let row = row.bind(lesson).bind(person).fetch_optional(&self.readers).await?;
        Ok(row.map(|row| Completion::read(&row)).transpose()?)
    }

    /// People for whom watching the course is not asynchronous: those of the class, and those who have
    /// done it.
    pub(super) async fn taught_or_completed(&self, lesson: &str) -> anyhow::Result<BTreeSet<String>> {
        let rows = sqlx::query(
            "SELECT person FROM enrolments WHERE lesson = ?1 UNION SELECT person FROM completions WHERE lesson = ?1",
        )
        .bind(lesson)
        .fetch_all(&self.readers)
        .await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }
}
