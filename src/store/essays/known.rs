//! The known texts of each programme, to find similar ones. Kept in memory, at some 1.5 kB a text (see
//! [`Index`]), and brought up to date from the table before each question: handing in an essay needs no
//! notice, and the first question after a restart reads everything once.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::Mutex;

use super::super::{signed, unsigned};
use super::Essays;
use crate::essay::index::{Alike, Index};
use crate::store::dialect::numbers;

/// Rows that are read at once.
const ROWS: u32 = 1_000;

/// The texts by programme. Cheap to clone.
#[derive(Clone, Default)]
pub(in crate::store) struct Known(Arc<Mutex<HashMap<String, Arc<Mutex<OfProgramme>>>>>);

#[derive(Default)]
struct OfProgramme {
    /// The last row in the index.
    last: i64,
    index: Index,
}

impl Essays<'_> {
    /// The `most` essays of a programme, without `own`, that are most alike to a text with these prints.
    pub async fn alike(
        &self,
        programme: &str,
        prints: Vec<u32>,
        own: u64,
        most: usize,
    ) -> anyhow::Result<Vec<Alike>> {
        let of_programme = self.0.known.0.lock().await.entry(programme.to_owned()).or_default().clone();
        {
            let mut known = of_programme.lock().await;
            self.catch_up(programme, &mut known).await?;
        }
        let place = self.0.desk.place().await;
        place.work(move || of_programme.blocking_lock().index.alike(&prints, own, most)).await
    }

    async fn catch_up(&self, programme: &str, known: &mut OfProgramme) -> anyhow::Result<()> {
        loop {
            let rows: Vec<(i64, i64, Vec<u8>)> = sqlx::query_as(
                "SELECT essay_versions.id, essay, prints FROM essay_versions
                 JOIN essays ON essays.id = essay JOIN phases ON phases.id = phase
                 WHERE essay_versions.id > $1 AND programme = $2 ORDER BY essay_versions.id LIMIT $3",
            )
            .bind(known.last)
            .bind(programme)
            .bind(ROWS)
            .fetch_all(&self.0.readers)
            .await?;
            let Some((last, ..)) = rows.last() else { return Ok(()) };
            known.last = *last;
            for (_, essay, prints) in &rows {
                let prints = prints.as_chunks().0.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect();
                known.index.put(unsigned(*essay), prints);
            }
        }
    }

    /// The last handed-in texts of essays, by their numbers.
    pub async fn last_texts(&self, essays: &[u64]) -> anyhow::Result<Vec<(u64, String)>> {
        let ids: Vec<i64> = essays.iter().map(|essay| signed(*essay)).collect();
        let rows: Vec<(i64, String)> = sqlx::query_as(concat!(
            "SELECT essay, text FROM essay_versions AS one WHERE essay IN ",
            numbers!("$1"),
            " AND number = (SELECT max(number) FROM essay_versions WHERE essay = one.essay)"
        ))
        .bind(serde_json::to_string(&ids)?)
        .fetch_all(&self.0.readers)
        .await?;
        Ok(rows.into_iter().map(|(essay, text)| (unsigned(essay), text)).collect())
    }
}
