//! What people ask and decide about a result: appeals, corrections, revocations, and the second person.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Reason;

/// Why people may correct a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReasonCode {
    PlatformFault,
    NetworkIncident,
    SignSheet,
    DataError,
    Accessibility,
    /// Needs words.
    Other,
}

/// `POST /api/hours/appeals`: a trainee asks for a review of the own result (申诉).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NewAppeal {
    pub lesson: String,
    /// 1 to 1000 characters.
    pub text: String,
}

/// An appeal, as its trainee and operators see it (`GET /api/hours/appeals`).
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
    pub state: AppealState,
    /// What the person who decided wrote; the trainee sees it when it is decided for good.
    pub answer: Option<String>,
    /// What the ledger says about the content now.
    #[ts(type = "number")]
    pub balance_ch: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AppealState {
    Open,
    /// A correction waits for the second person.
    Waits,
    Granted,
    Dismissed,
}

/// `POST /api/hours/appeals/{id}`: an operator decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AppealDecision {
    /// None dismisses it.
    pub correction: Option<CorrectionFigures>,
    /// Told to the trainee; 1 to 1000 characters.
    pub answer: String,
}

/// How much is added or taken away, and why (CR-20).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CorrectionFigures {
    #[ts(type = "number")]
    pub delta_ch: i64,
    pub code: ReasonCode,
    pub text: String,
    /// The balance on which it was decided; refused `changed` when it is another one by now.
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

/// A correction that waits for a second person, or was refused in the last days (`GET /api/hours/corrections`), who sends
/// [`Approval`] to `POST /api/hours/corrections/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WaitingCorrection {
    #[ts(type = "number")]
    pub id: u64,
    pub lesson: String,
    pub title: String,
    pub person: String,
    pub name: String,
    pub figures: CorrectionFigures,
    /// Why the server asks for it, if it does: what decided when the result was computed anew.
    pub because: Option<Reason>,
    /// Who asks for it, and when; nobody: the server, because a final result was computed anew and came to
    /// less. Two people must approve that.
    pub by: Option<String>,
    /// True: another person must approve it than the one who looks at it now.
    pub own: bool,
    #[ts(type = "number")]
    pub at_ms: u64,
    /// It waits no more: refused lately, with these words.
    pub refused: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Approval {
    pub approve: bool,
    /// Why it is refused, for the other operators; 1000 characters at most.
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
