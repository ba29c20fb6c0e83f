//! Looking through a recording: is everything that was listed still what was written? Reads only, so
//! it works beside the server that records.

use std::io::{self, ErrorKind};
use std::time::{Duration, Instant};

use super::{MANIFEST, Recordings};
use crate::protocol::{Role, SourceKind};
use crate::recording::manifest::{self, CloseReason, Damage, Entry, StoredFile};
use crate::store::objects::{Depth, FileState, Objects, is_recording_id};

/// A gentle check rests at least four times so long after each file.
const REST_MIN: Duration = Duration::from_micros(100);

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub recording: String,
    /// Empty when the line that says it is damaged.
    pub lesson: String,
    pub started_at_ms: u64,
    /// How far the listed segments reach.
    pub duration_ms: u64,
    /// Why it was closed; none while a server records, or when one died.
    pub closed: Option<CloseReason>,
    /// Hash of the closing line, which stands for all lines before it; none while there is none.
    pub seal: Option<String>,
    pub damaged_lines: Vec<Damage>,
    /// Bytes behind the last whole line: a line that was being written.
    pub torn: usize,
    pub tracks: Vec<TrackReport>,
}

/// A track and its files in the order they were listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackReport {
    pub track: u32,
    /// Display name and role of who sent it, and what; none when the line that says it is damaged.
    pub what: Option<(String, Role, SourceKind)>,
    /// Ticks per second.
    timescale: u32,
    pub files: Vec<FileReport>,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileReport {
    pub file: StoredFile,
    /// When it is shown, milliseconds of the recording; none for inits.
    pub span_ms: Option<(u64, u64)>,
    pub state: FileState,
}

impl Report {
    /// Nothing is damaged or missing. A torn line is no damage: nothing was listed in it.
    pub fn is_sound(&self) -> bool {
        self.damaged_lines.is_empty() && self.bad().next().is_none()
    }

    /// Every file that is not as it was written, or could not be looked at.
    pub fn bad(&self) -> impl Iterator<Item = &FileReport> {
        self.files().filter(|file| file.state != FileState::Ok)
    }

    pub fn files(&self) -> impl Iterator<Item = &FileReport> {
        self.tracks.iter().flat_map(|track| &track.files)
    }
}

/// How much of the machine a check takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pace {
    /// Somebody waits for it.
    Swift,
    /// Four fifths of the time go to others.
    Gentle,
}

/// Looks at every file of a recording.
pub async fn verify(
    recordings: &Recordings,
    objects: &Objects,
    recording: &str,
    depth: Depth,
) -> io::Result<Report> {
    let mut report = listed(recordings, recording)?;
    look(&mut report, objects, depth, Pace::Swift).await;
    Ok(report)
}

/// Looks at every file that was listed.
pub(super) async fn look(report: &mut Report, objects: &Objects, depth: Depth, pace: Pace) {
    for file in report.tracks.iter_mut().flat_map(|track| &mut track.files) {
        let began = Instant::now();
        file.state = objects.check(&report.recording, &file.file, depth).await;
        if pace == Pace::Gentle {
            tokio::time::sleep(4 * began.elapsed().max(REST_MIN)).await;
        }
    }
}

/// What the manifest lists; no file is looked at yet.
pub fn listed(recordings: &Recordings, recording: &str) -> io::Result<Report> {
    if !is_recording_id(recording) {
        return Err(io::Error::new(ErrorKind::InvalidInput, format!("{recording:?} is no recording's id")));
    }
    let bytes = std::fs::read(recordings.folder(recording).join(MANIFEST))?;
    let lines = manifest::read(&bytes);
    let mut report = Report {
        recording: recording.to_owned(),
        lesson: String::new(),
        started_at_ms: 0,
        duration_ms: 0,
        closed: None,
        seal: None,
        damaged_lines: lines.damaged,
        torn: lines.torn,
        tracks: Vec::new(),
    };
    for listed in lines.good {
        report.take(listed.entry);
    }
    if report.closed.is_some() {
        report.seal = Some(lines.chain.hash().to_owned());
    }
    Ok(report)
}

impl Report {
    fn take(&mut self, entry: Entry) {
        self.closed = None;
        match entry {
            Entry::Recording { lesson, started_at_ms, .. } => {
                (self.lesson, self.started_at_ms) = (lesson, started_at_ms);
            }
            Entry::Track { track, name, role, kind, timescale, .. } => {
                let known = self.track(track);
                (known.what, known.timescale) = (Some((name, role, kind)), timescale);
            }
            Entry::Init { track, file, .. } => {
                self.track(track).files.push(FileReport { file, span_ms: None, state: FileState::Ok });
            }
            Entry::Segment { track, start, duration, file, .. } => {
                let known = self.track(track);
                let span_ms = known.span_ms(start, duration);
                known.files.push(FileReport { file, span_ms, state: FileState::Ok });
                self.duration_ms = self.duration_ms.max(span_ms.map_or(0, |(_, to_ms)| to_ms));
            }
            Entry::Closed { why, at_ms, .. } => {
                self.closed = Some(why);
                self.duration_ms = self.duration_ms.max(at_ms);
            }
            Entry::Opened { .. } | Entry::Gap { .. } | Entry::Event { .. } => {}
        }
    }

    fn track(&mut self, track: u32) -> &mut TrackReport {
        let known = self.tracks.iter().position(|known| known.track == track);
        let at = known.unwrap_or_else(|| {
            self.tracks.push(TrackReport { track, what: None, timescale: 0, files: Vec::new() });
            self.tracks.len() - 1
        });
        &mut self.tracks[at]
    }
}

impl TrackReport {
    /// None when the line that says how long a tick is is damaged.
    fn span_ms(&self, start: u64, duration: u64) -> Option<(u64, u64)> {
        let ms = |ticks: u64| ticks.checked_mul(1000)?.checked_div(self.timescale.into());
        Some((ms(start)?, ms(start.checked_add(duration)?)?))
    }
}
