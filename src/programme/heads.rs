//! The line of headings of a list of trainees: which column holds what. Units name the columns in many ways.

use std::collections::{BTreeMap, BTreeSet};

use super::columns::{COLUMNS, Column};
use crate::sheet::{Book, Cell, Sheet, Unreadable};
use crate::text::plain::{could_be, word};

/// The place of each column.
#[derive(Debug, Clone, Default)]
pub struct Heads {
    /// Row of the headings, from 0.
    pub row: usize,
    pub columns: BTreeMap<Column, usize>,
    /// Columns with an unknown heading, or with a worse one than another column.
    pub unused: Vec<usize>,
    /// Column of the running number.
    pub running: Option<usize>,
    /// Whether a heading says that the numbers are those of residents' cards.
    pub of_residents: bool,
}

/// Headings that units write instead of those of R2.
fn others(column: Column) -> &'static [&'static str] {
    use Column as C;
    match column {
        C::Name => &["学员姓名", "教师姓名", "参训人员", "参训人员姓名", "参训教师", "参训教师姓名", "名字"],
        C::Sex => &[],
        C::DocumentKind => &["证件种类", "证件类别", "身份证件类型"],
        C::DocumentNumber => &[
            "证件号",
            "证件编号",
            "身份证号码",
            "身份证号",
            "身份证",
            "居民身份证号码",
            "居民身份证号",
            "公民身份号码",
            "身份证件号码",
            "身份证件号",
        ],
        C::Nation => &[],
        C::Born => &["出生日期", "出生年月日", "出生时间", "生日"],
        C::School => &[
            "工作单位",
            "所在单位",
            "单位名称",
            "学校全称",
            "学校名称",
            "所在学校",
            "学校",
            "单位",
            "工作单位全称",
        ],
        C::SchoolCode => &["学校代码", "学校编码", "单位标识码"],
        C::SchoolKind => &["学校类别", "院校类型", "单位类型"],
        C::Province => &["省", "省市", "所在省份", "所属省份", "省级单位", "推荐单位"],
        C::Position => &["行政职务", "现任职务"],
        C::Title => &["专业技术职务", "技术职称", "专业技术职称"],
        C::Subject => &["任教专业", "任教学科", "学科", "专业", "任教专业及学科", "所教专业", "任教课程"],
        C::Phase => &["期次", "参训期次", "培训班次", "班次", "期"],
        C::Track => &["培训方向", "专业方向", "参训方向"],
        C::Mobile => &["手机号码", "手机", "移动电话", "联系电话", "电话", "联系方式", "电话号码"],
        C::Email => &["邮箱", "邮箱地址", "电子邮件", "e-mail", "email"],
        C::Category => &["人员类别", "学员类别", "类别"],
        C::Note => &["说明"],
        C::Attestation => &["推荐意见", "单位意见"],
    }
}

const RUNNING: [&str; 4] = ["序号", "编号", "no.", "no"];

/// The headings without which a list is refused.
const NEEDED: [Column; 2] = [Column::Name, Column::DocumentNumber];

/// The expected headings, as a text for people.
pub fn looked_for() -> String {
    let must = COLUMNS.iter().filter(|(_, _, must)| *must);
    must.map(|(_, heading, _)| *heading).collect::<Vec<_>>().join("、")
}

impl Heads {
    /// The first line of headings.
    pub fn find(sheet: &Sheet) -> Option<Heads> {
        (0..sheet.rows.len()).find_map(|row| Heads::of(sheet, row))
    }

    /// The headings in a row; `None` = it holds none.
    pub fn of(sheet: &Sheet, row: usize) -> Option<Heads> {
        let words: Vec<String> = sheet.rows[row].iter().map(|cell| word(cell.text())).collect();
        let mut heads = Heads { row, ..Heads::default() };
        let at = |wanted: &dyn Fn(&str) -> bool| words.iter().position(|word| wanted(word));
        for (column, heading, _) in &COLUMNS {
            let heading = word(heading);
            let own = at(&|word| word == heading);
            let found = own.or_else(|| others(*column).iter().find_map(|other| at(&|word| word == *other)));
            if let Some(found) = found {
                heads.columns.insert(*column, found);
            }
        }
        if sheet.lossy {
            heads.guess(&words);
        }
        if !NEEDED.iter().all(|needed| heads.columns.contains_key(needed)) {
            return None;
        }
        heads.running =
            at(&|word| RUNNING.iter().any(|name| *name == word || sheet.lossy && could_be(word, name)));
        heads.of_residents =
            heads.columns.get(&Column::DocumentNumber).is_some_and(|at| words[*at].contains("身份"));
        let used: BTreeSet<usize> = heads.columns.values().copied().chain(heads.running).collect();
        heads.unused = (0..words.len()).filter(|at| !words[*at].is_empty() && !used.contains(at)).collect();
        Some(heads)
    }

    /// Assigns headings with lost letters: each that can be only one column, until no more can be told.
    fn guess(&mut self, words: &[String]) {
        loop {
            let used: BTreeSet<usize> = self.columns.values().copied().collect();
            let lossy =
                words.iter().enumerate().filter(|(at, word)| word.contains('?') && !used.contains(at));
            let found = lossy.into_iter().find_map(|(at, text)| {
                let fits = |(column, heading, _): &&(Column, &str, bool)| {
                    !self.columns.contains_key(column) && could_be(text, &word(heading))
                };
                let mut fitting = COLUMNS.iter().filter(fits);
                match (fitting.next(), fitting.next()) {
                    (Some((column, ..)), None) => Some((*column, at)),
                    _ => None,
                }
            });
            match found {
                Some((column, at)) => self.columns.insert(column, at),
                None => return,
            };
        }
    }

    /// The cell of a column in a row.
    pub fn cell<'a>(&self, cells: &'a [Cell], column: Column) -> Option<&'a Cell> {
        self.columns.get(&column).and_then(|at| cells.get(*at))
    }
}

/// The sheet of a book that holds a table: a visible one before hidden ones. The error says why there is
/// none.
pub fn choose<T>(
    book: &Book,
    find: impl Fn(&Sheet) -> Option<T>,
) -> Result<(&Sheet, T, Vec<&Sheet>), Option<Unreadable>> {
    let in_order = || {
        let visible = book.sheets.iter().filter(|sheet| !sheet.hidden);
        visible.chain(book.sheets.iter().filter(|sheet| sheet.hidden))
    };
    let chosen = in_order().find_map(|sheet| find(sheet).map(|found| (sheet, found)));
    let Some((sheet, found)) = chosen else { return Err(in_order().find_map(|sheet| sheet.unread)) };
    let is_other =
        |other: &&Sheet| !std::ptr::eq(*other, sheet) && (other.unread.is_some() || find(other).is_some());
    Ok((sheet, found, in_order().filter(is_other).collect()))
}
