//! The figures by which lessons of a programme are judged. Every change is a new version, for classes that
//! begin after it; earlier results stay as judged.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Share;
use crate::attendance;
use crate::wire::{self, mirror};

mirror! {
    /// The figures of a policy, by its keys. Seconds, unless said otherwise; signed, so that every wrong one
    /// can be reported.
    #[serde(deny_unknown_fields)]
    struct PolicyFigures for attendance::policy_form::PolicyFigures {
        /// Name of this set of figures in every result.
        version: String,
        /// Length of one 学时.
        #[ts(type = "number")]
        period: i64,
        /// Length of a step of credit.
        #[ts(type = "number")]
        inc: i64,
        /// Longest gap that counts through.
        #[ts(type = "number")]
        gap: i64,
        /// Age from which evidence proves nothing.
        #[ts(type = "number")]
        hb_timeout: i64,
        /// Length of an attention block.
        #[ts(type = "number")]
        block: i64,
        /// Time to answer a check.
        #[ts(type = "number")]
        answer: i64,
        /// Time that may be missing.
        #[ts(type = "number")]
        tol: i64,
        /// Share below which there is no credit.
        #[serde(with = "wire")]
        #[ts(as = "Share")]
        min_share: attendance::policy::Share,
        /// How long teaching counts after the planned end.
        #[ts(type = "number")]
        overrun_max: i64,
        /// Whether watching the recording makes up for missed time.
        makeup: bool,
        /// Most credit from asynchronous lessons in one local day, ch; `None` = no bound.
        #[ts(type = "number | null")]
        daily_async_cap: Option<i64>,
        /// Time after which a person is marked as late or as gone early.
        #[ts(type = "number")]
        late: i64,
        #[ts(type = "number")]
        early: i64,
    }
}

/// `GET /api/programmes/{programme}/policy`: for people who make phases.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Policies {
    /// The policy of classes that begin now: the first of `versions`, or the server's if there is none.
    #[serde(with = "wire")]
    #[ts(as = "PolicyFigures")]
    pub present: attendance::policy_form::PolicyFigures,
    /// The programme's own policies, newest first.
    pub versions: Vec<PolicyVersion>,
    #[serde(with = "wire")]
    #[ts(as = "PolicyLimits")]
    pub limits: attendance::policy_form::PolicyLimits,
}

/// A policy, and the time of its setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PolicyVersion {
    #[ts(type = "number")]
    pub at_ms: u64,
    #[serde(with = "wire")]
    #[ts(as = "PolicyFigures")]
    pub figures: attendance::policy_form::PolicyFigures,
}

mirror! {
    /// The bounds of the figures of a policy.
    struct PolicyLimits for attendance::policy_form::PolicyLimits {
        /// Limits of the figures in seconds, without `period` and `inc`.
        #[serde(with = "wire")]
        #[ts(as = "Vec<PolicyLimit>")]
        seconds: Vec<attendance::policy_form::PolicyLimit>,
        /// The possible values of `period`.
        #[ts(type = "number[]")]
        periods: Vec<u64>,
        /// The divisors of the period that make `inc`.
        #[ts(type = "number[]")]
        steps: Vec<u64>,
        /// Highest `daily_async_cap`, ch.
        #[ts(type = "number")]
        daily_async_cap_ch: u64,
        /// Longest version, in bytes of UTF-8.
        version_bytes: u32,
    }
}

mirror! {
    /// Least and most of one figure.
    struct PolicyLimit for attendance::policy_form::PolicyLimit {
        key: String,
        #[ts(type = "number")]
        least: u64,
        #[ts(type = "number")]
        most: u64,
    }
}

/// `PUT /api/programmes/{programme}/policy`: figures for the lessons of its classes that begin from now
/// on; answers [`super::Programme`]. 422 `wrong` with the keys as fields. The version must be new to the
/// programme.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(untagged)]
pub enum NewPolicy {
    Figures {
        #[serde(with = "wire")]
        #[ts(as = "PolicyFigures")]
        figures: attendance::policy_form::PolicyFigures,
    },
    /// The text of a file like `hours.policy` of the server.
    Toml { toml: String },
}
