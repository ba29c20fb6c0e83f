//! One nominee at a time: taken off a list, or replaced by another person, with a reason.

use std::collections::BTreeMap;

use serde_json::json;

use super::super::{Answer, OfficeRefusal, phases, reason};
use crate::account::document::Document;
use crate::account::name;
use crate::account::role::Scope;
use crate::account::telephone;
use crate::programme::columns::{Column, agrees};
use crate::programme::nomination::Nominee;
use crate::protocol::ReplaceNominee;
use crate::store::audit::{self, Act};
use crate::store::nominations::{self, NewNomination, NominationPlace};
use crate::store::{Lane, Store, Writing};
use crate::text::mistake::{Mistake, Wrong};
use crate::time::{LocalDate, ServerInstant};

/// Columns that stay with the place when another person takes it; the others belong to the person.
const OF_THE_PLACE: [Column; 5] =
    [Column::School, Column::SchoolCode, Column::SchoolKind, Column::Track, Column::Category];

/// Takes a nominee off the list. A registration of the same person is unchanged.
pub async fn remove(store: &Store, by: &str, scope: &Scope, id: u64, why: &str) -> Answer<()> {
    let why = reason(why, true)?;
    let mut writing = store.write(Lane::Office).await?;
    let NominationPlace { phase, unit, name, .. } = place(&mut writing, scope, id).await?;
    nominations::delete(&mut writing, id).await?;
    let detail = json!({ "nomination": id, "name": name, "unit": unit, "reason": why });
    let act = Act::done(by, "nomination.removed", &phase, detail);
    audit::append(&mut writing, store.vault(), act).await?;
    Ok(writing.commit().await?)
}

/// Puts another person in the place: the same phase, unit, school, direction and category.
pub async fn replace(
    store: &Store,
    by: &str,
    scope: &Scope,
    id: u64,
    new: &ReplaceNominee,
    now_ms: u64,
) -> Answer<()> {
    let why = reason(&new.reason, true)?;
    let checked = checked(new, LocalDate::of(ServerInstant::of_fact(now_ms)))?;
    let mut writing = store.write(Lane::Office).await?;
    let before = place(&mut writing, scope, id).await?;
    let NominationPlace { phase, unit, name, programme, mut rest } = before;
    let phases = phases::of_programme_in(&mut writing, &programme).await?;
    let number = phases.iter().find(|one| one.id == phase).ok_or(OfficeRefusal::NotFound)?.number;
    rest.retain(|column, _| OF_THE_PLACE.contains(column));
    let now = checked.name.clone();
    let nominee = Nominee { unit: unit.clone(), phase: number, rest, ..checked };
    let nomination = NewNomination::seal(store.vault(), &phase, nominee)?;
    if nominations::unit_of(&mut writing, &nomination).await?.is_some() {
        return Err(OfficeRefusal::field("document_number", Wrong::Taken));
    }
    nominations::delete(&mut writing, id).await?;
    nominations::put(&mut writing, &nomination, now_ms).await?;
    let detail = json!({ "nomination": id, "name": name, "now": now, "unit": unit, "reason": why });
    let act = Act::done(by, "nomination.replaced", &phase, detail);
    audit::append(&mut writing, store.vault(), act).await?;
    Ok(writing.commit().await?)
}

/// Place of a nominee within `scope`.
async fn place(writing: &mut Writing, scope: &Scope, id: u64) -> Answer<NominationPlace> {
    let place = nominations::place(writing, id).await?;
    place.filter(|place| scope.unit(&place.unit)).ok_or(OfficeRefusal::NotFound)
}

/// Checks the new person; the refusal lists all mistakes by field. Phase, unit and the rest are filled in
/// later.
fn checked(new: &ReplaceNominee, today: LocalDate) -> Answer<Nominee> {
    let mut wrong = Vec::new();
    let name = name::real(&new.name).map_err(|why| wrong.push(Mistake::field("name", why))).ok();
    let document = Document::parse(new.document_kind, &new.document_number, today);
    let document = document.map_err(|why| wrong.push(Mistake::field("document_number", why))).ok();
    let mobile = telephone::mobile(&new.mobile).map_err(|why| wrong.push(Mistake::field("mobile", why))).ok();
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
        _ => Err(OfficeRefusal::Wrong(wrong)),
    }
}
