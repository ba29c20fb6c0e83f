//! The names of files, settings, variables and tools in pages.

use std::fs;
use std::path::Path;

use live_classroom::config::{Config, SETTINGS};

use super::pages::Code;
use super::root;

/// The folders of the repository with which a path in a page begins.
const FOLDERS: [&str; 7] =
    ["src/", "tests/", "docs/", "web-client/", "loadtest/", "scripts/", "proptest-regressions/"];

/// A complaint about a span that is a path of the repository at which there is nothing.
pub(super) fn missing_path(span: &str) -> Option<String> {
    let is_path =
        FOLDERS.iter().any(|folder| span.starts_with(folder)) && !span.contains([' ', '*', '…', '{']);
    (is_path && !root().join(span).exists()).then(|| format!("{span} is not there"))
}

/// The entries of the map that do not exist, and the modules that are missing in it.
pub(super) fn map_mistakes(map: &str) -> Vec<String> {
    let named = map.lines().flat_map(|line| {
        let folder = if line.starts_with(' ') { "src/" } else { "" };
        let words = line.split([' ', ',']).filter(|word| word.ends_with('/') || word.ends_with(".rs"));
        let words = words.filter(|word| word.len() > 1 && !word.contains("routes.rs"));
        words.map(move |word| format!("{folder}{word}"))
    });
    let named: Vec<String> = named.collect();
    let absent =
        named.iter().filter(|name| !root().join(name).exists()).map(|name| format!("{name} is not there"));
    let modules = fs::read_dir(root().join("src")).expect("src can be listed").filter_map(|entry| {
        let entry = entry.expect("src can be listed");
        let is_folder = entry.path().is_dir();
        let name = entry.file_name().into_string().expect("a plain name");
        is_folder.then(|| format!("src/{name}/"))
    });
    // A folder beside a file of the same name holds the parts of that module.
    let modules = modules.filter(|name| !root().join(format!("{}.rs", name.trim_end_matches('/'))).exists());
    let unnamed =
        modules.filter(|name| !named.contains(name)).map(|name| format!("{name} is not in the map"));
    absent.chain(unnamed).collect()
}

/// The settings that do not exist, or whose default is another one than the page says behind the name: ``
/// `limits.idle_min` (30) ``.
pub(super) fn wrong_settings(code: &Code) -> Vec<String> {
    let defaults = toml::Table::try_from(Config::default()).expect("settings are plain data");
    let mut wrong = Vec::new();
    for word in code.text.split(|c: char| c.is_whitespace() || c == '=' || c == '\'') {
        let Some((section, name)) = word.split_once('.') else { continue };
        let is_key = |text: &str| {
            !text.is_empty()
                && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_' || b.is_ascii_digit())
        };
        let is_file = ["rs", "md", "ts", "toml", "db", "key", "log", "token", "sealed"].contains(&name);
        if !is_key(section) || !is_key(name) || is_file || !defaults.contains_key(section) {
            continue;
        }
        if !SETTINGS.iter().any(|setting| setting.section == section && setting.name == name) {
            wrong.push(format!("there is no setting {word}"));
            continue;
        }
        let default = &defaults[section][name];
        if let (Some(told), Some(default), true) =
            (told(&code.after), default.as_integer(), code.text == word)
            && told != default
        {
            wrong.push(format!("the default of {word} is {default}, not {told}"));
        }
    }
    wrong
}

/// The number in ` (30)`, ` (10 s)` or ` (64 KiB)` behind a span.
fn told(after: &str) -> Option<i64> {
    let inside = after.strip_prefix(" (")?.split_once(')')?.0;
    let (number, unit) = inside.split_once(' ').unwrap_or((inside, ""));
    let number: i64 = number.parse().ok()?;
    Some(if unit == "KiB" { number * 1024 } else { number })
}

/// The texts in which variables are read.
pub(super) struct Sources(String);

impl Sources {
    pub(super) fn read() -> Sources {
        let mut text = String::new();
        let roots = [
            "src",
            "tests/it",
            "tests/browser",
            "loadtest/src",
            "web-client/dev",
            "web-client/vite.config.ts",
            "build.rs",
            "Makefile",
        ];
        let mut waiting: Vec<_> = roots.map(|name| root().join(name)).to_vec();
        while let Some(path) = waiting.pop() {
            if path.is_dir() && !path.ends_with("node_modules") {
                let entries = fs::read_dir(path).expect("a folder can be listed");
                waiting.extend(entries.map(|entry| entry.expect("a folder can be listed").path()));
            } else if !path.ends_with("tests/it/docs/names.rs") {
                text += &fs::read_to_string(path).unwrap_or_default();
            }
        }
        Sources(text)
    }

    /// The variables that are unknown: `CLASSROOM__…` must be a setting, any other word in capitals must be
    /// read or defined somewhere.
    pub(super) fn unknown_variables(&self, code: &str) -> Vec<String> {
        let words = code.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        let is_variable = |word: &&str| {
            word.contains('_')
                && word.starts_with(|c: char| c.is_ascii_uppercase())
                && word.chars().all(|c| c.is_ascii_uppercase() || c == '_' || c.is_ascii_digit())
        };
        let known = |word: &str| match word.starts_with("CLASSROOM__") {
            true => SETTINGS.iter().any(|setting| setting.variable() == word),
            false => self.0.contains(word),
        };
        let unknown = words.filter(is_variable).filter(|word| !known(word));
        unknown.map(|word| format!("nothing reads the variable {word}")).collect()
    }
}

/// The unknown make targets and their variables, npm scripts, benches and modules of the integration tests.
pub(super) fn unknown_tools(code: &str) -> Vec<String> {
    let makefile = fs::read_to_string(root().join("Makefile")).expect("a Makefile");
    let mut unknown = Vec::new();
    for line in code.lines() {
        let words: Vec<&str> = line.split_whitespace().take_while(|word| *word != "#").collect();
        for (at, pair) in words.windows(2).enumerate() {
            let known = match pair {
                ["make", target] if at == 0 => {
                    has_target(&makefile, target) && has_variables(&makefile, &words[2..])
                }
                ["run" | "run-script", script] if at > 0 && words[at - 1] == "npm" => has_script(script),
                ["--bin", name] => is_bench(name),
                ["it", module] if at > 0 && words[at - 1] == "--test" => is_module(module),
                _ => true,
            };
            if !known {
                unknown.push(format!("{pair:?} does not exist"));
            }
        }
    }
    let benches =
        code.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| word.ends_with("bench"));
    let benches = benches.filter(|name| *name != "bench" && !is_bench(name));
    unknown.extend(benches.map(|name| format!("there is no bench {name}")));
    unknown
}

fn has_target(makefile: &str, target: &str) -> bool {
    makefile.lines().any(|line| line.starts_with(&format!("{target}:")))
}

/// Whether the target has these variables: `N=100` needs `$(N)`.
fn has_variables(makefile: &str, words: &[&str]) -> bool {
    let named = words.iter().filter_map(|word| word.split_once('=')).map(|(name, _)| name);
    let mut variables = named.filter(|name| name.chars().all(|c| c.is_ascii_uppercase()));
    variables.all(|name| makefile.contains(&format!("$({name})")))
}

fn has_script(script: &str) -> bool {
    let packages = ["web-client/package.json", "tests/browser/package.json"];
    let text = packages.map(|file| fs::read_to_string(root().join(file)).expect(file)).concat();
    text.contains(&format!("\"{script}\": "))
}

fn is_bench(name: &str) -> bool {
    let folder = root().join("loadtest/src/bin");
    folder.join(format!("{name}.rs")).exists() || folder.join(name).is_dir()
}

fn is_module(name: &str) -> bool {
    let first = name.split("::").next().unwrap_or_default();
    let main = fs::read_to_string(Path::new(root()).join("tests/it/main.rs")).expect("main.rs");
    main.lines().any(|line| line == format!("mod {first};"))
}

#[test]
fn names_that_lead_nowhere_are_found() {
    let span =
        |text: &str, after: &str| Code { line: 1, language: "", text: text.into(), after: after.into() };
    let settings = |text: &str, after: &str| wrong_settings(&span(text, after)).len();
    assert_eq!(
        settings("limits.idle_min", " (30) minutes") + settings("limits.http_body_bytes", " (64 KiB)"),
        0
    );
    assert_eq!(settings("limits.idle_min", " (31)") + settings("limits.fly", ""), 2);
    assert_eq!(settings("--set limits.fly=2", "") + settings("server.rs", ""), 1);
    assert_eq!(missing_path("src/lib.rs"), None);
    assert!(missing_path("src/nothing.rs").is_some());
    let tools = |text: &str| unknown_tools(text).len();
    assert_eq!(tools("make run # make fly") + tools("make loadtest N=100") + tools("npm run screens"), 0);
    assert_eq!(
        tools("make fly") + tools("make loadtest M=1") + tools("npm run fly") + tools("`fly_bench`"),
        4
    );
    let sources = Sources::read();
    assert!(sources.unknown_variables("AWS_ACCESS_KEY_ID CLASSROOM__ROOM__TRAINEES_MAX").is_empty());
    assert_eq!(sources.unknown_variables("CLASSROOM__ROOM__FLY NOBODY_READS_IT").len(), 2);
    assert!(map_mistakes("src/\n  nothing/  x\n").len() > 3);
}
