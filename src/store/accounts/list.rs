//! Lists of accounts in the view of administrators.

use super::{Accounts, GRANTS, OF_UNIT, login_key};
use crate::account::role::{AccountState, Role as AccountRole, RoleGrant};
use crate::account::telephone;
use crate::store::dialect::{QueryBuilder, push_contains};
use crate::store::vault::Vault;
use crate::store::{from_word, unsigned, word};

/// The filter of accounts; an absent field fits all.
#[derive(Debug, Clone, Default)]
pub struct AccountFilter {
    /// Part of a name or of a log-in name, or a whole telephone number.
    pub text: Option<String>,
    /// Without telephone numbers: for people who may not see accounts.
    pub names_only: bool,
    pub role: Option<AccountRole>,
    /// Only trainees of these units.
    pub units: Option<Vec<String>>,
    /// Only people with a later id.
    pub after: Option<String>,
}

/// An account in a list.
#[derive(Debug, Clone)]
pub struct ListedAccount {
    pub person: String,
    pub name: String,
    pub login: String,
    /// Unmasked: mask it before showing it.
    pub phone: Option<String>,
    pub grants: Vec<RoleGrant>,
    pub state: AccountState,
    pub has_password: bool,
    pub has_totp: bool,
    /// The end of the last lock of any place, perhaps in the past; `None` = there was none.
    pub locked_until_ms: Option<u64>,
}

#[derive(sqlx::FromRow)]
struct ListedRow {
    person: String,
    name: String,
    login: String,
    phone: Option<Vec<u8>>,
    has_password: bool,
    has_totp: bool,
    state: String,
    locked_until_ms: Option<i64>,
    grants: String,
}

impl Accounts<'_> {
    /// The first `most` accounts of a filter, sorted by id.
    pub async fn list(&self, filter: &AccountFilter, most: u32) -> anyhow::Result<Vec<ListedAccount>> {
        let mut query = listed();
        query.push("accounts.person > ").push_bind(filter.after.clone().unwrap_or_default());
        if let Some(text) = &filter.text {
            match telephone::mobile(text) {
                Ok(number) if !filter.names_only => {
                    let print = self.0.vault().fingerprint("phone", &number);
                    query.push(" AND phone_print = ").push_bind(print);
                }
                _ => {
                    // Each table is read once; a join first would look up every row.
                    query.push(" AND accounts.person IN (SELECT id FROM people WHERE ");
                    push_contains(&mut query, "name", text.trim().to_owned());
                    query.push(" UNION SELECT person FROM accounts WHERE ");
                    push_contains(&mut query, "login", login_key(text));
                    query.push(")");
                }
            }
        }
        if let Some(role) = filter.role {
            query.push(" AND accounts.person IN (SELECT person FROM account_roles WHERE role = ");
            query.push_bind(word(role)).push(")");
        }
        if let Some(units) = &filter.units {
            // A person belongs to a unit as its trainee, or with a seat of it, and with no other role.
            query.push(
                " AND accounts.person NOT IN (SELECT person FROM account_roles WHERE role <> 'trainee')",
            );
            query.push(" AND accounts.person IN (SELECT person FROM account_roles WHERE unit IN (");
            bind_all(&mut query, units);
            query.push(") UNION SELECT person FROM registrations WHERE ").push(OF_UNIT).push(" IN (");
            bind_all(&mut query, units);
            query.push("))");
        }
        query.push(" ORDER BY accounts.person LIMIT ").push_bind(most);
        let rows = query.build_query_as::<ListedRow>().fetch_all(&self.0.readers).await?;
        rows.into_iter().map(|row| row.open(self.0.vault())).collect()
    }

    /// One account in its form for a list.
    pub async fn listed(&self, person: &str) -> anyhow::Result<Option<ListedAccount>> {
        let mut query = listed();
        query.push("accounts.person = ").push_bind(person);
        let row = query.build_query_as::<ListedRow>().fetch_optional(&self.0.readers).await?;
        row.map(|row| row.open(self.0.vault())).transpose()
    }
}

impl ListedRow {
    fn open(self, vault: &Vault) -> anyhow::Result<ListedAccount> {
        Ok(ListedAccount {
            person: self.person,
            name: self.name,
            login: self.login,
            phone: self.phone.map(|sealed| vault.open_text("phone", &sealed)).transpose()?,
            grants: serde_json::from_str(&self.grants)?,
            state: from_word(self.state)?,
            has_password: self.has_password,
            has_totp: self.has_totp,
            locked_until_ms: self.locked_until_ms.map(unsigned),
        })
    }
}

/// Selects everything for a [`ListedAccount`]; the condition follows.
fn listed() -> QueryBuilder {
    QueryBuilder::new(format!(
        "SELECT accounts.person, name, login, phone, password IS NOT NULL AS has_password,
             totp IS NOT NULL AS has_totp, accounts.state,
             (SELECT max(locked_until_ms) FROM sign_in_failures WHERE subject = accounts.person)
                 AS locked_until_ms,
             {GRANTS} AS grants
         FROM accounts JOIN people ON people.id = accounts.person WHERE "
    ))
}

fn bind_all(query: &mut QueryBuilder, texts: &[String]) {
    let mut list = query.separated(", ");
    list.push("NULL"); // PostgreSQL takes no empty list.
    texts.iter().for_each(|text| {
        list.push_bind(text.clone());
    });
}
