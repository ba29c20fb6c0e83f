//! The check of a text before others see it: without the invisible characters that reorder, split or disguise
//! the words around them. The one place that knows them; every text of people passes here. [`plain`]: the
//! intended meaning of a text from a form or a file; [`mistake`]: the mistakes in it.

pub mod mistake;
pub mod plain;

/// The text without hidden characters. Line feeds and tabs stay.
pub fn visible(text: &str) -> String {
    text.chars().filter(|c| matches!(c, '\n' | '\t') || !is_hidden(*c)).collect()
}

/// The text as one line, without hidden characters and blank ends.
pub fn visible_line(text: &str) -> String {
    let line: String =
        text.chars().map(|c| if c == '\n' { ' ' } else { c }).filter(|c| !is_hidden(*c)).collect();
    line.trim().to_owned()
}

/// Whether a character is a control character, or one that [`disguises`].
pub fn is_hidden(c: char) -> bool {
    c.is_control() || disguises(c)
}

/// Whether a character has no shape of its own and changes how others are read. The joiners U+200C and U+200D
/// stay: emoji and several scripts are written with them.
pub fn disguises(c: char) -> bool {
    matches!(
        c,
        // Directions: marks, embeddings, overrides, isolates.
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        // Zero width: space, word joiner, invisible operators, byte order mark, an old vowel separator.
        | '\u{200b}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{180e}'
        // Line and paragraph separators, deprecated format characters, annotations.
        | '\u{2028}' | '\u{2029}' | '\u{206a}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}'
    )
}

/// Removes the characters that [`disguises`] finds from every text in `value`, and U+0000, for which PostgreSQL has no
/// place.
pub fn undisguise(value: &mut serde_json::Value) {
    use serde_json::Value;
    match value {
        Value::String(text) => text.retain(|c| c != '\0' && !disguises(c)),
        Value::Array(values) => values.iter_mut().for_each(undisguise),
        Value::Object(fields) => fields.values_mut().for_each(undisguise),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_nobody_sees_is_taken_out_and_what_is_written_stays() {
        for (text, expected) in [
            ("老师好", "老师好"),
            ("\u{202e}gpj.王\u{202c}", "gpj.王"),
            ("a\u{2066}b\u{2069}\u{61c}\u{200f}c", "abc"),
            ("零\u{200b}宽\u{feff}\u{2060}", "零宽"),
            ("👩\u{200d}🏫 می\u{200c}خواهم", "👩\u{200d}🏫 می\u{200c}خواهم"),
            ("one\ntwo\tthree\u{7}\u{0}", "one\ntwo\tthree"),
            ("one\u{2028}two", "onetwo"),
            ("བོད་སྐད་", "བོད་སྐད་"),
        ] {
            assert_eq!(visible(text), expected, "{text:?}");
        }
        assert_eq!(visible_line(" \u{202e}one\ntwo\t\u{200b} "), "one two");
    }

    #[test]
    fn every_text_of_a_body_is_reached() {
        let mut body =
            json!({"title": "\u{202e}a\u{0}", "options": ["b\u{200b}", {"deep": "c\u{2069}"}], "n": 1});
        undisguise(&mut body);
        assert_eq!(body, json!({"title": "a", "options": ["b", {"deep": "c"}], "n": 1}));
    }
}
