//! Tables as files that people open in a spreadsheet: CSV (UTF-8 with BOM, so that Excel reads
//! Chinese) and XLSX. No cell is ever a formula; equal tables make equal bytes.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

use super::date::local_time;
use super::interval::ServerInstant;
use crate::protocol::{CourseKind, HoursLine, LessonHours, Reason};

/// A table with a line of headings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    pub name: &'static str,
    pub headings: Vec<&'static str>,
    pub rows: Vec<Vec<Cell>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    Text(String),
    Number(u64),
    /// ch, shown as 学时 with two decimals.
    Hours(i64),
}

/// A class sheet (R6): everybody's line of one lesson.
pub fn class_sheet(hours: &LessonHours) -> Table {
    match hours.kind {
        CourseKind::Live => attendance_sheet(hours),
        CourseKind::Async => progress_sheet(hours),
    }
}

/// Of a lesson that is studied alone.
fn progress_sheet(hours: &LessonHours) -> Table {
    let headings = vec!["姓名", "已看分钟", "学时", "完成时间"];
    let row = |line: &HoursLine| {
        vec![
            Cell::Text(line.name.clone()),
            Cell::Number(line.with_replay_s / 60),
            Cell::Hours(line.lesson_ch),
            time(line.last_ms),
        ]
    };
    Table { name: "自学", headings, rows: hours.lines.iter().map(row).collect() }
}

fn time(ms: Option<u64>) -> Cell {
    Cell::Text(ms.map(ServerInstant::of_fact).map_or_else(String::new, local_time))
}

fn attendance_sheet(hours: &LessonHours) -> Table {
    let headings = vec!["姓名", "首次进入", "最后离开", "有效分钟", "点名", "学时", "迟到/早退/缺勤"];
    let row = |line: &HoursLine| {
        vec![
            Cell::Text(line.name.clone()),
            time(line.first_ms),
            time(line.last_ms),
            Cell::Number(line.counted_s / 60),
            Cell::Text(format!("{}/{}", line.answered, line.asked)),
            Cell::Hours(credited_ch(hours, line)),
            Cell::Text(marks(line).join(" ")),
        ]
    };
    Table { name: "学时", headings, rows: hours.lines.iter().map(row).collect() }
}

/// What this lesson's entries say, so that sheets add up to the ledger; before them, what was earned so far.
fn credited_ch(hours: &LessonHours, line: &HoursLine) -> i64 {
    match hours.stage {
        Some(_) => line.lesson_ch,
        None => i64::try_from(line.credit_ch).unwrap_or(i64::MAX),
    }
}

fn marks(line: &HoursLine) -> Vec<&'static str> {
    if line.present_s == 0 {
        return vec!["缺勤"];
    }
    let mark = |reason: &Reason| match reason {
        Reason::Late { .. } => Some("迟到"),
        Reason::Early { .. } => Some("早退"),
        _ => None,
    };
    line.reasons.iter().filter_map(mark).collect()
}

/// As CSV after RFC 4180.
pub fn csv(table: &Table) -> Vec<u8> {
    let mut text = String::from("\u{feff}");
    let headings = table.headings.iter().map(|heading| field(heading)).collect::<Vec<_>>();
    text += &(headings.join(",") + "\r\n");
    for row in &table.rows {
        let fields: Vec<String> = row.iter().map(shown).collect();
        text += &(fields.join(",") + "\r\n");
    }
    text.into_bytes()
}

fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => field(text),
        Cell::Number(number) => number.to_string(),
        Cell::Hours(ch) => {
            let sign = if *ch < 0 { "-" } else { "" };
            format!("{sign}{}.{:02}", ch.unsigned_abs() / 100, ch.unsigned_abs() % 100)
        }
    }
}

/// A text as a field. A spreadsheet takes what begins like a formula for one; an apostrophe before
/// it says that it is text.
fn field(text: &str) -> String {
    let is_formula = text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
        || text.starts_with(['\t', '\r', '\n']);
    let text = if is_formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\r', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

/// As XLSX. Texts are stored as texts, so nothing needs an apostrophe; fails on more than a sheet holds
/// (1,048,576 rows, 32,767 characters in a cell).
pub fn xlsx(table: &Table) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // The library would write the time of the day; equal tables are to be equal files.
    book.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2020, 1, 1)?));
    let (bold, hours) = (Format::new().set_bold(), Format::new().set_num_format("0.00"));
    let sheet = book.add_worksheet();
    sheet.set_name(table.name)?;
    for (column, heading) in (0..).zip(&table.headings) {
        sheet.write_string_with_format(0, column, *heading, &bold)?;
    }
    for (row, cells) in (1..).zip(&table.rows) {
        for (column, cell) in (0..).zip(cells) {
            match cell {
                Cell::Text(text) => sheet.write_string(row, column, text)?,
                Cell::Number(number) => sheet.write_number(row, column, *number as f64)?,
                Cell::Hours(ch) => sheet.write_number_with_format(row, column, *ch as f64 / 100.0, &hours)?,
            };
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    book.save_to_buffer()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(texts: &[&str]) -> Table {
        let row = |text: &&str| vec![Cell::Text((*text).into()), Cell::Number(5400), Cell::Hours(205)];
        Table {
            name: "学时", headings: vec!["学员", "秒", "学时"], rows: texts.iter().map(row).collect()
        }
    }

    #[test]
    fn csv_is_safe_and_readable_in_a_spreadsheet() {
        let text =
            String::from_utf8(csv(&table(&["王 伟", "=1+1", "a,\"b\"", "-1", " @x", "a-b", "两\n行"])))
                .expect("UTF-8");
        assert_eq!(
            text,
            "\u{feff}学员,秒,学时\r\n\
             王 伟,5400,2.05\r\n\
             '=1+1,5400,2.05\r\n\
             \"a,\"\"b\"\"\",5400,2.05\r\n\
             '-1,5400,2.05\r\n\
             ' @x,5400,2.05\r\n\
             a-b,5400,2.05\r\n\
             \"两\n行\",5400,2.05\r\n"
        );
    }

    #[test]
    fn xlsx_is_a_zip_of_texts_and_equal_for_equal_tables() {
        let one = xlsx(&table(&["=1+1", "王伟"])).expect("it fits");
        assert!(one.starts_with(b"PK\x03\x04"));
        assert_eq!(one, xlsx(&table(&["=1+1", "王伟"])).expect("it fits"));
        assert!(xlsx(&table(&[&"x".repeat(40_000)])).is_err());
    }
}
