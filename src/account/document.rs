//! Documents that prove a person's identity. Texts come from forms and spreadsheets: full-width digits,
//! spaces and lower-case letters are put right, everything else is refused with a reason.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{AGE_MAX, AGE_MIN};
use crate::text::mistake::Wrong;
use crate::text::plain;
use crate::time::LocalDate;

/// Kinds of documents (证件类型). Stored: the words are never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// 居民身份证 (GB 11643), and the residence permits with numbers of the same form.
    Resident,
    /// 港澳居民来往内地通行证, 台湾居民来往大陆通行证.
    Permit,
    Passport,
}

/// GB 11643: weights of the first 17 digits, and the check characters by the sum's remainder.
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECKS: &[u8; 11] = b"10X98765432";
/// First two digits of a number: the provinces, Taiwan, Hong Kong, Macao, and residence permits of those.
const AREAS: [&str; 35] = [
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42",
    "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82",
    "83",
];

/// A document with a number of the right form. Only [`Document::number`] shows the number.
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
    /// Reads a number; `today` is the day of registration.
    pub fn parse(kind: DocumentKind, text: &str, today: LocalDate) -> Result<Document, Wrong> {
        let number = plain::number(text)?.to_ascii_uppercase();
        if number.is_empty() {
            return Err(Wrong::Missing);
        }
        match kind {
            DocumentKind::Resident => check_resident(&number, today)?,
            // Permits of Taiwan have 8 digits, and many begin with 0.
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

    /// The whole number, for immediate encryption or keyed hashing.
    pub fn number(&self) -> &str {
        &self.number
    }

    /// Month of birth in the number, as `194912`; `None` = the number does not tell it.
    pub fn born(&self) -> Option<&str> {
        self.number.get(6..12).filter(|_| self.kind == DocumentKind::Resident)
    }

    /// The number with all but its last four characters masked.
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
    let born_between = today.years_before(AGE_MAX + 1).next()..=today.years_before(AGE_MIN);
    if !born_between.contains(&birthday) {
        return Err(Wrong::Age);
    }
    if check_character(body) != check[0] { Err(Wrong::Check) } else { Ok(()) }
}

/// The number of a resident's card with these first 17 digits, its check character added: for demonstrations
/// and tests. `None` = not exactly 17 digits.
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::protocol::shared;

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

    /// The tests of the web client read the same cases.
    #[test]
    fn the_client_judges_documents_alike() {
        let shared = shared::person();
        let rows = |name: &str| shared[name].as_array().expect("a list of cases").iter();
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        for case in rows("documents") {
            let kind = crate::wire::deserialize(case["kind"].clone()).expect("a kind of document");
            let today = LocalDate::parse(&text(&case["today"])).expect("a day");
            let found = Document::parse(kind, &text(&case["text"]), today).err();
            let wrong: Option<Wrong> =
                crate::wire::deserialize(case["wrong"].clone()).expect("a word for what is wrong");
            assert_eq!(found, wrong, "{case}");
        }
        for number in rows("residents").map(text) {
            for check in "0123456789X".chars() {
                let found = resident(&format!("{}{check}", &number[..17]));
                let expected = if number.ends_with(check) { Ok(number.clone()) } else { Err(Wrong::Check) };
                assert_eq!(found, expected, "{number} with {check}");
            }
        }
        let areas: Vec<String> = rows("areas").map(text).collect();
        assert_eq!(areas, AREAS);
    }

    #[test]
    fn the_month_of_birth_stands_in_a_residents_number() {
        let of = |kind, number| Document::parse(kind, number, today()).expect("a document");
        assert_eq!(of(DocumentKind::Resident, "11010519491231002X").born(), Some("194912"));
        assert_eq!(of(DocumentKind::Passport, "E12345678").born(), None);
    }

    #[test]
    fn sixteen_begins_on_the_birthday() {
        let at = |day| LocalDate::parse(day).expect("a day");
        // 2004-11-06, with a computed check character.
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

    proptest! {
        #[test]
        fn no_text_upsets_the_reader(text in ".{0,60}") {
            let _ = resident(&text);
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
