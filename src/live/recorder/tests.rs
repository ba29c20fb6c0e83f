//! The recorder on a real disk, and on disks that are full or slow.

use std::collections::HashSet;
use std::io;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::Receiver;
use std::thread::sleep;

use tempfile::TempDir;

use super::*;
use crate::chain::hex;
use crate::files::recordings::{DiskFolder, Folder, MANIFEST, Recordings, recover};
use crate::lesson::{ClassState, Role, SourceKind};
use crate::protocol::ParticipantId;
use crate::recording::manifest::GapReason;
use crate::recording::manifest::{self, Entry, Lines, Manifest, StoredFile};
use crate::sfu::capture::{Capture, Captured};
use crate::sfu::ring::Stored;
use crate::sfu::scene::SourceId;
use crate::transport::codec::Codec;

const ID: &str = "0123456789abcdef";
/// One Opus packet of silence, 20 ms.
const SILENCE: [u8; 3] = [0xf8, 0xff, 0xfe];
const STEP: Duration = Duration::from_millis(20);
const WAIT: Duration = Duration::from_secs(20);

/// A disk controlled by the test.
#[derive(Clone)]
struct Disk {
    recordings: Recordings,
    full: Arc<AtomicBool>,
    /// Whether only lines fit.
    reserve_reached: Arc<AtomicBool>,
    /// If set, every write waits for a signal.
    slow: Option<Arc<Mutex<Receiver<()>>>>,
}

struct TestFolder {
    disk: Disk,
    folder: DiskFolder,
}

impl Shelf for Disk {
    fn open(&self, recording: &str) -> io::Result<Box<dyn Folder>> {
        Ok(Box::new(TestFolder { disk: self.clone(), folder: self.recordings.open_folder(recording)? }))
    }
}

impl TestFolder {
    fn obstruct(&self) -> io::Result<()> {
        if let Some(words) = &self.disk.slow {
            let _ = words.lock().unwrap().recv();
        }
        if self.disk.full.load(Ordering::SeqCst) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        Ok(())
    }
}

impl Folder for TestFolder {
    fn manifest(&self) -> &Manifest {
        self.folder.manifest()
    }

    fn numbers_from(&self) -> u32 {
        self.folder.numbers_from()
    }

    fn write(&mut self, name: &str, bytes: &[u8]) -> io::Result<StoredFile> {
        self.obstruct()?;
        if self.disk.reserve_reached.load(Ordering::SeqCst) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.folder.write(name, bytes)
    }

    fn append(&mut self, entries: &[Entry]) -> io::Result<()> {
        self.obstruct()?;
        self.folder.append(entries)
    }
}

fn disk(dir: &TempDir) -> Disk {
    Disk {
        recordings: Recordings::new(dir.path(), 0),
        full: Arc::default(),
        reserve_reached: Arc::default(),
        slow: None,
    }
}

/// A microphone whose packets arrive every 20 ms of a clock that the test drives.
struct Mic {
    source: SourceId,
    tap: Tap,
    now: Instant,
    sent: u64,
}

impl Mic {
    fn new(room: &RoomRecorder) -> Mic {
        let leg = LegId(1);
        let who = Identity {
            person: "id".into(),
            name: "王老师".into(),
            role: Role::Instructor,
            approved_at_ms: None,
        };
        room.sender(leg, who);
        let id = SourceId { leg, person: ParticipantId(1), kind: SourceKind::Mic };
        Mic { source: id, tap: room.tap(), now: Instant::now(), sent: 0 }
    }

    fn speak(&mut self, time: Duration) {
        for _ in 0..time.as_millis() / STEP.as_millis() {
            self.sent += 1;
            let packet = Stored::arrived(self.sent, (self.sent * 960) as u32, false, true);
            let what = Captured::Packet { packet: &packet, payload: &SILENCE };
            let (source, at) = (self.source, self.now);
            self.tap.take(&Capture { source, codec: Codec::Opus, at, layer: 0, epoch: 0, what });
            self.now += STEP;
        }
    }
}

fn read(dir: &Path) -> Lines {
    let path = dir.join("recordings").join(ID).join(MANIFEST);
    manifest::read(&std::fs::read(path).unwrap_or_default())
}

fn wait(what: &str, mut done: impl FnMut() -> bool) {
    let until = Instant::now() + WAIT;
    while !done() {
        assert!(Instant::now() < until, "{what} did not come");
        sleep(Duration::from_millis(5));
    }
}

/// Milliseconds of the only track in files, whose contents are checked.
fn recorded_ms(dir: &Path, manifest: &Manifest) -> u64 {
    let [track] = &manifest.tracks[..] else { panic!("{:?}", manifest.tracks) };
    let mut names = HashSet::new();
    for file in manifest.files() {
        let bytes = std::fs::read(dir.join("recordings").join(ID).join(&file.name)).unwrap();
        let digest = ring::digest::digest(&ring::digest::SHA256, &bytes);
        assert_eq!(hex(digest.as_ref()), file.sha256, "{}", file.name);
        assert!(names.insert(&file.name), "{} is listed twice", file.name);
    }
    track.segments.iter().map(|segment| segment.duration).sum::<u64>() * 1000 / u64::from(track.timescale)
}

#[test]
fn a_lesson_becomes_verified_segments_and_is_closed() {
    let dir = tempfile::tempdir().unwrap();
    let recorder = Recorder::start(Box::new(disk(&dir))).unwrap();
    let room = recorder.open(ID, "lesson");
    let mut mic = Mic::new(&room);
    room.event(Instant::now(), Event::Class { class: ClassState::Live });
    mic.speak(Duration::from_secs(10));
    room.event(Instant::now(), Event::Class { class: ClassState::Ended });
    room.end();
    wait("the end", || room.health.borrow().closed);
    let lines = read(dir.path());
    assert!(lines.damaged.is_empty() && lines.torn == 0);
    let manifest = lines.manifest();
    assert_eq!((manifest.lesson.as_str(), manifest.open), ("lesson", false));
    assert_eq!(manifest.closed, Some(CloseReason::Ended));
    assert!(manifest.gaps.is_empty(), "{:?}", manifest.gaps);
    assert!(recorded_ms(dir.path(), &manifest).abs_diff(10_000) <= 40);
    assert!(manifest.tracks[0].segments.len() >= 5);
    assert_eq!(manifest.tracks[0].name, "王老师");
    assert!(room.totals.bytes.load(Ordering::Relaxed) > 0);
}

#[test]
fn what_a_dead_server_left_open_is_closed_and_can_go_on() {
    let dir = tempfile::tempdir().unwrap();
    let recorder = Recorder::start(Box::new(disk(&dir))).unwrap();
    let room = recorder.open(ID, "lesson");
    let mut mic = Mic::new(&room);
    mic.speak(Duration::from_secs(5));
    wait("two segments", || {
        read(dir.path()).manifest().tracks.first().is_some_and(|t| t.segments.len() >= 2)
    });
    // The disk as a power cut leaves it: another folder with everything written by now, and half a line.
    let after = tempfile::tempdir().unwrap();
    let (from, to) = (dir.path().join("recordings").join(ID), after.path().join("recordings").join(ID));
    std::fs::create_dir_all(&to).unwrap();
    for file in std::fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
    let torn = [std::fs::read(to.join(MANIFEST)).unwrap(), b"0123 half a li".to_vec()].concat();
    std::fs::write(to.join(MANIFEST), torn).unwrap();
    drop(room);

    let recordings = Recordings::new(after.path(), 0);
    let closed: Vec<String> =
        recover(&recordings).unwrap().into_iter().map(|(id, closed)| closed.map(|()| id).unwrap()).collect();
    assert_eq!(closed, [ID]);
    assert!(recover(&recordings).unwrap().is_empty(), "once is enough");
    let lines = read(after.path());
    assert!(lines.damaged.is_empty() && lines.torn == 0);
    let found = lines.manifest();
    assert_eq!((found.open, found.closed), (false, Some(CloseReason::Recovered)));
    assert!(recorded_ms(after.path(), &found) >= 3_500);

    // The class goes on.
    let recorder = Recorder::start(Box::new(disk(&after))).unwrap();
    let room = recorder.open(ID, "lesson");
    let mut mic = Mic::new(&room);
    mic.speak(Duration::from_secs(4));
    drop(room);
    recorder.stop();
    let manifest = read(after.path()).manifest();
    assert_eq!(manifest.closed, Some(CloseReason::Stopped));
    assert_eq!(manifest.tracks.len(), 1, "the same person's sound is one track");
    assert!(recorded_ms(after.path(), &manifest) >= recorded_ms(after.path(), &found) + 3_900);
}

#[test]
fn a_full_disk_is_told_becomes_a_gap_and_recording_goes_on_when_there_is_room() {
    let dir = tempfile::tempdir().unwrap();
    let disk = disk(&dir);
    let recorder = Recorder::start(Box::new(disk.clone())).unwrap();
    let room = recorder.open(ID, "lesson");
    let mut mic = Mic::new(&room);
    mic.speak(Duration::from_secs(3));
    wait("a segment", || read(dir.path()).manifest().tracks.first().is_some_and(|t| !t.segments.is_empty()));
    disk.full.store(true, Ordering::SeqCst);
    mic.speak(Duration::from_secs(4));
    wait("the alarm", || room.health.borrow().failing);
    disk.full.store(false, Ordering::SeqCst);
    wait("the all-clear", || {
        mic.speak(STEP);
        !room.health.borrow().failing
    });
    mic.speak(Duration::from_secs(4));
    room.end();
    wait("the end", || room.health.borrow().closed);
    let manifest = read(dir.path()).manifest();
    let missing: u64 = manifest.gaps.iter().map(|gap| gap.to_ms - gap.from_ms).sum();
    assert!(manifest.gaps.iter().all(|gap| gap.why == GapReason::Disk), "{:?}", manifest.gaps);
    let recorded = recorded_ms(dir.path(), &manifest);
    assert!(missing >= 1_700 && (recorded + missing).abs_diff(mic.sent * 20) <= 100, "{missing} {recorded}");
}

#[test]
fn while_only_lines_fit_the_alarm_stays() {
    let dir = tempfile::tempdir().unwrap();
    let disk = disk(&dir);
    let recorder = Recorder::start(Box::new(disk.clone())).unwrap();
    let room = recorder.open(ID, "lesson");
    let mut mic = Mic::new(&room);
    mic.speak(Duration::from_secs(3));
    wait("a segment", || read(dir.path()).manifest().tracks.first().is_some_and(|t| !t.segments.is_empty()));
    disk.reserve_reached.store(true, Ordering::SeqCst);
    mic.speak(Duration::from_secs(4));
    wait("the alarm", || room.health.borrow().failing);
    let mut told = room.health.clone();
    told.mark_unchanged();
    wait("the gap is listed", || !read(dir.path()).manifest().gaps.is_empty());
    mic.speak(Duration::from_secs(4));
    let gap = |dir: &TempDir| read(dir.path()).manifest().gaps.iter().map(|gap| gap.to_ms).max().unwrap();
    let first = gap(&dir);
    wait("more of it", || gap(&dir) > first);
    assert!(!told.has_changed().unwrap() && told.borrow().failing, "it never said otherwise");
}

#[test]
fn what_a_damaged_line_named_is_never_written_over() {
    let dir = tempfile::tempdir().unwrap();
    let recorder = Recorder::start(Box::new(disk(&dir))).unwrap();
    let room = recorder.open(ID, "lesson");
    Mic::new(&room).speak(Duration::from_secs(5));
    drop(room);
    recorder.stop();
    let before = dir.path().join("recordings").join(ID);
    let manifest = std::fs::read(before.join(MANIFEST)).unwrap();
    let count = manifest.iter().filter(|byte| **byte == b'\n').count();
    assert!(count > 6);
    for line in 0..count {
        let after = tempfile::tempdir().unwrap();
        let folder = after.path().join("recordings").join(ID);
        std::fs::create_dir_all(&folder).unwrap();
        let mut files = Vec::new();
        for file in std::fs::read_dir(&before).unwrap().map(|file| file.unwrap()) {
            std::fs::copy(file.path(), folder.join(file.file_name())).unwrap();
            files.push((folder.join(file.file_name()), std::fs::read(file.path()).unwrap()));
        }
        files.retain(|(path, _)| !path.ends_with(MANIFEST));
        let mut lines: Vec<Vec<u8>> =
            manifest.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
        lines[line][40] ^= 1;
        std::fs::write(folder.join(MANIFEST), lines.concat()).unwrap();

        let recorder = Recorder::start(Box::new(disk(&after))).unwrap();
        let room = recorder.open(ID, "lesson");
        Mic::new(&room).speak(Duration::from_secs(4));
        drop(room);
        recorder.stop();
        for (path, bytes) in files {
            assert!(std::fs::read(&path).unwrap() == bytes, "line {line}: {} has changed", path.display());
        }
        let found = read(after.path()).manifest();
        assert_eq!((found.id.as_str(), found.lesson.as_str()), (ID, "lesson"), "line {line}");
        let listed = found.tracks.iter().flat_map(|track| &track.segments).count();
        let was = lines.len() - 6;
        assert!(listed > was, "line {line}: {listed} segments are listed, {was} or so were before");
    }
}

#[test]
fn a_recording_that_cannot_be_closed_holds_up_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let recorder = Recorder::start(Box::new(disk(&dir))).unwrap();
    let room = recorder.open(ID, "lesson");
    Mic::new(&room).speak(Duration::from_secs(3));
    wait("a segment", || read(dir.path()).manifest().tracks.first().is_some_and(|t| !t.segments.is_empty()));
    let bad = "fedcba9876543210";
    let bad_folder = dir.path().join("recordings").join(bad);
    std::fs::create_dir_all(&bad_folder).unwrap();
    // A file of which not even the first byte can be read.
    std::os::unix::fs::symlink("/proc/self/mem", bad_folder.join(MANIFEST)).unwrap();
    let found = recover(&Recordings::new(dir.path(), 0)).unwrap();
    let found: Vec<(&str, bool)> = found.iter().map(|(id, closed)| (id.as_str(), closed.is_ok())).collect();
    assert_eq!(found, [(ID, true), (bad, false)]);
}

#[test]
fn a_disk_that_hangs_holds_up_nobody_and_what_is_missing_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let (word, words) = std::sync::mpsc::channel();
    let disk = Disk { slow: Some(Arc::new(Mutex::new(words))), ..disk(&dir) };
    let recorder = Recorder::start(Box::new(disk)).unwrap();
    let room = recorder.open(ID, "lesson");
    let mut mic = Mic::new(&room);
    // More than the queue holds, while the first write hangs: none of this waits.
    mic.speak(STEP * (PACKETS_MAX as u32 + 2 * BATCH_MAX as u32 + 500));
    assert!(room.totals.lost.load(Ordering::Relaxed) > 0);
    drop(word);
    wait("a place in the queue", || {
        let lost = room.totals.lost.load(Ordering::Relaxed);
        mic.speak(STEP);
        lost == room.totals.lost.load(Ordering::Relaxed)
    });
    mic.speak(Duration::from_secs(4));
    room.end();
    wait("the end", || room.health.borrow().closed);
    let manifest = read(dir.path()).manifest();
    assert!(manifest.gaps.iter().any(|gap| gap.why == GapReason::Overload), "{:?}", manifest.gaps);
    assert!(recorded_ms(dir.path(), &manifest) > 300_000);
}
