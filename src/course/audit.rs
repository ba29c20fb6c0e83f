//! The audit log (I-17): one event for each privileged act, each bound to the one before. The chain's hash
//! is keyed: who can write to the database, but does not have the key beside it, can neither change an
//! event nor add one. Pure: the store keeps the bytes.
//!
//! An event's canonical bytes are its number and fields as netstrings. Its hash is HMAC-SHA256 of the previous hash
//! (32 bytes, zeros before the first) followed by them.

use ring::hmac;
use serde::{Deserialize, Serialize};

use crate::attendance::ledger::netstrings;
use crate::attendance::lesson::hex;

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Server's milliseconds since the Unix epoch; never less than the one before.
    pub at_ms: u64,
    /// A person's id, or "server", "cli", "visitor".
    pub actor: String,
    /// As `account.roles_set`.
    pub act: String,
    /// Id of what it was done to; may be empty.
    pub target: String,
    /// JSON. Never a number of a document, a telephone, a password or a secret (I-18).
    pub detail: String,
    /// False for what was tried and refused.
    pub done: bool,
}

/// An event in its place. `seq` counts from 1 without a gap.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    pub seq: u64,
    pub event: Event,
    /// Hex.
    pub prev_hash: String,
    pub hash: String,
}

impl Link {
    /// The event that follows `last`; its time is made to follow, too.
    pub fn after(key: &hmac::Key, last: Option<&Link>, mut event: Event) -> Link {
        event.at_ms = event.at_ms.max(last.map_or(0, |last| last.event.at_ms));
        let seq = last.map_or(1, |last| last.seq + 1);
        let prev_hash = last.map_or_else(|| hex(&[0; 32]), |last| last.hash.clone());
        let hash = hash(key, seq, &prev_hash, &event);
        Link { seq, event, prev_hash, hash }
    }
}

fn hash(key: &hmac::Key, seq: u64, prev_hash: &str, event: &Event) -> String {
    let done = if event.done { "1" } else { "0" };
    let fields = [
        prev_hash,
        &seq.to_string(),
        &event.at_ms.to_string(),
        &event.actor,
        &event.act,
        &event.target,
        &event.detail,
        done,
    ];
    hex(hmac::sign(key, &netstrings(&fields)).as_ref())
}

/// The first event that is not what was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("event {seq} of the audit log is not what was written: {why}")]
pub struct Tampered {
    pub seq: u64,
    pub why: &'static str,
}

/// Checks a chain from its beginning, event by event.
#[derive(Debug, Default)]
pub struct Verifier {
    last: Option<Link>,
}

impl Verifier {
    pub fn next(&mut self, key: &hmac::Key, link: Link) -> Result<(), Tampered> {
        let tampered = |why| Err(Tampered { seq: link.seq, why });
        let expected = Link::after(key, self.last.as_ref(), link.event.clone());
        if expected.seq != link.seq {
            return Err(Tampered { seq: expected.seq, why: "it is missing" });
        }
        if expected.prev_hash != link.prev_hash {
            return tampered("it does not follow the one before");
        }
        if expected != link {
            return tampered("it was changed");
        }
        self.last = Some(link);
        Ok(())
    }

    /// The last event that was checked.
    pub fn last(&self) -> Option<&Link> {
        self.last.as_ref()
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
            links.push(Link::after(&key(), links.last(), event));
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
        // The clock went back; the log does not.
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
            assert_eq!(touched(&|link| link.event.detail = "{ }".into()), Err(seq));
            assert_eq!(touched(&|link| link.seq += 1), Err(seq));
            let mut without = sound.clone();
            without.remove(at);
            // The end alone can be cut off unseen; for that one keeps the last hash elsewhere.
            assert_eq!(check(&without), if at == 4 { Ok(()) } else { Err(seq) });
        }
    }

    #[test]
    fn without_the_key_nobody_adds_an_event() {
        let mut links = chain(2);
        let other = hmac::Key::new(hmac::HMAC_SHA256, b"another key");
        let event = links[1].event.clone();
        links.push(Link::after(&other, links.last(), event));
        assert_eq!(check(&links), Err(3));
    }
}
