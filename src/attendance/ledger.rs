//! The credit ledger (CR-19): entries are only added, each bound to the one before by its hash, and signed
//! heads say how far the chain had come. Pure: the store keeps the bytes. The form of the hashed bytes is
//! frozen.
//!
//! Canonical bytes of an entry: its fields in the order of [`Entry`] without the two hashes, each as a
//! netstring (`length:bytes,`), numbers in decimal, an absent field as the empty netstring. The hash is
//! SHA-256 of the previous hash (32 bytes, zeros before the first) followed by these bytes.

use ring::signature::{ED25519, Ed25519KeyPair, UnparsedPublicKey};
use serde::{Deserialize, Serialize};

use crate::chain::{self, End, Fault, bound, hex, netstrings, unhex};
use crate::time::LocalDate;

/// One entry. `seq` counts from 1 without gaps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    pub seq: u64,
    #[serde(flatten)]
    pub posting: Posting,
    /// SHA-256, in hex.
    pub prev_hash: String,
    pub hash: String,
}

/// An entry of the credit ledger before it has a number and a hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    pub person: String,
    pub content: String,
    /// Id of the lesson it came from; `None` = from no single lesson.
    pub lesson: Option<String>,
    pub kind: Kind,
    pub delta_ch: i64,
    pub policy_version: String,
    /// Digest of the facts behind the entry.
    pub input_digest: String,
    pub reason: String,
    /// Id of the person who entered it, or "server".
    pub actor: String,
    /// The second person, where one is needed (CR-20).
    pub approver: Option<String>,
    /// Server time, ms since the Unix epoch.
    pub at_ms: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    Live,
    Async,
    Makeup,
    /// People decided.
    Adjust,
    /// Proxy attendance was proven: the content is worth nothing from here on.
    Revoke,
    /// A later computation gave less than an earlier one.
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
    /// Makes the entry that follows `last`.
    pub fn after(last: Option<&Entry>, posting: Posting) -> Entry {
        let last = last.map_or_else(End::default, Entry::end);
        let End { seq, hash } = last.next(|seq, before| hash_of(before, seq, &posting));
        Entry { seq, posting, prev_hash: last.hash, hash }
    }

    /// The end of the ledger after this entry.
    pub fn end(&self) -> End {
        End { seq: self.seq, hash: self.hash.clone() }
    }
}

/// The hash over the canonical bytes; see the head of this file.
fn hash_of(before: &str, seq: u64, posting: &Posting) -> String {
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
    bound(before, &fields)
}

/// An end of the chain, signed by the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The local day, as 2020-11-17.
    pub date: String,
    /// The last entry and its hash; 0 and zeros before the first one.
    pub seq: u64,
    pub hash: String,
    /// `None` = a head of the first format, one a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<Bound>,
    /// Ed25519, hex.
    pub signature: String,
}

/// The content of a head of the second format beside the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bound {
    /// Number of the head, from 1 without gaps.
    pub number: u64,
    /// Digest of the result or of the completed course that was entered with it; empty when people decided.
    pub ground: String,
    /// The last event of the audit log and its hash; 0 and empty before the first one.
    pub audit_seq: u64,
    pub audit_hash: String,
}

impl Head {
    /// Signs the statement that `last` is the last entry of `date` so far.
    pub fn sign(key: &Ed25519KeyPair, date: LocalDate, last: Option<&Entry>, bound: Option<Bound>) -> Head {
        let End { seq, hash } = last.map_or_else(End::default, Entry::end);
        let mut head = Head { date: date.to_string(), seq, hash, bound, signature: String::new() };
        head.signature = hex(key.sign(&head.signed_bytes()).as_ref());
        head
    }

    /// Whether the holder of the key signed this head.
    pub fn is_signed_by(&self, public_key: &[u8]) -> bool {
        let Some(signature) = unhex(&self.signature) else { return false };
        UnparsedPublicKey::new(&ED25519, public_key).verify(&self.signed_bytes(), &signature).is_ok()
    }

    /// The end of the ledger at this head.
    pub fn end(&self) -> End {
        End { seq: self.seq, hash: self.hash.clone() }
    }

    /// The signed bytes. A prefix of their own keeps the signatures from meaning anything else.
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

/// The place where a ledger was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("ledger entry {seq}: {what}")]
pub struct Tampered {
    pub seq: u64,
    pub what: &'static str,
}

impl From<chain::Tampered> for Tampered {
    fn from(chain::Tampered { seq, fault }: chain::Tampered) -> Tampered {
        let what = match fault {
            Fault::Missing => "it is missing, or the numbers do not count up by one",
            Fault::Unbound => "it does not follow the entry before it",
            Fault::Changed => "it is not what was entered",
        };
        Tampered { seq, what }
    }
}

/// Checks entries and signed heads in the order of reading.
#[derive(Debug, Default)]
pub struct Verifier(chain::Verifier);

impl Verifier {
    /// Takes the next entry.
    pub fn entry(&mut self, entry: &Entry) -> Result<(), Tampered> {
        let hash_of = |seq, before: &str| hash_of(before, seq, &entry.posting);
        Ok(self.0.take(&entry.prev_hash, entry.end(), hash_of)?)
    }

    /// Checks a head that names the last entry taken.
    pub fn head(&self, head: &Head, public_key: &[u8]) -> Result<(), Tampered> {
        let tampered = |what| Err(Tampered { seq: head.seq, what });
        if !head.is_signed_by(public_key) {
            return tampered("the signature of its head is not the server's");
        }
        if *self.0.end() == head.end() {
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
