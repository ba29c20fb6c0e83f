//! Tables `lessons` and `lesson_instructors`: lessons with their plans and instructors · `of_classes` the
//! office's plans for the classes of a phase. Every change of a plan seals it again.

use anyhow::Context;
use sqlx::Row;

use super::db::Writing;
use super::vault::Vault;
use super::{Store, from_word, plan_seals, signed, unsigned, word};
use crate::attendance::event::Plan;
use crate::lesson::{ClassState, CourseKind};
use crate::store::dialect::Connection;
use crate::time::{ServerInstant, Span};

pub use self::of_classes::LessonAhead;

mod of_classes;

/// One timetabled meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    pub id: String,
    pub title: String,
    pub state: ClassState,
    pub created_at_ms: u64,
    /// The time of the first start of the class.
    pub started_at_ms: Option<u64>,
    pub plan: Plan,
}

/// The last end of a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    pub at_ms: u64,
    /// The person who ended it; `None` in facts of earlier versions.
    pub by: Option<String>,
}

/// The present plan of a lesson.
#[derive(Debug, Clone)]
pub struct StoredPlan {
    pub class: Option<String>,
    pub from_ms: u64,
    pub to_ms: u64,
    /// The lesson has not begun, is not over and was not cancelled.
    pub waits: bool,
}

#[derive(sqlx::FromRow)]
struct LessonRow {
    id: String,
    title: String,
    state: String,
    created_at_ms: i64,
    started_at_ms: Option<i64>,
    content: String,
    credit_ch: i64,
    planned_start_ms: i64,
    planned_end_ms: i64,
}

/// Reads lessons.
pub struct Lessons<'a>(&'a Store);

impl Store {
    pub fn lessons(&self) -> Lessons<'_> {
        Lessons(self)
    }
}

impl Lessons<'_> {
    /// Whether there is no lesson yet.
    pub async fn is_empty(&self) -> anyhow::Result<bool> {
        let row = sqlx::query("SELECT NOT EXISTS (SELECT 1 FROM lessons)").fetch_one(&self.0.readers).await?;
        Ok(row.try_get(0)?)
    }

    pub async fn find(&self, id: &str) -> anyhow::Result<Option<Lesson>> {
        let row = sqlx::query_as::<_, LessonRow>(
            "SELECT id, title, state, created_at_ms, started_at_ms, content, credit_ch, planned_start_ms,
                 planned_end_ms
             FROM lessons WHERE id = $1",
        );
        row.bind(id).fetch_optional(&self.0.readers).await?.map(LessonRow::lesson).transpose()
    }

    /// The end of a class that has ended.
    pub async fn end_of(&self, lesson: &Lesson) -> anyhow::Result<Option<End>> {
        if lesson.state != ClassState::Ended {
            return Ok(None);
        }
        let row = sqlx::query(
            "SELECT at_ms, body ->> 'by' FROM facts WHERE lesson = $1 AND type = 'class_ended'
             ORDER BY seq DESC LIMIT 1",
        );
        let row = row.bind(&lesson.id).fetch_optional(&self.0.readers).await?;
        row.map(|row| Ok(End { at_ms: unsigned(row.try_get(0)?), by: row.try_get(1)? })).transpose()
    }

    /// Lessons that a person belongs to or came to, newest first. Searches all facts.
    pub async fn of_person(&self, person: &str) -> anyhow::Result<Vec<String>> {
        let rows = sqlx::query(
            "SELECT id FROM lessons
             WHERE id IN (SELECT lesson FROM enrolments WHERE person = $1
                 UNION SELECT lesson FROM facts WHERE person = $1 AND type = 'joined'
                 UNION SELECT lesson FROM secrets WHERE person = $1)
             ORDER BY planned_start_ms DESC, id",
        );
        let rows = rows.bind(person).fetch_all(&self.0.readers).await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }

    pub async fn is_cancelled(&self, id: &str) -> anyhow::Result<bool> {
        let row = sqlx::query(
            "SELECT EXISTS (SELECT 1 FROM lessons WHERE id = $1 AND cancelled_at_ms IS NOT NULL)",
        );
        Ok(row.bind(id).fetch_one(&self.0.readers).await?.try_get(0)?)
    }

    /// Whether a lesson is self-study.
    pub async fn is_self_study(&self, id: &str) -> anyhow::Result<bool> {
        let row = sqlx::query("SELECT EXISTS (SELECT 1 FROM lessons WHERE id = $1 AND kind = 'async')");
        Ok(row.bind(id).fetch_one(&self.0.readers).await?.try_get(0)?)
    }
}

impl LessonRow {
    fn lesson(self) -> anyhow::Result<Lesson> {
        let instant = |ms| ServerInstant::of_fact(unsigned(ms));
        Ok(Lesson {
            title: self.title,
            state: from_word(self.state)?,
            created_at_ms: unsigned(self.created_at_ms),
            started_at_ms: self.started_at_ms.map(unsigned),
            plan: Plan {
                lesson: self.id.clone(),
                content: self.content,
                credit_ch: unsigned(self.credit_ch),
                planned_start: instant(self.planned_start_ms),
                planned_end: instant(self.planned_end_ms),
            },
            id: self.id,
        })
    }
}

/// A lesson that is to be made.
pub struct NewLesson<'a> {
    pub id: &'a str,
    pub title: &'a str,
    /// The content, which is earned once, however many lessons have it.
    pub content: &'a str,
    pub credit_ch: u64,
    pub time: Span<ServerInstant>,
    /// Id of the class; `None` = a recording session, or a lesson of the command line.
    pub class: Option<&'a str>,
    /// Id of the course of the phase; `None` = a lesson of the command line.
    pub course: Option<u64>,
    pub kind: CourseKind,
    /// Lesson whose recording is studied; `None` = live.
    pub source: Option<&'a str>,
    pub now_ms: u64,
}

/// Writes a lesson and seals its plan. Fails if its id is taken.
pub async fn insert(writing: &mut Writing, vault: &Vault, new: &NewLesson<'_>) -> anyhow::Result<()> {
    let insert = sqlx::query(
        "INSERT INTO lessons (id, title, created_at_ms, content, credit_ch, planned_start_ms, planned_end_ms,
             class, course, kind, source)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(new.id)
    .bind(new.title)
    .bind(signed(new.now_ms))
    .bind(new.content)
    .bind(signed(new.credit_ch))
    .bind(signed(new.time.from.ms()))
    .bind(signed(new.time.to.ms()))
    .bind(new.class)
    .bind(new.course.map(signed))
    .bind(word(new.kind))
    .bind(new.source);
    writing.one_row("a lesson", insert).await.with_context(|| format!("cannot make lesson {:?}", new.id))?;
    Ok(plan_seals::seal(writing, vault, new.id).await?)
}

/// Whether there is a lesson with this id.
pub async fn is_known(connection: &mut Connection, lesson: &str) -> anyhow::Result<bool> {
    let known = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM lessons WHERE id = $1)").bind(lesson);
    Ok(known.fetch_one(connection).await?)
}

/// The plan of a lesson; `None` = there is no such lesson.
pub async fn plan(writing: &mut Writing, id: &str) -> anyhow::Result<Option<StoredPlan>> {
    let row = sqlx::query_as::<_, (Option<String>, i64, i64, bool)>(
        "SELECT class, planned_start_ms, planned_end_ms,
             state = 'open' AND started_at_ms IS NULL AND cancelled_at_ms IS NULL
         FROM lessons WHERE id = $1",
    );
    let row = row.bind(id).fetch_optional(&mut **writing).await?;
    Ok(row.map(|(class, from_ms, to_ms, waits)| StoredPlan {
        class,
        from_ms: unsigned(from_ms),
        to_ms: unsigned(to_ms),
        waits,
    }))
}

/// Whether a class has a meeting within this time, other than `moved`. Self-study lessons clash with nothing.
pub async fn clashes(
    connection: &mut Connection,
    class: Option<&str>,
    moved: Option<&str>,
    time: Span<ServerInstant>,
) -> anyhow::Result<bool> {
    let clash = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM lessons WHERE class = $1 AND id IS DISTINCT FROM $2 AND cancelled_at_ms IS NULL
             AND kind = 'live' AND planned_start_ms < $3 AND planned_end_ms > $4
             AND coalesce($2, id) IN (SELECT id FROM lessons WHERE kind = 'live'))",
    );
    let clash = clash.bind(class).bind(moved).bind(signed(time.to.ms())).bind(signed(time.from.ms()));
    Ok(clash.fetch_one(connection).await?)
}

/// Ids of all lessons of a course.
pub async fn ids_of_course(connection: &mut Connection, course: u64) -> anyhow::Result<Vec<String>> {
    let ids = sqlx::query_scalar("SELECT id FROM lessons WHERE course = $1").bind(signed(course));
    Ok(ids.fetch_all(connection).await?)
}

/// Gives a lesson another title and time.
pub async fn set_plan(
    writing: &mut Writing,
    vault: &Vault,
    id: &str,
    title: &str,
    (from_ms, to_ms): (u64, u64),
) -> anyhow::Result<()> {
    let update = sqlx::query(
        "UPDATE lessons SET title = $1, planned_start_ms = $2, planned_end_ms = $3 WHERE id = $4",
    );
    let update = update.bind(title).bind(signed(from_ms)).bind(signed(to_ms)).bind(id);
    writing.one_row("the plan of a lesson", update).await?;
    Ok(plan_seals::seal(writing, vault, id).await?)
}

/// Moves a lesson that has not begun; false = it has, or is not there.
pub async fn move_plan(
    writing: &mut Writing,
    vault: &Vault,
    id: &str,
    (from_ms, to_ms): (u64, u64),
) -> anyhow::Result<bool> {
    let done = sqlx::query(
        "UPDATE lessons SET planned_start_ms = $1, planned_end_ms = $2
         WHERE id = $3 AND started_at_ms IS NULL AND state = 'open'",
    );
    let done = done.bind(signed(from_ms)).bind(signed(to_ms)).bind(id).execute(&mut **writing).await;
    if done.with_context(|| format!("cannot move lesson {id:?}"))?.rows_affected() == 0 {
        return Ok(false);
    }
    plan_seals::seal(writing, vault, id).await?;
    Ok(true)
}

/// Cancels a lesson that has not begun; false = it has, is over, was cancelled before or is not there.
pub async fn cancel(writing: &mut Writing, vault: &Vault, id: &str, now_ms: u64) -> anyhow::Result<bool> {
    let done = sqlx::query(
        "UPDATE lessons SET cancelled_at_ms = $1
         WHERE id = $2 AND state = 'open' AND started_at_ms IS NULL AND cancelled_at_ms IS NULL",
    );
    if done.bind(signed(now_ms)).bind(id).execute(&mut **writing).await?.rows_affected() == 0 {
        return Ok(false);
    }
    plan_seals::seal(writing, vault, id).await?;
    Ok(true)
}

/// Sets exactly these instructors; false = one of them is no instructor, and nothing may be committed.
pub async fn set_instructors(writing: &mut Writing, id: &str, people: &[String]) -> anyhow::Result<bool> {
    sqlx::query("DELETE FROM lesson_instructors WHERE lesson = $1").bind(id).execute(&mut **writing).await?;
    for person in people {
        let insert = sqlx::query(
            "INSERT INTO lesson_instructors (lesson, person)
             SELECT $1, person FROM account_roles WHERE person = $2 AND role = 'instructor'",
        );
        if insert.bind(id).bind(person).execute(&mut **writing).await?.rows_affected() == 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Adds an instructor; no change if the person teaches the lesson already.
pub async fn add_instructor(writing: &mut Writing, lesson: &str, person: &str) -> anyhow::Result<()> {
    let done =
        sqlx::query("INSERT INTO lesson_instructors (lesson, person) VALUES ($1, $2) ON CONFLICT DO NOTHING");
    done.bind(lesson).bind(person).execute(&mut **writing).await?;
    Ok(())
}
