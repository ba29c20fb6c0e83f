//! One published stream becomes segments. The recorder feeds its packets and the sender's reports,
//! calls [`Track::tick`] a few times a second, and writes what [`Track::drain`] gives.
//!
//! Whatever is sent, what comes out is a valid recording: segments of at most two seconds one after
//! the other, never overlapping, and a line for what is missing.

use super::clock::SenderClock;
use crate::protocol::GapReason;
use crate::transport::codec::Codec;

/// A packet of the stream, decrypted, without padding.
#[derive(Debug, Clone, Copy)]
pub struct Packet<'a> {
    /// Which simulcast layer it belongs to: each has its own sequence numbers and its own RTP clock.
    /// After the first packet of another layer, none of the one before is taken.
    pub layer: u8,
    /// Extended sequence number.
    pub sequence: u64,
    pub rtp: u32,
    pub marker: bool,
    pub payload: &'a [u8],
}

/// What the recorder has to write, in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// What a player must read before the segments that name it. Written once per number.
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
        /// Begins with a keyframe; sound always does.
        independent: bool,
        bytes: Vec<u8>,
    },
    /// Something was sent and is not there.
    Gap { from_ms: u64, to_ms: u64, why: GapReason },
}

/// What a track has seen that it could not use; for the operator's figures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Packets that never came.
    pub lost: u64,
    /// Packets that came twice or after they had been given up.
    pub late: u64,
    /// Packets and frames that made no sense.
    pub broken: u64,
    /// Pieces of silence put in for sound that was not there.
    pub filled: u64,
    /// Pieces of sound left out because the sender's clock runs fast.
    pub skipped: u64,
}

/// One published stream on its way into segments.
pub struct Track {
    codec: Codec,
    counts: Counts,
    out: Vec<Output>,
}

impl Track {
    /// A track that begins with the next packet.
    pub fn new(codec: Codec) -> Track {
        Track { codec, counts: Counts::default(), out: Vec::new() }
    }

    /// Ticks per second of its segments.
    pub fn timescale(&self) -> u32 {
        self.codec.clock_hz()
    }

    /// A packet arrived at `at_us` since the recording's start. `clock` is the one of its sender.
    pub fn packet(&mut self, at_us: u64, packet: &Packet, clock: &mut SenderClock) {
        let _ = (at_us, packet, clock);
    }

    /// A sender report about `layer` arrived: its NTP time (RFC 3550 §6.4.1, 32.32) and RTP time.
    /// Reports of layers that are not recorded just now make a later switch smoother.
    pub fn sender_report(&mut self, at_us: u64, layer: u8, ntp: u64, rtp: u32, clock: &mut SenderClock) {
        let _ = (at_us, layer, ntp, rtp, clock);
    }

    /// Time passes: gives up what does not come, and closes segments when nothing comes any more.
    pub fn tick(&mut self, at_us: u64, clock: &mut SenderClock) {
        let _ = (at_us, clock);
    }

    /// Writes out what is held. Called at the end of the stream, and when recording pauses (a break,
    /// off the record): packets may follow later, and what lies between is then no gap.
    pub fn finish(&mut self, at_us: u64, clock: &mut SenderClock) {
        let _ = (at_us, clock);
    }

    /// The recorder itself dropped packets of this track (its queue was full, the disk refused):
    /// writes out what is whole, and the gap until media begins again carries `why`.
    pub fn interrupt(&mut self, at_us: u64, why: GapReason, clock: &mut SenderClock) {
        let _ = (at_us, why, clock);
    }

    /// Nothing can be recorded until a keyframe comes, or the last one is so old that seeking would
    /// suffer: the sender should be asked (as often as the caller sees fit).
    pub fn wants_keyframe(&self, at_us: u64) -> bool {
        let _ = at_us;
        false
    }

    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// What is to be written since the last call, in order.
    pub fn drain(&mut self) -> std::vec::Drain<'_, Output> {
        self.out.drain(..)
    }
}
