//! Whether somebody is who they say: password and second factor, with everything that makes guessing slow.
//! Nobody learns from the answer, or from how long it takes, whether there is such an account.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::http::StatusCode;

use crate::course::totp;
use crate::protocol::{AccountState, Refusal};
use crate::store::accounts::{Account, Meant, Place, SecondFactor};
use crate::web::error::Refused;
use crate::web::rate::Act;
use crate::web::visitor::Visitor;
use crate::web::{Web, now_ms};

/// What is tried at the moment.
#[derive(Default)]
pub(in crate::web) struct Tries {
    running: Arc<Mutex<HashSet<String>>>,
}

/// Held while a try of one account runs.
pub(in crate::web) struct Alone {
    running: Arc<Mutex<HashSet<String>>>,
    key: String,
}

impl Drop for Alone {
    fn drop(&mut self) {
        lock(&self.running).remove(&self.key);
    }
}

impl Tries {
    /// One try of an account at a time: otherwise a hundred at once would count as none before the first
    /// has failed.
    pub(in crate::web) fn alone(&self, key: &str) -> Result<Alone, Refused> {
        if !lock(&self.running).insert(key.to_owned()) {
            return Err(Refused::from(Refusal::TooFast).retry_after_s(1));
        }
        Ok(Alone { running: self.running.clone(), key: key.to_owned() })
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no holder of this lock panics")
}

/// A try of one account, from one place. No other begins meanwhile.
pub(super) struct Tried {
    meant: Meant,
    place: Place,
    _alone: Alone,
}

/// Somebody who knew the password and showed the second factor, which is not used up yet.
pub(super) struct Proven {
    pub(super) account: Account,
    pub(super) factor: SecondFactor,
    pub(super) tried: Tried,
}

impl Web {
    /// Checks what was typed at the sign-in. The steps are the same whether somebody has this name or nobody.
    pub(super) async fn prove(
        &self,
        visitor: &Visitor,
        login: &str,
        password: String,
        code: Option<&str>,
    ) -> Result<Proven, Refused> {
        let meant = self.store.meant(login).await.map_err(Refused::store)?;
        let tried = self.try_on(visitor, meant).await?;
        // Others who fail at the same address lock out nobody who comes with the own device.
        if !tried.place.is_device() {
            self.may_try(visitor)?;
        }
        // Who is locked out comes in with both proofs, and learns nothing about one alone.
        let code = code.filter(|code| !code.trim().is_empty());
        if let (Some(until_ms), None) = (tried.place.locked_until_ms, code) {
            return Err(locked(until_ms));
        }
        if !self.hasher.verify(password, tried.meant.password.clone()).await? {
            return Err(self.wrong(visitor, &tried, wrong_sign_in()).await?);
        }
        let Some(person) = &tried.meant.person else { return Err(wrong_sign_in()) };
        let account = self.store.account(person).await.map_err(Refused::store)?;
        let account = account.ok_or_else(wrong_sign_in)?;
        if account.state == AccountState::Frozen {
            let message = "This account is frozen; ask your administrator.";
            return Err(Refused::new(StatusCode::FORBIDDEN, "frozen", message));
        }
        let factor = self.check_code(visitor, &tried, &account, code).await?;
        match (tried.place.locked_until_ms, &factor) {
            (Some(until_ms), SecondFactor::None) => Err(locked(until_ms)),
            _ => Ok(Proven { account, factor, tried }),
        }
    }

    /// Checks the password of somebody who is signed in.
    pub(super) async fn prove_password(
        &self,
        visitor: &Visitor,
        person: &str,
        password: String,
    ) -> Result<(Account, Tried), Refused> {
        self.may_try(visitor)?;
        let account = self.store.account(person).await.map_err(Refused::store)?;
        let account = account.ok_or_else(Refused::signed_out)?;
        let tried = self.try_on(visitor, Meant::person(person, account.password.clone())).await?;
        if let Some(until_ms) = tried.place.locked_until_ms {
            return Err(locked(until_ms));
        }
        if !self.hasher.verify(password, tried.meant.password.clone()).await? {
            let refused = Refused::new(StatusCode::FORBIDDEN, "wrong_password", "That is not your password.");
            return Err(self.wrong(visitor, &tried, refused).await?);
        }
        Ok((account, tried))
    }

    /// Checks the code of whoever holds an invitation.
    pub(super) async fn second_factor(
        &self,
        visitor: &Visitor,
        tried: &Tried,
        account: &Account,
        code: Option<&str>,
    ) -> Result<SecondFactor, Refused> {
        match (tried.place.locked_until_ms, &account.totp) {
            (Some(until_ms), Some(_)) => Err(locked(until_ms)),
            _ => self.check_code(visitor, tried, account, code).await,
        }
    }

    /// Begins a try: one at a time, from where the visitor is, and not too often.
    pub(super) async fn try_on(&self, visitor: &Visitor, meant: Meant) -> Result<Tried, Refused> {
        let alone = self.tries.alone(&meant.subject)?;
        let origin = visitor.origin();
        let place = self.store.place(&meant.subject, &origin, now_ms()).await.map_err(Refused::store)?;
        let who = format!("{} {}", meant.subject, place.key());
        self.allow(Act::Prove, &who)?;
        Ok(Tried { meant, place, _alone: alone })
    }

    /// Checks the code of an account that has a second factor. It is used up when the session begins.
    pub(super) async fn check_code(
        &self,
        visitor: &Visitor,
        tried: &Tried,
        account: &Account,
        code: Option<&str>,
    ) -> Result<SecondFactor, Refused> {
        let Some(secret) = &account.totp else { return Ok(SecondFactor::None) };
        let Some(code) = code.filter(|code| !code.trim().is_empty()) else {
            let message = "Give the code of your authenticator, too.";
            return Err(Refused::new(StatusCode::UNAUTHORIZED, "code_needed", message));
        };
        let plain: String = code.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
        if plain.len() > totp::DIGITS as usize {
            // Whether there is such a recovery code shows when it is used up.
            return Ok(SecondFactor::Recovery(plain.to_uppercase()));
        }
        match totp::check(secret, code, now_ms(), account.totp_step) {
            Some(step) => Ok(SecondFactor::Code(step)),
            None => Err(self.refuse_code(visitor, tried).await?),
        }
    }

    /// A code was wrong or used before: that is a failure like a wrong password.
    pub(super) async fn refuse_code(&self, visitor: &Visitor, tried: &Tried) -> Result<Refused, Refused> {
        let message = "This code is wrong or was used before; wait for the next one.";
        let refused = Refused::new(StatusCode::UNAUTHORIZED, "wrong_code", message);
        self.wrong(visitor, tried, refused).await
    }

    /// Counts a failure. Where the place is locked already nothing is written, and nothing else is told.
    async fn wrong(&self, visitor: &Visitor, tried: &Tried, refused: Refused) -> Result<Refused, Refused> {
        self.failed(visitor);
        if let Some(until_ms) = tried.place.locked_until_ms {
            return Ok(locked(until_ms));
        }
        let network = &visitor.origin().network;
        let locks = self.store.sign_in_failed(&tried.meant, &tried.place, network).await;
        if locks.map_err(Refused::store)? {
            tracing::warn!(subject = tried.meant.subject, network, "locked after too many wrong tries");
        }
        Ok(refused)
    }
}

fn wrong_sign_in() -> Refused {
    let message = "Log-in name, telephone or password is wrong.";
    Refused::new(StatusCode::UNAUTHORIZED, "wrong_sign_in", message)
}

fn locked(until_ms: u64) -> Refused {
    let wait_s = until_ms.saturating_sub(now_ms()).div_ceil(1000);
    let minutes = wait_s.div_ceil(60);
    let message = format!(
        "Too many wrong tries; try again in {minutes} minutes, or ask your administrator for an invitation."
    );
    Refused::new(StatusCode::TOO_MANY_REQUESTS, "locked", message).retry_after_s(wait_s)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_try_of_an_account_at_a_time() {
        let tries = Tries::default();
        let first = tries.alone("ann").ok().unwrap();
        assert!(tries.alone("ann").is_err());
        assert!(tries.alone("bob").is_ok());
        drop(first);
        assert!(tries.alone("ann").is_ok());
    }
}
