//! The ledger says what results, completed courses and decisions come to.

use std::collections::BTreeSet;

use anyhow::bail;
use sqlx::{Row, SqliteConnection};

use super::super::postings::{computed, delivered, standings};
use crate::attendance::posting::{Computed, Standing};

/// Checks every person's balance of every content.
pub(super) async fn check(reader: &mut SqliteConnection) -> anyhow::Result<()> {
    let contents = sqlx::query(
        "SELECT content FROM entries
         UNION SELECT content FROM judged JOIN lessons ON lessons.id = judged.lesson
         UNION SELECT content FROM completions JOIN lessons ON lessons.id = completions.lesson",
    );
    for row in contents.fetch_all(&mut *reader).await? {
        of_content(reader, row.try_get(0)?).await?;
    }
    Ok(())
}

async fn of_content(reader: &mut SqliteConnection, content: &str) -> anyhow::Result<()> {
    let rows = sqlx::query(
        "SELECT person, 0 AS may_exceed FROM entries WHERE content = ?1
         UNION SELECT person, 0 FROM result_lines JOIN judged ON judged.result = result_lines.result
             JOIN lessons ON lessons.id = judged.lesson WHERE content = ?1
         -- Watching takes nothing away; what takes credit of a final result away waits for people.
         UNION SELECT person, 1 FROM completions JOIN lessons ON lessons.id = completions.lesson WHERE content = ?1
         UNION SELECT person, 1 FROM corrections JOIN lessons ON lessons.id = corrections.lesson
             WHERE content = ?1 AND act = 'reverse' AND corrections.state IN ('waits', 'refused')",
    );
    let rows = rows.bind(content).fetch_all(&mut *reader).await?;
    let (mut people, mut exempt): (BTreeSet<String>, BTreeSet<String>) = Default::default();
    for row in &rows {
        let person: String = row.try_get(0)?;
        if row.try_get(1)? {
            exempt.insert(person.clone());
        }
        people.insert(person);
    }
    let list = serde_json::to_string(&people)?;
    let standings = standings(reader, content, &list, None).await?;
    let computed = computed(reader, content, &list).await?;
    let delivered = delivered(reader, content, &list).await?;
    for person in &people {
        let standing = standings.get(person).copied().unwrap_or_default();
        let nothing = computed.get("").copied();
        let Some(one) = computed.get(person).copied().or(nothing) else { continue };
        let one = Computed { most_ch: delivered.get(person).copied().unwrap_or_default(), ..one };
        let (least_ch, most_ch) = bounds(standing, one);
        let is_less = standing.balance_ch < least_ch;
        if is_less || (standing.balance_ch > most_ch && !exempt.contains(person)) {
            let balance_ch = standing.balance_ch;
            bail!(
                "content {content:?}: the ledger gives {person:?} {balance_ch} ch, the results do not say so"
            );
        }
    }
    Ok(())
}

/// Between what the balance must be. Where nobody decided anything, it is what was computed. What people have added stays within
/// what was delivered when they did it, which may be more by now: then it lies between both.
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
