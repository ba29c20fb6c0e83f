//! Checks that every certificate is as the server issued it, and none is missing.

use anyhow::{Context, bail};

use super::super::{Vault, word};
use super::{ISSUED, REVOKED, Row, SUPERSEDED};
use crate::certificate::content::Content;
use crate::certificate::state::State;
use crate::programme::conclusion::{Conclusion, Verdict};
use crate::store::dialect::Connection;

/// Rows in memory at once.
const PAGE: u32 = 1000;

pub(in crate::store) async fn check(reader: &mut Connection, vault: &Vault) -> anyhow::Result<()> {
    let mut last = 0;
    loop {
        let rows: Vec<Row> = sqlx::query_as("SELECT * FROM certificates WHERE id > $1 ORDER BY id LIMIT $2")
            .bind(last)
            .bind(PAGE)
            .fetch_all(&mut *reader)
            .await
            .context("a certificate cannot be read")?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            if row.id != last + 1 {
                bail!("certificate {}: it is missing", last + 1);
            }
            last = row.id;
            if row.mac != row.mac(vault) {
                bail!("certificate {}: it is not what the server issued", row.number);
            }
            let content: Content = serde_json::from_str(&row.content).context("a broken certificate")?;
            if content.number.to_string() != row.number {
                bail!("certificate {}: another number is printed on it", row.number);
            }
        }
    }
    let named: Option<i64> =
        sqlx::query_scalar("SELECT max(cast(detail ->> 'last' AS bigint)) FROM audit WHERE act = $1")
            .bind(ISSUED)
            .fetch_one(&mut *reader)
            .await?;
    if named.unwrap_or_default() != last {
        bail!("certificate {last}: it is not the last one that the audit log names");
    }
    gaps(reader).await?;
    grounds(reader).await?;
    ended(reader).await
}

/// Serial numbers count from 1 within programme, phase and unit.
async fn gaps(reader: &mut Connection) -> anyhow::Result<()> {
    let gap: Option<String> = sqlx::query_scalar(
        "SELECT series FROM certificates GROUP BY series HAVING count(*) <> max(serial) OR min(serial) <> 1 LIMIT 1",
    )
    .fetch_optional(reader)
    .await?;
    match gap {
        Some(series) => bail!("the numbers of certificates have a gap (programme, phase and unit {series})"),
        None => Ok(()),
    }
}

/// Each was issued to a person who had completed the phase then.
async fn grounds(reader: &mut Connection) -> anyhow::Result<()> {
    let rows: Vec<(String, Option<String>)> = sqlx::query_as(
        "SELECT number, body FROM certificates LEFT JOIN conclusions ON conclusions.id = conclusion
             AND conclusions.registration = certificates.registration AND conclusions.at_ms <= certificates.at_ms",
    )
    .fetch_all(reader)
    .await?;
    for (number, body) in rows {
        let concluded = body.as_deref().map(Conclusion::from_stored).transpose()?;
        if !concluded.is_some_and(|one| one.verdict == Verdict::Completed && !one.is_provisional) {
            bail!("certificate {number}: its owner had not completed the phase");
        }
    }
    Ok(())
}

/// Revoked and superseded certificates are marked so, and no others.
async fn ended(reader: &mut Connection) -> anyhow::Result<()> {
    let wrong: Option<String> = sqlx::query_scalar(
        "SELECT coalesce(number, target) FROM certificates
         FULL JOIN (SELECT DISTINCT target, CASE act WHEN $1 THEN $3 ELSE $4 END AS said FROM audit
                    WHERE act IN ($1, $2)) AS ended ON target = number
         WHERE coalesce(said, $5) IS DISTINCT FROM state LIMIT 1",
    )
    .bind(REVOKED)
    .bind(SUPERSEDED)
    .bind(word(State::Revoked))
    .bind(word(State::Superseded))
    .bind(word(State::Valid))
    .fetch_optional(reader)
    .await?;
    match wrong {
        Some(number) => bail!("certificate {number}: its state is not what the audit log says"),
        None => Ok(()),
    }
}
