//! The end of a phase for one person, and their certificate. Routes: `src/web/routes.rs`.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::programme::conclusion;
use crate::wire::{self, mirror};

mirror! {
    #[serde(rename_all = "snake_case")]
    enum ConclusionVerdict for conclusion::Verdict {
        Completed,
        Failed,
        /// There is still time.
        Undecided,
    }
}

mirror! {
    /// One step of the reasoning. Hours are in ch, 100 ch = 1 学时.
    #[serde(tag = "reason", rename_all = "snake_case")]
    enum ConclusionReason for conclusion::Reason {
        /// The recognised hours suffice.
        Hours {
            #[ts(type = "number")]
            has_ch: u64,
            #[ts(type = "number")]
            needed_ch: u64,
        },
        HoursShort {
            #[ts(type = "number")]
            has_ch: u64,
            #[ts(type = "number")]
            needed_ch: u64,
        },
        /// Of the hours, `settled_ch` are final; the rest may change until the time for appeals is over.
        HoursOpen {
            #[ts(type = "number")]
            settled_ch: u64,
        },
        StudyGoesOn {
            #[ts(type = "number")]
            until_ms: u64,
        },
        EssayAccepted,
        /// The essay is not handed in; there is time until `until_ms`.
        EssayMissing {
            #[ts(type = "number")]
            until_ms: u64,
        },
        /// The essay is not reviewed yet.
        EssayWaiting,
        /// The essay is returned and may be handed in again until `until_ms`.
        EssayReturned {
            #[ts(type = "number")]
            until_ms: u64,
        },
        /// The essay was not handed in, or not again after its return, when the time was over.
        EssayLate,
        QuizPassed,
        /// The self-test is not passed; `tries_left` tries are left until `until_ms`.
        QuizMissing {
            tries_left: u32,
            #[ts(type = "number")]
            until_ms: u64,
        },
        /// Not passed, and no try is left.
        QuizSpent,
        /// Not passed when its time was over.
        QuizLate,
        SurveyAnswered,
        /// The survey is not answered; there is time until `until_ms`.
        SurveyMissing {
            #[ts(type = "number")]
            until_ms: u64,
        },
        /// Not answered when it was closed.
        SurveyLate,
    }
}

/// `GET /api/phases/{phase}/conclusion`: the end of the phase for the asking trainee, by the present facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MyConclusion {
    pub phase: String,
    /// Title of the phase.
    pub title: String,
    #[serde(with = "wire")]
    #[ts(as = "ConclusionVerdict")]
    pub verdict: conclusion::Verdict,
    /// Whether hours may still change, and the verdict with them.
    pub provisional: bool,
    #[serde(with = "wire")]
    #[ts(as = "Vec<ConclusionReason>")]
    pub reasons: Vec<conclusion::Reason>,
}
