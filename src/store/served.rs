//! Table `served`: the parts of recordings sent to each person, each row with a keyed hash: nothing else can
//! have been watched (CR-11).

use anyhow::{Context, ensure};
use sqlx::Row;

use super::Vault;
use super::db::Writing;
use super::dialect::{Connection, StoredRow};
use crate::attendance::coverage::{media, stretches};
use crate::time::Stretch;
use crate::time::{MediaMs, Spans};

/// Parts of a recording sent to a person, as far as the server remembers.
pub type Sent<'a> = Option<(&'a str, &'a Spans<MediaMs>)>;

fn mac(vault: &Vault, (recording, person): (&str, &str), stretches: &str) -> String {
    vault.mac(&["served 1", recording, person, stretches])
}

fn mac_of(vault: &Vault, row: &StoredRow) -> Result<String, sqlx::Error> {
    let whose = (row.try_get("recording")?, row.try_get("person")?);
    Ok(mac(vault, whose, row.try_get("stretches")?))
}

/// Notes parts of a recording sent to a person; returns all that were ever sent.
pub(super) async fn serve(
    transaction: &mut Writing,
    vault: &Vault,
    (recording, person): (&str, &str),
    sent: &Spans<MediaMs>,
) -> anyhow::Result<Spans<MediaMs>> {
    let row = sqlx::query("SELECT * FROM served WHERE recording = $1 AND person = $2");
    let row = row.bind(recording).bind(person).fetch_optional(&mut **transaction).await?;
    let before: Vec<Stretch> = match row {
        Some(row) => {
            // A forged row must not become the server's own by the next heartbeat.
            ensure!(
                row.try_get::<&str, _>("mac")? == mac_of(vault, &row)?,
                "what of {recording} was sent to {person} was changed outside of the server"
            );
            serde_json::from_str(row.try_get("stretches")?).context("a broken list of stretches")?
        }
        None => Vec::new(),
    };
    let before = media(&before);
    let served = before.or(sent);
    if served != before {
        let text = serde_json::to_string(&stretches(&served))?;
        let query = sqlx::query(
            "INSERT INTO served (recording, person, stretches, mac) VALUES ($1, $2, $3, $4)
             ON CONFLICT (recording, person) DO UPDATE SET stretches = excluded.stretches, mac = excluded.mac",
        )
        .bind(recording)
        .bind(person)
        .bind(&text)
        .bind(mac(vault, (recording, person), &text));
        transaction.one_row("what was sent", query).await.context("cannot note what was sent")?;
    }
    Ok(served)
}

/// Seals the rows of versions without seals, as they are.
pub(super) async fn seal_served(transaction: &mut Writing, vault: &Vault) -> anyhow::Result<()> {
    for row in sqlx::query("SELECT * FROM served WHERE mac = ''").fetch_all(&mut **transaction).await? {
        let update = sqlx::query("UPDATE served SET mac = $1 WHERE recording = $2 AND person = $3")
            .bind(mac_of(vault, &row)?)
            .bind(row.try_get::<&str, _>("recording")?)
            .bind(row.try_get::<&str, _>("person")?);
        transaction.one_row("the seal of what was sent", update).await?;
    }
    Ok(())
}

/// The first recording and person whose row is not the server's own.
pub(super) async fn unsealed(
    reader: &mut Connection,
    vault: &Vault,
) -> anyhow::Result<Option<(String, String)>> {
    for row in sqlx::query("SELECT * FROM served").fetch_all(reader).await? {
        if row.try_get::<&str, _>("mac")? != mac_of(vault, &row)? {
            return Ok(Some((row.try_get("recording")?, row.try_get("person")?)));
        }
    }
    Ok(None)
}
