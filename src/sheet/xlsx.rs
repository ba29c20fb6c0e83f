//! Reading XLSX: a ZIP of XML files, of which some are looked at. Written here and not taken from `calamine`,
//! because that unpacks whole files before anybody can say that it is enough, and does not tell cells with formulas
//! from others. Programs differ in the names of the parts: only the relations say what is what.

use std::cell::Cell;
use std::collections::HashMap;
use std::io::{BufReader, Cursor, Read};
use std::rc::Rc;

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use zip::ZipArchive;

use super::cells::{self, Shown};
use super::dates;
use super::kept::{Counts, TEXT_BYTES_MAX};
use super::text::{tidy, unescaped};
use super::{Book, Sheet, Unreadable};

/// Files in the ZIP; Excel writes a dozen.
const FILES_MAX: usize = 1_000;
/// Bytes of all files together once unpacked: 20,000 rows take some 20 MB.
const UNPACKED_BYTES_MAX: u64 = 96 * 1024 * 1024;
/// Bytes between two marks of an XML file: a whole text is kept at once.
const MARK_BYTES_MAX: u64 = 1024 * 1024;
/// Texts that cells share.
const SHARED_MAX: usize = 1_000_000;
/// Characters of one cell, as Excel has it.
const CELL_BYTES_MAX: usize = 4 * 32_767;
/// Sheets that are read.
const SHEETS_MAX: usize = 50;
/// Formats of cells; Excel allows as many.
const FORMATS_MAX: usize = 65_536;

/// Every sheet of the book. One that is too much is only named.
pub(super) fn read(bytes: &[u8]) -> Result<Book, Unreadable> {
    let mut parts = Parts::open(bytes)?;
    let outline = parts.outline()?;
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

/// The parts of a book, by their names in one spelling.
struct Parts<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    by_name: HashMap<String, usize>,
    /// Bytes that may still be unpacked.
    left: Rc<Cell<u64>>,
}

/// What the book says about itself.
struct Outline {
    /// Name, whether it is hidden, and the part.
    sheets: Vec<(String, bool, String)>,
    shared: Option<String>,
    styles: Option<String>,
    from_1904: bool,
}

/// Of a relation: its id, the last word of its type, and the part it leads to.
type Relation = (String, String, String);

impl<'a> Parts<'a> {
    fn open(bytes: &'a [u8]) -> Result<Parts<'a>, Unreadable> {
        // Before the list of files is unpacked into memory.
        let files = bytes.windows(4).filter(|window| window == b"PK\x01\x02").count();
        if files > FILES_MAX {
            return Err(Unreadable::TooMuch);
        }
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unreadable::Format)?;
        let names = (0..archive.len()).filter_map(|at| {
            let name = archive.name_for_index(at)?.ok()?;
            Some((spelling(&name), at))
        });
        let by_name = names.collect();
        Ok(Parts { by_name, archive, left: Rc::new(Cell::new(UNPACKED_BYTES_MAX)) })
    }

    fn xml(&mut self, name: &str) -> Result<Xml<'_>, Unreadable> {
        let at = *self.by_name.get(name).ok_or(Unreadable::Format)?;
        let file = self.archive.by_index(at).map_err(|_| Unreadable::Format)?;
        Ok(Xml::new(Box::new(file), self.left.clone()))
    }

    fn has(&self, name: &str) -> bool {
        self.by_name.contains_key(name)
    }

    /// The relations of a part; none where there is no list of them.
    fn relations(&mut self, of: &str) -> Result<Vec<Relation>, Unreadable> {
        let (folder, file) = of.rsplit_once('/').unwrap_or(("", of));
        let list = joined(folder, &format!("_rels/{file}.rels"));
        if !self.has(&list) {
            return Ok(Vec::new());
        }
        let (mut xml, mut found) = (self.xml(&list)?, Vec::new());
        while let Some(start) = xml.next_start("relationship")? {
            let of = |name| attribute(&start, name).unwrap_or_default();
            let kind = of("type").rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
            found.push((of("id"), kind, joined(folder, &of("target"))));
            if found.len() > FILES_MAX {
                return Err(Unreadable::TooMuch);
            }
        }
        Ok(found)
    }

    fn outline(&mut self) -> Result<Outline, Unreadable> {
        let main = self.relations("")?.into_iter().find(|(_, kind, _)| kind == "officedocument");
        let main = main.map_or_else(|| "xl/workbook.xml".to_owned(), |(_, _, part)| part);
        if !self.has(&main)
            || !main.ends_with(".xml")
            || main.contains("document")
            || main.contains("presentation")
        {
            return Err(self.other());
        }
        let relations = self.relations(&main)?;
        let by_kind =
            |kind: &str| relations.iter().find(|(_, one, _)| one == kind).map(|(_, _, part)| part.clone());
        let mut outline = Outline {
            sheets: Vec::new(),
            shared: by_kind("sharedstrings").filter(|part| self.has(part)),
            styles: by_kind("styles").filter(|part| self.has(part)),
            from_1904: false,
        };
        if outline.shared.is_none() {
            outline.shared = Some("xl/sharedstrings.xml".to_owned()).filter(|part| self.has(part));
        }
        let mut xml = self.xml(&main)?;
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

    /// An archive that is no book: a document, or a book of another kind.
    fn other(&self) -> Unreadable {
        let known = ["word/", "ppt/", "content.xml", "mimetype", "index/", "xl/workbook.bin"];
        let is_known = |name: &String| known.iter().any(|start| name.starts_with(start));
        if self.by_name.keys().any(is_known) { Unreadable::OtherFormat } else { Unreadable::Format }
    }
}

/// Some programs write back slashes or other capitals than the relations have.
fn spelling(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_lowercase()
}

/// A part that is named from a folder: `/xl/a.xml`, `a.xml`, `../a.xml`.
fn joined(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let from = if target.starts_with('/') { "" } else { folder };
    let mut path: Vec<&str> = Vec::new();
    for step in from.split('/').chain(target.split('/')) {
        match step {
            "" | "." => {}
            ".." => drop(path.pop()),
            step => path.push(step),
        }
    }
    spelling(&path.join("/"))
}

/// An XML file while it is read.
pub(super) struct Xml<'a> {
    reader: Reader<BufReader<Bounded<'a>>>,
    buffer: Vec<u8>,
    since_mark: Rc<Cell<u64>>,
}

/// Unpacks no more than a bound, and says when there was more.
struct Bounded<'a> {
    file: Box<dyn Read + 'a>,
    left: Rc<Cell<u64>>,
    since_mark: Rc<Cell<u64>>,
}

impl Read for Bounded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let got = self.file.read(buffer)? as u64;
        self.since_mark.set(self.since_mark.get() + got);
        match self.left.get().checked_sub(got) {
            Some(left) if self.since_mark.get() <= MARK_BYTES_MAX => {
                self.left.set(left);
                Ok(got as usize)
            }
            _ => Err(std::io::Error::other(TooMuch)),
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("this file is larger than what is read")]
struct TooMuch;

impl<'a> Xml<'a> {
    fn new(file: Box<dyn Read + 'a>, left: Rc<Cell<u64>>) -> Xml<'a> {
        let since_mark = Rc::new(Cell::new(0));
        let bounded = Bounded { file, left, since_mark: since_mark.clone() };
        Xml { reader: Reader::from_reader(BufReader::new(bounded)), buffer: Vec::new(), since_mark }
    }

    /// The next event. A document that defines its own words (entities) is none of ours.
    pub(super) fn next(&mut self) -> Result<Event<'_>, Unreadable> {
        self.buffer.clear();
        self.since_mark.set(0);
        match self.reader.read_event_into(&mut self.buffer) {
            Ok(Event::DocType(_)) => Err(Unreadable::Format),
            Ok(event) => Ok(event),
            Err(quick_xml::Error::Io(error))
                if error.get_ref().is_some_and(|inner| inner.is::<TooMuch>()) =>
            {
                Err(Unreadable::TooMuch)
            }
            Err(_) => Err(Unreadable::Format),
        }
    }

    fn next_start(&mut self, name: &str) -> Result<Option<BytesStart<'static>>, Unreadable> {
        self.next_of(&[name])
    }

    /// The next element of these names, in any case; None at the end.
    fn next_of(&mut self, names: &[&str]) -> Result<Option<BytesStart<'static>>, Unreadable> {
        loop {
            match self.next()? {
                Event::Start(start) | Event::Empty(start) => {
                    let name = start.local_name();
                    if names.iter().any(|one| name.as_ref().eq_ignore_ascii_case(one.as_bytes())) {
                        return Ok(Some(start.into_owned()));
                    }
                }
                Event::Eof => return Ok(None),
                _ => {}
            }
        }
    }

    /// All text up to the end of the element that began, without pronunciations.
    pub(super) fn text_inside(&mut self, element: &[u8]) -> Result<String, Unreadable> {
        let (mut text, mut spoken) = (String::new(), false);
        loop {
            match self.next()? {
                Event::End(end) if end.local_name().as_ref() == element => break,
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
        Ok(tidy(&unescaped(&text)).into_owned())
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

/// An attribute by its name without prefix, in any case.
pub(super) fn attribute(start: &BytesStart, name: &str) -> Option<String> {
    let is_it = |key: &[u8]| key.eq_ignore_ascii_case(name.as_bytes());
    let value = start.attributes().flatten().find(|one| is_it(one.key.local_name().as_ref()))?;
    let value = String::from_utf8(value.value.into_owned()).ok()?;
    quick_xml::escape::unescape(&value).ok().map(std::borrow::Cow::into_owned)
}

/// The texts that cells name by number.
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

/// By number of the format of a cell: whether it shows a day.
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
