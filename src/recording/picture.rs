//! A video stream: frames from packets in order, their times, and what to do when one is missing.
//!
//! After a loss nothing is taken until the next keyframe: whether a lost frame was referred to
//! cannot be told. A frame is held until the next one comes, since only then it is known how long it
//! was shown; a shared screen that does not change sends one frame a second or fewer.

use super::clock::{SenderClock, StreamClock};
use super::depacketize::{Broken, Config, Frame, Frames};
use super::reorder::{Held, Next};
use super::segment::{Sample, Segmenter};
use super::track::Counts;
use crate::protocol::GapReason;
use crate::transport::codec::Codec;

/// A frame that is followed by none for longer was the last before a pause. No segment may be longer.
const STILL_US: u64 = 2_000_000;
/// How long the next frame is waited for: that, and what reordering takes.
const STILL_WAIT_US: u64 = 3_000_000;
/// How long a frame lasts that none follows, at most.
const USUAL_MAX_US: u64 = 200_000;
/// How long a frame lasts when nothing is known.
const USUAL_US: u64 = 33_333;
/// No two frames are nearer.
const STEP_US: i64 = 1_000;
/// Placed frames follow a moved clock by so much of the time that passes: one part in.
const FOLLOW: i64 = 16;
/// Off by more, they follow at once.
const FOLLOW_MAX_US: i64 = 2_000_000;
/// How far before and behind its arrival a frame may be placed.
const BEHIND_MAX_US: i64 = 2_000_000;
const AHEAD_MAX_US: i64 = 1_000_000;
/// Waiting for the first keyframe is a gap when it takes longer.
const BEGIN_US: u64 = 1_000_000;
/// What a smaller layer showed for no longer than this before a better one came is left out at the very
/// beginning: publishers start their layers one after the other.
const SMALL_BEGINNING_US: u64 = 1_000_000;
/// Seeking goes to keyframes, so one is wanted now and then; browsers send none of themselves.
const KEYFRAME_US: u64 = 8_000_000;

/// A frame whose length is not known yet.
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
    /// RTP time and first arrival of the frame that is being collected.
    current: Option<(u32, u64)>,
    pending: Option<Pending>,
    init: u32,
    /// Width times height of the pictures, and when the first one of all arrived.
    area: u32,
    begun_us: Option<u64>,
    /// Nothing can be decoded before a keyframe; since when packets are passed over.
    waiting: bool,
    waiting_since_us: Option<u64>,
    /// From where on media is missing, and why.
    missing: Option<(u64, GapReason)>,
    /// Recording time less media time of the frame before, and its media time.
    shift: Option<(i64, i64)>,
    /// How long frames last, ticks.
    usual: u64,
    key_at_us: Option<u64>,
    heard_at_us: u64,
}

/// What the parts of a track work with.
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
        // Padding alone: a probe for bandwidth.
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

    /// Drops what was collected of a frame; what is known of the stream stays.
    pub(super) fn drop_frame(&mut self) {
        self.frames.reset();
        self.current = None;
    }

    /// Another layer begins: it must do so with a keyframe, but nothing is missing so far.
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

    /// From here on something is missing; the first reason counts.
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

    /// A keyframe of `config` comes: a smaller picture that began just now is not worth its place.
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

    /// Where in the recording a frame goes, ticks: follows the clock without jumps, never backwards.
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

    /// A keyframe came: what was missing is over.
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

    /// The frame before lasts until `next`, unless that is after a pause.
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

    /// No frame follows: the held one lasts as long as frames do.
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
            // What follows can be decoded, but a player that comes to the pause needs a fresh start.
            (self.shift, self.key_at_us) = (None, None);
        }
        context.segments.tick(context.now_us);
    }

    /// The stream ends or pauses here.
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
