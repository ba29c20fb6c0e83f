//! The characters allowed in the text of a cell, alike in every format: lines end in LF, and the only other
//! control character is the tab.

use std::borrow::Cow;

/// The text as kept and written.
pub(super) fn tidy(text: &str) -> Cow<'_, str> {
    let is_foreign =
        |c: char| (c.is_ascii_control() && !matches!(c, '\t' | '\n')) || matches!(c, '\u{fffe}' | '\u{ffff}');
    if !text.contains(is_foreign) {
        return Cow::Borrowed(text);
    }
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    Cow::Owned(lines.chars().filter(|c| !is_foreign(*c)).collect())
}

/// Resolves `_xHHHH_`, a UTF-16 unit in texts of XLSX (ST_Xstring, ECMA-376 part 1, 22.9.2.19).
pub(super) fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains("_x") {
        return Cow::Borrowed(text);
    }
    let (mut units, mut rest) = (Vec::with_capacity(text.len()), text);
    while let Some(at) = rest.find("_x") {
        units.extend(rest[..at].encode_utf16());
        let unit = rest.get(at + 2..at + 7).and_then(|code| code.strip_suffix('_'));
        let unit = unit.filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()));
        match unit.and_then(|code| u16::from_str_radix(code, 16).ok()) {
            Some(unit) => units.push(unit),
            None => units.extend(rest[at..at + 2].encode_utf16()),
        }
        rest = &rest[at + if unit.is_some() { 7 } else { 2 }..];
    }
    units.extend(rest.encode_utf16());
    Cow::Owned(String::from_utf16_lossy(&units))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_of_xlsx_are_resolved_once() {
        for (text, plain) in [
            ("第一行_x000D_\n第二行", "第一行\r\n第二行"),
            ("_x005F_x000D_", "_x000D_"),
            ("_xD83D__xDE00_", "😀"),
            ("a_x12_b_xyz_ _x", "a_x12_b_xyz_ _x"),
            ("_x+123_", "_x+123_"),
            ("_x中文字", "_x中文字"),
        ] {
            assert_eq!(unescaped(text), plain, "{text}");
        }
        assert_eq!(tidy("a\r\nb\rc\0\td\u{7}"), "a\nb\nc\td");
    }
}
