//! The health of the database: whether it can be written, as the last tries have shown, and whether it is
//! damaged.

use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sqlx::Error;
use sqlx::postgres::PgDatabaseError;
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::protocol::StorageTrouble;

/// Shared by everything that uses the database's files.
pub(super) struct Health {
    folder: PathBuf,
    /// The trouble of a database that fails without a more exact reason: its disk, or its server.
    failing: StorageTrouble,
    state: Mutex<State>,
    /// Signals a failed write.
    failed: Notify,
    /// True while the writer waits for SQLite's lock, which needs no disk.
    begins: AtomicBool,
}

/// A write that is beginning, until this is dropped.
pub(super) struct Begins<'a>(&'a Health);

impl Drop for Begins<'_> {
    fn drop(&mut self) {
        self.0.begins.store(false, Ordering::Relaxed);
    }
}

struct State {
    trouble: Option<StorageTrouble>,
    /// The damage found; a damaged database does not recover by itself.
    damage: Option<String>,
    /// True once the whole file was checked.
    checked: bool,
    /// The start of the last write that proves whether the storage works.
    tried_at: Instant,
}

// Primary result codes, <https://sqlite.org/rescode.html>; the higher bits have details.
const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const READONLY: i32 = 8;
const IOERR: i32 = 10;
const CORRUPT: i32 = 11;
const FULL: i32 = 13;
const CANTOPEN: i32 = 14;
const NOTADB: i32 = 26;

/// The class of a result code.
pub(super) fn primary(code: i32) -> i32 {
    code & 0xff
}

/// Whether SQLite says by this code that the file is not as it wrote it.
pub(super) fn tells_damage(code: i32) -> bool {
    matches!(primary(code), CORRUPT | NOTADB)
}

/// Whether a code is about the disk and not about the statement.
pub(super) fn is_of_the_disk(code: i32) -> bool {
    tells_damage(code) || matches!(primary(code), READONLY | IOERR | FULL | CANTOPEN)
}

/// The storage trouble behind an error; `None` = the error is about the statement.
pub(super) fn trouble_of(error: &Error) -> Option<StorageTrouble> {
    let code = match error {
        Error::Database(error) => match error.try_downcast_ref::<PgDatabaseError>() {
            Some(error) => return trouble_on_server(error.code()),
            None => error.code().and_then(|code| code.parse().ok())?,
        },
        Error::Io(_) | Error::WorkerCrashed => return Some(StorageTrouble::Failing),
        _ => return None,
    };
    match primary(code) {
        FULL => Some(StorageTrouble::Full),
        READONLY => Some(StorageTrouble::ReadOnly),
        IOERR | CANTOPEN => Some(StorageTrouble::Failing),
        CORRUPT | NOTADB => Some(StorageTrouble::Damaged),
        BUSY | LOCKED => Some(StorageTrouble::Busy),
        _ => None,
    }
}

/// The storage trouble by PostgreSQL's code, <https://www.postgresql.org/docs/15/errcodes-appendix.html>.
fn trouble_on_server(code: &str) -> Option<StorageTrouble> {
    match code {
        "53100" => Some(StorageTrouble::Full),
        "25006" => Some(StorageTrouble::ReadOnly),
        "XX001" | "XX002" => Some(StorageTrouble::Damaged),
        // Connections, resources, the operator's stop, the system.
        _ if ["08", "53", "57", "58"].iter().any(|class| code.starts_with(class)) => {
            Some(StorageTrouble::Failing)
        }
        _ => None,
    }
}

impl Health {
    /// The health of a database in a folder.
    pub(super) fn of(folder: &Path) -> Health {
        Health::with(folder, StorageTrouble::Failing)
    }

    /// The health of a database on a server, whose keys are in a folder.
    pub(super) fn of_server(folder: &Path) -> Health {
        Health::with(folder, StorageTrouble::Unreachable)
    }

    fn with(folder: &Path, failing: StorageTrouble) -> Health {
        let state = State { trouble: None, damage: None, checked: false, tried_at: Instant::now() };
        Health {
            folder: folder.to_owned(),
            failing,
            state: Mutex::new(state),
            failed: Notify::new(),
            begins: AtomicBool::new(false),
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `None` = facts can be stored.
    pub(super) fn trouble(&self) -> Option<StorageTrouble> {
        let state = self.state();
        // Not being writable comes first: it can be mended without a backup.
        state.trouble.or_else(|| state.damage.as_ref().map(|_| StorageTrouble::Damaged))
    }

    pub(super) fn is_checked(&self) -> bool {
        self.state().checked
    }

    pub(super) fn checked(&self) {
        self.state().checked = true;
    }

    pub(super) fn damaged(&self, what: &str) {
        let mut state = self.state();
        if state.damage.is_none() {
            tracing::error!("the database is damaged: {what}");
            state.damage = Some(what.to_owned());
        }
    }

    /// Notes a write that has reached the disk.
    pub(super) fn proved(&self) {
        let mut state = self.state();
        // A write to a file that is gone proves nothing.
        if state.trouble != Some(StorageTrouble::Gone)
            && let Some(trouble) = state.trouble.take()
        {
            tracing::info!("the storage works again; it was: {trouble}");
        }
    }

    /// Notes the start of a proof, or a write that is one.
    pub(super) fn tried(&self) {
        self.state().tried_at = Instant::now();
    }

    pub(super) fn since_tried(&self) -> Duration {
        self.state().tried_at.elapsed()
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn begins(&self) -> Begins<'_> {
        self.begins.store(true, Ordering::Relaxed);
        Begins(self)
    }

    /// Notes a write without an answer for long. One that has not begun waits for the holder of the lock: the
    /// disk was not asked yet.
    pub(super) fn is_silent(&self) {
        let waits_for_a_lock = self.begins.load(Ordering::Relaxed) && self.failing == StorageTrouble::Failing;
        self.is(if waits_for_a_lock { StorageTrouble::Busy } else { self.failing });
    }

    /// Notes a trouble of the storage.
    pub(super) fn is(&self, trouble: StorageTrouble) {
        let mut state = self.state();
        if state.trouble == Some(StorageTrouble::Gone) {
            return;
        }
        if state.trouble.replace(trouble) != Some(trouble) {
            tracing::error!("nothing can be stored: {trouble}");
        }
        drop(state);
        self.failed.notify_one();
    }

    /// Notes that a file of the database is not where it was opened.
    pub(super) fn is_gone(&self, file: &str) {
        let before = self.state().trouble;
        if before != Some(StorageTrouble::Gone) {
            tracing::error!(
                "{file} was deleted, moved or replaced: put the same file back, or stop the server"
            );
            self.is(StorageTrouble::Gone);
        }
    }

    /// Notes that the files are where they were opened; the next proof shows whether they can be written.
    pub(super) fn is_back(&self) {
        let mut state = self.state();
        if state.trouble == Some(StorageTrouble::Gone) {
            tracing::info!("the database's files are back");
            state.trouble = None;
        }
    }

    /// Notes a write with an uncertain end, which only a new one can explain.
    pub(super) fn doubted(&self) {
        self.failed.notify_one();
    }

    /// Waits for a failed write.
    pub(super) async fn failure(&self) {
        self.failed.notified().await;
    }

    /// Notes that a server fell silent during a write; a disk is never given up.
    pub(super) fn failed_by_server(&self, error: &Error) {
        if self.failing == StorageTrouble::Unreachable && matches!(error, Error::Io(_)) {
            self.is(self.failing);
        }
    }

    /// Notes a failed write; an error that is not the disk's changes nothing.
    pub(super) async fn failed_by(&self, error: &Error) {
        match trouble_of(error) {
            // Whatever keeps a server from answering: its name, its password, its rights.
            None if self.failing == StorageTrouble::Unreachable => self.is(self.failing),
            Some(StorageTrouble::Failing) if self.failing != StorageTrouble::Failing => self.is(self.failing),
            // SQLite has one code for all errors of the disk; the folder knows more.
            Some(StorageTrouble::Failing) => {
                let folder = self.folder.clone();
                let asked = tokio::task::spawn_blocking(move || ask(&folder)).await;
                self.is(asked.unwrap_or(StorageTrouble::Failing));
            }
            Some(StorageTrouble::Damaged) => self.damaged(&error.to_string()),
            Some(trouble) => self.is(trouble),
            None => {}
        }
    }
}

/// Tries the folder with a small file, and returns the file system's answer.
fn ask(folder: &Path) -> StorageTrouble {
    let file = folder.join("pulse.tmp");
    let write = || -> io::Result<()> {
        let mut out = File::create(&file)?;
        out.write_all(&[0; 4096])?;
        out.sync_all()
    };
    let said = write();
    let _ = std::fs::remove_file(&file);
    match said.map_err(|error| error.kind()) {
        Err(ErrorKind::StorageFull | ErrorKind::QuotaExceeded) => StorageTrouble::Full,
        Err(ErrorKind::ReadOnlyFilesystem) => StorageTrouble::ReadOnly,
        _ => StorageTrouble::Failing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_error_of_what_was_asked_is_no_trouble_of_the_disk() {
        let health = Health::of(Path::new("/nowhere"));
        health.failed_by(&Error::RowNotFound).await;
        assert_eq!(health.trouble(), None);
        health.failed_by(&Error::WorkerCrashed).await;
        assert_eq!(health.trouble(), Some(StorageTrouble::Failing));
        health.proved();
        assert_eq!(health.trouble(), None);
    }

    #[tokio::test]
    async fn a_server_that_is_away_is_no_disk_that_fails() {
        let health = Health::of_server(Path::new("/nowhere"));
        health.failed_by(&Error::Io(ErrorKind::ConnectionRefused.into())).await;
        assert_eq!(health.trouble(), Some(StorageTrouble::Unreachable));
        health.proved();
        let _begins = health.begins();
        health.is_silent();
        assert_eq!(health.trouble(), Some(StorageTrouble::Unreachable));
    }

    #[test]
    fn codes_of_a_server_say_what_its_disk_has() {
        let known = ["53100", "25006", "XX001", "57P01", "23505", "40P01"].map(trouble_on_server);
        use StorageTrouble::{Damaged, Failing, Full, ReadOnly};
        assert_eq!(known, [Some(Full), Some(ReadOnly), Some(Damaged), Some(Failing), None, None]);
    }

    #[test]
    fn damage_stays_whatever_is_proved() {
        let health = Health::of(Path::new("/nowhere"));
        health.damaged("page 7");
        health.is(StorageTrouble::Full);
        assert_eq!(health.trouble(), Some(StorageTrouble::Full));
        health.proved();
        assert_eq!(health.trouble(), Some(StorageTrouble::Damaged));
    }
}
