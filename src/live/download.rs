//! A recording as one MP4, made on demand: `ffmpeg` in a child process, one at a time, on a thread of its own
//! (the children die with that thread, whatever happens to the server). [`plan`] decides the parts,
//! [`making`] makes the file, [`ffmpeg`] bounds the child.
//!
//! The result is kept beside the recording under a name that identifies its sources, so a course that is
//! trimmed again, or a segment that is found to be damaged, gives a new file.

use std::collections::{HashMap, VecDeque};
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;

use self::plan::Plan;
use crate::files::objects::{Objects, is_recording_id};
use crate::files::recordings::Recordings;
use crate::protocol::DownloadState;
use crate::recording::manifest::Manifest;
use crate::time::Stretch;

mod ffmpeg;
mod making;
mod plan;

/// Most downloads that wait for their turn.
const WAITING_MAX: usize = 16;
/// Most failures remembered until somebody asks again.
const FAILED_MAX: usize = 256;

/// Settings of downloads.
#[derive(Debug, Clone)]
pub struct DownloadSettings {
    /// Name or path of the program.
    pub ffmpeg: PathBuf,
    /// Longest time for one, and longest recording that is tried.
    pub longest: Duration,
    /// Priority as `nice` counts, 0 to 19.
    pub nice: u8,
}

/// Too many wait already; a later request may succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many downloads are being prepared")]
pub struct Busy;

/// The reason why there is no download.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Failure {
    NoFfmpeg,
    TooLong,
    Failed,
}

/// All downloads of the server. Cheap to clone.
#[derive(Clone)]
pub struct Downloads {
    shared: Arc<Shared>,
    thread: Arc<Mutex<Option<JoinHandle<()>>>>,
}

struct Shared {
    recordings: Recordings,
    objects: Objects,
    settings: DownloadSettings,
    queue: Mutex<Queue>,
    /// Signals work.
    more: Condvar,
    stop: watch::Sender<bool>,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Job>,
    running: Option<(String, Arc<AtomicU32>)>,
    failed: HashMap<String, Failure>,
    stopping: bool,
}

/// A download to be made.
struct Job {
    recording: String,
    /// Name of the file.
    name: String,
    plan: Plan,
}

impl Downloads {
    /// Starts the thread. Call it within the runtime that reads the files.
    pub fn start(
        recordings: Recordings,
        objects: Objects,
        settings: DownloadSettings,
    ) -> std::io::Result<Downloads> {
        let shared = Arc::new(Shared {
            recordings,
            objects,
            settings,
            queue: Mutex::default(),
            more: Condvar::new(),
            stop: watch::channel(false).0,
        });
        let (worker, runtime) = (shared.clone(), Handle::current());
        let thread =
            std::thread::Builder::new().name("downloads".into()).spawn(move || worker.run(&runtime))?;
        Ok(Downloads { shared, thread: Arc::new(Mutex::new(Some(thread))) })
    }

    /// The progress of the download of a recording, of all of it or of the part in `window`. Reads the disk:
    /// not for an async task.
    pub fn state(&self, manifest: &Manifest, window: Option<Stretch>) -> DownloadState {
        let name = plan::file_name(manifest, window);
        self.shared.state(&manifest.id, &name)
    }

    /// Requests a download; no change if it exists or is being made. A recording that still runs has none.
    /// Reads the disk: not for an async task.
    pub fn request(&self, manifest: &Manifest, window: Option<Stretch>) -> Result<DownloadState, Busy> {
        let name = plan::file_name(manifest, window);
        let state = self.shared.state(&manifest.id, &name);
        let asked = !matches!(state, DownloadState::None | DownloadState::Failed { .. });
        if asked || manifest.open || !is_recording_id(&manifest.id) {
            return Ok(state);
        }
        let plan = Plan::new(manifest, window);
        let mut queue = self.shared.queue();
        if plan.length() > self.shared.settings.longest {
            queue.fail(name, Failure::TooLong);
            return Ok(Failure::TooLong.state());
        }
        if queue.waiting.len() >= WAITING_MAX {
            return Err(Busy);
        }
        queue.failed.remove(&name);
        queue.waiting.push_back(Job { recording: manifest.id.clone(), name, plan });
        drop(queue);
        self.shared.more.notify_all();
        Ok(DownloadState::Queued)
    }

    /// The finished file: its name in `/media/{recording}/{name}`, and its path. It holds only media in
    /// `window`.
    pub fn file(&self, manifest: &Manifest, window: Option<Stretch>) -> Option<(String, PathBuf)> {
        let name = plan::file_name(manifest, window);
        let path = self.shared.place(&manifest.id, &name)?;
        path.is_file().then_some((name, path))
    }

    /// Ends the job being made, leaves nothing behind, ends the thread.
    pub fn stop(&self) {
        self.shared.queue().stopping = true;
        self.shared.stop.send_replace(true);
        self.shared.more.notify_all();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if thread.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the thread that makes downloads ended badly");
        }
    }
}

impl Shared {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The path of a finished download.
    fn place(&self, recording: &str, name: &str) -> Option<PathBuf> {
        is_recording_id(recording).then(|| self.recordings.folder(recording).join(name))
    }

    fn state(&self, recording: &str, name: &str) -> DownloadState {
        let queue = self.queue();
        if let Some((_, permille)) = queue.running.as_ref().filter(|(running, _)| running == name) {
            return DownloadState::Running { permille: permille.load(Ordering::Relaxed) };
        }
        if queue.waiting.iter().any(|job| job.name == name) {
            return DownloadState::Queued;
        }
        let failed = queue.failed.get(name).copied();
        drop(queue);
        let Some(path) = self.place(recording, name) else { return DownloadState::None };
        match (fs::metadata(path), failed) {
            (Ok(meta), _) => {
                DownloadState::Ready { bytes: meta.len(), path: format!("/media/{recording}/{name}") }
            }
            (Err(_), Some(failure)) => failure.state(),
            (Err(_), None) => DownloadState::None,
        }
    }

    /// The thread: one download after the other.
    fn run(&self, runtime: &Handle) {
        making::clear(&self.recordings);
        while let Some((job, permille)) = self.next() {
            let made = making::make(self, &job, &permille, runtime);
            let mut queue = self.queue();
            queue.running = None;
            if let Err(failure) = made {
                queue.fail(job.name, failure);
            }
        }
    }

    /// Waits for the next job; `None` = the server stops.
    fn next(&self) -> Option<(Job, Arc<AtomicU32>)> {
        let mut queue = self.queue();
        loop {
            if queue.stopping {
                return None;
            }
            if let Some(job) = queue.waiting.pop_front() {
                let permille = Arc::new(AtomicU32::new(0));
                queue.running = Some((job.name.clone(), permille.clone()));
                return Some((job, permille));
            }
            queue = self.more.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Queue {
    fn fail(&mut self, name: String, failure: Failure) {
        if self.failed.len() >= FAILED_MAX {
            self.failed.clear();
        }
        self.failed.insert(name, failure);
    }
}

impl Failure {
    fn state(self) -> DownloadState {
        let code = match self {
            Failure::NoFfmpeg => "no_ffmpeg",
            Failure::TooLong => "too_long",
            Failure::Failed => "failed",
        };
        DownloadState::Failed { code: code.into() }
    }
}

#[cfg(test)]
mod tests;
