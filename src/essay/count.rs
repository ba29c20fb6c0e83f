//! The length of a text (E-1), like 字数 of a word processor: each Chinese character and each Chinese
//! punctuation mark counts 1, each run of other characters between them counts 1, blanks and invisible
//! characters count 0. `web-client/src/essay/count.ts` counts alike during writing; `tests/shared/essay.json`
//! tests both.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The count of a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Separates the characters around it.
    Blank,
    /// Counts by itself.
    One,
    /// A mark that Chinese and western writing share (GB/T 15834 has no others for “”, ‘’, —, … and ·): it counts by
    /// itself, except within a western word or number.
    Shared,
    /// Counts once together with its neighbours of this kind.
    Other,
}

/// The number of characters by E-1.
pub fn count(text: &str) -> u32 {
    let kinds: Vec<Kind> = text.nfc().filter(|c| !is_unseen(*c)).map(kind).collect();
    let (mut number, mut in_run) = (0u32, false);
    for (at, kind) in kinds.iter().enumerate() {
        let is_within = in_run && kinds.get(at + 1) == Some(&Kind::Other);
        match kind {
            Kind::Other if in_run => {}
            Kind::Shared if is_within => {}
            Kind::Other | Kind::One | Kind::Shared => number = number.saturating_add(1),
            Kind::Blank => {}
        }
        in_run = *kind == Kind::Other || (*kind == Kind::Shared && is_within);
    }
    number
}

/// Whether a character takes no room of its own, so that it could pad a text to any length. Marks on the
/// character before them are included.
pub(super) fn is_unseen(c: char) -> bool {
    (c.is_control() && !c.is_whitespace())
        || is_combining_mark(c)
        || matches!(
            c,
            // Soft hyphen, Hangul fillers, directions, zero width, separators of tags, variation selectors; signs for what
            // is absent (U+FFFC, and the note without ink U+1D159), marks that only steer other letters, private use, no characters.
            '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}' | '\u{891}' | '\u{8e2}' | '\u{115f}' | '\u{1160}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{e000}'..='\u{f8ff}' | '\u{fdd0}'..='\u{fdef}' | '\u{fe00}'..='\u{fe0f}'
                | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffc}' | '\u{fffe}' | '\u{ffff}' | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1345f}' | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d159}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{10ffff}'
        )
}

/// White space, and the empty pattern of Braille, which looks like it.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{2800}'
}

fn kind(c: char) -> Kind {
    match c {
        c if is_blank(c) => Kind::Blank,
        '\u{b7}' | '\u{2014}' | '\u{2018}' | '\u{2019}' | '\u{201c}' | '\u{201d}' | '\u{2026}' => {
            Kind::Shared
        }
        c if is_ideograph(c) || is_mark(c) => Kind::One,
        _ => Kind::Other,
    }
}

/// CJK ideographs: the blocks with their extensions, radicals, and 〇 among the marks below.
pub(super) fn is_ideograph(c: char) -> bool {
    matches!(
        c,
        '\u{2e80}'..='\u{2fdf}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{3fffd}'
    )
}

/// CJK symbols and punctuation, vertical, small and full-width forms.
pub(super) fn is_mark(c: char) -> bool {
    matches!(
        c,
        '\u{3001}'..='\u{303f}' | '\u{fe10}'..='\u{fe1f}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff01}'..='\u{ff0f}'
            | '\u{ff1a}'..='\u{ff20}' | '\u{ff3b}'..='\u{ff40}' | '\u{ff5b}'..='\u{ff65}'
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_client_counts_the_same() {
        let shared = crate::protocol::shared::essay();
        let cases = shared["counts"].as_array().expect("a list of cases");
        assert!(cases.len() > 30);
        for case in cases {
            let text =
                case["text"].as_str().expect("a text").repeat(case["times"].as_u64().unwrap_or(1) as usize);
            assert_eq!(u64::from(count(&text)), case["count"].as_u64().expect("a number"), "{case}");
        }
    }

    proptest! {
        #[test]
        fn what_nobody_sees_adds_nothing(
            text in "[一-三a-c ，。“]{0,40}", at in 0usize..40, unseen in "[\u{200b}\u{200d}\u{feff}\u{ad}\u{2060}\u{301}\u{fe0f}]{1,20}",
        ) {
            let mut padded: Vec<char> = text.chars().collect();
            let at = at.min(padded.len());
            padded.splice(at..at, unseen.chars());
            let padded: String = padded.into_iter().collect();
            prop_assert_eq!(count(&padded), count(&text));
        }

        #[test]
        fn blanks_alone_never_count_and_a_text_is_no_longer_than_its_characters(text in "\\PC{0,60}") {
            let number = count(&text) as usize;
            prop_assert!(number <= text.chars().count().max(text.nfc().count()));
            let blanks = format!(" \u{3000}\n{text}\t \u{2800}");
            prop_assert_eq!(count(&blanks) as usize, number);
        }
    }
}
