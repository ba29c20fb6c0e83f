//! What was taught so far, by the same rules as afterwards: from the facts, and from what is proven
//! but not written yet. Blocks and the moments of their checks are places on this timeline.

use super::room::Room;
use crate::attendance::audit::Seen;
use crate::attendance::event::Event;
use crate::attendance::fact::{Fact, What};
use crate::attendance::interval::{ServerInstant, Span, Spans};
use crate::attendance::lesson::LessonFacts;
use crate::attendance::presence::instruction_window;
use crate::protocol::Role;

/// Where the lesson has got to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Attention block, from 1, if the class goes on long enough for it to be one of its own.
    pub(super) block: u32,
    /// Whole seconds of instruction into it.
    pub(super) into_s: u64,
    /// The last instant known to be instruction.
    pub(super) taught_ms: u64,
}

impl Room {
    /// The instruction window up to now (CR-3).
    pub(super) fn taught(&self) -> Spans {
        let mut events = self.seen.class_events(self.hours.plan.clone());
        events.extend(self.being_sent().map(|span| Event::InstructorMedia { span }));
        // One plan, and nothing about people: there is nothing to contradict.
        let facts = LessonFacts::gather(events);
        facts.map(|facts| instruction_window(&self.hours.policy, &facts)).unwrap_or_default()
    }

    /// The last instant at which a picture, screen or sound of an instructor arrived.
    pub(super) fn last_sent(&self) -> Option<ServerInstant> {
        let written = self.seen.teaching().last();
        self.being_sent().map(|span| span.to).chain(written).max()
    }

    /// When something of an instructor arrived.
    pub(super) fn sent(&self) -> Spans {
        self.seen.teaching().or(&self.being_sent().collect())
    }

    /// What arrived from instructors and is not written yet.
    fn being_sent(&self) -> impl Iterator<Item = Span> {
        let instructor = |person| self.roster.line(person).is_some_and(|line| line.role == Role::Instructor);
        let devices = self.roster.devices().filter(move |device| instructor(device.person));
        devices.filter_map(|device| device.teaching.unwritten()).map(|(span, _)| span.into())
    }

    pub(super) fn place(&self) -> Place {
        self.place_in(&self.taught())
    }

    /// The end of what was taught, as a place on it.
    pub(super) fn place_in(&self, taught: &Spans) -> Place {
        let (taught_s, block_s) = (taught.seconds(), self.hours.policy.block);
        let block = u32::try_from(taught_s / block_s + 1).unwrap_or(u32::MAX);
        Place { block, into_s: taught_s % block_s, taught_ms: taught.last().map_or(0, ServerInstant::ms) }
    }

    /// All that was seen, what is proven and not written included.
    pub(super) fn seen_so_far(&self) -> Seen {
        let mut seen = self.seen.clone();
        for device in self.roster.devices() {
            let mut take = |at_ms, what| {
                let person = Some(self.key(device.person));
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

    /// When a person was provably here, up to now.
    pub(super) fn evidence(&self, key: &str) -> Spans {
        let devices = self.roster.person_of_key(key).into_iter().flat_map(|id| self.roster.devices_of(id));
        let open = devices.filter_map(|device| device.presence.unwritten());
        self.seen.evidence(key).or(&open.map(Span::from).collect())
    }
}

impl From<super::evidence::Span> for Span {
    fn from(span: super::evidence::Span) -> Span {
        let at = ServerInstant::of_fact;
        Span { from: at(span.from_ms), to: at(span.to_ms) }
    }
}
