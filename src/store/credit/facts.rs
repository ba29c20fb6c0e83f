//! The facts of a lesson with the seal in its result, by which anybody sees that none of them was changed,
//! added or taken away afterwards.

use ring::digest;
use sqlx::Row;

use super::super::facts::Facts;
use super::super::{ledger, signed, unsigned};
use crate::attendance::fact::Fact;
use crate::chain::{hex, netstrings};
use crate::store::dialect::{Connection, StoredRow};

/// The digest of the facts of a lesson up to a number. Later facts do not change it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Seal {
    pub(crate) upto: u64,
    /// SHA-256, in hex; empty in results of versions without seals.
    pub(crate) digest: String,
}

impl Facts<'_> {
    /// The sealed facts of a lesson up to a number, in their order.
    pub(crate) async fn sealed(&self, lesson: &str, upto: u64) -> anyhow::Result<(Vec<Fact>, Seal)> {
        let mut reader = self.0.readers.acquire().await?;
        let rows = rows(&mut reader, lesson, upto).await?;
        let facts = rows.iter().map(ledger::fact).collect::<anyhow::Result<_>>()?;
        Ok((facts, seal(&rows)?))
    }
}

/// The present seal of these facts.
pub(super) async fn seal_upto(reader: &mut Connection, lesson: &str, upto: u64) -> anyhow::Result<Seal> {
    seal(&rows(reader, lesson, upto).await?)
}

async fn rows(reader: &mut Connection, lesson: &str, upto: u64) -> Result<Vec<StoredRow>, sqlx::Error> {
    let query =
        "SELECT seq, lesson, person, at_ms, body FROM facts WHERE lesson = $1 AND seq <= $2 ORDER BY seq";
    sqlx::query(query).bind(lesson).bind(signed(upto)).fetch_all(reader).await
}

fn seal(rows: &[StoredRow]) -> anyhow::Result<Seal> {
    let mut context = digest::Context::new(&digest::SHA256);
    let mut upto = 0;
    for row in rows {
        upto = row.try_get("seq")?;
        let (lesson, body): (&str, &str) = (row.try_get("lesson")?, row.try_get("body")?);
        let person: Option<&str> = row.try_get("person")?;
        // A fact about the class differs from one about a person with an empty id.
        let about = if person.is_some() { "person" } else { "class" };
        let [seq, at_ms] = [upto, row.try_get("at_ms")?].map(|number| number.to_string());
        let fields = [&seq, lesson, about, person.unwrap_or_default(), &at_ms, body];
        context.update(&netstrings(&fields));
    }
    Ok(Seal { upto: unsigned(upto), digest: hex(context.finish().as_ref()) })
}
