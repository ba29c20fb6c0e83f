//! The reasons why a change of results is refused.

use crate::attendance::posting::Uncorrectable;

/// Longest text of an appeal, an answer or a correction, characters.
pub(super) const TEXT_MAX: usize = 1000;

/// The reason why it is refused.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error("there is no such result or appeal, or it is not yours")]
    NotFound,
    #[error("the lesson was not judged yet")]
    NotJudged,
    #[error("the time for appeals is over")]
    TooLate,
    #[error("your appeal about this lesson is being looked at")]
    AppealOpen,
    #[error("it was decided already")]
    Decided,
    #[error("the balance is another one than the one that was seen")]
    Changed,
    #[error("the same correction waits for a second person already")]
    AskedAlready,
    #[error("the audit log does not say that the first person asked for it")]
    NotAsked,
    #[error("nothing of the instructor arrived at the start or the end that was declared")]
    NotShown,
    #[error("write 1 to 1000 characters")]
    TextLength,
    #[error("{0}")]
    Uncorrectable(#[from] Uncorrectable),
    #[error("the store does not answer")]
    Store(#[source] anyhow::Error),
}

impl From<anyhow::Error> for Refused {
    fn from(error: anyhow::Error) -> Refused {
        Refused::Store(error)
    }
}

/// A required text, without the blanks around it.
pub(super) fn checked(text: &str) -> Result<&str, Refused> {
    let text = text.trim();
    if (1..=TEXT_MAX).contains(&text.chars().count()) { Ok(text) } else { Err(Refused::TextLength) }
}

/// An optional text, without the blanks around it.
pub(super) fn checked_if_there(text: Option<&str>) -> Result<Option<&str>, Refused> {
    let words = text.map(str::trim).filter(|words| !words.is_empty());
    let is_long = words.is_some_and(|words| words.chars().count() > TEXT_MAX);
    if is_long { Err(Refused::TextLength) } else { Ok(words) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::shared;

    #[test]
    fn the_client_knows_the_limit_of_appeals_and_answers() {
        assert_eq!(TEXT_MAX as u64, shared::limit("hours_text_chars_max"));
    }
}
