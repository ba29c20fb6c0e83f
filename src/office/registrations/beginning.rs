//! The first step of study: for people who were in class, or watched, for the first time.

use crate::programme::enrolment;
use crate::programme::phase::Timing;
use crate::store::Writing;
use crate::store::registrations::{self, Step};

/// Moves those of `people` one step on who have a place in the class of `lesson` and did not begin yet.
pub(in crate::office) async fn begin(
    writing: &mut Writing,
    lesson: &str,
    people: &[&str],
    now_ms: u64,
) -> anyhow::Result<()> {
    if people.is_empty() {
        return Ok(());
    }
    for one in registrations::in_class_of(writing, lesson, people).await? {
        // Registration no longer matters. People who have begun, or left, take no such step.
        let Ok(state) = one.state.after(enrolment::Step::Begin, Timing::Closed) else { continue };
        let step = Step { id: one.id, step: "begin", state, by: None, reason: &one.reason, now_ms };
        registrations::set_state(writing, &one.phase, &step).await?;
    }
    Ok(())
}
