//! The files of `packaging/`: the Debian package, the unit of systemd, the rules of Prometheus, the dashboard of Grafana.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::harness::TestServer;

/// Exit status of a script that cannot do its work here, as automake has it.
const SKIPPED: i32 = 77;

fn packaging(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("packaging").join(name)
}

#[test]
fn the_unit_is_one_that_systemd_understands_and_finds_tight() {
    let unit = packaging("debian/live-classroom.service");
    let asked = Command::new("systemd-analyze")
        .args(["security", "--offline=true", "--threshold=20"])
        .arg(&unit)
        .output();
    let Ok(asked) = asked else {
        eprintln!("systemd is not installed: the unit is not looked at");
        return;
    };
    assert!(asked.status.success(), "{}", String::from_utf8_lossy(&asked.stdout));
    // The program is not installed where the tests run.
    let said = Command::new("systemd-analyze").arg("verify").arg(&unit).output().expect("as before");
    let said = String::from_utf8_lossy(&said.stderr).into_owned();
    let others: Vec<_> = said.lines().filter(|line| !line.contains("is not executable")).collect();
    assert!(others.is_empty(), "{others:?}");
}

#[test]
fn the_package_is_installed_updated_removed_and_purged() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let made = Command::new(packaging("deb"))
        .args([Path::new(env!("CARGO_BIN_EXE_live-classroom")), folder.path()])
        .env("KEEP_SYMBOLS", "1")
        .output()
        .expect("a shell");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let package = String::from_utf8(made.stdout).expect("a path");
    let tried = Command::new(packaging("try-deb")).arg(package.trim()).output().expect("a shell");
    if tried.status.code() == Some(SKIPPED) {
        eprintln!("no copy of this system can be made here: the package is not installed");
        return;
    }
    let [said, complained] = [&tried.stdout, &tried.stderr].map(|text| String::from_utf8_lossy(text));
    assert!(tried.status.success(), "{said}{complained}");
    assert!(said.contains("== all is as it should be"), "{said}{complained}");
}

/// The names of metrics in a text.
fn metrics_in(text: &str) -> BTreeSet<&str> {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    words.filter(|word| word.starts_with("classroom_")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_metric_is_on_the_dashboard_and_every_rule_has_its_metric() {
    let server = TestServer::start().await;
    let token = fs::read_to_string(server.data().join("metrics.token")).expect("made at the start");
    let metrics = loadtest::http::client().get(format!("{}/metrics", server.url())).bearer_auth(token);
    let metrics = metrics.send().await.expect("an answer").text().await.expect("text");
    let told: String = metrics.lines().filter(|line| line.starts_with("# TYPE ")).collect();
    let told = metrics_in(&told);
    assert!(told.len() > 20, "{told:?}");

    let dashboard = fs::read_to_string(packaging("grafana/live-classroom.json")).expect("there");
    let panels = serde_json::from_str::<serde_json::Value>(&dashboard).expect("JSON")["panels"].clone();
    assert!(panels.as_array().is_some_and(|panels| panels.len() > 10));
    assert_eq!(metrics_in(&dashboard), told);
    let rules = fs::read_to_string(packaging("prometheus/alerts.yml")).expect("there");
    let unknown: Vec<_> = metrics_in(&rules).difference(&told).copied().collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    // Each rule says how urgent it is, what is wrong in both languages, and what to do.
    for rule in rules.split("- alert: ").skip(1) {
        let name = rule.lines().next().unwrap_or_default();
        for part in ["severity: ", "summary: ", " · ", "action: "] {
            assert!(rule.contains(part), "{name} has no {part:?}");
        }
    }
}

#[test]
fn the_rules_are_those_of_prometheus() {
    let checked =
        Command::new("promtool").args(["check", "rules"]).arg(packaging("prometheus/alerts.yml")).output();
    match checked {
        Ok(said) => assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr)),
        Err(_) => eprintln!("promtool is not installed: the rules are not parsed"),
    }
}
