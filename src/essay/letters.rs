//! The compared part of a text: its letters, ideographs and digits. Blanks, punctuation, capitals and
//! invisible characters are left out, so that changing only these does not hide a copied passage.

use super::count::{is_blank, is_mark, is_unseen};

/// A letter, and the place of its character in the text, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Letter {
    pub(super) letter: char,
    pub(super) at: u32,
}

pub(super) fn of(text: &str) -> Vec<Letter> {
    let numbered = (0u32..).zip(text.chars());
    let meant = numbered.filter(|(_, c)| !is_blank(*c) && !is_unseen(*c) && !is_punctuation(*c));
    meant.map(|(at, c)| Letter { letter: narrow(c), at }).collect()
}

fn is_punctuation(c: char) -> bool {
    c.is_ascii_punctuation()
        || (is_mark(c) && c != '〇' && c != '々')
        || matches!(c, '\u{a1}'..='\u{bf}' | '\u{2010}'..='\u{205e}')
}

/// Full-width letters and digits as narrow ones, in one case.
fn narrow(c: char) -> char {
    let c = match c {
        '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        c => c,
    };
    let mut lower = c.to_lowercase();
    lower.next().filter(|_| lower.next().is_none()).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_keep_their_places() {
        let found: Vec<(char, u32)> =
            of("《课堂》， ＯＫ\u{200b}é。").iter().map(|one| (one.letter, one.at)).collect();
        assert_eq!(found, [('课', 1), ('堂', 2), ('o', 6), ('k', 7), ('é', 9)]);
    }
}
