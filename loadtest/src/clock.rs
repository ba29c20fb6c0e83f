//! One clock for stamps and windows: nanoseconds since the Unix epoch, so that a sender and a receiver in two
//! processes of one machine measure the same time.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Nanoseconds since the Unix epoch.
pub fn now_ns() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |age| age.as_nanos() as u64)
}

/// The measured span: a packet counts when it was *sent* inside it, whenever it arrives.
#[derive(Debug)]
pub struct Window {
    from: AtomicU64,
    to: AtomicU64,
}

impl Default for Window {
    /// A window in which everything counts.
    fn default() -> Window {
        Window { from: AtomicU64::new(0), to: AtomicU64::new(u64::MAX) }
    }
}

impl Window {
    /// A window in which nothing counts until [`Window::open`].
    pub fn closed() -> Window {
        Window { from: AtomicU64::new(u64::MAX), to: AtomicU64::new(u64::MAX) }
    }

    /// Starts the span at `at_ns`.
    pub fn open(&self, at_ns: u64) {
        self.from.store(at_ns, Ordering::Relaxed);
    }

    /// Ends the span at `at_ns`.
    pub fn close(&self, at_ns: u64) {
        self.to.store(at_ns, Ordering::Relaxed);
    }

    /// Whether something sent at `at_ns` counts.
    pub fn contains(&self, at_ns: u64) -> bool {
        at_ns >= self.from.load(Ordering::Relaxed) && at_ns < self.to.load(Ordering::Relaxed)
    }
}
