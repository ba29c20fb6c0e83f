//! The one writer of tables.

use encoding_rs::GB18030;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, Formula, Workbook, Worksheet, XlsxError,
};

use super::text::tidy;
use super::{Cell, csv};

/// Kinds of written files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// UTF-8 with BOM, so that Excel reads Chinese.
    Csv,
    /// CSV in GB18030, for older programs.
    Gb18030,
    Xlsx,
}

/// A table to be written; its first row holds the headings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// Name of the sheet: at most 31 characters.
    pub name: &'static str,
    pub rows: Vec<Vec<Cell>>,
    /// Number of rows of sums at the end, which no filter hides.
    pub sums: usize,
}

impl Table {
    pub fn new(name: &'static str, headings: &[&str]) -> Table {
        Table { name, rows: vec![headings.iter().map(|heading| Cell::from(*heading)).collect()], sums: 0 }
    }

    /// A table of texts alone.
    pub fn of_texts(name: &'static str, rows: &[Vec<String>]) -> Table {
        let rows = rows.iter().map(|row| row.iter().map(|text| Cell::from(text.as_str())).collect());
        Table { name, rows: rows.collect(), sums: 0 }
    }
}

/// Widths of columns, in Latin characters.
const WIDTHS: std::ops::RangeInclusive<usize> = 6..=48;
/// Most rows that are measured.
const MEASURED: usize = 1_000;

/// Writes a table. Fails beyond the limits of a sheet (XLSX: 1,048,576 rows, 32,767 characters in a cell).
/// Equal tables make equal files.
pub fn write(table: &Table, kind: Kind) -> Result<Vec<u8>, XlsxError> {
    match kind {
        Kind::Csv => Ok([b"\xef\xbb\xbf", csv::write(&table.rows).as_bytes()].concat()),
        Kind::Gb18030 => Ok(GB18030.encode(&csv::write(&table.rows)).0.into_owned()),
        Kind::Xlsx => xlsx(table),
    }
}

/// Numbers are numbers; texts are texts, so that no document number is rounded and nothing becomes a formula.
fn xlsx(table: &Table) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // The library would write the present time.
    book.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2020, 1, 1)?));
    let (head, text) =
        (Format::new().set_bold(), Format::new().set_num_format("@").set_align(FormatAlign::Top));
    let sheet = book.add_worksheet();
    sheet.set_name(table.name)?;
    for (at, cells) in (0..).zip(&table.rows) {
        for (column, cell) in (0..).zip(cells) {
            match cell {
                Cell::Number(number) => write_number(sheet, at, column, number, &text)?,
                Cell::Formula(formula) => {
                    let source = Formula::new(format!("={}", formula.source)).set_result(&formula.value);
                    sheet.write_formula(at, column, source)?;
                }
                other => {
                    let format = if at == 0 { &head } else { &text };
                    sheet.write_string_with_format(at, column, tidy(other.text()), format)?;
                }
            }
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    for (column, width) in (0..).zip(widths(table)) {
        sheet.set_column_width(column, width as f64)?;
    }
    let columns = table.rows.first().map_or(0, Vec::len);
    let last = table.rows.len().saturating_sub(1 + table.sums);
    if let (1.., Ok(last), Ok(columns @ 1..)) = (last, u32::try_from(last), u16::try_from(columns)) {
        sheet.autofilter(0, 0, last, columns - 1)?;
    }
    book.save_to_buffer()
}

/// Writes a number with as many decimals as its text has.
fn write_number(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    number: &str,
    text: &Format,
) -> Result<(), XlsxError> {
    let (digits, sign, divisor) = match number.strip_suffix('%') {
        Some(digits) => (digits, "%", 100.0),
        None => (number, "", 1.0),
    };
    let Ok(value) = digits.parse::<f64>() else {
        sheet.write_string_with_format(row, column, number, text)?;
        return Ok(());
    };
    let decimals =
        digits.split_once('.').map_or(String::new(), |(_, end)| format!(".{}", "0".repeat(end.len())));
    let format = Format::new().set_num_format(format!("0{decimals}{sign}"));
    sheet.write_number_with_format(row, column, value / divisor, &format)?;
    Ok(())
}

/// The width of every column, by its longest text.
fn widths(table: &Table) -> Vec<usize> {
    let mut widths = Vec::new();
    for row in table.rows.iter().take(MEASURED) {
        widths.resize(widths.len().max(row.len()), *WIDTHS.start());
        for (width, cell) in widths.iter_mut().zip(row) {
            let line = |line: &str| line.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum::<usize>();
            let longest = tidy(cell.text()).lines().map(line).max().unwrap_or(0);
            *width = (*width).max((longest + 2).min(*WIDTHS.end()));
        }
    }
    widths
}
