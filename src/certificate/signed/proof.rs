//! The proof in a PDF: a signed statement of its hash, in comments before its last lines, so that the file
//! and the published key are enough to check it. Readers of PDF skip comments; every byte outside of them is
//! hashed.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::jws::{self, NotSigned, Signer};
use super::keys::PublicKey;
use crate::certificate::content::Content;
use crate::certificate::number::Number;
use crate::chain::sha256;

/// The purpose in the head of the signature.
const PURPOSE: &str = "certificate-pdf+jwt";
/// The first line of the proof.
const MARK: &[u8] = b"%live-classroom proof 1\n";
/// The line before the place of the table of a PDF's objects, which the proof does not move.
const END: &[u8] = b"startxref\n";
/// Longest line of the proof, bytes; a PDF allows 255.
const LINE_BYTES: usize = 200;
/// Largest file; no certificate is larger.
pub const FILE_BYTES_MAX: usize = 4 << 20;

/// The content of a proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    pub number: Number,
    /// SHA-256 of the PDF without its proof, in hex.
    pub pdf: String,
    /// SHA-256 of the content, in hex; see [`Content::digest`].
    pub content: String,
}

/// The reason why a PDF does not prove to be genuine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotGenuine {
    #[error("the file is larger than any certificate")]
    TooLarge,
    #[error("the file holds no proof: it was not issued by this program, or was saved anew by another one")]
    NoProof,
    #[error("the proof is damaged: {0}")]
    Proof(#[from] NotSigned),
    #[error("the file was changed after it was issued")]
    Changed,
}

/// A PDF from [`super::super::print::Press::print`] with its proof. `None` = the bytes are no such PDF.
pub fn prove(signer: Signer, pdf: &[u8], content: &Content) -> Option<Vec<u8>> {
    let at = last(pdf, END)?;
    if last(pdf, MARK).is_some() {
        return None;
    }
    let statement = Statement { number: content.number, pdf: sha256(pdf), content: content.digest() };
    let signed = jws::sign(signer, PURPOSE, &json!(statement));
    let mut proven = pdf[..at].to_vec();
    proven.extend(MARK);
    for line in signed.as_bytes().chunks(LINE_BYTES) {
        proven.push(b'%');
        proven.extend(line);
        proven.push(b'\n');
    }
    proven.extend(&pdf[at..]);
    Some(proven)
}

/// The proof of a PDF, if one of the keys signed it and nothing was changed.
pub fn check(file: &[u8], keys: &[PublicKey]) -> Result<Statement, NotGenuine> {
    if file.len() > FILE_BYTES_MAX {
        return Err(NotGenuine::TooLarge);
    }
    let (from, to) = (last(file, MARK), last(file, END));
    let (Some(from), Some(to)) = (from, to) else { return Err(NotGenuine::NoProof) };
    let lines = file.get(from + MARK.len()..to).ok_or(NotGenuine::NoProof)?;
    let mut signed = String::new();
    for line in lines.split_inclusive(|byte| *byte == b'\n') {
        let line = line.strip_prefix(b"%").and_then(|line| line.strip_suffix(b"\n"));
        signed += line.and_then(|line| str::from_utf8(line).ok()).ok_or(NotGenuine::NoProof)?;
    }
    let statement = jws::open(&signed, PURPOSE, keys)?;
    let statement: Statement = serde_json::from_value(statement).map_err(|_| NotSigned::Form)?;
    let pdf = [&file[..from], &file[to..]].concat();
    if sha256(&pdf) == statement.pdf { Ok(statement) } else { Err(NotGenuine::Changed) }
}

/// The last place of `part`.
fn last(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).rposition(|window| window == part)
}

#[cfg(test)]
mod tests {
    use ring::signature::Ed25519KeyPair;

    use super::*;
    use crate::certificate::testing::content;

    /// The least that a proof needs of a PDF.
    const PDF: &[u8] = b"%PDF-1.7\n%\x80\xc3\nstream\nendstream\ntrailer\n<<>>\nstartxref\n12\n%%EOF";

    fn pair() -> Ed25519KeyPair {
        Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("a seed")
    }

    fn proven(pair: &Ed25519KeyPair) -> Vec<u8> {
        let signer = Signer { pair, did: "did:web:class.example.org" };
        prove(signer, PDF, &content()).expect("a PDF")
    }

    #[test]
    fn a_proven_file_is_checked_with_the_key_alone() {
        let pair = pair();
        let file = proven(&pair);
        assert_eq!(proven(&pair), file, "the same bytes");
        assert!(file.ends_with(b"\nstartxref\n12\n%%EOF"));
        assert!(file.split(|byte| *byte == b'\n').all(|line| line.len() < 255));
        let statement = check(&file, &[PublicKey::of(&pair)]).expect("genuine");
        assert_eq!((statement.number, statement.content), (content().number, content().digest()));
        assert_eq!(statement.pdf, sha256(PDF));
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let pair = pair();
        let (file, keys) = (proven(&pair), [PublicKey::of(&pair)]);
        for at in 0..file.len() {
            let mut changed = file.clone();
            changed[at] ^= 1;
            assert!(check(&changed, &keys).is_err(), "byte {at}");
        }
        for changed in [[&file[..], b"\n"].concat(), file[1..].to_vec(), [&file[..], &file[..]].concat()] {
            assert!(check(&changed, &keys).is_err());
        }
    }

    #[test]
    fn other_files_and_keys_are_refused_with_a_reason() {
        let pair = pair();
        let (file, keys) = (proven(&pair), [PublicKey::of(&pair)]);
        assert_eq!(check(PDF, &keys), Err(NotGenuine::NoProof));
        assert_eq!(check(b"", &keys), Err(NotGenuine::NoProof));
        assert_eq!(check(&vec![b'%'; FILE_BYTES_MAX + 1], &keys), Err(NotGenuine::TooLarge));
        let other = Ed25519KeyPair::from_seed_unchecked(&[8; 32]).expect("a seed");
        let refused = check(&file, &[PublicKey::of(&other)]);
        assert_eq!(refused, Err(NotGenuine::Proof(NotSigned::Signature)));
        // The proof of one file in another.
        let moved = [&file[..9], b" ", &file[9..]].concat();
        assert!(check(&moved, &keys).is_err());
        let signer = Signer { pair: &pair, did: "did:web:class.example.org" };
        assert_eq!(prove(signer, &file, &content()), None, "one proof is enough");
        assert_eq!(prove(signer, b"no PDF", &content()), None);
    }
}
