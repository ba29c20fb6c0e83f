//! One run of `ffmpeg`: no shell, a clean environment, files by name in one folder only, a low priority, and
//! limits for memory, processor time and the length of files. It dies with the thread that started it, when
//! its time is over, and when the server stops.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::Failure;

/// Address space, bytes: encoding 1080p takes a quarter of it.
const MEMORY_MAX: u64 = 4 << 30;
/// Exit code of `nice` if the program does not exist.
const NOT_FOUND: i32 = 127;
/// Longest part of its error output in the log, bytes.
const COMPLAINT_MAX: usize = 2000;
const LOG: &str = "ffmpeg.log";
/// Step of waiting for its end: it has closed its output, so it ends any moment.
const WAIT_STEP: Duration = Duration::from_millis(5);

/// The reason why a run failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum RunError {
    #[error("ffmpeg is not installed (or prlimit, setpriv and nice are not)")]
    Missing,
    #[error("the server stops")]
    Stopped,
    #[error("it takes too long")]
    Late,
    /// The end of its error output.
    #[error("ffmpeg gave up: {0}")]
    Refused(String),
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// The folder and the limits of a run.
pub(super) struct Ffmpeg<'a> {
    pub(super) program: &'a Path,
    /// Priority as `nice` counts, 0 to 19.
    pub(super) nice: u8,
    pub(super) folder: PathBuf,
    /// Longest file it may write.
    pub(super) file_bytes_max: u64,
    pub(super) deadline: Instant,
    pub(super) stop: watch::Receiver<bool>,
    pub(super) runtime: Handle,
}

impl Ffmpeg<'_> {
    /// Runs it; `take` reads its standard output to the end.
    pub(super) fn run<T>(
        &self,
        arguments: &[String],
        take: impl FnOnce(ChildStdout) -> io::Result<T>,
    ) -> Result<T, RunError> {
        self.in_time()?;
        let mut child = self.command(arguments)?.spawn().map_err(|error| match error.kind() {
            ErrorKind::NotFound => RunError::Missing,
            _ => RunError::Io(error),
        })?;
        let output = child.stdout.take().expect("it is piped");
        let child = Arc::new(Mutex::new(child));
        let guard = self.runtime.spawn(kill_at(child.clone(), self.deadline, self.stop.clone()));
        let taken = take(output);
        if taken.is_err() {
            kill(&child); // It may wait for a reader that has gone.
        }
        let status = wait(&child);
        guard.abort();
        self.in_time()?;
        match (status, taken) {
            (Ok(status), _) if status.code() == Some(NOT_FOUND) => Err(RunError::Missing),
            (Ok(status), Ok(taken)) if status.success() => Ok(taken),
            (_, Err(error)) | (Err(error), _) => Err(RunError::Io(error)),
            (Ok(status), _) => Err(RunError::Refused(format!("{status}: {}", self.complaint()))),
        }
    }

    /// Fails if the time is over or the server stops.
    pub(super) fn in_time(&self) -> Result<(), RunError> {
        if *self.stop.borrow() {
            Err(RunError::Stopped)
        } else if Instant::now() >= self.deadline {
            Err(RunError::Late)
        } else {
            Ok(())
        }
    }

    fn command(&self, arguments: &[String]) -> Result<Command, RunError> {
        let log = File::create(self.folder.join(LOG))?;
        let seconds = self.deadline.saturating_duration_since(Instant::now()).as_secs() + 1;
        let cores = std::thread::available_parallelism().map_or(1, usize::from) as u64;
        let mut command = Command::new("prlimit");
        command
            .arg(format!("--as={MEMORY_MAX}"))
            .arg(format!("--cpu={}", seconds * cores))
            .arg(format!("--fsize={}", self.file_bytes_max))
            .arg("--core=0")
            .args(["setpriv", "--pdeathsig", "KILL", "--no-new-privs", "nice", "-n"])
            .arg(self.nice.to_string())
            .arg(self.program)
            .args(["-hide_banner", "-nostdin", "-y", "-loglevel", "error"])
            .args(arguments)
            .current_dir(&self.folder)
            .env_clear()
            .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log);
        Ok(command)
    }

    /// The end of its standard error.
    fn complaint(&self) -> String {
        let log = fs::read(self.folder.join(LOG)).unwrap_or_default();
        String::from_utf8_lossy(&log[log.len().saturating_sub(COMPLAINT_MAX)..]).trim().to_owned()
    }
}

/// Ends the child when its time is over or the server stops.
async fn kill_at(child: Arc<Mutex<Child>>, deadline: Instant, mut stop: watch::Receiver<bool>) {
    tokio::select! {
        () = sleep_until(deadline) => {}
        _ = stop.wait_for(|stop| *stop) => {}
    }
    kill(&child);
}

fn kill(child: &Mutex<Child>) {
    // It may have ended just now.
    let _ = child.lock().unwrap_or_else(PoisonError::into_inner).kill();
}

/// Waits for the end without keeping others from killing it.
fn wait(child: &Mutex<Child>) -> io::Result<ExitStatus> {
    loop {
        let ended = child.lock().unwrap_or_else(PoisonError::into_inner).try_wait()?;
        match ended {
            Some(status) => return Ok(status),
            None => std::thread::sleep(WAIT_STEP),
        }
    }
}

/// Reads the output of `-progress pipe:1`; `tell` gets the microseconds of output so far. Returns the final
/// number of frames.
pub(super) fn progress(output: ChildStdout, mut tell: impl FnMut(u64)) -> io::Result<u64> {
    let mut frames = 0;
    for line in BufReader::new(output).lines() {
        let line = line?;
        let Some((key, value)) = line.split_once('=') else { continue };
        match (key, value.trim().parse()) {
            ("frame", Ok(number)) => frames = number,
            ("out_time_us", Ok(us)) => tell(us),
            _ => {}
        }
    }
    Ok(frames)
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Failure {
        match error {
            RunError::Missing => Failure::NoFfmpeg,
            RunError::Late => Failure::TooLong,
            _ => Failure::Failed,
        }
    }
}
