//! Reasons as they are stored, frozen like the rest of [`super::record`].

use serde::{Deserialize, Serialize};

use super::decision::{Ignored, Reason};
use super::policy::Share;

/// A step of the reasoning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum ReasonRecord {
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
        /// Since rules 2.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        lesson: Option<String>,
    },
    VoidBlock {
        block: u32,
        check: String,
    },
    /// Since rules 2, as is the next one.
    UnaskedBlock {
        block: u32,
        asked: u32,
    },
    ScatteredBlock {
        block: u32,
        proven_seconds: u64,
        present_seconds: u64,
    },
    Ignored {
        check: String,
        why: IgnoredRecord,
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
        min_share: ShareRecord,
    },
    MadeUp {
        replay_seconds: u64,
    },
    NoMakeUp,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IgnoredRecord {
    NeverIssued,
    BeforeIssue,
    AfterDeadline,
    NoSuchBlock,
}

/// A fraction from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareRecord {
    part: u64,
    whole: u64,
}

/// Reads a reason that was stored; none when it is none.
pub fn read(text: &str) -> Option<Reason> {
    serde_json::from_str::<ReasonRecord>(text).ok().map(Into::into)
}

impl From<&Reason> for ReasonRecord {
    fn from(reason: &Reason) -> ReasonRecord {
        match reason.clone() {
            Reason::Delivered { taught_seconds, planned_ch, ch } => {
                ReasonRecord::Delivered { taught_seconds, planned_ch, ch }
            }
            Reason::Present { present_seconds, taught_seconds } => {
                ReasonRecord::Present { present_seconds, taught_seconds }
            }
            Reason::Late { late_seconds } => ReasonRecord::Late { late_seconds },
            Reason::Early { early_seconds } => ReasonRecord::Early { early_seconds },
            Reason::Elsewhere { elsewhere_seconds, lesson } => {
                ReasonRecord::Elsewhere { elsewhere_seconds, lesson }
            }
            Reason::VoidBlock { block, check } => ReasonRecord::VoidBlock { block, check },
            Reason::UnaskedBlock { block, asked } => ReasonRecord::UnaskedBlock { block, asked },
            Reason::ScatteredBlock { block, proven_seconds, present_seconds } => {
                ReasonRecord::ScatteredBlock { block, proven_seconds, present_seconds }
            }
            Reason::Ignored { check, why } => ReasonRecord::Ignored { check, why: why.into() },
            Reason::Full { seconds, full_from_seconds, ch } => {
                ReasonRecord::Full { seconds, full_from_seconds, ch }
            }
            Reason::Steps { seconds, full_from_seconds, step_seconds, ch } => {
                ReasonRecord::Steps { seconds, full_from_seconds, step_seconds, ch }
            }
            Reason::TooLittle { seconds, need_seconds, min_share } => {
                ReasonRecord::TooLittle { seconds, need_seconds, min_share: min_share.into() }
            }
            Reason::MadeUp { replay_seconds } => ReasonRecord::MadeUp { replay_seconds },
            Reason::NoMakeUp => ReasonRecord::NoMakeUp,
        }
    }
}

impl From<ReasonRecord> for Reason {
    fn from(record: ReasonRecord) -> Reason {
        match record {
            ReasonRecord::Delivered { taught_seconds, planned_ch, ch } => {
                Reason::Delivered { taught_seconds, planned_ch, ch }
            }
            ReasonRecord::Present { present_seconds, taught_seconds } => {
                Reason::Present { present_seconds, taught_seconds }
            }
            ReasonRecord::Late { late_seconds } => Reason::Late { late_seconds },
            ReasonRecord::Early { early_seconds } => Reason::Early { early_seconds },
            ReasonRecord::Elsewhere { elsewhere_seconds, lesson } => {
                Reason::Elsewhere { elsewhere_seconds, lesson }
            }
            ReasonRecord::VoidBlock { block, check } => Reason::VoidBlock { block, check },
            ReasonRecord::UnaskedBlock { block, asked } => Reason::UnaskedBlock { block, asked },
            ReasonRecord::ScatteredBlock { block, proven_seconds, present_seconds } => {
                Reason::ScatteredBlock { block, proven_seconds, present_seconds }
            }
            ReasonRecord::Ignored { check, why } => Reason::Ignored { check, why: why.into() },
            ReasonRecord::Full { seconds, full_from_seconds, ch } => {
                Reason::Full { seconds, full_from_seconds, ch }
            }
            ReasonRecord::Steps { seconds, full_from_seconds, step_seconds, ch } => {
                Reason::Steps { seconds, full_from_seconds, step_seconds, ch }
            }
            ReasonRecord::TooLittle { seconds, need_seconds, min_share } => {
                Reason::TooLittle { seconds, need_seconds, min_share: min_share.into() }
            }
            ReasonRecord::MadeUp { replay_seconds } => Reason::MadeUp { replay_seconds },
            ReasonRecord::NoMakeUp => Reason::NoMakeUp,
        }
    }
}

impl From<Ignored> for IgnoredRecord {
    fn from(why: Ignored) -> IgnoredRecord {
        match why {
            Ignored::NeverIssued => IgnoredRecord::NeverIssued,
            Ignored::BeforeIssue => IgnoredRecord::BeforeIssue,
            Ignored::AfterDeadline => IgnoredRecord::AfterDeadline,
            Ignored::NoSuchBlock => IgnoredRecord::NoSuchBlock,
        }
    }
}

impl From<IgnoredRecord> for Ignored {
    fn from(record: IgnoredRecord) -> Ignored {
        match record {
            IgnoredRecord::NeverIssued => Ignored::NeverIssued,
            IgnoredRecord::BeforeIssue => Ignored::BeforeIssue,
            IgnoredRecord::AfterDeadline => Ignored::AfterDeadline,
            IgnoredRecord::NoSuchBlock => Ignored::NoSuchBlock,
        }
    }
}

impl From<Share> for ShareRecord {
    fn from(Share { part, whole }: Share) -> ShareRecord {
        ShareRecord { part, whole }
    }
}

impl From<ShareRecord> for Share {
    fn from(ShareRecord { part, whole }: ShareRecord) -> Share {
        Share { part, whole }
    }
}
