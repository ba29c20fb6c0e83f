//! The table `appeals` (CR-20): requests of trainees for a review, and their outcomes.

use sqlx::FromRow;

use super::super::db::Writing;
use super::super::words::Word;
use super::super::{Store, signed, unsigned, word};
use super::LIST_MAX;
use crate::attendance::posting::AppealState;

/// Reads appeals.
pub(crate) struct Appeals<'a>(&'a Store);

/// An appeal with the names for display.
#[derive(Debug, FromRow)]
pub(crate) struct AppealRow {
    #[sqlx(try_from = "i64")]
    pub(crate) id: u64,
    pub(crate) lesson: String,
    pub(crate) title: String,
    pub(crate) person: String,
    pub(crate) name: String,
    pub(crate) text: String,
    #[sqlx(try_from = "i64")]
    pub(crate) at_ms: u64,
    pub(crate) state: Word<AppealState>,
    /// The words of the deciding person; `None` = not decided yet.
    pub(crate) answer: Option<String>,
    /// The present ledger balance for the content, ch.
    pub(crate) balance_ch: i64,
}

impl Store {
    pub(crate) fn appeals(&self) -> Appeals<'_> {
        Appeals(self)
    }
}

impl Appeals<'_> {
    pub(crate) async fn find(&self, id: u64) -> anyhow::Result<Option<AppealRow>> {
        let row = sqlx::query_as("SELECT * FROM shown_appeals WHERE id = $1").bind(signed(id));
        Ok(row.fetch_optional(&self.0.readers).await?)
    }

    /// The open ones first, oldest first; then the decided ones, newest first.
    pub(crate) async fn of_all(&self) -> anyhow::Result<Vec<AppealRow>> {
        let rows = sqlx::query_as(
            "SELECT * FROM shown_appeals
             ORDER BY state <> 'open', state <> 'waits',
                 CASE WHEN state IN ('open', 'waits') THEN id ELSE -id END LIMIT $1",
        );
        Ok(rows.bind(LIST_MAX).fetch_all(&self.0.readers).await?)
    }

    /// The person's own appeals, newest first.
    pub(crate) async fn of_person(&self, person: &str) -> anyhow::Result<Vec<AppealRow>> {
        let rows = sqlx::query_as("SELECT * FROM shown_appeals WHERE person = $1 ORDER BY id DESC LIMIT $2");
        Ok(rows.bind(person).bind(LIST_MAX).fetch_all(&self.0.readers).await?)
    }
}

/// Keeps an appeal; returns its number. `None` = this person has an open appeal about this lesson.
pub(crate) async fn insert(
    writing: &mut Writing,
    (lesson, person): (&str, &str),
    text: &str,
    now_ms: u64,
) -> anyhow::Result<Option<u64>> {
    let done: Option<i64> = sqlx::query_scalar(
        "INSERT INTO appeals (lesson, person, text, at_ms) VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING RETURNING id",
    )
    .bind(lesson)
    .bind(person)
    .bind(text)
    .bind(signed(now_ms))
    .fetch_optional(&mut **writing)
    .await?;
    Ok(done.map(unsigned))
}

/// Notes the outcome of an appeal. Without a new answer the present one stays; an appeal that is open again
/// has none.
pub(crate) async fn settle(
    writing: &mut Writing,
    id: u64,
    (state, answer): (AppealState, Option<&str>),
    by: &str,
    now_ms: u64,
) -> anyhow::Result<()> {
    let update = sqlx::query(
        "UPDATE appeals SET state = $1, answer = CASE $1 WHEN 'open' THEN NULL ELSE coalesce($2, answer) END,
             decided_by = $3, decided_at_ms = $4 WHERE id = $5",
    )
    .bind(word(state))
    .bind(answer)
    .bind(by)
    .bind(signed(now_ms))
    .bind(signed(id));
    Ok(writing.one_row("an appeal", update).await?)
}
