//! The teaching so far, by the same rules as afterwards: from the facts, and from proven time that is not
//! written yet. Blocks and the moments of their checks are places on this timeline.

use std::collections::BTreeMap;

use super::Hours;
use super::roster::Roster;
use crate::attendance::audit::Seen;
use crate::attendance::credit;
use crate::attendance::decision::LessonResult;
use crate::attendance::event::{Event, Plan};
use crate::attendance::fact::{Fact, What};
use crate::attendance::lesson::LessonFacts;
use crate::attendance::policy::Policy;
use crate::attendance::presence::instruction_window;
use crate::lesson::Role;
use crate::time::{ServerInstant, Span, Spans};

/// The present place in the lesson.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Attention block, from 1, as if the class went on long enough for it to be a block of its own.
    pub(super) block: u32,
    /// Whole seconds of instruction into the block.
    pub(super) into_s: u64,
    /// The last instant known to be instruction, ms.
    pub(super) taught_ms: u64,
}

/// The lesson's plan and rules, and its facts.
#[derive(Debug)]
pub(super) struct Instruction {
    hours: Hours,
    /// The state after the lesson's facts.
    seen: Seen,
    /// The instant from which each person belongs to the lesson (server time, ms), by person id.
    enrolled: BTreeMap<String, u64>,
}

impl Instruction {
    pub(super) fn new(hours: Hours) -> Instruction {
        Instruction { hours, seen: Seen::default(), enrolled: BTreeMap::new() }
    }

    pub(super) fn plan(&self) -> &Plan {
        &self.hours.plan
    }

    pub(super) fn policy(&self) -> &Policy {
        &self.hours.policy
    }

    /// The secret from which the moments of the checks are computed (CR-7).
    pub(super) fn secret(&self) -> &[u8] {
        &self.hours.secret
    }

    /// Follows a fact, new or from the log.
    pub(super) fn take(&mut self, fact: &Fact) {
        self.seen.take(fact);
    }

    pub(super) fn enrol(&mut self, person: &str, approved_at_ms: u64) {
        self.enrolled.insert(person.to_owned(), approved_at_ms);
    }

    /// Ids of the enrolled people.
    pub(super) fn enrolled(&self) -> impl Iterator<Item = &String> {
        self.enrolled.keys()
    }

    pub(super) fn is_enrolled(&self, person: &str) -> bool {
        self.enrolled.contains_key(person)
    }

    /// The instruction window up to now (CR-3).
    pub(super) fn taught(&self, roster: &Roster) -> Spans {
        let mut events = self.seen.class_events(self.hours.plan.clone());
        events.extend(being_sent(roster).map(|span| Event::InstructorMedia { span }));
        // One plan, and nothing about people: nothing can contradict.
        let facts = LessonFacts::gather(events);
        facts.map(|facts| instruction_window(&self.hours.policy, &facts)).unwrap_or_default()
    }

    /// The last instant at which a picture, screen or sound of an instructor arrived.
    pub(super) fn last_sent(&self, roster: &Roster) -> Option<ServerInstant> {
        let written = self.seen.teaching().last();
        being_sent(roster).map(|span| span.to).chain(written).max()
    }

    /// The time in which something of an instructor arrived.
    pub(super) fn sent(&self, roster: &Roster) -> Spans {
        self.seen.teaching().or(&being_sent(roster).collect())
    }

    /// The end of the teaching, as a place on it.
    pub(super) fn place_in(&self, taught: &Spans) -> Place {
        let (taught_s, block_s) = (taught.seconds(), self.hours.policy.block);
        let block = u32::try_from(taught_s / block_s + 1).unwrap_or(u32::MAX);
        Place { block, into_s: taught_s % block_s, taught_ms: taught.last().map_or(0, ServerInstant::ms) }
    }

    /// The state after all facts, with the proven time that is not written yet.
    fn seen_so_far(&self, roster: &Roster) -> Seen {
        let mut seen = self.seen.clone();
        for device in roster.devices() {
            let mut take = |at_ms, what| {
                let person = Some(roster.key(device.person));
                seen.take(&Fact { lesson: String::new(), person, at_ms, what });
            };
            if let Some(span) = device.presence.unwritten() {
                take(span.to_ms, What::Alive { device: device.id, from_ms: span.from_ms });
            }
            if let Some((span, kinds)) = device.teaching.unwritten() {
                let kinds = kinds.to_vec();
                take(span.to_ms, What::Teaching { device: device.id, from_ms: span.from_ms, kinds });
            }
        }
        seen
    }

    /// The time in which a person was provably here, up to now.
    pub(super) fn evidence(&self, roster: &Roster, key: &str) -> Spans {
        let devices = roster.person_of_key(key).into_iter().flat_map(|id| roster.devices_of(id));
        let open = devices.filter_map(|device| device.presence.unwritten());
        self.seen.evidence(key).or(&open.map(Span::from).collect())
    }

    /// Whether being on stage proves a person's attention in the block that began `since`.
    pub(super) fn proves_stage(&self, key: &str, since: ServerInstant) -> bool {
        self.seen.proves_stage(key, since)
    }

    /// The people on stage according to the facts: person id, and the instant of that person's last fact
    /// (server time, ms).
    pub(super) fn on_stage(&self) -> Vec<(String, u64)> {
        self.seen.on_stage().map(|(key, last)| (key.to_owned(), last.ms())).collect()
    }

    /// The result of the lesson if it ended now; `running` = it goes on.
    pub(super) fn judge(&self, roster: &Roster, running: bool) -> Option<(LessonFacts, LessonResult)> {
        let approved = |person: &str| self.enrolled.get(person).copied().map(ServerInstant::of_fact);
        let events = self.seen_so_far(roster).events(self.hours.plan.clone(), approved);
        // Facts of one room do not contradict each other; if they did, it would be better to show no figure.
        let mut facts = LessonFacts::gather(events).ok()?;
        facts.running = running;
        let result = credit::assess(&self.hours.policy, &facts);
        Some((facts, result))
    }
}

#[cfg(test)]
impl Instruction {
    pub(super) fn hours_mut(&mut self) -> &mut Hours {
        &mut self.hours
    }
}

/// Stretches of instructors' media that are not written as facts yet.
fn being_sent(roster: &Roster) -> impl Iterator<Item = Span> {
    let instructor = |person| roster.line(person).is_some_and(|line| line.role == Role::Instructor);
    let devices = roster.devices().filter(move |device| instructor(device.person));
    devices.filter_map(|device| device.teaching.unwritten()).map(|(span, _)| span.into())
}

impl From<super::evidence::Span> for Span {
    fn from(span: super::evidence::Span) -> Span {
        let at = ServerInstant::of_fact;
        Span { from: at(span.from_ms), to: at(span.to_ms) }
    }
}
