//! What counts so far, told while the class runs (CR-22): the lesson up to now is judged by the rules
//! and the code that judge it afterwards.

use std::collections::BTreeMap;

use super::deltas::Audience;
use super::room::Room;
use crate::attendance::credit;
use crate::attendance::decision::{Attention, Decision, LessonResult, Reason};
use crate::attendance::interval::{Axis, ServerInstant, Span, Spans};
use crate::attendance::lesson::{Check, LessonFacts, PersonFacts};
use crate::attendance::policy::Policy;
use crate::protocol::{
    Minutes, NotCounting, ParticipantId, Role, RoomEvent, SheetLine, Uncounted, UncountedGap, Worth,
};

/// Far from the 60 s that people may be kept waiting, also when a stretch of evidence comes late.
const JUDGE_EVERY_MS: u64 = 15_000;

/// Gaps that are told of: the latest.
const GAPS_MAX: usize = 20;

/// What was told last.
#[derive(Debug, Default)]
pub(super) struct Told {
    judged_ms: u64,
    /// By person id.
    pub(super) minutes: BTreeMap<String, Minutes>,
    pub(super) sheet: BTreeMap<ParticipantId, SheetLine>,
    pub(super) not_counting: Option<NotCounting>,
    pub(super) worth: Option<Worth>,
    pub(super) worth_ms: u64,
}

impl Room {
    /// Who belongs to the lesson since when; others' presence counts for nothing (CR-1).
    pub fn enrol(&mut self, person: &str, approved_at_ms: u64) {
        self.enrolled.insert(person.to_owned(), approved_at_ms);
    }

    /// Every few seconds, once something was taught and while anybody is here to be told.
    pub(super) fn tick_minutes(&mut self, now: u64) {
        let began = self.life.started_at_ms().is_some();
        if !began || self.is_empty() || now.abs_diff(self.told.judged_ms) < JUDGE_EVERY_MS {
            return;
        }
        self.told.judged_ms = now;
        let Some((facts, result)) = self.judge() else { return };
        if result.window.is_empty() {
            return;
        }
        let decisions: BTreeMap<&str, &Decision> =
            result.decisions.iter().map(|(key, decision)| (key.as_str(), decision)).collect();
        // Who was forgotten by the roster has no line any more.
        self.told.sheet.retain(|id, _| self.roster.line(*id).is_some());
        let mut lines = Vec::new();
        for key in self.enrolled.keys().cloned().collect::<Vec<_>>() {
            let Some(id) = self.trainee(&key) else { continue };
            let decision = decisions.get(key.as_str()).copied();
            self.tell_minutes(id, key.clone(), minutes(now, &self.hours.policy, &result, decision));
            let line = sheet_line(id, decision, facts.people.get(&key));
            if self.told.sheet.insert(id, line.clone()).as_ref() != Some(&line) {
                lines.push(line);
            }
        }
        if !lines.is_empty() {
            self.delta(Audience::Staff, RoomEvent::Sheet { lines });
        }
    }

    /// The lesson as if it ended now.
    pub(super) fn judge(&self) -> Option<(LessonFacts, LessonResult)> {
        let approved = |person: &str| self.enrolled.get(person).copied().map(ServerInstant::of_fact);
        let events = self.seen_so_far().events(self.hours.plan.clone(), approved);
        // Facts of one room do not contradict each other; if they did, nobody should be told a figure.
        let mut facts = LessonFacts::gather(events).ok()?;
        facts.running = !self.is_ended();
        let result = credit::assess(&self.hours.policy, &facts);
        Some((facts, result))
    }

    fn trainee(&self, key: &str) -> Option<ParticipantId> {
        let line = self.roster.line(self.roster.person_of_key(key)?)?;
        (line.role == Role::Trainee).then_some(line.id)
    }

    fn tell_minutes(&mut self, person: ParticipantId, key: String, minutes: Minutes) {
        let before = self.told.minutes.get(&key);
        let same = before.is_some_and(|before| {
            let figures = |minutes: &Minutes| (minutes.taught_s, minutes.counted_s);
            figures(before) == figures(&minutes) && before.gaps == minutes.gaps
        });
        if same {
            return;
        }
        if self.roster.line(person).is_some_and(|line| line.here) {
            self.delta(Audience::Person(person), RoomEvent::Minutes { minutes: minutes.clone() });
        }
        self.told.minutes.insert(key, minutes);
    }
}

fn minutes(now: u64, policy: &Policy, result: &LessonResult, decision: Option<&Decision>) -> Minutes {
    let (window, nowhere) = (&result.window, Spans::default());
    let present = decision.map_or(&nowhere, |decision| &decision.present);
    let attention = decision.map_or(&[][..], |decision| &decision.attention);
    let of = |fits: &dyn Fn(&Attention) -> bool| {
        let fits = |block: u32| attention.get(block as usize - 1).is_some_and(fits);
        result.blocks.time_of(fits).and(present)
    };
    let is_unanswered = |state: &Attention| matches!(state, Attention::Void { .. });
    let unanswered = of(&is_unanswered);
    let unasked = of(&|state| state.is_void() && !is_unanswered(state));
    let absent = window.minus(present);
    // The silence of the last moments may yet be bridged, or its evidence be under way.
    let settled = |span: &Span| Some(span.to) != window.last() || span.length_ms() > policy.gap * 1000;
    let gap = |span: Span, why| UncountedGap { from_ms: span.from.ms(), to_ms: span.to.ms(), why };
    let absent = absent.iter().filter(settled).map(|span| gap(span, Uncounted::Absent));
    let unanswered = unanswered.iter().map(|span| gap(span, Uncounted::Unanswered));
    let unasked = unasked.iter().map(|span| gap(span, Uncounted::Unasked));
    let mut gaps: Vec<UncountedGap> = absent.chain(unanswered).chain(unasked).collect();
    gaps.sort_by_key(|gap| gap.from_ms);
    gaps.drain(..gaps.len().saturating_sub(GAPS_MAX));
    let counted_s = decision.map_or(0, |decision| decision.effective_seconds);
    Minutes { as_of_ms: now, taught_s: result.instruction_seconds, counted_s, gaps }
}

fn sheet_line(
    participant: ParticipantId,
    decision: Option<&Decision>,
    facts: Option<&PersonFacts>,
) -> SheetLine {
    let proven = facts.map(PersonFacts::proven).unwrap_or_default();
    let checks = || facts.into_iter().flat_map(|facts| facts.checks.values()).filter(|check| !check.void);
    // What is still open is nobody's fault yet, and may yet become void.
    let settled = |check: &&Check| check.missed.is_some() || answered(check);
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    SheetLine {
        participant,
        first_ms: proven.first().map(Axis::ms),
        last_ms: proven.last().map(Axis::ms),
        counted_s: decision.map_or(0, |decision| decision.effective_seconds),
        asked: count(checks().filter(settled).count()),
        answered: count(checks().filter(|check| answered(check)).count()),
        late: decision.is_some_and(|decision| {
            decision.reasons.iter().any(|reason| matches!(reason, Reason::Late { .. }))
        }),
    }
}

fn answered(check: &Check) -> bool {
    let answers = |at, deadline| check.answered.range(at..=deadline).next().is_some();
    check.issued.is_some_and(|issued| answers(issued.at, issued.deadline))
}
