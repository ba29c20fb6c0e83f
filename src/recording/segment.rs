//! Segments from samples: where one ends and the next begins.

use super::depacketize::Config;
use super::mp4;
use super::track::Output;
use crate::protocol::GapReason;

/// No segment is longer: that much is lost with the power, and what its way to the disk takes.
const LENGTH_MAX_MS: u64 = 1_800;
/// A segment of picture this long ends before the next keyframe: a second of keyframes, less what
/// following the clock may take from it.
const LENGTH_MIN_MS: u64 = 900;
/// Bytes of a segment: 64 Mbit/s.
const BYTES_MAX: usize = 16 << 20;
/// A segment is closed so long after its first sample began, even if nothing comes any more: what is in
/// no file is lost when the server dies.
const OPEN_MAX_US: u64 = 1_900_000;
/// How many new beginnings (new parameters, media after a pause) may come at once, and how long one
/// takes to come back: a sender that changes its mind with every frame must not fill the disk with
/// files.
const BEGINNINGS_MAX: u64 = 16;
const BEGINNING_US: u64 = 500_000;
/// Different parameters that one track may have.
const INITS_MAX: usize = 256;

/// A sample as it lies in a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sample {
    pub duration: u32,
    pub bytes: u32,
    pub is_key: bool,
}

struct Open {
    opened_at_us: u64,
    init: u32,
    start: u64,
    duration: u64,
    samples: Vec<Sample>,
    data: Vec<u8>,
}

/// Makes the segments of one track.
pub(super) struct Segmenter {
    hz: u64,
    is_video: bool,
    /// By their numbers.
    inits: Vec<Config>,
    open: Option<Open>,
    /// Where the last sample ends: nothing may begin before.
    end: u64,
    fragments: u32,
    /// When as many beginnings as may come at once are possible again.
    beginnings_until_us: u64,
    pub out: Vec<Output>,
}

impl Segmenter {
    pub(super) fn new(hz: u32, is_video: bool) -> Segmenter {
        Segmenter {
            hz: u64::from(hz),
            is_video,
            inits: Vec::new(),
            open: None,
            end: 0,
            fragments: 0,
            beginnings_until_us: 0,
            out: Vec::new(),
        }
    }

    pub(super) fn end(&self) -> u64 {
        self.end
    }

    /// What comes next begins here.
    pub(super) fn move_end(&mut self, start: u64) {
        debug_assert!(start >= self.end);
        self.end = start;
    }

    pub(super) fn ticks(&self, us: i64) -> u64 {
        (u128::from(us.max(0) as u64) * u128::from(self.hz) / 1_000_000) as u64
    }

    fn ms(&self, ticks: u64) -> u64 {
        (u128::from(ticks) * 1000 / u128::from(self.hz)) as u64
    }

    /// The number of an init segment with these parameters, which is written when it is new. `None`
    /// when the sender has changed too often.
    pub(super) fn init(&mut self, config: &Config) -> Option<u32> {
        if let Some(known) = self.inits.iter().position(|known| known == config) {
            return Some(known as u32);
        }
        if self.inits.len() == INITS_MAX {
            return None;
        }
        let init = self.inits.len() as u32;
        let (bytes, codecs) = mp4::init(config, self.hz as u32);
        let (width, height) = (u32::from(config.width), u32::from(config.height));
        self.out.push(Output::Init { init, bytes, codecs, width, height });
        self.inits.push(config.clone());
        Some(init)
    }

    /// True when media may begin anew at `at_us`: with other parameters, or away from what was before.
    pub(super) fn may_begin(&mut self, at_us: u64) -> bool {
        let until = self.beginnings_until_us.max(at_us);
        let may = until - at_us < BEGINNINGS_MAX * BEGINNING_US;
        if may {
            self.beginnings_until_us = until + BEGINNING_US;
        }
        may
    }

    /// Adds a sample. `start` is not before [`Segmenter::end`], `duration` is at most two seconds.
    pub(super) fn push(&mut self, at_us: u64, init: u32, start: u64, sample: Sample, data: &[u8]) {
        debug_assert!(start >= self.end && sample.duration > 0);
        let (hz, is_video) = (self.hz, self.is_video);
        let ends_open = self.open.as_ref().is_some_and(|open| {
            let too_long = open.duration + u64::from(sample.duration) > LENGTH_MAX_MS * hz / 1000;
            let at_keyframe = is_video && sample.is_key && open.duration >= LENGTH_MIN_MS * hz / 1000;
            let too_big = open.data.len() + data.len() > BYTES_MAX;
            too_long || at_keyframe || too_big || open.init != init || open.start + open.duration != start
        });
        if ends_open {
            self.close();
        }
        // A picture is handed over when the next one comes.
        let lasted_us = u64::from(sample.duration) * 1_000_000 / hz;
        let open = self.open.get_or_insert_with(|| Open {
            opened_at_us: at_us.saturating_sub(lasted_us),
            init,
            start,
            duration: 0,
            samples: Vec::new(),
            data: Vec::new(),
        });
        open.duration += u64::from(sample.duration);
        open.samples.push(sample);
        open.data.extend_from_slice(data);
        self.end = start + u64::from(sample.duration);
    }

    /// Closes a segment that nothing came for any more.
    pub(super) fn tick(&mut self, now_us: u64) {
        let is_old = |open: &Open| now_us.saturating_sub(open.opened_at_us) >= OPEN_MAX_US;
        if self.open.as_ref().is_some_and(is_old) {
            self.close();
        }
    }

    /// Writes out the segment as far as it is.
    pub(super) fn close(&mut self) {
        let Some(open) = self.open.take() else { return };
        self.fragments = self.fragments.wrapping_add(1);
        let independent = open.samples.first().is_some_and(|sample| sample.is_key);
        let bytes = mp4::fragment(self.fragments, open.start, &open.samples, open.data);
        let Open { init, start, duration, .. } = open;
        self.out.push(Output::Segment { init, start, duration, independent, bytes });
    }

    /// Something is missing between two ticks; nothing is said of less than a millisecond.
    pub(super) fn gap(&mut self, from: u64, to: u64, why: GapReason) {
        let (from_ms, to_ms) = (self.ms(from), self.ms(to));
        if to_ms > from_ms {
            self.out.push(Output::Gap { from_ms, to_ms, why });
        }
    }
}
