//! The present time: the one place that asks the system for milliseconds since 1970.

use std::time::{SystemTime, UNIX_EPOCH};

/// The server's time, milliseconds since the Unix epoch; 0 = the clock is set before it.
pub fn now_ms() -> u64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX)
}
