//! Credit hours on disk, by table: [`results`] of lessons, [`judged`] the present ones, [`entries`] the
//! ledger under its signed [`heads`], [`completions`] of courses, [`appeals`], [`corrections`] and
//! [`declarations`] by people; [`balances`], [`account`] and [`class`] read across them. [`verify`] checks
//! all of it, [`sealing`] takes over books of earlier versions, [`asking`] proves who asked first. The office
//! decides when to judge, enter and decide.

pub(crate) mod account;
pub(crate) mod appeals;
pub(crate) mod asking;
pub(crate) mod balances;
pub(crate) mod body;
mod class;
pub(crate) mod completions;
pub(crate) mod corrections;
pub(crate) mod declarations;
pub(crate) mod entries;
pub(crate) mod facts;
pub(crate) mod heads;
pub(crate) mod judged;
pub(crate) mod results;
mod sealing;
mod verify;

pub use class::{ClassLists, Classmate};
pub(super) use completions::completed;
pub use entries::Entries;
pub use results::{Results, StoredResult};
pub(super) use sealing::{Sealing, take_over};
pub use verify::{Kept, Verified};

/// The actor if no person acts.
pub(crate) const SERVER: &str = "server";

/// Longest list of requests.
const LIST_MAX: i64 = 500;
