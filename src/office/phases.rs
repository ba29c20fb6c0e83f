//! Phases of the programmes: finding, making, changing.

use serde_json::json;

use super::registrations::seats;
use super::{Answer, OfficeRefusal};
use crate::programme::phase::NewPhase;
use crate::programme::phase::Phase;
use crate::store::audit::{self, Act};
use crate::store::{Lane, Store, Writing, certificates, phases, programmes, quotas};
use crate::text::mistake::{Mistake, Wrong};

pub async fn find(store: &Store, id: &str) -> Answer<Phase> {
    store.phases().find(id).await?.ok_or(OfficeRefusal::NotFound)
}

/// Finds a phase as part of a decision.
pub(super) async fn find_in(writing: &mut Writing, id: &str) -> Answer<Phase> {
    phases::find(writing, id).await?.ok_or(OfficeRefusal::NotFound)
}

/// The phases of a programme, sorted by number; at least one.
pub(super) async fn of_programme(store: &Store, programme: &str) -> Answer<Vec<Phase>> {
    some(store.phases().of_programme(programme).await?)
}

/// The phases of a programme as part of a decision.
pub(super) async fn of_programme_in(writing: &mut Writing, programme: &str) -> Answer<Vec<Phase>> {
    some(phases::of_programme(writing, programme).await?)
}

fn some(phases: Vec<Phase>) -> Answer<Vec<Phase>> {
    if phases.is_empty() { Err(OfficeRefusal::NotFound) } else { Ok(phases) }
}

pub async fn make(store: &Store, by: &str, programme: &str, new: &NewPhase) -> Answer<Phase> {
    let phase = Phase::check(programme, new).map_err(OfficeRefusal::Wrong)?;
    let mut writing = store.write(Lane::Office).await?;
    if !programmes::is_known(&mut writing, programme).await? {
        return Err(OfficeRefusal::NotFound);
    }
    if !phases::insert(&mut writing, &phase).await? {
        return Err(OfficeRefusal::Taken);
    }
    audit::append(&mut writing, store.vault(), act(by, "phase.made", &phase)).await?;
    writing.commit().await?;
    Ok(phase)
}

/// Changes everything but the number. Fewer seats than the quotas give away are refused, and changes of what
/// is on certificates; people keep their seats, whatever the new bound of a school.
pub async fn change(store: &Store, by: &str, id: &str, new: &NewPhase, now_ms: u64) -> Answer<Phase> {
    let mut writing = store.write(Lane::Office).await?;
    let before = find_in(&mut writing, id).await?;
    let new = NewPhase { number: before.number, ..new.clone() };
    let phase = Phase::check(&before.programme, &new).map_err(OfficeRefusal::Wrong)?;
    let phase = Phase { formed: before.formed, ..phase };
    let given = quotas::given(&mut writing, id).await?;
    if given > phase.plan_seats {
        let figures = vec![given, phase.plan_seats];
        let mistake = Mistake { figures, ..Mistake::field("plan_seats", Wrong::AbovePlan) };
        return Err(OfficeRefusal::Wrong(vec![mistake]));
    }
    refuse_against_certificates(&mut writing, id, &before.fields_against_certificates(&phase)).await?;
    phases::update(&mut writing, &phase).await?;
    audit::append(&mut writing, store.vault(), act(by, "phase.changed", &phase)).await?;
    if phase.per_school != before.per_school {
        seats::promote_all(&mut writing, &phase, now_ms).await?;
    }
    writing.commit().await?;
    Ok(phase)
}

/// Refuses changed fields while certificates of the phase are valid, or wait to be issued.
pub(super) async fn refuse_against_certificates(
    writing: &mut Writing,
    phase: &str,
    fields: &[&str],
) -> Answer<()> {
    if fields.is_empty() {
        return Ok(());
    }
    let count = certificates::in_force(writing, phase).await?;
    let wrong = |field: &&str| Mistake { figures: vec![count], ..Mistake::field(*field, Wrong::Certified) };
    if count == 0 { Ok(()) } else { Err(OfficeRefusal::Wrong(fields.iter().map(wrong).collect())) }
}

fn act<'a>(by: &'a str, act: &'static str, phase: &'a Phase) -> Act<'a> {
    let detail = json!({
        "title": phase.title,
        "hours_ch": phase.hours_ch,
        "plan_seats": phase.plan_seats,
        "registration": format!("{}/{}", phase.registration.first, phase.registration.last),
        "study": format!("{}/{}", phase.study.first, phase.study.last),
        "per_school": phase.per_school,
    });
    Act::done(by, act, &phase.id, detail)
}
