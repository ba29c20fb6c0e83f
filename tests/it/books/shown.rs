//! A result as people see it: on the class sheet, in files, in the program, and after a return to the page.

use std::path::Path;
use std::process::Command as Process;

use live_classroom::attendance::record::Stage;
use live_classroom::attendance::sheet::HoursLine;
use live_classroom::protocol::LessonHours;
use live_classroom::protocol::MyHours;
use loadtest::http::sign_in;
use reqwest::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use serde_json::Value;

use super::{MINUTE, TAUGHT, Told, id_of, program};
use crate::asking::get;
use crate::harness::LESSON;

#[tokio::test(flavor = "multi_thread")]
async fn a_result_is_shown_and_computed_by_the_audit_tool() {
    let told = Told::new().await;
    let on_the_fly = told.hours().await;
    assert_eq!((on_the_fly.stage, on_the_fly.taught_s, on_the_fly.effective_ch), (None, 5400, 200));
    told.judge().await;
    let hours = told.hours().await;
    assert_eq!(hours.stage, Some(Stage::Provisional));
    let figures = |line: &HoursLine| (line.name.clone(), line.credit_ch, line.balance_ch);
    let lines: Vec<_> = hours.lines.iter().map(figures).collect();
    let expected = [("=小王", 170, 170), ("小张", 0, 0), ("小李", 200, 200)];
    assert_eq!(lines, expected.map(|(name, credit, balance)| (name.to_owned(), credit, balance)));
    let of_teacher: LessonHours =
        get(&told.teacher, &format!("/api/hours/{TAUGHT}")).await.json().await.unwrap();
    assert_eq!(of_teacher, hours);
    let mine = told.mine().await;
    assert_eq!((mine.lessons.len(), mine.lessons[0].line.balance_ch, mine.recognised_ch), (1, 170, 170));
    assert_eq!((mine.entries.len(), mine.entries[0].delta_ch), (1, 170));

    let file = get(&told.teacher, &format!("/api/hours/{TAUGHT}/events.jsonl")).await.text().await.unwrap();
    let desk = tempfile::tempdir().unwrap();
    let path = desk.path().join("events.jsonl");
    std::fs::write(&path, file).unwrap();
    let mut tool = Process::new(env!("CARGO_BIN_EXE_live-classroom"));
    let tool = tool.arg("hours").arg("--events").arg(&path).output().unwrap();
    let said: Value = serde_json::from_slice(&tool.stdout).expect("a report");
    assert_eq!(said["credit_effective_ch"], 200);
    for trainee in said["trainees"].as_array().unwrap() {
        let line = hours.lines.iter().find(|line| trainee["person"] == line.person).expect("on the sheet");
        assert_eq!(trainee["credit_ch"], line.credit_ch);
        assert_eq!(trainee["effective_seconds"], line.counted_s);
    }
    assert!(!told.server.books().judge(TAUGHT, told.end_ms + 20 * MINUTE, false).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_sheet_is_saved_as_csv_and_xlsx() {
    let told = Told::new().await;
    told.judge().await;
    let hours = told.hours().await;
    let csv = get(&told.operator, &format!("/api/hours/{TAUGHT}/sheet.csv")).await;
    assert_eq!(csv.headers()[CONTENT_TYPE], "text/csv; charset=utf-8");
    let called = csv.headers()[CONTENT_DISPOSITION].to_str().expect("text");
    let plain = "attachment; filename=\"hours-taught.csv\"; filename*=UTF-8''";
    assert!(called.starts_with(plain) && called.ends_with(".csv"), "{called}");
    let csv = csv.text().await.unwrap();
    let lines: Vec<&str> = csv.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(
        lines[0],
        "姓名,单位,学校,证件号码,人员编号,首次进入,最后离开,有效分钟,在线确认,应答用时（秒）,学时,迟到/早退/缺勤,有学时未确认"
    );
    // A tab keeps a spreadsheet from reading the text as a date.
    let id = |name| id_of(&hours, name);
    assert!(lines[1].starts_with(&format!("'=小王,,,,{},2", id("=小王"))), "{csv}");
    assert!(lines[1].ends_with(",78,\"0/0\t\",,1.70,迟到,是"), "{csv}");
    assert_eq!(lines[2], format!("小张,,,,{},,,0,\"0/0\t\",,0.00,缺勤,", id("小张")));
    let xlsx = get(&told.operator, &format!("/api/hours/{TAUGHT}/sheet.xlsx")).await.bytes().await.unwrap();
    assert!(xlsx.starts_with(b"PK\x03\x04"));
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_comes_back_after_the_end_with_the_same_account() {
    let told = Told::new().await;
    told.judge().await;
    let late = id_of(&told.hours().await, "=小王");
    let shown = told.server.data().to_owned();
    let refused = program(&["links", "--lesson", TAUGHT], &shown);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(!refused.status.success() && said.contains("--person ID") && said.contains(&late), "{said}");
    let links = program(&["links", "--person", &late, "--json"], &shown);
    let links: Value = serde_json::from_slice(&links.stdout).expect("links");
    let secret = links[0]["url"].as_str().and_then(|url| url.split_once("/in#")).expect("a link").1;
    let back = sign_in(told.server.url(), secret).await.expect("a fresh link signs in");
    let mine: MyHours = get(&back, "/api/hours/mine").await.json().await.unwrap();
    assert_eq!(mine.recognised_ch, 170);
    let strange = program(&["links", "--person", &late, "--lesson", LESSON], &shown);
    assert!(String::from_utf8_lossy(&strange.stderr).contains("does not belong"));
    let begun = program(&["lesson", TAUGHT, "--start", "2026-11-24T19:00:00+08:00"], &shown);
    assert!(String::from_utf8_lossy(&begun.stderr).contains("has begun"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_program_verifies_judges_and_exports_the_ledger() {
    let told = Told::new().await;
    told.judge().await;
    let data = told.server.stop().await;
    let verified = program(&["ledger", "verify"], data.path());
    assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stderr));
    let said = String::from_utf8(verified.stdout).unwrap();
    assert!(said.starts_with("sound: 2 entries, head 2:") && said.ends_with(", 1 results\n"), "{said}");
    let head = said.split(' ').nth(4).expect("a head").trim_end_matches(',').to_owned();
    let strict = data.path().join("strict.toml");
    std::fs::write(&strict, "version = \"strict\"\ntol = 0\nmin_share = 1\n").unwrap();
    let judged = Process::new(env!("CARGO_BIN_EXE_live-classroom"))
        .env("CLASSROOM__HOURS__POLICY", &strict)
        .args(["ledger", "judge", TAUGHT, "--data", data.path().to_str().unwrap()])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&judged.stdout), "taught: judged by policy strict\n");
    let said = String::from_utf8(program(&["ledger", "verify"], data.path()).stdout).unwrap();
    assert!(said.starts_with("sound: 3 entries") && said.ends_with("2 results\n"), "{said}");
    assert!(program(&["ledger", "verify", "--head", &head], data.path()).status.success());
    let other = program(&["ledger", "verify", "--head", &format!("1:{}", "0".repeat(64))], data.path());
    assert!(String::from_utf8_lossy(&other.stderr).contains("ledger entry 1"), "{other:?}");
    exports(data.path());
}

/// Exports three entries, two heads and the key; the newest head of the file can be kept elsewhere.
fn exports(data: &Path) {
    let exported = String::from_utf8(program(&["ledger", "export"], data).stdout).unwrap();
    assert_eq!(exported.lines().count(), 3 + 2 + 1, "entries, heads, the key");
    let line = exported.lines().nth(4).expect("the newest head");
    let kept = data.join("head.json");
    std::fs::write(&kept, line).unwrap();
    let kept = program(&["ledger", "verify", "--head", kept.to_str().unwrap()], data);
    assert!(kept.status.success(), "{kept:?}");
    assert_eq!(serde_json::from_str::<Value>(exported.lines().next().unwrap()).unwrap()["seq"], 1);
    let key: Value = serde_json::from_str(exported.lines().last().unwrap()).unwrap();
    assert_eq!(key["public_key"].as_str().map(str::len), Some(64));
}
