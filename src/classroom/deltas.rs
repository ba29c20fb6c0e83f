//! The numbered log of what changed, kept long enough for a device to come back to it.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::protocol::{ParticipantId, RoomEvent, ServerMessage};

/// Deltas kept: more than a full class makes in the resume window.
const LOG_MAX: usize = 4096;

/// Missed deltas that are still repeated one by one; for more, a snapshot is the shorter way (and
/// fits the outgoing queue).
const REPEAT_MAX: usize = 200;

/// Whose eyes a delta is meant for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Audience {
    All,
    Person(ParticipantId),
    Devices(Vec<u64>),
}

impl Audience {
    pub(super) fn includes(&self, person: ParticipantId, device: u64) -> bool {
        match self {
            Audience::All => true,
            Audience::Person(only) => *only == person,
            Audience::Devices(devices) => devices.contains(&device),
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Deltas {
    /// Number of the newest delta.
    last: u64,
    /// Without holes: the newest is `last`, each before it one less.
    log: VecDeque<(Audience, Arc<ServerMessage>)>,
}

impl Deltas {
    pub(super) fn last(&self) -> u64 {
        self.last
    }

    /// Numbers an event and returns the message to send.
    pub(super) fn push(&mut self, audience: Audience, event: RoomEvent) -> Arc<ServerMessage> {
        self.last += 1;
        let message = Arc::new(ServerMessage::Delta { seq: self.last, event });
        if self.log.len() == LOG_MAX {
            self.log.pop_front();
        }
        self.log.push_back((audience, message.clone()));
        message
    }

    /// What a device missed after `seq`; `None` when only a snapshot can tell.
    pub(super) fn missed(
        &self,
        seq: u64,
        person: ParticipantId,
        device: u64,
    ) -> Option<Vec<Arc<ServerMessage>>> {
        let missed = usize::try_from(self.last.checked_sub(seq)?).ok()?;
        let first = self.log.len().checked_sub(missed)?;
        let mine = self.log.range(first..).filter(|(audience, _)| audience.includes(person, device));
        let messages: Vec<_> = mine.map(|(_, message)| message.clone()).collect();
        (messages.len() <= REPEAT_MAX).then_some(messages)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANN: ParticipantId = ParticipantId(1);

    fn notice(n: usize) -> RoomEvent {
        RoomEvent::Notice { text: n.to_string() }
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
        for (seq, device, expected) in [
            (0, 7, Some(vec![1, 2, 3])),
            (1, 9, Some(vec![2])),
            (4, 7, Some(vec![])),
            (5, 7, None), // From the future: another incarnation, or a lie.
        ] {
            let missed = deltas.missed(seq, ANN, device).map(|messages| numbers(&messages));
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
        assert_eq!(deltas.missed(10, other, 1).map(|m| m.len()), Some(0));
        assert_eq!(deltas.missed(9, other, 1), None);
        assert_eq!(deltas.missed(10, ANN, 1), None, "too much to repeat");
        let recent = deltas.last() - REPEAT_MAX as u64;
        assert_eq!(deltas.missed(recent, ANN, 1).map(|m| m.len()), Some(REPEAT_MAX));
    }
}
