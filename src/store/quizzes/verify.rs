//! Whether every result of a self-test is what the server wrote, and follows from the paper and its answers.

use std::collections::BTreeSet;

use anyhow::{Context, bail};
use sqlx::FromRow;

use super::super::dialect::{Connection, numbers};
use super::super::{Vault, read_json, unsigned};
use super::results::{Ended, PaperText, paper_texts};
use super::{Bank, read_bank};
use crate::programme::quiz::Rule;
use crate::programme::quiz::paper::{Answer, Drawn, mark};

/// Rows in memory at once.
const PAGE: u32 = 500;

#[derive(FromRow)]
struct Row {
    id: i64,
    paper: i64,
    points: u32,
    of: u32,
    passed: bool,
    rights: String,
    by_time: bool,
    at_ms: i64,
    mac: String,
}

pub(in crate::store) async fn check(reader: &mut Connection, vault: &Vault) -> anyhow::Result<()> {
    let mut last = 0;
    loop {
        let rows: Vec<Row> = sqlx::query_as("SELECT * FROM quiz_results WHERE id > $1 ORDER BY id LIMIT $2")
            .bind(last)
            .bind(PAGE)
            .fetch_all(&mut *reader)
            .await
            .context("a result of a self-test cannot be read")?;
        if rows.is_empty() {
            return Ok(());
        }
        let papers: Vec<i64> = rows.iter().map(|row| row.paper).collect();
        let texts = paper_texts(reader, &papers).await?;
        let questions = questions(reader, texts.values()).await?;
        for row in rows {
            if row.id != last + 1 {
                bail!("result {} of a self-test: it is missing", last + 1);
            }
            let Some(text) = texts.get(&row.paper) else {
                bail!("result {} of a self-test: its paper is missing", row.id);
            };
            let at_ms = unsigned(row.at_ms);
            let ended = Ended::read(row.points, row.of, row.passed, &row.rights, row.by_time, at_ms);
            if row.mac != text.mac(vault, &ended)? {
                bail!("result {} of a self-test: it is not what the server wrote", row.id);
            }
            if !follows(text, &questions, &ended).with_context(|| format!("result {}", row.id))? {
                bail!("result {} of a self-test: it does not follow from the answers", row.id);
            }
            last = row.id;
        }
    }
}

async fn questions(
    reader: &mut Connection,
    papers: impl Iterator<Item = &PaperText>,
) -> anyhow::Result<Bank> {
    let mut ids = BTreeSet::new();
    for paper in papers {
        let drawn: Vec<Drawn> = read_json(&paper.questions)?;
        ids.extend(drawn.into_iter().map(|one| one.question));
    }
    let sql = concat!("SELECT id, body FROM quiz_questions WHERE id IN ", numbers!("$1"));
    read_bank(sqlx::query_as(sql).bind(serde_json::to_string(&ids)?).fetch_all(&mut *reader).await?)
}

fn follows(text: &PaperText, questions: &Bank, ended: &Ended) -> anyhow::Result<bool> {
    let drawn: Vec<Drawn> = read_json(&text.questions)?;
    let last = text.last_answers();
    let mut answers = Vec::new();
    for place in 0..drawn.len() {
        let body = u32::try_from(place).ok().and_then(|place| last.get(&place));
        answers.push(body.map_or(Ok(Answer::Nothing), |body| read_json(body))?);
    }
    let asks: Option<Vec<_>> =
        drawn.iter().map(|one| questions.get(&one.question).map(|question| &question.ask)).collect();
    let Some(asks) = asks else { bail!("a question of its paper is missing") };
    let answered =
        asks.into_iter().zip(&drawn).zip(&answers).map(|((ask, drawn), answer)| (ask, drawn, answer));
    Ok(mark(&Rule::from_stored(&text.rule)?, answered) == ended.mark)
}
