//! Invitations: one-time links by which people set their own password.

use serde_json::json;

use super::entering::{NewSession, SecondFactor, begin, prove};
use super::set_password;
use crate::account::role::AccountState;
use crate::office::links::LinkError;
use crate::store::accounts::Account;
use crate::store::audit::{self, Act};
use crate::store::{Lane, Store, accounts, random_hex, recovery_codes, secrets};
use crate::time::clock::now_ms;

/// An invitation that still works.
pub struct Invitation {
    pub account: Account,
    /// Whether the invitation removes the authenticator.
    pub forget_totp: bool,
    pub expires_at_ms: u64,
}

/// Makes an invitation; earlier ones of the same person stop working. Returns its secret.
pub async fn invite(
    store: &Store,
    person: &str,
    forget_totp: bool,
    expires_at_ms: u64,
    by: &str,
    reason: &str,
) -> anyhow::Result<String> {
    let secret = random_hex::<32>()?;
    let mut writing = store.write(Lane::Office).await?;
    secrets::put_invitation(&mut writing, &secret, person, forget_totp, expires_at_ms).await?;
    let detail = json!({ "forget_second_factor": forget_totp, "reason": reason });
    audit::append(&mut writing, store.vault(), Act::done(by, "account.invited", person, detail)).await?;
    writing.commit().await?;
    Ok(secret)
}

/// The person of an invitation, which is not used up. It is refused while the account is frozen, and works
/// again afterwards.
pub async fn invitation(store: &Store, secret: &str, now_ms: u64) -> Result<Invitation, LinkError> {
    let stored = store.secrets().invitation(secret).await?.ok_or(LinkError::Unknown)?;
    if stored.used {
        return Err(LinkError::Used);
    }
    if stored.expires_at_ms <= now_ms {
        return Err(LinkError::Expired);
    }
    let account = store.accounts().of(&stored.person).await?.ok_or(LinkError::Unknown)?;
    if account.state == AccountState::Frozen {
        return Err(LinkError::Frozen);
    }
    Ok(Invitation { account, forget_totp: stored.forget_totp, expires_at_ms: stored.expires_at_ms })
}

/// Uses up an invitation, sets the password (its hash), ends all other sessions and begins a new one. `None`
/// = the code of the second factor was used meanwhile, and nothing has changed.
pub async fn accept_invitation(
    store: &Store,
    secret: &str,
    password: &str,
    factor: &SecondFactor,
    ttl_ms: u64,
) -> Result<Option<NewSession>, LinkError> {
    let now_ms = now_ms();
    let invitation = invitation(store, secret, now_ms).await?;
    let person = &invitation.account.person;
    let mut writing = store.write(Lane::Office).await?;
    LinkError::of(secrets::use_invitation(&mut writing, secret, now_ms).await?)?;
    if invitation.forget_totp {
        accounts::forget_totp(&mut writing, person).await?;
        recovery_codes::delete(&mut writing, person).await?;
    }
    if !prove(&mut writing, person, factor).await? {
        return Ok(None);
    }
    set_password(&mut writing, person, password, now_ms, None).await?;
    let act = Act::done(person, "account.invitation_used", person, json!({}));
    audit::append(&mut writing, store.vault(), act).await?;
    let session = begin(&mut writing, person, now_ms, ttl_ms).await?;
    writing.commit().await?;
    Ok(Some(session))
}
