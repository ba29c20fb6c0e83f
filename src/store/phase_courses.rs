//! The table `phase_courses`: the courses (课程) of the phases.

use super::db::Writing;
use super::dialect::Connection;
use super::words::Word;
use super::{Store, count, signed, unsigned, word};
use crate::lesson::CourseKind;
use crate::programme::course::Nature;

/// Reads courses.
pub struct PhaseCourses<'a>(&'a Store);

/// A course (课程) of a phase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhaseCourse {
    pub id: u64,
    pub title: String,
    pub kind: CourseKind,
    pub nature: Nature,
    /// Most credit that counts of it, ch; `None` = all of it.
    pub cap_ch: Option<u64>,
    /// Its module; may be empty.
    pub module: String,
    /// Number of its lessons.
    pub lessons: u32,
}

#[derive(sqlx::FromRow)]
struct PhaseCourseRow {
    id: i64,
    title: String,
    kind: Word<CourseKind>,
    nature: Word<Nature>,
    cap_ch: Option<i64>,
    module: String,
    lessons: i64,
}

impl From<PhaseCourseRow> for PhaseCourse {
    fn from(row: PhaseCourseRow) -> PhaseCourse {
        PhaseCourse {
            id: unsigned(row.id),
            title: row.title,
            kind: row.kind.0,
            nature: row.nature.0,
            cap_ch: row.cap_ch.map(unsigned),
            module: row.module,
            lessons: count(row.lessons),
        }
    }
}

/// A course that is to be made.
pub struct NewPhaseCourse<'a> {
    pub phase: &'a str,
    pub title: &'a str,
    pub kind: CourseKind,
    pub nature: Nature,
    pub cap_ch: Option<u64>,
    pub module: &'a str,
}

impl Store {
    pub fn phase_courses(&self) -> PhaseCourses<'_> {
        PhaseCourses(self)
    }
}

impl PhaseCourses<'_> {
    /// The courses of a phase, in the order of making.
    pub async fn of_phase(&self, phase: &str) -> anyhow::Result<Vec<PhaseCourse>> {
        let rows = sqlx::query_as::<_, PhaseCourseRow>(
            "SELECT *, (SELECT count(*) FROM lessons WHERE course = phase_courses.id) AS lessons
             FROM phase_courses WHERE phase = $1 ORDER BY id",
        );
        let rows = rows.bind(phase).fetch_all(&self.0.readers).await?;
        Ok(rows.into_iter().map(PhaseCourse::from).collect())
    }
}

/// The kind of a course; `None` = the phase has no such course.
pub async fn kind(
    connection: &mut Connection,
    phase: &str,
    course: u64,
) -> anyhow::Result<Option<CourseKind>> {
    let kind = sqlx::query_scalar::<_, Word<CourseKind>>(
        "SELECT kind FROM phase_courses WHERE id = $1 AND phase = $2",
    );
    let kind = kind.bind(signed(course)).bind(phase).fetch_optional(connection).await?;
    Ok(kind.map(|word| word.0))
}

/// Writes a course; returns its id.
pub async fn insert(writing: &mut Writing, new: &NewPhaseCourse<'_>) -> anyhow::Result<u64> {
    let done = sqlx::query_scalar::<_, i64>(
        "INSERT INTO phase_courses (phase, title, kind, nature, cap_ch, module) VALUES ($1, $2, $3, $4, $5, $6)
         RETURNING id",
    )
    .bind(new.phase)
    .bind(new.title)
    .bind(word(new.kind))
    .bind(word(new.nature))
    .bind(new.cap_ch.map(signed))
    .bind(new.module);
    Ok(unsigned(done.fetch_one(&mut **writing).await?))
}
