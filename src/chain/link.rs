//! The links of a chain. Each has a number, from 1 without gaps, the hash of the one before and its own.

use ring::digest::{SHA256, digest};
use ring::hmac;

use super::text::{hex, netstrings, unhex};

/// SHA-256, in hex.
pub fn sha256(bytes: &[u8]) -> String {
    hex(digest(&SHA256, bytes).as_ref())
}

/// SHA-256, in hex, over the hash before, as 32 bytes, and then the fields as netstrings: a change of one
/// link requires changing all that follow.
pub fn bound(before: &str, fields: &[&str]) -> String {
    let mut bytes = unhex(before).unwrap_or_default();
    bytes.extend(netstrings(fields));
    sha256(&bytes)
}

/// HMAC-SHA256, in hex, over fields as netstrings; if the hash before is one of them, nobody without the key
/// can add, change or remove a link.
pub fn keyed(key: &hmac::Key, fields: &[&str]) -> String {
    hex(hmac::sign(key, &netstrings(fields)).as_ref())
}

/// The end of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// The number of the last link; 0 = there is none.
    pub seq: u64,
    /// The hash of the last link, in hex; zeros = there is none.
    pub hash: String,
}

impl Default for End {
    fn default() -> End {
        End { seq: 0, hash: hex(&[0; 32]) }
    }
}

impl End {
    /// The end after one more link; `hash_of` computes its hash from its number and the hash before it.
    #[must_use]
    pub fn next(&self, hash_of: impl FnOnce(u64, &str) -> String) -> End {
        let seq = self.seq + 1;
        End { seq, hash: hash_of(seq, &self.hash) }
    }
}

/// The first link that is not as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tampered {
    pub seq: u64,
    pub fault: Fault,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Another number is in its place.
    Missing,
    /// It names another hash before it.
    Unbound,
    /// Its own hash differs.
    Changed,
}

/// Checks links one by one during reading, so that a chain need not fit in memory.
#[derive(Debug, Default)]
pub struct Verifier {
    end: End,
}

impl Verifier {
    /// Takes the next link as `found`, which names the hash `before`; `hash_of` computes its right hash.
    pub fn take(
        &mut self,
        before: &str,
        found: End,
        hash_of: impl FnOnce(u64, &str) -> String,
    ) -> Result<(), Tampered> {
        let expected = self.end.next(hash_of);
        let fault = if found.seq != expected.seq {
            Fault::Missing
        } else if before != self.end.hash {
            Fault::Unbound
        } else if found.hash != expected.hash {
            Fault::Changed
        } else {
            self.end = found;
            return Ok(());
        };
        Err(Tampered { seq: expected.seq, fault })
    }

    /// The last link that was taken.
    pub fn end(&self) -> &End {
        &self.end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash_of(text: &str) -> impl Fn(u64, &str) -> String {
        move |seq, before| bound(before, &[&seq.to_string(), text])
    }

    /// Each link: the hash before it, and the link.
    fn chain() -> Vec<(String, End)> {
        let mut end = End::default();
        let link = |text| {
            let before = end.hash.clone();
            end = end.next(hash_of(text));
            (before, end.clone())
        };
        ["a", "b", "c"].map(link).into()
    }

    fn check(links: &[(String, End)], texts: &[&str]) -> Result<(), Tampered> {
        let mut verifier = Verifier::default();
        let mut links = links.iter().zip(texts);
        links.try_for_each(|((before, link), text)| verifier.take(before, link.clone(), hash_of(text)))
    }

    #[test]
    fn a_chain_is_sound_until_somebody_touches_it() {
        let sound = chain();
        assert_eq!(check(&sound, &["a", "b", "c"]), Ok(()));
        assert_eq!(check(&sound, &["a", "x", "c"]), Err(Tampered { seq: 2, fault: Fault::Changed }));
        assert_eq!(check(&sound[1..], &["b", "c"]), Err(Tampered { seq: 1, fault: Fault::Missing }));
        let mut other = sound.clone();
        other[1].0 = sound[2].0.clone();
        assert_eq!(check(&other, &["a", "b", "c"]), Err(Tampered { seq: 2, fault: Fault::Unbound }));
    }

    #[test]
    fn hashes_are_those_of_others() {
        // `printf 'abc' | sha256sum`, and `printf '1:a,' | openssl dgst -sha256 -hmac key`.
        assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        let key = hmac::Key::new(hmac::HMAC_SHA256, b"key");
        assert_eq!(keyed(&key, &["a"]), "a82cfaaa9beb6184785f25406dc31146ec25f4ec3c49e0043a1048f96ddbc56f");
    }
}
