//! The credit ledger (CR-19): entries are only added, each bound to the one before by its hash, and
//! a signed head says each day how far the chain had come. Pure: the store keeps the bytes.
//!
//! Canonical bytes of an entry: its fields in the order of [`Entry`] without the two hashes, each as a
//! netstring (`length:bytes,`), numbers in decimal, what is absent as the empty one. Its hash is
//! SHA-256 of the previous hash (32 bytes, zeros before the first) followed by them.

use ring::digest::{SHA256, digest};
use ring::signature::{ED25519, Ed25519KeyPair, UnparsedPublicKey};
use serde::{Deserialize, Serialize};

use super::date::LocalDate;
use super::lesson::hex;

/// One entry. `seq` counts from 1 without a gap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    pub seq: u64,
    #[serde(flatten)]
    pub posting: Posting,
    /// Hex of SHA-256.
    pub prev_hash: String,
    pub hash: String,
}

/// What is entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    pub person: String,
    pub content: String,
    /// The lesson it came from, if from one.
    pub lesson: Option<String>,
    pub kind: Kind,
    pub delta_ch: i64,
    pub policy_version: String,
    /// Digest of the facts it was computed from.
    pub input_digest: String,
    pub reason: String,
    /// Who entered it: a person's id, or "server".
    pub actor: String,
    /// The second person, where one is needed (CR-20).
    pub approver: Option<String>,
    /// Server's milliseconds since the Unix epoch.
    pub at_ms: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Live,
    Async,
    Makeup,
    /// Decided by people.
    Adjust,
    /// Proxy attendance was proven: the content is worth nothing from here on.
    Revoke,
    /// A computation came to less than before.
    Reverse,
}

impl Kind {
    fn word(self) -> &'static str {
        match self {
            Kind::Live => "live",
            Kind::Async => "async",
            Kind::Makeup => "makeup",
            Kind::Adjust => "adjust",
            Kind::Revoke => "revoke",
            Kind::Reverse => "reverse",
        }
    }
}

impl Entry {
    /// The entry that follows `last`.
    pub fn after(last: Option<&Entry>, posting: Posting) -> Entry {
        let seq = last.map_or(1, |last| last.seq + 1);
        let prev_hash = last.map_or_else(|| hex(&[0; 32]), |last| last.hash.clone());
        let hash = hash_of(&prev_hash, seq, &posting);
        Entry { seq, posting, prev_hash, hash }
    }
}

fn hash_of(prev_hash: &str, seq: u64, posting: &Posting) -> String {
    let mut bytes = unhex(prev_hash).unwrap_or_default();
    bytes.extend(canonical(seq, posting));
    hex(digest(&SHA256, &bytes).as_ref())
}

/// The canonical bytes; see the head of this file.
fn canonical(seq: u64, posting: &Posting) -> Vec<u8> {
    let fields = [
        &seq.to_string(),
        &posting.person,
        &posting.content,
        posting.lesson.as_deref().unwrap_or_default(),
        posting.kind.word(),
        &posting.delta_ch.to_string(),
        &posting.policy_version,
        &posting.input_digest,
        &posting.reason,
        &posting.actor,
        posting.approver.as_deref().unwrap_or_default(),
        &posting.at_ms.to_string(),
    ];
    netstrings(&fields)
}

/// Texts put together so that no two lists of them look the same.
pub fn netstrings(fields: &[&str]) -> Vec<u8> {
    fields.iter().flat_map(|field| format!("{}:{field},", field.len()).into_bytes()).collect()
}

/// Only what [`hex`] writes is read: bytes have one form.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2);
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    pairs.map(byte).collect::<Option<Vec<u8>>>().filter(|bytes| hex(bytes) == text)
}

/// How far a chain had come on a day, signed by the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The local day, as 2020-11-17.
    pub date: String,
    pub seq: u64,
    pub hash: String,
    /// Ed25519, hex.
    pub signature: String,
}

impl Head {
    /// Signs the entry that is the last one of `date`.
    pub fn sign(key: &Ed25519KeyPair, date: LocalDate, last: &Entry) -> Head {
        let (date, seq, hash) = (date.to_string(), last.seq, last.hash.clone());
        let signature = hex(key.sign(&signed_bytes(&date, seq, &hash)).as_ref());
        Head { date, seq, hash, signature }
    }

    fn is_signed_by(&self, public_key: &[u8]) -> bool {
        let Some(signature) = unhex(&self.signature) else { return false };
        let bytes = signed_bytes(&self.date, self.seq, &self.hash);
        UnparsedPublicKey::new(&ED25519, public_key).verify(&bytes, &signature).is_ok()
    }
}

/// A prefix of its own keeps these signatures from meaning anything else.
fn signed_bytes(date: &str, seq: u64, hash: &str) -> Vec<u8> {
    netstrings(&["live-classroom ledger head 1", date, &seq.to_string(), hash])
}

/// Where a ledger is not what it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("ledger entry {seq}: {what}")]
pub struct Tampered {
    pub seq: u64,
    pub what: &'static str,
}

/// Checks entries as they are read, one by one, so that a ledger need not fit in memory.
#[derive(Debug, Default)]
pub struct Verifier {
    last: Option<(u64, String)>,
}

impl Verifier {
    /// Takes the next entry.
    pub fn entry(&mut self, entry: &Entry) -> Result<(), Tampered> {
        let (seq, prev_hash) = match &self.last {
            Some((seq, hash)) => (seq + 1, hash.clone()),
            None => (1, hex(&[0; 32])),
        };
        let tampered = |what| Err(Tampered { seq, what });
        if entry.seq != seq {
            return tampered("it is missing, or the numbers do not count up by one");
        }
        if entry.prev_hash != prev_hash {
            return tampered("it does not follow the entry before it");
        }
        if entry.hash != hash_of(&prev_hash, seq, &entry.posting) {
            return tampered("it is not what was entered");
        }
        self.last = Some((seq, entry.hash.clone()));
        Ok(())
    }

    /// Checks a head when the entry that it names was the last one taken.
    pub fn head(&self, head: &Head, public_key: &[u8]) -> Result<(), Tampered> {
        let tampered = |what| Err(Tampered { seq: head.seq, what });
        if !head.is_signed_by(public_key) {
            return tampered("the signature of the day's head is not the server's");
        }
        match &self.last {
            Some((seq, hash)) if (*seq, hash) == (head.seq, &head.hash) => Ok(()),
            _ => tampered("the signed head of the day says another entry stood here"),
        }
    }
}

/// Verifies a whole ledger against its signed heads, which may be fewer than its days; returns the
/// number of entries.
pub fn verify(entries: &[Entry], heads: &[Head], public_key: &[u8]) -> Result<u64, Tampered> {
    let mut verifier = Verifier::default();
    for entry in entries {
        verifier.entry(entry)?;
        for head in heads.iter().filter(|head| head.seq == entry.seq) {
            verifier.head(head, public_key)?;
        }
    }
    // A head beyond the last entry: the end was cut off.
    let count = entries.len() as u64;
    match heads.iter().find(|head| !(1..=count).contains(&head.seq)) {
        Some(head) => Err(Tampered { seq: head.seq, what: "it is missing, though a signed head names it" }),
        None => Ok(count),
    }
}
