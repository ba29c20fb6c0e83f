//! The packets that arrived in one receiving slot; each is checked for loss, order, repetition and age.

use std::sync::Arc;

use crate::clock::Window;
use crate::media::{self, Stamp};

/// The packets that a slot received. Counters cover packets sent inside the window; see [`Window`].
#[derive(Debug, Clone, Default)]
pub struct Received {
    /// The packets with a stamp, each counted once.
    pub packets: u64,
    pub bytes: u64,
    /// The numbers missing in the slot's RTP sequence (after retransmission), over its whole life.
    pub lost: u64,
    /// The stamps missing between the first and last of each stream, over its whole life. More than `lost`
    /// when the server left packets out on purpose (a paused or switched picture).
    pub missing: u64,
    pub out_of_order: u64,
    pub duplicates: u64,
    /// The payloads that no publisher of ours made; empty ones (padding) are not counted.
    pub foreign: u64,
    pub keyframes: u64,
    /// The arrival of the first packet of any kind, nanoseconds since the epoch; 0 = none yet.
    pub first_ns: u64,
    /// The arrival of the first packet of the first keyframe, nanoseconds since the epoch; 0 = none yet.
    pub first_keyframe_ns: u64,
    /// The arrival of the latest packet, nanoseconds since the epoch.
    pub last_ns: u64,
    /// The ids of the streams seen, in order of appearance.
    pub streams: Vec<u32>,
    /// One-way latency, microseconds.
    pub latency_us: Histogram,
}

/// Checks the packets of one slot.
#[derive(Debug)]
pub struct Meter {
    window: Arc<Window>,
    got: Received,
    streams: Vec<Sequence>,
    rtp: Option<Sequence>,
}

impl Meter {
    pub fn new(window: Arc<Window>) -> Meter {
        Meter { window, got: Received::default(), streams: Vec::new(), rtp: None }
    }

    /// Notes a packet that arrived at `now_ns`.
    pub fn packet(&mut self, now_ns: u64, rtp_sequence: u16, payload: &[u8]) {
        self.see_rtp(rtp_sequence);
        let Some(stamp) = Stamp::read(payload) else {
            self.got.foreign += u64::from(!payload.is_empty());
            return;
        };
        self.got.last_ns = now_ns;
        if self.got.first_ns == 0 {
            self.got.first_ns = now_ns;
        }
        let seen = self.see_stamp(stamp);
        if seen != Seen::Before && media::starts_key_frame(payload) {
            self.got.keyframes += 1;
            if self.got.first_keyframe_ns == 0 {
                self.got.first_keyframe_ns = now_ns;
            }
        }
        if !self.window.contains(stamp.sent_ns) {
            return;
        }
        match seen {
            Seen::Before => self.got.duplicates += 1,
            Seen::New | Seen::Late => {
                self.got.packets += 1;
                self.got.bytes += payload.len() as u64;
                self.got.out_of_order += u64::from(seen == Seen::Late);
                self.got.latency_us.add(now_ns.saturating_sub(stamp.sent_ns) / 1_000);
            }
        }
    }

    fn see_rtp(&mut self, number: u16) {
        match &mut self.rtp {
            Some(sequence) => {
                let step = number.wrapping_sub(sequence.highest as u16) as i16;
                sequence.see(sequence.highest.saturating_add_signed(i64::from(step)));
            }
            // The start is high above zero, so that a number before it that arrives late stays positive.
            first @ None => *first = Some(Sequence::new(0x1_0000 + u64::from(number))),
        }
    }

    fn see_stamp(&mut self, stamp: Stamp) -> Seen {
        match self.got.streams.iter().position(|stream| *stream == stamp.stream) {
            Some(at) => self.streams[at].see(stamp.sequence),
            None => {
                self.got.streams.push(stamp.stream);
                self.streams.push(Sequence::new(stamp.sequence));
                Seen::New
            }
        }
    }

    /// Whether a keyframe has arrived.
    pub fn started(&self) -> bool {
        self.got.first_keyframe_ns != 0
    }

    /// The packets received so far.
    pub fn received(&self) -> Received {
        let mut got = self.got.clone();
        got.lost = self.rtp.as_ref().map_or(0, Sequence::missing);
        got.missing = self.streams.iter().map(Sequence::missing).sum();
        got
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    New,
    /// A new number after a higher one.
    Late,
    Before,
}

/// The distance up to which a late packet is told from a repeated one.
const MEMORY: u64 = 4_096;

/// The numbers of a growing sequence that have been seen.
#[derive(Debug)]
struct Sequence {
    lowest: u64,
    highest: u64,
    unique: u64,
    seen: Box<[u64; (MEMORY / 64) as usize]>,
}

impl Sequence {
    fn new(first: u64) -> Sequence {
        let mut sequence = Sequence { lowest: first, highest: first, unique: 1, seen: Box::new([0; 64]) };
        sequence.mark(first);
        sequence
    }

    fn see(&mut self, number: u64) -> Seen {
        if number > self.highest {
            for skipped in (self.highest + 1..number).rev().take(MEMORY as usize) {
                let (word, bit) = Self::place(skipped);
                self.seen[word] &= !bit;
            }
            self.highest = number;
            self.mark(number);
            self.unique += 1;
            return Seen::New;
        }
        let (word, bit) = Self::place(number);
        if self.highest - number >= MEMORY || self.seen[word] & bit != 0 {
            return Seen::Before;
        }
        self.mark(number);
        self.lowest = self.lowest.min(number);
        self.unique += 1;
        Seen::Late
    }

    fn mark(&mut self, number: u64) {
        let (word, bit) = Self::place(number);
        self.seen[word] |= bit;
    }

    fn place(number: u64) -> (usize, u64) {
        (((number % MEMORY) / 64) as usize, 1 << (number % 64))
    }

    fn missing(&self) -> u64 {
        (self.highest - self.lowest + 1).saturating_sub(self.unique)
    }
}

/// Sixteen steps per power of two: within 6 % of the true value, at a fixed size.
#[derive(Debug, Clone)]
pub struct Histogram {
    counts: Box<[u32; BUCKETS]>,
    max: u64,
}

const STEPS: u64 = 16;
const BUCKETS: usize = 32 * STEPS as usize;

impl Default for Histogram {
    fn default() -> Histogram {
        Histogram { counts: Box::new([0; BUCKETS]), max: 0 }
    }
}

impl Histogram {
    pub fn add(&mut self, value: u64) {
        self.counts[Self::bucket(value)] += 1;
        self.max = self.max.max(value);
    }

    pub fn merge(&mut self, other: &Histogram) {
        for (count, more) in self.counts.iter_mut().zip(other.counts.iter()) {
            *count += more;
        }
        self.max = self.max.max(other.max);
    }

    /// The value below which `share` (0..=1) of all values lie; 0 when there are none.
    pub fn quantile(&self, share: f64) -> u64 {
        let total: u64 = self.counts.iter().map(|count| u64::from(*count)).sum();
        let rank = (total as f64 * share).ceil() as u64;
        let mut below = 0;
        for (bucket, count) in self.counts.iter().enumerate() {
            below += u64::from(*count);
            if below >= rank && below > 0 {
                return Self::upper(bucket).min(self.max);
            }
        }
        self.max
    }

    pub fn max(&self) -> u64 {
        self.max
    }

    fn bucket(value: u64) -> usize {
        if value < STEPS {
            return value as usize;
        }
        let power = u64::from(value.ilog2()) - 4;
        let bucket = (power + 1) * STEPS + ((value >> power) - STEPS);
        (bucket as usize).min(BUCKETS - 1)
    }

    /// The highest value of a bucket.
    fn upper(bucket: usize) -> u64 {
        let (power, step) = (bucket as u64 / STEPS, bucket as u64 % STEPS);
        if power == 0 { step } else { ((STEPS + step + 1) << (power - 1)) - 1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::sound;

    fn meter_of(numbers: &[(u16, u64)]) -> Received {
        let mut meter = Meter::new(Arc::default());
        for (rtp, sequence) in numbers {
            meter.packet(2_000, *rtp, &sound(Stamp { stream: 1, sequence: *sequence, sent_ns: 1_000 }));
        }
        meter.received()
    }

    #[test]
    fn a_hole_is_loss_until_it_is_filled() {
        let got = meter_of(&[(65_534, 0), (65_535, 1), (1, 3)]);
        assert_eq!((got.packets, got.lost, got.missing, got.out_of_order), (3, 1, 1, 0));

        let got = meter_of(&[(65_534, 0), (65_535, 1), (1, 3), (0, 2)]);
        assert_eq!((got.packets, got.lost, got.missing, got.out_of_order), (4, 0, 0, 1));
    }

    #[test]
    fn a_repeated_packet_counts_once() {
        let got = meter_of(&[(9, 0), (10, 1), (10, 1)]);
        assert_eq!((got.packets, got.duplicates, got.lost), (2, 1, 0));
    }

    #[test]
    fn what_the_server_leaves_out_is_missing_but_not_lost() {
        let got = meter_of(&[(9, 0), (10, 5)]);
        assert_eq!((got.lost, got.missing), (0, 4));
    }

    #[test]
    fn packets_sent_outside_the_window_do_not_count() {
        let window = Arc::new(Window::closed());
        let mut meter = Meter::new(Arc::clone(&window));
        let mut feed = |sequence: u64, sent_ns| {
            meter.packet(9_000, sequence as u16, &sound(Stamp { stream: 1, sequence, sent_ns }));
        };
        feed(0, 1_000);
        window.open(2_000);
        feed(1, 2_000);
        window.close(3_000);
        feed(2, 3_000);
        assert_eq!(meter.received().packets, 1);
    }

    #[test]
    fn quantiles_are_within_a_sixteenth() {
        let mut histogram = Histogram::default();
        (1..=10_000).for_each(|value| histogram.add(value));
        for (share, exact) in [(0.5, 5_000.0), (0.99, 9_900.0), (1.0, 10_000.0)] {
            let found = histogram.quantile(share) as f64;
            assert!((found / exact - 1.0).abs() < 0.07, "{share}: {found}");
        }
        assert_eq!(Histogram::default().quantile(0.5), 0);
    }
}
