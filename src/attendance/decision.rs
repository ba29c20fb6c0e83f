//! The decision about a lesson, with every reason: data for pages, sentences for audit files.

use std::fmt;

use serde::Serialize;

use super::blocks::Blocks;
use super::event::Plan;
use crate::attendance::policy::Share;
use crate::time::Spans;

/// Why a fact about a check has no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ignored {
    NeverIssued,
    BeforeIssue,
    AfterDeadline,
    NoSuchBlock,
}

/// One step of the reasoning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The lesson is worth less than planned, to everybody.
    Delivered {
        taught_seconds: u64,
        planned_ch: u64,
        ch: u64,
    },
    Present {
        present_seconds: u64,
        taught_seconds: u64,
    },
    Late {
        late_seconds: u64,
    },
    Early {
        early_seconds: u64,
    },
    Elsewhere {
        elsewhere_seconds: u64,
        /// The other lesson's id; `None` = not known.
        lesson: Option<String>,
    },
    /// The check was missed, and nothing else proves attention. The blocks of the next two do not count,
    /// either.
    VoidBlock {
        block: u32,
        check: String,
    },
    /// The check was put `asked` times and each time the person was gone before the time to answer was over,
    /// or they were gone whenever it could have been put.
    UnaskedBlock {
        block: u32,
        asked: u32,
    },
    /// Visits that were too short to be asked twice, with bridged gaps between them.
    ScatteredBlock {
        block: u32,
        proven_seconds: u64,
        present_seconds: u64,
    },
    /// A block without a check counts without the gaps beside short visits.
    GappedBlock {
        block: u32,
        gap_seconds: u64,
    },
    Ignored {
        check: String,
        why: Ignored,
    },
    Full {
        seconds: u64,
        full_from_seconds: u64,
        ch: u64,
    },
    Steps {
        seconds: u64,
        full_from_seconds: u64,
        step_seconds: u64,
        ch: u64,
    },
    TooLittle {
        seconds: u64,
        need_seconds: u64,
        min_share: Share,
    },
    MadeUp {
        replay_seconds: u64,
    },
    NoMakeUp,
}

/// A lesson as it was judged. Derived from facts, never edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LessonResult {
    pub plan: Plan,
    /// Length of the instruction window, |W|.
    pub instruction_seconds: u64,
    /// Worth of the lesson as it was taught (D_eff).
    pub effective_ch: u64,
    /// By person id, sorted.
    pub decisions: Vec<(String, Decision)>,
    pub window: Spans,
    pub blocks: Blocks,
}

/// The credit of one person in one lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Presence in the class; not all of it need count.
    pub present: Spans,
    /// Presence that counts, even if another lesson takes it.
    pub counts: Spans,
    /// Length of `counts` without the time that belongs to other lessons (E).
    pub effective_seconds: u64,
    /// Length of the same together with the replay.
    pub with_replay_seconds: u64,
    /// The finding of each block, from block 1 on.
    pub attention: Vec<Attention>,
    pub live_ch: u64,
    /// Credit with make-up; never less than live.
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

/// A person's attention in one block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Attention {
    /// A check was answered, or something else proves attention.
    Proven,
    /// Nothing proves attention, and that was not the person's fault: the block counts.
    NotAsked,
    /// The check was missed and nothing proves attention: the block does not count.
    Void { check: String },
    /// The check was due, and the person did not stay for it, `asked` times: the block does not count.
    Unasked { asked: u32 },
    /// No check was due, and the person was never there for long enough to be asked twice: the block does not
    /// count. Of the `present_seconds` only `proven_seconds` are proven.
    Scattered { proven_seconds: u64, present_seconds: u64 },
    /// No check was due, and the person was there for long enough to be asked twice: the block counts without
    /// the `gap_seconds` beside short visits.
    Gapped { gap_seconds: u64 },
}

impl Attention {
    /// The state of a block without a check in which a person has `gap_seconds` of gaps beside short visits.
    pub(super) fn of_gaps(gap_seconds: u64) -> Attention {
        if gap_seconds == 0 { Attention::NotAsked } else { Attention::Gapped { gap_seconds } }
    }

    /// Whether the block does not count.
    pub fn is_void(&self) -> bool {
        match self {
            Attention::Proven | Attention::NotAsked | Attention::Gapped { .. } => false,
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
            Reason::GappedBlock { block, gap_seconds } => write!(
                f,
                "CR-6: block {block} asked nobody, so gaps beside short visits do not count: {gap_seconds} s"
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
