//! Bytes as text, and texts as bytes.

use data_encoding::HEXLOWER;

/// Lower-case hex digits.
pub fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

/// Reads only the output of [`hex`]: bytes have one form.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    HEXLOWER.decode(text.as_bytes()).ok()
}

/// Texts joined so that no two lists of them give the same bytes.
pub fn netstrings(fields: &[&str]) -> Vec<u8> {
    fields.iter().flat_map(|field| format!("{}:{field},", field.len()).into_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_have_one_form() {
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(unhex(&hex(&bytes)), Some(bytes));
        assert_eq!((hex(&[]), unhex("")), (String::new(), Some(vec![])));
        for other in ["0", "0A", "+f", "0x", " 00", "00 ", "零零"] {
            assert_eq!(unhex(other), None, "{other}");
        }
    }

    #[test]
    fn no_two_lists_look_the_same() {
        assert_eq!(netstrings(&["a", "", "课"]), "1:a,0:,3:课,".as_bytes());
        assert_ne!(netstrings(&["a,1:b"]), netstrings(&["a", "b"]));
    }
}
