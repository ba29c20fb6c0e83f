//! The table `declarations`: the time in which a class was held, as one member of staff declared and another
//! one decides.

use sqlx::FromRow;

use super::super::db::Writing;
use super::super::{Store, signed, unsigned};
use super::LIST_MAX;
use super::corrections::DecisionState;

/// Reads declarations.
pub(crate) struct Declarations<'a>(&'a Store);

#[derive(Debug, FromRow)]
pub(crate) struct DeclarationRow {
    #[sqlx(try_from = "i64")]
    pub(crate) id: u64,
    pub(crate) lesson: String,
    #[sqlx(try_from = "i64")]
    pub(crate) from_ms: u64,
    #[sqlx(try_from = "i64")]
    pub(crate) to_ms: u64,
    pub(crate) text: String,
    pub(crate) asked_by: String,
    #[sqlx(try_from = "i64")]
    pub(crate) at_ms: u64,
    #[sqlx(try_from = "String")]
    pub(crate) state: DecisionState,
}

/// A declaration with the names for display.
#[derive(Debug, FromRow)]
pub(crate) struct ShownDeclaration {
    #[sqlx(flatten)]
    pub(crate) row: DeclarationRow,
    /// Name of the declaring person.
    pub(crate) name: String,
    /// Title of the lesson.
    pub(crate) title: String,
}

/// A declaration to be kept until a second person decides.
pub(crate) struct NewDeclaration<'a> {
    pub(crate) lesson: &'a str,
    pub(crate) from_ms: u64,
    pub(crate) to_ms: u64,
    pub(crate) text: &'a str,
    pub(crate) asked_by: &'a str,
    pub(crate) at_ms: u64,
}

impl Store {
    pub(crate) fn declarations(&self) -> Declarations<'_> {
        Declarations(self)
    }
}

impl Declarations<'_> {
    pub(crate) async fn find(&self, id: u64) -> anyhow::Result<Option<DeclarationRow>> {
        let row = sqlx::query_as("SELECT * FROM declarations WHERE id = $1").bind(signed(id));
        Ok(row.fetch_optional(&self.0.readers).await?)
    }

    /// The declarations of one lesson, oldest first, without refused ones.
    pub(crate) async fn of_lesson(&self, lesson: &str) -> anyhow::Result<Vec<ShownDeclaration>> {
        let rows = sqlx::query_as(
            "SELECT declarations.*, name, title FROM declarations JOIN people ON people.id = asked_by
             JOIN lessons ON lessons.id = lesson
             WHERE lesson = $1 AND declarations.state <> 'refused' ORDER BY declarations.id",
        );
        Ok(rows.bind(lesson).fetch_all(&self.0.readers).await?)
    }

    /// The waiting declarations of all lessons, oldest first.
    pub(crate) async fn waiting(&self) -> anyhow::Result<Vec<ShownDeclaration>> {
        let rows = sqlx::query_as(
            "SELECT declarations.*, name, title FROM declarations JOIN people ON people.id = asked_by
             JOIN lessons ON lessons.id = lesson
             WHERE declarations.state = 'waits' ORDER BY declarations.id LIMIT $1",
        );
        Ok(rows.bind(LIST_MAX).fetch_all(&self.0.readers).await?)
    }
}

/// Keeps a declaration; returns its number. `None` = another one about this lesson waits already.
pub(crate) async fn insert(writing: &mut Writing, new: &NewDeclaration<'_>) -> anyhow::Result<Option<u64>> {
    let done: Option<i64> = sqlx::query_scalar(
        "INSERT INTO declarations (lesson, from_ms, to_ms, text, asked_by, at_ms)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING id",
    )
    .bind(new.lesson)
    .bind(signed(new.from_ms))
    .bind(signed(new.to_ms))
    .bind(new.text)
    .bind(new.asked_by)
    .bind(signed(new.at_ms))
    .fetch_optional(&mut **writing)
    .await?;
    Ok(done.map(unsigned))
}

/// Notes the decision of the second person.
pub(crate) async fn decide(
    writing: &mut Writing,
    id: u64,
    state: DecisionState,
    by: &str,
    now_ms: u64,
) -> anyhow::Result<()> {
    let query = "UPDATE declarations SET state = $1, decided_by = $2, decided_at_ms = $3 WHERE id = $4";
    let query = sqlx::query(query).bind(state.word()).bind(by).bind(signed(now_ms)).bind(signed(id));
    Ok(writing.one_row("a declaration", query).await?)
}
