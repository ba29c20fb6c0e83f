//! The text of a .docx file: the body of the document as its reader sees it, in paragraphs. Deleted and
//! hidden text, and repetitions for old programs, are left out.

use quick_xml::events::{BytesStart, Event};

use super::file::Unreadable;
use crate::sheet::package::{Parts, Xml, attribute, character};

/// Most unpacked bytes of the parts that are read. Word writes 100 to 300 bytes around a run of words.
const UNPACKED_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// Longest text before its check, bytes.
const TEXT_BYTES_MAX: usize = 1024 * 1024;

/// Elements with content that is not shown: properties, deleted and moved words, codes of fields,
/// pronunciations, repetitions for old programs.
const NOT_SHOWN: [&[u8]; 10] = [
    b"pPr",
    b"rPrChange",
    b"del",
    b"moveFrom",
    b"delText",
    b"instrText",
    b"fldData",
    b"binData",
    b"rt",
    b"Fallback",
];

pub(super) fn read(bytes: &[u8]) -> Result<String, Unreadable> {
    let mut parts = Parts::open(bytes, UNPACKED_BYTES_MAX)?;
    if has_macros(&mut parts)? {
        return Err(Unreadable::Macros);
    }
    let main = parts.main("word/document.xml")?;
    if !parts.has(&main) {
        let is_zip_of_others = parts.names().next().is_some();
        return Err(if is_zip_of_others { Unreadable::OtherFormat } else { Unreadable::Damaged });
    }
    let mut xml = parts.xml(&main)?;
    loop {
        match xml.next()? {
            Event::Start(root) if root.local_name().as_ref() == b"document" => break,
            Event::Start(_) | Event::Empty(_) => return Err(Unreadable::OtherFormat),
            Event::Eof => return Err(Unreadable::Damaged),
            _ => {}
        }
    }
    Body::default().read(&mut xml)
}

/// Whether anything in the package is a program, whatever the name of the file.
fn has_macros(parts: &mut Parts) -> Result<bool, Unreadable> {
    const TYPES: &str = "[content_types].xml";
    if parts.names().any(|name| name.ends_with("vbaproject.bin") || name.ends_with("vbadata.xml")) {
        return Ok(true);
    }
    if !parts.has(TYPES) {
        return Ok(false);
    }
    let mut xml = parts.xml(TYPES)?;
    while let Some(named) = xml.next_of(&["default", "override"])? {
        let kind = attribute(&named, "contenttype").unwrap_or_default().to_ascii_lowercase();
        if kind.contains("macroenabled") || kind.contains("vbaproject") {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The body during reading.
#[derive(Default)]
struct Body {
    text: String,
    /// Number of open elements from one that is not shown inwards.
    not_shown: usize,
    /// Whether each open run is hidden; one may be inside another's text box.
    runs: Vec<bool>,
    in_text: bool,
}

impl Body {
    fn read(mut self, xml: &mut Xml) -> Result<String, Unreadable> {
        loop {
            match xml.next()? {
                Event::Start(start) => self.start(&start),
                Event::Empty(start) if self.not_shown == 0 => {
                    self.mark(&start);
                    if start.local_name().as_ref() == b"p" {
                        self.push('\n');
                    }
                }
                Event::End(end) if end.local_name().as_ref() == b"document" => return Ok(self.text),
                Event::End(end) => self.end(end.local_name().as_ref()),
                Event::Text(more) if self.is_shown() => {
                    self.text += &more.xml10_content().map_err(|_| Unreadable::Damaged)?;
                }
                Event::CData(more) if self.is_shown() => {
                    self.text += &more.decode().map_err(|_| Unreadable::Damaged)?;
                }
                Event::GeneralRef(named) if self.is_shown() => self.text.push(character(&named)?),
                // The document ends too early: half an essay is refused.
                Event::Eof => return Err(Unreadable::Damaged),
                _ => {}
            }
            if self.text.len() > TEXT_BYTES_MAX {
                return Err(Unreadable::TooMuch);
            }
        }
    }

    fn start(&mut self, start: &BytesStart) {
        let name = start.local_name();
        if self.not_shown > 0 || NOT_SHOWN.contains(&name.as_ref()) {
            self.not_shown += 1;
            return;
        }
        match name.as_ref() {
            b"r" => self.runs.push(false),
            b"t" => self.in_text = true,
            _ => self.mark(start),
        }
    }

    fn end(&mut self, name: &[u8]) {
        if self.not_shown > 0 {
            self.not_shown -= 1;
            return;
        }
        match name {
            b"r" => drop(self.runs.pop()),
            b"t" => self.in_text = false,
            b"p" => self.push('\n'),
            _ => {}
        }
    }

    /// Handles an element that stands for a character, or hides its run.
    fn mark(&mut self, start: &BytesStart) {
        match start.local_name().as_ref() {
            b"tab" => self.push('\t'),
            b"br" | b"cr" => self.push('\n'),
            b"noBreakHyphen" => self.push('-'),
            b"vanish" | b"webHidden" => {
                let is_off = attribute(start, "val")
                    .is_some_and(|said| matches!(said.as_str(), "0" | "false" | "off"));
                if let Some(run) = self.runs.last_mut() {
                    *run |= !is_off;
                }
            }
            _ => {}
        }
    }

    fn push(&mut self, character: char) {
        if !self.is_hidden() {
            self.text.push(character);
        }
    }

    fn is_hidden(&self) -> bool {
        self.runs.contains(&true)
    }

    fn is_shown(&self) -> bool {
        self.in_text && self.not_shown == 0 && !self.is_hidden()
    }
}

#[cfg(test)]
#[path = "docx_tests.rs"]
mod tests;
