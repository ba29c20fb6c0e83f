//! The table `quiz_results`: what papers came to. Only ever appended, each row under a keyed hash over the paper and every
//! answer, because completion depends on it.

use std::collections::BTreeMap;

use serde::Serialize;
use sqlx::FromRow;

use super::super::db::Writing;
use super::super::dialect::{Connection, numbers};
use super::super::words::Word;
use super::super::{Vault, read_json, signed};
use super::Quizzes;
use crate::programme::enrolment;
use crate::programme::quiz::paper::{Drawn, Mark};

/// Rows in memory at once.
const ROWS: u32 = 1_000;

/// How a try ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    pub mark: Mark,
    /// Its time was over; false: it was handed in.
    pub by_time: bool,
    pub at_ms: u64,
}

impl Ended {
    pub(super) fn read(points: u32, of: u32, passed: bool, rights: &str, by_time: bool, at_ms: u64) -> Ended {
        let right = rights.bytes().map(|one| one == b'1').collect();
        Ended { mark: Mark { points, of, passed, right }, by_time, at_ms }
    }

    pub(super) fn rights(&self) -> String {
        self.mark.right.iter().map(|right| if *right { '1' } else { '0' }).collect()
    }
}

/// The input of the keyed hash of a result, as stored.
#[derive(FromRow)]
pub(super) struct PaperText {
    pub(super) id: i64,
    phase: String,
    person: String,
    number: i64,
    pub(super) rule: String,
    seed: String,
    pub(super) questions: String,
    begun_at_ms: i64,
    closes_ms: i64,
    #[sqlx(skip)]
    answers: Vec<AnswerText>,
}

/// An answer of a paper, as it is stored.
#[derive(Serialize, FromRow)]
struct AnswerText {
    #[serde(skip)]
    paper: i64,
    place: u32,
    body: String,
    at_ms: i64,
}

impl PaperText {
    /// The keyed hash of a result. Frozen.
    pub(super) fn mac(&self, vault: &Vault, ended: &Ended) -> anyhow::Result<String> {
        let Mark { points, of, passed, .. } = ended.mark;
        let answers = serde_json::to_string(&self.answers)?;
        Ok(vault.mac(&[
            "quiz result 1",
            &self.id.to_string(),
            &self.phase,
            &self.person,
            &self.number.to_string(),
            &self.rule,
            &self.seed,
            &self.questions,
            &self.begun_at_ms.to_string(),
            &self.closes_ms.to_string(),
            &answers,
            &points.to_string(),
            &of.to_string(),
            &passed.to_string(),
            &ended.rights(),
            &ended.by_time.to_string(),
            &ended.at_ms.to_string(),
        ]))
    }

    /// The last answer of each place.
    pub(super) fn last_answers(&self) -> BTreeMap<u32, &str> {
        self.answers.iter().map(|answer| (answer.place, answer.body.as_str())).collect()
    }
}

/// Papers by their numbers, with every answer in the order in which they came.
pub(super) async fn paper_texts(
    reader: &mut Connection,
    papers: &[i64],
) -> anyhow::Result<BTreeMap<i64, PaperText>> {
    let papers = serde_json::to_string(papers)?;
    let texts = concat!(
        "SELECT id, phase, person, number, rule, seed, questions, begun_at_ms, closes_ms FROM quiz_papers WHERE id IN ",
        numbers!("$1")
    );
    let texts: Vec<PaperText> = sqlx::query_as(texts).bind(&papers).fetch_all(&mut *reader).await?;
    let mut texts: BTreeMap<i64, PaperText> = texts.into_iter().map(|row| (row.id, row)).collect();
    let answers = concat!(
        "SELECT paper, place, body, at_ms FROM quiz_answers WHERE paper IN ",
        numbers!("$1"),
        " ORDER BY id"
    );
    let answers: Vec<AnswerText> = sqlx::query_as(answers).bind(&papers).fetch_all(&mut *reader).await?;
    for answer in answers {
        if let Some(text) = texts.get_mut(&answer.paper) {
            text.answers.push(answer);
        }
    }
    Ok(texts)
}

/// Writes down what a paper came to. It takes no answers any more.
pub async fn append(writing: &mut Writing, vault: &Vault, paper: u64, ended: &Ended) -> anyhow::Result<()> {
    let texts = paper_texts(writing, &[signed(paper)]).await?;
    let text = texts.get(&signed(paper)).ok_or_else(|| anyhow::anyhow!("paper {paper} is not there"))?;
    sqlx::query(
        "INSERT INTO quiz_results (paper, points, of, passed, rights, by_time, at_ms, mac)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(signed(paper))
    .bind(ended.mark.points)
    .bind(ended.mark.of)
    .bind(ended.mark.passed)
    .bind(ended.rights())
    .bind(ended.by_time)
    .bind(signed(ended.at_ms))
    .bind(text.mac(vault, ended)?)
    .execute(&mut **writing)
    .await?;
    Ok(())
}

/// What somebody has reached.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct Reached {
    pub name: String,
    /// Code of the unit.
    pub unit: String,
    /// `None` = not placed in one.
    pub class: Option<String>,
    /// Tries that have ended.
    pub tries: u32,
    /// Points of the best one, and of its paper; `None` = none has ended.
    pub best: Option<u32>,
    pub of: Option<u32>,
    pub passed: bool,
    /// One is running.
    pub running: bool,
}

#[derive(FromRow)]
struct ReachedRow {
    state: Word<enrolment::State>,
    #[sqlx(flatten)]
    reached: Reached,
}

impl Quizzes<'_> {
    /// Everybody who is registered in a phase, with the state of their registration.
    pub async fn reached(&self, phase: &str) -> anyhow::Result<Vec<(enrolment::State, Reached)>> {
        let rows: Vec<ReachedRow> = sqlx::query_as(
            "SELECT state, registrations.name, unit, class, count(quiz_results.id) AS tries, max(points) AS best,
                 (SELECT of FROM quiz_results AS own JOIN quiz_papers AS tried ON tried.id = own.paper
                     WHERE tried.phase = registrations.phase AND tried.person = registrations.person
                     ORDER BY points DESC, own.id LIMIT 1) AS of,
                 count(*) FILTER (WHERE passed) > 0 AS passed,
                 count(quiz_papers.id) > count(quiz_results.id) AS running
             FROM registrations LEFT JOIN quiz_papers
                 ON quiz_papers.phase = registrations.phase AND quiz_papers.person = registrations.person
             LEFT JOIN quiz_results ON paper = quiz_papers.id
             WHERE registrations.phase = $1 GROUP BY registrations.id ORDER BY unit, class NULLS FIRST, registrations.name",
        )
        .bind(phase)
        .fetch_all(&self.0.readers)
        .await?;
        Ok(rows.into_iter().map(|row| (row.state.0, row.reached)).collect())
    }

    /// By question: the number of marked papers with it, and of those the number answered right.
    pub async fn shares(&self, phase: &str) -> anyhow::Result<BTreeMap<u64, (u32, u32)>> {
        let mut shares: BTreeMap<u64, (u32, u32)> = BTreeMap::new();
        let mut last = 0;
        loop {
            let rows: Vec<(i64, String, String)> = sqlx::query_as(
                "SELECT quiz_results.id, questions, rights FROM quiz_results JOIN quiz_papers ON quiz_papers.id = paper
                 WHERE phase = $1 AND quiz_results.id > $2 ORDER BY quiz_results.id LIMIT $3",
            )
            .bind(phase)
            .bind(last)
            .bind(ROWS)
            .fetch_all(&self.0.readers)
            .await?;
            let Some((newest, ..)) = rows.last() else { return Ok(shares) };
            last = *newest;
            for (_, questions, rights) in &rows {
                let drawn: Vec<Drawn> = read_json(questions)?;
                for (one, right) in drawn.iter().zip(rights.bytes()) {
                    let (asked, all_right) = shares.entry(one.question).or_default();
                    *asked += 1;
                    *all_right += u32::from(right == b'1');
                }
            }
        }
    }
}
