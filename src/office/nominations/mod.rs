//! The units' lists of nominees (参训信息汇总表, R2): [`importing`] of files, [`one`] at a time, [`listing`] as
//! pages and as a file.

pub mod importing;
pub mod listing;
pub mod one;

pub use importing::import;
pub use listing::{export, page};
pub use one::{remove, replace};
