//! The server's own keys, in files beside the database and not in it: a copy of the database helps nobody to
//! foresee a check or sign a head of the ledger. A lost key that was in use is not replaced silently: the
//! store does not open until it is put back, or renewed by name.

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
use sqlx::Row;

use super::audit::{self, Act};
use super::db::open::Migration;
use super::db::{Db, Lane};
use super::dialect::Connection;
use super::vault::Vault;
use super::{Home, Store, open};
use crate::chain::{hex, unhex};
use crate::time::clock::now_ms;

/// The act in the audit log of a renewed key.
pub(super) const RENEWED: &str = "key.renewed";

/// Longest reason, characters.
const REASON_CHARS_MAX: usize = 200;

/// Length of keys that are no pair, bytes.
const RANDOM_KEY_BYTES: usize = 32;

/// A kind of key.
struct Kind {
    file: &'static str,
    /// Whether something depends on a key that was used before there were proofs.
    used: &'static str,
    /// The consequence of losing the key.
    without: &'static str,
    make: fn() -> anyhow::Result<Vec<u8>>,
    /// The database's proof of a key; reveals nothing about it.
    proof: fn(&[u8]) -> anyhow::Result<Vec<u8>>,
}

const CHECKS: Kind = Kind {
    file: "checks.key",
    used: "SELECT EXISTS (SELECT 1 FROM lessons WHERE started_at_ms IS NOT NULL)",
    without: "the moments of presence checks of running classes would change",
    make: random_key,
    proof: |key| {
        ensure!(key.len() == RANDOM_KEY_BYTES, "it has {} bytes instead of {RANDOM_KEY_BYTES}", key.len());
        Ok(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), b"proof").as_ref().to_vec())
    },
};

const LEDGER_FILE: &str = "ledger.key";
const CERTIFICATES_FILE: &str = "certificates.key";

const LEDGER: Kind = Kind {
    file: LEDGER_FILE,
    used: "SELECT EXISTS (SELECT 1 FROM heads)",
    without: "the heads of the credit ledger that it signed could not be told from forged ones",
    make: || {
        let pair = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new());
        Ok(pair.map_err(|_| anyhow!("this machine gives no random bytes"))?.as_ref().to_vec())
    },
    proof: |key| Ok(pair(key, LEDGER_FILE)?.public_key().as_ref().to_vec()),
};

const CERTIFICATES: Kind = Kind {
    file: CERTIFICATES_FILE,
    used: "SELECT EXISTS (SELECT 1 FROM certificates)",
    without: "certificates and badges that it signed could not be told from forged ones",
    make: LEDGER.make,
    proof: |key| Ok(pair(key, CERTIFICATES_FILE)?.public_key().as_ref().to_vec()),
};

/// The server's keys, made at the first start with mode 0600. Cheap to clone.
#[derive(Clone)]
pub struct Keys {
    checks: hmac::Key,
    ledger: Arc<Ed25519KeyPair>,
    certificates: Arc<Ed25519KeyPair>,
    verification: hmac::Key,
}

impl Keys {
    pub(super) async fn open(dir: &Path, db: &Db) -> anyhow::Result<Keys> {
        let checks = CHECKS.open(dir, db).await?;
        let ledger = LEDGER.open(dir, db).await?;
        let certificates = CERTIFICATES.open(dir, db).await?;
        let derived = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &certificates), b"verification 1");
        Ok(Keys {
            checks: hmac::Key::new(hmac::HMAC_SHA256, &checks),
            ledger: Arc::new(pair(&ledger, LEDGER.file)?),
            certificates: Arc::new(pair(&certificates, CERTIFICATES.file)?),
            verification: hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref()),
        })
    }

    /// The secret from which the moments of a lesson's checks are computed (CR-7).
    pub fn lesson_secret(&self, lesson: &str) -> Vec<u8> {
        hmac::sign(&self.checks, lesson.as_bytes()).as_ref().to_vec()
    }

    /// The key that signs the heads of the credit ledger (CR-19).
    pub fn ledger(&self) -> &Ed25519KeyPair {
        &self.ledger
    }

    /// The key that signs certificates, badges and the list of withdrawn ones.
    pub fn certificates(&self) -> &Ed25519KeyPair {
        &self.certificates
    }

    /// The key that makes the secrets in the addresses of new certificates. (An issued one keeps its own.)
    pub fn verification(&self) -> &hmac::Key {
        &self.verification
    }
}

impl Kind {
    async fn open(&self, dir: &Path, db: &Db) -> anyhow::Result<Vec<u8>> {
        let file = dir.join(self.file);
        let mut writing = db.write(Lane::Office).await?;
        let known = self.known(&mut writing).await?;
        let used = known.is_some() || self.is_used(&mut writing).await?;
        if used && !file.exists() {
            bail!("{}", self.way_on("is missing, and without it", dir));
        }
        let key = read_or_make(&file, self.make)?;
        let own = (self.proof)(&key).with_context(|| self.way_on("is damaged, and without it", dir))?;
        match known {
            Some(known) => ensure!(
                known == own,
                "{}",
                self.way_on("is not the key that this server used, and without that one", dir)
            ),
            None => {
                self.note(&mut writing, &own).await?;
                writing.commit().await?;
            }
        }
        Ok(key)
    }

    /// A sentence about a fault of a key, with the remedy.
    fn way_on(&self, wrong: &str, dir: &Path) -> String {
        format!(
            "{} {wrong} {}: put the right file back from its backup. If there is none, `live-classroom keys renew {} \
             --reason …` begins with a new key and writes that into the audit log",
            dir.join(self.file).display(),
            self.without,
            self.file
        )
    }

    async fn known(&self, reader: &mut Connection) -> anyhow::Result<Option<Vec<u8>>> {
        let row = sqlx::query("SELECT proof FROM server_keys WHERE file = $1").bind(self.file);
        Ok(row.fetch_optional(reader).await?.map(|row| row.try_get(0)).transpose()?)
    }

    async fn is_used(&self, reader: &mut Connection) -> anyhow::Result<bool> {
        Ok(sqlx::query(self.used).fetch_one(reader).await?.try_get(0)?)
    }

    /// Refuses if the right key is there.
    async fn must_be_lost(&self, path: &Path, db: &Db) -> anyhow::Result<()> {
        let key = match fs::read(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            key => key.with_context(|| format!("cannot read {}", path.display()))?,
        };
        let Ok(own) = (self.proof)(&key) else { return Ok(()) };
        let known = self.known(&mut *db.write(Lane::Office).await?).await?;
        let is_lost = known.is_some_and(|known| known != own);
        ensure!(is_lost, "{} is there: a key that is not lost is not renewed", path.display());
        Ok(())
    }

    async fn note(&self, writer: &mut Connection, proof: &[u8]) -> anyhow::Result<()> {
        let note = sqlx::query(
            "INSERT INTO server_keys (file, proof) VALUES ($1, $2) ON CONFLICT (file) DO UPDATE SET proof = excluded.proof",
        );
        note.bind(self.file).bind(proof).execute(writer).await.context("cannot note a key")?;
        Ok(())
    }
}

impl Store {
    /// Makes a new key in place of a lost or damaged one; the audit log gets the proof of the old one, and
    /// the reason. An unusable file is kept beside the new one. The error is a sentence for the person who
    /// does it.
    pub async fn renew_key(home: impl Into<Home>, file: &str, reason: &str) -> anyhow::Result<()> {
        let home = home.into();
        let renewed = Store::renew(&home, file, reason).await;
        if home.url().is_some() {
            renewed
        } else {
            renewed.map_err(|error| open::explained(error, home.folder()))
        }
    }

    async fn renew(home: &Home, file: &str, reason: &str) -> anyhow::Result<()> {
        let kinds = [CHECKS, LEDGER, CERTIFICATES];
        let Some(kind) = kinds.iter().find(|kind| kind.file == file) else {
            bail!("{file:?} cannot be renewed: only checks.key, ledger.key and certificates.key can");
        };
        let reason = reason.trim();
        let fits = !reason.is_empty() && reason.chars().count() <= REASON_CHARS_MAX;
        ensure!(fits, "a reason of 1 to {REASON_CHARS_MAX} characters is needed");
        let path = home.folder().join(kind.file);
        let (db, _readers) = open::open(home, &Arc::default(), Migration::Done).await?;
        kind.must_be_lost(&path, &db).await?;
        let vault = Vault::open(home.folder(), &db).await?;
        let key = (kind.make)()?;
        let own = (kind.proof)(&key)?;
        let mut writing = db.write(Lane::Office).await?;
        let before = kind.known(&mut writing).await?.map(|proof| hex(&proof));
        kind.note(&mut writing, &own).await?;
        let detail = json!({ "before": before, "after": hex(&own), "reason": reason });
        audit::append(&mut writing, &vault, Act::done("cli", RENEWED, kind.file, detail)).await?;
        writing.commit().await?;
        // If one of these fails, the key is lost as before, and can be renewed again.
        set_aside(&path)?;
        read_or_make(&path, || Ok(key.clone())).map(drop)
    }

    /// The public keys of the ledger: the present one, then those that the audit log calls lost. Fails if the
    /// log was tampered with.
    pub async fn ledger_keys(&self) -> anyhow::Result<Vec<Vec<u8>>> {
        self.public_keys(self.keys.ledger(), &LEDGER).await
    }

    /// The public keys of certificates, in the same order.
    pub async fn certificate_keys(&self) -> anyhow::Result<Vec<Vec<u8>>> {
        self.public_keys(self.keys.certificates(), &CERTIFICATES).await
    }

    async fn public_keys(&self, present: &Ed25519KeyPair, kind: &Kind) -> anyhow::Result<Vec<Vec<u8>>> {
        let mut keys = vec![present.public_key().as_ref().to_vec()];
        let row = sqlx::query("SELECT EXISTS (SELECT 1 FROM audit WHERE act = $1 AND target = $2)");
        let row = row.bind(RENEWED).bind(kind.file).fetch_one(&self.readers).await?;
        if !row.try_get::<bool, _>(0)? {
            return Ok(keys);
        }
        self.audit().verify(None).await?;
        let rows = sqlx::query("SELECT detail ->> 'before' FROM audit WHERE act = $1 AND target = $2");
        for row in rows.bind(RENEWED).bind(kind.file).fetch_all(&self.readers).await? {
            let before: Option<String> = row.try_get(0)?;
            keys.extend(before.as_deref().and_then(unhex));
        }
        Ok(keys)
    }
}

/// Renames an unusable key file.
fn set_aside(path: &Path) -> anyhow::Result<()> {
    let aside = path.with_extension(format!("key.damaged-{}", now_ms()));
    match fs::rename(path, &aside) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot rename {} to {}", path.display(), aside.display()))
        }
        _ => Ok(()),
    }
}

fn pair(key: &[u8], file: &str) -> anyhow::Result<Ed25519KeyPair> {
    Ed25519KeyPair::from_pkcs8(key).map_err(|error| anyhow!("{file} is damaged ({error})"))
}

pub(super) fn random_key() -> anyhow::Result<Vec<u8>> {
    let mut key = [0; RANDOM_KEY_BYTES];
    SystemRandom::new().fill(&mut key).map_err(|_| anyhow!("this machine gives no random bytes"))?;
    Ok(key.to_vec())
}

/// Reads a key; makes a missing one, synced before anything depends on it.
pub(crate) fn read_or_make(
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
        write_synced(&fresh, &key)?;
        // Never over a key that another process made meanwhile.
        fs::hard_link(&fresh, file).or_else(|error| match error.kind() {
            ErrorKind::AlreadyExists => Ok(()),
            _ => Err(error),
        })?;
        fs::remove_file(&fresh)?;
        sync_folder(file)
    };
    write().with_context(|| format!("cannot write {}", file.display()))?;
    fs::read(file).with_context(|| format!("cannot read {}", file.display()))
}

/// Replaces the content of a file: by all new bytes, or if the machine stops, by none.
pub(super) fn replace(file: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let fresh = file.with_extension("new");
    let write = || {
        write_synced(&fresh, bytes)?;
        fs::rename(&fresh, file)?;
        sync_folder(file)
    };
    write().with_context(|| format!("cannot write {}", file.display()))
}

fn write_synced(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut out = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(file)?;
    out.write_all(bytes)?;
    out.sync_all()
}

fn sync_folder(file: &Path) -> std::io::Result<()> {
    fs::File::open(file.parent().unwrap_or_else(|| Path::new(".")))?.sync_all()
}

#[cfg(test)]
mod tests;
