//! A package of an office program (OOXML: a ZIP of XML files with relations between them), for readers of its
//! content: a book here, a text in `essay`. It comes from outside, so everything that it can make large is
//! bounded, and counted during unpacking. Programs differ in the names of the parts: only the relations tell
//! their meaning.

use std::cell::Cell;
use std::collections::HashMap;
use std::io::{BufReader, Cursor, Read};
use std::rc::Rc;

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};
use zip::ZipArchive;

use super::Unreadable;
use super::text::{tidy, unescaped};

/// Most files in the ZIP; Excel writes a dozen, Word one more for each picture.
pub(crate) const FILES_MAX: usize = 1_000;
/// Most bytes between two marks of an XML file: a text is kept whole.
const MARK_BYTES_MAX: u64 = 1024 * 1024;
/// Deepest nesting of elements. Word nests some dozens, and each level of a table in a table takes four.
const DEPTH_MAX: usize = 256;
/// Longest cell, as in Excel.
const CELL_BYTES_MAX: usize = 4 * 32_767;

/// The parts of a package, by their names in one spelling.
pub(crate) struct Parts<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    by_name: HashMap<String, usize>,
    /// Number of bytes that may still be unpacked.
    left: Rc<Cell<u64>>,
}

/// A relation: its id, the last word of its type, and its target part.
pub(crate) type Relation = (String, String, String);

impl<'a> Parts<'a> {
    /// Opens a package; `unpacked_bytes_max` bounds all unpacked parts together.
    pub(crate) fn open(bytes: &'a [u8], unpacked_bytes_max: u64) -> Result<Parts<'a>, Unreadable> {
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
        Ok(Parts { by_name, archive, left: Rc::new(Cell::new(unpacked_bytes_max)) })
    }

    /// Begins to read a part.
    pub(crate) fn xml(&mut self, name: &str) -> Result<Xml<'_>, Unreadable> {
        let at = *self.by_name.get(name).ok_or(Unreadable::Format)?;
        let file = self.archive.by_index(at).map_err(|_| Unreadable::Format)?;
        Ok(Xml::new(Box::new(file), self.left.clone()))
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.by_name.contains_key(name)
    }

    /// The relations of a part; empty without a list of them.
    pub(crate) fn relations(&mut self, of: &str) -> Result<Vec<Relation>, Unreadable> {
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

    /// The main part of the package; `usual` if no relation names one.
    pub(crate) fn main(&mut self, usual: &str) -> Result<String, Unreadable> {
        let main = self.relations("")?.into_iter().find(|(_, kind, _)| kind == "officedocument");
        Ok(main.map_or_else(|| usual.to_owned(), |(_, _, part)| part))
    }

    /// Every part's name.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(String::as_str)
    }
}

/// A name in one spelling: some programs write back slashes or other capitals than in the relations.
fn spelling(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_lowercase()
}

/// A name relative to a folder: `/xl/a.xml`, `a.xml`, `../a.xml`.
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

/// An XML file during reading.
pub(crate) struct Xml<'a> {
    reader: Reader<BufReader<Bounded<'a>>>,
    buffer: Vec<u8>,
    since_mark: Rc<Cell<u64>>,
    /// Number of open elements.
    depth: usize,
}

/// Unpacks up to a bound, and fails if there is more.
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
        Xml { reader: Reader::from_reader(BufReader::new(bounded)), buffer: Vec::new(), since_mark, depth: 0 }
    }

    /// The next event. A document that defines its own words (entities) is refused.
    pub(crate) fn next(&mut self) -> Result<Event<'_>, Unreadable> {
        self.buffer.clear();
        self.since_mark.set(0);
        match self.reader.read_event_into(&mut self.buffer) {
            Ok(Event::DocType(_)) => Err(Unreadable::Format),
            Ok(event) => {
                match event {
                    Event::Start(_) => self.depth += 1,
                    Event::End(_) => self.depth = self.depth.saturating_sub(1),
                    _ => {}
                }
                if self.depth > DEPTH_MAX { Err(Unreadable::TooMuch) } else { Ok(event) }
            }
            Err(quick_xml::Error::Io(error))
                if error.get_ref().is_some_and(|inner| inner.is::<TooMuch>()) =>
            {
                Err(Unreadable::TooMuch)
            }
            Err(_) => Err(Unreadable::Format),
        }
    }

    pub(super) fn next_start(&mut self, name: &str) -> Result<Option<BytesStart<'static>>, Unreadable> {
        self.next_of(&[name])
    }

    /// The next element with one of these names, in any case; `None` = the end.
    pub(crate) fn next_of(&mut self, names: &[&str]) -> Result<Option<BytesStart<'static>>, Unreadable> {
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

    /// All text up to the end of the present element, without pronunciations.
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

/// Resolves `&#20013;`, and the five predefined names of XML.
pub(crate) fn character(named: &BytesRef) -> Result<char, Unreadable> {
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
pub(crate) fn attribute(start: &BytesStart, name: &str) -> Option<String> {
    let is_it = |key: &[u8]| key.eq_ignore_ascii_case(name.as_bytes());
    let value = start.attributes().flatten().find(|one| is_it(one.key.local_name().as_ref()))?;
    let value = String::from_utf8(value.value.into_owned()).ok()?;
    quick_xml::escape::unescape(&value).ok().map(std::borrow::Cow::into_owned)
}
