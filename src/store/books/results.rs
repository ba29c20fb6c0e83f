//! Results on disk, and entering what follows from them: one transaction, all or nothing.

use std::collections::BTreeMap;

use anyhow::Context;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::super::db::{Lane, Writing};
use super::super::programmes::beginning::begin;
use super::super::{Lesson, Store, from_word, signed, unsigned, word};
use super::body::{Body, packed, raw_lines, unpacked};
use super::facts::Seal;
use super::judging::Judgement;
use super::postings::{Ground, postings};
use super::{entries, heads, waiting};
use crate::attendance::audit::to_jsonl;
use crate::attendance::ledger::Kind;
use crate::attendance::policy::Policy;
use crate::attendance::record::{Figures, LineRecord};
use crate::attendance::{RULES_VERSION, sheet};
use crate::protocol::Stage;

/// What came out of looking at a lesson.
pub(super) struct Finding<'a> {
    pub(super) lesson: &'a Lesson,
    pub(super) judgement: Judgement,
    /// Of the facts that were judged.
    pub(super) seal: Seal,
    pub(super) stage: Stage,
    /// Lessons whose results this one may change.
    pub(super) overlapping: Vec<String>,
}

/// The result of a lesson that stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    pub id: i64,
    pub stage: Stage,
    pub policy: Policy,
    /// Of the rules that it was computed by; see [`RULES_VERSION`].
    pub rules_version: u32,
    pub input_digest: String,
    pub computed_at_ms: u64,
    /// The first one; the time for appeals runs from here.
    pub provisional_at_ms: u64,
    pub taught_s: u64,
    pub effective_ch: u64,
    /// The last fact that was judged; 0 in the earliest results.
    pub facts_upto: u64,
}

impl Store {
    /// The result of a lesson that stands; none before it was judged.
    pub async fn result_of(&self, lesson: &str) -> anyhow::Result<Option<Stored>> {
        let row = sqlx::query(
            "SELECT results.*, judged.provisional_at_ms FROM judged JOIN results ON results.id = judged.result
             WHERE judged.lesson = ?",
        )
        .bind(lesson)
        .fetch_optional(&self.readers)
        .await?;
        row.map(|row| stored(&row)).transpose()
    }

    /// Everybody's line of a result, by person id.
    pub(super) async fn lines_of(&self, result: i64) -> anyhow::Result<Vec<(String, sheet::Line)>> {
        let mut reader = self.readers.acquire().await?;
        let lines = raw_lines(&mut reader, result).await?.into_iter();
        lines.map(|(person, line)| Ok((person, LineRecord::read(&line)?.into()))).collect()
    }

    /// The audit file of the result that stands.
    pub(super) async fn events_of(&self, lesson: &str) -> anyhow::Result<Option<String>> {
        let row = sqlx::query(
            "SELECT events FROM judged JOIN results ON results.id = judged.result WHERE judged.lesson = ?",
        )
        .bind(lesson)
        .fetch_optional(&self.readers)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let packed: Vec<u8> = row.try_get(0)?;
        Ok(Some(unpacked(&packed)?))
    }

    /// Notes that there was nothing new.
    pub(super) async fn looked_at(&self, lesson: &Lesson, now_ms: u64) -> anyhow::Result<()> {
        let mut transaction = self.db.write(Lane::Books).await?;
        note_look(&mut transaction, lesson, now_ms).await?;
        Ok(transaction.commit().await?)
    }

    /// Keeps a finding and enters what the ledger does not say yet: everything, or nothing.
    pub(super) async fn enter(
        &self,
        finding: Finding<'_>,
        before: Option<Stored>,
        now_ms: u64,
    ) -> anyhow::Result<()> {
        let Finding { lesson, judgement, seal, stage, overlapping } = finding;
        let policy_version = judgement.policy.version.clone();
        // All that takes long happens before facts have to wait for the writer.
        let written = Written::new(&judgement, seal, stage, now_ms)?;
        // What is final stays for the trainee, unless two people take it away.
        let is_settled = before.as_ref().is_some_and(|before| before.stage == Stage::Final);
        let mut concerned: BTreeMap<String, Ground> = BTreeMap::new();
        let mut transaction = self.db.write(Lane::Books).await?;
        // Who was there before and is no more has nothing to stand on, either.
        if let Some(before) = &before {
            let ground = || Ground { digest: written.body.input_digest.clone(), reason: String::new() };
            let gone = raw_lines(&mut transaction, before.id).await?;
            concerned.extend(gone.into_iter().map(|(person, _)| (person, ground())));
        }
        written.insert(&mut transaction).await?;
        concerned.extend(written.grounds.clone());
        for other in &overlapping {
            let query = sqlx::query("UPDATE judged SET due = 1 WHERE lesson = ?").bind(other);
            query.execute(&mut *transaction).await?;
        }
        note_look(&mut transaction, lesson, now_ms).await?;
        let present: Vec<&str> = written.present.iter().map(String::as_str).collect();
        begin(&mut transaction, &lesson.id, &present, now_ms).await?;
        let postings = postings(&mut transaction, lesson, &policy_version, concerned).await?;
        let (reversals, postings): (Vec<_>, Vec<_>) =
            postings.into_iter().partition(|one| is_settled && one.kind == Kind::Reverse);
        if is_settled {
            waiting::ask_to_reverse(&mut transaction, lesson, &reversals, now_ms).await?;
        }
        entries::append(&mut transaction, postings, now_ms).await?;
        heads::sign(&mut transaction, self.keys.ledger(), &written.digest, now_ms).await?;
        Ok(transaction.commit().await?)
    }
}

/// A result as it is written down.
struct Written {
    body: Body,
    digest: String,
    /// By person, as JSON.
    lines: Vec<(String, String)>,
    grounds: Vec<(String, Ground)>,
    /// Who was in class at all.
    present: Vec<String>,
}

impl Written {
    fn new(judgement: &Judgement, seal: Seal, stage: Stage, now_ms: u64) -> anyhow::Result<Written> {
        let (mut lines, mut grounds, mut present) = (Vec::new(), Vec::new(), Vec::new());
        for (person, line) in judgement.line_records() {
            if line.was_present() {
                present.push(person.clone());
            }
            lines.push((person.clone(), line.to_text()));
            grounds.push((person, Ground { digest: judgement.digest.clone(), reason: line.decisive() }));
        }
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
        Ok(Written { digest: body.digest(&lines)?, body, lines, grounds, present })
    }

    async fn insert(&self, transaction: &mut Writing) -> anyhow::Result<()> {
        let body = &self.body;
        let row = sqlx::query(
            "INSERT INTO results (lesson, stage, policy_version, input_digest, computed_at_ms, taught_s,
                 effective_ch, report, events, facts_upto, facts_digest, rules_version, digest)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
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
        .bind(&self.digest)
        .fetch_one(&mut **transaction)
        .await
        .with_context(|| format!("cannot keep the result of {:?}", body.lesson))?;
        let result: i64 = row.try_get(0)?;
        for (person, line) in &self.lines {
            sqlx::query("INSERT INTO result_lines (result, person, line) VALUES (?, ?, ?)")
                .bind(result)
                .bind(person)
                .bind(line)
                .execute(&mut **transaction)
                .await?;
        }
        sqlx::query(
            "INSERT INTO judged (lesson, result, provisional_at_ms, ended, looked_at_ms, due)
             VALUES (?, ?, ?, 0, 0, 0) ON CONFLICT (lesson) DO UPDATE SET result = excluded.result",
        )
        .bind(&body.lesson)
        .bind(result)
        .bind(signed(body.computed_at_ms))
        .execute(&mut **transaction)
        .await?;
        Ok(())
    }
}

async fn note_look(transaction: &mut Writing, lesson: &Lesson, now_ms: u64) -> anyhow::Result<()> {
    sqlx::query("UPDATE judged SET looked_at_ms = ?, due = 0, ended = ? WHERE lesson = ?")
        .bind(signed(now_ms))
        .bind(lesson.state == crate::protocol::ClassState::Ended)
        .bind(&lesson.id)
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

fn stored(row: &SqliteRow) -> anyhow::Result<Stored> {
    let figures = Figures::read(row.try_get("report")?).context("the database holds a broken report")?;
    Ok(Stored {
        id: row.try_get("id")?,
        stage: from_word(row.try_get("stage")?)?,
        policy: figures.policy,
        rules_version: row.try_get("rules_version")?,
        input_digest: row.try_get("input_digest")?,
        computed_at_ms: unsigned(row.try_get("computed_at_ms")?),
        provisional_at_ms: unsigned(row.try_get("provisional_at_ms")?),
        taught_s: unsigned(row.try_get("taught_s")?),
        effective_ch: unsigned(row.try_get("effective_ch")?),
        facts_upto: unsigned(row.try_get("facts_upto")?),
    })
}
