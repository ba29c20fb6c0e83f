//! The units' lists of trainees (参训信息汇总表, R2): rows of a spreadsheet, each cell a text. Either all
//! rows are good, or everything that is wrong is said at once and nothing is taken.

use std::collections::BTreeMap;

use super::columns::{COLUMNS, Column, agrees, document_kind, phase_number, school_kind, sex};
use super::nation;
use super::person::{self, Document};
use super::registration;
use crate::attendance::date::LocalDate;
pub use crate::protocol::{Mistake, Sex, Wrong};
use crate::sheet::{Cell, Sheet, letters};

/// More is not told at once: nobody reads it.
pub const MISTAKES_MAX: usize = 500;
/// Longest words of a unit for somebody (S0-03), characters.
pub const ATTESTATION_CHARS_MAX: usize = 500;
/// Longest cell that is kept, characters; of attestations [`ATTESTATION_CHARS_MAX`].
const CELL_CHARS_MAX: usize = 200;

/// What begins the lines below the table.
const FOOT: [&str; 5] = ["填报单位", "负责人", "联系人", "电话", "填报日期"];

/// Somebody whom a unit sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nominee {
    /// Of the file, as a spreadsheet counts.
    pub row: u32,
    pub name: String,
    pub sex: Sex,
    pub document: Document,
    pub mobile: String,
    /// Code of the unit.
    pub unit: String,
    /// Number of the phase (期).
    pub phase: u32,
    /// The other columns as they were written, those that have a form in it; empty ones are absent.
    pub rest: BTreeMap<Column, String>,
}

/// What a table may name.
pub struct Known<'a> {
    /// The day of the import.
    pub today: LocalDate,
    /// Code of a unit by its code, name or short name.
    pub unit: &'a dyn Fn(&str) -> Option<String>,
    /// Whether the programme has the phase (期).
    pub phase: &'a dyn Fn(u32) -> bool,
    /// Whether whoever imports may send people of a unit.
    pub may_send: &'a dyn Fn(&str) -> bool,
}

/// Reads a whole table. Rows may be of any length; nobody is there twice in one phase.
pub fn read(sheet: &Sheet, known: &Known) -> Result<Vec<Nominee>, Vec<Mistake>> {
    let rows = &sheet.rows;
    let (head, columns) = headings(rows)?;
    let mut mistakes = Vec::new();
    let mut nominees = Vec::new();
    let mut seen: BTreeMap<(u32, Document), u32> = BTreeMap::new();
    for (at, cells) in rows.iter().enumerate().skip(head + 1) {
        let first = cells.iter().map(|cell| cell.text().trim()).find(|cell| !cell.is_empty());
        match first {
            None => continue,
            Some(first) if FOOT.iter().any(|foot| first.starts_with(foot)) => break,
            Some(_) => {}
        }
        if mistakes.len() >= MISTAKES_MAX {
            break;
        }
        let mut row = Row { number: number(at), cells, columns: &columns, known, mistakes: &mut mistakes };
        let Some(nominee) = row.nominee() else { continue };
        match seen.insert((nominee.phase, nominee.document.clone()), number(at)) {
            Some(before) => row.wrong_with("证件号码", Wrong::Twice, vec![before]),
            None => nominees.push(nominee),
        }
    }
    if mistakes.is_empty() && nominees.is_empty() {
        return no_table(number(head));
    }
    mistakes.truncate(MISTAKES_MAX);
    if mistakes.is_empty() { Ok(nominees) } else { Err(mistakes) }
}

fn no_table<T>(row: u32) -> Result<T, Vec<Mistake>> {
    Err(vec![Mistake { row: Some(row), ..Mistake::field("", Wrong::NoTable) }])
}

/// The line of headings, and where each column is.
fn headings(rows: &[Vec<Cell>]) -> Result<(usize, BTreeMap<&str, usize>), Vec<Mistake>> {
    let is_head = |row: &Vec<Cell>| {
        ["姓名", "证件号码"].iter().all(|must| row.iter().any(|cell| heading(cell.text()) == *must))
    };
    let Some(head) = rows.iter().position(is_head) else { return no_table(1) };
    let columns: BTreeMap<&str, usize> =
        rows[head].iter().enumerate().rev().map(|(at, cell)| (heading(cell.text()), at)).collect();
    let missing = COLUMNS.iter().filter(|(_, name, must)| *must && !columns.contains_key(name));
    let mistakes: Vec<Mistake> = missing
        .map(|(_, name, _)| Mistake { row: Some(number(head)), ..Mistake::field(*name, Wrong::NoColumn) })
        .collect();
    if mistakes.is_empty() { Ok((head, columns)) } else { Err(mistakes) }
}

/// A heading without the signs that mark it as required.
fn heading(cell: &str) -> &str {
    cell.trim().trim_end_matches(['*', '＊']).trim()
}

fn number(index: usize) -> u32 {
    u32::try_from(index + 1).unwrap_or(u32::MAX)
}

/// One row while it is read.
struct Row<'a> {
    number: u32,
    cells: &'a [Cell],
    columns: &'a BTreeMap<&'a str, usize>,
    known: &'a Known<'a>,
    mistakes: &'a mut Vec<Mistake>,
}

impl Row<'_> {
    /// Every field is looked at, so that everything wrong is said.
    fn nominee(&mut self) -> Option<Nominee> {
        let Known { today, unit, phase: has_phase, may_send } = *self.known;
        let name = self.field("姓名", person::real_name);
        let sex = self.field("性别", sex);
        let kind = self.field("证件类型", document_kind);
        let document = match kind {
            Some(kind) => self.field("证件号码", |text| Document::parse(kind, text, today)),
            None => None,
        };
        let unit = self.field("省份", |text| match unit(text) {
            Some(unit) if !may_send(&unit) => Err(Wrong::OtherUnit),
            Some(unit) => Ok(unit),
            None if text.is_empty() => Err(Wrong::Missing),
            None => Err(Wrong::Choice),
        });
        let phase = self.field("培训期次", |text| match phase_number(text)? {
            number if has_phase(number) => Ok(number),
            _ => Err(Wrong::NoPhase),
        });
        let mobile = self.field("手机号", person::mobile);
        let school =
            self.field("单位全称", |text| if text.is_empty() { Err(Wrong::Missing) } else { Ok(()) });
        let rest = self.rest(document.as_ref());
        let (sex, document) = (sex?, document?);
        if !agrees(sex, &document) {
            self.wrong("性别", Wrong::SexOfDocument);
            return None;
        }
        school?;
        Some(Nominee {
            row: self.number,
            name: name?,
            sex,
            document,
            mobile: mobile?,
            unit: unit?,
            phase: phase?,
            rest: rest?,
        })
    }

    fn cell(&self, heading: &str) -> &str {
        let cell = self.columns.get(heading).and_then(|at| self.cells.get(*at));
        cell.map_or("", |cell| cell.text().trim())
    }

    /// What a formula came to is what a spreadsheet thinks, not what a unit says.
    fn is_formula(&self, heading: &str) -> bool {
        self.columns.get(heading).and_then(|at| self.cells.get(*at)).is_some_and(Cell::is_formula)
    }

    fn field<T>(&mut self, heading: &str, read: impl FnOnce(&str) -> Result<T, Wrong>) -> Option<T> {
        let is_formula = self.is_formula(heading);
        match if is_formula { Err(Wrong::Formula) } else { read(self.cell(heading)) } {
            Ok(value) => Some(value),
            Err(wrong) => {
                self.wrong(heading, wrong);
                None
            }
        }
    }

    /// The columns that are only kept.
    fn rest(&mut self, document: Option<&Document>) -> Option<BTreeMap<Column, String>> {
        use Column::{
            Born, DocumentKind, DocumentNumber, Email, Mobile, Name, Nation, Phase, Province, SchoolCode,
            SchoolKind, Sex,
        };
        let read = [
            Name,
            Sex,
            DocumentKind,
            DocumentNumber,
            Province,
            Phase,
            Mobile,
            Nation,
            Born,
            SchoolCode,
            SchoolKind,
            Email,
        ];
        let mut rest = self.formed(document)?;
        for (column, heading, _) in COLUMNS.iter().filter(|(column, ..)| !read.contains(column)) {
            let text = self.cell(heading);
            if self.is_formula(heading) {
                self.wrong(heading, Wrong::Formula);
                return None;
            }
            let chars_max =
                if *column == Column::Attestation { ATTESTATION_CHARS_MAX } else { CELL_CHARS_MAX };
            if text.chars().count() > chars_max {
                self.wrong(heading, Wrong::TooLong);
                return None;
            }
            if !text.is_empty() {
                rest.insert(*column, text.to_owned());
            }
        }
        Some(rest)
    }

    /// What has a form, where it is given; all of it is looked at.
    fn formed(&mut self, document: Option<&Document>) -> Option<BTreeMap<Column, String>> {
        let today = self.known.today;
        let born = |text: &str| person::born(text, today);
        type Read<'a> = &'a dyn Fn(&str) -> Result<String, Wrong>;
        let columns: [(Column, &str, Read); 5] = [
            (Column::Nation, "民族", &|text| nation::read(text).map(str::to_owned)),
            (Column::Born, "出生年月", &born),
            (Column::SchoolCode, "学校标识码", &registration::school_code_of),
            (Column::SchoolKind, "学校类型", &school_kind),
            (Column::Email, "电子邮箱", &registration::email_of),
        ];
        let mut found = BTreeMap::new();
        let mut is_right = true;
        for (column, heading, read) in columns {
            match self.field(heading, |text| if text.is_empty() { Ok(String::new()) } else { read(text) }) {
                Some(text) if !text.is_empty() => drop(found.insert(column, text)),
                Some(_) => {}
                None => is_right = false,
            }
        }
        let month = document.and_then(Document::born);
        if is_right && found.get(&Column::Born).zip(month).is_some_and(|(born, month)| month != *born) {
            self.wrong("出生年月", Wrong::BornOfDocument);
            return None;
        }
        is_right.then_some(found)
    }

    fn wrong(&mut self, heading: &str, wrong: Wrong) {
        self.wrong_with(heading, wrong, Vec::new());
    }

    fn wrong_with(&mut self, heading: &str, wrong: Wrong, figures: Vec<u32>) {
        let column = self.columns.get(heading).map(|at| letters(*at));
        let mistake = Mistake::field(heading, wrong);
        self.mistakes.push(Mistake { row: Some(self.number), column, figures, ..mistake });
    }
}

#[cfg(test)]
mod tests;
