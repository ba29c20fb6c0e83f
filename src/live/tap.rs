//! The way from a hall to the recorder: recorded packets are copied once into a bounded queue that another
//! thread empties. Forwarding never waits for it; a packet without room is counted and lost to the recording
//! alone. [`crate::sfu::capture`] decides what is recorded.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::SyncSender;
use std::time::Instant;

use crate::sfu::capture::{Capture, Captured};
use crate::sfu::scene::SourceId;
use crate::transport::codec::Codec;

/// Id of a recording in the recorder's queues; unique in the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TapId(pub u64);

/// A captured packet or report of a publisher.
#[derive(Debug)]
pub struct Tapped {
    pub tap: TapId,
    pub source: SourceId,
    pub codec: Codec,
    pub at: Instant,
    pub layer: u8,
    /// See [`crate::sfu::ring::Stored::epoch`].
    pub epoch: u8,
    pub what: What,
}

#[derive(Debug)]
pub enum What {
    Packet {
        /// Extended, in the layer's own numbering.
        sequence: u64,
        rtp: u32,
        marker: bool,
        payload: Box<[u8]>,
        /// Packets of this tap before it were lost: the queue was full.
        after_loss: bool,
    },
    /// A sender report: `rtp` of this layer was at `ntp` on the sender's clock.
    Report { ntp: u64, rtp: u32 },
}

/// A hall's way to the recorder.
#[derive(Debug)]
pub struct Tap {
    id: TapId,
    queue: SyncSender<Tapped>,
    /// Number of packets without room in the queue, for the operator.
    lost: Arc<AtomicU64>,
    lost_some: bool,
}

impl Tap {
    pub fn new(id: TapId, queue: SyncSender<Tapped>, lost: Arc<AtomicU64>) -> Tap {
        Tap { id, queue, lost, lost_some: false }
    }

    /// Copies a captured packet or report into the queue.
    pub fn take(&mut self, capture: &Capture<'_>) {
        let what = match capture.what {
            Captured::Packet { packet, payload } => What::Packet {
                sequence: packet.sequence,
                rtp: packet.timestamp,
                marker: packet.marker,
                payload: payload.into(),
                after_loss: self.lost_some,
            },
            Captured::Report { ntp, rtp } => What::Report { ntp, rtp },
        };
        let is_packet = matches!(what, What::Packet { .. });
        let Capture { source, codec, at, layer, epoch, .. } = *capture;
        match self.queue.try_send(Tapped { tap: self.id, source, codec, at, layer, epoch, what }) {
            Ok(()) if is_packet => self.lost_some = false,
            Ok(()) => {}
            Err(_) => self.lose(),
        }
    }

    /// Notes that packets were passed over that would have been taken.
    pub fn lose(&mut self) {
        self.lost_some = true;
        self.lost.fetch_add(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::sync_channel;

    use super::*;
    use crate::lesson::SourceKind;
    use crate::protocol::ParticipantId;
    use crate::sfu::ring::Stored;
    use crate::sfu::scene::LegId;

    fn arrive(tap: &mut Tap, sequence: u64) {
        let source = SourceId { leg: LegId(1), person: ParticipantId(1), kind: SourceKind::Mic };
        let packet = Stored::arrived(sequence, 0, true, true);
        let what = Captured::Packet { packet: &packet, payload: &[0; 100] };
        tap.take(&Capture { source, codec: Codec::Opus, at: Instant::now(), layer: 0, epoch: 0, what });
    }

    #[test]
    fn a_full_queue_loses_packets_counts_them_and_says_so_afterwards() {
        let (queue, taken) = sync_channel(2);
        let mut tap = Tap::new(TapId(1), queue, Arc::default());
        (1..=4).for_each(|sequence| arrive(&mut tap, sequence));
        assert_eq!(tap.lost.load(Ordering::Relaxed), 2);
        let numbers = taken.try_iter().map(|tapped| match tapped.what {
            What::Packet { sequence, .. } => (tapped.layer, sequence),
            What::Report { .. } => panic!("nobody reported"),
        });
        assert_eq!(numbers.collect::<Vec<_>>(), [(0, 1), (0, 2)]);
        arrive(&mut tap, 5);
        let What::Packet { after_loss, .. } = taken.try_recv().unwrap().what else { panic!() };
        assert!(after_loss);
        arrive(&mut tap, 6);
        let What::Packet { after_loss, .. } = taken.try_recv().unwrap().what else { panic!() };
        assert!(!after_loss);
    }
}
