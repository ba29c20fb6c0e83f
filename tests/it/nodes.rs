//! Several servers of one PostgreSQL database: one serves, the others stand by and take over.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use live_classroom::attendance::fact::What;
use live_classroom::lesson::ClassState;
use live_classroom::protocol::Command;
use live_classroom::store::nodes::Nodes;
use live_classroom::store::{Home, Store};
use loadtest::http::SignedIn;
use loadtest::peer::Peer;
use loadtest::{postgres, setup};
use tempfile::TempDir;
use tokio::process::{Child, Command as Program};
use tokio::time::timeout;

use crate::harness::{LESSON, until_some};

/// Far beyond the few seconds that a machine at rest needs.
const LONG: Duration = Duration::from_secs(120);

/// A server in a process of its own, with a folder of its own.
struct Node {
    child: Child,
    base_url: String,
}

/// A database, and a folder for each server, all with the same keys.
struct Cluster {
    folders: TempDir,
    url: String,
    links: setup::ClassLinks,
}

impl Cluster {
    /// `None` = PostgreSQL is not installed.
    async fn new(database: &str) -> Option<Cluster> {
        let Some(url) = postgres::database(database) else {
            eprintln!("PostgreSQL is not installed: there are no nodes");
            return None;
        };
        let folders = tempfile::tempdir().expect("a temporary folder");
        let first = folders.path().join("a");
        let store = Store::open(Home::on_server(&first, &url)).await.expect("a store");
        let links = setup::class(&store, LESSON, 1).await.expect("a class");
        drop(store);
        let other = folders.path().join("b");
        std::fs::create_dir(&other).unwrap();
        for file in std::fs::read_dir(&first).unwrap() {
            let file = file.unwrap();
            std::fs::copy(file.path(), other.join(file.file_name())).unwrap();
        }
        Some(Cluster { folders, url, links })
    }

    fn home(&self) -> Home {
        Home::on_server(&self.folders.path().join("a"), &self.url)
    }

    /// Starts the server of a folder under a name.
    fn start(&self, folder: &str, name: &str) -> Node {
        // Free now; a server that stands by listens, too.
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let listen = format!("127.0.0.1:{port}");
        let data = self.folders.path().join(folder);
        let node = format!("node.name={name}");
        let child = Program::new(Path::new(env!("CARGO_BIN_EXE_live-classroom")))
            .args(["serve", "--listen", &listen, "--data", data.to_str().unwrap(), "--log", "info"])
            .args(["--media-ip", "127.0.0.1", "--media-port", "0", "--set", &node])
            .env("CLASSROOM__STORE__URL", &self.url)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("a process");
        Node { child, base_url: format!("http://{listen}") }
    }
}

impl Node {
    async fn asked(&self, path: &str) -> Option<(u16, String)> {
        let answer = loadtest::http::client().get(format!("{}{path}", self.base_url)).send().await.ok()?;
        Some((answer.status().as_u16(), answer.text().await.ok()?))
    }

    async fn serves(&self) -> bool {
        self.asked("/readyz").await.is_some_and(|(status, _)| status == 200)
    }

    async fn until_it_serves(&self) {
        until_some(LONG, "the server serves", async || self.serves().await.then_some(())).await;
    }

    async fn until_it_stands_by(&self) {
        until_some(LONG, "the server stands by", async || {
            let (status, text) = self.asked("/readyz").await?;
            (status == 503 && text.contains("stands by")).then_some(())
        })
        .await;
        assert_eq!(self.asked("/healthz").await.expect("an answer").0, 200, "it lives");
    }

    /// Sends a signal by its name.
    fn signal(&self, name: &str) {
        let pid = self.child.id().expect("it runs").to_string();
        let sent = std::process::Command::new("kill").args([&format!("-{name}"), &pid]).status();
        assert!(sent.expect("the program kill").success());
    }

    async fn ended(self) -> Output {
        timeout(LONG, self.child.wait_with_output()).await.expect("the server ends").expect("its output")
    }
}

/// A peer that goes on at another server with the session it has.
fn elsewhere(who: &SignedIn, node: &Node) -> Peer {
    let mut who = who.clone();
    who.base_url.clone_from(&node.base_url);
    Peer::of(who)
}

async fn says(peer: &Peer, text: &str) {
    peer.command(Command::Chat { text: text.into() }).await.expect("acknowledged");
}

async fn texts(home: Home) -> Vec<String> {
    let store = Store::open(home).await.expect("the store opens");
    let facts = store.facts().of(LESSON).await.expect("facts can be read");
    let said = facts.into_iter().filter_map(|fact| match fact.what {
        What::Chat { text, .. } => Some(text),
        _ => None,
    });
    said.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn another_server_takes_over_from_one_that_is_killed_with_everything_it_acknowledged() {
    let Some(cluster) = Cluster::new("nodes_killed").await else { return };
    let mut first = cluster.start("a", "a");
    first.until_it_serves().await;
    let second = cluster.start("b", "b");
    second.until_it_stands_by().await;
    let mut instructor = Peer::sign_in(&first.base_url, &cluster.links.instructor).await.unwrap();
    instructor.join(LESSON).await.unwrap();
    instructor.command(Command::StartClass).await.unwrap();
    says(&instructor, "甲").await;
    assert!(!second.serves().await);

    first.child.kill().await.unwrap();
    second.until_it_serves().await;
    let mut again = elsewhere(instructor.who(), &second);
    again.join(LESSON).await.unwrap();
    assert_eq!(again.room().class, ClassState::Live);
    says(&again, "乙").await;
    assert_eq!(texts(cluster.home()).await, ["甲", "乙"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stood_still_ends_when_it_finds_its_successor() {
    let Some(cluster) = Cluster::new("nodes_frozen").await else { return };
    let first = cluster.start("a", "a");
    first.until_it_serves().await;
    let mut instructor = Peer::sign_in(&first.base_url, &cluster.links.instructor).await.unwrap();
    instructor.join(LESSON).await.unwrap();
    instructor.command(Command::StartClass).await.unwrap();
    let second = cluster.start("b", "b");
    second.until_it_stands_by().await;

    first.signal("STOP");
    second.until_it_serves().await;
    let mut again = elsewhere(instructor.who(), &second);
    again.join(LESSON).await.unwrap();
    says(&again, "乙").await;
    let before = texts(cluster.home()).await;
    first.signal("CONT");
    let Output { status, stderr, .. } = first.ended().await;
    let told = String::from_utf8_lossy(&stderr);
    assert!(!status.success() && told.contains("another server has taken over"), "{told}");
    assert_eq!(texts(cluster.home()).await, before);
    assert!(second.serves().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_gives_its_place_back_and_a_name_is_for_one() {
    let Some(cluster) = Cluster::new("nodes_names").await else { return };
    let first = cluster.start("a", "a");
    first.until_it_serves().await;
    let namesake = cluster.start("b", "a").ended().await;
    let told = String::from_utf8_lossy(&namesake.stderr);
    assert!(!namesake.status.success() && told.contains("node.name"), "{told}");

    let second = cluster.start("b", "b");
    second.until_it_stands_by().await;
    first.signal("TERM");
    assert!(first.ended().await.status.success());
    let mut nodes = Nodes::open_to_look(&cluster.home()).await.unwrap();
    let seen = nodes.look().await.unwrap();
    assert_eq!(
        seen.nodes.iter().map(|node| node.name.as_str()).collect::<Vec<_>>(),
        ["b"],
        "the first has left"
    );
    second.until_it_serves().await;
}

/// For docs/numbers.md: `cargo test --release --test it how_long_until_another -- --ignored --nocapture`
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn how_long_until_another_server_serves() {
    let Some(cluster) = Cluster::new("nodes_measured").await else { return };
    let mut serving = ("a", cluster.start("a", "a"));
    serving.1.until_it_serves().await;
    let mut waiting = ("b", cluster.start("b", "b"));
    for signal in ["KILL", "STOP"] {
        let mut times = Vec::new();
        for _ in 0..20 {
            waiting.1.until_it_stands_by().await;
            serving.1.signal(signal);
            let begun = Instant::now();
            waiting.1.until_it_serves().await;
            times.push(begun.elapsed().as_millis());
            if signal == "STOP" {
                serving.1.signal("CONT");
            }
            let name = serving.0;
            serving.1.ended().await;
            serving = std::mem::replace(&mut waiting, (name, cluster.start(name, name)));
        }
        times.sort_unstable();
        println!("{signal}: p50 {} ms, most {} ms", times[times.len() / 2], times[times.len() - 1]);
    }
}
