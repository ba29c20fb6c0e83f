//! The ledger agrees with the results, completed courses and decisions.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::bail;
use sqlx::Row;

use super::super::asking::REVERSAL_ASKED;
use super::super::balances::{delivered, earned, standings};
use crate::attendance::posting::{Computed, Standing};
use crate::store::dialect::{Connection, larger};

/// Checks every person's balance for every content.
pub(super) async fn check(reader: &mut Connection) -> anyhow::Result<()> {
    let reversals = reversals(reader).await?;
    let contents = sqlx::query(
        "SELECT content FROM entries
         UNION SELECT content FROM judged JOIN lessons ON lessons.id = judged.lesson
         UNION SELECT content FROM completions JOIN lessons ON lessons.id = completions.lesson",
    );
    for row in contents.fetch_all(&mut *reader).await? {
        of_content(reader, row.try_get(0)?, &reversals).await?;
    }
    Ok(())
}

/// Contents and people for whom people have decided, or are to decide, whether they keep more than was
/// computed. The server's request is in the audit log, where nobody else can write.
async fn reversals(reader: &mut Connection) -> anyhow::Result<BTreeSet<(String, String)>> {
    let rows = sqlx::query(
        "SELECT content, target FROM audit
         JOIN corrections ON corrections.id = cast(detail ->> 'correction' AS bigint) AND corrections.person = target
         JOIN lessons ON lessons.id = corrections.lesson AND lessons.id = detail ->> 'lesson'
         WHERE audit.act = $1 AND done AND corrections.state IN ('waits', 'refused')",
    );
    let rows = rows.bind(REVERSAL_ASKED).fetch_all(reader).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}

async fn of_content(
    reader: &mut Connection,
    content: &str,
    reversals: &BTreeSet<(String, String)>,
) -> anyhow::Result<()> {
    let rows = sqlx::query(concat!(
        "SELECT person, 0 AS worth_ch FROM entries WHERE content = $1
         UNION SELECT person, 0 FROM result_lines JOIN judged ON judged.result = result_lines.result
             JOIN lessons ON lessons.id = judged.lesson WHERE content = $1
         -- Watching takes nothing away: who watched a course may keep what was there before, up to all of the content.
         UNION SELECT person, ",
        larger!("completions.credit_ch", "(SELECT max(credit_ch) FROM lessons WHERE content = $1)"),
        " FROM completions JOIN lessons ON lessons.id = completions.lesson WHERE content = $1"
    ));
    let rows = rows.bind(content).fetch_all(&mut *reader).await?;
    let mut people: BTreeMap<String, i64> = BTreeMap::new();
    for row in &rows {
        let worth_ch = people.entry(row.try_get(0)?).or_default();
        *worth_ch = (*worth_ch).max(row.try_get(1)?);
    }
    let list: Vec<&str> = people.keys().map(String::as_str).collect();
    let standings = standings(reader, content, &list, None).await?;
    let earned = earned(reader, content, &list).await?;
    let delivered = delivered(reader, content, &list).await?;
    for (person, worth_ch) in people {
        let standing = standings.get(&person).copied().unwrap_or_default();
        let most_ch = delivered.get(&person).copied().unwrap_or_default();
        let computed = earned.get(&person).copied().unwrap_or_default().computed(most_ch);
        let (least_ch, most_ch) = bounds(standing, computed);
        let balance_ch = standing.balance_ch;
        let most_ch = if worth_ch > 0 { most_ch.max(worth_ch + standing.adjusted_ch) } else { most_ch };
        let is_kept = reversals.contains(&(content.to_owned(), person.clone()));
        if balance_ch < least_ch || (balance_ch > most_ch && !is_kept) {
            bail!(
                "content {content:?}: the ledger gives {person:?} {balance_ch} ch, the results do not say so"
            );
        }
    }
    Ok(())
}

/// The least and the most possible balance. Without decisions it equals the computed credit. Additions by
/// people stay within what was delivered at that time, which may have become more since: then the balance
/// lies between both.
fn bounds(standing: Standing, computed: Computed) -> (i64, i64) {
    let signed = |ch: u64| i64::try_from(ch).unwrap_or(i64::MAX);
    let (whole, most) = (signed(computed.whole_ch), signed(computed.most_ch));
    if standing.revoked {
        return (0, 0);
    }
    let with = (whole + standing.adjusted_ch).max(0);
    let without = whole.min(most);
    match standing.adjusted_ch {
        0 => (without, without),
        _ => (without.min(with), without.max(with)),
    }
}
