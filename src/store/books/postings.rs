//! What the ledger does not say yet: what was computed against what stands.

use std::collections::BTreeMap;

use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection};

use super::super::db::Writing;
use super::super::{Lesson, Store, from_word, unsigned};
use crate::attendance::ledger::{Kind, Posting};
use crate::attendance::posting::{Computed, Standing, differences};
use crate::attendance::sheet::Who;
use crate::course::unit::UNITS;

/// Entered by the server, by nobody in particular.
pub(super) const SERVER: &str = "server";

/// On what an entry stands.
#[derive(Clone)]
pub(super) struct Ground {
    /// Of the facts, or of the completed course.
    pub(super) digest: String,
    /// A code with its figures, as JSON: what is hashed is no prose.
    pub(super) reason: String,
}

/// What the ledger does not say yet about the people `concerned`.
pub(super) async fn postings(
    transaction: &mut Writing,
    lesson: &Lesson,
    policy_version: &str,
    concerned: BTreeMap<String, Ground>,
) -> anyhow::Result<Vec<Posting>> {
    let content = &lesson.plan.content;
    let people = serde_json::to_string(&concerned.keys().collect::<Vec<_>>())?;
    let standing = standings(transaction, content, &people, None).await?;
    let computed = computed(transaction, content, &people).await?;
    let delivered = delivered(transaction, content, &people).await?;
    let mut postings = Vec::new();
    for (person, ground) in concerned {
        let standing = standing.get(&person).copied().unwrap_or_default();
        let Some(computed) = computed.get(&person).or_else(|| computed.get("")) else { continue };
        let most_ch = delivered.get(&person).copied().unwrap_or_default();
        for (kind, delta_ch) in differences(standing, Computed { most_ch, ..*computed }) {
            postings.push(Posting {
                person: person.clone(),
                content: content.clone(),
                lesson: Some(lesson.id.clone()),
                kind,
                delta_ch,
                policy_version: policy_version.to_owned(),
                input_digest: ground.digest.clone(),
                reason: ground.reason.clone(),
                actor: SERVER.into(),
                approver: None,
                at_ms: 0,
            });
        }
    }
    Ok(postings)
}

/// What stands about a content, by person, or what one of its lessons added to that; `people` is a list
/// in JSON.
pub(super) async fn standings(
    reader: &mut SqliteConnection,
    content: &str,
    people: &str,
    lesson: Option<&str>,
) -> anyhow::Result<BTreeMap<String, Standing>> {
    let rows = sqlx::query(
        "SELECT person, kind, sum(delta_ch),
             coalesce(sum(delta_ch) FILTER (WHERE kind = 'adjust' AND approver IS NULL), 0)
         FROM entries
         WHERE person IN (SELECT value FROM json_each(?1)) AND content = ?2 AND (?3 IS NULL OR lesson = ?3)
         GROUP BY person, kind",
    )
    .bind(people)
    .bind(content)
    .bind(lesson)
    .fetch_all(reader)
    .await?;
    let mut standings: BTreeMap<String, Standing> = BTreeMap::new();
    for row in rows {
        let standing = standings.entry(row.try_get(0)?).or_default();
        standing.add(from_word(row.try_get(1)?)?, row.try_get(2)?);
        standing.alone_ch += row.try_get::<i64, _>(3)?;
    }
    Ok(standings)
}

/// What stands about one person and one content.
pub(super) async fn standing(
    reader: &mut SqliteConnection,
    person: &str,
    content: &str,
) -> anyhow::Result<Standing> {
    let people = serde_json::to_string(&[person])?;
    Ok(standings(reader, content, &people, None).await?.remove(person).unwrap_or_default())
}

/// What a content can be worth at most, by person: what its judged lessons delivered, with courses that
/// were watched, and never more than the content. Computing and correcting stay within it.
pub(super) async fn delivered(
    reader: &mut SqliteConnection,
    content: &str,
    people: &str,
) -> anyhow::Result<BTreeMap<String, u64>> {
    let rows = sqlx::query(
        "WITH delivered AS (
             SELECT person, effective_ch AS ch FROM enrolments
             JOIN judged ON judged.lesson = enrolments.lesson
             JOIN results ON results.id = judged.result
             JOIN lessons ON lessons.id = judged.lesson
             WHERE person IN (SELECT value FROM json_each(?1)) AND content = ?2
             UNION ALL
             SELECT person, completions.credit_ch FROM completions
             JOIN lessons ON lessons.id = completions.lesson
             WHERE person IN (SELECT value FROM json_each(?1)) AND content = ?2)
         SELECT person, min(sum(ch), (SELECT max(credit_ch) FROM lessons WHERE content = ?2))
         FROM delivered GROUP BY person",
    )
    .bind(people)
    .bind(content)
    .fetch_all(reader)
    .await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, unsigned(row.try_get(1)?)))).collect()
}

/// What computing says about a content, by person: the sum over its lessons (CR-13). Of people about
/// whom it says nothing, under "". What was [`delivered`] stands apart.
pub(super) async fn computed(
    reader: &mut SqliteConnection,
    content: &str,
    people: &str,
) -> anyhow::Result<BTreeMap<String, Computed>> {
    let rows = sqlx::query(
        "WITH earned AS (
             SELECT person, live_ch, result_lines.credit_ch, 0 AS async_ch FROM result_lines
             JOIN judged ON judged.result = result_lines.result
             JOIN lessons ON lessons.id = judged.lesson
             WHERE person IN (SELECT value FROM json_each(?1)) AND content = ?2
             UNION ALL
             SELECT person, 0, 0, completions.credit_ch FROM completions
             JOIN lessons ON lessons.id = completions.lesson
             WHERE person IN (SELECT value FROM json_each(?1)) AND content = ?2
             UNION ALL SELECT '', 0, 0, 0)
         SELECT person, sum(live_ch), sum(credit_ch), sum(async_ch) FROM earned GROUP BY person",
    )
    .bind(people)
    .bind(content)
    .fetch_all(reader)
    .await?;
    let one = |row: &SqliteRow| {
        let number = |column: usize| Ok::<_, sqlx::Error>(unsigned(row.try_get(column)?));
        let (live_ch, credit_ch, async_ch) = (number(1)?, number(2)?, number(3)?);
        // Who was in class earned it there; a course on top of it fills up like make-up.
        let first =
            if credit_ch > 0 || async_ch == 0 { (Kind::Live, live_ch) } else { (Kind::Async, async_ch) };
        let computed = Computed { first, whole_ch: credit_ch + async_ch, most_ch: 0 };
        Ok((row.try_get(0)?, computed))
    };
    rows.iter().map(one).collect()
}

/// Somebody who belongs to a lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Classmate {
    pub who: Who,
    /// What the ledger says about the content.
    pub of_content: Standing,
    /// What this lesson's entries add to that.
    pub of_lesson: Standing,
}

impl Store {
    /// Everybody who belongs to a lesson, with what stands about its content, also by other lessons.
    pub async fn class_list(&self, lesson: &str, content: &str) -> anyhow::Result<Vec<Classmate>> {
        let rows = sqlx::query(
            "SELECT people.id, people.name, unit, school, direct_units.name AS direct FROM enrolments
             JOIN people ON people.id = enrolments.person JOIN lessons ON lessons.id = enrolments.lesson
             LEFT JOIN classes ON classes.id = lessons.class LEFT JOIN phases ON phases.id = classes.phase
             LEFT JOIN registrations AS own ON own.phase = phases.id AND own.person = people.id
             LEFT JOIN direct_units ON direct_units.programme = phases.programme AND code = unit
             WHERE enrolments.lesson = ?",
        );
        let rows = rows.bind(lesson).fetch_all(&self.readers).await?;
        let people: Vec<Who> = rows.iter().map(who).collect::<Result<_, sqlx::Error>>()?;
        let ids = serde_json::to_string(&people.iter().map(|who| &who.id).collect::<Vec<_>>())?;
        let mut reader = self.readers.acquire().await?;
        let of_content = standings(&mut reader, content, &ids, None).await?;
        let of_lesson = standings(&mut reader, content, &ids, Some(lesson)).await?;
        let classmate = |who: Who| Classmate {
            of_content: of_content.get(&who.id).copied().unwrap_or_default(),
            of_lesson: of_lesson.get(&who.id).copied().unwrap_or_default(),
            who,
        };
        Ok(people.into_iter().map(classmate).collect())
    }
}

fn who(row: &SqliteRow) -> Result<Who, sqlx::Error> {
    let (unit, direct): (Option<String>, Option<String>) = (row.try_get("unit")?, row.try_get("direct")?);
    let code = unit.unwrap_or_default();
    let known = UNITS.iter().find(|unit| unit.code == code).map(|unit| unit.name.to_owned());
    Ok(Who {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        unit: known.or(direct).unwrap_or(code),
        school: row.try_get::<Option<String>, _>("school")?.unwrap_or_default(),
    })
}
