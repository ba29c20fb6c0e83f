//! What a manifest says, as one value: the fold of its lines. Applying a line to the value of the
//! lines before gives the value of them all, so a live replay follows without reading anew.

use super::{CloseReason, Entry, Event, StoredFile};
use crate::protocol::{ClassState, GapReason, ReplayGap, Role, SourceKind, Stretch};

/// A track that was sending this shortly before the server died would have gone on, milliseconds: a
/// segment, the time its packets are waited for, and the time a still picture may last.
const RUNNING_MS: u64 = 5_000;

/// A recording.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Manifest {
    /// Its name in addresses.
    pub id: String,
    pub lesson: String,
    /// Where its time begins on the wall clock.
    pub started_at_ms: u64,
    /// A server records, or did and died without closing.
    pub open: bool,
    /// Why it was closed last.
    pub closed: Option<CloseReason>,
    /// How far it reaches.
    pub duration_ms: u64,
    /// In the order they began.
    pub tracks: Vec<Track>,
    pub gaps: Vec<ReplayGap>,
    /// With their times, in order.
    pub events: Vec<(u64, Event)>,
    /// Stretches off the record; one that still lasts ends at [`u64::MAX`].
    pub off_record: Vec<Stretch>,
    /// Segments seen so far, over all tracks.
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
    /// In the order of their numbers, which is the order of their times.
    pub segments: Vec<Segment>,
}

/// What a player reads before segments.
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
    /// Its place among all segments of the recording, as they were listed.
    pub order: u32,
    /// The file is not what was written: never served.
    pub damaged: bool,
}

impl Manifest {
    /// Takes the next line.
    pub fn apply(&mut self, entry: &Entry) {
        let _ = (entry, RUNNING_MS);
    }

    pub fn track(&self, track: u32) -> Option<&Track> {
        self.tracks.iter().find(|known| known.track == track)
    }

    /// A segment's file turned out not to be what was written. False when there is no such segment.
    pub fn mark_damaged(&mut self, track: u32, number: u32) -> bool {
        let _ = (track, number);
        false
    }

    /// Every file that is listed.
    pub fn files(&self) -> impl Iterator<Item = &StoredFile> {
        self.tracks.iter().flat_map(|track| {
            let inits = track.inits.iter().map(|init| &init.file);
            inits.chain(track.segments.iter().map(|segment| &segment.file))
        })
    }
}

impl Track {
    /// When a segment is shown: microseconds, so that neighbours still touch each other.
    pub fn span_us(&self, segment: &Segment) -> (u64, u64) {
        let scale = u128::from(self.timescale.max(1));
        let us = |ticks: u64| (u128::from(ticks) * 1_000_000 / scale).min(u128::from(u64::MAX)) as u64;
        (us(segment.start), us(segment.start.saturating_add(segment.duration)))
    }

    pub fn init(&self, init: u32) -> Option<&Init> {
        self.inits.iter().find(|known| known.init == init)
    }
}
