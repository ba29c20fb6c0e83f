//! CORE: presence in lessons, and its worth in credit hours (学时).
//!
//! Facts → [`audit`] → [`event`]s of one lesson → [`lesson`] → [`presence`] → [`blocks`] →
//! [`credit::assess`] → decision with reasons. The server and `live-classroom hours` take the same
//! path. All figures come from a [`policy`]; all arithmetic is in integers.

pub mod account;
mod attention;
pub mod audit;
pub mod blocks;
pub mod conversion;
pub mod coverage;
pub mod credit;
pub mod decision;
pub mod event;
pub mod export;
pub mod fact;
pub mod judgement;
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

/// Version of the rules by which lessons are judged. Every change to the worth of some facts, or to the
/// reasons given, raises it by one. Each result keeps the version that computed it. A provisional result is
/// judged again under later rules; a final one stays as it is.
pub const RULES_VERSION: u32 = 3;

#[cfg(test)]
mod tests;
