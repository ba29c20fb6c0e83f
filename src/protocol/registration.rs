//! Nominations and registrations: the trainee's form, and the office's lists and decisions.
//!
//! Document numbers and telephone numbers come back masked; in full only by [`RevealRegistration`], which is
//! audited. Refused requests answer [`super::ApiError`]. Codes beside the usual ones: 422 `wrong` (fields in
//! its `wrong`), 409 `not_open`, `closed`, `wrong_state`, `study_over`, `document_refused` (another account
//! has the document, or it is registered in this phase: nobody learns which), `other_document` (this person
//! has another one), `class_full`, `class_not_for_you`, `no_choice`, `changed` (somebody else was faster),
//! 404 `not_found` also for things of another unit.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::SchoolKind;
use crate::wire::{self, mirror};
use crate::{account, programme};

mirror! {
    #[serde(rename_all = "snake_case")]
    enum RegistrationState for programme::enrolment::State {
        Draft,
        Submitted,
        /// Approved in principle, without a seat.
        Waitlisted,
        Rejected,
        Approved,
        /// The trainee has a class.
        Placed,
        /// The trainee was in class, or watched.
        Active,
        Completed,
        Failed,
        Withdrawn,
    }
}

mirror! {
    /// Kinds of documents (证件类型).
    #[serde(rename_all = "snake_case")]
    enum DocumentKind for account::document::DocumentKind {
        /// 居民身份证 (GB 11643), and the residence permits with numbers of the same form.
        Resident,
        /// 港澳居民来往内地通行证, 台湾居民来往大陆通行证.
        Permit,
        Passport,
    }
}

mirror! {
    /// GB/T 2261.1.
    #[serde(rename_all = "snake_case")]
    enum Sex for programme::registration::Sex {
        Male,
        Female,
        /// 未说明的性别.
        Unsaid,
    }
}

mirror! {
    /// The registration form of a trainee, with texts as typed. A draft may leave anything empty, but a
    /// filled field must be right. Required to submit: name, document, unit, school, school_kind, mobile;
    /// track and category if the phase has some; sex only if the document does not tell it.
    #[derive(Default)]
    #[serde(default)]
    struct RegistrationForm for programme::registration::RegistrationForm {
        name: String,
        #[serde(default, with = "wire")]
        #[ts(as = "Option<Sex>")]
        sex: Option<programme::registration::Sex>,
        #[serde(default, with = "wire")]
        #[ts(as = "Option<DocumentKind>")]
        document_kind: Option<account::document::DocumentKind>,
        document_number: String,
        /// Code of the unit that sends the trainee.
        unit: String,
        /// 单位全称.
        school: String,
        /// 学校标识码, 10 digits.
        school_code: String,
        #[serde(default, with = "wire")]
        #[ts(as = "Option<SchoolKind>")]
        school_kind: Option<programme::registration::SchoolKind>,
        /// 职务.
        position: String,
        /// 职称.
        title: String,
        /// 任教专业/学科.
        subject: String,
        track: String,
        /// 参训类别.
        category: String,
        mobile: String,
        email: String,
        /// 备注.
        note: String,
    }
}

/// `PUT /api/phases/{phase}/registration`: the trainee's own, made if there is none; answers
/// [`MyRegistration`]. Accepted while it is a draft or rejected, inside the window. An empty document number,
/// mobile number or e-mail keeps the earlier one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SaveRegistration {
    #[serde(with = "wire")]
    #[ts(as = "RegistrationForm")]
    pub form: programme::registration::RegistrationForm,
    /// False = a draft.
    pub submit: bool,
    /// Version of the [`super::Notice`] that the trainee agrees to. Submitting needs consent to the present
    /// one, given now or earlier in this phase; else 422 `wrong`: `consent` with `missing`, `outdated`.
    #[serde(default)]
    #[ts(optional)]
    pub consent: Option<String>,
}

/// `GET /api/phases/{phase}/registration`: the trainee's own, 404 if there is none;
/// `GET /api/registrations/mine`: all of them, the latest phase first.
/// `POST /api/phases/{phase}/registration/withdraw` (no body): for good; answers this.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MyRegistration {
    #[ts(type = "number")]
    pub id: u64,
    pub phase: String,
    pub phase_title: String,
    #[serde(with = "wire")]
    #[ts(as = "RegistrationState")]
    pub state: programme::enrolment::State,
    /// The saved form; document number, mobile number and e-mail are masked.
    #[serde(with = "wire")]
    #[ts(as = "RegistrationForm")]
    pub form: programme::registration::RegistrationForm,
    /// Words of the deciding person.
    pub reason: String,
    #[ts(type = "number | null")]
    pub submitted_at_ms: Option<u64>,
    /// Waitlisted: the place among those of the unit, from 1.
    pub waiting_place: Option<u32>,
    pub class: Option<MyClass>,
    /// The last consent: version and time.
    pub consent: Option<super::Consent>,
    pub may_edit: bool,
    pub may_withdraw: bool,
    /// The place of the server's now in the study of the phase.
    #[serde(with = "wire")]
    #[ts(as = "super::Timing")]
    pub study: programme::phase::Timing,
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
/// [`MyRegistration`]. 409 `no_choice` if the phase forms the classes, `class_full`, `class_not_for_you` (高职
/// → 高职 bases, and the own track).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ChooseClass {
    pub class: String,
}

/// Whether a registration agrees with the units' lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Nominated {
    No,
    Yes,
    /// Nominated by another unit than registered.
    OtherUnit,
    /// Nominated with another name.
    OtherName,
}

/// `GET /api/phases/{phase}/registrations?unit=&state=&track=&class=&text=&nominated=yes|no|other_name|other_unit|differs&recommended=yes|no&after=&limit=`:
/// in the order of submission, without drafts. `text` finds part of a name or a school, a whole document
/// number or mobile number. `nominated` is the field of a line; `differs` is `other_name` or `other_unit`. At
/// most 200 at once, 100 by default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RegistrationPage {
    pub rows: Vec<RegistrationLine>,
    /// `after` of the next page; `None` = this is the last.
    #[ts(type = "number | null")]
    pub next: Option<u64>,
}

/// One registration in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RegistrationLine {
    #[ts(type = "number")]
    pub id: u64,
    #[serde(with = "wire")]
    #[ts(as = "RegistrationState")]
    pub state: programme::enrolment::State,
    pub name: String,
    #[serde(with = "wire")]
    #[ts(as = "DocumentKind")]
    pub document_kind: account::document::DocumentKind,
    /// At most the last four characters.
    pub document: String,
    pub mobile: String,
    pub unit: String,
    pub school: String,
    #[serde(with = "wire")]
    #[ts(as = "SchoolKind")]
    pub school_kind: programme::registration::SchoolKind,
    pub track: String,
    pub category: String,
    pub nominated: Nominated,
    /// Whether the unit recommends this person.
    pub recommended: bool,
    #[ts(type = "number")]
    pub submitted_at_ms: u64,
    /// Waitlisted: the place among those of the unit, from 1.
    pub waiting_place: Option<u32>,
    /// Id of the class.
    pub class: Option<String>,
    /// Words of the last decision.
    pub reason: String,
}

/// `GET /api/phases/{phase}/registrations/counts?…` with the same filters: number of registrations by state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RegistrationCounts {
    pub all: u32,
    pub states: Vec<StateCount>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StateCount {
    #[serde(with = "wire")]
    #[ts(as = "RegistrationState")]
    pub state: programme::enrolment::State,
    pub count: u32,
}

/// `GET /api/registrations/{id}`: everything about one, masked, and its steps so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RegistrationDetail {
    pub line: RegistrationLine,
    #[serde(with = "wire")]
    #[ts(as = "RegistrationForm")]
    pub form: programme::registration::RegistrationForm,
    pub consent: Option<super::Consent>,
    /// The line of the units' lists with the same document, masked; `None` = there is none, or the asking
    /// person may not see the list of that unit.
    #[serde(default, with = "wire")]
    #[ts(as = "Option<RegistrationForm>")]
    pub nomination: Option<programme::registration::RegistrationForm>,
    /// Names of the fields in which `nomination` differs, compared in full and not as masked. A field that it
    /// leaves open never differs.
    pub differs: Vec<String>,
    /// Number of other people registered in the phase with the same mobile number.
    pub same_mobile: u32,
    /// The unit's recommendation; may be empty.
    pub attestation: String,
    pub steps: Vec<RegistrationStep>,
}

/// One step of a registration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RegistrationStep {
    #[ts(type = "number")]
    pub at_ms: u64,
    /// `submit`, `approve`, …, `recommend`, `correct`, `promote`, `choose_class`.
    pub step: String,
    #[serde(with = "wire")]
    #[ts(as = "RegistrationState")]
    pub state: programme::enrolment::State,
    /// Name of the acting person; empty = the server.
    pub by: String,
    pub reason: String,
}

/// `PATCH /api/registrations/{id}`: corrects fields, whatever the state; answers [`RegistrationDetail`].
/// Absent fields stay. Another unit takes a seat there, or is refused with `quota`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Correction {
    #[ts(optional)]
    pub name: Option<String>,
    #[ts(optional, as = "Option<Sex>")]
    #[serde(default, with = "wire")]
    pub sex: Option<programme::registration::Sex>,
    #[ts(optional, as = "Option<DocumentKind>")]
    #[serde(default, with = "wire")]
    pub document_kind: Option<account::document::DocumentKind>,
    #[ts(optional)]
    pub document_number: Option<String>,
    #[ts(optional)]
    pub unit: Option<String>,
    #[ts(optional)]
    pub school: Option<String>,
    #[ts(optional)]
    pub school_code: Option<String>,
    #[ts(optional, as = "Option<SchoolKind>")]
    #[serde(default, with = "wire")]
    pub school_kind: Option<programme::registration::SchoolKind>,
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

/// `POST /api/registrations/{id}/reveal`: numbers in full, also those of the units' list; audited.
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
    /// Numbers of the same document in the units' lists; `None` = no list has it, or the list is not visible.
    pub nomination: Option<RevealedNominee>,
}

/// Numbers and address of a person in the list of a unit, in full.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RevealedNominee {
    pub document_number: String,
    pub mobile: String,
    pub email: String,
}

/// `GET /api/phases/{phase}/nominations?unit=&after=` → the units' lists, 200 at once, masked.
///
/// `POST /api/programmes/{programme}/nominations/file` takes 参训信息汇总表 (R2; the body is the file: XLSX, CSV in
/// UTF-8 or GB18030, at most 16 MiB), answers [`super::Imported`]; 422 `wrong` with all rows' mistakes (at
/// most 500), and nothing is taken then. The same people again are changed, and nobody is added twice.
///
/// `GET /api/phases/{phase}/nominations/file?format=csv|gb18030|xlsx&reason=` and
/// `GET /api/phases/{phase}/registrations/file?format=&reason=&…filters` export R2 with full numbers;
/// audited. Without `reason`: the same, masked.
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
    /// State of the person's registration; `None` = there is none.
    #[serde(default, with = "wire")]
    #[ts(as = "Option<RegistrationState>")]
    pub registered: Option<programme::enrolment::State>,
}

/// `POST /api/nominations/{id}/remove`: takes a nominee off the list; audited. A registration is unchanged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RemoveNominee {
    pub reason: String,
}

/// `POST /api/nominations/{id}/replace`: another person in the same place (phase, unit, school, direction,
/// category); audited. 422 `wrong` names the fields.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReplaceNominee {
    pub name: String,
    #[serde(with = "wire")]
    #[ts(as = "Sex")]
    pub sex: programme::registration::Sex,
    #[serde(with = "wire")]
    #[ts(as = "DocumentKind")]
    pub document_kind: account::document::DocumentKind,
    pub document_number: String,
    pub mobile: String,
    pub reason: String,
}
