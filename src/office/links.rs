//! One-click links and tokens, made on the command line, and signing in by a link.

use serde_json::json;

use crate::lesson::Role;
use crate::store::audit::{self, Act};
use crate::store::secrets::{self, FreshSession, NewSecret, Signed, UsedUp};
use crate::store::{Lane, Store, enrolments, random_hex};
use crate::time::clock::now_ms;

/// The session begun by a redeemed link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// Public name of the session, for `?as=`.
    pub seat: String,
    /// Goes only into the cookie of that seat.
    pub session_secret: String,
    pub expires_at_ms: u64,
    pub person: Signed,
}

/// The reason why a link or an invitation does not sign in.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    #[error("this link is not known here")]
    Unknown,
    #[error("this link was used before")]
    Used,
    #[error("this link has expired")]
    Expired,
    #[error("the account is frozen")]
    Frozen,
    #[error("the store does not answer")]
    Store(#[source] anyhow::Error),
}

impl From<anyhow::Error> for LinkError {
    fn from(error: anyhow::Error) -> LinkError {
        LinkError::Store(error)
    }
}

impl LinkError {
    /// Fails unless the secret was used up just now.
    pub(super) fn of(used_up: UsedUp) -> Result<(), LinkError> {
        match used_up {
            UsedUp::Now => Ok(()),
            UsedUp::Before => Err(LinkError::Used),
            UsedUp::Expired => Err(LinkError::Expired),
            UsedUp::Unknown => Err(LinkError::Unknown),
        }
    }
}

/// Makes a link or a token on the command line and returns its clear text (256 random bits, safe in a URL).
pub async fn make(store: &Store, new: NewSecret) -> anyhow::Result<String> {
    let secret = random_hex::<32>()?;
    let mut writing = store.write(Lane::Office).await?;
    secrets::insert(&mut writing, &secret, &new).await?;
    // A trainee admitted by name belongs to the lesson, and presence counts from now on (CR-1).
    if let (Role::Trainee, Some(person), Some(lesson)) = (new.role, &new.person, &new.lesson) {
        enrolments::insert(&mut writing, lesson, person, now_ms()).await?;
    }
    let detail = json!({ "kind": new.kind.word(), "role": new.role, "lesson": new.lesson });
    let whose = new.person.as_deref().unwrap_or_default();
    audit::append(&mut writing, store.vault(), Act::done("cli", "secret.made", whose, detail)).await?;
    writing.commit().await?;
    Ok(secret)
}

/// Uses up a link and begins a session of `ttl_ms`, in one transaction.
pub async fn redeem(store: &Store, secret: &str, now_ms: u64, ttl_ms: u64) -> Result<SignedIn, LinkError> {
    let session = FreshSession::new(now_ms, ttl_ms)?;
    let mut writing = store.write(Lane::Office).await?;
    LinkError::of(secrets::use_link(&mut writing, secret, now_ms).await?)?;
    let person = secrets::begin_session_of_link(&mut writing, secret, &session).await?;
    writing.commit().await?;
    let FreshSession { seat, secret, expires_at_ms } = session;
    Ok(SignedIn { seat, session_secret: secret, expires_at_ms, person })
}

#[cfg(test)]
mod tests;
