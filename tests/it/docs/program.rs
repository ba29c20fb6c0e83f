//! The program's own description of its commands and flags, and the commands that pages write.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use super::pages::Code;

const PROGRAM: &str = "live-classroom";

/// The program's description of itself: each command ("ledger verify") with its flags.
pub(super) struct Program {
    flags: BTreeMap<String, BTreeSet<String>>,
}

impl Program {
    /// Asks the program for the help of every command.
    pub(super) fn ask() -> Program {
        let mut program = Program { flags: BTreeMap::new() };
        let mut waiting = vec![String::new()];
        while let Some(command) = waiting.pop() {
            let help = help(&command);
            waiting.extend(subcommands(&help).map(|name| format!("{command} {name}").trim().to_owned()));
            program.flags.insert(command, flags(&help));
        }
        assert!(program.flags.len() > 10, "{:?}", program.flags);
        program
    }

    /// The commands that do something: "serve", "ledger verify".
    pub(super) fn commands(&self) -> impl Iterator<Item = &String> {
        let has_more =
            |command: &str| self.flags.keys().any(|other| other.starts_with(&format!("{command} ")));
        self.flags.keys().filter(move |command| !command.is_empty() && !has_more(command))
    }

    pub(super) fn mistakes(&self, code: &Code) -> Vec<String> {
        match code.language {
            "sh" => commands_of(&code.text).iter().flat_map(|command| self.wrong(command)).collect(),
            "" => self.wrong_span(&code.text),
            _ => Vec::new(),
        }
    }

    /// The mistakes of a span that is a command: one that begins with the program or with a command and goes
    /// on, or that has flags alone.
    fn wrong_span(&self, span: &str) -> Vec<String> {
        let words: Vec<&str> = span.split_whitespace().collect();
        match words.as_slice() {
            [PROGRAM, rest @ ..] => self.wrong(rest),
            [first, _, ..] if self.flags.contains_key(*first) => self.wrong(&words),
            [first, ..] if first.starts_with("--") => {
                let known = |flag: &str| {
                    self.flags.values().any(|flags| flags.contains(flag)) || is_of_loadtest(flag)
                };
                let unknown = words.iter().filter_map(|word| flag(word)).filter(|flag| !known(flag));
                unknown.map(|flag| format!("no command has the flag {flag}")).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The mistakes of a command, which is given without the program's name.
    fn wrong(&self, words: &[&str]) -> Vec<String> {
        let mut command = String::new();
        let mut rest = words;
        while let [next, more @ ..] = rest {
            let longer = format!("{command} {next}").trim().to_owned();
            if !self.flags.contains_key(&longer) {
                break;
            }
            (command, rest) = (longer, more);
        }
        let is_whole = self.commands().any(|known| *known == command);
        match rest {
            [next, ..] if !is_whole && !next.starts_with('-') => {
                return vec![format!("there is no command {command:?} {next:?}")];
            }
            _ => {}
        }
        let flags = &self.flags[&command];
        let unknown = rest.iter().filter_map(|word| flag(word)).filter(|flag| !flags.contains(*flag));
        unknown.map(|flag| format!("{command:?} has no flag {flag}")).collect()
    }
}

fn help(command: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_live-classroom"))
        .args(command.split_whitespace())
        .arg("-h")
        .output()
        .expect("the program runs");
    assert!(output.status.success(), "{command} -h");
    String::from_utf8(output.stdout).expect("text")
}

fn subcommands(help: &str) -> impl Iterator<Item = &str> {
    let list = help.split_once("Commands:\n").map_or("", |(_, rest)| rest);
    let lines = list.lines().take_while(|line| !line.is_empty());
    let named = lines.filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next());
    named.filter(|name| *name != "help")
}

fn flags(help: &str) -> BTreeSet<String> {
    let words = help.lines().filter_map(|line| {
        let line = line.trim_start();
        let line = line.split_once(", ").filter(|(short, _)| short.len() == 2).map_or(line, |(_, long)| long);
        flag(line.split_whitespace().next()?)
    });
    words.map(str::to_owned).chain(["--version".to_owned()]).collect()
}

/// The `--flag` in a word of a command: `[--flag`, `--flag=value]`.
fn flag(word: &str) -> Option<&str> {
    let word = word.trim_start_matches('[');
    let end = word.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(word.len());
    (word.starts_with("--") && end > 2).then_some(&word[..end])
}

/// Whether the flag is one of the load generator's, which `make loadtest` takes in ARGS.
fn is_of_loadtest(flag: &str) -> bool {
    let source = include_str!("../../../loadtest/src/main.rs");
    source.contains(&format!("    {}: ", flag.trim_start_matches('-').replace('-', "_")))
}

/// The commands of the program in a block for the shell, each without the program's name.
fn commands_of(block: &str) -> Vec<Vec<&str>> {
    let mut commands = Vec::new();
    let mut going_on: Option<Vec<&str>> = None;
    for line in block.lines() {
        let code = line.split(" #").next().unwrap_or_default();
        let mut words: Vec<&str> = code.split_whitespace().collect();
        let goes_on = words.last() == Some(&"\\");
        words.retain(|word| *word != "\\");
        let command = match going_on.take() {
            Some(before) => Some([before, words].concat()),
            None => {
                let at = words.iter().position(|word| word.rsplit('/').next() == Some(PROGRAM));
                at.map(|at| words.split_off(at + 1))
            }
        };
        match (command, goes_on) {
            (Some(command), true) => going_on = Some(command),
            (Some(command), false) => commands.push(command),
            (None, _) => {}
        }
    }
    commands
}

#[test]
fn a_command_that_does_not_exist_is_found() {
    let program = Program::ask();
    let check = |text: &str, expected: usize| {
        let found: Vec<String> =
            commands_of(text).iter().flat_map(|command| program.wrong(command)).collect();
        assert_eq!(found.len(), expected, "{text}: {found:?}");
    };
    check("live-classroom serve --listen 0.0.0.0:80 # --fly", 0);
    check("X=1 target/release/live-classroom lesson a \\\n   --title \"A b\" --minutes 90", 0);
    check("live-classroom serve --fly", 1);
    check("live-classroom ledger burn", 1);
    check("live-classroom dance", 1);
    assert_eq!(program.wrong_span("ledger verify --head SEQ:HASH"), Vec::<String>::new());
    assert_eq!(program.wrong_span("--listen 0.0.0.0:1").len() + program.wrong_span("--kbps 5").len(), 0);
    assert_eq!(program.wrong_span("--fly").len() + program.wrong_span("keys burn").len(), 2);
}
