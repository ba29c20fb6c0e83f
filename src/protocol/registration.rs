//! Nominations and registrations: what a trainee fills in, and what the office sees and decides.
//!
//! Document numbers and telephones come back masked; in full only by [`RevealRegistration`], which is audited.
//! Refused requests answer [`super::ApiError`]. Codes beside the usual ones: 422 `wrong` (fields in its
//! `wrong`), 409 `not_open`, `closed`, `wrong_state`, `study_over`, `document_refused` (another account has
//! the document, or it is registered in this phase: nobody learns which), `other_document` (this person has
//! another one), `class_full`, `class_not_for_you`, `no_choice`, `changed` (somebody else was faster), 404 `not_found` also for what
//! belongs to another unit.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::SchoolKind;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RegistrationState {
    Draft,
    Submitted,
    /// Approved in principle; no seat was left.
    Waitlisted,
    Rejected,
    Approved,
    /// Has a class.
    Placed,
    /// Was in class, or watched.
    Active,
    Completed,
    Failed,
    Withdrawn,
}

/// Kinds of documents (证件类型).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DocumentKind {
    /// 居民身份证 (GB 11643), and the residence permits with numbers of the same form.
    Resident,
    /// 港澳居民来往内地通行证, 台湾居民来往大陆通行证.
    Permit,
    Passport,
}

/// GB/T 2261.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    Male,
    Female,
    /// 未说明的性别.
    Unsaid,
}

/// What a trainee fills in; texts as they are typed. A draft may leave anything empty, but what is
/// filled must be right. Required to submit: name, document, unit, school, school_kind, mobile; track and
/// category where the phase has some; sex only where the document does not say it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct RegistrationForm {
    pub name: String,
    pub sex: Option<Sex>,
    pub document_kind: Option<DocumentKind>,
    pub document_number: String,
    /// Code of the unit that sends the trainee.
    pub unit: String,
    /// 单位全称.
    pub school: String,
    /// 学校标识码, 10 digits.
    pub school_code: String,
    pub school_kind: Option<SchoolKind>,
    /// 职务.
    pub position: String,
    /// 职称.
    pub title: String,
    /// 任教专业/学科.
    pub subject: String,
    pub track: String,
    /// 参训类别.
    pub category: String,
    pub mobile: String,
    pub email: String,
    /// 备注.
    pub note: String,
}

/// `PUT /api/phases/{phase}/registration`: the trainee's own, made when there is none; answers
/// [`MyRegistration`]. Taken while it is a draft or rejected, inside the window. An empty document number,
/// mobile or e-mail keeps the one that was given before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SaveRegistration {
    pub form: RegistrationForm,
    /// False: a draft.
    pub submit: bool,
    /// Version of the [`super::Notice`] that is agreed to. Submitting needs consent to the present one, given now or before
    /// in this phase; else 422 `wrong`: `consent` with `missing`, `outdated`.
    #[serde(default)]
    #[ts(optional)]
    pub consent: Option<String>,
}

/// `GET /api/phases/{phase}/registration`: the trainee's own, 404 when there is none;
/// `GET /api/registrations/mine`: all of them, the last phase first.
/// `POST /api/phases/{phase}/registration/withdraw` (no body): for good; answers this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MyRegistration {
    #[ts(type = "number")]
    pub id: u64,
    pub phase: String,
    pub phase_title: String,
    pub state: RegistrationState,
    /// As it was saved; document number, mobile and e-mail are masked.
    pub form: RegistrationForm,
    /// Words of whoever decided.
    pub reason: String,
    #[ts(type = "number | null")]
    pub submitted_at_ms: Option<u64>,
    /// Waitlisted: how many of the unit come before, counted from 1.
    pub waiting_place: Option<u32>,
    pub class: Option<MyClass>,
    /// What was agreed to last, and when.
    pub consent: Option<super::Consent>,
    pub may_edit: bool,
    pub may_withdraw: bool,
    /// Where the server's now lies in the study of the phase.
    pub study: super::Timing,
    pub may_choose_class: bool,
}

/// The class of a trainee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MyClass {
    pub id: String,
    pub number: u32,
    pub host: String,
}

/// `PUT /api/phases/{phase}/registration/class`: chooses, or changes before the study begins; answers
/// [`MyRegistration`]. 409 `no_choice` where the phase forms the classes, `class_full`,
/// `class_not_for_you` (高职 → 高职 bases, and the own track).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ChooseClass {
    pub class: String,
}

/// Whether somebody is on the units' lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Nominated {
    No,
    Yes,
    /// By another unit than is registered.
    OtherUnit,
    /// With another name.
    OtherName,
}

/// `GET /api/phases/{phase}/registrations?unit=&state=&track=&class=&text=&nominated=yes|no|differs&recommended=yes|no&after=&limit=`:
/// in the order of submission, drafts left out. `text` finds part of a name or a school, a whole document
/// number or mobile. At most 200 at once, 100 unless told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RegistrationPage {
    pub rows: Vec<RegistrationLine>,
    /// `after` of the next page; none: this was the last.
    #[ts(type = "number | null")]
    pub next: Option<u64>,
}

/// One registration in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RegistrationLine {
    #[ts(type = "number")]
    pub id: u64,
    pub state: RegistrationState,
    pub name: String,
    pub document_kind: DocumentKind,
    /// Last four characters at most.
    pub document: String,
    pub mobile: String,
    pub unit: String,
    pub school: String,
    pub school_kind: SchoolKind,
    pub track: String,
    pub category: String,
    pub nominated: Nominated,
    /// The unit speaks for this person.
    pub recommended: bool,
    #[ts(type = "number")]
    pub submitted_at_ms: u64,
    /// Waitlisted: the place among those of the unit, counted from 1.
    pub waiting_place: Option<u32>,
    /// Id of the class.
    pub class: Option<String>,
    /// Words of the last decision.
    pub reason: String,
}

/// `GET /api/phases/{phase}/registrations/counts?…` with the same filters: how many stand where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RegistrationCounts {
    pub all: u32,
    pub states: Vec<StateCount>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StateCount {
    pub state: RegistrationState,
    pub count: u32,
}

/// `GET /api/registrations/{id}`: everything about one, masked, and its way so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RegistrationDetail {
    pub line: RegistrationLine,
    pub form: RegistrationForm,
    pub consent: Option<super::Consent>,
    /// The line of the units' lists with the same document, masked; None = there is none, or the asker may not
    /// see the list of that unit.
    pub nomination: Option<RegistrationForm>,
    /// Why the unit speaks for this person; may be empty.
    pub attestation: String,
    pub steps: Vec<RegistrationStep>,
}

/// One step on the way of a registration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RegistrationStep {
    #[ts(type = "number")]
    pub at_ms: u64,
    /// `submit`, `approve`, …, `recommend`, `correct`, `promote`, `choose_class`.
    pub step: String,
    pub state: RegistrationState,
    /// Name of whoever did it; empty: the server.
    pub by: String,
    pub reason: String,
}

/// `PATCH /api/registrations/{id}`: puts fields right, whatever the state; answers [`RegistrationDetail`].
/// Fields that are absent stay. Another unit takes a seat there, or is refused with `quota`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Correction {
    #[ts(optional)]
    pub name: Option<String>,
    #[ts(optional)]
    pub sex: Option<Sex>,
    #[ts(optional)]
    pub document_kind: Option<DocumentKind>,
    #[ts(optional)]
    pub document_number: Option<String>,
    #[ts(optional)]
    pub unit: Option<String>,
    #[ts(optional)]
    pub school: Option<String>,
    #[ts(optional)]
    pub school_code: Option<String>,
    #[ts(optional)]
    pub school_kind: Option<SchoolKind>,
    #[ts(optional)]
    pub position: Option<String>,
    #[ts(optional)]
    pub title: Option<String>,
    #[ts(optional)]
    pub subject: Option<String>,
    #[ts(optional)]
    pub track: Option<String>,
    #[ts(optional)]
    pub category: Option<String>,
    #[ts(optional)]
    pub mobile: Option<String>,
    #[ts(optional)]
    pub email: Option<String>,
    #[ts(optional)]
    pub note: Option<String>,
    /// Required; audited.
    pub reason: String,
}

/// `POST /api/registrations/{id}/reveal`: number and mobile in full; audited with the reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RevealRegistration {
    pub reason: String,
}

/// Answer of [`RevealRegistration`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RevealedRegistration {
    pub document_number: String,
    pub mobile: String,
    pub email: String,
}

/// `GET /api/phases/{phase}/nominations?unit=&after=` → the units' lists, 200 at once, masked.
///
/// `POST /api/programmes/{programme}/nominations/file` takes 参训信息汇总表 (R2; body as it is: XLSX, CSV in
/// UTF-8 or GB18030, at most 16 MiB), answers [`super::Imported`]; 422 `wrong` with all rows' mistakes (500 at
/// most), nothing is taken then. Again with the same people changes them, and adds nobody twice.
///
/// `GET /api/phases/{phase}/nominations/file?format=csv|gb18030|xlsx&reason=` and
/// `GET /api/phases/{phase}/registrations/file?format=&reason=&…filters` make R2 with full numbers; audited.
/// Without `reason`: the same, masked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NominationPage {
    pub rows: Vec<NominationLine>,
    #[ts(type = "number | null")]
    pub next: Option<u64>,
}

/// One nominee.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NominationLine {
    #[ts(type = "number")]
    pub id: u64,
    pub name: String,
    pub document: String,
    pub mobile: String,
    pub unit: String,
    pub school: String,
    pub track: String,
    /// How the person's registration stands; none: there is none.
    pub registered: Option<RegistrationState>,
}

/// `POST /api/nominations/{id}/remove`: takes somebody off the list; audited. A registration stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RemoveNominee {
    pub reason: String,
}

/// `POST /api/nominations/{id}/replace`: somebody else in the same place (phase, unit, school, direction, category);
/// audited. 422 `wrong` names the fields.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReplaceNominee {
    pub name: String,
    pub sex: Sex,
    pub document_kind: DocumentKind,
    pub document_number: String,
    pub mobile: String,
    pub reason: String,
}
