//! Courses of a phase, and the lessons of its classes: the same content for many classes, one lesson for
//! each.

use serde_json::json;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::super::audit::{self, Act};
use super::super::{Store, from_word, signed, unsigned, word};
use super::catalogue::find_phase;
use super::{Answer, Refused, Writing, count};
use crate::attendance::date::LocalDate;
use crate::attendance::interval::ServerInstant;
use crate::course::phase::Phase;
use crate::course::role::Scope;
use crate::protocol::{ClassLesson, CourseKind, Mistake, Nature, NewCourse, NewLessons, PhaseCourse, Wrong};

const TITLE_CHARS_MAX: usize = 100;
const MINUTES: std::ops::RangeInclusive<u32> = 5..=480;
const INSTRUCTORS_MAX: usize = 10;
const CREDIT_CH_MAX: u64 = 100_000;

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
        let mut wrong = Vec::new();
        title("title", &new.title, &mut wrong);
        if new.module.chars().count() > TITLE_CHARS_MAX {
            wrong.push(Mistake::field("module", Wrong::TooLong));
        }
        if new.cap_ch.is_some_and(|cap| !(1..=CREDIT_CH_MAX).contains(&cap)) {
            wrong.push(Mistake::field("cap_ch", Wrong::Value));
        }
        if !wrong.is_empty() {
            return Err(Refused::Wrong(wrong));
        }
        let kind = new.kind.unwrap_or_else(|| usual_kind(new.nature));
        let mut writing = self.writing().await?;
        find_phase(&mut *writing, phase).await?;
        let done = sqlx::query(
            "INSERT INTO phase_courses (phase, title, kind, nature, cap_ch, module) VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(phase)
        .bind(new.title.trim())
        .bind(word(kind))
        .bind(word(new.nature))
        .bind(new.cap_ch.map(signed))
        .bind(new.module.trim())
        .execute(&mut *writing)
        .await?;
        let id = done.last_insert_rowid();
        audit::append(&mut writing, self.vault(), Act::done(by, "course.made", phase, json!(new))).await?;
        writing.commit().await?;
        let all = self.courses_of_phase(phase).await?;
        all.into_iter().find(|course| course.id == unsigned(id)).ok_or(Refused::NotFound)
    }

    /// One lesson for each of the classes; all or none.
    pub async fn new_lessons(
        &self,
        by: &str,
        scope: &Scope,
        phase: &str,
        new: &NewLessons,
        now_ms: u64,
    ) -> Answer<Vec<ClassLesson>> {
        let mut writing = self.writing().await?;
        let phase = find_phase(&mut *writing, phase).await?;
        let kind = check(&mut writing, &phase, new).await?;
        let rows = sqlx::query("SELECT id FROM classes WHERE phase = ? ORDER BY number").bind(&phase.id);
        let mut all: Vec<String> = Vec::new();
        for row in rows.fetch_all(&mut *writing).await? {
            all.push(row.try_get(0)?);
        }
        let classes: Vec<&String> = match new.classes.is_empty() {
            true => all.iter().collect(),
            false => all.iter().filter(|class| new.classes.contains(class)).collect(),
        };
        let every_one = classes.len() == new.classes.len() || new.classes.is_empty();
        if classes.is_empty() || !every_one || !classes.iter().all(|class| scope.class(class)) {
            return Err(Refused::field("classes", Wrong::Choice));
        }
        let number = sqlx::query("SELECT count(DISTINCT content) FROM lessons WHERE course = ?");
        let number = number.bind(signed(new.course)).fetch_one(&mut *writing).await?;
        let number: i64 = number.try_get::<i64, _>(0)? + 1;
        check_people(&mut writing, &new.instructors).await?;
        for class in &classes {
            let lesson = Making { phase: &phase, class, number, kind, now_ms };
            lesson.write(&mut writing, new).await?;
        }
        let detail = json!({ "course": new.course, "title": new.title, "classes": classes });
        audit::append(&mut writing, self.vault(), Act::done(by, "lesson.made", &phase.id, detail)).await?;
        writing.commit().await?;
        let content = content(&phase, new.course, number);
        let sql = format!("{LESSONS} WHERE content = ? AND class IS NOT NULL ORDER BY class");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(content).fetch_all(&self.readers).await?;
        Ok(rows.iter().map(lesson).collect::<anyhow::Result<_>>()?)
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

const LESSONS: &str = "SELECT id, class, course, kind, title, content, state, planned_start_ms,
     planned_end_ms, credit_ch, source FROM lessons ";

/// One lesson while it is made.
struct Making<'a> {
    phase: &'a Phase,
    class: &'a str,
    number: i64,
    kind: CourseKind,
    now_ms: u64,
}

impl Making<'_> {
    async fn write(&self, writing: &mut Writing<'_>, new: &NewLessons) -> Answer<()> {
        let id = format!("{}-k{}-{}", self.class, new.course, self.number);
        let end_ms = new.planned_start_ms + u64::from(new.minutes) * 60_000;
        let clash = sqlx::query(
            "SELECT 1 FROM lessons WHERE class = ? AND kind = 'live' AND cancelled_at_ms IS NULL
                 AND planned_start_ms < ? AND planned_end_ms > ?",
        );
        let clash = clash.bind(self.class).bind(signed(end_ms)).bind(signed(new.planned_start_ms));
        if self.kind == CourseKind::Live && clash.fetch_optional(&mut **writing).await?.is_some() {
            return Err(Refused::field("planned_start_ms", Wrong::Taken));
        }
        sqlx::query(
            "INSERT INTO lessons (id, title, created_at_ms, content, credit_ch, planned_start_ms, planned_end_ms,
                 class, course, kind, source)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&id)
        .bind(new.title.trim())
        .bind(signed(self.now_ms))
        .bind(content(self.phase, new.course, self.number))
        .bind(signed(new.credit_ch))
        .bind(signed(new.planned_start_ms))
        .bind(signed(end_ms))
        .bind(self.class)
        .bind(signed(new.course))
        .bind(word(self.kind))
        .bind(&new.source)
        .execute(&mut **writing)
        .await?;
        for instructor in &new.instructors {
            let done = sqlx::query(
                "INSERT INTO lesson_instructors (lesson, person) VALUES (?, ?) ON CONFLICT DO NOTHING",
            );
            done.bind(&id).bind(instructor).execute(&mut **writing).await?;
        }
        sqlx::query(
            "INSERT INTO enrolments (lesson, person, approved_at_ms)
             SELECT ?, person, approved_at_ms FROM registrations
             WHERE class = ? AND state IN ('placed', 'active', 'completed') ON CONFLICT DO NOTHING",
        )
        .bind(&id)
        .bind(self.class)
        .execute(&mut **writing)
        .await?;
        Ok(())
    }
}

/// What is earned once, in whatever class.
fn content(phase: &Phase, course: u64, number: i64) -> String {
    format!("{}-k{course}-{number}", phase.id)
}

async fn check_people(writing: &mut Writing<'_>, instructors: &[String]) -> Answer<()> {
    for person in instructors.iter().take(INSTRUCTORS_MAX + 1) {
        let known = sqlx::query("SELECT 1 FROM account_roles WHERE person = ? AND role = 'instructor'");
        if known.bind(person).fetch_optional(&mut **writing).await?.is_none() {
            return Err(Refused::field("instructors", Wrong::Choice));
        }
    }
    if instructors.len() > INSTRUCTORS_MAX {
        return Err(Refused::field("instructors", Wrong::TooMuch));
    }
    Ok(())
}

/// The kind of the course, when all is well.
async fn check(writing: &mut Writing<'_>, phase: &Phase, new: &NewLessons) -> Answer<CourseKind> {
    let mut wrong = Vec::new();
    title("title", &new.title, &mut wrong);
    if !MINUTES.contains(&new.minutes) {
        wrong.push(Mistake::field("minutes", Wrong::Value));
    }
    if !(1..=CREDIT_CH_MAX).contains(&new.credit_ch) {
        wrong.push(Mistake::field("credit_ch", Wrong::Value));
    }
    let study = LocalDate::window(phase.study.first, phase.study.last);
    let start = ServerInstant::of_fact(new.planned_start_ms);
    let end = start.plus_ms(u64::from(new.minutes) * 60_000);
    if start < study.from || end > study.to {
        wrong.push(Mistake::field("planned_start_ms", Wrong::Value));
    }
    let row = sqlx::query("SELECT kind FROM phase_courses WHERE id = ? AND phase = ?");
    let row = row.bind(signed(new.course)).bind(&phase.id).fetch_optional(&mut **writing).await?;
    let kind: Option<CourseKind> = row.map(|row| from_word(row.try_get(0)?)).transpose()?;
    if kind.is_none() {
        wrong.push(Mistake::field("course", Wrong::Choice));
    }
    if let Some(source) = &new.source {
        let row = sqlx::query("SELECT 1 FROM lessons WHERE id = ?").bind(source);
        let known = row.fetch_optional(&mut **writing).await?.is_some();
        if !known || kind == Some(CourseKind::Live) {
            wrong.push(Mistake::field("source", Wrong::Choice));
        }
    }
    match kind {
        Some(kind) if wrong.is_empty() => Ok(kind),
        _ => Err(Refused::Wrong(wrong)),
    }
}

fn title(field: &str, text: &str, wrong: &mut Vec<Mistake>) {
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

fn lesson(row: &SqliteRow) -> anyhow::Result<ClassLesson> {
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
