//! WHIP and WHEP: an encoder teaches and a player watches without our client.

use std::sync::Arc;

use live_classroom::lesson::{Role, SourceKind};
use live_classroom::office;
use live_classroom::protocol::{Participant, RoomState};
use loadtest::clock::Window;
use loadtest::connection::{Connection, Outlet, PeerMedia, Slot};
use loadtest::http::{self, HttpLeg, HttpRefused};
use loadtest::media::{Codec, Shape};
use loadtest::sending::Sending;
use reqwest::StatusCode;

use crate::harness::{LESSON, MAIN, SOON, TestServer, stays, until, watches};

/// An encoder that publishes sound and a picture by WHIP.
async fn encoder(server: &TestServer, token: &str) -> (HttpLeg, [Sending; 2]) {
    let window: Arc<Window> = Arc::default();
    let leg = http::whip(server.url(), LESSON, token, &PeerMedia::encoder(), &window).await.unwrap();
    leg.connection.connected(SOON).await.unwrap();
    let sending = [
        leg.connection.publish_audio(11, &window).unwrap(),
        leg.connection.publish_video(Outlet::Camera, 12, &[Shape::video(800_000)], &window).unwrap(),
    ];
    (leg, sending)
}

async fn player(server: &TestServer, token: &str, media: &PeerMedia) -> HttpLeg {
    http::whep(server.url(), LESSON, token, media, &Arc::default()).await.unwrap()
}

fn sees_and_hears(connection: &Connection) -> bool {
    connection.received(MAIN).first_keyframe_ns > 0 && connection.received(Slot::Audio(0)).first_ns > 0
}

/// The status with which the server refused.
fn refusal(result: anyhow::Result<HttpLeg>) -> StatusCode {
    let error = result.err().expect("it is refused");
    error.downcast::<HttpRefused>().expect("by a status").status
}

#[tokio::test(flavor = "multi_thread")]
async fn an_encoder_teaches_by_whip_and_players_watch_by_whep() {
    let server = TestServer::start().await;
    let (teach, watch) = (server.token(Role::Instructor).await, server.token(Role::Trainee).await);
    let (encoder, sending) = encoder(&server, &teach).await;
    // An instructor's token may view, too.
    let players = [
        player(&server, &watch, &PeerMedia::viewer(1, 1)).await,
        player(&server, &teach, &PeerMedia::viewer(1, 1)).await,
    ];
    until("both see and hear", || players.iter().all(|player| sees_and_hears(&player.connection))).await;
    assert_eq!(players[0].connection.received(MAIN).streams, [12]);

    // People in the client see the encoder as an instructor with a camera.
    let mut trainee = server.joined("小李", Role::Trainee).await;
    trainee.offer(PeerMedia::viewer(4, 6)).await.unwrap();
    until("the trainee sees and hears it", || watches(&trainee)).await;
    let teaches = |line: &Participant| {
        line.here && line.role == Role::Instructor && line.sending.contains(&SourceKind::Camera)
    };
    let teaching = |room: &RoomState| room.participants.iter().any(teaches);
    let room = trainee.until_room("the encoder in the roster", SOON, teaching).await.unwrap();
    let id = room.participants.into_iter().find(teaches).map(|line| line.id);

    encoder.delete().await.unwrap();
    let gone = |room: &RoomState| room.participants.iter().any(|line| Some(line.id) == id && !line.here);
    trainee.until_room("the encoder has left", SOON, gone).await.unwrap();
    let twice = encoder.delete().await.unwrap_err().downcast::<HttpRefused>().unwrap();
    assert_eq!(twice.status, StatusCode::NOT_FOUND);
    drop(sending);
    players[0].delete().await.unwrap();
    let received = players[1].connection.received(MAIN).packets;
    stays("nothing new arrives", || players[1].connection.received(MAIN).packets == received).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_opens_only_what_it_is_for() {
    let server = TestServer::start().await;
    office::timetable::make_usual(server.store(), "other", "Another lesson").await.unwrap();
    let (teach, watch) = (server.token(Role::Instructor).await, server.token(Role::Trainee).await);
    let (encoder_offer, player_offer) = (PeerMedia::encoder(), PeerMedia::viewer(1, 1));
    let window = Arc::default();
    let whip = async |lesson: &str, token: &str| {
        refusal(http::whip(server.url(), lesson, token, &encoder_offer, &window).await)
    };
    let whep = async |lesson: &str, token: &str| {
        refusal(http::whep(server.url(), lesson, token, &player_offer, &window).await)
    };
    assert_eq!(whip(LESSON, &watch).await, StatusCode::FORBIDDEN, "a trainee does not publish");
    assert_eq!(whip("other", &teach).await, StatusCode::FORBIDDEN, "a token is for one lesson");
    assert_eq!(whep("nowhere", &watch).await, StatusCode::NOT_FOUND);
    assert_eq!(whip(LESSON, "guessed").await, StatusCode::UNAUTHORIZED);
    assert_eq!(whep(LESSON, "").await, StatusCode::UNAUTHORIZED);

    let leg = player(&server, &watch, &player_offer).await;
    let thief = http::client().delete(&leg.resource).bearer_auth(&teach).send().await.unwrap();
    assert_eq!(thief.status(), StatusCode::FORBIDDEN, "only its own token ends a session");
    leg.delete().await.unwrap();
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_of_vp8_and_opus_alone_is_accepted() {
    let server = TestServer::start().await;
    let teach = server.token(Role::Instructor).await;
    let (encoder, _sending) = encoder(&server, &teach).await;
    let only_vp8 = PeerMedia { receive: vec![Codec::Vp8], ..PeerMedia::viewer(1, 1) };
    let player = player(&server, &teach, &only_vp8).await;
    until("it plays", || sees_and_hears(&player.connection)).await;
    assert_eq!(encoder.connection.answered()[1].payload_type("VP8"), Some(96));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_no_offer_is_refused_in_words() {
    let server = TestServer::start().await;
    let teach = server.token(Role::Instructor).await;
    let url = format!("{}/whip/{LESSON}", server.url());
    let post = async |body: String| {
        let refused = http::post_offer(&http::client(), &url, &teach, body).await.expect_err("refused");
        refused.downcast::<HttpRefused>().expect("by a status")
    };
    let data_only = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n\
                     m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:0\r\n";
    for body in ["", "not an offer", "v=0\r\n", data_only] {
        let refused = post(body.to_owned()).await;
        assert!(refused.status.is_client_error(), "{body:?}: {}", refused.status);
        assert!(refused.api().is_some_and(|error| error.message.len() > 10), "{}", refused.body);
    }
    assert_eq!(post(format!("v=0\r\n{}", "a".repeat(1 << 20))).await.status, StatusCode::PAYLOAD_TOO_LARGE);
    server.stop().await;
}
