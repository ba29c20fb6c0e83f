//! The tables `direct_units` (units of one programme beside the fixed list) and `unit_contacts` (lead and contact of a
//! unit, R3), whose people are sealed.

use serde_json::json;

use super::db::Writing;
use super::dialect::Connection;
use super::{Store, Vault, read_json};
use crate::account::role::Scope;
use crate::programme::unit::UnitPerson;
use crate::protocol::UnitContacts;

/// Reads units.
pub struct Units<'a>(&'a Store);

/// A unit of one programme.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct DirectUnit {
    pub code: String,
    pub name: String,
}

#[derive(sqlx::FromRow)]
struct ContactsRow {
    unit: String,
    /// JSON of a [`UnitPerson`], sealed, like the one below.
    lead: Vec<u8>,
    contact: Vec<u8>,
}

impl Store {
    pub fn units(&self) -> Units<'_> {
        Units(self)
    }
}

impl Units<'_> {
    /// Direct units of a programme, sorted by code.
    pub async fn direct(&self, programme: &str) -> anyhow::Result<Vec<DirectUnit>> {
        direct(&mut *self.0.readers.acquire().await?, programme).await
    }

    /// Both people of each unit of a programme within `scope` that has named them, sorted by code.
    pub async fn contacts(&self, programme: &str, scope: &Scope) -> anyhow::Result<Vec<UnitContacts>> {
        let rows = sqlx::query_as::<_, ContactsRow>(
            "SELECT unit, lead, contact FROM unit_contacts WHERE programme = $1 ORDER BY unit",
        );
        let rows = rows.bind(programme).fetch_all(&self.0.readers).await?;
        let open = |unit: &str, sealed: &[u8]| -> anyhow::Result<UnitPerson> {
            read_json(&self.0.vault().open_text(&context(programme, unit), sealed)?)
        };
        let contacts = |row: ContactsRow| {
            let (lead, contact) = (open(&row.unit, &row.lead)?, open(&row.unit, &row.contact)?);
            Ok(UnitContacts { unit: row.unit, lead, contact })
        };
        rows.into_iter().filter(|row| scope.unit(&row.unit)).map(contacts).collect()
    }
}

/// The highest number of a direct unit in any programme; 0 = there is none.
pub async fn last_direct(writing: &mut Writing) -> anyhow::Result<u32> {
    let last =
        sqlx::query_scalar("SELECT coalesce(max(cast(substr(code, 2) AS integer)), 0) FROM direct_units");
    Ok(last.fetch_one(&mut **writing).await?)
}

/// Direct units of a programme, sorted by code.
pub async fn direct(connection: &mut Connection, programme: &str) -> anyhow::Result<Vec<DirectUnit>> {
    let rows = sqlx::query_as("SELECT code, name FROM direct_units WHERE programme = $1 ORDER BY code");
    Ok(rows.bind(programme).fetch_all(connection).await?)
}

pub async fn insert_direct(
    writing: &mut Writing,
    programme: &str,
    code: &str,
    name: &str,
) -> anyhow::Result<()> {
    let done = sqlx::query("INSERT INTO direct_units (programme, code, name) VALUES ($1, $2, $3)");
    done.bind(programme).bind(code).bind(name).execute(&mut **writing).await?;
    Ok(())
}

/// Sets both people of a unit.
pub async fn set_contacts(
    writing: &mut Writing,
    vault: &Vault,
    programme: &str,
    contacts: &UnitContacts,
) -> anyhow::Result<()> {
    let context = context(programme, &contacts.unit);
    let seal = |one: &UnitPerson| vault.seal(&context, &json!(one).to_string());
    let done = sqlx::query(
        "INSERT INTO unit_contacts (programme, unit, lead, contact) VALUES ($1, $2, $3, $4)
         ON CONFLICT (programme, unit) DO UPDATE SET lead = excluded.lead, contact = excluded.contact",
    );
    let done = done.bind(programme).bind(&contacts.unit).bind(seal(&contacts.lead)?);
    done.bind(seal(&contacts.contact)?).execute(&mut **writing).await?;
    Ok(())
}

/// The context of a unit's sealed contacts.
fn context(programme: &str, unit: &str) -> String {
    format!("contact {programme} {unit}")
}
