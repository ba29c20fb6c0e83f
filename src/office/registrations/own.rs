//! A trainee's own registration: drafting, submitting, withdrawing, showing.

use super::{form, seats};
use crate::office::{Answer, OfficeRefusal, phases};
use crate::programme::enrolment::{self, State};
use crate::programme::notice;
use crate::programme::phase::{Phase, Timing};
use crate::programme::registration::Checked;
use crate::protocol::{MyClass, MyRegistration, SaveRegistration};
use crate::store::registrations::{self, OwnRegistration, Registration, Step};
use crate::store::{Lane, Store, Writing, consents};
use crate::text::mistake::{Mistake, Wrong};
use crate::time::ServerInstant;

/// Saves the trainee's own registration of a phase as a draft, or submits it. `now_ms` is the arrival of the
/// request.
pub async fn save(
    store: &Store,
    person: &str,
    phase: &str,
    save: &SaveRegistration,
    now_ms: u64,
) -> Answer<MyRegistration> {
    let mut writing = store.write(Lane::Office).await?;
    write(&mut writing, store, person, phase, save, now_ms).await?;
    writing.commit().await?;
    find(store, person, phase, now_ms).await
}

/// Saves registrations of a phase, each with its person: all or none. Returns their ids.
pub async fn save_all(
    store: &Store,
    phase: &str,
    all: &[(String, SaveRegistration)],
    now_ms: u64,
) -> Answer<Vec<u64>> {
    let mut writing = store.write(Lane::Office).await?;
    let mut ids = Vec::with_capacity(all.len());
    for (person, save) in all {
        ids.push(write(&mut writing, store, person, phase, save, now_ms).await?);
    }
    writing.commit().await?;
    Ok(ids)
}

/// Returns the id of the registration.
async fn write(
    writing: &mut Writing,
    store: &Store,
    person: &str,
    phase: &str,
    save: &SaveRegistration,
    now_ms: u64,
) -> Answer<u64> {
    let now = ServerInstant::of_fact(now_ms);
    let phase = phases::find_in(writing, phase).await?;
    match phase.registration.at(now) {
        Timing::Open => {}
        Timing::NotOpen => return Err(enrolment::Refused::NotOpen.into()),
        Timing::Closed => return Err(enrolment::Refused::Closed.into()),
    }
    registrations::begin_draft(writing, store.vault(), &phase.id, person).await?;
    let own = registrations::of_person(writing, store.vault(), &phase.id, person).await?;
    let mut own = own.ok_or(OfficeRefusal::NotFound)?;
    if !matches!(own.state, State::Draft | State::Rejected) {
        return Err(enrolment::Refused::WrongState.into());
    }
    if own.private.mobile.is_empty() {
        own.private.mobile = mobile_of_account(store, person).await?;
    }
    let checked = check(writing, &phase, save, &own, now).await?;
    form::take(store, &mut own, checked);
    if save.submit {
        form::one_person(writing, &own).await?;
        consents::agree(writing, person, &phase.id, notice::VERSION, now_ms).await?;
    }
    registrations::write(writing, store.vault(), &own).await?;
    if save.submit {
        let state = own.state.after(enrolment::Step::Submit, phase.registration.at(now))?;
        registrations::submit(writing, &own, state, now_ms).await?;
        let step = Step { id: own.id, step: "submit", state, by: Some(person), reason: "", now_ms };
        registrations::note(writing, &step).await?;
    }
    Ok(own.id)
}

/// The telephone number for signing in, which need not be typed again. Empty = the account has none.
async fn mobile_of_account(store: &Store, person: &str) -> Answer<String> {
    Ok(store.accounts().of(person).await?.and_then(|account| account.phone).unwrap_or_default())
}

/// All mistakes in the form, and a missing consent.
async fn check(
    writing: &mut Writing,
    phase: &Phase,
    save: &SaveRegistration,
    own: &Registration,
    now: ServerInstant,
) -> Answer<Checked> {
    let checked = form::check(writing, phase, &save.form, own, save.submit, now).await;
    if !save.submit {
        return checked;
    }
    match (checked, missing_consent(writing, own, save.consent.as_deref()).await?) {
        (checked, None) => checked,
        (Ok(_), Some(mistake)) => Err(OfficeRefusal::Wrong(vec![mistake])),
        (Err(OfficeRefusal::Wrong(wrong)), Some(mistake)) => {
            Err(OfficeRefusal::Wrong([wrong, vec![mistake]].concat()))
        }
        (refused, Some(_)) => refused,
    }
}

/// The mistake if there is no consent to the present notice. A person who has agreed to it once in this phase
/// is not asked again.
async fn missing_consent(
    writing: &mut Writing,
    own: &Registration,
    given: Option<&str>,
) -> Answer<Option<Mistake>> {
    let wrong = match given {
        Some(notice::VERSION) => return Ok(None),
        Some(_) => Wrong::Outdated,
        None => Wrong::Missing,
    };
    let before = consents::last(writing, &own.person, &own.phase).await?;
    let agreed = before.is_some_and(|consent| consent.version == notice::VERSION);
    Ok((!agreed).then(|| Mistake::field("consent", wrong)))
}

/// Withdraws the registration for good, for the trainee.
pub async fn withdraw(store: &Store, person: &str, phase: &str, now_ms: u64) -> Answer<MyRegistration> {
    let mut writing = store.write(Lane::Office).await?;
    let phase = phases::find_in(&mut writing, phase).await?;
    let own = registrations::standing_of_person(&mut writing, &phase.id, person).await?;
    let own = own.ok_or(OfficeRefusal::NotFound)?;
    enrolment::may_leave(own.state, phase.study.at(ServerInstant::of_fact(now_ms)))?;
    seats::withdraw(&mut writing, &phase, &own, person, "", now_ms).await?;
    writing.commit().await?;
    find(store, person, &phase.id, now_ms).await
}

/// A person's own registration of a phase.
pub async fn find(store: &Store, person: &str, phase: &str, now_ms: u64) -> Answer<MyRegistration> {
    let own = shown(store, person, Some(phase), now_ms).await?;
    own.into_iter().next().ok_or(OfficeRefusal::NotFound)
}

/// All registrations of a person, the latest phase first.
pub async fn all(store: &Store, person: &str, now_ms: u64) -> Answer<Vec<MyRegistration>> {
    shown(store, person, None, now_ms).await
}

async fn shown(store: &Store, person: &str, phase: Option<&str>, now_ms: u64) -> Answer<Vec<MyRegistration>> {
    let mut all = Vec::new();
    for own in store.registrations().of_person(person, phase).await? {
        let phase = phases::find(store, &own.registration.phase).await?;
        let consent = store.consents().last(person, &phase.id).await?;
        all.push(MyRegistration { consent, ..my(own, &phase, ServerInstant::of_fact(now_ms)) });
    }
    Ok(all)
}

fn my(own: OwnRegistration, phase: &Phase, now: ServerInstant) -> MyRegistration {
    let OwnRegistration { registration, class, place } = own;
    let is_open = phase.registration.at(now) == Timing::Open;
    let state = registration.state;
    let may_move = registration.class.is_none() || phase.study.at(now) == Timing::NotOpen;
    MyRegistration {
        id: registration.id,
        phase: phase.id.clone(),
        phase_title: phase.title.clone(),
        state,
        form: form::masked(&registration),
        class: registration.class.zip(class).map(|(id, (number, host))| MyClass { id, number, host }),
        reason: registration.reason,
        submitted_at_ms: registration.submitted_at_ms,
        waiting_place: (state == State::Waitlisted).then_some(place),
        consent: None,
        may_edit: is_open && matches!(state, State::Draft | State::Rejected),
        may_withdraw: enrolment::may_leave(state, phase.study.at(now)).is_ok(),
        study: phase.study.at(now),
        may_choose_class: phase.choose_class && matches!(state, State::Approved | State::Placed) && may_move,
    }
}
