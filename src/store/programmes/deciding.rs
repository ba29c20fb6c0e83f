//! Decisions of the office. Each registration has its own outcome; some at once share a transaction, so
//! that a long list does not keep a running class from writing its facts.

use std::collections::BTreeSet;

use serde_json::json;
use sqlx::Row;

use super::super::audit::{self, Act};
use super::super::{Store, from_word, signed};
use super::catalogue::find_phase;
use super::seats::{self, Taken};
use super::{Answer, Refused, Writing, classes, reason};
use crate::attendance::interval::ServerInstant;
use crate::course::enrolment::{self, State, Step};
use crate::course::phase::Phase;
use crate::course::role::Scope;
use crate::protocol::{Decide, Decided, Decision, Mistake, Outcome, Wrong};

/// Decisions of one request.
const IDS_MAX: usize = 1000;
/// Decisions of one transaction.
const AT_ONCE: usize = 50;

/// Who decides what, and when.
struct Deciding<'a> {
    by: &'a str,
    scope: &'a Scope,
    phase: Phase,
    decision: Decision,
    reason: &'a str,
    now_ms: u64,
}

impl Store {
    /// Decides on registrations of a phase, in the order given. Those outside of `scope` are unknown.
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
        if decide.ids.is_empty() || decide.ids.len() > IDS_MAX {
            let figures = vec![u32::try_from(IDS_MAX).unwrap_or(u32::MAX)];
            return Err(Refused::Wrong(vec![Mistake { figures, ..Mistake::field("ids", Wrong::TooMuch) }]));
        }
        let mut decided = Decided { outcomes: Vec::with_capacity(decide.ids.len()), promoted: 0 };
        for ids in decide.ids.chunks(AT_ONCE) {
            let _turn = self.front_door.lock().await;
            let mut writing = self.writing().await?;
            let phase = find_phase(&mut *writing, phase).await?;
            let deciding = Deciding { by, scope, phase, decision: decide.decision, reason, now_ms };
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

    async fn decide_one(
        &self,
        writing: &mut Writing<'_>,
        deciding: &Deciding<'_>,
        id: u64,
        promoted: &mut u32,
    ) -> Answer<Outcome> {
        let refused = |code: &str| Ok(Outcome { id, state: None, refused: Some(code.to_owned()) });
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
            Ok((state, moved)) => {
                *promoted += moved;
                let detail = json!({
                    "phase": deciding.phase.id, "unit": unit, "before": before, "state": state,
                    "reason": deciding.reason,
                });
                let target = id.to_string();
                let act = Act::done(deciding.by, deciding.act(), &target, detail);
                audit::append(writing, self.vault(), act).await?;
                Ok(Outcome { id, state: Some(state), refused: None })
            }
            Err(Refused::Step(_)) => {
                Ok(Outcome { id, state: Some(before), refused: Some("wrong_state".to_owned()) })
            }
            Err(other) => Err(other),
        }
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

    /// The state after it, and how many others moved up.
    async fn step(
        &self,
        writing: &mut Writing<'_>,
        id: i64,
        before: State,
        unit: &str,
    ) -> Answer<(State, u32)> {
        let timing = self.phase.registration.at(ServerInstant::of_fact(self.now_ms));
        let (step, name) = match self.decision {
            Decision::Recommend => return self.recommend(writing, id, before).await,
            Decision::Withdraw => {
                let moved =
                    seats::withdraw(writing, &self.phase, id, self.by, self.reason, self.now_ms).await?;
                return Ok((State::Withdrawn, moved));
            }
            Decision::Reject => (Step::Reject, "reject"),
            Decision::Waitlist => (Step::Waitlist, "waitlist"),
            Decision::Approve => (Step::Approve, "approve"),
        };
        let mut state = before.after(step, timing)?;
        if step == Step::Approve {
            // Nobody else decides between this count and this decision: the transaction is the only one.
            state = seats::seats(writing, &self.phase.id, unit).await?.approve();
            if state == before {
                return Ok((state, 0));
            }
        }
        let taken =
            Taken { id, step: name, state, by: Some(self.by), reason: self.reason, now_ms: self.now_ms };
        seats::take(writing, &self.phase.id, &taken).await?;
        Ok((state, 0))
    }

    async fn recommend(&self, writing: &mut Writing<'_>, id: i64, before: State) -> Answer<(State, u32)> {
        if !matches!(before, State::Submitted | State::Waitlisted) {
            return Err(enrolment::Refused::WrongState.into());
        }
        let done = sqlx::query("UPDATE registrations SET recommended_at_ms = ? WHERE id = ?");
        done.bind(signed(self.now_ms)).bind(id).execute(&mut **writing).await?;
        let (by, reason, now_ms) = (Some(self.by), self.reason, self.now_ms);
        let taken = Taken { id, step: "recommend", state: before, by, reason, now_ms };
        seats::note(writing, &taken).await?;
        Ok((before, 0))
    }
}

/// Approval may have led to a class at once.
async fn tell_places(writing: &mut Writing<'_>, outcomes: &mut [Outcome]) -> Answer<()> {
    let approved: BTreeSet<u64> =
        outcomes.iter().filter(|one| one.state == Some(State::Approved)).map(|one| one.id).collect();
    for id in approved {
        let row = sqlx::query("SELECT state FROM registrations WHERE id = ?").bind(signed(id));
        let state: State = from_word(row.fetch_one(&mut **writing).await?.try_get(0)?)?;
        outcomes.iter_mut().filter(|one| one.id == id).for_each(|one| one.state = Some(state));
    }
    Ok(())
}
