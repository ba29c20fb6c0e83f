//! Questions as a file, in and out: one row for each. Either all rows are good, or everything that is wrong is said at once
//! and nothing is taken.

use std::collections::BTreeMap;

use super::form::OPTIONS_MAX;
use super::{Ask, Kind, Question};
use crate::programme::heads;
use crate::programme::told::{Told, value};
use crate::sheet::{Book, Cell, Sheet, Table, letters};
use crate::text::mistake::{Mistake, Wrong};
use crate::text::plain;

const KIND: &str = "题型";
const TEXT: &str = "题目";
const RIGHT: &str = "答案";
const EXPLANATION: &str = "解析";
const OPTIONS: [&str; OPTIONS_MAX] = ["选项A", "选项B", "选项C", "选项D", "选项E", "选项F", "选项G", "选项H"];
/// Between spellings of a blank.
const BETWEEN: [char; 4] = ['；', ';', '|', '\n'];
/// The beginning of the example rows, which show how to fill in the table. They are no questions.
const EXAMPLE: &str = "例：";

/// Words of the kinds of questions.
pub const KIND_WORDS: [(Kind, &str); 4] =
    [(Kind::One, "单选"), (Kind::Several, "多选"), (Kind::Truth, "判断"), (Kind::Blank, "填空")];

/// Questions that are good.
#[derive(Debug)]
pub struct List {
    pub questions: Vec<Question>,
    /// Name of the sheet that was read; None where there is only one.
    pub sheet: Option<String>,
    /// What was not used.
    pub remarks: Told,
}

/// Where each column is.
struct Columns {
    row: usize,
    /// By heading.
    at: BTreeMap<&'static str, usize>,
}

impl Columns {
    fn find(sheet: &Sheet) -> Option<Columns> {
        (0..sheet.rows.len()).find_map(|row| {
            let words: Vec<String> = sheet.rows[row].iter().map(|cell| plain::word(cell.text())).collect();
            let names = [KIND, TEXT, RIGHT, EXPLANATION].into_iter().chain(OPTIONS);
            let place = |name: &'static str| {
                let wanted = plain::word(name);
                words.iter().position(|word| *word == wanted).map(|at| (name, at))
            };
            let at: BTreeMap<_, _> = names.filter_map(place).collect();
            [KIND, TEXT, RIGHT].iter().all(|name| at.contains_key(name)).then_some(Columns { row, at })
        })
    }
}

/// Reads a whole table.
pub fn read(book: &Book) -> Result<List, Vec<Mistake>> {
    let (sheet, columns, others) = heads::choose(book, Columns::find).map_err(|unread| match unread {
        Some(why) => vec![why.into()],
        None => no_table(0),
    })?;
    let (mut questions, mut wrong, mut remarks) = (Vec::new(), Told::default(), Told::default());
    let mut rows: BTreeMap<String, u32> = BTreeMap::new();
    for (at, cells) in sheet.rows.iter().enumerate().skip(columns.row + 1) {
        let row = Row { number: number(at), cells, columns: &columns };
        if row.text(TEXT).starts_with(EXAMPLE) {
            let remark = Mistake { row: Some(row.number), ..Mistake::field("", Wrong::UnusedRow) };
            remarks.push(Mistake { value: value(&row.text(TEXT)), ..remark });
            continue;
        }
        if cells.iter().all(|cell| plain::text(cell.text()).is_empty()) {
            continue;
        }
        match row.question() {
            Err(mistakes) => mistakes.into_iter().for_each(|one| wrong.push(one)),
            Ok(question) => match rows.insert(question.text.clone(), row.number) {
                Some(before) => {
                    wrong.push(Mistake { figures: vec![before], ..row.mistake(TEXT, Wrong::Twice) })
                }
                None => questions.push(question),
            },
        }
    }
    for other in others {
        remarks.push(Mistake { value: value(&other.name), ..Mistake::field("", Wrong::UnusedSheet) });
    }
    if !wrong.is_empty() {
        return Err(wrong.into_list());
    }
    if questions.is_empty() {
        return Err(no_table(columns.row));
    }
    let sheet = Some(sheet.name.clone()).filter(|_| book.sheets.len() > 1);
    Ok(List { questions, sheet, remarks })
}

fn no_table(row: usize) -> Vec<Mistake> {
    let looked_for = [KIND, TEXT, RIGHT].join("、");
    let mistake = Mistake::field("", Wrong::NoTable);
    vec![Mistake { row: Some(number(row)), value: Some(looked_for), ..mistake }]
}

fn number(index: usize) -> u32 {
    u32::try_from(index + 1).unwrap_or(u32::MAX)
}

struct Row<'a> {
    number: u32,
    cells: &'a [Cell],
    columns: &'a Columns,
}

impl Row<'_> {
    fn cell(&self, name: &str) -> Option<&Cell> {
        self.columns.at.get(name).and_then(|at| self.cells.get(*at))
    }

    fn text(&self, name: &str) -> String {
        self.cell(name).map_or(String::new(), |cell| plain::text(cell.text()))
    }

    fn mistake(&self, name: &str, wrong: Wrong) -> Mistake {
        Mistake {
            row: Some(self.number),
            column: self.columns.at.get(name).map(|at| letters(*at)),
            value: value(&self.text(name)),
            ..Mistake::field(name, wrong)
        }
    }

    fn question(&self) -> Result<Question, Vec<Mistake>> {
        let used = [KIND, TEXT, RIGHT, EXPLANATION].into_iter().chain(OPTIONS);
        let formulas: Vec<Mistake> = used
            .filter(|name| self.cell(name).is_some_and(Cell::is_formula))
            .map(|name| self.mistake(name, Wrong::Formula))
            .collect();
        if !formulas.is_empty() {
            return Err(formulas);
        }
        let ask = self.ask(self.kind()?)?;
        let question = Question { text: self.text(TEXT), ask, explanation: self.text(EXPLANATION) };
        question.check().map_err(|wrong| {
            wrong.into_iter().map(|one| self.mistake(heading(&one.field), one.wrong)).collect()
        })
    }

    fn kind(&self) -> Result<Kind, Vec<Mistake>> {
        let word = plain::word(&self.text(KIND));
        let short = word.trim_end_matches('题').trim_end_matches("选择").trim_end_matches(['选', '项']);
        let known = KIND_WORDS.iter().find(|(_, known)| known.trim_end_matches('选') == short);
        match known {
            Some((kind, _)) => Ok(*kind),
            None if word.is_empty() => Err(vec![self.mistake(KIND, Wrong::Missing)]),
            None => {
                let choices = KIND_WORDS.map(|(_, word)| word.to_owned()).to_vec();
                Err(vec![Mistake { choices, ..self.mistake(KIND, Wrong::Choice) }])
            }
        }
    }

    fn ask(&self, kind: Kind) -> Result<Ask, Vec<Mistake>> {
        let right = self.text(RIGHT);
        if right.is_empty() {
            return Err(vec![self.mistake(RIGHT, Wrong::Missing)]);
        }
        Ok(match kind {
            Kind::Truth => Ask::Truth { right: truth(&right).ok_or_else(|| vec![self.truth_choices()])? },
            Kind::Blank => {
                let spellings = right.split(BETWEEN).map(str::trim).filter(|one| !one.is_empty());
                Ask::Blank { right: spellings.map(str::to_owned).collect() }
            }
            Kind::One | Kind::Several => {
                let options = self.options()?;
                let places =
                    places(&right).filter(|all| all.iter().all(|one| usize::from(*one) < options.len()));
                match (kind, places.ok_or_else(|| vec![self.mistake(RIGHT, Wrong::Value)])?.as_slice()) {
                    (Kind::One, [right]) => Ask::One { options, right: *right },
                    (Kind::One, _) => return Err(vec![self.mistake(RIGHT, Wrong::Value)]),
                    (_, right) => Ask::Several { options, right: right.to_vec() },
                }
            }
        })
    }

    fn truth_choices(&self) -> Mistake {
        let choices = vec!["对".to_owned(), "错".to_owned()];
        Mistake { choices, ..self.mistake(RIGHT, Wrong::Choice) }
    }

    /// The options up to the last one that is there; none before it may be missing.
    fn options(&self) -> Result<Vec<String>, Vec<Mistake>> {
        let all: Vec<String> = OPTIONS.iter().map(|name| self.text(name)).collect();
        let count = all.iter().rposition(|option| !option.is_empty()).map_or(0, |last| last + 1);
        let needed = &OPTIONS[..count.max(2)];
        let missing = needed.iter().zip(&all).find(|(_, option)| option.is_empty());
        match missing {
            Some((name, _)) => Err(vec![self.mistake(name, Wrong::Missing)]),
            None => Ok(all.into_iter().take(count).collect()),
        }
    }
}

/// The heading of a field of a form.
fn heading(field: &str) -> &'static str {
    match field.split_once('.') {
        Some((_, place)) => place.parse().ok().and_then(|at: usize| OPTIONS.get(at)).copied().unwrap_or(TEXT),
        None => match field {
            "right" => RIGHT,
            "explanation" => EXPLANATION,
            "options" => OPTIONS[0],
            _ => TEXT,
        },
    }
}

/// The places of `AC`, `A、C`, `a,c`.
fn places(text: &str) -> Option<Vec<u8>> {
    let between = |c: &char| !(c.is_whitespace() || matches!(c, '、' | ',' | ';' | '/' | '.'));
    let letters = plain::half_width(text);
    let place = |c: char| c.is_ascii_alphabetic().then(|| c.to_ascii_uppercase() as u8 - b'A');
    letters.chars().filter(between).map(place).collect()
}

fn truth(text: &str) -> Option<bool> {
    match plain::word(text).as_str() {
        "对" | "正确" | "是" | "√" | "✓" | "t" | "true" | "1" | "a" => Some(true),
        "错" | "错误" | "否" | "×" | "✗" | "x" | "f" | "false" | "0" | "b" => Some(false),
        _ => None,
    }
}

/// The table of these questions; without any, rows that show how it is filled in.
pub fn table(questions: &[Question]) -> Table {
    let mut headings = vec![KIND, TEXT];
    headings.extend(OPTIONS);
    headings.extend([RIGHT, EXPLANATION]);
    let mut table = Table::new("自测题库", &headings);
    table.rows.extend(questions.iter().map(row));
    if questions.is_empty() {
        table.rows.extend(examples().iter().map(row));
    }
    table
}

fn row(question: &Question) -> Vec<Cell> {
    let word = KIND_WORDS.iter().find(|(kind, _)| *kind == question.ask.kind()).map_or("", |(_, word)| word);
    let options = (0..OPTIONS_MAX).map(|at| question.ask.options().get(at).map_or("", String::as_str));
    let letter = |place: &u8| char::from(b'A' + place % 26);
    let right = match &question.ask {
        Ask::One { right, .. } => letter(right).to_string(),
        Ask::Several { right, .. } => right.iter().map(letter).collect(),
        Ask::Truth { right } => if *right { "对" } else { "错" }.to_owned(),
        Ask::Blank { right } => right.join("；"),
    };
    let texts = [word, question.text.as_str()].into_iter().chain(options);
    texts.chain([right.as_str(), question.explanation.as_str()]).map(Cell::from).collect()
}

fn examples() -> [Question; 4] {
    let options = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect();
    let example = |text: &str, ask, explanation: &str| Question {
        text: format!("{EXAMPLE}{text}"),
        ask,
        explanation: explanation.to_owned(),
    };
    [
        example(
            "1 学时是多少分钟？（以“例：”开头的行不会导入）",
            Ask::One { options: options(&["30 分钟", "45 分钟", "60 分钟"]), right: 1 },
            "1 学时为 45 分钟。",
        ),
        example(
            "哪些可以用来上课？（答案写字母，如 ABD）",
            Ask::Several {
                options: options(&["电脑", "平板", "收音机", "手机"]), right: vec![0, 1, 3]
            },
            "",
        ),
        example("迟到以后还可以看回放补学时。（答案写“对”或“错”）", Ask::Truth { right: true }, ""),
        example(
            "教师每五年参加培训不少于____学时。（几种写法都算对时用“；”隔开）",
            Ask::Blank { right: options(&["50", "五十"]) },
            "",
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::{self, Kind as File};

    fn book(rows: &[&[&str]]) -> Book {
        let mut all = vec![vec!["题型*", "题目*", "选项A", "选项B", "选项C", "答案*", "解析"]];
        all.extend(rows.iter().map(|row| row.to_vec()));
        let rows: Vec<Vec<String>> =
            all.into_iter().map(|row| row.into_iter().map(str::to_owned).collect()).collect();
        Book { sheets: vec![Sheet::from(rows)] }
    }

    #[test]
    fn every_kind_is_read_as_offices_write_it() {
        let list = read(&book(&[
            &["单选题", "一", "甲", "乙", "", "b", ""],
            &["多项选择题", "二", "甲", "乙", "丙", "Ａ、C", "因为"],
            &["判断", "三", "", "", "", "×", ""],
            &["填空题", "四", "", "", "", "45；四十五", ""],
            &["", "", "", "", "", "", ""],
            &["单选", "例：这一行不算", "甲", "", "", "", ""],
        ]))
        .expect("good rows");
        let asks: Vec<Ask> = list.questions.iter().map(|one| one.ask.clone()).collect();
        let options = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            asks,
            [
                Ask::One { options: options(&["甲", "乙"]), right: 1 },
                Ask::Several { options: options(&["甲", "乙", "丙"]), right: vec![0, 2] },
                Ask::Truth { right: false },
                Ask::Blank { right: options(&["45", "四十五"]) },
            ]
        );
        assert_eq!(list.remarks.into_list().len(), 1);
    }

    #[test]
    fn everything_that_is_wrong_is_said_with_row_and_column() {
        let wrong = read(&book(&[
            &["问答", "一", "", "", "", "答", ""],
            &["单选", "", "甲", "乙", "", "A", ""],
            &["单选", "三", "甲", "", "丙", "A", ""],
            &["单选", "四", "甲", "乙", "", "C", ""],
            &["单选", "五", "甲", "乙", "", "AB", ""],
            &["多选", "六", "甲", "乙", "", "A", ""],
            &["判断", "七", "", "", "", "也许", ""],
            &["填空", "八", "", "", "", "", ""],
            &["判断", "九", "", "", "", "对", ""],
            &["判断", "九", "", "", "", "错", ""],
            &["单选", "十", "甲", "甲", "", "A", ""],
        ]))
        .expect_err("faults");
        let told: Vec<String> = wrong
            .iter()
            .map(|one| {
                format!("{}{} {:?}", one.column.clone().unwrap_or_default(), one.row.unwrap_or(0), one.wrong)
            })
            .collect();
        assert_eq!(
            told,
            [
                "A2 Choice",
                "B3 Missing",
                "D4 Missing",
                "F5 Value",
                "F6 Value",
                "F7 Missing",
                "F8 Choice",
                "F9 Missing",
                "B11 Twice",
                "D12 Twice"
            ]
        );
        assert_eq!(read(&book(&[])).expect_err("nothing").len(), 1);
        assert_eq!(
            read(&Book { sheets: vec![Sheet::default()] }).expect_err("nothing")[0].wrong,
            Wrong::NoTable
        );
    }

    #[test]
    fn what_is_written_is_read_again_and_the_examples_are_no_questions() {
        let own: Vec<Question> = examples()
            .into_iter()
            .map(|one| Question { text: one.text.trim_start_matches(EXAMPLE).to_owned(), ..one })
            .collect();
        for kind in [File::Xlsx, File::Csv, File::Gb18030] {
            let file = sheet::write(&table(&own), kind).expect("a file");
            let list = read(&sheet::read(&file).expect("a table")).expect("good rows");
            assert_eq!(list.questions, own, "{kind:?}");
            let empty = sheet::write(&table(&[]), kind).expect("a file");
            let none = read(&sheet::read(&empty).expect("a table")).expect_err("no questions");
            assert_eq!(none[0].wrong, Wrong::NoTable, "{kind:?}");
        }
    }
}
