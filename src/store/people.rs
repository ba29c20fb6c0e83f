//! Table `people`: everybody who ever came in, with an account or by a link.

use anyhow::Context;
use sqlx::Row;

use super::db::{Lane, Writing};
use super::{Store, from_word, random_hex, signed, word};
use crate::lesson::Role;

/// Reads people, and adds people without accounts.
pub struct People<'a>(&'a Store);

impl Store {
    pub fn people(&self) -> People<'_> {
        People(self)
    }
}

impl People<'_> {
    /// Name and role of a person.
    pub async fn find(&self, id: &str) -> anyhow::Result<Option<(String, Role)>> {
        let row = sqlx::query("SELECT name, role FROM people WHERE id = $1").bind(id);
        let row = row.fetch_optional(&self.0.readers).await?;
        row.map(|row| Ok((row.try_get(0)?, from_word(row.try_get(1)?)?))).transpose()
    }

    /// Adds a person without an account; returns the new id.
    pub async fn add(&self, name: &str, role: Role) -> anyhow::Result<String> {
        let mut ids = self.add_all(&[name], role).await?;
        ids.pop().context("a person was added")
    }

    /// Adds people without accounts, all or none; returns their ids in the order of their names.
    pub async fn add_all(&self, names: &[impl AsRef<str>], role: Role) -> anyhow::Result<Vec<String>> {
        let mut writing = self.0.db.write(Lane::Office).await?;
        let mut ids = Vec::with_capacity(names.len());
        for name in names {
            let id = random_hex::<16>()?;
            insert(&mut writing, &id, name.as_ref(), role).await?;
            ids.push(id);
        }
        writing.commit().await?;
        Ok(ids)
    }
}

pub async fn insert(writing: &mut Writing, id: &str, name: &str, role: Role) -> anyhow::Result<()> {
    sqlx::query("INSERT INTO people (id, name, role) VALUES ($1, $2, $3)")
        .bind(id)
        .bind(name)
        .bind(word(role))
        .execute(&mut **writing)
        .await
        .with_context(|| format!("cannot add {name:?}"))?;
    Ok(())
}

pub async fn set_role(writing: &mut Writing, id: &str, role: Role) -> anyhow::Result<()> {
    let update = sqlx::query("UPDATE people SET role = $1 WHERE id = $2");
    Ok(writing.one_row("the role of a person", update.bind(word(role)).bind(id)).await?)
}

/// Gives a person the name on their registration, which classes show from now on.
pub async fn take_name_of_registration(writing: &mut Writing, registration: u64) -> anyhow::Result<()> {
    let done = sqlx::query(
        "UPDATE people SET name = (SELECT name FROM registrations WHERE id = $1)
         WHERE id = (SELECT person FROM registrations WHERE id = $1)",
    );
    Ok(writing.one_row("the name of a person", done.bind(signed(registration))).await?)
}
