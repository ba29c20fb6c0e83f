//! The self-test of a phase: its rule and bank ([`bank`], [`importing`]), tries of trainees ([`taking`],
//! [`ending`]), and their results ([`results`]). Right answers leave the server only for the office, and for
//! trainees who have no try left.

use super::OfficeRefusal;
use crate::programme::quiz::paper::{BankSmall, NotTaken};
use crate::programme::quiz::way::{NotBegun, Tries};
use crate::store::quizzes::papers::Paper;

pub mod bank;
pub mod ending;
pub mod importing;
pub mod results;
pub mod taking;

/// Why something about a self-test is refused.
#[derive(Debug, thiserror::Error)]
pub enum QuizRefusal {
    #[error(transparent)]
    Office(#[from] OfficeRefusal),
    #[error(transparent)]
    NotBegun(#[from] NotBegun),
    #[error(transparent)]
    NotTaken(#[from] NotTaken),
    #[error(transparent)]
    BankSmall(#[from] BankSmall),
    /// By hand or by time.
    #[error("this try has ended")]
    Ended,
    /// Another try is the next one, or is running.
    #[error("this is not the try that is to begin")]
    OtherTry,
    #[error("the question was answered on another device meanwhile")]
    Elsewhere,
    #[error("the answer was changed too often")]
    Often,
    #[error("right answers are not shown yet")]
    NotShown,
    /// With a question of the same text.
    #[error("the bank has this question already")]
    Taken,
}

impl From<anyhow::Error> for QuizRefusal {
    fn from(error: anyhow::Error) -> QuizRefusal {
        QuizRefusal::Office(error.into())
    }
}

pub type Answer<T> = Result<T, QuizRefusal>;

/// The sum of a person's papers: ended tries, whether one was passed, best points.
pub(super) fn tries(papers: &[Paper]) -> Tries {
    let ended = papers.iter().filter_map(|paper| paper.ended.as_ref());
    ended.fold(Tries::default(), |before, ended| Tries {
        ended: before.ended + 1,
        passed: before.passed || ended.mark.passed,
        best: before.best.max(ended.mark.points),
    })
}
