//! Lines of the manifest: written in a chain, and read back as far as they are left.

use ring::digest::{SHA256, digest};

use super::Entry;
use super::view::Manifest;
use crate::chain::hex;

/// Hex digits of a line's hash.
const HASH_DIGITS: usize = 32;

/// The end of a chain of lines, which is hashed together with the next one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chain {
    hash: String,
}

impl Chain {
    /// The chain before the first line.
    pub fn start() -> Chain {
        Chain::default()
    }

    /// Hash of the last line, in hex; empty before the first. The seal of a closed recording.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Makes the next line, with its end, and moves the chain past it.
    pub fn line(&mut self, entry: &Entry) -> String {
        let json = serde_json::to_string(entry).expect("an entry has only string keys");
        self.hash = hash(&self.hash, json.as_bytes());
        format!("{} {json}\n", self.hash)
    }
}

/// A line as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub entry: Entry,
    /// A line before it is damaged. This one is as written: it follows from the line before it.
    pub after_damage: bool,
}

/// A whole line that is not as written, or does not follow from the line before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// Number of the line, from 1.
    pub line: usize,
    /// Its beginning, bytes.
    pub at: usize,
}

/// The readable part of a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lines {
    pub good: Vec<Listed>,
    pub damaged: Vec<Damage>,
    /// Length up to the end of the last whole line, bytes: a line torn by a power cut lies behind it, and is
    /// cut off before anything is appended.
    pub whole: usize,
    /// Length behind it, bytes.
    pub torn: usize,
    /// The chain for appending the next line.
    pub chain: Chain,
}

impl Lines {
    /// The fold of the good lines.
    pub fn manifest(&self) -> Manifest {
        let mut manifest = Manifest::default();
        for listed in &self.good {
            manifest.apply(&listed.entry);
        }
        manifest
    }
}

/// Reads everything in `bytes`. Never fails: damage is part of the answer.
///
/// After a damaged line, the next one still counts if it follows from it: from the hash in the line, or from
/// the right one.
pub fn read(bytes: &[u8]) -> Lines {
    read_on(&Chain::start(), bytes)
}

/// Like [`read`], for lines appended after the line at the end of `chain`.
pub fn read_on(chain: &Chain, bytes: &[u8]) -> Lines {
    let mut lines = Lines::default();
    // The hashes from which a line may follow: more than one only after a damaged line.
    let mut before = vec![chain.hash.clone()];
    let mut number = 0;
    while let Some(len) = bytes[lines.whole..].iter().position(|byte| *byte == b'\n') {
        let line = &bytes[lines.whole..lines.whole + len];
        number += 1;
        match check(line, &before) {
            Ok((entry, hash)) => {
                lines.good.push(Listed { entry, after_damage: !lines.damaged.is_empty() });
                before = vec![hash];
            }
            Err(possible) => {
                lines.damaged.push(Damage { line: number, at: lines.whole });
                before = possible;
            }
        }
        lines.whole += len + 1;
    }
    lines.torn = bytes.len() - lines.whole;
    lines.chain = Chain { hash: before.swap_remove(0) };
    lines
}

/// The entry of a line and its hash; the error is the hashes from which a line after this damaged one may
/// follow.
fn check(line: &[u8], before: &[String]) -> Result<(Entry, String), Vec<String>> {
    let (stated, json) = match line.split_at_checked(HASH_DIGITS) {
        Some((stated, [b' ', json @ ..])) => (stated, json),
        _ => (&[][..], line),
    };
    let hashes: Vec<String> = before.iter().map(|before| hash(before, json)).collect();
    if let Some(hash) = hashes.iter().find(|hash| hash.as_bytes() == stated)
        && let Ok(entry) = serde_json::from_slice(json)
    {
        return Ok((entry, hash.clone()));
    }
    let is_hex = |byte: &u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
    let mut possible = Vec::new();
    if !stated.is_empty() && stated.iter().all(is_hex) {
        possible.push(String::from_utf8_lossy(stated).into_owned());
    }
    possible.extend(hashes.into_iter().take(1));
    Err(possible)
}

fn hash(before: &str, json: &[u8]) -> String {
    let mut bytes = Vec::with_capacity(before.len() + json.len());
    bytes.extend_from_slice(before.as_bytes());
    bytes.extend_from_slice(json);
    hex(&digest(&SHA256, &bytes).as_ref()[..HASH_DIGITS / 2])
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
