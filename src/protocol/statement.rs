//! The five years of one person (R8), and how hours become credits.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{CertificateState, ReportSource};
use crate::attendance::conversion;
use crate::wire::mirror;

mirror! {
    /// `GET` and `PUT /api/programmes/{programme}/conversion`: how hours of a programme become credits. Audited. 422 `wrong`
    /// names the fields.
    struct Conversion for conversion::Conversion {
        /// Number of 学时 (credit hours) that make one 学分 (credit).
        hours_per_credit: u32,
        /// Category of the credits; empty = none. Years of one category are added up.
        category: String,
        /// Most credits of one year, in tenths; None = no bound.
        year_cap_tenths: Option<u32>,
    }
}

/// A phase of somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StatementLine {
    /// Id of the phase.
    pub phase: String,
    /// Titles of programme and phase, and its number.
    pub programme: String,
    pub number: u32,
    pub title: String,
    #[ts(type = "number")]
    pub recognised_ch: u64,
    /// Number of the newest certificate; None = there is none.
    pub certificate: Option<String>,
    pub state: Option<CertificateState>,
    /// The day that is printed on it.
    pub issued_on: Option<String>,
    /// What counts in these five years: of a certificate that is valid.
    #[ts(type = "number")]
    pub counted_ch: u64,
}

/// Credits of one year and category, rounded down to a tenth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CreditLine {
    pub year: String,
    pub category: String,
    #[ts(type = "number")]
    pub ch: u64,
    #[ts(type = "number")]
    pub tenths: u64,
    /// The bound of the year took something away.
    pub capped: bool,
}

/// `GET /api/hours/statement`: of whoever asks; `GET /api/registrations/{id}/statement`: of the person of a registration, for
/// those who see its reports. Each is a PDF, too: `…/file`. 409 `not_ready`: there is no font.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Statement {
    /// As it was registered last; empty = never.
    pub name: String,
    /// Masked.
    pub document: String,
    /// Days, both included.
    pub since: String,
    pub until: String,
    pub rows: Vec<StatementLine>,
    #[ts(type = "number")]
    pub sum_ch: u64,
    /// To 50 学时.
    #[ts(type = "number")]
    pub short_ch: u64,
    pub credits: Vec<CreditLine>,
    pub source: ReportSource,
}
