//! The files of recordings: one folder each under `recordings/` in the data folder, named by the recording's
//! unguessable id. A file is written and synced before the manifest names it, and the manifest is synced
//! before anybody relies on it.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::chain::sha256;
use crate::recording::manifest::{self, Chain, CloseReason, Entry, Manifest, StoredFile};
use crate::time::Stretch;

pub mod inspect;
pub mod verify;

/// Name of the manifest's file.
pub const MANIFEST: &str = "manifest.log";

/// The longest line, bytes: a long class with many stretches off the record.
const LAST_LINE_MAX: u64 = 1 << 20;

/// The place for new recordings. A trait, so that tests can have a disk that is slow or full.
pub trait Shelf: Send {
    /// Opens the folder of a recording for writing; makes a missing one.
    fn open(&self, recording: &str) -> io::Result<Box<dyn Folder>>;
}

/// One recording, open for writing.
pub trait Folder: Send {
    /// The manifest at the time of opening.
    fn manifest(&self) -> &Manifest;

    /// A number that no track, init or segment exceeds; 0 = the manifest itself has the last ones. Damaged
    /// lines may have named files: those are not overwritten.
    fn numbers_from(&self) -> u32;

    /// Writes and syncs a file. An older file of this name was never listed, and is replaced.
    fn write(&mut self, name: &str, bytes: &[u8]) -> io::Result<StoredFile>;

    /// Appends lines to the manifest and syncs them; all of them, or none.
    fn append(&mut self, entries: &[Entry]) -> io::Result<()>;
}

/// The recordings of a data folder.
#[derive(Debug, Clone)]
pub struct Recordings {
    root: PathBuf,
    /// Bytes to be left free on the disk, so that facts can be stored when it fills up.
    reserve: u64,
}

impl Recordings {
    /// The recordings under the data folder `data`.
    pub fn new(data: &Path, reserve: u64) -> Recordings {
        Recordings { root: data.join("recordings"), reserve }
    }

    /// The folder with the folders of all recordings.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Bytes to be left free on the disk.
    pub fn reserve(&self) -> u64 {
        self.reserve
    }

    /// The folder of a recording, whether it exists or not. The id is one of ours: hex digits only.
    pub fn folder(&self, recording: &str) -> PathBuf {
        debug_assert!(recording.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{recording:?}");
        self.root.join(recording)
    }

    /// The manifest's bytes from `offset` on; empty if it is not longer, or does not exist.
    pub fn read_manifest_from(&self, recording: &str, offset: u64) -> io::Result<Vec<u8>> {
        let mut file = match File::open(self.folder(recording).join(MANIFEST)) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        file.seek(SeekFrom::Start(offset))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Ids of all recordings with a folder.
    pub fn ids(&self) -> io::Result<Vec<String>> {
        let entries = match fs::read_dir(&self.root) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut ids = Vec::new();
        for entry in entries {
            let entry = entry?;
            if entry.path().join(MANIFEST).is_file()
                && let Ok(id) = entry.file_name().into_string()
            {
                ids.push(id);
            }
        }
        ids.sort();
        Ok(ids)
    }

    /// Like [`Shelf::open`], with the concrete type.
    pub fn open_folder(&self, recording: &str) -> io::Result<DiskFolder> {
        let dir = self.folder(recording);
        make_folder(&dir)?;
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(dir.join(MANIFEST))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let lines = manifest::read(&bytes);
        // A line torn by a power cut does not count; the next one takes its place.
        let length = lines.whole as u64;
        sync_dir(&dir)?;
        sync_dir(&self.root)?;
        let manifest = lines.manifest();
        // Every number has a line of its own, so none exceeds the number of lines.
        let count = lines.good.len() + lines.damaged.len();
        let numbers_from =
            if lines.damaged.is_empty() { 0 } else { u32::try_from(count).unwrap_or(u32::MAX / 2) };
        let (chain, reserve) = (lines.chain, self.reserve);
        Ok(DiskFolder { dir, file, length, chain, manifest, numbers_from, reserve })
    }
}

impl Shelf for Recordings {
    fn open(&self, recording: &str) -> io::Result<Box<dyn Folder>> {
        Ok(Box::new(self.open_folder(recording)?))
    }
}

/// One recording on the disk.
pub struct DiskFolder {
    dir: PathBuf,
    file: File,
    /// Bytes of the manifest known to be good.
    length: u64,
    chain: Chain,
    manifest: Manifest,
    numbers_from: u32,
    reserve: u64,
}

impl Folder for DiskFolder {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    fn numbers_from(&self) -> u32 {
        self.numbers_from
    }

    fn write(&mut self, name: &str, bytes: &[u8]) -> io::Result<StoredFile> {
        if free_bytes(&self.dir)? < self.reserve.saturating_add(bytes.len() as u64) {
            return Err(io::Error::new(ErrorKind::StorageFull, "the disk's reserve is reached"));
        }
        let path = self.dir.join(name);
        let written = (|| {
            let mut file =
                OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path)?;
            file.write_all(bytes)?;
            file.sync_all()
        })();
        if let Err(error) = written {
            let _ = fs::remove_file(&path); // Half a file is nobody's.
            return Err(error);
        }
        let sha256 = sha256(bytes);
        Ok(StoredFile { name: name.to_owned(), bytes: bytes.len() as u64, sha256 })
    }

    fn append(&mut self, entries: &[Entry]) -> io::Result<()> {
        if entries.is_empty() {
            return Ok(());
        }
        // The remains of a failed append go first.
        self.file.set_len(self.length)?;
        self.file.seek(SeekFrom::Start(self.length))?;
        let mut chain = self.chain.clone();
        let lines: String = entries.iter().map(|entry| chain.line(entry)).collect();
        // The files' names must be on disk before the lines that name them.
        sync_dir(&self.dir)?;
        self.file.write_all(lines.as_bytes())?;
        self.file.sync_data()?;
        self.length += lines.len() as u64;
        self.chain = chain;
        Ok(())
    }
}

/// Closes recordings left open by a server that died, so that they can be watched. Call it before anything is
/// recorded. Returns for each open recording whether it could be closed; one that cannot is left as it is,
/// and holds up nobody.
pub fn recover(recordings: &Recordings) -> io::Result<Vec<(String, io::Result<()>)>> {
    let mut found = Vec::new();
    for id in recordings.ids()? {
        match ends_closed(&recordings.folder(&id).join(MANIFEST)) {
            Ok(true) => {}
            Ok(false) => match recordings.open_folder(&id).and_then(close_open) {
                Ok(false) => {}
                Ok(true) => found.push((id, Ok(()))),
                Err(error) => found.push((id, Err(error))),
            },
            Err(error) => found.push((id, Err(error))),
        }
    }
    Ok(found)
}

/// Whether the last line closes the recording: then the others, which may be thousands, need not be read.
fn ends_closed(manifest: &Path) -> io::Result<bool> {
    let mut file = match File::open(manifest) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    let from = file.metadata()?.len().saturating_sub(LAST_LINE_MAX);
    file.seek(SeekFrom::Start(from))?;
    let mut tail = Vec::new();
    file.read_to_end(&mut tail)?;
    let Some(lines) = tail.strip_suffix(b"\n") else { return Ok(false) };
    let last = lines.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let body = last.splitn(2, |byte| *byte == b' ').nth(1).unwrap_or_default();
    Ok(matches!(serde_json::from_slice(body), Ok(Entry::Closed { .. })))
}

/// Closes a recording if it is open; returns whether it was.
fn close_open(mut folder: DiskFolder) -> io::Result<bool> {
    if !folder.manifest.open {
        return Ok(false);
    }
    let Manifest { duration_ms: at_ms, off_record, .. } = &folder.manifest;
    let off_record =
        off_record.iter().map(|stretch| Stretch { to_ms: stretch.to_ms.min(*at_ms), ..*stretch });
    let why = CloseReason::Recovered;
    folder.append(&[Entry::Closed { at_ms: *at_ms, why, off_record: off_record.collect() }])?;
    Ok(true)
}

/// Bytes available to us on the disk under `dir`.
pub fn free_bytes(dir: &Path) -> io::Result<u64> {
    let disk = rustix::fs::statvfs(dir)?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}

/// Writes a file so that, whatever happens, the new one is whole or the old one is kept.
pub(super) fn write_synced(dir: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let new = dir.join(format!("{name}.new"));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&new, dir.join(name))?;
    sync_dir(dir)
}

/// Makes a folder that nobody else can read; an existing one is fine.
pub(super) fn make_folder(dir: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir)
}

pub(super) fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

#[cfg(test)]
pub(crate) mod testing;
