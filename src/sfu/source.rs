//! A published stream with its layers, in the view of its subscribers.

use std::time::{Duration, Instant};

use super::keyframes::KeyframeGate;
use super::ring::{PacketRing, Stored};
use super::scene::SourceId;
use super::sets::Sets;
use crate::lesson::SourceKind;
use crate::transport::codec::Codec;

/// Silence after which a layer is not offered to viewers.
const SILENT_AFTER: Duration = Duration::from_secs(2);
/// Silence after which a layer is not offered while the others sent this many frames: a browser short of
/// processor time drops a layer without a word, and its viewers must not look at a still picture.
const OUTRUN_AFTER: Duration = Duration::from_millis(400);
const OUTRUN_FRAMES: u32 = 10;
const VIDEO_RING: usize = 512;
const AUDIO_RING: usize = 64;
/// Most padding that makes a packet as long as the longest of its burst: the kernel takes a burst of equal
/// packets in one call (UDP_SEGMENT), and encoders cut frames into packets that differ by a byte or two.
const EVEN_OUT_MAX: usize = 24;

/// A published stream.
pub struct Source {
    pub id: SourceId,
    pub codec: Codec,
    pub layers: Vec<Layer>,
    /// Packets of this batch that are not fanned out yet: layer and sequence number.
    pub fresh: Vec<(u8, u64)>,
    /// The subscribers: leg and slot, by their indices in the room.
    pub subscribers: Vec<(u32, u16)>,
    /// Whether the sender may publish this (role, stage, not muted).
    pub permitted: bool,
    /// Whether layers come best first (some encoders list them so), judged by their bitrates.
    best_first: bool,
    /// The layers that were arriving at the last look, one bit each.
    arriving: u32,
    /// Parameter sets of its only layer, if the offer gave them.
    pub sets: Option<Sets>,
    /// Whether pictures came that refer to later ones (B-frames).
    pub has_b_frames: bool,
}

/// One quality of a source.
pub struct Layer {
    ring: Option<PacketRing>,
    pub keyframes: KeyframeGate,
    clock: Option<SenderClock>,
    /// See [`Stored::epoch`].
    epoch: u8,
    /// Nothing was stored since the restart.
    interrupted: bool,
    last_at: Option<Instant>,
    /// Frames of other layers since then.
    outrun: u32,
    bytes: u64,
    bps: u64,
}

/// RTP time of a publisher's stream relative to our clock, from its sender reports.
#[derive(Debug, Clone, Copy)]
struct SenderClock {
    rtp: u32,
    at: Instant,
}

impl Source {
    pub fn new(id: SourceId, codec: Codec, layers: usize) -> Source {
        let layer = || Layer {
            ring: None,
            keyframes: KeyframeGate::default(),
            clock: None,
            epoch: 0,
            interrupted: false,
            last_at: None,
            outrun: 0,
            bytes: 0,
            bps: 0,
        };
        Source {
            id,
            codec,
            layers: (0..layers).map(|_| layer()).collect(),
            fresh: Vec::new(),
            subscribers: Vec::new(),
            permitted: false,
            best_first: false,
            arriving: 0,
            sets: None,
            has_b_frames: false,
        }
    }

    pub fn is_video(&self) -> bool {
        self.id.kind != SourceKind::Mic
    }

    /// Stores an arriving packet for the coming fan-out; false = it cannot be kept.
    pub fn store(&mut self, now: Instant, layer: usize, packet: Stored, payload: &[u8]) -> bool {
        let places = if self.is_video() { VIDEO_RING } else { AUDIO_RING };
        if packet.marker {
            self.layers.iter_mut().for_each(|layer| layer.outrun = layer.outrun.saturating_add(1));
        }
        let quality = &mut self.layers[layer];
        // Packets of padding alone measure the bandwidth, even for a layer that shows nothing.
        if !payload.is_empty() {
            quality.last_at = Some(now);
            quality.outrun = 0;
        }
        quality.interrupted = false;
        quality.bytes += payload.len() as u64;
        let ring = quality.ring.get_or_insert_with(|| PacketRing::new(places));
        if !ring.store(Stored { epoch: quality.epoch, ..packet }, payload) {
            return false;
        }
        if packet.keyframe {
            quality.keyframes.came(now);
        }
        self.fresh.push((layer as u8, packet.sequence));
        true
    }

    /// Restarts a layer: its sender did, or packets of it were passed over. Everybody who gets it goes on
    /// with its next keyframe, which is requested.
    pub fn interrupt(&mut self, layer: usize) {
        let is_video = self.is_video();
        let quality = &mut self.layers[layer];
        if std::mem::replace(&mut quality.interrupted, true) {
            return;
        }
        quality.epoch = quality.epoch.wrapping_add(1);
        quality.clock = None;
        if is_video {
            quality.keyframes.want();
        }
    }

    /// See [`Stored::epoch`].
    pub fn epoch(&self, layer: usize) -> u8 {
        self.layers[layer].epoch
    }

    /// A packet of a layer, if it is still in its ring.
    pub fn packet(&self, layer: u8, sequence: u64) -> Option<(&Stored, &[u8])> {
        self.layers.get(usize::from(layer))?.ring.as_ref()?.get(sequence)
    }

    /// Pads the fresh packets of each layer to one length, if little is missing.
    pub fn even_out(&mut self) {
        if self.fresh.len() < 2 {
            return;
        }
        for layer in 0..self.layers.len() as u8 {
            let of_layer = || self.fresh.iter().filter(|(of, _)| *of == layer);
            let len = |sequence| self.packet(layer, sequence).map_or(0, |(_, payload)| payload.len());
            let longest = of_layer().map(|(_, sequence)| len(*sequence)).max().unwrap_or(0);
            let Some(ring) = &mut self.layers[usize::from(layer)].ring else { continue };
            for (_, sequence) in self.fresh.iter().filter(|(of, _)| *of == layer) {
                let short =
                    ring.get(*sequence).is_some_and(|(_, payload)| longest - payload.len() <= EVEN_OUT_MAX);
                if short {
                    ring.pad(*sequence, longest);
                }
            }
        }
    }

    /// Notes a sender report: RTP time `rtp` belongs to about `now`. The network's delay is the same for the
    /// sender's sound and picture, so it does not affect their agreement.
    pub fn note_clock(&mut self, now: Instant, layer: usize, rtp: u32) {
        self.layers[layer].clock = Some(SenderClock { rtp, at: now });
    }

    /// RTP time of a layer at `now`, once its sender has reported.
    pub fn rtp_time(&self, layer: u8, now: Instant) -> Option<u32> {
        let clock = self.layers.get(usize::from(layer))?.clock?;
        let passed = now.saturating_duration_since(clock.at);
        let ticks = passed.as_micros() * u128::from(self.codec.clock_hz()) / 1_000_000;
        Some(clock.rtp.wrapping_add(ticks as u32))
    }

    /// Every second: the rate of each layer.
    pub fn measure(&mut self, passed: Duration) {
        for layer in &mut self.layers {
            let bps = (layer.bytes as f64 * 8.0 / passed.as_secs_f64().max(0.001)) as u64;
            // Rises are followed at once (a switch must not overrun a link), falls slowly.
            layer.bps = if bps > layer.bps { bps } else { (layer.bps * 3 + bps) / 4 };
            layer.bytes = 0;
        }
        if let [first, .., last] = &self.layers[..]
            && first.bps > 0
            && last.bps > 0
        {
            self.best_first = first.bps > last.bps;
        }
    }

    /// Whether packets of any layer are arriving.
    pub fn is_alive(&self, now: Instant) -> bool {
        (0..self.layers.len()).any(|layer| self.layer_is_alive(layer, now))
    }

    fn layer_is_alive(&self, layer: usize, now: Instant) -> bool {
        let layer = &self.layers[layer];
        layer.last_at.is_some_and(|at| {
            let silent = now.saturating_duration_since(at);
            silent < SILENT_AFTER && (silent < OUTRUN_AFTER || layer.outrun < OUTRUN_FRAMES)
        })
    }

    /// Whether other layers are arriving than at the last call.
    pub fn take_changed(&mut self, now: Instant) -> bool {
        let bit = |layer| u32::from(self.layer_is_alive(layer, now)) << layer;
        let arriving = (0..self.layers.len()).map(bit).sum();
        std::mem::replace(&mut self.arriving, arriving) != arriving
    }

    /// The arriving layers with their bit/s, lowest quality first.
    pub fn ladder(&self, now: Instant) -> Vec<(u8, u64)> {
        let alive = |layer: &usize| self.layer_is_alive(*layer, now);
        let step = |layer: usize| (layer as u8, self.layers[layer].bps);
        if self.best_first {
            (0..self.layers.len()).rev().filter(alive).map(step).collect()
        } else {
            (0..self.layers.len()).filter(alive).map(step).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sfu::scene::LegId;
    use crate::sfu::subscriber::ParticipantId;

    fn camera(layers: usize) -> Source {
        let id = SourceId { leg: LegId(1), person: ParticipantId(1), kind: SourceKind::Camera };
        Source::new(id, Codec::Vp8, layers)
    }

    fn packet(sequence: u64) -> Stored {
        Stored::arrived(sequence, 0, false, false)
    }

    #[test]
    fn the_packets_of_a_burst_come_out_alike() {
        let now = Instant::now();
        let mut source = camera(1);
        for (sequence, len) in [(1, 1000), (2, 999), (3, 1000), (4, 300)] {
            assert!(source.store(now, 0, packet(sequence), &vec![7; len]));
        }
        source.even_out();
        let lens: Vec<_> = (1..=4).map(|sequence| source.packet(0, sequence).unwrap().1.len()).collect();
        assert_eq!(lens, [1000, 1000, 1000, 300]);
    }

    #[test]
    fn the_ladder_goes_up_whatever_the_order_of_the_offer() {
        let start = Instant::now();
        let mut source = camera(3);
        for (layer, len) in [(0, 1400), (1, 700), (2, 100)] {
            source.store(start, layer, packet(1), &vec![0; len]);
        }
        assert_eq!(source.ladder(start).iter().map(|step| step.0).collect::<Vec<_>>(), [0, 1, 2]);
        source.measure(Duration::from_secs(1));
        assert_eq!(source.ladder(start), [(2, 800), (1, 5600), (0, 11_200)]);
        assert!(source.ladder(start + SILENT_AFTER).is_empty());
    }

    #[test]
    fn a_layer_that_stops_while_others_go_on_is_left_at_once() {
        let start = Instant::now();
        let frame = |number| Stored::arrived(number, 0, true, false);
        let mut source = camera(3);
        let steps = |source: &Source, now| source.ladder(now).iter().map(|step| step.0).collect::<Vec<_>>();
        for number in 1..=60 {
            let now = start + Duration::from_millis(33) * number;
            for layer in 0..3 {
                // The best layer drops out for ever, another one for as long as a slow encoder may.
                if (layer == 2 && number > 30) || (layer == 1 && (31..=40).contains(&number)) {
                    continue;
                }
                source.store(now, layer, frame(number.into()), &[0; 100]);
            }
            let expected: &[u8] = if number > 42 { &[0, 1] } else { &[0, 1, 2] };
            assert_eq!(steps(&source, now), expected, "{number}");
            assert_eq!(source.take_changed(now), number == 1 || number == 43, "{number}");
        }
        // Everything stops, as on a bad network: only the clock decides then.
        let still = start + Duration::from_millis(33) * 60 + SILENT_AFTER;
        assert_eq!(steps(&source, still - Duration::from_millis(1)), [0, 1]);
        assert!(steps(&source, still).is_empty());
    }

    #[test]
    fn the_clock_runs_on_between_reports_and_over_the_wrap() {
        let start = Instant::now();
        let mut source = camera(1);
        assert_eq!(source.rtp_time(0, start), None);
        source.note_clock(start, 0, u32::MAX - 89_999);
        assert_eq!(source.rtp_time(0, start + Duration::from_secs(2)), Some(90_000));
    }
}
