//! The tables `quiz_papers` and `quiz_answers`: what somebody was asked in each try, and what the answers were. Only ever
//! appended.

use sqlx::FromRow;

use super::super::db::Writing;
use super::super::dialect::numbers;
use super::super::{read_json, signed, unsigned};
use super::results::Ended;
use super::{Bank, Quizzes, read_bank};
use crate::programme::quiz::Rule;
use crate::programme::quiz::paper::{Answer, Drawn};

/// A try of somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    pub id: u64,
    /// From 1.
    pub number: u32,
    /// The rule that was in force when the try began.
    pub rule: Rule,
    pub drawn: Vec<Drawn>,
    pub begun_at_ms: u64,
    /// When it ends by itself.
    pub closes_ms: u64,
    /// `None` = it has not been marked.
    pub ended: Option<Ended>,
}

/// The last answer to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    pub answer: Answer,
    /// How often it was given.
    pub times: u32,
}

/// A paper that is to be appended.
pub struct NewPaper<'a> {
    pub phase: &'a str,
    pub person: &'a str,
    pub number: u32,
    pub rule: &'a Rule,
    /// Hexadecimal.
    pub seed: &'a str,
    pub drawn: &'a [Drawn],
    pub begun_at_ms: u64,
    pub closes_ms: u64,
}

const OF_PERSON: &str =
    "SELECT quiz_papers.id, number, rule, questions, begun_at_ms, closes_ms, points, of, passed,
         rights, by_time, quiz_results.at_ms AS ended_at_ms
     FROM quiz_papers LEFT JOIN quiz_results ON paper = quiz_papers.id
     WHERE phase = $1 AND person = $2 ORDER BY number";
const OF_NUMBER: &str =
    "SELECT quiz_papers.id, number, rule, questions, begun_at_ms, closes_ms, points, of, passed,
         rights, by_time, quiz_results.at_ms AS ended_at_ms
     FROM quiz_papers LEFT JOIN quiz_results ON paper = quiz_papers.id WHERE quiz_papers.id = $1";

#[derive(FromRow)]
struct PaperRow {
    id: i64,
    number: u32,
    rule: String,
    questions: String,
    begun_at_ms: i64,
    closes_ms: i64,
    points: Option<u32>,
    of: Option<u32>,
    passed: Option<bool>,
    rights: Option<String>,
    by_time: Option<bool>,
    ended_at_ms: Option<i64>,
}

impl PaperRow {
    fn read(self) -> anyhow::Result<Paper> {
        let ended = match (self.points, self.of, self.passed, self.rights, self.by_time, self.ended_at_ms) {
            (Some(points), Some(of), Some(passed), Some(rights), Some(by_time), Some(at_ms)) => {
                Some(Ended::read(points, of, passed, &rights, by_time, unsigned(at_ms)))
            }
            _ => None,
        };
        Ok(Paper {
            id: unsigned(self.id),
            number: self.number,
            rule: Rule::from_stored(&self.rule)?,
            drawn: read_json(&self.questions)?,
            begun_at_ms: unsigned(self.begun_at_ms),
            closes_ms: unsigned(self.closes_ms),
            ended,
        })
    }
}

impl Quizzes<'_> {
    /// The tries of somebody in a phase, by number.
    pub async fn papers(&self, phase: &str, person: &str) -> anyhow::Result<Vec<Paper>> {
        let rows = sqlx::query_as::<_, PaperRow>(OF_PERSON).bind(phase).bind(person);
        rows.fetch_all(&self.0.readers).await?.into_iter().map(PaperRow::read).collect()
    }

    /// The questions of a paper by their numbers.
    pub async fn questions(&self, drawn: &[Drawn]) -> anyhow::Result<Bank> {
        read_bank(sqlx::query_as(QUESTIONS).bind(ids(drawn)?).fetch_all(&self.0.readers).await?)
    }

    /// The last answer to each question of a paper, in its order.
    pub async fn answers(&self, paper: &Paper) -> anyhow::Result<Vec<Given>> {
        let rows = sqlx::query_as(ANSWERS).bind(signed(paper.id)).fetch_all(&self.0.readers).await?;
        read_answers(paper, rows)
    }

    /// Unmarked papers that end by themselves at `closes_ms` or before; at most `most`.
    pub async fn overdue(&self, closes_ms: u64, most: u32) -> anyhow::Result<Vec<u64>> {
        let rows: Vec<i64> = sqlx::query_scalar(
            "SELECT id FROM quiz_papers WHERE closes_ms <= $1
                 AND NOT EXISTS (SELECT 1 FROM quiz_results WHERE paper = quiz_papers.id) ORDER BY id LIMIT $2",
        )
        .bind(signed(closes_ms))
        .bind(most)
        .fetch_all(&self.0.readers)
        .await?;
        Ok(rows.into_iter().map(unsigned).collect())
    }
}

const QUESTIONS: &str =
    concat!("SELECT id, body FROM quiz_questions WHERE id IN ", numbers!("$1"), " ORDER BY id");
const ANSWERS: &str = "SELECT place, body, times FROM quiz_answers
     JOIN (SELECT max(id) AS last, count(*) AS times FROM quiz_answers WHERE paper = $1 GROUP BY place) AS given ON last = id";

fn ids(drawn: &[Drawn]) -> anyhow::Result<String> {
    let ids: Vec<i64> = drawn.iter().map(|one| signed(one.question)).collect();
    Ok(serde_json::to_string(&ids)?)
}

fn read_answers(paper: &Paper, rows: Vec<(u32, String, u32)>) -> anyhow::Result<Vec<Given>> {
    let mut all = vec![Given { answer: Answer::Nothing, times: 0 }; paper.drawn.len()];
    for (place, body, times) in rows {
        if let Some(given) = usize::try_from(place).ok().and_then(|place| all.get_mut(place)) {
            *given = Given { answer: read_json(&body)?, times };
        }
    }
    Ok(all)
}

/// The tries of somebody in a phase inside a transaction, by number.
pub async fn of_person(writing: &mut Writing, phase: &str, person: &str) -> anyhow::Result<Vec<Paper>> {
    let rows = sqlx::query_as::<_, PaperRow>(OF_PERSON).bind(phase).bind(person);
    rows.fetch_all(&mut **writing).await?.into_iter().map(PaperRow::read).collect()
}

pub async fn find(writing: &mut Writing, id: u64) -> anyhow::Result<Option<Paper>> {
    let row = sqlx::query_as::<_, PaperRow>(OF_NUMBER).bind(signed(id));
    row.fetch_optional(&mut **writing).await?.map(PaperRow::read).transpose()
}

/// The questions of a paper inside a transaction.
pub async fn questions(writing: &mut Writing, drawn: &[Drawn]) -> anyhow::Result<Bank> {
    read_bank(sqlx::query_as(QUESTIONS).bind(ids(drawn)?).fetch_all(&mut **writing).await?)
}

/// The answers inside a transaction.
pub async fn answers(writing: &mut Writing, paper: &Paper) -> anyhow::Result<Vec<Given>> {
    let rows = sqlx::query_as(ANSWERS).bind(signed(paper.id)).fetch_all(&mut **writing).await?;
    read_answers(paper, rows)
}

pub async fn append(writing: &mut Writing, new: &NewPaper<'_>) -> anyhow::Result<()> {
    sqlx::query(
        "INSERT INTO quiz_papers (phase, person, number, rule, seed, questions, begun_at_ms, closes_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(new.phase)
    .bind(new.person)
    .bind(new.number)
    .bind(new.rule.to_stored()?)
    .bind(new.seed)
    .bind(serde_json::to_string(new.drawn)?)
    .bind(signed(new.begun_at_ms))
    .bind(signed(new.closes_ms))
    .execute(&mut **writing)
    .await?;
    Ok(())
}

pub async fn append_answer(
    writing: &mut Writing,
    paper: u64,
    place: u32,
    answer: &Answer,
    at_ms: u64,
) -> anyhow::Result<()> {
    sqlx::query("INSERT INTO quiz_answers (paper, place, body, at_ms) VALUES ($1, $2, $3, $4)")
        .bind(signed(paper))
        .bind(place)
        .bind(serde_json::to_string(answer)?)
        .bind(signed(at_ms))
        .execute(&mut **writing)
        .await?;
    Ok(())
}
