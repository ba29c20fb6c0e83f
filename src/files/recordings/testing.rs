//! A recording on a real disk, for tests of its readers.

use std::path::PathBuf;

use tempfile::TempDir;

use super::*;
use crate::lesson::{Role, SourceKind};
use crate::recording::manifest::VERSION;

pub(crate) const ID: &str = "00112233445566778899aabbccddeeff";
pub(crate) const LESSON: &str = "maths";
/// Time scale of every track: ticks are milliseconds.
const TIMESCALE: u32 = 1000;

pub(crate) struct Sample {
    pub(crate) data: TempDir,
    pub(crate) recordings: Recordings,
    folder: DiskFolder,
    id: String,
    at_ms: u64,
}

impl Sample {
    /// An open recording without tracks.
    pub(crate) fn begin() -> Sample {
        Sample::begin_in(tempfile::tempdir().unwrap(), ID, 1_790_000_000_000)
    }

    fn begin_in(data: TempDir, id: &str, started_at_ms: u64) -> Sample {
        let recordings = Recordings::new(data.path(), 0);
        let folder = recordings.open_folder(id).unwrap();
        let (id, lesson) = (id.to_owned(), LESSON.to_owned());
        let mut sample = Sample { data, recordings, folder, id: id.clone(), at_ms: 0 };
        sample.line(Entry::Recording { v: VERSION, id, lesson, started_at_ms });
        sample.line(Entry::Opened { at_ms: 0 });
        sample
    }

    /// Adds a closed recording of so many minutes of sound to a data folder.
    pub(crate) fn add_to(data: TempDir, id: &str, started_at_ms: u64, minutes: u64) -> TempDir {
        let mut sample = Sample::begin_in(data, id, started_at_ms);
        sample.track(1, Role::Instructor, SourceKind::Mic);
        (0..minutes).for_each(|_| sample.add(1, 1, 60_000, &[7; 20]));
        sample.close();
        sample.data
    }

    /// A closed recording: one track, an init, and segments 1 to `segments` of a second each.
    pub(crate) fn closed(segments: u32) -> Sample {
        let mut sample = Sample::begin();
        sample.track(1, Role::Instructor, SourceKind::Mic);
        (0..segments).for_each(|_| sample.add(1, 1, 1000, &[7; 2000]));
        sample.close();
        sample
    }

    pub(crate) fn track(&mut self, track: u32, role: Role, kind: SourceKind) {
        let (person, name, timescale) = (format!("person-{track}"), format!("学员{track}"), TIMESCALE);
        self.line(Entry::Track { track, at_ms: self.at_ms, person, name, role, kind, timescale });
        self.init(track, 1, "opus", (0, 0), b"an init");
    }

    pub(crate) fn init(
        &mut self,
        track: u32,
        init: u32,
        codecs: &str,
        (width, height): (u32, u32),
        bytes: &[u8],
    ) {
        let file = self.folder.write(&format!("{track}-init-{init}.mp4"), bytes).unwrap();
        self.line(Entry::Init { track, init, file, codecs: codecs.into(), width, height });
    }

    /// Adds the next segment of a track, at the end of the last one.
    pub(crate) fn add(&mut self, track: u32, init: u32, duration: u64, bytes: &[u8]) {
        let lines = self.lines();
        let manifest = lines.manifest();
        let last = manifest.track(track).and_then(|track| track.segments.last());
        let (number, start) = last.map_or((1, 0), |last| (last.number + 1, last.start + last.duration));
        self.segment(track, init, number, (start, duration), bytes);
    }

    pub(crate) fn segment(
        &mut self,
        track: u32,
        init: u32,
        number: u32,
        (start, duration): (u64, u64),
        bytes: &[u8],
    ) {
        let file = self.folder.write(&format!("{track}-{number}.m4s"), bytes).unwrap();
        self.at_ms = self.at_ms.max(start + duration);
        self.line(Entry::Segment { track, number, init, start, duration, independent: true, file });
    }

    pub(crate) fn close(&mut self) {
        self.line(Entry::Closed { at_ms: self.at_ms, why: CloseReason::Ended, off_record: Vec::new() });
    }

    pub(crate) fn line(&mut self, entry: Entry) {
        self.folder.append(&[entry]).unwrap();
    }

    pub(crate) fn lines(&self) -> manifest::Lines {
        manifest::read(&fs::read(self.path(MANIFEST)).unwrap())
    }

    pub(crate) fn manifest(&self) -> Manifest {
        self.lines().manifest()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.recordings.folder(&self.id).join(name)
    }

    /// Names of the files in the folder, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.recordings.folder(&self.id)).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// Changes one byte of a file.
    pub(crate) fn damage(&self, name: &str) {
        let mut bytes = fs::read(self.path(name)).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(self.path(name), bytes).unwrap();
    }
}
