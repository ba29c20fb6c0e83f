//! Table `network_checks`: the last network check of each person on each kind of device, and the figures of
//! the lessons about to begin.

use std::collections::BTreeMap;

use super::db::Writing;
use super::dialect::QueryBuilder;
use super::{Store, from_word, signed, unsigned, word};
use crate::account::role::Scope;
use crate::lesson::network::MeasuredNetwork;
use crate::protocol::{CheckedLesson, CheckedPerson, NetworkCheck};

/// Age from which a check is deleted, as it says nothing about the network of the next class.
pub const KEPT_MS: u64 = 7 * 24 * 3_600_000;

/// Most lessons of one list.
const LESSONS_MAX: u32 = 200;
/// A lesson is shown from this long before its planned start ...
const AHEAD_MS: u64 = 24 * 3_600_000;
/// ... until this long after its planned end, unless it has ended before.
const LATE_MS: u64 = 2 * 3_600_000;

/// A lesson with its people, and the last check of each on any device.
const COUNTS: &str =
    "SELECT lessons.id, title, lessons.state, planned_start_ms, number, COUNT(enrolments.person) AS people,
         COUNT(latest.person) AS checked, COUNT(CASE verdict WHEN 'no_udp' THEN 1 END) AS no_udp,
         COUNT(CASE verdict WHEN 'slow' THEN 1 END) AS slow
     FROM lessons LEFT JOIN classes ON classes.id = lessons.class
     LEFT JOIN enrolments ON enrolments.lesson = lessons.id
     LEFT JOIN (SELECT person, verdict, row_number() OVER (PARTITION BY person ORDER BY at_ms DESC) AS age
                FROM network_checks WHERE at_ms >= ";

#[derive(sqlx::FromRow)]
struct LessonRow {
    id: String,
    title: String,
    state: String,
    planned_start_ms: i64,
    /// Number of the class; `None` = a lesson of the command line.
    number: Option<u32>,
    people: u32,
    checked: u32,
    no_udp: u32,
    slow: u32,
}

/// A person of a lesson, with one check; its columns are absent for a person who has not checked.
#[derive(sqlx::FromRow)]
struct CheckRow {
    id: String,
    name: String,
    at_ms: Option<i64>,
    device: Option<String>,
    verdict: Option<String>,
    connect_ms: Option<u32>,
    up_loss_permille: Option<u16>,
    rtt_ms: Option<u32>,
    http_rtt_ms: Option<u32>,
    down_kbps: Option<u32>,
    up_kbps: Option<u32>,
}

/// Reads network checks.
pub struct NetworkChecks<'a>(&'a Store);

impl Store {
    pub fn network_checks(&self) -> NetworkChecks<'_> {
        NetworkChecks(self)
    }
}

impl NetworkChecks<'_> {
    /// The lessons within `scope` that run or begin soon, by planned start.
    pub async fn lessons(&self, scope: &Scope, now_ms: u64) -> anyhow::Result<Vec<CheckedLesson>> {
        let mut query = counts(now_ms);
        query.push("WHERE kind = 'live' AND cancelled_at_ms IS NULL AND lessons.state <> 'ended' AND (lessons.state <> 'open' OR planned_start_ms < ");
        query.push_bind(signed(now_ms.saturating_add(AHEAD_MS))).push(" AND planned_end_ms > ");
        query.push_bind(signed(now_ms.saturating_sub(LATE_MS))).push(")");
        if !scope.everything {
            query.push(" AND lessons.class IN (");
            let mut list = query.separated(", ");
            list.push("NULL"); // PostgreSQL takes no empty list.
            scope.classes().for_each(|class| {
                list.push_bind(class.to_owned());
            });
            query.push(")");
        }
        query.push(" GROUP BY lessons.id, number ORDER BY planned_start_ms, lessons.id LIMIT ");
        query.push_bind(LESSONS_MAX);
        let rows = query.build_query_as::<LessonRow>().fetch_all(&self.0.readers).await?;
        rows.into_iter().map(LessonRow::lesson).collect()
    }

    /// One lesson, and all its people, sorted by name.
    pub async fn lesson(
        &self,
        id: &str,
        now_ms: u64,
    ) -> anyhow::Result<Option<(CheckedLesson, Vec<CheckedPerson>)>> {
        let mut query = counts(now_ms);
        query.push("WHERE lessons.id = ").push_bind(id.to_owned()).push(" GROUP BY lessons.id, number");
        let lesson = query.build_query_as::<LessonRow>().fetch_optional(&self.0.readers).await?;
        let Some(lesson) = lesson else { return Ok(None) };
        let rows = sqlx::query_as::<_, CheckRow>(
            "SELECT people.id, name, network_checks.* FROM enrolments JOIN people ON people.id = enrolments.person
             LEFT JOIN network_checks ON network_checks.person = people.id AND at_ms >= $1
             WHERE lesson = $2 ORDER BY at_ms DESC",
        );
        let rows = rows.bind(signed(now_ms.saturating_sub(KEPT_MS))).bind(id);
        let mut people: BTreeMap<(String, String), Vec<NetworkCheck>> = BTreeMap::new();
        for mut row in rows.fetch_all(&self.0.readers).await? {
            let who = (std::mem::take(&mut row.name), std::mem::take(&mut row.id));
            people.entry(who).or_default().extend(row.check()?);
        }
        let line = |((name, person), checks)| CheckedPerson { person, name, checks };
        Ok(Some((lesson.lesson()?, people.into_iter().map(line).collect())))
    }
}

fn counts(now_ms: u64) -> QueryBuilder {
    let mut query = QueryBuilder::new(COUNTS);
    query.push_bind(signed(now_ms.saturating_sub(KEPT_MS)));
    query.push(") AS latest ON latest.person = enrolments.person AND latest.age = 1 ");
    query
}

impl LessonRow {
    fn lesson(self) -> anyhow::Result<CheckedLesson> {
        Ok(CheckedLesson {
            lesson: self.id,
            title: self.title,
            class_name: self.number.map(|number| format!("{number:03}")),
            planned_start_ms: unsigned(self.planned_start_ms),
            state: from_word(self.state)?,
            people: self.people,
            checked: self.checked,
            no_udp: self.no_udp,
            slow: self.slow,
        })
    }
}

impl CheckRow {
    /// `None` = the person has not checked.
    fn check(self) -> anyhow::Result<Option<NetworkCheck>> {
        let (Some(at_ms), Some(device), Some(verdict)) = (self.at_ms, self.device, self.verdict) else {
            return Ok(None);
        };
        Ok(Some(NetworkCheck {
            at_ms: unsigned(at_ms),
            device: from_word(device)?,
            verdict: from_word(verdict)?,
            connect_ms: self.connect_ms,
            up_loss_permille: self.up_loss_permille,
            measured: MeasuredNetwork {
                rtt_ms: self.rtt_ms,
                http_rtt_ms: self.http_rtt_ms,
                down_kbps: self.down_kbps,
                up_kbps: self.up_kbps,
            },
        }))
    }
}

/// Writes a check in place of the person's earlier one on that kind of device.
pub async fn put(writing: &mut Writing, person: &str, check: &NetworkCheck) -> anyhow::Result<()> {
    sqlx::query(
        "INSERT INTO network_checks
             (person, device, at_ms, verdict, connect_ms, up_loss_permille, rtt_ms, http_rtt_ms, down_kbps, up_kbps)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (person, device) DO UPDATE SET
             at_ms = excluded.at_ms, verdict = excluded.verdict, connect_ms = excluded.connect_ms,
             up_loss_permille = excluded.up_loss_permille, rtt_ms = excluded.rtt_ms,
             http_rtt_ms = excluded.http_rtt_ms, down_kbps = excluded.down_kbps, up_kbps = excluded.up_kbps",
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
    .execute(&mut **writing)
    .await?;
    Ok(())
}

/// Deletes everybody's checks made before that time.
pub async fn delete_older(writing: &mut Writing, before_ms: u64) -> anyhow::Result<()> {
    let delete = sqlx::query("DELETE FROM network_checks WHERE at_ms < $1");
    delete.bind(signed(before_ms)).execute(&mut **writing).await?;
    Ok(())
}
