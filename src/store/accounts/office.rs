//! What administrators see of accounts and do with them. Over whom, the caller has decided.

use serde_json::json;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};

use super::super::audit::{self, Act};
use super::super::db::{Lane, Writing};
use super::super::{Store, from_word, now_ms, unsigned, word};
use super::making::grant;
use super::{Account, GRANTS, OF_UNIT, login_key, seat_role};
use crate::course::person::{self, masked_mobile};
use crate::course::unit;
use crate::protocol::{AccountLine, AccountRole, AccountState, Accounts, RoleGrant};

/// Accounts of one page.
const PAGE: u32 = 100;

/// Which accounts are asked for; what is absent fits all.
#[derive(Debug, Clone, Default)]
pub struct AccountFilter {
    /// Part of a name or of a log-in name, or a whole telephone.
    pub text: Option<String>,
    /// Without telephones: who asks need not see accounts.
    pub names_only: bool,
    pub role: Option<AccountRole>,
    /// Trainees of these units alone.
    pub units: Option<Vec<String>>,
    /// Only people with a later id.
    pub after: Option<String>,
}

/// Why something is not done to an account.
#[derive(Debug, thiserror::Error)]
pub enum OfficeError {
    #[error("there is no such account")]
    NotFound,
    #[error("there is no such unit or class")]
    NoSuchScope,
    #[error("another account has this telephone")]
    PhoneTaken,
    #[error("the store does not answer")]
    Store(#[source] anyhow::Error),
}

impl From<anyhow::Error> for OfficeError {
    fn from(error: anyhow::Error) -> OfficeError {
        OfficeError::Store(error)
    }
}

impl From<sqlx::Error> for OfficeError {
    fn from(error: sqlx::Error) -> OfficeError {
        OfficeError::Store(error.into())
    }
}

impl Store {
    /// One page of accounts, by id.
    pub async fn accounts(&self, filter: &AccountFilter) -> anyhow::Result<Accounts> {
        let mut query = lines();
        query.push("accounts.person > ").push_bind(filter.after.clone().unwrap_or_default());
        if let Some(text) = &filter.text {
            match person::mobile(text) {
                Ok(number) if !filter.names_only => {
                    query.push(" AND phone_print = ").push_bind(self.vault().fingerprint("phone", &number));
                }
                _ => {
                    // Each table is gone through once; joined first, every row would be looked up.
                    query.push(" AND accounts.person IN (SELECT id FROM people WHERE instr(name, ");
                    query.push_bind(text.trim().to_owned());
                    query.push(") > 0 UNION SELECT person FROM accounts WHERE instr(login, ");
                    query.push_bind(login_key(text)).push(") > 0)");
                }
            }
        }
        if let Some(role) = filter.role {
            query.push(" AND accounts.person IN (SELECT person FROM account_roles WHERE role = ");
            query.push_bind(word(role)).push(")");
        }
        if let Some(units) = &filter.units {
            // Of a unit is a trainee of it, or with a seat of it, who has no other role.
            query.push(
                " AND accounts.person NOT IN (SELECT person FROM account_roles WHERE role <> 'trainee')",
            );
            query.push(" AND accounts.person IN (SELECT person FROM account_roles WHERE unit IN (");
            bind_all(&mut query, units);
            query.push(") UNION SELECT person FROM registrations WHERE ").push(OF_UNIT).push(" IN (");
            bind_all(&mut query, units);
            query.push("))");
        }
        query.push(" ORDER BY accounts.person LIMIT ").push_bind(PAGE);
        let rows = query.build().fetch_all(&self.readers).await?;
        let accounts: Vec<AccountLine> =
            rows.iter().map(|row| self.account_line(row)).collect::<anyhow::Result<_>>()?;
        let full = accounts.len() == PAGE as usize;
        let next = accounts.last().filter(|_| full).map(|last| last.person.clone());
        Ok(Accounts { accounts, next })
    }

    /// One account, as in a list.
    pub async fn account_line_of(&self, person: &str) -> anyhow::Result<Option<AccountLine>> {
        let mut query = lines();
        query.push("accounts.person = ").push_bind(person);
        let row = query.build().fetch_optional(&self.readers).await?;
        row.map(|row| self.account_line(&row)).transpose()
    }

    fn account_line(&self, row: &SqliteRow) -> anyhow::Result<AccountLine> {
        let phone: Option<Vec<u8>> = row.try_get("phone")?;
        let phone = phone.map(|sealed| self.vault().open_text("phone", &sealed)).transpose()?;
        let locked: Option<i64> = row.try_get("locked_until_ms")?;
        Ok(AccountLine {
            person: row.try_get("person")?,
            name: row.try_get("name")?,
            login: row.try_get("login")?,
            phone: phone.map(|phone| masked_mobile(&phone)),
            roles: serde_json::from_str(row.try_get("grants")?)?,
            state: from_word(row.try_get("state")?)?,
            has_password: row.try_get("has_password")?,
            has_second_factor: row.try_get("has_totp")?,
            locked_until_ms: locked.map(unsigned).filter(|until_ms| *until_ms > now_ms()),
        })
    }

    /// Gives somebody these roles and no others. Who loses something is signed out everywhere; who becomes an
    /// administrator has to choose a stronger password at the next sign-in.
    pub async fn set_roles(
        &self,
        person: &str,
        grants: &[RoleGrant],
        by: &str,
        reason: &str,
    ) -> Result<(), OfficeError> {
        let before = self.account(person).await?.ok_or(OfficeError::NotFound)?;
        let mut transaction = self.db.write(Lane::Office).await?;
        check_scopes(&mut transaction, grants).await?;
        sqlx::query("DELETE FROM account_roles WHERE person = ?")
            .bind(person)
            .execute(&mut *transaction)
            .await?;
        grant(&mut transaction, person, grants).await?;
        sqlx::query("UPDATE people SET role = ? WHERE id = ?")
            .bind(word(seat_role(grants)))
            .bind(person)
            .execute(&mut *transaction)
            .await?;
        if before.grants.iter().any(|had| !grants.contains(had)) {
            end_sessions(&mut transaction, person).await?;
        }
        if !before.is_admin() && grants.iter().any(|grant| grant.role.is_admin()) {
            sqlx::query("UPDATE accounts SET password_at_ms = 0 WHERE person = ? AND password IS NOT NULL")
                .bind(person)
                .execute(&mut *transaction)
                .await?;
        }
        let detail = json!({ "before": before.grants, "roles": grants, "reason": reason });
        audit::append(&mut transaction, self.vault(), Act::done(by, "account.roles_set", person, detail))
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Freezes an account, which ends its sessions, or thaws it.
    pub async fn set_account_state(
        &self,
        person: &str,
        state: AccountState,
        by: &str,
        reason: &str,
    ) -> Result<(), OfficeError> {
        let mut transaction = self.db.write(Lane::Office).await?;
        let done =
            sqlx::query("UPDATE accounts SET state = ? WHERE person = ?").bind(word(state)).bind(person);
        if done.execute(&mut *transaction).await?.rows_affected() == 0 {
            return Err(OfficeError::NotFound);
        }
        if state == AccountState::Frozen {
            end_sessions(&mut transaction, person).await?;
        }
        let detail = json!({ "state": state, "reason": reason });
        audit::append(&mut transaction, self.vault(), Act::done(by, "account.state_set", person, detail))
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The telephone in full; the reason is in the audit log before anybody sees it.
    pub async fn reveal_phone(
        &self,
        account: &Account,
        by: &str,
        reason: &str,
    ) -> Result<String, OfficeError> {
        let phone = account.phone.clone().ok_or(OfficeError::NotFound)?;
        let mut transaction = self.db.write(Lane::Office).await?;
        let act = Act::done(by, "account.phone_revealed", &account.person, json!({ "reason": reason }));
        audit::append(&mut transaction, self.vault(), act).await?;
        transaction.commit().await?;
        Ok(phone)
    }

    /// Whether every unit and class in these roles exists.
    pub async fn scopes_exist(&self, grants: &[RoleGrant]) -> Result<(), OfficeError> {
        let mut transaction = self.readers.begin().await?;
        check_scopes(&mut transaction, grants).await
    }
}

/// Everything an [`AccountLine`] needs; the condition is to follow.
fn lines() -> QueryBuilder<Sqlite> {
    QueryBuilder::new(format!(
        "SELECT accounts.person, name, login, phone, password IS NOT NULL AS has_password,
             totp IS NOT NULL AS has_totp, accounts.state,
             (SELECT max(locked_until_ms) FROM sign_in_failures WHERE subject = accounts.person) AS locked_until_ms, {GRANTS} AS grants
         FROM accounts JOIN people ON people.id = accounts.person WHERE "
    ))
}

fn bind_all(query: &mut QueryBuilder<Sqlite>, texts: &[String]) {
    let mut list = query.separated(", ");
    texts.iter().for_each(|text| {
        list.push_bind(text.clone());
    });
}

async fn check_scopes(reader: &mut SqliteConnection, grants: &[RoleGrant]) -> Result<(), OfficeError> {
    for grant in grants {
        let asked = match (&grant.unit, &grant.class) {
            (Some(code), _) if unit::UNITS.iter().any(|unit| unit.code == code) => continue,
            (Some(code), _) => ("SELECT EXISTS (SELECT 1 FROM direct_units WHERE code = ?)", code),
            (None, Some(class)) => ("SELECT EXISTS (SELECT 1 FROM classes WHERE id = ?)", class),
            (None, None) => continue,
        };
        let row = sqlx::query(asked.0).bind(asked.1).fetch_one(&mut *reader).await?;
        if !row.try_get::<bool, _>(0)? {
            return Err(OfficeError::NoSuchScope);
        }
    }
    Ok(())
}

async fn end_sessions(transaction: &mut Writing, person: &str) -> anyhow::Result<()> {
    sqlx::query("DELETE FROM secrets WHERE person = ? AND kind = 'session' AND role IS NULL")
        .bind(person)
        .execute(&mut **transaction)
        .await?;
    Ok(())
}
