//! Segments from samples: the cuts between them.

use super::depacketize::Config;
use super::mp4;
use super::track::Output;
use crate::recording::manifest::GapReason;

/// Longest segment: the loss of a power cut, together with its way to the disk.
const LENGTH_MAX_MS: u64 = 1_800;
/// Least distance of keyframes that begin segments: a second of keyframes, less the adjustment to the clock.
/// Between them segments are cut as needed.
const KEYFRAMES_MIN_MS: u64 = 900;
/// Longest segment, bytes: 64 Mbit/s.
const BYTES_MAX: usize = 16 << 20;
/// Time after its first sample at which a segment is closed, even if nothing more comes: media without a file
/// is lost if the server dies.
const OPEN_MAX_US: u64 = 1_900_000;
/// Most restarts (new parameters, media after a pause) at once, and the time until one more is allowed: a
/// sender that changes with every frame must not fill the disk with files.
const BEGINNINGS_MAX: u64 = 16;
const BEGINNING_US: u64 = 500_000;
/// Most parameter sets of one track.
const INITS_MAX: usize = 256;

/// A sample in its place within a segment.
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
    /// Sorted by number.
    inits: Vec<Config>,
    open: Option<Open>,
    /// The end of the last sample: nothing may begin before it.
    end: u64,
    /// The start of the last segment that begins with a keyframe.
    entered_at: u64,
    fragments: u32,
    /// The time at which the full number of restarts is allowed again.
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
            entered_at: 0,
            fragments: 0,
            beginnings_until_us: 0,
            out: Vec::new(),
        }
    }

    pub(super) fn end(&self) -> u64 {
        self.end
    }

    /// Sets the beginning of the next sample.
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

    /// The number of an init segment with these parameters; a new one is written. `None` = the sender has
    /// changed too often.
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

    /// Whether media may restart at `at_us`: with other parameters, or apart from the media before.
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
        let (hz, is_video, entered_at) = (self.hz, self.is_video, self.entered_at);
        let ends_open = self.open.as_ref().is_some_and(|open| {
            let too_long = open.duration + u64::from(sample.duration) > LENGTH_MAX_MS * hz / 1000;
            let at_keyframe = is_video && sample.is_key && start >= entered_at + KEYFRAMES_MIN_MS * hz / 1000;
            let too_big = open.data.len() + data.len() > BYTES_MAX;
            too_long || at_keyframe || too_big || open.init != init || open.start + open.duration != start
        });
        if ends_open {
            self.close();
        }
        // A picture is handed over at the arrival of the next one.
        let lasted_us = u64::from(sample.duration) * 1_000_000 / hz;
        let open = self.open.get_or_insert_with(|| Open {
            opened_at_us: at_us.saturating_sub(lasted_us),
            init,
            start,
            duration: 0,
            samples: Vec::new(),
            data: Vec::new(),
        });
        if open.samples.is_empty() && sample.is_key {
            self.entered_at = start;
        }
        open.duration += u64::from(sample.duration);
        open.samples.push(sample);
        open.data.extend_from_slice(data);
        self.end = start + u64::from(sample.duration);
    }

    /// Closes a segment for which nothing more came.
    pub(super) fn tick(&mut self, now_us: u64) {
        let is_old = |open: &Open| now_us.saturating_sub(open.opened_at_us) >= OPEN_MAX_US;
        if self.open.as_ref().is_some_and(is_old) {
            self.close();
        }
    }

    /// Writes out the present segment.
    pub(super) fn close(&mut self) {
        let Some(open) = self.open.take() else { return };
        self.fragments = self.fragments.wrapping_add(1);
        let independent = open.samples.first().is_some_and(|sample| sample.is_key);
        let bytes = mp4::fragment(self.fragments, open.start, &open.samples, open.data);
        let Open { init, start, duration, .. } = open;
        self.out.push(Output::Segment { init, start, duration, independent, bytes });
    }

    /// Drops the media that is in no segment yet, if no segment was made so far; the next sample may begin in
    /// its place.
    pub(super) fn leave_out_beginning(&mut self) {
        if self.fragments == 0 {
            self.open = None;
        }
    }

    pub(super) fn has_written(&self) -> bool {
        self.fragments > 0
    }

    /// Notes a gap between two ticks; one of less than a millisecond is ignored.
    pub(super) fn gap(&mut self, from: u64, to: u64, why: GapReason) {
        let (from_ms, to_ms) = (self.ms(from), self.ms(to));
        if to_ms > from_ms {
            self.out.push(Output::Gap { from_ms, to_ms, why });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Thirty pictures a second, a keyframe every `gop` of them: returns the starts of the segments in
    /// pictures, and whether each can be entered.
    fn cut(gop: u64, pictures: u64) -> Vec<(u64, bool)> {
        const PICTURE: u64 = 3000;
        let mut segmenter = Segmenter::new(90_000, true);
        for picture in 0..pictures {
            let sample = Sample { duration: PICTURE as u32, bytes: 1, is_key: picture % gop == 0 };
            segmenter.push(picture * 33_333, 0, picture * PICTURE, sample, &[0]);
        }
        segmenter.close();
        let starts = segmenter.out.iter().map(|output| match output {
            Output::Segment { start, independent, .. } => (start / PICTURE, *independent),
            other => panic!("{other:?}"),
        });
        starts.collect()
    }

    #[test]
    fn a_keyframe_begins_a_segment_unless_they_come_too_often() {
        let every_3_4_s = [(0, true), (54, false), (102, true), (156, false), (204, true)];
        assert_eq!(cut(102, 250), every_3_4_s);
        let every_2_s = [(0, true), (54, false), (60, true), (114, false), (120, true)];
        assert_eq!(cut(60, 150), every_2_s);
        let third_of_a_second = [(0, true), (30, true), (60, true), (90, true)];
        assert_eq!(cut(10, 100), third_of_a_second);
    }
}
