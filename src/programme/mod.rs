//! CORE: people with proven identity before and after their classes: who may register when, who has a seat,
//! which class they are in and when it meets; after the last lesson, how the phase ends for each of them.
//! Pure: told `now`, returns values; nothing is stored here.
//!
//! Before a class: `phase` its windows and figures · `unit` the 37 provincial units · `quota` seats of a unit,
//! `quota_table` as a file · `school_limit` seats of a school · `registration` the form · `notice` the text that
//! people consent to · `enrolment` states of a registration · `nomination` the units' lists, with `heads`, `columns`
//! and `nation` for their cells and `told` for the answer about a file.
//! Around classes: `cohort` classes of 100 · `course` their courses · `timetable` what is now or next ·
//! `concerns` unusual entries of it · `calendar` the same as a file.
//! The end of a phase: `requirement` to complete it · `pace` who is behind · `conclusion` passed or failed ·
//! `survey` and `quiz` questions to trainees · `attainment` results of people, `summary` by unit, `kept_report` as
//! files · `stored` the stored texts of requirements, conclusions and surveys.
//!
//! Rules: `S1-…`, `S0-…` name rows of the seed notices, `R…` their tables.

pub mod attainment;
pub mod calendar;
pub mod cohort;
pub mod columns;
pub mod concerns;
pub mod conclusion;
pub mod course;
pub mod enrolment;
pub mod heads;
pub mod kept_report;
pub mod nation;
pub mod nomination;
pub mod notice;
pub mod pace;
pub mod phase;
pub mod quiz;
pub mod quota;
pub mod quota_table;
pub mod registration;
pub mod requirement;
pub mod school_limit;
pub mod stored;
pub mod summary;
pub mod survey;
pub mod timetable;
pub mod told;
pub mod unit;
