//! Plans of lessons: making those of the command line, and changing any.

use serde_json::json;

use crate::attendance::event::Plan;
use crate::lesson::CourseKind;
use crate::store::audit::{self, Act};
use crate::store::lessons::NewLesson;
use crate::store::{Lane, Store, lessons};
use crate::time::clock::now_ms;
use crate::time::{ServerInstant, Span};

/// The default plan of a lesson: 90 minutes from now, 2 学时.
const USUAL_LENGTH_MS: u64 = 90 * 60 * 1000;
const USUAL_CREDIT_CH: u64 = 200;

/// A new plan of a lesson.
#[derive(Debug, Clone)]
pub struct NewPlan<'a> {
    pub title: &'a str,
    pub from: ServerInstant,
    pub to: ServerInstant,
    pub instructors: &'a [String],
}

/// The reason why a plan is not changed.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    #[error("there is no such lesson")]
    NotFound,
    #[error("it has begun, is over or was cancelled")]
    Begun,
    #[error("the class has another lesson then")]
    Clash,
    #[error("this person is no instructor")]
    NoInstructor,
    #[error("the store does not answer")]
    Store(#[source] anyhow::Error),
}

impl From<anyhow::Error> for PlanError {
    fn from(error: anyhow::Error) -> PlanError {
        PlanError::Store(error)
    }
}

/// Makes a lesson with the default plan, from now. Fails if the id is taken.
pub async fn make_usual(store: &Store, id: &str, title: &str) -> anyhow::Result<()> {
    let now = ServerInstant::of_fact(now_ms());
    let plan = Plan {
        lesson: id.to_owned(),
        content: id.to_owned(),
        credit_ch: USUAL_CREDIT_CH,
        planned_start: now,
        planned_end: now.plus_ms(USUAL_LENGTH_MS),
    };
    make(store, title, &plan).await
}

/// Makes a planned lesson from the command line. Fails if its id is taken.
pub async fn make(store: &Store, title: &str, plan: &Plan) -> anyhow::Result<()> {
    let mut writing = store.write(Lane::Office).await?;
    let new = NewLesson {
        id: &plan.lesson,
        title,
        content: &plan.content,
        credit_ch: plan.credit_ch,
        time: Span { from: plan.planned_start, to: plan.planned_end },
        class: None,
        course: None,
        kind: CourseKind::Live,
        source: None,
        now_ms: now_ms(),
    };
    lessons::insert(&mut writing, store.vault(), &new).await?;
    let act = Act::done("cli", "lesson.made", &plan.lesson, json!({ "title": title }));
    audit::append(&mut writing, store.vault(), act).await?;
    writing.commit().await
}

/// Moves a lesson that has not begun, from the command line; false = it has begun, or is not there.
pub async fn move_by_hand(
    store: &Store,
    lesson: &str,
    from: ServerInstant,
    to: ServerInstant,
) -> anyhow::Result<bool> {
    let mut writing = store.write(Lane::Office).await?;
    if !lessons::move_plan(&mut writing, store.vault(), lesson, (from.ms(), to.ms())).await? {
        return Ok(false);
    }
    let detail = json!({ "from_ms": from.ms(), "to_ms": to.ms() });
    audit::append(&mut writing, store.vault(), Act::done("cli", "lesson.changed", lesson, detail)).await?;
    writing.commit().await?;
    Ok(true)
}

/// Changes title and instructors of a lesson, and its time while it has not begun.
pub async fn change(store: &Store, lesson: &str, plan: &NewPlan<'_>, by: &str) -> Result<(), PlanError> {
    let (from_ms, to_ms) = (plan.from.ms(), plan.to.ms());
    let mut writing = store.write(Lane::Office).await?;
    let before = lessons::plan(&mut writing, lesson).await?.ok_or(PlanError::NotFound)?;
    if (before.from_ms, before.to_ms) != (from_ms, to_ms) {
        if !before.waits {
            return Err(PlanError::Begun);
        }
        let time = Span { from: plan.from, to: plan.to };
        if lessons::clashes(&mut writing, before.class.as_deref(), Some(lesson), time).await? {
            return Err(PlanError::Clash);
        }
    }
    lessons::set_plan(&mut writing, store.vault(), lesson, plan.title, (from_ms, to_ms)).await?;
    if !lessons::set_instructors(&mut writing, lesson, plan.instructors).await? {
        return Err(PlanError::NoInstructor);
    }
    let detail =
        json!({ "title": plan.title, "from_ms": from_ms, "to_ms": to_ms, "instructors": plan.instructors });
    audit::append(&mut writing, store.vault(), Act::done(by, "lesson.changed", lesson, detail)).await?;
    Ok(writing.commit().await?)
}

/// Cancels a lesson that has not begun.
pub async fn cancel(store: &Store, lesson: &str, by: &str, reason: &str) -> Result<(), PlanError> {
    let mut writing = store.write(Lane::Office).await?;
    if !lessons::cancel(&mut writing, store.vault(), lesson, now_ms()).await? {
        return Err(PlanError::Begun);
    }
    let act = Act::done(by, "lesson.cancelled", lesson, json!({ "reason": reason }));
    audit::append(&mut writing, store.vault(), act).await?;
    Ok(writing.commit().await?)
}
