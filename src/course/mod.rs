//! CORE: before a class there are people with proven identity: who may register when, who has a seat,
//! which class it is in and when it meets. Pure: told `now`, returns values; nothing is stored here.
//!
//! `person` names, documents, telephones · `unit` the 37 provincial units · `phase` windows and
//! figures | `enrolment` the way of a registration · `quota` seats of a unit, `school_limit` of a school · `cohort` classes of 100 |
//! `timetable` what is now or next, `concerns` what is unusual in it · `calendar` the same as a file | `registration` forms, `notice` what is agreed to with one · `nomination` the units' lists, `heads`, `columns` and `nation` what stands in them, `plain` what a text means, `told` what is said of a file ·
//! `role` who may what · `password` · `totp` the second factor · `network_check` what one says · `audit` the chain of what was done.
//! Rules: `S1-…`, `S0-…` name rows of the seed notices, `R…` their tables.

pub mod audit;
pub mod calendar;
pub mod cohort;
pub mod columns;
pub mod concerns;
pub mod enrolment;
pub mod heads;
pub mod nation;
pub mod network_check;
pub mod nomination;
pub mod notice;
pub mod password;
pub mod person;
pub mod phase;
pub mod plain;
pub mod quota;
pub mod quota_table;
pub mod registration;
pub mod role;
pub mod school_limit;
pub mod summary;
pub mod timetable;
pub mod told;
pub mod totp;
pub mod unit;
