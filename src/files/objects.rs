//! The files of recordings, wherever they are: on the local disk, where the recorder wrote them, and in a
//! bucket of an S3-compatible service if one is configured. Every file leaves here byte for byte as written:
//! size and SHA-256 are checked with every read.
//!
//! A file stays in memory for a while after reading: a class that opens its replay together, or follows it
//! live, reads each file once.

use std::collections::{BTreeSet, HashMap};
use std::error::Error as _;
use std::path::Path as FsPath;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context;
use hyper::body::Bytes;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

pub use self::bucket::Bucket;
use self::cache::Cache;
use crate::chain::sha256;
use crate::recording::manifest::{Manifest, StoredFile};

mod bucket;
mod cache;
pub mod upload;

/// Longest file that is read: two seconds of any media are smaller.
const FILE_BYTES_MAX: u64 = 64 << 20;
/// The number of an input or output error, on every system.
const EIO: i32 = 5;
/// Files in memory, bytes.
const CACHE_BYTES_MAX: u64 = 64 << 20;
/// Most reads at once; further ones wait.
const READS_MAX: usize = 32;
/// Most damaged files remembered, over all recordings.
const DAMAGED_MAX: usize = 100_000;

/// The reason why a file cannot be read.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ObjectError {
    /// Neither on the disk nor in the bucket, or not one of our names.
    #[error("the file is missing")]
    Missing,
    /// The file is not as written.
    #[error("the file is damaged")]
    Damaged,
    /// The file may exist; a later request may succeed.
    #[error("the file cannot be reached: {0}")]
    Unavailable(Arc<object_store::Error>),
}

/// The state of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FileState {
    Ok,
    Damaged,
    Missing,
    /// The bucket does not answer.
    Unreachable,
}

/// The depth to which files are checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Existence and size.
    Size,
    /// Every byte.
    Hash,
}

/// The files of all recordings. Cheap to clone.
#[derive(Clone)]
pub struct Objects {
    shared: Arc<Shared>,
}

struct Shared {
    local: LocalFileSystem,
    bucket: Option<Bucket>,
    cache: Cache,
    reads: Semaphore,
    damaged: Mutex<HashMap<String, BTreeSet<String>>>,
    /// Number of damaged files found so far.
    damage: AtomicU64,
}

impl Objects {
    /// The recordings in the folder `root` (made if missing), and in `bucket` those that are not there.
    pub fn new(root: &FsPath, bucket: Option<Bucket>) -> anyhow::Result<Objects> {
        super::recordings::make_folder(root)
            .with_context(|| format!("cannot make the folder of recordings {}", root.display()))?;
        let local = LocalFileSystem::new_with_prefix(root)
            .with_context(|| format!("cannot use the folder of recordings {}", root.display()))?;
        let shared = Shared {
            local,
            bucket,
            cache: Cache::new(CACHE_BYTES_MAX),
            reads: Semaphore::new(READS_MAX),
            damaged: Mutex::default(),
            damage: AtomicU64::new(0),
        };
        Ok(Objects { shared: Arc::new(shared) })
    }

    /// The bytes of a listed file, exactly as written. A damaged or missing file is remembered; see
    /// [`Objects::mark`].
    pub async fn read(&self, recording: &str, file: &StoredFile) -> Result<Bytes, ObjectError> {
        let path = path(recording, &file.name).ok_or(ObjectError::Missing)?;
        let read = self.shared.cache.read(path.as_ref(), file.bytes, self.shared.fetch(&path, file)).await;
        if let Err(ObjectError::Missing | ObjectError::Damaged) = read {
            self.note_damaged(recording, &file.name);
        }
        read
    }

    /// Like [`Objects::read`], for reading a recording from end to end: nothing is kept in memory.
    pub async fn read_once(&self, recording: &str, file: &StoredFile) -> Result<Bytes, ObjectError> {
        let path = path(recording, &file.name).ok_or(ObjectError::Missing)?;
        self.shared.fetch(&path, file).await
    }

    /// Checks a listed file itself, bypassing the memory.
    pub async fn check(&self, recording: &str, file: &StoredFile, depth: Depth) -> FileState {
        let Some(path) = path(recording, &file.name) else { return FileState::Missing };
        let found = match depth {
            Depth::Hash => self.shared.fetch(&path, file).await.map(drop),
            Depth::Size => self.shared.probe(&path, file).await,
        };
        match found {
            Ok(()) => FileState::Ok,
            Err(ObjectError::Damaged) => FileState::Damaged,
            Err(ObjectError::Missing) => FileState::Missing,
            Err(ObjectError::Unavailable(_)) => FileState::Unreachable,
        }
    }

    /// The bucket for finished files, if there is one beside the disk.
    pub fn bucket(&self) -> Option<&Bucket> {
        self.shared.bucket.as_ref()
    }

    /// Remembers that a file must not be shown.
    pub fn note_damaged(&self, recording: &str, name: &str) {
        let mut damaged = self.shared.damaged.lock().unwrap_or_else(PoisonError::into_inner);
        if damaged.values().map(BTreeSet::len).sum::<usize>() >= DAMAGED_MAX {
            return; // Reading still refuses it.
        }
        if damaged.entry(recording.to_owned()).or_default().insert(name.to_owned()) {
            tracing::error!(recording, file = name, "a file of a recording is damaged or missing; skipped");
            self.shared.damage.fetch_add(1, Ordering::Release);
        }
    }

    /// Marks in `manifest` every segment known to be damaged, and those with a damaged init.
    pub fn mark(&self, manifest: &mut Manifest) {
        let damaged = self.shared.damaged.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(names) = damaged.get(&manifest.id) else { return };
        let mut bad = Vec::new();
        for track in &manifest.tracks {
            let init_is_bad = |init| track.init(init).is_some_and(|init| names.contains(&init.file.name));
            let is_bad = |name: &str, init| names.contains(name) || init_is_bad(init);
            let segments = track.segments.iter().filter(|segment| is_bad(&segment.file.name, segment.init));
            bad.extend(segments.map(|segment| (track.track, segment.number)));
        }
        for (track, number) in bad {
            manifest.mark_damaged(track, number);
        }
    }

    /// A number that changes with every damaged file found: call [`Objects::mark`] again then.
    pub fn damage(&self) -> u64 {
        self.shared.damage.load(Ordering::Acquire)
    }
}

impl Shared {
    /// Reads from the disk, else from the bucket.
    async fn fetch(&self, path: &Path, file: &StoredFile) -> Result<Bytes, ObjectError> {
        let _permit = self.reads.acquire().await.expect("the semaphore is never closed");
        match (read_checked(&self.local, path, file).await, &self.bucket) {
            (Ok(bytes), _) => Ok(bytes),
            (Err(here), Some(bucket)) => bucket.read(path, file).await.map_err(|there| worse(here, there)),
            (Err(here), None) => Err(here),
        }
    }

    async fn probe(&self, path: &Path, file: &StoredFile) -> Result<(), ObjectError> {
        match (size_checked(&self.local, path, file).await, &self.bucket) {
            (Ok(()), _) => Ok(()),
            (Err(here), Some(bucket)) => bucket.probe(path, file).await.map_err(|there| worse(here, there)),
            (Err(here), None) => Err(here),
        }
    }
}

/// The error to report if a file is in neither place.
fn worse(one: ObjectError, other: ObjectError) -> ObjectError {
    use ObjectError::{Damaged, Missing, Unavailable};
    match (one, other) {
        (unavailable @ Unavailable(_), _) | (_, unavailable @ Unavailable(_)) => unavailable,
        (Damaged, _) | (_, Damaged) => Damaged,
        (Missing, Missing) => Missing,
    }
}

async fn read_checked(store: &dyn ObjectStore, path: &Path, file: &StoredFile) -> Result<Bytes, ObjectError> {
    if file.bytes > FILE_BYTES_MAX {
        return Err(ObjectError::Damaged);
    }
    let found = store.get(path).await.map_err(unreadable)?;
    if found.meta.size != file.bytes {
        return Err(ObjectError::Damaged);
    }
    let bytes = found.bytes().await.map_err(unreadable)?;
    let hashed = bytes.clone();
    let sha256 = spawn_blocking(move || sha256(&hashed)).await.expect("hashing does not panic");
    if bytes.len() as u64 == file.bytes && sha256 == file.sha256 {
        Ok(bytes)
    } else {
        Err(ObjectError::Damaged)
    }
}

async fn size_checked(store: &dyn ObjectStore, path: &Path, file: &StoredFile) -> Result<(), ObjectError> {
    let meta = store.head(path).await.map_err(unreadable)?;
    if meta.size == file.bytes { Ok(()) } else { Err(ObjectError::Damaged) }
}

fn unreadable(error: object_store::Error) -> ObjectError {
    match error {
        object_store::Error::NotFound { .. } => ObjectError::Missing,
        // A bad sector of our own disk: another try will not mend it.
        other if is_bad_sector(&other) => ObjectError::Damaged,
        other => ObjectError::Unavailable(Arc::new(other)),
    }
}

/// Whether EIO is among the causes.
fn is_bad_sector(error: &object_store::Error) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.downcast_ref::<std::io::Error>().is_some_and(|io| io.raw_os_error() == Some(EIO)) {
            return true;
        }
        cause = error.source();
    }
    false
}

/// The path of a file, in every store. `None` = not one of our names: input from outside leads nowhere else.
fn path(recording: &str, name: &str) -> Option<Path> {
    (is_recording_id(recording) && is_file_name(name)).then(|| Path::from_iter([recording, name]))
}

/// Whether an id is one of ours: hex digits.
pub fn is_recording_id(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'z'))
}

/// Whether a name is one of ours: letters, digits and `-`, with one ending.
fn is_file_name(name: &str) -> bool {
    let plain = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'z' | b'-'))
    };
    name.len() <= 64 && name.split_once('.').is_some_and(|(stem, end)| plain(stem) && plain(end))
}

#[cfg(test)]
pub(crate) mod s3;
#[cfg(test)]
mod tests;
