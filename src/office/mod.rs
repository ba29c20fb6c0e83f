//! OFFICE: the use cases of everybody who plans, registers, decides, judges and publishes. Each is a free
//! async function whose order can be read on one page: the form is checked → a transaction begins
//! ([`Store::write`]) → rows are read → a rule of CORE decides → rows are written → the audit event is
//! written → the transaction commits.
//!
//! SQL is in the store (one module for each table); rules are in CORE (`programme`, `account`, `attendance`);
//! wire forms and the status of refusals are in `web`. A decision holds the one writing transaction from
//! reading to writing, so that no two decisions see the same free seat (I-13); decisions with special rights
//! are written into the audit log in that transaction (I-17).
//!
//! The front door: [`programmes`] with their [`policies`], [`phases`], [`units`] and [`quotas`] ·
//! [`nominations`], the units' lists · [`registrations`] of trainees, and the decisions on them ·
//! [`classes`], [`courses`] and [`lessons`] · [`reports`] of a phase. They refuse with an
//! [`OfficeRefusal`].
//!
//! Credit hours: [`books`] judges, enters, corrects, and shows people their credit.
//!
//! People: [`accounts`] with passwords, [`passwords`] their hashing, [`links`] for people without accounts.
//! The timetable: [`timetable`] plans of lessons, [`calendars`], [`announcements`] · [`network_checks`] ·
//! [`publications`] of recordings · [`retention`] what is forgotten by itself · [`requirements`] of a phase,
//! [`goals`] how far a trainee meets them, [`essays`] from a draft to the end of a review, [`surveys`] of
//! trainees, their self-tests in [`quizzes`], [`certificates`] for those who have completed.
//!
//! [`Store::write`]: crate::store::Store::write

use self::refusal::reason;

pub mod accounts;
pub mod announcements;
pub mod books;
pub mod calendars;
pub mod certificates;
pub mod classes;
pub mod courses;
pub mod essays;
pub mod goals;
pub mod lessons;
pub mod links;
pub mod network_checks;
pub mod nominations;
pub mod passwords;
pub mod phases;
pub mod policies;
pub mod programmes;
pub mod publications;
pub mod quizzes;
pub mod quotas;
mod refusal;
pub mod registrations;
pub mod reports;
pub mod requirements;
pub mod retention;
pub mod surveys;
pub mod timetable;
pub mod units;

pub use refusal::{Answer, OfficeRefusal};

/// Whether a file is taken, or only checked: people see what would be taken before they confirm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    Yes,
    No,
}

#[cfg(test)]
mod tests;
