//! A report that is kept as a file: what it may be, and where its making stands.

use serde::{Deserialize, Serialize};

/// As it is stored: its words are never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportKind {
    /// 结业情况表 (R4).
    Completion,
    /// 分省汇总 (R5).
    Summary,
    /// Class sheets (R6), a file for each class.
    Sheets,
    /// All of these with the list of registrations (R2) and the rules, for one unit.
    Pack,
}

/// As it is stored: its words are never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportFormat {
    Xlsx,
    Csv,
    Gb18030,
    Zip,
}

/// As it is stored: its words are never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportState {
    Waits,
    Made,
    /// It could not be made; the server's log says why.
    Failed,
}

impl ReportKind {
    /// Whether a report of this kind is made in this format: a table as XLSX or CSV, several files as ZIP.
    pub fn has(self, format: ReportFormat) -> bool {
        let is_table = matches!(self, ReportKind::Completion | ReportKind::Summary);
        is_table == (format != ReportFormat::Zip)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_tables_and_packs_are_archives() {
        use ReportFormat::{Csv, Gb18030, Xlsx, Zip};
        use ReportKind::{Completion, Pack, Sheets, Summary};
        for kind in [Completion, Summary] {
            assert!([Xlsx, Csv, Gb18030].iter().all(|format| kind.has(*format)) && !kind.has(Zip));
        }
        for kind in [Sheets, Pack] {
            assert!([Xlsx, Csv, Gb18030].iter().all(|format| !kind.has(*format)) && kind.has(Zip));
        }
    }
}
