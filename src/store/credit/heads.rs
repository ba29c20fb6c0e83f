//! Signed heads on disk: one with each judgement, each completed course and each decision, in the same
//! transaction.

use anyhow::{Context, bail};
use ring::signature::Ed25519KeyPair;
use serde_json::json;
use sqlx::Row;

use super::super::audit::{self, Act};
use super::super::db::Writing;
use super::super::{Store, signed, unsigned};
use super::SERVER;
use super::entries::{self, last};
use crate::attendance::ledger::{Bound, Entry, Head, Posting, Tampered};
use crate::chain::End;
use crate::store::dialect::{Connection, StoredRow};
use crate::time::{LocalDate, ServerInstant};

/// The act in the audit log of a head signed with a result or a completed course.
pub(super) const JUDGED: &str = "hours.judged";

/// The grounds of postings.
pub(crate) struct Grounds<'a> {
    pub(crate) lesson: &'a str,
    /// Digest of the result or of the completed course; `None` = people decided.
    pub(crate) digest: Option<&'a str>,
}

/// Enters postings and signs the new end of the books; returns the last entry. Refuses if the ledger holds
/// anything that the server did not sign: the next signature would make it valid.
pub(crate) async fn enter(
    store: &Store,
    transaction: &mut Writing,
    grounds: Grounds<'_>,
    postings: Vec<Posting>,
    now_ms: u64,
) -> anyhow::Result<Option<Entry>> {
    if let Err(error) = expected(store, transaction).await {
        // A database that does not answer is not damaged.
        if error.chain().any(|cause| cause.is::<sqlx::Error>()) {
            return Err(error);
        }
        store.db.found_damage(&format!("{error:#}"));
        return Err(error.context("nothing is entered into the ledger any more"));
    }
    let entry = entries::append(transaction, postings, now_ms).await?;
    if let Some(digest) = grounds.digest {
        let head = newest(transaction).await?.and_then(|head| head.bound).map_or(0, |bound| bound.number) + 1;
        let detail = json!({ "head": head, "ground": digest });
        let act = Act::done(SERVER, JUDGED, grounds.lesson, detail);
        audit::append(transaction, store.vault(), act).await?;
    }
    sign(transaction, store.keys.ledger(), grounds.digest.unwrap_or_default(), now_ms).await?;
    Ok(entry)
}

/// Fails unless the newest head names the last entry.
async fn expected(store: &Store, transaction: &mut Writing) -> anyhow::Result<()> {
    let last = last(transaction).await?;
    let last = last.map_or_else(End::default, |last| last.end());
    let Some(head) = newest(transaction).await? else {
        if last.seq > 0 {
            bail!(Tampered {
                seq: last.seq,
                what: "there is no signed head that says that the server entered it"
            });
        }
        return Ok(());
    };
    let is_own = head.is_signed_by(store.ledger_key())
        || store.ledger_keys().await?.iter().any(|key| head.is_signed_by(key));
    if !is_own {
        bail!(Tampered { seq: head.seq, what: "the signature of its head is not the server's" });
    }
    if head.end() != last {
        bail!(Tampered { seq: last.seq, what: "the newest signed head does not name it" });
    }
    Ok(())
}

/// Signs the end of the books. `ground`: the digest of the result or completed course that was entered; empty
/// = people decided.
pub(crate) async fn sign(
    transaction: &mut Writing,
    key: &Ed25519KeyPair,
    ground: &str,
    now_ms: u64,
) -> anyhow::Result<()> {
    let last = last(transaction).await?;
    let row = sqlx::query(
        "SELECT (SELECT coalesce(max(number), 0) FROM heads) AS number, seq, hash
         FROM (SELECT 0 AS seq, '' AS hash UNION ALL
               SELECT seq, hash FROM audit WHERE seq = (SELECT max(seq) FROM audit)) AS event
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
    let insert = sqlx::query(
        "INSERT INTO heads (number, date, seq, hash, ground, audit_seq, audit_hash, signature)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(signed(bound.number))
    .bind(head.date)
    .bind(signed(head.seq))
    .bind(head.hash)
    .bind(bound.ground)
    .bind(signed(bound.audit_seq))
    .bind(bound.audit_hash)
    .bind(head.signature);
    transaction.one_row("a head", insert).await.context("cannot sign the head of the ledger")
}

/// All heads, oldest first: those of days, then those of the second format.
pub(super) async fn all(reader: &mut Connection) -> anyhow::Result<Vec<Head>> {
    let days = sqlx::query("SELECT * FROM day_heads ORDER BY date").fetch_all(&mut *reader).await?;
    let bound = sqlx::query("SELECT * FROM heads ORDER BY number").fetch_all(reader).await?;
    let days = days.iter().map(|row| head(row, None));
    let bound = bound.iter().map(|row| head(row, Some(self::bound(row)?)));
    days.chain(bound).collect::<Result<_, sqlx::Error>>().context("a head of the ledger cannot be read")
}

/// The newest head; `None` = the books hold no judgement.
pub(in crate::store) async fn newest(reader: &mut Connection) -> anyhow::Result<Option<Head>> {
    let row = sqlx::query("SELECT * FROM heads ORDER BY number DESC LIMIT 1").fetch_optional(reader).await?;
    Ok(row.map(|row| head(&row, Some(bound(&row)?))).transpose()?)
}

fn head(row: &StoredRow, bound: Option<Bound>) -> Result<Head, sqlx::Error> {
    Ok(Head {
        date: row.try_get("date")?,
        seq: unsigned(row.try_get("seq")?),
        hash: row.try_get("hash")?,
        bound,
        signature: row.try_get("signature")?,
    })
}

fn bound(row: &StoredRow) -> Result<Bound, sqlx::Error> {
    Ok(Bound {
        number: unsigned(row.try_get("number")?),
        ground: row.try_get("ground")?,
        audit_seq: unsigned(row.try_get("audit_seq")?),
        audit_hash: row.try_get("audit_hash")?,
    })
}
