//! The requirements for completing a phase.

use serde_json::json;

use super::{Answer, OfficeRefusal, phases};
use crate::programme::phase::Phase;
use crate::programme::requirement::{AskedFor, Has, Requirements};
use crate::store::audit::{self, Act};
use crate::store::{Lane, Store, quizzes, requirements, surveys};

/// The present requirements of a phase.
pub async fn of(store: &Store, phase: &str) -> Answer<Requirements> {
    let phase = phases::find(store, phase).await?;
    of_phase(store, &phase).await
}

/// The requirements of a known phase, with its present hours.
pub(super) async fn of_phase(store: &Store, phase: &Phase) -> Answer<Requirements> {
    let set = store.requirements(&phase.id).await?;
    let set = set.unwrap_or_else(|| Requirements::usual(phase.hours_ch));
    Ok(Requirements { hours_ch: phase.hours_ch, ..set })
}

/// Sets the requirements of a phase from now on, as the next version. A phase cannot ask for a self-test or
/// a survey that it does not have, nor for more once certificates are issued.
pub async fn set(
    store: &Store,
    by: &str,
    phase: &str,
    asked: &AskedFor,
    now_ms: u64,
) -> Answer<Requirements> {
    let phase = phases::find(store, phase).await?;
    let mut writing = store.write(Lane::Office).await?;
    let present = requirements::find(&mut writing, &phase.id).await?;
    let present = present.unwrap_or_else(|| Requirements::usual(phase.hours_ch));
    let has = Has {
        quiz: quizzes::rule(&mut writing, &phase.id).await?.is_some(),
        survey: surveys::of_phase(&mut writing, &phase.id).await?.is_some(),
    };
    let next = present.next(asked, has, &phase).map_err(OfficeRefusal::Wrong)?;
    let asking_more = present.fields_asking_more(&next);
    phases::refuse_against_certificates(&mut writing, &phase.id, &asking_more).await?;
    requirements::append(&mut writing, &phase.id, &next, by, now_ms).await?;
    let essay = next.essay.map(|rule| json!({ "least": rule.least, "due": rule.due.to_string() }));
    let detail = json!({ "version": next.version, "essay": essay, "quiz": next.quiz, "survey": next.survey });
    audit::append(&mut writing, store.vault(), Act::done(by, "phase.requirements_set", &phase.id, detail))
        .await?;
    writing.commit().await?;
    Ok(next)
}
