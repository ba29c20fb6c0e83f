//! Behind a proxy: below a path, under another name, with visitors whose addresses only the proxy knows; and
//! players that can send nothing but an address.

use std::net::Ipv4Addr;
use std::time::Duration;

use live_classroom::chain::{hex, unhex};
use live_classroom::config::Config;
use live_classroom::lesson::Role;
use live_classroom::office;
use live_classroom::protocol::{MediaTicket, Replay};
use live_classroom::store::{NewSecret, SecretKind};
use loadtest::connection::PeerMedia;
use loadtest::http::{SignedIn, client, sign_in, whep};
use loadtest::setup;
use reqwest::header::{COOKIE, LOCATION, ORIGIN};
use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};

use crate::harness::{Class, LESSON, TestServer, until_some};

const BASE: &str = "/class";

/// The test is the proxy, so this machine is a trusted one.
fn below_a_path(config: &mut Config) {
    config.server.base_path = BASE.into();
    config.server.proxies = vec![Ipv4Addr::LOCALHOST.into()];
}

async fn sent(request: RequestBuilder) -> Response {
    request.timeout(Duration::from_secs(60)).send().await.expect("an answer")
}

async fn text(url: &str) -> (u16, String) {
    let response = sent(client().get(url)).await;
    (response.status().as_u16(), response.text().await.expect("text"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_is_passed_on_or_taken_away_and_both_work() {
    let server = TestServer::start_with(below_a_path).await;
    let url = server.url();
    for path in ["/api/help", "/healthz", "/readyz"] {
        assert_eq!(text(&format!("{url}{path}")).await.0, 200, "{path}");
        assert_eq!(text(&format!("{url}{BASE}{path}")).await.0, 200, "{path}");
    }
    assert_eq!(text(&format!("{url}{BASE}room/api/help")).await.0, 404, "another path that begins alike");
    // A page names its own address; without the web client there is none.
    for path in [BASE.to_owned(), format!("{BASE}/"), format!("{BASE}/help"), "/help".into()] {
        let (status, page) = text(&format!("{url}{path}")).await;
        assert!(status == 404 || page.contains("name=\"base-path\" content=\"/class\""), "{path}: {page}");
        assert!(status == 404 || !page.contains("=\"./"), "{path}: {page}");
    }
    let token = server.token(Role::Trainee).await;
    let leg =
        whep(&format!("{url}{BASE}"), LESSON, &token, &PeerMedia::viewer(1, 1), &Default::default()).await;
    let leg = leg.expect("a session");
    assert!(leg.resource.starts_with(&format!("{url}{BASE}/whep/")), "{}: {LOCATION}", leg.resource);
    leg.delete().await.expect("the proxy passes its address on");
}

/// A class with a recording, and a trainee of it.
async fn recorded(server: TestServer) -> (Class, SignedIn, String) {
    let class = Class::begin_on(server, PeerMedia::default()).await;
    let secret =
        setup::link(class.server.store(), "小李", Role::Trainee, Some(LESSON)).await.expect("a link");
    let trainee = sign_in(class.server.url(), &secret).await.expect("signed in");
    let recording = until_some(Duration::from_secs(60), "something is in files", async || {
        let url = format!("{}/api/replay/{LESSON}?as={}", class.server.url(), trainee.me.seat);
        let replay: Replay =
            sent(client().get(url).header(COOKIE, &trainee.cookie)).await.json().await.ok()?;
        (replay.duration_ms >= 4000).then_some(replay.recording)
    });
    let recording = recording.await;
    (class, trainee, recording)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_player_that_can_set_no_header_has_a_ticket_in_its_address() {
    let (class, trainee, recording) = recorded(TestServer::start_with(below_a_path).await).await;
    let url = class.server.url();
    let ask = client().post(format!("{url}/api/replay/{LESSON}/ticket?as={}", trainee.me.seat));
    let ask = ask.header(COOKIE, &trainee.cookie).header(ORIGIN, url);
    let ask = ask.header("x-forwarded-proto", "https").header("x-forwarded-host", "class.example.org");
    let ticket: MediaTicket = sent(ask).await.json().await.expect("a ticket");
    let path = ticket.url.strip_prefix("https://class.example.org/class").expect(&ticket.url);
    assert!(path.starts_with(&format!("/media/{recording}/index.m3u8?ticket=")), "{path}");

    // The whole way of a player without a cookie: every playlist, and a segment.
    let folder = format!("{url}{BASE}/media/{recording}/");
    let (status, index) = text(&format!("{url}{path}")).await;
    assert_eq!(status, 200, "{index}");
    let named = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        lines.map(str::to_owned).collect()
    };
    let main = named(&index).pop().expect("a playlist");
    let (status, main) = text(&format!("{folder}{main}")).await;
    assert_eq!(status, 200, "{main}");
    let segment = named(&main).into_iter().find(|name| !name.starts_with("gap")).expect("a segment");
    let response =
        sent(client().get(format!("{folder}{segment}")).header(ORIGIN, "https://player.example")).await;
    assert_eq!(
        (response.status().as_u16(), &response.headers()["access-control-allow-origin"]),
        (200, &"*".parse().unwrap())
    );
    // A segment in a gap is loaded by players that do not know gaps.
    let gap =
        sent(client().get(format!("{folder}gap.m4s?ticket={}", path.split("ticket=").nth(1).unwrap()))).await;
    assert_eq!(
        (gap.status(), &gap.bytes().await.unwrap()[4..]),
        (200.try_into().unwrap(), b"free".as_slice())
    );
    let preflight = client().request("OPTIONS".parse().unwrap(), format!("{folder}{segment}"));
    let preflight = sent(preflight.header(ORIGIN, "https://player.example")).await;
    assert_eq!(preflight.status(), 204);
    assert!(preflight.headers()["access-control-allow-headers"].to_str().unwrap().contains("Range"));

    // The ticket opens nothing else: no other recording, no other route, and not for ever.
    let secret = path.split("ticket=").nth(1).expect("a ticket");
    let media = async |ticket: &str| text(&format!("{folder}index.m3u8?ticket={ticket}")).await.0;
    assert_eq!(media(secret).await, 200);
    let other_end = if secret.ends_with('0') { "1" } else { "0" };
    assert_eq!(media(&format!("{}{other_end}", &secret[..secret.len() - 1])).await, 404);
    assert_eq!(media("").await, 404);
    assert_eq!(media("x").await, 404);
    assert_eq!(text(&format!("{url}/api/replay/{LESSON}?ticket={secret}")).await.0, 401);
    let other = "0123456789abcdef0123456789abcdef";
    assert_eq!(text(&format!("{url}/media/{other}/index.m3u8?ticket={secret}")).await.0, 404);
    let vault = class.server.store().vault();
    let bytes = unhex(secret).expect("hex digits");
    let mut opened: Value =
        serde_json::from_str(&vault.open_text("media ticket", &bytes).expect("ours")).expect("JSON");
    opened["expires_at_ms"] = json!(1);
    let old = vault.seal("media ticket", &opened.to_string()).expect("sealed");
    assert_eq!(media(&hex(&old)).await, 404, "its time is over");
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_links_through_an_unlisted_proxy_lock_nobody_else_out() {
    for forwards in [true, false] {
        let server = TestServer::start_with(|config| config.limits.sign_in_failures_per_min = 30).await;
        let from = |address: &str, path: &str, body: Value| {
            let request =
                client().post(format!("{}{path}", server.url())).header(ORIGIN, server.url()).json(&body);
            if forwards { request.header("x-forwarded-for", address) } else { request }
        };
        let made = json!({ "name": "王丽", "login": "wang.li", "phone": "", "password": "Chunmian-bujue-7" });
        let made = sent(from("192.0.2.1", "/api/account/new", made)).await;
        let device = made.headers().get_all("set-cookie").iter().filter_map(|cookie| cookie.to_str().ok());
        let device = device.filter(|cookie| cookie.starts_with("lcdevice=")).map(str::to_owned).next();
        let device = device.expect("the browser is known from now on");
        for _ in 0..40 {
            sent(from("203.0.113.9", "/api/sign-in", json!({ "secret": "wrong" }))).await;
        }
        let stranger = sent(from("203.0.113.9", "/api/sign-in", json!({ "secret": "wrong" }))).await;
        assert_eq!(stranger.status(), 429, "{forwards}");

        let new = NewSecret {
            kind: SecretKind::Link,
            person: Some(server.store().people().add("小李", Role::Trainee).await.expect("made")),
            role: Role::Trainee,
            lesson: Some(LESSON.into()),
            expires_at_ms: u64::MAX / 2,
        };
        let link = office::links::make(server.store(), new).await.expect("a link");
        let right = sent(from("192.0.2.1", "/api/sign-in", json!({ "secret": link }))).await;
        assert_eq!(right.status(), 200, "a right link passes, forwarded: {forwards}");
        let own = json!({ "login": "wang.li", "password": "Chunmian-bujue-7" });
        let own =
            from("192.0.2.1", "/api/account/sign-in", own).header(COOKIE, device.split(';').next().unwrap());
        assert_eq!(sent(own).await.status(), 200, "a known browser passes, forwarded: {forwards}");
        if forwards {
            let other = json!({ "login": "wang.li", "password": "Chunmian-bujue-7" });
            let other = sent(from("192.0.2.77", "/api/account/sign-in", other)).await;
            assert_eq!(other.status(), 200, "whom the proxy tells apart is counted alone");
        }
    }
}
