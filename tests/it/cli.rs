//! The program as people start it: its output, its refusals, its end.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

const PROGRAM: &str = env!("CARGO_BIN_EXE_live-classroom");

pub(crate) fn run(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let variables = variables.iter().copied();
    Command::new(PROGRAM).args(arguments).envs(variables).output().expect("the program runs")
}

/// The standard output of a run that must succeed.
pub(crate) fn says(arguments: &[&str]) -> String {
    let output = run(arguments, &[]);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// Checks that a run fails, with a sentence that has all `parts`.
pub(crate) fn refuses(arguments: &[&str], variables: &[(&str, &str)], parts: &[&str]) {
    let output = run(arguments, variables);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "{arguments:?} succeeded");
    for part in parts {
        assert!(said.contains(part), "{arguments:?} said {said:?}, not {part:?}");
    }
    assert!(!said.contains("panicked"), "{said}");
}

/// A server as a child process.
pub(crate) struct Running {
    child: Child,
    /// The standard output up to the end of the links.
    greeting: String,
}

impl Running {
    pub(crate) fn start(command: &str, data: &Path, more: &[&str]) -> Running {
        let mut child = Command::new(PROGRAM)
            .args([command, "--listen", "127.0.0.1:0", "--media-ip", "127.0.0.1", "--media-port", "0"])
            .arg("--data")
            .arg(data)
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let mut greeting = String::new();
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        while !greeting.contains("links --data") {
            greeting += &lines.next().expect("the program greets before it ends").expect("text");
            greeting.push('\n');
        }
        Running { child, greeting }
    }

    fn urls(&self) -> Vec<&str> {
        self.greeting.split_whitespace().filter(|word| word.contains("/in#")).collect()
    }

    /// The address on which the server listens, from a link.
    fn address(&self) -> String {
        let url = self.urls()[0];
        url["http://localhost:".len()..]
            .split('/')
            .next()
            .map(|port| format!("127.0.0.1:{port}"))
            .expect("a port")
    }

    /// Ends the server as a service manager does; it must end by itself and with status 0.
    pub(crate) fn stop(mut self) {
        let killed = Command::new("kill").arg(self.child.id().to_string()).status().expect("kill runs");
        assert!(killed.success());
        assert!(self.child.wait().expect("it ends").success());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_first_administrator_is_invited_and_the_log_says_so() {
    let data = tempfile::tempdir().expect("a folder");
    let data = data.path().to_str().expect("a path");
    let invite = |more: &[&str]| says(&[&["invite", "--name", "王培训", "--data", data], more].concat());
    let first = invite(&["--role", "training_admin"]);
    assert!(first.contains("training-admin-1") && first.contains("/invited#"), "{first}");
    let again = invite(&["--role", "training_admin", "--login", "training-admin-1", "--again"]);
    assert!(again.contains("training-admin-1") && again != first, "{again}");
    assert!(invite(&["--role", "security-admin"]).contains("security-admin-1"));
    for (more, said) in [
        (&["--role", "unit_admin"][..], "needs a unit"),
        (&["--role", "unit_admin", "--unit", "99"], "no such unit"),
        (&["--role", "god"], "unknown variant"),
        (&["--role", "trainee", "--login", "training-admin-1"], "has an account already"),
        (&["--role", "trainee", "--phone", "12"], "telephone"),
    ] {
        refuses(&[&["invite", "--name", "王培训", "--data", data], more].concat(), &[], &[said]);
    }
    let sound = says(&["audit", "verify", "--data", data]);
    assert!(sound.starts_with("sound: 5 events, head 5:"), "{sound}");
    let head = sound.trim().rsplit(' ').next().expect("a head");
    says(&["audit", "verify", "--data", data, "--head", head]);
    refuses(&["audit", "verify", "--data", data, "--head", "9:00"], &[], &["event 9", "cut off"]);
}

#[test]
fn whoever_verifies_a_folder_without_a_database_is_told_and_makes_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().to_str().expect("a path");
    for command in [["ledger", "verify"], ["audit", "verify"], ["ledger", "export"]] {
        refuses(
            &[&command[..], &["--data", data]].concat(),
            &[],
            &["there is no database in the folder", data],
        );
        assert_eq!(std::fs::read_dir(folder.path()).expect("there").count(), 0, "{command:?} made something");
    }
}

#[test]
fn a_lost_key_is_told_and_renewed_by_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().to_str().expect("a path");
    let verify = ["audit", "verify", "--data", data];
    says(&["invite", "--name", "王培训", "--role", "training_admin", "--data", data]);
    let sound = says(&verify);
    for file in ["ledger.key", "checks.key"] {
        std::fs::remove_file(folder.path().join(file)).expect("the key is there");
        refuses(&verify, &[], &[file, "is missing", "backup", "keys renew"]);
        refuses(&["keys", "renew", file, "--reason", " ", "--data", data], &[], &["reason"]);
        says(&["keys", "renew", file, "--reason", "磁盘坏了", "--data", data]);
        refuses(&["keys", "renew", file, "--reason", "磁盘坏了", "--data", data], &[], &["is there"]);
    }
    assert_ne!(says(&verify), sound, "the audit log says so");
    std::fs::remove_file(folder.path().join("vault.key")).expect("the key is there");
    refuses(&verify, &[], &["vault.key", "backup"]);
}

#[test]
fn the_sample_is_accepted_and_means_the_defaults() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("class.toml");
    std::fs::write(&file, says(&["config", "sample"])).expect("written");
    assert_eq!(says(&["config", "check", file.to_str().expect("text")]), says(&["config", "check"]));
}

#[test]
fn the_settings_are_shown_without_the_password_of_the_database() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("class.toml");
    std::fs::write(&file, "[store]\nurl = \"postgres://u:geheim@db.example/x\"\n").expect("written");
    let said = says(&["config", "check", file.to_str().expect("text")]);
    assert!(said.contains("postgres://u:***@db.example/x") && !said.contains("geheim"), "{said}");
}

#[test]
fn what_is_wrong_with_the_settings_is_said_with_its_place() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("class.toml");
    std::fs::write(&file, "[room]\nseats = 5\n").expect("written");
    let file = file.to_str().expect("text");
    refuses(&["config", "check", file], &[], &["class.toml, line 2", "seats"]);
    refuses(&["serve", "--config", file], &[], &["class.toml, line 2"]);
    refuses(&["serve", "--trainees-max", "0"], &[], &["room.trainees_max = 0", "1 to 10000 people"]);
    refuses(&["config", "check"], &[("CLASSROOM__ROOM__SEATS", "5")], &["CLASSROOM__ROOM__SEATS"]);
    refuses(&["config", "check"], &[("CLASSROOM__LOG__LEVEL", "a=b=c")], &["log.level"]);
    refuses(&["serve", "--set", "nonsense"], &[], &["KEY=VALUE"]);
}

#[test]
fn an_empty_store_greets_with_links_and_a_used_one_tells_how_to_get_them() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().join("data");
    let first = Running::start("serve", &data, &[]);
    assert_eq!(first.urls().len(), 5, "{}", first.greeting);
    let shown = data.to_str().expect("text");

    // While the server runs, a second one is refused, and tokens and links are made.
    let second = ["serve", "--listen", "127.0.0.1:0", "--media-port", "0", "--data", shown];
    refuses(&second, &[], &["another live-classroom server", "--data"]);
    let token = says(&["token", "--lesson", "demo", "--role", "instructor", "--data", shown]);
    assert!(token.trim().len() >= 32 && token.lines().count() == 1, "{token:?}");
    let links = says(&["links", "--trainees", "100", "--json", "--data", shown]);
    assert_eq!(links.matches("/in#").count(), 102);
    assert!(links.contains(first.urls()[0].split("/in#").next().expect("an address")));
    refuses(&["token", "--lesson", "no", "--role", "trainee", "--data", shown], &[], &["no lesson \"no\""]);
    refuses(&["links", "--lesson", "no", "--data", shown], &[], &["no lesson \"no\""]);
    assert_eq!(says(&["lesson", "maths", "--title", "Maths", "--data", shown]), "maths\n");
    refuses(&["lesson", "maths", "--title", "Maths", "--data", shown], &[], &["maths"]);
    let planned =
        ["--content", "m", "--credit-ch", "100", "--start", "2026-11-24T19:00:00+08:00", "--minutes", "45"];
    let music = [&["lesson", "music", "--title", "Music", "--data", shown][..], &planned].concat();
    assert_eq!(says(&music), "music\n");
    refuses(&["lesson", "mine", "--title", "Mine", "--data", shown], &[], &["\"mine\"", "another"]);
    refuses(
        &["lesson", "x", "--title", "X", "--start", "soon", "--data", shown],
        &[],
        &["2026-11-22T19:00:00+08:00"],
    );
    assert_eq!(
        says(&["ledger", "verify", "--data", shown]),
        "sound: 0 entries, no signed head yet, 0 results\n"
    );
    let exported = says(&["ledger", "export", "--data", shown]);
    assert!(exported.starts_with("{\"public_key\":\"") && exported.lines().count() == 1, "{exported}");
    let later = ["--start", "2026-11-25T19:00:00+08:00", "--data", shown];
    assert_eq!(says(&[&["lesson", "music"][..], &later].concat()), "music\n");
    refuses(&[&["lesson", "opera"][..], &later].concat(), &[], &["no lesson \"opera\"", "--title"]);
    refuses(&["lesson", "music", "--data", shown], &[], &["--title"]);
    refuses(&["lesson", "../x", "--title", "X", "--data", shown], &[], &["letters"]);
    first.stop();

    let again = Running::start("serve", &data, &[]);
    assert_eq!(again.urls().len(), 0, "{}", again.greeting);
    again.stop();
    let demo = Running::start("demo", &data, &[]);
    assert_eq!(demo.urls().len(), 5, "{}", demo.greeting);
    demo.stop();
}

#[test]
fn a_taken_port_and_an_unusable_folder_are_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let running = Running::start("demo", &folder.path().join("a"), &[]);
    let (address, other) = (running.address(), folder.path().join("b"));
    let other = other.to_str().expect("text");
    refuses(
        &["demo", "--listen", &address, "--data", other],
        &[],
        &[&address, "another program", "--listen"],
    );

    let file = folder.path().join("file");
    std::fs::write(&file, "").expect("written");
    let under = file.join("data");
    let under = under.to_str().expect("text");
    refuses(&["serve", "--listen", "127.0.0.1:0", "--data", under], &[], &["data folder", under]);
    refuses(&["serve", "--listen", "127.0.0.1:0", "--data", "/proc/data"], &[], &["data folder /proc/data"]);
    refuses(&["token", "--lesson", "demo", "--role", "trainee", "--data", "/nowhere"], &[], &["/nowhere"]);
    let nowhere = ["serve", "--listen", "nowhere", "--media-port", "0", "--data", other];
    refuses(&nowhere, &[], &["cannot listen on nowhere"]);
    running.stop();
}

#[test]
fn nothing_secret_is_in_the_log() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut child = Command::new(PROGRAM)
        .args(["demo", "--listen", "127.0.0.1:0", "--media-ip", "127.0.0.1", "--log", "trace", "--data"])
        .arg(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut log = child.stderr.take().expect("piped");
    let log = std::thread::spawn(move || {
        let mut text = String::new();
        log.read_to_string(&mut text).map(|_| text).expect("text")
    });
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let url = loop {
        let line = lines.next().expect("links").expect("text");
        if let Some(url) = line.split_whitespace().find(|word| word.contains("/in#")) {
            break url.to_string();
        }
    };
    let (base, secret) = url.split_once("/in#").expect("a link");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let me = runtime.block_on(loadtest::http::sign_in(base, secret)).expect("signed in");
    let mut running = Running { child, greeting: url.clone() };
    let killed = Command::new("kill").arg(running.child.id().to_string()).status().expect("kill runs");
    assert!(killed.success() && running.child.wait().expect("it ends").success());

    let log = log.join().expect("the log was read");
    assert!(log.contains("signed in"), "the log is not the one of this run");
    let cookie = me.cookie.split_once('=').expect("a pair").1;
    assert!(!log.contains(secret) && !log.contains(cookie), "a secret is in the log");
}
