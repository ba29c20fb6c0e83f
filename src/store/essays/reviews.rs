//! The table `essay_reviews`. Rows are only appended.

use sqlx::FromRow;

use super::super::db::Writing;
use super::super::{from_word, signed, unsigned, word};
use super::Essays;
use crate::essay::review::{Marks, Review};

/// A review of one version of an essay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reviewed {
    pub version: u32,
    pub reviewer: String,
    pub review: Review,
    pub at_ms: u64,
}

#[derive(FromRow)]
struct Row {
    version: u32,
    reviewer: String,
    verdict: String,
    theme: u8,
    ordering: u8,
    structure: u8,
    logic: u8,
    words: String,
    at_ms: i64,
}

impl Row {
    fn read(self) -> anyhow::Result<Reviewed> {
        let Row { version, reviewer, verdict, theme, ordering, structure, logic, words, at_ms } = self;
        let marks = Marks { theme, order: ordering, structure, logic };
        let review = Review { verdict: from_word(verdict)?, marks, words };
        Ok(Reviewed { version, reviewer, review, at_ms: unsigned(at_ms) })
    }
}

impl Essays<'_> {
    /// The reviews of an essay, newest first.
    pub async fn reviews(&self, essay: u64) -> anyhow::Result<Vec<Reviewed>> {
        let rows =
            sqlx::query_as::<_, Row>("SELECT * FROM essay_reviews WHERE essay = $1 ORDER BY version DESC");
        let rows = rows.bind(signed(essay)).fetch_all(&self.0.readers).await?;
        rows.into_iter().map(Row::read).collect()
    }
}

/// The reviewer of the last reviewed version.
pub async fn last_reviewer(writing: &mut Writing, essay: u64) -> anyhow::Result<Option<String>> {
    let last = "SELECT reviewer FROM essay_reviews WHERE essay = $1 ORDER BY version DESC LIMIT 1";
    Ok(sqlx::query_scalar(last).bind(signed(essay)).fetch_optional(&mut **writing).await?)
}

pub async fn append(writing: &mut Writing, essay: u64, reviewed: &Reviewed) -> anyhow::Result<()> {
    let Reviewed { version, reviewer, review: Review { verdict, marks, words }, at_ms } = reviewed;
    let insert = sqlx::query(
        "INSERT INTO essay_reviews (essay, version, reviewer, verdict, theme, ordering, structure, logic, words, at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(signed(essay))
    .bind(version)
    .bind(reviewer)
    .bind(word(verdict))
    .bind(marks.theme)
    .bind(marks.order)
    .bind(marks.structure)
    .bind(marks.logic)
    .bind(words)
    .bind(signed(*at_ms));
    Ok(writing.one_row("a review", insert).await?)
}
