//! Lessons that are studied alone (异步精品课堂): each shows the published recording of another lesson, within
//! its own time, to the people of its class.

use anyhow::Context;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Row};

use super::books::completed;
use super::replay::to_watch;
use super::{Store, from_word, unsigned};
use crate::attendance::coverage::media;
use crate::attendance::date::LocalDate;
use crate::attendance::interval::{MediaMs, ServerInstant, Spans};
use crate::course::enrolment::State;
use crate::course::timetable::Slot;
use crate::protocol::{Completed, CourseKind, Stretch};

/// Lessons that one person studies alone.
const STUDIES_MAX: u32 = 1000;

/// A lesson that is studied alone, as one person sees it.
#[derive(Debug, Clone)]
pub struct Study {
    pub slot: Slot,
    pub title: String,
    /// Number of the class.
    pub class: u32,
    pub credit_ch: u64,
    /// The lesson whose recording it shows.
    pub source: String,
    /// What of that is to be watched; none while it is not published.
    pub course: Option<Spans<MediaMs>>,
    pub covered: Spans<MediaMs>,
    pub completed: Option<Completed>,
    /// Has a place in its class, by a registration that is approved (I-11).
    pub placed: bool,
    pub teaches: bool,
}

/// What binds somebody to a lesson of which a recording is wanted, beside belonging to it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bonds {
    /// Studies or teaches in its programme. A lesson of none belongs to everybody who is signed in.
    pub programme: bool,
    /// Studies its recording alone, or teaches those who do.
    pub studies: bool,
}

const STUDY: &str = "SELECT lessons.id, lessons.title, kind, lessons.state, planned_start_ms, planned_end_ms,
         cancelled_at_ms IS NOT NULL AS cancelled, lessons.credit_ch, source, number, from_ms, to_ms, played, watched.covered,
         completions.at_ms, (SELECT coalesce(sum(delta_ch), 0) FROM entries
             WHERE entries.person = ?1 AND entries.lesson = lessons.id) AS entered_ch,
         registrations.state AS standing, teaching.person IS NOT NULL AS teaches
     FROM lessons JOIN classes ON classes.id = lessons.class
     LEFT JOIN courses ON courses.lesson = source
     LEFT JOIN registrations ON registrations.class = lessons.class AND registrations.person = ?1
     LEFT JOIN lesson_instructors AS teaching ON teaching.lesson = lessons.id AND teaching.person = ?1
     LEFT JOIN watched ON watched.lesson = lessons.id AND watched.person = ?1
     LEFT JOIN completions ON completions.lesson = lessons.id AND completions.person = ?1
     WHERE kind = 'async' AND source IS NOT NULL AND ";

impl Store {
    /// A lesson that is studied alone, as `person` sees it; none when it is not one.
    pub async fn study(&self, lesson: &str, person: &str) -> anyhow::Result<Option<Study>> {
        let sql = format!("{STUDY} lessons.id = ?2");
        let row = sqlx::query(AssertSqlSafe(sql)).bind(person).bind(lesson);
        let row = row.fetch_optional(&self.readers).await?;
        row.map(|row| study(&row)).transpose()
    }

    /// What somebody studies alone, by the end of its time; not what was cancelled.
    pub async fn own_studies(&self, person: &str) -> anyhow::Result<Vec<Study>> {
        let sql = format!(
            "{STUDY} registrations.state IN ('placed', 'active', 'completed') AND cancelled_at_ms IS NULL
             ORDER BY planned_end_ms, lessons.id LIMIT ?2"
        );
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(person).bind(STUDIES_MAX);
        rows.fetch_all(&self.readers).await?.iter().map(study).collect()
    }

    /// Whether the days are over in which the phase of a lesson is studied; a lesson of no phase has none.
    pub async fn study_is_over(&self, lesson: &str, now_ms: u64) -> anyhow::Result<bool> {
        let row = sqlx::query(
            "SELECT study_last FROM lessons LEFT JOIN classes ON classes.id = lessons.class
             LEFT JOIN phase_courses ON phase_courses.id = lessons.course
             JOIN phases ON phases.id = coalesce(classes.phase, phase_courses.phase) WHERE lessons.id = ?",
        );
        let Some(row) = row.bind(lesson).fetch_optional(&self.readers).await? else { return Ok(false) };
        let last: &str = row.try_get(0)?;
        let last = LocalDate::parse(last).with_context(|| format!("{last:?} is no day"))?;
        Ok(last.next().start().ms() <= now_ms)
    }

    /// What binds somebody to the recording of a lesson as of `now`. From the beginning of its time on, what is
    /// studied alone may be watched.
    pub async fn bonds(&self, lesson: &str, person: &str, now: ServerInstant) -> anyhow::Result<Bonds> {
        let row = sqlx::query(
            "WITH of_phases AS (
                 SELECT lessons.id AS lesson, programme
                 FROM lessons LEFT JOIN classes ON classes.id = lessons.class
                 LEFT JOIN phase_courses ON phase_courses.id = lessons.course
                 JOIN phases ON phases.id = coalesce(classes.phase, phase_courses.phase)),
             own AS (SELECT programme FROM of_phases WHERE lesson = ?1)
             SELECT NOT EXISTS (SELECT 1 FROM own)
                 OR EXISTS (SELECT 1 FROM registrations JOIN phases ON phases.id = registrations.phase
                     WHERE person = ?2 AND class IS NOT NULL AND registrations.state <> 'withdrawn' AND programme IN own)
                 OR EXISTS (SELECT 1 FROM lesson_instructors JOIN of_phases USING (lesson)
                     WHERE person = ?2 AND programme IN own) AS programme,
                 EXISTS (SELECT 1 FROM lessons AS study
                     LEFT JOIN registrations ON registrations.class = study.class AND registrations.person = ?2
                     LEFT JOIN lesson_instructors AS teaching
                         ON teaching.lesson = study.id AND teaching.person = ?2
                     WHERE source = ?1 AND cancelled_at_ms IS NULL AND (teaching.person IS NOT NULL
                         OR (registrations.state IN ('placed', 'active', 'completed') AND planned_start_ms <= ?3)))
                     AS studies",
        );
        let row = row.bind(lesson).bind(person).bind(super::signed(now.ms()));
        let row = row.fetch_one(&self.readers).await?;
        Ok(Bonds { programme: row.try_get("programme")?, studies: row.try_get("studies")? })
    }

    /// Whether a lesson has no meeting, but the recording of another.
    pub(super) async fn is_studied_alone(&self, lesson: &str) -> anyhow::Result<bool> {
        let row = sqlx::query("SELECT EXISTS (SELECT 1 FROM lessons WHERE id = ? AND kind = 'async')");
        Ok(row.bind(lesson).fetch_one(&self.readers).await?.try_get(0)?)
    }

    /// Watched stretches and completions of everybody who belongs to a lesson that is studied alone.
    pub(super) async fn watched_by_all(&self, lesson: &str) -> anyhow::Result<Vec<Done>> {
        let rows = sqlx::query(
            "SELECT enrolments.person, watched.covered, completions.credit_ch, completions.at_ms FROM enrolments
             LEFT JOIN watched USING (lesson, person) LEFT JOIN completions USING (lesson, person)
             WHERE lesson = ? ORDER BY enrolments.person",
        );
        let rows = rows.bind(lesson).fetch_all(&self.readers).await?;
        let done = |row: &SqliteRow| {
            Ok(Done {
                person: row.try_get("person")?,
                covered: covered(row)?,
                credit_ch: row.try_get::<Option<i64>, _>("credit_ch")?.map(unsigned),
                completed_at_ms: row.try_get::<Option<i64>, _>("at_ms")?.map(unsigned),
            })
        };
        rows.iter().map(done).collect()
    }
}

/// How far somebody has come with a lesson that is studied alone.
pub(super) struct Done {
    pub(super) person: String,
    pub(super) covered: Spans<MediaMs>,
    /// None: not all of it was watched.
    pub(super) credit_ch: Option<u64>,
    pub(super) completed_at_ms: Option<u64>,
}

fn covered(row: &SqliteRow) -> anyhow::Result<Spans<MediaMs>> {
    let covered: Option<&str> = row.try_get("covered")?;
    let covered: Vec<Stretch> = covered
        .map(serde_json::from_str)
        .transpose()
        .context("the database holds a broken list of stretches")?
        .unwrap_or_default();
    Ok(media(&covered))
}

fn study(row: &SqliteRow) -> anyhow::Result<Study> {
    let instant = |column| Ok::<_, sqlx::Error>(ServerInstant::of_fact(unsigned(row.try_get(column)?)));
    let done = row.try_get::<Option<i64>, _>("at_ms")?.is_some();
    let published = row.try_get::<Option<i64>, _>("from_ms")?.is_some();
    let standing: Option<String> = row.try_get("standing")?;
    let standing: Option<State> = standing.map(from_word).transpose()?;
    Ok(Study {
        slot: Slot {
            lesson: row.try_get("id")?,
            kind: CourseKind::Async,
            planned_start: instant("planned_start_ms")?,
            planned_end: instant("planned_end_ms")?,
            state: from_word(row.try_get("state")?)?,
            cancelled: row.try_get("cancelled")?,
        },
        title: row.try_get("title")?,
        class: row.try_get("number")?,
        credit_ch: unsigned(row.try_get("credit_ch")?),
        source: row.try_get("source")?,
        course: published.then(|| to_watch(row)).transpose()?,
        covered: covered(row)?,
        completed: done.then(|| completed(row)).transpose()?,
        placed: standing.is_some_and(State::studies),
        teaches: row.try_get("teaches")?,
    })
}
