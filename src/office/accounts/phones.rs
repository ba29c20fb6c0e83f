//! The telephone number of an account: sealed, found by its keyed hash, and unique.

use serde_json::json;

use super::AccountError;
use crate::store::accounts::{self, PhoneSet, SealedPhone};
use crate::store::audit::{self, Act};
use crate::store::{Lane, Store};

/// Changes the own telephone number, after the person has proved the password.
pub async fn change_phone(store: &Store, person: &str, phone: &str) -> Result<(), AccountError> {
    write_phone(store, person, phone, Act::done(person, "account.phone_changed", person, json!({}))).await
}

/// Changes another person's telephone number, with a reason.
pub async fn set_phone(
    store: &Store,
    person: &str,
    phone: &str,
    by: &str,
    reason: &str,
) -> Result<(), AccountError> {
    let act = Act::done(by, "account.phone_set", person, json!({ "reason": reason }));
    write_phone(store, person, phone, act).await
}

async fn write_phone(store: &Store, person: &str, phone: &str, act: Act<'_>) -> Result<(), AccountError> {
    let phone = SealedPhone::of(store.vault(), phone)?;
    let mut writing = store.write(Lane::Office).await?;
    match accounts::set_phone(&mut writing, person, &phone).await? {
        PhoneSet::Done => {}
        PhoneSet::Taken => return Err(AccountError::PhoneTaken),
        PhoneSet::NoAccount => return Err(AccountError::NotFound),
    }
    audit::append(&mut writing, store.vault(), act).await?;
    Ok(writing.commit().await?)
}
