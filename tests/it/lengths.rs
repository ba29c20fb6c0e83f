//! The length of functions and files, in the shipped code and in tests alike. Code is formatted, so a
//! function ends at the brace with the indentation of its first line.

use std::fs;
use std::path::{Path, PathBuf};

/// A function fits on a screen.
const FUNCTION_LINES_MAX: usize = 70;
/// A file has one subject.
const FILE_LINES_MAX: usize = 400;

const FOLDERS: [&str; 5] = ["src", "tests", "loadtest/src", "web-client/src", "build.rs"];
const ENDS: [&str; 4] = ["rs", "ts", "tsx", "css"];

/// Data that is read as a table; written by a test from `src/protocol.rs`.
const GENERATED: &str = "web-client/src/protocol.ts";

/// The files that are still longer. The list may only become shorter: split a file, and take it out.
const FILES_STILL_LONG: &[&str] = &[];

/// The functions that are still longer. The list may only become shorter. (A story in a browser is told from
/// its beginning to its end, and is no function.)
const FUNCTIONS_STILL_LONG: &[&str] = &[
    "CorrectionForm",
    "CoursePanel",
    "InLesson",
    "InstructorPage",
    "LessonForm",
    "NewLessonForm",
    "OfClass",
    "Playing",
    "RegistrationFormStep",
    "ReplaceDialog",
    "RoomCard",
    "SignInForm",
    "Stage",
    "TraineePage",
];

/// The name of a file below the root, and its lines.
struct File {
    name: String,
    text: String,
}

fn files() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut waiting: Vec<PathBuf> = FOLDERS.iter().map(|folder| root.join(folder)).collect();
    let mut files = Vec::new();
    while let Some(path) = waiting.pop() {
        let is_ours =
            ["node_modules", "target", "corpus", "test-results"].iter().all(|other| !path.ends_with(other));
        if path.is_dir() && is_ours && !path.is_symlink() {
            let entries = fs::read_dir(path).expect("a folder can be listed");
            waiting.extend(entries.map(|entry| entry.expect("a folder can be listed").path()));
        } else if path.extension().is_some_and(|end| ENDS.iter().any(|known| end == *known)) {
            let name = path.strip_prefix(root).expect("found below the root").display().to_string();
            files.push(File { name, text: fs::read_to_string(&path).expect("code is text") });
        }
    }
    files.sort_by(|one, other| one.name.cmp(&other.name));
    files.retain(|file| file.name != GENERATED);
    assert!(files.len() > 300, "only {} files found", files.len());
    files
}

/// The functions of a file: name, first line, number of lines.
fn functions(text: &str) -> Vec<(String, usize, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let named = lines.iter().enumerate().filter_map(|(at, line)| Some((at, function_of(line.trim_start())?)));
    let measured = named.filter_map(|(at, name)| {
        let indent = lines[at].len() - lines[at].trim_start().len();
        let rest = lines[at..].iter().position(|line| ends_function(line, indent))?;
        Some((name, at + 1, rest + 1))
    });
    measured.collect()
}

/// The name of the function that a line begins: `pub(super) async fn name(`, `export default function Name(`,
/// `const name = async (x) => {`.
fn function_of(line: &str) -> Option<String> {
    let line =
        line.split_once(") ").filter(|(public, _)| public.starts_with("pub(")).map_or(line, |(_, rest)| rest);
    let words: Vec<&str> = line.split(' ').collect();
    let marks = ["pub", "const", "async", "unsafe", "export", "default", "static"];
    let first = words.iter().position(|word| !marks.contains(word))?;
    let is_arrow =
        line.ends_with("=> {") && words.get(first + 1) == Some(&"=") && words[..first].contains(&"const");
    let name = match words[first] {
        "fn" | "function" | "function*" => words.get(first + 1)?,
        name if is_arrow => name,
        _ => return None,
    };
    let end = name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len());
    (end > 0).then(|| name[..end].to_owned())
}

/// Whether a line ends the function: the closing brace at the indentation of its first line, or a declaration
/// without a body.
fn ends_function(line: &str, indent: usize) -> bool {
    let is_at_depth = line.len() - line.trim_start().len() == indent;
    let code = line.trim_start();
    is_at_depth
        && (code.starts_with('}') && !code.ends_with('{') || code.ends_with(';') || code.ends_with('}'))
}

fn expect_none(rule: &str, broken: Vec<String>) {
    assert!(broken.is_empty(), "{rule}\n{}", broken.join("\n"));
}

#[test]
fn no_function_is_longer_than_a_screen() {
    let mut long = Vec::new();
    for file in files() {
        let functions =
            functions(&file.text).into_iter().filter(|(_, _, length)| *length > FUNCTION_LINES_MAX);
        long.extend(
            functions.map(|(name, line, length)| (format!("{}:{line}: {name}", file.name), name, length)),
        );
    }
    let gone =
        FUNCTIONS_STILL_LONG.iter().filter(|excused| !long.iter().any(|(_, name, _)| name == *excused));
    expect_none("Short by now; take them out of the list:", gone.map(|name| name.to_string()).collect());
    let long = long.into_iter().filter(|(_, name, _)| !FUNCTIONS_STILL_LONG.contains(&name.as_str()));
    let long = long.map(|(place, _, length)| format!("{place} has {length} lines")).collect();
    expect_none("Longer than 70 lines; give a part of it a name:", long);
}

#[test]
fn no_file_is_longer_than_a_reader_bears() {
    let files = files();
    let long = files.iter().filter(|file| file.text.lines().count() > FILE_LINES_MAX);
    let long: Vec<&File> = long.collect();
    let excused =
        |file: &File, excuse: &str| file.name == excuse || file.name.ends_with(&format!("/{excuse}"));
    let gone = FILES_STILL_LONG.iter().filter(|excuse| !long.iter().any(|file| excused(file, excuse)));
    expect_none("Short by now; take them out of the list:", gone.map(|name| name.to_string()).collect());
    let long = long.iter().filter(|file| !FILES_STILL_LONG.iter().any(|excuse| excused(file, excuse)));
    let long = long.map(|file| format!("{}: {} lines", file.name, file.text.lines().count())).collect();
    expect_none("Longer than 400 lines; give a noun away:", long);
}

#[test]
fn functions_are_measured_from_their_first_to_their_last_line() {
    let rust = "fn a() {}\nimpl X {\n    pub(super) async fn b(\n        x: u8,\n    ) -> u8 {\n        x\n    }\n    fn c(&self);\n}\n";
    let client = "export default function D() {\n  const e = async (x) => {\n    x;\n  };\n}\nconst F = 1;\n";
    let of = |text: &str| {
        functions(text).into_iter().map(|(name, _, length)| format!("{name} {length}")).collect::<Vec<_>>()
    };
    assert_eq!(of(rust), ["a 1", "b 5", "c 1"]);
    assert_eq!(of(client), ["D 5", "e 3"]);
}
