//! A disk that is full, fails or became read-only: nothing is acknowledged that is not stored, everybody is told, the
//! class goes on, and what happened meanwhile is stored when the disk works again, without a restart.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command as Process;
use std::time::Duration;

use live_classroom::attendance::fact::{Fact, LeftReason, What};
use live_classroom::protocol::{Command, Load, Refusal, Role, StorageTrouble};
use live_classroom::store::Store;
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

/// A file system of its own, of some megabytes.
struct SmallDisk(TempDir);

impl SmallDisk {
    /// `None` = this machine does not allow it.
    fn mount() -> Option<SmallDisk> {
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

    /// Takes the last byte.
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

/// Makes the C library say what a broken disk says, for the files of one folder.
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

    /// `EIO`: nothing is synced any more. `EROFS`: nothing is written any more.
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

/// The real binary on this data folder, started by `wrapper` with these arguments before the program.
async fn serve(data: &Path, wrapper: &str, arguments: &[&str]) -> ServerProcess {
    let program = env!("CARGO_BIN_EXE_live-classroom");
    let data = data.to_str().expect("a text path");
    let own =
        ["serve", "--listen", "127.0.0.1:0", "--data", data, "--media-ip", "127.0.0.1", "--media-port", "0"];
    let all = [arguments, &[program], &own].concat();
    ServerProcess::start(Path::new(wrapper), &all).await.expect("the server starts")
}

/// Takes the log away that a closed store may leave: a connection that only reads cannot do it when it is the
/// last to close. Its space would be there for many sign-ins.
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

    /// Waits until `/readyz` and the wall tell of this trouble, or of none.
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

    /// Somebody tries to sign in.
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

    /// What everybody meets while nothing can be stored: nothing is acknowledged, and the class goes on.
    async fn is_refused(&mut self) {
        assert_eq!(self.sign_in().await, Err(StatusCode::SERVICE_UNAVAILABLE));
        let chat = Command::Chat { text: "听得见吗".into() };
        assert_eq!(self.instructor.command(chat).await, Err(Refusal::Unavailable));
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
    let facts = store.facts(LESSON).await.expect("facts can be read");
    let asked = |fact: &Fact| matches!(fact.what, What::Left { reason: LeftReason::Asked, .. });
    facts.into_iter().filter(asked).collect()
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
        // Nobody has to come for it to be noticed.
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
