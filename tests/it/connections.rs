//! Connections of the web server: its own TLS, connections that send nothing, and too many connections.

use std::net::TcpStream;
use std::time::Duration;

use live_classroom::lesson::Role;
use loadtest::http::client;
use loadtest::setup;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, COOKIE, ORIGIN, SET_COOKIE};

use crate::harness::{LESSON, SOON, TestServer};

#[tokio::test(flavor = "multi_thread")]
async fn https_with_a_certificate_of_our_own_marks_its_cookies() {
    let server = TestServer::start_with(|config| {
        config.server.tls = live_classroom::config::Tls::SelfSigned;
    })
    .await;
    assert!(server.url().starts_with("https://localhost:"));
    let secret = setup::link(server.store(), "Ann", Role::Trainee, Some(LESSON)).await.expect("a link");
    let request = client().post(format!("{}/api/sign-in", server.url())).header(ORIGIN, server.url());
    let request =
        request.header(CONTENT_TYPE, "application/json").body(format!("{{\"secret\":\"{secret}\"}}"));
    let response = request.send().await.expect("the server answers");

    let cookie = response.headers()[SET_COOKIE].to_str().expect("text").to_owned();
    assert!(cookie.starts_with("__Host-lc_") && cookie.ends_with("; Secure"), "{cookie}");
    let pair = cookie.split(';').next().expect("a pair");
    let me = client().get(format!("{}/api/me", server.url())).header(COOKIE, pair);
    assert_eq!(me.send().await.expect("the server answers").status(), StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_heads_and_too_many_connections_are_closed() {
    let server = TestServer::start_with(|config| {
        config.limits.http_timeout_s = 1;
        config.server.connections_max = 16;
    })
    .await;
    let address = server.url().replace("http://localhost", "127.0.0.1");
    let dial = || {
        let stream = TcpStream::connect(&address).expect("the server listens");
        stream.set_read_timeout(Some(SOON)).expect("a timeout");
        stream
    };
    // Each holds a place with a head that never ends; the 17th gets none.
    tokio::task::spawn_blocking({
        let streams: Vec<TcpStream> = (0..16).map(|_| dial()).collect();
        let late = dial();
        move || {
            use std::io::{Read, Write};
            for mut stream in &streams {
                stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ").expect("sent");
            }
            let mut rest = Vec::new();
            // An orderly end or a reset: closed either way, and without an answer.
            let _ = (&late).read_to_end(&mut rest);
            assert!(rest.is_empty(), "the 17th connection was served");
            for mut stream in streams {
                let mut rest = Vec::new();
                let _ = stream.read_to_end(&mut rest);
                assert!(!String::from_utf8_lossy(&rest).contains(" 200 "), "an endless head was served");
            }
        }
    })
    .await
    .expect("all were closed in time");
    let deadline = tokio::time::Instant::now() + SOON;
    while client().get(format!("{}/healthz", server.url())).send().await.is_err() {
        assert!(tokio::time::Instant::now() < deadline, "places come free again");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
