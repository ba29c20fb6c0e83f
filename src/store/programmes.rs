//! The front door on disk: programmes with their phases, units and quotas ([`catalogue`], [`units`],
//! [`quotas`]), the units' lists ([`nominations`], [`importing`] of files, [`nominees`] one by one), registrations ([`registrations`] of trainees,
//! [`consents`], [`deciding`], [`office`], [`correcting`], [`beginning`]), [`classes`] and their [`lessons`]
//! (made in [`making`]).
//!
//! Whoever decides holds the one writing transaction from reading to writing, so that no two decisions
//! know of the same seat (I-13); whatever was decided with special rights is written into the audit log
//! in that transaction. Document numbers and telephones are sealed; what is compared is their keyed hash.

use serde::de::DeserializeOwned;

use super::Store;
use super::db::{Lane, Writing};
use crate::course::enrolment;
use crate::protocol::Mistake;
use crate::sheet::Unreadable;

pub(in crate::store) mod beginning;
mod catalogue;
mod classes;
mod concerns;
mod consents;
mod correcting;
mod deciding;
mod importing;
mod lessons;
mod making;
mod nominations;
mod nominees;
mod office;
mod policies;
mod private;
mod quotas;
mod registrations;
mod schools;
mod seats;
mod stored;
mod summary;
mod units;

pub use classes::Forming;
pub use concerns::Planned;
pub use office::{Filter, LinesOf, Listed};

/// Why something is refused.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// It is not there, or not for the one who asks.
    #[error("there is no such thing")]
    NotFound,
    #[error("there is one already")]
    Taken,
    #[error("something is wrong with what was filled in")]
    Wrong(Vec<Mistake>),
    #[error(transparent)]
    Step(#[from] enrolment::Refused),
    #[error("this document is registered in the phase already")]
    RegisteredAlready,
    #[error("this document belongs to another account")]
    DocumentTaken,
    #[error("this person has registered with another document")]
    OtherDocument,
    #[error("no seat of the unit is free")]
    Quota,
    #[error("others of the unit have waited longer: that needs a reason")]
    OutOfTurn,
    /// Its name.
    #[error("{0} has as many as the phase allows a school")]
    SchoolFull(String),
    #[error("the class is full")]
    ClassFull,
    #[error("this class is not for this trainee")]
    ClassNotForYou,
    #[error("classes are not chosen in this phase")]
    NoChoice,
    #[error("a reason is needed, or is too long")]
    Reason,
    #[error("the store does not answer")]
    Store(#[source] anyhow::Error),
}

impl From<anyhow::Error> for Refused {
    fn from(error: anyhow::Error) -> Refused {
        Refused::Store(error)
    }
}

impl From<sqlx::Error> for Refused {
    fn from(error: sqlx::Error) -> Refused {
        Refused::Store(error.into())
    }
}

impl From<Unreadable> for Refused {
    fn from(why: Unreadable) -> Refused {
        Refused::Wrong(vec![why.into()])
    }
}

impl Refused {
    fn field(field: &str, wrong: crate::protocol::Wrong) -> Refused {
        Refused::Wrong(vec![Mistake::field(field, wrong)])
    }
}

/// What was asked for, or why not.
pub type Answer<T> = Result<T, Refused>;

/// Whether a file is taken, or only looked at: people see what would be taken before they say so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    Yes,
    No,
}

/// Longest reason, characters.
const REASON_CHARS_MAX: usize = 200;

impl Store {
    async fn writing(&self) -> Answer<Writing> {
        Ok(self.db.write(Lane::Office).await?)
    }
}

/// A reason that people read.
fn reason(text: &str, needed: bool) -> Answer<&str> {
    let text = text.trim();
    let fits = text.chars().count() <= REASON_CHARS_MAX && !text.chars().any(char::is_control);
    if fits && !(needed && text.is_empty()) { Ok(text) } else { Err(Refused::Reason) }
}

/// What the database keeps as JSON.
fn json<T: DeserializeOwned>(text: &str) -> anyhow::Result<T> {
    Ok(serde_json::from_str(text)?)
}

fn count(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
