//! The table `best_essays`: essays that were marked as the best, and those of them that everybody may read.

use sqlx::FromRow;

use super::super::db::Writing;
use super::super::{signed, unsigned};
use super::Essays;

/// The mark of an essay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Distinction {
    /// Number of the essay.
    pub essay: u64,
    pub at_ms: u64,
    /// Whether the author lets everybody read it; None = not answered yet.
    pub public: Option<bool>,
}

/// An essay that everybody may read; its author has not left the phase.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct PublicRow {
    #[sqlx(try_from = "i64")]
    pub id: u64,
    /// Id of the phase, its title, and those of its programme.
    pub phase: String,
    pub phase_title: String,
    pub programme: String,
    pub programme_title: String,
    /// As the author was registered.
    pub name: String,
    /// Code of the unit.
    pub unit: String,
    pub school: String,
    pub count: u32,
    /// As much of it as was asked for.
    pub text: String,
}

const COLUMNS: &str = "essays.id, own.phase, phases.title AS phase_title, programme,
     programmes.title AS programme_title, own.name, own.unit, own.school, count";
const PUBLIC: &str = " FROM best_essays JOIN essays ON essays.id = best_essays.essay
     JOIN registrations AS own ON own.phase = essays.phase AND own.person = essays.person
     JOIN phases ON phases.id = own.phase JOIN programmes ON programmes.id = programme
     JOIN essay_versions AS one ON one.essay = essays.id
         AND one.number = (SELECT max(number) FROM essay_versions WHERE essay_versions.essay = essays.id)
     WHERE public AND essays.state = 'accepted' AND own.state <> 'withdrawn' ";

impl Essays<'_> {
    pub async fn distinction(&self, essay: u64) -> anyhow::Result<Option<Distinction>> {
        let row = sqlx::query_as("SELECT at_ms, public FROM best_essays WHERE essay = $1");
        let row: Option<(i64, Option<bool>)> =
            row.bind(signed(essay)).fetch_optional(&self.0.readers).await?;
        Ok(row.map(|(at_ms, public)| Distinction { essay, at_ms: unsigned(at_ms), public }))
    }

    /// Essays that everybody may read, the newest first, with the first `begins` characters of each.
    pub async fn public(&self, skipped: u64, most: u64, begins: u32) -> anyhow::Result<Vec<PublicRow>> {
        let list = sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS}, substr(one.text, 1, $3) AS text {PUBLIC}
             ORDER BY answered_at_ms DESC, essays.id DESC LIMIT $1 OFFSET $2"
        ));
        let rows = sqlx::query_as(list).bind(signed(most)).bind(signed(skipped)).bind(begins);
        Ok(rows.fetch_all(&self.0.readers).await?)
    }

    /// One of them, with the whole text.
    pub async fn public_one(&self, essay: u64) -> anyhow::Result<Option<PublicRow>> {
        let one = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS}, one.text {PUBLIC} AND essays.id = $1"));
        Ok(sqlx::query_as(one).bind(signed(essay)).fetch_optional(&self.0.readers).await?)
    }

    /// Number of essays that everybody may read.
    pub async fn public_count(&self) -> anyhow::Result<u64> {
        let count = sqlx::AssertSqlSafe(format!("SELECT count(*) {PUBLIC}"));
        let count: i64 = sqlx::query_scalar(count).fetch_one(&self.0.readers).await?;
        Ok(unsigned(count))
    }
}

/// Whether somebody has reviewed the last text of an essay, and is still one of the reviewers of its phase.
pub async fn is_judged_by(writing: &mut Writing, essay: u64, person: &str) -> anyhow::Result<bool> {
    let judged = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM essay_shares JOIN essays ON essays.id = essay
             JOIN essay_reviewers ON essay_reviewers.phase = essays.phase AND essay_reviewers.person = reviewer
             WHERE essay = $1 AND reviewer = $2 AND essay_shares.state = 'reviewed'
                 AND version = (SELECT max(number) FROM essay_versions WHERE essay_versions.essay = essays.id))",
    );
    Ok(judged.bind(signed(essay)).bind(person).fetch_one(&mut **writing).await?)
}

/// Marks an essay; false = it was marked already.
pub async fn mark(writing: &mut Writing, essay: u64, by: &str, at_ms: u64) -> anyhow::Result<bool> {
    let insert = sqlx::query(
        "INSERT INTO best_essays (essay, by, at_ms) VALUES ($1, $2, $3) ON CONFLICT (essay) DO NOTHING",
    );
    let done = insert.bind(signed(essay)).bind(by).bind(signed(at_ms)).execute(&mut **writing).await?;
    Ok(done.rows_affected() > 0)
}

/// Takes the mark away, and what the author answered; false = there was none.
pub async fn unmark(writing: &mut Writing, essay: u64) -> anyhow::Result<bool> {
    let done = sqlx::query("DELETE FROM best_essays WHERE essay = $1")
        .bind(signed(essay))
        .execute(&mut **writing)
        .await?;
    Ok(done.rows_affected() > 0)
}

/// The answer of the author so far; None = the essay is not marked, Some(None) = there is no answer.
pub async fn answered(writing: &mut Writing, essay: u64) -> anyhow::Result<Option<Option<bool>>> {
    let answer = sqlx::query_scalar("SELECT public FROM best_essays WHERE essay = $1").bind(signed(essay));
    Ok(answer.fetch_optional(&mut **writing).await?)
}

/// Writes the author's answer.
pub async fn answer(writing: &mut Writing, essay: u64, public: bool, at_ms: u64) -> anyhow::Result<()> {
    let update = sqlx::query("UPDATE best_essays SET public = $1, answered_at_ms = $2 WHERE essay = $3")
        .bind(public)
        .bind(signed(at_ms))
        .bind(signed(essay));
    Ok(writing.one_row("the answer of an author", update).await?)
}
