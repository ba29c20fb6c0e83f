//! CORE: tables as files, in and out. One reader (CSV in any usual encoding and separator, XLSX by any
//! program) and one writer, with one protection against formulas. Files come from outside: everything that
//! they can make large is bounded, and counted during reading.
//!
//! [`csv`] both ways, [`decoded`] in any encoding · [`package`] of an office program, [`xlsx`] a book in it
//! and its sheets, [`cells`] of a sheet, [`dates`] among its numbers | [`mod@write`] XLSX · [`mod@archive`]
//! several files as one · [`document`] a text to be edited · [`text`] the characters allowed in a cell.

use crate::text::mistake::{Mistake, Wrong};

mod archive;
mod cell;
mod cells;
mod csv;
mod dates;
pub(crate) mod decoded;
mod document;
mod kept;
pub(crate) mod package;
mod text;
mod write;
mod xlsx;

pub use archive::{NamedFile, archive};
pub use cell::Cell;
pub use document::{Block, bar, docx};
pub use write::{Kind, Table, write};

/// Largest file that is read, bytes.
pub const FILE_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Most rows of one sheet; a phase has 10,000 people.
pub const ROWS_MAX: usize = 20_000;
/// Most columns of one sheet.
pub const COLUMNS_MAX: usize = 100;
/// Most formulas of one sheet.
pub const FORMULAS_MAX: usize = 1_000;

/// A file as read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Book {
    /// In the order of the file; CSV has one sheet.
    pub sheets: Vec<Sheet>,
}

/// One sheet of a book. Rows may be of any length.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    /// Empty in CSV.
    pub name: String,
    pub hidden: bool,
    pub rows: Vec<Vec<Cell>>,
    /// The reason why the sheet was not read, though the rest of the book was. Rows are empty then.
    pub unread: Option<Unreadable>,
    /// The encoding of the file lacks characters of simplified Chinese; each of those became a `?`.
    pub lossy: bool,
}

impl Sheet {
    /// Text of a cell, from 0; empty = there is none.
    pub fn text(&self, row: usize, column: usize) -> &str {
        self.rows.get(row).and_then(|cells| cells.get(column)).map_or("", Cell::text)
    }

    /// Every cell's text.
    pub fn texts(&self) -> Vec<Vec<String>> {
        self.rows.iter().map(|row| row.iter().map(|cell| cell.text().to_owned()).collect()).collect()
    }
}

impl From<Vec<Vec<String>>> for Sheet {
    fn from(rows: Vec<Vec<String>>) -> Sheet {
        let rows = rows.into_iter().map(|row| row.into_iter().map(Cell::Text).collect()).collect();
        Sheet { rows, ..Sheet::default() }
    }
}

/// The reason why a file is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// Damaged, or a text of no known encoding.
    Format,
    /// `.xls`, `.et`, a page saved as `.xls`, or a book with a password.
    OldFormat,
    /// A document, a picture, or another kind of archive.
    OtherFormat,
    /// More rows than [`ROWS_MAX`], more columns than [`COLUMNS_MAX`], or more bytes than anybody needs.
    TooMuch,
    /// More than [`FORMULAS_MAX`].
    TooManyFormulas,
}

impl From<Unreadable> for Mistake {
    fn from(why: Unreadable) -> Mistake {
        let (wrong, figures) = match why {
            Unreadable::Format => (Wrong::Format, Vec::new()),
            Unreadable::OldFormat => (Wrong::OldFormat, Vec::new()),
            Unreadable::OtherFormat => (Wrong::OtherFormat, Vec::new()),
            Unreadable::TooMuch => (Wrong::TooMuch, vec![ROWS_MAX, COLUMNS_MAX]),
            Unreadable::TooManyFormulas => (Wrong::TooManyFormulas, vec![FORMULAS_MAX]),
        };
        let figures = figures.into_iter().filter_map(|figure| u32::try_from(figure).ok()).collect();
        Mistake { figures, ..Mistake::field("", wrong) }
    }
}

/// Reads a file of any supported kind.
pub fn read(bytes: &[u8]) -> Result<Book, Unreadable> {
    const OLD: [&[u8]; 1] = [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"];
    const OTHER: [&[u8]; 6] = [b"%PDF", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!"];
    let begins = |all: &[&[u8]]| all.iter().any(|start| bytes.starts_with(start));
    if bytes.len() > FILE_BYTES_MAX {
        Err(Unreadable::TooMuch)
    } else if bytes.starts_with(b"PK") {
        xlsx::read(bytes)
    } else if begins(&OLD) || is_page(bytes) {
        Err(Unreadable::OldFormat)
    } else if begins(&OTHER) {
        Err(Unreadable::OtherFormat)
    } else {
        Ok(Book { sheets: vec![csv::read(bytes)?] })
    }
}

/// Whether it is HTML or XML, which many programs name `.xls`.
pub(crate) fn is_page(bytes: &[u8]) -> bool {
    let plain = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let start = plain[..plain.len().min(9)].to_ascii_lowercase();
    [&b"<html"[..], b"<!doctype", b"<table", b"<?xml"].iter().any(|word| start.starts_with(word))
}

/// Letters of a column as in a spreadsheet: A, …, Z, AA.
pub fn letters(column: usize) -> String {
    let letter = char::from(b'A' + (column % 26) as u8);
    match column / 26 {
        0 => letter.to_string(),
        more => letters(more - 1) + letter.encode_utf8(&mut [0; 4]),
    }
}

#[cfg(test)]
mod tests;
