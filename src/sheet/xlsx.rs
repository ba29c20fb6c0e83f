//! Reading XLSX: a [`super::package`] of XML files, some of which are read. Written here and not taken from
//! `calamine`, because that unpacks whole files before anybody can stop it, and does not tell cells with
//! formulas from others.

use std::collections::HashMap;

use quick_xml::events::Event;

use super::cells::{self, Shown};
use super::dates;
use super::kept::{Counts, TEXT_BYTES_MAX};
use super::package::{Parts, Xml, attribute};
use super::{Book, Sheet, Unreadable};

/// Most unpacked bytes of all files together: 20,000 rows take some 20 MB.
const UNPACKED_BYTES_MAX: u64 = 96 * 1024 * 1024;
/// Most texts shared by cells.
const SHARED_MAX: usize = 1_000_000;
/// Most sheets that are read.
const SHEETS_MAX: usize = 50;
/// Most formats of cells, as in Excel.
const FORMATS_MAX: usize = 65_536;

/// Every sheet of the book. One that is too large is only named.
pub(super) fn read(bytes: &[u8]) -> Result<Book, Unreadable> {
    let mut parts = Parts::open(bytes, UNPACKED_BYTES_MAX)?;
    let outline = outline(&mut parts)?;
    let shared = match &outline.shared {
        Some(name) => shared_texts(&mut parts.xml(name)?)?,
        None => Vec::new(),
    };
    let days = match &outline.styles {
        Some(name) => formats_of_days(&mut parts.xml(name)?)?,
        None => Vec::new(),
    };
    let shown = Shown { shared: &shared, days: &days, from_1904: outline.from_1904 };
    let mut counts = Counts::default();
    let mut sheets = Vec::new();
    for (name, hidden, part) in outline.sheets.into_iter().take(SHEETS_MAX) {
        let read = parts.xml(&part).and_then(|mut xml| cells::read(&mut xml, &shown, counts));
        let (rows, unread) = match read {
            Ok(kept) => {
                counts = kept.counts;
                (kept.rows, None)
            }
            Err(why @ (Unreadable::TooMuch | Unreadable::TooManyFormulas)) => (Vec::new(), Some(why)),
            Err(why) => return Err(why),
        };
        sheets.push(Sheet { name, hidden, rows, unread, lossy: false });
    }
    Ok(Book { sheets })
}

/// The structure of the book.
struct Outline {
    /// Name, whether it is hidden, and the part.
    sheets: Vec<(String, bool, String)>,
    shared: Option<String>,
    styles: Option<String>,
    from_1904: bool,
}

fn outline(parts: &mut Parts) -> Result<Outline, Unreadable> {
    let main = parts.main("xl/workbook.xml")?;
    if !parts.has(&main)
        || !main.ends_with(".xml")
        || main.contains("document")
        || main.contains("presentation")
    {
        return Err(other(parts));
    }
    let relations = parts.relations(&main)?;
    let by_kind =
        |kind: &str| relations.iter().find(|(_, one, _)| one == kind).map(|(_, _, part)| part.clone());
    let mut outline = Outline {
        sheets: Vec::new(),
        shared: by_kind("sharedstrings").filter(|part| parts.has(part)),
        styles: by_kind("styles").filter(|part| parts.has(part)),
        from_1904: false,
    };
    if outline.shared.is_none() {
        outline.shared = Some("xl/sharedstrings.xml".to_owned()).filter(|part| parts.has(part));
    }
    let mut xml = parts.xml(&main)?;
    while let Some(start) = xml.next_of(&["workbookpr", "sheet"])? {
        if start.local_name().as_ref().eq_ignore_ascii_case(b"workbookpr") {
            let is_1904 = attribute(&start, "date1904");
            outline.from_1904 = is_1904.is_some_and(|said| matches!(said.as_str(), "1" | "true" | "on"));
            continue;
        }
        let id = attribute(&start, "id").unwrap_or_default();
        let Some((_, kind, part)) = relations.iter().find(|(one, ..)| *one == id) else { continue };
        if kind == "worksheet" {
            let hidden = attribute(&start, "state").is_some_and(|state| state != "visible");
            outline.sheets.push((attribute(&start, "name").unwrap_or_default(), hidden, part.clone()));
        }
    }
    if outline.sheets.is_empty() { Err(Unreadable::Format) } else { Ok(outline) }
}

/// The error for an archive that is no book: a document, or a book of another kind.
fn other(parts: &Parts) -> Unreadable {
    let known = ["word/", "ppt/", "content.xml", "mimetype", "index/", "xl/workbook.bin"];
    let is_known = |name: &str| known.iter().any(|start| name.starts_with(start));
    if parts.names().any(is_known) { Unreadable::OtherFormat } else { Unreadable::Format }
}

/// The texts that cells refer to by number.
fn shared_texts(xml: &mut Xml) -> Result<Vec<Box<str>>, Unreadable> {
    let (mut texts, mut text_bytes) = (Vec::new(), 0);
    loop {
        let is_empty = match xml.next()? {
            Event::Start(start) if start.local_name().as_ref() == b"si" => false,
            Event::Empty(start) if start.local_name().as_ref() == b"si" => true,
            Event::Eof => return Ok(texts),
            _ => continue,
        };
        let text = if is_empty { String::new() } else { xml.text_inside(b"si")? };
        text_bytes += text.len();
        texts.push(text.into_boxed_str());
        if texts.len() > SHARED_MAX || text_bytes > TEXT_BYTES_MAX {
            return Err(Unreadable::TooMuch);
        }
    }
}

/// Whether a cell format shows a day, by its number.
fn formats_of_days(xml: &mut Xml) -> Result<Vec<bool>, Unreadable> {
    let (mut own, mut formats, mut of_cells) = (HashMap::new(), Vec::new(), false);
    loop {
        match xml.next()? {
            Event::Start(start) | Event::Empty(start) => match start.local_name().as_ref() {
                b"cellXfs" => of_cells = true,
                b"numFmt" if own.len() < FORMATS_MAX => {
                    let code = attribute(&start, "formatCode").unwrap_or_default();
                    own.insert(attribute(&start, "numFmtId"), dates::shows_a_day(&code));
                }
                b"xf" if of_cells && formats.len() < FORMATS_MAX => {
                    let id = attribute(&start, "numFmtId");
                    let built_in =
                        id.as_deref().and_then(|id| id.parse().ok()).is_some_and(dates::is_built_in);
                    formats.push(own.get(&id).copied().unwrap_or(built_in));
                }
                _ => {}
            },
            Event::End(end) if end.local_name().as_ref() == b"cellXfs" => return Ok(formats),
            Event::Eof => return Ok(formats),
            _ => {}
        }
    }
}
