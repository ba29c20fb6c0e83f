//! A review of an essay: four marks, words, and whether it is accepted.

use serde::{Deserialize, Serialize};

use super::way::Step;
use crate::text::visible;

/// Longest words to the author, characters.
pub const WORDS_CHARS_MAX: usize = 1_000;
/// The best mark; the worst is 1.
pub const MARK_MAX: u8 = 5;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Accept,
    /// The author may hand it in again, until the due date.
    Return,
}

impl Verdict {
    /// The step of the essay that follows.
    pub fn step(self) -> Step {
        match self {
            Verdict::Accept => Step::Accept,
            Verdict::Return => Step::Return,
        }
    }
}

/// Marks by the four criteria, from 1 to [`MARK_MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks {
    /// 主题鲜明: it has one subject, and says it.
    pub theme: u8,
    /// 条理清晰: one thing follows from another.
    pub order: u8,
    /// 结构完整: it has a beginning, a middle and an end.
    pub structure: u8,
    /// 逻辑严谨: what it claims it also shows.
    pub logic: u8,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    pub verdict: Verdict,
    pub marks: Marks,
    /// Words to the author; empty only if the essay is accepted.
    pub words: String,
}

/// The reason why a review is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Bad {
    #[error("every criterion needs a mark from 1 to 5")]
    Marks,
    #[error("who returns an essay says what to change")]
    NoWords,
    #[error("the words are too long")]
    TooLong,
}

impl Review {
    /// Checks a review as filled in.
    pub fn check(verdict: Verdict, marks: Marks, words: &str) -> Result<Review, Bad> {
        let Marks { theme, order, structure, logic } = marks;
        if ![theme, order, structure, logic].iter().all(|mark| (1..=MARK_MAX).contains(mark)) {
            return Err(Bad::Marks);
        }
        let words = visible(words).trim().to_owned();
        if words.chars().count() > WORDS_CHARS_MAX {
            return Err(Bad::TooLong);
        }
        if verdict == Verdict::Return && words.is_empty() {
            return Err(Bad::NoWords);
        }
        Ok(Review { verdict, marks, words })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_review_has_four_marks_and_who_returns_says_why() {
        let marks = Marks { theme: 5, order: 4, structure: 3, logic: 1 };
        let longest = "字".repeat(WORDS_CHARS_MAX);
        for (verdict, marks, words, expected) in [
            (Verdict::Accept, marks, "", Ok("")),
            (Verdict::Return, marks, " 请补充\u{202e}例子 ", Ok("请补充例子")),
            (Verdict::Return, marks, &longest, Ok(longest.as_str())),
            (Verdict::Return, marks, " \n\u{200b}", Err(Bad::NoWords)),
            (Verdict::Accept, marks, &format!("{longest}字"), Err(Bad::TooLong)),
            (Verdict::Accept, Marks { theme: 0, ..marks }, "", Err(Bad::Marks)),
            (Verdict::Accept, Marks { logic: 6, ..marks }, "", Err(Bad::Marks)),
        ] {
            let found = Review::check(verdict, marks, words);
            assert_eq!(found.as_ref().map(|one| one.words.as_str()).map_err(|bad| *bad), expected);
        }
        assert_eq!(WORDS_CHARS_MAX as u64, crate::protocol::shared::limit("essay_review_chars_max"));
    }
}
