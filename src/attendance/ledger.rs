//! The credit ledger (CR-19): entries are only added, each bound to the one before by its hash, and
//! signed heads say how far the chain had come. Pure: the store keeps the bytes. What is hashed is frozen in its form.
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

/// How far a chain had come, signed by the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The local day, as 2020-11-17.
    pub date: String,
    /// The last entry and its hash; 0 and zeros before the first one.
    pub seq: u64,
    pub hash: String,
    /// None: of the first format, one a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<Bound>,
    /// Ed25519, hex.
    pub signature: String,
}

/// What a head of the second format binds beside the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bound {
    /// Heads count from 1 without a gap.
    pub number: u64,
    /// Digest of the result or of the completed course that was entered with it; empty when people decided.
    pub ground: String,
    /// The last event of the audit log and its hash; 0 and empty before the first one.
    pub audit_seq: u64,
    pub audit_hash: String,
}

impl Head {
    /// Signs that `last` is the last entry of `date` so far.
    pub fn sign(key: &Ed25519KeyPair, date: LocalDate, last: Option<&Entry>, bound: Option<Bound>) -> Head {
        let (seq, hash) = last.map_or_else(before_the_first, |last| (last.seq, last.hash.clone()));
        let mut head = Head { date: date.to_string(), seq, hash, bound, signature: String::new() };
        head.signature = hex(key.sign(&head.signed_bytes()).as_ref());
        head
    }

    /// Whether the holder of the key signed it.
    pub fn is_signed_by(&self, public_key: &[u8]) -> bool {
        let Some(signature) = unhex(&self.signature) else { return false };
        UnparsedPublicKey::new(&ED25519, public_key).verify(&self.signed_bytes(), &signature).is_ok()
    }

    /// A prefix of its own keeps these signatures from meaning anything else.
    fn signed_bytes(&self) -> Vec<u8> {
        let (date, seq, hash) = (self.date.as_str(), self.seq.to_string(), self.hash.as_str());
        match &self.bound {
            None => netstrings(&["live-classroom ledger head 1", date, &seq, hash]),
            Some(Bound { number, ground, audit_seq, audit_hash }) => {
                let (number, audit_seq) = (number.to_string(), audit_seq.to_string());
                let prefix = "live-classroom ledger head 2";
                netstrings(&[prefix, &number, date, &seq, hash, ground, &audit_seq, audit_hash])
            }
        }
    }
}

/// Number and hash of what stands before the first entry.
fn before_the_first() -> (u64, String) {
    (0, hex(&[0; 32]))
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
        let (last, prev_hash) = self.last.clone().unwrap_or_else(before_the_first);
        let seq = last + 1;
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
            return tampered("the signature of its head is not the server's");
        }
        let last = self.last.clone().unwrap_or_else(before_the_first);
        if last == (head.seq, head.hash.clone()) {
            Ok(())
        } else {
            tampered("its signed head says that another entry stood here")
        }
    }
}

/// Verifies a whole ledger against some of its signed heads; returns the number of entries.
pub fn verify(entries: &[Entry], heads: &[Head], public_key: &[u8]) -> Result<u64, Tampered> {
    let mut verifier = Verifier::default();
    heads.iter().filter(|head| head.seq == 0).try_for_each(|head| verifier.head(head, public_key))?;
    for entry in entries {
        verifier.entry(entry)?;
        for head in heads.iter().filter(|head| head.seq == entry.seq) {
            verifier.head(head, public_key)?;
        }
    }
    // A head beyond the last entry: the end was cut off.
    let count = entries.len() as u64;
    match heads.iter().find(|head| head.seq > count) {
        Some(head) => Err(Tampered { seq: head.seq, what: "it is missing, though a signed head names it" }),
        None => Ok(count),
    }
}
