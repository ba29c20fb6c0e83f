//! Programmes: making, changing, listing with their phases.

use serde_json::json;

use super::{Answer, OfficeRefusal};
use crate::protocol::{NewProgramme, Programme};
use crate::store::audit::{self, Act};
use crate::store::{Lane, Store, programmes};
use crate::text::mistake::{Mistake, Wrong};
use crate::time::ServerInstant;

const ID_CHARS_MAX: usize = 24;
const TITLE_CHARS_MAX: usize = 100;
const ISSUERS_MAX: usize = 10;
/// Words that addresses use otherwise.
const NO_IDS: [&str; 1] = ["new"];

/// All programmes with their phases as of `now_ms`, newest first.
pub async fn all(store: &Store, now_ms: u64) -> Answer<Vec<Programme>> {
    let known = store.programmes().all().await?;
    let phases = store.phases().all().await?;
    let now = ServerInstant::of_fact(now_ms);
    let shown = |one: programmes::Programme| Programme {
        phases: phases
            .iter()
            .filter(|phase| phase.programme == one.id)
            .map(|phase| crate::protocol::Phase::of(phase, now))
            .collect(),
        id: one.id,
        title: one.title,
        issuers: one.issuers,
        policy_version: one.policy_version,
    };
    Ok(known.into_iter().map(shown).collect())
}

pub async fn find(store: &Store, id: &str, now_ms: u64) -> Answer<Programme> {
    let all = all(store, now_ms).await?;
    all.into_iter().find(|programme| programme.id == id).ok_or(OfficeRefusal::NotFound)
}

pub async fn make(store: &Store, by: &str, new: &NewProgramme, now_ms: u64) -> Answer<Programme> {
    let title = checked(new)?;
    let mut writing = store.write(Lane::Office).await?;
    if !programmes::insert(&mut writing, &new.id, title, &issuers(new), now_ms).await? {
        return Err(OfficeRefusal::Taken);
    }
    let act = Act::done(by, "programme.made", &new.id, json!({ "title": title }));
    audit::append(&mut writing, store.vault(), act).await?;
    writing.commit().await?;
    find(store, &new.id, now_ms).await
}

/// Changes title and issuers.
pub async fn change(store: &Store, by: &str, id: &str, new: &NewProgramme, now_ms: u64) -> Answer<Programme> {
    let new = NewProgramme { id: id.to_owned(), ..new.clone() };
    let title = checked(&new)?;
    let mut writing = store.write(Lane::Office).await?;
    if !programmes::update(&mut writing, id, title, &issuers(&new)).await? {
        return Err(OfficeRefusal::NotFound);
    }
    let act = Act::done(by, "programme.changed", id, json!({ "title": title }));
    audit::append(&mut writing, store.vault(), act).await?;
    writing.commit().await?;
    find(store, id, now_ms).await
}

/// Checks a form; returns its title.
fn checked(new: &NewProgramme) -> Answer<&str> {
    let mut wrong = Vec::new();
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if new.id.is_empty() {
        wrong.push(Mistake::field("id", Wrong::Missing));
    } else if new.id.len() > ID_CHARS_MAX {
        wrong.push(Mistake::field("id", Wrong::TooLong));
    } else if !new.id.chars().all(plain)
        || !new.id.starts_with(|c: char| c.is_ascii_lowercase())
        || NO_IDS.contains(&new.id.as_str())
    {
        wrong.push(Mistake::field("id", Wrong::Character));
    }
    let title = new.title.trim();
    if title.is_empty() {
        wrong.push(Mistake::field("title", Wrong::Missing));
    }
    let long = |text: &str| text.chars().count() > TITLE_CHARS_MAX;
    if long(title) {
        wrong.push(Mistake::field("title", Wrong::TooLong));
    }
    if new.issuers.len() > ISSUERS_MAX || new.issuers.iter().any(|issuer| long(issuer)) {
        wrong.push(Mistake::field("issuers", Wrong::TooLong));
    }
    if wrong.is_empty() { Ok(title) } else { Err(OfficeRefusal::Wrong(wrong)) }
}

fn issuers(new: &NewProgramme) -> Vec<&str> {
    new.issuers.iter().map(|issuer| issuer.trim()).collect()
}
