//! Whether the database can be written, as the last tries have shown, and whether it is damaged.

use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sqlx::Error;
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::protocol::StorageTrouble;

/// Shared by everything that touches the database's files.
pub(super) struct Health {
    folder: PathBuf,
    state: Mutex<State>,
    /// Somebody's write failed.
    failed: Notify,
}

struct State {
    trouble: Option<StorageTrouble>,
    /// What was found; a damaged database does not get well by itself.
    damage: Option<String>,
    /// True once the whole file was looked at.
    checked: bool,
    /// When the last write began that proves, or not, that the storage works.
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

/// True for codes by which SQLite says that the file is not what it wrote.
pub(super) fn tells_damage(code: i32) -> bool {
    matches!(primary(code), CORRUPT | NOTADB)
}

/// True for codes that tell about the disk and not about what was asked.
pub(super) fn is_of_the_disk(code: i32) -> bool {
    tells_damage(code) || matches!(primary(code), READONLY | IOERR | FULL | CANTOPEN)
}

/// What an error says about the storage; `None` = it says something about what was asked.
fn trouble_of(error: &Error) -> Option<StorageTrouble> {
    let code = match error {
        Error::Database(error) => error.code().and_then(|code| code.parse().ok())?,
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

pub(super) fn is_damage(error: &Error) -> bool {
    trouble_of(error) == Some(StorageTrouble::Damaged)
}

impl Health {
    pub(super) fn of(folder: &Path) -> Health {
        let state = State { trouble: None, damage: None, checked: false, tried_at: Instant::now() };
        Health { folder: folder.to_owned(), state: Mutex::new(state), failed: Notify::new() }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `None` = facts can be stored.
    pub(super) fn trouble(&self) -> Option<StorageTrouble> {
        let state = self.state();
        // What cannot be written at all comes first: it can be mended without a backup.
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

    /// A write has reached the disk.
    pub(super) fn proved(&self) {
        if let Some(trouble) = self.state().trouble.take() {
            tracing::info!("the storage works again; it was: {trouble}");
        }
    }

    /// A proof begins, or something was written that is one.
    pub(super) fn tried(&self) {
        self.state().tried_at = Instant::now();
    }

    pub(super) fn since_tried(&self) -> Duration {
        self.state().tried_at.elapsed()
    }

    /// The storage is in trouble.
    pub(super) fn is(&self, trouble: StorageTrouble) {
        let mut state = self.state();
        if state.trouble.replace(trouble) != Some(trouble) {
            tracing::error!("nothing can be stored: {trouble}");
        }
        drop(state);
        self.failed.notify_one();
    }

    /// A write ended in a way that only a new one can explain.
    pub(super) fn doubted(&self) {
        self.failed.notify_one();
    }

    /// Waits for a write that fails.
    pub(super) async fn failure(&self) {
        self.failed.notified().await;
    }

    /// A write failed; an error that is not the disk's changes nothing.
    pub(super) async fn failed_by(&self, error: &Error) {
        match trouble_of(error) {
            // SQLite has one code for all that a disk can say; the folder knows more.
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

/// What the file system says to a small file in the folder.
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
