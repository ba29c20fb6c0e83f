//! Polls in class (S3-08): staff ask, trainees answer, everybody may be shown what came out.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::ParticipantId;

/// How many options a poll has.
pub const POLL_OPTIONS: RangeInclusive<usize> = 2..=6;

/// The longest question and the longest option, in Unicode scalar values.
pub const POLL_QUESTION_CHARS_MAX: usize = 200;
pub const POLL_OPTION_CHARS_MAX: usize = 60;

/// What staff ask. Options are named by their place, from 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NewPoll {
    /// Empty when it is asked aloud or stands on a slide.
    pub question: String,
    pub options: Vec<String>,
    /// More than one option may be chosen.
    pub multiple: bool,
    /// The right answer; empty where there is none. Told with the result, never before.
    pub right: Vec<u8>,
}

/// The poll that everybody sees now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Poll {
    /// Names it in commands; counts up within a lesson.
    pub poll: u32,
    pub question: String,
    pub options: Vec<String>,
    pub multiple: bool,
    /// None while answers are taken. A poll that is closed is seen only with its result.
    pub result: Option<PollResult>,
}

/// What came out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PollResult {
    /// People who answered.
    pub answered: u32,
    /// Of them, who chose each option.
    pub counts: Vec<u32>,
    pub right: Vec<u8>,
}

/// One trainee's own answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PollAnswer {
    pub poll: u32,
    /// In order, each once.
    pub choices: Vec<u8>,
}

/// A poll as staff see it. It takes answers, or its result is shown, when it is the [`Poll`] that
/// everybody sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PollRound {
    pub poll: u32,
    pub ask: NewPoll,
    #[ts(type = "number")]
    pub at_ms: u64,
    /// For each option, who chose it.
    pub votes: Vec<Vec<ParticipantId>>,
}
