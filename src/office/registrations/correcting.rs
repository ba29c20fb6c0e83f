//! Correcting fields, and revealing full numbers with a reason.

use serde_json::json;

use super::{beside, form, listing, schools, seats};
use crate::account::role::Scope;
use crate::office::{Answer, OfficeRefusal, phases, reason};
use crate::programme::enrolment::State;
use crate::programme::phase::Phase;
use crate::programme::registration::RegistrationForm;
use crate::programme::school_limit;
use crate::protocol::{Correction, RegistrationDetail, RevealedRegistration};
use crate::store::audit::{self, Act};
use crate::store::registrations::{self, Registration, Step};
use crate::store::{Lane, Private, Store, Writing, people};
use crate::text::mistake::Wrong;
use crate::time::ServerInstant;

/// Corrects fields of a registration. A person with a seat takes one in the new unit, and leaves the old one
/// to the waiting list.
pub async fn correct(
    store: &Store,
    by: &str,
    scope: &Scope,
    id: u64,
    correction: &Correction,
    now_ms: u64,
) -> Answer<RegistrationDetail> {
    let why = reason(&correction.reason, true)?;
    let mut writing = store.write(Lane::Office).await?;
    let one = submitted(store, &mut writing, id).await?;
    let mut one = one.filter(|one| scope.unit(&one.form.unit)).ok_or(OfficeRefusal::NotFound)?;
    let phase = phases::find_in(&mut writing, &one.phase).await?;
    let before = one.form.clone();
    let (new, fields) = overlaid(&before, correction);
    if !scope.unit(&new.unit) {
        return Err(OfficeRefusal::field("unit", Wrong::OtherUnit));
    }
    if one.class.is_some() && new.track != before.track {
        // The class has the track; a person in it changes by withdrawing.
        return Err(OfficeRefusal::field("track", Wrong::Choice));
    }
    let now = ServerInstant::of_fact(now_ms);
    let checked = form::check(&mut writing, &phase, &new, &one, true, now).await?;
    form::take(store, &mut one, checked);
    let leaves = write(store, &mut writing, &phase, &before, &one).await?;
    let step = Step { id: one.id, step: "correct", state: one.state, by: Some(by), reason: why, now_ms };
    registrations::note(&mut writing, &step).await?;
    // Only names of fields: their values may be confidential (I-18).
    let detail = json!({ "phase": phase.id, "fields": fields, "reason": why });
    let target = id.to_string();
    let act = Act::done(by, "registration.corrected", &target, detail);
    audit::append(&mut writing, store.vault(), act).await?;
    if leaves {
        seats::promote(&mut writing, &phase, &before.unit, now_ms).await?;
    }
    writing.commit().await?;
    listing::one(store, id, scope).await
}

/// Writes the corrected form, unless unit or school have no room for the seat. True = an earlier seat, of a
/// unit or a school, is free for others now.
async fn write(
    store: &Store,
    writing: &mut Writing,
    phase: &Phase,
    before: &RegistrationForm,
    one: &Registration,
) -> Answer<bool> {
    if one.state != State::Rejected {
        form::one_person(writing, one).await?;
    }
    let holds_seat = one.state.holds_seat();
    let moves = one.form.unit != before.unit && holds_seat;
    if moves && seats::of_unit(writing, &phase.id, &one.form.unit).await?.free() == 0 {
        return Err(OfficeRefusal::Quota);
    }
    registrations::write(writing, store.vault(), one).await?;
    let other_school = is_other_school(before, &one.form) && holds_seat;
    if other_school && schools::full_school(writing, phase, one.id).await?.is_some() {
        return Err(OfficeRefusal::field("school", Wrong::SchoolFull));
    }
    if holds_seat && one.form.name != before.name {
        people::take_name_of_registration(writing, one.id).await?;
    }
    Ok(moves || other_school)
}

/// `None` = there is none, or a draft, which is only for its owner.
async fn submitted(store: &Store, writing: &mut Writing, id: u64) -> Answer<Option<Registration>> {
    let one = registrations::find(writing, store.vault(), id).await?;
    Ok(one.filter(|one| one.state != State::Draft))
}

/// Number, mobile and e-mail in full; the person who asks and the reason are written into the log first.
pub async fn reveal(
    store: &Store,
    by: &str,
    scope: &Scope,
    id: u64,
    why: &str,
) -> Answer<RevealedRegistration> {
    let why = reason(why, true)?;
    let mut writing = store.write(Lane::Office).await?;
    let one = submitted(store, &mut writing, id).await?;
    let one = one.filter(|one| listing::reaches(scope, &one.form.unit, one.class.as_deref()));
    let one = one.ok_or(OfficeRefusal::NotFound)?;
    let detail = json!({ "phase": one.phase, "reason": why });
    let target = id.to_string();
    let act = Act::done(by, "registration.revealed", &target, detail);
    audit::append(&mut writing, store.vault(), act).await?;
    writing.commit().await?;
    let nomination = beside::nominee(store, &one, scope).await?.map(|nominee| nominee.revealed());
    let Private { number, mobile, email } = one.private;
    Ok(RevealedRegistration { document_number: number, mobile, email, nomination })
}

/// Whether the person counts for another school, or in another category. Another spelling is the same school,
/// and so is an added code.
fn is_other_school(before: &RegistrationForm, after: &RegistrationForm) -> bool {
    let name = |form: &RegistrationForm| (form.unit.clone(), school_limit::key(&form.school));
    let (old, new) = (&before.school_code, &after.school_code);
    let same_name = name(before) == name(after);
    let same_code = old == new && !new.is_empty();
    let another_code = old != new && !old.is_empty() && !new.is_empty();
    before.category != after.category || another_code || !(same_name || same_code)
}

/// The form with the correction, and the names of the given fields.
fn overlaid(before: &RegistrationForm, correction: &Correction) -> (RegistrationForm, Vec<&'static str>) {
    let mut form = before.clone();
    let mut fields = Vec::new();
    let mut text = |field: &mut String, new: &Option<String>, name| {
        if let Some(new) = new {
            field.clone_from(new);
            fields.push(name);
        }
    };
    text(&mut form.name, &correction.name, "name");
    text(&mut form.document_number, &correction.document_number, "document_number");
    text(&mut form.unit, &correction.unit, "unit");
    text(&mut form.school, &correction.school, "school");
    text(&mut form.school_code, &correction.school_code, "school_code");
    text(&mut form.position, &correction.position, "position");
    text(&mut form.title, &correction.title, "title");
    text(&mut form.subject, &correction.subject, "subject");
    text(&mut form.track, &correction.track, "track");
    text(&mut form.category, &correction.category, "category");
    text(&mut form.mobile, &correction.mobile, "mobile");
    text(&mut form.email, &correction.email, "email");
    text(&mut form.note, &correction.note, "note");
    if let Some(kind) = correction.document_kind {
        form.document_kind = Some(kind);
        fields.push("document_kind");
    }
    if let Some(kind) = correction.school_kind {
        form.school_kind = Some(kind);
        fields.push("school_kind");
    }
    // Another document tells another sex, unless it is given.
    form.sex = match (correction.sex, &correction.document_number) {
        (Some(sex), _) => Some(sex),
        (None, Some(_)) => None,
        (None, None) => form.sex,
    };
    if correction.sex.is_some() {
        fields.push("sex");
    }
    (form, fields)
}
