//! The reasons why a use case of the front door refuses, and the check of reasons that people give.

use crate::programme::enrolment;
use crate::sheet::Unreadable;
use crate::store::registrations::RegistrationError;
use crate::text::mistake::{Mistake, Wrong};

/// The reason why a request about programmes, phases, registrations, classes or lists is refused.
#[derive(Debug, thiserror::Error)]
pub enum OfficeRefusal {
    /// Not found, or not for this person.
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
    /// Name of the school.
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

/// The result of a use case, or its refusal.
pub type Answer<T> = Result<T, OfficeRefusal>;

impl From<anyhow::Error> for OfficeRefusal {
    fn from(error: anyhow::Error) -> OfficeRefusal {
        OfficeRefusal::Store(error)
    }
}

impl From<RegistrationError> for OfficeRefusal {
    fn from(error: RegistrationError) -> OfficeRefusal {
        match error {
            RegistrationError::RegisteredAlready => OfficeRefusal::RegisteredAlready,
            RegistrationError::Store(error) => OfficeRefusal::Store(error),
        }
    }
}

impl From<Unreadable> for OfficeRefusal {
    fn from(why: Unreadable) -> OfficeRefusal {
        OfficeRefusal::Wrong(vec![why.into()])
    }
}

impl OfficeRefusal {
    /// The refusal of one wrong field.
    pub fn field(field: &str, wrong: Wrong) -> OfficeRefusal {
        OfficeRefusal::Wrong(vec![Mistake::field(field, wrong)])
    }
}

/// Longest reason, characters.
const REASON_CHARS_MAX: usize = 200;

/// A reason for people to read, trimmed.
pub(super) fn reason(text: &str, needed: bool) -> Answer<&str> {
    let text = text.trim();
    let fits = text.chars().count() <= REASON_CHARS_MAX && !text.chars().any(char::is_control);
    if fits && !(needed && text.is_empty()) { Ok(text) } else { Err(OfficeRefusal::Reason) }
}
