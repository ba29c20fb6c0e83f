//! A sound stream: Opus packets one after the other without a seam. Small holes are filled with silence, and
//! a drifting clock is followed by leaving out a packet or inserting silence.

use super::depacketize::opus::{HZ, SILENCE, SILENCE_SAMPLES, samples};
use super::depacketize::{Config, Parameters};
use super::picture::Context;
use super::reorder::{Held, Next};
use super::segment::Sample;
use crate::recording::manifest::GapReason;

/// Longest hole that is filled: sound restarts behind a longer one. Silent senders still send a packet every
/// 400 ms.
const FILL_MAX: u64 = HZ as u64 / 2;
/// Error of sound from which on it is corrected, samples (30 ms).
const OFF_MAX: i64 = HZ as i64 * 30 / 1000;
/// Error that is corrected at once (200 ms); other corrections are a second apart.
const OFF_FAR: i64 = HZ as i64 / 5;
const CORRECTION_SAMPLES: u64 = HZ as u64;
/// The lead that sound may have over its time; further packets are dropped.
const AHEAD_MAX: u64 = HZ as u64 / 2;

const CONFIG: Config = Config { width: 0, height: 0, parameters: Parameters::Opus };

/// The state of one sound stream.
#[derive(Default)]
pub(super) struct Sound {
    /// The RTP time of the next packet without a hole; `None` = sound has not begun.
    next_rtp: Option<u32>,
    missing: Option<(u64, GapReason)>,
    /// Packets were lost since the last one.
    lost: bool,
    /// Place of the last correction, samples.
    corrected: u64,
}

impl Sound {
    pub(super) fn take(&mut self, next: Next, context: &mut Context) {
        match next {
            Next::Lost(_) => self.lost = true,
            Next::Packet(packet) => self.packet(&packet, context),
        }
    }

    fn packet(&mut self, packet: &Held, context: &mut Context) {
        // Padding alone: a measurement of the bandwidth.
        if packet.payload.is_empty() {
            return;
        }
        let Some(length) = samples(&packet.payload) else {
            context.counts.broken += 1;
            return self.miss(context.now_us, GapReason::Codec, context);
        };
        let stamp = context.stream.stamp(packet.at_us, packet.rtp, context.now_us, context.clock);
        let target = context.segments.ticks(stamp.target_us);
        let hole = self.next_rtp.map(|next| i64::from(packet.rtp.wrapping_sub(next) as i32));
        self.next_rtp = Some(packet.rtp.wrapping_add(length));
        let goes_on = match hole {
            Some(hole) if hole.unsigned_abs() <= FILL_MAX => self.go_on(packet, hole, target, context),
            _ => self.begin(packet, target, context),
        };
        if goes_on {
            self.write(packet.at_us, length, &packet.payload, context);
        }
    }

    /// Continues the sound. False = the packet is left out.
    fn go_on(&mut self, packet: &Held, hole: i64, target: u64, context: &mut Context) -> bool {
        self.lost = false;
        for _ in 0..hole / i64::from(SILENCE_SAMPLES) {
            self.silence(packet.at_us, context);
        }
        let end = context.segments.end();
        let off = target as i64 - end as i64;
        if off > FILL_MAX as i64 {
            return self.begin(packet, target, context);
        }
        let due = off.abs() > OFF_FAR || end - self.corrected.min(end) >= CORRECTION_SAMPLES;
        if off.abs() <= OFF_MAX || !due {
            return true;
        }
        self.corrected = end;
        if off > 0 {
            self.silence(packet.at_us, context);
        } else {
            context.counts.skipped += 1;
        }
        off > 0
    }

    /// Begins the sound, or restarts it after a pause. False = the packet is left out.
    fn begin(&mut self, packet: &Held, target: u64, context: &mut Context) -> bool {
        context.segments.close();
        let end = context.segments.end();
        if end > target + AHEAD_MAX || !context.segments.may_begin(packet.at_us) {
            context.counts.skipped += 1;
            return false;
        }
        let start = target.max(end);
        if self.lost && end > 0 {
            self.missing.get_or_insert((end, GapReason::Loss));
        }
        if let Some((from, why)) = self.missing.take() {
            context.segments.gap(from, start, why);
        }
        self.lost = false;
        self.corrected = start;
        context.segments.move_end(start);
        true
    }

    fn silence(&mut self, at_us: u64, context: &mut Context) {
        context.counts.filled += 1;
        self.write(at_us, SILENCE_SAMPLES, &SILENCE, context);
    }

    fn write(&mut self, at_us: u64, duration: u32, data: &[u8], context: &mut Context) {
        let Some(init) = context.segments.init(&CONFIG) else { return };
        let sample = Sample { duration, bytes: data.len() as u32, is_key: true };
        let start = context.segments.end();
        context.segments.push(at_us, init, start, sample, data);
    }

    /// Handles a restart of the sender, with another clock.
    pub(super) fn start_anew(&mut self) {
        self.next_rtp = None;
    }

    /// Notes that media is missing from here on; the first reason counts.
    pub(super) fn miss(&mut self, at_us: u64, why: GapReason, context: &mut Context) {
        context.segments.close();
        if self.missing.is_none() {
            let at = if self.next_rtp.is_some() { 0 } else { context.segments.ticks(at_us as i64) };
            self.missing = Some((context.segments.end().max(at), why));
        }
        self.next_rtp = None;
    }

    pub(super) fn tick(&mut self, context: &mut Context) {
        context.segments.tick(context.now_us);
    }

    /// Ends or pauses the stream.
    pub(super) fn finish(&mut self, context: &mut Context) {
        context.segments.close();
        if let Some((from, why)) = self.missing.take() {
            let to = context.segments.ticks(context.now_us as i64);
            context.segments.gap(from, to, why);
        }
        (self.next_rtp, self.lost) = (None, false);
    }
}
