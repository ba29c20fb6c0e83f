//! Self-study lessons (异步精品课堂): each shows the published recording of another lesson, within its own time, to
//! the people of its class.

use anyhow::Context;
use sqlx::{AssertSqlSafe, Row};

use super::credit::completed;
use super::dialect::StoredRow;
use super::publications::to_watch;
use super::{Store, from_word, unsigned};
use crate::attendance::coverage::media;
use crate::lesson::CourseKind;
use crate::programme::enrolment::State;
use crate::programme::timetable::Slot;
use crate::protocol::Completed;
use crate::time::Stretch;
use crate::time::{LocalDate, MediaMs, ServerInstant, Spans};

/// Most self-study lessons of one person.
const STUDIES_MAX: u32 = 1000;

/// A self-study lesson in the view of one person.
#[derive(Debug, Clone)]
pub struct Study {
    pub slot: Slot,
    pub title: String,
    /// Number of the class.
    pub class: u32,
    pub credit_ch: u64,
    /// The lesson whose recording it shows.
    pub source: String,
    /// The part of it to be watched; `None` = it is not published.
    pub course: Option<Spans<MediaMs>>,
    pub covered: Spans<MediaMs>,
    pub completed: Option<Completed>,
    /// The person has a place in its class, by an approved registration (I-11).
    pub placed: bool,
    pub teaches: bool,
}

/// The ties of a person to a lesson with a recording, besides belonging to it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Bonds {
    /// The person studies or teaches in its programme. Everybody signed in is tied to a lesson without a
    /// programme.
    pub programme: bool,
    /// The person has its recording as self-study, or teaches people who do.
    pub studies: bool,
}

const STUDY: &str = "SELECT lessons.id, lessons.title, kind, lessons.state, planned_start_ms, planned_end_ms,
         cancelled_at_ms IS NOT NULL AS cancelled, lessons.credit_ch, source, number, from_ms, to_ms, played, watched.covered,
         completions.at_ms, (SELECT cast(coalesce(sum(delta_ch), 0) AS bigint) FROM entries
             WHERE entries.person = $1 AND entries.lesson = lessons.id) AS entered_ch,
         registrations.state AS standing, teaching.person IS NOT NULL AS teaches
     FROM lessons JOIN classes ON classes.id = lessons.class
     LEFT JOIN courses ON courses.lesson = source
     LEFT JOIN registrations ON registrations.class = lessons.class AND registrations.person = $1
     LEFT JOIN lesson_instructors AS teaching ON teaching.lesson = lessons.id AND teaching.person = $1
     LEFT JOIN watched ON watched.lesson = lessons.id AND watched.person = $1
     LEFT JOIN completions ON completions.lesson = lessons.id AND completions.person = $1
     WHERE kind = 'async' AND source IS NOT NULL AND ";

/// Reads self-study lessons.
pub struct Studies<'a>(&'a Store);

impl Store {
    pub fn studies(&self) -> Studies<'_> {
        Studies(self)
    }
}

impl Studies<'_> {
    /// A self-study lesson in the view of `person`; `None` = the lesson is none.
    pub async fn find(&self, lesson: &str, person: &str) -> anyhow::Result<Option<Study>> {
        let sql = format!("{STUDY} lessons.id = $2");
        let row = sqlx::query(AssertSqlSafe(sql)).bind(person).bind(lesson);
        let row = row.fetch_optional(&self.0.readers).await?;
        row.map(|row| study(&row)).transpose()
    }

    /// The self-study lessons of a person, sorted by the end of their time; without cancelled ones.
    pub async fn of_person(&self, person: &str) -> anyhow::Result<Vec<Study>> {
        let sql = format!(
            "{STUDY} registrations.state IN ('placed', 'active', 'completed') AND cancelled_at_ms IS NULL
             ORDER BY planned_end_ms, lessons.id LIMIT $2"
        );
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(person).bind(STUDIES_MAX);
        rows.fetch_all(&self.0.readers).await?.iter().map(study).collect()
    }

    /// Whether the study of the lesson's phase is over; false without a phase.
    pub async fn is_over(&self, lesson: &str, now_ms: u64) -> anyhow::Result<bool> {
        let row = sqlx::query(
            "SELECT study_last FROM lessons LEFT JOIN classes ON classes.id = lessons.class
             LEFT JOIN phase_courses ON phase_courses.id = lessons.course
             JOIN phases ON phases.id = coalesce(classes.phase, phase_courses.phase) WHERE lessons.id = $1",
        );
        let Some(row) = row.bind(lesson).fetch_optional(&self.0.readers).await? else { return Ok(false) };
        let last: &str = row.try_get(0)?;
        let last = LocalDate::parse(last).with_context(|| format!("{last:?} is no day"))?;
        Ok(last.end().ms() <= now_ms)
    }

    /// The ties of a person to the recording of a lesson as of `now`. Self-study may be watched from the
    /// beginning of its time.
    pub async fn bonds(&self, lesson: &str, person: &str, now: ServerInstant) -> anyhow::Result<Bonds> {
        let row = sqlx::query(
            "WITH of_phases AS (
                 SELECT lessons.id AS lesson, programme
                 FROM lessons LEFT JOIN classes ON classes.id = lessons.class
                 LEFT JOIN phase_courses ON phase_courses.id = lessons.course
                 JOIN phases ON phases.id = coalesce(classes.phase, phase_courses.phase)),
             own AS (SELECT programme FROM of_phases WHERE lesson = $1)
             SELECT NOT EXISTS (SELECT 1 FROM own)
                 OR EXISTS (SELECT 1 FROM registrations JOIN phases ON phases.id = registrations.phase
                     WHERE person = $2 AND class IS NOT NULL AND registrations.state <> 'withdrawn'
                         AND programme IN (SELECT programme FROM own))
                 OR EXISTS (SELECT 1 FROM lesson_instructors JOIN of_phases USING (lesson)
                     WHERE person = $2 AND programme IN (SELECT programme FROM own)) AS programme,
                 EXISTS (SELECT 1 FROM lessons AS study
                     LEFT JOIN registrations ON registrations.class = study.class AND registrations.person = $2
                     LEFT JOIN lesson_instructors AS teaching
                         ON teaching.lesson = study.id AND teaching.person = $2
                     WHERE source = $1 AND cancelled_at_ms IS NULL AND (teaching.person IS NOT NULL
                         OR (registrations.state IN ('placed', 'active', 'completed') AND planned_start_ms <= $3)))
                     AS studies",
        );
        let row = row.bind(lesson).bind(person).bind(super::signed(now.ms()));
        let row = row.fetch_one(&self.0.readers).await?;
        Ok(Bonds { programme: row.try_get("programme")?, studies: row.try_get("studies")? })
    }

    /// Watched stretches and completions of everybody of a self-study lesson.
    pub(crate) async fn watched_by_all(&self, lesson: &str) -> anyhow::Result<Vec<Done>> {
        let rows = sqlx::query(
            "SELECT enrolments.person, watched.covered, completions.credit_ch, completions.at_ms FROM enrolments
             LEFT JOIN watched USING (lesson, person) LEFT JOIN completions USING (lesson, person)
             WHERE lesson = $1 ORDER BY enrolments.person",
        );
        let rows = rows.bind(lesson).fetch_all(&self.0.readers).await?;
        let done = |row: &StoredRow| {
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

/// The progress of a person in a self-study lesson.
pub(crate) struct Done {
    pub(crate) person: String,
    pub(crate) covered: Spans<MediaMs>,
    /// `None` = not all of it was watched.
    pub(crate) credit_ch: Option<u64>,
    pub(crate) completed_at_ms: Option<u64>,
}

fn covered(row: &StoredRow) -> anyhow::Result<Spans<MediaMs>> {
    let covered: Option<&str> = row.try_get("covered")?;
    let covered: Vec<Stretch> = covered
        .map(serde_json::from_str)
        .transpose()
        .context("the database holds a broken list of stretches")?
        .unwrap_or_default();
    Ok(media(&covered))
}

fn study(row: &StoredRow) -> anyhow::Result<Study> {
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
