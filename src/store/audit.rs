//! The audit log on disk. Its events are written in the transaction of what they tell about: what cannot be
//! logged is not done (I-17).

use anyhow::{Context, bail, ensure};
use serde_json::Value;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite, SqliteConnection};

use super::db::Writing;
use super::vault::Vault;
use super::{Store, now_ms, signed, unsigned};
use crate::course::audit::{Event, Link, Verifier};
use crate::protocol::{AuditLine, AuditPage};

/// Events of one page.
const PAGE: u32 = 200;
/// Events in memory at once.
const CHUNK: u32 = 1000;

/// An act to be written into the log.
#[derive(Debug, Clone)]
pub struct Act<'a> {
    /// Id of the person who did it, "server" or "cli".
    pub actor: &'a str,
    /// As `account.roles_set`.
    pub act: &'static str,
    /// Id of what it was done to; may be empty.
    pub target: &'a str,
    /// Never a number of a document, a telephone, a password or a secret.
    pub detail: Value,
    /// False for what was tried and refused.
    pub done: bool,
}

impl<'a> Act<'a> {
    /// Something that was done.
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
    let link = Link::after(vault.audit_key(), last.as_ref(), event);
    sqlx::query(
        "INSERT INTO audit (seq, at_ms, actor, act, target, detail, done, prev_hash, hash)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(signed(link.seq))
    .bind(signed(link.event.at_ms))
    .bind(link.event.actor)
    .bind(link.event.act)
    .bind(link.event.target)
    .bind(link.event.detail)
    .bind(link.event.done)
    .bind(link.prev_hash)
    .bind(link.hash)
    .execute(&mut **transaction)
    .await
    .context("cannot write into the audit log")?;
    Ok(())
}

/// Which events are asked for; what is absent fits all.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Only events with a smaller number.
    pub before: Option<u64>,
    /// Who did it: an id, a log-in name, or the whole name of a person.
    pub actor: Option<String>,
    /// The beginning of the word: "account." finds all about accounts.
    pub act: Option<String>,
    /// To what: an id, or as above; the name on a registration finds that.
    pub target: Option<String>,
}

/// Ids of those whom somebody means who writes an id, a log-in name or a name; bound three times.
const MEANT: &str = " IN (SELECT ? UNION SELECT id FROM people WHERE name = ?
     UNION SELECT person FROM accounts WHERE login = ?";

impl Store {
    /// One page of the audit log, the last event first.
    pub async fn audit_page(&self, filter: &Filter) -> anyhow::Result<AuditPage> {
        let mut query = QueryBuilder::new(
            "SELECT audit.*, own.name AS actor_name, coalesce(other.name, registered.name) AS target_name
             FROM audit
             LEFT JOIN people AS own ON own.id = actor LEFT JOIN people AS other ON other.id = target
             LEFT JOIN registrations AS registered ON act LIKE 'registration.%' AND registered.id = target
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
            query.push(") OR (act LIKE 'registration.%' AND target IN (SELECT cast(id AS TEXT) FROM registrations WHERE name = ");
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
        let rows = query.build().fetch_all(&self.readers).await?;
        let events: Vec<AuditLine> = rows.iter().map(line).collect::<anyhow::Result<_>>()?;
        let full = events.len() == PAGE as usize;
        let next = events.last().filter(|_| full).map(|last| last.seq);
        Ok(AuditPage { events, next })
    }

    /// Checks the whole log as of one moment; `kept` is the number and hash of an event that somebody wrote
    /// down elsewhere. Returns the last event's. The error names the first event that is not what was written.
    pub async fn verify_audit(&self, kept: Option<&(u64, String)>) -> anyhow::Result<Option<(u64, String)>> {
        let mut reader = self.readers.begin().await?;
        walk(&mut reader, self.vault(), kept).await
    }
}

/// Checks the whole log; see [`Store::verify_audit`].
pub(super) async fn walk(
    reader: &mut SqliteConnection,
    vault: &Vault,
    kept: Option<&(u64, String)>,
) -> anyhow::Result<Option<(u64, String)>> {
    let mut verifier = Verifier::default();
    let mut found_kept = kept.is_none();
    loop {
        let from = verifier.last().map_or(0, |last| last.seq);
        let links = chunk(reader, from).await?;
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
    Ok(verifier.last().map(|last| (last.seq, last.hash.clone())))
}

async fn chunk(reader: &mut SqliteConnection, after: u64) -> anyhow::Result<Vec<Link>> {
    let rows = sqlx::query("SELECT * FROM audit WHERE seq > ? ORDER BY seq LIMIT ?")
        .bind(signed(after))
        .bind(CHUNK)
        .fetch_all(reader)
        .await?;
    rows.iter().map(link).collect()
}

fn link(row: &SqliteRow) -> anyhow::Result<Link> {
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

fn meant(query: &mut QueryBuilder<Sqlite>, who: &str) {
    let mut parts = MEANT.split('?');
    query.push(parts.next().unwrap_or_default());
    for part in parts {
        query.push_bind(who.to_owned()).push(part);
    }
}

fn line(row: &SqliteRow) -> anyhow::Result<AuditLine> {
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
