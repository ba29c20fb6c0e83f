//! The value of a manifest: the fold of its lines. Applying a line to the value of the lines before gives the
//! value of them all, so a live replay follows without reading everything again.

use super::super::stretches;
use super::{CloseReason, Entry, Event, StoredFile};
use crate::lesson::{Role, SourceKind};
use crate::recording::manifest::{GapReason, ReplayGap};
use crate::time::Stretch;

/// Time before the death of the server within which a track that was sending would have gone on,
/// milliseconds: a segment, the time its packets are waited for, and the longest still picture.
const RUNNING_MS: u64 = 5_000;

/// The time by which a segment may reach into a stretch off the record: nothing that arrived in it was
/// recorded, and no picture is placed further from its arrival.
const OFF_RECORD_MAX_US: u64 = 1_000_000;

/// A recording.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Manifest {
    /// Its name in addresses.
    pub id: String,
    pub lesson: String,
    /// Its start on the wall clock, ms since the Unix epoch.
    pub started_at_ms: u64,
    /// Whether a server records, or died without closing.
    pub open: bool,
    /// The reason of the last close.
    pub closed: Option<CloseReason>,
    /// Its length, ms.
    pub duration_ms: u64,
    /// Sorted by beginning.
    pub tracks: Vec<Track>,
    pub gaps: Vec<ReplayGap>,
    /// Events with their times, in order.
    pub events: Vec<(u64, Event)>,
    /// Stretches off the record; one that goes on ends at [`u64::MAX`].
    pub off_record: Vec<Stretch>,
    /// Number of segments so far, over all tracks.
    segments: u32,
}

/// One stream of a recording.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Track {
    pub track: u32,
    pub at_ms: u64,
    pub person: String,
    pub name: String,
    pub role: Role,
    pub kind: SourceKind,
    pub timescale: u32,
    pub inits: Vec<Init>,
    /// Sorted by number, which is also the order of time.
    pub segments: Vec<Segment>,
}

/// The init that a player reads before segments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Init {
    pub init: u32,
    pub file: StoredFile,
    pub codecs: String,
    pub width: u32,
    pub height: u32,
}

/// One file of media.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    pub number: u32,
    pub init: u32,
    /// Ticks.
    pub start: u64,
    /// Ticks.
    pub duration: u64,
    pub independent: bool,
    pub file: StoredFile,
    /// Its place among all segments of the recording, in the order of listing.
    pub order: u32,
    /// Whether the file is not as written: then it is never served.
    pub damaged: bool,
}

impl Manifest {
    /// Takes the next line.
    pub fn apply(&mut self, entry: &Entry) {
        match entry {
            Entry::Recording { id, lesson, started_at_ms, .. } => {
                self.id.clone_from(id);
                self.lesson.clone_from(lesson);
                self.started_at_ms = *started_at_ms;
            }
            Entry::Opened { at_ms } => self.opened(*at_ms),
            Entry::Track { track, at_ms, person, name, role, kind, timescale } => {
                self.reaches(*at_ms);
                let (person, name) = (person.clone(), name.clone());
                let (track, at_ms, role, kind, timescale) = (*track, *at_ms, *role, *kind, *timescale);
                let (inits, segments) = (Vec::new(), Vec::new());
                if self.track(track).is_none() {
                    self.tracks.push(Track {
                        track,
                        at_ms,
                        person,
                        name,
                        role,
                        kind,
                        timescale,
                        inits,
                        segments,
                    });
                }
            }
            Entry::Init { track, init, file, codecs, width, height } => {
                let (init, width, height) = (*init, *width, *height);
                let (file, codecs) = (file.clone(), codecs.clone());
                if let Some(track) = self.track_mut(*track).filter(|track| track.init(init).is_none()) {
                    track.inits.push(Init { init, file, codecs, width, height });
                }
            }
            Entry::Segment { track, number, init, start, duration, independent, file } => {
                let order = self.segments;
                let (number, init, start, duration) = (*number, *init, *start, *duration);
                let (independent, file, damaged) = (*independent, file.clone(), false);
                let segment = Segment { number, init, start, duration, independent, file, order, damaged };
                self.segment(*track, segment);
            }
            Entry::Gap { track, from_ms, to_ms, why } => {
                self.gap(*track, *from_ms, *to_ms, *why);
            }
            Entry::Event { at_ms, event } => self.event(*at_ms, event),
            Entry::Closed { at_ms, why, off_record } => {
                self.reaches(*at_ms);
                (self.open, self.closed) = (false, Some(*why));
                // Also stretches with damaged lines of their own.
                off_record.iter().for_each(|off| stretches::insert(&mut self.off_record, *off));
            }
        }
    }

    /// Handles the start of recording by a server. Media sent while none recorded is missing.
    fn opened(&mut self, at_ms: u64) {
        let died = self.open || self.closed.is_some_and(|why| why != CloseReason::Ended);
        let ends: Vec<(u32, u64)> = self.tracks.iter().map(|track| (track.track, track.end_ms())).collect();
        let last = ends.iter().map(|(_, end_ms)| *end_ms).max().unwrap_or(0);
        for (track, end_ms) in ends {
            if died && end_ms > 0 && end_ms + RUNNING_MS > last {
                self.gap(track, end_ms, at_ms, GapReason::Restart);
            }
        }
        self.open = true;
        self.reaches(at_ms);
    }

    fn segment(&mut self, track: u32, segment: Segment) {
        let Some(track) = self.track_mut(track) else { return };
        let follows = track.segments.last().is_none_or(|last| {
            last.number < segment.number && last.start.saturating_add(last.duration) <= segment.start
        });
        if !follows || segment.duration == 0 {
            return;
        }
        track.segments.push(segment);
        let end_ms = track.end_ms();
        self.segments += 1;
        self.reaches(end_ms);
    }

    fn event(&mut self, at_ms: u64, event: &Event) {
        self.reaches(at_ms);
        match (event, self.off_record.last_mut().filter(|off| off.to_ms == u64::MAX)) {
            (Event::OffRecord { on: true }, None) => {
                stretches::insert(&mut self.off_record, Stretch { from_ms: at_ms, to_ms: u64::MAX });
            }
            (Event::OffRecord { on: false }, Some(off)) => off.to_ms = at_ms.max(off.from_ms),
            _ => {}
        }
        self.events.push((at_ms, event.clone()));
    }

    fn gap(&mut self, track: u32, from_ms: u64, to_ms: u64, why: GapReason) {
        if from_ms < to_ms {
            self.gaps.push(ReplayGap { track, from_ms, to_ms, why });
        }
    }

    fn reaches(&mut self, at_ms: u64) {
        self.duration_ms = self.duration_ms.max(at_ms);
    }

    fn track_mut(&mut self, track: u32) -> Option<&mut Track> {
        self.tracks.iter_mut().find(|known| known.track == track)
    }

    /// Whether a segment may be shown and served: it is whole, on the record, and the greater part of it lies
    /// in `window`.
    pub fn is_shown(&self, track: &Track, segment: &Segment, window: Option<Stretch>) -> bool {
        let (from_us, to_us) = track.span_us(segment);
        let us = |ms: u64| ms.saturating_mul(1000);
        let off_us = |off: &Stretch| to_us.min(us(off.to_ms)).saturating_sub(from_us.max(us(off.from_ms)));
        let off_max_us = OFF_RECORD_MAX_US.min((to_us - from_us) / 2);
        let middle_us = from_us + (to_us - from_us) / 2;
        let is_in = |window: Stretch| us(window.from_ms) <= middle_us && middle_us < us(window.to_ms);
        !segment.damaged
            && window.is_none_or(is_in)
            && self.off_record.iter().all(|off| off_us(off) <= off_max_us)
    }

    pub fn track(&self, track: u32) -> Option<&Track> {
        self.tracks.iter().find(|known| known.track == track)
    }

    /// Marks a segment with a file that is not as written. False = there is no such segment.
    pub fn mark_damaged(&mut self, track: u32, number: u32) -> bool {
        let Some(track) = self.track_mut(track) else { return false };
        let scale = u64::from(track.timescale.max(1));
        let Some(segment) = track.segments.iter_mut().find(|segment| segment.number == number) else {
            return false;
        };
        if !segment.damaged {
            segment.damaged = true;
            let (from_ms, end) = (segment.start * 1000 / scale, segment.start + segment.duration);
            let (track, to_ms) = (track.track, end * 1000 / scale);
            self.gap(track, from_ms, to_ms, GapReason::Damaged);
        }
        true
    }

    /// Every listed file.
    pub fn files(&self) -> impl Iterator<Item = &StoredFile> {
        self.tracks.iter().flat_map(|track| {
            let inits = track.inits.iter().map(|init| &init.file);
            inits.chain(track.segments.iter().map(|segment| &segment.file))
        })
    }
}

impl Track {
    /// The time of a segment, in microseconds so that neighbours still touch each other.
    pub fn span_us(&self, segment: &Segment) -> (u64, u64) {
        let scale = u128::from(self.timescale.max(1));
        let us = |ticks: u64| (u128::from(ticks) * 1_000_000 / scale).min(u128::from(u64::MAX)) as u64;
        (us(segment.start), us(segment.start.saturating_add(segment.duration)))
    }

    /// The end of its last segment, ms.
    pub fn end_ms(&self) -> u64 {
        self.segments.last().map_or(0, |last| self.span_us(last).1 / 1000)
    }

    pub fn init(&self, init: u32) -> Option<&Init> {
        self.inits.iter().find(|known| known.init == init)
    }
}

#[cfg(test)]
#[path = "view_tests.rs"]
mod tests;
