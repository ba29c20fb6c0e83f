//! The plan of a download: the main picture at every moment, and all voices. The instructor's screen while
//! there is one, the camera otherwise, black without either.

use std::time::Duration;

use ring::digest;

use crate::chain::hex;
use crate::lesson::{Role, SourceKind};
use crate::recording::manifest::{Init, Manifest, Segment, StoredFile, Track};
use crate::time::Stretch;

/// Frame rate of encoded pictures.
pub(super) const FRAMES_PER_S: u64 = 25;
/// Time for which a picture that stops stands still before it turns black.
const STILL_US: u64 = 1_000_000;
/// Longest pause of a voice within one piece of work.
const PAUSE_US: u64 = 10_000_000;
/// Longest delay at the start, and at the end, of a picture that is copied.
const COPY_SLACK_US: u64 = 10_000_000;
/// Largest encoded picture.
const SIZE_MAX: (u32, u32) = (1920, 1080);
/// Size of the black picture if there is none at all.
const SIZE_BLACK: (u32, u32) = (640, 360);
/// Version of the way of making downloads: a change makes older ones again.
const WAY: u32 = 1;

/// The plan. Times are microseconds of the recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) from_us: u64,
    pub(super) to_us: u64,
    pub(super) picture: Picture,
    pub(super) voices: Vec<Clip>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Picture {
    /// One picture from beginning to end, already H.264.
    Copied(Clip),
    /// Pieces that follow each other without a gap.
    Encoded { size: (u32, u32), pieces: Vec<Piece> },
}

/// A piece of an encoded picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) frames: u64,
    /// `None` = black.
    pub(super) shown: Option<Shown>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) clip: Clip,
    /// Decoded but not shown, as the rest needs it.
    pub(super) skip_us: u64,
}

/// Media that plays by itself: its init, and segments without a long pause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clip {
    pub(super) from_us: u64,
    pub(super) init: StoredFile,
    pub(super) segments: Vec<StoredFile>,
}

/// Neighbouring segments of a track.
struct Run<'a> {
    track: &'a Track,
    init: &'a Init,
    segments: Vec<&'a Segment>,
    from_us: u64,
    to_us: u64,
}

/// The file name of a download, which identifies its sources.
pub(super) fn file_name(manifest: &Manifest, window: Option<Stretch>) -> String {
    let mut hash = digest::Context::new(&digest::SHA256);
    hash.update(format!("{WAY} {} {window:?} {:?}", manifest.id, manifest.off_record).as_bytes());
    for track in &manifest.tracks {
        hash.update(format!(" {} {:?} {:?}", track.track, track.role, track.kind).as_bytes());
        for segment in track.segments.iter().filter(|segment| !segment.damaged) {
            hash.update(segment.file.sha256.as_bytes());
        }
    }
    format!("download-{}.mp4", hex(&hash.finish().as_ref()[..16]))
}

impl Plan {
    /// The plan for a recording, or for its part in `window`.
    pub(super) fn new(manifest: &Manifest, window: Option<Stretch>) -> Plan {
        let window = window.unwrap_or(Stretch { from_ms: 0, to_ms: u64::MAX });
        let to_us = window.to_ms.min(manifest.duration_ms) * 1000;
        let from_us = window.from_ms.saturating_mul(1000).min(to_us);
        let shows = |track: &Track, segment: &Segment| manifest.is_shown(track, segment, None);
        let runs = |kind, still_us| {
            let tracks = manifest.tracks.iter().filter(move |track| track.kind == kind);
            tracks.flat_map(move |track| self::runs(track, still_us, shows))
        };
        let is_main = |run: &Run| run.track.role == Role::Instructor && run.overlaps(from_us, to_us);
        let screens = runs(SourceKind::Screen, STILL_US).filter(is_main);
        let pictures: Vec<Run> = screens.chain(runs(SourceKind::Camera, STILL_US).filter(is_main)).collect();
        let voices = runs(SourceKind::Mic, PAUSE_US).filter(|run| run.overlaps(from_us, to_us));
        let voices = voices.map(|run| run.clip(from_us, to_us)).collect();
        Plan { from_us, to_us, picture: picture(&pictures, from_us, to_us), voices }
    }

    pub(super) fn length(&self) -> Duration {
        Duration::from_micros(self.to_us - self.from_us)
    }

    /// All files to be read.
    pub(super) fn files(&self) -> impl Iterator<Item = &StoredFile> {
        let clips: Vec<&Clip> = match &self.picture {
            Picture::Copied(clip) => vec![clip],
            Picture::Encoded { pieces, .. } => {
                pieces.iter().filter_map(|piece| piece.shown.as_ref()).map(|shown| &shown.clip).collect()
            }
        };
        clips.into_iter().chain(&self.voices).flat_map(Clip::files)
    }
}

impl Clip {
    pub(super) fn files(&self) -> impl Iterator<Item = &StoredFile> {
        std::iter::once(&self.init).chain(&self.segments)
    }
}

/// Cuts a track at its changes, at pauses longer than `still_us`, and around parts that are not shown; each
/// run begins with a keyframe.
fn runs<'a>(track: &'a Track, still_us: u64, shows: impl Fn(&Track, &Segment) -> bool) -> Vec<Run<'a>> {
    let mut runs: Vec<Run> = Vec::new();
    let mut goes_on = false;
    for segment in &track.segments {
        let (from_us, to_us) = track.span_us(segment);
        let init = track.init(segment.init).filter(|_| shows(track, segment));
        let Some(init) = init else {
            goes_on = false;
            continue;
        };
        let same = |run: &&mut Run| {
            goes_on && run.init.init == segment.init && from_us <= run.to_us.saturating_add(still_us)
        };
        if let Some(run) = runs.last_mut().filter(same) {
            run.segments.push(segment);
            run.to_us = to_us;
        } else if segment.independent {
            runs.push(Run { track, init, segments: vec![segment], from_us, to_us });
            goes_on = true;
        } else {
            goes_on = false;
        }
    }
    runs
}

impl Run<'_> {
    fn overlaps(&self, from_us: u64, to_us: u64) -> bool {
        self.from_us < to_us && from_us < self.to_us
    }

    fn span_us(&self, segment: &Segment) -> (u64, u64) {
        self.track.span_us(segment)
    }

    /// The media needed to show `[from_us, to_us)`.
    fn clip(&self, from_us: u64, to_us: u64) -> Clip {
        let starts_before = |segment: &&&Segment| self.span_us(segment).0 <= from_us;
        let before = self.segments.iter().take_while(starts_before);
        let key = before.enumerate().filter(|(_, segment)| segment.independent).last();
        let first = key.map_or(0, |(at, _)| at);
        let needed = self.segments[first..].iter().take_while(|segment| self.span_us(segment).0 < to_us);
        Clip {
            from_us: self.span_us(self.segments[first]).0,
            init: self.init.file.clone(),
            segments: needed.map(|segment| segment.file.clone()).collect(),
        }
    }

    /// The run as it is, if it fills `[from_us, to_us)` with nothing from outside.
    fn copied(&self, from_us: u64, to_us: u64) -> Option<Clip> {
        let within = |segment: &&&Segment| {
            let (from, to) = self.span_us(segment);
            from_us <= from && to <= to_us
        };
        let segments = self.segments.iter().filter(within).skip_while(|segment| !segment.independent);
        let segments: Vec<&Segment> = segments.copied().collect();
        let first_us = self.span_us(segments.first()?).0;
        let last_us = self.span_us(segments.last()?).1;
        let fills = first_us - from_us <= COPY_SLACK_US && to_us - last_us <= COPY_SLACK_US;
        (fills && self.init.codecs.starts_with("avc1")).then(|| Clip {
            from_us: first_us,
            init: self.init.file.clone(),
            segments: segments.into_iter().map(|segment| segment.file.clone()).collect(),
        })
    }
}

/// The main picture of `[from_us, to_us)`: at each moment the first of the `runs` with a picture.
fn picture(runs: &[Run], from_us: u64, to_us: u64) -> Picture {
    if let [only] = runs
        && let Some(clip) = only.copied(from_us, to_us)
    {
        return Picture::Copied(clip);
    }
    let mut cuts: Vec<u64> = runs.iter().flat_map(|run| [run.from_us, run.to_us]).collect();
    cuts.retain(|cut| (from_us..to_us).contains(cut));
    cuts.extend([from_us, to_us]);
    cuts.sort_unstable();
    cuts.dedup();
    // The changes of the shown run.
    let mut scenes: Vec<(u64, Option<usize>)> = Vec::new();
    for cut in &cuts[..cuts.len() - 1] {
        let shown = runs.iter().position(|run| (run.from_us..run.to_us).contains(cut));
        if scenes.last().is_none_or(|(_, before)| *before != shown) {
            scenes.push((*cut, shown));
        }
    }
    let frame = |at_us: u64| ((at_us - from_us) * FRAMES_PER_S + 500_000) / 1_000_000;
    let ends = scenes.iter().skip(1).map(|(at_us, _)| *at_us).chain([to_us]);
    let pieces = scenes.iter().zip(ends).map(|((at_us, shown), end_us)| {
        let shown = shown.map(|run| {
            let clip = runs[run].clip(*at_us, end_us);
            Shown { skip_us: at_us - clip.from_us, clip }
        });
        Piece { frames: frame(end_us) - frame(*at_us), shown }
    });
    let pieces = pieces.filter(|piece| piece.frames > 0).collect();
    Picture::Encoded { size: size(runs), pieces }
}

/// The size of the largest picture, within bounds and even.
fn size(runs: &[Run]) -> (u32, u32) {
    let sizes = runs.iter().map(|run| (run.init.width, run.init.height));
    let largest = sizes.max_by_key(|(width, height)| u64::from(*width) * u64::from(*height));
    let Some((width, height)) = largest.filter(|(width, height)| *width >= 16 && *height >= 16) else {
        return SIZE_BLACK;
    };
    let (width_max, height_max) = SIZE_MAX;
    let fit = |own: u32, other: u32, own_max: u32, other_max: u32| {
        let by_other = u64::from(own) * u64::from(other_max) / u64::from(other);
        u64::from(own.min(own_max)).min(by_other.max(16)) as u32 & !1
    };
    (fit(width, height, width_max, height_max), fit(height, width, height_max, width_max))
}

#[cfg(test)]
mod tests;
