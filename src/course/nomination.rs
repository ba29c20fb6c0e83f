//! The units' lists of trainees (参训信息汇总表, R2): rows of a spreadsheet, each cell a text. Either all
//! rows are good, or everything that is wrong is said at once and nothing is taken.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::person::{self, Document, DocumentKind, Wrong};
use super::unit;
use crate::attendance::date::LocalDate;

/// Rows of one file; a phase has 10,000 people.
pub const ROWS_MAX: usize = 20_000;
/// More is not told at once: nobody reads it.
pub const MISTAKES_MAX: usize = 500;
/// Longest cell that is kept, characters.
const CELL_CHARS_MAX: usize = 200;

/// A column of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    Name,
    Sex,
    DocumentKind,
    DocumentNumber,
    School,
    SchoolCode,
    SchoolKind,
    Province,
    Position,
    Title,
    Subject,
    Phase,
    Track,
    Mobile,
    Email,
    Category,
    Note,
}

/// Each column with its heading and whether it must be there and filled.
pub const COLUMNS: [(Column, &str, bool); 17] = [
    (Column::Name, "姓名", true),
    (Column::Sex, "性别", true),
    (Column::DocumentKind, "证件类型", true),
    (Column::DocumentNumber, "证件号码", true),
    (Column::School, "单位全称", true),
    (Column::SchoolCode, "学校标识码", false),
    (Column::SchoolKind, "学校类型", false),
    (Column::Province, "省份", true),
    (Column::Position, "职务", false),
    (Column::Title, "职称", false),
    (Column::Subject, "任教专业/学科", false),
    (Column::Phase, "培训期次", true),
    (Column::Track, "方向", false),
    (Column::Mobile, "手机号", true),
    (Column::Email, "电子邮箱", false),
    (Column::Category, "参训类别", false),
    (Column::Note, "备注", false),
];

/// What begins the lines below the table.
const FOOT: [&str; 5] = ["填报单位", "负责人", "联系人", "电话", "填报日期"];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    Male,
    Female,
    /// 未说明的性别.
    Unsaid,
}

/// Somebody whom a unit sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nominee {
    pub name: String,
    pub sex: Sex,
    pub document: Document,
    pub mobile: String,
    /// Code of the unit.
    pub unit: &'static str,
    /// Number of the phase (期).
    pub phase: u32,
    /// The other columns as they were written; empty ones are absent.
    pub rest: BTreeMap<Column, String>,
}

/// Something that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mistake {
    /// As the spreadsheet counts, from 1.
    pub row: u32,
    /// Heading of the column.
    pub column: String,
    pub why: Why,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Why {
    /// The text itself.
    Text { wrong: Wrong },
    /// The column is not in the table.
    NoColumn,
    /// The table has no line of headings, or no people below it.
    NoTable,
    /// The file has too many rows.
    TooMany,
    /// The same document as in another row.
    Twice { row: u32 },
    /// The document says another sex.
    SexOfDocument,
}

/// Reads a whole table.
pub fn read(rows: &[Vec<String>], today: LocalDate) -> Result<Vec<Nominee>, Vec<Mistake>> {
    let alone = |row, column: &str, why| Err(vec![Mistake { row, column: column.to_owned(), why }]);
    if rows.len() > ROWS_MAX {
        return alone(number(ROWS_MAX), "", Why::TooMany);
    }
    let is_head = |row: &Vec<String>| {
        ["姓名", "证件号码"].iter().all(|must| row.iter().any(|cell| heading(cell) == *must))
    };
    let Some(head) = rows.iter().position(is_head) else { return alone(1, "", Why::NoTable) };
    let columns: BTreeMap<&str, usize> =
        rows[head].iter().enumerate().rev().map(|(at, cell)| (heading(cell), at)).collect();
    let mut mistakes: Vec<Mistake> = COLUMNS
        .iter()
        .filter(|(_, name, must)| *must && !columns.contains_key(name))
        .map(|(_, name, _)| Mistake { row: number(head), column: (*name).to_owned(), why: Why::NoColumn })
        .collect();
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let mut nominees = Vec::new();
    let mut seen: BTreeMap<Document, u32> = BTreeMap::new();
    for (at, cells) in rows.iter().enumerate().skip(head + 1) {
        let first = cells.iter().map(|cell| cell.trim()).find(|cell| !cell.is_empty());
        match first {
            None => continue,
            Some(first) if FOOT.iter().any(|foot| first.starts_with(foot)) => break,
            Some(_) => {}
        }
        let mut row = Row { number: number(at), cells, columns: &columns, today, mistakes: &mut mistakes };
        let Some(nominee) = row.nominee() else { continue };
        match seen.insert(nominee.document.clone(), number(at)) {
            Some(before) => row.wrong("证件号码", Why::Twice { row: before }),
            None => nominees.push(nominee),
        }
    }
    if mistakes.is_empty() && nominees.is_empty() {
        return alone(number(head), "", Why::NoTable);
    }
    mistakes.truncate(MISTAKES_MAX);
    if mistakes.is_empty() { Ok(nominees) } else { Err(mistakes) }
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
    columns: &'a BTreeMap<&'a str, usize>,
    today: LocalDate,
    mistakes: &'a mut Vec<Mistake>,
}

impl Row<'_> {
    /// Every field is looked at, so that everything wrong is said.
    fn nominee(&mut self) -> Option<Nominee> {
        let today = self.today;
        let name = self.field("姓名", person::real_name);
        let sex = self.field("性别", sex);
        let kind = self.field("证件类型", document_kind);
        let document = match kind {
            Some(kind) => self.field("证件号码", |text| Document::parse(kind, text, today)),
            None => None,
        };
        let unit = self.field("省份", |text| match unit::find(text) {
            Some(unit) => Ok(unit.code),
            None if text.is_empty() => Err(Wrong::Missing),
            None => Err(Wrong::Choice),
        });
        let phase = self.field("培训期次", phase_number);
        let mobile = self.field("手机号", person::mobile);
        let school =
            self.field("单位全称", |text| if text.is_empty() { Err(Wrong::Missing) } else { Ok(()) });
        let rest = self.rest();
        let (sex, document) = (sex?, document?);
        if !agrees(sex, &document) {
            self.wrong("性别", Why::SexOfDocument);
            return None;
        }
        school?;
        Some(Nominee { name: name?, sex, document, mobile: mobile?, unit: unit?, phase: phase?, rest: rest? })
    }

    fn cell(&self, heading: &str) -> &str {
        let cell = self.columns.get(heading).and_then(|at| self.cells.get(*at));
        cell.map_or("", |cell| cell.trim())
    }

    fn field<T>(&mut self, heading: &str, read: impl FnOnce(&str) -> Result<T, Wrong>) -> Option<T> {
        match read(self.cell(heading)) {
            Ok(value) => Some(value),
            Err(wrong) => {
                self.wrong(heading, Why::Text { wrong });
                None
            }
        }
    }

    /// The columns that are only kept.
    fn rest(&mut self) -> Option<BTreeMap<Column, String>> {
        use Column::{DocumentKind, DocumentNumber, Mobile, Name, Phase, Province, Sex};
        let read = [Name, Sex, DocumentKind, DocumentNumber, Province, Phase, Mobile];
        let mut rest = BTreeMap::new();
        for (column, heading, _) in COLUMNS.iter().filter(|(column, ..)| !read.contains(column)) {
            let text = self.cell(heading);
            if text.chars().count() > CELL_CHARS_MAX {
                self.wrong(heading, Why::Text { wrong: Wrong::TooLong });
                return None;
            }
            if !text.is_empty() {
                rest.insert(*column, text.to_owned());
            }
        }
        Some(rest)
    }

    fn wrong(&mut self, column: &str, why: Why) {
        self.mistakes.push(Mistake { row: self.number, column: column.to_owned(), why });
    }
}

/// GB/T 2261.1, as word or code.
fn sex(text: &str) -> Result<Sex, Wrong> {
    match text {
        "" => Err(Wrong::Missing),
        "男" | "1" => Ok(Sex::Male),
        "女" | "2" => Ok(Sex::Female),
        "未说明" | "未说明的性别" | "9" => Ok(Sex::Unsaid),
        _ => Err(Wrong::Choice),
    }
}

/// The last digit but one of a resident's number is odd for men.
fn agrees(sex: Sex, document: &Document) -> bool {
    let digit = document.number().as_bytes().get(16).filter(|_| document.kind() == DocumentKind::Resident);
    match (sex, digit) {
        (Sex::Male, Some(digit)) => digit % 2 == 1,
        (Sex::Female, Some(digit)) => digit % 2 == 0,
        _ => true,
    }
}

fn document_kind(text: &str) -> Result<DocumentKind, Wrong> {
    match text {
        "" => Err(Wrong::Missing),
        "居民身份证" | "身份证" | "港澳台居民居住证" => Ok(DocumentKind::Resident),
        "港澳居民来往内地通行证" | "台湾居民来往大陆通行证" | "通行证" => {
            Ok(DocumentKind::Permit)
        }
        "护照" => Ok(DocumentKind::Passport),
        _ => Err(Wrong::Choice),
    }
}

/// "1", "第1期", "第一期".
fn phase_number(text: &str) -> Result<u32, Wrong> {
    let inner = text.trim_start_matches('第').trim_end_matches('期').trim();
    let chinese = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
    let number = chinese.iter().position(|word| *word == inner).map(number);
    match number.or_else(|| inner.parse().ok()).filter(|number| (1..=99).contains(number)) {
        Some(number) => Ok(number),
        None if inner.is_empty() => Err(Wrong::Missing),
        None => Err(Wrong::Choice),
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

    fn check(lines: &[&str], expected: &[(u32, &str, Why)]) {
        let found = read(&table(lines), today()).expect_err("something is wrong");
        let found: Vec<_> =
            found.iter().map(|mistake| (mistake.row, mistake.column.as_str(), mistake.why.clone())).collect();
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
        let people = read(&table(&lines), today()).expect("all is well");
        assert_eq!(people.len(), 2);
        assert_eq!((people[0].unit, people[0].phase, people[0].sex), ("11", 1, Sex::Female));
        assert_eq!((people[1].unit, people[1].phase, people[1].mobile.as_str()), ("66", 2, "13812345679"));
        assert_eq!(people[1].rest[&Column::Note], "=1+1", "a text, kept as one");
        assert_eq!(people[1].rest[&Column::School], "某校");
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let text = |wrong| Why::Text { wrong };
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
                (3, "姓名", text(Wrong::Character)),
                (3, "性别", text(Wrong::Choice)),
                (3, "证件号码", text(Wrong::Length)),
                (3, "省份", text(Wrong::Choice)),
                (3, "培训期次", text(Wrong::Choice)),
                (3, "手机号", text(Wrong::Phone)),
                (4, "姓名", text(Wrong::Missing)),
                (4, "证件类型", text(Wrong::Choice)),
                (4, "省份", text(Wrong::Missing)),
                (4, "培训期次", text(Wrong::Missing)),
                (4, "手机号", text(Wrong::Missing)),
                (4, "单位全称", text(Wrong::Missing)),
                (5, "证件号码", Why::Twice { row: 2 }),
                (6, "性别", Why::SexOfDocument),
            ],
        );
    }

    #[test]
    fn a_file_that_is_no_such_table_says_so() {
        check(&[], &[(1, "", Why::NoTable)]);
        check(&["a|b|c"], &[(1, "", Why::NoTable)]);
        check(&[HEAD], &[(1, "", Why::NoTable)]);
        check(
            &["姓名|证件号码|性别|证件类型|单位全称|手机号"],
            &[(1, "省份", Why::NoColumn), (1, "培训期次", Why::NoColumn)],
        );
        let many = vec![vec![String::new()]; ROWS_MAX + 1];
        assert_eq!(read(&many, today()).expect_err("too many")[0].why, Why::TooMany);
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
            match read(&table(&lines), today()) {
                Ok(people) => prop_assert!(!people.is_empty()),
                Err(mistakes) => prop_assert!(!mistakes.is_empty() && mistakes.len() <= MISTAKES_MAX),
            }
        }
    }
}
