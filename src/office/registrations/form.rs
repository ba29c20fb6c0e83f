//! The form of a registration: checking it against the offer of its phase and the known data, taking it over,
//! showing it.

use crate::account::name;
use crate::office::{Answer, OfficeRefusal, units};
use crate::programme::phase::Phase;
use crate::programme::registration::RegistrationForm;
use crate::programme::registration::{self, Checked, Choices};
use crate::protocol::Nominated;
use crate::store::registrations::{self, Registration};
use crate::store::{Private, Store, Writing};
use crate::time::{LocalDate, ServerInstant};

/// Checks a form against the offer of its phase and the known data. `whole` = nothing may be missing.
pub(super) async fn check(
    writing: &mut Writing,
    phase: &Phase,
    form: &RegistrationForm,
    known: &Registration,
    whole: bool,
    now: ServerInstant,
) -> Answer<Checked> {
    let units = units::of_programme_in(writing, &phase.programme).await?;
    let choices = Choices {
        today: LocalDate::of(now),
        is_unit: &|unit| units.is_code(unit),
        tracks: &phase.tracks,
        categories: &phase.categories,
    };
    let same_kind = form.document_kind.is_none_or(|kind| known.form.document_kind == Some(kind));
    let has_document = known.document.is_some() && same_kind;
    let has_mobile = !known.private.mobile.is_empty();
    registration::check(form, &choices, whole, has_document, has_mobile).map_err(OfficeRefusal::Wrong)
}

/// Checks that one document is one person in all phases: no other account has it, and this person has no
/// other.
pub(super) async fn one_person(writing: &mut Writing, registration: &Registration) -> Answer<()> {
    let uses = registrations::document_uses(writing, registration).await?;
    if uses.in_phase {
        Err(OfficeRefusal::RegisteredAlready)
    } else if uses.by_another {
        Err(OfficeRefusal::DocumentTaken)
    } else if uses.other_document {
        Err(OfficeRefusal::OtherDocument)
    } else {
        Ok(())
    }
}

/// Takes over a checked form; fields not given again stay.
pub(super) fn take(store: &Store, registration: &mut Registration, checked: Checked) {
    if let Some(document) = &checked.document {
        registration.set_document(store.vault(), document);
    }
    if !checked.mobile.is_empty() {
        registration.private.mobile = checked.mobile;
    }
    if !checked.email.is_empty() {
        registration.private.email = checked.email;
    }
    let sex = checked.form.sex.or(registration.form.sex);
    let document_kind = checked.form.document_kind.or(registration.form.document_kind);
    registration.form = RegistrationForm { sex, document_kind, ..checked.form };
}

/// The form for display.
pub(super) fn masked(registration: &Registration) -> RegistrationForm {
    let Private { number, mobile, email } = registration.private.masked();
    RegistrationForm { document_number: number, mobile, email, ..registration.form.clone() }
}

/// Whether a registration agrees with the units' lists; `listed` = unit and name on the list with the same
/// document.
pub(super) fn nominated(listed: Option<&(String, String)>, form: &RegistrationForm) -> Nominated {
    match listed {
        None => Nominated::No,
        Some((unit, _)) if *unit != form.unit => Nominated::OtherUnit,
        Some((_, listed)) if !name::same(listed, &form.name) => Nominated::OtherName,
        Some(_) => Nominated::Yes,
    }
}
