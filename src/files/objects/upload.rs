//! Copies recordings into the bucket while they are written and after. It follows the manifests, so the
//! recorder never waits for it, and a restart of the server loses nothing: a small synced note in each folder
//! holds the progress.
//!
//! When a recording is closed, every file is read back from the bucket and compared, the manifest follows,
//! and only then the local copy of each intact file is deleted. Files that could not be stored in the bucket,
//! or are damaged, stay on the disk.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::task::{JoinSet, spawn_blocking};

use super::{Bucket, ObjectError, Objects, path, read_checked};
use crate::files::recordings::{MANIFEST, Recordings, write_synced};
use crate::recording::manifest::{self, Entry, StoredFile};

/// Most uploads at once.
const FILES_MAX: usize = 8;
/// Pause after a failure of the bucket, doubled with each further one.
const BACK_OFF_MIN: Duration = Duration::from_secs(1);
const BACK_OFF_MAX: Duration = Duration::from_secs(120);
/// Name of the note.
pub(in crate::files) const NOTE: &str = "uploaded.json";

/// The progress of a recording's upload.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::files) struct Note {
    /// Name of the last stored file; all files listed before it are stored, too.
    last: String,
    /// Hash of the closing line up to which everything was compared and settled.
    pub(in crate::files) settled: Option<String>,
}

/// The present content of the manifest.
struct Listed {
    manifest: Vec<u8>,
    files: Vec<StoredFile>,
    /// Hash of the last line, if it closed the recording.
    seal: Option<String>,
}

/// The reason why an upload did not go on.
#[derive(Debug, thiserror::Error)]
enum UploadError {
    #[error("the bucket: {0}")]
    Bucket(ObjectError),
    #[error("the disk: {0}")]
    Disk(#[from] io::Error),
}

/// The task that uploads. Dropping its future stops it at any point.
pub struct Uploader {
    recordings: Recordings,
    copier: Copier,
    keep_local: bool,
    /// Interval of looking at manifests.
    every: Duration,
    /// Length of each manifest at which everything in it was done.
    done: HashMap<String, u64>,
}

impl Uploader {
    /// `None` = no bucket is configured.
    pub fn new(
        recordings: Recordings,
        objects: Objects,
        keep_local: bool,
        every: Duration,
    ) -> Option<Uploader> {
        let bucket = objects.bucket()?.clone();
        let copier = Copier { objects, bucket };
        Some(Uploader { recordings, copier, keep_local, every, done: HashMap::new() })
    }

    /// Runs until it is dropped.
    pub async fn run(mut self) {
        let mut back_off = BACK_OFF_MIN;
        let mut is_failing = false;
        loop {
            match self.round().await {
                Ok(()) => {
                    if is_failing {
                        tracing::info!("recordings go to the bucket again");
                    }
                    (back_off, is_failing) = (BACK_OFF_MIN, false);
                    tokio::time::sleep(self.every).await;
                }
                Err(error) => {
                    if !is_failing {
                        tracing::error!("recordings wait on the disk: {error}");
                    }
                    is_failing = true;
                    tokio::time::sleep(back_off).await;
                    back_off = (2 * back_off).min(BACK_OFF_MAX);
                }
            }
        }
    }

    /// Uploads every recording as far as possible. A fault of one does not hold up the others; a failing
    /// bucket does.
    async fn round(&mut self) -> Result<(), UploadError> {
        let recordings = self.recordings.clone();
        for id in blocking(move || recordings.ids()).await? {
            let manifest = self.recordings.folder(&id).join(MANIFEST);
            let Ok(length) = tokio::fs::metadata(manifest).await.map(|meta| meta.len()) else { continue };
            if self.done.get(&id) == Some(&length) {
                continue;
            }
            match self.bring(&id).await {
                Ok(length) => drop(self.done.insert(id, length)),
                Err(UploadError::Disk(error)) => {
                    tracing::error!(recording = id, "cannot upload a recording: {error}");
                    self.done.insert(id, length); // Tried again when it has grown, and at the next start.
                }
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Uploads newly listed files, and settles the recording if it is closed. Returns the length of the
    /// manifest that was read.
    async fn bring(&self, id: &str) -> Result<u64, UploadError> {
        let folder = self.recordings.folder(id);
        let (listed, mut note) = {
            let folder = folder.clone();
            blocking(move || Ok((Listed::read(&folder)?, Note::read(&folder)))).await?
        };
        let known = listed.files.iter().position(|file| file.name == note.last);
        let new = &listed.files[known.map_or(0, |at| at + 1)..];
        for files in new.chunks(FILES_MAX) {
            self.put_all(id, files).await?;
            note.last.clone_from(&files[files.len() - 1].name);
            note.write(&folder).await?;
        }
        let Some(seal) = &listed.seal else { return Ok(listed.length()) };
        let mut stored = HashSet::new();
        if note.settled.as_ref() != Some(seal) {
            stored = self.settle(id, &listed).await?;
            note.settled = Some(seal.clone());
            note.write(&folder).await?;
        }
        if !self.keep_local {
            self.delete_local(id, &listed, &stored).await?;
        }
        Ok(listed.length())
    }

    /// Stores files, all at once.
    async fn put_all(&self, id: &str, files: &[StoredFile]) -> Result<(), UploadError> {
        let mut under_way = JoinSet::new();
        for file in files {
            let (copier, id, file) = (self.copier.clone(), id.to_owned(), file.clone());
            under_way.spawn(async move { copier.put(&id, &file).await });
        }
        while let Some(done) = under_way.join_next().await {
            done.map_err(io::Error::other)??;
        }
        Ok(())
    }

    /// Compares every listed file with the bucket, stores different ones again, and adds the manifest.
    /// Returns the names of the files that are there as written.
    async fn settle(&self, id: &str, listed: &Listed) -> Result<HashSet<String>, UploadError> {
        let mut stored = HashSet::new();
        for file in &listed.files {
            if !self.copier.is_stored(id, file).await? {
                self.copier.put(id, file).await?;
                if !self.copier.is_stored(id, file).await? {
                    continue;
                }
            }
            stored.insert(file.name.clone());
        }
        self.copier.put_manifest(id, listed.manifest.clone()).await?;
        match listed.files.len() - stored.len() {
            0 => tracing::info!(recording = id, "a recording is complete in the bucket"),
            lost => tracing::error!(recording = id, "{lost} files are damaged and not in the bucket"),
        }
        Ok(stored)
    }

    /// Deletes local files that are in the bucket: each only after it was read from there.
    async fn delete_local(
        &self,
        id: &str,
        listed: &Listed,
        stored: &HashSet<String>,
    ) -> Result<(), UploadError> {
        let folder = self.recordings.folder(id);
        for file in &listed.files {
            let local = folder.join(&file.name);
            if !tokio::fs::try_exists(&local).await? {
                continue;
            }
            if stored.contains(&file.name) || self.copier.is_stored(id, file).await? {
                tokio::fs::remove_file(&local).await?;
            }
        }
        Ok(())
    }
}

/// Copies single files.
#[derive(Clone)]
struct Copier {
    objects: Objects,
    bucket: Bucket,
}

impl Copier {
    /// Stores a file that is as written; one that is not stays on the disk.
    async fn put(&self, id: &str, file: &StoredFile) -> Result<(), UploadError> {
        let Some(place) = path(id, &file.name) else { return Ok(()) };
        match read_checked(&self.objects.shared.local, &place, file).await {
            Ok(bytes) => self.bucket.put(&place, bytes).await.map_err(UploadError::Bucket),
            // Gone from the disk: it was settled before the recording went on.
            Err(ObjectError::Missing) => Ok(()),
            Err(ObjectError::Damaged) => {
                self.objects.note_damaged(id, &file.name);
                Ok(())
            }
            Err(ObjectError::Unavailable(error)) => Err(io::Error::other(error).into()),
        }
    }

    async fn put_manifest(&self, id: &str, bytes: Vec<u8>) -> Result<(), UploadError> {
        let Some(place) = path(id, MANIFEST) else { return Ok(()) };
        self.bucket.put(&place, bytes.into()).await.map_err(UploadError::Bucket)
    }

    /// Whether the bucket returns the file as written.
    async fn is_stored(&self, id: &str, file: &StoredFile) -> Result<bool, UploadError> {
        let Some(place) = path(id, &file.name) else { return Ok(false) };
        match self.bucket.read(&place, file).await {
            Ok(_) => Ok(true),
            Err(ObjectError::Missing | ObjectError::Damaged) => Ok(false),
            Err(error) => Err(UploadError::Bucket(error)),
        }
    }
}

impl Listed {
    fn read(folder: &Path) -> io::Result<Listed> {
        let manifest = fs::read(folder.join(MANIFEST))?;
        let lines = manifest::read(&manifest);
        let is_closed = matches!(lines.good.last(), Some(last) if matches!(last.entry, Entry::Closed { .. }));
        let files = lines.good.into_iter().filter_map(|listed| match listed.entry {
            Entry::Init { file, .. } | Entry::Segment { file, .. } => Some(file),
            _ => None,
        });
        let seal = is_closed.then(|| lines.chain.hash().to_owned());
        Ok(Listed { files: files.collect(), seal, manifest })
    }

    fn length(&self) -> u64 {
        self.manifest.len() as u64
    }
}

impl Note {
    /// An unreadable note counts as none: files are then stored again, which does no harm.
    pub(in crate::files) fn read(folder: &Path) -> Note {
        let bytes = fs::read(folder.join(NOTE)).unwrap_or_default();
        serde_json::from_slice(&bytes).unwrap_or_default()
    }

    async fn write(&self, folder: &Path) -> io::Result<()> {
        let bytes = serde_json::to_vec(self)?;
        let folder = folder.to_owned();
        blocking(move || write_synced(&folder, NOTE, &bytes)).await
    }
}

async fn blocking<T: Send + 'static>(act: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    spawn_blocking(act).await.map_err(io::Error::other)?
}

#[cfg(test)]
mod tests;
