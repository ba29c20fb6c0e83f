//! Tables as files, read and written: XLSX, and CSV in UTF-8 (with BOM) or GB18030. Files come from
//! outside: everything that they can make large is bounded, and counted while it is read.

use std::collections::BTreeSet;

use encoding_rs::GB18030;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

use crate::protocol::{Mistake, Wrong};

mod xlsx;

/// Largest file that is read.
pub const FILE_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Rows of one file; a phase has 10,000 people.
pub const ROWS_MAX: usize = 20_000;
/// Columns that are read.
const COLUMNS_MAX: usize = 100;
/// Text of all cells together, however often a file repeats it.
const TEXT_BYTES_MAX: usize = 32 * 1024 * 1024;

/// A table as it was read: every cell a text, rows of any length.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    pub rows: Vec<Vec<String>>,
    /// Row and column, from 0, of cells that hold a formula; the text is what it came to.
    pub formulas: BTreeSet<(usize, usize)>,
}

impl From<Vec<Vec<String>>> for Sheet {
    fn from(rows: Vec<Vec<String>>) -> Sheet {
        Sheet { rows, formulas: BTreeSet::new() }
    }
}

/// Why a file is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// It is something else, or damaged.
    Format,
    /// More rows than [`ROWS_MAX`], or more bytes or columns than anybody needs.
    TooMuch,
}

impl From<Unreadable> for Mistake {
    fn from(why: Unreadable) -> Mistake {
        match why {
            Unreadable::Format => Mistake::field("", Wrong::Format),
            Unreadable::TooMuch => {
                let rows_max = u32::try_from(ROWS_MAX).unwrap_or(u32::MAX);
                Mistake { figures: vec![rows_max], ..Mistake::field("", Wrong::TooMuch) }
            }
        }
    }
}

/// Kinds of files that are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// UTF-8 with BOM, so that Excel reads Chinese.
    Csv,
    /// CSV in GB18030, for older programs.
    Gb18030,
    Xlsx,
}

/// Reads a file, whatever it is.
pub fn read(bytes: &[u8]) -> Result<Sheet, Unreadable> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(Unreadable::TooMuch);
    }
    if bytes.starts_with(b"PK") { xlsx::read(bytes) } else { read_csv(&decoded(bytes)?) }
}

/// Without a BOM strict UTF-8 is tried first: hardly any GB18030 text is valid UTF-8.
fn decoded(bytes: &[u8]) -> Result<String, Unreadable> {
    let plain = bytes.strip_prefix(b"\xef\xbb\xbf");
    let text = match (plain, std::str::from_utf8(plain.unwrap_or(bytes))) {
        (_, Ok(text)) => text.to_owned(),
        (Some(_), Err(_)) => return Err(Unreadable::Format),
        (None, Err(_)) => {
            let text = GB18030.decode_without_bom_handling_and_without_replacement(bytes);
            text.ok_or(Unreadable::Format)?.into_owned()
        }
    };
    // No table holds them; pictures and programs do.
    if text.contains('\0') { Err(Unreadable::Format) } else { Ok(text) }
}

/// After RFC 4180. Written here, because rows are counted as a spreadsheet counts them: empty lines are
/// rows, breaks inside of cells are none.
fn read_csv(text: &str) -> Result<Sheet, Unreadable> {
    let mut kept = Kept::default();
    let (mut row, mut column, mut cell) = (0, 0, String::new());
    let (mut quoted, mut fresh) = (false, true);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if fresh => quoted = true,
            ',' | '\r' | '\n' if !quoted => {
                kept.cell(row, column, unguarded(&cell))?;
                cell.clear();
                fresh = true;
                if character == ',' {
                    column += 1;
                    continue;
                }
                if character == '\r' && characters.peek() == Some(&'\n') {
                    characters.next();
                }
                (row, column) = (row + 1, 0);
                continue;
            }
            other => cell.push(other),
        }
        fresh = false;
    }
    kept.cell(row, column, unguarded(&cell))?;
    if quoted { Err(Unreadable::Format) } else { Ok(kept.sheet) }
}

/// What was read so far, and how much it was.
#[derive(Default)]
struct Kept {
    sheet: Sheet,
    text_bytes: usize,
}

impl Kept {
    /// Makes sure that there is a row of this index.
    fn row(&mut self, row: usize) -> Result<(), Unreadable> {
        if row >= ROWS_MAX {
            return Err(Unreadable::TooMuch);
        }
        if row >= self.sheet.rows.len() {
            self.sheet.rows.resize(row + 1, Vec::new());
        }
        Ok(())
    }

    fn cell(&mut self, row: usize, column: usize, text: &str) -> Result<(), Unreadable> {
        if text.is_empty() {
            return Ok(());
        }
        self.text_bytes += text.len();
        if column >= COLUMNS_MAX || self.text_bytes > TEXT_BYTES_MAX {
            return Err(Unreadable::TooMuch);
        }
        self.row(row)?;
        let cells = &mut self.sheet.rows[row];
        if column >= cells.len() {
            cells.resize(column + 1, String::new());
        }
        cells[column] = text.to_owned();
        Ok(())
    }
}

/// Writes a table whose first row are headings. Fails on more than a sheet holds (XLSX: 32,767
/// characters in a cell).
pub fn write(name: &str, rows: &[Vec<String>], kind: Kind) -> Result<Vec<u8>, XlsxError> {
    match kind {
        Kind::Csv => Ok([b"\xef\xbb\xbf", write_csv(rows).as_bytes()].concat()),
        Kind::Gb18030 => Ok(GB18030.encode(&write_csv(rows)).0.into_owned()),
        Kind::Xlsx => write_xlsx(name, rows),
    }
}

/// After RFC 4180.
fn write_csv(rows: &[Vec<String>]) -> String {
    let mut text = String::new();
    for row in rows {
        for (column, cell) in row.iter().enumerate() {
            if column > 0 {
                text.push(',');
            }
            let cell = guarded(cell);
            if cell.contains([',', '"', '\r', '\n']) {
                text.push('"');
                text += &cell.replace('"', "\"\"");
                text.push('"');
            } else {
                text += &cell;
            }
        }
        text += "\r\n";
    }
    text
}

/// A spreadsheet takes what begins like a formula for one; an apostrophe before it says that it is
/// text. (Before apostrophes and such a beginning another one, so that reading gives the same back.)
fn guarded(cell: &str) -> String {
    if is_formula(cell.trim_start_matches('\'')) { format!("'{cell}") } else { cell.to_owned() }
}

fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if is_formula(rest.trim_start_matches('\'')) => rest,
        _ => cell,
    }
}

fn is_formula(text: &str) -> bool {
    text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
        || text.starts_with(['\t', '\r', '\n'])
}

/// Every cell is a text, so that no number of a document is rounded and nothing is a formula.
fn write_xlsx(name: &str, rows: &[Vec<String>]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    // The library would write the time of the day; equal tables are to be equal files.
    book.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2020, 1, 1)?));
    let (bold, text) = (Format::new().set_bold(), Format::new().set_num_format("@"));
    let sheet = book.add_worksheet();
    sheet.set_name(name)?;
    for (at, cells) in (0..).zip(rows) {
        for (column, cell) in (0..).zip(cells) {
            sheet.write_string_with_format(at, column, cell, if at == 0 { &bold } else { &text })?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    book.save_to_buffer()
}

/// Letters of a column as spreadsheets name it: A, …, Z, AA.
pub fn letters(column: usize) -> String {
    let letter = char::from(b'A' + (column % 26) as u8);
    match column / 26 {
        0 => letter.to_string(),
        more => letters(more - 1) + letter.encode_utf8(&mut [0; 4]),
    }
}

#[cfg(test)]
mod tests;
