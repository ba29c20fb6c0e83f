//! Lists as units really sent them, tests/faults/imports: imports.md there has the expected results.

use std::path::Path;

use super::*;
use crate::programme::columns::Column;

/// A line of the table: the file, the expected result, and the expected remarks.
struct Case {
    file: String,
    /// Number of rows taken, or the first mistake.
    expected: String,
    remarks: String,
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/imports")
}

fn cases() -> Vec<Case> {
    let table = std::fs::read_to_string(folder().join("imports.md")).expect("the table is in the repository");
    let lines = table.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| file "));
    let case = |line: &str| {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        Case { file: cells[0].into(), expected: cells[2].into(), remarks: cells[3].into() }
    };
    lines.map(case).collect()
}

fn code(wrong: Wrong) -> String {
    crate::wire::serialize(&wrong, serde_json::value::Serializer)
        .expect("a code")
        .as_str()
        .expect("a text")
        .to_owned()
}

/// The server's result for a file, in the words of the table.
async fn outcome(office: &Office, file: &str) -> (String, String) {
    let bytes = std::fs::read(folder().join(file)).unwrap_or_else(|why| panic!("{file}: {why}"));
    let all = Scope::all();
    let imported = if file.starts_with("quota") {
        office::quotas::import(&office.store, &office.admin, PROGRAMME, bytes, Keep::Yes, OPEN_MS).await
    } else {
        office.import(&all, bytes).await
    };
    match imported {
        Ok(imported) => {
            let told: Vec<String> = imported.remarks.iter().map(|remark| code(remark.wrong)).collect();
            (imported.rows.to_string(), told.join(" "))
        }
        Err(Refused::Wrong(wrong)) => (code(wrong[0].wrong), String::new()),
        Err(other) => panic!("{file}: {other}"),
    }
}

#[tokio::test]
async fn every_list_is_taken_or_told_exactly() {
    let mut failed = Vec::new();
    let cases = cases();
    let mut files: Vec<String> = std::fs::read_dir(folder())
        .expect("the folder is in the repository")
        .map(|entry| entry.expect("a file").file_name().into_string().expect("plain letters"))
        .filter(|name| !name.ends_with(".md"))
        .collect();
    files.sort();
    let mut named: Vec<&str> = cases.iter().map(|case| case.file.as_str()).collect();
    named.sort_unstable();
    assert_eq!(named, files, "every file is in the table");
    for Case { file, expected, remarks } in &cases {
        // Files repeat each other's people.
        let office = Office::open().await;
        let second = NewPhase { number: 2, ..phase_1() };
        office::phases::make(&office.store, &office.admin, PROGRAMME, &second).await.expect("a phase");
        let found = outcome(&office, file).await;
        if found != (expected.clone(), remarks.clone()) {
            failed.push(format!("{file}: {found:?}, not {expected:?} {remarks:?}"));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[tokio::test]
async fn a_note_of_two_lines_is_the_same_after_every_round() {
    let office = Office::open().await;
    let (all, file) = (Scope::all(), std::fs::read(folder().join("roundtrip-crlf-note.csv")).unwrap());
    office.import(&all, file).await.unwrap();
    let full = LinesOf { by: "u", scope: &all, reason: Some("核对") };
    let note =
        crate::programme::columns::COLUMNS.iter().position(|(column, ..)| *column == Column::Note).unwrap()
            + 1;
    for kind in [Kind::Xlsx, Kind::Csv, Kind::Gb18030, Kind::Xlsx] {
        let file = office::nominations::export(&office.store, PHASE, &full, kind).await.unwrap();
        assert_eq!(rows_of(&file)[1][note], "第一行\n第二行", "{kind:?}");
        let again = office.import(&all, file).await.unwrap();
        assert_eq!((again.rows, again.changed), (1, 0), "{kind:?}");
    }
}
