//! Reading XLSX: a ZIP of XML files, of which four are looked at. Written here and not taken from
//! `calamine`, because that unpacks whole files before anybody can say that it is enough, and does not
//! tell cells with formulas from others.

use std::io::{BufReader, Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use zip::ZipArchive;

use super::{Kept, Sheet, Unreadable};

/// Files in the ZIP; Excel writes a dozen.
const FILES_MAX: usize = 1000;
/// Bytes of one file once unpacked: 20,000 rows take some 20 MB.
const UNPACKED_BYTES_MAX: u64 = 96 * 1024 * 1024;
/// Texts that cells share.
const SHARED_MAX: usize = 2_000_000;
/// Characters of one cell, as Excel has it.
const CELL_BYTES_MAX: usize = 4 * 32_767;

type Archive<'a> = ZipArchive<Cursor<&'a [u8]>>;
type Xml<'a> = Reader<BufReader<Bounded<'a>>>;

/// The first sheet of the book.
pub(super) fn read(bytes: &[u8]) -> Result<Sheet, Unreadable> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unreadable::Format)?;
    if archive.len() > FILES_MAX {
        return Err(Unreadable::TooMuch);
    }
    let place = first_sheet(&mut archive)?;
    let shared = match archive.index_for_name("xl/sharedStrings.xml") {
        Some(_) => shared_texts(&mut archive)?,
        None => Vec::new(),
    };
    let mut xml = open(&mut archive, &place)?;
    cells(&mut xml, &shared)
}

/// Unpacks no more than a bound, and says when there was more.
struct Bounded<'a> {
    file: Box<dyn Read + 'a>,
    left: u64,
}

impl Read for Bounded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let most = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        if most == 0 && !buffer.is_empty() {
            return Err(std::io::Error::other(TooMuch));
        }
        let got = self.file.read(&mut buffer[..most])?;
        self.left -= got as u64;
        Ok(got)
    }
}

#[derive(Debug, thiserror::Error)]
#[error("this file is larger than what is read")]
struct TooMuch;

fn open<'a>(archive: &'a mut Archive<'_>, name: &str) -> Result<Xml<'a>, Unreadable> {
    let file = archive.by_name(name).map_err(|_| Unreadable::Format)?;
    if file.size() > UNPACKED_BYTES_MAX {
        return Err(Unreadable::TooMuch);
    }
    let bounded = Bounded { file: Box::new(file), left: UNPACKED_BYTES_MAX };
    Ok(Reader::from_reader(BufReader::new(bounded)))
}

/// The next event. A document that defines its own words (entities) is none of ours.
fn next<'b>(xml: &mut Xml, buffer: &'b mut Vec<u8>) -> Result<Event<'b>, Unreadable> {
    buffer.clear();
    match xml.read_event_into(buffer) {
        Ok(Event::DocType(_)) => Err(Unreadable::Format),
        Ok(event) => Ok(event),
        Err(quick_xml::Error::Io(error)) if error.get_ref().is_some_and(|inner| inner.is::<TooMuch>()) => {
            Err(Unreadable::TooMuch)
        }
        Err(_) => Err(Unreadable::Format),
    }
}

fn attribute(start: &BytesStart, name: &str) -> Option<String> {
    let value = start.attributes().flatten().find(|one| one.key.local_name().as_ref() == name.as_bytes())?;
    String::from_utf8(value.value.into_owned()).ok()
}

/// Where the first sheet is: the book names its sheets, another file says where they are.
fn first_sheet(archive: &mut Archive) -> Result<String, Unreadable> {
    let mut buffer = Vec::new();
    let mut id = None;
    let mut xml = open(archive, "xl/workbook.xml")?;
    while id.is_none() {
        match next(&mut xml, &mut buffer)? {
            Event::Start(start) | Event::Empty(start) if start.local_name().as_ref() == b"sheet" => {
                id = attribute(&start, "id");
            }
            Event::Eof => return Err(Unreadable::Format),
            _ => {}
        }
    }
    drop(xml);
    let mut xml = open(archive, "xl/_rels/workbook.xml.rels")?;
    loop {
        match next(&mut xml, &mut buffer)? {
            Event::Start(start) | Event::Empty(start) if attribute(&start, "Id") == id => {
                let target = attribute(&start, "Target").ok_or(Unreadable::Format)?;
                return Ok(match target.strip_prefix('/') {
                    Some(whole) => whole.to_owned(),
                    None => format!("xl/{target}"),
                });
            }
            Event::Eof => return Err(Unreadable::Format),
            _ => {}
        }
    }
}

/// The texts that cells name by number. Pronunciations beside them are left out.
fn shared_texts(archive: &mut Archive) -> Result<Vec<String>, Unreadable> {
    let mut xml = open(archive, "xl/sharedStrings.xml")?;
    let (mut buffer, mut texts) = (Vec::new(), Vec::new());
    loop {
        match next(&mut xml, &mut buffer)? {
            Event::Start(start) if start.local_name().as_ref() == b"si" => {
                texts.push(text_inside(&mut xml, b"si")?);
            }
            Event::Empty(start) if start.local_name().as_ref() == b"si" => texts.push(String::new()),
            Event::Eof => return Ok(texts),
            _ => {}
        }
        if texts.len() > SHARED_MAX {
            return Err(Unreadable::TooMuch);
        }
    }
}

/// All text up to the end of the element that began, without pronunciations.
fn text_inside(xml: &mut Xml, element: &[u8]) -> Result<String, Unreadable> {
    let (mut buffer, mut text, mut spoken) = (Vec::new(), String::new(), false);
    loop {
        match next(xml, &mut buffer)? {
            Event::End(end) if end.local_name().as_ref() == element => return Ok(text),
            Event::Start(start) if start.local_name().as_ref() == b"rPh" => spoken = true,
            Event::End(end) if end.local_name().as_ref() == b"rPh" => spoken = false,
            Event::Text(more) if !spoken => {
                text += &more.xml10_content().map_err(|_| Unreadable::Format)?;
            }
            Event::CData(more) if !spoken => text += &more.decode().map_err(|_| Unreadable::Format)?,
            Event::GeneralRef(named) if !spoken => text.push(character(&named)?),
            Event::Eof => return Err(Unreadable::Format),
            _ => {}
        }
        if text.len() > CELL_BYTES_MAX {
            return Err(Unreadable::TooMuch);
        }
    }
}

/// `&#20013;`, and the five names that XML has of itself.
fn character(named: &BytesRef) -> Result<char, Unreadable> {
    if let Some(character) = named.resolve_char_ref().map_err(|_| Unreadable::Format)? {
        return Ok(character);
    }
    match &**named {
        b"amp" => Ok('&'),
        b"lt" => Ok('<'),
        b"gt" => Ok('>'),
        b"quot" => Ok('"'),
        b"apos" => Ok('\''),
        _ => Err(Unreadable::Format),
    }
}

fn cells(xml: &mut Xml, shared: &[String]) -> Result<Sheet, Unreadable> {
    let mut kept = Kept::default();
    let (mut buffer, mut row, mut column) = (Vec::new(), 0, 0);
    let mut next_row = 0;
    loop {
        match next(xml, &mut buffer)? {
            Event::Start(start) if start.local_name().as_ref() == b"row" => {
                let said = attribute(&start, "r").and_then(|number| number.parse::<usize>().ok());
                row = said.map_or(next_row, |number| number.saturating_sub(1));
                (next_row, column) = (row.saturating_add(1), 0);
            }
            Event::Start(start) if start.local_name().as_ref() == b"c" => {
                let said = attribute(&start, "r");
                column = said.as_deref().map_or(Ok(column), column_of)?;
                let kind = attribute(&start, "t").unwrap_or_default();
                let (text, is_formula) = value(xml, &kind, shared)?;
                kept.cell(row, column, &text)?;
                if is_formula {
                    kept.row(row)?;
                    kept.sheet.formulas.insert((row, column));
                }
                column += 1;
            }
            Event::Empty(start) if start.local_name().as_ref() == b"c" => column += 1,
            Event::End(end) if end.local_name().as_ref() == b"sheetData" => return Ok(kept.sheet),
            Event::Empty(start) if start.local_name().as_ref() == b"sheetData" => return Ok(kept.sheet),
            Event::Eof => return Err(Unreadable::Format),
            _ => {}
        }
    }
}

/// Index of the column in `AB12`.
fn column_of(place: &str) -> Result<usize, Unreadable> {
    let letters = place.bytes().take_while(u8::is_ascii_uppercase);
    let number = letters.take(4).fold(0, |number, letter| number * 26 + usize::from(letter - b'A') + 1);
    number.checked_sub(1).ok_or(Unreadable::Format)
}

/// The text of a cell, and whether it came from a formula.
fn value(xml: &mut Xml, kind: &str, shared: &[String]) -> Result<(String, bool), Unreadable> {
    let mut buffer = Vec::new();
    let (mut text, mut is_formula) = (String::new(), false);
    loop {
        let part = match next(xml, &mut buffer)? {
            Event::Start(start) => start.local_name().as_ref().to_vec(),
            Event::Empty(start) => {
                is_formula |= start.local_name().as_ref() == b"f";
                continue;
            }
            Event::End(end) if end.local_name().as_ref() == b"c" => break,
            Event::Eof => return Err(Unreadable::Format),
            _ => continue,
        };
        let inside = text_inside(xml, &part)?;
        match part.as_slice() {
            b"f" => is_formula = true,
            b"v" | b"is" => text = inside,
            _ => {}
        }
    }
    let text = match kind {
        "s" => {
            let at = text.trim().parse::<usize>().map_err(|_| Unreadable::Format)?;
            shared.get(at).ok_or(Unreadable::Format)?.clone()
        }
        "inlineStr" | "str" => text,
        "e" => String::new(),
        _ => number(text.trim()),
    };
    Ok((text, is_formula))
}

/// Numbers as a spreadsheet shows them: 1.3812345678E10 is a mobile number.
fn number(text: &str) -> String {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match text.parse::<f64>() {
        Ok(number) if text.contains(['.', 'e', 'E']) && number.fract() == 0.0 && number.abs() < EXACT => {
            format!("{number:.0}")
        }
        _ => text.to_owned(),
    }
}
