//! Telephone numbers of people and of offices.

use crate::text::mistake::Wrong;
use crate::text::plain;

/// Reads a Chinese mobile number of 11 digits.
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

/// Reads the telephone number of an office, `010-85305090` or `010-85305090-12`, or a mobile number.
pub fn of_office(text: &str) -> Result<String, Wrong> {
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

/// The number masked: 138****5678.
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
    use crate::protocol::shared;

    #[test]
    fn telephones_of_the_seed_notices_are_read() {
        assert_eq!(of_office("010—85305090").as_deref(), Ok("010-85305090"));
        assert_eq!(of_office("010－85305568").as_deref(), Ok("010-85305568"));
        assert_eq!(of_office("87566101-8703").as_deref(), Ok("87566101-8703"));
        assert_eq!(of_office("+86 138 1234 5678").as_deref(), Ok("13812345678"));
        assert_eq!(mobile("0086-19212345678").as_deref(), Ok("19212345678"));
        for text in ["12812345678", "1381234567", "138123456789", "１３８1234567a"] {
            assert_eq!(mobile(text), Err(Wrong::Phone), "{text}");
        }
        assert_eq!(masked_mobile("13812345678"), "138****5678");
    }

    /// The tests of the web client read the same cases.
    #[test]
    fn the_client_judges_mobile_numbers_alike() {
        for case in shared::person()["mobiles"].as_array().expect("a list of cases") {
            let text = case[0].as_str().expect("a text");
            let wrong: Option<Wrong> =
                crate::wire::deserialize(case[1].clone()).expect("a word for what is wrong");
            assert_eq!(mobile(text).err(), wrong, "{case}");
        }
    }

    proptest! {
        #[test]
        fn no_text_upsets_the_readers(text in ".{0,60}") {
            let _ = (mobile(&text), of_office(&text));
        }
    }
}
