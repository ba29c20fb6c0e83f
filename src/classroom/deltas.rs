//! The numbered log of changes, kept long enough for a device to come back to it.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::classroom::message::{RoomEvent, ServerMessage};
use crate::sfu::subscriber::ParticipantId;

/// Most deltas kept: more than a full class makes in the resume window.
const LOG_MAX: usize = 4096;

/// Most missed deltas that are repeated one by one; beyond it, a snapshot is shorter (and fits the outgoing
/// queue).
const REPEAT_MAX: usize = 200;

/// The people who may see a delta.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Audience {
    All,
    Staff,
    Person(ParticipantId),
    /// Staff, and these trainees.
    StaffAnd(Vec<ParticipantId>),
    /// All trainees except these.
    TraineesBut(Vec<ParticipantId>),
    Devices(Vec<u64>),
}

impl Audience {
    pub(super) fn includes(&self, listener: Listener) -> bool {
        match self {
            Audience::All => true,
            Audience::Staff => listener.staff,
            Audience::StaffAnd(people) => listener.staff || people.contains(&listener.person),
            Audience::TraineesBut(people) => !listener.staff && !people.contains(&listener.person),
            Audience::Person(only) => *only == listener.person,
            Audience::Devices(devices) => devices.contains(&listener.device),
        }
    }
}

/// A device that may receive deltas.
#[derive(Debug, Clone, Copy)]
pub(super) struct Listener {
    pub(super) device: u64,
    pub(super) person: ParticipantId,
    pub(super) staff: bool,
}

#[derive(Debug, Default)]
pub(super) struct Deltas {
    /// Number of the newest delta; 0 = none yet.
    last: u64,
    /// The newest deltas without gaps: the last one has the number `last`.
    log: VecDeque<(Audience, Arc<ServerMessage>)>,
}

impl Deltas {
    pub(super) fn last(&self) -> u64 {
        self.last
    }

    /// Numbers an event, and returns its message.
    pub(super) fn push(&mut self, audience: Audience, event: RoomEvent) -> Arc<ServerMessage> {
        self.last += 1;
        let message = Arc::new(ServerMessage::Delta { seq: self.last, event });
        if self.log.len() == LOG_MAX {
            self.log.pop_front();
        }
        self.log.push_back((audience, message.clone()));
        message
    }

    /// The deltas a device missed after `seq`; `None` = it needs a snapshot.
    pub(super) fn missed(&self, seq: u64, listener: Listener) -> Option<Vec<Arc<ServerMessage>>> {
        let missed = usize::try_from(self.last.checked_sub(seq)?).ok()?;
        let first = self.log.len().checked_sub(missed)?;
        let mine = self.log.range(first..).filter(|(audience, _)| audience.includes(listener));
        let messages: Vec<_> = mine.map(|(_, message)| message.clone()).collect();
        (messages.len() <= REPEAT_MAX).then_some(messages)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classroom::message::ClassNotice;

    const ANN: ParticipantId = ParticipantId(1);

    fn on(device: u64, person: ParticipantId, staff: bool) -> Listener {
        Listener { device, person, staff }
    }

    fn notice(n: usize) -> RoomEvent {
        RoomEvent::Notice { notice: ClassNotice { at_ms: 0, text: n.to_string() } }
    }

    fn numbers(messages: &[Arc<ServerMessage>]) -> Vec<u64> {
        let seq = |message: &Arc<ServerMessage>| match **message {
            ServerMessage::Delta { seq, .. } => seq,
            _ => panic!("only deltas are logged"),
        };
        messages.iter().map(seq).collect()
    }

    #[test]
    fn a_device_gets_what_it_missed_and_nothing_meant_for_others() {
        let mut deltas = Deltas::default();
        deltas.push(Audience::All, notice(1));
        deltas.push(Audience::Person(ANN), notice(2));
        deltas.push(Audience::Devices(vec![7, 8]), notice(3));
        deltas.push(Audience::Person(ParticipantId(2)), notice(4));
        deltas.push(Audience::Staff, notice(5));
        for (seq, device, staff, expected) in [
            (0, 7, false, Some(vec![1, 2, 3])),
            (1, 9, false, Some(vec![2])),
            (1, 9, true, Some(vec![2, 5])),
            (4, 7, false, Some(vec![])),
            (6, 7, false, None), // From the future: another incarnation, or a lie.
        ] {
            let missed = deltas.missed(seq, on(device, ANN, staff)).map(|messages| numbers(&messages));
            assert_eq!(missed, expected, "after {seq} on {device}");
        }
    }

    #[test]
    fn the_log_is_bounded_and_says_so() {
        let mut deltas = Deltas::default();
        for n in 0..LOG_MAX + 10 {
            deltas.push(Audience::Person(ANN), notice(n));
        }
        assert_eq!(deltas.log.len(), LOG_MAX);
        let other = ParticipantId(2);
        assert_eq!(deltas.missed(10, on(1, other, true)).map(|m| m.len()), Some(0));
        assert_eq!(deltas.missed(9, on(1, other, true)), None);
        assert_eq!(deltas.missed(10, on(1, ANN, false)), None, "too much to repeat");
        let recent = deltas.last() - REPEAT_MAX as u64;
        assert_eq!(deltas.missed(recent, on(1, ANN, false)).map(|m| m.len()), Some(REPEAT_MAX));
    }
}
