//! CORE: the identity of people, the proof of it, and their rights. Pure: told `now`, returns values; nothing
//! is stored here.
//!
//! `name` · `document` · `birth` months of birth · `telephone` | `password` · `totp` the second factor |
//! `role` rights by role · `audit` the chain of acts.

pub mod audit;
pub mod birth;
pub mod document;
pub mod name;
pub mod password;
pub mod role;
pub mod telephone;
pub mod totp;

/// Possible ages of a trainee, years.
const AGE_MIN: i32 = 16;
const AGE_MAX: i32 = 100;
