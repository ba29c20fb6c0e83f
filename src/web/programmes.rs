//! The front door: programmes and phases ([`catalogue`]), the trainee's own registration ([`mine`]), the
//! office ([`office`]), tables as files ([`files`], one import at a time: [`imports`]), classes and lessons
//! ([`classes`]), surveys ([`surveys`]), self-tests ([`quizzes`], [`quiz_bank`]) and the [`reports`] of a phase.
//! `account::role` says who may do what; things outside of a person's range are answered as
//! unknown.

use axum::extract::rejection::QueryRejection;
use axum::extract::{FromRequestParts, Query};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::error::Refused;
use crate::office::OfficeRefusal;
use crate::programme::enrolment;
use crate::protocol::Refusal;
use crate::text::mistake::{Mistake, Wrong};

pub(super) mod catalogue;
pub(super) mod classes;
pub(super) mod concerns;
pub(super) mod files;
pub(super) mod imports;
pub(super) mod mine;
pub(super) mod office;
pub(super) mod quiz_bank;
pub(super) mod quizzes;
pub(super) mod reports;
pub(super) mod surveys;

/// The query of an address; an unreadable one is refused in our own words.
pub(super) struct Asked<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Asked<T>, Refused> {
        let query = Query::<T>::from_request_parts(parts, state).await;
        query.map(|Query(query)| Asked(query)).map_err(|_: QueryRejection| Refusal::Malformed.into())
    }
}

impl From<OfficeRefusal> for Refused {
    fn from(refused: OfficeRefusal) -> Refused {
        use OfficeRefusal as R;
        let (code, message) = match refused {
            R::SchoolFull(school) => {
                let message = format!("{school} has as many as the phase allows a school.");
                return Refused::new(StatusCode::CONFLICT, "school_full", message);
            }
            R::NotFound => {
                return Refused::not_found("There is no such programme, phase, class or person for you.");
            }
            R::Store(error) => return Refused::store(error),
            R::Wrong(wrong) => return Refused::wrong(wrong),
            R::Reason => return Refused::wrong(vec![Mistake::field("reason", Wrong::Missing)]),
            R::Step(enrolment::Refused::NotOpen) => ("not_open", "Registration has not opened yet."),
            R::Step(enrolment::Refused::Closed) => ("closed", "Registration is closed."),
            R::Step(enrolment::Refused::WrongState) => {
                ("wrong_state", "This does not fit the state of the registration; load the page anew.")
            }
            R::Step(enrolment::Refused::StudyOver) => {
                ("study_over", "The study of this phase is over; ask your unit if something is wrong.")
            }
            R::Taken => ("taken", "There is one with this name or number already."),
            // One answer for both: trying numbers must not reveal their owners.
            R::RegisteredAlready | R::DocumentTaken => {
                ("document_refused", "You cannot register with this document number; ask your unit.")
            }
            R::OtherDocument => (
                "other_document",
                "You registered with another document before; ask your unit to put it right.",
            ),
            R::Quota => ("quota", "All seats of the unit are taken."),
            R::OutOfTurn => ("out_of_turn", "Others of the unit have waited longer: give a reason."),
            R::ClassFull => ("class_full", "This class is full; choose another one."),
            R::ClassNotForYou => (
                "class_not_for_you",
                "This class has another direction, or is not hosted by a higher vocational school.",
            ),
            R::NoChoice => ("no_choice", "In this phase the office forms the classes."),
        };
        Refused::new(StatusCode::CONFLICT, code, message)
    }
}
