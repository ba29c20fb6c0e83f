//! What the owner of an account is told about guesses at the password.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Wrong passwords and codes for an account, from places other than the one where somebody has signed in now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WrongTries {
    pub tries: u32,
    /// When the last one was, server time.
    #[ts(type = "number")]
    pub last_at_ms: u64,
}
