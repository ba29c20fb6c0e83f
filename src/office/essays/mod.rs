//! Essays from the first draft to the end of a review. [`writing`] by authors, [`sharing`] among reviewers,
//! [`reviewing`] by them, [`alike`] passages shared with other essays, [`best`] ones that everybody may read.

use crate::essay::{file, review, text, way};
use crate::programme::requirement::EssayRule;
use crate::protocol::{self, EssayMarks, EssayReview, EssayState, EssayVerdict};
use crate::store::essays::reviews::Reviewed;

mod alike;
pub mod best;
pub mod reviewing;
pub mod sharing;
#[cfg(test)]
mod tests;
pub mod writing;

/// The reason why a request about essays is refused.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// Not found, or not for this person.
    #[error("there is no such essay here")]
    NotFound,
    #[error(transparent)]
    Way(#[from] way::Refused),
    #[error(transparent)]
    Length(#[from] text::TooLong),
    #[error(transparent)]
    File(#[from] file::Unreadable),
    #[error(transparent)]
    Review(#[from] review::Bad),
    /// The author took it back, or somebody else has it by now.
    #[error("this is not the text that is to be reviewed any more")]
    Changed,
    #[error("there is nobody else who may review this essay")]
    Nobody,
    #[error("{0} may not review")]
    NoReviewer(String),
    #[error("a question is needed, or is too long")]
    Question,
    #[error("the store does not answer")]
    Store(#[source] anyhow::Error),
}

impl From<anyhow::Error> for Refused {
    fn from(error: anyhow::Error) -> Refused {
        Refused::Store(error)
    }
}

pub type Answer<T> = Result<T, Refused>;

/// The requirements of an essay at hand-in.
fn bounds(rule: &EssayRule) -> way::Bounds {
    way::Bounds { least: rule.least, due: rule.closes() }
}

/// The state in its wire form.
fn shown_state(state: way::State) -> EssayState {
    match state {
        way::State::Draft => EssayState::Draft,
        way::State::Submitted => EssayState::Submitted,
        way::State::Returned => EssayState::Returned,
        way::State::Accepted => EssayState::Accepted,
    }
}

/// The review in its wire form, without its author.
fn shown_review(reviewed: &Reviewed) -> EssayReview {
    let review::Marks { theme, order, structure, logic } = reviewed.review.marks;
    EssayReview {
        verdict: match reviewed.review.verdict {
            review::Verdict::Accept => EssayVerdict::Accept,
            review::Verdict::Return => EssayVerdict::Return,
        },
        marks: EssayMarks { theme, order, structure, logic },
        words: reviewed.review.words.clone(),
        at_ms: reviewed.at_ms,
    }
}

/// The review of a form.
fn read_review(new: &protocol::ReviewEssay) -> Result<review::Review, review::Bad> {
    let EssayMarks { theme, order, structure, logic } = new.marks;
    let verdict = match new.verdict {
        EssayVerdict::Accept => review::Verdict::Accept,
        EssayVerdict::Return => review::Verdict::Return,
    };
    review::Review::check(verdict, review::Marks { theme, order, structure, logic }, &new.words)
}
