//! Documents by programs, and by attackers.

use std::io::{Cursor, Write};

use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

const RELATIONS: &str = r#"<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#;
const TYPES: &str = r#"<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).expect("a file begins");
        zip.write_all(bytes).expect("a file is written");
    }
    zip.finish().expect("a ZIP ends").into_inner()
}

fn document(body: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="w"><w:body>{body}</w:body></w:document>"#
    )
}

fn docx(body: &str) -> Vec<u8> {
    let parts =
        [("[Content_Types].xml", TYPES), ("_rels/.rels", RELATIONS), ("word/document.xml", &document(body))];
    zip(&parts.map(|(name, text)| (name, text.as_bytes())))
}

fn paragraph(text: &str) -> String {
    format!(
        "<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r></w:p>"
    )
}

#[test]
fn a_document_is_read_in_paragraphs_as_it_is_seen() {
    let run = |inside: &str| format!("<w:r>{inside}</w:r>");
    for (body, expected) in [
        (paragraph("第一段") + &paragraph("A &amp; B &#20013;&lt;b&gt;"), "第一段\nA & B 中<b>\n"),
        (format!("<w:p>{}</w:p><w:p/>", run("<w:t>一</w:t><w:br/><w:t>二</w:t><w:tab/><w:t>三</w:t>")), "一\n二\t三\n\n"),
        // Changes that were tracked.
        ("<w:p><w:del><w:r><w:delText>旧</w:delText></w:r></w:del><w:ins><w:r><w:t>新</w:t></w:r></w:ins></w:p>".into(), "新\n"),
        // Hidden words, and words that are no longer hidden.
        (run("<w:rPr><w:vanish/></w:rPr><w:t>藏</w:t>") + &run("<w:rPr><w:vanish w:val=\"0\"/></w:rPr><w:t>显</w:t>"), "显"),
        (run("<w:rPr><w:rPrChange><w:rPr><w:vanish/></w:rPr></w:rPrChange></w:rPr><w:t>显</w:t>"), "显"),
        // A text box is in the file twice.
        (
            run(&format!("<mc:AlternateContent><mc:Choice><w:txbxContent>{0}</w:txbxContent></mc:Choice><mc:Fallback>{0}</mc:Fallback></mc:AlternateContent>", paragraph("框"))),
            "框\n",
        ),
        // A field shows its result, a ruby its base.
        (run("<w:instrText>PAGE</w:instrText>") + &run("<w:t>3</w:t>"), "3"),
        (run("<w:ruby><w:rt><w:r><w:t>jiào</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>教</w:t></w:r></w:rubyBase></w:ruby>"), "教"),
        (run("<w:t><![CDATA[<script>]]></w:t>"), "<script>"),
    ] {
        assert_eq!(read(&docx(&body)).as_deref(), Ok(expected), "{body}");
    }
}

#[test]
fn the_relations_say_where_the_document_is() {
    let relations = RELATIONS.replace("word/document.xml", "/Word\\Text.xml");
    let text = document(&paragraph("别处"));
    let file = zip(&[("_rels/.rels", relations.as_bytes()), ("word/text.xml", text.as_bytes())]);
    assert_eq!(read(&file).as_deref(), Ok("别处\n"));
    let file = zip(&[("word/document.xml", text.as_bytes())]);
    assert_eq!(read(&file).as_deref(), Ok("别处\n"));
}

#[test]
fn documents_with_programs_are_refused_whatever_they_are_called() {
    let text = document(&paragraph("文"));
    let named = zip(&[("word/document.xml", text.as_bytes()), ("word/vbaProject.bin", b"x")]);
    let types = TYPES.replace(
        "openxmlformats-officedocument.wordprocessingml.document.main",
        "ms-word.document.macroEnabled.main",
    );
    let typed = zip(&[("[Content_Types].xml", types.as_bytes()), ("word/document.xml", text.as_bytes())]);
    assert_eq!(read(&named), Err(Unreadable::Macros));
    assert_eq!(read(&typed), Err(Unreadable::Macros));
}

#[test]
fn bombs_are_refused_before_they_unfold() {
    let long = docx(&paragraph(&" ".repeat(20 * 1024 * 1024)));
    assert!(long.len() < 100_000);
    assert_eq!(read(&long), Err(Unreadable::TooMuch));
    let many = docx(&paragraph(&"字".repeat(1000)).repeat(6_000));
    assert_eq!(read(&many), Err(Unreadable::TooMuch));
    let deep = docx(&("<w:tbl>".repeat(300) + &"</w:tbl>".repeat(300)));
    assert_eq!(read(&deep), Err(Unreadable::TooMuch));
    let names: Vec<String> = (0..1_001).map(|number| format!("media/{number}")).collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    assert_eq!(read(&zip(&files)), Err(Unreadable::TooMuch));
    let entities =
        r#"<!DOCTYPE x [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;">]><w:document>&b;</w:document>"#;
    assert_eq!(read(&zip(&[("word/document.xml", entities.as_bytes())])), Err(Unreadable::Damaged));
}

#[test]
fn other_archives_and_halves_are_refused() {
    assert_eq!(read(&zip(&[("xl/workbook.xml", b"<workbook/>")])), Err(Unreadable::OtherFormat));
    assert_eq!(read(&zip(&[("word/document.xml", b"<html></html>")])), Err(Unreadable::OtherFormat));
    assert_eq!(read(&zip(&[])), Err(Unreadable::Damaged));
    let whole = document(&paragraph("一"));
    for end in [20, whole.len() / 2, whole.len() - 3] {
        let half = zip(&[("word/document.xml", &whole.as_bytes()[..end])]);
        assert_eq!(read(&half), Err(Unreadable::Damaged), "{end}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn damaged_bytes_are_read_or_refused(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8), cut in any::<prop::sample::Index>(),
    ) {
        let body = paragraph("教师培训") + "<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>x</w:t></w:r></w:p>";
        let mut file = docx(&body);
        let mut xml = document(&body).into_bytes();
        for (at, byte) in &changes {
            let (in_file, in_xml) = (at.index(file.len()), at.index(xml.len()));
            file[in_file] = *byte;
            xml[in_xml] = *byte;
        }
        let _ = read(&file);
        let _ = read(&file[..cut.index(file.len())]);
        if let Ok(text) = read(&zip(&[("word/document.xml", &xml)])) {
            prop_assert!(text.len() <= xml.len());
        }
    }
}
