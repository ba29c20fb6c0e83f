//! Every name in README.md and docs/ exists: commands, flags, settings, variables, make targets, routes,
//! links, files. A page with a name that was changed fails here, with its place.

use std::path::Path;

mod names;
mod pages;
mod program;
mod protocol;
mod routes;

use pages::{Code, pages};

/// The length of the README, in lines; nobody reads a longer one.
const README_LINES_MAX: usize = 130;
const README_ZH_LINES_MAX: usize = 60;
const IMAGE_BYTES_MAX: u64 = 200_000;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Fails with all complaints at once, if there are any.
fn expect_none(rule: &str, broken: Vec<String>) {
    assert!(broken.is_empty(), "{rule}\n{}", broken.join("\n"));
}

/// Passes every piece of code of every page to `wrong`, which answers with a sentence for each mistake.
fn check_code(rule: &str, mut wrong: impl FnMut(&Code) -> Vec<String>) {
    let mut broken = Vec::new();
    for page in pages() {
        for code in page.code() {
            broken.extend(wrong(&code).into_iter().map(|why| format!("{}:{}: {why}", page.name, code.line)));
        }
    }
    expect_none(rule, broken);
}

#[test]
fn the_readme_is_short_and_its_pictures_are_small() {
    let lines = |name: &str| std::fs::read_to_string(root().join(name)).expect(name).lines().count();
    assert!(lines("README.md") <= README_LINES_MAX);
    assert!(lines("README.zh.md") <= README_ZH_LINES_MAX);
    let images = std::fs::read_dir(root().join("docs/images")).expect("a folder");
    let large = images.map(|image| image.expect("listed")).filter(|image| {
        let bytes = image.metadata().expect("a file").len();
        bytes > IMAGE_BYTES_MAX
    });
    expect_none("Larger than 200 kB:", large.map(|image| format!("{:?}", image.file_name())).collect());
}

#[test]
fn every_relative_link_leads_somewhere() {
    let mut broken = Vec::new();
    for page in pages() {
        for (line, link) in page.links() {
            if link.contains("://") {
                continue;
            }
            let (file, heading) = link.split_once('#').unwrap_or((&link, ""));
            let target = if file.is_empty() { page.path.clone() } else { page.folder().join(file) };
            if !target.exists() {
                broken.push(format!("{}:{line}: {link} is not there", page.name));
            } else if !heading.is_empty() && !pages::headings(&target).iter().any(|one| one == heading) {
                broken.push(format!("{}:{line}: {file} has no heading {heading}", page.name));
            }
        }
    }
    expect_none("Links of the pages:", broken);
}

#[test]
fn every_file_that_is_named_exists() {
    check_code("Files of the repository:", |code| match code {
        Code { language: "", text, .. } => names::missing_path(text).into_iter().collect(),
        _ => Vec::new(),
    });
}

#[test]
fn the_map_of_the_readme_has_every_module_and_no_other() {
    let readme = pages().into_iter().find(|page| page.name == "README.md").expect("README.md");
    let map: Vec<String> =
        readme.code().filter(|code| code.language == "text").map(|code| code.text).collect();
    expect_none("The map of README.md:", names::map_mistakes(&map.concat()));
}

#[test]
fn every_command_and_flag_exists() {
    let program = program::Program::ask();
    check_code("Commands of the program:", |code| program.mistakes(code));
}

#[test]
fn every_command_stands_in_the_manual() {
    let program = program::Program::ask();
    let code: Vec<String> =
        pages().iter().flat_map(|page| page.code().collect::<Vec<_>>()).map(|code| code.text).collect();
    let missing =
        program.commands().filter(|command| !code.iter().any(|text| text.contains(command.as_str())));
    expect_none("Commands that no page names:", missing.cloned().collect());
}

#[test]
fn every_setting_exists_and_has_the_default_that_is_told() {
    check_code("Settings (src/config.rs):", names::wrong_settings);
}

#[test]
fn every_variable_target_script_and_bench_exists() {
    let sources = names::Sources::read();
    check_code("Variables, make targets, npm scripts, benches:", |code| {
        [sources.unknown_variables(&code.text), names::unknown_tools(&code.text)].concat()
    });
}

#[test]
fn every_route_exists() {
    let table = routes::Table::read();
    check_code("Routes (src/web/routes.rs):", |code| match code.language {
        "" => table.mistake(&code.text).into_iter().collect(),
        _ => Vec::new(),
    });
}

#[test]
fn every_example_of_a_message_is_one() {
    check_code("Examples of messages (src/protocol.rs):", |code| match code.language.strip_prefix("json ") {
        Some(kind) => protocol::mistakes(kind, &code.text),
        None => Vec::new(),
    });
}
