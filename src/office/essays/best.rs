//! The best essays (优秀心得): reviewers mark accepted ones, authors let everybody read theirs, or do not.

use std::collections::BTreeMap;

use serde_json::json;

use super::reviewing::Sees;
use super::{Answer, Refused, writing};
use crate::essay::way::{self, State};
use crate::office::units;
use crate::programme::requirement::EssayKind;
use crate::programme::unit::Units;
use crate::protocol::{MyEssay, OpenEssay, OpenEssayText, OpenEssays};
use crate::store::audit::{self, Act};
use crate::store::essays::best::{self, PublicRow};
use crate::store::essays::{of_author, of_number};
use crate::store::{Lane, Store};

/// Essays on one page of the public list.
const PAGE: u64 = 20;
/// How much of a text the list shows, characters.
const BEGINS_CHARS: u32 = 80;

/// Marks an accepted essay as one of the best; or takes the mark away, and the essay from the public list. The reviewer who
/// judged it and is still named may do so, and the training administrator.
pub async fn distinguish(store: &Store, sees: Sees<'_>, id: u64, excellent: bool, now_ms: u64) -> Answer<()> {
    let by = sees.person();
    let mut writing = store.write(Lane::Office).await?;
    let essay = of_number(&mut writing, id).await?.ok_or(Refused::NotFound)?;
    let is_reached = match sees {
        Sees::Own(person) => best::is_judged_by(&mut writing, id, person).await?,
        Sees::All(_) => true,
    };
    if !is_reached || essay.person == by {
        return Err(Refused::NotFound);
    }
    if essay.state != State::Accepted {
        return Err(way::Refused::WrongState.into());
    }
    let (is_new, act) = match excellent {
        true => (best::mark(&mut writing, id, by, now_ms).await?, "essay.distinguished"),
        false => (best::unmark(&mut writing, id).await?, "essay.distinction_withdrawn"),
    };
    if is_new {
        let (target, detail) = (id.to_string(), json!({ "phase": essay.phase }));
        audit::append(&mut writing, store.vault(), Act::done(by, act, &target, detail)).await?;
        writing.commit().await?;
    }
    Ok(())
}

/// The author lets everybody read an essay that is one of the best, or no longer. The same answer again changes nothing.
pub async fn publish(store: &Store, person: &str, phase: &str, public: bool, now_ms: u64) -> Answer<MyEssay> {
    let mut writing = store.write(Lane::Office).await?;
    let essay = of_author(&mut writing, phase, person).await?.ok_or(Refused::NotFound)?;
    let before = best::answered(&mut writing, essay.id).await?.ok_or(Refused::NotFound)?;
    if before != Some(public) {
        best::answer(&mut writing, essay.id, public, now_ms).await?;
        let (act, target) =
            (if public { "essay.published" } else { "essay.kept_private" }, essay.id.to_string());
        let act = Act::done(person, act, &target, json!({ "phase": phase }));
        audit::append(&mut writing, store.vault(), act).await?;
        writing.commit().await?;
    }
    writing::mine(store, person, phase, now_ms).await
}

/// One page of what everybody may read; pages count from 0.
pub async fn public(store: &Store, page: u32) -> Answer<OpenEssays> {
    let skipped = u64::from(page) * PAGE;
    let rows = store.essays().public(skipped, PAGE, BEGINS_CHARS + 1).await?;
    let total = store.essays().public_count().await?;
    let is_more = !rows.is_empty() && skipped + (rows.len() as u64) < total;
    let mut places = Places::default();
    let mut essays = Vec::with_capacity(rows.len());
    for row in rows {
        essays.push(places.shown(store, row).await?.0);
    }
    Ok(OpenEssays { essays, total, next: is_more.then_some(page.saturating_add(1)) })
}

/// One of them, with its text.
pub async fn read(store: &Store, id: u64) -> Answer<OpenEssayText> {
    let row = store.essays().public_one(id).await?.ok_or(Refused::NotFound)?;
    let (essay, text) = Places::default().shown(store, row).await?;
    Ok(OpenEssayText { essay, text })
}

/// Kinds and units by phase and programme, read once each: most essays of a page are from one phase.
#[derive(Default)]
struct Places {
    /// By the ids of phases.
    kinds: BTreeMap<String, EssayKind>,
    /// By the ids of programmes.
    units: BTreeMap<String, Units>,
}

impl Places {
    /// With as much of the text as was read.
    async fn shown(&mut self, store: &Store, row: PublicRow) -> Answer<(OpenEssay, String)> {
        if !self.kinds.contains_key(&row.phase) {
            let rule = store.requirements(&row.phase).await?.and_then(|set| set.essay);
            self.kinds.insert(row.phase.clone(), rule.map_or(EssayKind::Either, |rule| rule.kind));
        }
        if !self.units.contains_key(&row.programme) {
            let units = units::of_programme(store, &row.programme).await.map_err(anyhow::Error::from)?;
            self.units.insert(row.programme.clone(), units);
        }
        let essay = OpenEssay {
            id: row.id,
            kind: self.kinds[&row.phase],
            unit: self.units[&row.programme].name(&row.unit),
            name: row.name,
            school: row.school,
            phase: row.phase_title,
            programme: row.programme_title,
            count: row.count,
            begins: begins(&row.text),
        };
        Ok((essay, row.text))
    }
}

fn begins(text: &str) -> String {
    let mut begins: String = text.chars().take(BEGINS_CHARS as usize).collect();
    if begins.len() < text.len() {
        begins.push('…');
    }
    begins
}
