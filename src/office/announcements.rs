//! Announcements to a phase or a class. The caller has checked the right.

use serde_json::json;

use crate::protocol::{Announcement, NewAnnouncement};
use crate::store::audit::{self, Act};
use crate::store::{Lane, Store, announcements};
use crate::time::clock::now_ms;

/// Makes an announcement; returns its number.
pub async fn announce(store: &Store, new: &NewAnnouncement, by: &str) -> anyhow::Result<u64> {
    let mut writing = store.write(Lane::Office).await?;
    let id = announcements::insert(&mut writing, new, by, now_ms()).await?;
    let target = new.class.as_deref().or(new.phase.as_deref()).unwrap_or_default();
    let act = Act::done(by, "announcement.made", target, json!({ "id": id, "title": new.title }));
    audit::append(&mut writing, store.vault(), act).await?;
    writing.commit().await?;
    Ok(id)
}

/// Takes an announcement back.
pub async fn take_back(store: &Store, announcement: &Announcement, by: &str) -> anyhow::Result<()> {
    let mut writing = store.write(Lane::Office).await?;
    announcements::take_back(&mut writing, announcement.id, now_ms()).await?;
    let target = announcement.class.as_deref().or(announcement.phase.as_deref()).unwrap_or_default();
    let act = Act::done(by, "announcement.taken_back", target, json!({ "id": announcement.id }));
    audit::append(&mut writing, store.vault(), act).await?;
    writing.commit().await
}
