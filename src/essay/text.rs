//! The kept form of a text: its visible characters, in lines and paragraphs. Nothing is composed or
//! rewritten, so that a draft comes back as typed.

use super::count::is_unseen;

/// Longest essay or draft, characters in the kept form. An essay of a phase has some 3,000.
pub const CHARS_MAX: usize = 20_000;

/// More than [`CHARS_MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the text is too long")]
pub struct TooLong;

/// The text without control characters and without those that take no room or turn the direction of writing;
/// its lines end in LF. Joiners, marks on letters and the selectors of emoji stay: words need them.
pub fn kept(raw: &str) -> Result<String, TooLong> {
    let (mut kept, mut chars, mut after_return) =
        (String::with_capacity(raw.len().min(4 * CHARS_MAX)), 0, false);
    for c in raw.chars() {
        let c = match c {
            '\n' if std::mem::take(&mut after_return) => continue,
            '\r' => {
                after_return = true;
                '\n'
            }
            // Line ends of old Macs, of forms, of Unicode.
            '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
            c => c,
        };
        after_return &= c == '\n';
        if !stays(c) {
            continue;
        }
        chars += 1;
        if chars > CHARS_MAX {
            return Err(TooLong);
        }
        kept.push(c);
    }
    Ok(kept)
}

fn stays(c: char) -> bool {
    let is_of_words =
        |c| matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}');
    let is_mark = unicode_normalization::char::is_combining_mark;
    matches!(c, '\n' | '\t') || (!c.is_control() && (!is_unseen(c) || is_mark(c) || is_of_words(c)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::disguises;

    #[test]
    fn lines_stay_and_what_nobody_sees_goes() {
        for (raw, expected) in [
            ("第一段\r\n第二段\r第三段\n\n第四段", "第一段\n第二段\n第三段\n\n第四段"),
            ("一\r\n\r\n二", "一\n\n二"),
            ("教\u{200b}师\u{feff}\u{202e}培训\u{ad}\u{3164}", "教师培训"),
            ("a\tb\u{0}\u{7}c\u{1b}[1m", "a\tbc[1m"),
            ("👩\u{200d}🏫 ❤\u{fe0f} e\u{301}", "👩\u{200d}🏫 ❤\u{fe0f} e\u{301}"),
            ("<script>alert(1)</script>", "<script>alert(1)</script>"),
            ("一\u{2028}二\u{c}三", "一\n二\n三"),
        ] {
            assert_eq!(kept(raw).as_deref(), Ok(expected), "{raw:?}");
        }
    }

    #[test]
    fn a_text_has_a_length_that_is_refused() {
        let longest = "字".repeat(CHARS_MAX);
        assert_eq!(kept(&longest).as_deref(), Ok(longest.as_str()));
        assert_eq!(kept(&format!("{longest}\u{200b}")).as_deref(), Ok(longest.as_str()));
        assert_eq!(kept(&format!("{longest}字")), Err(TooLong));
        assert_eq!(CHARS_MAX as u64, crate::protocol::shared::limit("essay_chars_max"));
    }

    proptest! {
        #[test]
        fn what_was_kept_once_is_kept_again_and_counts_alike(raw in any::<String>()) {
            let once = kept(&raw).expect("short");
            prop_assert_eq!(kept(&once), Ok(once.clone()));
            prop_assert!(!once.chars().any(disguises));
            prop_assert!(!once.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')));
        }
    }
}
