//! The plan of each lesson under a keyed hash, from its making: a person who can write to the database, but
//! lacks the key beside it, cannot make a lesson worth more, longer or another class's before it is judged.
//! (The plan of a judged lesson is part of the result, too.)

use anyhow::bail;
use sqlx::Row;

use super::Vault;
use super::db::Writing;
use super::dialect::{Connection, StoredRow};

/// Seals the plan of a lesson as of this transaction.
pub(super) async fn seal(transaction: &mut Writing, vault: &Vault, lesson: &str) -> Result<(), sqlx::Error> {
    let row = sqlx::query("SELECT * FROM lessons WHERE id = $1").bind(lesson);
    let row = row.fetch_one(&mut **transaction).await?;
    write(transaction, vault, &row).await
}

/// Seals the plans of versions without seals.
pub(super) async fn seal_older(transaction: &mut Writing, vault: &Vault) -> Result<(), sqlx::Error> {
    for row in sqlx::query("SELECT * FROM lessons WHERE plan_mac = ''").fetch_all(&mut **transaction).await? {
        write(transaction, vault, &row).await?;
    }
    Ok(())
}

/// Fails unless every plan is as the server wrote it.
pub(super) async fn check(reader: &mut Connection, vault: &Vault) -> anyhow::Result<()> {
    for row in sqlx::query("SELECT * FROM lessons ORDER BY id").fetch_all(reader).await? {
        if row.try_get::<&str, _>("plan_mac")? != mac(vault, &row)? {
            bail!("lesson {:?}: its plan is not what the server wrote", row.try_get::<&str, _>("id")?);
        }
    }
    Ok(())
}

async fn write(transaction: &mut Writing, vault: &Vault, row: &StoredRow) -> Result<(), sqlx::Error> {
    let update = sqlx::query("UPDATE lessons SET plan_mac = $1 WHERE id = $2");
    let update = update.bind(mac(vault, row)?).bind(row.try_get::<&str, _>("id")?);
    transaction.one_row("the seal of a plan", update).await
}

/// The keyed hash of a row of `lessons`. Frozen: a later field gets a label of its own.
fn mac(vault: &Vault, row: &StoredRow) -> Result<String, sqlx::Error> {
    // An absent value differs from an empty text.
    let text = |column| Ok::<_, sqlx::Error>(present(row.try_get::<Option<String>, _>(column)?));
    let number = |column| Ok::<_, sqlx::Error>(present(row.try_get::<Option<i64>, _>(column)?));
    let fields = [
        text("id")?,
        text("content")?,
        number("credit_ch")?,
        number("planned_start_ms")?,
        number("planned_end_ms")?,
        number("cancelled_at_ms")?,
        text("class")?,
        number("course")?,
        text("kind")?,
        text("source")?,
    ];
    let fields: Vec<&str> = ["plan 1"].into_iter().chain(fields.iter().map(String::as_str)).collect();
    Ok(vault.mac(&fields))
}

fn present(value: Option<impl ToString>) -> String {
    value.map_or_else(|| "-".into(), |value| format!("={}", value.to_string()))
}

#[cfg(test)]
impl super::Store {
    /// Seals a plan that a test changed behind the server's back.
    pub(crate) async fn seal_by_hand(&self, lesson: &str) {
        let mut transaction = self.write(super::Lane::Office).await.unwrap();
        seal(&mut transaction, self.vault(), lesson).await.unwrap();
        transaction.commit().await.unwrap();
    }
}
