//! What there is to do.

use std::collections::BTreeSet;

use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::super::{signed, unsigned};
use super::Books;
use crate::attendance::RULES_VERSION;

/// A class without an end is given so long after the last moment at which it may be taught.
const LOST_AFTER_MS: u64 = 900_000;
/// What is watched without a break is taken into account so often.
const WATCHED_AT_LEAST_EVERY_MS: u64 = 3_600_000;

/// A lesson that is to be judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    pub lesson: String,
    /// The time for appeals is over, and none is open.
    pub to_final: bool,
}

impl Books {
    /// Lessons to be judged now: also those that nobody ever started, so that those who were there can appeal
    /// and two people can declare when the class was held. `running` are those whose rooms run: while somebody teaches there, they go
    /// on.
    pub async fn due(&self, now_ms: u64, running: &BTreeSet<String>) -> anyhow::Result<Vec<Due>> {
        let mut due = Vec::new();
        due.extend(self.never_judged(now_ms, running).await?);
        due.extend(self.to_be_judged_again(now_ms).await?);
        due.extend(self.to_be_closed(now_ms).await?);
        Ok(due)
    }

    async fn never_judged(&self, now_ms: u64, running: &BTreeSet<String>) -> anyhow::Result<Vec<Due>> {
        let rows = sqlx::query(
            "SELECT id, planned_end_ms, state = 'ended' AS ended,
                 (SELECT max(at_ms) FROM facts WHERE lesson = id AND type = 'class_ended') AS ended_at_ms,
                 (SELECT max(at_ms) FROM facts WHERE lesson = id AND type = 'teaching') AS taught_at_ms
             FROM lessons
             WHERE kind = 'live' AND cancelled_at_ms IS NULL
                 AND (started_at_ms IS NOT NULL OR ((state = 'ended' OR planned_end_ms <= ?)
                     AND EXISTS (SELECT 1 FROM enrolments WHERE enrolments.lesson = id)))
                 AND NOT EXISTS (SELECT 1 FROM judged WHERE lesson = id)
             ORDER BY planned_end_ms",
        )
        .bind(signed(now_ms))
        .fetch_all(&self.store.readers)
        .await?;
        let mut due = Vec::new();
        for row in rows {
            let (lesson, ended): (String, bool) = (row.try_get(0)?, row.try_get("ended")?);
            // An end that was taken back is none.
            let ended_at_ms: Option<i64> = row.try_get("ended_at_ms")?;
            let ended_at_ms = ended_at_ms.filter(|_| ended);
            // A tab that was left open keeps a room running, and must not keep the class without a result.
            let taught_at_ms: Option<i64> = row.try_get("taught_at_ms")?;
            let is_taught = running.contains(&lesson)
                && taught_at_ms.is_some_and(|at_ms| unsigned(at_ms) + LOST_AFTER_MS > now_ms);
            let is_due = match ended_at_ms {
                Some(at_ms) => unsigned(at_ms) + self.times.judge_after_ms <= now_ms,
                None => {
                    let overrun_ms = self.policy_for(&lesson).await?.overrun_max * 1000;
                    unsigned(row.try_get("planned_end_ms")?) + overrun_ms + LOST_AFTER_MS <= now_ms
                        && !is_taught
                }
            };
            due.extend(is_due.then_some(Due { lesson, to_final: false }));
        }
        Ok(due)
    }

    /// The rules have changed, an overlapping lesson was judged, the class was ended after all, or somebody of the class watched
    /// while there is time for make-up.
    async fn to_be_judged_again(&self, now_ms: u64) -> anyhow::Result<Vec<Due>> {
        let rows = sqlx::query(
            "SELECT judged.lesson,
                 (SELECT max(heard_at_ms) FROM watched JOIN enrolments USING (lesson, person)
                  WHERE watched.lesson = judged.lesson AND heard_at_ms <= planned_end_ms + ?3) AS heard_at_ms
             FROM judged JOIN lessons ON lessons.id = judged.lesson JOIN results ON results.id = judged.result
             WHERE due = 1 OR (stage = 'provisional' AND rules_version <> ?4) OR (ended = 0 AND state = 'ended')
                 OR (heard_at_ms >= looked_at_ms AND (heard_at_ms <= ?1 OR looked_at_ms <= ?2))",
        )
        .bind(signed(now_ms.saturating_sub(self.times.judge_after_ms)))
        .bind(signed(now_ms.saturating_sub(WATCHED_AT_LEAST_EVERY_MS)))
        .bind(signed(self.times.makeup_ms))
        .bind(RULES_VERSION)
        .fetch_all(&self.store.readers)
        .await?;
        rows.iter().map(|row| again(row, false)).collect()
    }

    /// Whether what this person of the class watches from now on makes up for nothing. It is not noted
    /// then, so that judging again for another reason does not count it.
    pub async fn makeup_is_over(&self, lesson: &str, person: &str, now_ms: u64) -> anyhow::Result<bool> {
        let row = sqlx::query(
            "SELECT planned_end_ms FROM lessons JOIN enrolments ON lesson = id WHERE id = ? AND person = ?",
        );
        let row = row.bind(lesson).bind(person).fetch_optional(&self.store.readers).await?;
        let Some(row) = row else { return Ok(false) };
        Ok(unsigned(row.try_get(0)?).saturating_add(self.times.makeup_ms) < now_ms)
    }

    async fn to_be_closed(&self, now_ms: u64) -> anyhow::Result<Vec<Due>> {
        let rows = sqlx::query(
            "SELECT judged.lesson FROM judged JOIN results ON results.id = judged.result
             WHERE stage = 'provisional' AND provisional_at_ms <= ?
                 AND NOT EXISTS (SELECT 1 FROM appeals
                     WHERE appeals.lesson = judged.lesson AND appeals.state IN ('open', 'waits'))
                 AND NOT EXISTS (SELECT 1 FROM corrections
                     WHERE corrections.lesson = judged.lesson AND corrections.state = 'waits')
                 AND NOT EXISTS (SELECT 1 FROM declarations
                     WHERE declarations.lesson = judged.lesson AND declarations.state = 'waits')",
        )
        .bind(signed(now_ms.saturating_sub(self.times.appeals_ms)))
        .fetch_all(&self.store.readers)
        .await?;
        rows.iter().map(|row| again(row, true)).collect()
    }
}

fn again(row: &SqliteRow, to_final: bool) -> anyhow::Result<Due> {
    Ok(Due { lesson: row.try_get(0)?, to_final })
}
