//! The columns of 参训信息汇总表 (R2), and the form of their values.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::account::document::Document;
use crate::account::document::DocumentKind;
use crate::programme::registration::{SchoolKind, Sex};
use crate::sheet::{Cell, Table};
use crate::text::mistake::Wrong;

/// A column of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    Name,
    Sex,
    DocumentKind,
    DocumentNumber,
    Nation,
    Born,
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
    Attestation,
}

/// Each column with its heading and whether it must exist and be filled.
pub const COLUMNS: [(Column, &str, bool); 20] = [
    (Column::Name, "姓名", true),
    (Column::Sex, "性别", true),
    (Column::DocumentKind, "证件类型", true),
    (Column::DocumentNumber, "证件号码", true),
    (Column::Nation, "民族", false),
    (Column::Born, "出生年月", false),
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
    (Column::Attestation, "单位推荐意见", false),
];

/// A row to be written: texts that need no more checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub name: String,
    pub sex: Sex,
    pub document_kind: DocumentKind,
    pub document_number: String,
    pub mobile: String,
    /// Name of the unit.
    pub unit: String,
    pub phase: u32,
    pub rest: BTreeMap<Column, String>,
}

/// The table to be written: headings, and one row per line.
pub fn table(people: &[Line]) -> Table {
    let head = std::iter::once("序号".to_owned()).chain(
        COLUMNS.iter().map(
            |(_, heading, must)| {
                if *must { format!("{heading}*") } else { (*heading).to_owned() }
            },
        ),
    );
    let mut rows: Vec<Vec<Cell>> = vec![head.map(Cell::Text).collect()];
    for (one, at) in people.iter().zip(1u32..) {
        let cell = |column: &Column| match column {
            Column::Name => one.name.clone(),
            Column::Sex => sex_word(one.sex).to_owned(),
            Column::DocumentKind => document_word(one.document_kind).to_owned(),
            Column::DocumentNumber => one.document_number.clone(),
            Column::Province => one.unit.clone(),
            Column::Phase => format!("第{}期", one.phase),
            Column::Mobile => one.mobile.clone(),
            other => one.rest.get(other).cloned().unwrap_or_default(),
        };
        let cells = COLUMNS.iter().map(|(column, ..)| Cell::Text(cell(column)));
        rows.push(std::iter::once(Cell::number(at)).chain(cells).collect());
    }
    Table { name: "参训信息汇总表", rows, sums: 0 }
}

/// The words allowed in the columns of a choice.
pub const SEX_WORDS: [&str; 3] = ["男", "女", "未说明"];
pub const DOCUMENT_WORDS: [&str; 3] = ["居民身份证", "通行证", "护照"];
pub const SCHOOL_WORDS: [&str; 4] = ["中职", "高职", "应用型本科", "行政"];

pub fn sex_word(sex: Sex) -> &'static str {
    match sex {
        Sex::Male => "男",
        Sex::Female => "女",
        Sex::Unsaid => "未说明",
    }
}

pub fn document_word(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Resident => "居民身份证",
        DocumentKind::Permit => "通行证",
        DocumentKind::Passport => "护照",
    }
}

pub fn school_word(kind: SchoolKind) -> &'static str {
    match kind {
        SchoolKind::Secondary => "中职",
        SchoolKind::Higher => "高职",
        SchoolKind::University => "应用型本科",
        SchoolKind::Administration => "行政",
    }
}

/// The canonical word of a kind of school.
pub(super) fn school_kind(text: &str) -> Result<String, Wrong> {
    school_kind_of(text).map(|kind| school_word(kind).to_owned()).ok_or(Wrong::Choice)
}

/// The kind of school that a word of a table means; `None` = an unknown word, or none.
pub fn school_kind_of(text: &str) -> Option<SchoolKind> {
    let kind = match text {
        "中职" | "中等职业学校" | "中职学校" => SchoolKind::Secondary,
        "高职" | "高等职业学校" | "高职院校" | "高职（高专）" | "高职高专" => {
            SchoolKind::Higher
        }
        "应用型本科" | "应用型本科高校" | "本科" => SchoolKind::University,
        "行政" | "行政部门" => SchoolKind::Administration,
        _ => return None,
    };
    Some(kind)
}

/// Reads a sex by GB/T 2261.1, as word or code.
pub(super) fn sex(text: &str) -> Result<Sex, Wrong> {
    match text {
        "" => Err(Wrong::Missing),
        "男" | "1" => Ok(Sex::Male),
        "女" | "2" => Ok(Sex::Female),
        "未说明" | "未说明的性别" | "9" => Ok(Sex::Unsaid),
        _ => Err(Wrong::Choice),
    }
}

/// Whether a sex agrees with a resident's number: its last digit but one is odd for men.
pub fn agrees(sex: Sex, document: &Document) -> bool {
    let digit = document.number().as_bytes().get(16).filter(|_| document.kind() == DocumentKind::Resident);
    match (sex, digit) {
        (Sex::Male, Some(digit)) => digit % 2 == 1,
        (Sex::Female, Some(digit)) => digit % 2 == 0,
        _ => true,
    }
}

pub(super) fn document_kind(text: &str) -> Result<DocumentKind, Wrong> {
    match text {
        "" => Err(Wrong::Missing),
        "居民身份证" | "身份证" | "中华人民共和国居民身份证" | "二代身份证" | "港澳台居民居住证" => {
            Ok(DocumentKind::Resident)
        }
        "港澳居民来往内地通行证" | "台湾居民来往大陆通行证" | "通行证" | "台胞证" | "回乡证" => {
            Ok(DocumentKind::Permit)
        }
        "护照" => Ok(DocumentKind::Passport),
        _ => Err(Wrong::Choice),
    }
}

/// Reads the number of a phase: "1", "第1期", "第一期".
pub(super) fn phase_number(text: &str) -> Result<u32, Wrong> {
    let inner = text.trim_start_matches('第').trim_end_matches('期').trim();
    let chinese = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
    let number = (1..).zip(chinese).find(|(_, word)| *word == inner).map(|(number, _)| number);
    match number.or_else(|| inner.parse().ok()).filter(|number| (1..=99).contains(number)) {
        Some(number) => Ok(number),
        None if inner.is_empty() => Err(Wrong::Missing),
        None => Err(Wrong::Choice),
    }
}
