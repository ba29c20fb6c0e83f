//! SQLite's own log (<https://sqlite.org/errlog.html>): damage is noticed by whichever connection meets it,
//! and the server's log has the disk's own words.
//!
//! The only unsafe code of the server: SQLite takes a C function for this, and sqlx cannot set one.

use std::collections::BTreeMap;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Once, PoisonError, Weak};

use libsqlite3_sys::{SQLITE_CONFIG_LOG, SQLITE_OK, sqlite3_config};
use sqlx::sqlite::SqliteConnectOptions;

use super::health::{Health, is_of_the_disk, tells_damage};

/// The databases of this process, by the number in the names of their threads.
static KNOWN: Mutex<BTreeMap<u64, Weak<Health>>> = Mutex::new(BTreeMap::new());
static NEXT: AtomicU64 = AtomicU64::new(1);

/// The beginning of the names of threads: each connection has one, on which SQLite logs its errors.
const THREAD: &str = "sqlite";

/// Sends SQLite's log about connections opened with these options to `health`.
pub(super) fn listen(options: SqliteConnectOptions, health: &Arc<Health>) -> SqliteConnectOptions {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let log: unsafe extern "C" fn(*mut c_void, c_int, *const c_char) = log;
        // SAFETY: SQLITE_CONFIG_LOG takes a function of this type and a pointer that it is given; `log` ignores the
        // pointer, may be called from any thread, and calls no SQLite.
        let done = unsafe { sqlite3_config(SQLITE_CONFIG_LOG, log, std::ptr::null_mut::<c_void>()) };
        if done != SQLITE_OK {
            tracing::warn!("SQLite was in use before its log could be read (code {done})");
        }
    });
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    known.retain(|_, health| health.strong_count() > 0);
    known.insert(number, Arc::downgrade(health));
    options.thread_name(move |connection| format!("{THREAD}-{number}-{connection}"))
}

unsafe extern "C" fn log(_: *mut c_void, code: c_int, message: *const c_char) {
    if !is_of_the_disk(code) || message.is_null() {
        return;
    }
    // SAFETY: SQLite gives a text that ends with a zero and lives until this function returns.
    let message = unsafe { CStr::from_ptr(message) }.to_string_lossy();
    let health = own_health();
    // Each try meets the same error again; the first one is logged.
    if health.as_ref().is_some_and(|health| health.trouble().is_some()) {
        tracing::debug!(code, "SQLite: {message}");
    } else {
        tracing::warn!(code, "SQLite: {message}");
    }
    if let Some(health) = health.filter(|_| tells_damage(code)) {
        health.damaged(&message);
    }
}

/// Health of the database to which this thread belongs.
fn own_health() -> Option<Arc<Health>> {
    let thread = std::thread::current();
    let number = thread.name()?.strip_prefix(THREAD)?.split('-').nth(1)?.parse().ok()?;
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner).get(&number)?.upgrade()
}
