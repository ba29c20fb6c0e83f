//! The table `phases` of the programmes.

use anyhow::{Context, anyhow};
use serde_json::json;

use super::db::Writing;
use super::dialect::{Connection, Query};
use super::{Store, read_json, signed, unsigned};
use crate::programme::phase::{Phase, Window};
use crate::time::LocalDate;

/// Reads phases.
pub struct Phases<'a>(&'a Store);

impl Store {
    pub fn phases(&self) -> Phases<'_> {
        Phases(self)
    }
}

impl Phases<'_> {
    /// `None` = there is no such phase.
    pub async fn find(&self, id: &str) -> anyhow::Result<Option<Phase>> {
        find(&mut *self.0.readers.acquire().await?, id).await
    }

    /// The phases of all programmes, sorted by number.
    pub async fn all(&self) -> anyhow::Result<Vec<Phase>> {
        let rows = sqlx::query_as::<_, PhaseRow>("SELECT * FROM phases ORDER BY number");
        phases(rows.fetch_all(&self.0.readers).await?)
    }

    /// The phases of one programme, sorted by number.
    pub async fn of_programme(&self, programme: &str) -> anyhow::Result<Vec<Phase>> {
        of_programme(&mut *self.0.readers.acquire().await?, programme).await
    }
}

/// `None` = there is no such phase.
pub async fn find(connection: &mut Connection, id: &str) -> anyhow::Result<Option<Phase>> {
    let row = sqlx::query_as::<_, PhaseRow>("SELECT * FROM phases WHERE id = $1").bind(id);
    row.fetch_optional(connection).await?.map(PhaseRow::phase).transpose()
}

/// The phases of one programme, sorted by number.
pub async fn of_programme(connection: &mut Connection, programme: &str) -> anyhow::Result<Vec<Phase>> {
    let rows = sqlx::query_as::<_, PhaseRow>("SELECT * FROM phases WHERE programme = $1 ORDER BY number");
    phases(rows.bind(programme).fetch_all(connection).await?)
}

/// Writes a phase; false = the programme has one with this number already.
pub async fn insert(writing: &mut Writing, phase: &Phase) -> anyhow::Result<bool> {
    let done = sqlx::query(
        "INSERT INTO phases (title, hours_ch, plan_seats, registration_first, registration_last, study_first,
             study_last, tracks, categories, choose_class, per_school, id, programme, number)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT DO NOTHING",
    );
    let done = bind(done, phase).bind(&phase.id).bind(&phase.programme).bind(phase.number);
    Ok(done.execute(&mut **writing).await?.rows_affected() == 1)
}

/// Writes everything but programme, number, and whether its classes were formed.
pub async fn update(writing: &mut Writing, phase: &Phase) -> anyhow::Result<()> {
    let done = sqlx::query(
        "UPDATE phases SET title = $1, hours_ch = $2, plan_seats = $3, registration_first = $4,
             registration_last = $5, study_first = $6, study_last = $7, tracks = $8, categories = $9,
             choose_class = $10, per_school = $11
         WHERE id = $12",
    );
    Ok(writing.one_row("a phase", bind(done, phase).bind(&phase.id)).await?)
}

/// Notes the time of the first forming of classes.
pub async fn note_formed(writing: &mut Writing, phase: &str, now_ms: u64) -> anyhow::Result<()> {
    let done = sqlx::query("UPDATE phases SET formed_at_ms = coalesce(formed_at_ms, $1) WHERE id = $2");
    Ok(writing.one_row("when classes were formed", done.bind(signed(now_ms)).bind(phase)).await?)
}

#[derive(sqlx::FromRow)]
struct PhaseRow {
    id: String,
    programme: String,
    number: u32,
    title: String,
    hours_ch: i64,
    plan_seats: u32,
    registration_first: String,
    registration_last: String,
    study_first: String,
    study_last: String,
    /// JSON, like the two below.
    tracks: String,
    categories: String,
    per_school: Option<String>,
    choose_class: bool,
    formed_at_ms: Option<i64>,
}

impl PhaseRow {
    fn phase(self) -> anyhow::Result<Phase> {
        Ok(Phase {
            id: self.id,
            programme: self.programme,
            number: self.number,
            title: self.title,
            hours_ch: unsigned(self.hours_ch),
            plan_seats: self.plan_seats,
            registration: window(&self.registration_first, &self.registration_last)?,
            study: window(&self.study_first, &self.study_last)?,
            tracks: read_json(&self.tracks)?,
            categories: read_json(&self.categories)?,
            choose_class: self.choose_class,
            per_school: self.per_school.map(|limit| read_json(&limit)).transpose()?,
            formed: self.formed_at_ms.is_some(),
        })
    }
}

fn phases(rows: Vec<PhaseRow>) -> anyhow::Result<Vec<Phase>> {
    rows.into_iter().map(PhaseRow::phase).collect()
}

fn window(first: &str, last: &str) -> anyhow::Result<Window> {
    let day =
        |text: &str| LocalDate::parse(text).with_context(|| format!("the database holds the day {text:?}"));
    Window::new(day(first)?, day(last)?).ok_or_else(|| anyhow!("a phase ends before it begins"))
}

/// Binds the columns that can be changed, in the order of both statements.
fn bind<'q>(query: Query<'q>, phase: &'q Phase) -> Query<'q> {
    let list = |words: &[String]| json!(words).to_string();
    query
        .bind(&phase.title)
        .bind(signed(phase.hours_ch))
        .bind(phase.plan_seats)
        .bind(phase.registration.first.to_string())
        .bind(phase.registration.last.to_string())
        .bind(phase.study.first.to_string())
        .bind(phase.study.last.to_string())
        .bind(list(&phase.tracks))
        .bind(list(&phase.categories))
        .bind(phase.choose_class)
        .bind(phase.per_school.as_ref().map(|limit| json!(limit).to_string()))
}
