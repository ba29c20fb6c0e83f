//! Announcements to a phase or a class.

use serde_json::json;
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite};

use super::audit::{self, Act};
use super::db::Lane;
use super::{Store, now_ms, signed, unsigned};
use crate::protocol::{Announcement, NewAnnouncement};

/// Announcements that are shown.
const SHOWN_MAX: u32 = 50;

const SELECT: &str = "SELECT announcements.id, phase, class, title, text, name, at_ms \
     FROM announcements JOIN people ON people.id = announcements.by WHERE taken_back_at_ms IS NULL AND ";

impl Store {
    /// What was announced to these classes and phases, the last first.
    pub async fn announcements(
        &self,
        classes: &[&str],
        phases: &[&str],
    ) -> anyhow::Result<Vec<Announcement>> {
        let mut query = QueryBuilder::<Sqlite>::new(SELECT);
        for (opening, ids) in [("(class IN (", classes), (") OR phase IN (", phases)] {
            query.push(opening);
            let mut list = query.separated(", ");
            ids.iter().for_each(|id| {
                list.push_bind((*id).to_owned());
            });
        }
        query.push(")) ORDER BY announcements.id DESC LIMIT ").push_bind(SHOWN_MAX);
        query.build().fetch_all(&self.readers).await?.iter().map(announcement).collect()
    }

    pub async fn announcement(&self, id: u64) -> anyhow::Result<Option<Announcement>> {
        let mut query = QueryBuilder::<Sqlite>::new(SELECT);
        query.push("announcements.id = ").push_bind(signed(id));
        query.build().fetch_optional(&self.readers).await?.map(|row| announcement(&row)).transpose()
    }

    /// Announces something; returns its number.
    pub async fn announce(&self, new: &NewAnnouncement, by: &str) -> anyhow::Result<u64> {
        let mut transaction = self.db.write(Lane::Office).await?;
        let row = sqlx::query(
            "INSERT INTO announcements (phase, class, title, text, by, at_ms) VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
        )
        .bind(&new.phase)
        .bind(&new.class)
        .bind(&new.title)
        .bind(&new.text)
        .bind(by)
        .bind(signed(now_ms()))
        .fetch_one(&mut *transaction)
        .await?;
        let id = unsigned(row.try_get(0)?);
        let target = new.class.as_deref().or(new.phase.as_deref()).unwrap_or_default();
        let act = Act::done(by, "announcement.made", target, json!({ "id": id, "title": new.title }));
        audit::append(&mut transaction, self.vault(), act).await?;
        transaction.commit().await?;
        Ok(id)
    }

    /// Takes an announcement back.
    pub async fn take_back(&self, announcement: &Announcement, by: &str) -> anyhow::Result<()> {
        let mut transaction = self.db.write(Lane::Office).await?;
        sqlx::query(
            "UPDATE announcements SET taken_back_at_ms = ? WHERE id = ? AND taken_back_at_ms IS NULL",
        )
        .bind(signed(now_ms()))
        .bind(signed(announcement.id))
        .execute(&mut *transaction)
        .await?;
        let target = announcement.class.as_deref().or(announcement.phase.as_deref()).unwrap_or_default();
        let act = Act::done(by, "announcement.taken_back", target, json!({ "id": announcement.id }));
        audit::append(&mut transaction, self.vault(), act).await?;
        transaction.commit().await?;
        Ok(())
    }
}

fn announcement(row: &SqliteRow) -> anyhow::Result<Announcement> {
    Ok(Announcement {
        id: unsigned(row.try_get("id")?),
        phase: row.try_get("phase")?,
        class: row.try_get("class")?,
        title: row.try_get("title")?,
        text: row.try_get("text")?,
        by: row.try_get("name")?,
        at_ms: unsigned(row.try_get("at_ms")?),
    })
}
