//! A disk that is full, fails or becomes read-only: nothing is acknowledged that is not stored, everybody is
//! told, the class goes on, and the facts of the meantime are stored when the disk works again, without a
//! restart.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command as Process;
use std::sync::Arc;
use std::time::Duration;

use live_classroom::attendance::fact::{Fact, LeftReason, What};
use live_classroom::attendance::policy::Policy;
use live_classroom::config::HoursConfig;
use live_classroom::files::recordings::Recordings;
use live_classroom::lesson::Role;
use live_classroom::office::books::{Books, Times};
use live_classroom::protocol::{Command, Load, Refusal, StorageTrouble};
use live_classroom::store::Store;
use live_classroom::time::clock::now_ms;
use loadtest::http::{SignedIn, client, sign_in};
use loadtest::peer::Peer;
use loadtest::process::ServerProcess;
use loadtest::setup;
use reqwest::StatusCode;
use reqwest::header::COOKIE;
use sqlx::Connection;
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

use crate::harness::{LESSON, SOON};
use crate::people::database;

/// Longer than the 5 s in which trouble is told, for a machine that does much else.
const TOLD: Duration = Duration::from_secs(30);

/// A file system of its own, of a few megabytes.
pub(crate) struct SmallDisk(pub(crate) TempDir);

impl SmallDisk {
    /// Mounts the file system; `None` = this machine does not allow it.
    pub(crate) fn mount() -> Option<SmallDisk> {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let mut mount = Process::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=16m", "tmpfs"]).arg(dir.path());
        if mount.output().is_ok_and(|output| output.status.success()) {
            return Some(SmallDisk(dir));
        }
        println!("not tested: a tmpfs cannot be mounted here");
        None
    }

    fn filler(&self) -> PathBuf {
        self.0.path().join("filler")
    }

    /// Takes the last free byte.
    fn fill(&self) {
        let mut fill = Process::new("dd");
        fill.args(["if=/dev/zero", "bs=4k"]).arg(format!("of={}", self.filler().display()));
        fill.output().expect("dd runs");
    }

    fn free(&self) {
        fs::remove_file(self.filler()).expect("the filler is there");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Process::new("umount").arg("-l").arg(self.0.path()).output();
    }
}

/// Makes the C library report the errors of a broken disk, for the files of one folder.
struct FaultyDisk {
    data: TempDir,
    tools: TempDir,
}

impl FaultyDisk {
    fn new() -> FaultyDisk {
        let (data, tools) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/faults/disk.c");
        let built = Process::new("cc")
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .arg(tools.path().join("disk.so"))
            .args([source, "-ldl"])
            .output()
            .expect("cc runs: it built SQLite, too");
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        FaultyDisk { data, tools }
    }

    /// Sets the error: `EIO` = nothing is synced any more; `EROFS` = nothing is written any more.
    fn fails(&self, how: &str) {
        fs::write(self.tools.path().join("fault"), how).expect("written");
    }

    fn works(&self) {
        fs::remove_file(self.tools.path().join("fault")).expect("it failed before");
    }

    async fn serve(&self) -> ServerProcess {
        let variables = [
            ("LD_PRELOAD", self.tools.path().join("disk.so")),
            ("FAULT_FILE", self.tools.path().join("fault")),
            ("FAULT_FOLDER", self.data.path().to_owned()),
        ];
        let variables = variables.map(|(name, path)| format!("{name}={}", path.display()));
        serve(self.data.path(), "env", &variables.each_ref().map(String::as_str)).await
    }
}

/// The real binary on this data folder, started by `wrapper`, which has these arguments before the program.
async fn serve(data: &Path, wrapper: &str, arguments: &[&str]) -> ServerProcess {
    let program = env!("CARGO_BIN_EXE_live-classroom");
    let data = data.to_str().expect("a text path");
    let own =
        ["serve", "--listen", "127.0.0.1:0", "--data", data, "--media-ip", "127.0.0.1", "--media-port", "0"];
    let all = [arguments, &[program], &own].concat();
    ServerProcess::start(Path::new(wrapper), &all).await.expect("the server starts")
}

/// Removes the log that a closed store may leave: a connection that only reads cannot remove it when it is
/// the last to close. Its space would be enough for many sign-ins.
async fn without_log(data: &Path) {
    let log = data.join("classroom.db-wal");
    let began = Instant::now();
    while log.metadata().is_ok_and(|log| log.len() > 0) {
        let mut database = database(data).await;
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut database).await.expect("a checkpoint");
        database.close().await.expect("closed");
        assert!(began.elapsed() < TOLD, "the store is not closed");
        sleep(Duration::from_millis(50)).await;
    }
}

/// A class with an instructor and two trainees, an operator, and links of people who have not signed in.
struct Scene {
    server: ServerProcess,
    instructor: Peer,
    first: Peer,
    second: Peer,
    operator: SignedIn,
    links: Vec<String>,
}

impl Scene {
    async fn begin(data: &Path, server: impl AsyncFnOnce() -> ServerProcess) -> Scene {
        let store = Store::open(data).await.expect("a store");
        let class = setup::class(&store, LESSON, 2).await.expect("a class");
        let operator = setup::link(&store, "运维", Role::Operator, None).await.expect("a link");
        let mut links = Vec::new();
        for n in 0..60 {
            let link = setup::link(&store, &format!("学员{n}"), Role::Trainee, Some(LESSON)).await;
            links.push(link.expect("a link"));
        }
        drop(store);
        without_log(data).await;
        let server = server().await;
        let mut peers = Vec::new();
        for link in [&class.instructor, &class.trainees[0], &class.trainees[1]] {
            let mut peer = Peer::sign_in(&server.base_url, link).await.expect("signed in");
            peer.join(LESSON).await.expect("joined");
            peers.push(peer);
        }
        let operator = sign_in(&server.base_url, &operator).await.expect("signed in");
        let [instructor, first, second] = peers.try_into().ok().expect("three");
        instructor.command(Command::StartClass).await.expect("begun");
        Scene { server, instructor, first, second, operator, links }
    }

    async fn ready(&self) -> (StatusCode, String) {
        let answer =
            client().get(format!("{}/readyz", self.server.base_url)).send().await.expect("an answer");
        (answer.status(), answer.text().await.expect("a text"))
    }

    async fn wall(&self) -> Option<StorageTrouble> {
        let url = format!("{}/api/operator/load?as={}", self.operator.base_url, self.operator.me.seat);
        let answer = client().get(url).header(COOKIE, &self.operator.cookie).send().await.expect("an answer");
        answer.json::<Load>().await.expect("the wall").storage
    }

    /// Waits until `/readyz` and the wall show this trouble, or none.
    async fn told(&self, trouble: Option<StorageTrouble>, sentence: &str) {
        let began = Instant::now();
        loop {
            let ((status, text), wall) = (self.ready().await, self.wall().await);
            let is_so = (status == StatusCode::OK) == trouble.is_none() && wall == trouble;
            if is_so && text.contains(sentence) {
                return;
            }
            assert!(began.elapsed() < TOLD, "not {trouble:?} and {sentence:?}: {status} {text}, {wall:?}");
            sleep(Duration::from_millis(100)).await;
        }
    }

    /// Lets one more person try to sign in.
    async fn sign_in(&mut self) -> Result<(), StatusCode> {
        let link = self.links.pop().expect("links enough");
        match sign_in(&self.server.base_url, &link).await {
            Ok(_) => Ok(()),
            Err(error) => {
                let refused = error.downcast_ref::<loadtest::http::HttpRefused>();
                Err(refused.unwrap_or_else(|| panic!("{error:#}")).status)
            }
        }
    }

    /// Checks what everybody meets while nothing can be stored: nothing is acknowledged, and the class goes
    /// on.
    async fn is_refused(&mut self) {
        assert_eq!(self.sign_in().await, Err(StatusCode::SERVICE_UNAVAILABLE));
        let chat = Command::Chat { text: "听得见吗".into() };
        // The first command that meets the trouble is kept; those after it are not taken at all.
        let said = self.instructor.command(chat).await;
        assert!(matches!(said, Err(Refusal::Unavailable | Refusal::Waits)), "{said:?}");
        assert!(!self.instructor.closed(), "the class goes on");
    }

    async fn is_well(&mut self) {
        self.told(None, "ready").await;
        self.sign_in().await.expect("a sign-in as ever");
        let began = Instant::now();
        // The room tries once a second.
        while self.instructor.command(Command::Chat { text: "又好了".into() }).await.is_err() {
            assert!(began.elapsed() < TOLD, "the room does not store again");
            sleep(Duration::from_millis(200)).await;
        }
    }
}

async fn left(data: &Path) -> Vec<Fact> {
    let store = Store::open(data).await.expect("the store opens again");
    let facts = store.facts().of(LESSON).await.expect("facts can be read");
    let asked = |fact: &Fact| matches!(fact.what, What::Left { reason: LeftReason::Asked, .. });
    facts.into_iter().filter(asked).collect()
}

/// The database is deleted, replaced by a copy, or moved away and put back: writes to a file without a name
/// are lost with it.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_moved_under_the_server_is_told_and_its_facts_wait() {
    let data = tempfile::tempdir().expect("a folder");
    let mut scene = Scene::begin(data.path(), async || serve(data.path(), "env", &[]).await).await;
    scene.told(None, "ready").await;
    let [file, aside] = ["classroom.db", "aside.db"].map(|name| data.path().join(name));
    fs::rename(&file, &aside).expect("moved away");
    scene.told(Some(StorageTrouble::Gone), "put the same file").await;
    scene.is_refused().await;
    fs::copy(&aside, &file).expect("a copy");
    sleep(Duration::from_secs(2)).await;
    scene.told(Some(StorageTrouble::Gone), "put the same file").await;
    fs::rename(&aside, &file).expect("put back");
    scene.is_well().await;
}

#[test]
fn a_disk_that_is_full_from_the_start_is_told_in_a_sentence() {
    let Some(disk) = SmallDisk::mount() else { return };
    let data = disk.0.path().join("data");
    fs::create_dir(&data).expect("there is room");
    disk.fill();
    for command in ["serve", "demo"] {
        let mut start = Process::new(env!("CARGO_BIN_EXE_live-classroom"));
        start.args([command, "--listen", "127.0.0.1:0", "--media-ip", "127.0.0.1", "--media-port", "0"]);
        let output = start.arg("--data").arg(&data).output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains("the disk is full; free some space"), "{said}");
    }
}

#[tokio::test]
async fn a_command_that_meets_a_full_disk_says_what_to_do() {
    let Some(disk) = SmallDisk::mount() else { return };
    let data = disk.0.path().join("data");
    fs::create_dir(&data).expect("there is room");
    let run = |arguments: &[&str]| {
        let mut command = Process::new(env!("CARGO_BIN_EXE_live-classroom"));
        command.args(arguments).arg("--data").arg(&data).output().expect("it runs")
    };
    assert!(run(&["links"]).status.success());
    let past = ["lesson", "past", "--title", "旧课", "--start", "2020-11-17T09:00:00+08:00"];
    assert!(run(&past).status.success());
    let store = Store::open(&data).await.expect("the store opens");
    let (policy, times) = (Arc::new(Policy::default()), Times::of(&HoursConfig::default()));
    let books = Books::new(store, Recordings::new(&data, 0), policy, times);
    assert!(books.judge("past", now_ms(), false).await.expect("judged"), "it has its first result");
    drop(books);
    disk.fill();
    for arguments in [
        &["links", "--trainees", "1000"][..],
        &["lesson", "maths", "--title", "数学"],
        &["token", "--lesson", "demo", "--role", "trainee", "--name", "小王"],
        &["invite", "--role", "auditor", "--name", "王五"],
        &["ledger", "judge", "past"],
    ] {
        // The last pages of the log may still have room.
        let mut output = run(arguments);
        for _ in 0..50 {
            if !output.status.success() {
                break;
            }
            output = run(arguments);
        }
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("the disk is full; free some space"), "{arguments:?}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_and_everything_is_stored_when_there_is_space() {
    let Some(disk) = SmallDisk::mount() else { return };
    let data = disk.0.path().join("data");
    let mut scene = Scene::begin(&data, async || serve(&data, "env", &[]).await).await;
    scene.told(None, "ready").await;

    disk.fill();
    for _ in 0..3 {
        // The last pages of the log may still have room.
        while scene.sign_in().await.is_ok() {}
    }
    scene.told(Some(StorageTrouble::Full), "磁盘已满").await;
    scene.told(Some(StorageTrouble::Full), "the disk is full").await;
    scene.is_refused().await;
    scene.first.command(Command::Leave).await.expect("leaving needs no promise");
    scene.first.until_bye(SOON).await.expect("a farewell");

    disk.free();
    scene.is_well().await;
    let server = scene.server;
    server.kill().await.expect("killed");
    assert_eq!(left(&data).await.len(), 1, "stored once, though the disk was full when it happened");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_on_a_full_disk_says_how_many_facts_are_lost() {
    let Some(disk) = SmallDisk::mount() else { return };
    let data = disk.0.path().join("data");
    let log = tempfile::NamedTempFile::new().expect("a file");
    let script = format!("exec \"$@\" 2>{}", log.path().display());
    let mut scene = Scene::begin(&data, async || serve(&data, "sh", &["-c", &script, "sh"]).await).await;
    disk.fill();
    while scene.sign_in().await.is_ok() {}
    scene.told(Some(StorageTrouble::Full), "").await;
    scene.is_refused().await;
    scene.second.command(Command::Leave).await.expect("leaving needs no promise");

    let pid = scene.server.pid().expect("it runs").to_string();
    assert!(Process::new("kill").arg(&pid).status().expect("kill runs").success());
    let began = Instant::now();
    let said = loop {
        let said = fs::read_to_string(log.path()).expect("a log");
        if said.contains("facts are lost") {
            break said;
        }
        assert!(began.elapsed() < 2 * TOLD, "it does not say what is lost: {said}");
        sleep(Duration::from_millis(200)).await;
    };
    assert!(said.contains("could not be stored before the end"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_fails_or_is_read_only_is_told_and_believed_again_after_a_proof() {
    let disk = FaultyDisk::new();
    let mut scene = Scene::begin(disk.data.path(), async || disk.serve().await).await;
    scene.told(None, "ready").await;
    let troubles = [
        ("EIO", StorageTrouble::Failing, "the disk reports errors", "磁盘读写出错"),
        ("EROFS", StorageTrouble::ReadOnly, "read-only", "只读"),
        ("EIO", StorageTrouble::Failing, "the disk reports errors", "磁盘读写出错"),
    ];
    for (fault, trouble, english, chinese) in troubles {
        disk.fails(fault);
        // The trouble is noticed although nobody comes.
        scene.told(Some(trouble), english).await;
        scene.told(Some(trouble), chinese).await;
        scene.is_refused().await;
        if trouble == StorageTrouble::ReadOnly {
            scene.first.command(Command::Leave).await.expect("leaving needs no promise");
        } else if !scene.second.closed() {
            scene.second.command(Command::Leave).await.expect("leaving needs no promise");
            scene.second.until_bye(SOON).await.expect("a farewell");
        }
        disk.works();
        scene.is_well().await;
    }
    scene.server.kill().await.expect("killed");
    assert_eq!(left(disk.data.path()).await.len(), 2, "each stored once, though syncs failed meanwhile");
}
