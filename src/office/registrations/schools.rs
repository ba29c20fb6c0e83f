//! The seats that schools hold in a phase (S0-02). Registrations are of one school if they have the same name
//! in the same unit, or the same code.

use std::collections::{BTreeMap, BTreeSet};

use crate::office::Answer;
use crate::programme::phase::Phase;
use crate::programme::school_limit;
use crate::programme::school_limit::PerSchool;
use crate::store::Writing;
use crate::store::registrations::{self, Member};

/// The seat holders by school, read once for many questions about waiting people. Empty if the phase has no
/// bound.
pub(super) struct Schools<'a> {
    limit: Option<&'a PerSchool>,
    /// Ids and categories, by unit and name.
    by_name: BTreeMap<(String, String), Vec<(u64, String)>>,
    by_code: BTreeMap<String, Vec<(u64, String)>>,
}

impl<'a> Schools<'a> {
    pub(super) async fn of(writing: &mut Writing, phase: &'a Phase) -> Answer<Schools<'a>> {
        let limit = phase.per_school.as_ref();
        let mut schools = Schools { limit, by_name: BTreeMap::new(), by_code: BTreeMap::new() };
        if limit.is_some() {
            for one in registrations::seat_holders(writing, &phase.id).await? {
                schools.seat(one);
            }
        }
        Ok(schools)
    }

    /// Notes a new seat.
    pub(super) fn seat(&mut self, one: Member) {
        let held = (one.id, one.category);
        if !one.code.is_empty() {
            self.by_code.entry(one.code).or_default().push(held.clone());
        }
        self.by_name.entry((one.unit, one.key)).or_default().push(held);
    }

    /// Whether the school may have one more seat for this person.
    pub(super) fn has_room(&self, one: &Member) -> bool {
        let Some(limit) = self.limit else { return true };
        let by_name = self.by_name.get(&(one.unit.clone(), one.key.clone()));
        let by_code = self.by_code.get(&one.code);
        let held: BTreeSet<&(u64, String)> = by_name.into_iter().chain(by_code).flatten().collect();
        let held: Vec<String> = held.into_iter().map(|(_, category)| category.clone()).collect();
        school_limit::has_room(limit, &one.category, &held)
    }
}

/// The school of a registration if it has all the seats, beside this one, that the phase allows; `None` = it
/// has room.
pub(super) async fn full_school(writing: &mut Writing, phase: &Phase, id: u64) -> Answer<Option<String>> {
    let Some(limit) = &phase.per_school else { return Ok(None) };
    let one = registrations::member(writing, id).await?;
    let held = registrations::held_by_school(writing, &phase.id, &one).await?;
    let has_room = school_limit::has_room(limit, &one.category, &held);
    Ok(if has_room { None } else { Some(one.school) })
}
