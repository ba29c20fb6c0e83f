//! Decisions of the office. Each registration has its own outcome; a few at a time share a transaction, so
//! that a long list does not keep a running class from writing its facts.

use std::collections::BTreeSet;

use serde_json::json;

use super::{schools, seats};
use crate::account::role::Scope;
use crate::office::{Answer, OfficeRefusal, classes, phases, reason};
use crate::programme::enrolment::{self, State};
use crate::programme::nomination::ATTESTATION_CHARS_MAX;
use crate::programme::phase::Phase;
use crate::protocol::{Decide, Decided, Decision, Outcome};
use crate::store::audit::{self, Act};
use crate::store::registrations::{self, Standing, Step};
use crate::store::{Lane, Store, Writing};
use crate::text::mistake::{Mistake, Wrong};
use crate::time::ServerInstant;

/// Most decisions of one request.
pub(super) const IDS_MAX: usize = 1000;
/// Most decisions of one transaction.
const AT_ONCE: usize = 10;

/// The deciding person, the decision, and the time.
struct Deciding<'a> {
    by: &'a str,
    scope: &'a Scope,
    phase: Phase,
    decision: Decision,
    reason: &'a str,
    /// The unit's recommendation.
    attestation: &'a str,
    now_ms: u64,
}

/// Decides on registrations of a phase, in the order of their submission. Those outside of `scope` are
/// unknown.
pub async fn decide(
    store: &Store,
    by: &str,
    scope: &Scope,
    phase: &str,
    decide: &Decide,
    now_ms: u64,
) -> Answer<Decided> {
    let needs_reason = matches!(decide.decision, Decision::Reject | Decision::Withdraw);
    let reason = reason(&decide.reason, needs_reason)?;
    let attestation = attestation(decide)?;
    if decide.ids.is_empty() || decide.ids.len() > IDS_MAX {
        let figures = vec![u32::try_from(IDS_MAX).unwrap_or(u32::MAX)];
        let mistake = Mistake { figures, ..Mistake::field("ids", Wrong::TooMuch) };
        return Err(OfficeRefusal::Wrong(vec![mistake]));
    }
    let ids = by_submission(store, phase, &decide.ids).await?;
    let mut decided = Decided { outcomes: Vec::with_capacity(ids.len()), promoted: 0 };
    for ids in ids.chunks(AT_ONCE) {
        let mut writing = store.write(Lane::Office).await?;
        let phase = phases::find_in(&mut writing, phase).await?;
        let deciding = Deciding { by, scope, phase, decision: decide.decision, reason, attestation, now_ms };
        let mut places = false;
        for id in ids {
            let outcome = decide_one(store, &mut writing, &deciding, *id, &mut decided.promoted).await?;
            places |= outcome.state == Some(State::Approved);
            decided.outcomes.push(outcome);
        }
        if places && deciding.phase.formed {
            classes::place(&mut writing, &deciding.phase, now_ms).await?;
            tell_places(&mut writing, &deciding.phase.id, &mut decided.outcomes).await?;
        }
        writing.commit().await?;
    }
    Ok(decided)
}

/// The ids in the order of submission, whatever the order of the request: seats and classes follow it.
/// Unknown ids come last.
async fn by_submission(store: &Store, phase: &str, ids: &[u64]) -> Answer<Vec<u64>> {
    let mut sorted = store.registrations().by_submission(phase, ids).await?;
    let known: BTreeSet<u64> = sorted.iter().copied().collect();
    let unknown: BTreeSet<u64> = ids.iter().copied().filter(|id| !known.contains(id)).collect();
    sorted.extend(unknown);
    Ok(sorted)
}

async fn decide_one(
    store: &Store,
    writing: &mut Writing,
    deciding: &Deciding<'_>,
    id: u64,
    promoted: &mut u32,
) -> Answer<Outcome> {
    let before = registrations::standing(writing, &deciding.phase.id, id).await?;
    // Drafts are only for their owner.
    let before = before.filter(|one| one.state != State::Draft && deciding.scope.unit(&one.unit));
    let Some(before) = before else { return Ok(refused(id, None, "not_found")) };
    if before.person == deciding.by {
        return Ok(refused(id, None, "own_registration"));
    }
    match deciding.step(writing, &before).await {
        Ok(stepped) => {
            *promoted += stepped.moved;
            let target = id.to_string();
            let act = Act::done(deciding.by, deciding.act(), &target, deciding.detail(&before, &stepped));
            audit::append(writing, store.vault(), act).await?;
            Ok(Outcome { id, state: Some(stepped.state), refused: None, school: None })
        }
        Err(why) => {
            let Some(code) = code_of(&why) else { return Err(why) };
            let school = if let OfficeRefusal::SchoolFull(school) = why { Some(school) } else { None };
            Ok(Outcome { school, ..refused(id, Some(before.state), code) })
        }
    }
}

fn refused(id: u64, state: Option<State>, code: &str) -> Outcome {
    Outcome { id, state, refused: Some(code.to_owned()), school: None }
}

/// The unit's words for the people it recommends; empty for other decisions.
fn attestation(decide: &Decide) -> Answer<&str> {
    let text = decide.attestation.trim();
    if text.chars().count() > ATTESTATION_CHARS_MAX {
        return Err(OfficeRefusal::field("attestation", Wrong::TooLong));
    }
    if text.chars().any(|c| c.is_control() && c != '\n') {
        return Err(OfficeRefusal::field("attestation", Wrong::Character));
    }
    if !text.is_empty() && decide.decision != Decision::Recommend {
        return Err(OfficeRefusal::field("attestation", Wrong::Choice));
    }
    Ok(text)
}

/// The outcome of one decision.
struct Stepped {
    state: State,
    /// Number of others who moved up.
    moved: u32,
    /// Number of others who have waited longer and go on waiting.
    passed_over: u32,
}

impl From<State> for Stepped {
    fn from(state: State) -> Stepped {
        Stepped { state, moved: 0, passed_over: 0 }
    }
}

/// The code for the refusal of one registration; `None` = the whole request fails.
fn code_of(refused: &OfficeRefusal) -> Option<&'static str> {
    match refused {
        OfficeRefusal::Step(_) => Some("wrong_state"),
        OfficeRefusal::Quota => Some("quota"),
        OfficeRefusal::OutOfTurn => Some("out_of_turn"),
        OfficeRefusal::SchoolFull(_) => Some("school_full"),
        _ => None,
    }
}

impl Deciding<'_> {
    fn act(&self) -> &'static str {
        match self.decision {
            Decision::Recommend => "registration.recommended",
            Decision::Reject => "registration.rejected",
            Decision::Approve => "registration.approved",
            Decision::Waitlist => "registration.waitlisted",
            Decision::Withdraw => "registration.withdrawn",
        }
    }

    /// The details for the audit log.
    fn detail(&self, before: &Standing, stepped: &Stepped) -> serde_json::Value {
        let mut detail = json!({
            "phase": self.phase.id, "unit": before.unit, "before": before.state, "state": stepped.state,
            "reason": self.reason,
        });
        if stepped.passed_over > 0 {
            detail["passed_over"] = json!(stepped.passed_over);
        }
        detail
    }

    async fn step(&self, writing: &mut Writing, before: &Standing) -> Answer<Stepped> {
        let timing = self.phase.registration.at(ServerInstant::of_fact(self.now_ms));
        let (step, name) = match self.decision {
            Decision::Recommend => return self.recommend(writing, before).await,
            Decision::Withdraw => {
                let (by, reason) = (self.by, self.reason);
                let moved = seats::withdraw(writing, &self.phase, before, by, reason, self.now_ms).await?;
                return Ok(Stepped { moved, ..State::Withdrawn.into() });
            }
            Decision::Reject => (enrolment::Step::Reject, "reject"),
            Decision::Waitlist => (enrolment::Step::Waitlist, "waitlist"),
            Decision::Approve => (enrolment::Step::Approve, "approve"),
        };
        let mut stepped: Stepped = before.state.after(step, timing)?.into();
        if step == enrolment::Step::Approve {
            stepped = self.approve(writing, before).await?;
        }
        seats::take(writing, &self.phase.id, &self.step_to(before, name, stepped.state)).await?;
        Ok(stepped)
    }

    fn step_to<'s>(&'s self, before: &Standing, step: &'s str, state: State) -> Step<'s> {
        let (by, reason, now_ms) = (Some(self.by), self.reason, self.now_ms);
        Step { id: before.id, step, state, by, reason, now_ms }
    }

    /// Gives a seat, or a place on the waiting list. A waiting registration gets a seat by hand only if one
    /// is free, and out of turn only with a reason. Nobody else decides between this count and this decision:
    /// the transaction is the only one.
    async fn approve(&self, writing: &mut Writing, before: &Standing) -> Answer<Stepped> {
        if let Some(school) = schools::full_school(writing, &self.phase, before.id).await? {
            return Err(OfficeRefusal::SchoolFull(school));
        }
        let state = seats::of_unit(writing, &self.phase.id, &before.unit).await?.approve();
        if before.state != State::Waitlisted {
            return Ok(state.into());
        }
        if state == State::Waitlisted {
            return Err(OfficeRefusal::Quota);
        }
        let passed_over = seats::waiting_before(writing, &self.phase, before.id).await?;
        if passed_over > 0 && self.reason.is_empty() {
            return Err(OfficeRefusal::OutOfTurn);
        }
        Ok(Stepped { passed_over, ..state.into() })
    }

    async fn recommend(&self, writing: &mut Writing, before: &Standing) -> Answer<Stepped> {
        if !matches!(before.state, State::Submitted | State::Waitlisted) {
            return Err(enrolment::Refused::WrongState.into());
        }
        registrations::recommend(writing, before.id, self.attestation, self.now_ms).await?;
        registrations::note(writing, &self.step_to(before, "recommend", before.state)).await?;
        Ok(before.state.into())
    }
}

/// Tells the class that an approval may have led to at once.
async fn tell_places(writing: &mut Writing, phase: &str, outcomes: &mut [Outcome]) -> Answer<()> {
    for outcome in outcomes.iter_mut().filter(|one| one.state == Some(State::Approved)) {
        let now = registrations::standing(writing, phase, outcome.id).await?;
        outcome.state = Some(now.ok_or(OfficeRefusal::NotFound)?.state);
    }
    Ok(())
}
