//! Table `recordings`: the name of each lesson's recording. The files themselves are in
//! [`crate::files::recordings`].

use anyhow::Context;
use sqlx::Row;

use super::db::Lane;
use super::{Store, random_hex};

/// Reads and names recordings.
pub struct Recordings<'a>(&'a Store);

impl Store {
    pub fn recordings(&self) -> Recordings<'_> {
        Recordings(self)
    }
}

impl Recordings<'_> {
    /// The name of a lesson's recording; given at the first call, for good.
    pub async fn name(&self, lesson: &str) -> anyhow::Result<String> {
        let id = random_hex::<16>()?;
        let mut writing = self.0.db.write(Lane::Books).await?;
        let row = sqlx::query(
            "INSERT INTO recordings (lesson, id) VALUES ($1, $2)
             ON CONFLICT (lesson) DO UPDATE SET lesson = excluded.lesson RETURNING id",
        )
        .bind(lesson)
        .bind(&id)
        .fetch_one(&mut *writing)
        .await
        .with_context(|| format!("cannot name the recording of {lesson:?}"))?;
        writing.commit().await?;
        Ok(row.try_get(0)?)
    }

    /// The recording of a lesson; `None` = its room was never open.
    pub async fn of(&self, lesson: &str) -> anyhow::Result<Option<String>> {
        let row = sqlx::query("SELECT id FROM recordings WHERE lesson = $1")
            .bind(lesson)
            .fetch_optional(&self.0.readers)
            .await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }

    /// The lesson of the recording with this name.
    pub async fn lesson(&self, recording: &str) -> anyhow::Result<Option<String>> {
        let row = sqlx::query("SELECT lesson FROM recordings WHERE id = $1")
            .bind(recording)
            .fetch_optional(&self.0.readers)
            .await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }
}
