//! The units' lists of trainees (参训信息汇总表, R2). Either all rows are good, or all mistakes are told at once and
//! nothing is taken. Unused rows and columns are named: none is dropped in silence.

use std::collections::{BTreeMap, BTreeSet};

use super::columns::{COLUMNS, Column};
use super::heads::{self, Heads};
use super::told::{Told, value};
use crate::account::document::Document;
pub use crate::programme::registration::Sex;
use crate::sheet::{Book, Cell, Sheet, letters};
pub use crate::text::mistake::{Mistake, Wrong};
use crate::text::plain;
use crate::time::LocalDate;
use row::Row;

mod row;

/// Longest recommendation of a unit for a nominee (S0-03), characters.
pub const ATTESTATION_CHARS_MAX: usize = 500;

/// The beginnings of lines below a table.
const FOOT: [&str; 13] = [
    "填报单位",
    "填报日期",
    "填表人",
    "审核人",
    "负责人",
    "联系人",
    "联系电话",
    "电话",
    "注：",
    "注:",
    "备注：",
    "说明：",
    "单位盖章",
];
/// The words of lines of sums.
const SUMS: [&str; 3] = ["合计", "总计", "小计"];
/// Most filled cells of a line above the table that may be a title.
const TITLE_CELLS: usize = 2;

/// A trainee nominated by a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nominee {
    /// Row of the file, from 1, as a spreadsheet counts.
    pub row: u32,
    pub name: String,
    pub sex: Sex,
    pub document: Document,
    pub mobile: String,
    /// Code of the unit.
    pub unit: String,
    /// Number of the phase (期).
    pub phase: u32,
    /// The other columns as written, those with a canonical form in that form; empty ones are absent.
    pub rest: BTreeMap<Column, String>,
}

/// The choices of a phase; empty = the phase does not ask.
#[derive(Debug, Clone, Copy, Default)]
pub struct Offer<'a> {
    pub tracks: &'a [String],
    pub categories: &'a [String],
}

/// The values that a table may name.
pub struct Known<'a> {
    /// The day of the import.
    pub today: LocalDate,
    /// Code of a unit by its code, name or short name.
    pub unit: &'a dyn Fn(&str) -> Option<String>,
    /// The choices of a phase by its number; `None` = the programme has no such phase (期).
    pub phase: &'a dyn Fn(u32) -> Option<Offer<'a>>,
    /// Whether the importing person may send people of a unit.
    pub may_send: &'a dyn Fn(&str) -> bool,
}

/// A list without mistakes.
#[derive(Debug)]
pub struct List {
    pub nominees: Vec<Nominee>,
    /// Name of the sheet that was read; `None` = there is only one.
    pub sheet: Option<String>,
    /// Unused rows and columns, and values to look at.
    pub remarks: Told,
}

/// Reads a whole table. Rows may be of any length; nobody may be in it twice for one phase.
pub fn read(book: &Book, known: &Known) -> Result<List, Vec<Mistake>> {
    let (sheet, heads, others) = heads::choose(book, Heads::find).map_err(|unread| match unread {
        Some(why) => vec![why.into()],
        None => no_table(0),
    })?;
    let first = heads.row;
    let mut reading = Reading::new(sheet, known, heads);
    reading.columns_missing()?;
    reading.above();
    for row in first + 1..sheet.rows.len() {
        reading.line(row)?;
    }
    reading.unnamed_columns();
    for other in others {
        let mistake = Mistake::field("", Wrong::UnusedSheet);
        reading.remarks.push(Mistake { value: value(&other.name), ..mistake });
    }
    let Reading { nominees, mistakes, remarks, .. } = reading;
    if !mistakes.is_empty() {
        return Err(mistakes.into_list());
    }
    if nominees.is_empty() {
        return Err(no_table(first));
    }
    let name = Some(sheet.name.clone()).filter(|_| book.sheets.len() > 1);
    Ok(List { nominees, sheet: name, remarks })
}

fn no_table(row: usize) -> Vec<Mistake> {
    let mistake = Mistake::field("", Wrong::NoTable);
    vec![Mistake { row: Some(number(row)), value: Some(heads::looked_for()), ..mistake }]
}

fn number(index: usize) -> u32 {
    u32::try_from(index + 1).unwrap_or(u32::MAX)
}

/// A sheet while it is read.
struct Reading<'a, 'k> {
    sheet: &'a Sheet,
    known: &'a Known<'k>,
    /// Headings of the current lines.
    heads: Heads,
    nominees: Vec<Nominee>,
    mistakes: Told,
    remarks: Told,
    /// Row of each phase and document.
    seen: BTreeMap<(u32, Document), u32>,
    /// Columns with values but without a heading.
    unnamed: BTreeSet<usize>,
}

impl<'a, 'k> Reading<'a, 'k> {
    fn new(sheet: &'a Sheet, known: &'a Known<'k>, heads: Heads) -> Reading<'a, 'k> {
        let mut reading = Reading {
            sheet,
            known,
            heads,
            nominees: Vec::new(),
            mistakes: Told::default(),
            remarks: Told::default(),
            seen: BTreeMap::new(),
            unnamed: BTreeSet::new(),
        };
        reading.unused_columns().into_iter().for_each(|remark| reading.remarks.push(remark));
        reading
    }

    fn unused_columns(&self) -> Vec<Mistake> {
        let of = |column: &usize| Mistake {
            row: Some(number(self.heads.row)),
            column: Some(letters(*column)),
            ..Mistake::field(plain::text(self.sheet.text(self.heads.row, *column)), Wrong::UnusedColumn)
        };
        self.heads.unused.iter().map(of).collect()
    }

    /// Reports missing columns, together with columns that may only have another name.
    fn columns_missing(&self) -> Result<(), Vec<Mistake>> {
        let has = |column: &Column| {
            self.heads.columns.contains_key(column)
                || *column == Column::DocumentKind && self.heads.of_residents
        };
        let missing = COLUMNS.iter().filter(|(column, _, must)| *must && !has(column));
        let row = Some(number(self.heads.row));
        let mut wrong: Vec<Mistake> =
            missing.map(|(_, name, _)| Mistake { row, ..Mistake::field(*name, Wrong::NoColumn) }).collect();
        if wrong.is_empty() {
            return Ok(());
        }
        wrong.extend(self.unused_columns());
        Err(wrong)
    }

    /// Reports lines above the table that are more than a title.
    fn above(&mut self) {
        for row in 0..self.heads.row {
            if filled(&self.sheet.rows[row]).count() > TITLE_CELLS {
                self.unused_row(row, Wrong::UnusedRow);
            }
        }
    }

    fn unused_row(&mut self, row: usize, why: Wrong) {
        let first = filled(&self.sheet.rows[row]).next().and_then(|(_, text)| value(&text));
        let remark = Mistake { row: Some(number(row)), ..Mistake::field("", why) };
        self.remarks.push(Mistake { value: first, ..remark });
    }

    /// Reads a line below the headings: a nominee, the headings of another table, or something else.
    fn line(&mut self, row: usize) -> Result<(), Vec<Mistake>> {
        let sheet = self.sheet;
        if self.is_blank(row) {
            return Ok(());
        }
        if let Some(heads) = Heads::of(sheet, row) {
            self.heads = heads;
            self.columns_missing()?;
            self.unused_columns().into_iter().for_each(|remark| self.remarks.push(remark));
            return Ok(());
        }
        if let Err(why) = self.is_somebody(row) {
            self.unused_row(row, why);
            return Ok(());
        }
        for (column, _) in filled(&sheet.rows[row]) {
            if plain::text(sheet.text(self.heads.row, column)).is_empty() {
                self.unnamed.insert(column);
            }
        }
        let mut row = Row {
            number: number(row),
            cells: &sheet.rows[row],
            lossy: sheet.lossy,
            heads: &self.heads,
            known: self.known,
            mistakes: &mut self.mistakes,
            remarks: &mut self.remarks,
        };
        let Some(nominee) = row.nominee() else { return Ok(()) };
        match self.seen.insert((nominee.phase, nominee.document.clone()), nominee.row) {
            Some(before) => row.twice(before),
            None => self.nominees.push(nominee),
        }
        Ok(())
    }

    /// Whether a row is empty, or holds only a running number.
    fn is_blank(&self, row: usize) -> bool {
        filled(&self.sheet.rows[row])
            .all(|(column, text)| self.heads.running == Some(column) && plain::is_digits(&text))
    }

    /// Checks that a row is a nominee; the error says why it is not.
    fn is_somebody(&self, row: usize) -> Result<(), Wrong> {
        let cells = &self.sheet.rows[row];
        let text =
            |column| self.heads.cell(cells, column).map_or(String::new(), |cell| plain::text(cell.text()));
        let (name, number) = (text(Column::Name), text(Column::DocumentNumber));
        if number.chars().filter(char::is_ascii_alphanumeric).count() >= 5 {
            return Ok(());
        }
        let first = filled(cells).next().map_or(String::new(), |(_, text)| text);
        let is_foot = FOOT.iter().any(|foot| first.starts_with(foot));
        let is_sum = [&first, &name].into_iter().any(|text| SUMS.contains(&plain::word(text).as_str()));
        let is_little = name.is_empty() && number.is_empty() && filled(cells).count() <= TITLE_CELLS;
        match (is_foot || is_sum, is_little) {
            (true, _) => Err(Wrong::FootRow),
            (false, true) => Err(Wrong::UnusedRow),
            (false, false) => Ok(()),
        }
    }

    fn unnamed_columns(&mut self) {
        for column in std::mem::take(&mut self.unnamed) {
            let remark =
                Mistake { row: Some(number(self.heads.row)), ..Mistake::field("", Wrong::UnusedColumn) };
            self.remarks.push(Mistake { column: Some(letters(column)), ..remark });
        }
    }
}

/// The filled cells, with their columns.
fn filled(cells: &[Cell]) -> impl Iterator<Item = (usize, String)> {
    let texts = cells.iter().enumerate().map(|(column, cell)| (column, plain::text(cell.text())));
    texts.filter(|(_, text)| !text.is_empty())
}

#[cfg(test)]
mod tests;
