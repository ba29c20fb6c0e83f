//! The table `judged`: the present result of each lesson, the last look at its facts, and the lessons that
//! are therefore to be judged.

use sqlx::FromRow;

use super::super::db::Writing;
use super::super::{Store, signed, unsigned};

/// Reads which lessons are judged.
pub(crate) struct Judged<'a>(&'a Store);

/// A live lesson that was never judged.
#[derive(Debug, FromRow)]
pub(crate) struct NeverJudged {
    pub(crate) lesson: String,
    #[sqlx(try_from = "i64")]
    pub(crate) planned_end_ms: u64,
    /// Whether the class has ended, and that was not taken back.
    pub(crate) ended: bool,
    ended_at_ms: Option<i64>,
    taught_at_ms: Option<i64>,
}

impl NeverJudged {
    /// The time of the last end of the class; `None` = it never ended, or that was taken back.
    pub(crate) fn ended_at_ms(&self) -> Option<u64> {
        self.ended_at_ms.filter(|_| self.ended).map(unsigned)
    }

    /// The time of the last teaching; `None` = there was none.
    pub(crate) fn taught_at_ms(&self) -> Option<u64> {
        self.taught_at_ms.map(unsigned)
    }
}

/// Instants by which [`Judged::again`] selects.
pub(crate) struct AgainWhen {
    /// A heartbeat is taken into account if nobody has watched since this instant ...
    pub(crate) heard_upto_ms: u64,
    /// ... or the last look at the lesson is older than this one.
    pub(crate) looked_upto_ms: u64,
    /// Time from the planned end to the end of make-up: later watching makes up for nothing.
    pub(crate) makeup_ms: u64,
    /// Today's version of the rules; provisional results by others are judged again.
    pub(crate) rules_version: u32,
}

impl Store {
    pub(crate) fn judged(&self) -> Judged<'_> {
        Judged(self)
    }
}

impl Judged<'_> {
    /// Live lessons that were never judged: those that began, and those with people after the planned end.
    pub(crate) async fn never(&self, now_ms: u64) -> anyhow::Result<Vec<NeverJudged>> {
        let rows = sqlx::query_as(
            "SELECT id AS lesson, planned_end_ms, state = 'ended' AS ended,
                 (SELECT max(at_ms) FROM facts WHERE lesson = id AND type = 'class_ended') AS ended_at_ms,
                 (SELECT max(at_ms) FROM facts WHERE lesson = id AND type = 'teaching') AS taught_at_ms
             FROM lessons
             WHERE kind = 'live' AND cancelled_at_ms IS NULL
                 AND (started_at_ms IS NOT NULL OR ((state = 'ended' OR planned_end_ms <= $1)
                     AND EXISTS (SELECT 1 FROM enrolments WHERE enrolments.lesson = id)))
                 AND NOT EXISTS (SELECT 1 FROM judged WHERE lesson = id)
             ORDER BY planned_end_ms",
        );
        Ok(rows.bind(signed(now_ms)).fetch_all(&self.0.readers).await?)
    }

    /// Lessons to be judged again: the rules have changed, an overlapping lesson was judged, the class ended
    /// late, or somebody of the class watched in the time for make-up.
    pub(crate) async fn again(&self, when: &AgainWhen) -> anyhow::Result<Vec<String>> {
        let rows = sqlx::query_scalar(
            "SELECT lesson FROM (SELECT judged.*, stage, rules_version, state,
                     (SELECT max(heard_at_ms) FROM watched JOIN enrolments USING (lesson, person)
                      WHERE watched.lesson = judged.lesson AND heard_at_ms <= planned_end_ms + $3) AS heard_at_ms
                 FROM judged JOIN lessons ON lessons.id = judged.lesson JOIN results ON results.id = judged.result)
                 AS known
             WHERE due OR (stage = 'provisional' AND rules_version <> $4) OR (NOT ended AND state = 'ended')
                 OR (heard_at_ms >= looked_at_ms AND (heard_at_ms <= $1 OR looked_at_ms <= $2))",
        )
        .bind(signed(when.heard_upto_ms))
        .bind(signed(when.looked_upto_ms))
        .bind(signed(when.makeup_ms))
        .bind(when.rules_version)
        .fetch_all(&self.0.readers)
        .await?;
        Ok(rows)
    }

    /// Lessons whose first result is from `provisional_upto_ms` or earlier, and about which nothing is open.
    pub(crate) async fn to_be_closed(&self, provisional_upto_ms: u64) -> anyhow::Result<Vec<String>> {
        let rows = sqlx::query_scalar(
            "SELECT judged.lesson FROM judged JOIN results ON results.id = judged.result
             WHERE stage = 'provisional' AND provisional_at_ms <= $1
                 AND NOT EXISTS (SELECT 1 FROM appeals
                     WHERE appeals.lesson = judged.lesson AND appeals.state IN ('open', 'waits'))
                 AND NOT EXISTS (SELECT 1 FROM corrections
                     WHERE corrections.lesson = judged.lesson AND corrections.state = 'waits')
                 AND NOT EXISTS (SELECT 1 FROM declarations
                     WHERE declarations.lesson = judged.lesson AND declarations.state = 'waits')",
        );
        Ok(rows.bind(signed(provisional_upto_ms)).fetch_all(&self.0.readers).await?)
    }
}

/// Notes the present result; `at_ms` stays that of the first one.
pub(super) async fn stands(
    writing: &mut Writing,
    lesson: &str,
    result: i64,
    at_ms: u64,
) -> anyhow::Result<()> {
    let query = sqlx::query(
        "INSERT INTO judged (lesson, result, provisional_at_ms, ended, looked_at_ms, due)
         VALUES ($1, $2, $3, false, 0, false) ON CONFLICT (lesson) DO UPDATE SET result = excluded.result",
    );
    Ok(writing.one_row("which result stands", query.bind(lesson).bind(result).bind(signed(at_ms))).await?)
}

/// Notes a look at the facts of a lesson, and whether its class had ended then.
pub(crate) async fn note_look(
    writing: &mut Writing,
    lesson: &str,
    has_ended: bool,
    now_ms: u64,
) -> anyhow::Result<()> {
    let query = sqlx::query("UPDATE judged SET looked_at_ms = $1, due = false, ended = $2 WHERE lesson = $3");
    query.bind(signed(now_ms)).bind(has_ended).bind(lesson).execute(&mut **writing).await?;
    Ok(())
}

/// Notes that the result of a judged lesson may have changed.
pub(crate) async fn note_due(writing: &mut Writing, lesson: &str) -> anyhow::Result<()> {
    let query = sqlx::query("UPDATE judged SET due = true WHERE lesson = $1");
    query.bind(lesson).execute(&mut **writing).await?;
    Ok(())
}
