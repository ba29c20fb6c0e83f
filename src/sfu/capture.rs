//! The recording's share of a hall: the best layer of everything that is published, each from a keyframe on.
//! A recording is one more subscriber, without a leg and without a slot; the poller of the hall copies the
//! packets out of the ring.

use std::time::{Duration, Instant};

use super::ring::Stored;
use super::scene::SourceId;
use super::source::Source;
use crate::recording::picture_area;
use crate::transport::codec::Codec;

/// Time from a keyframe to the next request: it arrives before the second segment behind it must be cut, so
/// that the replay can be entered at every other segment. One for each segment costs a camera of 1.5 Mbit/s 6
/// % more packets, and every viewer their bursts (docs/numbers.md).
const KEYFRAME_AFTER: Duration = Duration::from_millis(3300);

/// Most layers of a source with remembered sizes; browsers send up to three.
const LAYERS_MAX: usize = 4;

/// A packet or report of a publisher, for the recording.
#[derive(Debug, Clone, Copy)]
pub struct Capture<'a> {
    pub source: SourceId,
    pub codec: Codec,
    pub at: Instant,
    pub layer: u8,
    /// See [`Stored::epoch`].
    pub epoch: u8,
    pub what: Captured<'a>,
}

/// The part of a [`Capture`] that differs.
#[derive(Debug, Clone, Copy)]
pub enum Captured<'a> {
    Packet {
        packet: &'a Stored,
        payload: &'a [u8],
    },
    /// A sender report: `rtp` of this layer was at `ntp` on the sender's clock.
    Report {
        ntp: u64,
        rtp: u32,
    },
}

/// A [`Capture`] that waits to be polled, by its places in the hall.
#[derive(Debug, Clone, Copy)]
pub(super) struct CaptureRef {
    /// The hall's source index.
    pub(super) key: u32,
    pub(super) at: Instant,
    pub(super) layer: u8,
    pub(super) what: CapturedRef,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum CapturedRef {
    Packet { sequence: u64 },
    Report { ntp: u64, rtp: u32 },
}

impl CaptureRef {
    /// The capture itself; `None` = its ring has turned.
    pub(super) fn resolve(self, source: &Source) -> Option<Capture<'_>> {
        let CaptureRef { at, layer, .. } = self;
        let (epoch, what) = match self.what {
            CapturedRef::Packet { sequence } => {
                let (packet, padded) = source.packet(layer, sequence)?;
                let payload = &padded[..padded.len() - usize::from(packet.padding)];
                (packet.epoch, Captured::Packet { packet, payload })
            }
            CapturedRef::Report { ntp, rtp } => (source.epoch(layer.into()), Captured::Report { ntp, rtp }),
        };
        Some(Capture { source: source.id, codec: source.codec, at, layer, epoch, what })
    }
}

/// The recorded layer of each source.
#[derive(Debug, Default)]
pub struct BestLayers {
    /// Sorted by the hall's source index.
    followed: Vec<Option<Followed>>,
}

#[derive(Debug, Clone, Copy)]
struct Followed {
    source: SourceId,
    layer: u8,
    /// The wanted layer, taken over with its next keyframe.
    target: u8,
    /// Epoch of the taken packets.
    epoch: u8,
    /// Size of each layer's last keyframe, pixels; 0 = not known.
    areas: [u32; LAYERS_MAX],
    /// The last beginning of a keyframe of the taken layer; `None` = nothing was taken yet.
    keyframe_at: Option<Instant>,
}

impl BestLayers {
    /// Whether a packet just stored is recorded.
    pub fn takes(
        &mut self,
        now: Instant,
        key: u32,
        source: &Source,
        (layer, packet, payload): (u8, &Stored, &[u8]),
    ) -> bool {
        let followed = self.follow(now, key, source);
        if packet.keyframe {
            followed.keyframe(now, layer, packet.epoch, picture_area(source.codec, payload));
        }
        layer == followed.layer && followed.keyframe_at.is_some() && packet.epoch == followed.epoch
    }

    /// Chooses the best arriving layer.
    pub fn aim(&mut self, now: Instant, key: u32, source: &Source) {
        if source.permitted
            && let Some((best, _)) = source.ladder(now).last()
        {
            let followed = self.follow(now, key, source);
            // The sizes of the pictures are surer than the order of layers before bitrates are known.
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
    /// Handles the beginning of a keyframe. It is taken if it is of the wanted layer, or of one with a larger
    /// picture: at its beginning a stream shows its best layers one after the other.
    fn keyframe(&mut self, now: Instant, layer: u8, epoch: u8, area: Option<u32>) {
        let area_of = |areas: &[u32], layer: u8| areas.get(usize::from(layer)).copied().unwrap_or(0);
        if let (Some(area), Some(known)) = (area, self.areas.get_mut(usize::from(layer))) {
            *known = area;
        }
        let is_larger = area_of(&self.areas, layer) > area_of(&self.areas, self.target);
        // A reordered packet may be from before.
        let is_old = layer == self.layer && self.epoch.wrapping_sub(epoch).wrapping_sub(1) < 128;
        if (layer == self.target || is_larger) && !is_old {
            (self.layer, self.target, self.epoch, self.keyframe_at) = (layer, layer, epoch, Some(now));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::SourceKind;
    use crate::sfu::scene::LegId;
    use crate::sfu::subscriber::ParticipantId;

    fn source(kind: SourceKind, layers: usize) -> Source {
        let id = SourceId { leg: LegId(1), person: ParticipantId(1), kind };
        let mut source = Source::new(id, Codec::Vp8, layers);
        source.permitted = true;
        source
    }

    /// Layer and number of everything taken.
    #[derive(Default)]
    struct Taken {
        best: BestLayers,
        packets: Vec<(u8, u64)>,
    }

    impl Taken {
        fn arrive(&mut self, now: Instant, source: &mut Source, layer: u8, sequence: u64, keyframe: bool) {
            let packet = Stored::arrived(sequence, 0, true, keyframe);
            assert!(source.store(now, layer.into(), packet, &[layer; 100]));
            self.offer(now, source, layer, &packet, &[layer; 100]);
        }

        fn offer(&mut self, now: Instant, source: &Source, layer: u8, packet: &Stored, payload: &[u8]) {
            if self.best.takes(now, 0, source, (layer, packet, payload)) {
                self.packets.push((layer, packet.sequence));
            }
        }
    }

    #[test]
    fn it_starts_with_a_keyframe_and_goes_over_to_a_better_layer_with_one() {
        let now = Instant::now();
        let mut taken = Taken::default();
        let mut camera = source(SourceKind::Camera, 2);
        taken.arrive(now, &mut camera, 0, 1, false);
        assert_eq!(taken.best.needs_keyframe(now, 0, &camera), Some(0));
        taken.arrive(now, &mut camera, 0, 2, true);
        taken.arrive(now, &mut camera, 0, 3, false);
        taken.arrive(now, &mut camera, 1, 70, false);
        taken.best.aim(now, 0, &camera);
        assert_eq!(taken.best.needs_keyframe(now, 0, &camera), Some(1));
        taken.arrive(now, &mut camera, 0, 4, false);
        taken.arrive(now, &mut camera, 1, 71, true);
        taken.arrive(now, &mut camera, 0, 5, true);
        taken.arrive(now, &mut camera, 1, 72, false);
        assert_eq!(taken.packets, [(0, 2), (0, 3), (0, 4), (1, 71), (1, 72)]);
        assert_eq!(taken.best.needs_keyframe(now, 0, &camera), None);
        // Still sending, but without a keyframe for long.
        let later = now + KEYFRAME_AFTER;
        taken.arrive(later, &mut camera, 1, 73, false);
        assert_eq!(taken.best.needs_keyframe(later, 0, &camera), Some(1));
    }

    #[test]
    fn another_source_in_the_same_place_starts_anew() {
        let now = Instant::now();
        let mut taken = Taken::default();
        let mut first = source(SourceKind::Camera, 1);
        taken.arrive(now, &mut first, 0, 1, true);
        let mut second = source(SourceKind::Screen, 1);
        taken.arrive(now, &mut second, 0, 2, false);
        taken.arrive(now, &mut second, 0, 3, true);
        assert_eq!(taken.packets, [(0, 1), (0, 3)]);
    }

    #[test]
    fn a_larger_layer_that_comes_at_once_is_taken_at_once() {
        let now = Instant::now();
        let mut taken = Taken::default();
        let mut camera = source(SourceKind::Camera, 3);
        // Keyframes of VP8 tell their size; the best layer may be listed first or last.
        let key = |width: u8| [0x10, 0x50, 0x01, 0x00, 0x9d, 0x01, 0x2a, width, 0x01, 0xb4, 0x00];
        for (layer, sequence, width) in
            [(1, 10, 90), (2, 20, 200), (0, 1, 50), (2, 21, 0), (1, 11, 0), (0, 2, 0)]
        {
            let packet = Stored::arrived(sequence, 0, true, width > 0);
            let payload = if width > 0 { key(width).to_vec() } else { vec![0x10, 0x51] };
            assert!(camera.store(now, layer.into(), packet, &payload));
            taken.offer(now, &camera, layer, &packet, &payload);
            taken.best.aim(now, 0, &camera);
        }
        assert_eq!(taken.packets, [(1, 10), (2, 20), (2, 21)]);
    }

    #[test]
    fn a_sender_that_starts_anew_is_taken_from_its_keyframe_on() {
        let now = Instant::now();
        let mut taken = Taken::default();
        let mut camera = source(SourceKind::Camera, 1);
        taken.arrive(now, &mut camera, 0, 1, true);
        camera.interrupt(0);
        let epoch = camera.epoch(0);
        assert_eq!(taken.best.needs_keyframe(now, 0, &camera), Some(0));
        for (sequence, keyframe, epoch) in
            [(200, false, epoch), (201, true, epoch), (2, true, 0), (202, false, epoch)]
        {
            let packet = Stored { epoch, ..Stored::arrived(sequence, 0, true, keyframe) };
            taken.offer(now, &camera, 0, &packet, &[0; 100]);
        }
        assert_eq!(taken.packets, [(0, 1), (0, 201), (0, 202)]);
    }

    #[test]
    fn a_capture_is_what_was_sent_without_the_padding_of_the_burst() {
        let now = Instant::now();
        let mut mic = source(SourceKind::Mic, 1);
        for (sequence, len) in [(1, 100), (2, 99)] {
            assert!(mic.store(now, 0, Stored::arrived(sequence, 0, true, true), &vec![7; len]));
        }
        mic.even_out();
        assert_eq!(mic.packet(0, 2).unwrap().1.len(), 100);
        let waiting =
            |sequence| CaptureRef { key: 0, at: now, layer: 0, what: CapturedRef::Packet { sequence } };
        let Captured::Packet { payload, .. } = waiting(2).resolve(&mic).unwrap().what else { panic!() };
        assert_eq!(payload, [7; 99]);
        assert!(waiting(3).resolve(&mic).is_none());
    }
}
