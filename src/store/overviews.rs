//! What the summary of a phase reads beside its people: how it was organised, who came on which day, and the best essays.

use sqlx::FromRow;

use super::attainments::Snapshot;
use super::unsigned;

/// How a phase was organised.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, FromRow)]
pub struct OrganisedRow {
    #[sqlx(try_from = "i64")]
    pub classes: u64,
    /// Live lessons that were taught.
    #[sqlx(try_from = "i64")]
    pub live: u64,
    /// Lessons that are studied alone.
    #[sqlx(try_from = "i64")]
    pub alone: u64,
    #[sqlx(try_from = "i64")]
    pub instructors: u64,
}

/// People of one local day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayRow {
    /// Midnight of Shanghai, milliseconds since the Unix epoch.
    pub from_ms: u64,
    /// People for whom at least a minute of a live lesson of that day counts.
    pub live: u64,
    /// People who completed a self-study lesson on that day.
    pub alone: u64,
}

/// An essay that was accepted.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct EssayRow {
    pub name: String,
    pub unit: String,
    pub school: String,
    /// Of four criteria with 5 points each.
    #[sqlx(try_from = "i64")]
    pub points: u64,
    pub words: String,
}

impl Snapshot {
    pub async fn organised(&mut self, phase: &str) -> anyhow::Result<OrganisedRow> {
        let row = sqlx::query_as(
            "WITH of_phase AS (SELECT lessons.* FROM classes JOIN lessons ON lessons.class = classes.id
                 WHERE classes.phase = $1 AND cancelled_at_ms IS NULL)
             SELECT (SELECT count(*) FROM classes WHERE phase = $1) AS classes,
                 (SELECT count(*) FROM of_phase JOIN judged ON judged.lesson = of_phase.id
                  JOIN results ON results.id = judged.result WHERE kind = 'live' AND taught_s > 0) AS live,
                 (SELECT count(*) FROM of_phase WHERE kind = 'async') AS alone,
                 (SELECT count(DISTINCT person) FROM of_phase
                  JOIN lesson_instructors ON lesson_instructors.lesson = of_phase.id) AS instructors",
        );
        Ok(row.bind(phase).fetch_one(self.reader()).await?)
    }

    /// Days on which somebody came, the earliest first.
    pub async fn days(&mut self, phase: &str) -> anyhow::Result<Vec<DayRow>> {
        let rows: Vec<(i64, i64, i64)> = sqlx::query_as(
            "WITH came AS (
                 SELECT (planned_start_ms + 28800000) / 86400000 AS day, result_lines.person, 1 AS live, 0 AS alone
                 FROM classes JOIN lessons ON lessons.class = classes.id JOIN judged ON judged.lesson = lessons.id
                 JOIN result_lines ON result_lines.result = judged.result
                 WHERE classes.phase = $1 AND kind = 'live' AND cast(line ->> 'counted_s' AS bigint) >= 60
                 UNION ALL
                 SELECT (completions.at_ms + 28800000) / 86400000, completions.person, 0, 1
                 FROM classes JOIN lessons ON lessons.class = classes.id
                 JOIN completions ON completions.lesson = lessons.id
                 WHERE classes.phase = $1 AND kind = 'async')
             SELECT day, count(DISTINCT CASE WHEN live = 1 THEN person END),
                 count(DISTINCT CASE WHEN alone = 1 THEN person END)
             FROM came GROUP BY day ORDER BY day",
        )
        .bind(phase)
        .fetch_all(self.reader())
        .await?;
        let day = |(day, live, alone): (i64, i64, i64)| DayRow {
            from_ms: unsigned(day * 86_400_000 - 28_800_000),
            live: unsigned(live),
            alone: unsigned(alone),
        };
        Ok(rows.into_iter().map(day).collect())
    }

    /// Accepted essays: those that were marked as the best first, then those with the most points.
    pub async fn best_essays(&mut self, phase: &str, most: u32) -> anyhow::Result<Vec<EssayRow>> {
        let rows = sqlx::query_as(
            "SELECT own.name, own.unit, own.school, theme + ordering + structure + logic AS points, words
             FROM essays JOIN registrations AS own ON own.phase = essays.phase AND own.person = essays.person
             JOIN essay_reviews ON essay_reviews.id =
                 (SELECT max(id) FROM essay_reviews WHERE essay_reviews.essay = essays.id AND verdict = 'accept')
             LEFT JOIN best_essays ON best_essays.essay = essays.id
             WHERE essays.phase = $1 AND essays.state = 'accepted'
             ORDER BY best_essays.essay IS NULL, points DESC, essay_reviews.id LIMIT $2",
        );
        Ok(rows.bind(phase).bind(most).fetch_all(self.reader()).await?)
    }
}
