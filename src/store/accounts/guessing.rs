//! What makes guessing of passwords slow without locking the owner out: wrong ones are counted by account and place.
//! A name that nobody has is treated like one that somebody has, statement by statement: how long an answer takes
//! tells nothing.

use serde_json::json;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::super::audit::{self, Act};
use super::super::db::{Lane, Writing};
use super::super::{Store, now_ms, signed, unsigned};
use super::login_key;
use crate::course::password::{ELSEWHERE_MAX, Failures, HERE_MAX};
use crate::course::person;
use crate::protocol::WrongTries;

/// Stands for all places together that the account never signed in from.
const ELSEWHERE: &str = "";

/// How the places begin that are devices.
const DEVICE: &str = "device ";

/// Places of a person that are remembered; the one that was not used for longest goes first.
const FAMILIAR_MAX: u32 = 20;

/// Tries at names that nobody has are forgotten after a day, and others when nobody asked for them in a quarter.
pub(in crate::store) const UNKNOWN_KEPT_MS: u64 = 24 * 3_600_000;
pub(in crate::store) const TRIES_KEPT_MS: u64 = 90 * 24 * 3_600_000;

/// Where somebody signs in from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// An address, or of IPv6 the network of a household.
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

/// Whom somebody means who types a log-in name, as far as a password needs to know.
#[derive(Debug, Clone)]
pub struct Meant {
    /// The person, or what stands for a name that nobody has.
    pub subject: String,
    /// `None` = nobody has this name.
    pub person: Option<String>,
    /// argon2id; `None` = no account, or no password yet.
    pub password: Option<String>,
}

impl Meant {
    /// Somebody who is known already.
    pub fn person(person: &str, password: Option<String>) -> Meant {
        Meant { subject: person.to_owned(), person: Some(person.to_owned()), password }
    }
}

/// A place as it is known for one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// What wrong tries are counted under.
    key: String,
    /// The account has signed in from there.
    familiar: bool,
    /// Nobody gets in from there before.
    pub locked_until_ms: Option<u64>,
}

impl Place {
    /// The same for all tries from there.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// A device from which this account has signed in before.
    pub fn is_device(&self) -> bool {
        self.key.starts_with(DEVICE)
    }
}

impl Store {
    /// Whom `login` means: a log-in name or a mobile number.
    pub async fn meant(&self, login: &str) -> anyhow::Result<Meant> {
        let query = match person::mobile(login) {
            Ok(number) => sqlx::query("SELECT person, password FROM accounts WHERE phone_print = ?")
                .bind(self.vault().fingerprint("phone", &number)),
            Err(_) => {
                sqlx::query("SELECT person, password FROM accounts WHERE login = ?").bind(login_key(login))
            }
        };
        let row = query.fetch_optional(&self.readers).await?;
        let print = self.vault().fingerprint("login", &login_key(login));
        let nobody = Meant {
            subject: format!("?{}", super::super::recordings::hex(&print)),
            person: None,
            password: None,
        };
        row.map_or(Ok(nobody), |row| Ok(Meant::person(row.try_get("person")?, row.try_get("password")?)))
    }

    /// What is known of a place for whoever is meant.
    pub async fn place(&self, subject: &str, origin: &Origin, now_ms: u64) -> anyhow::Result<Place> {
        let device = origin.device();
        let familiar = sqlx::query("SELECT place FROM familiar_places WHERE person = ? AND place IN (?, ?)");
        let familiar = familiar.bind(subject).bind(&device).bind(&origin.network);
        let familiar = familiar.fetch_all(&self.readers).await?;
        let familiar: Vec<String> = familiar.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
        // A device is known better than a network, where others are, too.
        let known = [&device, &origin.network].into_iter().find(|place| familiar.contains(place));
        let key = known.unwrap_or(&origin.network).clone();
        let locks = sqlx::query(
            "SELECT max(locked_until_ms) FROM sign_in_failures WHERE subject = ? AND (place = ? OR (? AND place = ?))",
        );
        let locks = locks.bind(subject).bind(&key).bind(known.is_none()).bind(ELSEWHERE);
        let until: Option<i64> = locks.fetch_one(&self.readers).await?.try_get(0)?;
        let locked_until_ms = until.map(unsigned).filter(|until_ms| *until_ms > now_ms);
        Ok(Place { key, familiar: known.is_some(), locked_until_ms })
    }

    /// Somebody came in from there by other means than a password.
    pub async fn is_familiar(&self, person: &str, origin: &Origin) -> anyhow::Result<()> {
        let mut writing = self.db.write(Lane::Office).await?;
        note_places(&mut writing, person, origin, now_ms()).await?;
        Ok(writing.commit().await?)
    }

    /// One more wrong password or code; true when it locked the place.
    pub async fn sign_in_failed(&self, meant: &Meant, place: &Place, network: &str) -> anyhow::Result<bool> {
        let now_ms = now_ms();
        let mut writing = self.db.write(Lane::Office).await?;
        let mut locked = count(&mut writing, &meant.subject, &place.key, HERE_MAX, now_ms).await?;
        if !place.familiar {
            locked |= count(&mut writing, &meant.subject, ELSEWHERE, ELSEWHERE_MAX, now_ms).await?;
        }
        let known = meant.person.is_some();
        let act = Act {
            // Whoever it was: not proven to be the person.
            actor: "visitor",
            act: "account.sign_in_refused",
            target: meant.person.as_deref().unwrap_or_default(),
            detail: json!({ "address": network, "locked": locked, "known": known }),
            done: false,
        };
        audit::append(&mut writing, self.vault(), act).await?;
        writing.commit().await?;
        Ok(locked)
    }
}

async fn count(
    writing: &mut Writing,
    subject: &str,
    place: &str,
    most: usize,
    now_ms: u64,
) -> anyhow::Result<bool> {
    let row =
        sqlx::query("SELECT at_ms, locked_until_ms FROM sign_in_failures WHERE subject = ? AND place = ?");
    let row = row.bind(subject).bind(place).fetch_optional(&mut **writing).await?;
    let mut failures = row.as_ref().map(failures).transpose()?.unwrap_or_default();
    let locked = failures.failed(now_ms, most);
    sqlx::query(
        "INSERT INTO sign_in_failures (subject, place, at_ms, locked_until_ms, untold, last_ms)
         VALUES (?1, ?2, ?3, ?4, 1, ?5)
         ON CONFLICT DO UPDATE SET at_ms = ?3, locked_until_ms = ?4, untold = untold + 1, last_ms = ?5",
    )
    .bind(subject)
    .bind(place)
    .bind(serde_json::to_string(&failures.at_ms)?)
    .bind(signed(failures.locked_until_ms))
    .bind(signed(now_ms))
    .execute(&mut **writing)
    .await?;
    Ok(locked)
}

fn failures(row: &SqliteRow) -> anyhow::Result<Failures> {
    let at_ms: String = row.try_get("at_ms")?;
    Ok(Failures {
        at_ms: serde_json::from_str(&at_ms)?,
        locked_until_ms: unsigned(row.try_get("locked_until_ms")?),
    })
}

/// Somebody came in from there: it is familiar from now on, what went wrong there is forgotten, and of what was
/// tried elsewhere the owner is told, once.
pub(super) async fn came_in(
    writing: &mut Writing,
    person: &str,
    origin: &Origin,
    now_ms: u64,
) -> anyhow::Result<Option<WrongTries>> {
    let device = origin.device();
    let own = if device.is_empty() { &origin.network } else { &device };
    sqlx::query("DELETE FROM sign_in_failures WHERE subject = ? AND place = ?")
        .bind(person)
        .bind(own)
        .execute(&mut **writing)
        .await?;
    let told = sqlx::query(
        "SELECT coalesce(sum(untold), 0) AS tries, coalesce(max(last_ms), 0) AS last_ms
         FROM sign_in_failures WHERE subject = ? AND place <> ? AND untold > 0",
    );
    let told = told.bind(person).bind(ELSEWHERE).fetch_one(&mut **writing).await?;
    sqlx::query("UPDATE sign_in_failures SET untold = 0 WHERE subject = ?")
        .bind(person)
        .execute(&mut **writing)
        .await?;
    note_places(writing, person, origin, now_ms).await?;
    let tries: u32 = told.try_get("tries")?;
    let last_at_ms = unsigned(told.try_get("last_ms")?);
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
        sqlx::query("INSERT OR REPLACE INTO familiar_places (person, place, seen_ms) VALUES (?, ?, ?)")
            .bind(person)
            .bind(place)
            .bind(signed(now_ms))
            .execute(&mut **writing)
            .await?;
    }
    sqlx::query(
        "DELETE FROM familiar_places WHERE person = ?1 AND place NOT IN
             (SELECT place FROM familiar_places WHERE person = ?1 ORDER BY seen_ms DESC LIMIT ?2)",
    )
    .bind(person)
    .bind(FAMILIAR_MAX)
    .execute(&mut **writing)
    .await?;
    Ok(())
}

/// A new password: nothing that was tried before counts, anywhere.
pub(super) async fn forget(writing: &mut Writing, person: &str) -> anyhow::Result<()> {
    let forget = sqlx::query("DELETE FROM sign_in_failures WHERE subject = ?");
    forget.bind(person).execute(&mut **writing).await?;
    Ok(())
}
