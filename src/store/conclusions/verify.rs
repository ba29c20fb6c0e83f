//! Checks that every conclusion is as the server wrote it, follows from its input, and agrees with the
//! registrations.

use anyhow::{Context, bail};

use super::super::{Vault, signed, unsigned};
use super::{CONCLUDED, Row};
use crate::programme::conclusion::conclude;
use crate::store::dialect::Connection;
use crate::time::ServerInstant;

/// Rows in memory at once.
const PAGE: u32 = 1000;

pub(in crate::store) async fn check(reader: &mut Connection, vault: &Vault) -> anyhow::Result<()> {
    let (mut last, mut mac) = (0, String::new());
    loop {
        let rows: Vec<Row> = sqlx::query_as("SELECT * FROM conclusions WHERE id > $1 ORDER BY id LIMIT $2")
            .bind(last)
            .bind(PAGE)
            .fetch_all(&mut *reader)
            .await
            .context("a conclusion cannot be read")?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            if row.id != last + 1 {
                bail!("conclusion {}: it is missing", last + 1);
            }
            if row.mac != row.mac_after(vault, &mac) {
                bail!("conclusion {}: it is not what the server wrote", row.id);
            }
            let written = row.conclusion()?;
            let at = ServerInstant::of_fact(unsigned(row.at_ms));
            if conclude(written.asked, written.known, at) != written {
                bail!("conclusion {}: it does not follow from what it names", row.id);
            }
            (last, mac) = (row.id, row.mac);
        }
    }
    end(reader, last, &mac).await?;
    states(reader).await
}

/// The last row is the last one named by the audit log.
async fn end(reader: &mut Connection, last: i64, mac: &str) -> anyhow::Result<()> {
    let named: Option<(i64, String)> = sqlx::query_as(
        "SELECT cast(detail ->> 'last' AS bigint), detail ->> 'mac' FROM audit WHERE act = $1 ORDER BY seq DESC LIMIT 1",
    )
    .bind(CONCLUDED)
    .fetch_optional(reader)
    .await?;
    let (named, of) = named.unwrap_or_else(|| (signed(0), String::new()));
    if (named, of.as_str()) != (last, mac) {
        bail!("conclusion {named}: the audit log names it as the last one, and it is not");
    }
    Ok(())
}

/// Registrations have completed or failed if and only if they have such a conclusion that is not provisional.
async fn states(reader: &mut Connection) -> anyhow::Result<()> {
    let wrong: Option<i64> = sqlx::query_scalar(
        "SELECT registrations.id FROM registrations
         LEFT JOIN (SELECT registration, max(id) AS newest FROM conclusions GROUP BY registration) AS own
             ON own.registration = registrations.id
         LEFT JOIN conclusions ON conclusions.id = newest
         WHERE (state IN ('completed', 'failed') OR newest IS NOT NULL)
             AND CASE WHEN NOT cast(body ->> 'provisional' AS boolean) THEN body ->> 'verdict' ELSE 'undecided' END
                 IS DISTINCT FROM CASE WHEN state IN ('completed', 'failed') THEN state ELSE 'undecided' END
         LIMIT 1",
    )
    .fetch_optional(reader)
    .await?;
    match wrong {
        Some(id) => bail!("registration {id}: its state is not how the phase ended for it"),
        None => Ok(()),
    }
}
