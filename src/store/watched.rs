//! Table `watched`: the parts of a lesson's recording that each person has watched, each row with a keyed
//! hash.

use anyhow::{Context, ensure};
use sqlx::Row;

use super::db::Writing;
use super::dialect::StoredRow;
use super::served::{Sent, serve};
use super::{Store, Vault, signed, unsigned};
use crate::attendance::coverage::{Coverage, media, stretches};
use crate::time::Spans;
use crate::time::Stretch;

/// Reads what people watched.
pub struct Watched<'a>(&'a Store);

impl Store {
    pub fn watched(&self) -> Watched<'_> {
        Watched(self)
    }
}

impl Watched<'_> {
    /// The parts of a lesson's recording that a person has watched.
    pub async fn of(&self, lesson: &str, person: &str) -> anyhow::Result<Coverage> {
        let row = sqlx::query(WATCHED).bind(lesson).bind(person).fetch_optional(&self.0.readers).await?;
        row.map_or_else(|| Ok(Coverage::default()), |row| coverage(&row))
    }
}

/// Changes the parts that a person has watched. Two tabs of one person never undo each other, nor do two
/// recordings earn the same second: reading and writing are one transaction of the only writer.
pub async fn watch<T>(
    transaction: &mut Writing,
    vault: &Vault,
    (lesson, person): (&str, &str),
    sent: Sent<'_>,
    change: impl FnOnce(&mut Coverage) -> T,
) -> anyhow::Result<(Coverage, T)> {
    let row = sqlx::query(WATCHED).bind(lesson).bind(person).fetch_optional(&mut **transaction).await?;
    if let Some(row) = &row {
        // A forged row must not become the server's own by the next heartbeat.
        ensure!(
            is_sealed(vault, row)?,
            "what {person} has watched of {lesson:?} was changed outside of the server"
        );
    }
    let mut coverage = row.map_or_else(|| Ok(Coverage::default()), |row| coverage(&row))?;
    let anywhere = sqlx::query("SELECT max(heard_at_ms) FROM watched WHERE person = $1").bind(person);
    let anywhere: Option<i64> = anywhere.fetch_one(&mut **transaction).await?.try_get(0)?;
    coverage.heard_anywhere_ms = anywhere.map(unsigned);
    if let Some((recording, stretches)) = sent {
        coverage.served = serve(transaction, vault, (recording, person), stretches).await?;
    }
    let told = change(&mut coverage);
    let covered = serde_json::to_string(&stretches(&coverage.covered))?;
    let heard_at_ms = coverage.heard_at_ms.map(signed);
    let [position, unchecked, credit] =
        [coverage.position_ms, coverage.unchecked_ms, coverage.credit_ms].map(|ms| Some(signed(ms)));
    let numbers = [position, heard_at_ms, unchecked, credit];
    let query = sqlx::query(
        "INSERT INTO watched
             (lesson, person, covered, position_ms, heard_at_ms, unchecked_ms, credit_ms, check_nonce, mac)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT (lesson, person) DO UPDATE SET
             covered = excluded.covered, position_ms = excluded.position_ms,
             heard_at_ms = excluded.heard_at_ms, unchecked_ms = excluded.unchecked_ms,
             credit_ms = excluded.credit_ms, check_nonce = excluded.check_nonce, mac = excluded.mac",
    )
    .bind(lesson)
    .bind(person)
    .bind(&covered)
    .bind(signed(coverage.position_ms))
    .bind(heard_at_ms)
    .bind(signed(coverage.unchecked_ms))
    .bind(signed(coverage.credit_ms))
    .bind(&coverage.check)
    .bind(mac(vault, (lesson, person), &covered, numbers, coverage.check.as_deref()));
    transaction.one_row("what was watched", query).await.context("cannot note what was watched")?;
    Ok((coverage, told))
}

const WATCHED: &str = "SELECT * FROM watched WHERE lesson = $1 AND person = $2";

/// The keyed hash of a row of `watched`; `numbers` in their order there: position, heard, unchecked, slack.
fn mac(
    vault: &Vault,
    (lesson, person): (&str, &str),
    covered: &str,
    numbers: [Option<i64>; 4],
    check: Option<&str>,
) -> String {
    let [position, heard, unchecked, credit] =
        numbers.map(|number| number.map_or_else(String::new, |number| number.to_string()));
    let check = check.unwrap_or_default();
    vault.mac(&["watched 1", lesson, person, covered, &position, &heard, &unchecked, &credit, check])
}

fn mac_of(vault: &Vault, row: &StoredRow) -> Result<String, sqlx::Error> {
    let number = |column| row.try_get::<Option<i64>, _>(column);
    let numbers =
        [number("position_ms")?, number("heard_at_ms")?, number("unchecked_ms")?, number("credit_ms")?];
    let whose = (row.try_get("lesson")?, row.try_get("person")?);
    Ok(mac(vault, whose, row.try_get("covered")?, numbers, row.try_get("check_nonce")?))
}

/// Whether the server wrote the whole row of `watched`.
pub(super) fn is_sealed(vault: &Vault, row: &StoredRow) -> Result<bool, sqlx::Error> {
    Ok(row.try_get::<&str, _>("mac")? == mac_of(vault, row)?)
}

/// Seals every row as it is.
pub(super) async fn seal_all(transaction: &mut Writing, vault: &Vault) -> anyhow::Result<()> {
    for row in sqlx::query("SELECT * FROM watched").fetch_all(&mut **transaction).await? {
        let update = sqlx::query("UPDATE watched SET mac = $1 WHERE lesson = $2 AND person = $3")
            .bind(mac_of(vault, &row)?)
            .bind(row.try_get::<&str, _>("lesson")?)
            .bind(row.try_get::<&str, _>("person")?);
        transaction.one_row("the seal of what was watched", update).await?;
    }
    Ok(())
}

fn coverage(row: &StoredRow) -> anyhow::Result<Coverage> {
    let covered: &str = row.try_get("covered")?;
    let covered: Vec<Stretch> =
        serde_json::from_str(covered).context("the database holds a broken list of stretches")?;
    Ok(Coverage {
        covered: media(&covered),
        position_ms: unsigned(row.try_get("position_ms")?),
        heard_at_ms: row.try_get::<Option<i64>, _>("heard_at_ms")?.map(unsigned),
        heard_anywhere_ms: None,
        unchecked_ms: unsigned(row.try_get("unchecked_ms")?),
        check: row.try_get("check_nonce")?,
        credit_ms: unsigned(row.try_get("credit_ms")?),
        served: Spans::default(),
    })
}
