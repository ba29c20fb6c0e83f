//! The common ground of the tests: a server of one's own, people who are signed in, a class that has begun.

use std::future::Future;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::time::Duration;

use live_classroom::config::Config;
use live_classroom::lesson::Role;
use live_classroom::office;
use live_classroom::office::books::Books;
use live_classroom::protocol::Command;
use live_classroom::server::Server;
use live_classroom::store::Store;
use loadtest::connection::{Outlet, PeerMedia, Slot};
use loadtest::media::Shape;
use loadtest::peer::Peer;
use loadtest::sending::Sending;
use loadtest::setup;
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

/// The lesson of every test.
pub(crate) const LESSON: &str = "demo";

/// Long enough for a machine that compiles beside the tests; a passing test never waits so long.
pub(crate) const SOON: Duration = Duration::from_secs(10);

/// The time in which an event that must not happen is given a chance.
pub(crate) const A_WHILE: Duration = Duration::from_millis(600);

/// The first picture slot, which everybody should see.
pub(crate) const MAIN: Slot = Slot::Video(0);

/// A server with a data folder of its own.
pub(crate) struct TestServer {
    server: Server,
    data: TempDir,
}

impl TestServer {
    pub(crate) async fn start() -> TestServer {
        TestServer::start_with(|_| {}).await
    }

    /// Starts a server whose configuration `change` has changed, with the lesson [`LESSON`].
    pub(crate) async fn start_with(change: impl FnOnce(&mut Config)) -> TestServer {
        let data = tempfile::tempdir().expect("a temporary folder");
        let mut config = Config::default();
        config.server.listen = "127.0.0.1:0".into();
        config.server.data = data.path().to_owned();
        config.media.ips = vec![IpAddr::V4(Ipv4Addr::LOCALHOST)];
        config.media.port = 0;
        config.media.workers = 1;
        // Passwords take long to hash on a machine that is several times too busy, and for ever behind everything else.
        config.limits.http_timeout_s = 120;
        config.limits.password_nice = 0;
        change(&mut config);
        let server = Server::start(config).await.expect("the server starts");
        office::timetable::make_usual(&server.store, LESSON, "An example").await.expect("the lesson is new");
        TestServer { server, data }
    }

    pub(crate) fn url(&self) -> &str {
        &self.server.url
    }

    pub(crate) fn books(&self) -> &Books {
        &self.server.books
    }

    pub(crate) fn data(&self) -> &Path {
        self.data.path()
    }

    pub(crate) fn store(&self) -> &Store {
        &self.server.store
    }

    /// A new person, signed in by a one-click link.
    pub(crate) async fn person(&self, name: &str, role: Role) -> Peer {
        let lesson = (role != Role::Operator).then_some(LESSON);
        let secret = setup::link(self.store(), name, role, lesson).await.expect("a link is made");
        Peer::sign_in(self.url(), &secret).await.expect("a fresh link signs in")
    }

    /// A new person who has joined.
    pub(crate) async fn joined(&self, name: &str, role: Role) -> Peer {
        let mut peer = self.person(name, role).await;
        peer.join(LESSON).await.expect("there is room");
        peer
    }

    pub(crate) async fn token(&self, role: Role) -> String {
        setup::token(self.store(), role, LESSON).await.expect("a token is made")
    }

    /// Stops the server in order; its data folder lives as long as the return value.
    pub(crate) async fn stop(self) -> TempDir {
        self.server.stop().await;
        self.data
    }
}

/// A class that has begun: the instructor sends sound and a picture.
pub(crate) struct Class {
    pub(crate) server: TestServer,
    pub(crate) instructor: Peer,
    pub(crate) sound: Sending,
    pub(crate) picture: Sending,
}

impl Class {
    pub(crate) async fn begin() -> Class {
        Class::begin_on(TestServer::start().await, PeerMedia::default()).await
    }

    pub(crate) async fn begin_on(server: TestServer, media: PeerMedia) -> Class {
        let mut instructor = server.joined("王老师", Role::Instructor).await;
        instructor.offer(media).await.expect("the offer is answered");
        instructor.connection().connected(SOON).await.expect("the instructor connects");
        let sound = instructor.publish_audio().expect("a microphone was negotiated");
        let shape = [Shape::video(800_000)];
        let picture = instructor.publish_video(Outlet::Camera, &shape).expect("a camera was negotiated");
        instructor.command(Command::StartClass).await.expect("an instructor may begin");
        Class { server, instructor, sound, picture }
    }

    /// A trainee who has joined with media and sees and hears the instructor.
    pub(crate) async fn trainee(&self, name: &str) -> Peer {
        let peer = self.connected(name).await;
        until("sound and a picture arrive", || watches(&peer)).await;
        peer
    }

    /// A trainee who has joined and is connected.
    pub(crate) async fn connected(&self, name: &str) -> Peer {
        let mut peer = self.server.joined(name, Role::Trainee).await;
        peer.offer(PeerMedia::default()).await.expect("the offer is answered");
        peer.connection().connected(SOON).await.expect("the trainee connects");
        peer
    }

    /// Lets a trainee speak, with a camera.
    pub(crate) async fn bring_on_stage(&self, trainee: &Peer) {
        let command = Command::BringOnStage { participant: trainee.id(), camera: true };
        self.instructor.command(command).await.expect("the stage is free");
    }
}

/// Whether a peer has sound and a picture.
pub(crate) fn watches(peer: &Peer) -> bool {
    peer.received(MAIN).first_keyframe_ns > 0
        && peer
            .connection()
            .slots()
            .any(|slot| matches!(slot, Slot::Audio(_)) && peer.received(slot).first_ns > 0)
}

/// The number of packets of `stream` that `peer` has received, in any slot.
pub(crate) fn packets_of(peer: &Peer, stream: u32) -> u64 {
    let slots = peer.connection().slots().map(|slot| peer.received(slot));
    slots.filter(|got| got.streams.contains(&stream)).map(|got| got.packets).sum()
}

/// Waits until `holds` is true; fails the test when it is not within [`SOON`].
pub(crate) async fn until(what: &str, holds: impl FnMut() -> bool) {
    until_within(SOON, what, holds).await;
}

/// Waits until `holds` is true; fails the test when it is not in time.
pub(crate) async fn until_within(within: Duration, what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + within;
    while !holds() {
        assert!(Instant::now() < deadline, "not within {within:?}: {what}");
        sleep(Duration::from_millis(5)).await;
    }
}

/// Asks until there is an answer; fails the test when there is none in time.
pub(crate) async fn until_some<T>(
    within: Duration,
    what: &str,
    mut ask: impl AsyncFnMut() -> Option<T>,
) -> T {
    let deadline = Instant::now() + within;
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(Instant::now() < deadline, "not within {within:?}: {what}");
        sleep(Duration::from_millis(50)).await;
    }
}

/// Checks for [`A_WHILE`] that `holds` stays true.
pub(crate) async fn stays(what: &str, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + A_WHILE;
    while Instant::now() < end {
        assert!(holds(), "no longer: {what}");
        sleep(Duration::from_millis(20)).await;
    }
}

/// Runs all of them at once.
pub(crate) async fn together<T: Send + 'static>(
    tasks: impl IntoIterator<Item = impl Future<Output = T> + Send + 'static>,
) -> Vec<T> {
    let tasks: Vec<_> = tasks.into_iter().map(tokio::spawn).collect();
    let mut results = Vec::with_capacity(tasks.len());
    for task in tasks {
        results.push(task.await.expect("no task of the test panics"));
    }
    results
}
