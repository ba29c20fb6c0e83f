//! The audit log on disk. An event is written in the transaction of its act: an act that cannot be logged is
//! not done (I-17).

use anyhow::{Context, bail, ensure};
use serde_json::Value;
use sqlx::Row;

use super::db::Writing;
use super::dialect::{Connection, QueryBuilder, StoredRow};
use super::end_mark::{AUDIT_END, Noted};
use super::vault::Vault;
use super::{Store, signed, unsigned};
use crate::account::audit::{Event, Link, Verifier};
use crate::chain::End;
use crate::protocol::{AuditLine, AuditPage};
use crate::time::clock::now_ms;

/// Events of one page.
const PAGE: u32 = 200;
/// Events in memory at once.
const CHUNK: u32 = 1000;

/// An act for the log.
#[derive(Debug, Clone)]
pub struct Act<'a> {
    /// Id of the acting person, "server" or "cli".
    pub actor: &'a str,
    /// The word of the act, as `account.roles_set`.
    pub act: &'static str,
    /// Id of the object; may be empty.
    pub target: &'a str,
    /// Never a document number, a telephone number, a password or a secret.
    pub detail: Value,
    /// False = the act was refused.
    pub done: bool,
}

impl<'a> Act<'a> {
    /// An act that was done.
    pub fn done(actor: &'a str, act: &'static str, target: &'a str, detail: Value) -> Act<'a> {
        Act { actor, act, target, detail, done: true }
    }
}

/// Writes an event as part of `transaction`.
pub async fn append(transaction: &mut Writing, vault: &Vault, act: Act<'_>) -> anyhow::Result<()> {
    let last = sqlx::query("SELECT * FROM audit ORDER BY seq DESC LIMIT 1");
    let last = last.fetch_optional(&mut **transaction).await?;
    let last = last.map(|row| link(&row)).transpose()?;
    let event = Event {
        at_ms: now_ms(),
        actor: act.actor.into(),
        act: act.act.into(),
        target: act.target.into(),
        detail: act.detail.to_string(),
        done: act.done,
    };
    let noted = AUDIT_END.noted(transaction, vault).await?;
    let noted_seq = if let Noted::At(seq) = noted { unsigned(seq) } else { 0 };
    let link = Link::after(vault.audit_key(), last.as_ref(), noted_seq, event);
    let insert = sqlx::query(
        "INSERT INTO audit (seq, at_ms, actor, act, target, detail, done, prev_hash, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(signed(link.seq))
    .bind(signed(link.event.at_ms))
    .bind(link.event.actor)
    .bind(link.event.act)
    .bind(link.event.target)
    .bind(link.event.detail)
    .bind(link.event.done)
    .bind(link.prev_hash)
    .bind(link.hash);
    transaction.one_row("an event", insert).await.context("cannot write into the audit log")?;
    // A changed or restored mark stays as it is, so that verification goes on to find it. An empty log has no
    // mark yet, or one that says 0.
    if noted_seq > 0 || (noted != Noted::Changed && last.is_none()) {
        AUDIT_END.note(transaction, vault, signed(link.seq)).await?;
    }
    Ok(())
}

/// Notes the last number in logs of versions without the mark.
pub(super) async fn note_end(transaction: &mut Writing, vault: &Vault) -> Result<(), sqlx::Error> {
    if AUDIT_END.noted(transaction, vault).await? == Noted::Missing {
        let last: i64 = sqlx::query_scalar("SELECT coalesce(max(seq), 0) FROM audit")
            .fetch_one(&mut **transaction)
            .await?;
        AUDIT_END.note(transaction, vault, last).await?;
    }
    Ok(())
}

/// Fails unless the log's last event, with this number, is the one written last.
pub(super) async fn check_end(reader: &mut Connection, vault: &Vault, last: u64) -> anyhow::Result<()> {
    match AUDIT_END.noted(reader, vault).await? {
        Noted::At(noted) if unsigned(noted) == last => Ok(()),
        Noted::At(noted) => bail!("the audit log ends with event {last}, but event {noted} was written last"),
        Noted::Changed | Noted::Missing => {
            bail!("the number of the last event of the audit log is gone or not what the server wrote")
        }
    }
}

/// The filter of events; an absent field fits all.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only events with a smaller number.
    pub before: Option<u64>,
    /// The acting person: an id, a log-in name, or a whole name.
    pub actor: Option<String>,
    /// The beginning of the word: "account." finds everything about accounts.
    pub act: Option<String>,
    /// The object: an id, or a name as above; the name on a registration finds that registration.
    pub target: Option<String>,
}

/// Reads the audit log.
pub struct AuditLog<'a>(&'a Store);

impl Store {
    pub fn audit(&self) -> AuditLog<'_> {
        AuditLog(self)
    }
}

impl AuditLog<'_> {
    /// One page of the audit log, newest event first.
    pub async fn page(&self, filter: &Filter) -> anyhow::Result<AuditPage> {
        let mut query = QueryBuilder::new(
            "SELECT audit.*, own.name AS actor_name, coalesce(other.name, registered.name) AS target_name
             FROM audit
             LEFT JOIN people AS own ON own.id = actor LEFT JOIN people AS other ON other.id = target
             LEFT JOIN registrations AS registered
                 ON registered.id = CASE WHEN act LIKE 'registration.%' AND target <> '' AND ltrim(target, '0123456789') = ''
                 THEN cast(target AS bigint) END
             WHERE seq < ",
        );
        query.push_bind(signed(filter.before.unwrap_or(u64::MAX)));
        if let Some(actor) = &filter.actor {
            query.push(" AND actor");
            meant(&mut query, actor);
            query.push(")");
        }
        if let Some(target) = &filter.target {
            query.push(" AND (target");
            meant(&mut query, target);
            query.push(") OR (act LIKE 'registration.%' AND target IN (SELECT cast(id AS text) FROM registrations WHERE name = ");
            query.push_bind(target).push(")))");
        }
        if let Some(act) = &filter.act {
            query
                .push(" AND substr(act, 1, ")
                .push_bind(i64::try_from(act.len())?)
                .push(") = ")
                .push_bind(act);
        }
        query.push(" ORDER BY seq DESC LIMIT ").push_bind(PAGE);
        let rows = query.build().fetch_all(&self.0.readers).await?;
        let events: Vec<AuditLine> = rows.iter().map(line).collect::<anyhow::Result<_>>()?;
        let full = events.len() == PAGE as usize;
        let next = events.last().filter(|_| full).map(|last| last.seq);
        Ok(AuditPage { events, next })
    }

    /// Checks the whole log as of one moment; `kept` is the number and hash of an event that somebody noted
    /// elsewhere. Returns number and hash of the last event. The error names the first event that is not as
    /// written.
    pub async fn verify(&self, kept: Option<&(u64, String)>) -> anyhow::Result<Option<(u64, String)>> {
        let mut reader = self.0.begin_reading().await?;
        let last = walk(&mut reader, self.0.vault(), kept).await?;
        check_end(&mut reader, self.0.vault(), last.as_ref().map_or(0, |(seq, _)| *seq)).await?;
        Ok(last)
    }
}

/// Number and hash of the last event; None = there is none.
pub(super) async fn last(reader: &mut Connection) -> anyhow::Result<Option<(u64, String)>> {
    let row = sqlx::query_as("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").fetch_optional(reader);
    Ok(row.await?.map(|(seq, hash): (i64, String)| (unsigned(seq), hash)))
}

/// Checks every event of the log, but not its end; see [`AuditLog::verify`].
pub(super) async fn walk(
    reader: &mut Connection,
    vault: &Vault,
    kept: Option<&(u64, String)>,
) -> anyhow::Result<Option<(u64, String)>> {
    let mut verifier = Verifier::default();
    let mut found_kept = kept.is_none();
    loop {
        let links = chunk(reader, verifier.end().seq).await?;
        if links.is_empty() {
            break;
        }
        for link in links {
            if let Some((seq, hash)) = kept
                && *seq == link.seq
            {
                ensure!(*hash == link.hash, "the log was another one when event {seq} was written down");
                found_kept = true;
            }
            verifier.next(vault.audit_key(), link)?;
        }
    }
    if let (false, Some((seq, _))) = (found_kept, kept) {
        bail!("event {seq}, which was written down, is missing: the end of the log was cut off");
    }
    let End { seq, hash } = verifier.end().clone();
    Ok((seq > 0).then_some((seq, hash)))
}

async fn chunk(reader: &mut Connection, after: u64) -> anyhow::Result<Vec<Link>> {
    let rows = sqlx::query("SELECT * FROM audit WHERE seq > $1 ORDER BY seq LIMIT $2")
        .bind(signed(after))
        .bind(CHUNK)
        .fetch_all(reader)
        .await?;
    rows.iter().map(link).collect()
}

/// Whether the server wrote any of these events, each checked by itself.
pub(super) fn is_any_genuine(rows: &[StoredRow], vault: &Vault) -> anyhow::Result<bool> {
    for row in rows {
        if link(row)?.is_genuine(vault.audit_key()) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn link(row: &StoredRow) -> anyhow::Result<Link> {
    Ok(Link {
        seq: unsigned(row.try_get("seq")?),
        event: Event {
            at_ms: unsigned(row.try_get("at_ms")?),
            actor: row.try_get("actor")?,
            act: row.try_get("act")?,
            target: row.try_get("target")?,
            detail: row.try_get("detail")?,
            done: row.try_get("done")?,
        },
        prev_hash: row.try_get("prev_hash")?,
        hash: row.try_get("hash")?,
    })
}

/// Selects the ids meant by an id, a log-in name or a name.
fn meant(query: &mut QueryBuilder, who: &str) {
    query.push(" IN (SELECT ").push_bind(who.to_owned());
    query.push(" UNION SELECT id FROM people WHERE name = ").push_bind(who.to_owned());
    query.push(" UNION SELECT person FROM accounts WHERE login = ").push_bind(who.to_owned());
}

fn line(row: &StoredRow) -> anyhow::Result<AuditLine> {
    let Link { seq, event, hash, .. } = link(row)?;
    let name: Option<String> = row.try_get("actor_name")?;
    Ok(AuditLine {
        seq,
        at_ms: event.at_ms,
        actor_name: name.unwrap_or_else(|| event.actor.clone()),
        actor: event.actor,
        act: event.act,
        target: event.target,
        target_name: row.try_get("target_name")?,
        detail: event.detail,
        done: event.done,
        hash,
    })
}
