//! `live-classroom hours` as an auditor runs it: the acceptance cases as files, and its refusals.

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

/// The standard output of a run that must succeed.
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
    // File, instruction seconds, credit of the lesson (ch); person, effective, with replay, void, live,
    // credit.
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

/// A file of the faults that were found in use.
fn fault(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/hours").join(name).with_extension("jsonl")
}

/// The only trainee of a file.
fn of_one(file: &Path) -> Value {
    judged(file, &[])["trainees"][0].clone()
}

/// The reasons of a trainee that have this beginning.
fn reasons(trainee: &Value, beginning: &str) -> Vec<String> {
    let reasons = trainee["reasons"].as_array().expect("a list").iter();
    let texts = reasons.map(|reason| reason.as_str().expect("a text").to_owned());
    texts.filter(|reason| reason.starts_with(beginning)).collect()
}

#[test]
fn blinking_earns_nothing() {
    let blink = of_one(&fault("blink"));
    assert_eq!((&blink["credit_ch"], &blink["effective_seconds"]), (&json!(0), &json!(0)));
    assert_eq!(blink["void_blocks"], json!([1, 2, 3, 4, 5, 6]));
    assert_eq!(reasons(&blink, "CR-6: block").len(), 6);
    // In a file without checks, a trainee who stayed while the line dropped for seconds earns everything.
    let dropping = of_one(&fault("two-policies-Bb"));
    assert_eq!((&dropping["credit_ch"], &dropping["void_blocks"]), (&json!(200), &json!([])));
    assert_eq!(of_one(&fault("clock-step"))["void_blocks"], json!([]));
}

#[test]
fn a_check_in_a_tail_is_about_the_block_that_the_tail_joined() {
    let tail = of_one(&fault("tail-299-missed-b6-answered-b7"));
    assert_eq!((&tail["credit_ch"], &tail["void_blocks"]), (&json!(200), &json!([])));
    let block = of_one(&fault("tail-300-missed-b6-answered-b7"));
    assert_eq!((&block["credit_ch"], &block["void_blocks"]), (&json!(170), &json!([6])));
}

#[test]
fn nobody_who_stays_to_the_planned_end_goes_early() {
    for (name, people) in [("early-mark-late-class", 3), ("early-mark-forgot-to-end", 3)] {
        let said = judged(&fault(name), &[]);
        let trainees = said["trainees"].as_array().expect("a list");
        assert_eq!(trainees.len(), people);
        for trainee in trainees {
            assert_eq!(reasons(trainee, "mark: went"), [""; 0], "{name}");
        }
    }
}

#[test]
fn a_file_names_its_policy_and_another_one_is_told_of() {
    let desk = Desk::new();
    let text = std::fs::read_to_string(case("ac-1-l1-made-up")).expect("the file is there");
    let policy = r#"{"answer":90,"block":900,"daily_async_cap":800,"early":300,"gap":60,"hb_timeout":15,"inc":270,"late":300,"makeup":"none","min_share":"1/2","overrun_max":1800,"period":2700,"tol":0,"version":"strict"}"#;
    // `printf %s POLICY | sha256sum`
    let digest = "9d7fe7e46b5684f651247532e4892b32b5d064ef117a1bae7186dc447a55f6d5";
    let line = |policy: &str| {
        format!(
            "{{\"v\":1,\"type\":\"policy\",\"version\":\"strict\",\"digest\":\"{digest}\",\"policy\":{policy}}}\n"
        )
    };
    let named = desk.file("named.jsonl", format!("{text}{}", line(policy)));
    let said = judged(&named, &[]);
    assert_eq!((&said["policy_version"], &said["trainees"][0]["credit_ch"]), (&json!("strict"), &json!(170)));
    assert!(hours(&["--events", text_of(&named)]).stderr.is_empty());
    // Another policy on the command line has precedence, which is said; the same one is not mentioned.
    let usual = desk.file("usual.toml", "");
    let output = hours(&["--events", text_of(&named), "--policy", text_of(&usual)]);
    let warned = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(warned.contains("warning") && warned.contains("strict") && warned.contains("CR-1"), "{warned}");
    let said: Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
    assert_eq!((&said["policy_version"], &said["trainees"][0]["credit_ch"]), (&json!("CR-1"), &json!(200)));
    let same = desk.file("same.toml", "version = \"strict\"\ntol = 0\nmakeup = \"none\"\n");
    assert!(hours(&["--events", text_of(&named), "--policy", text_of(&same)]).stderr.is_empty());
    // A policy whose figures are not those of the digest, or no policy at all.
    let place = "line 19";
    for (wrong, parts) in [
        (line(&policy.replace("\"tol\":0", "\"tol\":1")), [place, "`digest`"]),
        (line(&policy.replace("\"inc\":270", "\"inc\":0")), [place, "`inc`"]),
        (line(&policy.replace("\"gap\":60", "\"gap\":null")), [place, "`policy`"]),
        (line("7"), [place, "`policy`"]),
        (line(&policy.replace("\"version\":\"strict\"", "\"version\":\"other\"")), [place, "`version`"]),
    ] {
        let file = desk.file("wrong.jsonl", format!("{text}{wrong}"));
        refuses(&["--events", text_of(&file)], &parts);
    }
}

#[test]
fn a_byte_order_mark_is_read_and_a_line_that_is_too_long_says_so() {
    let desk = Desk::new();
    let text = std::fs::read_to_string(case("ac-2")).expect("the file is there");
    let marked = desk.file("marked.jsonl", format!("\u{feff}{text}"));
    assert_eq!(judged(&marked, &[]), judged(&case("ac-2"), &[]));
    let twice = desk.file("twice.jsonl", format!("{text}\u{feff}{text}"));
    refuses(&["--events", text_of(&twice)], &["line 11", "JSON"]);
    // A line of exactly the limit, with either line ending, and a line of one byte more, whatever the bytes
    // are.
    let line = |bytes: usize| {
        format!("{{\"v\":1,\"type\":\"started\",{}\"at\":1605592800000}}", " ".repeat(bytes - 43))
    };
    assert_eq!(line(16_384).len(), 16_384);
    for end in ["\n", "\r\n"] {
        let fits = desk.file("fits.jsonl", format!("{text}{}{end}", line(16_384)));
        assert_eq!(judged(&fits, &[]), judged(&case("ac-2"), &[]));
        for long in
            [line(16_385), line(100_000), " ".repeat(16_385) + &line(50), line(50) + &" ".repeat(40_000)]
        {
            let long = desk.file("long.jsonl", format!("{text}{long}{end}"));
            refuses(&["--events", text_of(&long)], &["line 11", "longer than 16384 bytes"]);
        }
    }
}

/// The example of the page for auditors: its facts in a block of `jsonl`, and the output of the program in a
/// block of `json` after it.
#[test]
fn the_example_of_the_documentation_is_what_the_program_says() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/credit-hours.md");
    let page = std::fs::read_to_string(page).expect("the page is there");
    let block = |kind: &str| {
        let (_, after) = page.split_once(&format!("```{kind}\n")).expect("a block of the kind");
        after.split_once("```").expect("it ends").0.to_owned()
    };
    let desk = Desk::new();
    let said = judged(&desk.file("example.jsonl", block("jsonl")), &[]);
    let told: Value = serde_json::from_str(&block("json")).expect("one JSON object");
    assert_eq!(said, told);
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

/// Checks that a run fails with all `parts` in its message, and prints no result, not even a part of one.
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
