//! The last network check of each person, and how the lessons stand that are about to begin.

use std::collections::BTreeMap;

use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite};

use super::db::Lane;
use super::{Store, from_word, signed, unsigned, word};
use crate::course::network_check::KEPT_MS;
use crate::course::role::Scope;
use crate::protocol::{CheckedLesson, CheckedPerson, MeasuredNetwork, NetworkCheck};

/// Lessons of one list.
const LESSONS_MAX: u32 = 200;
/// A lesson is shown from so long before its planned start ...
const AHEAD_MS: u64 = 24 * 3_600_000;
/// ... until so long after its planned end, unless it has ended before.
const LATE_MS: u64 = 2 * 3_600_000;

/// A lesson with its people, and of each the last check of any device; `MAX` makes the other columns those
/// of that row (<https://sqlite.org/lang_select.html#bareagg>).
const COUNTS: &str =
    "SELECT lessons.id, title, lessons.state, planned_start_ms, number, COUNT(enrolments.person) AS people,
         COUNT(latest.person) AS checked, COUNT(CASE verdict WHEN 'no_udp' THEN 1 END) AS no_udp,
         COUNT(CASE verdict WHEN 'slow' THEN 1 END) AS slow
     FROM lessons LEFT JOIN classes ON classes.id = lessons.class
     LEFT JOIN enrolments ON enrolments.lesson = lessons.id
     LEFT JOIN (SELECT person, verdict, MAX(at_ms) FROM network_checks WHERE at_ms >= ";

impl Store {
    /// Keeps what came of a check instead of the person's earlier one on that kind of device, and forgets the
    /// old ones of everybody.
    pub async fn keep_network_check(&self, person: &str, check: &NetworkCheck) -> anyhow::Result<()> {
        let mut transaction = self.db.write(Lane::Office).await?;
        sqlx::query("DELETE FROM network_checks WHERE at_ms < ?")
            .bind(signed(check.at_ms.saturating_sub(KEPT_MS)))
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "INSERT OR REPLACE INTO network_checks
                 (person, device, at_ms, verdict, connect_ms, up_loss_permille, rtt_ms, http_rtt_ms, down_kbps, up_kbps)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(person)
        .bind(word(check.device))
        .bind(signed(check.at_ms))
        .bind(word(check.verdict))
        .bind(check.connect_ms)
        .bind(check.up_loss_permille)
        .bind(check.measured.rtt_ms)
        .bind(check.measured.http_rtt_ms)
        .bind(check.measured.down_kbps)
        .bind(check.measured.up_kbps)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The lessons within `scope` that run or begin soon, by planned start.
    pub async fn checked_lessons(&self, scope: &Scope, now_ms: u64) -> anyhow::Result<Vec<CheckedLesson>> {
        let mut query = counts(now_ms);
        query.push("WHERE kind = 'live' AND cancelled_at_ms IS NULL AND lessons.state <> 'ended' AND (lessons.state <> 'open' OR planned_start_ms < ");
        query.push_bind(signed(now_ms.saturating_add(AHEAD_MS))).push(" AND planned_end_ms > ");
        query.push_bind(signed(now_ms.saturating_sub(LATE_MS))).push(")");
        if !scope.everything {
            query.push(" AND lessons.class IN (");
            let mut list = query.separated(", ");
            scope.classes().for_each(|class| {
                list.push_bind(class.to_owned());
            });
            query.push(")");
        }
        query.push(" GROUP BY lessons.id ORDER BY planned_start_ms, lessons.id LIMIT ");
        query.push_bind(LESSONS_MAX);
        query.build().fetch_all(&self.readers).await?.iter().map(lesson).collect()
    }

    /// One lesson, and everybody who belongs to it by name.
    pub async fn lesson_checks(
        &self,
        id: &str,
        now_ms: u64,
    ) -> anyhow::Result<Option<(CheckedLesson, Vec<CheckedPerson>)>> {
        let mut query = counts(now_ms);
        query.push("WHERE lessons.id = ").push_bind(id.to_owned()).push(" GROUP BY lessons.id");
        let Some(row) = query.build().fetch_optional(&self.readers).await? else { return Ok(None) };
        let rows = sqlx::query(
            "SELECT people.id, name, network_checks.* FROM enrolments JOIN people ON people.id = enrolments.person
             LEFT JOIN network_checks ON network_checks.person = people.id AND at_ms >= ?
             WHERE lesson = ? ORDER BY at_ms DESC",
        )
        .bind(signed(now_ms.saturating_sub(KEPT_MS)))
        .bind(id)
        .fetch_all(&self.readers)
        .await?;
        let mut people: BTreeMap<(String, String), Vec<NetworkCheck>> = BTreeMap::new();
        for row in &rows {
            let checks = people.entry((row.try_get("name")?, row.try_get("id")?)).or_default();
            checks.extend(check(row)?);
        }
        let line = |((name, person), checks)| CheckedPerson { person, name, checks };
        Ok(Some((lesson(&row)?, people.into_iter().map(line).collect())))
    }
}

fn counts(now_ms: u64) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new(COUNTS);
    query.push_bind(signed(now_ms.saturating_sub(KEPT_MS)));
    query.push(" GROUP BY person) AS latest ON latest.person = enrolments.person ");
    query
}

fn lesson(row: &SqliteRow) -> anyhow::Result<CheckedLesson> {
    let number: Option<u32> = row.try_get("number")?;
    Ok(CheckedLesson {
        lesson: row.try_get("id")?,
        title: row.try_get("title")?,
        class_name: number.map(|number| format!("{number:03}")),
        planned_start_ms: unsigned(row.try_get("planned_start_ms")?),
        state: from_word(row.try_get("state")?)?,
        people: row.try_get("people")?,
        checked: row.try_get("checked")?,
        no_udp: row.try_get("no_udp")?,
        slow: row.try_get("slow")?,
    })
}

/// None in the row of somebody who has not checked.
fn check(row: &SqliteRow) -> anyhow::Result<Option<NetworkCheck>> {
    let Some(at_ms) = row.try_get::<Option<i64>, _>("at_ms")? else { return Ok(None) };
    Ok(Some(NetworkCheck {
        at_ms: unsigned(at_ms),
        device: from_word(row.try_get("device")?)?,
        verdict: from_word(row.try_get("verdict")?)?,
        connect_ms: row.try_get("connect_ms")?,
        up_loss_permille: row.try_get("up_loss_permille")?,
        measured: MeasuredNetwork {
            rtt_ms: row.try_get("rtt_ms")?,
            http_rtt_ms: row.try_get("http_rtt_ms")?,
            down_kbps: row.try_get("down_kbps")?,
            up_kbps: row.try_get("up_kbps")?,
        },
    }))
}
