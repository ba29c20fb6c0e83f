//! CORE: the essay (学习心得, 教学研究文章) of a phase: how it is counted, extracted from files, compared and reviewed.
//! Essays are written by strangers and read by others: they are text from the first step to the last, never a
//! page.
//!
//! [`text`] its kept form · [`mod@count`] its length (E-1) · [`mod@file`] the text of an upload, [`docx`]
//! that of a Word document | [`letters`] the compared part of a text · [`prints`] its fingerprint ·
//! [`similar`] passages repeated in it or shared with another · [`index`] which others to compare | [`way`]
//! from a draft to the end of a review · [`review`] by a reviewer · [`share`] who reviews what.

pub mod count;
mod docx;
pub mod file;
pub mod index;
mod letters;
pub mod prints;
pub mod review;
pub mod share;
pub mod similar;
pub mod text;
pub mod way;

pub use count::count;
