//! The rules of the map in `src/lib.rs`: which module may name which, and what CORE never touches. (The
//! length of functions and files: `lengths`.) A rule that no test keeps is a wish.

use std::fs;
use std::path::{Path, PathBuf};

/// The modules of this crate that a module may name, beside those of the ground.
const MAY_NAME: &[(&str, &str)] = &[
    (
        "main",
        "protocol cli server web live office classroom sfu transport programme account attendance recording certificate essay sheet store files",
    ),
    (
        "cli",
        "protocol server web live office classroom sfu transport programme account attendance recording certificate essay sheet store files",
    ),
    (
        "server",
        "protocol web live office classroom sfu transport programme account attendance recording certificate essay sheet store files",
    ),
    (
        "web",
        "protocol live office classroom sfu transport programme account attendance recording certificate essay sheet store files",
    ),
    ("live", "protocol classroom sfu transport attendance recording certificate office store files"),
    ("office", "protocol programme account attendance recording certificate essay sheet store files"),
    ("store", "protocol programme account attendance recording certificate essay sheet"),
    ("files", "recording"),
    ("classroom", "sfu transport attendance recording"),
    ("sfu", "transport recording"),
    ("transport", ""),
    ("programme", "account sheet"),
    ("account", ""),
    ("attendance", "sheet"),
    ("recording", "transport"),
    ("certificate", ""),
    ("essay", "sheet"),
    ("sheet", ""),
    ("config", ""),
    ("protocol", "classroom sfu programme account attendance recording"),
    ("lesson", ""),
    ("wire", ""),
    ("text", ""),
    ("time", ""),
    ("chain", ""),
];

/// The modules that anyone may name. They name nothing but data.
const GROUND: &[&str] = &["time", "chain", "config", "lesson", "text", "wire"];
/// The modules of the ground that name nothing at all.
const LOWEST: &[&str] = &["time", "chain", "lesson", "wire"];

/// The modules without clock, socket, task, SQL or HTTP.
const CORE: &[&str] = &[
    "transport",
    "sfu",
    "classroom",
    "programme",
    "account",
    "attendance",
    "recording",
    "certificate",
    "essay",
    "sheet",
];

/// Parts of the standard library and of this machine that CORE never names.
const OUTSIDE: &[&str] = &[
    "UdpSocket",
    "TcpStream",
    "TcpListener",
    "std::fs",
    "std::thread",
    "std::process",
    "std::env",
    "std::sync::mpsc",
    "SystemTime",
    "Instant::now",
    // The ground has a clock, which CORE may not name.
    "time::clock",
    "now_ms()",
];

/// Crates that CORE may name: they compute, read and write formats, and touch nothing outside. Types of any other
/// crate of Cargo.toml are foreign to it.
const COMPUTING: &[&str] = &[
    "aes",
    "anyhow",
    "ctr",
    "data_encoding",
    "dimpl",
    "encoding_rs",
    "flate2",
    "krilla",
    "mp4_atom",
    "percent_encoding",
    "qrcodegen",
    "quick_xml",
    "rcgen",
    "ring",
    "rtc_rtcp",
    "rtc_sdp",
    "rust_xlsxwriter",
    "serde",
    "serde_json",
    "skrifa",
    "subtle",
    "thiserror",
    "toml",
    "ts_rs",
    "unicode_normalization",
    "zip",
    "zxcvbn",
];

struct Source {
    path: PathBuf,
    /// The first part of the module path.
    module: String,
    /// The lines before the tests, without comments, with their numbers. A `use` item is one line, however it
    /// is written.
    code: Vec<(usize, String)>,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("src can be listed") {
            let path = entry.expect("src can be listed").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                sources.extend(source(&root, path));
            }
        }
    }
    sources.sort_by(|one, other| one.path.cmp(&other.path));
    assert!(sources.len() > 30, "only {} files found", sources.len());
    sources
}

/// Reads a file; `None` = the file holds nothing but tests.
fn source(root: &Path, path: PathBuf) -> Option<Source> {
    let name = path.file_stem()?.to_str()?;
    if name == "tests"
        || name.ends_with("_tests")
        || path.components().any(|part| part.as_os_str() == "tests")
    {
        return None;
    }
    let text = fs::read_to_string(&path).expect("a source file is text");
    let inside = path.strip_prefix(root).expect("found below src");
    let first = inside.components().next()?.as_os_str().to_str()?;
    let module = first.trim_end_matches(".rs").to_owned();
    let before_tests = text.lines().take_while(|line| line.trim() != "#[cfg(test)]");
    Some(Source { path: inside.to_owned(), module, code: statements(before_tests) })
}

/// The lines without comments; a `use` item extends to its semicolon.
fn statements<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<(usize, String)> {
    let mut code: Vec<(usize, String)> = Vec::new();
    let mut inside_use = false;
    for (at, line) in lines.enumerate() {
        let line = line.split("//").next().unwrap_or_default();
        match code.last_mut() {
            Some((_, item)) if inside_use => item.push_str(line.trim()),
            _ => code.push((at + 1, line.to_owned())),
        }
        let begins = line.trim_start();
        let begins = begins
            .split_once(") ")
            .filter(|(public, _)| public.starts_with("pub("))
            .map_or(begins, |(_, rest)| rest);
        let is_use = begins.strip_prefix("pub ").unwrap_or(begins).starts_with("use ");
        inside_use = (inside_use || is_use) && !line.contains(';');
    }
    code
}

/// The modules of this crate that a line of code names.
fn named(line: &str) -> Vec<&str> {
    let mut named = Vec::new();
    for (at, _) in line.match_indices("crate::") {
        let rest = &line[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(list) => named.extend(items(list).into_iter().map(first_word)),
            None => named.push(first_word(rest)),
        }
    }
    named.into_iter().filter(|name| MAY_NAME.iter().any(|(module, _)| module == name)).collect()
}

/// The items of a list in braces, up to its end; a list within it belongs to its item.
fn items(list: &str) -> Vec<&str> {
    let (mut depth, mut begin, mut items) = (0, 0, Vec::new());
    for (at, c) in list.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                items.push(&list[begin..at]);
                return items;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                items.push(&list[begin..at]);
                begin = at + 1;
            }
            _ => {}
        }
    }
    items.push(&list[begin..]);
    items
}

fn first_word(text: &str) -> &str {
    let text = text.trim();
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    &text[..end]
}

fn expect_none(rule: &str, broken: Vec<String>) {
    assert!(broken.is_empty(), "{rule}\n{}", broken.join("\n"));
}

#[test]
fn the_arrows_of_the_map_point_one_way() {
    let mut broken = Vec::new();
    for source in sources() {
        let Some((_, allowed)) = MAY_NAME.iter().find(|(module, _)| *module == source.module) else {
            if source.module != "lib" {
                broken.push(format!("{}: a module that the map does not know", source.path.display()));
            }
            continue;
        };
        for (number, line) in &source.code {
            for name in named(line) {
                let is_own = name == source.module;
                let is_ground = GROUND.contains(&name) && !LOWEST.contains(&source.module.as_str());
                if !is_own && !is_ground && !allowed.split(' ').any(|one| one == name) {
                    broken.push(format!(
                        "{}:{number}: {} names {name}",
                        source.path.display(),
                        source.module
                    ));
                }
            }
        }
    }
    expect_none("Right never names left (see src/lib.rs):", broken);
}

#[test]
fn core_has_no_clock_socket_task_sql_or_http() {
    let foreign = foreign_crates();
    assert!(foreign.iter().any(|name| name == "tokio") && foreign.iter().any(|name| name == "sqlx"));
    let mut broken = Vec::new();
    for source in sources().iter().filter(|source| CORE.contains(&source.module.as_str())) {
        for (number, line) in &source.code {
            let outside = OUTSIDE.iter().filter(|name| line.contains(*name)).map(|name| name.to_string());
            let types = foreign.iter().filter(|name| names_crate(line, name)).cloned();
            broken.extend(
                outside.chain(types).map(|name| format!("{}:{number}: {name}", source.path.display())),
            );
        }
    }
    expect_none("CORE is told the time and returns values; these lines do more:", broken);
}

#[test]
fn the_office_has_no_sql_or_http() {
    let mut broken = Vec::new();
    for source in sources().iter().filter(|source| source.module == "office") {
        for (number, line) in &source.code {
            let foreign = ["sqlx", "axum"].into_iter().filter(|name| names_crate(line, name));
            broken.extend(foreign.map(|name| format!("{}:{number}: {name}", source.path.display())));
        }
    }
    expect_none("Use cases name neither the database nor HTTP; these lines do:", broken);
}

/// The crates of Cargo.toml whose types are foreign to CORE.
fn foreign_crates() -> Vec<String> {
    let manifest = include_str!("../../Cargo.toml").parse::<toml::Table>().expect("TOML");
    let dependencies = manifest["dependencies"].as_table().expect("a table");
    let names = dependencies.keys().map(|name| name.replace('-', "_"));
    names.filter(|name| !COMPUTING.contains(&name.as_str())).collect()
}

/// Whether a line has `name::` that is not the end of a longer name or path.
fn names_crate(line: &str, name: &str) -> bool {
    line.match_indices(&format!("{name}::"))
        .any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':'))
}

#[test]
fn the_reader_of_names_sees_every_form() {
    assert_eq!(named("use crate::live::room::Rooms;"), ["live"]);
    assert_eq!(named("pub(crate) use crate::{config::Config, web};"), ["config", "web"]);
    assert_eq!(named("use crate::{store::{Store, web}, sfu::x as live, cli};"), ["store", "sfu", "cli"]);
    assert_eq!(named("let store: crate::store::Store = x;"), ["store"]);
    assert!(named("use std::net::IpAddr;").is_empty());
    let item = "fn x() {\npub(crate) use crate::{\n    config::Config, // one\n    live,\n};\nlet y = 1;";
    let item = statements(item.lines());
    assert_eq!(item.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [1, 2, 6]);
    assert_eq!(named(&item[1].1), ["config", "live"]);
    assert!(names_crate("let x: sqlx::Row = y;", "sqlx") && !names_crate("let x = my_sqlx::Row;", "sqlx"));
}
