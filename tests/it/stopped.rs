//! A server that stands still for seconds (stopped, or moved to another machine) and goes on.

use std::sync::Arc;
use std::time::Duration;

use live_classroom::lesson::Role;
use live_classroom::office;
use loadtest::clock::{Window, now_ns};
use loadtest::connection::{Outlet, PeerMedia, Slot};
use loadtest::http;
use loadtest::media::Shape;
use loadtest::process::ServerProcess;
use loadtest::setup;
use rustix::process::{Pid, Signal, kill_process};
use tokio::time::sleep;

use crate::facts::serve;
use crate::harness::{LESSON, MAIN, until};

/// The length of the stop: longer than the kernel keeps packets for the server, shorter than consent lasts.
const STOP: Duration = Duration::from_secs(4);
/// An age that the server does not let through, with room for a machine that is busy elsewhere.
const OLD: Duration = Duration::from_secs(2);

fn signal(server: &ServerProcess, signal: Signal) {
    let pid = server.pid().and_then(|pid| Pid::from_raw(pid as i32)).expect("it runs");
    kill_process(pid, signal).expect("it is ours");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waited_while_the_server_stood_still_reaches_nobody_and_the_picture_comes_back() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let store = setup::store(data.path()).await.expect("a store");
    office::timetable::make_usual(&store, LESSON, "An example").await.expect("the lesson is new");
    let teach = setup::token(&store, Role::Instructor, LESSON).await.expect("a token");
    let watch = setup::token(&store, Role::Trainee, LESSON).await.expect("a token");
    drop(store);
    let server = serve(data.path()).await;

    let window: Arc<Window> = Arc::default();
    let encoder = http::whip(&server.base_url, LESSON, &teach, &PeerMedia::encoder(), &window).await.unwrap();
    let _sound = encoder.connection.publish_audio(11, &window).unwrap();
    let picture =
        encoder.connection.publish_video(Outlet::Camera, 12, &[Shape::video(800_000)], &window).unwrap();
    let player =
        http::whep(&server.base_url, LESSON, &watch, &PeerMedia::viewer(1, 1), &window).await.unwrap();
    let received = |slot| player.connection.received(slot);
    until("it sees and hears", || received(MAIN).keyframes > 0 && received(Slot::Audio(0)).packets > 50)
        .await;

    signal(&server, Signal::STOP);
    let stopped_ns = now_ns();
    sleep(STOP).await; // This is what is tested.
    let keyframes = received(MAIN).keyframes;
    let asked = picture.counters().keyframe_requests();
    signal(&server, Signal::CONT);
    until("a keyframe was asked for", || picture.counters().keyframe_requests() > asked).await;
    until("the picture comes back with it", || received(MAIN).keyframes > keyframes).await;
    until("what is sent now arrives", || {
        received(Slot::Audio(0)).last_ns > stopped_ns + STOP.as_nanos() as u64
    })
    .await;

    for slot in [MAIN, Slot::Audio(0)] {
        let got = received(slot);
        let oldest = Duration::from_micros(got.latency_us.max());
        assert!(oldest < OLD, "{slot:?}: something came {oldest:?} after it was sent");
        assert_eq!((got.duplicates, got.foreign), (0, 0), "{slot:?}");
        assert!(got.missing > 0, "{slot:?}: what was sent meanwhile is lost");
    }
    server.kill().await.unwrap();
}
