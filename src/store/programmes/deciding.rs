//! Decisions of the office. Each registration has its own outcome; some at once share a transaction, so
//! that a long list does not keep a running class from writing its facts.

use std::collections::BTreeSet;

use serde_json::json;
use sqlx::Row;

use super::super::audit::{self, Act};
use super::super::{Store, from_word, signed, unsigned};
use super::catalogue::find_phase;
use super::seats::{self, Taken};
use super::{Answer, Refused, Writing, classes, reason, schools};
use crate::attendance::interval::ServerInstant;
use crate::course::enrolment::{self, State, Step};
use crate::course::nomination::ATTESTATION_CHARS_MAX;
use crate::course::phase::Phase;
use crate::course::role::Scope;
use crate::protocol::{Decide, Decided, Decision, Mistake, Outcome, Wrong};

/// Decisions of one request.
pub(super) const IDS_MAX: usize = 1000;
/// Decisions of one transaction.
const AT_ONCE: usize = 20;

/// Who decides what, and when.
struct Deciding<'a> {
    by: &'a str,
    scope: &'a Scope,
    phase: Phase,
    decision: Decision,
    reason: &'a str,
    /// Why the unit speaks for them.
    attestation: &'a str,
    now_ms: u64,
}

impl Store {
    /// Decides on registrations of a phase, in the order of their submission. Those outside of `scope` are
    /// unknown.
    pub async fn decide_registrations(
        &self,
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
            return Err(Refused::Wrong(vec![Mistake { figures, ..Mistake::field("ids", Wrong::TooMuch) }]));
        }
        let ids = self.by_submission(phase, &decide.ids).await?;
        let mut decided = Decided { outcomes: Vec::with_capacity(ids.len()), promoted: 0 };
        for ids in ids.chunks(AT_ONCE) {
            let mut writing = self.writing().await?;
            let phase = find_phase(&mut *writing, phase).await?;
            let deciding =
                Deciding { by, scope, phase, decision: decide.decision, reason, attestation, now_ms };
            let mut places = false;
            for id in ids {
                let outcome = self.decide_one(&mut writing, &deciding, *id, &mut decided.promoted).await?;
                places |= outcome.state == Some(State::Approved);
                decided.outcomes.push(outcome);
            }
            if places && deciding.phase.formed {
                classes::place(&mut writing, &deciding.phase, now_ms).await?;
                tell_places(&mut writing, &mut decided.outcomes).await?;
            }
            writing.commit().await?;
        }
        Ok(decided)
    }

    /// The ids in the order in which they were submitted, whatever the order of the request: seats, and
    /// classes, go by it. Unknown ones come last.
    async fn by_submission(&self, phase: &str, ids: &[u64]) -> Answer<Vec<u64>> {
        let rows = sqlx::query(
            "SELECT id FROM registrations WHERE phase = ? AND id IN (SELECT value FROM json_each(?))
             ORDER BY submission",
        );
        let rows = rows.bind(phase).bind(json!(ids).to_string()).fetch_all(&self.readers).await?;
        let mut sorted = rows
            .iter()
            .map(|row| Ok(unsigned(row.try_get(0)?)))
            .collect::<Result<Vec<u64>, sqlx::Error>>()?;
        let known: BTreeSet<u64> = sorted.iter().copied().collect();
        let unknown: BTreeSet<u64> = ids.iter().copied().filter(|id| !known.contains(id)).collect();
        sorted.extend(unknown);
        Ok(sorted)
    }

    async fn decide_one(
        &self,
        writing: &mut Writing,
        deciding: &Deciding<'_>,
        id: u64,
        promoted: &mut u32,
    ) -> Answer<Outcome> {
        let refused =
            |code: &str| Ok(Outcome { id, state: None, refused: Some(code.to_owned()), school: None });
        let row = sqlx::query(
            "SELECT state, unit, person FROM registrations WHERE id = ? AND phase = ? AND state <> 'draft'",
        );
        let row = row.bind(signed(id)).bind(&deciding.phase.id).fetch_optional(&mut **writing).await?;
        let Some(row) = row else { return refused("not_found") };
        let unit: String = row.try_get("unit")?;
        if !deciding.scope.unit(&unit) {
            return refused("not_found");
        }
        if row.try_get::<&str, _>("person")? == deciding.by {
            return refused("own_registration");
        }
        let before: State = from_word(row.try_get("state")?)?;
        match deciding.step(writing, signed(id), before, &unit).await {
            Ok(Stepped { state, moved, passed_over }) => {
                *promoted += moved;
                let mut detail = json!({
                    "phase": deciding.phase.id, "unit": unit, "before": before, "state": state,
                    "reason": deciding.reason,
                });
                if passed_over > 0 {
                    detail["passed_over"] = json!(passed_over);
                }
                let target = id.to_string();
                let act = Act::done(deciding.by, deciding.act(), &target, detail);
                audit::append(writing, self.vault(), act).await?;
                Ok(Outcome { id, state: Some(state), refused: None, school: None })
            }
            Err(refused) => {
                let Some(code) = code_of(&refused) else { return Err(refused) };
                let school = if let Refused::SchoolFull(school) = refused { Some(school) } else { None };
                Ok(Outcome { id, state: Some(before), refused: Some(code.to_owned()), school })
            }
        }
    }
}

/// What a unit says for those whom it recommends; nothing for other decisions.
fn attestation(decide: &Decide) -> Answer<&str> {
    let text = decide.attestation.trim();
    if text.chars().count() > ATTESTATION_CHARS_MAX {
        return Err(Refused::field("attestation", Wrong::TooLong));
    }
    if text.chars().any(|c| c.is_control() && c != '\n') {
        return Err(Refused::field("attestation", Wrong::Character));
    }
    if !text.is_empty() && decide.decision != Decision::Recommend {
        return Err(Refused::field("attestation", Wrong::Choice));
    }
    Ok(text)
}

/// What one decision has led to.
struct Stepped {
    state: State,
    /// Others who moved up.
    moved: u32,
    /// Others who go on waiting though they have waited longer.
    passed_over: u32,
}

impl From<State> for Stepped {
    fn from(state: State) -> Stepped {
        Stepped { state, moved: 0, passed_over: 0 }
    }
}

/// How a refusal of one registration is named; none: the whole request fails by it.
fn code_of(refused: &Refused) -> Option<&'static str> {
    match refused {
        Refused::Step(_) => Some("wrong_state"),
        Refused::Quota => Some("quota"),
        Refused::OutOfTurn => Some("out_of_turn"),
        Refused::SchoolFull(_) => Some("school_full"),
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

    async fn step(&self, writing: &mut Writing, id: i64, before: State, unit: &str) -> Answer<Stepped> {
        let timing = self.phase.registration.at(ServerInstant::of_fact(self.now_ms));
        let (step, name) = match self.decision {
            Decision::Recommend => return self.recommend(writing, id, before).await,
            Decision::Withdraw => {
                let moved =
                    seats::withdraw(writing, &self.phase, id, self.by, self.reason, self.now_ms).await?;
                return Ok(Stepped { moved, ..State::Withdrawn.into() });
            }
            Decision::Reject => (Step::Reject, "reject"),
            Decision::Waitlist => (Step::Waitlist, "waitlist"),
            Decision::Approve => (Step::Approve, "approve"),
        };
        let mut stepped: Stepped = before.after(step, timing)?.into();
        if step == Step::Approve {
            stepped = self.approve(writing, id, before, unit).await?;
        }
        let state = stepped.state;
        let taken =
            Taken { id, step: name, state, by: Some(self.by), reason: self.reason, now_ms: self.now_ms };
        seats::take(writing, &self.phase.id, &taken).await?;
        Ok(stepped)
    }

    /// A seat, or the waiting list. Who waits already gets a seat by hand only where one is free, and out of
    /// turn only with a reason. Nobody else decides between this count and this decision: the transaction
    /// is the only one.
    async fn approve(&self, writing: &mut Writing, id: i64, before: State, unit: &str) -> Answer<Stepped> {
        if let Some(school) = schools::full_school(writing, &self.phase, id).await? {
            return Err(Refused::SchoolFull(school));
        }
        let state = seats::seats(writing, &self.phase.id, unit).await?.approve();
        if before != State::Waitlisted {
            return Ok(state.into());
        }
        if state == State::Waitlisted {
            return Err(Refused::Quota);
        }
        let passed_over = seats::waiting_before(writing, &self.phase, id).await?;
        if passed_over > 0 && self.reason.is_empty() {
            return Err(Refused::OutOfTurn);
        }
        Ok(Stepped { passed_over, ..state.into() })
    }

    async fn recommend(&self, writing: &mut Writing, id: i64, before: State) -> Answer<Stepped> {
        if !matches!(before, State::Submitted | State::Waitlisted) {
            return Err(enrolment::Refused::WrongState.into());
        }
        let done = sqlx::query(
            "UPDATE registrations SET recommended_at_ms = ?1,
                 attestation = CASE ?2 WHEN '' THEN attestation ELSE ?2 END
             WHERE id = ?3",
        );
        done.bind(signed(self.now_ms)).bind(self.attestation).bind(id).execute(&mut **writing).await?;
        let (by, reason, now_ms) = (Some(self.by), self.reason, self.now_ms);
        let taken = Taken { id, step: "recommend", state: before, by, reason, now_ms };
        seats::note(writing, &taken).await?;
        Ok(before.into())
    }
}

/// Approval may have led to a class at once.
async fn tell_places(writing: &mut Writing, outcomes: &mut [Outcome]) -> Answer<()> {
    let approved: BTreeSet<u64> =
        outcomes.iter().filter(|one| one.state == Some(State::Approved)).map(|one| one.id).collect();
    for id in approved {
        let row = sqlx::query("SELECT state FROM registrations WHERE id = ?").bind(signed(id));
        let state: State = from_word(row.fetch_one(&mut **writing).await?.try_get(0)?)?;
        outcomes.iter_mut().filter(|one| one.id == id).for_each(|one| one.state = Some(state));
    }
    Ok(())
}
