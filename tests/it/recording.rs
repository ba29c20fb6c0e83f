//! `live-classroom recording`, as an operator runs it.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use live_classroom::files::recordings::{Folder, MANIFEST, Recordings};
use live_classroom::lesson::{Role, SourceKind};
use live_classroom::recording::manifest::{CloseReason, Entry, StoredFile, VERSION};

pub(crate) const ID: &str = "00112233445566778899aabbccddeeff";

fn run(data: &Path, arguments: &[&str]) -> Output {
    let program = Command::new(env!("CARGO_BIN_EXE_live-classroom"))
        .arg("recording")
        .args(arguments)
        .arg("--data")
        .arg(data)
        .output();
    program.expect("the program runs")
}

/// The output of a run that must succeed.
fn says(data: &Path, arguments: &[&str]) -> String {
    let output = run(data, arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// The output of a run that must fail, on both streams.
fn complains(data: &Path, arguments: &[&str]) -> String {
    let output = run(data, arguments);
    assert!(!output.status.success(), "{arguments:?} succeeded");
    String::from_utf8([output.stdout, output.stderr].concat()).expect("text")
}

/// Writes a recording of three segments of sound. The name of its speaker tries to clear the terminal.
pub(crate) fn record(data: &Path, id: &str, lesson: &str, closed: bool) {
    let mut folder = Recordings::new(data, 0).open_folder(id).expect("a new folder");
    let write = |folder: &mut dyn Folder, name: &str| -> StoredFile {
        folder.write(name, name.repeat(100).as_bytes()).expect("written")
    };
    let (person, name) = ("p".to_owned(), "王老师\u{1b}[2J".to_owned());
    let mut entries = vec![
        Entry::Recording {
            v: VERSION,
            id: id.into(),
            lesson: lesson.into(),
            started_at_ms: 1_795_375_508_000,
        },
        Entry::Opened { at_ms: 0 },
        Entry::Track {
            track: 1,
            at_ms: 0,
            person,
            name,
            role: Role::Instructor,
            kind: SourceKind::Mic,
            timescale: 48_000,
        },
    ];
    let file = write(&mut folder, "1-init-1.mp4");
    entries.push(Entry::Init { track: 1, init: 1, file, codecs: "opus".into(), width: 0, height: 0 });
    for number in 1..=3 {
        let file = write(&mut folder, &format!("1-{number}.m4s"));
        let start = u64::from(number - 1) * 86_400;
        entries.push(Entry::Segment {
            track: 1,
            number,
            init: 1,
            start,
            duration: 86_400,
            independent: true,
            file,
        });
    }
    if closed {
        entries.push(Entry::Closed { at_ms: 5400, why: CloseReason::Ended, off_record: Vec::new() });
    }
    folder.append(&entries).expect("listed");
}

#[test]
fn what_is_whole_is_said_to_be() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path();
    assert_eq!(says(data, &["verify"]), "no recordings\n");
    assert_eq!(says(data, &["list"]), "");
    record(data, ID, "maths", true);
    record(data, "ff", "music", false);

    let list = says(data, &["list"]);
    let parts = [ID, "maths", "2026-11-23 03:25 +08:00", "0:00:05.4", "ended", "1 tracks", "4 files"];
    assert!(parts.iter().all(|part| list.lines().next().expect("a line").contains(part)), "{list}");
    assert!(list.lines().nth(1).is_some_and(|line| line.contains("music") && line.contains("open")));

    let said = says(data, &["verify", "maths"]);
    assert!(said.contains("track 1  sound of instructor 王老师\\u{1b}[2J: 4 ok\n"), "{said}");
    assert!(said.contains("  seal ") && !said.contains("ff  music") && !said.contains("m4s"), "{said}");
    let said = says(data, &["verify", "maths", "--all"]);
    assert!(said.contains("1-2.m4s  ok  0:00:01.8 to 0:00:03.6\n"), "{said}");
    assert!(says(data, &["verify"]).contains("no seal yet"));
    assert!(says(data, &["verify", "ff"]).contains("music"));
}

#[test]
fn every_kind_of_damage_is_named_and_fails() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path();
    record(data, "aa", "whole", true);
    record(data, ID, "maths", true);
    let place = |name: &str| data.join("recordings").join(ID).join(name);
    fs::write(place("1-1.m4s"), "1-1.M4s".repeat(100)).expect("written");
    fs::remove_file(place("1-3.m4s")).expect("removed");
    let said = complains(data, &["verify"]);
    assert!(said.contains(": 2 ok, 1 damaged, 1 missing\n"), "{said}");
    assert!(said.contains("1-1.m4s  damaged  0:00:00.0 to 0:00:01.8\n"), "{said}");
    assert!(said.contains("1-3.m4s  missing") && said.contains("1 of 2 recordings"), "{said}");
    assert!(says(data, &["verify", "whole"]).contains("4 ok"));
    assert!(complains(data, &["verify", "history"]).contains("recording list"));

    // A changed line in the middle, and a line that a power cut tore.
    let text = fs::read_to_string(place(MANIFEST)).expect("text");
    let changed = text.replacen("\"number\":2", "\"number\":7", 1) + "0123 {\"type\":\"op";
    fs::write(place(MANIFEST), &changed).expect("written");
    let said = complains(data, &["verify", "maths"]);
    assert!(
        said.contains("manifest line 6 is damaged\n") && said.contains("16 bytes of an unfinished"),
        "{said}"
    );
    assert!(said.contains("broken by the damaged lines"), "{said}");
    // The command only reads.
    assert_eq!(fs::read_to_string(place(MANIFEST)).expect("text"), changed);
    assert!(place("1-1.m4s").exists());
}

#[test]
fn a_torn_line_alone_is_no_damage_and_a_bucket_needs_keys() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path();
    record(data, ID, "maths", false);
    let path = data.join("recordings").join(ID).join(MANIFEST);
    let text = fs::read_to_string(&path).expect("text");
    fs::write(&path, &text[..text.len() - 20]).expect("written");
    let said = says(data, &["verify"]);
    assert!(said.contains("unfinished line") && said.contains(": 3 ok"), "{said}");

    let config = data.join("class.toml");
    fs::write(&config, "[recording]\nstore = \"s3://classes\"\n").expect("written");
    let said = complains(data, &["verify", "--config", config.to_str().expect("text")]);
    assert!(said.contains("AWS_ACCESS_KEY_ID"), "{said}");
    assert!(complains(&data.join("nowhere"), &["list"]).contains("nowhere"));
}
