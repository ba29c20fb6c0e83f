//! The table `conclusion_looks`: the rows up to which the people of a phase were looked at, to find those to
//! look at since.

use sqlx::FromRow;

use super::super::db::Writing;
use super::super::{signed, unsigned};
use super::Conclusions;

/// The last rows of the tables with facts about people.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, FromRow)]
pub(crate) struct Upto {
    entries_upto: i64,
    results_upto: i64,
    reviews_upto: i64,
    quiz_upto: i64,
}

/// The last look at the people of a phase.
#[derive(Debug, FromRow)]
pub(crate) struct Look {
    #[sqlx(flatten)]
    pub(crate) upto: Upto,
    /// The requirements of the phase at that time.
    pub(crate) asked: String,
    all_at_ms: i64,
}

impl Look {
    /// The time of the last look at everybody, ms.
    pub(crate) fn all_at_ms(&self) -> u64 {
        unsigned(self.all_at_ms)
    }
}

impl Conclusions<'_> {
    /// The present last rows. Ask for them before looking at people.
    pub(crate) async fn upto(&self) -> anyhow::Result<Upto> {
        let row = sqlx::query_as(
            "SELECT (SELECT coalesce(max(seq), 0) FROM entries) AS entries_upto,
                 (SELECT coalesce(max(id), 0) FROM results) AS results_upto,
                 (SELECT coalesce(max(id), 0) FROM essay_reviews) AS reviews_upto,
                 (SELECT coalesce(max(id), 0) FROM quiz_results) AS quiz_upto",
        );
        Ok(row.fetch_one(&self.0.readers).await?)
    }

    /// `None` = the people of this phase were never looked at.
    pub(crate) async fn look(&self, phase: &str) -> anyhow::Result<Option<Look>> {
        let row = sqlx::query_as("SELECT * FROM conclusion_looks WHERE phase = $1").bind(phase);
        Ok(row.fetch_optional(&self.0.readers).await?)
    }

    /// The people of a phase with new facts since the last look.
    pub(crate) async fn changed_since(&self, phase: &str, upto: &Upto) -> anyhow::Result<Vec<u64>> {
        let rows: Vec<i64> = sqlx::query_scalar(
            "SELECT id FROM registrations
             WHERE phase = $1 AND state IN ('active', 'completed', 'failed') AND person IN (
                 SELECT person FROM entries WHERE seq > $2
                 UNION SELECT person FROM enrolments WHERE lesson IN (SELECT lesson FROM results WHERE id > $3)
                 UNION SELECT person FROM essays WHERE id IN (SELECT essay FROM essay_reviews WHERE id > $4)
                 UNION SELECT person FROM quiz_papers WHERE id IN (SELECT paper FROM quiz_results WHERE id > $5))
             ORDER BY id",
        )
        .bind(phase)
        .bind(upto.entries_upto)
        .bind(upto.results_upto)
        .bind(upto.reviews_upto)
        .bind(upto.quiz_upto)
        .fetch_all(&self.0.readers)
        .await?;
        Ok(rows.into_iter().map(unsigned).collect())
    }

    /// Phases in which somebody studies, or has studied.
    pub(crate) async fn phases(&self) -> anyhow::Result<Vec<String>> {
        let rows = sqlx::query_scalar(
            "SELECT id FROM phases WHERE EXISTS (SELECT 1 FROM registrations
                 WHERE phase = phases.id AND state IN ('active', 'completed', 'failed')) ORDER BY id",
        );
        Ok(rows.fetch_all(&self.0.readers).await?)
    }

    /// Everybody of a phase who studies, or has studied.
    pub(crate) async fn everybody(&self, phase: &str) -> anyhow::Result<Vec<u64>> {
        let rows: Vec<i64> = sqlx::query_scalar(
            "SELECT id FROM registrations
             WHERE phase = $1 AND state IN ('active', 'completed', 'failed') ORDER BY id",
        )
        .bind(phase)
        .fetch_all(&self.0.readers)
        .await?;
        Ok(rows.into_iter().map(unsigned).collect())
    }

    /// Whether the end of somebody in a phase is not decided.
    pub(crate) async fn is_undecided(&self, phase: &str) -> anyhow::Result<bool> {
        let row = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM registrations WHERE phase = $1 AND state = 'active')",
        );
        Ok(row.bind(phase).fetch_one(&self.0.readers).await?)
    }
}

/// Notes the rows up to which the people of a phase were looked at; `all_at_ms`: when everybody was.
pub(crate) async fn note(
    writing: &mut Writing,
    phase: &str,
    upto: &Upto,
    asked: &str,
    all_at_ms: u64,
) -> anyhow::Result<()> {
    let insert = sqlx::query(
        "INSERT INTO conclusion_looks (phase, entries_upto, results_upto, reviews_upto, quiz_upto, asked, all_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (phase) DO UPDATE SET entries_upto = excluded.entries_upto,
             results_upto = excluded.results_upto, reviews_upto = excluded.reviews_upto,
             quiz_upto = excluded.quiz_upto, asked = excluded.asked,
             all_at_ms = excluded.all_at_ms",
    )
    .bind(phase)
    .bind(upto.entries_upto)
    .bind(upto.results_upto)
    .bind(upto.reviews_upto)
    .bind(upto.quiz_upto)
    .bind(asked)
    .bind(signed(all_at_ms));
    Ok(writing.one_row("a look at the people of a phase", insert).await?)
}
