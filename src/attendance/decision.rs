//! What was decided about a lesson, with every reason: data for pages, sentences for audit files.

use std::fmt;

use serde::Serialize;

use super::blocks::Blocks;
use super::event::Plan;
use super::interval::Spans;
use crate::protocol::Share;
pub use crate::protocol::{Ignored, Reason};

/// A lesson as it was judged. Derived from facts, never edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LessonResult {
    pub plan: Plan,
    /// Length of the instruction window, |W|.
    pub instruction_seconds: u64,
    /// What the lesson is worth as it was taught (D_eff).
    pub effective_ch: u64,
    /// By person id, sorted.
    pub decisions: Vec<(String, Decision)>,
    pub window: Spans,
    pub blocks: Blocks,
}

/// What one person earned in a lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// When they were in class; not all of it need count.
    pub present: Spans,
    /// Presence in blocks that count (E).
    pub effective_seconds: u64,
    /// The same together with what was watched later.
    pub with_replay_seconds: u64,
    /// Of each block, from block 1 on.
    pub attention: Vec<Attention>,
    pub live_ch: u64,
    /// Live and made up; never less than live.
    pub credit_ch: u64,
    pub reasons: Vec<Reason>,
}

impl Decision {
    /// Numbers of the blocks that do not count.
    pub fn void_blocks(&self) -> Vec<u32> {
        let void = (1..).zip(&self.attention).filter(|(_, state)| state.is_void());
        void.map(|(number, _)| number).collect()
    }
}

/// What is known of a person's attention in a block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Attention {
    /// A check was answered, or something else proves it.
    Proven,
    /// Nothing proves attention, and that was not the person's doing: the block counts.
    NotAsked,
    /// The check was missed and nothing proves attention: the block does not count.
    Void { check: String },
    /// The check was due, and the person did not stay for it, `asked` times: the block does not count.
    Unasked { asked: u32 },
    /// No check was due, and the person was never there for long enough to be asked twice: the block does not
    /// count. Of the `present_seconds` only `proven_seconds` are proven.
    Scattered { proven_seconds: u64, present_seconds: u64 },
}

impl Attention {
    /// The block does not count.
    pub fn is_void(&self) -> bool {
        match self {
            Attention::Proven | Attention::NotAsked => false,
            Attention::Void { .. } | Attention::Unasked { .. } | Attention::Scattered { .. } => true,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Reason::Delivered { taught_seconds, planned_ch, ch } => {
                write!(f, "CR-4: {taught_seconds} s were taught: the lesson gives {ch} of {planned_ch} ch")
            }
            Reason::Present { present_seconds, taught_seconds } => {
                write!(f, "CR-5: present for {present_seconds} of {taught_seconds} s of instruction")
            }
            Reason::Late { late_seconds } => write!(f, "mark: came {late_seconds} s late"),
            Reason::Early { early_seconds } => write!(f, "mark: went {early_seconds} s early"),
            Reason::Elsewhere { elsewhere_seconds, lesson: None } => {
                write!(f, "CR-12: {elsewhere_seconds} s of it belong to another lesson")
            }
            Reason::Elsewhere { elsewhere_seconds, lesson: Some(lesson) } => {
                write!(f, "CR-12: {elsewhere_seconds} s of it belong to the lesson {lesson}")
            }
            Reason::VoidBlock { block, check } => write!(
                f,
                "CR-6: block {block} does not count: check {check} was missed and nothing else proves attention"
            ),
            Reason::UnaskedBlock { block, asked: 0 } => write!(
                f,
                "CR-6: block {block} does not count: its check came during an absence and could not be put later, and \
                 nothing else proves attention"
            ),
            Reason::UnaskedBlock { block, asked } => write!(
                f,
                "CR-6: block {block} does not count: {asked} times its check was put and the connection was lost before the time \
                 to answer was over, and nothing else proves attention"
            ),
            Reason::ScatteredBlock { block, proven_seconds, present_seconds } => write!(
                f,
                "CR-6: block {block} does not count: {proven_seconds} of {present_seconds} s are proven, in visits too \
                 short to be asked twice, and nothing else proves attention"
            ),
            Reason::Ignored { check, why } => write!(f, "CR-7: check {check}: {why}"),
            Reason::Full { seconds, full_from_seconds, ch } => {
                write!(f, "CR-9: {seconds} s count, {full_from_seconds} s are enough for all: {ch} ch")
            }
            Reason::Steps { seconds, full_from_seconds, step_seconds, ch } => write!(
                f,
                "CR-9: {seconds} s count, {full_from_seconds} s would be enough for all: \
                 {ch} ch in steps of {step_seconds} s"
            ),
            Reason::TooLittle { seconds, need_seconds, min_share: Share { part, whole } } => {
                write!(f, "CR-9: {seconds} s count, less than {part}/{whole} of {need_seconds} s: 0 ch")
            }
            Reason::MadeUp { replay_seconds } => {
                write!(f, "CR-10: watching the recording adds {replay_seconds} s")
            }
            Reason::NoMakeUp => write!(f, "CR-10: the policy gives no credit for watching the recording"),
        }
    }
}

impl fmt::Display for Ignored {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Ignored::NeverIssued => "the answer is ignored: it was never issued to this person",
            Ignored::BeforeIssue => "the answer is ignored: it is older than the check",
            Ignored::AfterDeadline => "the answer is ignored: it came after the deadline",
            Ignored::NoSuchBlock => "ignored: it names a block that the lesson does not have",
        })
    }
}
