//! STORAGE: the only place with SQL. One SQLite database in one data folder, WAL, `synchronous=FULL`, or one
//! PostgreSQL database (`engine` makes one of both, [`Home`] says which): answered means on disk. One connection
//! writes (`db`), a few read. One module for each table or inseparable
//! group of tables, which decides nothing: reads are methods of a small type ([`Store::people`] gives one),
//! writes are free functions that take the transaction ([`people::insert`]). Words of one engine are in
//! `dialect`. Facts are only appended (`ledger`); secrets are kept as hashes (`secrets`); the server's own keys
//! are files of their own (`keys`); data that must not be read from a copy of the file is sealed (`vault`);
//! acts with special rights are in `audit`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Context, ensure};
use serde::Serialize;
use serde::de::DeserializeOwned;

use self::db::open::Migration;
use self::db::{Db, open};
pub use self::db::{Lane, Writing};
use self::desk::Desk;
pub use self::desk::Place;
use self::dialect::{Engine, Pool};
pub use self::home::{Home, without_password};
pub use self::keys::Keys;
pub(crate) use self::keys::read_or_make;
pub use self::lessons::Lesson;
pub use self::private::Private;
pub(crate) use self::random::{random_bytes, random_hex};
pub(crate) use self::secrets::hash as secret_hash;
pub use self::secrets::{AccountSeat, NewSecret, Seat, SecretKind, Signed, TokenGrant};
pub use self::vault::Vault;
use crate::protocol::StorageTrouble;
use crate::time::clock::now_ms;

pub mod account_roles;
pub mod accounts;
pub mod announcements;
pub mod attainments;
pub mod audit;
pub mod calendars;
pub mod certificates;
pub mod classes;
pub mod conclusions;
pub mod consents;
pub mod conversions;
pub mod copies;
pub mod credit;
mod db;
mod desk;
mod dialect;
pub(crate) mod end_mark;
mod engine;
pub mod enrolments;
pub mod essays;
mod fact_chains;
mod fact_memory;
pub mod facts;
pub mod familiar_places;
pub mod forgetting;
mod home;
mod keys;
mod ledger;
pub mod lessons;
pub mod network_checks;
pub mod nodes;
pub mod nominations;
pub mod old_passwords;
pub mod overviews;
pub mod people;
pub mod phase_courses;
pub mod phases;
mod plan_seals;
pub mod policies;
mod private;
pub mod programmes;
pub mod publications;
pub mod quizzes;
pub mod quotas;
mod random;
pub mod recordings;
pub mod recovery_codes;
pub mod registrations;
pub mod reports;
pub mod requirements;
pub mod secrets;
pub mod served;
pub mod sign_in_failures;
pub mod statements;
pub mod studies;
pub mod study_sources;
pub mod surveys;
pub mod timetable;
pub mod units;
mod vault;
pub mod watched;
mod words;

/// The embedded store. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    db: Db,
    /// Changes rows behind the server's back.
    #[cfg(test)]
    writer: Pool,
    readers: Pool,
    /// Number of statements of the readers.
    reads: Arc<AtomicU64>,
    ledger: ledger::Ledger,
    keys: Keys,
    vault: Vault,
    /// The end of the books of earlier versions; `None` = not sealed, or not by this server.
    sealing: Option<credit::Sealing>,
    desk: Desk,
    /// The index of similar essays.
    known: essays::Known,
}

impl Store {
    /// Opens the store at `home`, whose folder is made when missing (mode 0700). The error is a sentence
    /// for the person who starts the server.
    pub async fn open(home: impl Into<Home>) -> anyhow::Result<Store> {
        Store::open_as(&home.into(), true, Migration::Done).await
    }

    /// Opens the store beside a running server: a database of another version is refused, since that server goes on with it.
    pub async fn open_beside(home: impl Into<Home>) -> anyhow::Result<Store> {
        Store::open_as(&home.into(), true, Migration::Refused).await
    }

    /// Opens the store for reading only: neither a database nor books of an earlier version are taken over.
    pub async fn open_to_look(home: impl Into<Home>) -> anyhow::Result<Store> {
        Store::open_as(&home.into(), false, Migration::Refused).await
    }

    async fn open_as(home: &Home, may_seal: bool, migration: Migration) -> anyhow::Result<Store> {
        let dir = home.folder();
        // Reading makes nothing: an empty database would be sound, but not the one that was meant.
        ensure!(
            may_seal || open::is_there(home),
            "there is no database in the folder {}; give the server's own with --data",
            dir.display()
        );
        let opened = Store::open_parts(home, may_seal, migration).await;
        if home.url().is_some() { opened } else { opened.map_err(|error| open::explained(error, dir)) }
    }

    async fn open_parts(home: &Home, may_seal: bool, migration: Migration) -> anyhow::Result<Store> {
        let (reads, dir) = (Arc::default(), home.folder());
        let (db, readers) = open::open(home, &reads, migration).await?;
        let vault = Vault::open(dir, &db).await?;
        let ledger = ledger::Ledger::start(db.clone(), vault.clone());
        let keys = Keys::open(dir, &db).await?;
        let sealing = credit::take_over(dir, &db, (&keys, &vault), may_seal, now_ms()).await?;
        let store = Store {
            #[cfg(test)]
            writer: tests::by_hand(home),
            db,
            readers,
            reads,
            ledger,
            keys,
            vault,
            sealing,
            desk: Desk::default(),
            known: essays::Known::default(),
        };
        store.secrets().forget_expired(now_ms()).await?;
        Ok(store)
    }

    /// Refuses every later write of this store once the lease of the server has another epoch ([`nodes`]).
    pub fn serve_under(&self, epoch: i64) {
        self.db.serve_under(epoch);
    }

    /// Begins a writing transaction in the turn of `lane`. It sees everything written before; no other writes
    /// until it ends.
    pub async fn write(&self, lane: Lane) -> anyhow::Result<Writing> {
        Ok(self.db.write(lane).await?)
    }

    /// Begins reading as of one moment, whatever is written meanwhile. Ends when it is dropped.
    async fn begin_reading(&self) -> Result<sqlx::Transaction<'static, Engine>, sqlx::Error> {
        self.readers.begin_with(self.db.begin_snapshot()).await
    }

    /// Waits for a place at the desk, where long work on whole lists is done. Take it before reading the
    /// first of many rows for a list.
    pub async fn place_at_desk(&self) -> Place {
        self.desk.place().await
    }

    /// The server's own keys.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// The vault for data that must not be read from a copy of the database.
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// The trouble that keeps facts from being stored, for `/readyz` and the operator's wall; `None` = none
    /// is known. Up to date while [`Store::watch`] runs.
    pub fn trouble(&self) -> Option<StorageTrouble> {
        self.db.trouble()
    }

    /// An error of a command, with the remedy if the disk is the cause.
    pub fn explained(&self, error: anyhow::Error) -> anyhow::Error {
        if self.db.is_on_server() { error } else { open::explained(error, self.db.folder()) }
    }

    /// Number of statements so far, without writes.
    pub fn reads(&self) -> u64 {
        self.reads.load(Ordering::Relaxed)
    }

    /// Number of commits after which rights may have changed. Rights read after this call hold while the
    /// number stays the same, except for writes of another process.
    pub fn rights_changes(&self) -> u64 {
        self.db.rights_changes()
    }

    /// False while the database is still being checked for damage.
    pub fn is_checked(&self) -> bool {
        self.db.is_checked()
    }

    /// Proves again and again that the storage works, and checks it once for damage; runs for ever.
    pub async fn watch(&self) {
        tokio::join!(self.db.check_quickly(), self.db.watch(), self.db.checkpoint());
    }

    /// Checks the whole database for damage; slow if it is large. The error is a sentence.
    pub async fn check_integrity(&self) -> anyhow::Result<()> {
        self.db.check_thoroughly().await
    }
}

// SQLite's integers are signed; no time of this or the next million years is lost.

fn signed(ms: u64) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
}

fn unsigned(ms: i64) -> u64 {
    u64::try_from(ms).unwrap_or(0)
}

/// The word of a value without fields, the same in the protocol and in the database.
pub(crate) fn word(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        other => unreachable!("only plain enums are kept as words, not {other:?}"),
    }
}

fn from_word<T: DeserializeOwned>(word: String) -> anyhow::Result<T> {
    let context = format!("the database holds the unknown word {word:?}");
    serde_json::from_value(serde_json::Value::String(word)).context(context)
}

/// Reads a column that holds JSON.
fn read_json<T: DeserializeOwned>(text: &str) -> anyhow::Result<T> {
    serde_json::from_str(text).context("the database holds broken JSON")
}

fn count(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
