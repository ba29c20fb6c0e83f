//! Programmes, phases (期), units, quotas, classes and courses. Routes: `src/web/routes.rs`. Days are texts
//! like `2020-11-06`, of Shanghai and inclusive; instants are the server's milliseconds; credit is ch (100 ch
//! = 1 学时). Rights: `src/account/role.rs`.
//!
//! Refused requests answer [`super::ApiError`]; its `wrong` lists all mistakes in a body or a file at once.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::programme::{self, phase::Window};
use crate::text;
use crate::time::{LocalDate, ServerInstant};
use crate::wire::{self, mirror};

mirror! {
    /// The kind of a unit.
    #[serde(rename_all = "snake_case")]
    enum UnitKind for programme::unit::UnitKind {
        Province,
        /// 计划单列市.
        PlannedCity,
        /// 新疆生产建设兵团.
        Corps,
        /// A unit that sends people of its own, beside its province.
        Direct,
    }
}

mirror! {
    /// Kinds of schools (学校类型).
    #[serde(rename_all = "snake_case")]
    enum SchoolKind for programme::registration::SchoolKind {
        /// 中职.
        Secondary,
        /// 高职.
        Higher,
        /// 应用型本科.
        University,
        /// 行政.
        Administration,
    }
}

mirror! {
    /// The place of an instant relative to a window.
    #[serde(rename_all = "snake_case")]
    enum Timing for programme::phase::Timing {
        NotOpen,
        Open,
        Closed,
    }
}

mirror! {
    /// Days from `first` to `last`, both included. In answers also as instants, half-open.
    struct Days for programme::phase::Days {
        first: String,
        last: String,
    }
}

/// `GET /api/programmes` (without a sign-in): every programme with its phases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Programme {
    pub id: String,
    pub title: String,
    /// The issuing organisations.
    pub issuers: Vec<String>,
    /// Version of the policy by which its lessons are judged; `None` = the server's policy.
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
    #[serde(with = "wire")]
    #[ts(as = "Days")]
    pub registration: programme::phase::Days,
    #[ts(type = "number")]
    pub registration_from_ms: u64,
    /// The first instant after the registration.
    #[ts(type = "number")]
    pub registration_to_ms: u64,
    /// The place of the server's now in the registration.
    #[serde(with = "wire")]
    #[ts(as = "Timing")]
    pub timing: programme::phase::Timing,
    #[serde(with = "wire")]
    #[ts(as = "Days")]
    pub study: programme::phase::Days,
    /// Directions (方向) to choose from; empty = no choice.
    pub tracks: Vec<String>,
    /// Categories of trainees (参训类别); empty = no choice.
    pub categories: Vec<String>,
    /// Whether approved trainees choose their class themselves.
    pub choose_class: bool,
    /// `None` = a school is bound only by the unit's seats.
    #[serde(default, with = "wire")]
    #[ts(as = "Option<PerSchool>")]
    pub per_school: Option<programme::school_limit::PerSchool>,
}

impl Phase {
    /// A phase as everybody may see it at `now`.
    pub fn of(phase: &programme::phase::Phase, now: ServerInstant) -> Phase {
        let registration = LocalDate::window(phase.registration.first, phase.registration.last);
        let days = |window: Window| programme::phase::Days {
            first: window.first.to_string(),
            last: window.last.to_string(),
        };
        Phase {
            id: phase.id.clone(),
            programme: phase.programme.clone(),
            number: phase.number,
            title: phase.title.clone(),
            hours_ch: phase.hours_ch,
            plan_seats: phase.plan_seats,
            registration: days(phase.registration),
            registration_from_ms: registration.from.ms(),
            registration_to_ms: registration.to.ms(),
            timing: phase.registration.at(now),
            study: days(phase.study),
            tracks: phase.tracks.clone(),
            categories: phase.categories.clone(),
            choose_class: phase.choose_class,
            per_school: phase.per_school.clone(),
        }
    }
}

mirror! {
    /// The most trainees that a school may send to a phase (S0-02). Nobody is approved beyond it.
    struct PerSchool for programme::school_limit::PerSchool {
        /// 1 to 1,000, all categories together.
        seats: u32,
        /// Bounds of some categories of the phase, none above `seats`; the others are bound by `seats` alone.
        #[serde(default)]
        #[serde(with = "wire")]
        #[ts(as = "Vec<CategorySeats>")]
        categories: Vec<programme::school_limit::CategorySeats>,
    }
}

mirror! {
    struct CategorySeats for programme::school_limit::CategorySeats {
        category: String,
        seats: u32,
    }
}

/// `POST /api/programmes`: a new one; answers [`Programme`]. 409 `taken` if the id exists.
/// `PUT /api/programmes/{programme}` takes the same and changes title and issuers (the id stays).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NewProgramme {
    /// Small letters, digits and `-`, at most 24, beginning with a letter.
    pub id: String,
    pub title: String,
    #[serde(default)]
    pub issuers: Vec<String>,
}

mirror! {
    /// `POST /api/programmes/{programme}/phases`: answers [`Phase`]; 409 `taken` if the number exists.
    /// `PUT /api/phases/{phase}` takes the same and changes all but the number; fewer seats than the quotas
    /// give away are refused. Seats freed by another `per_school` go to the waiting lists.
    struct NewPhase for programme::phase::NewPhase {
        /// 1 to 99.
        number: u32,
        title: String,
        #[ts(type = "number")]
        hours_ch: u64,
        plan_seats: u32,
        #[serde(with = "wire")]
        #[ts(as = "Days")]
        registration: programme::phase::Days,
        #[serde(with = "wire")]
        #[ts(as = "Days")]
        study: programme::phase::Days,
        #[serde(default)]
        tracks: Vec<String>,
        #[serde(default)]
        categories: Vec<String>,
        #[serde(default)]
        choose_class: bool,
        #[serde(default)]
        #[serde(with = "wire")]
        #[ts(as = "Option<PerSchool>")]
        per_school: Option<programme::school_limit::PerSchool>,
    }
}

mirror! {
    /// `GET /api/programmes/{programme}/units` (without a sign-in): the 37 units and the programme's direct
    /// ones, in the order of national tables.
    struct Unit for programme::unit::ProgrammeUnit {
        code: String,
        name: String,
        /// Abbreviation in tables.
        short: String,
        #[serde(with = "wire")]
        #[ts(as = "UnitKind")]
        kind: programme::unit::UnitKind,
    }
}

/// `POST /api/programmes/{programme}/units`: a direct unit (直属单位); answers [`Unit`], its code is the next of
/// `D01` to `D99`. 409 `taken` if the name exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NewUnit {
    pub name: String,
}

mirror! {
    /// A person of a unit (R3): its lead (负责人) or contact (联系人).
    #[derive(Default)]
    struct UnitPerson for programme::unit::UnitPerson {
        name: String,
        #[serde(default)]
        position: String,
        telephone: String,
        #[serde(default)]
        mobile: String,
        #[serde(default)]
        email: String,
    }
}

/// `GET /api/programmes/{programme}/contacts` → a list of these; unit administrators get only their own
/// unit's. `PUT` of one sets both people of its unit: exactly one lead and one contact.
/// `GET /api/programmes/{programme}/contacts/file?format=csv|gb18030|xlsx` exports them as R3.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UnitContacts {
    pub unit: String,
    #[serde(with = "wire")]
    #[ts(as = "UnitPerson")]
    pub lead: programme::unit::UnitPerson,
    #[serde(with = "wire")]
    #[ts(as = "UnitPerson")]
    pub contact: programme::unit::UnitPerson,
}

/// `GET /api/phases/{phase}/quotas`; unit administrators get only their own unit's row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Quotas {
    pub plan_seats: u32,
    /// Sum of all units' seats, never more than the plan.
    pub given: u32,
    pub rows: Vec<Quota>,
}

/// A unit's seats, and the figures of its registrations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Quota {
    pub unit: String,
    pub seats: u32,
    /// Held seats: approved, placed, active, completed, failed.
    pub taken: u32,
    pub submitted: u32,
    pub waitlisted: u32,
    pub rejected: u32,
    pub withdrawn: u32,
    /// Number of people on the unit's list of nominees.
    pub nominated: u32,
}

/// `PUT /api/phases/{phase}/quotas`: sets the seats of the named units (others stay); answers [`Quotas`].
/// Freed seats go to the waiting list. 422 `wrong`: `unit` with `choice`, `twice`, `below_taken`; `seats`
/// with `above_plan`. All or nothing.
///
/// `POST /api/programmes/{programme}/quotas/file` sets those of all phases from the file 名额分配表 (R1; the body
/// is the file: XLSX, CSV), answers [`Imported`]; `GET` of the same with `?format=csv|gb18030|xlsx` exports
/// it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NewQuotas {
    pub rows: Vec<NewQuota>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NewQuota {
    pub unit: String,
    pub seats: u32,
}

/// A file was taken whole; with `?check=true` it would be, and nothing is changed yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Imported {
    /// Number of rows of the table.
    pub rows: u32,
    /// Number of new rows.
    pub new: u32,
    /// Number of known rows that were changed.
    pub changed: u32,
    /// Name of the sheet that was read; absent = the file has only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub sheet: Option<String>,
    /// Unused rows and columns, and values to look at.
    #[serde(default, with = "wire")]
    #[ts(as = "Vec<super::Mistake>")]
    pub remarks: Vec<text::mistake::Mistake>,
}
