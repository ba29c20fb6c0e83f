//! One instructor and many trainees: every packet arrives, pictures start at once, and a crowd at the door
//! gives the instructor's encoder no more work.

use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

use live_classroom::lesson::Role;
use live_classroom::protocol::{Command, Want};
use loadtest::clock::{Window, now_ns};
use loadtest::connection::{Outlet, PeerMedia, SrtpProtectionProfile};
use loadtest::media::{Codec, Shape};
use loadtest::peer::Peer;

use crate::harness::{
    A_WHILE, Class, LESSON, MAIN, SOON, TestServer, packets_of, together, until, until_within, watches,
};

/// Signs `count` trainees in, who then all join and connect at once.
async fn crowd(class: &Class, count: usize, window: &Arc<Window>) -> Vec<Peer> {
    let mut joins = Vec::new();
    for number in 0..count {
        let mut peer = class.server.person(&format!("学员 {number}"), Role::Trainee).await;
        peer.measure_in(Arc::clone(window));
        joins.push(async move {
            peer.join(LESSON).await.expect("there is room");
            peer.offer(PeerMedia::viewer(4, 6)).await.expect("the offer is answered");
            peer
        });
    }
    together(joins).await
}

async fn every_packet_reaches_everybody(codec: Codec, viewers: usize) {
    let window = Arc::new(Window::closed());
    let server = TestServer::start().await;
    let class = Class::begin_on(server, PeerMedia { codec, ..PeerMedia::default() }).await;
    let peers = crowd(&class, viewers, &window).await;
    until("everybody has sound and a picture", || peers.iter().all(watches)).await;

    let sent_before = class.sound.counters().sent() + class.picture.counters().sent();
    let from_ns = now_ns();
    window.open(from_ns);
    until("enough was sent", || {
        class.sound.counters().sent() + class.picture.counters().sent() > sent_before + 300
    })
    .await;
    window.close(now_ns());
    let Class { server, instructor, sound, picture } = class;
    let sent = [sound.counters().sent(), picture.counters().sent()];
    // Nothing more is sent from here on: a packet that is missing now stays missing.
    let streams = [sound.counters().stream, picture.counters().stream];
    drop((sound, picture));

    until("the last packets arrived", || peers.iter().all(quiet)).await;
    let packets =
        |peer: &Peer| -> u64 { peer.connection().slots().map(|slot| peer.received(slot).packets).sum() };
    let counts: Vec<_> = peers.iter().map(packets).collect();
    assert!(counts.iter().all(|count| *count == counts[0] && *count >= 250), "{counts:?} of {sent:?}");
    for peer in &peers {
        for slot in peer.connection().slots() {
            let got = peer.received(slot);
            let faults = (got.lost, got.missing, got.out_of_order, got.duplicates, got.foreign);
            assert_eq!(faults, (0, 0, 0, 0, 0), "{slot:?} of {}", peer.id());
            assert!(got.streams.iter().all(|stream| streams.contains(stream)), "{slot:?}");
        }
        assert_eq!(peer.received(MAIN).streams, [streams[1]], "the picture is in the first main slot");
    }
    drop(instructor);
    server.stop().await;
}

/// Whether nothing has arrived for a quarter of a second.
fn quiet(peer: &Peer) -> bool {
    let last = peer.connection().slots().map(|slot| peer.received(slot).last_ns).max();
    last.is_some_and(|last_ns| now_ns() > last_ns + 250_000_000)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_packet_of_an_instructor_reaches_twenty_trainees() {
    every_packet_reaches_everybody(Codec::Vp8, 20).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn h264_is_forwarded_as_well() {
    every_packet_reaches_everybody(Codec::H264, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_late_joiners_see_a_picture_and_cost_at_most_two_keyframes() {
    // The recorder asks for keyframes of its own.
    let server = TestServer::start_with(|config| config.recording.enabled = false).await;
    let class = Class::begin_on(server, PeerMedia::default()).await;
    let first = class.trainee("第一位").await;
    let asked_before = class.picture.counters().keyframe_requests();

    let began_ns = now_ns();
    let peers = crowd(&class, 20, &Arc::default()).await;
    until_within(SOON * 3, "everybody has a picture", || peers.iter().all(watches)).await;
    let slowest_ns = peers.iter().map(|peer| peer.received(MAIN).first_keyframe_ns - began_ns).max();
    println!("the slowest had a picture after {slowest_ns:?} ns");
    let asked = class.picture.counters().keyframe_requests() - asked_before;
    // One request at once and one a second while they come: two, when all of them come within a second.
    let seconds = (now_ns() - began_ns).div_ceil(1_000_000_000);
    assert!(asked <= 1 + seconds, "{asked} keyframe requests for 20 joiners in {seconds} s");
    assert_eq!(first.received(MAIN).lost, 0, "who was there before notices nothing");
    class.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_wants_less_gets_less_and_more_again() {
    let class = Class::begin().await;
    let trainee = class.trainee("小李").await;
    trainee.command(Command::Want { want: Want::Sound }).await.unwrap();
    let hears = |trainee: &Peer| packets_of(trainee, class.sound.counters().stream);
    until("the picture has stopped", || {
        now_ns() > trainee.received(MAIN).last_ns + A_WHILE.as_nanos() as u64
    })
    .await;
    let heard = hears(&trainee);
    until("sound goes on", || hears(&trainee) > heard + 20).await;

    trainee.command(Command::Want { want: Want::All }).await.unwrap();
    let before = trainee.received(MAIN);
    until("the picture is back", || {
        let now = trainee.received(MAIN);
        now.keyframes > before.keyframes && now.packets > before.packets + 30
    })
    .await;
    assert_eq!(trainee.received(MAIN).lost, 0, "the pause leaves no hole in the sequence");
    class.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_without_gcm_are_served_beside_those_with_it() {
    let class = Class::begin().await;
    let modern = class.trainee("小李").await;
    let mut old = class.server.joined("小张", Role::Trainee).await;
    let srtp = vec![SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_80];
    old.offer(PeerMedia { srtp, ..PeerMedia::default() }).await.unwrap();
    until("it sees and hears", || watches(&old) && old.received(MAIN).packets > 200).await;
    class.bring_on_stage(&old).await;
    let sound = old.publish_audio().unwrap();
    until("its voice is heard", || packets_of(&modern, sound.counters().stream) > 20).await;
    let got = old.received(MAIN);
    assert_eq!((got.lost, got.missing, got.foreign), (0, 0, 0));
    class.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn media_flows_over_ipv6() {
    if std::net::UdpSocket::bind("[::1]:0").is_err() {
        eprintln!("this machine has no IPv6; nothing was tested");
        return;
    }
    let loopback: IpAddr = Ipv6Addr::LOCALHOST.into();
    let server = TestServer::start_with(|config| config.media.ips = vec![loopback]).await;
    let media = PeerMedia { address: loopback, ..PeerMedia::default() };
    let class = Class::begin_on(server, media.clone()).await;
    let mut trainee = class.server.joined("小李", Role::Trainee).await;
    trainee.offer(media).await.unwrap();
    until("it sees and hears", || watches(&trainee) && trainee.received(MAIN).packets > 60).await;
    assert_eq!(trainee.received(MAIN).lost, 0);
    class.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_simulcast_camera_gives_each_viewer_one_unbroken_picture() {
    let server = TestServer::start().await;
    let mut instructor = server.joined("王老师", Role::Instructor).await;
    let rids = ["q", "h", "f"].map(str::to_owned).to_vec();
    instructor.offer(PeerMedia { camera: Some(rids), ..PeerMedia::default() }).await.unwrap();
    instructor.connection().connected(SOON).await.unwrap();
    let shapes = [100_000, 300_000, 900_000].map(Shape::video);
    let camera = instructor.publish_video(Outlet::Camera, &shapes).unwrap();

    let mut viewer = server.joined("学员", Role::Trainee).await;
    viewer.offer(PeerMedia::viewer(4, 6)).await.unwrap();
    until("a picture arrives", || viewer.received(MAIN).packets > 200).await;
    let got = viewer.received(MAIN);
    let layers: Vec<_> = camera.layers().iter().map(|layer| layer.stream).collect();
    assert!(got.streams.iter().all(|stream| layers.contains(stream)), "{:?}", got.streams);
    assert_eq!((got.lost, got.out_of_order, got.duplicates, got.foreign), (0, 0, 0, 0));
    assert!(got.keyframes >= 1);
    server.stop().await;
}
