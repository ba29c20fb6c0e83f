//! Provable minutes in class: checks, the roll, the counted minutes so far, the class sheet. Instants are the
//! server's milliseconds.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::CheckKind;
use crate::sfu::subscriber::ParticipantId;
use crate::{attendance, wire};

/// A check (在线确认) that waits for this trainee's answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OpenCheck {
    /// The id in `answer_check`.
    pub check: String,
    #[serde(with = "wire")]
    #[ts(as = "CheckKind")]
    pub kind: attendance::fact::CheckKind,
    #[ts(type = "number")]
    pub deadline_ms: u64,
}

/// The counted minutes of the class so far, for one trainee. Delayed by at most 60 s (CR-22).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Minutes {
    #[ts(type = "number")]
    pub as_of_ms: u64,
    /// Teaching so far, seconds.
    #[ts(type = "number")]
    pub taught_s: u64,
    /// The part of it that counts for this trainee, seconds.
    #[ts(type = "number")]
    pub counted_s: u64,
    /// The stretches of teaching that do not count, in order of time, the latest ones.
    pub gaps: Vec<UncountedGap>,
}

/// A stretch of class that does not count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UncountedGap {
    #[ts(type = "number")]
    pub from_ms: u64,
    #[ts(type = "number")]
    pub to_ms: u64,
    pub why: Uncounted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Uncounted {
    /// No device was provably in class.
    Absent,
    /// The block's check was not answered, and nothing else proves attention in it.
    Unanswered,
    /// The block's check could not be put, and nothing else proves attention in it.
    Unasked,
}

/// Why no teaching counts at present, and since when. Told to staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum NotCounting {
    /// No picture, screen or sound of an instructor arrives.
    NothingSent {
        #[ts(type = "number")]
        since_ms: u64,
    },
    /// An instructor is seen or heard at or after the planned start, but the class was not started. Told
    /// again every minute.
    NotStarted {
        #[ts(type = "number")]
        since_ms: u64,
        /// Whole minutes since then.
        minutes: u32,
    },
    /// The planned end was so long ago that nothing counts any more.
    PlannedTimeOver {
        #[ts(type = "number")]
        since_ms: u64,
        #[ts(type = "number")]
        overrun_s: u64,
    },
}

/// The worth of a lesson if it ended now (CR-4). Told to staff, at least once a minute of teaching.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Worth {
    #[ts(type = "number")]
    pub planned_s: u64,
    #[ts(type = "number")]
    pub taught_s: u64,
    /// Worth of the teaching so far, of `credit_ch`.
    #[ts(type = "number")]
    pub worth_ch: u64,
    #[ts(type = "number")]
    pub credit_ch: u64,
}

/// A check in the view of staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CheckRound {
    /// The id in `void_check`.
    pub check: String,
    #[serde(with = "wire")]
    #[ts(as = "CheckKind")]
    pub kind: attendance::fact::CheckKind,
    /// Attention block, from 1.
    pub block: u32,
    #[ts(type = "number")]
    pub at_ms: u64,
    #[ts(type = "number")]
    pub deadline_ms: u64,
    pub answered: Vec<ParticipantId>,
    /// Asked and not judged: time is left, or the last answers and proofs are on their way.
    pub waiting: Vec<ParticipantId>,
    pub missed: Vec<ParticipantId>,
    /// Staff took the check back: it counts against nobody.
    pub void: bool,
}

/// A trainee on the class sheet while the class runs (R6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SheetLine {
    pub participant: ParticipantId,
    /// First and last provable instant in the taught time.
    #[ts(type = "number | null")]
    pub first_ms: Option<u64>,
    #[ts(type = "number | null")]
    pub last_ms: Option<u64>,
    #[ts(type = "number")]
    pub counted_s: u64,
    /// Number of settled checks, answered in time or missed, and of those answered.
    pub asked: u32,
    pub answered: u32,
    pub late: bool,
}
