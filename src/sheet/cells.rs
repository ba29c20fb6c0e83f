//! The cells of one sheet of a book.

use quick_xml::events::{BytesStart, Event};

use super::cell::{Cell, Formula};
use super::kept::{Counts, Kept};
use super::package::{Xml, attribute};
use super::{Unreadable, dates};

/// The parts of the book that its cells refer to.
pub(super) struct Shown<'a> {
    pub(super) shared: &'a [Box<str>],
    /// Whether a format shows a day, by its number.
    pub(super) days: &'a [bool],
    pub(super) from_1904: bool,
}

pub(super) fn read(xml: &mut Xml, shown: &Shown, counts: Counts) -> Result<Kept, Unreadable> {
    let mut kept = Kept::after(counts);
    let (mut row, mut column, mut next_row) = (0, 0, 0);
    loop {
        match xml.next()? {
            Event::Start(start) if start.local_name().as_ref() == b"row" => {
                let said = attribute(&start, "r").and_then(|number| number.parse::<usize>().ok());
                row = said.map_or(next_row, |number| number.saturating_sub(1));
                (next_row, column) = (row.saturating_add(1), 0);
            }
            Event::Start(start) if start.local_name().as_ref() == b"c" => {
                column = attribute(&start, "r").as_deref().map_or(Ok(column), column_of)?;
                let (kind, is_day) = (kind_of(&start), shown.is_day(&start));
                kept.cell(row, column, cell(xml, &kind, is_day, shown)?)?;
                column += 1;
            }
            Event::Empty(start) if start.local_name().as_ref() == b"c" => {
                column = attribute(&start, "r").as_deref().map_or(Ok(column), column_of)? + 1;
            }
            Event::End(end) if end.local_name().as_ref() == b"sheetData" => return Ok(kept),
            Event::Empty(start) if start.local_name().as_ref() == b"sheetData" => return Ok(kept),
            Event::Eof => return Err(Unreadable::Format),
            _ => {}
        }
    }
}

impl Shown<'_> {
    fn is_day(&self, cell: &BytesStart) -> bool {
        let format = attribute(cell, "s").and_then(|number| number.parse::<usize>().ok());
        format.and_then(|at| self.days.get(at)).copied().unwrap_or(false)
    }

    fn text(&self, at: &str) -> Result<String, Unreadable> {
        let at = at.trim().parse::<usize>().map_err(|_| Unreadable::Format)?;
        self.shared.get(at).map(|text| text.to_string()).ok_or(Unreadable::Format)
    }
}

fn kind_of(start: &BytesStart) -> String {
    attribute(start, "t").unwrap_or_default()
}

/// Index of the column in `AB12`.
fn column_of(place: &str) -> Result<usize, Unreadable> {
    let letters = place.bytes().take_while(u8::is_ascii_alphabetic);
    let count = |number, letter: u8| number * 26 + usize::from(letter.to_ascii_uppercase() - b'A') + 1;
    letters.take(4).fold(0usize, count).checked_sub(1).ok_or(Unreadable::Format)
}

/// Reads a cell up to its end.
fn cell(xml: &mut Xml, kind: &str, is_day: bool, shown: &Shown) -> Result<Cell, Unreadable> {
    let (mut text, mut is_formula) = (String::new(), false);
    loop {
        let part = match xml.next()? {
            Event::Start(start) => start.local_name().as_ref().to_vec(),
            Event::Empty(start) => {
                is_formula |= start.local_name().as_ref() == b"f";
                continue;
            }
            Event::End(end) if end.local_name().as_ref() == b"c" => break,
            Event::Eof => return Err(Unreadable::Format),
            _ => continue,
        };
        let inside = xml.text_inside(&part)?;
        match part.as_slice() {
            b"f" => is_formula = true,
            b"v" | b"is" => text = inside,
            _ => {}
        }
    }
    let cell = match kind {
        "s" => Cell::Text(shown.text(&text)?),
        "inlineStr" | "str" | "e" => Cell::Text(text),
        "b" => Cell::Text(if text.trim() == "1" { "TRUE" } else { "FALSE" }.to_owned()),
        "d" => Cell::Date(text.split('T').next().unwrap_or_default().trim().to_owned()),
        _ => match is_day.then(|| dates::day(text.trim(), shown.from_1904)).flatten() {
            Some(day) => Cell::Date(day),
            None => Cell::Number(number(text.trim())),
        },
    };
    let value = |cell: Cell| cell.text().to_owned();
    Ok(if is_formula {
        Cell::Formula(Box::new(Formula { source: String::new(), value: value(cell) }))
    } else {
        cell
    })
}

/// A number as a spreadsheet shows it: 1.3812345678E10 is a mobile number.
fn number(text: &str) -> String {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match text.parse::<f64>() {
        Ok(number) if text.contains(['.', 'e', 'E']) && number.fract() == 0.0 && number.abs() < EXACT => {
            format!("{number:.0}")
        }
        _ => text.to_owned(),
    }
}
