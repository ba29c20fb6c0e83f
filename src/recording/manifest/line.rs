//! Lines of the manifest: written in a chain, read back whatever is left of them.

use ring::digest::{SHA256, digest};

use super::Entry;
use super::view::Manifest;

/// Hex digits of a line's hash.
const HASH_DIGITS: usize = 32;

/// The end of a chain of lines: what the next one is hashed together with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Chain {
    hash: String,
}

impl Chain {
    /// Before the first line.
    pub fn start() -> Chain {
        Chain::default()
    }

    /// Hash of the last line, hex; empty before the first. Of a closed recording it is the seal.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// The next line, with its end. It belongs to the chain from now on.
    pub fn line(&mut self, entry: &Entry) -> String {
        let json = serde_json::to_string(entry).expect("an entry has only string keys");
        self.hash = hash(&self.hash, json.as_bytes());
        format!("{} {json}\n", self.hash)
    }
}

/// A line that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub entry: Entry,
    /// A line before it is damaged. This one is what was written: it follows from the line before it.
    pub after_damage: bool,
}

/// A whole line that is not what was written, or does not follow from the line before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// Counted from 1.
    pub line: usize,
    /// Where it begins, bytes.
    pub at: usize,
}

/// What is left of a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lines {
    pub good: Vec<Listed>,
    pub damaged: Vec<Damage>,
    /// Bytes up to the end of the last whole line: what a power cut tore lies behind, and is cut off
    /// before anything is appended.
    pub whole: usize,
    /// Bytes behind.
    pub torn: usize,
    /// Where the next line is appended.
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

/// Reads whatever `bytes` hold. Never fails: what is wrong is in the answer.
///
/// After a damaged line, the next one still counts when it follows from it: from the hash that
/// stands there, or from the one that should.
pub fn read(bytes: &[u8]) -> Lines {
    read_on(&Chain::start(), bytes)
}

/// As [`read`], for what was appended after the line that `chain` ends with.
pub fn read_on(chain: &Chain, bytes: &[u8]) -> Lines {
    let mut lines = Lines::default();
    // The hashes a line may follow from: more than one only after a damaged line.
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

/// The entry of a line and its hash, or the hashes that a line after this damaged one may follow from.
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
    let digest = digest(&SHA256, &bytes);
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).expect("a nibble is below 16");
    let bytes = &digest.as_ref()[..HASH_DIGITS / 2];
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0x0f)]).collect()
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
