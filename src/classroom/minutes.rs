//! The counted minutes, told while the class runs (CR-22): the lesson up to now is judged by the same rules
//! and code as afterwards.

use std::collections::BTreeMap;

use super::deltas::Audience;
use super::room::Room;
use crate::attendance::decision::{Attention, Decision, LessonResult, Reason};
use crate::attendance::lesson::{Check, PersonFacts};
use crate::attendance::policy::Policy;
use crate::classroom::message::{Minutes, RoomEvent, SheetLine, Uncounted, UncountedGap};
use crate::lesson::Role;
use crate::sfu::subscriber::ParticipantId;
use crate::time::{Axis, Span, Spans};

/// Interval of judging: far below the 60 s that people may be kept waiting, even when evidence comes late.
const JUDGE_EVERY_MS: u64 = 15_000;

/// Most gaps that are told, the latest ones.
const GAPS_MAX: usize = 20;

/// The last figures told to people and staff.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    judged_ms: u64,
    /// The minutes told, by person id.
    minutes: BTreeMap<String, Minutes>,
    lines: BTreeMap<ParticipantId, SheetLine>,
}

impl Sheet {
    /// The minutes last told to a person.
    pub(super) fn minutes_of(&self, key: &str) -> Option<&Minutes> {
        self.minutes.get(key)
    }

    /// The lines last told to staff.
    pub(super) fn lines(&self) -> impl Iterator<Item = &SheetLine> {
        self.lines.values()
    }

    /// Keeps a person's minutes; returns whether they are new.
    fn keep_minutes(&mut self, key: String, minutes: Minutes) -> bool {
        let figures = |minutes: &Minutes| (minutes.taught_s, minutes.counted_s);
        let is_same = |before: &Minutes| figures(before) == figures(&minutes) && before.gaps == minutes.gaps;
        if self.minutes.get(&key).is_some_and(is_same) {
            return false;
        }
        self.minutes.insert(key, minutes);
        true
    }

    /// Keeps a person's line for staff; returns whether it is new.
    fn keep_line(&mut self, line: SheetLine) -> bool {
        self.lines.insert(line.participant, line.clone()).as_ref() != Some(&line)
    }
}

impl Room {
    /// Notes the instant from which a person belongs to the lesson; presence of others counts for nothing
    /// (CR-1).
    pub fn enrol(&mut self, person: &str, approved_at_ms: u64) {
        self.instruction.enrol(person, approved_at_ms);
    }

    /// Every few seconds, once there was teaching and while anybody is here.
    pub(super) fn tick_minutes(&mut self, now: u64) {
        let began = self.life.started_at_ms().is_some();
        if !began || self.is_empty() || now.abs_diff(self.sheet.judged_ms) < JUDGE_EVERY_MS {
            return;
        }
        self.sheet.judged_ms = now;
        let Some((facts, result)) = self.instruction.judge(&self.roster, !self.is_ended()) else { return };
        if result.window.is_empty() {
            return;
        }
        let decisions: BTreeMap<&str, &Decision> =
            result.decisions.iter().map(|(key, decision)| (key.as_str(), decision)).collect();
        // People whom the roster forgot have no line any more.
        self.sheet.lines.retain(|id, _| self.roster.line(*id).is_some());
        let mut lines = Vec::new();
        for key in self.instruction.enrolled().cloned().collect::<Vec<_>>() {
            let Some(id) = self.trainee(&key) else { continue };
            let decision = decisions.get(key.as_str()).copied();
            let line = sheet_line(id, decision, facts.people.get(&key));
            self.tell_minutes(id, key, minutes(now, self.instruction.policy(), &result, decision));
            if self.sheet.keep_line(line.clone()) {
                lines.push(line);
            }
        }
        if !lines.is_empty() {
            self.delta(Audience::Staff, RoomEvent::Sheet { lines });
        }
    }

    fn trainee(&self, key: &str) -> Option<ParticipantId> {
        let line = self.roster.line(self.roster.person_of_key(key)?)?;
        (line.role == Role::Trainee).then_some(line.id)
    }

    fn tell_minutes(&mut self, person: ParticipantId, key: String, minutes: Minutes) {
        let is_new = self.sheet.keep_minutes(key, minutes.clone());
        if is_new && self.roster.line(person).is_some_and(|line| line.here) {
            self.delta(Audience::Person(person), RoomEvent::Minutes { minutes });
        }
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
    // A silence in the last moments may yet be bridged, or its evidence be on its way.
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
    // An open check is not missed yet, and may become void.
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
