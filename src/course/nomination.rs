//! The units' lists of trainees (参训信息汇总表, R2): rows of a spreadsheet, each cell a text. Either all
//! rows are good, or everything that is wrong is said at once and nothing is taken.

use std::collections::BTreeMap;

use super::columns::{COLUMNS, Column, agrees, document_kind, phase_number, sex};
use super::nation;
use super::person::{self, Document};
use super::sheet::{Sheet, letters};
use crate::attendance::date::LocalDate;
pub use crate::protocol::{Mistake, Sex, Wrong};

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
    /// The other columns as they were written, but nation and month of birth in their one form; empty ones
    /// are absent.
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
        let first = cells.iter().map(|cell| cell.trim()).find(|cell| !cell.is_empty());
        match first {
            None => continue,
            Some(first) if FOOT.iter().any(|foot| first.starts_with(foot)) => break,
            Some(_) => {}
        }
        if mistakes.len() >= MISTAKES_MAX {
            break;
        }
        let mut row =
            Row { number: number(at), cells, sheet, columns: &columns, known, mistakes: &mut mistakes };
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
fn headings(rows: &[Vec<String>]) -> Result<(usize, BTreeMap<&str, usize>), Vec<Mistake>> {
    let is_head = |row: &Vec<String>| {
        ["姓名", "证件号码"].iter().all(|must| row.iter().any(|cell| heading(cell) == *must))
    };
    let Some(head) = rows.iter().position(is_head) else { return no_table(1) };
    let columns: BTreeMap<&str, usize> =
        rows[head].iter().enumerate().rev().map(|(at, cell)| (heading(cell), at)).collect();
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
    cells: &'a [String],
    sheet: &'a Sheet,
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
        cell.map_or("", |cell| cell.trim())
    }

    /// What a formula came to is what a spreadsheet thinks, not what a unit says.
    fn is_formula(&self, heading: &str) -> bool {
        let row = self.number as usize - 1;
        self.columns.get(heading).is_some_and(|at| self.sheet.formulas.contains(&(row, *at)))
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
        use Column::{Born, DocumentKind, DocumentNumber, Mobile, Name, Nation, Phase, Province, Sex};
        let read = [Name, Sex, DocumentKind, DocumentNumber, Province, Phase, Mobile, Nation, Born];
        let mut rest = self.origin(document)?;
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

    /// Nation and month of birth, where they are given; both are looked at.
    fn origin(&mut self, document: Option<&Document>) -> Option<BTreeMap<Column, String>> {
        let today = self.known.today;
        let optional = |read: &dyn Fn(&str) -> Result<String, Wrong>, text: &str| match text {
            "" => Ok(String::new()),
            text => read(text),
        };
        let nation =
            self.field("民族", |text| optional(&|text| nation::read(text).map(str::to_owned), text));
        let born = self.field("出生年月", |text| optional(&|text| person::born(text, today), text));
        let (nation, born) = (nation?, born?);
        let other_month =
            document.and_then(Document::born).is_some_and(|month| !born.is_empty() && month != born);
        if other_month {
            self.wrong("出生年月", Wrong::BornOfDocument);
            return None;
        }
        let both = [(Column::Nation, nation), (Column::Born, born)];
        Some(both.into_iter().filter(|(_, text)| !text.is_empty()).collect())
    }

    fn wrong(&mut self, heading: &str, wrong: Wrong) {
        self.wrong_with(heading, wrong, Vec::new());
    }

    fn wrong_with(&mut self, heading: &str, wrong: Wrong, figures: Vec<u32>) {
        let column = self.columns.get(heading).map(|at| letters(*at));
        self.mistakes.push(Mistake {
            row: Some(self.number),
            column,
            field: heading.to_owned(),
            wrong,
            figures,
        });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HEAD: &str = "序号|姓名*|性别*|证件类型*|证件号码*|单位全称*|省份*|培训期次*|手机号*|备注";
    const GOOD: &str = "1|王丽|女|居民身份证|11010519491231002X|北京信息职业技术学院|北京|第1期|13812345678|";

    fn today() -> LocalDate {
        LocalDate::parse("2020-10-28").expect("a day")
    }

    fn table(lines: &[&str]) -> Vec<Vec<String>> {
        lines.iter().map(|line| line.split('|').map(str::to_owned).collect()).collect()
    }

    fn read(rows: &[Vec<String>]) -> Result<Vec<Nominee>, Vec<Mistake>> {
        let unit = |text: &str| crate::course::unit::find(text).map(|unit| unit.code.to_owned());
        let known = Known { today: today(), unit: &unit, phase: &|number| number < 4, may_send: &|_| true };
        super::read(&Sheet::from(rows.to_vec()), &known)
    }

    fn check(lines: &[&str], expected: &[(u32, &str, &str, Wrong)]) {
        let found = read(&table(lines)).expect_err("something is wrong");
        let found: Vec<_> = found
            .iter()
            .map(|one| (one.row.unwrap(), one.column.as_deref().unwrap_or(""), one.field.as_str(), one.wrong))
            .collect();
        assert_eq!(found, expected, "{lines:?}");
    }

    #[test]
    fn a_list_as_units_send_it() {
        let lines = [
            "参训信息汇总表",
            HEAD,
            GOOD,
            "|||||||||",
            "2|𠮷䶮|男|护照|E12345678|某校|兵团|二|+86 138-1234-5679|=1+1",
            "填报单位（盖章）：|||||||||",
            "负责人：李||||||||",
        ];
        let people = read(&table(&lines)).expect("all is well");
        assert_eq!(people.len(), 2);
        assert_eq!((people[0].unit.as_str(), people[0].phase, people[0].sex), ("11", 1, Sex::Female));
        assert_eq!(
            (people[1].unit.as_str(), people[1].phase, people[1].mobile.as_str()),
            ("66", 2, "13812345679")
        );
        assert_eq!(people[1].rest[&Column::Note], "=1+1", "a text, kept as one");
        assert_eq!(people[1].rest[&Column::School], "某校");
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        check(
            &[
                HEAD,
                GOOD,
                "2|王1|她|身份证|11010519491231002|某校|火星|零期|12|",
                "3||男|学生证||||||",
                "4|王丽|女|居民身份证|11010519491231002x|某校|北京|1|13812345678|",
                "5|王力|男|居民身份证|11010519491231002X|某校|北京|1|13812345678|",
            ],
            &[
                (3, "B", "姓名", Wrong::Character),
                (3, "C", "性别", Wrong::Choice),
                (3, "E", "证件号码", Wrong::Length),
                (3, "G", "省份", Wrong::Choice),
                (3, "H", "培训期次", Wrong::Choice),
                (3, "I", "手机号", Wrong::Phone),
                (4, "B", "姓名", Wrong::Missing),
                (4, "D", "证件类型", Wrong::Choice),
                (4, "G", "省份", Wrong::Missing),
                (4, "H", "培训期次", Wrong::Missing),
                (4, "I", "手机号", Wrong::Missing),
                (4, "F", "单位全称", Wrong::Missing),
                (5, "E", "证件号码", Wrong::Twice),
                (6, "C", "性别", Wrong::SexOfDocument),
            ],
        );
    }

    #[test]
    fn a_file_that_is_no_such_table_says_so() {
        check(&[], &[(1, "", "", Wrong::NoTable)]);
        check(&["a|b|c"], &[(1, "", "", Wrong::NoTable)]);
        check(&[HEAD], &[(1, "", "", Wrong::NoTable)]);
        check(
            &["姓名|证件号码|性别|证件类型|单位全称|手机号"],
            &[(1, "", "省份", Wrong::NoColumn), (1, "", "培训期次", Wrong::NoColumn)],
        );
        let mut formula = Sheet::from(table(&[HEAD, GOOD]));
        formula.formulas.insert((1, 1));
        let unit = |text: &str| Some(text.to_owned());
        let known = Known { today: today(), unit: &unit, phase: &|_| true, may_send: &|_| true };
        let found = super::read(&formula, &known).expect_err("a formula is no name");
        assert_eq!((found[0].row, found[0].column.as_deref()), (Some(2), Some("B")));
        assert_eq!(found[0].wrong, Wrong::Formula);
    }

    #[test]
    fn nation_and_month_of_birth_have_one_form_and_fit_the_document() {
        let head = format!("{HEAD}|民族|出生年月");
        let one = |nation: &str, born: &str| {
            let row = format!("{GOOD}|{nation}|{born}");
            read(&table(&[&head, &row])).map(|people| {
                let of = |column| people[0].rest.get(&column).cloned().unwrap_or_default();
                (of(Column::Nation), of(Column::Born))
            })
        };
        for (nation, born) in
            [("汉族", "1949-12"), ("01", "194912"), ("汉", "1949年12月"), ("1", "１９４９．１２")]
        {
            assert_eq!(one(nation, born), Ok(("汉族".into(), "194912".into())), "{nation} {born}");
        }
        assert_eq!(one("", ""), Ok((String::new(), String::new())), "both are optional");
        let wrong = |nation: &str, born: &str| -> Vec<(String, Wrong)> {
            let found = one(nation, born).expect_err("something is wrong");
            found.into_iter().map(|one| (one.field, one.wrong)).collect()
        };
        assert_eq!(
            wrong("57", "1949-13"),
            [("民族".into(), Wrong::Choice), ("出生年月".into(), Wrong::Value)]
        );
        assert_eq!(wrong("汉族", "1949-11"), [("出生年月".into(), Wrong::BornOfDocument)]);
    }

    proptest! {
        #[test]
        fn no_table_upsets_the_reader(
            lines in prop::collection::vec("([a-z0-9|\u{0}-\u{ff}]|姓名|证件号码|男|第|期){0,30}", 0..20),
            with_head in any::<bool>(),
        ) {
            let mut lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            if with_head {
                lines.insert(0, HEAD);
            }
            match read(&table(&lines)) {
                Ok(people) => prop_assert!(!people.is_empty()),
                Err(mistakes) => prop_assert!(!mistakes.is_empty() && mistakes.len() <= MISTAKES_MAX),
            }
        }
    }
}
