//! Provable minutes after class: results, reasons and the ledger.
//! Seconds and ch (100 ch = 1 学时) are whole numbers; instants are the server's milliseconds.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Appeal, CourseKind};
use crate::wire::{self, mirror};
use crate::{attendance, lesson};

mirror! {
    /// The rules of a lesson, shown before it is entered (CR-22).
    struct HoursRules for attendance::policy_form::HoursRules {
        /// Credit of the whole lesson, ch.
        #[ts(type = "number")]
        credit_ch: u64,
        #[ts(type = "number")]
        planned_start_ms: u64,
        #[ts(type = "number")]
        planned_end_ms: u64,
        /// Counted time from which on all credit is given, seconds.
        #[ts(type = "number")]
        full_from_s: u64,
        /// Counted time below which there is no credit, seconds.
        #[ts(type = "number")]
        least_s: u64,
        /// Length of an attention block, seconds; each block asks once.
        #[ts(type = "number")]
        block_s: u64,
        /// Time to answer a check, seconds.
        #[ts(type = "number")]
        answer_s: u64,
        /// Longest absence that counts through, seconds.
        #[ts(type = "number")]
        gap_s: u64,
        policy_version: String,
    }
}

mirror! {
    /// One step of the reasoning.
    #[serde(tag = "reason", rename_all = "snake_case")]
    enum Reason for attendance::decision::Reason {
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
            /// The other lesson's id; absent = not known.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            #[ts(optional)]
            lesson: Option<String>,
        },
        /// The check was missed, and nothing else proves attention. The blocks of the next two do not count,
        /// either.
        VoidBlock {
            block: u32,
            check: String,
        },
        /// The check was put `asked` times and each time the person was gone before the time to answer was
        /// over, or they were gone whenever it could have been put.
        UnaskedBlock {
            block: u32,
            asked: u32,
        },
        /// Visits that were too short to be asked twice, with bridged gaps between them.
        ScatteredBlock {
            block: u32,
            #[ts(type = "number")]
            proven_seconds: u64,
            #[ts(type = "number")]
            present_seconds: u64,
        },
        /// A block without a check counts without the gaps beside short visits.
        GappedBlock {
            block: u32,
            #[ts(type = "number")]
            gap_seconds: u64,
        },
        Ignored {
            check: String,
            #[serde(with = "wire")]
            #[ts(as = "Ignored")]
            why: attendance::decision::Ignored,
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
            #[serde(with = "wire")]
            #[ts(as = "Share")]
            min_share: attendance::policy::Share,
        },
        MadeUp {
            #[ts(type = "number")]
            replay_seconds: u64,
        },
        NoMakeUp,
    }
}

mirror! {
    /// Why a fact about a check has no effect.
    #[serde(rename_all = "snake_case")]
    enum Ignored for attendance::decision::Ignored {
        NeverIssued,
        BeforeIssue,
        AfterDeadline,
        NoSuchBlock,
    }
}

mirror! {
    /// A fraction from 0 to 1.
    struct Share for attendance::policy::Share {
        #[ts(type = "number")]
        part: u64,
        #[ts(type = "number")]
        whole: u64,
    }
}

mirror! {
    /// How settled a result is.
    #[serde(rename_all = "snake_case")]
    enum Stage for attendance::record::Stage {
        /// From ten minutes after the end; the time for appeals runs.
        Provisional,
        /// After the time for appeals.
        Final,
    }
}

mirror! {
    /// `GET /api/hours/{lesson}`, for staff: the class sheet (R6) of a judged lesson.
    struct LessonHours for attendance::sheet::LessonHours {
        lesson: String,
        title: String,
        /// Asynchronous: lines hold the watched time (`with_replay_s`) and, when all of it was watched, the
        /// credit and the instant of completion (`last_ms`); nothing is judged.
        #[serde(with = "wire")]
        #[ts(as = "CourseKind")]
        kind: lesson::CourseKind,
        #[serde(with = "wire")]
        #[ts(as = "HoursRules")]
        rules: attendance::policy_form::HoursRules,
        /// `None` = the class is not judged yet.
        #[serde(default, with = "wire")]
        #[ts(as = "Option<Stage>")]
        stage: Option<attendance::record::Stage>,
        #[ts(type = "number | null")]
        computed_at_ms: Option<u64>,
        #[ts(type = "number")]
        taught_s: u64,
        /// Worth of the lesson as it was taught, ch.
        #[ts(type = "number")]
        effective_ch: u64,
        /// Sorted by name.
        #[serde(with = "wire")]
        #[ts(as = "Vec<HoursLine>")]
        lines: Vec<attendance::sheet::HoursLine>,
    }
}

mirror! {
    /// One trainee's result of a lesson.
    struct HoursLine for attendance::sheet::HoursLine {
        person: String,
        name: String,
        /// Name of the unit, and the school of the registration, to tell people of one name apart. Empty in a
        /// lesson without a class, and in the person's own account.
        unit: String,
        school: String,
        /// Number of the document, masked but for its last four characters. Empty like the unit.
        document: String,
        #[ts(type = "number | null")]
        first_ms: Option<u64>,
        #[ts(type = "number | null")]
        last_ms: Option<u64>,
        #[ts(type = "number")]
        present_s: u64,
        /// Seconds in blocks that count.
        #[ts(type = "number")]
        counted_s: u64,
        /// Counted seconds together with the replay.
        #[ts(type = "number")]
        with_replay_s: u64,
        asked: u32,
        answered: u32,
        /// Milliseconds from question to answer of the checks answered in time, in the order of the checks.
        /// Empty in results of versions that did not keep them.
        reactions_ms: Vec<u32>,
        void_blocks: Vec<u32>,
        #[ts(type = "number")]
        live_ch: u64,
        /// Credit with make-up by the recording, ch.
        #[ts(type = "number")]
        credit_ch: u64,
        /// The sum of the corrections by people in this lesson, ch (CR-20).
        #[ts(type = "number")]
        adjusted_ch: i64,
        /// The sum of the entries of this lesson, ch; class sheets add up to the ledger.
        #[ts(type = "number")]
        lesson_ch: i64,
        /// The ledger balance for the content, other lessons included, ch.
        #[ts(type = "number")]
        balance_ch: i64,
        #[serde(with = "wire")]
        #[ts(as = "Vec<Reason>")]
        reasons: Vec<attendance::decision::Reason>,
    }
}

/// `GET /api/hours/mine`: the whole account of the asking trainee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MyHours {
    /// Newest first.
    pub lessons: Vec<MyLesson>,
    /// The ledger's entries about this person, newest first.
    pub entries: Vec<LedgerLine>,
    /// Credit after the caps (CR-14), and before them, ch.
    #[ts(type = "number")]
    pub recognised_ch: u64,
    #[ts(type = "number")]
    pub uncapped_ch: u64,
    /// Credit of five years, and the rest to 50 学时, ch.
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
    #[serde(with = "wire")]
    #[ts(as = "Stage")]
    pub stage: attendance::record::Stage,
    #[ts(type = "number")]
    pub planned_start_ms: u64,
    #[ts(type = "number")]
    pub taught_s: u64,
    #[ts(type = "number")]
    pub effective_ch: u64,
    #[serde(with = "wire")]
    #[ts(as = "HoursLine")]
    pub line: attendance::sheet::HoursLine,
    /// The time at which the recording was completed as a course; `None` = it was a class.
    #[ts(type = "number | null")]
    pub completed_at_ms: Option<u64>,
    /// Until when an appeal may be opened; `None` = no longer.
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
    /// `live`, `async`, `makeup`, `adjust`, `revoke` or `reverse`.
    pub kind: String,
    #[ts(type = "number")]
    pub delta_ch: i64,
    pub reason: String,
    /// Name of the person who entered it; `None` = the server.
    pub by: Option<String>,
    pub policy_version: String,
    pub hash: String,
}
