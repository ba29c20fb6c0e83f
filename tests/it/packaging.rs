//! What is packaged for Debian, systemd and monitoring.

use std::path::{Path, PathBuf};
use std::process::Command;

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
