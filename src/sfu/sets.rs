//! Parameter sets that an encoder gives only in its offer (`sprop-parameter-sets`, RFC 6184 §8.1): they are
//! inserted into its stream before each keyframe, so that viewers and the recording have them like any
//! others.

use std::sync::Arc;

use crate::transport::codec::{has_idr, has_sps};

/// First byte of a STAP-A: type 24, with the importance of parameter sets.
const STAP_A: u8 = 0x78;

/// One layer's parameter sets, and the renumbering that they cause.
pub struct Sets {
    payload: Arc<[u8]>,
    /// Whether the stream has its own: those of the offer are not needed.
    in_band: bool,
    /// RTP time of the last picture they were inserted before.
    shown: Option<u32>,
    /// Number of insertions: packets from `from` on have numbers that much higher.
    inserted: u64,
    from: u64,
}

/// A packet of parameter sets to be inserted.
#[derive(Debug, PartialEq, Eq)]
pub struct Before {
    pub sequence: u64,
    pub payload: Arc<[u8]>,
}

impl Sets {
    /// `None` = there are no units.
    pub fn new(units: &[Vec<u8>]) -> Option<Sets> {
        let mut payload = vec![STAP_A];
        for unit in units {
            payload.extend_from_slice(&u16::try_from(unit.len()).ok()?.to_be_bytes());
            payload.extend_from_slice(unit);
        }
        let payload = payload.into();
        let sets = Sets { payload, in_band: false, shown: None, inserted: 0, from: 0 };
        (!units.is_empty()).then_some(sets)
    }

    /// The number of a packet from now on, and the packet that goes before it, if any.
    pub fn place(&mut self, sequence: u64, timestamp: u32, payload: &[u8]) -> (u64, Option<Before>) {
        self.in_band |= has_sps(payload);
        if !self.in_band && self.shown != Some(timestamp) && sequence >= self.from && has_idr(payload) {
            self.shown = Some(timestamp);
            (self.from, self.inserted) = (sequence, self.inserted + 1);
            let number = sequence + self.inserted;
            return (number, Some(Before { sequence: number - 1, payload: self.payload.clone() }));
        }
        // A late packet belongs to the time before.
        let before = u64::from(sequence < self.from);
        (sequence + self.inserted - before, None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDR: &[u8] = &[0x65, 0x88];
    const DELTA: &[u8] = &[0x41, 0x9a];

    #[test]
    fn sets_go_before_each_keyframe_once_and_numbers_stay_in_order() {
        let mut sets = Sets::new(&[vec![0x67, 1], vec![0x68]]).unwrap();
        let mut out = Vec::new();
        let stream =
            [(10, 1, DELTA), (11, 2, IDR), (12, 2, IDR), (14, 3, DELTA), (13, 3, DELTA), (15, 4, IDR)];
        for (sequence, timestamp, payload) in stream {
            let (number, before) = sets.place(sequence, timestamp, payload);
            out.extend(before.map(|before| {
                assert_eq!(&before.payload[..], [0x78, 0, 2, 0x67, 1, 0, 1, 0x68]);
                (before.sequence, 0)
            }));
            out.push((number, sequence));
        }
        assert_eq!(out, [(10, 10), (11, 0), (12, 11), (13, 12), (15, 14), (14, 13), (16, 0), (17, 15)]);
        assert_eq!(sets.place(9, 0, DELTA).0, 10, "very late: one of before");
    }

    #[test]
    fn a_stream_with_sets_of_its_own_is_left_alone() {
        let mut sets = Sets::new(&[vec![0x67, 1]]).unwrap();
        assert_eq!(sets.place(1, 1, &[0x67, 2]).0, 1);
        assert_eq!(sets.place(2, 1, IDR), (2, None));
        assert!(Sets::new(&[]).is_none());
    }
}
