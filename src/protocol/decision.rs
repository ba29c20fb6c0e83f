//! What the office decides on registrations, and what became of it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::RegistrationState;

/// What the office does with registrations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// The unit speaks for them; the state stays. Unit and training administrators.
    Recommend,
    /// Unit and training administrators; needs a reason.
    Reject,
    /// A seat, or the waiting list when there is none. Whoever waits gets a free seat by it, out of turn with
    /// a reason. Training administrators.
    Approve,
    /// Training administrators.
    Waitlist,
    /// In the name of the trainee; needs a reason. Training administrators.
    Withdraw,
}

/// `POST /api/phases/{phase}/registrations/decide`: each has its own outcome; what is refused leaves the
/// others as they are decided. In the order given. 1 to 1,000.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Decide {
    #[ts(type = "number[]")]
    pub ids: Vec<u64>,
    pub decision: Decision,
    /// Shown to the trainee; at most 200 characters.
    #[serde(default)]
    pub reason: String,
    /// When recommending: why these people fit (S0-03), for the office; at most 500 characters. Empty: what was
    /// written before stays.
    #[serde(default)]
    pub attestation: String,
}

/// Answer of [`Decide`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Decided {
    pub outcomes: Vec<Outcome>,
    /// Others who moved up from the waiting list by it.
    pub promoted: u32,
}

/// What became of one registration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Outcome {
    #[ts(type = "number")]
    pub id: u64,
    /// The state after it; none: unknown.
    pub state: Option<RegistrationState>,
    /// `wrong_state`, `not_found`, `own_registration` (nobody decides on the own one), `quota` (waits already,
    /// and no seat of the unit is free), `out_of_turn` (others of the unit have waited longer: needs a
    /// reason), `school_full` (the school has as many as the phase allows it); none: done.
    pub refused: Option<String>,
    /// `school_full`: its name.
    pub school: Option<String>,
}

/// `POST /api/phases/{phase}/registrations/compare`: asked before many are approved. At most 1,000; those
/// that the asker may not see are not counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Compare {
    #[ts(type = "number[]")]
    pub ids: Vec<u64>,
}

/// Answer of [`Compare`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Compared {
    /// How many stand on a list of nominees with another name, or on the list of another unit.
    pub differ: u32,
}
