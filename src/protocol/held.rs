//! The time in which a class was held: an end that is taken back, and a time that two people declare
//! afterwards. Instants are the server's milliseconds.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Stretch;
use crate::{time, wire};

/// `GET /api/lessons/{lesson}/end`: whether the class has ended, for the people it sent out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ClassEnd {
    pub ended: bool,
    /// Whether it went live, so that there is something to watch.
    pub began: bool,
    /// Until when the asking person may take the end back by `POST /api/lessons/{lesson}/end/take-back`;
    /// `None` = it is another person's end, or too late.
    #[ts(type = "number | null")]
    pub take_back_until_ms: Option<u64>,
}

/// `GET /api/hours/{lesson}/held`, for staff: the possible times of the class, and the declarations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Held {
    /// The time in which something of the instructor arrived, short gaps bridged: start and end of a
    /// declaration must be within it.
    #[serde(with = "wire")]
    #[ts(as = "Vec<Stretch>")]
    pub media: Vec<time::Stretch>,
    #[ts(type = "number")]
    pub planned_start_ms: u64,
    #[ts(type = "number")]
    pub planned_end_ms: u64,
    /// Until when a declaration is possible; `None` = the class is not judged yet, or it is too late.
    #[ts(type = "number | null")]
    pub until_ms: Option<u64>,
    /// The declaration that waits for a second person.
    pub waiting: Option<Declaration>,
    /// The declarations by two people, oldest first.
    pub declared: Vec<Declaration>,
    /// Whether the asking person may declare, and confirm another's declaration.
    pub may_declare: bool,
    pub may_confirm: bool,
}

/// One person's declaration that the class was held from `from_ms` to `to_ms`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Declaration {
    #[ts(type = "number")]
    pub id: u64,
    #[ts(type = "number")]
    pub from_ms: u64,
    #[ts(type = "number")]
    pub to_ms: u64,
    pub text: String,
    /// Name of the declaring person.
    pub by: String,
    /// Whether another person than the viewer must confirm it.
    pub own: bool,
    #[ts(type = "number")]
    pub at_ms: u64,
}

/// One of `GET /api/hours/declarations`, for people who confirm.
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
    /// Why the class was not started then, 1 to 1000 characters.
    pub text: String,
}
