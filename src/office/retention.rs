//! Retention: the data that the server forgets by itself, because nobody needs it any more (§5.3); the notice
//! about personal data (`programme::notice`) promises it.

use serde_json::json;

use super::accounts::{TRIES_KEPT_MS, UNKNOWN_KEPT_MS};
use crate::store::audit::{self, Act};
use crate::store::network_checks::{self, KEPT_MS};
use crate::store::{Lane, Store, forgetting, sign_in_failures};

/// Retention of data about people who were not admitted, or only listed, ms: six months.
pub const NOT_ADMITTED_KEPT_MS: u64 = 183 * 86_400_000;
/// Rows of one transaction, so that facts of running classes wait no longer.
const BATCH: u32 = 1000;

/// Number of forgotten rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Forgotten {
    pub registrations: u64,
    pub nominations: u64,
}

impl Forgotten {
    fn rows(self) -> u64 {
        self.registrations + self.nominations
    }
}

/// Forgets old data as of `now_ms`: registrations that were never approved (once rejected, or once the study
/// is over), nominations without a registration, network checks, used secrets. The audit log keeps what
/// happened, without who it was.
pub async fn forget(store: &Store, now_ms: u64) -> anyhow::Result<Forgotten> {
    store.secrets().forget_expired(now_ms).await?;
    forget_tries_and_checks(store, now_ms).await?;
    let mut all = Forgotten::default();
    loop {
        let one = forget_batch(store, now_ms.saturating_sub(NOT_ADMITTED_KEPT_MS)).await?;
        if one.rows() == 0 {
            return Ok(all);
        }
        all.registrations += one.registrations;
        all.nominations += one.nominations;
    }
}

/// Forgets failed tries to sign in of which nobody needs to be told any more, and outdated network checks.
async fn forget_tries_and_checks(store: &Store, now_ms: u64) -> anyhow::Result<()> {
    let before = |kept_ms| now_ms.saturating_sub(kept_ms);
    let mut writing = store.write(Lane::Office).await?;
    sign_in_failures::delete_older(&mut writing, before(UNKNOWN_KEPT_MS), before(TRIES_KEPT_MS)).await?;
    writing.commit().await?;
    let mut writing = store.write(Lane::Office).await?;
    network_checks::delete_older(&mut writing, before(KEPT_MS)).await?;
    writing.commit().await
}

async fn forget_batch(store: &Store, before_ms: u64) -> anyhow::Result<Forgotten> {
    let mut writing = store.write(Lane::Office).await?;
    let registrations = forgetting::registrations(&mut writing, before_ms, BATCH).await?;
    let nominations = forgetting::nominations(&mut writing, before_ms, BATCH).await?;
    let forgotten = Forgotten { registrations, nominations };
    if forgotten.rows() > 0 {
        let detail = json!({ "registrations": registrations, "nominations": nominations });
        let act = Act::done("server", "people.forgotten", "", detail);
        audit::append(&mut writing, store.vault(), act).await?;
    }
    writing.commit().await?;
    Ok(forgotten)
}
