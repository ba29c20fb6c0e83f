//! CORE: the certificate of completion (结业证书). Pure: fonts, seal and keys come in as bytes, nothing is stored
//! here.
//!
//! `number` its number · `content` printed and hashed · `wording` its words · `print` the PDF | `signed` the
//! proof in the PDF, the badge and the list of withdrawn ones | `verification` the key of its page · `person`
//! the public part of a person's data · `state` its states.

pub mod content;
pub mod number;
pub mod person;
pub mod print;
pub mod signed;
pub mod state;
pub mod verification;
pub mod wording;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
