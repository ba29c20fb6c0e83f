//! The audit log (I-17): one event for each privileged act, each bound to the one before. The chain's hash is
//! keyed: a person who can write to the database, but lacks the key beside it, can neither change nor add an
//! event. Pure: the store keeps the bytes.
//!
//! An event's hash is HMAC-SHA256 over the previous hash (hex, zeros before the first), its number and its fields, each as a
//! netstring.

use ring::hmac;
use serde::{Deserialize, Serialize};

use crate::chain::{self, End, Fault, keyed};

/// A privileged act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Server time, ms since the Unix epoch; never less than that of the event before.
    pub at_ms: u64,
    /// A person's id, or "server", "cli", "visitor".
    pub actor: String,
    /// The act, as `account.roles_set`.
    pub act: String,
    /// Id of the object; may be empty.
    pub target: String,
    /// JSON. Never a document number, a telephone number, a password or a secret (I-18).
    pub detail: String,
    /// False = the act was refused.
    pub done: bool,
}

/// An event in its place. `seq` counts from 1 without gaps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    pub seq: u64,
    pub event: Event,
    /// Hash of the link before, in hex.
    pub prev_hash: String,
    pub hash: String,
}

impl Link {
    /// Makes the event that follows `last`; its time is at least that of `last`. `noted` is the expected
    /// number of the last event: if events are missing at the end, their numbers are not given again, so that
    /// the gap shows.
    pub fn after(key: &hmac::Key, last: Option<&Link>, noted: u64, mut event: Event) -> Link {
        event.at_ms = event.at_ms.max(last.map_or(0, |last| last.event.at_ms));
        let mut last = last.map_or_else(End::default, Link::end);
        last.seq = last.seq.max(noted);
        let End { seq, hash } = last.next(|seq, before| hash_of(key, seq, before, &event));
        Link { seq, event, prev_hash: last.hash, hash }
    }

    /// The end of the log after this event.
    pub fn end(&self) -> End {
        End { seq: self.seq, hash: self.hash.clone() }
    }

    /// Whether a holder of the key wrote this event; says nothing about its place.
    pub fn is_genuine(&self, key: &hmac::Key) -> bool {
        self.hash == hash_of(key, self.seq, &self.prev_hash, &self.event)
    }
}

fn hash_of(key: &hmac::Key, seq: u64, before: &str, event: &Event) -> String {
    let done = if event.done { "1" } else { "0" };
    let fields = [
        before,
        &seq.to_string(),
        &event.at_ms.to_string(),
        &event.actor,
        &event.act,
        &event.target,
        &event.detail,
        done,
    ];
    keyed(key, &fields)
}

/// The first event that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("event {seq} of the audit log is not what was written: {why}")]
pub struct Tampered {
    pub seq: u64,
    pub why: &'static str,
}

impl From<chain::Tampered> for Tampered {
    fn from(chain::Tampered { seq, fault }: chain::Tampered) -> Tampered {
        let why = match fault {
            Fault::Missing => "it is missing",
            Fault::Unbound => "it does not follow the one before",
            Fault::Changed => "it was changed",
        };
        Tampered { seq, why }
    }
}

/// Checks the log from its beginning, event by event.
#[derive(Debug, Default)]
pub struct Verifier {
    chain: chain::Verifier,
    at_ms: u64,
}

impl Verifier {
    pub fn next(&mut self, key: &hmac::Key, link: Link) -> Result<(), Tampered> {
        let event = &link.event;
        // The log writes no event older than the one before, so no hash is right for one.
        let is_older = event.at_ms < self.at_ms;
        self.chain.take(&link.prev_hash, link.end(), |seq, before| {
            if is_older { String::new() } else { hash_of(key, seq, before, event) }
        })?;
        self.at_ms = event.at_ms;
        Ok(())
    }

    /// The last event that was checked.
    pub fn end(&self) -> &End {
        self.chain.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> hmac::Key {
        hmac::Key::new(hmac::HMAC_SHA256, b"a key of tests")
    }

    fn chain(length: u64) -> Vec<Link> {
        let mut links: Vec<Link> = Vec::new();
        for number in 0..length {
            let event = Event {
                at_ms: 1000 - number,
                actor: format!("actor {number}"),
                act: "thing.done".into(),
                target: "somebody".into(),
                detail: "{}".into(),
                done: number % 2 == 0,
            };
            links.push(Link::after(&key(), links.last(), 0, event));
        }
        links
    }

    fn check(links: &[Link]) -> Result<(), u64> {
        let mut verifier = Verifier::default();
        links.iter().try_for_each(|link| verifier.next(&key(), link.clone())).map_err(|found| found.seq)
    }

    #[test]
    fn a_chain_is_sound_until_somebody_touches_it() {
        let sound = chain(5);
        assert_eq!(check(&sound), Ok(()));
        // The clock goes back; the log does not.
        assert!(sound.iter().all(|link| link.event.at_ms == 1000));
        for at in 0..5usize {
            let touched = |touch: &dyn Fn(&mut Link)| {
                let mut links = sound.clone();
                touch(&mut links[at]);
                check(&links)
            };
            let seq = at as u64 + 1;
            assert_eq!(touched(&|link| link.event.actor = "nobody".into()), Err(seq));
            assert_eq!(touched(&|link| link.event.done ^= true), Err(seq));
            assert_eq!(touched(&|link| link.event.at_ms += 1), Err(seq));
            assert_eq!(touched(&|link| link.event.at_ms -= 1), Err(seq));
            assert_eq!(touched(&|link| link.event.detail = "{ }".into()), Err(seq));
            assert_eq!(touched(&|link| link.seq += 1), Err(seq));
            let mut without = sound.clone();
            without.remove(at);
            // A cut at the end alone cannot be seen; for that the last hash is kept elsewhere, too.
            assert_eq!(check(&without), if at == 4 { Ok(()) } else { Err(seq) });
        }
    }

    #[test]
    fn without_the_key_nobody_adds_an_event() {
        let mut links = chain(2);
        let other = hmac::Key::new(hmac::HMAC_SHA256, b"another key");
        let event = links[1].event.clone();
        links.push(Link::after(&other, links.last(), 0, event));
        assert_eq!(check(&links), Err(3));
    }
}
