//! The grounds of entries: results and completed courses.

use std::collections::BTreeMap;

use anyhow::{Context, bail};
use sqlx::{FromRow, Row};

use super::super::super::unsigned;
use super::super::SERVER;
use super::super::body::{Body, raw_lines};
use super::super::completions::Completion;
use super::super::facts::{Seal, seal_upto};
use super::tampered;
use crate::store::dialect::{Connection, elements};

/// Checks every result; returns their number.
pub(super) async fn results(reader: &mut Connection) -> anyhow::Result<u64> {
    let mut last = 0;
    // The facts of each final result, by lesson.
    let mut closed: BTreeMap<String, Seal> = BTreeMap::new();
    loop {
        let row = sqlx::query("SELECT * FROM results WHERE id > $1 ORDER BY id LIMIT 1");
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

/// Checks that the newest result of every lesson is the present one, that the time for appeals starts at its
/// first, and that the lesson and its people are those that were judged: nobody changes the worth of a
/// lesson, or since when a person belongs to it.
pub(super) async fn standing(reader: &mut Connection) -> anyhow::Result<()> {
    let wrong = sqlx::query(
        "SELECT coalesce(computed.lesson, judged.lesson) FROM judged
         FULL JOIN (SELECT lesson, min(id) AS first, max(id) AS newest FROM results GROUP BY lesson) AS computed
             ON computed.lesson = judged.lesson
         LEFT JOIN results ON results.id = first
         WHERE judged.result IS DISTINCT FROM newest OR provisional_at_ms IS DISTINCT FROM computed_at_ms LIMIT 1",
    );
    if let Some(row) = wrong.fetch_optional(&mut *reader).await? {
        bail!("lesson {:?}: it is not its newest result that stands", row.try_get::<String, _>(0)?);
    }
    // Records of both formats hold the lesson's content and worth; the second also holds its people.
    let changed = sqlx::query(
        "SELECT lessons.id FROM results JOIN lessons ON lessons.id = lesson
         WHERE content IS DISTINCT FROM report ->> 'content'
             OR credit_ch IS DISTINCT FROM cast(report ->> 'credit_ch' AS bigint) LIMIT 1",
    );
    if let Some(row) = changed.fetch_optional(&mut *reader).await? {
        bail!("lesson {:?}: its content or its credit is not what was judged", row.try_get::<String, _>(0)?);
    }
    planned(reader).await?;
    // A lesson without teaching gave nobody anything, and people may still leave it.
    let moved = sqlx::query(concat!(
        "SELECT results.lesson FROM judged JOIN results ON results.id = result CROSS JOIN ",
        elements!("report -> 'enrolled'"),
        " AS one
         LEFT JOIN enrolments
             ON enrolments.lesson = results.lesson AND enrolments.person = one.value ->> 0
         WHERE taught_s > 0 AND approved_at_ms IS DISTINCT FROM cast(one.value ->> 1 AS bigint) LIMIT 1"
    ));
    match moved.fetch_optional(reader).await? {
        Some(row) => {
            bail!("lesson {:?}: its people are not those that were judged", row.try_get::<String, _>(0)?)
        }
        None => Ok(()),
    }
}

/// Checks that the planned time of a lesson is the judged one: nobody moves a lesson that was taught. Records
/// of the second format hold it.
async fn planned(reader: &mut Connection) -> anyhow::Result<()> {
    let moved = sqlx::query(
        "SELECT lessons.id FROM results JOIN lessons ON lessons.id = lesson
         WHERE taught_s > 0 AND report ->> 'planned' IS NOT NULL
             AND (planned_start_ms IS DISTINCT FROM cast(report -> 'planned' ->> 0 AS bigint)
                 OR planned_end_ms IS DISTINCT FROM cast(report -> 'planned' ->> 1 AS bigint))
         LIMIT 1",
    );
    match moved.fetch_optional(reader).await? {
        Some(row) => bail!("lesson {:?}: its plan is not what was judged", row.try_get::<String, _>(0)?),
        None => Ok(()),
    }
}

/// Number of ended classes without a result.
pub(super) async fn missing(reader: &mut Connection) -> anyhow::Result<u64> {
    let row = sqlx::query(
        "SELECT count(*) FROM lessons WHERE kind = 'live' AND state = 'ended' AND cancelled_at_ms IS NULL
             AND NOT EXISTS (SELECT 1 FROM judged WHERE judged.lesson = lessons.id)",
    );
    Ok(unsigned(row.fetch_one(reader).await?.try_get(0)?))
}

pub(super) async fn completions(reader: &mut Connection) -> anyhow::Result<()> {
    let rows = sqlx::query("SELECT * FROM completions ORDER BY lesson, person").fetch_all(reader).await?;
    for (row, number) in rows.iter().zip(1..) {
        let unread = || format!("completed course {number}: it cannot be read");
        let done = Completion::from_row(row).with_context(unread)?;
        let digest: String = row.try_get("digest").with_context(unread)?;
        if done.digest() != digest {
            bail!("completed course {:?} of {:?}: it is not what was watched", done.lesson, done.person);
        }
    }
    Ok(())
}

/// Checks that each entry of the server was computed: its result or completed course exists.
pub(super) async fn of_entries(reader: &mut Connection) -> anyhow::Result<()> {
    let wrong = sqlx::query(
        "SELECT seq FROM entries WHERE actor = $1
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

/// Checks that each result and each completed course has a signed head that names it, and each such head its
/// ground.
pub(super) async fn signed(reader: &mut Connection) -> anyhow::Result<()> {
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
