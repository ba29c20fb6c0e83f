//! When a class was held: an end that is taken back, and the start that two people declare afterwards.
//! Instants are the server's milliseconds.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Stretch;

/// `GET /api/lessons/{lesson}/end`: whether the class has ended, for those who were sent out by that.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ClassEnd {
    pub ended: bool,
    /// Until when whoever asks may take the end back by `POST /api/lessons/{lesson}/end/take-back`; none: it is
    /// somebody else's end, or too late.
    #[ts(type = "number | null")]
    pub take_back_until_ms: Option<u64>,
}

/// `GET /api/hours/{lesson}/held`, for staff: when the class may have been held, and what was declared of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Held {
    /// When something of the instructor arrived, short gaps bridged: start and end of what is declared lie in
    /// these.
    pub media: Vec<Stretch>,
    #[ts(type = "number")]
    pub planned_start_ms: u64,
    #[ts(type = "number")]
    pub planned_end_ms: u64,
    /// Until when something may be declared; none: the class was not judged yet, or it is too late.
    #[ts(type = "number | null")]
    pub until_ms: Option<u64>,
    /// Waits for a second person.
    pub waiting: Option<Declaration>,
    /// What two people have declared, the oldest first.
    pub declared: Vec<Declaration>,
    /// Whoever asks may declare, and confirm what another one has declared.
    pub may_declare: bool,
    pub may_confirm: bool,
}

/// The class was held from `from_ms` to `to_ms`, somebody says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Declaration {
    #[ts(type = "number")]
    pub id: u64,
    #[ts(type = "number")]
    pub from_ms: u64,
    #[ts(type = "number")]
    pub to_ms: u64,
    pub text: String,
    /// Name of who declared it.
    pub by: String,
    /// True: another person must confirm it than the one who looks at it now.
    pub own: bool,
    #[ts(type = "number")]
    pub at_ms: u64,
}

/// One of `GET /api/hours/declarations`, for those who confirm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WaitingDeclaration {
    pub lesson: String,
    pub title: String,
    pub declaration: Declaration,
}

/// `POST /api/hours/{lesson}/held`. It waits for a second person, who sends [`super::Approval`] to
/// `POST /api/hours/declarations/{id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NewDeclaration {
    #[ts(type = "number")]
    pub from_ms: u64,
    #[ts(type = "number")]
    pub to_ms: u64,
    /// Why it was not started then, 1 to 1000 characters.
    pub text: String,
}
