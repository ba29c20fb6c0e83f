//! What entries stand on: results and completed courses.

use std::collections::BTreeMap;

use anyhow::{Context, bail};
use sqlx::{Row, SqliteConnection};

use super::super::super::unsigned;
use super::super::body::{Body, raw_lines};
use super::super::completions::Completion;
use super::super::facts::{Seal, seal_upto};
use super::super::postings::SERVER;
use super::tampered;

/// Checks every result; returns how many there are.
pub(super) async fn results(reader: &mut SqliteConnection) -> anyhow::Result<u64> {
    let mut last = 0;
    // By lesson, the facts that its final result was computed from.
    let mut closed: BTreeMap<String, Seal> = BTreeMap::new();
    loop {
        let row = sqlx::query("SELECT * FROM results WHERE id > ? ORDER BY id LIMIT 1");
        let Some(row) = row.bind(last).fetch_optional(&mut *reader).await? else { break };
        let id: i64 = row.try_get("id")?;
        if id != last + 1 {
            bail!("result {}: it is missing", last + 1);
        }
        let unread = || format!("result {id}: it cannot be read");
        let body = Body::read(&row).with_context(unread)?;
        let lines = raw_lines(reader, id).await.with_context(unread)?;
        let digest: String = row.try_get("digest").with_context(unread)?;
        if body.digest(&lines).with_context(unread)? != digest {
            bail!("result {id} (lesson {:?}): it is not what was computed", body.lesson);
        }
        body.check(&lines).with_context(|| format!("result {id} (lesson {:?})", body.lesson))?;
        if body.seal != Seal::default() {
            if seal_upto(reader, &body.lesson, body.seal.upto).await? != body.seal {
                bail!("result {id} (lesson {:?}): the facts are not those that were judged", body.lesson);
            }
            if closed.get(&body.lesson).is_some_and(|closed| *closed != body.seal) {
                bail!("result {id} (lesson {:?}): it was final, and later facts were judged", body.lesson);
            }
            if body.stage == "final" {
                closed.insert(body.lesson, body.seal);
            }
        }
        last = id;
    }
    let beyond = sqlx::query("SELECT max(result) FROM judged").fetch_one(reader).await?;
    match beyond.try_get::<Option<i64>, _>(0)? {
        Some(id) if id > last => bail!("result {}: it is missing", last + 1),
        _ => Ok(unsigned(last)),
    }
}

/// Of every lesson its newest result stands, the time for appeals runs from its first, and the lesson and its people are
/// those that were judged: nobody changes what a lesson is worth, nor since when somebody belongs to it.
pub(super) async fn standing(reader: &mut SqliteConnection) -> anyhow::Result<()> {
    let wrong = sqlx::query(
        "SELECT coalesce(computed.lesson, judged.lesson) FROM judged
         FULL JOIN (SELECT lesson, min(id) AS first, max(id) AS newest FROM results GROUP BY lesson) AS computed
             ON computed.lesson = judged.lesson
         LEFT JOIN results ON results.id = first
         WHERE judged.result IS NOT newest OR provisional_at_ms IS NOT computed_at_ms LIMIT 1",
    );
    if let Some(row) = wrong.fetch_optional(&mut *reader).await? {
        bail!("lesson {:?}: it is not its newest result that stands", row.try_get::<String, _>(0)?);
    }
    // Records of both formats have the lesson's content and worth; who belonged to it stands in the second.
    let changed = sqlx::query(
        "SELECT lessons.id FROM results JOIN lessons ON lessons.id = lesson
         WHERE content IS NOT report ->> '$.content' OR credit_ch IS NOT report ->> '$.credit_ch' LIMIT 1",
    );
    if let Some(row) = changed.fetch_optional(&mut *reader).await? {
        bail!("lesson {:?}: its content or its credit is not what was judged", row.try_get::<String, _>(0)?);
    }
    // One that never began gave nobody anything, and people may still leave it.
    let moved = sqlx::query(
        "SELECT results.lesson FROM judged JOIN results ON results.id = result, json_each(report, '$.enrolled') AS one
         LEFT JOIN enrolments
             ON enrolments.lesson = results.lesson AND enrolments.person = one.value ->> '$[0]'
         JOIN lessons ON lessons.id = results.lesson
         WHERE started_at_ms IS NOT NULL AND approved_at_ms IS NOT one.value ->> '$[1]' LIMIT 1",
    );
    match moved.fetch_optional(reader).await? {
        Some(row) => {
            bail!("lesson {:?}: its people are not those that were judged", row.try_get::<String, _>(0)?)
        }
        None => Ok(()),
    }
}

pub(super) async fn completions(reader: &mut SqliteConnection) -> anyhow::Result<()> {
    let rows = sqlx::query("SELECT * FROM completions ORDER BY lesson, person").fetch_all(reader).await?;
    for (row, number) in rows.iter().zip(1..) {
        let unread = || format!("completed course {number}: it cannot be read");
        let done = Completion::read(row).with_context(unread)?;
        let digest: String = row.try_get("digest").with_context(unread)?;
        if done.digest() != digest {
            bail!("completed course {:?} of {:?}: it is not what was watched", done.lesson, done.person);
        }
    }
    Ok(())
}

/// What the server entered was computed: there is the result, or the completed course.
pub(super) async fn of_entries(reader: &mut SqliteConnection) -> anyhow::Result<()> {
    let wrong = sqlx::query(
        "SELECT seq FROM entries WHERE actor = ?
             AND NOT EXISTS (SELECT 1 FROM results
                 WHERE results.lesson = entries.lesson AND results.input_digest = entries.input_digest)
             AND NOT EXISTS (SELECT 1 FROM completions
                 WHERE completions.lesson = entries.lesson AND completions.person = entries.person
                     AND completions.digest = entries.input_digest)
         ORDER BY seq LIMIT 1",
    );
    match wrong.bind(SERVER).fetch_optional(reader).await? {
        Some(row) => Err(tampered(unsigned(row.try_get(0)?), "there is no result that it was computed from")),
        None => Ok(()),
    }
}

/// Each result and each completed course has a signed head that names it, and the other way round.
pub(super) async fn signed(reader: &mut SqliteConnection) -> anyhow::Result<()> {
    let unsigned = sqlx::query(
        "SELECT 'result ' || id FROM results WHERE NOT EXISTS (SELECT 1 FROM heads WHERE ground = results.digest)
         UNION ALL
         SELECT 'completed course ' || lesson || ' of ' || person FROM completions
         WHERE NOT EXISTS (SELECT 1 FROM heads WHERE ground = completions.digest) LIMIT 1",
    );
    if let Some(row) = unsigned.fetch_optional(&mut *reader).await? {
        bail!("{}: no signed head says that the server computed it", row.try_get::<String, _>(0)?);
    }
    let twice = sqlx::query("SELECT max(id) FROM results GROUP BY digest HAVING count(*) > 1 LIMIT 1");
    if let Some(row) = twice.fetch_optional(&mut *reader).await? {
        bail!("result {}: it is there twice", row.try_get::<i64, _>(0)?);
    }
    let gone = sqlx::query(
        "SELECT number FROM heads LEFT JOIN results ON results.digest = ground
             LEFT JOIN completions ON completions.digest = ground
         WHERE ground <> '' AND results.id IS NULL AND completions.lesson IS NULL LIMIT 1",
    );
    match gone.fetch_optional(reader).await? {
        Some(row) => {
            bail!(
                "signed head {}: the result or completed course that it names is gone",
                row.try_get::<i64, _>(0)?
            )
        }
        None => Ok(()),
    }
}
