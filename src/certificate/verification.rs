//! The verification key: the holder of a certificate can ask for its state, and guessing numbers reveals
//! nothing.

use data_encoding::BASE32_NOPAD;
use ring::hmac;
use subtle::ConstantTimeEq;

use super::number::Number;

/// Length of the HMAC in the address, bytes: 2^64 guesses for one certificate, behind a rate limit.
const KEY_BYTES: usize = 8;
/// Length of a key in base32 letters.
pub const KEY_CHARS: usize = 13;

/// The `k` of a number: the first 8 bytes of HMAC-SHA256 over the number, in base32.
pub fn key_of(secret: &hmac::Key, number: Number) -> String {
    let tag = hmac::sign(secret, number.to_string().as_bytes());
    BASE32_NOPAD.encode(&tag.as_ref()[..KEY_BYTES])
}

/// Whether `given` is the key of the number; takes the same time whatever is wrong with it.
pub fn is_key_of(secret: &hmac::Key, number: Number, given: &str) -> bool {
    let right = key_of(secret, number);
    right.as_bytes().ct_eq(given.to_ascii_uppercase().as_bytes()).into()
}

/// Whether a text could be a key.
pub fn is_key(text: &str) -> bool {
    text.len() == KEY_CHARS && BASE32_NOPAD.decode(text.as_bytes()).is_ok()
}

/// The address in the QR code. `pages`: the address for looking up numbers, e.g.
/// `https://class.example.org/v`.
pub fn address(pages: &str, number: Number, key: &str) -> String {
    format!("{pages}/{number}?k={key}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_that_of_one_number_and_one_secret() {
        let secret = hmac::Key::new(hmac::HMAC_SHA256, b"secret");
        let number: Number = "ZP202000101330001236".parse().expect("a number");
        let other = Number::new(2020, 1, 1, 33, 124).expect("a number");
        let key = key_of(&secret, number);
        // printf ZP202000101330001236 | openssl dgst -sha256 -hmac secret -binary | head -c 8 | base32
        assert_eq!(key, "YQV7DXJGXNSJA");
        assert!(
            is_key(&key)
                && is_key_of(&secret, number, &key)
                && is_key_of(&secret, number, &key.to_lowercase())
        );
        assert!(!is_key_of(&secret, other, &key));
        assert!(!is_key_of(&hmac::Key::new(hmac::HMAC_SHA256, b"other"), number, &key));
        for wrong in ["", "A", &key[1..], &format!("{key}A"), "ＡＡＡＡ", "1111111111111"] {
            assert!(!is_key_of(&secret, number, wrong) && !is_key(wrong), "{wrong}");
        }
        assert_eq!(
            address("https://a.example/v", number, &key),
            format!("https://a.example/v/{number}?k={key}")
        );
    }
}
