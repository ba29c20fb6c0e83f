//! Signing in with an account: a code works once, a session begins; and the second factor itself.

use serde_json::json;

use super::guessing::{self, Origin};
use crate::protocol::WrongTries;
use crate::store::accounts::SealedTotp;
use crate::store::audit::{self, Act};
use crate::store::secrets::FreshSession;
use crate::store::{Lane, Store, Writing, accounts, recovery_codes, secrets};
use crate::time::clock::now_ms;

/// The proof of the second factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecondFactor {
    /// The account has no second factor.
    None,
    /// The time step of the code.
    Code(u64),
    /// A recovery code, in its canonical form.
    Recovery(String),
}

/// A new session of an account.
#[derive(Debug, Clone)]
pub struct NewSession {
    pub seat: String,
    /// Goes only into the cookie of that seat.
    pub secret: String,
    pub expires_at_ms: u64,
    /// Wrong tries elsewhere since the last sign-in; `None` = there were none.
    pub wrong_tries: Option<WrongTries>,
}

/// Begins a session for a person who has proved who they are. `None` = the code was used meanwhile.
pub async fn begin_session(
    store: &Store,
    person: &str,
    factor: &SecondFactor,
    from: impl Into<Origin>,
    ttl_ms: u64,
) -> anyhow::Result<Option<NewSession>> {
    let (from, now_ms) = (from.into(), now_ms());
    let mut writing = store.write(Lane::Office).await?;
    if !prove(&mut writing, person, factor).await? {
        return Ok(None);
    }
    let wrong_tries = guessing::came_in(&mut writing, person, &from, now_ms).await?;
    let session = NewSession { wrong_tries, ..begin(&mut writing, person, now_ms, ttl_ms).await? };
    let factor = match factor {
        SecondFactor::None => "none",
        SecondFactor::Code(_) => "code",
        SecondFactor::Recovery(_) => "recovery",
    };
    let detail = json!({ "address": from.network, "second_factor": factor });
    audit::append(&mut writing, store.vault(), Act::done(person, "account.signed_in", person, detail))
        .await?;
    writing.commit().await?;
    Ok(Some(session))
}

/// Ends every session of an account.
pub async fn sign_out_everywhere(store: &Store, person: &str) -> anyhow::Result<()> {
    let mut writing = store.write(Lane::Office).await?;
    secrets::end_sessions(&mut writing, person, None).await?;
    let act = Act::done(person, "account.signed_out_everywhere", person, json!({}));
    audit::append(&mut writing, store.vault(), act).await?;
    writing.commit().await
}

/// Uses up the second factor without beginning a session; false = it was used already.
pub async fn use_second_factor(store: &Store, person: &str, factor: &SecondFactor) -> anyhow::Result<bool> {
    let mut writing = store.write(Lane::Office).await?;
    let proven = prove(&mut writing, person, factor).await?;
    writing.commit().await?;
    Ok(proven)
}

/// Keeps the secret of an authenticator until its first code confirms it.
pub async fn begin_totp(store: &Store, person: &str, secret: &[u8]) -> anyhow::Result<()> {
    let sealed = SealedTotp::of(store.vault(), person, secret)?;
    let mut writing = store.write(Lane::Office).await?;
    accounts::set_next_totp(&mut writing, person, &sealed).await?;
    writing.commit().await
}

/// Puts the new authenticator in force; `step` is the step of its first code, `codes` are the new recovery
/// codes. False = no authenticator waits for its first code.
pub async fn confirm_totp(store: &Store, person: &str, step: u64, codes: &[String]) -> anyhow::Result<bool> {
    let mut writing = store.write(Lane::Office).await?;
    if !accounts::confirm_totp(&mut writing, person, step).await? {
        return Ok(false);
    }
    recovery_codes::delete(&mut writing, person).await?;
    for code in codes {
        recovery_codes::insert(&mut writing, person, code).await?;
    }
    let act = Act::done(person, "account.second_factor_enrolled", person, json!({}));
    audit::append(&mut writing, store.vault(), act).await?;
    writing.commit().await?;
    Ok(true)
}

/// Uses up the second factor; false = it is of no use, or no longer.
pub(super) async fn prove(
    writing: &mut Writing,
    person: &str,
    factor: &SecondFactor,
) -> anyhow::Result<bool> {
    match factor {
        SecondFactor::None => accounts::has_no_totp(writing, person).await,
        SecondFactor::Code(step) => accounts::use_totp_step(writing, person, *step).await,
        SecondFactor::Recovery(code) => recovery_codes::use_up(writing, person, code).await,
    }
}

/// Begins a session of an account.
pub(super) async fn begin(
    writing: &mut Writing,
    person: &str,
    now_ms: u64,
    ttl_ms: u64,
) -> anyhow::Result<NewSession> {
    let fresh = FreshSession::new(now_ms, ttl_ms)?;
    secrets::begin_session(writing, person, &fresh).await?;
    let FreshSession { seat, secret, expires_at_ms } = fresh;
    Ok(NewSession { seat, secret, expires_at_ms, wrong_tries: None })
}
