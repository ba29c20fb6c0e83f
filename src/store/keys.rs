//! The server's own keys, in files beside the database and not in it: who gets a copy of the database
//! can neither foresee a check nor sign a head of the ledger. A key that was used and is lost is not made anew
//! behind anybody's back: the store does not open until it is put back, or renewed by name.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, anyhow, bail, ensure};
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::json;
use sqlx::{Row, SqliteConnection};

use super::audit::{self, Act};
use super::db::{Db, Lane};
use super::recordings::hex;
use super::vault::Vault;
use super::{Store, open};
use crate::attendance::ledger::unhex;

/// The act in the audit log of a key that was renewed.
pub(super) const RENEWED: &str = "key.renewed";

/// Longest reason, characters.
const REASON_CHARS_MAX: usize = 200;

/// A kind of key.
struct Kind {
    file: &'static str,
    /// True when something depends on a key that was used before there were proofs.
    used: &'static str,
    /// What is wrong without the old one.
    without: &'static str,
    make: fn() -> anyhow::Result<Vec<u8>>,
    /// What the database keeps of a key; tells nothing of it.
    proof: fn(&[u8]) -> anyhow::Result<Vec<u8>>,
}

const CHECKS: Kind = Kind {
    file: "checks.key",
    used: "SELECT EXISTS (SELECT 1 FROM lessons WHERE started_at_ms IS NOT NULL)",
    without: "the moments of presence checks of running classes would change",
    make: random_key,
    proof: |key| Ok(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), b"proof").as_ref().to_vec()),
};

const LEDGER: Kind = Kind {
    file: "ledger.key",
    used: "SELECT EXISTS (SELECT 1 FROM heads)",
    without: "the heads of the credit ledger that it signed could not be told from forged ones",
    make: || {
        let pair = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new());
        Ok(pair.map_err(|_| anyhow!("this machine gives no random bytes"))?.as_ref().to_vec())
    },
    proof: |key| Ok(ledger_pair(key)?.public_key().as_ref().to_vec()),
};

/// Made at the first start, 0600. Cheap to clone.
#[derive(Clone)]
pub struct Keys {
    checks: hmac::Key,
    ledger: Arc<Ed25519KeyPair>,
}

impl Keys {
    pub(super) async fn open(dir: &Path, db: &Db) -> anyhow::Result<Keys> {
        let checks = CHECKS.open(dir, db).await?;
        let ledger = LEDGER.open(dir, db).await?;
        Ok(Keys {
            checks: hmac::Key::new(hmac::HMAC_SHA256, &checks),
            ledger: Arc::new(ledger_pair(&ledger)?),
        })
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

impl Kind {
    async fn open(&self, dir: &Path, db: &Db) -> anyhow::Result<Vec<u8>> {
        let file = dir.join(self.file);
        let mut writing = db.write(Lane::Office).await?;
        let known = self.known(&mut writing).await?;
        let used = known.is_some() || self.is_used(&mut writing).await?;
        if used && !file.exists() {
            bail!(
                "{} is missing, and without it {}: put the file back from its backup. If there is none, `live-classroom \
                 keys renew {} --reason …` begins with a new key and writes that into the audit log",
                file.display(),
                self.without,
                self.file
            );
        }
        let key = read_or_make(&file, self.make)?;
        let own = (self.proof)(&key)?;
        match known {
            Some(known) => ensure!(
                known == own,
                "{} is not the key that this server used, and without that one {}: put the right file back from its \
                 backup",
                file.display(),
                self.without
            ),
            None => {
                self.note(&mut writing, &own).await?;
                writing.commit().await?;
            }
        }
        Ok(key)
    }

    async fn known(&self, reader: &mut SqliteConnection) -> anyhow::Result<Option<Vec<u8>>> {
        let row = sqlx::query("SELECT proof FROM server_keys WHERE file = ?").bind(self.file);
        Ok(row.fetch_optional(reader).await?.map(|row| row.try_get(0)).transpose()?)
    }

    async fn is_used(&self, reader: &mut SqliteConnection) -> anyhow::Result<bool> {
        Ok(sqlx::query(self.used).fetch_one(reader).await?.try_get(0)?)
    }

    async fn note(&self, writer: &mut SqliteConnection, proof: &[u8]) -> anyhow::Result<()> {
        let note = sqlx::query(
            "INSERT INTO server_keys (file, proof) VALUES (?, ?) ON CONFLICT DO UPDATE SET proof = excluded.proof",
        );
        note.bind(self.file).bind(proof).execute(writer).await.context("cannot note a key")?;
        Ok(())
    }
}

impl Store {
    /// Begins with a new key in place of one that is lost; what the lost one was, and why, is written into the audit
    /// log. The error is a sentence for the person who does it.
    pub async fn renew_key(dir: &Path, file: &str, reason: &str) -> anyhow::Result<()> {
        let kinds = [CHECKS, LEDGER];
        let Some(kind) = kinds.iter().find(|kind| kind.file == file) else {
            bail!("{file:?} cannot be renewed: only checks.key and ledger.key can");
        };
        let reason = reason.trim();
        let fits = !reason.is_empty() && reason.chars().count() <= REASON_CHARS_MAX;
        ensure!(fits, "a reason of 1 to {REASON_CHARS_MAX} characters is needed");
        let path = dir.join(kind.file);
        ensure!(!path.exists(), "{} is there: a key that is not lost is not renewed", path.display());
        let (db, _readers) = open::open(dir).await?;
        let vault = Vault::open(dir, &db).await?;
        let key = (kind.make)()?;
        let own = (kind.proof)(&key)?;
        let mut writing = db.write(Lane::Office).await?;
        let before = kind.known(&mut writing).await?.map(|proof| hex(&proof));
        kind.note(&mut writing, &own).await?;
        let detail = json!({ "before": before, "after": hex(&own), "reason": reason });
        audit::append(&mut writing, &vault, Act::done("cli", RENEWED, kind.file, detail)).await?;
        writing.commit().await?;
        // If this fails, the key is lost as before, and is renewed again.
        read_or_make(&path, || Ok(key.clone())).map(drop)
    }

    /// The public keys of the ledger: the present one, then those of which the audit log says that they were lost.
    /// Fails when the log was tampered with.
    pub async fn ledger_keys(&self) -> anyhow::Result<Vec<Vec<u8>>> {
        let mut keys = vec![self.keys.ledger().public_key().as_ref().to_vec()];
        let row = sqlx::query("SELECT EXISTS (SELECT 1 FROM audit WHERE act = ? AND target = ?)");
        let row = row.bind(RENEWED).bind(LEDGER.file).fetch_one(&self.readers).await?;
        if !row.try_get::<bool, _>(0)? {
            return Ok(keys);
        }
        self.verify_audit(None).await?;
        let rows = sqlx::query("SELECT detail ->> 'before' FROM audit WHERE act = ? AND target = ?");
        for row in rows.bind(RENEWED).bind(LEDGER.file).fetch_all(&self.readers).await? {
            let before: Option<String> = row.try_get(0)?;
            keys.extend(before.as_deref().and_then(unhex));
        }
        Ok(keys)
    }
}

fn ledger_pair(key: &[u8]) -> anyhow::Result<Ed25519KeyPair> {
    let broken = |error| anyhow!("{} is damaged ({error}): put it back from its backup", LEDGER.file);
    Ed25519KeyPair::from_pkcs8(key).map_err(broken)
}

pub(super) fn random_key() -> anyhow::Result<Vec<u8>> {
    let mut key = [0; 32];
    SystemRandom::new().fill(&mut key).map_err(|_| anyhow!("this machine gives no random bytes"))?;
    Ok(key.to_vec())
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

#[cfg(test)]
mod tests;
