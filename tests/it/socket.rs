//! The signalling socket at its edges: who gets in, and what a faulty client is told.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use live_classroom::lesson::Role;
use live_classroom::office;
use loadtest::http::{SignedIn, sign_in};
use loadtest::setup;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::harness::{LESSON, SOON, TestServer};

const HELLO: &str = r#"{"type":"hello","version":1,"resume":null}"#;

const TICK: &str = r#"{"type":"tick"}"#;

struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    /// Opens a socket; the error is the status of the refusal.
    async fn open(who: &SignedIn, lesson: &str, origin: Option<&str>) -> Result<Socket, u16> {
        let url = format!("{}/signal/{lesson}?as={}", who.base_url.replacen("http", "ws", 1), who.me.seat);
        let mut request = url.into_client_request().expect("an address");
        let headers = request.headers_mut();
        headers.insert("cookie", who.cookie.parse().expect("a cookie"));
        origin.map(|origin| headers.insert("origin", origin.parse().expect("an origin")));
        match connect_async(request).await {
            Ok((socket, _)) => Ok(Socket(socket)),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("no answer: {error}"),
        }
    }

    async fn entered(server: &TestServer, who: &SignedIn) -> Socket {
        let mut socket = Socket::open(who, LESSON, Some(server.url())).await.expect("let in");
        socket.say(HELLO).await;
        assert!(socket.hear().await.contains(r#""type":"welcome""#));
        assert!(socket.hear().await.contains(r#""type":"snapshot""#));
        socket
    }

    async fn say(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.expect("sent");
    }

    /// The next text that is not a tick; pings are answered on the way.
    async fn hear(&mut self) -> String {
        loop {
            match timeout(SOON, self.0.next()).await.expect("in time") {
                Some(Ok(Message::Text(text))) if text.as_str() == TICK => {}
                Some(Ok(Message::Text(text))) => return text.to_string(),
                Some(Ok(Message::Close(frame))) => return format!("closed {frame:?}"),
                Some(Ok(_)) => {}
                end => panic!("the socket ended: {end:?}"),
            }
        }
    }

    /// Reads up to a text that holds all `parts`.
    async fn hear_of(&mut self, parts: &[&str]) {
        loop {
            let text = self.hear().await;
            assert!(!text.starts_with("closed"), "{text} before {parts:?}");
            if parts.iter().all(|part| text.contains(part)) {
                return;
            }
        }
    }

    /// Reads to the end; returns the last text and the close code.
    async fn end(&mut self) -> (String, u16) {
        let mut last = String::new();
        loop {
            match timeout(SOON, self.0.next()).await.expect("in time") {
                Some(Ok(Message::Text(text))) => last = text.to_string(),
                Some(Ok(Message::Close(Some(frame)))) => return (last, frame.code.into()),
                Some(Ok(_)) => {}
                end => panic!("no close frame after {last:?}: {end:?}"),
            }
        }
    }
}

async fn signed_in(server: &TestServer, role: Role, lesson: Option<&str>) -> SignedIn {
    let secret = setup::link(server.store(), "Ann", role, lesson).await.expect("a link");
    sign_in(server.url(), &secret).await.expect("a fresh link signs in")
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_own_page_gets_into_the_own_lesson() {
    let server = TestServer::start().await;
    office::timetable::make_usual(server.store(), "other", "Another").await.expect("a lesson");
    let trainee = signed_in(&server, Role::Trainee, Some(LESSON)).await;
    let operator = signed_in(&server, Role::Operator, None).await;
    let stranger = SignedIn { cookie: "lc_x=1".into(), ..trainee.clone() };
    let own = Some(server.url());
    let status = async |who: &SignedIn, lesson: &str, origin: Option<&str>| {
        Socket::open(who, lesson, origin).await.err().unwrap_or(101)
    };

    assert_eq!(status(&trainee, LESSON, own).await, 101);
    assert_eq!(status(&trainee, LESSON, Some("https://evil.example")).await, 403);
    assert_eq!(status(&trainee, LESSON, Some("null")).await, 403);
    assert_eq!(status(&trainee, LESSON, None).await, 403);
    assert_eq!(status(&trainee, "other", own).await, 403);
    assert_eq!(status(&stranger, LESSON, own).await, 401);
    assert_eq!(status(&operator, "other", own).await, 101);
}

#[tokio::test(flavor = "multi_thread")]
async fn nonsense_is_refused_by_number_and_the_socket_lives_on() {
    let server = TestServer::start().await;
    let who = signed_in(&server, Role::Trainee, Some(LESSON)).await;
    let mut socket = Socket::entered(&server, &who).await;
    for (said, number) in [
        (r#"{"type":"command","id":7,"command":{"do":"fly"}}"#, "7"),
        (r#"{"type":"offer","id":8}"#, "8"),
        ("not json", "null"),
        (&"[".repeat(60_000), "null"),
        (r#"{"type":"command","id":1e400,"command":{"do":"leave"}}"#, "null"),
    ] {
        socket.say(said).await;
        let number = format!("\"id\":{number}");
        socket.hear_of(&["refused", "malformed", &number]).await;
    }
    socket.say(HELLO).await;
    socket.hear_of(&["refused", "wrong_state"]).await;
    socket.say(r#"{"type":"command","id":9,"command":{"do":"hand","up":true}}"#).await;
    socket.hear_of(&["\"ack\"", "9"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_breaks_the_limits_is_closed_with_the_code_for_it() {
    let server = TestServer::start_with(|config| {
        config.limits.ws_hello_s = 1;
        config.limits.ws_messages_per_s = 20;
    })
    .await;
    let who = signed_in(&server, Role::Trainee, Some(LESSON)).await;
    let fresh = async || Socket::open(&who, LESSON, Some(server.url())).await.expect("let in");
    let mut witness = Socket::entered(&server, &signed_in(&server, Role::Operator, None).await).await;

    let mut silent = fresh().await;
    let (last, code) = silent.end().await;
    assert!(last.contains("bye"), "{last}");
    assert_eq!(code, 1008);

    let mut old = fresh().await;
    old.say(r#"{"type":"hello","version":0,"resume":null}"#).await;
    old.hear_of(&["refused", "version"]).await;
    assert_eq!(old.end().await.1, 1008);

    let mut rude = fresh().await;
    rude.say(r#"{"type":"command","id":1,"command":{"do":"leave"}}"#).await;
    rude.hear_of(&["refused", "wrong_state"]).await;
    assert_eq!(rude.end().await.1, 1008);

    let mut large = Socket::entered(&server, &who).await;
    large.say(&"x".repeat(64 * 1024 + 1)).await;
    assert_eq!(large.end().await.1, 1009);

    let mut binary = Socket::entered(&server, &who).await;
    binary.0.send(Message::binary(vec![1, 2, 3])).await.expect("sent");
    assert_eq!(binary.end().await.1, 1003);

    let mut hasty = Socket::entered(&server, &who).await;
    for id in 0..100 {
        hasty.say(&format!(r#"{{"type":"command","id":{id},"command":{{"do":"hand","up":true}}}}"#)).await;
    }
    hasty.hear_of(&["\"refused\"", "\"id\":null", "too_fast"]).await;
    let (last, code) = hasty.end().await;
    assert!(last.contains("bye") && last.contains("too_fast"), "{last}");
    assert_eq!(code, 1008);

    // Nobody else was disturbed.
    witness.say(r#"{"type":"command","id":5,"command":{"do":"mute_all"}}"#).await;
    witness.hear_of(&["\"ack\"", "5"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_that_answers_no_ping_is_dropped_and_one_that_does_stays() {
    let server = TestServer::start_with(|config| {
        config.limits.ws_ping_s = 1;
        config.limits.ws_silence_s = 2;
        config.room.resume_window_s = 5;
    })
    .await;
    let who = signed_in(&server, Role::Trainee, Some(LESSON)).await;
    let mut answering = Socket::entered(&server, &signed_in(&server, Role::Operator, None).await).await;
    let mut deaf = Socket::entered(&server, &who).await;

    // The answering device must hear of the end of the deaf one, after the silence and the time to resume;
    // while it hears, it answers its own pings.
    let gone = answering.hear_of(&["participant", "\"here\":false"]);
    timeout(2 * SOON, gone).await.expect("the deaf socket is noticed");
    // The connection is closed at its end: reading what was buffered ends without a close frame.
    let drained = async { while let Some(Ok(_)) = deaf.0.next().await {} };
    timeout(Duration::from_secs(5), drained).await.expect("the connection is closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_ticks_as_long_as_it_lives_and_what_answers_stays() {
    // No ping comes within this test: the server hears nothing but the answers to ticks.
    let server = TestServer::start_with(|config| {
        config.limits.ws_ping_s = 60;
        config.limits.ws_silence_s = 4;
    })
    .await;
    let mut socket = Socket::entered(&server, &signed_in(&server, Role::Trainee, Some(LESSON)).await).await;
    for _ in 0..4 {
        while timeout(SOON, socket.0.next()).await.expect("in time").expect("open").expect("a frame")
            != Message::text(TICK)
        {}
        socket.say(TICK).await;
    }
    // The device answers no more, and the server notices.
    let end = async { while let Some(Ok(_)) = socket.0.next().await {} };
    timeout(2 * SOON, end).await.expect("a silent page is dropped");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopping_server_tells_its_clients_to_come_back() {
    let server = TestServer::start().await;
    let who = signed_in(&server, Role::Trainee, Some(LESSON)).await;
    let mut socket = Socket::entered(&server, &who).await;

    let (_data, (last, code)) = tokio::join!(server.stop(), socket.end());
    assert!(last.contains("restarting"), "{last}");
    assert_eq!(code, 1012);
}
