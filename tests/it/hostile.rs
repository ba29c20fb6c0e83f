//! Hostile and broken input: nobody else is disturbed, nothing answers a stranger, the server lives on.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use live_classroom::lesson::Role;
use live_classroom::office;
use live_classroom::protocol::{Bye, Command, Network, Participant, Refusal};
use loadtest::connection::{PeerMedia, Slot};
use loadtest::peer::{JoinError, Peer};
use reqwest::StatusCode;
use ring::hmac;
use tokio::net::UdpSocket;
use tokio_tungstenite::tungstenite::Message;

use crate::harness::{A_WHILE, Class, LESSON, MAIN, SOON, TestServer, packets_of, stays, until};

/// The server's UDP address and ICE credentials, from an answer.
struct Target {
    address: SocketAddr,
    ufrag: String,
    password: String,
}

fn target(peer: &Peer) -> Target {
    let sdp = peer.connection().answer_sdp();
    let value = |name: &str| {
        let line = sdp.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_else(|| panic!("no {name} in the answer")).to_owned()
    };
    let candidate = value("a=candidate:");
    let words: Vec<_> = candidate.split(' ').collect();
    let address = format!("{}:{}", words[4], words[5]).parse().expect("an address");
    Target { address, ufrag: value("a=ice-ufrag:"), password: value("a=ice-pwd:") }
}

/// A binding request; its MESSAGE-INTEGRITY is made with `key`; `None` = there is none.
fn binding_request(username: &str, key: Option<&str>) -> Vec<u8> {
    let attribute = |kind: u16, value: &[u8]| {
        let mut bytes = kind.to_be_bytes().to_vec();
        bytes.extend((value.len() as u16).to_be_bytes());
        bytes.extend(value);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    };
    let mut body = attribute(0x0006, username.as_bytes());
    body.extend(attribute(0x0024, &[0x6e, 0x7f, 0xff, 0xff])); // PRIORITY
    body.extend(attribute(0x802a, &[1; 8])); // ICE-CONTROLLING
    let with_header = |body: &[u8], length: usize| {
        let mut message = vec![0x00, 0x01];
        message.extend((length as u16).to_be_bytes());
        message.extend([0x21, 0x12, 0xa4, 0x42, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 1, 2]);
        message.extend(body);
        message
    };
    if let Some(key) = key {
        let covered = with_header(&body, body.len() + 24);
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, key.as_bytes());
        body.extend(attribute(0x0008, hmac::sign(&key, &covered).as_ref()));
    }
    with_header(&body, body.len())
}

/// Whether any datagram comes back within a moment.
async fn answered(socket: &UdpSocket) -> bool {
    let mut buffer = [0; 2_048];
    tokio::time::timeout(A_WHILE, socket.recv(&mut buffer)).await.is_ok()
}

async fn stranger(target: &Target) -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a free port");
    socket.connect(target.address).await.expect("loopback");
    socket
}

#[tokio::test(flavor = "multi_thread")]
async fn stun_is_answered_only_with_the_right_integrity() {
    let class = Class::begin().await;
    let trainee = class.trainee("小李").await;
    let target = target(&trainee);
    let username = format!("{}:peer", target.ufrag);

    let silent_cases = [
        ("wrong key", binding_request(&username, Some("a wrong password of the right kind"))),
        ("no integrity", binding_request(&username, None)),
        ("unknown user", binding_request("nobody:peer", Some(&target.password))),
        ("truncated", binding_request(&username, Some(&target.password))[..40].to_vec()),
        ("header alone", binding_request(&username, None)[..20].to_vec()),
    ];
    for (case, request) in silent_cases {
        let socket = stranger(&target).await;
        socket.send(&request).await.unwrap();
        assert!(!answered(&socket).await, "{case} was answered");
    }
    let socket = stranger(&target).await;
    socket.send(&binding_request(&username, Some(&target.password))).await.unwrap();
    assert!(answered(&socket).await, "the right request is answered, so the silence above means something");
    class.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn datagrams_of_strangers_get_no_reply_and_disturb_nobody() {
    let class = Class::begin().await;
    let trainee = class.trainee("小李").await;
    let target = target(&trainee);
    let socket = stranger(&target).await;
    let noise = Noise::default();
    for first in 0..=255u8 {
        for length in [1, 11, 12, 20, 60, 1_200] {
            let mut datagram = noise.bytes(length);
            datagram[0] = first;
            if first < 4 && length >= 20 {
                datagram[4..8].copy_from_slice(&[0x21, 0x12, 0xa4, 0x42]);
            }
            socket.send(&datagram).await.unwrap();
        }
    }
    let _ = socket.send(&[]).await;
    assert!(!answered(&socket).await, "a stranger was answered");
    let before = trainee.received(MAIN);
    until("the picture goes on", || trainee.received(MAIN).packets > before.packets + 60).await;
    let got = trainee.received(MAIN);
    assert_eq!((got.lost, got.foreign, got.duplicates), (0, 0, 0));
    class.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn packets_of_an_undeclared_ssrc_are_not_forwarded() {
    let class = Class::begin().await;
    let listener = class.trainee("小张").await;
    let mut liar = class.server.joined("小李", Role::Trainee).await;
    // The offer declares other numbers than those of the packets.
    let change = |sdp: String| {
        let lines = sdp.lines().filter(|line| !line.starts_with("a=ssrc-group:"));
        let lines = lines.map(|line| match line.strip_prefix("a=ssrc:") {
            Some(rest) => {
                let (_, attribute) = rest.split_once(' ').expect("an SSRC has attributes");
                format!("a=ssrc:12345 {attribute}\r\n")
            }
            None => format!("{line}\r\n"),
        });
        lines.collect()
    };
    let microphone = PeerMedia { camera: None, screen: false, ..PeerMedia::default() };
    liar.offer_changed(microphone, change).await.unwrap();
    liar.connection().connected(SOON).await.unwrap();
    class.bring_on_stage(&liar).await;
    let sound = liar.publish_audio().unwrap();
    until("much was sent", || sound.counters().sent() > 50).await;
    stays("nobody hears it", || packets_of(&listener, sound.counters().stream) == 0).await;
    assert_eq!(listener.received(MAIN).lost, 0);

    // The same person with an honest offer is heard: only the lie was in the way.
    let microphone = PeerMedia { camera: None, screen: false, ..PeerMedia::default() };
    liar.offer(microphone).await.unwrap();
    liar.connection().connected(SOON).await.unwrap();
    let sound = liar.publish_audio().unwrap();
    until("now it is heard", || packets_of(&listener, sound.counters().stream) > 20).await;
    class.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_that_cannot_be_answered_is_refused_and_the_earlier_leg_stays() {
    let class = Class::begin().await;
    let trainee = class.trainee("小李").await;
    let noise = Noise::default();
    let offers = [
        String::new(),
        "v=0".to_owned(),
        "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n".repeat(500),
        format!("v=0\r\na=group:BUNDLE {}\r\n", "9 ".repeat(10_000)),
        String::from_utf8_lossy(&noise.bytes(20_000)).into_owned(),
    ];
    for sdp in offers {
        assert_eq!(trainee.offer_sdp(sdp).await, Err(Refusal::Offer));
    }
    let before = trainee.received(MAIN).packets;
    until("the picture goes on", || trainee.received(MAIN).packets > before + 30).await;
    class.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unreadable_messages_are_refused_and_oversized_ones_close_only_their_sender() {
    let class = Class::begin().await;
    let other = class.trainee("小张").await;
    let bad = class.server.joined("小李", Role::Trainee).await;
    let refused = async |text: &str| {
        let before = bad.unread().len();
        bad.send_raw(Message::text(text.to_owned())).await.unwrap();
        until("a refusal", || bad.unread().len() > before && malformed(&bad, before)).await;
    };
    refused("not json").await;
    refused("null").await;
    refused(r#"{"type":"unheard_of","id":7}"#).await;
    refused(r#"{"type":"command","id":8,"command":{"do":"become_instructor"}}"#).await;
    refused(r#"{"type":"command","id":-1,"command":{"do":"leave"}}"#).await;
    refused(&"[".repeat(60_000)).await;
    refused(&format!(r#"{{"type":{}1{}}}"#, "[".repeat(20_000), "]".repeat(20_000))).await;
    assert!(!bad.closed(), "reading nonsense is survived");
    assert_eq!(bad.command(Command::Hand { up: true }).await, Ok(()));

    bad.send_raw(Message::text("x".repeat(70_000))).await.unwrap();
    until("the socket is closed", || bad.closed()).await;
    let before = other.received(MAIN).packets;
    until("the others go on", || other.received(MAIN).packets > before + 30).await;
    other.command(Command::Chat { text: "没事".into() }).await.unwrap();
    class.server.stop().await;
}

/// Whether a message after the first `seen` refuses an unreadable one.
fn malformed(peer: &Peer, seen: usize) -> bool {
    use live_classroom::protocol::ServerMessage;
    peer.unread()[seen..]
        .iter()
        .any(|message| matches!(message, ServerMessage::Refused { reason: Refusal::Malformed, .. }))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_of_messages_ends_the_flooder_only() {
    let server = TestServer::start().await;
    let flooder = server.joined("小李", Role::Trainee).await;
    let other = server.joined("小张", Role::Trainee).await;
    let message = r#"{"type":"command","id":1,"command":{"do":"hand","up":true}}"#;
    for _ in 0..5_000 {
        if flooder.send_raw(Message::text(message)).await.is_err() {
            break;
        }
    }
    until("the flooder is shown out", || flooder.closed()).await;
    assert!(matches!(flooder.bye(), Some(Bye::TooFast) | None), "{:?}", flooder.bye());
    other.command(Command::Chat { text: "还在".into() }).await.unwrap();
    server.stop().await;
}

/// Participants without what is measured on their links, which changes by itself.
fn people(participants: Vec<Participant>) -> Vec<Participant> {
    let unmeasured = |one| Participant { network: Network::Unknown, ..one };
    participants.into_iter().map(unmeasured).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trainee_gets_no_command_of_the_staff_carried_out() {
    let class = Class::begin().await;
    let victim = class.trainee("小张").await;
    let trainee = class.trainee("小李").await;
    class.instructor.command(Command::Chat { text: "欢迎".into() }).await.unwrap();
    let room = trainee.until_room("the line", SOON, |room| room.chat.len() == 1).await.unwrap();
    let (line, other) = (room.chat[0].id, victim.id());
    let commands = [
        Command::StartClass,
        Command::PauseClass,
        Command::EndClass,
        Command::ChatRemove { line },
        Command::ChatMute { participant: other, muted: true },
        Command::LowerHand { participant: other },
        Command::BringOnStage { participant: trainee.id(), camera: true },
        Command::BringOnStage { participant: other, camera: true },
        Command::TakeOffStage { participant: other },
        Command::Mute { participant: other },
        Command::Mute { participant: class.instructor.id() },
        Command::Unmute { participant: class.instructor.id() },
        Command::MuteAll,
        Command::Remove { participant: other },
        Command::Remove { participant: class.instructor.id() },
    ];
    for command in commands {
        let words = format!("{command:?}");
        assert_eq!(trainee.command(command).await, Err(Refusal::NotAllowed), "{words}");
    }
    let now = class.instructor.room();
    assert_eq!((now.class, now.chat.len()), (room.class, 1));
    assert_eq!(now.hands, room.hands);
    assert_eq!(people(now.participants), people(room.participants));
    class.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_signed_in_for_the_lesson_does_not_get_a_socket() {
    let server = TestServer::start().await;
    office::timetable::make_usual(server.store(), "other", "Another lesson").await.unwrap();
    let mut trainee = server.person("小李", Role::Trainee).await;
    let status = |result: Result<(), JoinError>| match result {
        Err(JoinError::Http(status)) => StatusCode::from_u16(status).expect("a status"),
        other => panic!("{other:?}"),
    };
    assert_eq!(status(trainee.join("other").await), StatusCode::FORBIDDEN);

    let mut forged = trainee.who().clone();
    forged.cookie = format!("lc_{}=guessed", forged.me.seat);
    assert_eq!(status(Peer::of(forged).join(LESSON).await), StatusCode::UNAUTHORIZED);
    let mut elsewhere = trainee.who().clone();
    elsewhere.base_url = elsewhere.base_url.replace("localhost", "127.0.0.1");
    Peer::of(elsewhere).join(LESSON).await.expect("another name of the same host is no other site");
    trainee.join(LESSON).await.unwrap();
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_signs_in_once() {
    let server = TestServer::start().await;
    let secret = loadtest::setup::link(server.store(), "小李", Role::Trainee, Some(LESSON)).await.unwrap();
    Peer::sign_in(server.url(), &secret).await.unwrap();
    for secret in [secret.as_str(), "guessed", ""] {
        let refused = Peer::sign_in(server.url(), secret).await.err().expect("refused");
        let refused = refused.downcast::<loadtest::http::HttpRefused>().unwrap();
        assert!(refused.status.is_client_error() && refused.api().is_some(), "{refused}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_never_reads_does_not_hold_up_the_others() {
    let class = Class::begin().await;
    let sleeper = class.server.joined("小李", Role::Trainee).await;
    sleeper.stop_reading();
    let other = class.trainee("小张").await;
    let text = "字".repeat(400);
    for number in 0..40 {
        let said = class.instructor.command(Command::Chat { text: format!("{number}{text}") });
        let said = tokio::time::timeout(Duration::from_secs(5), said).await.expect("not held up");
        assert!(matches!(said, Ok(()) | Err(Refusal::TooFast)), "{said:?}");
    }
    let before = other.received(MAIN).packets;
    until("the others go on", || other.received(MAIN).packets > before + 30).await;
    assert!(other.received(Slot::Audio(0)).packets > 0);
    drop(sleeper);
    class.server.stop().await;
}

/// Reproducible pseudo-random bytes (SplitMix64).
#[derive(Default)]
struct Noise(AtomicU64);

impl Noise {
    fn bytes(&self, length: usize) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(length + 8);
        while bytes.len() < length {
            let mut word = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::Relaxed);
            word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            bytes.extend((word ^ (word >> 31)).to_le_bytes());
        }
        bytes.truncate(length);
        bytes
    }
}
