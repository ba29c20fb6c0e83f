//! The chat: its last lines, and the check of texts.

use std::collections::VecDeque;

use crate::attendance::fact::{Fact, What};
use crate::classroom::message::{CHAT_CHARS_MAX, ChatLine, ClassNotice, Refusal};
use crate::sfu::subscriber::ParticipantId;
use crate::text;

/// Most lines kept for late comers; all lines are in the facts.
const LINES_MAX: usize = 200;

/// Most notices kept beside the lines.
const NOTICES_MAX: usize = 50;

/// The beginning of the action of a notice's fact.
pub(super) const NOTICE: &str = "message: ";

/// The text of a notice, from the action of its fact; `None` = another action.
pub fn notice_of(action: &str) -> Option<&str> {
    action.strip_prefix(NOTICE)
}

#[derive(Debug, Default)]
pub(super) struct Chat {
    lines: VecDeque<ChatLine>,
    notices: VecDeque<ClassNotice>,
    last_id: u64,
}

impl Chat {
    /// Adds a line under the next number.
    pub(super) fn add(&mut self, from: ParticipantId, name: &str, text: String, at_ms: u64) -> ChatLine {
        let line = ChatLine { id: self.last_id + 1, from, name: name.to_owned(), text, at_ms };
        self.keep(line.clone());
        line
    }

    /// Keeps a line that already has its number.
    pub(super) fn keep(&mut self, line: ChatLine) {
        self.last_id = self.last_id.max(line.id);
        if self.lines.len() == LINES_MAX {
            self.lines.pop_front();
        }
        self.lines.push_back(line);
    }

    /// Takes a line out; `None` = it is not here, or no longer.
    pub(super) fn remove(&mut self, id: u64) -> Option<ChatLine> {
        let index = self.lines.iter().position(|line| line.id == id)?;
        self.lines.remove(index)
    }

    /// Follows a fact, new or from the log: keeps the notices of operators.
    pub(super) fn take(&mut self, fact: &Fact) {
        let What::OperatorAction { action, .. } = &fact.what else { return };
        let Some(text) = notice_of(action) else { return };
        if self.notices.len() == NOTICES_MAX {
            self.notices.pop_front();
        }
        self.notices.push_back(ClassNotice { at_ms: fact.at_ms, text: text.to_owned() });
    }

    pub(super) fn notices(&self) -> impl Iterator<Item = &ClassNotice> {
        self.notices.iter()
    }

    pub(super) fn lines(&self) -> impl Iterator<Item = &ChatLine> {
        self.lines.iter()
    }
}

/// The text as others will see it: no control characters but the line feed, nothing invisible that reorders
/// the words around it, no blank ends.
pub(super) fn clean_text(text: &str) -> Result<String, Refusal> {
    let cleaned = text::visible(text).replace('\t', " ");
    let cleaned = cleaned.trim();
    if cleaned.is_empty() || cleaned.chars().count() > CHAT_CHARS_MAX {
        return Err(Refusal::TextLength);
    }
    Ok(cleaned.to_owned())
}

/// A text as one line of at most `chars_max` characters, cleaned like a chat text; it may be empty.
pub(super) fn clean_line(text: &str, chars_max: usize) -> Result<String, Refusal> {
    let visible = text::visible_line(text);
    if visible.chars().count() > chars_max { Err(Refusal::TextLength) } else { Ok(visible) }
}

/// A display name as one line, short enough for a roster.
pub(super) fn clean_name(name: &str) -> String {
    const NAME_CHARS_MAX: usize = 64;
    let visible: String = text::visible_line(name).chars().take(NAME_CHARS_MAX).collect();
    visible.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cleaned_or_refused() {
        let longest = "课".repeat(CHAT_CHARS_MAX);
        let cases: [(&str, Option<&str>); 9] = [
            ("老师好", Some("老师好")),
            ("  one\ntwo \t", Some("one\ntwo")),
            ("bell\u{7} and null\0", Some("bell and null")),
            ("\u{202e}evil\u{202c}", Some("evil")),
            ("👩\u{200d}🏫", Some("👩\u{200d}🏫")),
            ("", None),
            (" \n\u{200b}\u{feff}", None),
            (&longest, Some(&longest)),
            (&format!("{longest}。"), None),
        ];
        for (text, expected) in cases {
            assert_eq!(clean_text(text).ok().as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn only_the_last_lines_are_kept_and_numbers_are_never_reused() {
        let mut chat = Chat::default();
        for n in 0..LINES_MAX + 5 {
            chat.add(ParticipantId(1), "Ann", n.to_string(), 0);
        }
        assert_eq!(chat.lines().count(), LINES_MAX);
        assert!(chat.remove(1).is_none());
        let last = chat.remove(205).unwrap();
        assert_eq!(last.text, "204");
        assert_eq!(chat.add(ParticipantId(1), "Ann", "x".into(), 0).id, 206);
    }
}
