//! What was seen: facts under their chains, and what was watched under its seals.

use std::collections::BTreeMap;

use anyhow::bail;
use sqlx::{Row, SqliteConnection};

use super::super::super::fact_chains::{FactChains, Stored};
use super::super::super::{Vault, replay, signed};
use super::super::sealing::Sealing;

/// Facts in memory at once.
const PAGE: u32 = 2000;

/// The facts of every lesson since the books are sealed are those that were appended, also of lessons that are not
/// judged yet.
pub(super) async fn facts(
    reader: &mut SqliteConnection,
    vault: &Vault,
    sealing: Sealing,
) -> anyhow::Result<()> {
    let mut chains = FactChains::new(vault);
    let mut last = signed(sealing.facts_upto);
    loop {
        // The type is kept beside the body, from which it comes.
        let rows = sqlx::query(
            "SELECT seq, lesson, person, at_ms, body, type IS body ->> '$.type' AS is_typed FROM facts
             WHERE seq > ? ORDER BY seq LIMIT ?",
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
    let kept = sqlx::query("SELECT lesson, hash FROM fact_chains").fetch_all(reader).await?;
    let kept = kept.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?)));
    let kept: BTreeMap<String, String> = kept.collect::<Result<_, sqlx::Error>>()?;
    let found = chains.into_hashes();
    let differs = |lesson: &&String| kept.get(*lesson) != found.get(*lesson);
    match kept.keys().chain(found.keys()).find(differs) {
        Some(lesson) => bail!("lesson {lesson:?}: its facts are not those that were appended"),
        None => Ok(()),
    }
}

/// Nobody but the server has written down what somebody watched.
pub(super) async fn watched(reader: &mut SqliteConnection, vault: &Vault) -> anyhow::Result<()> {
    let rows = sqlx::query("SELECT * FROM watched").fetch_all(reader).await?;
    for row in &rows {
        if !replay::is_sealed(vault, row)? {
            let (lesson, person): (&str, &str) = (row.try_get("lesson")?, row.try_get("person")?);
            bail!("lesson {lesson:?}: what {person:?} has watched of it is not what the server wrote");
        }
    }
    Ok(())
}
