//! The ledger balances of contents, and their computed worth: sums over [`super::entries`],
//! [`super::results`] and [`super::completions`].

use std::collections::BTreeMap;

use sqlx::FromRow;

use super::super::words::Word;
use crate::attendance::ledger::Kind;
use crate::attendance::posting::{Computed, Standing};
use crate::store::dialect::{Connection, smaller, texts};

/// The entries of one kind of one person, summed up.
#[derive(FromRow)]
struct KindRow {
    person: String,
    kind: Word<Kind>,
    delta_ch: i64,
    /// The sum that one person decided alone, ch.
    alone_ch: i64,
}

/// Ledger balance per person for a content; with `lesson`, that lesson's part.
pub(crate) async fn standings(
    reader: &mut Connection,
    content: &str,
    people: &[&str],
    lesson: Option<&str>,
) -> anyhow::Result<BTreeMap<String, Standing>> {
    let rows: Vec<KindRow> = sqlx::query_as(concat!(
        "SELECT person, kind, cast(sum(delta_ch) AS bigint) AS delta_ch,
             cast(coalesce(sum(delta_ch) FILTER (WHERE kind = 'adjust' AND approver IS NULL), 0) AS bigint) AS alone_ch
         FROM entries
         WHERE person IN ",
        texts!("$1"),
        " AND content = $2 AND ($3 IS NULL OR lesson = $3)
         GROUP BY person, kind"
    ))
    .bind(list(people)?)
    .bind(content)
    .bind(lesson)
    .fetch_all(reader)
    .await?;
    let mut standings: BTreeMap<String, Standing> = BTreeMap::new();
    for row in rows {
        let standing = standings.entry(row.person).or_default();
        standing.add(row.kind.0, row.delta_ch);
        standing.alone_ch += row.alone_ch;
    }
    Ok(standings)
}

/// Ledger balance of one person for one content.
pub(crate) async fn standing(
    reader: &mut Connection,
    person: &str,
    content: &str,
) -> anyhow::Result<Standing> {
    Ok(standings(reader, content, &[person], None).await?.remove(person).unwrap_or_default())
}

/// Most credit of a content, by person: the delivered credit of its judged lessons, with watched courses, and
/// never more than the content's worth. Computing and correcting stay within it.
pub(crate) async fn delivered(
    reader: &mut Connection,
    content: &str,
    people: &[&str],
) -> anyhow::Result<BTreeMap<String, u64>> {
    let rows: Vec<(String, i64)> = sqlx::query_as(concat!(
        "WITH delivered AS (
             SELECT person, effective_ch AS ch FROM enrolments
             JOIN judged ON judged.lesson = enrolments.lesson
             JOIN results ON results.id = judged.result
             JOIN lessons ON lessons.id = judged.lesson
             WHERE person IN ",
        texts!("$1"),
        " AND content = $2
             UNION ALL
             SELECT person, completions.credit_ch FROM completions
             JOIN lessons ON lessons.id = completions.lesson
             WHERE person IN ",
        texts!("$1"),
        " AND content = $2)
         SELECT person, ",
        smaller!("cast(sum(ch) AS bigint)", "(SELECT max(credit_ch) FROM lessons WHERE content = $2)"),
        " FROM delivered GROUP BY person"
    ))
    .bind(list(people)?)
    .bind(content)
    .fetch_all(reader)
    .await?;
    Ok(rows.into_iter().map(|(person, ch)| (person, super::super::unsigned(ch))).collect())
}

/// The credit of one person for a content, summed up over its lessons (CR-13).
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Earned {
    live_ch: u64,
    /// Credit with make-up, ch.
    credit_ch: u64,
    /// Credit of self-study, ch.
    async_ch: u64,
}

impl Earned {
    /// The computed credit, where `most_ch` comes from [`delivered`].
    pub(crate) fn computed(self, most_ch: u64) -> Computed {
        Computed::of(self.live_ch, self.credit_ch, self.async_ch, most_ch)
    }
}

#[derive(FromRow)]
struct EarnedRow {
    person: String,
    live_ch: i64,
    credit_ch: i64,
    async_ch: i64,
}

/// The earned credit for a content, by person. People who earned nothing are absent.
pub(crate) async fn earned(
    reader: &mut Connection,
    content: &str,
    people: &[&str],
) -> anyhow::Result<BTreeMap<String, Earned>> {
    let rows: Vec<EarnedRow> = sqlx::query_as(concat!(
        "WITH earned AS (
             SELECT person, live_ch, result_lines.credit_ch, 0 AS async_ch FROM result_lines
             JOIN judged ON judged.result = result_lines.result
             JOIN lessons ON lessons.id = judged.lesson
             WHERE person IN ",
        texts!("$1"),
        " AND content = $2
             UNION ALL
             SELECT person, 0, 0, completions.credit_ch FROM completions
             JOIN lessons ON lessons.id = completions.lesson
             WHERE person IN ",
        texts!("$1"),
        " AND content = $2)
         SELECT person, cast(sum(live_ch) AS bigint) AS live_ch, cast(sum(credit_ch) AS bigint) AS credit_ch,
             cast(sum(async_ch) AS bigint) AS async_ch
         FROM earned GROUP BY person"
    ))
    .bind(list(people)?)
    .bind(content)
    .fetch_all(reader)
    .await?;
    let one = |row: EarnedRow| {
        let [live_ch, credit_ch, async_ch] =
            [row.live_ch, row.credit_ch, row.async_ch].map(super::super::unsigned);
        (row.person, Earned { live_ch, credit_ch, async_ch })
    };
    Ok(rows.into_iter().map(one).collect())
}

/// A list as one value of a statement.
fn list(people: &[&str]) -> anyhow::Result<String> {
    Ok(serde_json::to_string(people)?)
}
