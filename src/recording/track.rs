//! One published stream becomes segments. The recorder feeds its packets and the sender's reports, calls
//! [`Track::tick`] a few times a second, and writes the output of [`Track::drain`].
//!
//! Whatever is sent, the output is a valid recording: segments of at most two seconds one after the other,
//! never overlapping, and a line for each gap.

use super::clock::{SenderClock, StreamClock};
use super::picture::{Context, Picture};
use super::reorder::{Held, Next, Reorder};
use super::segment::Segmenter;
use super::sound::Sound;
use crate::recording::manifest::GapReason;
use crate::transport::codec::Codec;

/// Most streams with remembered clocks; browsers send up to three layers.
const LAYERS_MAX: usize = 4;

/// A packet of the stream, decrypted, without padding.
#[derive(Debug, Clone, Copy)]
pub struct Packet<'a> {
    /// The stream of the packet: each simulcast layer, and each restart of its sender, has an RTP clock of
    /// its own. After the first packet of another stream, none of the one before is taken.
    pub stream: u16,
    /// Extended sequence number.
    pub sequence: u64,
    pub rtp: u32,
    pub marker: bool,
    pub payload: &'a [u8],
}

/// An output to be written by the recorder, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// The init that a player must read before the segments that name it. Written once per number.
    Init {
        init: u32,
        bytes: Vec<u8>,
        /// RFC 6381.
        codecs: String,
        width: u32,
        height: u32,
    },
    Segment {
        init: u32,
        /// Ticks since the recording's start.
        start: u64,
        /// Ticks.
        duration: u64,
        /// Whether it begins with a keyframe; sound always does.
        independent: bool,
        bytes: Vec<u8>,
    },
    /// Media that was sent is missing.
    Gap { from_ms: u64, to_ms: u64, why: GapReason },
}

/// Counts of unusable input, for the operator's figures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Packets that never came.
    pub lost: u64,
    /// Packets that came twice, or after they had been given up.
    pub late: u64,
    /// Invalid packets and frames.
    pub broken: u64,
    /// Pieces of silence inserted for missing sound.
    pub filled: u64,
    /// Pieces of sound left out because the sender's clock runs fast.
    pub skipped: u64,
}

/// One published stream on its way into segments.
pub struct Track {
    /// The stream of the taken packets.
    stream: Option<u16>,
    reorder: Reorder,
    /// Sorted by last use, the newest last.
    clocks: Vec<(u16, StreamClock)>,
    media: Media,
    segments: Segmenter,
    counts: Counts,
    codec: Codec,
}

enum Media {
    Picture(Box<Picture>),
    Sound(Sound),
}

impl Media {
    fn take(&mut self, next: Next, context: &mut Context) {
        match self {
            Media::Picture(picture) => picture.take(next, context),
            Media::Sound(sound) => sound.take(next, context),
        }
    }
}

impl Track {
    /// A track that begins with the next packet.
    pub fn new(codec: Codec) -> Track {
        let media = match Picture::new(codec) {
            Some(picture) => Media::Picture(Box::new(picture)),
            None => Media::Sound(Sound::default()),
        };
        Track {
            stream: None,
            reorder: Reorder::default(),
            clocks: Vec::new(),
            media,
            segments: Segmenter::new(codec.clock_hz(), codec.is_video()),
            counts: Counts::default(),
            codec,
        }
    }

    /// Ticks per second of its segments.
    pub fn timescale(&self) -> u32 {
        self.codec.clock_hz()
    }

    /// Takes a packet that arrived at `at_us` since the recording's start. `clock` is its sender's.
    pub fn packet(&mut self, at_us: u64, packet: &Packet, clock: &mut SenderClock) {
        if self.stream != Some(packet.stream) {
            self.switch(at_us, packet.stream, clock);
        }
        let Packet { sequence, rtp, marker, payload, .. } = *packet;
        let held = Held { at_us, rtp, marker, payload: payload.to_vec() };
        if self.reorder.push(sequence, held) {
            self.advance(at_us, false, clock);
        } else {
            self.counts.late += 1;
        }
    }

    /// Takes a sender report about `stream`: its NTP time (RFC 3550 §6.4.1, 32.32) and RTP time. Reports of
    /// layers that are not recorded at present make a later switch smoother.
    pub fn sender_report(&mut self, at_us: u64, stream: u16, ntp: u64, rtp: u32, clock: &mut SenderClock) {
        let at = self.clock_of(stream);
        self.clocks[at].1.report(at_us, ntp, rtp, clock);
    }

    /// Handles the time: gives up packets that do not come, and closes idle segments.
    pub fn tick(&mut self, at_us: u64, clock: &mut SenderClock) {
        self.advance(at_us, false, clock);
        self.with(at_us, clock, |media, context| match media {
            Media::Picture(picture) => picture.tick(context),
            Media::Sound(sound) => sound.tick(context),
        });
    }

    /// Writes out everything held. Call it at the end of the stream, and when recording pauses (a break, off
    /// the record): packets may follow later, and the time between is then no gap.
    pub fn finish(&mut self, at_us: u64, clock: &mut SenderClock) {
        self.advance(at_us, true, clock);
        self.reorder = Reorder::default();
        self.with(at_us, clock, |media, context| match media {
            Media::Picture(picture) => picture.finish(context),
            Media::Sound(sound) => sound.finish(context),
        });
    }

    /// Handles packets of this track dropped by the recorder itself (its queue was full, the disk refused):
    /// writes out everything whole; the gap until media continues has the reason `why`.
    pub fn interrupt(&mut self, at_us: u64, why: GapReason, clock: &mut SenderClock) {
        self.advance(at_us, true, clock);
        self.reorder = Reorder::default();
        self.with(at_us, clock, |media, context| match media {
            Media::Picture(picture) => {
                picture.drop_frame();
                picture.miss(at_us, why, context);
            }
            Media::Sound(sound) => sound.miss(at_us, why, context),
        });
    }

    /// Whether nothing can be recorded until a keyframe, or the last one is so old that seeking would suffer:
    /// then request one from the sender (as often as the caller sees fit).
    pub fn wants_keyframe(&self, at_us: u64) -> bool {
        matches!(&self.media, Media::Picture(picture) if picture.wants_keyframe(at_us))
    }

    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// The output since the last call, in order.
    pub fn drain(&mut self) -> std::vec::Drain<'_, Output> {
        self.segments.out.drain(..)
    }

    /// Begins another stream: packets missing from the one before will not come.
    fn switch(&mut self, at_us: u64, stream: u16, clock: &mut SenderClock) {
        self.advance(at_us, true, clock);
        self.reorder = Reorder::default();
        match &mut self.media {
            Media::Picture(picture) if self.stream.is_some() => picture.switch(),
            Media::Picture(_) => {}
            Media::Sound(sound) => sound.start_anew(),
        }
        self.stream = Some(stream);
        self.clock_of(stream);
    }

    /// Takes the packets in order, and those that were waited for long enough.
    fn advance(&mut self, at_us: u64, flush: bool, clock: &mut SenderClock) {
        while let Some(next) = self.reorder.pop(at_us, flush) {
            if let Next::Lost(count) = next {
                self.counts.lost += count;
            }
            self.with(at_us, clock, |media, context| media.take(next, context));
        }
    }

    fn with(&mut self, now_us: u64, clock: &mut SenderClock, act: impl FnOnce(&mut Media, &mut Context)) {
        let at = self.clock_of(self.stream.unwrap_or(0));
        let mut context = Context {
            now_us,
            stream: &mut self.clocks[at].1,
            clock,
            segments: &mut self.segments,
            counts: &mut self.counts,
        };
        act(&mut self.media, &mut context);
    }

    /// Index of a stream's clock in the list; the oldest one makes room for a new one.
    fn clock_of(&mut self, stream: u16) -> usize {
        if let Some(at) = self.clocks.iter().position(|(known, _)| *known == stream) {
            return at;
        }
        if self.clocks.len() == LAYERS_MAX {
            self.clocks.remove(0);
        }
        self.clocks.push((stream, StreamClock::new(self.codec.clock_hz())));
        self.clocks.len() - 1
    }
}

#[cfg(test)]
mod tests;
