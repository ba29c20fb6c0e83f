//! What is told of a file, up to a bound: nobody reads more, but how much more there is must be said.

use crate::protocol::{Mistake, Wrong};

/// A list of mistakes or remarks.
#[derive(Debug, Default)]
pub struct Told {
    list: Vec<Mistake>,
    more: u32,
}

impl Told {
    /// Entries of one list.
    pub const MAX: usize = 500;

    pub fn push(&mut self, mistake: Mistake) {
        if self.list.len() < Told::MAX {
            self.list.push(mistake);
        } else {
            self.more = self.more.saturating_add(1);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// In the order of rows; at the end how many more there are.
    pub fn into_list(mut self) -> Vec<Mistake> {
        self.list.sort_by_key(|mistake| mistake.row.unwrap_or(0));
        if self.more > 0 {
            self.list.push(Mistake { figures: vec![self.more], ..Mistake::field("", Wrong::More) });
        }
        self.list
    }
}

/// As much of a cell as is repeated to people, characters.
const VALUE_CHARS_MAX: usize = 40;

/// The value of a cell as it is repeated; None for an empty one.
pub fn value(text: &str) -> Option<String> {
    let text = text.trim();
    let mut shown: String = text.chars().take(VALUE_CHARS_MAX).collect();
    if text.chars().nth(VALUE_CHARS_MAX).is_some() {
        shown.push('…');
    }
    Some(shown).filter(|shown| !shown.is_empty())
}
