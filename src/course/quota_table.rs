//! 名额分配表 (R1): a row for each unit, a column for each phase.

use std::collections::BTreeMap;

use crate::protocol::{Mistake, Wrong};
use crate::sheet::{Cell, Sheet, Table, letters};

/// Seats of one phase's units, by code.
pub type Seats = BTreeMap<String, u32>;

/// Reads a table: seats by number of the phase. `unit` finds a code; `is_phase` knows the numbers. Columns of
/// sums are checked against what they add up.
pub fn read(
    sheet: &Sheet,
    unit: impl Fn(&str) -> Option<String>,
    is_phase: impl Fn(u32) -> bool,
) -> Result<BTreeMap<u32, Seats>, Vec<Mistake>> {
    let is_head = |row: &Vec<Cell>| row.iter().any(|cell| heading(cell.text()) == "单位");
    let Some(head) = sheet.rows.iter().position(is_head) else {
        return Err(vec![Mistake { row: Some(1), ..Mistake::field("", Wrong::NoTable) }]);
    };
    let mut table = Read { sheet, seats: BTreeMap::new(), seen: BTreeMap::new(), wrong: Vec::new() };
    let columns = table.columns(head, is_phase);
    for row in head + 1..sheet.rows.len() {
        table.row(row, &columns, &unit);
    }
    if table.wrong.is_empty() && table.seen.is_empty() {
        return Err(vec![Mistake { row: Some(number(head)), ..Mistake::field("", Wrong::NoTable) }]);
    }
    if table.wrong.is_empty() { Ok(table.seats) } else { Err(table.wrong) }
}

/// Writes a table: rows of units with their seats in each phase, and the line of sums. Sums are formulas.
pub fn table(phases: &[u32], units: &[(String, String, Vec<u32>)]) -> Table {
    let sum = |seats: &mut dyn Iterator<Item = u32>| seats.map(u64::from).sum::<u64>();
    let mut table = Table { sums: 1, ..Table::new("名额分配表", &["序号", "单位", "单位代码"]) };
    table.rows[0].extend(phases.iter().map(|phase| Cell::Text(format!("第{phase}期"))));
    table.rows[0].push("合计".into());
    let (first, last) = (letters(FIXED), letters(FIXED + phases.len().saturating_sub(1)));
    for ((code, name, seats), at) in units.iter().zip(1u32..) {
        let mut row = vec![Cell::number(at), name.as_str().into(), code.as_str().into()];
        row.extend(seats.iter().map(|seats| Cell::number(*seats)));
        let line = at + 1;
        row.push(Cell::formula(format!("SUM({first}{line}:{last}{line})"), sum(&mut seats.iter().copied())));
        table.rows.push(row);
    }
    let end = units.len() + 1;
    let mut row = vec![Cell::from(""), "合计".into(), "".into()];
    for at in 0..=phases.len() {
        let of = |(_, _, seats): &(String, String, Vec<u32>)| match seats.get(at) {
            Some(seats) => u64::from(*seats),
            None => sum(&mut seats.iter().copied()),
        };
        let column = letters(FIXED + at);
        let all = units.iter().map(of).sum::<u64>();
        row.push(Cell::formula(format!("SUM({column}2:{column}{end})"), all));
    }
    table.rows.push(row);
    table
}

/// Columns before those of the phases.
const FIXED: usize = 3;

struct Columns {
    unit: usize,
    code: Option<usize>,
    sum: Option<usize>,
    phases: Vec<(u32, usize, String)>,
}

struct Read<'a> {
    sheet: &'a Sheet,
    seats: BTreeMap<u32, Seats>,
    /// Units by code, with the row.
    seen: BTreeMap<String, u32>,
    wrong: Vec<Mistake>,
}

impl Read<'_> {
    fn columns(&mut self, head: usize, is_phase: impl Fn(u32) -> bool) -> Columns {
        let cells = &self.sheet.rows[head];
        let at = |name: &str| cells.iter().position(|cell| heading(cell.text()) == name);
        let mut phases = Vec::new();
        for (column, cell) in cells.iter().map(Cell::text).enumerate() {
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
                _ if self.sheet.rows[row].get(*column).is_some_and(Cell::is_formula) => {
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
        self.sheet.text(row, column).trim()
    }

    fn mistake(&mut self, row: usize, column: usize, field: &str, wrong: Wrong, figures: Vec<u32>) {
        let (row, column) = (Some(number(row)), Some(letters(column)));
        self.wrong.push(Mistake { row, column, figures, ..Mistake::field(field, wrong) });
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
        let written = Sheet { rows: written.rows, ..Sheet::default() }.texts();
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
