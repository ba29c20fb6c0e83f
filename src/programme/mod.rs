//! CORE: people with proven identity before and after their classes: who may register when, who has a seat,
//! which class they are in and when it meets; after the last lesson, how the phase ends for each of them.
//! Pure: told `now`, returns values; nothing is stored here.
//!
//! `phase` windows and figures · `requirement` what it asks for, `pace` who is behind, `conclusion` how it ends for somebody · `unit` the 37 provincial units · `quota` seats of a unit, `quota_table` the same as a
//! file · `school_limit` seats of a school | `registration` the form · `notice` what is agreed to with it · `enrolment` the way of a
//! registration | `nomination` the units' lists, `heads`, `columns` and `nation` what stands in them, `told` what is said of
//! a file | `cohort` classes of 100 · `course` what they are taught · `timetable` what is now or next · `concerns` what is unusual in it · `calendar` the
//! same as a file | `attainment` what people came to, `summary` the same by unit, `kept_report` files of it | `survey` what trainees
//! are asked in the end, `quiz` what they test themselves with | `stored` the texts in which requirements, conclusions and surveys are kept.
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
