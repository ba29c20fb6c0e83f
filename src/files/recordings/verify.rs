//! Checks whether everything listed in a recording is still as written. Reads only, so it works beside the
//! server that records.

use std::io::{self, ErrorKind};
use std::time::{Duration, Instant};

use super::{MANIFEST, Recordings};
use crate::files::objects::{Depth, FileState, Objects, is_recording_id};
use crate::lesson::{Role, SourceKind};
use crate::recording::manifest::{self, CloseReason, Damage, Entry, StoredFile};

/// Least rest after each file of a gentle check, which rests four times as long as it worked.
const REST_MIN: Duration = Duration::from_micros(100);

/// The result of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub recording: String,
    /// Empty = the line with it is damaged.
    pub lesson: String,
    pub started_at_ms: u64,
    /// The end of the listed segments, ms.
    pub duration_ms: u64,
    /// The reason of the close; `None` = a server records, or one died.
    pub closed: Option<CloseReason>,
    /// Hash of the closing line, which covers all lines before it; `None` = there is none.
    pub seal: Option<String>,
    pub damaged_lines: Vec<Damage>,
    /// Bytes behind the last whole line: a line that was being written.
    pub torn: usize,
    pub tracks: Vec<TrackReport>,
}

/// A track, and its files in the order of listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrackReport {
    pub track: u32,
    /// Display name and role of the sender, and the kind; `None` = the line with it is damaged.
    pub what: Option<(String, Role, SourceKind)>,
    /// Ticks per second.
    timescale: u32,
    pub files: Vec<FileReport>,
}

/// One file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileReport {
    pub file: StoredFile,
    /// The time of the segment in the recording, milliseconds; `None` = an init.
    pub span_ms: Option<(u64, u64)>,
    pub state: FileState,
}

impl Report {
    /// Whether nothing is damaged or missing. A torn line is no damage: nothing was listed in it.
    pub fn is_sound(&self) -> bool {
        self.damaged_lines.is_empty() && self.bad().next().is_none()
    }

    /// Every file that is not as written, or could not be checked.
    pub fn bad(&self) -> impl Iterator<Item = &FileReport> {
        self.files().filter(|file| file.state != FileState::Ok)
    }

    pub fn files(&self) -> impl Iterator<Item = &FileReport> {
        self.tracks.iter().flat_map(|track| &track.files)
    }
}

/// The share of the machine that a check takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pace {
    /// Somebody waits for it.
    Swift,
    /// Four fifths of the time go to others.
    Gentle,
}

/// Checks every file of a recording.
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

/// Checks every listed file.
pub(super) async fn look(report: &mut Report, objects: &Objects, depth: Depth, pace: Pace) {
    for file in report.tracks.iter_mut().flat_map(|track| &mut track.files) {
        let began = Instant::now();
        file.state = objects.check(&report.recording, &file.file, depth).await;
        if pace == Pace::Gentle {
            tokio::time::sleep(4 * began.elapsed().max(REST_MIN)).await;
        }
    }
}

/// The files in the manifest; none is checked yet.
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
    /// `None` = the line with the time scale is damaged.
    fn span_ms(&self, start: u64, duration: u64) -> Option<(u64, u64)> {
        let ms = |ticks: u64| ticks.checked_mul(1000)?.checked_div(self.timescale.into());
        Some((ms(start)?, ms(start.checked_add(duration)?)?))
    }
}
