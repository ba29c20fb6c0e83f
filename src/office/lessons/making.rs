//! Making lessons for the classes of a phase: the same content for many classes, one lesson for each; live,
//! or self-study from a published recording. And recording sessions for the latter, which have no class.

use anyhow::Context;
use serde_json::json;

use super::super::{Answer, OfficeRefusal, courses, phases, policies};
use crate::account::role::Scope;
use crate::attendance::coverage::lesson_ch;
use crate::attendance::policy::Policy;
use crate::lesson::CourseKind;
use crate::programme::phase::Phase;
use crate::protocol::{ClassLesson, NewLessons, NewStudio, OfCourse, StudySource};
use crate::store::audit::{self, Act};
use crate::store::lessons::{self, NewLesson};
use crate::store::{Lane, Store, Writing, account_roles, classes, enrolments, phase_courses, study_sources};
use crate::text::mistake::{Mistake, Wrong};
use crate::time::{LocalDate, MediaMs, ServerInstant, Span};

const MINUTES: std::ops::RangeInclusive<u32> = 5..=480;
const INSTRUCTORS_MAX: usize = 10;
/// Most recordings to choose from.
const SOURCES_MAX: u32 = 500;

/// Makes one lesson for each of the classes; all or none. `policy` is the server's, for programmes without
/// one.
pub async fn make(
    store: &Store,
    by: &str,
    scope: &Scope,
    phase: &str,
    new: &NewLessons,
    policy: &Policy,
    now_ms: u64,
) -> Answer<Vec<ClassLesson>> {
    let mut writing = store.write(Lane::Office).await?;
    let phase = phases::find_in(&mut writing, phase).await?;
    let classes = classes_meant(&mut writing, &phase, scope, &new.classes).await?;
    check_people(&mut writing, &new.instructors).await?;
    let course = courses::id_of(store, &mut writing, by, &phase.id, &new.course).await?;
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
    if !(1..=courses::CREDIT_CH_MAX).contains(&new.credit_ch) {
        checked.wrong("credit_ch", Wrong::Value);
    }
    let kind = checked.done()?;
    let ids: Vec<String> = classes.iter().map(|class| format!("{class}-k{course}-{number}")).collect();
    for (class, id) in classes.iter().zip(&ids) {
        let making = Making { id, class: Some(class), course, content: &content, kind, time, now_ms };
        making.write(store, &mut writing, new).await?;
    }
    let detail = json!({ "course": course, "title": new.title, "classes": classes });
    audit::append(&mut writing, store.vault(), Act::done(by, "lesson.made", &phase.id, detail)).await?;
    writing.commit().await?;
    Ok(store.lessons().of_course(course, &ids).await?)
}

/// Makes a lesson without a class, in which instructors record material for self-study. Returns its id.
pub async fn make_studio(
    store: &Store,
    by: &str,
    phase: &str,
    new: &NewStudio,
    now_ms: u64,
) -> Answer<String> {
    let mut writing = store.write(Lane::Office).await?;
    let phase = phases::find_in(&mut writing, phase).await?;
    check_people(&mut writing, &new.instructors).await?;
    let course = courses::id_of(store, &mut writing, by, &phase.id, &new.course).await?;
    let mut checked = Checked::begin(&mut writing, &phase, course, &new.title).await?;
    let time = time_of(new.planned_start_ms, new.minutes);
    if !MINUTES.contains(&new.minutes) {
        checked.wrong("minutes", Wrong::Value);
    }
    if new.instructors.is_empty() {
        checked.wrong("instructors", Wrong::Missing);
    }
    if checked.done()? == CourseKind::Live {
        return Err(OfficeRefusal::field("course", Wrong::Choice));
    }
    let id = format!("{}-k{course}-{}", phase.id, number(&mut writing, course).await?);
    let lessons = NewLessons {
        course: OfCourse::Known(course),
        title: new.title.clone(),
        classes: Vec::new(),
        planned_start_ms: new.planned_start_ms,
        minutes: new.minutes,
        until_ms: None,
        // The credit comes with the lessons made from it.
        credit_ch: 0,
        instructors: new.instructors.clone(),
        source: None,
    };
    let kind = CourseKind::Live;
    let making = Making { id: &id, class: None, course, content: &id, kind, time, now_ms };
    making.write(store, &mut writing, &lessons).await?;
    let detail = json!({ "course": course, "title": new.title, "lesson": id });
    audit::append(&mut writing, store.vault(), Act::done(by, "lesson.made", &phase.id, detail)).await?;
    writing.commit().await?;
    Ok(id)
}

/// Published recordings for self-study lessons of a phase, newest first.
pub async fn sources(store: &Store, phase: &str, policy: &Policy) -> Answer<Vec<StudySource>> {
    let phase = phases::find(store, phase).await?;
    let policy = policies::in_force(store, &phase.programme, policy).await?;
    let sources = store.study_sources().of_programme(&phase.programme, SOURCES_MAX).await?;
    let shown = |source: study_sources::StudySource| StudySource {
        lesson: source.lesson,
        title: source.title,
        class_name: source.class.map(|number| format!("{number:03}")),
        length_ms: source.length_ms,
        worth_ch: lesson_ch(&policy, MediaMs(source.length_ms)),
        published_at_ms: source.published_at_ms,
    };
    Ok(sources.into_iter().map(shown).collect())
}

fn time_of(start_ms: u64, minutes: u32) -> Span<ServerInstant> {
    let from = ServerInstant::of_fact(start_ms);
    Span { from, to: from.plus_ms(u64::from(minutes) * 60_000) }
}

/// The form's content, and its mistakes.
struct Checked {
    kind: CourseKind,
    wrong: Vec<Mistake>,
}

impl Checked {
    async fn begin(writing: &mut Writing, phase: &Phase, course: u64, name: &str) -> Answer<Checked> {
        let mut wrong = Vec::new();
        courses::title("title", name, &mut wrong);
        let kind = phase_courses::kind(writing, &phase.id, course).await?;
        let kind = kind.ok_or_else(|| OfficeRefusal::field("course", Wrong::Choice))?;
        Ok(Checked { kind, wrong })
    }

    fn wrong(&mut self, field: &str, wrong: Wrong) {
        self.wrong.push(Mistake::field(field, wrong));
    }

    fn done(self) -> Answer<CourseKind> {
        if self.wrong.is_empty() { Ok(self.kind) } else { Err(OfficeRefusal::Wrong(self.wrong)) }
    }

    /// The time of a live lesson, within the study.
    fn meeting(&mut self, phase: &Phase, start_ms: u64, minutes: u32) -> Span<ServerInstant> {
        if !MINUTES.contains(&minutes) {
            self.wrong("minutes", Wrong::Value);
        }
        let time = time_of(start_ms, minutes);
        let study = LocalDate::window(phase.study.first, phase.study.last);
        if time.from < study.from || time.to > study.to {
            self.wrong("planned_start_ms", Wrong::Value);
        }
        time
    }

    /// The time in which a recording is watched for credit, within the study (CR-15).
    fn window(&mut self, phase: &Phase, new: &NewLessons) -> Span<ServerInstant> {
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
        Span { from, to }
    }

    /// The content of a recording: it is earned once, live or not, however many lessons are made of it
    /// (CR-13). A lesson of no programme gets one content in each programme that takes it over.
    async fn source(
        &mut self,
        writing: &mut Writing,
        phase: &Phase,
        new: &NewLessons,
        server: &Policy,
    ) -> Answer<Option<String>> {
        let Some(lesson) = &new.source else {
            self.wrong("source", Wrong::Missing);
            return Ok(None);
        };
        let Some(source) = study_sources::find(writing, &phase.programme, lesson).await? else {
            let is_known = lessons::is_known(writing, lesson).await?;
            self.wrong("source", if is_known { Wrong::Unpublished } else { Wrong::Choice });
            return Ok(None);
        };
        let policy = crate::store::policies::in_force(writing, &phase.programme).await?;
        match lesson_ch(policy.as_ref().unwrap_or(server), MediaMs(source.length_ms)) {
            0 => self.wrong("source", Wrong::TooShort),
            worth_ch if new.credit_ch > worth_ch => self.wrong("credit_ch", Wrong::Value),
            _ => {}
        }
        Ok(Some(match source.programme {
            Some(_) => source.content,
            None => format!("{}-of-{lesson}", phase.programme),
        }))
    }
}

/// A lesson in the making.
struct Making<'a> {
    id: &'a str,
    class: Option<&'a str>,
    course: u64,
    content: &'a str,
    kind: CourseKind,
    time: Span<ServerInstant>,
    now_ms: u64,
}

impl Making<'_> {
    async fn write(&self, store: &Store, writing: &mut Writing, new: &NewLessons) -> Answer<()> {
        if self.kind == CourseKind::Live && lessons::clashes(writing, self.class, None, self.time).await? {
            return Err(OfficeRefusal::field("planned_start_ms", Wrong::Taken));
        }
        let lesson = NewLesson {
            id: self.id,
            title: new.title.trim(),
            content: self.content,
            credit_ch: new.credit_ch,
            time: self.time,
            class: self.class,
            course: Some(self.course),
            kind: self.kind,
            source: new.source.as_deref().filter(|_| self.kind == CourseKind::Async),
            now_ms: self.now_ms,
        };
        lessons::insert(writing, store.vault(), &lesson).await?;
        for instructor in &new.instructors {
            lessons::add_instructor(writing, self.id, instructor).await?;
        }
        Ok(enrolments::give_lesson(writing, self.id, self.class).await?)
    }
}

/// Ids of the named classes; without names, all of the phase.
async fn classes_meant(
    writing: &mut Writing,
    phase: &Phase,
    scope: &Scope,
    named: &[String],
) -> Answer<Vec<String>> {
    let known = classes::numbers(writing, &phase.id).await?;
    let mut meant: Vec<String> = known.into_iter().map(|(id, _)| id).collect();
    meant.retain(|class| named.is_empty() || named.contains(class));
    let every_one = named.is_empty() || meant.len() == named.len();
    if meant.is_empty() || !every_one || !meant.iter().all(|class| scope.class(class)) {
        return Err(OfficeRefusal::field("classes", Wrong::Choice));
    }
    Ok(meant)
}

/// The next number of a lesson in a course: one more than the highest at the end of an id.
async fn number(writing: &mut Writing, course: u64) -> Answer<u32> {
    let mut last = 0;
    for id in lessons::ids_of_course(writing, course).await? {
        let number = id.rsplit('-').next().and_then(|end| end.parse().ok());
        last = last.max(number.context("the id of a lesson ends with its number")?);
    }
    Ok(last + 1)
}

async fn check_people(writing: &mut Writing, instructors: &[String]) -> Answer<()> {
    if instructors.len() > INSTRUCTORS_MAX {
        return Err(OfficeRefusal::field("instructors", Wrong::TooMuch));
    }
    for person in instructors {
        if !account_roles::is_instructor(writing, person).await? {
            return Err(OfficeRefusal::field("instructors", Wrong::Choice));
        }
    }
    Ok(())
}
