//! Programmes, phases (期), units, quotas, classes and courses. Routes: `src/web/routes.rs`. Days are
//! texts like `2020-11-06`, of Shanghai and inclusive; instants are the server's milliseconds; credit is
//! ch (100 ch = 1 学时). Whoever may do what: `src/course/role.rs`.
//!
//! Refused requests answer [`super::ApiError`]; what is wrong with a body or a file stands in its
//! `wrong`, all of it at once.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What is wrong with one field or one cell. The client has the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Wrong {
    #[error("is missing")]
    Missing,
    #[error("is too long")]
    TooLong,
    #[error("holds a character that no name has")]
    Character,
    #[error("has 15 digits; only numbers of 18 digits are valid today")]
    FifteenDigits,
    #[error("does not have the right length")]
    Length,
    #[error("holds something else than digits")]
    Digits,
    #[error("begins with no known area")]
    Area,
    #[error("names a birthday that is no day")]
    Birthday,
    #[error("belongs to somebody younger than 16 or older than 100")]
    Age,
    #[error("has a wrong last character: one of the digits is mistyped")]
    Check,
    #[error("is no telephone number")]
    Phone,
    #[error("is no e-mail address")]
    Email,
    #[error("is not one of the choices")]
    Choice,
    #[error("is no day, or no whole number, or out of its range")]
    Value,
    #[error("ends before it begins")]
    Order,
    #[error("is there already")]
    Taken,
    /// A value of a policy; the sentence is in `message` of the answer.
    #[error("is not what a policy may hold")]
    Policy,
    /// File: the column is not in the table.
    #[error("is no column of the table")]
    NoColumn,
    /// File: no line of headings, or nothing below it.
    #[error("has no line of headings, or nothing below it")]
    NoTable,
    /// File: more rows, columns or bytes than are read. `figures`: the most that is read.
    #[error("is larger than what is read")]
    TooMuch,
    /// File: neither XLSX nor CSV in UTF-8 or GB18030, or damaged.
    #[error("is no XLSX file, and no CSV file in UTF-8 or GB18030")]
    Format,
    /// File: a formula; only what is written counts.
    #[error("is a formula; write what it comes to")]
    Formula,
    /// File: the same document, or unit, as in another row. `figures`: that row.
    #[error("is there twice")]
    Twice,
    /// The document says another sex.
    #[error("is not the sex of the document")]
    SexOfDocument,
    /// A unit administrator sends people of the own unit only.
    #[error("is another unit than yours")]
    OtherUnit,
    /// No such phase in the programme.
    #[error("is no phase of the programme")]
    NoPhase,
    /// Fewer seats than are held. `figures`: seats of the table, seats held.
    #[error("is less than the seats that are held already")]
    BelowTaken,
    /// More seats than the phase has. `figures`: sum of the table, seats of the plan.
    #[error("is more than the plan of the phase")]
    AbovePlan,
}

/// One thing that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Mistake {
    /// Row of the file as a spreadsheet counts, from 1; none in a form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub row: Option<u32>,
    /// Letters of the file's column as a spreadsheet names it, `A`; none in a form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub column: Option<String>,
    /// Field of the body; in a file the heading of the column.
    pub field: String,
    pub wrong: Wrong,
    /// Numbers that belong to the sentence; [`Wrong`] says which.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<u32>>")]
    pub figures: Vec<u32>,
}

impl Mistake {
    /// In a form.
    pub fn field(field: impl Into<String>, wrong: Wrong) -> Mistake {
        Mistake { row: None, column: None, field: field.into(), wrong, figures: Vec::new() }
    }
}

/// What kind of unit it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum UnitKind {
    Province,
    /// 计划单列市.
    PlannedCity,
    /// 新疆生产建设兵团.
    Corps,
    /// Sends people of its own, beside its province.
    Direct,
}

/// Kinds of schools (学校类型).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SchoolKind {
    /// 中职.
    Secondary,
    /// 高职.
    Higher,
    /// 应用型本科.
    University,
    /// 行政.
    Administration,
}

/// Where an instant lies in a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Timing {
    NotOpen,
    Open,
    Closed,
}

/// Days from `first` to `last`, both included. In answers also as instants, half-open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Days {
    pub first: String,
    pub last: String,
}

/// `GET /api/programmes` (nobody need be signed in): every programme with its phases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Programme {
    pub id: String,
    pub title: String,
    /// Organisations that issue it.
    pub issuers: Vec<String>,
    /// Names the figures by which its lessons are judged; none: those of the server.
    pub policy_version: Option<String>,
    pub phases: Vec<Phase>,
}

/// A phase (期), as everybody may see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Phase {
    /// `{programme}-{number}`.
    pub id: String,
    pub programme: String,
    /// 第…期.
    pub number: u32,
    pub title: String,
    #[ts(type = "number")]
    pub hours_ch: u64,
    /// Seats of all units together.
    pub plan_seats: u32,
    pub registration: Days,
    #[ts(type = "number")]
    pub registration_from_ms: u64,
    /// The first instant after it.
    #[ts(type = "number")]
    pub registration_to_ms: u64,
    /// Where the server's now lies in the registration.
    pub timing: Timing,
    pub study: Days,
    /// Directions (方向) to choose from; empty: no choice.
    pub tracks: Vec<String>,
    /// Whom it is for (参训类别); empty: no choice.
    pub categories: Vec<String>,
    /// Approved trainees choose their class themselves.
    pub choose_class: bool,
}

/// `POST /api/programmes`: a new one; answers [`Programme`]. 409 `taken` when the id is there.
/// `PUT /api/programmes/{programme}` takes the same and changes title and issuers (the id stays).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NewProgramme {
    /// Small letters, digits and `-`, at most 24, beginning with a letter.
    pub id: String,
    pub title: String,
    #[serde(default)]
    pub issuers: Vec<String>,
}

/// `PUT /api/programmes/{programme}/policy`: figures for the lessons of its classes; answers
/// [`Programme`]. 422 `wrong` with the key as field. What was judged stays as it was judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NewPolicy {
    /// As `hours.policy` of the server. Its `version` must be new to the programme.
    pub toml: String,
}

/// `POST /api/programmes/{programme}/phases`: answers [`Phase`]; 409 `taken` when the number is there.
/// `PUT /api/phases/{phase}` takes the same and changes all but the number; fewer seats than the quotas
/// give away are refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NewPhase {
    /// 1 to 99.
    pub number: u32,
    pub title: String,
    #[ts(type = "number")]
    pub hours_ch: u64,
    pub plan_seats: u32,
    pub registration: Days,
    pub study: Days,
    #[serde(default)]
    pub tracks: Vec<String>,
    #[serde(default)]
    pub categories: Vec<String>,
    #[serde(default)]
    pub choose_class: bool,
}

/// `GET /api/programmes/{programme}/units` (nobody need be signed in): the 37 units and the
/// programme's direct ones, in the order of national tables.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Unit {
    pub code: String,
    pub name: String,
    /// As tables abbreviate it.
    pub short: String,
    pub kind: UnitKind,
}

/// `POST /api/programmes/{programme}/units`: a direct unit (直属单位); answers [`Unit`], its code is the
/// next of `D01` to `D99`. 409 `taken` when the name is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NewUnit {
    pub name: String,
}

/// Somebody of a unit (R3): its lead (负责人) or contact (联系人).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UnitPerson {
    pub name: String,
    #[serde(default)]
    pub position: String,
    pub telephone: String,
    #[serde(default)]
    pub mobile: String,
    #[serde(default)]
    pub email: String,
}

/// `GET /api/programmes/{programme}/contacts` → a list of these; unit administrators get their own
/// unit's alone. `PUT` of one sets both people of its unit: exactly one lead and one contact.
/// `GET /api/programmes/{programme}/contacts/file?format=csv|gb18030|xlsx` makes R3 of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UnitContacts {
    pub unit: String,
    pub lead: UnitPerson,
    pub contact: UnitPerson,
}

/// `GET /api/phases/{phase}/quotas`; unit administrators get their own unit's row alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Quotas {
    pub plan_seats: u32,
    /// Sum of all units' seats, never more than the plan.
    pub given: u32,
    pub rows: Vec<Quota>,
}

/// A unit's seats, and how its registrations stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Quota {
    pub unit: String,
    pub seats: u32,
    /// Held: approved, placed, active, completed, failed.
    pub taken: u32,
    pub submitted: u32,
    pub waitlisted: u32,
    pub rejected: u32,
    pub withdrawn: u32,
    /// On the unit's list of nominees.
    pub nominated: u32,
}

/// `PUT /api/phases/{phase}/quotas`: sets the seats of the units named (others stay); answers
/// [`Quotas`]. Seats that come free by it are given to the waiting list. 422 `wrong`: `unit` with
/// `choice`, `twice`, `below_taken`; `seats` with `above_plan`. All or nothing.
///
/// `POST /api/programmes/{programme}/quotas/file` sets those of all phases from the file 名额分配表 (R1;
/// body as it is: XLSX, CSV), answers [`Imported`]; `GET` of the same with `?format=csv|gb18030|xlsx` makes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NewQuotas {
    pub rows: Vec<NewQuota>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NewQuota {
    pub unit: String,
    pub seats: u32,
}

/// A file was taken whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Imported {
    /// Rows of the table.
    pub rows: u32,
    /// Of these not known before.
    pub new: u32,
    /// Known before, and changed now.
    pub changed: u32,
}

/// `GET /api/phases/{phase}/classes` → a list of these, for administrators and for trainees of the
/// phase who may choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Class {
    /// `{phase}-{number}`, three digits.
    pub id: String,
    pub number: u32,
    pub track: String,
    pub capacity: u32,
    pub members: u32,
    /// Organisation that holds it; empty: none.
    pub host: String,
    pub host_kind: Option<SchoolKind>,
}

/// `POST /api/phases/{phase}/classes`: an empty class to choose or to be filled; answers [`Class`].
/// `PUT /api/classes/{class}` takes the same (the track stays while it has members).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NewClass {
    #[serde(default)]
    pub track: String,
    #[serde(default)]
    pub host: String,
    #[serde(default)]
    pub host_kind: Option<SchoolKind>,
}

/// `POST /api/phases/{phase}/classes/form` (no body): everybody approved gets a class, in the order of
/// approval, by track; nobody who has one is moved. From then on approval places at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Formed {
    pub placed: u32,
    /// Classes that were made for it.
    pub new_classes: u32,
}

/// Live (同步直播课堂) or asynchronous (异步精品课堂).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum CourseKind {
    Live,
    Async,
}

/// What a course is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Nature {
    /// 理论及政策解读.
    Theory,
    /// 实践性课程.
    Practice,
}

/// `GET /api/phases/{phase}/courses` → a list of these (administrators, staff, trainees of the phase).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PhaseCourse {
    #[ts(type = "number")]
    pub id: u64,
    pub title: String,
    pub kind: CourseKind,
    pub nature: Nature,
    /// True when kind and nature do not fit (S1-04): a warning, no mistake.
    pub unusual: bool,
    /// Most credit from it; none: no bound of its own.
    #[ts(type = "number | null")]
    pub cap_ch: Option<u64>,
    pub module: String,
    /// Lessons of it, over all classes.
    pub lessons: u32,
}

/// `POST /api/phases/{phase}/courses`: answers [`PhaseCourse`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NewCourse {
    pub title: String,
    /// None: as the nature suggests, theory asynchronous, practice live.
    #[serde(default)]
    pub kind: Option<CourseKind>,
    pub nature: Nature,
    #[serde(default)]
    #[ts(type = "number | null")]
    pub cap_ch: Option<u64>,
    #[serde(default)]
    pub module: String,
}

/// `POST /api/phases/{phase}/lessons`: the same content for each of the classes, one lesson per class;
/// answers a list of [`ClassLesson`]. The planned time must lie in the study window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NewLessons {
    #[ts(type = "number")]
    pub course: u64,
    pub title: String,
    /// Ids of classes; empty: all of the phase.
    #[serde(default)]
    pub classes: Vec<String>,
    #[ts(type = "number")]
    pub planned_start_ms: u64,
    /// 5 to 480.
    pub minutes: u32,
    #[ts(type = "number")]
    pub credit_ch: u64,
    /// Ids of people who teach it.
    #[serde(default)]
    pub instructors: Vec<String>,
    /// Asynchronous: the lesson whose recording is watched, once it is published.
    #[serde(default)]
    pub source: Option<String>,
}

/// `GET /api/classes/{class}/lessons` → a list of these in the order of their beginnings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ClassLesson {
    pub lesson: String,
    pub class: String,
    #[ts(type = "number | null")]
    pub course: Option<u64>,
    pub kind: CourseKind,
    pub title: String,
    pub content: String,
    pub state: super::ClassState,
    #[ts(type = "number")]
    pub planned_start_ms: u64,
    #[ts(type = "number")]
    pub planned_end_ms: u64,
    #[ts(type = "number")]
    pub credit_ch: u64,
    pub source: Option<String>,
}
