//! The office's decisions on registrations, and their outcomes.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::RegistrationState;
use crate::{programme, wire};

/// A decision of the office on registrations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// The unit recommends them; the state stays. Unit and training administrators.
    Recommend,
    /// Unit and training administrators; needs a reason.
    Reject,
    /// A seat, or the waiting list if there is none. A waiting person gets a free seat by it, out of turn
    /// with a reason. Training administrators.
    Approve,
    /// Training administrators.
    Waitlist,
    /// On behalf of the trainee; needs a reason. Training administrators.
    Withdraw,
}

/// `POST /api/phases/{phase}/registrations/decide`: each registration has its own outcome; a refused one does
/// not affect the others. In the given order. 1 to 1,000.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Decide {
    #[ts(type = "number[]")]
    pub ids: Vec<u64>,
    pub decision: Decision,
    /// Shown to the trainee; at most 200 characters.
    #[serde(default)]
    pub reason: String,
    /// The unit's recommendation: why these people fit (S0-03), for the office; at most 500 characters. Empty
    /// = the earlier words stay.
    #[serde(default)]
    pub attestation: String,
}

/// Answer of [`Decide`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Decided {
    pub outcomes: Vec<Outcome>,
    /// Number of others who moved up from the waiting list.
    pub promoted: u32,
}

/// The outcome for one registration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Outcome {
    #[ts(type = "number")]
    pub id: u64,
    /// The new state; `None` = unknown.
    #[serde(default, with = "wire")]
    #[ts(as = "Option<RegistrationState>")]
    pub state: Option<programme::enrolment::State>,
    /// `wrong_state`, `not_found`, `own_registration` (nobody decides on the own one), `quota` (waits
    /// already, and no seat of the unit is free), `out_of_turn` (others of the unit have waited longer: needs
    /// a reason), `school_full` (the school has all the seats that the phase allows); `None` = done.
    pub refused: Option<String>,
    /// `school_full`: name of the school.
    pub school: Option<String>,
}

/// `POST /api/phases/{phase}/registrations/compare`: a check before many are approved. At most 1,000; those
/// that the asking person may not see are not counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Compare {
    #[ts(type = "number[]")]
    pub ids: Vec<u64>,
}

/// Answer of [`Compare`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Compared {
    /// Number of registrations whose document is on a list of nominees with another name, or on the list of
    /// another unit.
    pub differ: u32,
}
