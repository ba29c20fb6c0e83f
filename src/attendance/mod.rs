//! CORE: what was seen, and what it is worth in credit hours (学时).
//!
//! Facts → [`audit`] → [`event`]s of one lesson → [`lesson`] → [`presence`] → [`blocks`] →
//! [`credit::assess`] → decision with reasons. The server and `live-classroom hours` take the same
//! path. All figures come from a [`policy`]; all arithmetic is in integers.

pub mod account;
mod attention;
pub mod audit;
pub mod blocks;
pub mod coverage;
pub mod credit;
pub mod date;
pub mod decision;
pub mod event;
pub mod export;
pub mod fact;
pub mod interval;
pub mod ledger;
pub mod lesson;
pub mod policy;
pub mod policy_fact;
pub mod policy_form;
pub mod posting;
pub mod presence;
pub mod reason;
pub mod record;
pub mod report;
pub mod sheet;

/// Version of the rules by which lessons are judged: whoever changes what some facts are worth, or the reasons that are
/// given for it, raises it by one. Each result keeps the version that it was computed by. One that is provisional is
/// judged again under later rules, one that is final stays as it is.
pub const RULES_VERSION: u32 = 2;

#[cfg(test)]
mod tests;
