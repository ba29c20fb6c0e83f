//! The list of withdrawn badges: Bitstring Status List 1.0, one bit for each badge. Everybody loads the whole
//! list, so that nobody learns which badge is being checked.

use std::io::{Read, Write};

use data_encoding::BASE64URL_NOPAD;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use super::jws::{self, NotSigned, Signer};
use super::keys::PublicKey;
use super::{CREDENTIALS, JWT};
use crate::time::{ServerInstant, rfc3339};

/// Length of a list, the shortest that the standard allows: a badge hides among many.
pub const BITS: usize = 131_072;
/// Longest text that is read.
const BYTES_MAX: u64 = 1 << 20;
/// Time after which verifiers ask again, ms.
const FRESH_MS: u64 = 5 * 60_000;
/// The multibase prefix of base64url.
const MULTIBASE: char = 'u';

/// A list of bits, all 0 at first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusList {
    bytes: Vec<u8>,
}

/// The reason why a list is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoList {
    #[error("this is no status list")]
    Form,
    #[error("the status list has fewer than {BITS} bits, or more than this program reads")]
    Length,
    #[error("the status list is damaged: {0}")]
    Signed(#[from] NotSigned),
    #[error("this is the status list of somebody else")]
    Issuer,
}

impl Default for StatusList {
    fn default() -> StatusList {
        StatusList { bytes: vec![0; BITS / 8] }
    }
}

impl StatusList {
    /// The byte of an index, and the bit in it; index 0 is the left-most bit.
    fn place(&self, index: usize) -> Option<(usize, u8)> {
        (index / 8 < self.bytes.len()).then_some((index / 8, 0x80 >> (index % 8)))
    }

    /// Whether a badge is withdrawn; `None` = beyond the end of the list.
    pub fn is_set(&self, index: usize) -> Option<bool> {
        self.place(index).map(|(byte, bit)| self.bytes[byte] & bit != 0)
    }

    /// Withdraws a badge; `None` = beyond the end of the list.
    pub fn set(&mut self, index: usize) -> Option<()> {
        let (byte, bit) = self.place(index)?;
        self.bytes[byte] |= bit;
        Some(())
    }

    /// GZIP without a time, then base64url.
    pub fn encoded(&self) -> String {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        // A vector takes everything.
        let _ = gzip.write_all(&self.bytes);
        let packed = gzip.finish().unwrap_or_default();
        format!("{MULTIBASE}{}", BASE64URL_NOPAD.encode(&packed))
    }

    /// Reads a list; one that unpacks to more than the limit is refused before it fills the memory.
    pub fn decode(text: &str) -> Result<StatusList, NoList> {
        let text = text.strip_prefix(MULTIBASE).ok_or(NoList::Form)?;
        let packed = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|_| NoList::Form)?;
        let mut bytes = Vec::new();
        let mut unpacked = GzDecoder::new(packed.as_slice()).take(BYTES_MAX + 1);
        unpacked.read_to_end(&mut bytes).map_err(|_| NoList::Form)?;
        let fits = (BITS / 8..=BYTES_MAX as usize).contains(&bytes.len());
        if fits { Ok(StatusList { bytes }) } else { Err(NoList::Length) }
    }

    /// The list as a credential of its own. `address`: its published address.
    pub fn sign(&self, signer: Signer, address: &str, now: ServerInstant) -> String {
        let credential = json!({
            "@context": [CREDENTIALS],
            "id": address,
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer": signer.did,
            "validFrom": rfc3339::written(now),
            "credentialSubject": {
                "id": format!("{address}#list"),
                "type": "BitstringStatusList",
                "statusPurpose": "revocation",
                "encodedList": self.encoded(),
                "ttl": FRESH_MS,
            },
            "iss": signer.did,
            "jti": address,
            "nbf": now.ms() / 1000,
        });
        jws::sign(signer, JWT, &credential)
    }

    /// Reads a signed list; `issuer`: the required issuer.
    pub fn open(text: &str, issuer: &str, keys: &[PublicKey]) -> Result<StatusList, NoList> {
        let credential = jws::open(text, JWT, keys)?;
        let text = |path: &str| credential.pointer(path).and_then(Value::as_str);
        let is_list = text("/credentialSubject/type") == Some("BitstringStatusList")
            && text("/credentialSubject/statusPurpose") == Some("revocation");
        if !is_list {
            return Err(NoList::Form);
        }
        if text("/issuer") != Some(issuer) {
            return Err(NoList::Issuer);
        }
        StatusList::decode(text("/credentialSubject/encodedList").ok_or(NoList::Form)?)
    }
}

#[cfg(test)]
mod tests {
    use ring::signature::Ed25519KeyPair;

    use super::*;

    /// Example 5 of the standard: nothing is set.
    const EMPTY: &str = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA";

    #[test]
    fn the_list_of_the_standard_is_read() {
        assert_eq!(StatusList::decode(EMPTY), Ok(StatusList::default()));
        // Ours is another packing of the same bits.
        assert_eq!(StatusList::decode(&StatusList::default().encoded()), Ok(StatusList::default()));
    }

    #[test]
    fn every_bit_is_its_own() {
        let mut list = StatusList::default();
        for index in [0, 7, 8, 94_567, BITS - 1] {
            assert_eq!(list.is_set(index), Some(false));
            list.set(index).expect("within the list");
            assert_eq!(list.is_set(index), Some(true));
        }
        assert_eq!((list.bytes[0], list.bytes[1]), (0b1000_0001, 0b1000_0000));
        assert_eq!((list.is_set(BITS), list.set(BITS)), (None, None));
        assert_eq!((0..BITS).filter(|index| list.is_set(*index) == Some(true)).count(), 5);
        assert_eq!(StatusList::decode(&list.encoded()), Ok(list));
    }

    fn packed(bytes: &[u8]) -> String {
        StatusList { bytes: bytes.to_vec() }.encoded()
    }

    #[test]
    fn short_long_and_broken_lists_are_refused() {
        assert_eq!(StatusList::decode(&packed(&[0; BITS / 8 - 1])), Err(NoList::Length));
        assert_eq!(StatusList::decode(&packed(&vec![0; 64 << 20])), Err(NoList::Length));
        for broken in ["", "u", "z6Mk", &EMPTY[1..], &EMPTY[..EMPTY.len() - 4], "u证书"] {
            assert_eq!(StatusList::decode(broken), Err(NoList::Form), "{broken}");
        }
    }

    #[test]
    fn a_signed_list_is_read_with_the_key_of_its_issuer() {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("a seed");
        let signer = Signer { pair: &pair, did: "did:web:class.example.org" };
        let keys = [PublicKey::of(&pair)];
        let mut list = StatusList::default();
        list.set(12).expect("within the list");
        let now = ServerInstant::of_fact(1_606_780_800_000);
        let text = list.sign(signer, "https://class.example.org/status/1", now);
        assert_eq!(StatusList::open(&text, signer.did, &keys), Ok(list));
        assert_eq!(StatusList::open(&text, "did:web:other.example", &keys), Err(NoList::Issuer));
        let other = Ed25519KeyPair::from_seed_unchecked(&[8; 32]).expect("a seed");
        let refused = StatusList::open(&text, signer.did, &[PublicKey::of(&other)]);
        assert_eq!(refused, Err(NoList::Signed(NotSigned::Signature)));
    }
}
