//! Work that is due.

use std::collections::BTreeSet;

use super::Books;
use crate::attendance::RULES_VERSION;
use crate::store::credit::judged::AgainWhen;

/// Time that a class without an end is given after the last moment at which it may be taught, ms.
const LOST_AFTER_MS: u64 = 900_000;
/// Interval at which watching without a break is taken into account, ms.
const WATCHED_AT_LEAST_EVERY_MS: u64 = 3_600_000;

/// A lesson to be judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    pub lesson: String,
    /// The time for appeals is over, and no appeal is open.
    pub to_final: bool,
}

impl Books {
    /// Lessons to be judged now, also those that nobody started, so that people who were there can appeal and
    /// two people can declare when the class was held. `running` are the lessons with a running room: while
    /// somebody teaches there, they go on.
    pub async fn due(&self, now_ms: u64, running: &BTreeSet<String>) -> anyhow::Result<Vec<Due>> {
        let mut due = Vec::new();
        due.extend(self.never_judged(now_ms, running).await?);
        due.extend(self.to_be_judged_again(now_ms).await?);
        due.extend(self.to_be_closed(now_ms).await?);
        Ok(due)
    }

    async fn never_judged(&self, now_ms: u64, running: &BTreeSet<String>) -> anyhow::Result<Vec<Due>> {
        let mut due = Vec::new();
        for one in self.store.judged().never(now_ms).await? {
            // A forgotten tab keeps a room running, and must not keep the class without a result.
            let is_taught = running.contains(&one.lesson)
                && one.taught_at_ms().is_some_and(|at_ms| at_ms + LOST_AFTER_MS > now_ms);
            let is_due = match one.ended_at_ms() {
                Some(at_ms) => at_ms + self.times.judge_after_ms <= now_ms,
                None => {
                    let overrun_ms = self.policy_for(&one.lesson).await?.overrun_max * 1000;
                    one.planned_end_ms + overrun_ms + LOST_AFTER_MS <= now_ms && !is_taught
                }
            };
            due.extend(is_due.then_some(Due { lesson: one.lesson, to_final: false }));
        }
        Ok(due)
    }

    /// Lessons with changed rules, a newly judged overlapping lesson, a late end, or watching by their class
    /// in the time for make-up.
    async fn to_be_judged_again(&self, now_ms: u64) -> anyhow::Result<Vec<Due>> {
        let when = AgainWhen {
            heard_upto_ms: now_ms.saturating_sub(self.times.judge_after_ms),
            looked_upto_ms: now_ms.saturating_sub(WATCHED_AT_LEAST_EVERY_MS),
            makeup_ms: self.times.makeup_ms,
            rules_version: RULES_VERSION,
        };
        let lessons = self.store.judged().again(&when).await?.into_iter();
        Ok(lessons.map(|lesson| Due { lesson, to_final: false }).collect())
    }

    /// Whether watching by this person of the class no longer makes up for anything. It is not noted then, so
    /// that a later judgement for another reason does not count it.
    pub async fn makeup_is_over(&self, lesson: &str, person: &str, now_ms: u64) -> anyhow::Result<bool> {
        let planned_end_ms = self.store.class_lists().own_planned_end(lesson, person).await?;
        Ok(planned_end_ms.is_some_and(|end_ms| end_ms.saturating_add(self.times.makeup_ms) < now_ms))
    }

    async fn to_be_closed(&self, now_ms: u64) -> anyhow::Result<Vec<Due>> {
        let provisional_upto_ms = now_ms.saturating_sub(self.times.appeals_ms);
        let lessons = self.store.judged().to_be_closed(provisional_upto_ms).await?.into_iter();
        Ok(lessons.map(|lesson| Due { lesson, to_final: true }).collect())
    }
}
