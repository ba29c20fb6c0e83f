//! The public part of a person's data.

use unicode_normalization::char::is_combining_mark;

/// The name on public pages: its first character, and a star for each further one. A mark belongs to the
/// letter before it.
pub fn masked_name(name: &str) -> String {
    let mut letters = name.chars().filter(|c| !is_combining_mark(*c));
    let first = letters.next().map(String::from).unwrap_or_default();
    letters.fold(first, |masked, _| masked + "*")
}

/// The last four characters of a document number, the only ones that leave the vault. `None` = the number has
/// no more than four, so nothing would be hidden.
pub fn document_end(number: &str) -> Option<String> {
    let characters: Vec<char> = number.chars().collect();
    let hidden = characters.len().checked_sub(DOCUMENT_END_CHARS).filter(|hidden| *hidden > 0)?;
    Some(characters[hidden..].iter().collect())
}

pub(super) const DOCUMENT_END_CHARS: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_its_first_character_and_stars() {
        for (name, masked) in [
            ("张三", "张*"),
            ("欧阳娜娜", "欧***"),
            ("𣲘", "𣲘"),
            ("", ""),
            ("买买提·艾力", "买*****"),
            ("Zo\u{308}e", "Z**"),
        ] {
            assert_eq!(masked_name(name), masked, "{name}");
        }
    }

    #[test]
    fn of_a_document_four_characters_are_told() {
        assert_eq!(document_end("11010519491231002X").as_deref(), Some("002X"));
        assert_eq!(document_end("E1234").as_deref(), Some("1234"));
        assert_eq!(document_end("1234"), None);
        assert_eq!(document_end(""), None);
    }
}
