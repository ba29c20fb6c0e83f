//! The vault: document numbers, telephone numbers and secrets of authenticators are sealed (AES-256-GCM)
//! before they reach the database, and found by a keyed hash. Its key is a file beside the database and not
//! in it: a copy of the database alone tells nothing. Keep the key's backup apart from the database's.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use sqlx::Row;

use super::db::{Db, Lane};
use super::keys::{random_key, read_or_make};
use crate::chain::keyed;

const FILE: &str = "vault.key";

/// First byte of sealed data, so that another cipher can follow.
const VERSION: u8 = 1;

/// Seals and opens. Cheap to clone.
#[derive(Clone)]
pub struct Vault(Arc<Keys>);

struct Keys {
    sealing: LessSafeKey,
    prints: hmac::Key,
    audit: hmac::Key,
    evidence: hmac::Key,
}

impl Vault {
    /// Opens the vault of the data folder; its key is made at the first start. Fails if this database was
    /// sealed with another key.
    pub(super) async fn open(dir: &Path, db: &Db) -> anyhow::Result<Vault> {
        let file = dir.join(FILE);
        let mut writing = db.write(Lane::Office).await?;
        let proof = sqlx::query("SELECT proof FROM vault").fetch_optional(&mut *writing).await?;
        let proof: Option<Vec<u8>> = proof.map(|row| row.try_get(0)).transpose()?;
        if proof.is_some() && !file.exists() {
            bail!(
                "{} is missing: without it, document numbers and telephones cannot be read; restore it from its backup",
                file.display()
            );
        }
        let vault = Vault::of(&read_or_make(&file, random_key)?)?;
        let own = vault.fingerprint("vault", "proof");
        match proof {
            Some(proof) if proof != own => bail!(
                "{} is not the key of this database; restore the right one from its backup",
                file.display()
            ),
            Some(_) => {}
            None => {
                let insert =
                    sqlx::query("INSERT INTO vault (id, proof) VALUES (1, $1) ON CONFLICT DO NOTHING");
                insert.bind(own).execute(&mut *writing).await.context("cannot note the vault's key")?;
                writing.commit().await?;
            }
        }
        Ok(vault)
    }

    fn of(key: &[u8]) -> anyhow::Result<Vault> {
        let master = hmac::Key::new(hmac::HMAC_SHA256, key);
        let derived = |what: &str| hmac::sign(&master, what.as_bytes());
        let sealing = UnboundKey::new(&AES_256_GCM, derived("sealing").as_ref());
        Ok(Vault(Arc::new(Keys {
            sealing: LessSafeKey::new(sealing.map_err(|_| anyhow!("the vault's key has a wrong length"))?),
            prints: hmac::Key::new(hmac::HMAC_SHA256, derived("prints").as_ref()),
            audit: hmac::Key::new(hmac::HMAC_SHA256, derived("audit").as_ref()),
            evidence: hmac::Key::new(hmac::HMAC_SHA256, derived("evidence").as_ref()),
        })))
    }

    /// Seals a text. `context` says what it is ("phone", or "document" with its owner): a text sealed in one
    /// context opens in no other.
    pub fn seal(&self, context: &str, text: &str) -> anyhow::Result<Vec<u8>> {
        let mut nonce = [0; NONCE_LEN];
        SystemRandom::new().fill(&mut nonce).map_err(|_| anyhow!("this machine gives no random bytes"))?;
        let mut sealed = text.as_bytes().to_vec();
        let aad = Aad::from(context.as_bytes());
        let key = &self.0.sealing;
        key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), aad, &mut sealed)
            .map_err(|_| anyhow!("this text cannot be sealed"))?;
        Ok([&[VERSION][..], &nonce, &sealed].concat())
    }

    /// Opens a text sealed in the same context.
    pub fn open_text(&self, context: &str, sealed: &[u8]) -> anyhow::Result<String> {
        let broken =
            || anyhow!("something sealed ({context}) cannot be opened: it was changed or belongs elsewhere");
        let (version, rest) = sealed.split_first().ok_or_else(broken)?;
        let (nonce, rest) = rest.split_first_chunk::<NONCE_LEN>().ok_or_else(broken)?;
        if *version != VERSION {
            return Err(broken());
        }
        let mut text = rest.to_vec();
        let aad = Aad::from(context.as_bytes());
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let text = self.0.sealing.open_in_place(nonce, aad, &mut text).map_err(|_| broken())?;
        Ok(std::str::from_utf8(text).map_err(|_| broken())?.to_owned())
    }

    /// A keyed hash (32 bytes) to search by: equal for equal texts of the same `purpose`; without the key no
    /// guess can be tried.
    pub fn fingerprint(&self, purpose: &str, text: &str) -> Vec<u8> {
        hmac::sign(&self.0.prints, format!("{purpose}:{text}").as_bytes()).as_ref().to_vec()
    }

    /// The key that binds the events of the audit log.
    pub(super) fn audit_key(&self) -> &hmac::Key {
        &self.0.audit
    }

    /// Keyed hash over fields, in hex: it proves that evidence (facts, watching) is the server's.
    pub(super) fn mac(&self, fields: &[&str]) -> String {
        keyed(&self.0.evidence, fields)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    #[test]
    fn what_is_sealed_opens_only_as_it_was_and_where_it_was() {
        let vault = Vault::of(&[7; 32]).unwrap();
        let sealed = vault.seal("document", "11010519491231002X").unwrap();
        assert_eq!(vault.open_text("document", &sealed).unwrap(), "11010519491231002X");
        assert_ne!(vault.seal("document", "11010519491231002X").unwrap(), sealed);
        assert!(!String::from_utf8_lossy(&sealed).contains("1101"));
        assert!(vault.open_text("phone", &sealed).is_err());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(vault.open_text("document", &changed).is_err(), "byte {at}");
            assert!(vault.open_text("document", &sealed[..at]).is_err(), "cut at {at}");
        }
        let other = Vault::of(&[8; 32]).unwrap();
        assert!(other.open_text("document", &sealed).is_err());
        assert_eq!(vault.fingerprint("phone", "1"), vault.fingerprint("phone", "1"));
        assert_ne!(vault.fingerprint("phone", "1"), vault.fingerprint("document", "1"));
        assert_ne!(vault.fingerprint("phone", "1"), other.fingerprint("phone", "1"));
    }

    #[tokio::test]
    async fn a_database_is_not_opened_without_its_key_or_with_another() {
        let data = tempfile::tempdir().unwrap();
        let opened = async || Store::open(data.path()).await.map(drop).map_err(|error| format!("{error:#}"));
        assert_eq!(opened().await, Ok(()));
        assert_eq!(opened().await, Ok(()));
        let file = data.path().join(FILE);
        let key = std::fs::read(&file).unwrap();
        std::fs::remove_file(&file).unwrap();
        assert!(opened().await.unwrap_err().contains("is missing"));
        assert!(!file.exists(), "no new key hides that the old one is gone");
        std::fs::write(&file, [1; 32]).unwrap();
        assert!(opened().await.unwrap_err().contains("not the key"));
        std::fs::write(&file, key).unwrap();
        assert_eq!(opened().await, Ok(()));
    }
}
