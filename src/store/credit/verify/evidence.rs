//! The evidence: facts under their chains, and watching under its seals.

use std::collections::BTreeMap;

use anyhow::bail;
use sqlx::Row;

use super::super::super::fact_chains::{FactChains, Stored};
use super::super::super::{Vault, fact_memory, served, signed, watched};
use super::super::sealing::Sealing;
use crate::store::dialect::Connection;

/// Facts in memory at once.
const PAGE: u32 = 2000;

/// Checks that the facts of every lesson since the sealing are as appended, including lessons that are not
/// judged yet.
pub(super) async fn facts(reader: &mut Connection, vault: &Vault, sealing: Sealing) -> anyhow::Result<()> {
    let mut chains = FactChains::new(vault);
    let mut last = signed(sealing.facts_upto);
    loop {
        // The type is kept beside the body, from which it is taken.
        let rows = sqlx::query(
            "SELECT seq, lesson, person, at_ms, body, type IS NOT DISTINCT FROM body ->> 'type' AS is_typed FROM facts
             WHERE seq > $1 ORDER BY seq LIMIT $2",
        );
        let rows = rows.bind(last).bind(PAGE).fetch_all(&mut *reader).await?;
        let Some(end) = rows.last() else { break };
        last = end.try_get("seq")?;
        for row in &rows {
            let lesson: &str = row.try_get("lesson")?;
            if !row.try_get::<bool, _>("is_typed")? {
                bail!("lesson {lesson:?}: the type of a fact is not that of its text");
            }
            let (person, body) = (row.try_get("person")?, row.try_get("body")?);
            let (seq, at_ms) = (row.try_get("seq")?, row.try_get("at_ms")?);
            chains.bind(&Stored { seq, lesson, person, at_ms, body });
        }
    }
    let kept = sqlx::query("SELECT lesson, hash FROM fact_chains").fetch_all(&mut *reader).await?;
    let kept = kept.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?)));
    let kept: BTreeMap<String, String> = kept.collect::<Result<_, sqlx::Error>>()?;
    let found = chains.into_hashes();
    let differs = |lesson: &&String| kept.get(*lesson) != found.get(*lesson);
    match kept.keys().chain(found.keys()).find(differs) {
        Some(lesson) => bail!("lesson {lesson:?}: its facts are not those that were appended"),
        None => fact_memory::check_end(reader, vault).await,
    }
}

/// Checks that nobody but the server wrote what people watched.
pub(super) async fn watched(reader: &mut Connection, vault: &Vault) -> anyhow::Result<()> {
    let rows = sqlx::query("SELECT * FROM watched").fetch_all(&mut *reader).await?;
    for row in &rows {
        if !watched::is_sealed(vault, row)? {
            let (lesson, person): (&str, &str) = (row.try_get("lesson")?, row.try_get("person")?);
            bail!("lesson {lesson:?}: what {person:?} has watched of it is not what the server wrote");
        }
    }
    match served::unsealed(reader, vault).await? {
        Some((recording, person)) => {
            bail!("recording {recording}: what of it was sent to {person:?} is not what the server wrote")
        }
        None => Ok(()),
    }
}

/// Checks that a lesson whose facts say that it began is marked so: results of one that never began are
/// checked less.
pub(super) async fn begun(reader: &mut Connection) -> anyhow::Result<()> {
    let wrong = sqlx::query(
        "SELECT id FROM lessons
         WHERE started_at_ms IS NULL AND EXISTS (SELECT 1 FROM facts
             WHERE facts.lesson = lessons.id AND type IN ('class_started', 'class_resumed', 'class_declared')) LIMIT 1",
    );
    match wrong.fetch_optional(reader).await? {
        Some(row) => {
            bail!("lesson {:?}: its facts say that it began, its plan does not", row.try_get::<String, _>(0)?)
        }
        None => Ok(()),
    }
}
