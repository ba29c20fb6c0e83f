//! Lessons of the classes of a phase: the same content for many classes, one lesson for each; live, or studied
//! alone from a recording that was published. And the recording sessions of such, which have no class.

use anyhow::Context;
use serde_json::json;
use sqlx::Row;

use super::super::audit::{self, Act};
use super::super::replay::to_watch;
use super::super::{Store, from_word, signed, unsigned, word};
use super::catalogue::find_phase;
use super::lessons::{CREDIT_CH_MAX, LESSONS, lesson, title};
use super::{Answer, Refused, Writing};
use crate::attendance::coverage::lesson_ch;
use crate::attendance::date::LocalDate;
use crate::attendance::interval::{MediaMs, ServerInstant};
use crate::attendance::policy::Policy;
use crate::course::phase::Phase;
use crate::course::role::Scope;
use crate::protocol::{
    ClassLesson, CourseKind, Mistake, NewLessons, NewStudio, OfCourse, StudySource, Wrong,
};

const MINUTES: std::ops::RangeInclusive<u32> = 5..=480;
const INSTRUCTORS_MAX: usize = 10;
/// Recordings to choose from.
const SOURCES_MAX: u32 = 500;

impl Store {
    /// One lesson for each of the classes; all or none. `policy` is of the server, for programmes without one.
    pub async fn new_lessons(
        &self,
        by: &str,
        scope: &Scope,
        phase: &str,
        new: &NewLessons,
        policy: &Policy,
        now_ms: u64,
    ) -> Answer<Vec<ClassLesson>> {
        let mut writing = self.writing().await?;
        let phase = find_phase(&mut *writing, phase).await?;
        let classes = classes(&mut writing, &phase, scope, &new.classes).await?;
        check_people(&mut writing, &new.instructors).await?;
        let course = self.course_of(&mut writing, by, &phase.id, &new.course).await?;
        let number = number(&mut writing, course).await?;
        let own = format!("{}-k{course}-{number}", phase.id);
        let mut checked = Checked::begin(&mut writing, &phase, course, &new.title).await?;
        let (time, content) = match checked.kind {
            CourseKind::Live => (checked.meeting(&phase, new.planned_start_ms, new.minutes), own),
            CourseKind::Async => {
                let source = checked.source(&mut writing, &phase, new, policy).await?;
                (checked.window(&phase, new), source.unwrap_or(own))
            }
        };
        if !(1..=CREDIT_CH_MAX).contains(&new.credit_ch) {
            checked.wrong("credit_ch", Wrong::Value);
        }
        let kind = checked.done()?;
        for class in &classes {
            let id = format!("{class}-k{course}-{number}");
            let making = Making { id, class: Some(class), course, content: &content, kind, time, now_ms };
            making.write(&mut writing, new).await?;
        }
        let detail = json!({ "course": course, "title": new.title, "classes": classes });
        audit::append(&mut writing, self.vault(), Act::done(by, "lesson.made", &phase.id, detail)).await?;
        writing.commit().await?;
        let sql =
            format!("{LESSONS} WHERE course = ? AND id IN (SELECT value FROM json_each(?)) ORDER BY class");
        let ids: Vec<String> = classes.iter().map(|class| format!("{class}-k{course}-{number}")).collect();
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(signed(course)).bind(json!(ids).to_string());
        let rows = rows.fetch_all(&self.readers).await?;
        Ok(rows.iter().map(lesson).collect::<anyhow::Result<_>>()?)
    }

    /// A lesson without a class, in which instructors record what is studied alone later. Returns its id.
    pub async fn new_studio(&self, by: &str, phase: &str, new: &NewStudio, now_ms: u64) -> Answer<String> {
        let mut writing = self.writing().await?;
        let phase = find_phase(&mut *writing, phase).await?;
        check_people(&mut writing, &new.instructors).await?;
        let course = self.course_of(&mut writing, by, &phase.id, &new.course).await?;
        let mut checked = Checked::begin(&mut writing, &phase, course, &new.title).await?;
        let time = Time::of(new.planned_start_ms, new.minutes);
        if !MINUTES.contains(&new.minutes) {
            checked.wrong("minutes", Wrong::Value);
        }
        if new.instructors.is_empty() {
            checked.wrong("instructors", Wrong::Missing);
        }
        if checked.done()? == CourseKind::Live {
            return Err(Refused::field("course", Wrong::Choice));
        }
        let id = format!("{}-k{course}-{}", phase.id, number(&mut writing, course).await?);
        let lessons = NewLessons {
            course: OfCourse::Known(course),
            title: new.title.clone(),
            classes: Vec::new(),
            planned_start_ms: new.planned_start_ms,
            minutes: new.minutes,
            until_ms: None,
            // Credit comes with the lessons that are made of it.
            credit_ch: 0,
            instructors: new.instructors.clone(),
            source: None,
        };
        let making = Making {
            id: id.clone(),
            class: None,
            course,
            content: &id,
            kind: CourseKind::Live,
            time,
            now_ms,
        };
        making.write(&mut writing, &lessons).await?;
        let detail = json!({ "course": course, "title": new.title, "lesson": id });
        audit::append(&mut writing, self.vault(), Act::done(by, "lesson.made", &phase.id, detail)).await?;
        writing.commit().await?;
        Ok(id)
    }

    /// Published recordings of which lessons of a phase may be made, the newest first.
    pub async fn study_sources(&self, phase: &str, policy: &Policy) -> Answer<Vec<StudySource>> {
        let phase = self.phase(phase).await?;
        let mut reader = self.readers.acquire().await?;
        let policy = policy_of(&mut reader, &phase.programme, policy).await?;
        let sql = format!("{SOURCES} ORDER BY published_at_ms DESC, courses.lesson LIMIT ?2");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(&phase.programme).bind(SOURCES_MAX);
        let mut sources = Vec::new();
        for row in rows.fetch_all(&mut *reader).await? {
            let length_ms = to_watch(&row)?.length_ms();
            sources.push(StudySource {
                lesson: row.try_get("lesson")?,
                title: row.try_get("title")?,
                class_name: row.try_get::<Option<u32>, _>("number")?.map(|number| format!("{number:03}")),
                length_ms,
                worth_ch: lesson_ch(&policy, MediaMs(length_ms)),
                published_at_ms: unsigned(row.try_get("published_at_ms")?),
            });
        }
        Ok(sources)
    }
}

/// Of programme `?1`, and of lessons of no programme.
const SOURCES: &str = "SELECT courses.*, programme, classes.number, lessons.content
     FROM courses JOIN lessons ON lessons.id = courses.lesson LEFT JOIN classes ON classes.id = lessons.class
     LEFT JOIN phase_courses ON phase_courses.id = lessons.course
     LEFT JOIN phases ON phases.id = coalesce(classes.phase, phase_courses.phase)
     WHERE (programme IS NULL OR programme = ?1)";

/// The time of a lesson.
#[derive(Clone, Copy)]
struct Time {
    from: ServerInstant,
    to: ServerInstant,
}

impl Time {
    fn of(start_ms: u64, minutes: u32) -> Time {
        let from = ServerInstant::of_fact(start_ms);
        Time { from, to: from.plus_ms(u64::from(minutes) * 60_000) }
    }
}

/// What was filled in, and what is wrong with it.
struct Checked {
    kind: CourseKind,
    wrong: Vec<Mistake>,
}

impl Checked {
    async fn begin(writing: &mut Writing, phase: &Phase, course: u64, name: &str) -> Answer<Checked> {
        let mut wrong = Vec::new();
        title("title", name, &mut wrong);
        let row = sqlx::query("SELECT kind FROM phase_courses WHERE id = ? AND phase = ?");
        let row = row.bind(signed(course)).bind(&phase.id).fetch_optional(&mut **writing).await?;
        let row = row.ok_or_else(|| Refused::field("course", Wrong::Choice))?;
        Ok(Checked { kind: from_word(row.try_get("kind")?)?, wrong })
    }

    fn wrong(&mut self, field: &str, wrong: Wrong) {
        self.wrong.push(Mistake::field(field, wrong));
    }

    fn done(self) -> Answer<CourseKind> {
        if self.wrong.is_empty() { Ok(self.kind) } else { Err(Refused::Wrong(self.wrong)) }
    }

    /// The time of a live lesson, within the study.
    fn meeting(&mut self, phase: &Phase, start_ms: u64, minutes: u32) -> Time {
        if !MINUTES.contains(&minutes) {
            self.wrong("minutes", Wrong::Value);
        }
        let time = Time::of(start_ms, minutes);
        let study = LocalDate::window(phase.study.first, phase.study.last);
        if time.from < study.from || time.to > study.to {
            self.wrong("planned_start_ms", Wrong::Value);
        }
        time
    }

    /// In which a recording is watched for credit, within the study (CR-15).
    fn window(&mut self, phase: &Phase, new: &NewLessons) -> Time {
        let study = LocalDate::window(phase.study.first, phase.study.last);
        let from = ServerInstant::of_fact(new.planned_start_ms);
        let to = new.until_ms.map_or(study.to, ServerInstant::of_fact);
        if from < study.from || from >= study.to {
            self.wrong("planned_start_ms", Wrong::Value);
        } else if to <= from {
            self.wrong("until_ms", Wrong::Order);
        } else if to > study.to {
            self.wrong("until_ms", Wrong::Value);
        }
        Time { from, to }
    }

    /// The content of a recording: it is earned once, live or not, however many lessons are made of it
    /// (CR-13). A lesson of no programme has one in each that takes it over.
    async fn source(
        &mut self,
        writing: &mut Writing,
        phase: &Phase,
        new: &NewLessons,
        policy: &Policy,
    ) -> Answer<Option<String>> {
        let Some(source) = &new.source else {
            self.wrong("source", Wrong::Missing);
            return Ok(None);
        };
        let sql = format!("{SOURCES} AND courses.lesson = ?2");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(&phase.programme).bind(source);
        let Some(row) = row.fetch_optional(&mut **writing).await? else {
            let known = sqlx::query("SELECT EXISTS (SELECT 1 FROM lessons WHERE id = ?)").bind(source);
            let known = known.fetch_one(&mut **writing).await?.try_get(0)?;
            self.wrong("source", if known { Wrong::Unpublished } else { Wrong::Choice });
            return Ok(None);
        };
        let course = to_watch(&row)?;
        let policy = policy_of(writing, &phase.programme, policy).await?;
        match lesson_ch(&policy, MediaMs(course.length_ms())) {
            0 => self.wrong("source", Wrong::TooShort),
            worth_ch if new.credit_ch > worth_ch => self.wrong("credit_ch", Wrong::Value),
            _ => {}
        }
        Ok(Some(match row.try_get::<Option<&str>, _>("programme")? {
            Some(_) => row.try_get("content")?,
            None => format!("{}-of-{source}", phase.programme),
        }))
    }
}

/// One lesson while it is made.
struct Making<'a> {
    id: String,
    class: Option<&'a str>,
    course: u64,
    content: &'a str,
    kind: CourseKind,
    time: Time,
    now_ms: u64,
}

impl Making<'_> {
    async fn write(&self, writing: &mut Writing, new: &NewLessons) -> Answer<()> {
        let Time { from, to } = self.time;
        let clash = sqlx::query(
            "SELECT 1 FROM lessons WHERE class = ? AND kind = 'live' AND cancelled_at_ms IS NULL
                 AND planned_start_ms < ? AND planned_end_ms > ?",
        );
        let clash = clash.bind(self.class).bind(signed(to.ms())).bind(signed(from.ms()));
        if self.kind == CourseKind::Live && clash.fetch_optional(&mut **writing).await?.is_some() {
            return Err(Refused::field("planned_start_ms", Wrong::Taken));
        }
        sqlx::query(
            "INSERT INTO lessons (id, title, created_at_ms, content, credit_ch, planned_start_ms, planned_end_ms,
                 class, course, kind, source)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(&self.id)
        .bind(new.title.trim())
        .bind(signed(self.now_ms))
        .bind(self.content)
        .bind(signed(new.credit_ch))
        .bind(signed(from.ms()))
        .bind(signed(to.ms()))
        .bind(self.class)
        .bind(signed(self.course))
        .bind(word(self.kind))
        .bind(new.source.as_ref().filter(|_| self.kind == CourseKind::Async))
        .execute(&mut **writing)
        .await?;
        for instructor in &new.instructors {
            let done = sqlx::query(
                "INSERT INTO lesson_instructors (lesson, person) VALUES (?, ?) ON CONFLICT DO NOTHING",
            );
            done.bind(&self.id).bind(instructor).execute(&mut **writing).await?;
        }
        sqlx::query(
            "INSERT INTO enrolments (lesson, person, approved_at_ms)
             SELECT ?, person, approved_at_ms FROM registrations
             WHERE class = ? AND state IN ('placed', 'active', 'completed') ON CONFLICT DO NOTHING",
        )
        .bind(&self.id)
        .bind(self.class)
        .execute(&mut **writing)
        .await?;
        Ok(())
    }
}

/// The classes that are meant; none named: all of the phase.
async fn classes(
    writing: &mut Writing,
    phase: &Phase,
    scope: &Scope,
    named: &[String],
) -> Answer<Vec<String>> {
    let rows = sqlx::query("SELECT id FROM classes WHERE phase = ? ORDER BY number").bind(&phase.id);
    let mut classes: Vec<String> = Vec::new();
    for row in rows.fetch_all(&mut **writing).await? {
        classes.push(row.try_get(0)?);
    }
    classes.retain(|class| named.is_empty() || named.contains(class));
    let every_one = named.is_empty() || classes.len() == named.len();
    if classes.is_empty() || !every_one || !classes.iter().all(|class| scope.class(class)) {
        return Err(Refused::field("classes", Wrong::Choice));
    }
    Ok(classes)
}

/// The next number of a lesson in a course: one more than the highest at the end of an id.
async fn number(writing: &mut Writing, course: u64) -> Answer<u32> {
    let rows = sqlx::query("SELECT id FROM lessons WHERE course = ?").bind(signed(course));
    let mut last = 0;
    for row in rows.fetch_all(&mut **writing).await? {
        let id: &str = row.try_get(0)?;
        let number = id.rsplit('-').next().and_then(|end| end.parse().ok());
        last = last.max(number.context("the id of a lesson ends with its number")?);
    }
    Ok(last + 1)
}

/// The policy of a programme that is in force, or else the server's.
pub(super) async fn policy_of(
    reader: &mut sqlx::SqliteConnection,
    programme: &str,
    server: &Policy,
) -> anyhow::Result<Policy> {
    let row = sqlx::query("SELECT toml FROM policies WHERE programme = ? ORDER BY seq DESC LIMIT 1");
    let row = row.bind(programme).fetch_optional(reader).await?;
    row.map_or_else(|| Ok(server.clone()), |row| Ok(Policy::from_toml(row.try_get(0)?)?))
}

async fn check_people(writing: &mut Writing, instructors: &[String]) -> Answer<()> {
    if instructors.len() > INSTRUCTORS_MAX {
        return Err(Refused::field("instructors", Wrong::TooMuch));
    }
    for person in instructors {
        let known = sqlx::query("SELECT 1 FROM account_roles WHERE person = ? AND role = 'instructor'");
        if known.bind(person).fetch_optional(&mut **writing).await?.is_none() {
            return Err(Refused::field("instructors", Wrong::Choice));
        }
    }
    Ok(())
}
