//! Names of files that are saved.

use axum::http::HeaderValue;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::text;

/// Longest name, characters; with an ending and the folder it is far below the limits of file systems.
const NAME_CHARS_MAX: usize = 80;
/// Characters to encode: all but letters, digits and these (RFC 8187 would leave some more).
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');

/// `Content-Disposition` of a file called `name` (RFC 6266); `plain` stands for it where only ASCII is read.
pub(super) fn attachment(plain: &str, name: &str, ending: &str) -> HeaderValue {
    let is_plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let plain: String = plain.chars().filter(is_plain).collect();
    let mut value = format!("attachment; filename=\"{plain}.{ending}\"");
    let name = file_name(name);
    if !name.is_empty() {
        value += "; filename*=UTF-8''";
        value.extend(utf8_percent_encode(&format!("{name}.{ending}"), ENCODED));
    }
    HeaderValue::from_str(&value).expect("nothing but ASCII is left")
}

/// A name that every system accepts: nothing hidden, no separators, no dots or blanks at the ends.
fn file_name(name: &str) -> String {
    let forbidden = |c: char| matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' | '%');
    let line = text::visible_line(name);
    let fits: String =
        line.chars().map(|c| if forbidden(c) { '_' } else { c }).take(NAME_CHARS_MAX).collect();
    fits.trim_matches(['.', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_called_like_its_lesson() {
        for (name, expected) in [
            ("数学 1", "attachment; filename=\"hours-l1.csv\"; filename*=UTF-8''%E6%95%B0%E5%AD%A6%201.csv"),
            ("Maths", "attachment; filename=\"hours-l1.csv\"; filename*=UTF-8''Maths.csv"),
            ("../..\\a:b\u{202e}", "attachment; filename=\"hours-l1.csv\"; filename*=UTF-8''_.._a_b.csv"),
            ("\"; x=\"\r\ny", "attachment; filename=\"hours-l1.csv\"; filename*=UTF-8''_%3B%20x%3D_%20y.csv"),
            (" . ", "attachment; filename=\"hours-l1.csv\""),
        ] {
            assert_eq!(attachment("hours-l1\"", name, "csv"), expected, "{name:?}");
        }
        let long = attachment("x", &"课".repeat(1000), "mp4");
        assert!(long.len() < 900, "{}", long.len());
    }
}
