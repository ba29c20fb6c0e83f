//! Accounts: people who sign in with a password. [`making`] of accounts, [`inviting`] people to choose a
//! password, [`entering`] with one, [`guessing`] the count of wrong tries, [`managing`] by administrators,
//! [`phones`] the telephone numbers. Every act with special rights is written into the audit log in the same
//! transaction.

use serde_json::json;

use crate::store::audit::{self, Act};
use crate::store::{Lane, Store, Writing, accounts, old_passwords, secrets, sign_in_failures};
use crate::time::clock::now_ms;

mod entering;
mod guessing;
#[cfg(test)]
mod guessing_tests;
mod inviting;
mod making;
mod managing;
mod phones;
#[cfg(test)]
mod tests;

pub use entering::{
    NewSession, SecondFactor, begin_session, begin_totp, confirm_totp, sign_out_everywhere, use_second_factor,
};
pub use guessing::{
    Meant, Origin, Place, TRIES_KEPT_MS, UNKNOWN_KEPT_MS, came_from, meant, place, sign_in_failed,
};
pub use inviting::{Invitation, accept_invitation, invitation, invite};
pub use making::{MakeError, NewAccount, make};
pub use managing::{AccountError, check_scopes, line, list, reveal_phone, set_roles, set_state};
pub use phones::{change_phone, set_phone};

pub use crate::store::accounts::{Account, AccountFilter};

/// Number of earlier passwords whose hashes are kept.
const OLD_KEPT: u32 = 5;

/// Hashes of the present and earlier passwords, none of which may be chosen again.
pub async fn old_passwords(store: &Store, person: &str) -> anyhow::Result<Vec<String>> {
    store.old_passwords().of(person, OLD_KEPT).await
}

/// Sets a new password (its hash); all sessions end except the one on `seat`.
pub async fn change_password(store: &Store, person: &str, hash: &str, seat: &str) -> anyhow::Result<()> {
    let mut writing = store.write(Lane::Office).await?;
    set_password(&mut writing, person, hash, now_ms(), Some(seat)).await?;
    let act = Act::done(person, "account.password_changed", person, json!({}));
    audit::append(&mut writing, store.vault(), act).await?;
    writing.commit().await
}

/// Sets a new password: wrong tries are forgotten, and all sessions end except the one on `seat`.
async fn set_password(
    writing: &mut Writing,
    person: &str,
    hash: &str,
    now_ms: u64,
    seat: Option<&str>,
) -> anyhow::Result<()> {
    sign_in_failures::delete(writing, person).await?;
    accounts::set_password(writing, person, hash, now_ms).await?;
    old_passwords::insert(writing, person, hash, now_ms, OLD_KEPT).await?;
    secrets::end_sessions(writing, person, seat).await
}
