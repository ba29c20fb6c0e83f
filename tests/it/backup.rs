//! Backups beside a running server, and the way back: a drill.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::cli::{Running, refuses, says};
use crate::storage::SmallDisk;

/// A data folder with a server, and a folder for backups.
struct Drill {
    folder: TempDir,
}

impl Drill {
    fn new() -> Drill {
        let drill = Drill { folder: tempfile::tempdir().expect("a folder") };
        fs::create_dir(drill.path("data")).expect("made");
        drill
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).to_str().expect("text").to_owned()
    }

    /// As the recorder and the press leave them.
    fn file(&self, name: &str, content: &str) {
        let file = self.path("data").join(name);
        fs::create_dir_all(file.parent().expect("a folder")).expect("made");
        fs::write(file, content).expect("written");
    }

    /// Makes a backup with keys; returns its folder.
    fn backup(&self) -> PathBuf {
        let (to, keys, data) = (self.text("backups"), self.text("keys"), self.text("data"));
        let said = says(&["backup", &to, "--keys", &keys, "--data", &data]);
        let (folder, _) = said.split_once(": ").expect("the folder comes first");
        PathBuf::from(folder)
    }

    fn restore(&self, from: &str, keys: &str, data: &str) -> [String; 6] {
        ["restore", &self.text(from), "--keys", &self.text(keys), "--data", &self.text(data)]
            .map(str::to_owned)
    }

    fn restores(&self, from: &str, keys: &str, data: &str) -> String {
        says(&self.restore(from, keys, data).each_ref().map(String::as_str))
    }

    fn refused(&self, from: &str, keys: &str, data: &str, parts: &[&str]) {
        refuses(&self.restore(from, keys, data).each_ref().map(String::as_str), &[], parts);
    }

    fn invite(&self, data: &str, name: &str) {
        says(&["invite", "--name", name, "--role", "unit-admin", "--unit", "33", "--data", &self.text(data)]);
    }

    fn events(&self, data: &str) -> String {
        says(&["audit", "verify", "--data", &self.text(data)])
    }
}

fn inode(file: &Path) -> u64 {
    fs::metadata(file).expect("it is there").ino()
}

/// The second backup of a server that runs all the time, with one new and one changed file.
fn two_backups(drill: &Drill) -> [PathBuf; 2] {
    let server = Running::start("serve", &drill.path("data"), &[]);
    drill.invite("data", "王一");
    drill.file("recordings/a/1.mp4", "a segment");
    drill.file("recordings/a/manifest.jsonl", "one line");
    drill.file("reports/1", "a report");
    let first = drill.backup();
    drill.invite("data", "王二");
    drill.file("recordings/a/2.mp4", "another segment");
    drill.file("recordings/a/manifest.jsonl", "one line, two lines");
    fs::create_dir(drill.path("backups/20200101T000000Z.partial")).expect("made");
    let second = drill.backup();
    server.stop();
    [first, second]
}

#[test]
fn a_backup_beside_a_running_server_is_put_back_and_serves_again() {
    let drill = Drill::new();
    let [first, second] = two_backups(&drill);
    assert!(!drill.path("backups/20200101T000000Z.partial").exists(), "an interrupted backup is removed");
    let at = |backup: &Path, name: &str| backup.join(name);
    let same = |name: &str| inode(&at(&first, name)) == inode(&at(&second, name));
    assert!(same("recordings/a/1.mp4") && same("reports/1"), "what is known is linked");
    assert!(!same("recordings/a/manifest.jsonl") && !same("classroom.db"));
    assert!(second.join("recordings/a/2.mp4").exists() && !first.join("recordings/a/2.mp4").exists());
    // A mount, or a link to one, is a new folder, too.
    fs::create_dir(drill.path("mount")).expect("made");
    std::os::unix::fs::symlink(drill.path("mount"), drill.path("link")).expect("linked");
    drill.restores("backups", "keys", "link");
    assert!(drill.path("mount/classroom.db").exists());
    let mode = |file: &Path| fs::metadata(file).expect("there").mode() & 0o777;
    assert_eq!((mode(&second), mode(&second.join("classroom.db"))), (0o700, 0o600));
    assert!(!second.join("vault.key").exists(), "keys are not where the backup is");

    // The folder of all backups: the newest is meant.
    let said = drill.restores("backups", "keys", "new");
    assert!(said.contains("audit log: sound"), "{said}");
    assert_eq!(fs::read(drill.path("new/recordings/a/2.mp4")).expect("there"), b"another segment");
    let said =
        drill.restores(&format!("backups/{}", first.file_name().unwrap().to_str().unwrap()), "keys", "old");
    assert!(said.contains("as it was at"), "{said}");
    // Each backup is noted in the log after it is made. The first copy knows neither its own, nor the second account and its
    // invitation.
    let events = |data: &str| {
        let said = drill.events(data);
        let (count, _) = said["sound: ".len()..].split_once(' ').expect("a number");
        count.parse::<u32>().expect("a number")
    };
    assert_eq!((events("old") + 3, events("new") + 1), (events("new"), events("data")));
    Running::start("serve", &drill.path("new"), &[]).stop();
}

#[test]
fn a_backup_that_is_damaged_or_without_keys_makes_no_data_folder() {
    let drill = Drill::new();
    let [_, backup] = two_backups(&drill);
    drill.refused("backups", "nowhere", "new", &["vault.key"]);
    drill.refused("backups", "keys", "data", &["is not empty"]);
    drill.refused("keys", "keys", "new", &["it is no backup"]);
    for (name, bytes) in
        [("recordings/a/2.mp4", b"another segmenT".to_vec()), ("classroom.db", b"SQLite format 3".to_vec())]
    {
        let file = backup.join(name);
        let before = fs::read(&file).expect("there");
        fs::write(&file, bytes).expect("written");
        drill.refused("backups", "keys", "new", &["damaged", name]);
        fs::write(&file, before).expect("written");
    }
    let list = backup.join("backup.json");
    let before = fs::read_to_string(&list).expect("there");
    fs::write(&list, before.replace("reports/1", "../../outside")).expect("written");
    drill.refused("backups", "keys", "new", &["backup.json is damaged", "../../outside"]);
    fs::write(&list, &before[..before.len() / 2]).expect("written");
    drill.refused("backups", "keys", "new", &["damaged"]);
    assert!(!drill.path("new").exists() && !drill.path("new.partial").exists());
}

#[test]
fn what_a_disk_forgot_is_copied_anew_or_left_out_by_name() {
    let drill = Drill::new();
    let [_, backup] = two_backups(&drill);
    // Cut off in the copy alone: the next backup does not link it.
    let segment = backup.join("recordings/a/1.mp4");
    fs::write(&segment, "a seg").expect("written");
    let third = drill.backup();
    assert_eq!(fs::read(third.join("recordings/a/1.mp4")).expect("there"), b"a segment");
    // A list that cannot be read keeps no backup from being made.
    fs::write(third.join("backup.json"), "{").expect("written");
    let fourth = drill.backup();
    assert_ne!(inode(&fourth.join("reports/1")), inode(&third.join("reports/1")));
    // Other folders are nobody's business.
    for other in ["keep.partial", "zzz"] {
        fs::create_dir_all(drill.path("backups").join(other)).expect("made");
        fs::copy(fourth.join("backup.json"), drill.path("backups").join(other).join("backup.json"))
            .expect("copied");
    }
    fs::write(fourth.join("recordings/a/1.mp4"), "a segmenT").expect("written");
    drill.refused("backups", "keys", "new", &["damaged", "recordings/a/1.mp4"]);
    let [restore, from, keys_flag, keys, data_flag, data] = drill.restore("backups", "keys", "new/");
    let said = says(&[&restore, &from, &keys_flag, &keys, &data_flag, &data, "--without-damaged"]);
    assert!(said.contains("audit log: sound"), "{said}");
    assert!(!drill.path("new/recordings/a/1.mp4").exists() && drill.path("new/recordings/a/2.mp4").exists());
    drill.backup();
    assert!(drill.path("backups/keep.partial/backup.json").exists(), "it is not ours to remove");
}

#[test]
fn keys_of_another_database_are_not_written_over() {
    let [first, second] = [Drill::new(), Drill::new()];
    for drill in [&first, &second] {
        drill.invite("data", "王一");
    }
    first.backup();
    let keys = first.text("keys");
    let before = fs::read(first.path("keys/vault.key")).expect("there");
    let (to, data) = (second.text("backups"), second.text("data"));
    refuses(&["backup", &to, "--keys", &keys, "--data", &data], &[], &["vault.key", "another key"]);
    assert_eq!(fs::read(first.path("keys/vault.key")).expect("there"), before);
    assert!(!second.path("backups").exists(), "a refused backup makes nothing");
}

#[test]
fn a_database_of_another_version_is_not_migrated_by_a_backup() {
    let drill = Drill::new();
    drill.invite("data", "王一");
    let file = drill.path("data/classroom.db");
    let sql = |text: &str| {
        let done = std::process::Command::new("sqlite3").arg(&file).arg(text).output().expect("sqlite3 runs");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).expect("text")
    };
    let last = "SELECT max(version) FROM _sqlx_migrations";
    sql(&format!("DELETE FROM _sqlx_migrations WHERE version = ({last})"));
    let before = sql(last);
    let (to, data) = (drill.text("backups"), drill.text("data"));
    refuses(&["backup", &to, "--data", &data], &[], &["is of another version of this program"]);
    assert_eq!(sql(last), before);
}

#[test]
fn a_backup_that_finds_no_room_leaves_the_one_before() {
    let Some(disk) = SmallDisk::mount() else { return };
    let drill = Drill::new();
    let server = Running::start("serve", &drill.path("data"), &[]);
    let (to, data) = (disk.0.path().to_str().expect("text"), drill.text("data"));
    let said = says(&["backup", to, "--data", &data]);
    drill.file("recordings/a/1.mp4", &"x".repeat(16 << 20));
    refuses(&["backup", to, "--data", &data], &[], &["recordings/a/1.mp4", "No space left"]);
    let folder = Path::new(said.split_once(": ").expect("the folder comes first").0);
    assert!(folder.join("backup.json").exists());
    server.stop();
}
