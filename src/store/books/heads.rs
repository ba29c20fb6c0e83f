//! Signed heads on disk: one with each judgement, each completed course and each decision, in its transaction.

use anyhow::Context;
use ring::signature::Ed25519KeyPair;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::super::db::Writing;
use super::super::{signed, unsigned};
use super::entries::last;
use crate::attendance::date::LocalDate;
use crate::attendance::interval::ServerInstant;
use crate::attendance::ledger::{Bound, Head};

/// Signs how far the books have come. `ground`: the digest of the result or the completed course that was entered; empty
/// when people decided.
pub(super) async fn sign(
    transaction: &mut Writing,
    key: &Ed25519KeyPair,
    ground: &str,
    now_ms: u64,
) -> anyhow::Result<()> {
    let last = last(transaction).await?;
    let row = sqlx::query(
        "SELECT (SELECT coalesce(max(number), 0) FROM heads) AS number, seq, hash
         FROM (SELECT 0 AS seq, '' AS hash UNION ALL
               SELECT seq, hash FROM audit WHERE seq = (SELECT max(seq) FROM audit))
         ORDER BY seq DESC LIMIT 1",
    );
    let row = row.fetch_one(&mut **transaction).await?;
    let bound = Bound {
        number: unsigned(row.try_get("number")?) + 1,
        ground: ground.to_owned(),
        audit_seq: unsigned(row.try_get("seq")?),
        audit_hash: row.try_get("hash")?,
    };
    let at_ms = last.as_ref().map_or(now_ms, |last| now_ms.max(last.posting.at_ms));
    let head =
        Head::sign(key, LocalDate::of(ServerInstant::of_fact(at_ms)), last.as_ref(), Some(bound.clone()));
    sqlx::query(
        "INSERT INTO heads (number, date, seq, hash, ground, audit_seq, audit_hash, signature)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(signed(bound.number))
    .bind(head.date)
    .bind(signed(head.seq))
    .bind(head.hash)
    .bind(bound.ground)
    .bind(signed(bound.audit_seq))
    .bind(bound.audit_hash)
    .bind(head.signature)
    .execute(&mut **transaction)
    .await
    .context("cannot sign the head of the ledger")?;
    Ok(())
}

/// Every head, the oldest first: of days, then those with what they bind.
pub(super) async fn all(reader: &mut SqliteConnection) -> anyhow::Result<Vec<Head>> {
    let days = sqlx::query("SELECT * FROM day_heads ORDER BY date").fetch_all(&mut *reader).await?;
    let bound = sqlx::query("SELECT * FROM heads ORDER BY number").fetch_all(reader).await?;
    let days = days.iter().map(|row| head(row, None));
    let bound = bound.iter().map(|row| head(row, Some(self::bound(row)?)));
    days.chain(bound).collect::<Result<_, sqlx::Error>>().context("a head of the ledger cannot be read")
}

/// The last one; none in books without a judgement.
pub(super) async fn newest(reader: &mut SqliteConnection) -> anyhow::Result<Option<Head>> {
    let row = sqlx::query("SELECT * FROM heads ORDER BY number DESC LIMIT 1").fetch_optional(reader).await?;
    Ok(row.map(|row| head(&row, Some(bound(&row)?))).transpose()?)
}

fn head(row: &SqliteRow, bound: Option<Bound>) -> Result<Head, sqlx::Error> {
    Ok(Head {
        date: row.try_get("date")?,
        seq: unsigned(row.try_get("seq")?),
        hash: row.try_get("hash")?,
        bound,
        signature: row.try_get("signature")?,
    })
}

fn bound(row: &SqliteRow) -> Result<Bound, sqlx::Error> {
    Ok(Bound {
        number: unsigned(row.try_get("number")?),
        ground: row.try_get("ground")?,
        audit_seq: unsigned(row.try_get("audit_seq")?),
        audit_hash: row.try_get("audit_hash")?,
    })
}
