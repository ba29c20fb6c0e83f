//! Table `accounts`: people who sign in with a password. Telephone numbers and the secrets of authenticators
//! are sealed.

use sqlx::Row;

use super::account_roles::GRANTS;
use super::db::Writing;
use super::dialect::{QueryBuilder, json_list};
use super::vault::Vault;
use super::{Store, from_word, signed, unsigned, word};
use crate::account::role::{AccountState, RoleGrant};
use crate::account::telephone;
use crate::chain::{hex, unhex};

mod list;

pub use list::{AccountFilter, ListedAccount};

/// A person with a seat of a unit, by an approved registration, belongs to that unit.
const OF_UNIT: &str = "state IN ('approved', 'placed', 'active', 'completed', 'failed') AND unit";

/// An account with everything needed for signing in. Never shown as it is.
#[derive(Clone)]
pub struct Account {
    pub person: String,
    pub name: String,
    pub login: String,
    /// Unmasked: mask it before showing it.
    pub phone: Option<String>,
    /// argon2id; `None` = the invitation is not used yet.
    pub password: Option<String>,
    pub password_at_ms: Option<u64>,
    /// Secret of the authenticator.
    pub totp: Option<Vec<u8>>,
    /// Secret of an authenticator that waits for its first code.
    pub totp_next: Option<Vec<u8>>,
    /// The time step of the last code that was used.
    pub totp_step: u64,
    pub recovery_codes_left: u32,
    pub state: AccountState,
    /// The roles as they were granted.
    pub grants: Vec<RoleGrant>,
    /// Codes of the units in which this person has a seat.
    pub units: Vec<String>,
}

impl Account {
    pub fn is_admin(&self) -> bool {
        self.grants.iter().any(|grant| grant.role.is_admin())
    }

    /// Texts that no password of this person may contain.
    pub fn personal(&self) -> Vec<&str> {
        [Some(self.name.as_str()), Some(&self.login), self.phone.as_deref()].into_iter().flatten().collect()
    }
}

/// Longer than any log-in name.
const KEY_CHARS: usize = 64;

/// A typed log-in name in its form for comparison. It is cut only beyond the length of any log-in name.
pub fn login_key(text: &str) -> String {
    telephone::mobile(text).unwrap_or_else(|_| text.trim().to_lowercase().chars().take(KEY_CHARS).collect())
}

/// A telephone number in its stored form: sealed, with a keyed hash to find it by.
pub struct SealedPhone {
    sealed: Vec<u8>,
    print: Vec<u8>,
}

impl SealedPhone {
    pub fn of(vault: &Vault, number: &str) -> anyhow::Result<SealedPhone> {
        let print = vault.fingerprint("phone", number);
        Ok(SealedPhone { sealed: vault.seal("phone", number)?, print })
    }
}

/// The secret of an authenticator in its stored form.
pub struct SealedTotp(Vec<u8>);

impl SealedTotp {
    pub fn of(vault: &Vault, person: &str, secret: &[u8]) -> anyhow::Result<SealedTotp> {
        Ok(SealedTotp(vault.seal(&totp_context(person), &hex(secret))?))
    }
}

/// The context of the seal: no authenticator can be put in the place of another.
fn totp_context(person: &str) -> String {
    format!("totp:{person}")
}

/// Reads accounts.
pub struct Accounts<'a>(&'a Store);

impl Store {
    pub fn accounts(&self) -> Accounts<'_> {
        Accounts(self)
    }
}

/// The key by which an account is found.
enum By {
    Person(String),
    Login(String),
    /// Keyed hash of the number.
    Phone(Vec<u8>),
}

#[derive(sqlx::FromRow)]
struct AccountRow {
    person: String,
    name: String,
    login: String,
    phone: Option<Vec<u8>>,
    password: Option<String>,
    password_at_ms: Option<i64>,
    totp: Option<Vec<u8>>,
    totp_next: Option<Vec<u8>>,
    totp_step: i64,
    codes: u32,
    state: String,
    grants: String,
    units: String,
}

impl Accounts<'_> {
    /// The account of a person.
    pub async fn of(&self, person: &str) -> anyhow::Result<Option<Account>> {
        self.find(By::Person(person.to_owned())).await
    }

    /// The account meant by a typed log-in name or mobile number.
    pub async fn by_login(&self, text: &str) -> anyhow::Result<Option<Account>> {
        let by = match telephone::mobile(text) {
            Ok(number) => By::Phone(self.0.vault().fingerprint("phone", &number)),
            Err(_) => By::Login(login_key(text)),
        };
        self.find(by).await
    }

    async fn find(&self, by: By) -> anyhow::Result<Option<Account>> {
        let units = json_list!("DISTINCT unit");
        let mut query = QueryBuilder::new(format!(
            "SELECT accounts.*, name, {GRANTS} AS grants,
                 (SELECT count(*) FROM recovery_codes WHERE recovery_codes.person = accounts.person) AS codes,
                 (SELECT {units} FROM registrations
                  WHERE registrations.person = accounts.person AND {OF_UNIT} <> '') AS units
             FROM accounts JOIN people ON people.id = accounts.person WHERE "
        ));
        match by {
            By::Person(person) => query.push("accounts.person = ").push_bind(person),
            By::Login(login) => query.push("login = ").push_bind(login),
            By::Phone(print) => query.push("phone_print = ").push_bind(print),
        };
        let row = query.build_query_as::<AccountRow>().fetch_optional(&self.0.readers).await?;
        row.map(|row| row.open(self.0.vault())).transpose()
    }

    /// Person and password hash of the account meant by a typed log-in name or mobile number. One statement,
    /// whether there is such an account or not.
    pub async fn password_by_login(&self, text: &str) -> anyhow::Result<Option<(String, Option<String>)>> {
        let query = match telephone::mobile(text) {
            Ok(number) => sqlx::query_as("SELECT person, password FROM accounts WHERE phone_print = $1")
                .bind(self.0.vault().fingerprint("phone", &number)),
            Err(_) => {
                sqlx::query_as("SELECT person, password FROM accounts WHERE login = $1").bind(login_key(text))
            }
        };
        Ok(query.fetch_optional(&self.0.readers).await?)
    }
}

impl AccountRow {
    fn open(self, vault: &Vault) -> anyhow::Result<Account> {
        let context = totp_context(&self.person);
        let secret = |sealed: Option<Vec<u8>>| -> anyhow::Result<Option<Vec<u8>>> {
            let text = sealed.map(|sealed| vault.open_text(&context, &sealed)).transpose()?;
            Ok(text.and_then(|text| unhex(&text)))
        };
        Ok(Account {
            name: self.name,
            login: self.login,
            phone: self.phone.map(|sealed| vault.open_text("phone", &sealed)).transpose()?,
            password: self.password,
            password_at_ms: self.password_at_ms.map(unsigned),
            totp: secret(self.totp)?,
            totp_next: secret(self.totp_next)?,
            totp_step: unsigned(self.totp_step),
            recovery_codes_left: self.codes,
            state: from_word(self.state)?,
            grants: serde_json::from_str(&self.grants)?,
            units: serde_json::from_str(&self.units)?,
            person: self.person,
        })
    }
}

/// Whether an account has this log-in name or this telephone number.
pub async fn is_taken(
    writing: &mut Writing,
    login: &str,
    phone: Option<&SealedPhone>,
) -> anyhow::Result<bool> {
    let taken = sqlx::query("SELECT EXISTS (SELECT 1 FROM accounts WHERE login = $1 OR phone_print = $2)");
    let taken = taken.bind(login).bind(phone.map(|phone| &phone.print));
    Ok(taken.fetch_one(&mut **writing).await?.try_get(0)?)
}

/// Makes the account of a person, without a password.
pub async fn insert(
    writing: &mut Writing,
    person: &str,
    login: &str,
    phone: Option<&SealedPhone>,
    now_ms: u64,
) -> anyhow::Result<()> {
    sqlx::query(
        "INSERT INTO accounts (person, login, phone, phone_print, made_at_ms) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(person)
    .bind(login)
    .bind(phone.map(|phone| &phone.sealed))
    .bind(phone.map(|phone| &phone.print))
    .bind(signed(now_ms))
    .execute(&mut **writing)
    .await?;
    Ok(())
}

pub async fn set_password(
    writing: &mut Writing,
    person: &str,
    hash: &str,
    now_ms: u64,
) -> anyhow::Result<()> {
    let update = sqlx::query("UPDATE accounts SET password = $1, password_at_ms = $2 WHERE person = $3");
    let update = update.bind(hash).bind(signed(now_ms)).bind(person);
    Ok(writing.one_row("the password of an account", update).await?)
}

/// Makes the password so old that it must be changed, if there is one.
pub async fn age_password(writing: &mut Writing, person: &str) -> anyhow::Result<()> {
    let update =
        sqlx::query("UPDATE accounts SET password_at_ms = 0 WHERE person = $1 AND password IS NOT NULL");
    update.bind(person).execute(&mut **writing).await?;
    Ok(())
}

/// Sets the state; false = there is no such account.
pub async fn set_state(writing: &mut Writing, person: &str, state: AccountState) -> anyhow::Result<bool> {
    let update = sqlx::query("UPDATE accounts SET state = $1 WHERE person = $2");
    let done = update.bind(word(state)).bind(person).execute(&mut **writing).await?;
    Ok(done.rows_affected() > 0)
}

/// The result of setting a telephone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhoneSet {
    Done,
    /// Another account has the number.
    Taken,
    NoAccount,
}

/// Sets the telephone number. A number belongs to one account; the earlier number signs in nowhere from now
/// on.
pub async fn set_phone(writing: &mut Writing, person: &str, phone: &SealedPhone) -> anyhow::Result<PhoneSet> {
    let taken = sqlx::query("SELECT EXISTS (SELECT 1 FROM accounts WHERE phone_print = $1 AND person <> $2)");
    let taken = taken.bind(&phone.print).bind(person).fetch_one(&mut **writing).await?;
    if taken.try_get(0)? {
        return Ok(PhoneSet::Taken);
    }
    let update = sqlx::query("UPDATE accounts SET phone = $1, phone_print = $2 WHERE person = $3");
    let update = update.bind(&phone.sealed).bind(&phone.print).bind(person);
    let done = update.execute(&mut **writing).await?.rows_affected() > 0;
    Ok(if done { PhoneSet::Done } else { PhoneSet::NoAccount })
}

/// Keeps the secret of an authenticator that waits for its first code.
pub async fn set_next_totp(writing: &mut Writing, person: &str, secret: &SealedTotp) -> anyhow::Result<()> {
    let update = sqlx::query("UPDATE accounts SET totp_next = $1 WHERE person = $2");
    update.bind(&secret.0).bind(person).execute(&mut **writing).await?;
    Ok(())
}

/// Puts the waiting authenticator in force; `step` is the step of its first code. False = none waits.
pub async fn confirm_totp(writing: &mut Writing, person: &str, step: u64) -> anyhow::Result<bool> {
    let update = sqlx::query(
        "UPDATE accounts SET totp = totp_next, totp_next = NULL, totp_step = $1
         WHERE person = $2 AND totp_next IS NOT NULL",
    );
    let done = update.bind(signed(step)).bind(person).execute(&mut **writing).await?;
    Ok(done.rows_affected() > 0)
}

pub async fn forget_totp(writing: &mut Writing, person: &str) -> anyhow::Result<()> {
    let update = sqlx::query("UPDATE accounts SET totp = NULL, totp_next = NULL WHERE person = $1");
    Ok(writing.one_row("the authenticator of an account", update.bind(person)).await?)
}

/// Whether the account has no authenticator. The update changes nothing: it makes the answer take as long as
/// the other proofs.
pub async fn has_no_totp(writing: &mut Writing, person: &str) -> anyhow::Result<bool> {
    let update = sqlx::query("UPDATE accounts SET totp = NULL WHERE person = $1 AND totp IS NULL");
    let done = update.bind(person).execute(&mut **writing).await?;
    Ok(done.rows_affected() == 1)
}

/// Uses up the code of a time step; false = one of that step or of a later one was used before.
pub async fn use_totp_step(writing: &mut Writing, person: &str, step: u64) -> anyhow::Result<bool> {
    let update = sqlx::query("UPDATE accounts SET totp_step = $2 WHERE person = $1 AND totp_step < $2");
    let done = update.bind(person).bind(signed(step)).execute(&mut **writing).await?;
    Ok(done.rows_affected() == 1)
}
