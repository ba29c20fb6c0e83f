//! Whether numbers of a book are days: spreadsheets store a day as a number and only show it as one.

use crate::time::LocalDate;

/// Whether a built-in format shows a day (ECMA-376 part 1, 18.8.30; those of East Asia, too).
pub(super) fn is_built_in(format: u32) -> bool {
    matches!(format, 14..=17 | 22 | 27..=31 | 36 | 50..=54 | 57 | 58)
}

/// Whether a format of the book itself shows a day: `yyyy"年"m"月"`, `mmm-yy`.
pub(super) fn shows_a_day(code: &str) -> bool {
    let (mut plain, mut characters) = (String::new(), code.chars());
    while let Some(character) = characters.next() {
        match character {
            '"' => drop(characters.find(|c| *c == '"')),
            '[' => drop(characters.find(|c| *c == ']')),
            '\\' | '_' | '*' => drop(characters.next()),
            other => plain.extend(other.to_lowercase()),
        }
    }
    if plain == "general" {
        return false;
    }
    let has = |letter: char| plain.contains(letter);
    has('y') || has('d') || (has('m') && !has('h') && !has('s'))
}

/// The day of a number, `1985-03-01`; `None` = no calendar has it. Days are counted from 1900-01-01 as 1,
/// with a 29 February 1900 that never was, or from 1904-01-01 as 0.
pub(super) fn day(number: &str, from_1904: bool) -> Option<String> {
    let number = number.parse::<f64>().ok().filter(|number| (0.0..2_958_466.0).contains(number))?;
    let count = number.floor() as i64;
    let (first, later) = match (from_1904, count) {
        (true, _) => ("1904-01-01", count),
        (false, 1..=59) => ("1900-01-01", count - 1),
        (false, 61..) => ("1900-01-01", count - 2),
        (false, _) => return None,
    };
    LocalDate::parse(first)?.days_later(later).map(|day| day.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_become_days_as_spreadsheets_show_them() {
        for (number, from_1904, expected) in [
            ("31107", false, Some("1985-03-01")),
            ("29645", true, Some("1985-03-01")),
            ("44132.75", false, Some("2020-10-28")),
            ("1", false, Some("1900-01-01")),
            ("59", false, Some("1900-02-28")),
            ("61", false, Some("1900-03-01")),
            ("366", false, Some("1900-12-31")),
            ("0", true, Some("1904-01-01")),
            ("60", false, None),
            ("2958465", false, Some("9999-12-31")),
            ("2958466", false, None),
            ("-1", false, None),
            ("x", false, None),
        ] {
            assert_eq!(day(number, from_1904).as_deref(), expected, "{number}");
        }
    }

    #[test]
    fn formats_that_show_a_day() {
        for code in ["yyyy\"年\"m\"月\"", "mmm-yy", "[$-804]yyyy/m/d", "d", "yyyy-mm-dd hh:mm", "m"] {
            assert!(shows_a_day(code), "{code}");
        }
        for code in
            ["General", "0.00", "@", "h:mm AM/PM", "mm:ss", "#,##0\"days\"", "[Red]0", "0.00E+00", "\\y0"]
        {
            assert!(!shows_a_day(code), "{code}");
        }
    }
}
