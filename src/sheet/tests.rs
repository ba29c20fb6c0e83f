use std::io::Write;

use proptest::prelude::*;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::*;

const KINDS: [Kind; 3] = [Kind::Csv, Kind::Gb18030, Kind::Xlsx];

fn table(rows: &[&[&str]]) -> Vec<Vec<String>> {
    rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect()
}

/// A book whose sheet and shared texts are given.
fn book(sheet: &str, shared: &str) -> Vec<u8> {
    let workbook = r#"<workbook xmlns:r="r"><sheets><sheet name="a" r:id="rId7"/></sheets></workbook>"#;
    let rels = r#"<Relationships><Relationship Id="rId7" Target="worksheets/one.xml"/></Relationships>"#;
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
        let file = write("参训", &rows, kind).expect("it fits");
        let read = read(&file).unwrap_or_else(|why| panic!("{kind:?}: {why:?}"));
        assert_eq!(read, Sheet::from(rows.clone()), "{kind:?}");
    }
    assert!(write("a", &rows, Kind::Csv).unwrap().starts_with(b"\xef\xbb\xbf"));
    assert!(std::str::from_utf8(&write("a", &rows, Kind::Gb18030).unwrap()).is_err());
    let text = String::from_utf8(write("a", &rows, Kind::Csv).unwrap()).unwrap();
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
    let read = read(&book(&sheet(cells), shared)).expect("a sheet");
    let expected = table(&[&[], &["", "王丽", "a&b"], &[], &["13812345678", "2", "x", "", "0.5"]]);
    assert_eq!(read.rows, expected);
    assert_eq!(read.formulas, BTreeSet::from([(3, 1), (3, 2)]));
}

#[test]
fn rows_are_counted_as_a_spreadsheet_counts() {
    let read = read("a,b\r\n\r\n\"x\ny\",2\r\n3,4".as_bytes()).expect("CSV");
    assert_eq!(read.rows, table(&[&["a", "b"], &[], &["x\ny", "2"], &["3", "4"]]));
}

#[test]
fn what_is_no_table_is_refused() {
    let sst = "<sst/>";
    let bad: Vec<(&str, Vec<u8>, Unreadable)> = vec![
        ("UTF-16", [0xff, 0xfe, 0x53, 0x59, 0x2c, 0].to_vec(), Unreadable::Format),
        ("bytes of no encoding", vec![0x81, 0xff, 0xff, 0x2c], Unreadable::Format),
        (
            "BOM and then GB18030",
            [b"\xef\xbb\xbf", &GB18030.encode("姓名").0[..]].concat(),
            Unreadable::Format,
        ),
        ("a picture", b"\x89PNG\r\n\x1a\n\0\0\0".to_vec(), Unreadable::Format),
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
        ("a far row", book(&sheet(r#"<row r="99999"><c><v>1</v></c></row>"#), sst), Unreadable::TooMuch),
        (
            "a far column",
            book(&sheet(r#"<row r="1"><c r="ZZ1"><v>1</v></c></row>"#), sst),
            Unreadable::TooMuch,
        ),
    ];
    for (what, bytes, why) in bad {
        assert_eq!(read(&bytes), Err(why), "{what}");
    }
}

#[test]
fn a_bomb_does_not_go_off() {
    // 200 MB of blanks in some 200 kB.
    let blanks = " ".repeat(200 * 1024 * 1024);
    let file = book(&sheet(&blanks), "<sst/>");
    assert!(file.len() < 1024 * 1024);
    assert_eq!(read(&file), Err(Unreadable::TooMuch));
    // A text of 30 kB that 20,000 rows of 50 cells repeat.
    let text = format!("<sst><si><t>{}</t></si></sst>", "x".repeat(30_000));
    let row = format!("<row>{}</row>", r#"<c t="s"><v>0</v></c>"#.repeat(50));
    assert_eq!(read(&book(&sheet(&row.repeat(2_000)), &text)), Err(Unreadable::TooMuch));
    // One cell without end.
    let long =
        format!("<row><c t=\"inlineStr\"><is><t>{}</t></is></c></row>", "<t>xxxxxxxx</t>".repeat(40_000));
    assert_eq!(read(&book(&sheet(&long), "<sst/>")), Err(Unreadable::TooMuch));
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
        rows in prop::collection::vec(prop::collection::vec("[a-z'=+@ ,\"\u{4e00}-\u{4e10}\u{20bb7}\n-]{0,6}x", 1..4), 1..6)
    ) {
        // Few bytes of GB18030 can be UTF-8 by chance; the headings of a table are not.
        let rows = [table(&[&["姓名"]]), rows].concat();
        for kind in KINDS {
            let file = write("a", &rows, kind).unwrap();
            prop_assert_eq!(read(&file).unwrap().rows, rows.clone(), "{:?}", kind);
        }
    }
}
