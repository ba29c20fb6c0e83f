//! 名额分配表 (R1): a row for each unit, a column for each phase.

use std::collections::{BTreeMap, BTreeSet};

use super::heads;
use super::told::{Told, value};
use crate::sheet::{Book, Cell, Sheet, Table, letters};
use crate::text::mistake::{Mistake, Wrong};
use crate::text::plain;

/// Seats of one phase's units, by code.
pub type Seats = BTreeMap<String, u32>;

/// A table without mistakes.
#[derive(Debug)]
pub struct Quotas {
    /// Seats of each phase, by its number.
    pub seats: BTreeMap<u32, Seats>,
    /// Name of the sheet that was read; `None` = there is only one.
    pub sheet: Option<String>,
    /// Unused rows and columns, and sums that differ.
    pub remarks: Told,
}

/// Reads a table. `unit` finds a code; `is_phase` knows the numbers. Sums are computed again; one that
/// differs is reported.
pub fn read(
    book: &Book,
    unit: impl Fn(&str) -> Option<String>,
    is_phase: impl Fn(u32) -> bool,
) -> Result<Quotas, Vec<Mistake>> {
    let find = |sheet: &Sheet| (0..sheet.rows.len()).find_map(|row| Columns::of(sheet, row));
    let (sheet, columns, others) = heads::choose(book, find).map_err(|unread| match unread {
        Some(why) => vec![why.into()],
        None => no_table(0),
    })?;
    let head = columns.row;
    let mut reading = Reading { sheet, columns, ..Reading::default_of(sheet) };
    reading.headings(is_phase);
    for row in head + 1..sheet.rows.len() {
        reading.line(row, &unit);
    }
    for other in others {
        let remark = Mistake::field("", Wrong::UnusedSheet);
        reading.remarks.push(Mistake { value: value(&other.name), ..remark });
    }
    let Reading { seats, seen, wrong, remarks, .. } = reading;
    if !wrong.is_empty() {
        return Err(wrong.into_list());
    }
    if seen.is_empty() {
        return Err(no_table(head));
    }
    let name = Some(sheet.name.clone()).filter(|_| book.sheets.len() > 1);
    Ok(Quotas { seats, sheet: name, remarks })
}

fn no_table(row: usize) -> Vec<Mistake> {
    let mistake = Mistake::field("", Wrong::NoTable);
    vec![Mistake {
        row: Some(number(row)), value: Some("单位、第1期（第2期…）".into()), ..mistake
    }]
}

/// Number of columns before those of the phases.
const FIXED: usize = 3;

/// Writes a table: rows of units with their seats in each phase, and the line of sums. Sums are formulas.
pub fn table(phases: &[u32], units: &[(String, String, Vec<u32>)]) -> Table {
    let sum = |seats: &[u32]| seats.iter().map(|seats| u64::from(*seats)).sum::<u64>();
    let mut table = Table { sums: 1, ..Table::new("名额分配表", &["序号", "单位", "单位代码"]) };
    table.rows[0].extend(phases.iter().map(|phase| Cell::Text(format!("第{phase}期"))));
    table.rows[0].push("合计".into());
    let (first, last) = (letters(FIXED), letters(FIXED + phases.len().saturating_sub(1)));
    for ((code, name, seats), at) in units.iter().zip(1u32..) {
        let mut row = vec![Cell::number(at), name.as_str().into(), code.as_str().into()];
        row.extend(seats.iter().map(|seats| Cell::number(*seats)));
        let line = at + 1;
        row.push(Cell::formula(format!("SUM({first}{line}:{last}{line})"), sum(seats)));
        table.rows.push(row);
    }
    let end = units.len() + 1;
    let mut row = vec![Cell::from(""), "合计".into(), "".into()];
    for at in 0..=phases.len() {
        let of = |(_, _, seats): &(String, String, Vec<u32>)| {
            seats.get(at).map_or_else(|| sum(seats), |one| u64::from(*one))
        };
        let column = letters(FIXED + at);
        row.push(Cell::formula(format!("SUM({column}2:{column}{end})"), units.iter().map(of).sum::<u64>()));
    }
    table.rows.push(row);
    table
}

const UNIT: [&str; 7] = ["单位", "单位名称", "推荐单位", "省级单位", "省份", "省市", "地区"];
const CODE: [&str; 3] = ["单位代码", "代码", "省份代码"];
const SUM: [&str; 4] = ["合计", "总计", "小计", "总名额"];
const RUNNING: [&str; 2] = ["序号", "编号"];
/// Words that may follow the number of a phase in a heading.
const SEATS: [&str; 7] = ["", "名额", "名额数", "人数", "计划", "计划数", "分配名额"];

/// The place of each column.
#[derive(Default)]
struct Columns {
    /// Row of the headings, from 0.
    row: usize,
    unit: usize,
    code: Option<usize>,
    sum: Option<usize>,
    running: Option<usize>,
    /// Number of the phase, column, heading.
    phases: Vec<(u32, usize, String)>,
}

impl Columns {
    /// `None` = the row lacks the heading of the unit, or has no other heading.
    fn of(sheet: &Sheet, row: usize) -> Option<Columns> {
        let words: Vec<String> = sheet.rows[row].iter().map(|cell| plain::word(cell.text())).collect();
        let at = |names: &[&str]| names.iter().find_map(|name| words.iter().position(|word| word == name));
        let unit = at(&UNIT)?;
        let mut phases: Vec<(u32, usize, String)> = Vec::new();
        for (column, word) in words.iter().enumerate() {
            let Some(number) = phase_of(word).filter(|number| phases.iter().all(|(one, ..)| one != number))
            else {
                continue;
            };
            phases.push((number, column, plain::text(sheet.text(row, column))));
        }
        let is_head = words.iter().filter(|word| !word.is_empty()).count() > 1;
        is_head.then(|| Columns { row, unit, code: at(&CODE), sum: at(&SUM), running: at(&RUNNING), phases })
    }

    fn is_used(&self, column: usize) -> bool {
        column == self.unit
            || [self.code, self.sum, self.running].contains(&Some(column))
            || self.phases.iter().any(|(_, one, _)| *one == column)
    }
}

/// Reads the number in `第1期`, `第一期名额`, `1期`.
fn phase_of(word: &str) -> Option<u32> {
    let (number, behind) = word.split_once('期')?;
    let number = super::columns::phase_number(number).ok()?;
    SEATS.contains(&behind).then_some(number)
}

struct Reading<'a> {
    sheet: &'a Sheet,
    columns: Columns,
    seats: BTreeMap<u32, Seats>,
    /// Row of each unit, by code.
    seen: BTreeMap<String, u32>,
    wrong: Told,
    remarks: Told,
}

impl Reading<'_> {
    fn default_of(sheet: &Sheet) -> Reading<'_> {
        Reading {
            sheet,
            columns: Columns::default(),
            seats: BTreeMap::new(),
            seen: BTreeMap::new(),
            wrong: Told::default(),
            remarks: Told::default(),
        }
    }

    /// Reports phases that the programme does not have as mistakes, and other unknown columns as remarks.
    fn headings(&mut self, is_phase: impl Fn(u32) -> bool) {
        let row = self.columns.row;
        let foreign: Vec<_> =
            self.columns.phases.iter().filter(|(phase, ..)| !is_phase(*phase)).cloned().collect();
        for (_, column, heading) in foreign {
            let mistake = self.at(row, column, &heading, Wrong::NoPhase);
            self.wrong.push(mistake);
        }
        if self.columns.phases.is_empty() {
            self.wrong.push(Mistake { row: Some(number(row)), ..Mistake::field("第1期", Wrong::NoColumn) });
        }
        let holds = |column: usize| {
            (row..self.sheet.rows.len()).any(|at| !plain::text(self.sheet.text(at, column)).is_empty())
        };
        let width = self.sheet.rows.iter().map(Vec::len).max().unwrap_or(0);
        let unused: BTreeSet<usize> =
            (0..width).filter(|at| !self.columns.is_used(*at) && holds(*at)).collect();
        for column in unused {
            let heading = plain::text(self.sheet.text(row, column));
            let remark = Mistake { value: None, ..self.at(row, column, &heading, Wrong::UnusedColumn) };
            if self.columns.phases.is_empty() { &mut self.wrong } else { &mut self.remarks }.push(remark);
        }
    }

    fn line(&mut self, row: usize, unit: impl Fn(&str) -> Option<String>) {
        let (name, code) = (self.text(row, Some(self.columns.unit)), self.text(row, self.columns.code));
        let code = plain::number(&code).unwrap_or(code);
        let first =
            self.sheet.rows[row].iter().map(|cell| plain::text(cell.text())).find(|text| !text.is_empty());
        let Some(first) = first else { return };
        if [&first, &name].into_iter().any(|text| SUM.contains(&plain::word(text).as_str())) {
            return self.sums(row);
        }
        if name.is_empty() && code.is_empty() {
            let has_more = (0..self.sheet.rows[row].len())
                .any(|at| Some(at) != self.columns.running && !self.text(row, Some(at)).is_empty());
            if has_more {
                let remark = Mistake { row: Some(number(row)), ..Mistake::field("", Wrong::UnusedRow) };
                self.remarks.push(Mistake { value: value(&first), ..remark });
            }
            return;
        }
        let found = unit(if code.is_empty() { &name } else { &code });
        let found = found.filter(|found| name.is_empty() || unit(&name).as_ref() == Some(found));
        let Some(found) = found else {
            let mistake = self.at(row, self.columns.unit, "单位", Wrong::Choice);
            return self.wrong.push(mistake);
        };
        if let Some(before) = self.seen.insert(found.clone(), number(row)) {
            let mistake = self.at(row, self.columns.unit, "单位", Wrong::Twice);
            return self.wrong.push(Mistake { figures: vec![before], ..mistake });
        }
        self.seats_of(row, &found);
    }

    /// Reads the seats of a unit, and compares its sum.
    fn seats_of(&mut self, row: usize, unit: &str) {
        let mut sum = 0;
        for (phase, column, heading) in std::mem::take(&mut self.columns.phases) {
            let is_formula = self.sheet.rows[row].get(column).is_some_and(Cell::is_formula);
            let seats = plain::number(&self.text(row, Some(column))).and_then(|text| match text.as_str() {
                "" => Ok(0),
                text => text.parse::<u32>().map_err(|_| Wrong::Value),
            });
            match seats {
                _ if is_formula => {
                    let mistake = self.at(row, column, &heading, Wrong::Formula);
                    self.wrong.push(mistake);
                }
                Ok(seats) => {
                    sum += u64::from(seats);
                    self.seats.entry(phase).or_default().insert(unit.to_owned(), seats);
                }
                Err(wrong) => {
                    let mistake = self.at(row, column, &heading, wrong);
                    self.wrong.push(mistake);
                }
            }
            self.columns.phases.push((phase, column, heading));
        }
        self.sum(row, self.columns.sum, sum);
    }

    /// Compares the line of sums with the units before it.
    fn sums(&mut self, row: usize) {
        let of = |phase: &u32| {
            self.seats.get(phase).map_or(0, |seats| seats.values().map(|one| u64::from(*one)).sum())
        };
        let sums: Vec<(usize, u64)> =
            self.columns.phases.iter().map(|(phase, column, _)| (*column, of(phase))).collect();
        let all = sums.iter().map(|(_, sum)| sum).sum();
        for (column, sum) in sums {
            self.sum(row, Some(column), sum);
        }
        self.sum(row, self.columns.sum, all);
    }

    /// Reports a sum that differs, with both figures.
    fn sum(&mut self, row: usize, column: Option<usize>, sum: u64) {
        let Some(column) = column else { return };
        let text = self.text(row, Some(column));
        let said = plain::number(&text).unwrap_or(text);
        if said.is_empty() || said == sum.to_string() {
            return;
        }
        let figure = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        let remark = match said.parse() {
            Ok(said) => {
                let figures = vec![figure(said), figure(sum)];
                Mistake { figures, value: None, ..self.at(row, column, "合计", Wrong::SumDiffers) }
            }
            Err(_) => self.at(row, column, "合计", Wrong::SumDiffers),
        };
        self.remarks.push(remark);
    }

    fn text(&self, row: usize, column: Option<usize>) -> String {
        column.map_or(String::new(), |column| plain::text(self.sheet.text(row, column)))
    }

    fn at(&self, row: usize, column: usize, field: &str, wrong: Wrong) -> Mistake {
        Mistake {
            row: Some(number(row)),
            column: Some(letters(column)),
            value: value(self.sheet.text(row, column)),
            ..Mistake::field(field, wrong)
        }
    }
}

fn number(index: usize) -> u32 {
    u32::try_from(index + 1).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::{self, Kind};

    fn parsed(book: &Book) -> Result<Quotas, Vec<Mistake>> {
        let unit = |text: &str| crate::programme::unit::find(text).map(|unit| unit.code.to_owned());
        read(book, unit, |phase| phase <= 2)
    }

    fn book(lines: &[&str]) -> Book {
        let rows = lines.iter().map(|line| line.split('|').map(str::to_owned).collect());
        Book { sheets: vec![Sheet::from(rows.collect::<Vec<Vec<String>>>())] }
    }

    fn places(list: Vec<Mistake>) -> Vec<(u32, String, Wrong, Vec<u32>)> {
        list.into_iter()
            .map(|one| (one.row.unwrap(), one.column.unwrap_or_default(), one.wrong, one.figures))
            .collect()
    }

    fn units() -> Vec<(String, String, Vec<u32>)> {
        let units = [("33", "浙江省", vec![320, 100]), ("11", "北京市", vec![0, 7])];
        units.map(|(code, name, seats)| (code.to_owned(), name.to_owned(), seats)).to_vec()
    }

    #[test]
    fn what_is_written_changed_and_read_is_what_was_changed() {
        let mut written = table(&[1, 2], &units());
        let texts: Vec<&str> = written.rows[3].iter().map(Cell::text).collect();
        assert_eq!(texts, ["", "合计", "", "320", "107", "427"]);
        for kind in [Kind::Csv, Kind::Gb18030, Kind::Xlsx] {
            written.rows[2][4] = Cell::number(7u64);
            let whole =
                parsed(&sheet::read(&sheet::write(&written, kind).unwrap()).unwrap()).expect("all is well");
            assert!(whole.remarks.is_empty(), "{kind:?}: {whole:?}");
            assert_eq!(whole.seats[&1], Seats::from([("33".into(), 320), ("11".into(), 0)]));
            // A program that changes a figure leaves the sums as they were.
            written.rows[2][4] = Cell::number(9u64);
            let changed =
                parsed(&sheet::read(&sheet::write(&written, kind).unwrap()).unwrap()).expect("all is well");
            assert_eq!(changed.seats[&2]["11"], 9, "{kind:?}");
            let told = places(changed.remarks.into_list());
            let expected = [(3, "F", vec![7, 9]), (4, "E", vec![107, 109]), (4, "F", vec![427, 429])];
            let expected =
                expected.map(|(row, column, figures)| (row, column.to_owned(), Wrong::SumDiffers, figures));
            assert_eq!(told, expected, "{kind:?}");
        }
    }

    #[test]
    fn everything_that_is_wrong_is_said_with_its_cell() {
        let lines =
            ["单位|第1期|第二期|第3期|合计", "浙江|1|x||1", "火星|1|1||", "33|2|2||4", "天津|4E+1|5.0E3||"];
        let wrong: Vec<_> = places(parsed(&book(&lines)).expect_err("much is wrong"));
        let expected = [
            (1, "D", Wrong::NoPhase, vec![]),
            (2, "C", Wrong::Value, vec![]),
            (3, "A", Wrong::Choice, vec![]),
            (4, "A", Wrong::Twice, vec![2]),
            (5, "B", Wrong::Rounded, vec![]),
            (5, "C", Wrong::Rounded, vec![]),
        ];
        assert_eq!(
            wrong,
            expected.map(|(row, column, wrong, figures)| (row, column.to_owned(), wrong, figures))
        );
        let none = parsed(&book(&["a|b"])).expect_err("no table");
        assert_eq!((none[0].wrong, none[0].value.is_some()), (Wrong::NoTable, true));
        let none = places(parsed(&book(&["单位|b", "浙江|1"])).expect_err("no phase"));
        assert_eq!((none[0].2, &none[1].1[..], none[1].2), (Wrong::NoColumn, "B", Wrong::UnusedColumn));
    }

    #[test]
    fn nothing_is_dropped_in_silence() {
        let lines = [
            "名额分配",
            "单 位|第1期名额（人）|备 注|总计",
            "浙江|1|x|1",
            "注：请填写|||",
            "||5|",
            "总 计|1||1",
            "||",
        ];
        let found = parsed(&book(&["单 位|第1期名额（人）|备 注|总计", "浙江|1|x|1", "|5||", "总 计|1||1"]))
            .expect("good");
        assert_eq!(found.seats[&1]["33"], 1);
        let told = places(found.remarks.into_list());
        let expected = [(1, "C", Wrong::UnusedColumn), (3, "", Wrong::UnusedRow)];
        assert_eq!(told, expected.map(|(row, column, wrong)| (row, column.to_owned(), wrong, vec![])));
        let wrong = places(parsed(&book(&lines)).expect_err("a note in the column of units"));
        assert_eq!(wrong, [(4, "A".to_owned(), Wrong::Choice, vec![])]);
    }
}
