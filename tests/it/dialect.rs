//! Keeps the store's statements readable for both engines: words of one of them stand in `store/dialect.rs`, `store/engine`
//! and `store/db` only. The migrations are written once for each engine, and tests look into SQLite's file.

use std::fs;
use std::path::{Path, PathBuf};

/// Words of SQLite and of nobody else, which `dialect.rs` has or which both engines understand in another spelling.
const WORDS: &[&str] = &[
    "Sqlite",
    "sqlite",
    "PRAGMA",
    "pragma",
    "BEGIN",
    "GLOB",
    "NOCASE",
    "INSERT OR",
    "REPLACE INTO",
    "rowid",
    "ROWID",
    "last_insert_rowid",
    "json_each",
    "json_tree",
    "json_extract",
    "json_group_array",
    "json_group_object",
    "json_array",
    "json_object(",
    "json_type",
    "json_valid",
    "json_set",
    "'$",
    "iif(",
    "ifnull(",
    "instr(",
    "char(",
    "printf(",
    "typeof(",
    "total(",
    "group_concat",
    "randomblob",
    "zeroblob",
    "strftime",
    "unixepoch",
    "julianday",
];

/// What may follow `IS`.
const AFTER_IS: &[&str] = &["NULL", "NOT NULL", "DISTINCT FROM", "NOT DISTINCT FROM"];

/// What of a line one engine alone understands.
fn foreign(line: &str) -> Vec<String> {
    let code = line.split("//").next().unwrap_or_default();
    let mut found: Vec<String> = WORDS
        .iter()
        .filter(|word| begins(code, word).next().is_some())
        .map(|word| (*word).to_owned())
        .collect();
    found.extend(
        begins(code, "IS")
            .map(|at| &code[at + "IS".len()..])
            .filter(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
            .filter(|rest| !AFTER_IS.iter().any(|word| rest.trim_start().starts_with(word)))
            .map(|rest| format!("IS{rest}")),
    );
    for name in ["min(", "max("] {
        // Methods and functions of Rust have the same names.
        let of_sql = begins(code, name).filter(|at| !code[..*at].ends_with(['.', ':']));
        let of_two = of_sql.filter(|at| has_second(&code[at + name.len()..]));
        found.extend(of_two.map(|_| format!("{name}…, …)")));
    }
    found
}

/// Where a word begins that is not the end of a longer one.
fn begins<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(word).map(|(at, _)| at).filter(move |at| !code[..*at].ends_with(is_part))
}

/// Whether the parentheses that are open before this text hold a second value.
fn has_second(inside: &str) -> bool {
    let mut depth = 0;
    for c in inside.chars() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return false,
            ')' => depth -= 1,
            ',' if depth == 0 => return true,
            _ => {}
        }
    }
    false
}

/// The files of the store that are written once for all engines.
fn shared_files() -> Vec<PathBuf> {
    let store = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store");
    let mut folders = vec![store.clone()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("the store can be listed") {
            let path = entry.expect("the store can be listed").path();
            let name = path.file_stem().and_then(|name| name.to_str()).expect("a name");
            match (path.is_dir(), name) {
                (_, "db" | "dialect" | "engine" | "tests" | "testing" | "migrations") => {}
                (true, _) => folders.push(path),
                (false, _) => files.push(path),
            }
        }
    }
    assert!(files.len() > 50, "only {} files found", files.len());
    files.sort();
    files
}

#[test]
fn what_only_one_engine_understands_stands_in_the_dialect() {
    let mut broken = Vec::new();
    for path in shared_files() {
        let text = fs::read_to_string(&path).expect("a source file is text");
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        for (line, number) in code.lines().zip(1..) {
            let found = foreign(line).into_iter();
            broken.extend(found.map(|word| format!("{}:{number}: {word}", path.display())));
        }
    }
    assert!(broken.is_empty(), "store/dialect.rs has words for these:\n{}", broken.join("\n"));
}

#[test]
fn the_reader_of_statements_knows_the_words_of_one_engine() {
    let both = [
        "use sqlx::Row; // never SqliteRow",
        "WHERE one IS NOT NULL AND two IS DISTINCT FROM three AND four IS NOT DISTINCT FROM five",
        "SELECT max(at_ms), coalesce(min(one), two) FROM facts",
        "number.min(one, two) + std::cmp::max(one, two)",
        "body ->> 'type' || 'THIS' || lower(name)",
    ];
    for line in both {
        assert_eq!(foreign(line), Vec::<String>::new(), "{line}");
    }
    let one = [
        "row: &SqliteRow",
        "reader: &mut sqlx::SqliteConnection",
        "WHERE one IS two",
        "WHERE one IS NOT $1",
        "SELECT max(one, coalesce(two, 0))",
        "SELECT iif(one, 2, 3)",
        "body ->> '$.type'",
        "IN (SELECT value FROM json_each($1))",
    ];
    for line in one {
        assert_eq!(foreign(line).len(), 1, "{line}: {:?}", foreign(line));
    }
}
