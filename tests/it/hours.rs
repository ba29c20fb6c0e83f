//! `live-classroom hours` as an auditor runs it: the acceptance cases as files, and what it refuses.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};

fn hours(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_live-classroom"))
        .arg("hours")
        .args(arguments)
        .output()
        .expect("the program runs")
}

fn case(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hours").join(name).with_extension("jsonl")
}

fn text_of(path: &Path) -> &str {
    path.to_str().expect("text")
}

/// Standard output of a run that must succeed.
fn says(arguments: &[&str]) -> String {
    let output = hours(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

fn judged(file: &Path, more: &[&str]) -> Value {
    let said = says(&[&["--events", text_of(file)], more].concat());
    serde_json::from_str(&said).expect("one JSON object")
}

#[test]
fn the_acceptance_cases_come_out_to_the_second() {
    // File, instruction seconds, credit of the lesson; person, effective, with replay, void, live, credit.
    type Line = (&'static str, u64, u64, &'static [u32], u64, u64);
    let cases: &[(&str, u64, u64, &[Line])] = &[
        ("ac-1-l1", 5400, 200, &[("P-jia", 5400, 5400, &[], 200, 200), ("P-yi", 4680, 4680, &[], 170, 170)]),
        ("ac-1-l1-made-up", 5400, 200, &[("P-yi", 4680, 5400, &[], 170, 200)]),
        ("ac-1-l2", 5400, 200, &[("P-yi", 4500, 4500, &[4], 160, 160)]),
        ("ac-1-l2-partly-made-up", 5400, 200, &[("P-yi", 4500, 5070, &[4], 160, 180)]),
        ("ac-1-l2-made-up", 5400, 200, &[("P-yi", 4500, 5400, &[4], 160, 200)]),
        ("ac-2", 5130, 200, &[("P-bing", 5040, 5040, &[], 180, 180)]),
        ("ac-2-second-room", 2700, 100, &[("P-bing", 920, 920, &[], 0, 0)]),
        ("ac-3-late", 5400, 200, &[("P-wu", 4200, 4200, &[], 150, 150)]),
        ("ac-3-late-made-up", 5400, 200, &[("P-wu", 4200, 5400, &[], 150, 200)]),
        ("ac-3-taught-8500", 5100, 200, &[("P-wu", 5100, 5100, &[], 200, 200)]),
        ("ac-3-taught-8459", 5099, 180, &[("P-wu", 5099, 5099, &[], 180, 180)]),
        ("ac-3-aborted", 2220, 80, &[("P-wu", 2220, 2220, &[], 80, 80)]),
        ("ac-3-continued", 3240, 120, &[("P-wu", 3240, 3240, &[], 120, 120)]),
        ("ac-3-cancelled", 0, 0, &[]),
        ("ac-5-fault", 5400, 200, &[("P-ji", 3900, 3900, &[], 140, 140)]),
    ];
    for (name, instruction, effective_ch, people) in cases {
        let said = judged(&case(name), &[]);
        assert_eq!(said["instruction_seconds"], json!(instruction), "{name}");
        assert_eq!(said["credit_effective_ch"], json!(effective_ch), "{name}");
        let trainees = said["trainees"].as_array().expect("a list");
        assert_eq!(trainees.len(), people.len(), "{name}");
        for (trainee, (person, effective, with_replay, void, live, credit)) in trainees.iter().zip(*people) {
            let figures =
                ["person", "effective_seconds", "with_replay_seconds", "void_blocks", "live_ch", "credit_ch"];
            let figures: Vec<_> = figures.iter().map(|figure| &trainee[figure]).collect();
            let expected = json!([person, effective, with_replay, void, live, credit]);
            assert_eq!(json!(figures), expected, "{name}");
        }
    }
    assert_eq!(
        judged(&case("ac-2"), &[])["trainees"][0]["present"],
        json!([
            [1605592840000u64, 1605595500000u64],
            [1605595800000u64, 1605596700000u64],
            [1605596790000u64, 1605598270000u64]
        ])
    );
    let files = std::fs::read_dir(case("x").parent().expect("a folder")).expect("a folder").count();
    assert_eq!(files, cases.len(), "every file of tests/hours is a case here");
}

/// A folder with files that a test writes.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Desk {
        Desk(tempfile::tempdir().expect("a temporary folder"))
    }

    fn file(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, text).expect("written");
        path
    }
}

#[test]
fn shuffled_doubled_and_spaced_lines_give_the_same_bytes() {
    let desk = Desk::new();
    let text = std::fs::read_to_string(case("ac-1-l1")).expect("the file is there");
    let mut lines: Vec<&str> = text.lines().collect();
    lines.reverse();
    let half = lines.len() / 2;
    lines.rotate_left(half);
    let shuffled = desk.file("shuffled.jsonl", format!("\r\n{}\r\n\r\n{}", lines.join("\r\n"), text));
    let (one, other) = (case("ac-1-l1"), shuffled);
    for more in [&[][..], &["--explain"]] {
        let said = |file: &Path| says(&[&["--events", text_of(file)], more].concat());
        assert_eq!(said(&one), said(&other));
    }
}

#[test]
fn it_explains_itself_when_asked() {
    let said = judged(&case("ac-1-l2"), &["--explain"]);
    assert_eq!(said["blocks"].as_array().expect("a list").len(), 6);
    assert_eq!(said["policy"]["period"], 2700);
    assert_eq!(said["input_sha256"].as_str().expect("a digest").len(), 64);
    assert_eq!(
        said["trainees"][0]["blocks"][3],
        json!({"block": 4, "present_seconds": 900, "state": "void", "check": "k4"})
    );
}

#[test]
fn the_policy_is_a_file() {
    let desk = Desk::new();
    let strict =
        desk.file("strict.toml", "version = \"strict-2\"\ntol = 0\nmin_share = 1\nmakeup = \"none\"\n");
    let said = judged(&case("ac-1-l1-made-up"), &["--policy", text_of(&strict)]);
    assert_eq!(said["policy_version"], "strict-2");
    assert_eq!(said["trainees"][0]["credit_ch"], 0);
    let bad = desk.file("bad.toml", "gap = 600\n");
    refuses(
        &["--events", text_of(&case("ac-2")), "--policy", text_of(&bad)],
        &["bad.toml", "gap", "0 to 120"],
    );
    refuses(&["--events", text_of(&case("ac-2")), "--policy", "nowhere.toml"], &["nowhere.toml"]);
}

/// A run that must fail with all `parts` in what it says, and print no result, not even a part of one.
fn refuses(arguments: &[&str], parts: &[&str]) {
    let output = hours(arguments);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "{arguments:?} succeeded");
    assert!(output.stdout.is_empty(), "{arguments:?} printed something");
    for part in parts {
        assert!(said.contains(part), "{arguments:?} said {said:?}, not {part:?}");
    }
    assert!(!said.contains("panicked") && said.len() < 1000, "{said}");
}

#[test]
fn a_broken_line_is_named_and_nothing_is_printed() {
    let desk = Desk::new();
    let good = std::fs::read_to_string(case("ac-2")).expect("the file is there");
    let lesson = good.lines().next().expect("a line");
    let cases: &[(&str, String, &[&str])] = &[
        ("wrong field", r#"{"v":1,"type":"started","when":5}"#.into(), &["line 11", "`at`"]),
        (
            "more field",
            r#"{"v":1,"type":"started","at":5,"client_at":5}"#.into(),
            &["line 11", "`client_at`"],
        ),
        (
            "missing field",
            r#"{"v":1,"type":"evidence","person":"P","from":1,"to":2}"#.into(),
            &["line 11", "`conn`"],
        ),
        ("negative", r#"{"v":1,"type":"started","at":-5}"#.into(), &["line 11", "`at`", "-5"]),
        (
            "reversed",
            r#"{"v":1,"type":"instructor_media","from":9,"to":5}"#.into(),
            &["line 11", "`to`", "before"],
        ),
        ("type", r#"{"v":1,"type":"begun","at":5}"#.into(), &["line 11", "`type`", "begun"]),
        ("version", r#"{"v":2,"type":"started","at":5}"#.into(), &["line 11", "`v`"]),
        ("lesson", lesson.replace("200", "100"), &["line 11", "`credit_ch`"]),
        ("not JSON", "{".into(), &["line 11", "JSON"]),
        ("deep", "[".repeat(10_000), &["line 11", "JSON"]),
        ("huge", format!("{{\"v\":1,\"type\":\"{}", "x".repeat(3_000_000)), &["line 11", "longer than"]),
    ];
    for (name, line, parts) in cases {
        let file = desk.file("facts.jsonl", format!("{good}{line}\n{good}"));
        let file = text_of(&file);
        refuses(&["--events", file], &[&["facts.jsonl"], *parts].concat());
        println!("refused: {name}");
    }
    let binary = desk.file("binary.jsonl", [good.as_bytes(), b"{\"v\":1,\"type\":\"\xff\"}\n"].concat());
    refuses(&["--events", text_of(&binary)], &["binary.jsonl", "line 11", "UTF-8"]);
}

#[test]
fn a_file_without_a_lesson_or_without_anything_is_refused() {
    let desk = Desk::new();
    let file = desk.file("empty.jsonl", "");
    refuses(&["--events", text_of(&file)], &["empty.jsonl", "\"lesson\""]);
    let file = desk.file("started.jsonl", "{\"v\":1,\"type\":\"started\",\"at\":5}\n");
    refuses(&["--events", text_of(&file)], &["started.jsonl", "\"lesson\""]);
    refuses(&["--events", "nowhere.jsonl"], &["nowhere.jsonl"]);
    refuses(&["--events", text_of(desk.0.path())], &["line 1"]);
    refuses(&[], &["--events"]);
}
