//! Self-tests on disk: rules and the bank of questions (here), papers with their answers ([`papers`]), results
//! ([`results`]), and the check that the server wrote all of them ([`verify`]).

use std::collections::BTreeMap;

use super::db::Writing;
use super::{Store, read_json, signed, unsigned};
use crate::programme::quiz::{Question, Rule};

pub mod papers;
pub mod results;
pub(super) mod verify;

const RULE: &str = "SELECT body FROM quiz_rules WHERE phase = $1 ORDER BY id DESC LIMIT 1";
const BANK: &str =
    "SELECT id, body FROM quiz_questions WHERE phase = $1 AND removed_at_ms IS NULL ORDER BY id";

/// Self-tests as they are read outside of a transaction.
pub struct Quizzes<'a>(&'a Store);

impl Store {
    pub fn quizzes(&self) -> Quizzes<'_> {
        Quizzes(self)
    }
}

/// Questions with their numbers, which rise.
pub type Bank = BTreeMap<u64, Question>;

fn read_bank(rows: Vec<(i64, String)>) -> anyhow::Result<Bank> {
    rows.into_iter().map(|(id, body)| Ok((unsigned(id), read_json(&body)?))).collect()
}

fn read_rule(body: Option<String>) -> anyhow::Result<Option<Rule>> {
    Ok(body.map(|body| Rule::from_stored(&body)).transpose()?)
}

impl Quizzes<'_> {
    /// `None` = the phase has no self-test yet.
    pub async fn rule(&self, phase: &str) -> anyhow::Result<Option<Rule>> {
        read_rule(sqlx::query_scalar(RULE).bind(phase).fetch_optional(&self.0.readers).await?)
    }

    /// The questions of which papers are drawn.
    pub async fn bank(&self, phase: &str) -> anyhow::Result<Bank> {
        read_bank(sqlx::query_as(BANK).bind(phase).fetch_all(&self.0.readers).await?)
    }

    /// Every question that a phase ever had.
    pub async fn all_questions(&self, phase: &str) -> anyhow::Result<Bank> {
        let rows = sqlx::query_as("SELECT id, body FROM quiz_questions WHERE phase = $1").bind(phase);
        read_bank(rows.fetch_all(&self.0.readers).await?)
    }
}

/// The same inside a transaction.
pub async fn rule(writing: &mut Writing, phase: &str) -> anyhow::Result<Option<Rule>> {
    read_rule(sqlx::query_scalar(RULE).bind(phase).fetch_optional(&mut **writing).await?)
}

/// The same inside a transaction.
pub async fn bank(writing: &mut Writing, phase: &str) -> anyhow::Result<Bank> {
    read_bank(sqlx::query_as(BANK).bind(phase).fetch_all(&mut **writing).await?)
}

/// Sets how papers are made from now on.
pub async fn append_rule(
    writing: &mut Writing,
    phase: &str,
    rule: &Rule,
    by: &str,
    at_ms: u64,
) -> anyhow::Result<()> {
    sqlx::query("INSERT INTO quiz_rules (phase, body, by, at_ms) VALUES ($1, $2, $3, $4)")
        .bind(phase)
        .bind(rule.to_stored()?)
        .bind(by)
        .bind(signed(at_ms))
        .execute(&mut **writing)
        .await?;
    Ok(())
}

/// Puts a question into the bank; returns its number.
pub async fn insert_question(
    writing: &mut Writing,
    phase: &str,
    question: &Question,
    by: &str,
    at_ms: u64,
) -> anyhow::Result<u64> {
    let id: i64 = sqlx::query_scalar(
        "INSERT INTO quiz_questions (phase, body, by, at_ms) VALUES ($1, $2, $3, $4) RETURNING id",
    )
    .bind(phase)
    .bind(serde_json::to_string(question)?)
    .bind(by)
    .bind(signed(at_ms))
    .fetch_one(&mut **writing)
    .await?;
    Ok(unsigned(id))
}

/// Takes a question out of the bank.
pub async fn remove_question(writing: &mut Writing, id: u64, at_ms: u64) -> anyhow::Result<()> {
    sqlx::query("UPDATE quiz_questions SET removed_at_ms = $1 WHERE id = $2 AND removed_at_ms IS NULL")
        .bind(signed(at_ms))
        .bind(signed(id))
        .execute(&mut **writing)
        .await?;
    Ok(())
}
