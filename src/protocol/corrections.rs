//! Requests and decisions of people about a result: appeals, corrections, revocations, and the second person.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Reason;
use crate::attendance;
use crate::wire::{self, mirror};

mirror! {
    /// Why people may correct a result.
    #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
    enum ReasonCode for attendance::posting::ReasonCode {
        PlatformFault,
        NetworkIncident,
        SignSheet,
        DataError,
        Accessibility,
        /// Any other reason; it needs a text.
        Other,
    }
}

/// `POST /api/hours/appeals`: a trainee asks for a review of the own result (申诉).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NewAppeal {
    pub lesson: String,
    /// 1 to 1000 characters.
    pub text: String,
}

/// An appeal in the view of its trainee and of operators (`GET /api/hours/appeals`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Appeal {
    #[ts(type = "number")]
    pub id: u64,
    pub lesson: String,
    pub title: String,
    pub person: String,
    pub name: String,
    pub text: String,
    #[ts(type = "number")]
    pub at_ms: u64,
    #[serde(with = "wire")]
    #[ts(as = "AppealState")]
    pub state: attendance::posting::AppealState,
    /// Words of the deciding person; the trainee sees them after the final decision.
    pub answer: Option<String>,
    /// The present ledger balance for the content, ch.
    #[ts(type = "number")]
    pub balance_ch: i64,
}

mirror! {
    #[serde(rename_all = "snake_case")]
    enum AppealState for attendance::posting::AppealState {
        Open,
        /// A correction waits for the second person.
        Waits,
        Granted,
        Dismissed,
    }
}

/// `POST /api/hours/appeals/{id}`: an operator's decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AppealDecision {
    /// `None` = the appeal is dismissed.
    pub correction: Option<CorrectionFigures>,
    /// Shown to the trainee; 1 to 1000 characters.
    pub answer: String,
}

/// The amount to add or take away, and the reason (CR-20).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CorrectionFigures {
    #[ts(type = "number")]
    pub delta_ch: i64,
    #[serde(with = "wire")]
    #[ts(as = "ReasonCode")]
    pub code: attendance::posting::ReasonCode,
    pub text: String,
    /// The balance seen at the decision; refused `changed` if it differs by now.
    #[ts(type = "number")]
    pub seen_balance_ch: i64,
}

/// `POST /api/hours/corrections`: an operator corrects a result without an appeal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NewCorrection {
    pub lesson: String,
    pub person: String,
    pub figures: CorrectionFigures,
}

/// `POST /api/hours/{lesson}/revocations`: an operator has proof that somebody else attended in this
/// person's name. It waits for a second person like a correction, with `delta_ch` of the whole balance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NewRevocation {
    pub person: String,
    /// The proof; 1 to 1000 characters.
    pub text: String,
}

/// A correction that waits for a second person, or was refused in the last days
/// (`GET /api/hours/corrections`). The second person sends [`Approval`] to
/// `POST /api/hours/corrections/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WaitingCorrection {
    #[ts(type = "number")]
    pub id: u64,
    pub lesson: String,
    pub title: String,
    pub person: String,
    pub name: String,
    pub figures: CorrectionFigures,
    /// Why the server asks for it, if it does: the deciding reason of the new computation.
    #[serde(default, with = "wire")]
    #[ts(as = "Option<Reason>")]
    pub because: Option<attendance::decision::Reason>,
    /// Name of the person who asks for it; `None` = the server, as a final result was computed again and came
    /// to less. Two people must approve that.
    pub by: Option<String>,
    /// Whether another person than the viewer must approve it.
    pub own: bool,
    #[ts(type = "number")]
    pub at_ms: u64,
    /// It waits no more: refused lately, with these words.
    pub refused: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Approval {
    pub approve: bool,
    /// Why it is refused, for the other operators; at most 1000 characters.
    #[serde(default)]
    #[ts(optional)]
    pub text: Option<String>,
}

/// Answer to a correction or a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Corrected {
    Entered,
    /// It needs a second person.
    Waits,
}
