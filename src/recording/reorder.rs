//! Puts the packets of one layer back in order, and waits for requested ones.

use std::collections::BTreeMap;

/// The wait for a missing packet: an uplink requests it for about as long.
const HOLD_US: u64 = 1_000_000;
/// Most packets held behind a missing one: 1 s of 16 Mbit/s.
const PACKETS_MAX: usize = 2048;
const BYTES_MAX: usize = 3 << 20;

/// A packet in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Held {
    pub at_us: u64,
    pub rtp: u32,
    pub marker: bool,
    pub payload: Vec<u8>,
}

/// The next item of the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Next {
    Packet(Held),
    /// Number of packets given up.
    Lost(u64),
}

/// Packets of one layer by sequence number.
#[derive(Default)]
pub(super) struct Reorder {
    /// The next sequence number; `None` = any, at the start.
    next: Option<u64>,
    held: BTreeMap<u64, Held>,
    bytes: usize,
}

impl Reorder {
    /// Takes a packet; false = it is here already, or was given up.
    pub(super) fn push(&mut self, sequence: u64, packet: Held) -> bool {
        if self.next.is_some_and(|next| sequence < next) || self.held.contains_key(&sequence) {
            return false;
        }
        self.next.get_or_insert(sequence);
        self.bytes += packet.payload.len();
        self.held.insert(sequence, packet);
        true
    }

    /// The next item, if it is here or was waited for long enough. With `flush` nothing is waited for.
    pub(super) fn pop(&mut self, now_us: u64, flush: bool) -> Option<Next> {
        let first = self.held.first_entry()?;
        let (sequence, next) = (*first.key(), self.next?);
        if sequence == next {
            let packet = first.remove();
            self.bytes -= packet.payload.len();
            self.next = next.checked_add(1);
            return Some(Next::Packet(packet));
        }
        let waited = now_us.saturating_sub(first.get().at_us) >= HOLD_US;
        let full = self.held.len() > PACKETS_MAX || self.bytes > BYTES_MAX;
        if !(waited || full || flush) {
            return None;
        }
        self.next = Some(sequence);
        Some(Next::Lost(sequence - next))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn push(reorder: &mut Reorder, at_us: u64, sequence: u64) -> bool {
        let payload = sequence.to_be_bytes().to_vec();
        reorder.push(sequence, Held { at_us, rtp: sequence as u32, marker: false, payload })
    }

    /// The output: sequence numbers, and losses as negative counts.
    fn pop(reorder: &mut Reorder, now_us: u64) -> Vec<i64> {
        std::iter::from_fn(|| reorder.pop(now_us, false))
            .map(|next| match next {
                Next::Packet(packet) => i64::from(packet.rtp),
                Next::Lost(count) => -(count as i64),
            })
            .collect()
    }

    #[test]
    fn packets_come_in_order_and_late_ones_are_waited_for() {
        let mut reorder = Reorder::default();
        assert!(push(&mut reorder, 0, 10) && push(&mut reorder, 0, 12) && push(&mut reorder, 10, 13));
        assert!(!push(&mut reorder, 10, 12), "twice");
        assert_eq!(pop(&mut reorder, 999_999), [10]);
        assert!(push(&mut reorder, 999_999, 11));
        assert_eq!(pop(&mut reorder, 999_999), [11, 12, 13]);
        assert!(!push(&mut reorder, 999_999, 11), "late");
    }

    #[test]
    fn every_hole_is_given_up_after_its_own_second() {
        let mut reorder = Reorder::default();
        for (at_us, sequence) in [(0, 1), (0, 3), (500_000, 6)] {
            push(&mut reorder, at_us, sequence);
        }
        assert_eq!(pop(&mut reorder, 1_000_000), [1, -1, 3]);
        assert_eq!(pop(&mut reorder, 1_499_999), [0_i64; 0]);
        assert_eq!(pop(&mut reorder, 1_500_000), [-2, 6]);
    }

    #[test]
    fn memory_is_bounded_whatever_is_missing() {
        let mut reorder = Reorder::default();
        push(&mut reorder, 0, 0);
        for sequence in 2..100_000 {
            push(&mut reorder, 0, sequence);
            pop(&mut reorder, 0);
            assert!(reorder.held.len() <= PACKETS_MAX + 1 && reorder.bytes <= BYTES_MAX + 8);
        }
        assert!(push(&mut reorder, 0, u64::MAX));
        assert!(reorder.pop(0, true) == Some(Next::Lost(u64::MAX - 100_000)));
        assert!(reorder.pop(0, true).is_some() && reorder.pop(0, true).is_none());
    }
}
