//! Published recordings for self-study lessons of a programme: those of the programme itself, and of lessons
//! without a programme.

use sqlx::{AssertSqlSafe, FromRow};

use super::dialect::{Connection, StoredRow};
use super::publications::to_watch;
use super::{Store, unsigned};

/// A published recording.
pub struct StudySource {
    /// Id of the recorded lesson.
    pub lesson: String,
    pub title: String,
    /// Number of the class; `None` = the lesson has no class.
    pub class: Option<u32>,
    /// Length of the part that can be watched, ms.
    pub length_ms: u64,
    pub published_at_ms: u64,
    /// `None` = a lesson of no programme.
    pub programme: Option<String>,
    /// Content of the lesson.
    pub content: String,
}

#[derive(FromRow)]
struct StudySourceRow {
    lesson: String,
    title: String,
    number: Option<u32>,
    published_at_ms: i64,
    programme: Option<String>,
    content: String,
}

/// Recordings of programme `$1`, and of lessons without a programme.
const SOURCES: &str = "SELECT courses.*, programme, classes.number, lessons.content
     FROM courses JOIN lessons ON lessons.id = courses.lesson LEFT JOIN classes ON classes.id = lessons.class
     LEFT JOIN phase_courses ON phase_courses.id = lessons.course
     LEFT JOIN phases ON phases.id = coalesce(classes.phase, phase_courses.phase)
     WHERE (programme IS NULL OR programme = $1)";

/// Reads published recordings.
pub struct StudySources<'a>(&'a Store);

impl Store {
    pub fn study_sources(&self) -> StudySources<'_> {
        StudySources(self)
    }
}

impl StudySources<'_> {
    /// Recordings for lessons of a programme, newest first.
    pub async fn of_programme(&self, programme: &str, limit: u32) -> anyhow::Result<Vec<StudySource>> {
        let sql = format!("{SOURCES} ORDER BY published_at_ms DESC, courses.lesson LIMIT $2");
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(programme).bind(limit);
        rows.fetch_all(&self.0.readers).await?.iter().map(source).collect()
    }
}

/// `None` = no recording of this lesson is published for the programme.
pub async fn find(
    connection: &mut Connection,
    programme: &str,
    lesson: &str,
) -> anyhow::Result<Option<StudySource>> {
    let sql = format!("{SOURCES} AND courses.lesson = $2");
    let row = sqlx::query(AssertSqlSafe(sql)).bind(programme).bind(lesson);
    row.fetch_optional(connection).await?.as_ref().map(source).transpose()
}

fn source(row: &StoredRow) -> anyhow::Result<StudySource> {
    let length_ms = to_watch(row)?.length_ms();
    let row = StudySourceRow::from_row(row)?;
    Ok(StudySource {
        lesson: row.lesson,
        title: row.title,
        class: row.number,
        length_ms,
        published_at_ms: unsigned(row.published_at_ms),
        programme: row.programme,
        content: row.content,
    })
}
