//! Reports about a phase, for those who may see them: over their units or classes. Hours are in ch, 100 ch = 1 学时.
//! Each is a file, too: `…/file?format=xlsx|csv|gb18030`.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::programme::conclusion;
use crate::programme::enrolment::State;
use crate::programme::kept_report;
use crate::programme::pace;
use crate::protocol::Pace;
use crate::wire::{self, mirror};

mirror! {
    #[serde(rename_all = "snake_case")]
    enum EssayStanding for conclusion::Essay {
        /// Never handed in, or taken back.
        Missing,
        /// Handed in and not reviewed yet.
        Waiting,
        Returned,
        Accepted,
    }
}

/// Up to where the ledger of credit hours was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReportSource {
    /// Number of the last entry; 0 = the ledger is empty.
    #[ts(type = "number")]
    pub seq: u64,
    /// When that entry was made.
    #[ts(type = "number")]
    pub at_ms: u64,
}

/// The result of one trainee in a phase. The first four hours add up to the ledger balance; `recognised_ch` is what
/// the caps leave of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AttainmentLine {
    /// Number of the registration.
    #[ts(type = "number")]
    pub id: u64,
    pub name: String,
    /// Masked.
    pub document: String,
    /// Code of the unit.
    pub unit: String,
    pub school: String,
    /// Id of the class.
    pub class: String,
    #[ts(type = "number")]
    pub live_ch: i64,
    #[ts(type = "number")]
    pub async_ch: i64,
    #[ts(type = "number")]
    pub makeup_ch: i64,
    /// Corrected by people, revoked, or taken back by a later computation.
    #[ts(type = "number")]
    pub adjusted_ch: i64,
    #[ts(type = "number")]
    pub recognised_ch: u64,
    /// None = it is decided.
    #[serde(with = "wire")]
    #[ts(as = "Option<Pace>")]
    pub pace: Option<pace::Pace>,
    /// None = the phase asks for none.
    #[serde(with = "wire")]
    #[ts(as = "Option<EssayStanding>")]
    pub essay: Option<conclusion::Essay>,
    /// None = not decided yet.
    pub passed: Option<bool>,
    /// Number of the certificate that is valid.
    pub certificate: Option<String>,
    /// The day that is printed on it.
    pub issued_on: Option<String>,
}

/// How many have which result.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AttainmentCounts {
    #[ts(type = "number")]
    pub passed: u64,
    #[ts(type = "number")]
    pub failed: u64,
    /// Not decided yet.
    #[ts(type = "number")]
    pub open: u64,
    /// Those of `open` who are behind the timetable, or can no longer reach the hours. None = not counted: that takes a
    /// unit, a class, fewer rights than for all units, or `behind=true`.
    #[ts(type = "number | null")]
    pub behind: Option<u64>,
}

impl AttainmentCounts {
    /// So many more are in this state.
    pub fn add(&mut self, state: State, people: u64) {
        match state {
            State::Completed => self.passed += people,
            State::Failed => self.failed += people,
            _ => self.open += people,
        }
    }
}

/// `GET /api/phases/{phase}/attainments?unit=&class=&passed=yes|no|open&behind=true&text=&after=&limit=` (结业情况表, R4): by
/// unit and class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AttainmentPage {
    pub rows: Vec<AttainmentLine>,
    /// `after` of the next page; None = this is the last.
    pub next: Option<u32>,
    /// Of everybody who fits, whatever the result.
    pub counts: AttainmentCounts,
    pub source: ReportSource,
}

/// People of one unit. Rates are as they are shown, `—` where there is nobody to count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct SummaryLine {
    /// Code of the unit; empty = the sum of all.
    pub unit: String,
    #[ts(type = "number")]
    pub quota: u64,
    #[ts(type = "number")]
    pub registered: u64,
    #[ts(type = "number")]
    pub approved: u64,
    /// At least a minute of some lesson counts.
    #[ts(type = "number")]
    pub attended: u64,
    /// `None` = the end of the phase is not decided for anybody.
    #[ts(type = "number | null")]
    pub passed: Option<u64>,
    /// Those that are valid.
    #[ts(type = "number")]
    pub certificates: u64,
    pub attended_rate: String,
    pub passed_rate: String,
    /// 人均学时.
    pub hours_each: String,
    /// 直播平均出勤率.
    pub present_rate: String,
    /// 互动次数/人.
    pub interactions_each: String,
}

/// `GET /api/phases/{phase}/summary` (分省汇总, R5): the units that one sees, in the order of national tables.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct UnitSummary {
    pub rows: Vec<SummaryLine>,
    pub total: SummaryLine,
    pub source: ReportSource,
}

mirror! {
    #[serde(rename_all = "snake_case")]
    enum ReportKind for kept_report::ReportKind {
        /// 结业情况表 (R4).
        Completion,
        /// 分省汇总 (R5).
        Summary,
        /// Class sheets (R6), a file for each class.
        Sheets,
        /// R2, R4, R5, R6 and the rules, for one unit.
        Pack,
    }
}

mirror! {
    #[serde(rename_all = "snake_case")]
    enum ReportFormat for kept_report::ReportFormat {
        Xlsx,
        Csv,
        Gb18030,
        Zip,
    }
}

mirror! {
    #[serde(rename_all = "snake_case")]
    enum ReportState for kept_report::ReportState {
        /// It is made in its turn.
        Waits,
        Made,
        /// It could not be made; the server's log says why.
        Failed,
    }
}

/// `POST /api/phases/{phase}/reports`: asks for files that are made in the background and kept. Codes: 403 `not_allowed` (of
/// another unit; audited), 409 `report_waits` (the same one waits), `reports_busy` (150 wait), `nobody` (no unit has people).
/// Answers [`ReportsAsked`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AskReports {
    #[serde(with = "wire")]
    #[ts(as = "ReportKind")]
    pub kind: kept_report::ReportKind,
    /// `zip` for class sheets and packs, another one for tables.
    #[serde(with = "wire")]
    #[ts(as = "ReportFormat")]
    pub format: kept_report::ReportFormat,
    /// Code of the unit; None = of all.
    pub unit: Option<String>,
    /// With no unit: one file for each unit that has people or seats.
    pub each: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReportsAsked {
    /// How many files will be made.
    pub files: u32,
}

/// A report that is kept; its file is at `GET /api/reports/{id}/file`, as it was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct KeptReport {
    #[ts(type = "number")]
    pub id: u64,
    #[serde(with = "wire")]
    #[ts(as = "ReportKind")]
    pub kind: kept_report::ReportKind,
    /// Code of the unit; None = of all.
    pub unit: Option<String>,
    #[serde(with = "wire")]
    #[ts(as = "ReportFormat")]
    pub format: kept_report::ReportFormat,
    /// Name of who asked for it, and when.
    pub by: String,
    #[ts(type = "number")]
    pub at_ms: u64,
    #[serde(with = "wire")]
    #[ts(as = "ReportState")]
    pub state: kept_report::ReportState,
    /// None = it was not made.
    pub source: Option<ReportSource>,
    #[ts(type = "number | null")]
    pub bytes: Option<u64>,
    /// Of the file, hex.
    pub sha256: Option<String>,
}

/// `GET /api/phases/{phase}/reports?before=`: kept reports of one's units, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct KeptReports {
    pub rows: Vec<KeptReport>,
    /// `before` of the next page; None = this is the last.
    #[ts(type = "number | null")]
    pub next: Option<u64>,
    /// How many are still to be made.
    #[ts(type = "number")]
    pub waiting: u64,
}
