//! The table `completions`: courses that people have watched from end to end (CR-11).

use anyhow::Context;
use sqlx::{FromRow, Row};

use super::super::db::Writing;
use super::super::{Store, publications, signed, unsigned};
use crate::chain::{netstrings, sha256};
use crate::protocol::Completed;
use crate::store::dialect::{Connection, StoredRow};
use crate::time::{MediaMs, Spans};

/// Reads completed courses.
pub(crate) struct Completions<'a>(&'a Store);

/// A course that a person has watched completely.
pub(crate) struct Completion {
    pub(crate) lesson: String,
    pub(crate) person: String,
    pub(crate) at_ms: u64,
    pub(crate) credit_ch: u64,
    pub(crate) policy_version: String,
    /// Stretches as JSON.
    pub(crate) covered: String,
}

impl Completion {
    pub(crate) fn digest(&self) -> String {
        let (at_ms, credit_ch) = (self.at_ms.to_string(), self.credit_ch.to_string());
        let fields = [&self.lesson, &self.person, &at_ms, &credit_ch, &self.policy_version, &self.covered];
        let bytes = netstrings(&fields.map(String::as_str));
        sha256(&bytes)
    }
}

impl FromRow<'_, StoredRow> for Completion {
    fn from_row(row: &StoredRow) -> Result<Completion, sqlx::Error> {
        Ok(Completion {
            lesson: row.try_get("lesson")?,
            person: row.try_get("person")?,
            at_ms: unsigned(row.try_get("at_ms")?),
            credit_ch: unsigned(row.try_get("credit_ch")?),
            policy_version: row.try_get("policy_version")?,
            covered: row.try_get("covered")?,
        })
    }
}

/// Reads `at_ms` and `entered_ch`.
pub(in crate::store) fn completed(row: &StoredRow) -> anyhow::Result<Completed> {
    Ok(Completed { at_ms: unsigned(row.try_get("at_ms")?), entered_ch: row.try_get("entered_ch")? })
}

impl Store {
    pub(crate) fn completions(&self) -> Completions<'_> {
        Completions(self)
    }
}

impl Completions<'_> {
    /// The course that a person has completed; `None` = not completed.
    pub(crate) async fn find(&self, lesson: &str, person: &str) -> anyhow::Result<Option<Completion>> {
        let row = sqlx::query_as("SELECT * FROM completions WHERE lesson = $1 AND person = $2");
        Ok(row.bind(lesson).bind(person).fetch_optional(&self.0.readers).await?)
    }

    /// The instant of completion, and the entered credit.
    pub(crate) async fn shown(&self, lesson: &str, person: &str) -> anyhow::Result<Option<Completed>> {
        let row = sqlx::query(
            "SELECT at_ms, (SELECT cast(coalesce(sum(delta_ch), 0) AS bigint) FROM entries
                 WHERE entries.person = $2 AND entries.lesson = $1) AS entered_ch
             FROM completions WHERE lesson = $1 AND person = $2",
        );
        let row = row.bind(lesson).bind(person).fetch_optional(&self.0.readers).await?;
        row.map(|row| completed(&row)).transpose()
    }

    /// The parts of a recording that a person must watch to complete `lesson`: a person of a self-study
    /// lesson, or one without a tie to the class of a published course. A person with that course as
    /// self-study earns it there, within its time, and nobody earns by their own teaching.
    pub(crate) async fn course_for(
        &self,
        lesson: &str,
        person: &str,
    ) -> anyhow::Result<Option<Spans<MediaMs>>> {
        let row = sqlx::query(
            "SELECT from_ms, to_ms, played FROM lessons JOIN courses ON courses.lesson = coalesce(source, lessons.id)
             WHERE lessons.id = $1 AND CASE kind
                 WHEN 'async' THEN EXISTS (SELECT 1 FROM enrolments WHERE enrolments.lesson = $1 AND person = $2)
                 ELSE NOT EXISTS (SELECT 1 FROM lessons AS near
                     LEFT JOIN enrolments ON enrolments.lesson = near.id AND enrolments.person = $2
                     LEFT JOIN lesson_instructors AS teaching
                         ON teaching.lesson = near.id AND teaching.person = $2
                     WHERE (near.id = $1 OR (near.source = $1 AND cancelled_at_ms IS NULL))
                         AND (enrolments.person IS NOT NULL OR teaching.person IS NOT NULL)) END",
        );
        let row = row.bind(lesson).bind(person).fetch_optional(&self.0.readers).await?;
        row.map(|row| publications::to_watch(&row)).transpose()
    }
}

pub(crate) async fn exists(reader: &mut Connection, lesson: &str, person: &str) -> anyhow::Result<bool> {
    let known =
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM completions WHERE lesson = $1 AND person = $2)");
    Ok(known.bind(lesson).bind(person).fetch_one(reader).await?)
}

/// Keeps a completed course; returns its digest.
pub(crate) async fn insert(writing: &mut Writing, done: &Completion) -> anyhow::Result<String> {
    let digest = done.digest();
    let insert = sqlx::query(
        "INSERT INTO completions (lesson, person, at_ms, credit_ch, policy_version, covered, digest)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(&done.lesson)
    .bind(&done.person)
    .bind(signed(done.at_ms))
    .bind(signed(done.credit_ch))
    .bind(&done.policy_version)
    .bind(&done.covered)
    .bind(&digest);
    writing.one_row("a completion", insert).await.context("cannot note who watched a course")?;
    Ok(digest)
}
