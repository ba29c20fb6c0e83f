use std::io::Write;

use proptest::prelude::*;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::*;

const KINDS: [Kind; 3] = [Kind::Csv, Kind::Gb18030, Kind::Xlsx];

fn table(rows: &[&[&str]]) -> Vec<Vec<Cell>> {
    rows.iter().map(|row| row.iter().map(|cell| Cell::from(*cell)).collect()).collect()
}

fn written(rows: &[Vec<Cell>], kind: Kind) -> Vec<u8> {
    write(&Table { name: "参训", rows: rows.to_vec(), sums: 0 }, kind).expect("it fits")
}

/// The rows of the one sheet.
fn rows_of(bytes: &[u8]) -> Vec<Vec<Cell>> {
    let mut book = read(bytes).expect("a table");
    assert_eq!(book.sheets.len(), 1);
    book.sheets.remove(0).rows
}

/// A book with the given sheet and shared texts.
fn book(sheet: &str, shared: &str) -> Vec<u8> {
    let workbook = r#"<workbook xmlns:r="r"><sheets><sheet name="a" r:id="rId7"/></sheets></workbook>"#;
    let rels = r#"<Relationships><Relationship Id="rId7" Type="x/worksheet" Target="worksheets/one.xml"/></Relationships>"#;
    zip(&[
        ("xl/workbook.xml", workbook.as_bytes()),
        ("xl/_rels/workbook.xml.rels", rels.as_bytes()),
        ("xl/worksheets/one.xml", sheet.as_bytes()),
        ("xl/sharedStrings.xml", shared.as_bytes()),
    ])
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in files {
        zip.start_file(*name, options).expect("a file begins");
        zip.write_all(bytes).expect("it is in memory");
    }
    zip.finish().expect("a ZIP").into_inner()
}

fn sheet(cells: &str) -> String {
    format!("<worksheet><sheetData>{cells}</sheetData></worksheet>")
}

#[test]
fn what_is_written_reads_the_same_in_all_three() {
    let rows = table(&[
        &["姓名", "备注", "证件号码"],
        &["𠮷䶮", "=1+1", "11010519491231002X"],
        &["王,\"丽\"", "'=x", "110105194912310021"],
        &["a\nb", "-1", "''+"],
        &["－1", " @x", "'plain"],
    ]);
    for kind in KINDS {
        assert_eq!(rows_of(&written(&rows, kind)), rows, "{kind:?}");
    }
    assert!(written(&rows, Kind::Csv).starts_with(b"\xef\xbb\xbf"));
    assert!(std::str::from_utf8(&written(&rows, Kind::Gb18030)).is_err());
    let text = String::from_utf8(written(&rows, Kind::Csv)).unwrap();
    assert!(text.contains(",'=1+1,") && text.contains("\r\n"), "no program takes it for a formula");
}

#[test]
fn cells_as_other_programs_write_them() {
    let cells = r#"
        <row r="2"><c r="B2" t="s"><v>1</v></c><c t="inlineStr"><is><t>a&amp;b</t></is></c></row>
        <row r="4"><c r="A4"><v>1.3812345678E10</v></c><c r="B4"><f>1+1</f><v>2</v></c>
            <c r="C4" t="str"><f/><v>x</v></c><c r="D4" t="e"><v>#REF!</v></c><c r="E4"><v>0.5</v></c></row>
        <row r="1048576"><c r="A1048576" s="3"/></row>"#;
    let shared =
        r#"<sst><si><t>no</t></si><si><r><t>王</t></r><r><t>&#20029;</t></r><rPh><t>li</t></rPh></si></sst>"#;
    let number = |text: &str| Cell::Number(text.into());
    let formula =
        |value: &str| Cell::Formula(Box::new(cell::Formula { source: String::new(), value: value.into() }));
    let mut expected = table(&[&[], &["", "王丽", "a&b"], &[]]);
    expected.push(vec![number("13812345678"), formula("2"), formula("x"), "#REF!".into(), number("0.5")]);
    assert_eq!(rows_of(&book(&sheet(cells), shared)), expected);
}

#[test]
fn rows_are_counted_as_a_spreadsheet_counts() {
    assert_eq!(
        rows_of("a,b\r\n\r\n\"x\ny\",2\r\n3,4".as_bytes()),
        table(&[&["a", "b"], &[], &["x\ny", "2"], &["3", "4"]])
    );
}

#[test]
fn what_is_no_table_is_refused() {
    let sst = "<sst/>";
    let bad: Vec<(&str, Vec<u8>, Unreadable)> = vec![
        ("half of UTF-16", [0xff, 0xfe, 0x53, 0x59, 0x2c].to_vec(), Unreadable::Format),
        ("bytes of no encoding", vec![0x81, 0xff, 0xff, 0x2c], Unreadable::Format),
        (
            "BOM and then GB18030",
            [b"\xef\xbb\xbf", &encoding_rs::GB18030.encode("姓名").0[..]].concat(),
            Unreadable::Format,
        ),
        ("a picture", b"\x89PNG\r\n\x1a\n\0\0\0".to_vec(), Unreadable::OtherFormat),
        ("half a ZIP", book(&sheet(""), sst)[..100].to_vec(), Unreadable::Format),
        ("a ZIP of something else", zip(&[("a.txt", b"a")]), Unreadable::Format),
        ("a text that is not there", book(&sheet(r#"<c t="s"><v>9</v></c>"#), sst), Unreadable::Format),
        ("a sheet that ends early", book("<worksheet><sheetData>", sst), Unreadable::Format),
        (
            "words of its own",
            book(&sheet(""), r#"<!DOCTYPE a [<!ENTITY a "aaaaaaaa">]><sst><si><t>&a;</t></si></sst>"#),
            Unreadable::Format,
        ),
        ("many bytes", vec![b'a'; FILE_BYTES_MAX + 1], Unreadable::TooMuch),
        ("many rows", b"a\n".repeat(ROWS_MAX + 1), Unreadable::TooMuch),
        ("a document", zip(&[("word/document.xml", b"<a/>")]), Unreadable::OtherFormat),
        ("a file of Excel 97", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1..".to_vec(), Unreadable::OldFormat),
        ("a page", b"<html><table>".to_vec(), Unreadable::OldFormat),
    ];
    for (what, bytes, why) in bad {
        assert_eq!(read(&bytes), Err(why), "{what}");
    }
}

/// A sheet that is too large is named, and the others of its book are read.
fn unread(bytes: &[u8]) -> Option<Unreadable> {
    read(bytes).expect("a book").sheets[0].unread
}

#[test]
fn what_is_far_away_is_too_much_unless_it_is_blank() {
    let far = |cell: &str| book(&sheet(cell), "<sst/>");
    for cell in [
        r#"<row r="99999"><c><v>1</v></c></row>"#,
        r#"<row r="1"><c r="ZZ1"><v>1</v></c></row>"#,
        r#"<row r="99999"><c><f/></c></row>"#,
    ] {
        assert_eq!(unread(&far(cell)), Some(Unreadable::TooMuch), "{cell}");
    }
    let blank =
        r#"<row r="1"><c><v>1</v></c></row><row r="30000"><c t="inlineStr"><is><t> </t></is></c></row>"#;
    assert_eq!(rows_of(&far(blank)), [[Cell::number(1u64)]]);
    let formulas = |count| far(&format!("<row>{}</row>", "<c><f/></c>".repeat(50)).repeat(count));
    assert_eq!(unread(&formulas(20)), None);
    assert_eq!(unread(&formulas(21)), Some(Unreadable::TooManyFormulas));
}

#[test]
fn books_of_other_programs_are_read() {
    let rels = |target: &str| {
        format!(
            r#"<Relationships><Relationship Id="a" Type="x/worksheet" Target="{target}"/>
        <Relationship Id="b" Type="x/sharedStrings" Target="SharedStrings.xml"/></Relationships>"#
        )
    };
    let workbook = r#"<x:workbook xmlns:r="r"><x:sheets><x:sheet name="甲&amp;乙" state="hidden" r:id="a"/></x:sheets></x:workbook>"#;
    let cells = r#"<x:worksheet><x:sheetData><x:row><x:c t="s"><x:v>0</x:v></x:c></x:row></x:sheetData></x:worksheet>"#;
    let shared = "<sst><si><t>王丽_x000D_\n</t></si></sst>";
    let start = r#"<Relationships><Relationship Id="c" Type="x/officeDocument" Target="/xl/book.xml"/></Relationships>"#;
    for (slash, target) in
        [("/", "/xl/sheets/One.xml"), ("\\", "sheets\\one.xml"), ("/", "../xl/sheets/one.xml")]
    {
        let file = |name: &str| name.replace('/', slash);
        let bytes = zip(&[
            (&file("_rels/.rels"), start.as_bytes()),
            (&file("xl/book.xml"), workbook.as_bytes()),
            (&file("xl/_rels/book.xml.rels"), rels(target).as_bytes()),
            (&file("xl/sheets/one.xml"), cells.as_bytes()),
            (&file("xl/sharedStrings.xml"), shared.as_bytes()),
        ]);
        let book = read(&bytes).unwrap_or_else(|why| panic!("{target}: {why:?}"));
        assert_eq!((book.sheets[0].name.as_str(), book.sheets[0].hidden), ("甲&乙", true));
        assert_eq!(book.sheets[0].texts(), [["王丽\n"]]);
    }
}

#[test]
fn days_are_read_as_days() {
    let styles = r#"<styleSheet><numFmts><numFmt numFmtId="170" formatCode="yyyy&quot;年&quot;m&quot;月&quot;"/></numFmts>
        <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/></cellXfs></styleSheet>"#;
    let cells = r#"<row><c><v>31107</v></c><c s="1"><v>31107</v></c><c s="2"><v>29645.5</v></c><c t="d"><v>1985-03-01T00:00:00</v></c></row>"#;
    let file = |is_1904: &str| {
        let workbook = format!(
            r#"<workbook><workbookPr date1904="{is_1904}"/><sheets><sheet name="a" r:id="rId7"/></sheets></workbook>"#
        );
        let rels = r#"<Relationships><Relationship Id="rId7" Type="x/worksheet" Target="worksheets/one.xml"/>
            <Relationship Id="rId8" Type="x/styles" Target="styles.xml"/></Relationships>"#;
        zip(&[
            ("xl/workbook.xml", workbook.as_bytes()),
            ("xl/_rels/workbook.xml.rels", rels.as_bytes()),
            ("xl/worksheets/one.xml", sheet(cells).as_bytes()),
            ("xl/styles.xml", styles.as_bytes()),
        ])
    };
    let day = |text: &str| Cell::Date(text.into());
    let plain = Cell::number(31107u64);
    let expected = [plain.clone(), day("1985-03-01"), day("1981-02-28"), day("1985-03-01")];
    assert_eq!(rows_of(&file("0")), [expected]);
    let expected = [plain, day("1989-03-02"), day("1985-03-01"), day("1985-03-01")];
    assert_eq!(rows_of(&file("1")), [expected]);
}

#[test]
fn a_bomb_does_not_go_off() {
    // 200 MB of blanks in some 200 kB.
    let blanks = " ".repeat(200 * 1024 * 1024);
    let file = book(&sheet(&blanks), "<sst/>");
    assert!(file.len() < 1024 * 1024);
    assert_eq!(unread(&file), Some(Unreadable::TooMuch));
    // A text of 30 kB, repeated by 20,000 rows of 50 cells.
    let text = format!("<sst><si><t>{}</t></si></sst>", "x".repeat(30_000));
    let row = format!("<row>{}</row>", r#"<c t="s"><v>0</v></c>"#.repeat(50));
    assert_eq!(unread(&book(&sheet(&row.repeat(2_000)), &text)), Some(Unreadable::TooMuch));
    // One cell without end.
    let long =
        format!("<row><c t=\"inlineStr\"><is><t>{}</t></is></c></row>", "<t>xxxxxxxx</t>".repeat(40_000));
    assert_eq!(unread(&book(&sheet(&long), "<sst/>")), Some(Unreadable::TooMuch));
}

#[test]
fn columns_have_letters() {
    let found = [0, 25, 26, 51, 52, 701, 702].map(letters);
    assert_eq!(found, ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]);
}

proptest! {
    #[test]
    fn no_file_upsets_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..300), zipped in any::<bool>()) {
        let _ = read(&bytes);
        let _ = read(&[b"PK\x03\x04", &bytes[..]].concat());
        if zipped {
            let _ = read(&book(&String::from_utf8_lossy(&bytes), "<sst/>"));
        }
    }

    #[test]
    fn every_table_comes_back(
        rows in prop::collection::vec(
            prop::collection::vec("([0-9]{0,3}|[a-z'=+@ ,;\t/E_\"\u{4e00}-\u{4e10}\u{20bb7}\n-]){0,6}x?", 1..4), 1..6
        )
    ) {
        // Few bytes of GB18030 can be UTF-8 by chance; the headings of a table are not.
        let rows: Vec<Vec<Cell>> =
            rows.into_iter().map(|row| row.into_iter().chain(["x".into()]).map(Cell::Text).collect()).collect();
        let rows = [table(&[&["姓名", "单位名称"]]), rows].concat();
        for kind in KINDS {
            prop_assert_eq!(rows_of(&written(&rows, kind)), rows.clone(), "{:?}", kind);
        }
    }

    /// Whatever somebody typed: exported, imported and exported again it is the same file.
    #[test]
    fn no_text_changes_on_its_way_out_and_in(
        texts in prop::collection::vec("(\\PC|\\p{C}|_x00|0D_|5F_|_xD83D_|\r\n|\r|\t|'|=\"|\"|＝){0,8}", 1..4)
    ) {
        let mut rows = table(&[&["姓名", "备注"]]);
        rows.extend(texts.into_iter().map(|text| vec![Cell::Text(text), "x".into()]));
        for kind in [Kind::Csv, Kind::Xlsx] {
            let file = written(&rows, kind);
            let again = rows_of(&file);
            for (row, again) in rows.iter().zip(&again) {
                prop_assert_eq!(text::tidy(row[0].text()), again[0].text(), "{:?}", kind);
            }
            prop_assert!(written(&again, kind) == file, "{:?}", kind);
        }
    }
}
