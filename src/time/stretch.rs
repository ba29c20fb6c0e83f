//! A stretch of a recording in its stored form: two numbers, on any axis.

use serde::{Deserialize, Serialize};

/// `[from_ms, to_ms)`. Stored: the fields are never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Stretch {
    pub from_ms: u64,
    pub to_ms: u64,
}
