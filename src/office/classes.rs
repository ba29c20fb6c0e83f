//! Classes of 100: formed in the order of approval, or chosen (S0-05, S0-06).

use serde_json::json;

use super::registrations::{own, seats};
use super::{Answer, OfficeRefusal, phases};
use crate::programme::cohort::{self, CAPACITY, Waiting, may_choose};
use crate::programme::enrolment::{self, State};
use crate::programme::phase::{Phase, Timing};
use crate::programme::registration::SchoolKind;
use crate::protocol::{Class, Formed, MyRegistration, NewClass};
use crate::store::audit::{self, Act};
use crate::store::registrations::{self, Standing, Step, ToPlace};
use crate::store::{Lane, Store, Writing, classes, enrolments};
use crate::text::mistake::Wrong;
use crate::time::ServerInstant;

const HOST_CHARS_MAX: usize = 50;
const CLASSES_MAX: u32 = 999;

/// Most people placed in one transaction, so that facts of running classes wait no longer.
const PLACED_AT_ONCE: u32 = 100;

/// The classes of a phase, sorted by number.
pub async fn all(store: &Store, phase: &str) -> Answer<Vec<Class>> {
    phases::find(store, phase).await?;
    Ok(store.classes().of_phase(phase).await?.into_iter().map(shown).collect())
}

async fn find(store: &Store, id: &str) -> Answer<classes::Class> {
    store.classes().find(id).await?.ok_or(OfficeRefusal::NotFound)
}

/// Makes an empty class, to be chosen or filled.
pub async fn make(store: &Store, by: &str, phase: &str, new: &NewClass) -> Answer<Class> {
    let mut writing = store.write(Lane::Office).await?;
    let phase = phases::find_in(&mut writing, phase).await?;
    check(&phase, new)?;
    let known = classes::numbers(&mut writing, &phase.id).await?;
    let number = known.last().map_or(0, |(_, number)| *number) + 1;
    let id = insert(&mut writing, &phase, number, new).await?;
    audit::append(&mut writing, store.vault(), Act::done(by, "class.made", &id, detail(new))).await?;
    writing.commit().await?;
    Ok(shown(find(store, &id).await?))
}

/// Changes the host of a class, or its track while nobody is in it.
pub async fn change(store: &Store, by: &str, id: &str, new: &NewClass) -> Answer<Class> {
    let before = find(store, id).await?;
    check(&phases::find(store, &before.phase).await?, new)?;
    let mut writing = store.write(Lane::Office).await?;
    if !classes::change(&mut writing, id, &new.track, new.host.trim(), new.host_kind).await? {
        return Err(OfficeRefusal::field("track", Wrong::Choice));
    }
    audit::append(&mut writing, store.vault(), Act::done(by, "class.changed", id, detail(new))).await?;
    writing.commit().await?;
    Ok(shown(find(store, id).await?))
}

/// Gives all approved people a class. Later approvals get one at once.
pub async fn form(store: &Store, by: &str, phase: &str, now_ms: u64) -> Answer<Formed> {
    let mut formed = Formed { placed: 0, new_classes: 0 };
    loop {
        let mut writing = store.write(Lane::Office).await?;
        let phase = phases::find_in(&mut writing, phase).await?;
        let some = place(&mut writing, &phase, now_ms).await?;
        let all = some.placed < PLACED_AT_ONCE;
        if all {
            crate::store::phases::note_formed(&mut writing, &phase.id, now_ms).await?;
        }
        let detail = json!({ "placed": some.placed, "new_classes": some.new_classes });
        let act = Act::done(by, "class.formed", &phase.id, detail);
        audit::append(&mut writing, store.vault(), act).await?;
        writing.commit().await?;
        formed.placed += some.placed;
        formed.new_classes += some.new_classes;
        if all {
            return Ok(formed);
        }
    }
}

/// Takes the trainee's choice, or a change of it before the study begins.
pub async fn choose(
    store: &Store,
    person: &str,
    phase: &str,
    id: &str,
    now_ms: u64,
) -> Answer<MyRegistration> {
    let mut writing = store.write(Lane::Office).await?;
    let phase = phases::find_in(&mut writing, phase).await?;
    let own = registrations::standing_of_person(&mut writing, &phase.id, person).await?;
    let own = own.ok_or(OfficeRefusal::NotFound)?;
    if !phase.choose_class {
        return Err(OfficeRefusal::NoChoice);
    }
    let state = after_choosing(own.state, &phase, ServerInstant::of_fact(now_ms))?;
    let known = classes::of_phase(&mut writing, &phase.id).await?;
    let class = known.into_iter().find(|class| class.id == id).ok_or(OfficeRefusal::NotFound)?;
    may_be_in(&own, &class)?;
    let step = Step { id: own.id, step: "choose_class", state, by: Some(person), reason: "", now_ms };
    assign(&mut writing, &phase, &step, &class.id).await?;
    if let Some(before) = own.class.filter(|before| *before != class.id) {
        enrolments::take_back(&mut writing, person, &before).await?;
    }
    writing.commit().await?;
    own::find(store, person, &phase.id, now_ms).await
}

/// A person in a class may choose another one before the study begins.
fn after_choosing(before: State, phase: &Phase, now: ServerInstant) -> Result<State, enrolment::Refused> {
    match before {
        State::Placed if phase.study.at(now) == Timing::NotOpen => Ok(State::Placed),
        other => other.after(enrolment::Step::Place, phase.registration.at(now)),
    }
}

fn may_be_in(own: &Standing, class: &classes::Class) -> Answer<()> {
    if class.track != own.track || !may_choose(kind_of(own.school_kind), class.host_kind) {
        return Err(OfficeRefusal::ClassNotForYou);
    }
    if class.members >= class.capacity && own.class.as_ref() != Some(&class.id) {
        return Err(OfficeRefusal::ClassFull);
    }
    Ok(())
}

/// A person without a kind of school belongs to none.
fn kind_of(kind: Option<SchoolKind>) -> SchoolKind {
    kind.unwrap_or(SchoolKind::Administration)
}

fn class_id(phase: &Phase, number: u32) -> String {
    format!("{}-{number:03}", phase.id)
}

/// The details of a new or changed class for the audit log.
fn detail(new: &NewClass) -> serde_json::Value {
    json!({ "track": new.track, "host": new.host, "host_kind": new.host_kind })
}

fn check(phase: &Phase, new: &NewClass) -> Answer<()> {
    let track_fits =
        if phase.tracks.is_empty() { new.track.is_empty() } else { phase.tracks.contains(&new.track) };
    if !track_fits {
        return Err(OfficeRefusal::field("track", Wrong::Choice));
    }
    let host = new.host.trim();
    if host.chars().count() > HOST_CHARS_MAX || host.chars().any(char::is_control) {
        return Err(OfficeRefusal::field("host", Wrong::TooLong));
    }
    if host.is_empty() && new.host_kind.is_some() {
        return Err(OfficeRefusal::field("host", Wrong::Missing));
    }
    Ok(())
}

/// Writes a class without members; returns its id.
async fn insert(writing: &mut Writing, phase: &Phase, number: u32, new: &NewClass) -> Answer<String> {
    if number > CLASSES_MAX {
        return Err(OfficeRefusal::field("number", Wrong::TooMuch));
    }
    let class = classes::Class {
        id: class_id(phase, number),
        phase: phase.id.clone(),
        number,
        track: new.track.clone(),
        capacity: CAPACITY,
        members: 0,
        host: new.host.trim().to_owned(),
        host_kind: new.host_kind,
    };
    classes::insert(writing, &class).await?;
    Ok(class.id)
}

fn shown(class: classes::Class) -> Class {
    Class {
        id: class.id,
        number: class.number,
        track: class.track,
        capacity: class.capacity,
        members: class.members,
        host: class.host,
        host_kind: class.host_kind,
    }
}

/// Gives approved people a class, at most [`PLACED_AT_ONCE`], in the order of approval; people who may not be
/// in every class come first.
pub(super) async fn place(writing: &mut Writing, phase: &Phase, now_ms: u64) -> Answer<Formed> {
    let known = classes::of_phase(writing, &phase.id).await?;
    let hosted = known.iter().any(|class| class.host_kind.is_some());
    let first = hosted.then_some(SchoolKind::Higher);
    let waiting = registrations::to_place(writing, &phase.id, first, PLACED_AT_ONCE).await?;
    let is_bound = |one: &ToPlace| hosted && kind_of(one.school_kind) == SchoolKind::Higher;
    let (bound, free): (Vec<ToPlace>, Vec<ToPlace>) = waiting.into_iter().partition(is_bound);
    let mut formed = Formed { placed: 0, new_classes: 0 };
    for (waiting, kind) in [(bound, SchoolKind::Higher), (free, SchoolKind::Administration)] {
        if !waiting.is_empty() {
            let more = place_some(writing, phase, waiting, kind, now_ms).await?;
            formed.placed += more.placed;
            formed.new_classes += more.new_classes;
        }
    }
    Ok(formed)
}

async fn place_some(
    writing: &mut Writing,
    phase: &Phase,
    waiting: Vec<ToPlace>,
    kind: SchoolKind,
    now_ms: u64,
) -> Answer<Formed> {
    let known = classes::of_phase(writing, &phase.id).await?;
    // A class that these people may not be in counts as full: its number is not given again.
    let as_cohort = |class: &classes::Class| cohort::Class {
        number: class.number,
        track: class.track.clone(),
        members: if may_choose(kind, class.host_kind) { class.members } else { CAPACITY },
    };
    let before: Vec<cohort::Class> = known.iter().map(as_cohort).collect();
    let tracks: Vec<String> = waiting.iter().map(|one| one.track.clone()).collect();
    let waiting = waiting.into_iter().map(|one| Waiting { who: one.id, track: one.track });
    let placed = cohort::form(&before, waiting, CAPACITY);
    let mut last = known.iter().map(|class| class.number).max().unwrap_or(0);
    let first_new = last + 1;
    for ((id, number), track) in placed.iter().zip(tracks) {
        if *number > last {
            let new = NewClass { track, ..NewClass::default() };
            insert(writing, phase, *number, &new).await?;
            last = *number;
        }
        let state = State::Approved.after(enrolment::Step::Place, Timing::Closed)?;
        let step = Step { id: *id, step: "place", state, by: None, reason: "", now_ms };
        assign(writing, phase, &step, &class_id(phase, *number)).await?;
    }
    let placed = u32::try_from(placed.len()).unwrap_or(u32::MAX);
    Ok(Formed { placed, new_classes: last + 1 - first_new })
}

/// Writes the class and the lessons that belong to the person from now on: presence counts since the approval
/// (CR-1).
async fn assign(writing: &mut Writing, phase: &Phase, step: &Step<'_>, class: &str) -> Answer<()> {
    registrations::put_into_class(writing, step.id, Some(class)).await?;
    seats::take(writing, &phase.id, step).await?;
    Ok(enrolments::give_lessons_of_class(writing, step.id).await?)
}
