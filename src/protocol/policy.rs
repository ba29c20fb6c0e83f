//! The figures by which lessons of a programme are judged. Every change is a new version, for classes
//! that begin after it; what was judged stays as it was judged.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Share;

/// Figures of a policy, by its keys. Seconds, unless said otherwise; signed, so that every wrong one is
/// named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PolicyFigures {
    /// Names this set of figures in every result.
    pub version: String,
    /// One 学时.
    #[ts(type = "number")]
    pub period: i64,
    /// A step of credit.
    #[ts(type = "number")]
    pub inc: i64,
    /// So long a gap counts through.
    #[ts(type = "number")]
    pub gap: i64,
    /// Evidence older than this proves nothing.
    #[ts(type = "number")]
    pub hb_timeout: i64,
    /// Length of an attention block.
    #[ts(type = "number")]
    pub block: i64,
    /// Time to answer a check.
    #[ts(type = "number")]
    pub answer: i64,
    /// So much may be missing.
    #[ts(type = "number")]
    pub tol: i64,
    /// Below this share there is no credit.
    pub min_share: Share,
    /// Teaching counts so long after the planned end.
    #[ts(type = "number")]
    pub overrun_max: i64,
    /// Watching the recording makes up for missed time.
    pub makeup: bool,
    /// Most credit from asynchronous lessons in one day, in ch; none: no bound.
    #[ts(type = "number | null")]
    pub daily_async_cap: Option<i64>,
    /// Come late, gone early: labels.
    #[ts(type = "number")]
    pub late: i64,
    #[ts(type = "number")]
    pub early: i64,
}

/// `GET /api/programmes/{programme}/policy`: for those who make phases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Policies {
    /// For classes that begin now: the last of `versions`, or the server's when there is none.
    pub present: PolicyFigures,
    /// What was set for the programme, the last first.
    pub versions: Vec<PolicyVersion>,
    pub limits: PolicyLimits,
}

/// What was set, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PolicyVersion {
    #[ts(type = "number")]
    pub at_ms: u64,
    pub figures: PolicyFigures,
}

/// What the figures may be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PolicyLimits {
    /// Of the figures that are seconds, but for `period` and `inc`.
    pub seconds: Vec<PolicyLimit>,
    /// What `period` may be.
    #[ts(type = "number[]")]
    pub periods: Vec<u64>,
    /// `inc` is the period divided by one of these.
    #[ts(type = "number[]")]
    pub steps: Vec<u64>,
    /// The most of `daily_async_cap`, in ch.
    #[ts(type = "number")]
    pub daily_async_cap_ch: u64,
    /// Longest version, in bytes of UTF-8.
    pub version_bytes: u32,
}

/// Least and most of one figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PolicyLimit {
    pub key: String,
    #[ts(type = "number")]
    pub least: u64,
    #[ts(type = "number")]
    pub most: u64,
}

/// `PUT /api/programmes/{programme}/policy`: figures for the lessons of its classes that begin from now
/// on; answers [`super::Programme`]. 422 `wrong` with the keys as fields. The version must be new to the
/// programme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(untagged)]
pub enum NewPolicy {
    Figures {
        figures: PolicyFigures,
    },
    /// As `hours.policy` of the server.
    Toml {
        toml: String,
    },
}
