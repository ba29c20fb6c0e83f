//! 名额分配表 (R1): a row for each unit, a column for each phase.

use std::collections::BTreeMap;

use crate::protocol::{Mistake, Wrong};
use crate::sheet::{Sheet, letters};

/// Seats of one phase's units, by code.
pub type Seats = BTreeMap<String, u32>;

/// Reads a table: seats by number of the phase. `unit` finds a code; `is_phase` knows the numbers. Columns of
/// sums are checked against what they add up.
pub fn read(
    sheet: &Sheet,
    unit: impl Fn(&str) -> Option<String>,
    is_phase: impl Fn(u32) -> bool,
) -> Result<BTreeMap<u32, Seats>, Vec<Mistake>> {
    let is_head = |row: &Vec<String>| row.iter().any(|cell| heading(cell) == "单位");
    let Some(head) = sheet.rows.iter().position(is_head) else {
        return Err(vec![Mistake { row: Some(1), ..Mistake::field("", Wrong::NoTable) }]);
    };
    let mut table = Table { sheet, seats: BTreeMap::new(), seen: BTreeMap::new(), wrong: Vec::new() };
    let columns = table.columns(head, is_phase);
    for row in head + 1..sheet.rows.len() {
        table.row(row, &columns, &unit);
    }
    if table.wrong.is_empty() && table.seen.is_empty() {
        return Err(vec![Mistake { row: Some(number(head)), ..Mistake::field("", Wrong::NoTable) }]);
    }
    if table.wrong.is_empty() { Ok(table.seats) } else { Err(table.wrong) }
}

/// Writes a table: rows of units with their seats in each phase, and the line of sums.
pub fn table(phases: &[u32], units: &[(String, String, Vec<u32>)]) -> Vec<Vec<String>> {
    let words = |first: [&str; 3]| first.map(str::to_owned).to_vec();
    let mut rows = vec![words(["序号", "单位", "单位代码"])];
    rows[0].extend(phases.iter().map(|phase| format!("第{phase}期")));
    rows[0].push("合计".to_owned());
    let mut sums = vec![0u64; phases.len()];
    for ((code, name, seats), at) in units.iter().zip(1..) {
        let mut row = vec![i32::to_string(&at), name.clone(), code.clone()];
        row.extend(seats.iter().map(u32::to_string));
        row.push(seats.iter().map(|seats| u64::from(*seats)).sum::<u64>().to_string());
        sums.iter_mut().zip(seats).for_each(|(sum, seats)| *sum += u64::from(*seats));
        rows.push(row);
    }
    let mut last = words(["", "合计", ""]);
    last.extend(sums.iter().map(u64::to_string));
    last.push(sums.iter().sum::<u64>().to_string());
    rows.push(last);
    rows
}

struct Columns {
    unit: usize,
    code: Option<usize>,
    sum: Option<usize>,
    phases: Vec<(u32, usize, String)>,
}

struct Table<'a> {
    sheet: &'a Sheet,
    seats: BTreeMap<u32, Seats>,
    /// Units by code, with the row.
    seen: BTreeMap<String, u32>,
    wrong: Vec<Mistake>,
}

impl Table<'_> {
    fn columns(&mut self, head: usize, is_phase: impl Fn(u32) -> bool) -> Columns {
        let cells = &self.sheet.rows[head];
        let at = |name: &str| cells.iter().position(|cell| heading(cell) == name);
        let mut phases = Vec::new();
        for (column, cell) in cells.iter().enumerate() {
            let Some(inner) = heading(cell).strip_prefix('第').and_then(|text| text.strip_suffix('期'))
            else {
                continue;
            };
            match super::columns::phase_number(inner) {
                Ok(phase) if is_phase(phase) => phases.push((phase, column, heading(cell).to_owned())),
                _ => self.mistake(head, column, heading(cell), Wrong::NoPhase, Vec::new()),
            }
        }
        if phases.is_empty() && self.wrong.is_empty() {
            let mistake = Mistake { row: Some(number(head)), ..Mistake::field("第1期", Wrong::NoColumn) };
            self.wrong.push(mistake);
        }
        Columns { unit: at("单位").unwrap_or(0), code: at("单位代码"), sum: at("合计"), phases }
    }

    fn row(&mut self, row: usize, columns: &Columns, unit: impl Fn(&str) -> Option<String>) {
        let name = self.cell(row, columns.unit);
        let code = columns.code.map_or("", |at| self.cell(row, at));
        if name.is_empty() && code.is_empty() || name == "合计" {
            return;
        }
        let found = unit(if code.is_empty() { name } else { code });
        let Some(found) = found else {
            return self.mistake(row, columns.unit, "单位", Wrong::Choice, Vec::new());
        };
        if !name.is_empty() && unit(name).as_ref() != Some(&found) {
            return self.mistake(row, columns.unit, "单位", Wrong::Choice, Vec::new());
        }
        if let Some(before) = self.seen.insert(found.clone(), number(row)) {
            return self.mistake(row, columns.unit, "单位", Wrong::Twice, vec![before]);
        }
        let mut sum = 0;
        for (phase, column, name) in &columns.phases {
            let text = self.cell(row, *column);
            let seats = if text.is_empty() { Ok(0) } else { text.parse::<u32>() };
            match seats {
                _ if self.sheet.formulas.contains(&(row, *column)) => {
                    self.mistake(row, *column, name, Wrong::Formula, Vec::new());
                }
                Ok(seats) => {
                    sum += u64::from(seats);
                    self.seats.entry(*phase).or_default().insert(found.clone(), seats);
                }
                Err(_) => self.mistake(row, *column, name, Wrong::Value, Vec::new()),
            }
        }
        // A sum may be a formula; when it says something, it says the same.
        if let Some(at) = columns.sum {
            let said = self.cell(row, at);
            if !said.is_empty() && said != sum.to_string() {
                let figures = vec![u32::try_from(sum).unwrap_or(u32::MAX)];
                self.mistake(row, at, "合计", Wrong::Value, figures);
            }
        }
    }

    fn cell(&self, row: usize, column: usize) -> &str {
        self.sheet.rows[row].get(column).map_or("", |cell| cell.trim())
    }

    fn mistake(&mut self, row: usize, column: usize, field: &str, wrong: Wrong, figures: Vec<u32>) {
        self.wrong.push(Mistake {
            row: Some(number(row)),
            column: Some(letters(column)),
            field: field.to_owned(),
            wrong,
            figures,
        });
    }
}

fn heading(cell: &str) -> &str {
    cell.trim().trim_end_matches(['*', '＊']).trim()
}

fn number(index: usize) -> u32 {
    u32::try_from(index + 1).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(rows: Vec<Vec<String>>) -> Result<BTreeMap<u32, Seats>, Vec<Mistake>> {
        let unit = |text: &str| crate::course::unit::find(text).map(|unit| unit.code.to_owned());
        read(&Sheet::from(rows), unit, |phase| phase <= 2)
    }

    fn rows(lines: &[&str]) -> Vec<Vec<String>> {
        lines.iter().map(|line| line.split('|').map(str::to_owned).collect()).collect()
    }

    #[test]
    fn what_is_written_reads_the_same() {
        let units = [("33", "浙江省", vec![320, 100]), ("11", "北京市", vec![0, 7])];
        let units = units.map(|(code, name, seats)| (code.to_owned(), name.to_owned(), seats));
        let written = table(&[1, 2], &units);
        assert_eq!(written[3], ["", "合计", "", "320", "107", "427"]);
        let seats = parsed(written).expect("all is well");
        assert_eq!(seats[&1], Seats::from([("33".into(), 320), ("11".into(), 0)]));
        assert_eq!(seats[&2]["11"], 7);
    }

    #[test]
    fn everything_that_is_wrong_is_said_with_its_cell() {
        let lines = ["单位|第1期|第二期|第3期|合计", "浙江|1|x||1", "火星|1|1||", "33|2|2||4", "北京|1|2||9"];
        let wrong = parsed(rows(&lines)).expect_err("much is wrong");
        let wrong: Vec<_> =
            wrong.iter().map(|one| (one.row.unwrap(), one.column.as_deref(), one.wrong)).collect();
        let expected = [
            (1, Some("D"), Wrong::NoPhase),
            (2, Some("C"), Wrong::Value),
            (3, Some("A"), Wrong::Choice),
            (4, Some("A"), Wrong::Twice),
            (5, Some("E"), Wrong::Value),
        ];
        assert_eq!(wrong, expected);
        assert_eq!(parsed(rows(&["a|b"])).expect_err("no table")[0].wrong, Wrong::NoTable);
        assert_eq!(parsed(rows(&["单位|b", "浙江|1"])).expect_err("no phase")[0].wrong, Wrong::NoColumn);
    }
}
