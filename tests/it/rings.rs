//! Keeps the rules of the map in `src/lib.rs`: who may name whom, what CORE never touches, how long
//! a file may be. A rule that no test keeps is a wish.

use std::fs;
use std::path::{Path, PathBuf};

/// Longest file, without its tests.
const LINES_MAX: usize = 400;

/// Module → the modules of this crate it may name. `config` and `protocol` anyone may.
const MAY_NAME: &[(&str, &[&str])] = &[
    (
        "main",
        &[
            "cli",
            "server",
            "web",
            "live",
            "classroom",
            "sfu",
            "transport",
            "course",
            "attendance",
            "recording",
            "sheet",
            "store",
        ],
    ),
    (
        "cli",
        &[
            "server",
            "web",
            "live",
            "classroom",
            "sfu",
            "transport",
            "course",
            "attendance",
            "recording",
            "sheet",
            "store",
        ],
    ),
    (
        "server",
        &[
            "web",
            "live",
            "classroom",
            "sfu",
            "transport",
            "course",
            "attendance",
            "recording",
            "sheet",
            "store",
        ],
    ),
    (
        "web",
        &["live", "classroom", "sfu", "transport", "course", "attendance", "recording", "sheet", "store"],
    ),
    ("live", &["classroom", "sfu", "transport", "attendance", "recording", "store"]),
    ("store", &["course", "attendance", "recording", "sheet"]),
    ("classroom", &["sfu", "transport", "attendance", "recording"]),
    ("sfu", &["transport"]),
    ("transport", &[]),
    ("course", &["attendance", "sheet"]),
    ("attendance", &["sheet"]),
    ("recording", &["transport"]),
    ("sheet", &[]),
    ("config", &[]),
    ("protocol", &[]),
    ("text", &[]),
];

/// No clock, socket, task, SQL or HTTP.
const CORE: &[&str] = &["transport", "sfu", "classroom", "course", "attendance", "recording", "sheet"];

/// What CORE never names, and why it might be tempted.
const FOREIGN_TO_CORE: &[&str] = &[
    "UdpSocket",
    "TcpStream",
    "TcpListener",
    "tokio::",
    "mio::",
    "axum::",
    "sqlx::",
    "std::fs",
    "std::thread",
    "SystemTime::now",
    "Instant::now",
];

struct Source {
    path: PathBuf,
    /// First part of the module path.
    module: String,
    /// Lines before the tests, comments left out, with their numbers.
    code: Vec<(usize, String)>,
    /// Lines before the tests.
    length: usize,
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

/// Reads a file; none for files that hold nothing but tests.
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
    let before_tests = text.lines().position(|line| line.trim() == "#[cfg(test)]");
    let length = before_tests.unwrap_or_else(|| text.lines().count());
    let code = text.lines().take(length).enumerate().map(|(at, line)| {
        let code = line.split("//").next().unwrap_or_default();
        (at + 1, code.to_owned())
    });
    let code = code.collect();
    Some(Source { path: inside.to_owned(), module, code, length })
}

/// The modules of this crate that a line of code names.
fn named(line: &str) -> Vec<&str> {
    let mut named = Vec::new();
    for (at, _) in line.match_indices("crate::") {
        let rest = &line[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            Some(list) => named.extend(list.split(',').map(first_word)),
            None => named.push(first_word(rest)),
        }
    }
    named.into_iter().filter(|name| MAY_NAME.iter().any(|(module, _)| module == name)).collect()
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
                let free = [source.module.as_str(), "config", "protocol", "text"];
                if !free.contains(&name) && !allowed.contains(&name) {
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
    let mut broken = Vec::new();
    for source in sources().iter().filter(|source| CORE.contains(&source.module.as_str())) {
        for (number, line) in &source.code {
            for foreign in FOREIGN_TO_CORE.iter().filter(|foreign| line.contains(*foreign)) {
                broken.push(format!("{}:{number}: {foreign}", source.path.display()));
            }
        }
    }
    expect_none("CORE is told the time and returns values; these lines do more:", broken);
}

#[test]
fn no_file_is_longer_than_a_reader_bears() {
    // Every message of a kind stands in one file on purpose: it is data, read as a table.
    let excused = [Path::new("protocol.rs")];
    let sources = sources();
    let long = sources.iter().filter(|s| s.length > LINES_MAX && !excused.contains(&s.path.as_path()));
    let long = long.map(|source| format!("{}: {} lines", source.path.display(), source.length));
    expect_none("Longer than 400 lines without tests; give a noun away:", long.collect());
}

#[test]
fn the_reader_of_names_sees_every_form() {
    assert_eq!(named("use crate::live::room::Rooms;"), ["live"]);
    assert_eq!(named("pub(crate) use crate::{config::Config, web};"), ["config", "web"]);
    assert_eq!(named("let store: crate::store::Store = x;"), ["store"]);
    assert!(named("use std::net::IpAddr;").is_empty());
}
