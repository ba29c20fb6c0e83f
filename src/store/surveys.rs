//! Tables `surveys`, `survey_takers`, `survey_answers`: the surveys of phases, the people who have answered,
//! and the answers.

use super::db::Writing;
use super::random::random_bytes;
use super::{Store, from_word, signed, unsigned};
use crate::programme::enrolment;
use crate::programme::survey::{Answer, Survey};

const OF_PHASE: &str =
    "SELECT id, body, (SELECT count(*) FROM survey_takers WHERE survey = surveys.id) AS answered
     FROM surveys WHERE phase = $1";

const STATES: &str = "SELECT state FROM registrations WHERE phase = $1";

/// Reads surveys.
pub struct Surveys<'a>(&'a Store);

impl Store {
    pub fn surveys(&self) -> Surveys<'_> {
        Surveys(self)
    }
}

/// A stored survey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub id: u64,
    pub survey: Survey,
    /// Number of people who have answered it.
    pub answered: u32,
}

/// A phase of a person, with its survey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mine {
    pub phase: String,
    pub state: enrolment::State,
    pub survey: Survey,
    /// Whether this person has answered it.
    pub answered: bool,
}

#[derive(sqlx::FromRow)]
struct KeptRow {
    id: i64,
    body: String,
    answered: u32,
}

impl KeptRow {
    fn read(self) -> anyhow::Result<Kept> {
        Ok(Kept { id: unsigned(self.id), survey: Survey::from_stored(&self.body)?, answered: self.answered })
    }
}

impl Surveys<'_> {
    pub async fn of_phase(&self, phase: &str) -> anyhow::Result<Option<Kept>> {
        let row = sqlx::query_as::<_, KeptRow>(OF_PHASE).bind(phase).fetch_optional(&self.0.readers).await?;
        row.map(KeptRow::read).transpose()
    }

    /// The surveys of all phases in which a person is registered.
    pub async fn of_person(&self, person: &str) -> anyhow::Result<Vec<Mine>> {
        let rows = sqlx::query_as::<_, (String, String, String, bool)>(
            "SELECT surveys.phase, registrations.state, body, EXISTS (SELECT 1 FROM survey_takers
                 WHERE survey = surveys.id AND survey_takers.person = $1)
             FROM surveys JOIN registrations ON registrations.phase = surveys.phase
             WHERE registrations.person = $1 ORDER BY surveys.phase",
        );
        let rows = rows.bind(person).fetch_all(&self.0.readers).await?;
        let read = |(phase, state, body, answered): (String, String, String, bool)| {
            anyhow::Ok(Mine {
                phase,
                state: from_word(state)?,
                survey: Survey::from_stored(&body)?,
                answered,
            })
        };
        rows.into_iter().map(read).collect()
    }

    /// All answers, with the person's name unless the survey is anonymous.
    pub async fn answers(&self, survey: u64) -> anyhow::Result<Vec<(Option<String>, Vec<Answer>)>> {
        let rows = sqlx::query_as::<_, (Option<String>, String)>(
            "SELECT people.name, body FROM survey_answers LEFT JOIN people ON people.id = person
             WHERE survey = $1 ORDER BY survey_answers.id",
        );
        let rows = rows.bind(signed(survey)).fetch_all(&self.0.readers).await?;
        rows.into_iter().map(|(name, body)| Ok((name, serde_json::from_str(&body)?))).collect()
    }

    /// The states of everybody registered in a phase.
    pub async fn states(&self, phase: &str) -> anyhow::Result<Vec<enrolment::State>> {
        let rows: Vec<String> = sqlx::query_scalar(STATES).bind(phase).fetch_all(&self.0.readers).await?;
        rows.into_iter().map(from_word).collect()
    }
}

/// The survey of a phase, inside a transaction.
pub async fn of_phase(writing: &mut Writing, phase: &str) -> anyhow::Result<Option<Kept>> {
    let row = sqlx::query_as::<_, KeptRow>(OF_PHASE).bind(phase).fetch_optional(&mut **writing).await?;
    row.map(KeptRow::read).transpose()
}

/// The state of a person in a phase; `None` = not registered there.
pub async fn state(
    writing: &mut Writing,
    phase: &str,
    person: &str,
) -> anyhow::Result<Option<enrolment::State>> {
    let row =
        sqlx::query_scalar::<_, String>("SELECT state FROM registrations WHERE phase = $1 AND person = $2");
    row.bind(phase).bind(person).fetch_optional(&mut **writing).await?.map(from_word).transpose()
}

/// Sets the survey of a phase, in place of an earlier one.
pub async fn set(
    writing: &mut Writing,
    phase: &str,
    survey: &Survey,
    by: &str,
    at_ms: u64,
) -> anyhow::Result<()> {
    let insert = sqlx::query(
        "INSERT INTO surveys (phase, body, by, at_ms) VALUES ($1, $2, $3, $4)
         ON CONFLICT (phase) DO UPDATE SET body = $2, by = $3, at_ms = $4",
    )
    .bind(phase)
    .bind(survey.to_stored()?)
    .bind(by)
    .bind(signed(at_ms));
    Ok(writing.one_row("a survey", insert).await?)
}

/// Notes that a person has answered; false = noted before.
pub async fn note_taker(writing: &mut Writing, survey: u64, person: &str) -> anyhow::Result<bool> {
    let done =
        sqlx::query("INSERT INTO survey_takers (survey, person) VALUES ($1, $2) ON CONFLICT DO NOTHING");
    let done = done.bind(signed(survey)).bind(person).execute(&mut **writing).await?;
    Ok(done.rows_affected() == 1)
}

/// Writes answers; `person`: `None` = the survey is anonymous.
pub async fn insert_answers(
    writing: &mut Writing,
    survey: u64,
    person: Option<&str>,
    answers: &[Answer],
) -> anyhow::Result<()> {
    // 63 bits: two of 30,000 are equal once in 10^10 surveys, and then this one answer is refused and sent
    // again.
    let id = i64::from_le_bytes(random_bytes()?) & i64::MAX;
    let insert = sqlx::query("INSERT INTO survey_answers (id, survey, person, body) VALUES ($1, $2, $3, $4)")
        .bind(id)
        .bind(signed(survey))
        .bind(person)
        .bind(serde_json::to_string(answers)?);
    Ok(writing.one_row("the answers of a survey", insert).await?)
}
