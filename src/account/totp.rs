//! One-time passwords of an authenticator (RFC 6238 on RFC 4226): SHA-1, 30 seconds, 6 digits, as every
//! authenticator understands.

use data_encoding::BASE32_NOPAD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use ring::hmac;
use subtle::ConstantTimeEq;

/// Length of a secret, bytes (RFC 4226, 4: as long as the hash).
pub const SECRET_BYTES: usize = 20;
const STEP_MS: u64 = 30_000;
pub const DIGITS: u32 = 6;
/// Steps by which a clock may be wrong in either direction (RFC 6238, 5.2).
const SKEW: u64 = 1;
/// Characters to encode in an address: all but letters, digits and the unreserved signs (RFC 3986, 2.3).
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The time step of an instant.
pub fn step(now_ms: u64) -> u64 {
    now_ms / STEP_MS
}

/// The code of a step.
pub fn code(secret: &[u8], step: u64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let bytes = tag.as_ref();
    let offset = usize::from(bytes[bytes.len() - 1] & 0xf);
    let four = [bytes[offset], bytes[offset + 1], bytes[offset + 2], bytes[offset + 3]];
    let number = (u32::from_be_bytes(four) & 0x7fff_ffff) % 10u32.pow(DIGITS);
    format!("{number:06}")
}

/// The step of a code: near `now_ms` and later than `used`, the step of the last accepted code, so that a
/// code works once (RFC 6238, 5.2). `None` = the code is wrong.
pub fn check(secret: &[u8], text: &str, now_ms: u64, used: u64) -> Option<u64> {
    let given: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let now = step(now_ms);
    let steps = now.saturating_sub(SKEW)..=now + SKEW;
    // All steps are compared, even after a match.
    let found = steps.filter(|step| same(&code(secret, *step), &given) && *step > used).collect::<Vec<_>>();
    found.first().copied()
}

/// Compares in a time that does not tell how much is right.
fn same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

/// The address in the QR code for an authenticator.
pub fn url(secret: &[u8], issuer: &str, login: &str) -> String {
    let [issuer, login] = [issuer, login].map(|text| utf8_percent_encode(text, ENCODED));
    format!("otpauth://totp/{issuer}:{login}?secret={}&issuer={issuer}", base32(secret))
}

/// Base32 of RFC 4648 without padding.
pub fn base32(bytes: &[u8]) -> String {
    BASE32_NOPAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_rfc_6238() {
        // Appendix B, the last six of its eight digits.
        for (at_s, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code(SECRET, step(at_s * 1000)), expected, "{at_s}");
        }
    }

    #[test]
    fn a_code_works_in_its_window_and_once() {
        let now_ms = 1_234_567_890_000;
        let now = step(now_ms);
        for (offset, works) in [(-2, false), (-1, true), (0, true), (1, true), (2, false)] {
            let text = code(SECRET, now.checked_add_signed(offset).unwrap());
            let found = check(SECRET, &text, now_ms, 0);
            assert_eq!(found.is_some(), works, "{offset}");
            if let Some(used) = found {
                assert_eq!(check(SECRET, &text, now_ms, used), None, "{offset} again");
            }
        }
        let text = code(SECRET, now);
        assert_eq!(check(SECRET, &format!("{} {}", &text[..3], &text[3..]), now_ms, 0), Some(now));
        // The window ends exact to the millisecond.
        let start_ms = now * 30_000;
        assert!(check(SECRET, &text, start_ms - 30_000, 0).is_some());
        assert!(check(SECRET, &text, start_ms - 30_001, 0).is_none());
        assert!(check(SECRET, &text, start_ms + 59_999, 0).is_some());
        assert!(check(SECRET, &text, start_ms + 60_000, 0).is_none());
        for wrong in ["", "0", "00592", "0059240", "00592x", "abcdef"] {
            assert_eq!(check(SECRET, wrong, now_ms, 0), None, "{wrong}");
        }
    }

    #[test]
    fn secrets_are_written_as_authenticators_read_them() {
        assert_eq!(base32(b"foobar"), "MZXW6YTBOI");
        assert_eq!(base32(b"fooba"), "MZXW6YTB");
        assert_eq!(
            url(b"foobar", "培训", "wang.li"),
            "otpauth://totp/%E5%9F%B9%E8%AE%AD:wang.li?secret=MZXW6YTBOI&issuer=%E5%9F%B9%E8%AE%AD"
        );
    }
}
