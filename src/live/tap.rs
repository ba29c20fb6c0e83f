//! The recorder's place in a hall: one more subscriber, of the best layer of everything that is
//! published. It has no leg and no slot: packets are copied once into a bounded queue that another
//! thread empties. Forwarding never waits for it; what does not fit is counted and lost to the
//! recording alone.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::SyncSender;
use std::time::{Duration, Instant};

use crate::sfu::ring::Stored;
use crate::sfu::scene::SourceId;
use crate::sfu::source::Source;
use crate::transport::codec::Codec;

/// A keyframe is asked for so long after the last one: it arrives before the second segment behind it
/// must be cut, so that the replay can be entered at every other segment. One for each costs a camera of
/// 1.5 Mbit/s 6 % more packets, and every viewer their bursts (README, Numbers).
const KEYFRAME_AFTER: Duration = Duration::from_millis(3300);

/// Names a recording in the recorder's queues; unique in the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TapId(pub u64);

/// Something that a publisher sent.
#[derive(Debug)]
pub struct Tapped {
    pub tap: TapId,
    pub source: SourceId,
    pub codec: Codec,
    pub at: Instant,
    pub layer: u8,
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
        /// Something of this tap was lost before it: the queue was full.
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
    /// What the queue had no room for, for the operator.
    lost: Arc<AtomicU64>,
    lost_some: bool,
    /// By the hall's source index.
    followed: Vec<Option<Followed>>,
}

#[derive(Debug, Clone, Copy)]
struct Followed {
    source: SourceId,
    layer: u8,
    /// Taken over with its next keyframe.
    target: u8,
    /// When the taken layer last began a keyframe; none: nothing was taken yet.
    keyframe_at: Option<Instant>,
}

impl Tap {
    pub fn new(id: TapId, queue: SyncSender<Tapped>, lost: Arc<AtomicU64>) -> Tap {
        Tap { id, queue, lost, lost_some: false, followed: Vec::new() }
    }

    /// Takes a packet that was just stored (its layer, what is known of it, its payload), if it is of
    /// the layer that is recorded.
    pub fn packet(
        &mut self,
        now: Instant,
        key: u32,
        source: &Source,
        codec: Codec,
        (layer, packet, payload): (u8, &Stored, &[u8]),
    ) {
        let followed = self.follow(now, key, source);
        if packet.keyframe && layer == followed.target {
            followed.layer = layer;
            followed.keyframe_at = Some(now);
        }
        if layer != followed.layer || followed.keyframe_at.is_none() {
            return;
        }
        let what = What::Packet {
            sequence: packet.sequence,
            rtp: packet.timestamp,
            marker: packet.marker,
            payload: payload.into(),
            after_loss: self.lost_some,
        };
        self.send(now, source.id, codec, layer, what);
    }

    /// Takes a sender report. Those of other layers are needed, too: a switch builds on them.
    pub fn report(&mut self, now: Instant, source: SourceId, codec: Codec, layer: u8, ntp: u64, rtp: u32) {
        self.send(now, source, codec, layer, What::Report { ntp, rtp });
    }

    fn send(&mut self, at: Instant, source: SourceId, codec: Codec, layer: u8, what: What) {
        let is_packet = matches!(what, What::Packet { .. });
        match self.queue.try_send(Tapped { tap: self.id, source, codec, at, layer, what }) {
            Ok(()) if is_packet => self.lost_some = false,
            Ok(()) => {}
            Err(_) => {
                self.lost_some = true;
                self.lost.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    /// Chooses the best layer that arrives.
    pub fn aim(&mut self, now: Instant, key: u32, source: &Source) {
        if source.permitted
            && let Some((best, _)) = source.ladder(now).last()
        {
            self.follow(now, key, source).target = *best;
        }
    }

    /// The layer of a source whose keyframe is needed now.
    pub fn needs_keyframe(&self, now: Instant, key: u32, source: &Source) -> Option<u8> {
        let followed = self.followed.get(key as usize).copied().flatten()?;
        if !source.is_video() || followed.source != source.id || !source.is_alive(now) {
            return None;
        }
        let stale = |at| now.saturating_duration_since(at) >= KEYFRAME_AFTER;
        let needed = followed.layer != followed.target || followed.keyframe_at.is_none_or(stale);
        needed.then_some(followed.target)
    }

    fn follow(&mut self, now: Instant, key: u32, source: &Source) -> &mut Followed {
        let index = key as usize;
        if self.followed.len() <= index {
            self.followed.resize(index + 1, None);
        }
        let place = &mut self.followed[index];
        // A place in the hall is reused after its source ended.
        if place.is_none_or(|followed| followed.source != source.id) {
            let best = source.ladder(now).last().map_or(0, |(layer, _)| *layer);
            *place = Some(Followed { source: source.id, layer: best, target: best, keyframe_at: None });
        }
        place.as_mut().expect("just filled")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, sync_channel};

    use super::*;
    use crate::protocol::{ParticipantId, SourceKind};
    use crate::sfu::scene::LegId;

    fn tap(room: usize) -> (Tap, Receiver<Tapped>) {
        let (queue, taken) = sync_channel(room);
        (Tap::new(TapId(1), queue, Arc::default()), taken)
    }

    fn source(kind: SourceKind, layers: usize) -> Source {
        let id = SourceId { leg: LegId(1), person: ParticipantId(1), kind };
        let mut source = Source::new(id, 90_000, layers);
        source.permitted = true;
        source
    }

    fn arrive(tap: &mut Tap, now: Instant, source: &mut Source, layer: u8, sequence: u64, keyframe: bool) {
        let packet = Stored::arrived(sequence, 0, true, keyframe);
        assert!(source.store(now, layer.into(), packet, &[layer; 100]));
        tap.packet(now, 0, source, Codec::Vp8, (layer, &packet, &[layer; 100]));
    }

    /// Layer and number of everything taken so far.
    fn taken(queue: &Receiver<Tapped>) -> Vec<(u8, u64)> {
        let packet = |tapped: Tapped| match tapped.what {
            What::Packet { sequence, .. } => (tapped.layer, sequence),
            What::Report { .. } => panic!("nobody reported"),
        };
        queue.try_iter().map(packet).collect()
    }

    #[test]
    fn it_starts_with_a_keyframe_and_goes_over_to_a_better_layer_with_one() {
        let now = Instant::now();
        let (mut tap, queue) = tap(100);
        let mut camera = source(SourceKind::Camera, 2);
        arrive(&mut tap, now, &mut camera, 0, 1, false);
        assert_eq!(tap.needs_keyframe(now, 0, &camera), Some(0));
        arrive(&mut tap, now, &mut camera, 0, 2, true);
        arrive(&mut tap, now, &mut camera, 0, 3, false);
        arrive(&mut tap, now, &mut camera, 1, 70, false);
        tap.aim(now, 0, &camera);
        assert_eq!(tap.needs_keyframe(now, 0, &camera), Some(1));
        arrive(&mut tap, now, &mut camera, 0, 4, false);
        arrive(&mut tap, now, &mut camera, 1, 71, true);
        arrive(&mut tap, now, &mut camera, 0, 5, true);
        arrive(&mut tap, now, &mut camera, 1, 72, false);
        assert_eq!(taken(&queue), [(0, 2), (0, 3), (0, 4), (1, 71), (1, 72)]);
        assert_eq!(tap.needs_keyframe(now, 0, &camera), None);
        // Still sending, but without a keyframe for long.
        let later = now + KEYFRAME_AFTER;
        arrive(&mut tap, later, &mut camera, 1, 73, false);
        assert_eq!(tap.needs_keyframe(later, 0, &camera), Some(1));
    }

    #[test]
    fn a_full_queue_loses_packets_counts_them_and_says_so_afterwards() {
        let now = Instant::now();
        let (mut tap, queue) = tap(2);
        let mut mic = source(SourceKind::Mic, 1);
        (1..=4).for_each(|sequence| arrive(&mut tap, now, &mut mic, 0, sequence, true));
        assert_eq!(tap.lost.load(Ordering::Relaxed), 2);
        assert_eq!(taken(&queue), [(0, 1), (0, 2)]);
        arrive(&mut tap, now, &mut mic, 0, 5, true);
        let What::Packet { after_loss, .. } = queue.try_recv().unwrap().what else { panic!() };
        assert!(after_loss);
        arrive(&mut tap, now, &mut mic, 0, 6, true);
        let What::Packet { after_loss, .. } = queue.try_recv().unwrap().what else { panic!() };
        assert!(!after_loss);
    }

    #[test]
    fn another_source_in_the_same_place_starts_anew() {
        let now = Instant::now();
        let (mut tap, queue) = tap(100);
        let mut first = source(SourceKind::Camera, 1);
        arrive(&mut tap, now, &mut first, 0, 1, true);
        let mut second = source(SourceKind::Screen, 1);
        arrive(&mut tap, now, &mut second, 0, 2, false);
        arrive(&mut tap, now, &mut second, 0, 3, true);
        assert_eq!(taken(&queue), [(0, 1), (0, 3)]);
    }
}
