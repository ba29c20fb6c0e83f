//! The facts of a lesson with the seal that its result keeps, by which anybody sees that none of them was
//! changed, added or taken away afterwards.

use ring::digest;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::super::{Store, ledger, signed, unsigned};
use crate::attendance::fact::Fact;
use crate::attendance::ledger::netstrings;
use crate::attendance::lesson::hex;

/// The facts of a lesson up to a number, as one digest. What is appended later does not touch it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Seal {
    pub(super) upto: u64,
    /// Hex of SHA-256; empty in results of versions that did not seal.
    pub(super) digest: String,
}

impl Store {
    /// The facts of a lesson up to a number, in their order, sealed.
    pub(super) async fn sealed_facts(&self, lesson: &str, upto: u64) -> anyhow::Result<(Vec<Fact>, Seal)> {
        let mut reader = self.readers.acquire().await?;
        let rows = rows(&mut reader, lesson, upto).await?;
        let facts = rows.iter().map(ledger::fact).collect::<anyhow::Result<_>>()?;
        Ok((facts, seal(&rows)?))
    }
}

/// What the seal of these facts is now.
pub(super) async fn seal_upto(
    reader: &mut SqliteConnection,
    lesson: &str,
    upto: u64,
) -> anyhow::Result<Seal> {
    seal(&rows(reader, lesson, upto).await?)
}

async fn rows(reader: &mut SqliteConnection, lesson: &str, upto: u64) -> Result<Vec<SqliteRow>, sqlx::Error> {
    let query =
        "SELECT seq, lesson, person, at_ms, body FROM facts WHERE lesson = ? AND seq <= ? ORDER BY seq";
    sqlx::query(query).bind(lesson).bind(signed(upto)).fetch_all(reader).await
}

fn seal(rows: &[SqliteRow]) -> anyhow::Result<Seal> {
    let mut context = digest::Context::new(&digest::SHA256);
    let mut upto = 0;
    for row in rows {
        upto = row.try_get("seq")?;
        let (lesson, body): (&str, &str) = (row.try_get("lesson")?, row.try_get("body")?);
        let person: Option<&str> = row.try_get("person")?;
        // Nobody is not the same as a person without a name.
        let about = if person.is_some() { "person" } else { "class" };
        let [seq, at_ms] = [upto, row.try_get("at_ms")?].map(|number| number.to_string());
        let fields = [&seq, lesson, about, person.unwrap_or_default(), &at_ms, body];
        context.update(&netstrings(&fields));
    }
    Ok(Seal { upto: unsigned(upto), digest: hex(context.finish().as_ref()) })
}
