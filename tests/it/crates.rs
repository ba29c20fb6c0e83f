//! The rules of `deny.toml` for the crates that the server links, held against Cargo.lock: sources, licences,
//! banned crates, two versions of one. The test works offline; `cargo deny` reads the same file where it is
//! installed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// The crate that is shipped.
const SHIPPED: &str = "live-classroom";

fn read_toml(name: &str) -> toml::Table {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    std::fs::read_to_string(path).expect(name).parse().expect("TOML")
}

/// The texts of `key` in each table of a list of `deny.toml`.
fn texts(list: &toml::Value, key: &str) -> Vec<String> {
    let tables = list.as_array().expect("a list");
    tables.iter().map(|table| table[key].as_str().expect("a text").to_owned()).collect()
}

/// A crate that the server links, or that builds it, on this machine.
struct Linked {
    name: String,
    version: String,
    licence: String,
}

/// All crates that are reached from the shipped crate without its tests. Crates of other platforms need not
/// be here.
fn linked() -> Vec<Linked> {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "--manifest-path", manifest, "--package", SHIPPED])
        .args(["--edges", "normal,build", "--prefix", "none", "--format", "{p}|{l}"])
        .output()
        .expect("cargo is here");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("text");
    let lines: BTreeSet<&str> = text.lines().map(|line| line.trim_end_matches(" (*)")).collect();
    let linked = lines.into_iter().filter_map(|line| {
        let (crate_, licence) = line.split_once('|')?;
        let (name, rest) = crate_.split_once(" v")?;
        let version = rest.split(' ').next()?;
        Some(Linked { name: name.into(), version: version.into(), licence: licence.trim().into() })
    });
    let linked: Vec<Linked> = linked.collect();
    assert!(linked.len() > 100, "only {} crates found", linked.len());
    linked
}

/// Whether an expression such as `MIT OR (Apache-2.0 AND ISC)` can be met with allowed licences only.
fn is_allowed(licence: &str, allowed: &[&str]) -> bool {
    let spaced = licence.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut at = 0;
    let good = any_of(&words, &mut at, allowed);
    good && at == words.len()
}

fn any_of(words: &[&str], at: &mut usize, allowed: &[&str]) -> bool {
    let mut good = all_of(words, at, allowed);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        good |= all_of(words, at, allowed);
    }
    good
}

fn all_of(words: &[&str], at: &mut usize, allowed: &[&str]) -> bool {
    let mut good = one(words, at, allowed);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        good &= one(words, at, allowed);
    }
    good
}

fn one(words: &[&str], at: &mut usize, allowed: &[&str]) -> bool {
    let Some(word) = words.get(*at) else { return false };
    *at += 1;
    if *word == "(" {
        let good = any_of(words, at, allowed);
        *at += 1;
        return good;
    }
    // An exception gives more than the licence, never less.
    if words.get(*at) == Some(&"WITH") {
        *at += 2;
    }
    allowed.contains(word)
}

#[test]
fn every_crate_comes_from_the_one_registry_and_none_is_banned() {
    let lock = read_toml("Cargo.lock");
    let banned = texts(&read_toml("deny.toml")["bans"]["deny"], "crate");
    let packages = lock["package"].as_array().expect("packages");
    assert!(packages.len() > 100);
    let mut registries = BTreeSet::new();
    for package in packages {
        let name = package["name"].as_str().expect("a name");
        assert!(!banned.iter().any(|one| one == name), "{name} is banned, see deny.toml");
        if [SHIPPED, "loadtest"].contains(&name) {
            continue;
        }
        let source = package.get("source").and_then(|source| source.as_str()).unwrap_or_default();
        assert!(source.starts_with("registry+"), "{name} comes from {source:?}");
        assert!(package.get("checksum").is_some(), "{name} has no hash");
        registries.insert(source);
    }
    assert_eq!(registries.len(), 1, "crates come from one registry: {registries:?}");
}

#[test]
fn what_is_linked_has_a_licence_that_we_may_pass_on() {
    let deny = read_toml("deny.toml");
    let allowed = deny["licenses"]["allow"].as_array().expect("licences");
    let allowed: Vec<&str> = allowed.iter().filter_map(|one| one.as_str()).collect();
    let refused = linked().into_iter().filter(|one| !is_allowed(&one.licence, &allowed));
    let refused: Vec<String> = refused.map(|one| format!("{}: {:?}", one.name, one.licence)).collect();
    assert!(refused.is_empty(), "licences that deny.toml does not allow:\n{}", refused.join("\n"));
}

#[test]
fn two_versions_of_a_crate_are_linked_only_where_it_is_said_why() {
    let skipped = texts(&read_toml("deny.toml")["bans"]["skip"], "crate");
    let linked = linked();
    let is = |rule: &str, one: &Linked| {
        let (name, version) = rule.split_once('@').expect("name@version");
        name == one.name && (one.version == version || one.version.starts_with(&format!("{version}.")))
    };
    let left = linked.iter().filter(|one| !skipped.iter().any(|rule| is(rule, one)));
    let mut seen = BTreeMap::<&str, Vec<&str>>::new();
    left.for_each(|one| seen.entry(&one.name).or_default().push(&one.version));
    let twice: Vec<_> = seen.into_iter().filter(|(_, versions)| versions.len() > 1).collect();
    assert!(twice.is_empty(), "linked twice, see deny.toml: {twice:?}");
    let gone: Vec<_> = skipped.iter().filter(|rule| !linked.iter().any(|one| is(rule, one))).collect();
    assert!(gone.is_empty(), "no more linked; take them out of deny.toml: {gone:?}");
}

#[test]
fn a_licence_is_read_as_it_is_meant() {
    let check = |licence: &str, expected: bool| {
        assert_eq!(is_allowed(licence, &["MIT", "ISC", "Apache-2.0"]), expected, "{licence}");
    };
    check("MIT", true);
    check("GPL-3.0 OR MIT", true);
    check("Apache-2.0/MIT", true);
    check("GPL-3.0 AND MIT", false);
    check("(MIT OR GPL-3.0) AND ISC", true);
    check("MIT OR GPL-3.0 AND ISC", true);
    check("(GPL-3.0 OR Unicode-3.0) AND ISC", false);
    check("Apache-2.0 WITH LLVM-exception", true);
    check("", false);
}
