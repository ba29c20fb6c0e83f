//! A video stream: frames from packets in order, their times, and the handling of missing ones.
//!
//! After a loss nothing is taken until the next keyframe: nobody can tell whether a lost frame was referred
//! to. A frame is held until the next one comes, since only then its length is known; a shared screen that
//! does not change sends one frame a second or fewer.

use super::clock::{SenderClock, StreamClock};
use super::depacketize::{Broken, Config, Frame, Frames};
use super::reorder::{Held, Next};
use super::segment::{Sample, Segmenter};
use super::track::Counts;
use crate::recording::manifest::GapReason;
use crate::transport::codec::Codec;

/// Time without a next frame after which a frame was the last before a pause. No segment may be longer.
const STILL_US: u64 = 2_000_000;
/// The wait for the next frame: the above, and the time of reordering.
const STILL_WAIT_US: u64 = 3_000_000;
/// Longest frame without a next one.
const USUAL_MAX_US: u64 = 200_000;
/// Length of a frame if nothing is known.
const USUAL_US: u64 = 33_333;
/// Least distance of two frames.
const STEP_US: i64 = 1_000;
/// Divisor of the passing time by which placed frames follow a moved clock.
const FOLLOW: i64 = 16;
/// Error beyond which they follow at once.
const FOLLOW_MAX_US: i64 = 2_000_000;
/// The distances before and behind its arrival at which a frame may be placed.
const BEHIND_MAX_US: i64 = 2_000_000;
const AHEAD_MAX_US: i64 = 1_000_000;
/// Longest wait for the first keyframe that is no gap.
const BEGIN_US: u64 = 1_000_000;
/// Longest time at the very beginning for which a smaller layer is left out when a better one follows:
/// publishers start their layers one after the other.
const SMALL_BEGINNING_US: u64 = 1_000_000;
/// Interval of keyframes for seeking; browsers send none by themselves.
const KEYFRAME_US: u64 = 8_000_000;

/// A frame with a length that is not known yet.
struct Pending {
    at_us: u64,
    start: u64,
    init: u32,
    is_key: bool,
    data: Vec<u8>,
}

/// The state of one video stream.
pub(super) struct Picture {
    codec: Codec,
    frames: Frames,
    /// RTP time and first arrival of the frame being collected.
    current: Option<(u32, u64)>,
    pending: Option<Pending>,
    init: u32,
    /// Size of the pictures, pixels, and the arrival of the very first one.
    area: u32,
    begun_us: Option<u64>,
    /// Whether packets are passed over until a keyframe, without which nothing can be decoded.
    waiting: bool,
    waiting_since_us: Option<u64>,
    /// The start of missing media, and the reason.
    missing: Option<(u64, GapReason)>,
    /// Recording time minus media time of the frame before, and its media time.
    shift: Option<(i64, i64)>,
    /// Usual length of a frame, ticks.
    usual: u64,
    key_at_us: Option<u64>,
    heard_at_us: u64,
}

/// The tools of the parts of a track.
pub(super) struct Context<'a> {
    pub now_us: u64,
    pub stream: &'a mut StreamClock,
    pub clock: &'a mut SenderClock,
    pub segments: &'a mut Segmenter,
    pub counts: &'a mut Counts,
}

impl Picture {
    /// `None` for sound.
    pub(super) fn new(codec: Codec) -> Option<Picture> {
        Some(Picture {
            codec,
            frames: Frames::new(codec)?,
            current: None,
            pending: None,
            init: 0,
            area: 0,
            begun_us: None,
            waiting: true,
            waiting_since_us: None,
            missing: None,
            shift: None,
            usual: USUAL_US * u64::from(codec.clock_hz()) / 1_000_000,
            key_at_us: None,
            heard_at_us: 0,
        })
    }

    pub(super) fn wants_keyframe(&self, at_us: u64) -> bool {
        let is_sending = at_us.saturating_sub(self.heard_at_us) < STILL_US;
        let old = self.key_at_us.is_none_or(|key_at_us| at_us.saturating_sub(key_at_us) >= KEYFRAME_US);
        is_sending && (self.waiting || old)
    }

    pub(super) fn take(&mut self, next: Next, context: &mut Context) {
        match next {
            Next::Lost(_) => {
                self.drop_frame();
                self.miss(context.now_us, GapReason::Loss, context);
            }
            Next::Packet(packet) => self.packet(&packet, context),
        }
    }

    fn packet(&mut self, packet: &Held, context: &mut Context) {
        // Padding alone: a measurement of the bandwidth.
        if packet.payload.is_empty() {
            return;
        }
        self.heard_at_us = self.heard_at_us.max(packet.at_us);
        if self.current.is_some_and(|(rtp, _)| rtp != packet.rtp) {
            self.end_frame(context);
        }
        if self.current.is_none() && self.waiting && !self.codec.starts_keyframe(&packet.payload) {
            self.waiting_since_us.get_or_insert(packet.at_us);
            return;
        }
        let (_, at_us) = self.current.get_or_insert((packet.rtp, packet.at_us));
        *at_us = packet.at_us.min(*at_us);
        match self.frames.packet(&packet.payload) {
            Ok(()) if packet.marker => self.end_frame(context),
            Ok(()) => {}
            Err(Broken) => self.broken(context),
        }
    }

    /// Drops the collected part of a frame; the state of the stream stays.
    pub(super) fn drop_frame(&mut self) {
        self.frames.reset();
        self.current = None;
    }

    /// Begins another layer: it must start with a keyframe, but nothing is missing so far.
    pub(super) fn switch(&mut self) {
        self.drop_frame();
        self.waiting = true;
        self.waiting_since_us = None;
    }

    fn broken(&mut self, context: &mut Context) {
        context.counts.broken += 1;
        self.drop_frame();
        self.miss(context.now_us, GapReason::Codec, context);
    }

    /// Notes that media is missing from here on; the first reason counts.
    pub(super) fn miss(&mut self, at_us: u64, why: GapReason, context: &mut Context) {
        self.flush(context);
        self.waiting = true;
        if self.missing.is_none() {
            let at = if self.shift.is_some() { 0 } else { context.segments.ticks(at_us as i64) };
            self.missing = Some((context.segments.end().max(at), why));
        }
    }

    fn end_frame(&mut self, context: &mut Context) {
        let Some((rtp, at_us)) = self.current.take() else { return };
        match self.frames.end() {
            Ok(Some(frame)) if frame.key.is_some() || !self.waiting => self.frame(rtp, at_us, frame, context),
            Ok(_) => {}
            Err(Broken) => self.broken(context),
        }
    }

    fn frame(&mut self, rtp: u32, at_us: u64, frame: Frame, context: &mut Context) {
        let start = self.place(rtp, at_us, context);
        let begins = self.waiting && self.pending.is_none();
        let mut init = Some(self.init);
        if let Some(config) = &frame.key {
            init = context.segments.init(config);
        }
        let changes = begins || init != Some(self.init);
        let ahead = start > context.segments.ticks(at_us as i64 + AHEAD_MAX_US + 1_000);
        let (Some(init), false) = (init, ahead || changes && !context.segments.may_begin(at_us)) else {
            return self.broken(context);
        };
        if let Some(config) = &frame.key {
            self.leave_out_small_beginning(at_us, config, context);
        }
        self.end_pending(start, context);
        if frame.key.is_some() {
            self.key_at_us = Some(at_us);
            self.resume(start, context);
        }
        self.init = init;
        self.pending = Some(Pending { at_us, start, init, is_key: frame.key.is_some(), data: frame.data });
    }

    /// Handles a keyframe of `config`: a smaller picture that began just now is not worth its place.
    fn leave_out_small_beginning(&mut self, at_us: u64, config: &Config, context: &mut Context) {
        let area = u32::from(config.width) * u32::from(config.height);
        let begun_us = *self.begun_us.get_or_insert(at_us);
        let is_beginning = at_us.saturating_sub(begun_us) < SMALL_BEGINNING_US;
        if area > self.area && is_beginning && !context.segments.has_written() {
            self.pending = None;
            context.segments.leave_out_beginning();
        }
        self.area = area;
    }

    /// The place of a frame in the recording, ticks: follows the clock without jumps, never backwards.
    fn place(&mut self, rtp: u32, at_us: u64, context: &mut Context) -> u64 {
        let stamp = context.stream.stamp(at_us, rtp, context.now_us, context.clock);
        let wanted = stamp.target_us.saturating_sub(stamp.media_us);
        let shift = match self.shift {
            Some((shift, last)) if wanted.saturating_sub(shift).abs() < FOLLOW_MAX_US => {
                let most = stamp.media_us.saturating_sub(last).clamp(0, FOLLOW_MAX_US) / FOLLOW;
                shift + (wanted - shift).clamp(-most, most)
            }
            _ => wanted,
        };
        self.shift = Some((shift, stamp.media_us));
        let arrived = at_us as i64;
        let at = stamp.media_us.saturating_add(shift);
        let at = context.segments.ticks(at.clamp(arrived - BEHIND_MAX_US, arrived + AHEAD_MAX_US));
        let step = context.segments.ticks(STEP_US);
        let earliest = self.pending.as_ref().map_or(0, |pending| pending.start + step);
        at.max(earliest).max(context.segments.end())
    }

    /// Handles a keyframe, which ends a gap.
    fn resume(&mut self, start: u64, context: &mut Context) {
        let waited = self
            .waiting_since_us
            .take()
            .filter(|since_us| self.missing.is_none() && context.now_us.saturating_sub(*since_us) > BEGIN_US);
        if let Some(since_us) = waited {
            let from = context.segments.ticks(since_us as i64).max(context.segments.end());
            self.missing = Some((from, GapReason::Loss));
        }
        if let Some((from, why)) = self.missing.take() {
            context.segments.gap(from, start, why);
        }
        self.waiting = false;
    }

    /// Ends the frame before at `next`, unless that is after a pause.
    fn end_pending(&mut self, next: u64, context: &mut Context) {
        let Some(pending) = self.pending.take() else { return };
        let shown = next - pending.start;
        let most = context.segments.ticks(USUAL_MAX_US as i64);
        if shown > context.segments.ticks(STILL_US as i64) {
            let usual = self.usual;
            self.write(pending, usual, context);
            context.segments.close();
        } else {
            self.usual = shown.min(most);
            self.write(pending, shown, context);
        }
    }

    /// Ends the held frame without a next one, with the usual length.
    fn flush(&mut self, context: &mut Context) {
        if let Some(pending) = self.pending.take() {
            let usual = self.usual;
            self.write(pending, usual, context);
        }
        context.segments.close();
    }

    fn write(&mut self, pending: Pending, duration: u64, context: &mut Context) {
        let Pending { at_us, start, init, is_key, data } = pending;
        let sample = Sample { duration: duration as u32, bytes: data.len() as u32, is_key };
        context.segments.push(at_us, init, start, sample, &data);
    }

    pub(super) fn tick(&mut self, context: &mut Context) {
        let waited = self.pending.as_ref().map_or(0, |held| context.now_us.saturating_sub(held.at_us));
        if waited >= STILL_WAIT_US {
            self.flush(context);
            // The next frames can be decoded, but a player that enters at the pause needs a fresh start.
            (self.shift, self.key_at_us) = (None, None);
        }
        context.segments.tick(context.now_us);
    }

    /// Ends or pauses the stream.
    pub(super) fn finish(&mut self, context: &mut Context) {
        self.drop_frame();
        self.flush(context);
        if let Some((from, why)) = self.missing.take() {
            let to = context.segments.ticks(context.now_us as i64);
            context.segments.gap(from, to, why);
        }
        (self.waiting, self.waiting_since_us) = (true, None);
        (self.shift, self.key_at_us) = (None, None);
    }
}
