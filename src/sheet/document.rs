//! A plain document as .docx, to be edited by whoever gets it: headings, paragraphs and tables. Equal documents make equal files.

use zip::result::ZipResult;

use super::{NamedFile, archive};

/// A part of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    Title(String),
    Heading(String),
    Text(String),
    /// The first row are headings.
    Table(Vec<Vec<String>>),
}

/// Characters of a bar at its longest.
const BAR: u64 = 20;

/// A bar of text, as long as `part` of `most`: a chart that every program shows, and that is edited like a word.
pub fn bar(part: u64, most: u64) -> String {
    if part == 0 || most == 0 {
        return String::new();
    }
    let length = (part.saturating_mul(BAR) + most / 2) / most;
    "█".repeat(usize::try_from(length.clamp(1, BAR)).unwrap_or(1))
}

/// Writes a document.
pub fn docx(blocks: &[Block]) -> ZipResult<Vec<u8>> {
    let body: String = blocks.iter().map(block).collect();
    let file = |name: &str, text: String| NamedFile { name: name.into(), bytes: text.into_bytes() };
    archive(&[
        file("[Content_Types].xml", format!("{XML}{TYPES}")),
        file("_rels/.rels", format!("{XML}{RELATIONS}")),
        file("word/document.xml", format!("{XML}<w:document {W}><w:body>{body}{PAGE}</w:body></w:document>")),
    ])
}

const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>";
const W: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";
const TYPES: &str = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
    <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
    <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
    <Override PartName=\"/word/document.xml\" \
    ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>";
const RELATIONS: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
    <Relationship Id=\"rId1\" \
    Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" \
    Target=\"word/document.xml\"/></Relationships>";
/// A4 upright with margins of 25 mm, in twentieths of a point.
const PAGE: &str = "<w:sectPr><w:pgSz w:w=\"11906\" w:h=\"16838\"/>\
    <w:pgMar w:top=\"1417\" w:right=\"1417\" w:bottom=\"1417\" w:left=\"1417\"/></w:sectPr>";

fn block(block: &Block) -> String {
    match block {
        Block::Title(text) => {
            paragraph(text, 36, true, "<w:jc w:val=\"center\"/><w:spacing w:after=\"240\"/>")
        }
        Block::Heading(text) => {
            paragraph(text, 28, true, "<w:keepNext/><w:spacing w:before=\"240\" w:after=\"120\"/>")
        }
        Block::Text(text) => paragraph(text, 24, false, "<w:spacing w:line=\"360\" w:lineRule=\"auto\"/>"),
        Block::Table(rows) => table(rows),
    }
}

/// `half_points`: the size.
fn paragraph(text: &str, half_points: u32, is_bold: bool, properties: &str) -> String {
    let bold = if is_bold { "<w:b/>" } else { "" };
    let text = escaped(text);
    format!(
        "<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr><w:rFonts w:eastAsia=\"宋体\"/>{bold}<w:sz w:val=\"{half_points}\"/></w:rPr>\
         <w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>"
    )
}

fn table(rows: &[Vec<String>]) -> String {
    let edge = |side| format!("<w:{side} w:val=\"single\" w:sz=\"4\" w:color=\"999999\"/>");
    let edges: String = ["top", "left", "bottom", "right", "insideH", "insideV"].map(edge).concat();
    let mut text = format!(
        "<w:tbl><w:tblPr><w:tblW w:w=\"5000\" w:type=\"pct\"/><w:tblBorders>{edges}</w:tblBorders></w:tblPr><w:tblGrid>{}</w:tblGrid>",
        "<w:gridCol/>".repeat(rows.first().map_or(0, Vec::len))
    );
    for (row, at) in rows.iter().zip(0u32..) {
        text += "<w:tr>";
        for cell in row {
            text += "<w:tc><w:tcPr/>";
            text += &paragraph(cell, 20, at == 0, "");
            text += "</w:tc>";
        }
        text += "</w:tr>";
    }
    // Two tables that touch would be one.
    text + "</w:tbl>" + &paragraph("", 20, false, "")
}

/// Signs that XML has no place for are left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '\t' | '\n' | '\r' => out.push(' '),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};

    use super::*;

    fn body(blocks: &[Block]) -> String {
        let packed = docx(blocks).expect("a document");
        assert_eq!(packed, docx(blocks).expect("a document"), "equal documents make equal files");
        let mut zip = zip::ZipArchive::new(Cursor::new(packed)).expect("an archive");
        let mut text = String::new();
        zip.by_name("word/document.xml").expect("its text").read_to_string(&mut text).expect("UTF-8");
        text
    }

    #[test]
    fn a_document_is_well_formed_whatever_is_written_in_it() {
        let hostile = "<w:p>& \u{0}\u{b}]]>\n\"䶮\"𠮷";
        let row = vec![hostile.to_owned(), "1".into()];
        let text = body(&[
            Block::Title(hostile.into()),
            Block::Heading("一、组织".into()),
            Block::Text(hostile.into()),
            Block::Table(vec![row.clone(), row]),
        ]);
        let mut reader = quick_xml::Reader::from_str(&text);
        let mut depth = 0i32;
        loop {
            match reader.read_event().expect("well formed") {
                quick_xml::events::Event::Start(_) => depth += 1,
                quick_xml::events::Event::End(_) => depth -= 1,
                quick_xml::events::Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(depth, 0);
        assert_eq!(text.matches("𠮷").count(), 4, "{text}");
        assert_eq!(text.matches("<w:tr>").count(), 2);
    }

    #[test]
    fn bars_are_as_long_as_their_part() {
        let lengths = [(0, 10), (1, 1_000), (5, 10), (10, 10), (3, 0)]
            .map(|(part, most)| bar(part, most).chars().count());
        assert_eq!(lengths, [0, 1, 10, 20, 0]);
    }
}
