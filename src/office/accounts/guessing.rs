//! The guard that makes guessing of passwords slow without locking the owner out: wrong passwords are counted
//! by account and place. An unknown name takes the same statements as a known one, so that the time of an
//! answer tells nothing.

use serde_json::json;

use crate::account::password::{ELSEWHERE_MAX, HERE_MAX};
use crate::chain::hex;
use crate::protocol::WrongTries;
use crate::store::accounts::login_key;
use crate::store::audit::{self, Act};
use crate::store::{Lane, Store, Writing, familiar_places, sign_in_failures};
use crate::time::clock::now_ms;

/// The key of all places together from which the account never signed in.
const ELSEWHERE: &str = "";

/// The beginning of the keys of places that are devices.
const DEVICE: &str = "device ";

/// Most places remembered for a person; the one unused for the longest time is forgotten first.
const FAMILIAR_MAX: u32 = 20;

/// Retention of failed tries, ms: a day for unknown names, a quarter without another try for the others.
pub const UNKNOWN_KEPT_MS: u64 = 24 * 3_600_000;
pub const TRIES_KEPT_MS: u64 = 90 * 24 * 3_600_000;

/// The origin of a sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// An address; for IPv6, the network of a household.
    pub network: String,
    /// Fingerprint of the secret that an earlier sign-in left on this device.
    pub device: Option<String>,
}

impl From<&str> for Origin {
    fn from(network: &str) -> Origin {
        Origin { network: network.to_owned(), device: None }
    }
}

impl Origin {
    fn device(&self) -> String {
        self.device.as_ref().map(|print| format!("{DEVICE}{print}")).unwrap_or_default()
    }
}

/// The account that a typed log-in name means, as far as a password check needs it.
#[derive(Debug, Clone)]
pub struct Meant {
    /// The person's id, or a stand-in for an unknown name.
    pub subject: String,
    /// `None` = the name is unknown.
    pub person: Option<String>,
    /// argon2id; `None` = no account, or no password yet.
    pub password: Option<String>,
}

impl Meant {
    /// The account of a known person.
    pub fn person(person: &str, password: Option<String>) -> Meant {
        Meant { subject: person.to_owned(), person: Some(person.to_owned()), password }
    }
}

/// A place in the view of one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The key for counting wrong tries.
    key: String,
    /// The account has signed in from there.
    familiar: bool,
    /// Time until which the place is locked, ms.
    pub locked_until_ms: Option<u64>,
}

impl Place {
    /// The key, the same for all tries from there.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Whether the account has signed in from there.
    pub fn is_familiar(&self) -> bool {
        self.familiar
    }

    /// Whether this is a device from which the account has signed in.
    pub fn is_device(&self) -> bool {
        self.key.starts_with(DEVICE)
    }
}

/// The account that `login` means: a log-in name or a mobile number.
pub async fn meant(store: &Store, login: &str) -> anyhow::Result<Meant> {
    let found = store.accounts().password_by_login(login).await?;
    let print = store.vault().fingerprint("login", &login_key(login));
    let nobody = Meant { subject: format!("?{}", hex(&print)), person: None, password: None };
    Ok(found.map_or(nobody, |(person, password)| Meant::person(&person, password)))
}

/// The state of a place for an account.
pub async fn place(store: &Store, subject: &str, origin: &Origin, now_ms: u64) -> anyhow::Result<Place> {
    let device = origin.device();
    let familiar = store.familiar_places().among(subject, [&device, &origin.network]).await?;
    // A device identifies its owner better than a network, which others use, too.
    let known = [&device, &origin.network].into_iter().find(|place| familiar.contains(place));
    let key = known.unwrap_or(&origin.network).clone();
    let elsewhere = (known.is_none(), ELSEWHERE);
    let until_ms = store.sign_in_failures().locked_until_ms(subject, &key, elsewhere).await?;
    let locked_until_ms = until_ms.filter(|until_ms| *until_ms > now_ms);
    Ok(Place { key, familiar: known.is_some(), locked_until_ms })
}

/// Notes a sign-in by other means than a password: the place is familiar from now on.
pub async fn came_from(store: &Store, person: &str, origin: &Origin) -> anyhow::Result<()> {
    let mut writing = store.write(Lane::Office).await?;
    note_places(&mut writing, person, origin, now_ms()).await?;
    writing.commit().await
}

/// Counts a wrong password or code; true = it locked the place.
pub async fn sign_in_failed(
    store: &Store,
    meant: &Meant,
    place: &Place,
    network: &str,
) -> anyhow::Result<bool> {
    let now_ms = now_ms();
    let mut writing = store.write(Lane::Office).await?;
    let mut locked = count(&mut writing, &meant.subject, &place.key, HERE_MAX, now_ms).await?;
    // One place alone cannot fill the count of all.
    if !place.familiar && place.locked_until_ms.is_none() {
        locked |= count(&mut writing, &meant.subject, ELSEWHERE, ELSEWHERE_MAX, now_ms).await?;
    }
    let known = meant.person.is_some();
    let act = Act {
        // The visitor has not proved to be the person.
        actor: "visitor",
        act: "account.sign_in_refused",
        target: meant.person.as_deref().unwrap_or_default(),
        detail: json!({ "address": network, "locked": locked, "known": known }),
        done: false,
    };
    audit::append(&mut writing, store.vault(), act).await?;
    writing.commit().await?;
    Ok(locked)
}

async fn count(
    writing: &mut Writing,
    subject: &str,
    place: &str,
    most: usize,
    now_ms: u64,
) -> anyhow::Result<bool> {
    let mut failures = sign_in_failures::find(writing, subject, place).await?;
    let locked = failures.failed(now_ms, most);
    sign_in_failures::put_one_more(writing, subject, place, &failures, now_ms).await?;
    Ok(locked)
}

/// Notes a sign-in: the place is familiar from now on, its wrong tries are forgotten, and those made
/// elsewhere are returned once, to be told to the owner.
pub(super) async fn came_in(
    writing: &mut Writing,
    person: &str,
    origin: &Origin,
    now_ms: u64,
) -> anyhow::Result<Option<WrongTries>> {
    let device = origin.device();
    let own = if device.is_empty() { &origin.network } else { &device };
    sign_in_failures::delete_at(writing, person, own).await?;
    let (tries, last_at_ms) = sign_in_failures::untold(writing, person, ELSEWHERE).await?;
    sign_in_failures::mark_told(writing, person).await?;
    note_places(writing, person, origin, now_ms).await?;
    Ok((tries > 0).then_some(WrongTries { tries, last_at_ms }))
}

async fn note_places(
    writing: &mut Writing,
    person: &str,
    origin: &Origin,
    now_ms: u64,
) -> anyhow::Result<()> {
    let device = origin.device();
    for place in [&device, &origin.network].into_iter().filter(|place| !place.is_empty()) {
        familiar_places::put(writing, person, place, now_ms).await?;
    }
    familiar_places::keep_last(writing, person, FAMILIAR_MAX).await
}
