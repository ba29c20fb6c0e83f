//! Provable minutes after class: results, reasons and the ledger.
//! Seconds and ch (100 ch = 1 学时) are whole numbers; instants are the server's milliseconds.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Appeal, CourseKind};

/// What a lesson asks for, told before one comes in (CR-22).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HoursRules {
    /// Credit of the whole lesson.
    #[ts(type = "number")]
    pub credit_ch: u64,
    #[ts(type = "number")]
    pub planned_start_ms: u64,
    #[ts(type = "number")]
    pub planned_end_ms: u64,
    /// From here on everything is credited.
    #[ts(type = "number")]
    pub full_from_s: u64,
    /// Below this nothing is.
    #[ts(type = "number")]
    pub least_s: u64,
    /// Length of an attention block; each asks once.
    #[ts(type = "number")]
    pub block_s: u64,
    /// Time to answer a check.
    #[ts(type = "number")]
    pub answer_s: u64,
    /// An absence up to this long counts through.
    #[ts(type = "number")]
    pub gap_s: u64,
    pub policy_version: String,
}

/// One step of the reasoning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Reason {
    /// The lesson is worth less than planned, to everybody.
    Delivered {
        #[ts(type = "number")]
        taught_seconds: u64,
        #[ts(type = "number")]
        planned_ch: u64,
        #[ts(type = "number")]
        ch: u64,
    },
    Present {
        #[ts(type = "number")]
        present_seconds: u64,
        #[ts(type = "number")]
        taught_seconds: u64,
    },
    Late {
        #[ts(type = "number")]
        late_seconds: u64,
    },
    Early {
        #[ts(type = "number")]
        early_seconds: u64,
    },
    Elsewhere {
        #[ts(type = "number")]
        elsewhere_seconds: u64,
        /// The other lesson's id; absent: not known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        lesson: Option<String>,
    },
    /// The check was missed, and nothing else proves attention. The next two are blocks that do not count, either.
    VoidBlock {
        block: u32,
        check: String,
    },
    /// The check was put so many times and each time the person was gone before the time to answer was over, or
    /// they were gone whenever it could have been put.
    UnaskedBlock {
        block: u32,
        asked: u32,
    },
    /// Visits too short to be asked twice, with gaps between them that are bridged.
    ScatteredBlock {
        block: u32,
        #[ts(type = "number")]
        proven_seconds: u64,
        #[ts(type = "number")]
        present_seconds: u64,
    },
    Ignored {
        check: String,
        why: Ignored,
    },
    Full {
        #[ts(type = "number")]
        seconds: u64,
        #[ts(type = "number")]
        full_from_seconds: u64,
        #[ts(type = "number")]
        ch: u64,
    },
    Steps {
        #[ts(type = "number")]
        seconds: u64,
        #[ts(type = "number")]
        full_from_seconds: u64,
        #[ts(type = "number")]
        step_seconds: u64,
        #[ts(type = "number")]
        ch: u64,
    },
    TooLittle {
        #[ts(type = "number")]
        seconds: u64,
        #[ts(type = "number")]
        need_seconds: u64,
        min_share: Share,
    },
    MadeUp {
        #[ts(type = "number")]
        replay_seconds: u64,
    },
    NoMakeUp,
}

/// Why a fact about a check has no effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Ignored {
    NeverIssued,
    BeforeIssue,
    AfterDeadline,
    NoSuchBlock,
}

/// A fraction from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
pub struct Share {
    #[ts(type = "number")]
    pub part: u64,
    #[ts(type = "number")]
    pub whole: u64,
}

/// How settled a result is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Ten minutes after the end; the time for appeals runs.
    Provisional,
    /// After appeals.
    Final,
}

/// `GET /api/hours/{lesson}`, for staff: the class sheet (R6) of a lesson that was judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LessonHours {
    pub lesson: String,
    pub title: String,
    /// Asynchronous: lines hold what was watched (`with_replay_s`) and, when all of it was, the credit and
    /// since when (`last_ms`); nothing is judged.
    pub kind: CourseKind,
    pub rules: HoursRules,
    /// None: the class was not judged yet.
    pub stage: Option<Stage>,
    #[ts(type = "number | null")]
    pub computed_at_ms: Option<u64>,
    #[ts(type = "number")]
    pub taught_s: u64,
    /// What the lesson is worth as it was taught.
    #[ts(type = "number")]
    pub effective_ch: u64,
    /// By name.
    pub lines: Vec<HoursLine>,
}

/// One trainee's result of a lesson.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HoursLine {
    pub person: String,
    pub name: String,
    /// By which two people of one name are told apart: the unit's name and the school of the registration. Empty in a
    /// lesson that belongs to no class, and in the own account.
    pub unit: String,
    pub school: String,
    #[ts(type = "number | null")]
    pub first_ms: Option<u64>,
    #[ts(type = "number | null")]
    pub last_ms: Option<u64>,
    #[ts(type = "number")]
    pub present_s: u64,
    /// In blocks that count.
    #[ts(type = "number")]
    pub counted_s: u64,
    /// The same with what was watched later.
    #[ts(type = "number")]
    pub with_replay_s: u64,
    pub asked: u32,
    pub answered: u32,
    /// From question to answer, milliseconds: of the checks that were answered in time, in their order. Empty in results of
    /// versions that did not keep them.
    pub reactions_ms: Vec<u32>,
    pub void_blocks: Vec<u32>,
    #[ts(type = "number")]
    pub live_ch: u64,
    /// With make-up by the recording.
    #[ts(type = "number")]
    pub credit_ch: u64,
    /// What people added or took away in this lesson (CR-20).
    #[ts(type = "number")]
    pub adjusted_ch: i64,
    /// What the entries of this lesson come to; class sheets add up to the ledger.
    #[ts(type = "number")]
    pub lesson_ch: i64,
    /// What the ledger says about the content, also by other lessons.
    #[ts(type = "number")]
    pub balance_ch: i64,
    pub reasons: Vec<Reason>,
}

/// `GET /api/hours/mine`: everything of the trainee who asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MyHours {
    /// Newest first.
    pub lessons: Vec<MyLesson>,
    /// The ledger's entries about this person, newest first.
    pub entries: Vec<LedgerLine>,
    /// After the caps (CR-14), and before them.
    #[ts(type = "number")]
    pub recognised_ch: u64,
    #[ts(type = "number")]
    pub uncapped_ch: u64,
    /// Of five years, and what is missing to 50 学时.
    #[ts(type = "number")]
    pub five_years_ch: u64,
    #[ts(type = "number")]
    pub five_years_short_ch: u64,
    pub appeals: Vec<Appeal>,
}

/// One lesson in the trainee's own account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MyLesson {
    pub lesson: String,
    pub title: String,
    pub stage: Stage,
    #[ts(type = "number")]
    pub planned_start_ms: u64,
    #[ts(type = "number")]
    pub taught_s: u64,
    #[ts(type = "number")]
    pub effective_ch: u64,
    pub line: HoursLine,
    /// The recording was watched from end to end as a course, up to then; none: it was a class.
    #[ts(type = "number | null")]
    pub completed_at_ms: Option<u64>,
    /// Until when an appeal may be opened; none when it is over.
    #[ts(type = "number | null")]
    pub appeal_until_ms: Option<u64>,
}

/// One entry of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LedgerLine {
    #[ts(type = "number")]
    pub seq: u64,
    #[ts(type = "number")]
    pub at_ms: u64,
    pub lesson: Option<String>,
    /// live, async, makeup, adjust, revoke, reverse.
    pub kind: String,
    #[ts(type = "number")]
    pub delta_ch: i64,
    pub reason: String,
    /// Name of who entered it; the server has none.
    pub by: Option<String>,
    pub policy_version: String,
    pub hash: String,
}
