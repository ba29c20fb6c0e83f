//! Polls in class (S3-08): staff ask, trainees answer, everybody may be shown the result.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::NewPoll;
use crate::sfu::subscriber::ParticipantId;
use crate::{attendance, wire};

/// Possible numbers of options of a poll.
pub const POLL_OPTIONS: RangeInclusive<usize> = 2..=6;

/// The longest question and the longest option, in Unicode scalar values.
pub const POLL_QUESTION_CHARS_MAX: usize = 200;
pub const POLL_OPTION_CHARS_MAX: usize = 60;

/// The poll that everybody sees now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Poll {
    /// The number in commands; counts up within a lesson.
    pub poll: u32,
    pub question: String,
    pub options: Vec<String>,
    pub multiple: bool,
    /// `None` = answers are taken. A closed poll is seen only with its result.
    pub result: Option<PollResult>,
}

/// The result of a poll.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PollResult {
    /// Number of people who answered.
    pub answered: u32,
    /// Number of people who chose each option.
    pub counts: Vec<u32>,
    pub right: Vec<u8>,
}

/// One trainee's own answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PollAnswer {
    pub poll: u32,
    /// Sorted, each once.
    pub choices: Vec<u8>,
}

/// A poll in the view of staff. It takes answers, or its result is shown, if it is the [`Poll`] that
/// everybody sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PollRound {
    pub poll: u32,
    #[serde(with = "wire")]
    #[ts(as = "NewPoll")]
    pub ask: attendance::fact::NewPoll,
    #[ts(type = "number")]
    pub at_ms: u64,
    /// The voters of each option.
    pub votes: Vec<Vec<ParticipantId>>,
}
