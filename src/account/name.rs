//! Real names: the canonical spelling of each, and whether two spellings are one name.

use unicode_normalization::char::is_combining_mark;

use crate::text::mistake::Wrong;
use crate::text::plain;

const NAME_CHARS_MAX: usize = 50;

/// Signs that divide the parts of a name; programs and keyboards have many for the one in documents.
pub const INTERPUNCTS: [char; 12] = ['·', '•', '・', '‧', '．', '●', '∙', '･', '⋅', 'ㆍ', '᛫', '.'];

/// Reads a real name: letters of any script, composed. In a Chinese name blanks are only layout and go; in
/// other names they divide the parts and stay.
pub fn real(text: &str) -> Result<String, Wrong> {
    let narrow = |c: char| match c {
        'Ａ'..='Ｚ' | 'ａ'..='ｚ' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        c => c,
    };
    let name = spaced(&plain::text(text).chars().map(narrow).collect::<String>());
    if name.is_empty() {
        return Err(Wrong::Missing);
    }
    if name.chars().count() > NAME_CHARS_MAX {
        return Err(Wrong::TooLong);
    }
    let is_letter = |c: char| c.is_alphabetic() && !INTERPUNCTS.contains(&c);
    // The last two divide the syllables of Tibetan.
    let is_sign = |c: char| matches!(c, ' ' | '-' | '\'' | '’' | '‘' | 'ʼ' | '་' | '༌');
    let fits = |c: char| is_letter(c) || is_combining_mark(c) || INTERPUNCTS.contains(&c) || is_sign(c);
    if !name.chars().all(fits) || !name.chars().next().is_some_and(is_letter) {
        return Err(Wrong::Character);
    }
    Ok(name)
}

/// The name with one blank between parts, and none between Chinese characters or beside an interpunct.
fn spaced(name: &str) -> String {
    let joins = |c: Option<char>| c.is_some_and(|c| is_han(c) || c != '.' && INTERPUNCTS.contains(&c));
    let mut spaced = String::with_capacity(name.len());
    for part in name.split_whitespace() {
        let (before, after) = (spaced.chars().next_back(), part.chars().next());
        let is_joined = joins(before) && joins(after)
            || [before, after].into_iter().flatten().any(|c| c != '.' && INTERPUNCTS.contains(&c));
        if before.is_some() && !is_joined {
            spaced.push(' ');
        }
        spaced += part;
    }
    spaced
}

/// Chinese characters, by the blocks of Unicode.
fn is_han(c: char) -> bool {
    matches!(c, '〇' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Whether two spellings are one name: signs between the parts, blanks and capitals make no difference.
pub fn same(one: &str, other: &str) -> bool {
    folded(one) == folded(other)
}

/// The spelling for comparing names; never shown.
pub fn folded(name: &str) -> String {
    let fold = |c: char| match c {
        c if INTERPUNCTS.contains(&c) => '·',
        '’' | '‘' | 'ʼ' => '\'',
        c => c,
    };
    let plain = plain::text(name).to_lowercase();
    plain.chars().filter(|c| !c.is_whitespace()).map(fold).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::protocol::shared;

    #[test]
    fn names_have_one_spelling() {
        let same = [
            ("王丽", "王丽"),
            (" 王　丽 ", "王丽"),
            ("阿卜杜拉•买买提", "阿卜杜拉•买买提"),
            ("阿卜杜拉 · 买买提", "阿卜杜拉·买买提"),
            ("阿不都热依木･艾买提", "阿不都热依木･艾买提"),
            ("䶮𠮷", "䶮𠮷"),
            ("王⼥", "王女"),
            ("王\u{202e}丽\u{200b}", "王丽"),
            ("  Anna   de  Groot ", "Anna de Groot"),
            ("J. R. Smith", "J. R. Smith"),
            ("Zoe\u{308} Mu\u{308}ller", "Zoë Müller"),
            ("O'Neill", "O'Neill"),
            ("Анна Иванова", "Анна Иванова"),
            ("محمد علي", "محمد علي"),
            ("김 철수", "김 철수"),
            ("བསྟན་འཛིན", "བསྟན་འཛིན"),
            ("Ａｎｎａ", "Anna"),
        ];
        for (text, name) in same {
            assert_eq!(real(text).as_deref(), Ok(name), "{text}");
        }
        for (text, wrong) in [
            ("", Wrong::Missing),
            ("　", Wrong::Missing),
            ("=1+1", Wrong::Character),
            ("王1", Wrong::Character),
            ("·王", Wrong::Character),
            ("ㆍ王", Wrong::Character),
            ("王，丽", Wrong::Character),
            (&"王".repeat(51), Wrong::TooLong),
        ] {
            assert_eq!(real(text), Err(wrong), "{text}");
        }
    }

    /// The tests of the web client read the same cases.
    #[test]
    fn the_client_judges_names_alike() {
        for case in shared::person()["names"].as_array().expect("a list of cases") {
            let text = case[0].as_str().expect("a text");
            let wrong: Option<Wrong> =
                crate::wire::deserialize(case[1].clone()).expect("a word for what is wrong");
            assert_eq!(real(text).err(), wrong, "{case}");
        }
        assert_eq!(NAME_CHARS_MAX as u64, shared::limit("name_chars_max"));
    }

    #[test]
    fn spellings_of_one_name_are_equal() {
        for other in
            ["阿卜杜拉•买买提", "阿卜杜拉･买买提", "阿卜杜拉.买买提", "阿卜杜拉 ⋅ 买买提", "阿卜杜拉ㆍ买买提"]
        {
            assert!(same("阿卜杜拉·买买提", other), "{other}");
        }
        assert!(same("Zoë Müller", "ZOË  Mu\u{308}ller") && same("O’Neill", "O'Neill"));
        assert!(!same("阿卜杜拉·买买提", "阿卜杜拉买买提") && !same("王丽", "王莉"));
    }

    proptest! {
        #[test]
        fn no_text_upsets_the_reader(text in ".{0,60}") {
            let _ = real(&text);
        }
    }
}
