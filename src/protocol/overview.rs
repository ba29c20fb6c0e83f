//! The summary of a phase (组织、人数、体会反响).

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{ReportSource, SummaryLine, SurveyResults};

/// People of one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OverviewDay {
    pub day: String,
    /// People for whom at least a minute of a live lesson of that day counts.
    #[ts(type = "number")]
    pub live: u64,
    /// People who completed a self-study lesson on that day.
    #[ts(type = "number")]
    pub alone: u64,
}

/// People in one band of hours, as a share of the hours of the phase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct HoursShare {
    /// Upper end of the band, percent: 0 = no hours, 99 = 76 % or more but not all, 100 = all hours.
    pub to_percent: u32,
    #[ts(type = "number")]
    pub people: u64,
}

/// An essay that was accepted with many points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OverviewEssay {
    pub name: String,
    /// Code of the unit.
    pub unit: String,
    pub school: String,
    /// Sum of the four marks, at most 20.
    #[ts(type = "number")]
    pub points: u64,
    /// What the reviewer wrote.
    pub words: String,
}

/// `GET /api/phases/{phase}/overview`; as .docx: `…/overview/file`. For those who see all units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PhaseOverview {
    pub title: String,
    pub number: u32,
    /// Days of the study.
    pub first_day: String,
    pub last_day: String,
    #[ts(type = "number")]
    pub classes: u64,
    /// Live lessons that were taught.
    #[ts(type = "number")]
    pub live_lessons: u64,
    #[ts(type = "number")]
    pub self_studies: u64,
    #[ts(type = "number")]
    pub instructors: u64,
    /// Days on which somebody came.
    pub days: Vec<OverviewDay>,
    /// In rising order.
    pub hours: Vec<HoursShare>,
    /// Units with people or seats.
    pub units: Vec<SummaryLine>,
    pub total: SummaryLine,
    /// None = there is none.
    pub survey: Option<SurveyResults>,
    /// The best first, ten at most.
    pub essays: Vec<OverviewEssay>,
    pub source: ReportSource,
}
