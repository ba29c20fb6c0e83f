//! Registrations: a trainee's [`own`] · `beginning` to study · `deciding` on them, with the seats of units
//! (`seats`) and schools (`schools`) · `correcting` them, compared with the units' lists (`beside`) · the
//! lists, pages and files of the office (`listing`, `export`).

mod beginning;
mod beside;
mod correcting;
mod deciding;
pub(super) mod export;
mod form;
pub(super) mod listing;
pub mod own;
mod schools;
pub(super) mod seats;

pub(super) use beginning::begin;
pub use correcting::{correct, reveal};
pub use deciding::decide;
pub use export::{LinesOf, export};
pub use listing::{Filter, Listed, counts, differing, one, page};
pub use own::{save, save_all, withdraw};
