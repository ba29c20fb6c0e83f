//! Accounts in the view of administrators, and their changes. The caller has checked the range of the right.

use serde_json::json;

use crate::account::role::seat_role;
use crate::account::role::{AccountState, RoleGrant};
use crate::account::telephone::masked_mobile;
use crate::protocol::{AccountLine, Accounts};
use crate::store::accounts::{Account, AccountFilter, ListedAccount};
use crate::store::audit::{self, Act};
use crate::store::{Lane, Store, account_roles, accounts, people, secrets};
use crate::time::clock::now_ms;

/// Number of accounts on one page.
const PAGE: u32 = 100;

/// The reason why a change of an account is refused.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    #[error("there is no such account")]
    NotFound,
    #[error("there is no such unit or class")]
    NoSuchScope,
    #[error("another account has this telephone")]
    PhoneTaken,
    #[error("the store does not answer")]
    Store(#[source] anyhow::Error),
}

impl From<anyhow::Error> for AccountError {
    fn from(error: anyhow::Error) -> AccountError {
        AccountError::Store(error)
    }
}

/// One page of accounts, sorted by id.
pub async fn list(store: &Store, filter: &AccountFilter) -> anyhow::Result<Accounts> {
    let found = store.accounts().list(filter, PAGE).await?;
    let now_ms = now_ms();
    let accounts: Vec<AccountLine> = found.into_iter().map(|account| shown(account, now_ms)).collect();
    let full = accounts.len() == PAGE as usize;
    let next = accounts.last().filter(|_| full).map(|last| last.person.clone());
    Ok(Accounts { accounts, next })
}

/// One account in its form for a list.
pub async fn line(store: &Store, person: &str) -> anyhow::Result<Option<AccountLine>> {
    let found = store.accounts().listed(person).await?;
    Ok(found.map(|account| shown(account, now_ms())))
}

fn shown(account: ListedAccount, now_ms: u64) -> AccountLine {
    AccountLine {
        person: account.person,
        name: account.name,
        login: account.login,
        phone: account.phone.as_deref().map(masked_mobile),
        roles: account.grants,
        state: account.state,
        has_password: account.has_password,
        has_second_factor: account.has_totp,
        locked_until_ms: account.locked_until_ms.filter(|until_ms| *until_ms > now_ms),
    }
}

/// Fails unless every unit and class in these roles exists.
pub async fn check_scopes(store: &Store, grants: &[RoleGrant]) -> Result<(), AccountError> {
    let all_exist = store.account_roles().scopes_exist(grants).await?;
    if all_exist { Ok(()) } else { Err(AccountError::NoSuchScope) }
}

/// Gives a person exactly these roles. Losing one signs the person out everywhere; a new administrator must
/// choose a stronger password at the next sign-in.
pub async fn set_roles(
    store: &Store,
    person: &str,
    grants: &[RoleGrant],
    by: &str,
    reason: &str,
) -> Result<(), AccountError> {
    let before = store.accounts().of(person).await?.ok_or(AccountError::NotFound)?;
    let mut writing = store.write(Lane::Office).await?;
    if !account_roles::scopes_exist(&mut writing, grants).await? {
        return Err(AccountError::NoSuchScope);
    }
    account_roles::delete(&mut writing, person).await?;
    account_roles::insert(&mut writing, person, grants).await?;
    people::set_role(&mut writing, person, seat_role(grants)).await?;
    if before.grants.iter().any(|had| !grants.contains(had)) {
        secrets::end_sessions(&mut writing, person, None).await?;
    }
    if !before.is_admin() && grants.iter().any(|grant| grant.role.is_admin()) {
        accounts::age_password(&mut writing, person).await?;
    }
    let detail = json!({ "before": before.grants, "roles": grants, "reason": reason });
    audit::append(&mut writing, store.vault(), Act::done(by, "account.roles_set", person, detail)).await?;
    Ok(writing.commit().await?)
}

/// Freezes an account, which ends its sessions, or thaws it.
pub async fn set_state(
    store: &Store,
    person: &str,
    state: AccountState,
    by: &str,
    reason: &str,
) -> Result<(), AccountError> {
    let mut writing = store.write(Lane::Office).await?;
    if !accounts::set_state(&mut writing, person, state).await? {
        return Err(AccountError::NotFound);
    }
    if state == AccountState::Frozen {
        secrets::end_sessions(&mut writing, person, None).await?;
    }
    let detail = json!({ "state": state, "reason": reason });
    audit::append(&mut writing, store.vault(), Act::done(by, "account.state_set", person, detail)).await?;
    Ok(writing.commit().await?)
}

/// The telephone number in full; the reason is in the audit log before anybody sees the number.
pub async fn reveal_phone(
    store: &Store,
    account: &Account,
    by: &str,
    reason: &str,
) -> Result<String, AccountError> {
    let phone = account.phone.clone().ok_or(AccountError::NotFound)?;
    let mut writing = store.write(Lane::Office).await?;
    let act = Act::done(by, "account.phone_revealed", &account.person, json!({ "reason": reason }));
    audit::append(&mut writing, store.vault(), act).await?;
    writing.commit().await?;
    Ok(phone)
}
