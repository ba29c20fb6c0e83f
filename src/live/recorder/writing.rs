//! The files and lines of one recording. The output of a stream is written, then listed; a segment that
//! cannot be written becomes a gap; lines wait for a disk that refuses.

use std::io;

use crate::classroom::Identity;
use crate::files::recordings::Folder;
use crate::lesson::SourceKind;
use crate::recording::manifest::GapReason;
use crate::recording::manifest::{self, Entry};
use crate::recording::track::Output;

/// Gaps closer than this are joined.
const GAP_JOIN_MS: u64 = 100;
/// Most lines that wait for a disk that refuses: hours of a lively class.
const WAITING_MAX: usize = 50_000;

/// A recording's folder, and the lines still to be listed in it.
pub(super) struct Writing {
    folder: Box<dyn Folder>,
    pub(super) tracks: Vec<TrackLines>,
    /// Lowest number of new files.
    numbers_from: u32,
    /// Lines that are not in the manifest yet, in their order.
    waiting: Vec<Entry>,
}

/// The unwritten output of a stream.
pub(super) struct Made {
    pub(super) stream: u32,
    pub(super) lines: usize,
    pub(super) output: Output,
}

/// A track in the manifest.
pub(super) struct TrackLines {
    number: u32,
    pub(super) person: String,
    pub(super) kind: SourceKind,
    timescale: u32,
    inits: u32,
    segments: u32,
    /// Inits of the streams on this track.
    known: Vec<KnownInit>,
}

/// An init under the numbers of its stream and of the manifest.
struct KnownInit {
    stream: u32,
    init: u32,
    /// Its number in the manifest, or the init still to be written.
    listed: Result<u32, InitFile>,
}

struct InitFile {
    bytes: Vec<u8>,
    codecs: String,
    width: u32,
    height: u32,
}

impl Writing {
    /// Goes on with the content of the folder.
    pub(super) fn new(folder: Box<dyn Folder>) -> Writing {
        let numbers_from = folder.numbers_from();
        let lines = |track: &manifest::Track| TrackLines {
            number: track.track,
            person: track.person.clone(),
            kind: track.kind,
            timescale: track.timescale,
            inits: track.inits.last().map_or(0, |init| init.init).max(numbers_from),
            segments: track.segments.last().map_or(0, |segment| segment.number).max(numbers_from),
            known: Vec::new(),
        };
        let tracks = folder.manifest().tracks.iter().map(lines).collect();
        Writing { folder, tracks, numbers_from, waiting: Vec::new() }
    }

    /// Number of lines that could not be written yet.
    pub(super) fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Writes the waiting lines.
    pub(super) fn list(&mut self) -> io::Result<()> {
        self.folder.append(&self.waiting)?;
        self.waiting.clear();
        Ok(())
    }

    /// Adds a track; returns its index.
    pub(super) fn add_track(
        &mut self,
        at_ms: u64,
        kind: SourceKind,
        timescale: u32,
        who: &Identity,
    ) -> usize {
        let last = self.tracks.iter().map(|track| track.number).max().unwrap_or(0);
        let number = last.max(self.numbers_from) + 1;
        self.twice(Entry::Track {
            track: number,
            at_ms,
            person: who.person.clone(),
            name: who.name.clone(),
            role: who.role,
            kind,
            timescale,
        });
        self.tracks.push(TrackLines {
            number,
            person: who.person.clone(),
            kind,
            timescale,
            inits: 0,
            segments: 0,
            known: Vec::new(),
        });
        self.tracks.len() - 1
    }

    /// Writes the output of a stream and prepares its lines; returns the number of bytes written.
    pub(super) fn put(&mut self, made: Made) -> io::Result<u64> {
        let Writing { folder, tracks, waiting, .. } = self;
        let written = match &made.output {
            Output::Segment { init, start, duration, independent, bytes } => {
                let piece = Piece { start: *start, duration: *duration, independent: *independent, bytes };
                tracks[made.lines].write(&mut **folder, waiting, made.stream, *init, &piece)
            }
            _ => {
                self.give_up(made);
                return Ok(0);
            }
        };
        if written.is_err() {
            self.give_up(made);
        }
        written
    }

    /// Handles output without a file: inits are written with their first segment, and a segment that cannot
    /// be written becomes a gap.
    pub(super) fn give_up(&mut self, made: Made) {
        let track = &mut self.tracks[made.lines];
        match made.output {
            Output::Init { init, bytes, codecs, width, height } => {
                let listed = Err(InitFile { bytes, codecs, width, height });
                track.known.push(KnownInit { stream: made.stream, init, listed });
            }
            Output::Gap { from_ms, to_ms, why } => self.gap(made.lines, from_ms, to_ms, why),
            Output::Segment { start, duration, .. } => {
                let ms = |ticks: u64| ticks * 1000 / u64::from(track.timescale);
                let (from_ms, to_ms) = (ms(start), ms(start + duration));
                self.gap(made.lines, from_ms, to_ms, GapReason::Disk);
            }
        }
    }

    /// Adds a gap; one that goes on is one line.
    fn gap(&mut self, lines: usize, from_ms: u64, to_ms: u64, why: GapReason) {
        let number = self.tracks[lines].number;
        let goes_on = self.waiting.iter_mut().rev().find_map(|entry| match entry {
            Entry::Gap { track, to_ms, why: same, .. } if *track == number && *same == why => Some(to_ms),
            _ => None,
        });
        match goes_on.filter(|end| from_ms.abs_diff(**end) <= GAP_JOIN_MS) {
            Some(end) => *end = to_ms,
            None => self.line(Entry::Gap { track: number, from_ms, to_ms, why }),
        }
    }

    /// Writes a line on which all others depend twice: one of the two may be damaged.
    pub(super) fn twice(&mut self, entry: Entry) {
        self.line(entry.clone());
        self.line(entry);
    }

    pub(super) fn line(&mut self, entry: Entry) {
        if self.waiting.len() < WAITING_MAX {
            self.waiting.push(entry);
        } else {
            tracing::error!("a line of a recording is lost: the disk has refused for hours");
        }
    }
}

/// A segment to be written.
struct Piece<'a> {
    start: u64,
    duration: u64,
    independent: bool,
    bytes: &'a [u8],
}

impl TrackLines {
    /// Writes a segment, and before it the init it needs; their lines go to `waiting`.
    fn write(
        &mut self,
        folder: &mut dyn Folder,
        waiting: &mut Vec<Entry>,
        stream: u32,
        init: u32,
        piece: &Piece<'_>,
    ) -> io::Result<u64> {
        let mut written = 0;
        let track = self.number;
        let known = self.known.iter_mut().find(|known| known.stream == stream && known.init == init);
        let known = known.expect("a track makes an init before the segments that name it");
        let init = match &known.listed {
            Ok(number) => *number,
            Err(InitFile { bytes, codecs, width, height }) => {
                let init = self.inits + 1;
                let file = folder.write(&format!("{track}-init-{init}.mp4"), bytes)?;
                written += file.bytes;
                let (codecs, width, height) = (codecs.clone(), *width, *height);
                waiting.push(Entry::Init { track, init, file, codecs, width, height });
                self.inits = init;
                known.listed = Ok(init);
                init
            }
        };
        let number = self.segments + 1;
        let file = folder.write(&format!("{track}-{number}.m4s"), piece.bytes)?;
        written += file.bytes;
        let Piece { start, duration, independent, .. } = *piece;
        waiting.push(Entry::Segment { track, number, init, start, duration, independent, file });
        self.segments = number;
        Ok(written)
    }
}
