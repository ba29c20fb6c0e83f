//! One nominee at a time: taken off a list, or replaced by somebody else, with a reason.

use std::collections::BTreeMap;

use serde_json::json;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::super::audit::{self, Act};
use super::super::{Store, signed};
use super::quotas::phases_of;
use super::{Answer, Refused, Writing, json, reason};
use crate::attendance::date::LocalDate;
use crate::attendance::interval::ServerInstant;
use crate::course::columns::{Column, agrees};
use crate::course::nomination::Nominee;
use crate::course::person::{self, Document};
use crate::course::role::Scope;
use crate::protocol::{Mistake, ReplaceNominee, Wrong};

/// What stays with the place when another person takes it; the rest belongs to the person.
const OF_THE_PLACE: [Column; 5] =
    [Column::School, Column::SchoolCode, Column::SchoolKind, Column::Track, Column::Category];

impl Store {
    /// Takes somebody off the list. A registration of the same person stays as it is.
    pub async fn remove_nominee(&self, by: &str, scope: &Scope, id: u64, why: &str) -> Answer<()> {
        let why = reason(why, true)?;
        let mut writing = self.writing().await?;
        let row = nominee(&mut writing, scope, id).await?;
        remove(&mut writing, id).await?;
        let phase: String = row.try_get("phase")?;
        let unit: String = row.try_get("unit")?;
        let name: String = row.try_get("name")?;
        let detail = json!({ "nomination": id, "name": name, "unit": unit, "reason": why });
        audit::append(&mut writing, self.vault(), Act::done(by, "nomination.removed", &phase, detail))
            .await?;
        Ok(writing.commit().await?)
    }

    /// Puts somebody else in the place: the same phase, unit, school, direction and category.
    pub async fn replace_nominee(
        &self,
        by: &str,
        scope: &Scope,
        id: u64,
        new: &ReplaceNominee,
        now_ms: u64,
    ) -> Answer<()> {
        let why = reason(&new.reason, true)?;
        let checked = checked(new, LocalDate::of(ServerInstant::of_fact(now_ms)))?;
        let mut writing = self.writing().await?;
        let row = nominee(&mut writing, scope, id).await?;
        let (phase, unit): (String, String) = (row.try_get("phase")?, row.try_get("unit")?);
        let before: String = row.try_get("name")?;
        let programme: String = row.try_get("programme")?;
        let phases = phases_of(&mut *writing, &programme).await?;
        let number = phases.iter().find(|one| one.id == phase).ok_or(Refused::NotFound)?.number;
        let mut rest: BTreeMap<Column, String> = json(row.try_get("rest")?)?;
        rest.retain(|column, _| OF_THE_PLACE.contains(column));
        let name = checked.name.clone();
        let entry = self.entry(&phases, Nominee { unit: unit.clone(), phase: number, rest, ..checked })?;
        let taken = sqlx::query("SELECT 1 FROM nominations WHERE phase = ? AND document = ?");
        if taken.bind(&phase).bind(&entry.print).fetch_optional(&mut *writing).await?.is_some() {
            return Err(Refused::field("document_number", Wrong::Taken));
        }
        remove(&mut writing, id).await?;
        self.enter_nominee(&mut writing, &entry, now_ms).await?;
        let detail = json!({ "nomination": id, "name": before, "now": name, "unit": unit, "reason": why });
        audit::append(&mut writing, self.vault(), Act::done(by, "nomination.replaced", &phase, detail))
            .await?;
        Ok(writing.commit().await?)
    }
}

/// A nominee whom `scope` reaches, with the programme.
async fn nominee(writing: &mut Writing, scope: &Scope, id: u64) -> Answer<SqliteRow> {
    let row = sqlx::query(
        "SELECT n.phase, n.unit, n.name, n.rest, phases.programme FROM nominations n
         JOIN phases ON phases.id = n.phase WHERE n.id = ?",
    );
    let row = row.bind(signed(id)).fetch_optional(&mut **writing).await?.ok_or(Refused::NotFound)?;
    if scope.unit(row.try_get("unit")?) { Ok(row) } else { Err(Refused::NotFound) }
}

async fn remove(writing: &mut Writing, id: u64) -> Answer<()> {
    sqlx::query("DELETE FROM nominations WHERE id = ?").bind(signed(id)).execute(&mut **writing).await?;
    Ok(())
}

/// The new person; everything that is wrong is said by field. Phase, unit and the rest are filled in later.
fn checked(new: &ReplaceNominee, today: LocalDate) -> Answer<Nominee> {
    let mut wrong = Vec::new();
    let name = person::real_name(&new.name).map_err(|why| wrong.push(Mistake::field("name", why))).ok();
    let document = Document::parse(new.document_kind, &new.document_number, today);
    let document = document.map_err(|why| wrong.push(Mistake::field("document_number", why))).ok();
    let mobile = person::mobile(&new.mobile).map_err(|why| wrong.push(Mistake::field("mobile", why))).ok();
    if document.as_ref().is_some_and(|document| !agrees(new.sex, document)) {
        wrong.push(Mistake::field("sex", Wrong::SexOfDocument));
    }
    match (name, document, mobile) {
        (Some(name), Some(document), Some(mobile)) if wrong.is_empty() => Ok(Nominee {
            row: 0,
            name,
            sex: new.sex,
            document,
            mobile,
            unit: String::new(),
            phase: 0,
            rest: BTreeMap::new(),
        }),
        _ => Err(Refused::Wrong(wrong)),
    }
}
