//! The number of a certificate: `ZP`, the year (4 digits), the programme (3), the phase (2), the unit (2), the serial
//! number (6) and a check character. The letters keep it from looking like a document number.

use std::fmt;
use std::str::FromStr;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

const LETTERS: &str = "ZP";
/// Length of each part, in digits.
const PARTS: [usize; 5] = [4, 3, 2, 2, 6];
const DIGITS: usize = 17;

/// A number with the right check character. Serial numbers have no gap within programme, phase and unit; the
/// issuer ensures that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Number {
    year: u16,
    programme: u16,
    phase: u8,
    unit: u8,
    serial: u32,
}

/// The reason why a text is no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoNumber {
    #[error("the number of a certificate is ZP, 17 digits and a check character")]
    Form,
    #[error("the last character does not fit the digits before: one of them is mistyped")]
    Check,
}

impl Number {
    /// Makes a number; `unit`: the two digits of the unit's code. `None` = a part has more digits than its
    /// place.
    pub fn new(year: u16, programme: u16, phase: u8, unit: u8, serial: u32) -> Option<Number> {
        let fits = year <= 9999 && programme <= 999 && phase <= 99 && unit <= 99 && serial <= 999_999;
        fits.then_some(Number { year, programme, phase, unit, serial })
    }

    /// The year of issue.
    pub fn year(self) -> u16 {
        self.year
    }

    pub fn programme(self) -> u16 {
        self.programme
    }

    pub fn phase(self) -> u8 {
        self.phase
    }

    /// Its place among the certificates of one programme, phase and unit, counted from 1.
    pub fn serial(self) -> u32 {
        self.serial
    }

    /// Another number of the same programme, phase and unit; `None` = there are no more serial numbers.
    pub fn next(self, year: u16, serial: u32) -> Option<Number> {
        Number::new(year, self.programme, self.phase, self.unit, serial)
    }

    fn digits(self) -> String {
        format!("{:04}{:03}{:02}{:02}{:06}", self.year, self.programme, self.phase, self.unit, self.serial)
    }
}

/// Most direct units: so many places are free between the codes of provinces and planned cities.
pub const DIRECT_MAX: u8 = 34;

/// The unit's part of a number: the code of a province or planned city unchanged (11 to 66, 91 to 95), direct
/// units (D01 to D34) in the gaps. `None` = there is no place for it.
pub fn unit_part(code: &str) -> Option<u8> {
    let Some(direct) = code.strip_prefix('D') else { return code.parse().ok().filter(|unit| *unit <= 99) };
    match direct.parse().ok()? {
        number @ 1..=10 => Some(number),
        number @ 11..=DIRECT_MAX => Some(number + 56),
        _ => None,
    }
}

/// ISO 7064 MOD 11-2, as in document numbers (GB 11643): finds every single mistyped digit and every swap of two.
fn check_character(digits: &str) -> char {
    let rest = digits.bytes().fold(0, |rest, digit| (rest + u32::from(digit - b'0')) * 2 % 11);
    char::from_digit((12 - rest) % 11, 10).unwrap_or('X')
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let digits = self.digits();
        write!(f, "{LETTERS}{digits}{}", check_character(&digits))
    }
}

impl FromStr for Number {
    type Err = NoNumber;

    /// Reads a number as people copy it: small letters, blanks and hyphens between groups do not matter.
    fn from_str(text: &str) -> Result<Number, NoNumber> {
        let text: String = text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
        let text = text.to_ascii_uppercase();
        let digits = text.strip_prefix(LETTERS).ok_or(NoNumber::Form)?;
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let (digits, check) = digits.split_at_checked(DIGITS).ok_or(NoNumber::Form)?;
        if !is_digits(digits) || check.len() != 1 || !(is_digits(check) || check == "X") {
            return Err(NoNumber::Form);
        }
        if check != check_character(digits).to_string() {
            return Err(NoNumber::Check);
        }
        let mut rest = digits;
        let parts = PARTS.map(|length| {
            let (part, after) = rest.split_at(length);
            rest = after;
            part.bytes().fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'))
        });
        let [year, programme, phase, unit, serial] = parts;
        let small = |part: u32| u8::try_from(part).map_err(|_| NoNumber::Form);
        let short = |part: u32| u16::try_from(part).map_err(|_| NoNumber::Form);
        Number::new(short(year)?, short(programme)?, small(phase)?, small(unit)?, serial)
            .ok_or(NoNumber::Form)
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Number, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_check_character_is_that_of_document_numbers() {
        // The vectors of GB 11643.
        assert_eq!(check_character("11010519491231002"), 'X');
        assert_eq!(check_character("44052418800101001"), '4');
        let number = Number::new(2020, 1, 1, 33, 123).expect("a number");
        assert_eq!(number.to_string(), "ZP202000101330001236");
    }

    #[test]
    fn no_two_units_share_a_part() {
        let direct = (1..=34).map(|number| format!("D{number:02}"));
        let fixed = (11..=66).chain(91..=95).map(|code: u8| code.to_string());
        let parts: Vec<u8> = direct.chain(fixed).map(|code| unit_part(&code).expect("a place")).collect();
        let once: std::collections::BTreeSet<u8> = parts.iter().copied().collect();
        assert_eq!((parts.len(), parts[0], parts[10], once.len()), (95, 1, 67, 95));
        for code in ["", "D", "D00", "D35", "D-1", "100", "x"] {
            assert_eq!(unit_part(code), None, "{code}");
        }
    }

    #[test]
    fn a_number_is_read_as_people_copy_it_and_refused_with_a_reason() {
        let number = Number::new(2020, 1, 1, 33, 123);
        for text in ["ZP202000101330001236", " zp2020 001-01 33 000123 6\n", "ZP202000101330001236"] {
            assert_eq!(text.parse().ok(), number, "{text}");
        }
        assert_eq!("ZP202000101330001237".parse::<Number>(), Err(NoNumber::Check));
        assert_eq!("ZP202000101330001326".parse::<Number>(), Err(NoNumber::Check));
        for text in [
            "",
            "ZP",
            "202000101330001236",
            "ZP20200010133000123",
            "ZP2020001013300012366",
            "ZP2020001013300x1236",
        ] {
            assert_eq!(text.parse::<Number>(), Err(NoNumber::Form), "{text}");
        }
        assert_eq!("ZP２０２０００１０１３３０００１２３６".parse::<Number>(), Err(NoNumber::Form));
        assert_eq!(Number::new(2020, 1000, 1, 33, 1), None);
        assert_eq!(Number::new(2020, 1, 1, 33, 1_000_000), None);
    }

    proptest! {
        #[test]
        fn every_number_comes_back_and_no_single_mistake_passes(
            (year, programme, phase, unit, serial) in (0u16..=9999, 0u16..=999, 0u8..=99, 0u8..=99, 0u32..=999_999),
            at in 2usize..19, other in 0u8..10,
        ) {
            let number = Number::new(year, programme, phase, unit, serial).expect("a number");
            let text = number.to_string();
            prop_assert_eq!(text.parse(), Ok(number));
            let mut mistyped = text.clone().into_bytes();
            mistyped[at] = b'0' + other;
            let mistyped = String::from_utf8(mistyped).expect("digits");
            prop_assert_eq!(mistyped.parse::<Number>().is_ok(), mistyped == text);
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
            if let Ok(number) = text.parse::<Number>() {
                prop_assert_eq!(number.to_string().parse(), Ok(number));
            }
        }
    }
}
