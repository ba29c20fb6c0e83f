//! Programmes, phases (期), units, quotas, classes and courses. Routes: `src/web/routes.rs`. Days are
//! texts like `2020-11-06`, of Shanghai and inclusive; instants are the server's milliseconds; credit is
//! ch (100 ch = 1 学时). Whoever may do what: `src/course/role.rs`.
//!
//! Refused requests answer [`super::ApiError`]; what is wrong with a body or a file stands in its
//! `wrong`, all of it at once.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

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
    /// None: a school may send as many as its unit has seats for.
    pub per_school: Option<PerSchool>,
}

/// How many a school may send to a phase (S0-02). Nobody is approved beyond it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PerSchool {
    /// 1 to 1,000, whatever their category.
    pub seats: u32,
    /// Bounds of some categories of the phase, none above `seats`; the others have that one alone.
    #[serde(default)]
    pub categories: Vec<CategorySeats>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CategorySeats {
    pub category: String,
    pub seats: u32,
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

/// `POST /api/programmes/{programme}/phases`: answers [`Phase`]; 409 `taken` when the number is there.
/// `PUT /api/phases/{phase}` takes the same and changes all but the number; fewer seats than the quotas
/// give away are refused. Seats that come free by another `per_school` go to the waiting lists.
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
    #[serde(default)]
    pub per_school: Option<PerSchool>,
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

/// A file was taken whole; with `?check=true` it would be, and nothing was changed yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Imported {
    /// Rows of the table.
    pub rows: u32,
    /// Of these not known before.
    pub new: u32,
    /// Known before, and changed now.
    pub changed: u32,
    /// Name of the sheet that was read; absent when the file has only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub sheet: Option<String>,
    /// What was not used, and what to look at.
    #[serde(default)]
    pub remarks: Vec<super::Mistake>,
}
