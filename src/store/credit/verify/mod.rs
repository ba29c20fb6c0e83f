//! Checks that the books are as entered: [`chain`] every entry under its signed heads, [`grounds`] every
//! result and completed course, [`sums`] that the ledger agrees with them, [`evidence`] the facts and what
//! was watched.

use std::fmt;

use anyhow::bail;
use ring::signature::KeyPair;

use super::super::db::{integrity, schema};
use super::super::{Store, audit, certificates, conclusions, plan_seals, quizzes, reports, signed};
use super::sealing::Sealing;
use super::{asking, heads};
use crate::attendance::ledger::{Head, Tampered};

mod chain;
mod evidence;
mod grounds;
mod policies;
mod sums;

/// The figures of sound books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    pub entries: u64,
    /// Number of those from versions without a signed head for each entry.
    pub entries_before_sealing: u64,
    pub results: u64,
    /// Ended classes without a result.
    pub taught_unjudged: u64,
    pub last_head: Option<Head>,
}

/// The end of a ledger, as somebody noted it elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub seq: u64,
    pub hash: String,
    /// The beginning of the head's signature; empty = not noted. It binds results without entries, too.
    pub signature: String,
}

/// Noted length of a signature, hex digits: nobody finds another head with a signature that begins alike.
const SIGNATURE_KEPT: usize = 32;

impl Kept {
    pub fn of(head: &Head) -> Kept {
        let signature = head.signature.chars().take(SIGNATURE_KEPT).collect();
        Kept { seq: head.seq, hash: head.hash.clone(), signature }
    }

    /// Reads the text of [`Kept`], with or without the signature.
    pub fn parse(text: &str) -> Option<Kept> {
        let (seq, rest) = text.split_once(':')?;
        let (hash, signature) = rest.split_once(':').unwrap_or((rest, ""));
        Some(Kept { seq: seq.parse().ok()?, hash: hash.to_owned(), signature: signature.to_owned() })
    }

    fn is(&self, head: &Head) -> bool {
        (self.seq, &self.hash) == (head.seq, &head.hash) && head.signature.starts_with(&self.signature)
    }
}

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.seq, self.hash, self.signature)
    }
}

impl Store {
    /// Checks the books as of one moment, also beside a running server; `kept` is an end that somebody noted
    /// elsewhere. The error names the first thing that is not as entered.
    pub async fn verify_books(&self, kept: Option<&Kept>) -> anyhow::Result<Verified> {
        let mut reader = self.begin_reading().await?;
        integrity::check_pages(&mut reader).await?;
        let sealing = Sealing::read(&mut reader, self.vault()).await?;
        let Some(sealing) = sealing.filter(|sealing| self.sealing == Some(*sealing)) else {
            bail!(
                "the seal of the books is missing or not the one that this server made: what it says of earlier versions is \
                 void (books of a version that had no seal are taken over when the server is started, not here)"
            );
        };
        let last_event = audit::walk(&mut reader, self.vault(), None).await?.map_or(0, |(seq, _)| seq);
        let (entries, last_head) =
            chain::check(&mut reader, sealing, kept, &self.ledger_keys().await?).await?;
        let results = grounds::results(&mut reader).await?;
        grounds::standing(&mut reader).await?;
        grounds::completions(&mut reader).await?;
        grounds::of_entries(&mut reader).await?;
        grounds::signed(&mut reader).await?;
        chain::people(&mut reader, sealing).await?;
        asking::check(&mut reader, (signed(sealing.entries_upto), signed(sealing.facts_upto))).await?;
        evidence::facts(&mut reader, self.vault(), sealing).await?;
        evidence::watched(&mut reader, self.vault()).await?;
        evidence::begun(&mut reader).await?;
        sums::check(&mut reader).await?;
        plan_seals::check(&mut reader, self.vault()).await?;
        policies::check(&mut reader).await?;
        conclusions::verify::check(&mut reader, self.vault()).await?;
        quizzes::verify::check(&mut reader, self.vault()).await?;
        certificates::verify::check(&mut reader, self.vault()).await?;
        reports::check(&mut reader, self.vault()).await?;
        audit::check_end(&mut reader, self.vault(), last_event).await?;
        // Last, so that the consequences of a changed schema are named first.
        if let Some(found) = schema::difference(&mut reader).await? {
            bail!("{found}");
        }
        let entries_before_sealing = sealing.entries_upto;
        let taught_unjudged = grounds::missing(&mut reader).await?;
        Ok(Verified { entries, entries_before_sealing, results, taught_unjudged, last_head })
    }

    /// All signed heads, oldest first.
    pub async fn heads(&self) -> anyhow::Result<Vec<Head>> {
        let mut reader = self.readers.acquire().await?;
        heads::all(&mut reader).await
    }

    /// Whether a head carries the server's signature.
    pub fn is_own(&self, head: &Head) -> bool {
        head.is_signed_by(self.ledger_key())
    }

    /// The public key of the ledger, with which anybody checks the signatures of heads.
    pub fn ledger_key(&self) -> &[u8] {
        self.keys.ledger().public_key().as_ref()
    }
}

pub(super) fn tampered(seq: u64, what: &'static str) -> anyhow::Error {
    Tampered { seq, what }.into()
}
