//! Making accounts.

use serde_json::json;

use super::set_password;
use crate::account::role::RoleGrant;
use crate::account::role::seat_role;
use crate::store::accounts::SealedPhone;
use crate::store::audit::{self, Act};
use crate::store::{Lane, Store, account_roles, accounts, people, random_hex};
use crate::time::clock::now_ms;

/// The input for a new account.
#[derive(Debug, Clone)]
pub struct NewAccount<'a> {
    pub name: &'a str,
    /// In small letters.
    pub login: &'a str,
    pub phone: Option<&'a str>,
    /// argon2id; `None` = the person will be invited.
    pub password: Option<&'a str>,
    pub grants: &'a [RoleGrant],
    /// Id of the person who makes it, or "cli"; `None` = the person itself.
    pub by: Option<&'a str>,
}

/// The reason why an account is not made.
#[derive(Debug, thiserror::Error)]
pub enum MakeError {
    #[error("this log-in name or telephone has an account already")]
    Taken,
    #[error("the store does not answer")]
    Store(#[source] anyhow::Error),
}

impl From<anyhow::Error> for MakeError {
    fn from(error: anyhow::Error) -> MakeError {
        MakeError::Store(error)
    }
}

/// Makes a person with an account; returns the person's id.
pub async fn make(store: &Store, new: &NewAccount<'_>) -> Result<String, MakeError> {
    let person = random_hex::<16>()?;
    let phone = new.phone.map(|number| SealedPhone::of(store.vault(), number)).transpose()?;
    let now_ms = now_ms();
    let mut writing = store.write(Lane::Office).await?;
    if accounts::is_taken(&mut writing, new.login, phone.as_ref()).await? {
        return Err(MakeError::Taken);
    }
    people::insert(&mut writing, &person, new.name, seat_role(new.grants)).await?;
    accounts::insert(&mut writing, &person, new.login, phone.as_ref(), now_ms).await?;
    if let Some(password) = new.password {
        set_password(&mut writing, &person, password, now_ms, None).await?;
    }
    account_roles::insert(&mut writing, &person, new.grants).await?;
    let by = new.by.unwrap_or(&person);
    let act = Act::done(by, "account.made", &person, json!({ "roles": new.grants }));
    audit::append(&mut writing, store.vault(), act).await?;
    writing.commit().await?;
    Ok(person)
}
