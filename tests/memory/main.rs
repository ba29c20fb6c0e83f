//! The memory that a hostile table costs to read. Each table is read by a process of its own, whose peak is
//! measured: the remains of another one would hide it.

use std::fs;
use std::io::Write;
use std::process::Command;

use live_classroom::sheet::{self, Unreadable};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const MB: u64 = 1024 * 1024;

/// A workbook of one sheet, whose XML is `line` repeated `times` times.
fn book(line: &str, times: usize, shared: &str) -> Vec<u8> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let mut part = |name: &str, parts: &mut dyn Iterator<Item = &str>| {
        zip.start_file(name, options).expect("a part begins");
        parts.for_each(|part| zip.write_all(part.as_bytes()).expect("it is in memory"));
    };
    let workbook = r#"<workbook><sheets><sheet name="a" r:id="a"/></sheets></workbook>"#;
    let rels = r#"<Relationships><Relationship Id="a" Type="x/worksheet" Target="worksheets/a.xml"/></Relationships>"#;
    part("xl/workbook.xml", &mut [workbook].into_iter());
    part("xl/_rels/workbook.xml.rels", &mut [rels].into_iter());
    part("xl/sharedStrings.xml", &mut [shared].into_iter());
    let lines = std::iter::repeat_n(line, times);
    part(
        "xl/worksheets/a.xml",
        &mut ["<worksheet><sheetData>"].into_iter().chain(lines).chain(["</sheetData></worksheet>"]),
    );
    zip.finish().expect("a ZIP").into_inner()
}

/// A figure of this process, in bytes.
fn status(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("Linux says it");
    let line = status.lines().find(|line| line.starts_with(name)).expect("it is in every status");
    let kb: u64 = line.split_whitespace().nth(1).expect("a figure").parse().expect("a figure");
    kb * 1024
}

/// The bytes by which the memory of the process rises above its present value, and the result of reading.
fn peak(file: &[u8]) -> (u64, Option<Unreadable>) {
    fs::write("/proc/self/clear_refs", "5").expect("a process may forget its own peak");
    let before = status("VmRSS:");
    let why = match sheet::read(file) {
        Ok(book) => book.sheets[0].unread,
        Err(why) => Some(why),
    };
    (status("VmHWM:").saturating_sub(before), why)
}

/// The variable that tells a process which case is its own.
const CASE: &str = "MEMORY_CASE";

struct Case {
    what: &'static str,
    file: fn() -> Vec<u8>,
    expected: Unreadable,
    /// The bytes above what the process had before.
    bound: u64,
}

fn row(cell: &str) -> String {
    format!("<row>{}</row>", cell.repeat(100))
}

const CASES: [Case; 5] = [
    Case {
        // 7,200,000 empty cells with formulas; +270 MB when they were kept.
        what: "formulas",
        file: || book(&row("<c><f/></c>"), 72_000, "<sst/>"),
        expected: Unreadable::TooManyFormulas,
        bound: 16 * MB,
    },
    Case {
        what: "cells",
        file: || book(&row("<c><v>1</v></c>"), 20_000, "<sst/>"),
        expected: Unreadable::TooMuch,
        bound: 128 * MB,
    },
    Case {
        what: "one text in many cells",
        file: || {
            let long = format!("<sst><si><t>{}</t></si></sst>", "x".repeat(30_000));
            book(&row(r#"<c t="s"><v>0</v></c>"#), 20_000, &long)
        },
        expected: Unreadable::TooMuch,
        bound: 96 * MB,
    },
    Case {
        what: "shared texts",
        file: || book("", 1, &format!("<sst>{}</sst>", "<si/>".repeat(3_000_000))),
        expected: Unreadable::TooMuch,
        bound: 64 * MB,
    },
    Case {
        what: "blanks",
        file: || book(&" ".repeat(10_000), 20_000, "<sst/>"),
        expected: Unreadable::TooMuch,
        bound: 16 * MB,
    },
];

#[test]
fn hostile_tables_cost_little_memory() {
    if let Ok(case) = std::env::var(CASE) {
        return read_one(&CASES[case.parse::<usize>().expect("the number of a case")]);
    }
    for (at, case) in CASES.iter().enumerate() {
        let mut own = Command::new(std::env::current_exe().expect("this program"));
        own.args(["--exact", "hostile_tables_cost_little_memory", "--nocapture"]).env(CASE, at.to_string());
        let done = own.output().expect("it runs again");
        println!("{}", String::from_utf8_lossy(&done.stdout));
        assert!(done.status.success(), "{}: {}", case.what, String::from_utf8_lossy(&done.stderr));
    }
}

fn read_one(case: &Case) {
    let Case { what, expected, bound, .. } = case;
    let file = (case.file)();
    assert!(file.len() < 1_000_000, "{what}: {} bytes", file.len());
    let (bytes, why) = peak(&file);
    println!("{what}: {} kB of file, {} kB of memory", file.len() / 1024, bytes / 1024);
    assert_eq!(why, Some(*expected), "{what}");
    assert!(bytes < *bound, "{what}: {} MB above what there was, bound {} MB", bytes / MB, bound / MB);
}
