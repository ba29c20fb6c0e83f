//! Guesses at the password, reported to the owner of an account.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Wrong passwords and codes for an account, from places other than that of the present sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WrongTries {
    pub tries: u32,
    /// Server time of the last one.
    #[ts(type = "number")]
    pub last_at_ms: u64,
}
