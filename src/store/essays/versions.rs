//! The table `essay_versions`: every text handed in.

use sqlx::FromRow;

use super::super::db::Writing;
use super::super::{signed, unsigned};
use super::Essays;

/// A text that was handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Number, from 1.
    pub number: u32,
    pub text: String,
    /// Number of characters by E-1.
    pub count: u32,
    /// The upload it came from: id and name.
    pub file: Option<(u64, String)>,
    pub at_ms: u64,
}

/// A text to be handed in.
pub struct NewVersion<'a> {
    pub essay: u64,
    pub text: &'a str,
    pub count: u32,
    /// Sorted.
    pub prints: &'a [u32],
    pub file: Option<u64>,
    pub at_ms: u64,
}

#[derive(FromRow)]
struct Row {
    number: u32,
    text: String,
    count: u32,
    file: Option<i64>,
    name: Option<String>,
    at_ms: i64,
}

impl From<Row> for Version {
    fn from(row: Row) -> Version {
        let Row { number, text, count, file, name, at_ms } = row;
        Version { number, text, count, file: file.map(unsigned).zip(name), at_ms: unsigned(at_ms) }
    }
}

const LAST: &str = "SELECT number, text, count, file, name, essay_versions.at_ms FROM essay_versions
     LEFT JOIN essay_files ON essay_files.id = file WHERE essay_versions.essay = $1 ORDER BY number DESC LIMIT 1";

impl Essays<'_> {
    /// The last text handed in.
    pub async fn last_version(&self, essay: u64) -> anyhow::Result<Option<Version>> {
        let row = sqlx::query_as::<_, Row>(LAST).bind(signed(essay));
        Ok(row.fetch_optional(&self.0.readers).await?.map(Version::from))
    }
}

/// The last text handed in, inside a transaction.
pub async fn last(writing: &mut Writing, essay: u64) -> anyhow::Result<Option<Version>> {
    let row = sqlx::query_as::<_, Row>(LAST).bind(signed(essay));
    Ok(row.fetch_optional(&mut **writing).await?.map(Version::from))
}

/// Writes a handed-in text; returns its number.
pub async fn append(writing: &mut Writing, new: &NewVersion<'_>) -> anyhow::Result<u32> {
    let prints: Vec<u8> = new.prints.iter().flat_map(|print| print.to_le_bytes()).collect();
    let number = sqlx::query_scalar(
        "INSERT INTO essay_versions (essay, number, text, count, prints, file, at_ms)
         SELECT $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5, $6 FROM essay_versions WHERE essay = $1
         RETURNING number",
    )
    .bind(signed(new.essay))
    .bind(new.text)
    .bind(new.count)
    .bind(prints)
    .bind(new.file.map(signed))
    .bind(signed(new.at_ms))
    .fetch_one(&mut **writing)
    .await?;
    Ok(number)
}
