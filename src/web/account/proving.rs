//! Whether somebody is who they say: password and second factor, with everything that makes guessing slow.
//! Nobody learns from the answer, or from how long it takes, whether there is such an account.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;

use axum::http::StatusCode;

use super::Visitor;
use crate::course::password::Failures;
use crate::course::totp;
use crate::protocol::{AccountState, Refusal};
use crate::store::accounts::{Account, SecondFactor};
use crate::web::error::Refused;
use crate::web::{Web, now_ms};

/// Log-in names without an account whose tries are remembered; attackers make them up.
const UNKNOWN_MAX: usize = 10_000;

/// What is tried at the moment, and was tried of late at log-in names that nobody has.
#[derive(Default)]
pub(in crate::web) struct Tries {
    running: Arc<Mutex<HashSet<String>>>,
    unknown: Mutex<HashMap<String, Failures>>,
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

    fn unknown_locked_until_ms(&self, key: &str, now_ms: u64) -> Option<u64> {
        lock(&self.unknown).get(key).and_then(|failures| failures.locked_until_ms(now_ms))
    }

    fn unknown_failed(&self, key: &str, now_ms: u64) {
        let mut unknown = lock(&self.unknown);
        if unknown.len() >= UNKNOWN_MAX && !unknown.contains_key(key) {
            unknown.retain(|_, failures| failures.locked_until_ms(now_ms).is_some());
            if unknown.len() >= UNKNOWN_MAX {
                return;
            }
        }
        unknown.entry(key.to_owned()).or_default().failed(now_ms);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no holder of this lock panics")
}

/// Somebody who knew the password and showed the second factor, which is not used up yet.
pub(super) struct Proven {
    pub(super) account: Account,
    pub(super) factor: SecondFactor,
}

impl Web {
    /// Whether this address may try again.
    pub(super) fn may_try(&self, visitor: &Visitor) -> Result<(), Refused> {
        if lock(&self.sign_in_failures).may_try(Instant::now(), visitor.address) {
            return Ok(());
        }
        Err(Refusal::TooFast.into())
    }

    /// One more failure of this address.
    pub(super) fn failed(&self, visitor: &Visitor) {
        lock(&self.sign_in_failures).failed(Instant::now(), visitor.address);
    }

    /// Checks what was typed at the sign-in.
    pub(super) async fn prove(
        &self,
        visitor: &Visitor,
        key: &str,
        login: &str,
        password: String,
        code: Option<&str>,
    ) -> Result<Proven, Refused> {
        self.may_try(visitor)?;
        let _alone = self.tries.alone(key)?;
        let account = self.store.account_by_login(login).await.map_err(Refused::store)?;
        let locked = match &account {
            Some(account) => account.failures.locked_until_ms(now_ms()),
            None => self.tries.unknown_locked_until_ms(key, now_ms()),
        };
        if let Some(until_ms) = locked {
            return Err(self::locked(until_ms));
        }
        let hash = account.as_ref().and_then(|account| account.password.clone());
        if !self.hasher.verify(password, hash).await? {
            self.failed(visitor);
            match &account {
                Some(account) => self.count_failure(visitor, &account.person).await?,
                None => self.tries.unknown_failed(key, now_ms()),
            }
            return Err(wrong_sign_in());
        }
        let Some(account) = account else { return Err(wrong_sign_in()) };
        if account.state == AccountState::Frozen {
            let message = "This account is frozen; ask your administrator.";
            return Err(Refused::new(StatusCode::FORBIDDEN, "frozen", message));
        }
        let factor = self.second_factor(visitor, &account, code).await?;
        Ok(Proven { account, factor })
    }

    /// Checks the password of somebody who is signed in.
    pub(super) async fn prove_password(
        &self,
        visitor: &Visitor,
        person: &str,
        password: String,
    ) -> Result<Account, Refused> {
        self.may_try(visitor)?;
        let _alone = self.tries.alone(person)?;
        let account = self.store.account(person).await.map_err(Refused::store)?;
        let account = account.ok_or_else(Refused::signed_out)?;
        if let Some(until_ms) = account.failures.locked_until_ms(now_ms()) {
            return Err(locked(until_ms));
        }
        if !self.hasher.verify(password, account.password.clone()).await? {
            self.failed(visitor);
            self.count_failure(visitor, person).await?;
            return Err(Refused::new(StatusCode::FORBIDDEN, "wrong_password", "That is not your password."));
        }
        Ok(account)
    }

    /// Checks the code of an account that has a second factor. It is used up when the session begins.
    pub(super) async fn second_factor(
        &self,
        visitor: &Visitor,
        account: &Account,
        code: Option<&str>,
    ) -> Result<SecondFactor, Refused> {
        let Some(secret) = &account.totp else { return Ok(SecondFactor::None) };
        let Some(code) = code.filter(|code| !code.trim().is_empty()) else {
            let message = "Give the code of your authenticator, too.";
            return Err(Refused::new(StatusCode::UNAUTHORIZED, "code_needed", message));
        };
        if let Some(until_ms) = account.failures.locked_until_ms(now_ms()) {
            return Err(locked(until_ms));
        }
        let plain: String = code.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
        if plain.len() > totp::DIGITS as usize {
            // Whether there is such a recovery code shows when it is used up.
            return Ok(SecondFactor::Recovery(plain.to_uppercase()));
        }
        match totp::check(secret, code, now_ms(), account.totp_step) {
            Some(step) => Ok(SecondFactor::Code(step)),
            None => Err(self.refuse_code(visitor, &account.person).await?),
        }
    }

    /// A code was wrong or used before: that is a failure like a wrong password.
    pub(super) async fn refuse_code(&self, visitor: &Visitor, person: &str) -> Result<Refused, Refused> {
        self.failed(visitor);
        self.count_failure(visitor, person).await?;
        let message = "This code is wrong or was used before; wait for the next one.";
        Ok(Refused::new(StatusCode::UNAUTHORIZED, "wrong_code", message))
    }

    async fn count_failure(&self, visitor: &Visitor, person: &str) -> Result<(), Refused> {
        let locked = self.store.sign_in_failed(person, &visitor.address.to_string()).await;
        if locked.map_err(Refused::store)? {
            tracing::warn!(person, "locked after too many wrong tries");
        }
        Ok(())
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

    #[test]
    fn names_without_an_account_are_locked_like_others_within_a_bound() {
        let tries = Tries::default();
        for _ in 0..4 {
            tries.unknown_failed("nobody", 1000);
        }
        assert_eq!(tries.unknown_locked_until_ms("nobody", 1000), None);
        tries.unknown_failed("nobody", 1000);
        assert!(tries.unknown_locked_until_ms("nobody", 1000).is_some());
        for number in 0..2 * UNKNOWN_MAX {
            tries.unknown_failed(&number.to_string(), 1000);
        }
        assert!(lock(&tries.unknown).len() <= UNKNOWN_MAX);
        assert!(tries.unknown_locked_until_ms("nobody", 1000).is_some());
    }
}
