//! The web client inside the program: a release is not built without it.

use std::path::Path;
use std::process::Command;

/// The output of the build script in a folder that is empty, or in which the client is built.
fn said(script: &Path, profile: &str, built: bool, without: bool) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    if built {
        let dist = folder.path().join("web-client/dist");
        std::fs::create_dir_all(&dist).expect("made");
        std::fs::write(dist.join("index.html"), "<!doctype html>").expect("written");
    }
    let mut command = Command::new(script);
    command.current_dir(folder.path()).env("PROFILE", profile).env_remove("LIVE_CLASSROOM_WITHOUT_CLIENT");
    if without {
        command.env("LIVE_CLASSROOM_WITHOUT_CLIENT", "1");
    }
    let output = command.output().expect("the script runs");
    assert!(output.status.success());
    assert!(folder.path().join("web-client/dist").exists(), "the folder is there for the next build");
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn a_release_without_the_web_client_is_not_built_and_the_error_says_what_to_run() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let script = folder.path().join("build-script");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/build.rs");
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let mut compile = Command::new(rustc);
    compile.args(["--edition", "2024", source, "-o"]).arg(&script);
    assert!(compile.status().expect("rustc runs").success());

    let refused = said(&script, "release", false, false);
    let error = refused.lines().find_map(|line| line.strip_prefix("cargo::error=")).expect("an error");
    assert!(error.contains("make client"), "{error}");
    for (profile, built, without) in
        [("release", true, false), ("release", false, true), ("debug", false, false), ("debug", true, false)]
    {
        let said = said(&script, profile, built, without);
        assert!(!said.contains("cargo::error"), "{profile} {built} {without}: {said}");
    }
}
