//! Courses of a phase, and the lessons of its classes as they are listed; [`super::making`] makes them.

use serde_json::json;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::super::audit::{self, Act};
use super::super::{Store, from_word, signed, unsigned, word};
use super::catalogue::find_phase;
use super::{Answer, Refused, Writing, count};
use crate::protocol::{ClassLesson, CourseKind, Mistake, Nature, NewCourse, OfCourse, PhaseCourse, Wrong};

const TITLE_CHARS_MAX: usize = 100;
pub(super) const CREDIT_CH_MAX: u64 = 100_000;

/// What the nature suggests (S1-04).
fn usual_kind(nature: Nature) -> CourseKind {
    match nature {
        Nature::Theory => CourseKind::Async,
        Nature::Practice => CourseKind::Live,
    }
}

impl Store {
    pub async fn courses_of_phase(&self, phase: &str) -> Answer<Vec<PhaseCourse>> {
        self.phase(phase).await?;
        let rows = sqlx::query(
            "SELECT *, (SELECT count(*) FROM lessons WHERE course = phase_courses.id) AS lessons
             FROM phase_courses WHERE phase = ? ORDER BY id",
        );
        let rows = rows.bind(phase).fetch_all(&self.readers).await?;
        Ok(rows.iter().map(course).collect::<anyhow::Result<_>>()?)
    }

    pub async fn new_course(&self, by: &str, phase: &str, new: &NewCourse) -> Answer<PhaseCourse> {
        let mut writing = self.writing().await?;
        find_phase(&mut *writing, phase).await?;
        let id = self.make_course(&mut writing, by, phase, new).await?;
        writing.commit().await?;
        let all = self.courses_of_phase(phase).await?;
        all.into_iter().find(|course| course.id == id).ok_or(Refused::NotFound)
    }

    /// The course that is meant, made as part of `writing` when it is a new one.
    pub(super) async fn course_of(
        &self,
        writing: &mut Writing,
        by: &str,
        phase: &str,
        course: &OfCourse,
    ) -> Answer<u64> {
        match course {
            OfCourse::Known(id) => Ok(*id),
            OfCourse::New(new) => self.make_course(writing, by, phase, new).await,
        }
    }

    async fn make_course(
        &self,
        writing: &mut Writing,
        by: &str,
        phase: &str,
        new: &NewCourse,
    ) -> Answer<u64> {
        check_course(new)?;
        let kind = new.kind.unwrap_or_else(|| usual_kind(new.nature));
        let done = sqlx::query(
            "INSERT INTO phase_courses (phase, title, kind, nature, cap_ch, module) VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(phase)
        .bind(new.title.trim())
        .bind(word(kind))
        .bind(word(new.nature))
        .bind(new.cap_ch.map(signed))
        .bind(new.module.trim())
        .execute(&mut **writing)
        .await?;
        audit::append(writing, self.vault(), Act::done(by, "course.made", phase, json!(new))).await?;
        Ok(unsigned(done.last_insert_rowid()))
    }

    /// Lessons of a class in the order of their beginnings.
    pub async fn lessons_of_class(&self, class: &str) -> Answer<Vec<ClassLesson>> {
        let sql = format!("{LESSONS} WHERE class = ? ORDER BY planned_start_ms, id");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(class).fetch_all(&self.readers).await?;
        Ok(rows.iter().map(lesson).collect::<anyhow::Result<_>>()?)
    }

    /// Whether somebody is in a class, in a state that studies.
    pub async fn is_in_class(&self, class: &str, person: &str) -> anyhow::Result<bool> {
        let row = sqlx::query(
            "SELECT EXISTS (SELECT 1 FROM registrations WHERE class = ? AND person = ?
                 AND state IN ('placed', 'active', 'completed'))",
        );
        Ok(row.bind(class).bind(person).fetch_one(&self.readers).await?.try_get(0)?)
    }
}

/// To be read by [`lesson`].
pub(super) const LESSONS: &str = "SELECT id, class, course, kind, title, content, state, planned_start_ms,
     planned_end_ms, credit_ch, source FROM lessons ";

fn check_course(new: &NewCourse) -> Answer<()> {
    let mut wrong = Vec::new();
    title("title", &new.title, &mut wrong);
    if new.module.chars().count() > TITLE_CHARS_MAX {
        wrong.push(Mistake::field("module", Wrong::TooLong));
    }
    if new.cap_ch.is_some_and(|cap| !(1..=CREDIT_CH_MAX).contains(&cap)) {
        wrong.push(Mistake::field("cap_ch", Wrong::Value));
    }
    if wrong.is_empty() { Ok(()) } else { Err(Refused::Wrong(wrong)) }
}

/// Checks the title of a course or a lesson.
pub(super) fn title(field: &str, text: &str, wrong: &mut Vec<Mistake>) {
    match text.trim() {
        "" => wrong.push(Mistake::field(field, Wrong::Missing)),
        text if text.chars().count() > TITLE_CHARS_MAX => wrong.push(Mistake::field(field, Wrong::TooLong)),
        text if text.chars().any(char::is_control) => wrong.push(Mistake::field(field, Wrong::Character)),
        _ => {}
    }
}

fn course(row: &SqliteRow) -> anyhow::Result<PhaseCourse> {
    let (kind, nature) = (from_word(row.try_get("kind")?)?, from_word(row.try_get("nature")?)?);
    Ok(PhaseCourse {
        id: unsigned(row.try_get("id")?),
        title: row.try_get("title")?,
        kind,
        nature,
        unusual: kind != usual_kind(nature),
        cap_ch: row.try_get::<Option<i64>, _>("cap_ch")?.map(unsigned),
        module: row.try_get("module")?,
        lessons: count(row.try_get("lessons")?),
    })
}

pub(super) fn lesson(row: &SqliteRow) -> anyhow::Result<ClassLesson> {
    Ok(ClassLesson {
        lesson: row.try_get("id")?,
        class: row.try_get("class")?,
        course: row.try_get::<Option<i64>, _>("course")?.map(unsigned),
        kind: from_word(row.try_get("kind")?)?,
        title: row.try_get("title")?,
        content: row.try_get("content")?,
        state: from_word(row.try_get("state")?)?,
        planned_start_ms: unsigned(row.try_get("planned_start_ms")?),
        planned_end_ms: unsigned(row.try_get("planned_end_ms")?),
        credit_ch: unsigned(row.try_get("credit_ch")?),
        source: row.try_get("source")?,
    })
}
