//! The edges of the web side: the form of a request before anybody looks at it, the limits of a socket's
//! messages, and requests that come too often.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use live_classroom::account::role::Role as AccountRole;
use live_classroom::config::Tls;
use live_classroom::lesson::Role;
use loadtest::http::client;
use loadtest::setup;
use serde_json::json;
use sqlx::Row;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::harness::{LESSON, SOON, TestServer};
use crate::office::class_of_tests;
use crate::people::{Person, database, grant};

async fn connect(server: &TestServer) -> TcpStream {
    let (_, address) = server.url().split_once("://").expect("an address");
    let address = address.replace("localhost", "127.0.0.1");
    TcpStream::connect(address).await.expect("connects")
}

/// Sends bytes as they are; returns the part of the answer that arrives with the first read.
async fn raw(server: &TestServer, request: &str) -> String {
    let mut stream = connect(server).await;
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = vec![0; 64 * 1024];
    let length = timeout(SOON, stream.read(&mut answer)).await.expect("in time").expect("an answer");
    String::from_utf8_lossy(&answer[..length]).into_owned()
}

fn status(answer: &str) -> &str {
    answer.get("HTTP/1.1 ".len()..).and_then(|rest| rest.get(..3)).unwrap_or(answer)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_head_of_a_request_is_bounded_and_names_one_host() {
    let server = TestServer::start().await;
    let cookie = |bytes: usize| format!("Cookie: x={}\r\n", "x".repeat(bytes));
    let host = "Host: localhost\r\n";
    for (version, headers, expected) in [
        ("1.1", host.to_owned(), "200"),
        ("1.1", format!("{host}{}", cookie(12_000)), "200"),
        ("1.1", format!("{host}{}", cookie(20_000)), "431"),
        ("1.1", format!("{host}{}", cookie(400_000)), "431"),
        ("1.1", String::new(), "400"),
        ("1.1", format!("{host}{host}"), "400"),
        ("1.1", format!("{host}Host: evil.example\r\n"), "400"),
        ("1.1", "Host: \r\n".into(), "400"),
        ("1.1", "Host: a b\r\n".into(), "400"),
        ("1.1", "Host: u:p@localhost\r\n".into(), "400"),
        ("1.0", host.to_owned(), "200"),
        // Old load balancers ask for our health like this.
        ("1.0", String::new(), "200"),
    ] {
        let answer = raw(&server, &format!("GET /healthz HTTP/{version}\r\n{headers}\r\n")).await;
        let told = headers.get(..60).unwrap_or(&headers);
        assert_eq!(
            status(&answer.replacen("HTTP/1.0", "HTTP/1.1", 1)),
            expected,
            "HTTP/{version} {told:?}: {answer}"
        );
    }
}

/// The bytes until the connection is closed, which must be in time.
async fn to_the_end(mut stream: TcpStream, say: &str) -> Vec<u8> {
    stream.write_all(say.as_bytes()).await.expect("sent");
    let mut heard = Vec::new();
    // A reset is an end, too.
    let _ = timeout(SOON, stream.read_to_end(&mut heard)).await.expect("closed in time");
    heard
}

#[tokio::test(flavor = "multi_thread")]
async fn who_says_nothing_or_speaks_http_2_holds_no_place() {
    const PREFACE: &str = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    for tls in [Tls::Off, Tls::SelfSigned] {
        let server = TestServer::start_with(|config| {
            config.limits.http_timeout_s = 1;
            config.server.tls = tls;
        })
        .await;
        // With TLS, each of these is a handshake that never ends.
        for say in ["", "P", "PRI * HTTP/2.0\r\n", "GET", "\u{16}\u{3}\u{1}"] {
            let heard = to_the_end(connect(&server).await, say).await;
            assert!(!String::from_utf8_lossy(&heard).contains(" 200 "), "{tls:?} {say:?}");
        }
        if tls == Tls::Off {
            let empty_settings = "\0\0\0\u{4}\0\0\0\0\0";
            let heard = to_the_end(connect(&server).await, &format!("{PREFACE}{empty_settings}")).await;
            assert!(heard.is_empty() || heard.starts_with(b"HTTP/1.1 "), "settings of HTTP/2: {heard:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn browsers_are_told_to_stay_with_tls_where_the_server_speaks_it() {
    let secure = TestServer::start_with(|config| config.server.tls = Tls::SelfSigned).await;
    let plain = TestServer::start().await;
    let hsts = async |server: &TestServer| {
        let answer = client().get(format!("{}/healthz", server.url())).send().await.expect("an answer");
        answer
            .headers()
            .get("strict-transport-security")
            .map(|value| value.to_str().expect("text").to_owned())
    };
    assert!(hsts(&secure).await.is_some_and(|value| value.starts_with("max-age=")));
    assert_eq!(hsts(&plain).await, None, "it would shut out whoever has no TLS");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_server_still_says_that_it_lives() {
    const PLACES: u32 = 16;
    let server = TestServer::start_with(|config| config.server.connections_max = PLACES).await;
    let mut held = Vec::new();
    for _ in 0..PLACES {
        let mut stream = connect(&server).await;
        // Answered once, so that the place is surely taken.
        stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("sent");
        let mut answer = [0; 4096];
        assert!(timeout(SOON, stream.read(&mut answer)).await.expect("in time").expect("an answer") > 0);
        held.push(stream);
    }
    let ask = async |path: &str| raw(&server, &format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n")).await;
    for _ in 0..20 {
        let alive = ask("/healthz").await;
        assert_eq!(status(&alive), "200", "{alive}");
        assert!(alive.to_lowercase().contains("connection: close"), "{alive}");
    }
    let other = ask("/api/help").await;
    assert_eq!(status(&other), "503", "{other}");
    drop(held);
}

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn entered(server: &TestServer, cookie: &str, seat: &str) -> Socket {
    let url = format!("{}/signal/{LESSON}?as={seat}", server.url().replacen("http", "ws", 1));
    let mut request = url.into_client_request().expect("an address");
    request.headers_mut().insert("cookie", cookie.parse().expect("a cookie"));
    request.headers_mut().insert("origin", server.url().parse().expect("an origin"));
    let (mut socket, _) = connect_async(request).await.expect("let in");
    socket.send(Message::text(r#"{"type":"hello","version":1,"resume":null}"#)).await.expect("sent");
    socket
}

/// Reads to the close frame; returns the last text and the code.
async fn end(socket: &mut Socket) -> (String, Option<u16>) {
    let mut last = String::new();
    loop {
        match timeout(SOON, socket.next()).await.expect("in time") {
            Some(Ok(Message::Text(text))) => last = text.to_string(),
            Some(Ok(Message::Close(frame))) => return (last, frame.map(|frame| frame.code.into())),
            Some(Ok(_)) => {}
            other => panic!("no close frame after {last:?}: {other:?}"),
        }
    }
}

/// A masked frame with a mask of zero.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = vec![first, 0x80 | u8::try_from(payload.len()).expect("short"), 0, 0, 0, 0];
    frame.extend(payload);
    frame
}

async fn write(socket: &mut Socket, bytes: &[u8]) {
    let MaybeTlsStream::Plain(stream) = socket.get_mut() else { panic!("plain") };
    stream.write_all(bytes).await.expect("sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn empty_parts_of_a_message_count_like_messages() {
    let server = TestServer::start().await;
    let secret = setup::link(server.store(), "Ann", Role::Trainee, Some(LESSON)).await.expect("a link");
    let who = loadtest::http::sign_in(server.url(), &secret).await.expect("signed in");
    let mut socket = entered(&server, &who.cookie, &who.me.seat).await;
    let mut flood = frame(0x01, b"");
    for _ in 0..5_000 {
        flood.extend(frame(0x00, b""));
    }
    write(&mut socket, &flood).await;
    let (last, code) = end(&mut socket).await;
    assert!(last.contains("bye") && last.contains("too_fast"), "{last}");
    assert_eq!(code, Some(1008));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_close_frame_is_answered_and_a_senseless_code_is_an_error() {
    let server = TestServer::start().await;
    let secret = setup::link(server.store(), "Ann", Role::Trainee, Some(LESSON)).await.expect("a link");
    let who = loadtest::http::sign_in(server.url(), &secret).await.expect("signed in");
    for (code, expected) in [
        (1000, 1000),
        (1001, 1001),
        (3000, 3000),
        (0, 1002),
        (999, 1002),
        (1005, 1002),
        (1006, 1002),
        (5000, 1002),
    ] {
        let mut socket = entered(&server, &who.cookie, &who.me.seat).await;
        write(&mut socket, &frame(0x88, &u16::to_be_bytes(code))).await;
        assert_eq!(end(&mut socket).await.1, Some(expected), "{code}");
    }
    let mut socket = entered(&server, &who.cookie, &who.me.seat).await;
    write(&mut socket, &frame(0x88, &[3])).await;
    assert_eq!(end(&mut socket).await.1, Some(1002), "half a code");
}

async fn audited(server: &TestServer) -> i64 {
    let mut database = database(server.data()).await;
    let row = sqlx::query("SELECT count(*) FROM audit").fetch_one(&mut database).await.expect("counted");
    row.try_get(0).expect("a number")
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_fills_the_audit_log() {
    let server = TestServer::start().await;
    class_of_tests(&server).await;
    let trainee = Person::of(&server, "trainee", &[grant(AccountRole::Trainee)]).await;
    let admin = Person::of(&server, "training", &[grant(AccountRole::TrainingAdmin)]).await;
    const EXPORT: &str = "/api/phases/p-1/registrations/file?format=csv&reason=x";

    let before = audited(&server).await;
    for path in [EXPORT, "/api/phases/p-1/nominations/file?reason=x", "/api/phases/p-1/summary/file"] {
        assert_eq!(trainee.ask("GET", path, None).await.status(), 403, "{path}");
    }
    let reveal = json!({ "reason": "x" });
    assert_eq!(trainee.ask("POST", "/api/registrations/1/reveal", Some(reveal)).await.status(), 403);
    assert_eq!(audited(&server).await, before, "what is refused is not written down");

    let mut answers = Vec::new();
    for _ in 0..400 {
        answers.push(admin.ask("GET", EXPORT, None).await.status().as_u16());
        if answers.ends_with(&[429]) {
            break;
        }
    }
    let done = answers.iter().filter(|status| **status == 200).count();
    assert!(done >= 100, "a clerk is never that fast: {done}");
    assert_eq!(answers.last(), Some(&429));
    assert_eq!(audited(&server).await - before, done as i64, "refused before it was written down");
    let masked = admin.ask("GET", "/api/phases/p-1/registrations/file?format=csv", None).await;
    assert_eq!(masked.status(), 200, "what is not written down is not limited");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_read_holds_nothing_that_reorders_it() {
    let server = TestServer::start().await;
    class_of_tests(&server).await;
    let admin = Person::of(&server, "training", &[grant(AccountRole::TrainingAdmin)]).await;
    let new = json!({ "phase": "p-1", "title": "\u{202e}考试\u{2066}", "text": "明天\u{200b}\n上\u{200f}课👩\u{200d}🏫" });
    let told: serde_json::Value =
        admin.ask("POST", "/api/announcements", Some(new)).await.json().await.expect("JSON");
    assert_eq!(
        (told["title"].as_str(), told["text"].as_str()),
        (Some("考试"), Some("明天\n上课👩\u{200d}🏫"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_for_who_may_read_the_data_folder() {
    let server = TestServer::start().await;
    let url = format!("{}/metrics", server.url());
    let token = std::fs::read_to_string(server.data().join("metrics.token")).expect("made at the start");
    // The request as a proxy on the same machine passes it on, with and without a header that says so.
    assert_eq!(client().get(&url).send().await.expect("an answer").status(), 401);
    let forwarded = client().get(&url).header("x-forwarded-for", "127.0.0.1");
    assert_eq!(forwarded.send().await.expect("an answer").status(), 401);
    assert_eq!(client().get(&url).bearer_auth("wrong").send().await.expect("an answer").status(), 401);
    assert_eq!(client().get(&url).bearer_auth(token).send().await.expect("an answer").status(), 200);

    let open = TestServer::start_with(|config| config.server.metrics_public = true).await;
    assert_eq!(
        client().get(format!("{}/metrics", open.url())).send().await.expect("an answer").status(),
        200
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_opens_only_so_many_sessions() {
    let server = TestServer::start().await;
    let token = server.token(Role::Trainee).await;
    let open = async || {
        let request = client().post(format!("{}/whep/{LESSON}", server.url())).bearer_auth(&token);
        let request = request.header("content-type", "application/sdp").body("v=0\r\nnonsense");
        request.timeout(Duration::from_secs(60)).send().await.expect("an answer").status().as_u16()
    };
    let mut statuses = Vec::new();
    for _ in 0..100 {
        statuses.push(open().await);
    }
    assert!(statuses.contains(&429), "{statuses:?}");
    assert!(statuses.iter().filter(|status| **status == 406).count() >= 16, "{statuses:?}");
}
