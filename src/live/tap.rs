//! The recorder's place in a hall: one more subscriber, of the best layer of everything that is
//! published. It has no leg and no slot: packets are copied once into a bounded queue that another
//! thread empties. Forwarding never waits for it; what does not fit is counted and lost to the
//! recording alone.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::SyncSender;
use std::time::{Duration, Instant};

use crate::recording::picture_area;
use crate::sfu::ring::Stored;
use crate::sfu::scene::SourceId;
use crate::sfu::source::Source;
use crate::transport::codec::Codec;

/// A keyframe is asked for so long after the last one: it arrives before the second segment behind it
/// must be cut, so that the replay can be entered at every other segment. One for each costs a camera of
/// 1.5 Mbit/s 6 % more packets, and every viewer their bursts (README, Numbers).
const KEYFRAME_AFTER: Duration = Duration::from_millis(3300);

/// Layers of a source whose sizes are remembered; browsers send up to three.
const LAYERS_MAX: usize = 4;

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
    /// See [`Stored::epoch`].
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
    /// Of the packets that are taken.
    epoch: u8,
    /// Picture of each layer's last keyframe, pixels; 0 = not known.
    areas: [u32; LAYERS_MAX],
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
        if packet.keyframe {
            followed.keyframe(now, layer, packet.epoch, picture_area(codec, payload));
        }
        if layer != followed.layer || followed.keyframe_at.is_none() || packet.epoch != followed.epoch {
            return;
        }
        let what = What::Packet {
            sequence: packet.sequence,
            rtp: packet.timestamp,
            marker: packet.marker,
            payload: payload.into(),
            after_loss: self.lost_some,
        };
        self.send(now, source.id, codec, (layer, packet.epoch), what);
    }

    /// Takes a sender report. Those of other layers are needed, too: a switch builds on them.
    pub fn report(&mut self, now: Instant, source: &Source, codec: Codec, layer: u8, ntp: u64, rtp: u32) {
        let epoch = source.epoch(layer.into());
        self.send(now, source.id, codec, (layer, epoch), What::Report { ntp, rtp });
    }

    /// Packets were passed over that would have been taken.
    pub fn lose(&mut self) {
        self.lost_some = true;
        self.lost.fetch_add(1, Ordering::Relaxed);
    }

    fn send(&mut self, at: Instant, source: SourceId, codec: Codec, (layer, epoch): (u8, u8), what: What) {
        let is_packet = matches!(what, What::Packet { .. });
        match self.queue.try_send(Tapped { tap: self.id, source, codec, at, layer, epoch, what }) {
            Ok(()) if is_packet => self.lost_some = false,
            Ok(()) => {}
            Err(_) => self.lose(),
        }
    }

    /// Chooses the best layer that arrives.
    pub fn aim(&mut self, now: Instant, key: u32, source: &Source) {
        if source.permitted
            && let Some((best, _)) = source.ladder(now).last()
        {
            let followed = self.follow(now, key, source);
            // What the pictures showed is surer than the order before bitrates are known.
            let area = |layer: u8| followed.areas.get(usize::from(layer)).copied().unwrap_or(0);
            let alive = source.ladder(now);
            let larger = alive.iter().map(|(layer, _)| *layer).filter(|layer| area(*layer) > area(*best));
            followed.target = larger.max_by_key(|layer| area(*layer)).unwrap_or(*best);
        }
    }

    /// The layer of a source whose keyframe is needed now.
    pub fn needs_keyframe(&self, now: Instant, key: u32, source: &Source) -> Option<u8> {
        let followed = self.followed.get(key as usize).copied().flatten()?;
        if !source.is_video() || followed.source != source.id || !source.is_alive(now) {
            return None;
        }
        let stale = |at| now.saturating_duration_since(at) >= KEYFRAME_AFTER;
        let anew = source.epoch(followed.target.into()) != followed.epoch;
        let needed = anew || followed.layer != followed.target || followed.keyframe_at.is_none_or(stale);
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
            let (source, areas) = (source.id, [0; LAYERS_MAX]);
            let (layer, target, epoch, keyframe_at) = (best, best, 0, None);
            *place = Some(Followed { source, layer, target, epoch, areas, keyframe_at });
        }
        place.as_mut().expect("just filled")
    }
}

impl Followed {
    /// A keyframe begins. It is taken when it is of the wanted layer, or of one with a larger picture: at
    /// its beginning a stream shows its best layers one after the other.
    fn keyframe(&mut self, now: Instant, layer: u8, epoch: u8, area: Option<u32>) {
        let area_of = |areas: &[u32], layer: u8| areas.get(usize::from(layer)).copied().unwrap_or(0);
        if let (Some(area), Some(known)) = (area, self.areas.get_mut(usize::from(layer))) {
            *known = area;
        }
        let is_larger = area_of(&self.areas, layer) > area_of(&self.areas, self.target);
        // What came in another order may be of before.
        let is_old = layer == self.layer && self.epoch.wrapping_sub(epoch).wrapping_sub(1) < 128;
        if (layer == self.target || is_larger) && !is_old {
            (self.layer, self.target, self.epoch, self.keyframe_at) = (layer, layer, epoch, Some(now));
        }
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

    #[test]
    fn a_larger_layer_that_comes_at_once_is_taken_at_once() {
        let now = Instant::now();
        let (mut tap, queue) = tap(100);
        let mut camera = source(SourceKind::Camera, 3);
        // Keyframes of VP8 say how large they are; the best layer may be listed first or last.
        let key = |width: u8| [0x10, 0x50, 0x01, 0x00, 0x9d, 0x01, 0x2a, width, 0x01, 0xb4, 0x00];
        let mut arrive = |camera: &mut Source, layer: u8, sequence: u64, width: u8| {
            let packet = Stored::arrived(sequence, 0, true, width > 0);
            let payload = if width > 0 { key(width).to_vec() } else { vec![0x10, 0x51] };
            camera.store(now, layer.into(), packet, &payload);
            tap.packet(now, 0, camera, Codec::Vp8, (layer, &packet, &payload));
            tap.aim(now, 0, camera);
        };
        for (layer, sequence, width) in
            [(1, 10, 90), (2, 20, 200), (0, 1, 50), (2, 21, 0), (1, 11, 0), (0, 2, 0)]
        {
            arrive(&mut camera, layer, sequence, width);
        }
        assert_eq!(taken(&queue), [(1, 10), (2, 20), (2, 21)]);
    }

    #[test]
    fn a_sender_that_starts_anew_is_taken_from_its_keyframe_on() {
        let now = Instant::now();
        let (mut tap, queue) = tap(100);
        let mut camera = source(SourceKind::Camera, 1);
        arrive(&mut tap, now, &mut camera, 0, 1, true);
        camera.interrupt(0);
        let epoch = camera.epoch(0);
        assert_eq!(tap.needs_keyframe(now, 0, &camera), Some(0));
        for (sequence, keyframe, epoch) in
            [(200, false, epoch), (201, true, epoch), (2, true, 0), (202, false, epoch)]
        {
            let packet = Stored { epoch, ..Stored::arrived(sequence, 0, true, keyframe) };
            tap.packet(now, 0, &camera, Codec::Vp8, (0, &packet, &[0; 100]));
        }
        assert_eq!(taken(&queue), [(0, 1), (0, 201), (0, 202)]);
    }
}
