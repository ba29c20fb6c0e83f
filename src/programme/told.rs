//! A bounded list of remarks about a file: nobody reads more, but the number of the others is told.

use crate::text::mistake::{Mistake, Wrong};

/// A list of mistakes or remarks.
#[derive(Debug, Default)]
pub struct Told {
    list: Vec<Mistake>,
    more: u32,
}

impl Told {
    /// Most entries of one list.
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

    /// The list by row and column; its end says how many more there are.
    pub fn into_list(mut self) -> Vec<Mistake> {
        // Columns: `B` comes before `AA`.
        let column =
            |mistake: &Mistake| mistake.column.as_ref().map(|letters| (letters.len(), letters.clone()));
        self.list.sort_by_cached_key(|mistake| (mistake.row.unwrap_or(0), column(mistake)));
        if self.more > 0 {
            self.list.push(Mistake { figures: vec![self.more], ..Mistake::field("", Wrong::More) });
        }
        self.list
    }
}

/// Longest part of a cell that is repeated to people, characters.
const VALUE_CHARS_MAX: usize = 40;

/// The value of a cell to repeat to people; `None` = the cell is empty.
pub fn value(text: &str) -> Option<String> {
    let text = text.trim();
    let mut shown: String = text.chars().take(VALUE_CHARS_MAX).collect();
    if text.chars().nth(VALUE_CHARS_MAX).is_some() {
        shown.push('…');
    }
    Some(shown).filter(|shown| !shown.is_empty())
}
