//! Accounts: people who sign in with a password. [`making`] makes and invites them, [`entering`] is what
//! happens when one signs in, [`guessing`] when somebody tries in vain, [`office`] what administrators see and do, [`phones`] the telephones. Whatever one does with special
//! rights is written into the audit log in the same transaction.

use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite};

use super::vault::Vault;
use super::{Store, from_word, unsigned};
use crate::attendance::ledger::unhex;
use crate::course::person;
use crate::protocol::{AccountRole, AccountState, Role, RoleGrant};

mod entering;
pub(super) mod guessing;
#[cfg(test)]
mod guessing_tests;
mod making;
mod office;
mod phones;
#[cfg(test)]
mod tests;

pub use entering::{NewSession, SecondFactor};
pub use guessing::{Meant, Origin, Place};
pub use making::{Invitation, MakeError, NewAccount};
pub use office::{AccountFilter, OfficeError};

/// Roles of the account in the row, as JSON.
pub(super) const GRANTS: &str = "(SELECT json_group_array(json_object('role', role, 'unit', nullif(unit, ''), \
     'class', nullif(class, ''))) FROM account_roles WHERE account_roles.person = accounts.person)";

/// The classes whose lessons the person of the row teaches, as JSON.
pub(super) const TAUGHT: &str = "(SELECT json_group_array(DISTINCT class) FROM lesson_instructors \
     JOIN lessons ON lessons.id = lesson WHERE lesson_instructors.person = accounts.person AND class IS NOT NULL)";

/// Whoever has a seat of a unit, by an approved registration, is of that unit.
const OF_UNIT: &str = "state IN ('approved', 'placed', 'active', 'completed', 'failed') AND unit";

/// An account as the server needs it to let somebody in. Never shown as it is.
#[derive(Clone)]
pub struct Account {
    pub person: String,
    pub name: String,
    pub login: String,
    /// In full: to be masked.
    pub phone: Option<String>,
    /// argon2id; none before the invitation was used.
    pub password: Option<String>,
    pub password_at_ms: Option<u64>,
    /// Secret of the authenticator.
    pub totp: Option<Vec<u8>>,
    /// The one that is being enrolled.
    pub totp_next: Option<Vec<u8>>,
    /// The last step whose code was used.
    pub totp_step: u64,
    pub recovery_codes_left: u32,
    pub state: AccountState,
    /// As they were given.
    pub grants: Vec<RoleGrant>,
    /// Units in which this person has a seat.
    pub units: Vec<String>,
}

impl Account {
    pub fn is_admin(&self) -> bool {
        self.grants.iter().any(|grant| grant.role.is_admin())
    }

    /// What no password of this person may hold.
    pub fn personal(&self) -> Vec<&str> {
        [Some(self.name.as_str()), Some(&self.login), self.phone.as_deref()].into_iter().flatten().collect()
    }
}

/// Longer than any log-in name.
const KEY_CHARS: usize = 64;

/// What is typed to sign in, in the one form that is compared. Names that are too long stay so.
pub fn login_key(text: &str) -> String {
    person::mobile(text).unwrap_or_else(|_| text.trim().to_lowercase().chars().take(KEY_CHARS).collect())
}

/// As whom an account sits in the room of a lesson unless the lesson says otherwise.
pub(super) fn seat_role(grants: &[RoleGrant]) -> Role {
    let has = |role| grants.iter().any(|grant| grant.role == role);
    if has(AccountRole::Operator) {
        Role::Operator
    } else if has(AccountRole::Instructor) {
        Role::Instructor
    } else {
        Role::Trainee
    }
}

/// The roles in a row of [`GRANTS`], each instructor with the classes of [`TAUGHT`].
pub(super) fn reaching(grants: &str, taught: &str) -> anyhow::Result<Vec<RoleGrant>> {
    let mut grants: Vec<RoleGrant> = serde_json::from_str(grants)?;
    if grants.iter().any(|grant| grant.role == AccountRole::Instructor) {
        let taught: Vec<String> = serde_json::from_str(taught)?;
        let of_class = |class| RoleGrant { role: AccountRole::Instructor, unit: None, class: Some(class) };
        grants.extend(taught.into_iter().map(of_class));
    }
    Ok(grants)
}

/// How an account is found.
enum By {
    Person(String),
    Login(String),
    /// Fingerprint.
    Phone(Vec<u8>),
}

impl Store {
    /// The account of a person.
    pub async fn account(&self, person: &str) -> anyhow::Result<Option<Account>> {
        self.find_account(By::Person(person.to_owned())).await
    }

    /// The account that somebody means who types `text`: a log-in name or a mobile number.
    pub async fn account_by_login(&self, text: &str) -> anyhow::Result<Option<Account>> {
        let by = match person::mobile(text) {
            Ok(number) => By::Phone(self.vault().fingerprint("phone", &number)),
            Err(_) => By::Login(login_key(text)),
        };
        self.find_account(by).await
    }

    async fn find_account(&self, by: By) -> anyhow::Result<Option<Account>> {
        let mut query = QueryBuilder::<Sqlite>::new(format!(
            "SELECT accounts.*, name, {GRANTS} AS grants,
                 (SELECT count(*) FROM recovery_codes WHERE recovery_codes.person = accounts.person) AS codes,
                 (SELECT json_group_array(DISTINCT unit) FROM registrations
                  WHERE registrations.person = accounts.person AND {OF_UNIT} <> '') AS units
             FROM accounts JOIN people ON people.id = accounts.person WHERE "
        ));
        match by {
            By::Person(person) => query.push("accounts.person = ").push_bind(person),
            By::Login(login) => query.push("login = ").push_bind(login),
            By::Phone(print) => query.push("phone_print = ").push_bind(print),
        };
        let row = query.build().fetch_optional(&self.readers).await?;
        row.map(|row| account(self.vault(), &row)).transpose()
    }
}

fn account(vault: &Vault, row: &SqliteRow) -> anyhow::Result<Account> {
    let person: String = row.try_get("person")?;
    let password_at_ms: Option<i64> = row.try_get("password_at_ms")?;
    let phone: Option<Vec<u8>> = row.try_get("phone")?;
    let secret = |column| -> anyhow::Result<Option<Vec<u8>>> {
        let sealed: Option<Vec<u8>> = row.try_get(column)?;
        Ok(match sealed {
            Some(sealed) => unhex(&vault.open_text(&totp_context(&person), &sealed)?),
            None => None,
        })
    };
    Ok(Account {
        name: row.try_get("name")?,
        login: row.try_get("login")?,
        phone: phone.map(|sealed| vault.open_text("phone", &sealed)).transpose()?,
        password: row.try_get("password")?,
        password_at_ms: password_at_ms.map(unsigned),
        totp: secret("totp")?,
        totp_next: secret("totp_next")?,
        totp_step: unsigned(row.try_get("totp_step")?),
        recovery_codes_left: row.try_get("codes")?,
        state: from_word(row.try_get("state")?)?,
        grants: serde_json::from_str(row.try_get("grants")?)?,
        units: serde_json::from_str(row.try_get("units")?)?,
        person,
    })
}

/// Nobody's authenticator is taken for another's.
fn totp_context(person: &str) -> String {
    format!("totp:{person}")
}
