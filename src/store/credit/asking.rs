//! Proof that the first of two people has asked. A request that waits for a second person is a row that
//! anybody with write access to the database can forge; the asker's event in the audit log needs the server's
//! key. Without it nothing is entered, and verification requires it for everything entered.

use anyhow::bail;
use serde_json::json;
use sqlx::Row;

use super::super::audit::Act;
use super::super::db::Writing;
use super::super::{Vault, audit, signed, unsigned};
use super::SERVER;
use super::verify::tampered;
use crate::attendance::ledger::Kind;
use crate::store::dialect::Connection;

/// The act in the audit log of a reversal that the server requests.
pub(super) const REVERSAL_ASKED: &str = "hours.reversal_asked";

/// The content required of the event `asking` for a correction. Earlier versions did not write the number of
/// the correction into it.
macro_rules! says {
    ($id:literal, $lesson:literal, $kind:literal, $delta_ch:literal) => {
        concat!(
            "asking.done AND asking.detail ->> 'lesson' = ", $lesson,
            " AND coalesce(cast(asking.detail ->> 'correction' AS bigint), ", $id, ") = ", $id,
            // The amount of a revocation is computed when it is entered.
            " AND (", $kind, " = 'revoke' OR coalesce(cast(asking.detail ->> 'delta_ch' AS bigint), ",
            $delta_ch, ") = ", $delta_ch, ")
             AND CASE ", $kind, "
                 WHEN 'adjust' THEN asking.act IN ('hours.corrected', 'hours.appeal_decided')
                     AND asking.detail ->> 'outcome' = 'waits'
                 WHEN 'revoke' THEN asking.act = 'hours.revoked' AND asking.detail ->> 'outcome' = 'waits'
                 -- The server asks; the first of two people agreed.
                 WHEN 'reverse' THEN asking.act = 'hours.correction_decided' AND cast(asking.detail ->> 'approve' AS boolean)
                     AND asking.detail ->> 'entry' IS NULL
                 WHEN 'server' THEN asking.act = 'hours.reversal_asked'
             END"
        )
    };
}

/// The details of a correction in its asker's event.
pub(crate) struct Asking<'a> {
    pub(crate) id: u64,
    pub(crate) lesson: &'a str,
    pub(crate) person: &'a str,
    /// `None` = the server asks.
    pub(crate) kind: Option<Kind>,
    pub(crate) delta_ch: i64,
    pub(crate) asker: &'a str,
}

/// Whether the asker's own event is in the audit log.
pub(crate) async fn has_asked(
    transaction: &mut Writing,
    vault: &Vault,
    asking: &Asking<'_>,
) -> anyhow::Result<bool> {
    let rows = sqlx::query(concat!(
        "SELECT * FROM audit AS asking WHERE target = $1 AND actor = $2 AND ",
        says!("$3", "$4", "$5", "$6")
    ))
    .bind(asking.person)
    .bind(asking.asker)
    .bind(signed(asking.id))
    .bind(asking.lesson)
    .bind(asking.kind.map_or_else(|| "server".to_owned(), super::super::word))
    .bind(asking.delta_ch)
    .fetch_all(&mut **transaction)
    .await?;
    audit::is_any_genuine(&rows, vault)
}

/// Whether the declarer's own event is in the audit log.
pub(crate) async fn has_declared(
    transaction: &mut Writing,
    vault: &Vault,
    (id, lesson, asker): (u64, &str, &str),
    [from_ms, to_ms]: [u64; 2],
) -> anyhow::Result<bool> {
    let rows = sqlx::query(
        "SELECT * FROM audit WHERE target = $1 AND actor = $2 AND act = 'hours.declared' AND done
             AND coalesce(cast(detail ->> 'declaration' AS bigint), $3) = $3
             AND cast(detail ->> 'from_ms' AS bigint) = $4 AND cast(detail ->> 'to_ms' AS bigint) = $5",
    );
    let rows = rows.bind(lesson).bind(asker).bind(signed(id)).bind(signed(from_ms)).bind(signed(to_ms));
    audit::is_any_genuine(&rows.fetch_all(&mut **transaction).await?, vault)
}

/// Notes in the audit log that the server requests a reversal: the people who keep more than was computed
/// until a decision are named there, where nobody else can write.
pub(crate) async fn note_reversal(
    transaction: &mut Writing,
    vault: &Vault,
    (lesson, person): (&str, &str),
    correction: u64,
    delta_ch: i64,
) -> anyhow::Result<()> {
    let detail = json!({ "lesson": lesson, "correction": correction, "delta_ch": delta_ch });
    audit::append(transaction, vault, Act::done(SERVER, REVERSAL_ASKED, person, detail)).await
}

/// Notes the requests of versions without such events.
pub(super) async fn note_reversals(transaction: &mut Writing, vault: &Vault) -> anyhow::Result<()> {
    let asked = sqlx::query(
        "SELECT id, lesson, person, delta_ch FROM corrections WHERE act = 'reverse' AND state <> 'entered'
             AND NOT EXISTS (SELECT 1 FROM audit WHERE audit.act = $1
                 AND cast(detail ->> 'correction' AS bigint) = corrections.id)",
    );
    for row in asked.bind(REVERSAL_ASKED).fetch_all(&mut **transaction).await? {
        let whose = (row.try_get("lesson")?, row.try_get("person")?);
        let correction = unsigned(row.try_get("id")?);
        note_reversal(transaction, vault, whose, correction, row.try_get("delta_ch")?).await?;
    }
    Ok(())
}

/// Checks that each entry of two people has the events of both, and so has each declaration that became a
/// fact. The audit log itself was checked before.
pub(super) async fn check(
    reader: &mut Connection,
    (entries_upto, facts_upto): (i64, i64),
) -> anyhow::Result<()> {
    let wrong = sqlx::query(concat!(
        "SELECT seq FROM entries WHERE approver IS NOT NULL AND seq > $1
             AND NOT EXISTS (SELECT 1 FROM audit AS decision
                 JOIN audit AS asking ON asking.target = decision.target AND asking.seq < decision.seq
                 WHERE decision.target = entries.person AND decision.actor = entries.approver AND decision.done
                     AND decision.act = 'hours.correction_decided'
                     AND decision.detail ->> 'entry' = entries.seq || ':' || entries.hash
                     AND asking.actor = entries.actor AND ",
        says!("cast(decision.detail ->> 'correction' AS bigint)", "entries.lesson", "entries.kind", "entries.delta_ch"),
        ") ORDER BY seq LIMIT 1"
    ));
    if let Some(row) = wrong.bind(entries_upto).fetch_optional(&mut *reader).await? {
        let what = "two people entered it, and no event of the audit log says that the first one asked";
        return Err(tampered(unsigned(row.try_get(0)?), what));
    }
    let declared = sqlx::query(
        "SELECT lesson FROM facts WHERE type = 'class_declared' AND seq > $1
             AND NOT EXISTS (SELECT 1 FROM audit WHERE act = 'hours.declared' AND done AND target = lesson
                 AND actor = body ->> 'by' AND detail ->> 'from_ms' = body ->> 'from_ms'
                 AND detail ->> 'to_ms' = body ->> 'to_ms')
         ORDER BY seq LIMIT 1",
    );
    if let Some(row) = declared.bind(facts_upto).fetch_optional(reader).await? {
        let lesson: String = row.try_get(0)?;
        bail!("lesson {lesson:?}: when it was held was declared, and no event of the audit log says by whom");
    }
    Ok(())
}
