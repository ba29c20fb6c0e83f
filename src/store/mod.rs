//! STORAGE: the only place with SQL and files. One SQLite database in one data folder, WAL,
//! `synchronous=FULL`: what is answered is on disk. One connection writes (`db`), a few read.
//! Facts are only ever appended (`ledger`); secrets are kept as hashes (`secrets`); the server's own
//! keys are files of their own (`keys`); what must not be read from a copy of the file is sealed
//! (`vault`); who did what with special rights stands in `audit`.

use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::{Row, SqlitePool};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use self::db::Db;
pub use self::keys::Keys;
pub use self::lessons::Lesson;
pub use self::secrets::{AccountSeat, LinkError, NewSecret, Seat, SecretKind, Signed, SignedIn, TokenGrant};
pub(crate) use self::secrets::{random_bytes, random_hex};
pub use self::vault::Vault;
use crate::attendance::fact::Fact;
use crate::protocol::StorageTrouble;

pub mod accounts;
mod announcements;
pub mod audit;
pub mod books;
mod db;
mod fact_chains;
mod keys;
mod ledger;
mod lessons;
mod network_checks;
pub mod objects;
mod open;
pub mod passwords;
pub mod programmes;
pub mod recordings;
mod replay;
pub mod retention;
mod secrets;
pub mod studies;
pub mod timetable;
mod vault;

/// The embedded store. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    db: Db,
    /// Changes rows behind the server's back.
    #[cfg(test)]
    writer: SqlitePool,
    readers: SqlitePool,
    ledger: ledger::Ledger,
    keys: Keys,
    vault: Vault,
    computing: Arc<Semaphore>,
}

/// Files that are read or built at once, of each two cores one: the others are for classes, which on a machine of two
/// would wait for every list.
fn computing_max() -> usize {
    std::thread::available_parallelism().map_or(1, |cores| cores.get() / 2).max(1)
}

impl Store {
    /// Opens the store in `dir`, which is made when missing (mode 0700). The error is a sentence
    /// for the person who starts the server.
    pub async fn open(dir: &Path) -> anyhow::Result<Store> {
        let (db, readers) = open::open(dir).await?;
        let vault = Vault::open(dir, &db).await?;
        let ledger = ledger::Ledger::start(db.clone(), vault.clone());
        let keys = Keys::open(dir, &db).await?;
        books::take_over(&db, &keys, &vault, now_ms()).await?;
        let store = Store {
            #[cfg(test)]
            writer: tests::by_hand(dir),
            db,
            readers,
            ledger,
            keys,
            vault,
            computing: Arc::new(Semaphore::new(computing_max())),
        };
        store.forget_expired(now_ms()).await?;
        Ok(store)
    }

    /// True when there is no lesson yet.
    pub async fn is_empty(&self) -> anyhow::Result<bool> {
        let row = sqlx::query("SELECT NOT EXISTS (SELECT 1 FROM lessons)").fetch_one(&self.readers).await?;
        Ok(row.try_get(0)?)
    }

    /// Runs what takes long (reading a file, building one) on a thread of its own, when it is its turn: no fact and
    /// nobody who asks for something short waits for it.
    async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> anyhow::Result<T> {
        let turn = self.computing.clone().acquire_owned().await?;
        // The turn ends with the work, also when nobody waits for it any more.
        let alone = move || {
            let done = work();
            drop(turn);
            done
        };
        Ok(spawn_blocking(alone).await?)
    }

    /// The server's own keys.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Seals what must not be read from a copy of the database.
    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// Appends facts; returns once they are committed and synced. Concurrent calls share one
    /// commit. A fact that changes the life of a class also changes its lesson's state.
    pub async fn append(&self, facts: Vec<Fact>) -> anyhow::Result<()> {
        self.ledger.append(facts).await
    }

    /// Every fact of a lesson in the order they were appended.
    pub async fn facts(&self, lesson: &str) -> anyhow::Result<Vec<Fact>> {
        let rows = sqlx::query("SELECT lesson, person, at_ms, body FROM facts WHERE lesson = ? ORDER BY seq")
            .bind(lesson)
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(ledger::fact).collect()
    }

    /// Whether staff removed this person from the lesson, and did not take that back.
    pub async fn was_removed(&self, lesson: &str, person: &str) -> anyhow::Result<bool> {
        let row = sqlx::query(
            "SELECT coalesce((SELECT type = 'removed' FROM facts
                 WHERE lesson = ? AND person = ? AND type IN ('removed', 'readmitted')
                 ORDER BY seq DESC LIMIT 1), 0)",
        )
        .bind(lesson)
        .bind(person)
        .fetch_one(&self.readers)
        .await?;
        Ok(row.try_get(0)?)
    }

    /// What keeps facts from being stored, for `/readyz` and the operator's wall; `None` = nothing does, or is known
    /// to. Fresh while [`Store::watch`] runs.
    pub fn trouble(&self) -> Option<StorageTrouble> {
        self.db.trouble()
    }

    /// False while the database is still being looked through for damage.
    pub fn is_checked(&self) -> bool {
        self.db.is_checked()
    }

    /// Proves again and again that the storage works, and looks through it once for damage; for ever.
    pub async fn watch(&self) {
        tokio::join!(self.db.check_quickly(), self.db.watch());
    }

    /// Looks through the whole database for damage; takes long where it is large. The error is a sentence.
    pub async fn check_integrity(&self) -> anyhow::Result<()> {
        self.db.check_thoroughly().await
    }
}

/// Server time: milliseconds since the Unix epoch.
pub(crate) fn now_ms() -> u64 {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX)
}

// SQLite's integers are signed; no time of this or the next million years is lost.

fn signed(ms: u64) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
}

fn unsigned(ms: i64) -> u64 {
    u64::try_from(ms).unwrap_or(0)
}

/// The word the protocol uses for a value without fields; the same one is kept in the database.
fn word(value: impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        other => unreachable!("only plain enums are kept as words, not {other:?}"),
    }
}

fn from_word<T: DeserializeOwned>(word: String) -> anyhow::Result<T> {
    let context = format!("the database holds the unknown word {word:?}");
    serde_json::from_value(serde_json::Value::String(word)).context(context)
}

#[cfg(test)]
mod tests;
