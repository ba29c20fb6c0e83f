//! Table `calendars`: the secret addresses of people's calendars, as hashes.

use sqlx::Row;

use super::Store;
use super::db::{Lane, Writing};
use super::secrets::hash;

/// Finds the person of a calendar address, and takes addresses back.
pub struct Calendars<'a>(&'a Store);

impl Store {
    pub fn calendars(&self) -> Calendars<'_> {
        Calendars(self)
    }
}

impl Calendars<'_> {
    pub async fn has(&self, person: &str) -> anyhow::Result<bool> {
        let row = sqlx::query("SELECT EXISTS (SELECT 1 FROM calendars WHERE person = $1)").bind(person);
        Ok(row.fetch_one(&self.0.readers).await?.try_get(0)?)
    }

    /// The person of an address; `None` = unknown, or the account is frozen.
    pub async fn person(&self, secret: &str) -> anyhow::Result<Option<String>> {
        let row = sqlx::query(
            "SELECT calendars.person FROM calendars JOIN accounts ON accounts.person = calendars.person
             WHERE hash = $1 AND state = 'active'",
        );
        let row = row.bind(hash(secret)).fetch_optional(&self.0.readers).await?;
        row.map(|row| Ok(row.try_get(0)?)).transpose()
    }

    /// Takes the address back.
    pub async fn delete(&self, person: &str) -> anyhow::Result<()> {
        let delete = sqlx::query("DELETE FROM calendars WHERE person = $1").bind(person);
        self.0.db.execute(Lane::Office, delete).await?;
        Ok(())
    }
}

/// Sets the address of a person's calendar; the earlier one stops working.
pub async fn put(writing: &mut Writing, person: &str, secret: &str) -> anyhow::Result<()> {
    let insert = sqlx::query(
        "INSERT INTO calendars (person, hash) VALUES ($1, $2) ON CONFLICT (person) DO UPDATE SET hash = $2",
    );
    insert.bind(person).bind(hash(secret)).execute(&mut **writing).await?;
    Ok(())
}
