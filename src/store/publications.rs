//! Table `courses`: the publications of recordings. A published recording is shown as a course.

use anyhow::Context;
use sqlx::Row;

use super::db::Writing;
use super::dialect::StoredRow;
use super::{Store, from_word, signed, unsigned, word};
use crate::attendance::coverage::media;
use crate::protocol::Course;
use crate::recording::catalogue::OpenCourse;
use crate::time::Stretch;
use crate::time::{MediaMs, Spans};

/// Reads publications.
pub struct Publications<'a>(&'a Store);

impl Store {
    pub fn publications(&self) -> Publications<'_> {
        Publications(self)
    }
}

#[derive(sqlx::FromRow)]
struct PublicationRow {
    title: String,
    description: String,
    from_ms: i64,
    to_ms: i64,
    audience: String,
    speaker: String,
    tags: String,
    listed: bool,
}

impl Publications<'_> {
    /// The publication of a lesson's recording.
    pub async fn of(&self, lesson: &str) -> anyhow::Result<Option<Course>> {
        let row = sqlx::query_as::<_, PublicationRow>(
            "SELECT title, description, from_ms, to_ms, audience, speaker, tags, listed
             FROM courses WHERE lesson = $1",
        );
        row.bind(lesson).fetch_optional(&self.0.readers).await?.map(PublicationRow::course).transpose()
    }

    /// The whole open catalogue, the newest first.
    pub async fn listed(&self) -> anyhow::Result<Vec<OpenCourse>> {
        let rows = sqlx::query(
            "SELECT lesson, title, speaker, description, tags, from_ms, to_ms, played, published_at_ms
             FROM courses WHERE listed AND audience = 'everybody'
             ORDER BY published_at_ms DESC, lesson",
        );
        rows.fetch_all(&self.0.readers).await?.iter().map(open_course).collect()
    }
}

impl PublicationRow {
    fn course(self) -> anyhow::Result<Course> {
        Ok(Course {
            title: self.title,
            description: self.description,
            shown: Stretch { from_ms: unsigned(self.from_ms), to_ms: unsigned(self.to_ms) },
            audience: from_word(self.audience)?,
            speaker: self.speaker,
            tags: read_tags(&self.tags)?,
            listed: self.listed,
        })
    }
}

fn open_course(row: &StoredRow) -> anyhow::Result<OpenCourse> {
    Ok(OpenCourse {
        lesson: row.try_get("lesson")?,
        title: row.try_get("title")?,
        speaker: row.try_get("speaker")?,
        description: row.try_get("description")?,
        tags: read_tags(row.try_get("tags")?)?,
        length_ms: to_watch(row)?.length_ms(),
        published_at_ms: unsigned(row.try_get("published_at_ms")?),
    })
}

fn read_tags(json: &str) -> anyhow::Result<Vec<String>> {
    serde_json::from_str(json).context("the database holds a broken list of tags")
}

/// Writes the publication of a lesson's recording, in place of an earlier one. `played` is the part of the
/// recording with something to show.
pub async fn put(
    writing: &mut Writing,
    lesson: &str,
    course: &Course,
    played: &[Stretch],
    by: &str,
    now_ms: u64,
) -> anyhow::Result<()> {
    sqlx::query(
        "INSERT INTO courses
             (lesson, title, description, from_ms, to_ms, played, audience, published_at_ms, published_by,
              speaker, tags, listed)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (lesson) DO UPDATE SET
             title = excluded.title, description = excluded.description,
             from_ms = excluded.from_ms, to_ms = excluded.to_ms, played = excluded.played,
             audience = excluded.audience, speaker = excluded.speaker, tags = excluded.tags,
             listed = excluded.listed,
             published_at_ms = excluded.published_at_ms, published_by = excluded.published_by",
    )
    .bind(lesson)
    .bind(&course.title)
    .bind(&course.description)
    .bind(signed(course.shown.from_ms))
    .bind(signed(course.shown.to_ms))
    .bind(serde_json::to_string(played)?)
    .bind(word(course.audience))
    .bind(signed(now_ms))
    .bind(by)
    .bind(&course.speaker)
    .bind(serde_json::to_string(&course.tags)?)
    .bind(course.listed)
    .execute(&mut **writing)
    .await
    .with_context(|| format!("cannot publish {lesson:?}"))?;
    Ok(())
}

/// Deletes the publication of a lesson's recording; false = there was none.
pub async fn delete(writing: &mut Writing, lesson: &str) -> anyhow::Result<bool> {
    let done = sqlx::query("DELETE FROM courses WHERE lesson = $1")
        .bind(lesson)
        .execute(&mut **writing)
        .await
        .with_context(|| format!("cannot take {lesson:?} back"))?;
    Ok(done.rows_affected() > 0)
}

/// The part of a course that can be watched: that with something to show at its publication.
pub(super) fn to_watch(row: &StoredRow) -> anyhow::Result<Spans<MediaMs>> {
    let instant = |column| Ok::<_, sqlx::Error>(MediaMs(unsigned(row.try_get(column)?)));
    let shown = Spans::one(instant("from_ms")?, instant("to_ms")?);
    let played: Vec<Stretch> = serde_json::from_str(row.try_get("played")?)
        .context("the database holds a broken list of stretches")?;
    Ok(if played.is_empty() { shown } else { media(&played).and(&shown) })
}
