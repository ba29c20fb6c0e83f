//! The tables `results` and `result_lines`: the computed results of lessons. Rows are added, never edited;
//! [`super::judged`] says which result is the present one.

use anyhow::Context;
use sqlx::FromRow;

use super::super::db::Writing;
use super::super::words::Word;
use super::super::{Store, signed, unsigned, word};
use super::body::{Body, packed, raw_lines, unpacked};
use super::facts::Seal;
use super::judged;
use crate::attendance::audit::to_jsonl;
use crate::attendance::judgement::Judgement;
use crate::attendance::policy::Policy;
use crate::attendance::record::Stage;
use crate::attendance::record::{Figures, LineRecord};
use crate::attendance::{RULES_VERSION, sheet};
use crate::store::dialect::Connection;

/// Reads results.
pub struct Results<'a>(&'a Store);

/// The present result of a lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredResult {
    pub id: i64,
    pub stage: Stage,
    pub policy: Policy,
    /// Version of the rules that computed it; see [`RULES_VERSION`].
    pub rules_version: u32,
    pub input_digest: String,
    pub computed_at_ms: u64,
    /// Time of the first result, where the time for appeals starts.
    pub provisional_at_ms: u64,
    pub taught_s: u64,
    pub effective_ch: u64,
    /// Number of the last judged fact; 0 in the earliest results.
    pub facts_upto: u64,
}

#[derive(FromRow)]
struct ResultRow {
    id: i64,
    stage: Word<Stage>,
    report: String,
    rules_version: u32,
    input_digest: String,
    computed_at_ms: i64,
    provisional_at_ms: i64,
    taught_s: i64,
    effective_ch: i64,
    facts_upto: i64,
}

impl ResultRow {
    fn result(self) -> anyhow::Result<StoredResult> {
        let figures = Figures::read(&self.report).context("the database holds a broken report")?;
        Ok(StoredResult {
            id: self.id,
            stage: self.stage.0,
            policy: figures.policy,
            rules_version: self.rules_version,
            input_digest: self.input_digest,
            computed_at_ms: unsigned(self.computed_at_ms),
            provisional_at_ms: unsigned(self.provisional_at_ms),
            taught_s: unsigned(self.taught_s),
            effective_ch: unsigned(self.effective_ch),
            facts_upto: unsigned(self.facts_upto),
        })
    }
}

impl Store {
    /// The results of lessons.
    pub fn results(&self) -> Results<'_> {
        Results(self)
    }
}

impl Results<'_> {
    /// The present result of a lesson; `None` = it is not judged yet.
    pub async fn standing(&self, lesson: &str) -> anyhow::Result<Option<StoredResult>> {
        let row: Option<ResultRow> = sqlx::query_as(
            "SELECT results.*, judged.provisional_at_ms FROM judged JOIN results ON results.id = judged.result
             WHERE judged.lesson = $1",
        )
        .bind(lesson)
        .fetch_optional(&self.0.readers)
        .await?;
        row.map(ResultRow::result).transpose()
    }

    /// The lines of a result, by person id.
    pub(crate) async fn lines(&self, result: i64) -> anyhow::Result<Vec<(String, sheet::Line)>> {
        let mut reader = self.0.readers.acquire().await?;
        let lines = raw_lines(&mut reader, result).await?.into_iter();
        lines.map(|(person, line)| Ok((person, LineRecord::read(&line)?.into()))).collect()
    }

    /// The audit file of the present result of a lesson.
    pub(crate) async fn events(&self, lesson: &str) -> anyhow::Result<Option<String>> {
        let packed: Option<Vec<u8>> = sqlx::query_scalar(
            "SELECT events FROM judged JOIN results ON results.id = judged.result WHERE judged.lesson = $1",
        )
        .bind(lesson)
        .fetch_optional(&self.0.readers)
        .await?;
        packed.map(|packed| unpacked(&packed)).transpose()
    }
}

/// The people with a line in a result.
pub(crate) async fn people(reader: &mut Connection, result: i64) -> anyhow::Result<Vec<String>> {
    Ok(raw_lines(reader, result).await?.into_iter().map(|(person, _)| person).collect())
}

/// A result to be written. Making one takes long: do it before the transaction.
pub(crate) struct NewResult {
    body: Body,
    digest: String,
    /// JSON, by person.
    lines: Vec<(String, String)>,
}

impl NewResult {
    /// `seal` is the seal of the judged facts.
    pub(crate) fn of(
        judgement: &Judgement,
        lines: &[(String, LineRecord)],
        seal: Seal,
        stage: Stage,
        now_ms: u64,
    ) -> anyhow::Result<NewResult> {
        let body = Body {
            lesson: judgement.result.plan.lesson.clone(),
            stage: word(stage),
            policy_version: judgement.policy.version.clone(),
            rules_version: RULES_VERSION,
            input_digest: judgement.digest.clone(),
            computed_at_ms: now_ms,
            taught_s: judgement.result.instruction_seconds,
            effective_ch: judgement.result.effective_ch,
            report: judgement.record().to_text(),
            events: packed(&to_jsonl(&judgement.events))?,
            seal,
        };
        let lines: Vec<_> = lines.iter().map(|(person, line)| (person.clone(), line.to_text())).collect();
        Ok(NewResult { digest: body.digest(&lines)?, body, lines })
    }

    /// Digest of the row and its lines.
    pub(crate) fn digest(&self) -> &str {
        &self.digest
    }
}

/// Writes a result with its lines; it is the present one from now on.
pub(crate) async fn insert(writing: &mut Writing, new: &NewResult) -> anyhow::Result<()> {
    let body = &new.body;
    let result: i64 = sqlx::query_scalar(
        "INSERT INTO results (lesson, stage, policy_version, input_digest, computed_at_ms, taught_s,
             effective_ch, report, events, facts_upto, facts_digest, rules_version, digest)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) RETURNING id",
    )
    .bind(&body.lesson)
    .bind(&body.stage)
    .bind(&body.policy_version)
    .bind(&body.input_digest)
    .bind(signed(body.computed_at_ms))
    .bind(signed(body.taught_s))
    .bind(signed(body.effective_ch))
    .bind(&body.report)
    .bind(&body.events)
    .bind(signed(body.seal.upto))
    .bind(&body.seal.digest)
    .bind(body.rules_version)
    .bind(&new.digest)
    .fetch_one(&mut **writing)
    .await
    .with_context(|| format!("cannot keep the result of {:?}", body.lesson))?;
    for (person, line) in &new.lines {
        let insert = sqlx::query("INSERT INTO result_lines (result, person, line) VALUES ($1, $2, $3)");
        writing.one_row("a line of a result", insert.bind(result).bind(person).bind(line)).await?;
    }
    judged::stands(writing, &body.lesson, result, body.computed_at_ms).await
}
