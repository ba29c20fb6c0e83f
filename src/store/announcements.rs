//! Table `announcements`: announcements to phases and classes; those taken back stay.

use sqlx::Row;

use super::db::Writing;
use super::dialect::QueryBuilder;
use super::{Store, signed, unsigned};
use crate::protocol::{Announcement, NewAnnouncement};

/// Most announcements shown.
const SHOWN_MAX: u32 = 50;

const SELECT: &str = "SELECT announcements.id, phase, class, title, text, name, at_ms \
     FROM announcements JOIN people ON people.id = announcements.by WHERE taken_back_at_ms IS NULL AND ";

#[derive(sqlx::FromRow)]
struct AnnouncementRow {
    id: i64,
    phase: Option<String>,
    class: Option<String>,
    title: String,
    text: String,
    name: String,
    at_ms: i64,
}

/// Reads announcements.
pub struct Announcements<'a>(&'a Store);

impl Store {
    pub fn announcements(&self) -> Announcements<'_> {
        Announcements(self)
    }
}

impl Announcements<'_> {
    /// The announcements to these classes and phases, newest first.
    pub async fn to(&self, classes: &[&str], phases: &[&str]) -> anyhow::Result<Vec<Announcement>> {
        let mut query = QueryBuilder::new(SELECT);
        for (opening, ids) in [("(class IN (", classes), (") OR phase IN (", phases)] {
            query.push(opening);
            let mut list = query.separated(", ");
            list.push("NULL"); // PostgreSQL takes no empty list.
            ids.iter().for_each(|id| {
                list.push_bind((*id).to_owned());
            });
        }
        query.push(")) ORDER BY announcements.id DESC LIMIT ").push_bind(SHOWN_MAX);
        let rows = query.build_query_as::<AnnouncementRow>().fetch_all(&self.0.readers).await?;
        Ok(rows.into_iter().map(AnnouncementRow::announcement).collect())
    }

    pub async fn find(&self, id: u64) -> anyhow::Result<Option<Announcement>> {
        let mut query = QueryBuilder::new(SELECT);
        query.push("announcements.id = ").push_bind(signed(id));
        let row = query.build_query_as::<AnnouncementRow>().fetch_optional(&self.0.readers).await?;
        Ok(row.map(AnnouncementRow::announcement))
    }
}

impl AnnouncementRow {
    fn announcement(self) -> Announcement {
        Announcement {
            id: unsigned(self.id),
            phase: self.phase,
            class: self.class,
            title: self.title,
            text: self.text,
            by: self.name,
            at_ms: unsigned(self.at_ms),
        }
    }
}

/// Writes an announcement; returns its number.
pub async fn insert(
    writing: &mut Writing,
    new: &NewAnnouncement,
    by: &str,
    now_ms: u64,
) -> anyhow::Result<u64> {
    let row = sqlx::query(
        "INSERT INTO announcements (phase, class, title, text, by, at_ms) VALUES ($1, $2, $3, $4, $5, $6)
         RETURNING id",
    );
    let row = row.bind(&new.phase).bind(&new.class).bind(&new.title).bind(&new.text).bind(by);
    Ok(unsigned(row.bind(signed(now_ms)).fetch_one(&mut **writing).await?.try_get(0)?))
}

pub async fn take_back(writing: &mut Writing, id: u64, now_ms: u64) -> anyhow::Result<()> {
    let update = sqlx::query(
        "UPDATE announcements SET taken_back_at_ms = $1 WHERE id = $2 AND taken_back_at_ms IS NULL",
    );
    update.bind(signed(now_ms)).bind(signed(id)).execute(&mut **writing).await?;
    Ok(())
}
