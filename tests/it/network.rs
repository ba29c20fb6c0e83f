//! Networks as they are: addresses change in the middle of a call, packets are lost, people vanish without a
//! word.

use std::time::Duration;

use live_classroom::lesson::Role;
use live_classroom::protocol::{Network, RoomState};
use loadtest::connection::{Connection, Outlet, PeerMedia, Slot};
use loadtest::http;
use loadtest::media::Shape;
use loadtest::peer::Peer;
use tokio::net::UdpSocket;
use tokio::time::{Instant, timeout};

use crate::harness::{Class, LESSON, MAIN, SOON, TestServer, packets_of, until, until_within, watches};
use crate::relay::Relay;

/// The loss that is normal on a phone, in thousandths.
const SOME: u32 = 20;

/// A trainee who watches through a relay.
async fn trainee_behind(relay: &Relay, class: &Class) -> Peer {
    let mut trainee = class.server.joined("小李", Role::Trainee).await;
    trainee.offer_via(PeerMedia::default(), |answer| relay.through(answer)).await.unwrap();
    trainee.connection().connected(SOON).await.unwrap();
    until("sound and a picture arrive", || watches(&trainee)).await;
    trainee
}

/// A class whose instructor teaches through a relay.
async fn class_behind(relay: &Relay) -> Class {
    let server = TestServer::start().await;
    let mut instructor = server.joined("王老师", Role::Instructor).await;
    instructor.offer_via(PeerMedia::default(), |answer| relay.through(answer)).await.unwrap();
    instructor.connection().connected(SOON).await.unwrap();
    let sound = instructor.publish_audio().unwrap();
    let picture = instructor.publish_video(Outlet::Camera, &[Shape::video(800_000)]).unwrap();
    Class { server, instructor, sound, picture }
}

#[tokio::test(flavor = "multi_thread")]
async fn media_follows_a_viewer_to_a_new_address() {
    let (class, relay) = (Class::begin().await, Relay::start(1).await);
    let trainee = trainee_behind(&relay, &class).await;
    for _ in 0..2 {
        let (before, home) = (trainee.received(MAIN).packets, relay.seen_from());
        relay.rebind();
        until("it speaks from elsewhere", || relay.seen_from() != home).await;
        until("the picture goes on there", || trainee.received(MAIN).packets > before + 100).await;
    }
    class.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instructor_teaches_on_from_a_new_address() {
    let relay = Relay::start(2).await;
    let class = class_behind(&relay).await;
    let trainee = class.trainee("小李").await;
    let home = relay.seen_from();
    relay.rebind();
    until("it speaks from elsewhere", || relay.seen_from() != home).await;
    // Packets on their way may still arrive; those that are sent from now on come from the new address.
    let sent = class.sound.counters().sent();
    let heard = || packets_of(&trainee, class.sound.counters().stream);
    let before = heard();
    until("it is heard from there", || heard() > before + 50).await;
    assert!(class.sound.counters().sent() > sent);
    class.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replayed_check_does_not_take_the_media_elsewhere() {
    let (class, relay) = (Class::begin().await, Relay::start(3).await);
    let trainee = trainee_behind(&relay, &class).await;
    let caught = relay.nomination().expect("a pair was nominated");
    let thief = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let before = trainee.received(MAIN);
    let (mut answers, mut checks) = (0, 0);
    let mut datagram = [0; 2048];
    let end = Instant::now() + Duration::from_secs(3);
    while Instant::now() < end {
        thief.send_to(&caught, relay.server()).await.unwrap();
        let Ok(got) = timeout(Duration::from_millis(20), thief.recv(&mut datagram)).await else { continue };
        match &datagram[..got.unwrap()] {
            [0x01, 0x01, ..] => answers += 1,
            [0x00, 0x01, rest @ ..] => {
                checks += 1;
                assert!(rest.len() + 2 <= caught.len(), "a reply longer than what caused it");
            }
            other => panic!("the thief was sent {} bytes beginning with {:?}", other.len(), other.first()),
        }
    }
    assert!(answers > 0, "the caught check is a good one, so the rest means something");
    assert!((1..=12).contains(&checks), "{checks} checks in three seconds");
    let now = trainee.received(MAIN);
    assert!(now.packets > before.packets + 100 && now.lost == 0, "{} lost", now.lost);
    class.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_viewer_loses_is_sent_again() {
    let (class, relay) = (Class::begin().await, Relay::start(4).await);
    let trainee = trainee_behind(&relay, &class).await;
    let before = trainee.received(MAIN);
    relay.lose(SOME, SOME);
    let enough = || relay.media_lost().1 >= 20 && trainee.received(MAIN).packets > before.packets + 500;
    until_within(Duration::from_secs(40), "enough was lost", enough).await;
    relay.lose(0, 0);
    let whole = || trainee.received(MAIN).lost == 0 && trainee.received(MAIN).missing == 0;
    until("every hole in the picture is filled", whole).await;
    let sound = trainee.connection().slots().filter(|slot| matches!(slot, Slot::Audio(_)));
    let holes: u64 = sound.map(|slot| trainee.received(slot).lost).sum();
    assert!(holes > 0, "sound, which is not repaired, shows that packets were lost");
    class.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_publisher_loses_is_asked_for_again() {
    let relay = Relay::start(5).await;
    let class = class_behind(&relay).await;
    let trainee = class.trainee("小李").await;
    let before = trainee.received(MAIN);
    relay.lose(SOME, SOME);
    let enough = || relay.media_lost().0 >= 20 && trainee.received(MAIN).packets > before.packets + 500;
    until_within(Duration::from_secs(40), "enough was lost", enough).await;
    relay.lose(0, 0);
    let whole = || trainee.received(MAIN).lost == 0 && trainee.received(MAIN).missing == 0;
    until("every hole in the picture is filled", whole).await;
    class.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_vanishes_without_a_word_is_gone_after_thirty_seconds() {
    let (class, relay) = (Class::begin().await, Relay::start(6).await);
    let token = class.server.token(Role::Trainee).await;
    let (player, offer) = Connection::offer(&PeerMedia::viewer(1, 1), &Default::default()).await.unwrap();
    let url = format!("{}/whep/{LESSON}", class.server.url());
    let answer = http::post_offer(&http::client(), &url, &token, offer).await.unwrap().text().await.unwrap();
    player.answer(relay.through(answer)).await.unwrap();
    until("the player plays", || player.received(MAIN).first_keyframe_ns > 0).await;

    let watcher =
        |room: &RoomState| room.participants.iter().find(|line| line.role == Role::Trainee).cloned();
    assert!(watcher(&class.instructor.room()).is_some_and(|line| line.here));
    let began = Instant::now();
    relay.lose(1000, 1000);
    let lost = |room: &RoomState| watcher(room).is_some_and(|line| line.network == Network::Lost);
    class.instructor.until_room("it is said to have no network", 2 * SOON, lost).await.unwrap();
    assert!(watcher(&class.instructor.room()).is_some_and(|line| line.here), "it may still come back");
    let gone = |room: &RoomState| watcher(room).is_some_and(|line| !line.here);
    class.instructor.until_room("it is gone", Duration::from_secs(40), gone).await.unwrap();
    assert!(began.elapsed() > Duration::from_secs(25), "gone after {:?}", began.elapsed());
    class.server.stop().await;
}
