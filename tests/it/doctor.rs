//! What `doctor` says of good and of bad machines.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::time::{Duration, SystemTime};

use crate::cli::{Running, refuses, run, says};

const DAY: Duration = Duration::from_secs(86_400);

/// Flags of a server with any ports, on this folder.
fn asked<'a>(data: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let own = ["doctor", "--data", data, "--listen", "127.0.0.1:0", "--media-port", "0"];
    [&own[..], more].concat()
}

/// Writes a certificate that ends in so many days, and its key.
fn certificate(folder: &Path, from: SystemTime, to: SystemTime) {
    let mut params = rcgen::CertificateParams::new(vec!["class.example.org".to_owned()]).expect("a name");
    (params.not_before, params.not_after) = (from.into(), to.into());
    let pair = rcgen::KeyPair::generate().expect("a key");
    let made = params.self_signed(&pair).expect("signed");
    fs::write(folder.join("cert.pem"), made.pem()).expect("written");
    fs::write(folder.join("key.pem"), pair.serialize_pem()).expect("written");
}

#[test]
fn a_machine_is_looked_at_and_nothing_is_changed() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().to_str().expect("text");
    let said = says(&asked(data, &["--set", "recording.disk_reserve_mb=1"]));
    for what in [
        "space",
        "writes",
        "database",
        "clock",
        "open files",
        "UDP buffers",
        "ports",
        "certificate",
        "ffmpeg",
        "fonts",
    ] {
        assert!(said.lines().any(|line| line.contains(what)), "{what} is missing in {said}");
    }
    assert!(said.contains("Ready for classes"), "{said}");
    assert_eq!(fs::read_dir(folder.path()).expect("there").count(), 0, "a file was left");
    let server = Running::start("serve", folder.path(), &[]);
    let said = says(&asked(data, &["--set", "recording.disk_reserve_mb=1"]));
    assert!(said.contains("used by the running server http://localhost:"), "{said}");
    server.stop();
}

#[test]
fn a_database_that_does_not_answer_is_named_without_its_password() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().to_str().expect("text");
    let url = [("CLASSROOM__STORE__URL", "postgres://u:geheim@127.0.0.1:1/x")];
    let output = run(&asked(data, &[]), &url);
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    let line = said.lines().find(|line| line.contains("database")).expect("a line");
    assert!(
        line.starts_with("wrong") && line.contains("x on 127.0.0.1:1") && !said.contains("geheim"),
        "{said}"
    );
}

#[test]
fn what_keeps_a_class_from_being_held_is_named_with_its_remedy() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().to_str().expect("text");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let listen = taken.local_addr().expect("an address").to_string();
    let on_taken = ["doctor", "--data", data, "--listen", &listen, "--media-port", "0"];
    let reserve = ["--set", "recording.disk_reserve_mb=1"];
    refuses(&[&on_taken[..], &reserve].concat(), &[], &["1 of 10 checks"]);
    refuses(&asked(data, &["--set", "recording.disk_reserve_mb=1048576"]), &[], &["1 of 10 checks"]);
}

#[test]
fn a_certificate_is_told_before_it_expires() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, now) = (folder.path().to_str().expect("text"), SystemTime::now());
    let [cert, key] = ["cert.pem", "key.pem"].map(|name| format!("{data}/{name}"));
    let flags = ["--tls", "files", "--cert", &cert, "--key", &key, "--set", "recording.disk_reserve_mb=1"];
    certificate(folder.path(), now - DAY, now + 90 * DAY);
    assert!(says(&asked(data, &flags)).contains("valid until"));
    certificate(folder.path(), now - DAY, now + 10 * DAY);
    assert!(says(&asked(data, &flags)).contains("expires on"));
    certificate(folder.path(), now - 9 * DAY, now - DAY);
    refuses(&asked(data, &flags), &[], &["1 of 10"]);
    fs::remove_file(&key).expect("there");
    refuses(&asked(data, &flags), &[], &["1 of 10"]);
}
