//! The tables `registrations` and `registration_steps`: [`stored`] a whole registration, sealed and opened ·
//! [`mod@standing`] the input of a decision, and the columns that it changes · [`steps`] of a registration ·
//! [`seats`] their holders and the waiting lists · [`own`] those of one person · [`listing`] the lists of the
//! office.

use super::Store;

mod listing;
mod own;
mod seats;
mod standing;
mod steps;
mod stored;

pub use listing::{Listed, OpenLine, SealedLine, Sought, StepLine, Wanted};
pub use own::OwnRegistration;
pub use seats::{
    Member, held_by_school, member, seat_holders, seats_taken, seats_taken_by_unit, units_waiting, waiting,
    waiting_before,
};
pub use standing::{
    InClass, Standing, ToPlace, in_class_of, put_into_class, recommend, standing, standing_of_person, submit,
    to_place,
};
pub use steps::{Step, note, set_state};
pub use stored::{
    DocumentUses, Registration, RegistrationError, SealedRegistration, begin_draft, document_uses, find,
    of_person, write,
};

/// Reads registrations.
pub struct Registrations<'a>(&'a Store);

impl Store {
    pub fn registrations(&self) -> Registrations<'_> {
        Registrations(self)
    }
}
