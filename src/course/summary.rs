//! 分省汇总 (R5), as far as registration and attendance go: a row for each unit, and the line of sums. Rates are
//! of whole people, rounded half up to two decimals; those of the sums are computed anew, never averaged.

use crate::sheet::{Cell, Table};

/// People of one unit in one phase.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub quota: u64,
    /// Who has ever handed it in.
    pub registered: u64,
    pub approved: u64,
    /// At least a minute of some lesson counts.
    pub attended: u64,
    /// None while nobody of the phase can have passed or failed yet.
    pub passed: Option<u64>,
}

impl Counts {
    fn plus(self, other: Counts) -> Counts {
        Counts {
            quota: self.quota + other.quota,
            registered: self.registered + other.registered,
            approved: self.approved + other.approved,
            attended: self.attended + other.attended,
            passed: self.passed.zip(other.passed).map(|(one, other)| one + other),
        }
    }

    fn cells(self) -> Vec<Cell> {
        let counts = [self.quota, self.registered, self.approved, self.attended].map(Cell::number);
        let unknown = || Cell::from("—");
        let passed = self.passed.map_or_else(unknown, Cell::number);
        let rate_of = |part: u64| rate(percent(part, self.approved));
        let rates = [rate_of(self.attended), self.passed.map_or_else(unknown, rate_of)];
        counts.into_iter().chain([passed]).chain(rates).collect()
    }
}

/// A rate as a cell: a number, or the dash.
fn rate(text: String) -> Cell {
    if text.ends_with('%') { Cell::Number(text) } else { Cell::Text(text) }
}

/// `318 of 320` → `99.38%`; of nobody `—`.
pub fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "—".into();
    }
    let hundredths = (part * 20_000 + whole) / (2 * whole);
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

/// The table: rows of name, code and people.
pub fn table(units: &[(String, String, Counts)]) -> Table {
    const HEAD: [&str; 10] =
        ["序号", "单位", "单位代码", "名额", "报名", "审核通过", "参训", "合格", "参训率", "合格率"];
    let row = |first: [Cell; 3], counts: Counts| first.into_iter().chain(counts.cells()).collect();
    let mut table = Table { sums: 1, ..Table::new("分省汇总", &HEAD) };
    for ((name, code, counts), at) in units.iter().zip(1u32..) {
        table.rows.push(row([Cell::number(at), name.as_str().into(), code.as_str().into()], *counts));
    }
    let sums = units.iter().map(|(_, _, counts)| *counts).reduce(Counts::plus).unwrap_or_default();
    table.rows.push(row(["".into(), "合计".into(), "".into()], sums));
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rates_of_ac_4() {
        assert_eq!(percent(9_412, 9_950), "94.59%");
        assert_eq!((percent(318, 320), percent(303, 320)), ("99.38%".into(), "94.69%".into()));
        for (part, whole, expected) in [
            (0, 0, "—"),
            (0, 3, "0.00%"),
            (3, 3, "100.00%"),
            (1, 8, "12.50%"),
            (1, 3, "33.33%"),
            (2, 3, "66.67%"),
        ] {
            assert_eq!(percent(part, whole), expected, "{part} of {whole}");
        }
        // Exactly half a hundredth goes up.
        assert_eq!((percent(1, 20_000), percent(3, 20_000)), ("0.01%".into(), "0.02%".into()));
    }

    #[test]
    fn the_rates_of_the_sums_are_of_the_sums() {
        let of = |approved, attended, passed| Counts {
            quota: 1000,
            registered: approved,
            approved,
            attended,
            passed: Some(passed),
        };
        let rows = table(&[
            ("浙江省".into(), "33".into(), of(320, 318, 303)),
            ("其余".into(), "99".into(), of(9_630, 9_600, 9_109)),
        ]);
        let rows: Vec<Vec<&str>> = rows.rows.iter().map(|row| row.iter().map(Cell::text).collect()).collect();
        assert_eq!(rows[1][3..], ["1000", "320", "320", "318", "303", "99.38%", "94.69%"]);
        assert_eq!(rows[3], ["", "合计", "", "2000", "9950", "9950", "9918", "9412", "99.68%", "94.59%"]);
        assert_eq!(rows[0].len(), rows[3].len());
        let early = Counts { passed: None, ..of(320, 318, 0) };
        let rows = table(&[("浙江省".into(), "33".into(), early)]).rows;
        for row in &rows[1..] {
            let cells: Vec<&str> = row[6..].iter().map(Cell::text).collect();
            assert_eq!(cells, ["318", "—", "99.38%", "—"], "nobody can have passed yet");
        }
    }
}
