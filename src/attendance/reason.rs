//! Reasons in their stored form, frozen like the rest of [`super::record`].

use serde::{Deserialize, Serialize};

use super::decision::{Ignored, Reason};
use super::policy::Share;

/// A step of the reasoning. A third form beside [`Reason`], which rules may change, and the mirror that pages read, whose
/// words may change: this one is what digests were computed from.
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
    /// Since rules 2, like the next one.
    UnaskedBlock {
        block: u32,
        asked: u32,
    },
    ScatteredBlock {
        block: u32,
        proven_seconds: u64,
        present_seconds: u64,
    },
    /// Since rules 3.
    GappedBlock {
        block: u32,
        gap_seconds: u64,
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

/// Reads a stored reason; `None` = the text is not one.
pub fn read(text: &str) -> Option<Reason> {
    serde_json::from_str::<ReasonRecord>(text).ok().map(Into::into)
}

/// The way from a value to its record and back, by the same words. Both are matched whole, so that a variant that one of
/// them lacks does not compile.
macro_rules! recorded {
    ($core:ident as $record:ident: $($variant:ident $({ $($field:ident),* })?),* $(,)?) => {
        impl From<$core> for $record {
            fn from(value: $core) -> $record {
                match value {
                    $($core::$variant $({ $($field),* })? => $record::$variant $({ $($field: $field.into()),* })?),*
                }
            }
        }

        impl From<$record> for $core {
            fn from(record: $record) -> $core {
                match record {
                    $($record::$variant $({ $($field),* })? => $core::$variant $({ $($field: $field.into()),* })?),*
                }
            }
        }
    };
}

recorded! {
    Reason as ReasonRecord:
    Delivered { taught_seconds, planned_ch, ch },
    Present { present_seconds, taught_seconds },
    Late { late_seconds },
    Early { early_seconds },
    Elsewhere { elsewhere_seconds, lesson },
    VoidBlock { block, check },
    UnaskedBlock { block, asked },
    ScatteredBlock { block, proven_seconds, present_seconds },
    GappedBlock { block, gap_seconds },
    Ignored { check, why },
    Full { seconds, full_from_seconds, ch },
    Steps { seconds, full_from_seconds, step_seconds, ch },
    TooLittle { seconds, need_seconds, min_share },
    MadeUp { replay_seconds },
    NoMakeUp,
}

impl From<&Reason> for ReasonRecord {
    fn from(reason: &Reason) -> ReasonRecord {
        reason.clone().into()
    }
}

recorded! { Ignored as IgnoredRecord: NeverIssued, BeforeIssue, AfterDeadline, NoSuchBlock }

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
