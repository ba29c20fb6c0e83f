//! The server's own keys, in files beside the database and not in it: who gets a copy of the database
//! can neither foresee a check nor sign a head of the ledger.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, anyhow};
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::Ed25519KeyPair;

const CHECKS: &str = "checks.key";
const LEDGER: &str = "ledger.key";

/// Made at the first start, 0600. Cheap to clone.
#[derive(Clone)]
pub struct Keys {
    checks: hmac::Key,
    ledger: Arc<Ed25519KeyPair>,
}

impl Keys {
    pub(super) fn open(dir: &Path) -> anyhow::Result<Keys> {
        let checks = read_or_make(&dir.join(CHECKS), || {
            let mut key = [0; 32];
            SystemRandom::new().fill(&mut key).map_err(|_| anyhow!("this machine gives no random bytes"))?;
            Ok(key.to_vec())
        })?;
        let ledger = read_or_make(&dir.join(LEDGER), || {
            let pair = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new());
            Ok(pair.map_err(|_| anyhow!("this machine gives no random bytes"))?.as_ref().to_vec())
        })?;
        let broken = |error| anyhow!("{} is damaged ({error}); restore it from a backup", LEDGER);
        let ledger = Ed25519KeyPair::from_pkcs8(&ledger).map_err(broken)?;
        Ok(Keys { checks: hmac::Key::new(hmac::HMAC_SHA256, &checks), ledger: Arc::new(ledger) })
    }

    /// The secret from which the moments of a lesson's checks are drawn (CR-7).
    pub fn lesson_secret(&self, lesson: &str) -> Vec<u8> {
        hmac::sign(&self.checks, lesson.as_bytes()).as_ref().to_vec()
    }

    /// Signs the heads of the credit ledger (CR-19).
    pub fn ledger(&self) -> &Ed25519KeyPair {
        &self.ledger
    }
}

/// Reads a key; makes it when there is none, synced before anything depends on it.
pub(super) fn read_or_make(
    file: &Path,
    make: impl FnOnce() -> anyhow::Result<Vec<u8>>,
) -> anyhow::Result<Vec<u8>> {
    match fs::read(file) {
        Ok(key) => return Ok(key),
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", file.display())),
    }
    let key = make()?;
    let fresh = file.with_extension("new");
    let write = || {
        let mut out = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&fresh)?;
        out.write_all(&key)?;
        out.sync_all()?;
        // Never over a key that another process made meanwhile.
        fs::hard_link(&fresh, file).or_else(|error| match error.kind() {
            ErrorKind::AlreadyExists => Ok(()),
            _ => Err(error),
        })?;
        fs::remove_file(&fresh)?;
        fs::File::open(file.parent().unwrap_or_else(|| Path::new(".")))?.sync_all()
    };
    write().with_context(|| format!("cannot write {}", file.display()))?;
    fs::read(file).with_context(|| format!("cannot read {}", file.display()))
}
