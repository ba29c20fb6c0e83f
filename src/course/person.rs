//! What proves who somebody is. Texts come from forms and spreadsheets: full-width digits, spaces and
//! lower-case letters are put right, everything else is refused with a reason.

use std::fmt;

use unicode_normalization::char::is_combining_mark;

use super::plain::{self, half_width};
use crate::attendance::date::LocalDate;
pub use crate::protocol::{DocumentKind, Wrong};

const NAME_CHARS_MAX: usize = 50;
/// Ages that a trainee can have.
const AGES: std::ops::RangeInclusive<i64> = 16..=100;
/// GB 11643: weights of the first 17 digits, and the check characters by the sum's remainder.
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: &[u8; 11] = b"10X98765432";
/// First two digits of a number: the provinces, Taiwan, Hong Kong, Macao, and residence permits of those.
const AREAS: [&str; 35] = [
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42",
    "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82",
    "83",
];

/// Signs that divide the parts of a name; programs and keyboards have many for the one that documents print.
pub const INTERPUNCTS: [char; 12] = ['·', '•', '・', '‧', '．', '●', '∙', '･', '⋅', 'ㆍ', '᛫', '.'];

/// A real name as somebody writes it: letters of any script, composed. Blanks only widen a Chinese name; in
/// others they divide the parts and stay.
pub fn real_name(text: &str) -> Result<String, Wrong> {
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

/// With one blank between parts, and none between Chinese characters or beside an interpunct.
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
pub fn same_name(one: &str, other: &str) -> bool {
    folded_name(one) == folded_name(other)
}

/// The spelling by which names are compared; never shown.
pub fn folded_name(name: &str) -> String {
    let fold = |c: char| match c {
        c if INTERPUNCTS.contains(&c) => '·',
        '’' | '‘' | 'ʼ' => '\'',
        c => c,
    };
    let plain = plain::text(name).to_lowercase();
    plain.chars().filter(|c| !c.is_whitespace()).map(fold).collect()
}

/// A document whose number has the right form. Its number is shown by nothing but [`Document::number`].
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Document {
    kind: DocumentKind,
    number: String,
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {}", self.kind, self.masked())
    }
}

impl Document {
    /// `today` is the day of registration.
    pub fn parse(kind: DocumentKind, text: &str, today: LocalDate) -> Result<Document, Wrong> {
        let number = plain::number(text)?.to_ascii_uppercase();
        if number.is_empty() {
            return Err(Wrong::Missing);
        }
        match kind {
            DocumentKind::Resident => check_resident(&number, today)?,
            // Those of Taiwan have 8 digits, and many begin with 0.
            DocumentKind::Permit if number.len() == 7 && plain::is_digits(&number) => {
                return Err(Wrong::LostZero);
            }
            DocumentKind::Permit | DocumentKind::Passport => {
                if !(5..=20).contains(&number.len()) {
                    return Err(Wrong::Length);
                }
                if !number.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                    return Err(Wrong::Character);
                }
            }
        }
        Ok(Document { kind, number })
    }

    pub fn kind(&self) -> DocumentKind {
        self.kind
    }

    /// The whole number: to be encrypted, or hashed with a key, at once.
    pub fn number(&self) -> &str {
        &self.number
    }

    /// Month of birth, where the number says it: `194912`.
    pub fn born(&self) -> Option<&str> {
        self.number.get(6..12).filter(|_| self.kind == DocumentKind::Resident)
    }

    /// Only the last four characters.
    pub fn masked(&self) -> String {
        let hidden = self.number.len().saturating_sub(4);
        format!("{}{}", "*".repeat(hidden), &self.number[hidden..])
    }
}

fn check_resident(number: &str, today: LocalDate) -> Result<(), Wrong> {
    let digits = number.as_bytes();
    if digits.len() == 15 && digits.iter().all(u8::is_ascii_digit) {
        return Err(Wrong::FifteenDigits);
    }
    if number.chars().count() != 18 || digits.len() != 18 {
        return Err(Wrong::Length);
    }
    let (body, check) = digits.split_at(17);
    if !body.iter().all(u8::is_ascii_digit) || !(check[0].is_ascii_digit() || check[0] == b'X') {
        return Err(Wrong::Digits);
    }
    if !AREAS.contains(&&number[..2]) {
        return Err(Wrong::Area);
    }
    let birthday = format!("{}-{}-{}", &number[6..10], &number[10..12], &number[12..14]);
    let birthday = LocalDate::parse(&birthday).ok_or(Wrong::Birthday)?;
    let born_between = today.years_before(*AGES.end() + 1).next()..=today.years_before(*AGES.start());
    if !born_between.contains(&birthday) {
        return Err(Wrong::Age);
    }
    if check_character(body) != check[0] { Err(Wrong::Check) } else { Ok(()) }
}

/// A resident's number with its check character, from its first 17 digits: for demonstrations and tests.
/// None when there are not just 17 digits.
pub fn with_check(body: &str) -> Option<String> {
    let digits = body.as_bytes();
    if digits.len() != WEIGHTS.len() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(format!("{body}{}", char::from(check_character(digits))))
}

fn check_character(digits: &[u8]) -> u8 {
    let sum: u32 = digits.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    CHECKS[sum as usize % 11]
}

/// A month of birth as tables write it, with or without a day (`1980-05`, `1980.5.7`, `198005`, `1980年5月`, `80-5`,
/// `May-80`), as `198005`: of digits alone, so that no spreadsheet takes it for a day.
pub fn born(text: &str, today: LocalDate) -> Result<String, Wrong> {
    let plain = half_width(&plain::text(text)).to_lowercase();
    let plain: String = plain.chars().filter(|c| !c.is_whitespace()).collect();
    let (year, month, day) = date_parts(&plain).ok_or(Wrong::Value)?;
    let fits = |text: &str, lengths: &[usize]| plain::is_digits(text) && lengths.contains(&text.len());
    if !fits(&year, &[2, 4]) || !fits(&month, &[1, 2]) || !fits(&day, &[1, 2]) {
        return Err(Wrong::Value);
    }
    let lived = today.years_before(*AGES.end() + 1)..=today;
    // Two digits: of this century, or else of the last one.
    let years = if year.len() == 4 { vec![year] } else { vec![format!("20{year}"), format!("19{year}")] };
    let found = years.iter().find_map(|year| {
        let date = LocalDate::parse(&format!("{year}-{month:0>2}-{day:0>2}"))?;
        lived.contains(&date).then(|| format!("{year}{month:0>2}"))
    });
    found.ok_or(Wrong::Value)
}

/// Year, month and day, 1 where there is none.
fn date_parts(plain: &str) -> Option<(String, String, String)> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let of = |parts: [&str; 3]| Some(parts.map(str::to_owned).into());
    if plain::is_digits(plain) {
        return match plain.len() {
            6 => of([&plain[..4], &plain[4..], "1"]),
            8 => of([&plain[..4], &plain[4..6], &plain[6..]]),
            _ => None,
        };
    }
    let word: String = plain.chars().filter(char::is_ascii_lowercase).collect();
    if !word.is_empty() {
        // A month in letters beside a year: `may-80`, `1980may`.
        let year = plain.replacen(&word, "", 1).replace(['-', '.', '/', ','], "");
        let month = MONTHS.iter().position(|name| word.starts_with(name))?;
        return of([&year, &(month + 1).to_string(), "1"]);
    }
    let signs = ['-', '–', '—', '.', '/', ',', '年', '月', '日', '生'];
    let parts: Vec<&str> = plain.split(signs).filter(|part| !part.is_empty()).collect();
    match parts[..] {
        [year, month] => of([year, month, "1"]),
        [year, month, day] => of([year, month, day]),
        _ => None,
    }
}

/// A Chinese mobile number, 11 digits.
pub fn mobile(text: &str) -> Result<String, Wrong> {
    let plain: String = plain::number(text)?.chars().filter(|c| !is_dash(*c)).collect();
    let number = plain.strip_prefix("+86").or_else(|| plain.strip_prefix("0086")).unwrap_or(&plain);
    match number.as_bytes() {
        [] => Err(Wrong::Missing),
        [b'1', b'3'..=b'9', rest @ ..] if rest.len() == 9 && rest.iter().all(u8::is_ascii_digit) => {
            Ok(number.to_owned())
        }
        _ => Err(Wrong::Phone),
    }
}

/// A telephone of an office, `010-85305090` or `010-85305090-12`; or a mobile number.
pub fn telephone(text: &str) -> Result<String, Wrong> {
    if let Ok(mobile) = mobile(text) {
        return Ok(mobile);
    }
    let dashed = |c| if is_dash(c) { '-' } else { c };
    let plain: String = plain::number(text)?.chars().map(dashed).collect();
    if plain.is_empty() {
        return Err(Wrong::Missing);
    }
    let parts: Vec<&str> = plain.split('-').collect();
    let is_digits = |part: &str, len: std::ops::RangeInclusive<usize>| {
        len.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let fits = match parts[..] {
        [number] => is_digits(number, 7..=8),
        [area, number] => {
            (area.starts_with('0') && is_digits(area, 3..=4) && is_digits(number, 7..=8))
                || (is_digits(area, 7..=8) && is_digits(number, 1..=6))
        }
        [area, number, extension] => {
            area.starts_with('0')
                && is_digits(area, 3..=4)
                && is_digits(number, 7..=8)
                && is_digits(extension, 1..=6)
        }
        _ => false,
    };
    if fits { Ok(plain) } else { Err(Wrong::Phone) }
}

/// 138****5678.
pub fn masked_mobile(number: &str) -> String {
    match (number.get(..3), number.get(7..)) {
        (Some(first), Some(last)) => format!("{first}****{last}"),
        _ => "***".to_owned(),
    }
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '—' | '－' | '–' | '―' | '‐' | '‑')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn today() -> LocalDate {
        LocalDate::parse("2020-11-06").expect("a day")
    }

    fn resident(text: &str) -> Result<String, Wrong> {
        Document::parse(DocumentKind::Resident, text, today()).map(|document| document.number().to_owned())
    }

    #[test]
    fn documents_are_read_as_people_type_them() {
        assert_eq!(resident("11010519491231002X").as_deref(), Ok("11010519491231002X"));
        assert_eq!(resident(" 110105 19491231 002x ").as_deref(), Ok("11010519491231002X"));
        assert_eq!(resident("１１０１０５１９４９１２３１００２Ｘ").as_deref(), Ok("11010519491231002X"));
        assert_eq!(resident("440524188001010014"), Err(Wrong::Age), "born in 1880");
        let long_ago = LocalDate::parse("1950-01-01").expect("a day");
        assert!(Document::parse(DocumentKind::Resident, "440524188001010014", long_ago).is_ok());
    }

    #[test]
    fn what_is_wrong_with_a_document_is_said() {
        let cases = [
            ("", Wrong::Missing),
            ("110105491231002", Wrong::FifteenDigits),
            ("1101051949123100", Wrong::Length),
            ("11010519491231002XX", Wrong::Length),
            ("1101051949123100二X", Wrong::Length),
            ("1101051949123I002X", Wrong::Digits),
            ("11010519491231002Y", Wrong::Digits),
            ("99010519491231002X", Wrong::Area),
            ("11010519490231002X", Wrong::Birthday),
            ("110105200503070018", Wrong::Age),
            ("110105194912310020", Wrong::Check),
            ("11010519491231012X", Wrong::Check),
        ];
        for (text, wrong) in cases {
            assert_eq!(resident(text), Err(wrong), "{text}");
        }
        let passport = |text| Document::parse(DocumentKind::Passport, text, today());
        assert_eq!(passport("e12345678").map(|document| document.masked()), Ok("*****5678".into()));
        assert_eq!(passport("E1"), Err(Wrong::Length));
        assert_eq!(passport("E1234'678"), Err(Wrong::Character));
        let permit = |text| Document::parse(DocumentKind::Permit, text, today()).map(|_| ());
        assert_eq!(
            (permit("1234567"), permit("01234567"), permit("H12345678")),
            (Err(Wrong::LostZero), Ok(()), Ok(()))
        );
        assert_eq!(resident("3.30102198503073E+17"), Err(Wrong::Rounded));
        assert_eq!(resident("'11010519491231002X").as_deref(), Ok("11010519491231002X"));
    }

    #[test]
    fn months_of_birth_have_one_form() {
        for text in [
            "1980-05",
            "1980-5",
            "198005",
            "1980年5月",
            "1980年05月",
            " １９８０．０５ ",
            "1980/5",
            "1980-05-07",
            "1980/5/7",
            "1980年5月7日",
            "1980.5.7",
            "80-05",
            "80.5",
            "May-80",
            "1980 May",
            "19800507",
            "1980年5月生",
        ] {
            assert_eq!(born(text, today()).as_deref(), Ok("198005"), "{text}");
        }
        for text in [
            "",
            "1980",
            "1980-00",
            "1980-13",
            "1980-2-30",
            "五月",
            "2020-12",
            "1819-11",
            "19800５x",
            "5-1980",
            "Foo-80",
        ] {
            assert_eq!(born(text, today()), Err(Wrong::Value), "{text}");
        }
        let of = |kind, number| Document::parse(kind, number, today()).expect("a document");
        assert_eq!(of(DocumentKind::Resident, "11010519491231002X").born(), Some("194912"));
        assert_eq!(of(DocumentKind::Passport, "E12345678").born(), None);
    }

    #[test]
    fn sixteen_begins_on_the_birthday() {
        let at = |day| LocalDate::parse(day).expect("a day");
        // 2004-11-06, its check character computed like any other.
        let number = with_check("11010520041106001");
        let parse = |day| Document::parse(DocumentKind::Resident, &number, at(day)).map(|_| ());
        assert_eq!(parse("2020-11-05"), Err(Wrong::Age));
        assert_eq!(parse("2020-11-06"), Ok(()));
        assert_eq!(parse("2105-11-05"), Ok(()));
        assert_eq!(parse("2105-11-06"), Err(Wrong::Age));
    }

    fn with_check(body: &str) -> String {
        super::with_check(body).expect("17 digits")
    }

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
            assert_eq!(real_name(text).as_deref(), Ok(name), "{text}");
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
            assert_eq!(real_name(text), Err(wrong), "{text}");
        }
    }

    #[test]
    fn spellings_of_one_name_are_equal() {
        for other in
            ["阿卜杜拉•买买提", "阿卜杜拉･买买提", "阿卜杜拉.买买提", "阿卜杜拉 ⋅ 买买提", "阿卜杜拉ㆍ买买提"]
        {
            assert!(same_name("阿卜杜拉·买买提", other), "{other}");
        }
        assert!(same_name("Zoë Müller", "ZOË  Mu\u{308}ller") && same_name("O’Neill", "O'Neill"));
        assert!(!same_name("阿卜杜拉·买买提", "阿卜杜拉买买提") && !same_name("王丽", "王莉"));
    }

    #[test]
    fn telephones_of_the_seed_notices_are_read() {
        assert_eq!(telephone("010—85305090").as_deref(), Ok("010-85305090"));
        assert_eq!(telephone("010－85305568").as_deref(), Ok("010-85305568"));
        assert_eq!(telephone("87566101-8703").as_deref(), Ok("87566101-8703"));
        assert_eq!(telephone("+86 138 1234 5678").as_deref(), Ok("13812345678"));
        assert_eq!(mobile("0086-19212345678").as_deref(), Ok("19212345678"));
        for text in ["12812345678", "1381234567", "138123456789", "１３８1234567a"] {
            assert_eq!(mobile(text), Err(Wrong::Phone), "{text}");
        }
        assert_eq!(masked_mobile("13812345678"), "138****5678");
    }

    proptest! {
        #[test]
        fn no_text_upsets_the_readers(text in ".{0,60}") {
            let _ = (real_name(&text), mobile(&text), telephone(&text), resident(&text));
        }

        /// One wrong digit, and two neighbours exchanged, are always found.
        #[test]
        fn slips_of_the_finger_are_found(body in "11010519[4-9][0-9]0[1-9]1[0-9][0-9]{3}", at in 6usize..17, by in 1u8..10) {
            let good = with_check(&body);
            let mut bytes = good.clone().into_bytes();
            bytes[at] = b'0' + (bytes[at] - b'0' + by) % 10;
            let bad = String::from_utf8(bytes).unwrap();
            prop_assert!(resident(&good).is_ok());
            prop_assert!(resident(&bad).is_err());
            let mut swapped = good.clone().into_bytes();
            swapped.swap(at - 1, at);
            prop_assert!(swapped == good.as_bytes() || resident(std::str::from_utf8(&swapped).unwrap()).is_err());
        }

        #[test]
        fn a_number_is_never_shown(body in "11010519[4-9][0-9]0[1-9]1[0-9][0-9]{3}") {
            let number = with_check(&body);
            let document = Document::parse(DocumentKind::Resident, &number, today()).unwrap();
            let shown = format!("{document:?}");
            prop_assert!(!shown.contains(&number[..14]));
            prop_assert!(shown.ends_with(&number[14..]));
        }
    }
}
