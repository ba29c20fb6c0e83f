//! Pages in Markdown, reduced to the places of names: code, links, headings.

use std::fs;
use std::path::{Path, PathBuf};

use super::root;

pub(super) struct Page {
    pub(super) name: String,
    pub(super) path: PathBuf,
    text: String,
}

/// A piece of code in a page: a block with its language, or a span within a line, whose language is empty.
pub(super) struct Code {
    pub(super) line: usize,
    pub(super) language: &'static str,
    pub(super) text: String,
    /// The text behind a span on its line.
    pub(super) after: String,
}

/// The languages of the blocks that are checked; `json` is followed by the type of the message.
const LANGUAGES: [&str; 10] = [
    "sh",
    "text",
    "json SignIn",
    "json Me",
    "json PasswordSignIn",
    "json ClientMessage",
    "json ServerMessage",
    "json ApiError",
    "json",
    "jsonl",
];

/// README, CONTRIBUTING, and all pages of docs/.
pub(super) fn pages() -> Vec<Page> {
    let mut paths: Vec<PathBuf> =
        ["README.md", "README.zh.md", "CONTRIBUTING.md"].map(|name| root().join(name)).to_vec();
    let docs = fs::read_dir(root().join("docs")).expect("docs can be listed");
    let docs = docs.map(|entry| entry.expect("docs can be listed").path());
    paths.extend(docs.filter(|path| path.extension().is_some_and(|end| end == "md")));
    paths.sort();
    paths.into_iter().map(read).collect()
}

fn read(path: PathBuf) -> Page {
    let name = path.strip_prefix(root()).expect("found below the root").display().to_string();
    let text = fs::read_to_string(&path).expect("a page is text");
    Page { name, path, text }
}

impl Page {
    pub(super) fn folder(&self) -> &Path {
        self.path.parent().expect("a file has a folder")
    }

    pub(super) fn code(&self) -> impl Iterator<Item = Code> {
        let mut all = Vec::new();
        let mut block: Option<Code> = None;
        for (at, line) in self.text.lines().enumerate() {
            match (line.strip_prefix("```"), &mut block) {
                (Some(_), Some(_)) => all.extend(block.take()),
                (Some(info), None) => block = Some(fence(at + 1, info, &self.name)),
                (None, Some(code)) => code.text += &format!("{line}\n"),
                (None, None) => {
                    let ends = line.matches('`').count().is_multiple_of(2);
                    assert!(ends, "{}:{}: a span goes over the end of its line", self.name, at + 1);
                    all.extend(spans(at + 1, line));
                }
            }
        }
        assert!(block.is_none(), "{}: a block of code does not end", self.name);
        all.into_iter()
    }

    /// The targets of links and images, with their lines.
    pub(super) fn links(&self) -> Vec<(usize, String)> {
        let mut links = Vec::new();
        for (at, line) in self.text.lines().enumerate() {
            for (open, close) in [("](", ')'), ("src=\"", '"'), ("href=\"", '"')] {
                let rests = line.split(open).skip(1);
                links.extend(rests.filter_map(|rest| Some((at + 1, rest.split_once(close)?.0.to_owned()))));
            }
        }
        links
    }
}

fn fence(line: usize, info: &str, page: &str) -> Code {
    let known = LANGUAGES.into_iter().find(|language| *language == info);
    let language =
        known.unwrap_or_else(|| panic!("{page}:{line}: a block of code in {info:?}, which no test reads"));
    Code { line, language, text: String::new(), after: String::new() }
}

/// The spans between single backticks.
fn spans(line: usize, text: &str) -> Vec<Code> {
    let parts: Vec<&str> = text.split('`').collect();
    let odd = parts.iter().enumerate().skip(1).step_by(2).filter(|(at, _)| at + 1 < parts.len());
    odd.map(|(at, span)| Code {
        line,
        language: "",
        text: (*span).to_owned(),
        after: parts[at + 1].to_owned(),
    })
    .collect()
}

/// The headings of a page, in the form in which links name them.
pub(super) fn headings(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap_or_default();
    let titles = text
        .lines()
        .filter_map(|line| line.strip_prefix('#'))
        .map(|rest| rest.trim_start_matches('#').trim());
    let slug = |title: &str| {
        let kept = title
            .to_lowercase()
            .chars()
            .filter(|c| c.is_alphanumeric() || " -_".contains(*c))
            .collect::<String>();
        kept.replace(' ', "-")
    };
    titles.map(slug).collect()
}

#[test]
fn code_and_links_are_found() {
    let text = "# A b\n\nSee `a.b` (3) and [c](d.md#e).\n\n```sh\nmake run\n```\n";
    let page = Page { name: "x".into(), path: "x".into(), text: text.into() };
    let code: Vec<(usize, &str, String)> =
        page.code().map(|code| (code.line, code.language, code.text)).collect();
    assert_eq!(code, [(3, "", "a.b".to_owned()), (5, "sh", "make run\n".to_owned())]);
    assert_eq!(page.code().next().expect("a span").after, " (3) and [c](d.md#e).");
    assert_eq!(page.links(), [(3, "d.md#e".to_owned())]);
}
