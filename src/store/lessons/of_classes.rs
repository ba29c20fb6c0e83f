//! Lessons that the office plans for the classes of a phase: live, self-study, or a recording session without
//! a class.

use serde_json::json;
use sqlx::AssertSqlSafe;

use super::Lessons;
use crate::lesson::{ClassState, CourseKind};
use crate::protocol::{ClassLesson, PersonName};
use crate::store::dialect::texts;
use crate::store::words::Word;
use crate::store::{signed, unsigned};
use crate::time::{ServerInstant, Span};

#[derive(sqlx::FromRow)]
struct ClassLessonRow {
    id: String,
    class: String,
    course: Option<i64>,
    kind: Word<CourseKind>,
    title: String,
    content: String,
    state: Word<ClassState>,
    planned_start_ms: i64,
    planned_end_ms: i64,
    credit_ch: i64,
    source: Option<String>,
}

const LESSON: &str = "SELECT id, class, course, kind, title, content, state, planned_start_ms,
     planned_end_ms, credit_ch, source FROM lessons ";

impl From<ClassLessonRow> for ClassLesson {
    fn from(row: ClassLessonRow) -> ClassLesson {
        ClassLesson {
            lesson: row.id,
            class: row.class,
            course: row.course.map(unsigned),
            kind: row.kind.0,
            title: row.title,
            content: row.content,
            state: row.state.0,
            planned_start_ms: unsigned(row.planned_start_ms),
            planned_end_ms: unsigned(row.planned_end_ms),
            credit_ch: unsigned(row.credit_ch),
            source: row.source,
        }
    }
}

/// A live lesson that has not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LessonAhead {
    pub id: String,
    pub title: String,
    /// Id of the class; `None` = the lesson has no class.
    pub class: Option<String>,
    /// Number of the class.
    pub number: Option<u32>,
    /// Id of the phase of the class.
    pub phase: Option<String>,
    pub time: Span<ServerInstant>,
    pub credit_ch: u64,
}

#[derive(sqlx::FromRow)]
struct LessonAheadRow {
    id: String,
    title: String,
    class: Option<String>,
    number: Option<u32>,
    phase: Option<String>,
    planned_start_ms: i64,
    planned_end_ms: i64,
    credit_ch: i64,
}

impl From<LessonAheadRow> for LessonAhead {
    fn from(row: LessonAheadRow) -> LessonAhead {
        let instant = |ms| ServerInstant::of_fact(unsigned(ms));
        LessonAhead {
            id: row.id,
            title: row.title,
            class: row.class,
            number: row.number,
            phase: row.phase,
            time: Span { from: instant(row.planned_start_ms), to: instant(row.planned_end_ms) },
            credit_ch: unsigned(row.credit_ch),
        }
    }
}

impl Lessons<'_> {
    /// The lessons of a class, sorted by beginning.
    pub async fn of_class(&self, class: &str) -> anyhow::Result<Vec<ClassLesson>> {
        let sql = format!("{LESSON} WHERE class = $1 ORDER BY planned_start_ms, id");
        let rows = sqlx::query_as::<_, ClassLessonRow>(AssertSqlSafe(sql)).bind(class);
        Ok(rows.fetch_all(&self.0.readers).await?.into_iter().map(ClassLesson::from).collect())
    }

    /// The lessons of a course with these ids, by class.
    pub async fn of_course(&self, course: u64, ids: &[String]) -> anyhow::Result<Vec<ClassLesson>> {
        let sql = format!("{LESSON} WHERE course = $1 AND id IN {} ORDER BY class", texts!("$2"));
        let rows = sqlx::query_as::<_, ClassLessonRow>(AssertSqlSafe(sql));
        let rows = rows.bind(signed(course)).bind(json!(ids).to_string());
        Ok(rows.fetch_all(&self.0.readers).await?.into_iter().map(ClassLesson::from).collect())
    }

    /// Live lessons of all phases that end after `now_ms`, earliest first; without those that ended early or
    /// were cancelled.
    pub async fn ahead(&self, now_ms: u64, limit: u32) -> anyhow::Result<Vec<LessonAhead>> {
        let rows = sqlx::query_as::<_, LessonAheadRow>(
            "SELECT lessons.id, title, class, number, classes.phase, planned_start_ms, planned_end_ms, credit_ch
             FROM lessons LEFT JOIN classes ON classes.id = lessons.class
             WHERE kind = 'live' AND cancelled_at_ms IS NULL AND state <> 'ended' AND planned_end_ms > $1
             ORDER BY planned_start_ms, lessons.id LIMIT $2",
        );
        let rows = rows.bind(signed(now_ms)).bind(limit).fetch_all(&self.0.readers).await?;
        Ok(rows.into_iter().map(LessonAhead::from).collect())
    }

    /// Lesson and instructor, of lessons that end after `now_ms`.
    pub async fn instructors_ahead(&self, now_ms: u64) -> anyhow::Result<Vec<(String, PersonName)>> {
        let rows = sqlx::query_as::<_, (String, String, String)>(
            "SELECT lesson, person, name FROM lesson_instructors JOIN people ON people.id = person
             JOIN lessons ON lessons.id = lesson WHERE planned_end_ms > $1",
        );
        let rows = rows.bind(signed(now_ms)).fetch_all(&self.0.readers).await?;
        Ok(rows.into_iter().map(|(lesson, person, name)| (lesson, PersonName { person, name })).collect())
    }
}
