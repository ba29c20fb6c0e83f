//! Courses (课程) of a phase: making and listing them.

use serde_json::json;

use super::{Answer, OfficeRefusal, phases};
use crate::lesson::CourseKind;
use crate::programme::course::Nature;
use crate::protocol::{NewCourse, OfCourse, PhaseCourse};
use crate::store::audit::{self, Act};
use crate::store::phase_courses::{self, NewPhaseCourse};
use crate::store::{Lane, Store, Writing};
use crate::text::mistake::{Mistake, Wrong};

const TITLE_CHARS_MAX: usize = 100;
pub(super) const CREDIT_CH_MAX: u64 = 100_000;

/// The default kind of a nature (S1-04).
fn usual_kind(nature: Nature) -> CourseKind {
    match nature {
        Nature::Theory => CourseKind::Async,
        Nature::Practice => CourseKind::Live,
    }
}

/// The courses of a phase, in the order of their making.
pub async fn all(store: &Store, phase: &str) -> Answer<Vec<PhaseCourse>> {
    phases::find(store, phase).await?;
    Ok(store.phase_courses().of_phase(phase).await?.into_iter().map(shown).collect())
}

pub async fn make(store: &Store, by: &str, phase: &str, new: &NewCourse) -> Answer<PhaseCourse> {
    let mut writing = store.write(Lane::Office).await?;
    phases::find_in(&mut writing, phase).await?;
    let id = insert(store, &mut writing, by, phase, new).await?;
    writing.commit().await?;
    let all = all(store, phase).await?;
    all.into_iter().find(|course| course.id == id).ok_or(OfficeRefusal::NotFound)
}

/// The id of the course in question; a new one is made as part of `writing`.
pub(super) async fn id_of(
    store: &Store,
    writing: &mut Writing,
    by: &str,
    phase: &str,
    course: &OfCourse,
) -> Answer<u64> {
    match course {
        OfCourse::Known(id) => Ok(*id),
        OfCourse::New(new) => insert(store, writing, by, phase, new).await,
    }
}

async fn insert(store: &Store, writing: &mut Writing, by: &str, phase: &str, new: &NewCourse) -> Answer<u64> {
    check(new)?;
    let course = NewPhaseCourse {
        phase,
        title: new.title.trim(),
        kind: new.kind.unwrap_or_else(|| usual_kind(new.nature)),
        nature: new.nature,
        cap_ch: new.cap_ch,
        module: new.module.trim(),
    };
    let id = phase_courses::insert(writing, &course).await?;
    let detail = json!({
        "title": new.title, "kind": new.kind, "nature": new.nature, "cap_ch": new.cap_ch, "module": new.module,
    });
    audit::append(writing, store.vault(), Act::done(by, "course.made", phase, detail)).await?;
    Ok(id)
}

fn check(new: &NewCourse) -> Answer<()> {
    let mut wrong = Vec::new();
    title("title", &new.title, &mut wrong);
    if new.module.chars().count() > TITLE_CHARS_MAX {
        wrong.push(Mistake::field("module", Wrong::TooLong));
    }
    if new.cap_ch.is_some_and(|cap| !(1..=CREDIT_CH_MAX).contains(&cap)) {
        wrong.push(Mistake::field("cap_ch", Wrong::Value));
    }
    if wrong.is_empty() { Ok(()) } else { Err(OfficeRefusal::Wrong(wrong)) }
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

fn shown(course: phase_courses::PhaseCourse) -> PhaseCourse {
    PhaseCourse {
        id: course.id,
        title: course.title,
        unusual: course.kind != usual_kind(course.nature),
        kind: course.kind,
        nature: course.nature,
        cap_ch: course.cap_ch,
        module: course.module,
        lessons: course.lessons,
    }
}
