//! 分省汇总 (R5): a row for each unit, and the line of sums. Rates are of whole
//! numbers, rounded half up to two decimals; the rates of sums are computed from the sums, never averaged.

use std::collections::BTreeMap;

use super::attainment::{Attainment, Source};
use crate::sheet::{Cell, Table};

/// Number of people of one unit in one phase.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub quota: u64,
    /// People who ever submitted a registration.
    pub registered: u64,
    pub approved: u64,
    /// People for whom at least a minute of some lesson counts.
    pub attended: u64,
    /// `None` = the end of the phase is not decided for anybody.
    pub passed: Option<u64>,
    /// Those that are valid.
    pub certificates: u64,
    /// Recognised hours of everybody together.
    pub recognised_ch: u64,
    /// Taught live lessons, counted once for each person of the class, and those in which at least a minute counts.
    pub held: u64,
    pub present: u64,
    pub interactions: u64,
}

/// What is computed from [`Counts`], as it is shown: `99.38%`, `9.87`, or `—` where there is nobody to count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rates {
    /// 参训率: attended of approved.
    pub attended: String,
    /// 合格率: passed of approved.
    pub passed: String,
    /// 人均学时, of those who attended.
    pub hours: String,
    /// 直播平均出勤率: present of held.
    pub present: String,
    /// 互动次数/人, of those who attended.
    pub interactions: String,
}

impl Counts {
    /// One more person.
    pub fn add(&mut self, one: &Attainment) {
        self.attended += u64::from(one.took_part);
        if let Some(passed) = &mut self.passed {
            *passed += u64::from(one.passed() == Some(true));
        }
        self.certificates += u64::from(one.certificate.is_some());
        self.recognised_ch += one.hours.recognised_ch;
        self.held += one.held;
        self.present += one.present;
        self.interactions += one.interactions;
    }

    /// All of them together.
    pub fn sum(all: impl IntoIterator<Item = Counts>) -> Counts {
        all.into_iter().reduce(Counts::plus).unwrap_or_default()
    }

    fn plus(self, other: Counts) -> Counts {
        Counts {
            quota: self.quota + other.quota,
            registered: self.registered + other.registered,
            approved: self.approved + other.approved,
            attended: self.attended + other.attended,
            passed: self.passed.zip(other.passed).map(|(one, other)| one + other),
            certificates: self.certificates + other.certificates,
            recognised_ch: self.recognised_ch + other.recognised_ch,
            held: self.held + other.held,
            present: self.present + other.present,
            interactions: self.interactions + other.interactions,
        }
    }

    pub fn rates(self) -> Rates {
        Rates {
            attended: percent(self.attended, self.approved),
            passed: self.passed.map_or_else(|| NOBODY.into(), |passed| percent(passed, self.approved)),
            // ch are hundredths already.
            hours: hundredths(self.recognised_ch, self.attended),
            present: percent(self.present, self.held),
            interactions: hundredths(self.interactions.saturating_mul(100), self.attended),
        }
    }

    fn cells(self) -> Vec<Cell> {
        let rates = self.rates();
        let counts = [self.quota, self.registered, self.approved, self.attended].map(Cell::number);
        let passed = self.passed.map_or_else(|| Cell::from(NOBODY), Cell::number);
        let rates = [rates.attended, rates.passed, rates.hours, rates.present, rates.interactions].map(rate);
        counts.into_iter().chain([passed, Cell::number(self.certificates)]).chain(rates).collect()
    }
}

/// The counts of each unit: those of `known`, or `none` for another unit, with the people added.
pub fn by_unit<'a>(
    mut known: BTreeMap<String, Counts>,
    none: Counts,
    people: impl IntoIterator<Item = &'a Attainment>,
) -> BTreeMap<String, Counts> {
    for one in people {
        known.entry(one.unit.clone()).or_insert(none).add(one);
    }
    known
}

/// What stands where there is nobody to count.
const NOBODY: &str = "—";

/// A rate as a cell: a number, or the dash.
fn rate(text: String) -> Cell {
    if text == NOBODY { Cell::Text(text) } else { Cell::Number(text) }
}

/// A rate in percent: `318 of 320` → `99.38%`; of nobody `—`.
pub fn percent(part: u64, whole: u64) -> String {
    match hundredths(part.saturating_mul(10_000), whole) {
        share if share == NOBODY => share,
        share => share + "%",
    }
}

/// So many hundredths, shared by so many: `1000 by 3` → `3.33`; by nobody `—`.
fn hundredths(all: u64, by: u64) -> String {
    if by == 0 {
        return NOBODY.into();
    }
    let (all, by) = (u128::from(all), u128::from(by));
    let each = (2 * all + by) / (2 * by);
    format!("{}.{:02}", each / 100, each % 100)
}

/// The table: rows of name, code and figures.
pub fn table(units: &[(String, String, Counts)], source: Source) -> Table {
    const HEAD: [&str; 14] = [
        "序号",
        "单位",
        "单位代码",
        "名额",
        "报名",
        "审核通过",
        "参训",
        "合格",
        "证书",
        "参训率",
        "合格率",
        "人均学时",
        "直播平均出勤率",
        "互动次数/人",
    ];
    let row = |first: [Cell; 3], counts: Counts| first.into_iter().chain(counts.cells()).collect();
    let mut table = Table { sums: 2, ..Table::new("分省汇总", &HEAD) };
    for ((name, code, counts), at) in units.iter().zip(1u32..) {
        table.rows.push(row([Cell::number(at), name.as_str().into(), code.as_str().into()], *counts));
    }
    let sums = Counts::sum(units.iter().map(|(_, _, counts)| *counts));
    table.rows.push(row(["".into(), "合计".into(), "".into()], sums));
    table.rows.push(vec![Cell::Text(source.line())]);
    table
}

#[cfg(test)]
#[path = "summary_tests.rs"]
mod tests;
