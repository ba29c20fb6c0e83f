//! The proof of identity: password and second factor, with everything that makes guessing slow. Neither an
//! answer nor its time tells whether there is such an account.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::http::StatusCode;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::account::role::AccountState;
use crate::account::totp;
use crate::office;
use crate::office::accounts::{Account, Meant, Place, SecondFactor};
use crate::protocol::Refusal;
use crate::time::clock::now_ms;
use crate::web::Web;
use crate::web::error::Refused;
use crate::web::rate::Act;
use crate::web::visitor::Visitor;

/// The time that a try from a place unfamiliar to the account waits for other such tries: some hundred
/// hashes.
const TURN_TIMEOUT: Duration = Duration::from_secs(10);

/// The running tries.
#[derive(Default)]
pub(in crate::web) struct Tries {
    running: Arc<Mutex<Running>>,
}

#[derive(Default)]
struct Running {
    /// Each account with a place: one try at a time.
    places: HashSet<String>,
    /// Each account with tries from unfamiliar places, which take turns.
    turns: HashMap<String, Arc<Semaphore>>,
}

/// Held during a try of one account from one place.
pub(in crate::web) struct Alone {
    running: Arc<Mutex<Running>>,
    key: String,
    subject: String,
    turn: Option<OwnedSemaphorePermit>,
}

impl Drop for Alone {
    fn drop(&mut self) {
        self.turn = None;
        let mut running = lock(&self.running);
        running.places.remove(&self.key);
        // A try that waits for a turn holds it, too.
        if running.turns.get(&self.subject).is_some_and(|turn| Arc::strong_count(turn) == 1) {
            running.turns.remove(&self.subject);
        }
    }
}

impl Tries {
    /// Admits one try of an account from a place at a time: otherwise a hundred at once would count as none
    /// before the first has failed. Tries from other places do not matter, as long as the account is familiar
    /// with this place.
    pub(in crate::web) fn alone(&self, subject: &str, place: &str) -> Result<Alone, Refused> {
        let key = format!("{subject} {place}");
        if !lock(&self.running).places.insert(key.clone()) {
            return Err(too_many_at_once());
        }
        Ok(Alone { running: self.running.clone(), key, subject: subject.to_owned(), turn: None })
    }
}

impl Alone {
    /// Waits until no other unfamiliar place tries: these tries are counted together, too. First come, first
    /// served, and each place has one try in the queue, so that no stream of tries keeps anybody out.
    async fn wait_for_turn(&mut self) -> Result<(), Refused> {
        let turns = {
            let mut running = lock(&self.running);
            let turns = running.turns.entry(self.subject.clone());
            turns.or_insert_with(|| Arc::new(Semaphore::new(1))).clone()
        };
        match timeout(TURN_TIMEOUT, turns.acquire_owned()).await {
            Ok(turn) => self.turn = Some(turn.expect("nobody closes it")),
            Err(_) => return Err(too_many_at_once()),
        }
        Ok(())
    }
}

fn too_many_at_once() -> Refused {
    Refused::from(Refusal::TooFast).retry_after_s(1)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().expect("no holder of this lock panics")
}

/// A try of one account from one place, the only one there meanwhile.
pub(super) struct Tried {
    meant: Meant,
    place: Place,
    _alone: Alone,
}

/// An account whose owner knew the password and showed the second factor, which is not used up yet.
pub(super) struct Proven {
    pub(super) account: Account,
    pub(super) factor: SecondFactor,
    pub(super) tried: Tried,
}

impl Web {
    /// Checks the input of a sign-in. The steps are the same for known and unknown names.
    pub(super) async fn prove(
        &self,
        visitor: &Visitor,
        login: &str,
        password: String,
        code: Option<&str>,
    ) -> Result<Proven, Refused> {
        let meant = office::accounts::meant(&self.store, login).await.map_err(Refused::store)?;
        let tried = self.try_on(visitor, meant).await?;
        // Failures of others at the same address lock nobody out who comes with the own device.
        if !tried.place.is_device() {
            self.may_try(visitor)?;
        }
        // A person who is locked out comes in with both proofs, and learns nothing about one alone.
        let code = code.filter(|code| !code.trim().is_empty());
        if let (Some(until_ms), None) = (tried.place.locked_until_ms, code) {
            return Err(locked(until_ms));
        }
        if tried.place.locked_until_ms.is_some() {
            self.allow(Act::ProveLocked, &tried.who())?;
        }
        if !self.hasher.verify(password, tried.meant.password.clone()).await? {
            return Err(self.wrong(visitor, &tried, wrong_sign_in()).await?);
        }
        let Some(person) = &tried.meant.person else { return Err(wrong_sign_in()) };
        let account = self.store.accounts().of(person).await.map_err(Refused::store)?;
        let account = account.ok_or_else(wrong_sign_in)?;
        let is_frozen = account.state == AccountState::Frozen;
        // At a locked place, a right password without a second factor is answered and recorded like a wrong one.
        if tried.place.locked_until_ms.is_some() && (is_frozen || account.totp.is_none()) {
            return Err(self.wrong(visitor, &tried, wrong_sign_in()).await?);
        }
        if is_frozen {
            let message = "This account is frozen; ask your administrator.";
            return Err(Refused::new(StatusCode::FORBIDDEN, "frozen", message));
        }
        let factor = self.check_code(visitor, &tried, &account, code).await?;
        Ok(Proven { account, factor, tried })
    }

    /// Checks the password of a signed-in person.
    pub(super) async fn prove_password(
        &self,
        visitor: &Visitor,
        person: &str,
        password: String,
    ) -> Result<(Account, Tried), Refused> {
        self.may_try(visitor)?;
        let account = self.store.accounts().of(person).await.map_err(Refused::store)?;
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

    /// Checks the code of the holder of an invitation.
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

    /// Begins a try from the visitor's place: one at a time, and not too often.
    pub(super) async fn try_on(&self, visitor: &Visitor, meant: Meant) -> Result<Tried, Refused> {
        let origin = visitor.origin();
        let place = async || {
            office::accounts::place(&self.store, &meant.subject, &origin, now_ms())
                .await
                .map_err(Refused::store)
        };
        let before = place().await?;
        let mut alone = self.tries.alone(&meant.subject, before.key())?;
        self.allow(Act::Prove, &who(&meant, &before))?;
        if !before.is_familiar() {
            alone.wait_for_turn().await?;
        }
        // A failure meanwhile may have locked it.
        let place = place().await?;
        Ok(Tried { meant, place, _alone: alone })
    }

    /// Checks the code of an account with a second factor. It is used up when the session begins.
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
            // Using it up shows whether there is such a recovery code.
            return Ok(SecondFactor::Recovery(plain.to_uppercase()));
        }
        match totp::check(secret, code, now_ms(), account.totp_step) {
            Some(step) => Ok(SecondFactor::Code(step)),
            None => Err(self.refuse_code(visitor, tried).await?),
        }
    }

    /// Refuses a code that was wrong or used before: a failure like a wrong password.
    pub(super) async fn refuse_code(&self, visitor: &Visitor, tried: &Tried) -> Result<Refused, Refused> {
        let message = "This code is wrong or was used before; wait for the next one.";
        let refused = Refused::new(StatusCode::UNAUTHORIZED, "wrong_code", message);
        self.wrong(visitor, tried, refused).await
    }

    /// Counts a failure and records it, so that the owner hears of it. If the place is locked already, the
    /// answer says only that, whatever was wrong.
    async fn wrong(&self, visitor: &Visitor, tried: &Tried, refused: Refused) -> Result<Refused, Refused> {
        self.failed(visitor);
        let network = &visitor.origin().network;
        let locks = office::accounts::sign_in_failed(&self.store, &tried.meant, &tried.place, network).await;
        if locks.map_err(Refused::store)? {
            tracing::warn!(subject = tried.meant.subject, network, "locked after too many wrong tries");
        }
        Ok(tried.place.locked_until_ms.map_or(refused, locked))
    }
}

impl Tried {
    /// The key of an allowance.
    fn who(&self) -> String {
        who(&self.meant, &self.place)
    }
}

fn who(meant: &Meant, place: &Place) -> String {
    format!("{} {}", meant.subject, place.key())
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

    #[tokio::test]
    async fn one_try_of_an_account_from_a_place_at_a_time() {
        let tries = Tries::default();
        let first = tries.alone("ann", "home").ok().unwrap();
        assert!(tries.alone("ann", "home").is_err());
        assert!(tries.alone("ann", "elsewhere").is_ok(), "whoever tries elsewhere keeps nobody out");
        assert!(tries.alone("bob", "home").is_ok());
        drop(first);
        assert!(tries.alone("ann", "home").is_ok());
    }

    #[tokio::test]
    async fn strangers_take_turns_and_nothing_is_left_of_them() {
        let tries = Tries::default();
        let begin = async |place: &str| {
            let mut alone = tries.alone("ann", place).ok().unwrap();
            alone.wait_for_turn().await.ok().unwrap();
            alone
        };
        let first = begin("1").await;
        let mut second = Box::pin(begin("2"));
        let mut third = Box::pin(begin("3"));
        assert!(futures_util::poll!(second.as_mut()).is_pending());
        assert!(futures_util::poll!(third.as_mut()).is_pending());
        drop(first);
        assert!(futures_util::poll!(third.as_mut()).is_pending(), "first come, first served");
        drop(second.await);
        drop(third.await);
        let running = lock(&tries.running);
        assert!(running.places.is_empty() && running.turns.is_empty());
    }
}
