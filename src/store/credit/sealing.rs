//! Taking over books of earlier versions, once: their content is signed and sealed as it is. From then on
//! nothing is entered without a head, and no fact is appended without its chain.
//!
//! A file beside the database also says that it was done. Nothing inside of the database could prove it: a
//! person with write access can remove every trace, and books without traces look like those of an earlier
//! version. In a folder with this file the books are never sealed again, nor are books with any trace of the
//! present version.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::Context;
use serde_json::json;
use sqlx::Row;

use super::super::audit::{self, Act};
use super::super::db::{Db, Lane, Writing};
use super::super::keys::{read_or_make, replace};
use super::super::{Keys, Vault, fact_memory, plan_seals, served, signed, unsigned, watched};
use super::{SERVER, asking, heads};
use crate::store::dialect::{Connection, StoredRow};

/// The file beside the database with the ends of the older books at the time of their sealing.
const FILE: &str = "books.sealed";

/// The act in the audit log of books that were taken over.
const TAKEN_OVER: &str = "books.taken_over";

/// The last fact and entry of versions without seals; 0 in younger books.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) struct Sealing {
    pub(super) facts_upto: u64,
    pub(super) entries_upto: u64,
}

impl Sealing {
    fn mac(self, vault: &Vault) -> String {
        vault.mac(&["sealing 1", &self.facts_upto.to_string(), &self.entries_upto.to_string()])
    }

    /// The one line of [`FILE`].
    fn line(self, vault: &Vault) -> String {
        self.line_of(vault, 2)
    }

    /// The line of a version; since 2, the plans of lessons and the end of the audit log are sealed, too.
    fn line_of(self, vault: &Vault, version: u8) -> String {
        format!("{version}:{}:{}:{}\n", self.facts_upto, self.entries_upto, self.mac(vault))
    }

    /// `None` = it is not the server's own.
    pub(super) async fn read(reader: &mut Connection, vault: &Vault) -> anyhow::Result<Option<Sealing>> {
        let Some((sealing, mac)) = read(reader).await? else { return Ok(None) };
        Ok((mac == sealing.mac(vault)).then_some(sealing))
    }
}

async fn read(reader: &mut Connection) -> anyhow::Result<Option<(Sealing, String)>> {
    let row = sqlx::query("SELECT facts_upto, entries_upto, mac FROM sealing").fetch_optional(reader).await?;
    let read = |row: StoredRow| {
        let number = |column| Ok::<_, sqlx::Error>(unsigned(row.try_get(column)?));
        let sealing = Sealing { facts_upto: number("facts_upto")?, entries_upto: number("entries_upto")? };
        Ok((sealing, row.try_get("mac")?))
    };
    row.map(read).transpose()
}

/// The sealing of the books in `dir`; `None` = they are not sealed, or the seal is not the server's, which
/// verification reports. Seals the books of an earlier version, unless that was done or `may_seal` is false.
pub(in crate::store) async fn take_over(
    dir: &Path,
    db: &Db,
    (keys, vault): (&Keys, &Vault),
    may_seal: bool,
    now_ms: u64,
) -> anyhow::Result<Option<Sealing>> {
    let file = dir.join(FILE);
    let mut transaction = db.write(Lane::Books).await?;
    let Some((sealing, mac)) = read(&mut transaction).await? else { return Ok(not_own("it is gone")) };
    let is_own = mac == sealing.mac(vault);
    match fs::read_to_string(&file) {
        Ok(line) if is_own && line == sealing.line(vault) => return Ok(Some(sealing)),
        Ok(line) if is_own && line == sealing.line_of(vault, 1) => {
            if !may_seal {
                return Ok(None);
            }
            complete(&mut transaction, vault).await?;
            transaction.commit().await?;
            replace(&file, sealing.line(vault).as_bytes())?;
            return Ok(Some(sealing));
        }
        Ok(_) => return Ok(not_own("it is not the one that books.sealed names")),
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", file.display())),
    }
    if !is_own {
        if !mac.is_empty() {
            return Ok(not_own("its key is another one"));
        }
        if let Some(trace) = trace(&mut transaction, vault).await? {
            return Ok(not_own(&format!("it is empty, though there are {trace}")));
        }
        if !may_seal && !is_empty(&mut transaction).await? {
            return Ok(None);
        }
        seal(&mut transaction, (keys, vault), sealing, now_ms).await?;
    } else if !may_seal {
        return Ok(Some(sealing));
    }
    complete(&mut transaction, vault).await?;
    transaction.commit().await?;
    read_or_make(&file, || Ok(sealing.line(vault).into_bytes()))?;
    Ok(Some(sealing))
}

fn not_own(why: &str) -> Option<Sealing> {
    tracing::error!("the seal of the books was changed outside of the server ({why}): run `ledger verify`");
    None
}

/// Something in the database that only a sealing version can have written; `None` = these books are of an
/// earlier one.
async fn trace(reader: &mut Connection, vault: &Vault) -> anyhow::Result<Option<&'static str>> {
    let traces = [
        ("SELECT EXISTS (SELECT 1 FROM heads)", "signed heads"),
        ("SELECT EXISTS (SELECT 1 FROM fact_chains)", "chained facts"),
        ("SELECT EXISTS (SELECT 1 FROM watched WHERE mac <> '')", "sealed rows"),
        (
            "SELECT EXISTS (SELECT 1 FROM results WHERE cast(report ->> 'v' AS bigint) >= 2)",
            "results of the present format",
        ),
        (
            "SELECT EXISTS (SELECT 1 FROM audit WHERE act IN ('books.taken_over', 'hours.judged')
                 OR (act >= 'hours.' AND act < 'hours/' AND detail ->> 'entry' IS NOT NULL))",
            "events of the audit log about sealed books",
        ),
    ];
    for (query, what) in traces {
        if sqlx::query(query).fetch_one(&mut *reader).await?.try_get(0)? {
            return Ok(Some(what));
        }
    }
    let is_sound = audit::walk(reader, vault, None).await.is_ok();
    Ok((!is_sound).then_some("events in the audit log that are not the server's"))
}

/// Whether nothing was entered or observed yet.
async fn is_empty(reader: &mut Connection) -> anyhow::Result<bool> {
    let row = sqlx::query(
        "SELECT NOT EXISTS (SELECT 1 FROM entries) AND NOT EXISTS (SELECT 1 FROM facts)
             AND NOT EXISTS (SELECT 1 FROM results) AND NOT EXISTS (SELECT 1 FROM completions)",
    );
    Ok(row.fetch_one(reader).await?.try_get(0)?)
}

/// Signs and seals the present content.
async fn seal(
    transaction: &mut Writing,
    (keys, vault): (&Keys, &Vault),
    sealing: Sealing,
    now_ms: u64,
) -> anyhow::Result<()> {
    watched::seal_all(transaction, vault).await?;
    if !is_empty(transaction).await? {
        let detail = json!({ "facts": sealing.facts_upto, "entries": sealing.entries_upto });
        audit::append(transaction, vault, Act::done(SERVER, TAKEN_OVER, "", detail)).await?;
    }
    let grounds = sqlx::query(
        "SELECT digest FROM (SELECT digest, id, '' AS lesson, '' AS person FROM results
             UNION ALL SELECT digest, 0, lesson, person FROM completions) AS grounds
         ORDER BY id = 0, id, lesson, person",
    );
    for ground in grounds.fetch_all(&mut **transaction).await? {
        heads::sign(transaction, keys.ledger(), ground.try_get(0)?, now_ms).await?;
    }
    if sealing.entries_upto > 0 && heads::newest(transaction).await?.is_none() {
        heads::sign(transaction, keys.ledger(), "", now_ms).await?;
    }
    let update = sqlx::query("UPDATE sealing SET mac = $1").bind(sealing.mac(vault));
    transaction.one_row("the seal of the books", update).await.context("cannot seal the books")?;
    if sealing.entries_upto > 0 {
        let entries = signed(sealing.entries_upto);
        tracing::warn!(entries, "the ledger of an earlier version was signed as it stood");
    }
    Ok(())
}

/// Seals and notes what is missing in books of versions that sealed, but had no [`FILE`] yet.
async fn complete(transaction: &mut Writing, vault: &Vault) -> anyhow::Result<()> {
    served::seal_served(transaction, vault).await?;
    fact_memory::note_end(transaction, vault).await?;
    audit::note_end(transaction, vault).await?;
    plan_seals::seal_older(transaction, vault).await?;
    asking::note_reversals(transaction, vault).await
}
