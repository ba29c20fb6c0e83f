//! The intended meaning of a text from a form or a file, in one place: invisible characters are removed,
//! characters that look alike are unified, and numbers lose what programs put around them.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::decompose_compatible;

use crate::text::mistake::Wrong;

/// Most digits of a number that a spreadsheet keeps exactly.
pub const EXACT_DIGITS: usize = 15;

/// Radicals (U+2E80…) in place of characters in texts copied from PDF files, without a decomposition in
/// Unicode (EquivalentUnifiedIdeograph.txt).
const RADICALS: [(char, char); 27] = [
    ('⺠', '民'),
    ('⻁', '虎'),
    ('⻄', '西'),
    ('⻅', '见'),
    ('⻆', '角'),
    ('⻉', '贝'),
    ('⻋', '车'),
    ('⻓', '长'),
    ('⻔', '门'),
    ('⻘', '青'),
    ('⻙', '韦'),
    ('⻚', '页'),
    ('⻛', '风'),
    ('⻜', '飞'),
    ('⻝', '食'),
    ('⻢', '马'),
    ('⻣', '骨'),
    ('⻤', '鬼'),
    ('⻥', '鱼'),
    ('⻦', '鸟'),
    ('⻨', '麦'),
    ('⻩', '黄'),
    ('⻬', '齐'),
    ('⻮', '齿'),
    ('⻰', '龙'),
    ('⻳', '龟'),
    ('⺟', '母'),
];

/// A text without blanks around it, composed (NFC).
pub fn text(raw: &str) -> String {
    let mut unified = String::with_capacity(raw.len());
    for character in raw.chars().filter(|c| !is_invisible(*c)) {
        match character {
            '\u{2f00}'..='\u{2fdf}' => decompose_compatible(character, |c| unified.push(c)),
            '\u{2e80}'..='\u{2eff}' => {
                let known = RADICALS.iter().find(|(radical, _)| *radical == character);
                unified.push(known.map_or(character, |(_, whole)| *whole));
            }
            other => unified.push(other),
        }
    }
    let composed: String = unified.nfc().collect();
    composed.trim().to_owned()
}

/// Zero-width characters, and those that only turn the direction of writing.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}'
    )
}

/// Full-width letters and signs, as typed on Chinese keyboards, in ASCII.
pub fn half_width(text: &str) -> String {
    let narrow = |c: char| match c {
        '！'..='～' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        c => c,
    };
    text.chars().map(narrow).collect()
}

/// The digits (and letters) of a number: without blanks, a leading apostrophe, `="…"` around it, `.0` behind
/// it. Refused if a spreadsheet has rounded it (`1.10101E+17`).
pub fn number(raw: &str) -> Result<String, Wrong> {
    let plain: String = half_width(&text(raw)).chars().filter(|c| !c.is_whitespace()).collect();
    let plain = plain.trim_start_matches(['\'', '’', '‘', '`']);
    let plain = plain.strip_prefix("=\"").and_then(|rest| rest.strip_suffix('"')).unwrap_or(plain);
    if let Some(whole) = of_exponent(plain) {
        return whole.ok_or(Wrong::Rounded);
    }
    Ok(match plain.split_once('.') {
        Some((whole, zeros)) if is_digits(whole) && !zeros.is_empty() && zeros.bytes().all(|b| b == b'0') => {
            whole.to_owned()
        }
        _ => plain.to_owned(),
    })
}

/// Reads `1.38E+10`: `None` = not in this form, `Some(None)` = not all digits are there.
fn of_exponent(text: &str) -> Option<Option<String>> {
    let (mantissa, exponent) = text.split_once(['E', 'e'])?;
    let (whole, decimals) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_written_so = exponent.starts_with('+') || mantissa.contains('.');
    let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
    if !is_written_so
        || !is_digits(whole)
        || !is_digits(exponent)
        || !(decimals.is_empty() || is_digits(decimals))
    {
        return None;
    }
    let is_whole = exponent.parse::<usize>().is_ok_and(|exponent| exponent == decimals.len());
    Some(is_whole.then(|| format!("{whole}{decimals}")))
}

/// Whether the text is one or more ASCII digits.
pub fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A form in which headings and choices that people consider the same are equal: without blanks, marks of
/// required fields, remarks in brackets and full-width forms.
pub fn word(raw: &str) -> String {
    let plain = half_width(&text(raw)).to_lowercase();
    let (mut word, mut depth) = (String::new(), 0u32);
    for c in plain.chars() {
        match c {
            '(' | '[' | '【' | '〔' => depth += 1,
            ')' | ']' | '】' | '〕' => depth = depth.saturating_sub(1),
            '*' | '★' | '☆' | '※' | '●' | ':' => {}
            c if depth > 0 || c.is_whitespace() => {}
            c => word.push(c),
        }
    }
    word
}

/// Whether `lossy` may be `word`, if each `?` stands for one lost character.
pub fn could_be(lossy: &str, word: &str) -> bool {
    let mut letters = word.chars();
    lossy.chars().all(|c| letters.next().is_some_and(|letter| c == '?' || c == letter))
        && letters.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_without_what_nobody_sees() {
        for (raw, plain) in [
            ("\u{202d}13812345678\u{202c}", "13812345678"),
            ("\u{feff}王丽\u{200b} ", "王丽"),
            ("王⼥", "王女"),
            ("⻢⻰", "马龙"),
            ("Zoe\u{308} Mu\u{308}ller", "Zoë Müller"),
            ("\u{f900}", "豈"),
            ("（备注）", "（备注）"),
        ] {
            assert_eq!(text(raw), plain, "{raw:?}");
        }
    }

    #[test]
    fn numbers_are_without_what_programs_put_around_them() {
        for (raw, plain) in [
            ("'33010219850307429X", "33010219850307429X"),
            ("13849659280.0", "13849659280"),
            ("=\"0571\"", "0571"),
            ("１３８ 1234 5678", "13812345678"),
            ("1.3812345678E+10", "13812345678"),
            ("E12345678", "E12345678"),
            ("12E34", "12E34"),
            ("1.5", "1.5"),
        ] {
            assert_eq!(number(raw).as_deref(), Ok(plain), "{raw}");
        }
        for raw in ["1.10101E+17", "3.30102198503073E+17", "1.38E+10", "1E+17"] {
            assert_eq!(number(raw), Err(Wrong::Rounded), "{raw}");
        }
    }

    #[test]
    fn words_are_equal_however_they_are_marked() {
        for raw in ["*姓名", "姓 名*", "姓\n名", "姓名（必填）", "\u{200b}姓名", "姓名：", "★姓名[必填]"]
        {
            assert_eq!(word(raw), "姓名", "{raw:?}");
        }
        assert!(
            could_be("?件?型", "证件类型") && !could_be("?件?型", "证件号码") && !could_be("?件", "证件类型")
        );
    }
}
