//! The registrations in the view of the office: in the order of submission, filtered and counted; and
//! everything about one.

use super::{beside, form};
use crate::account::document::Document;
use crate::account::document::DocumentKind;
use crate::account::role::Scope;
use crate::account::telephone;
use crate::office::{Answer, OfficeRefusal, phases};
use crate::programme::enrolment::State;
use crate::programme::registration::SchoolKind;
use crate::protocol::{
    RegistrationCounts, RegistrationDetail, RegistrationLine, RegistrationPage, RegistrationStep, StateCount,
};
use crate::store::Store;
pub use crate::store::registrations::Listed;
use crate::store::registrations::{OpenLine, Sought, Wanted};
use crate::text::mistake::Wrong;
use crate::time::{LocalDate, ServerInstant};

const PAGE: u32 = 100;
const PAGE_MAX: u32 = 200;
/// Longest search text, characters.
const TEXT_CHARS_MAX: usize = 50;

/// The filter of registrations; an absent field fits all.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub unit: Option<String>,
    pub state: Option<State>,
    pub track: Option<String>,
    pub class: Option<String>,
    /// Part of a name or school, a whole document number or a mobile number.
    pub text: Option<String>,
    pub nominated: Option<Listed>,
    pub recommended: Option<bool>,
    /// Only submissions after this one.
    pub after: Option<u64>,
    pub limit: Option<u32>,
}

impl Filter {
    /// The filter for a phase within `scope`.
    pub(super) fn wanted<'a>(&'a self, phase: &'a str, scope: &'a Scope, now_ms: u64) -> Wanted<'a> {
        let text = self.text();
        let mobile = text.and_then(|text| telephone::mobile(text).ok());
        Wanted {
            phase,
            scope,
            unit: self.unit.as_deref(),
            state: self.state,
            track: self.track.as_deref(),
            class: self.class.as_deref(),
            sought: text.filter(|_| mobile.is_none()).map(|text| sought(text, now_ms)),
            mobile,
            nominated: self.nominated,
            recommended: self.recommended,
            after: self.after.unwrap_or(0),
        }
    }

    /// The search text; `None` = there is none.
    pub(in crate::office) fn text(&self) -> Option<&str> {
        self.text.as_deref().map(str::trim).filter(|text| !text.is_empty())
    }
}

/// The meaning of a search text: a whole document number, or else part of a name or a school.
pub(in crate::office) fn sought(text: &str, now_ms: u64) -> Sought {
    let today = LocalDate::of(ServerInstant::of_fact(now_ms));
    let kinds = [DocumentKind::Resident, DocumentKind::Passport, DocumentKind::Permit];
    let documents = kinds.into_iter().filter_map(|kind| Document::parse(kind, text, today).ok());
    let documents: Vec<Document> = documents.collect();
    if text.bytes().any(|byte| byte.is_ascii_digit()) && !documents.is_empty() {
        return Sought::Documents(documents);
    }
    Sought::Part(text.chars().take(TEXT_CHARS_MAX).collect())
}

/// One page of a phase's registrations within `scope`.
pub async fn page(
    store: &Store,
    phase: &str,
    scope: &Scope,
    filter: &Filter,
    now_ms: u64,
) -> Answer<RegistrationPage> {
    let phase = phases::find(store, phase).await?;
    let limit = filter.limit.unwrap_or(PAGE).clamp(1, PAGE_MAX);
    let wanted = filter.wanted(&phase.id, scope, now_ms);
    let mut sealed = store.registrations().list(&wanted, Some(limit + 1)).await?;
    let more = sealed.len() > limit as usize;
    sealed.truncate(limit as usize);
    let (mut rows, mut last) = (Vec::with_capacity(sealed.len()), None);
    for one in sealed {
        let one = one.open(store.vault())?;
        last = one.submission;
        rows.push(line(&one));
    }
    Ok(RegistrationPage { rows, next: last.filter(|_| more) })
}

/// Numbers of registrations by state; `state` and `after` of the filter are ignored.
pub async fn counts(
    store: &Store,
    phase: &str,
    scope: &Scope,
    filter: &Filter,
    now_ms: u64,
) -> Answer<RegistrationCounts> {
    let phase = phases::find(store, phase).await?;
    let wanted = Wanted { state: None, after: 0, ..filter.wanted(&phase.id, scope, now_ms) };
    let states = store.registrations().states(&wanted).await?;
    let states: Vec<StateCount> =
        states.into_iter().map(|(state, count)| StateCount { state, count }).collect();
    Ok(RegistrationCounts { all: states.iter().map(|one| one.count).sum(), states })
}

/// Number of these registrations that differ from the units' lists ([`Listed::Differs`]).
pub async fn differing(store: &Store, phase: &str, scope: &Scope, ids: &[u64], now_ms: u64) -> Answer<u32> {
    if ids.len() > super::deciding::IDS_MAX {
        return Err(OfficeRefusal::field("ids", Wrong::TooMuch));
    }
    let phase = phases::find(store, phase).await?;
    let filter = Filter { nominated: Some(Listed::Differs), ..Filter::default() };
    Ok(store.registrations().count(&filter.wanted(&phase.id, scope, now_ms), ids).await?)
}

/// One registration within `scope` in full, with its steps so far.
pub async fn one(store: &Store, id: u64, scope: &Scope) -> Answer<RegistrationDetail> {
    let sealed = store.registrations().line(id).await?.ok_or(OfficeRefusal::NotFound)?;
    let open = sealed.open(store.vault())?;
    let line = line(&open);
    if !reaches(scope, &line.unit, line.class.as_deref()) {
        return Err(OfficeRefusal::NotFound);
    }
    let steps = store.registrations().steps(id).await?.into_iter().map(|step| RegistrationStep {
        at_ms: step.at_ms,
        step: step.step,
        state: step.state,
        by: step.name,
        reason: step.reason,
    });
    let steps = steps.collect();
    let registration = open.registration;
    let nominee = beside::nominee(store, &registration, scope).await?;
    let differs = nominee.as_ref().map(|nominee| nominee.differs(&registration)).unwrap_or_default();
    let nomination = nominee.map(|nominee| nominee.masked());
    let consent = store.consents().last(&registration.person, &registration.phase).await?;
    let same_mobile = store.registrations().with_same_mobile(id).await?;
    let (form, attestation) = (form::masked(&registration), registration.attestation);
    Ok(RegistrationDetail { form, consent, nomination, differs, same_mobile, attestation, line, steps })
}

/// Whether `scope` reaches a registration, by its unit or its class.
pub(super) fn reaches(scope: &Scope, unit: &str, class: Option<&str>) -> bool {
    scope.unit(unit) || class.is_some_and(|class| scope.class(class))
}

fn line(open: &OpenLine) -> RegistrationLine {
    let one = &open.registration;
    let (private, form) = (one.private.masked(), &one.form);
    RegistrationLine {
        id: one.id,
        state: one.state,
        name: form.name.clone(),
        document_kind: form.document_kind.unwrap_or(DocumentKind::Resident),
        document: private.number,
        mobile: private.mobile,
        unit: form.unit.clone(),
        school: form.school.clone(),
        school_kind: form.school_kind.unwrap_or(SchoolKind::Administration),
        track: form.track.clone(),
        category: form.category.clone(),
        nominated: form::nominated(open.nominated.as_ref(), form),
        recommended: one.recommended,
        submitted_at_ms: one.submitted_at_ms.unwrap_or(0),
        waiting_place: open.place,
        class: one.class.clone(),
        reason: one.reason.clone(),
    }
}
