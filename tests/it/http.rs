//! The web side over real sockets: who may ask for what, and the refusals.

use std::sync::Arc;

use live_classroom::lesson::Role;
use live_classroom::office;
use live_classroom::protocol::{ApiError, Me};
use live_classroom::store::{NewSecret, SecretKind};
use loadtest::connection::{Connection, PeerMedia};
use loadtest::http::{SignedIn, client, sign_in};
use loadtest::setup;
use reqwest::header::{CONTENT_TYPE, SET_COOKIE};
use reqwest::{Method, Response, StatusCode};

use crate::harness::{LESSON, TestServer};

const SDP: &str = "application/sdp";
const JSON: &str = "application/json";

/// The three roles, signed in.
struct People {
    trainee: SignedIn,
    instructor: SignedIn,
    operator: SignedIn,
}

impl People {
    async fn of(server: &TestServer) -> People {
        let enter = async |role, lesson| {
            let secret = setup::link(server.store(), "Ann", role, lesson).await.expect("a link");
            sign_in(server.url(), &secret).await.expect("a fresh link signs in")
        };
        People {
            trainee: enter(Role::Trainee, Some(LESSON)).await,
            instructor: enter(Role::Instructor, Some(LESSON)).await,
            operator: enter(Role::Operator, None).await,
        }
    }
}

async fn ask(
    server: &TestServer,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Response {
    let method: Method = method.parse().expect("a method");
    let mut request = client().request(method, format!("{}{path}", server.url())).body(body.to_owned());
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await.expect("the server answers")
}

/// The status and the code of a refusal.
async fn refusal(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    let error: ApiError = response.json().await.expect("a refusal has a body");
    assert!(!error.message.is_empty());
    (status, error.code)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_answers_each_role_as_it_should() {
    let server = TestServer::start().await;
    let people = People::of(&server).await;
    let mute = r#"{"do":"mute_all"}"#;
    // The statuses are those of: nobody, trainee, instructor, operator.
    let table: &[(&str, &str, &str, [u16; 4])] = &[
        ("GET", "/api/me", "", [401, 200, 200, 200]),
        ("GET", "/api/operator/load", "", [401, 403, 403, 200]),
        ("POST", "/api/operator/rooms/demo", mute, [401, 403, 403, 204]),
        ("POST", "/api/operator/rooms/nowhere", mute, [401, 403, 403, 404]),
        ("POST", "/api/operator/rooms/demo", "{}", [401, 403, 403, 400]),
        ("GET", "/api/hours/mine", "", [401, 200, 403, 403]),
        ("GET", "/api/hours/demo", "", [401, 403, 200, 200]),
        ("GET", "/api/hours/demo/sheet.csv", "", [401, 403, 200, 200]),
        ("GET", "/api/hours/appeals", "", [401, 403, 403, 200]),
        ("GET", "/api/hours/corrections", "", [401, 403, 403, 200]),
        ("POST", "/api/hours/corrections/1", r#"{"approve":true}"#, [401, 403, 403, 404]),
        ("POST", "/api/hours/appeals/x", "{}", [401, 403, 403, 400]),
        ("GET", "/metrics", "", [401, 403, 403, 200]),
        ("GET", "/healthz", "", [200; 4]),
        ("GET", "/readyz", "", [200; 4]),
        ("GET", "/api/nothing", "", [404; 4]),
        ("GET", "/assets/../Cargo.toml", "", [404; 4]),
        ("GET", "/assets/%2e%2e/%2e%2e/Cargo.toml", "", [404; 4]),
        ("DELETE", "/api/me", "", [405; 4]),
        ("GET", "/api/sign-in", "", [405; 4]),
        ("POST", "/healthz", "", [405; 4]),
        // The last row, since it ends the sessions.
        ("POST", "/api/sign-out", "", [401, 204, 204, 204]),
        ("GET", "/api/me", "", [401; 4]),
    ];
    for (method, path, body, expected) in table {
        let cookies = ["", &people.trainee.cookie, &people.instructor.cookie, &people.operator.cookie];
        for (cookie, expected) in cookies.into_iter().zip(expected) {
            let headers = [("cookie", cookie), ("origin", server.url()), ("content-type", JSON)];
            let response = ask(&server, method, path, &headers, body).await;
            assert_eq!(response.status(), *expected, "{method} {path} {body} as {cookie:?}");
            assert_eq!(response.headers()["x-content-type-options"], "nosniff", "{method} {path}");
            let policy = response.headers()["content-security-policy"].to_str().expect("text");
            assert!(policy.contains("script-src 'self';") && !policy.contains("unsafe"), "{policy}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whip_and_whep_refuse_what_they_should() {
    let server = TestServer::start().await;
    office::timetable::make_usual(server.store(), "other", "Another").await.expect("a lesson");
    let token = async |role, lesson| {
        format!("Bearer {}", setup::token(server.store(), role, lesson).await.expect("a token"))
    };
    let teacher = token(Role::Instructor, LESSON).await;
    let trainee = token(Role::Trainee, LESSON).await;
    let elsewhere = token(Role::Instructor, "other").await;
    let large = format!("v=0{}", "x".repeat(70_000));
    let table: &[(&str, &str, &str, &str, &str, u16)] = &[
        ("POST", "/whip/demo", "", SDP, "v=0", 401),
        ("POST", "/whip/demo", "Bearer wrong", SDP, "v=0", 401),
        ("POST", "/whip/demo", "Basic YTpi", SDP, "v=0", 401),
        ("POST", "/whip/demo", &trainee, SDP, "v=0", 403),
        ("POST", "/whip/demo", &elsewhere, SDP, "v=0", 403),
        ("POST", "/whep/demo", &elsewhere, SDP, "v=0", 403),
        ("POST", "/whip/nowhere", &teacher, SDP, "v=0", 404),
        ("POST", "/whip/demo", &teacher, "text/plain", "v=0", 415),
        ("POST", "/whip/demo", &teacher, "", "v=0", 415),
        ("POST", "/whip/demo", &teacher, SDP, "hello", 400),
        ("POST", "/whip/demo", &teacher, SDP, "", 400),
        ("POST", "/whip/demo", &teacher, SDP, &large, 413),
        ("POST", "/whip/demo", &teacher, SDP, "v=0\r\n", 406),
        ("POST", "/whep/demo", &teacher, SDP, "v=0\r\n", 406),
        ("POST", "/whep/demo", &trainee, SDP, "v=0\r\n", 406),
        ("GET", "/whip/demo", &teacher, "", "", 405),
        ("PUT", "/whep/demo", &teacher, SDP, "v=0", 405),
        ("GET", "/whip/demo/abc", &teacher, "", "", 405),
        ("PATCH", "/whip/demo/abc", &teacher, "application/trickle-ice-sdpfrag", "a=x", 405),
        ("DELETE", "/whip/demo/abc", "", "", "", 401),
        ("DELETE", "/whip/demo/abc", &teacher, "", "", 404),
        ("DELETE", "/whep/demo/abc", &trainee, "", "", 404),
    ];
    for (method, path, token, kind, body, expected) in table {
        let headers =
            [("authorization", *token), ("content-type", *kind), ("origin", "https://player.example")];
        let headers: Vec<_> = headers.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        let response = ask(&server, method, path, &headers, body).await;
        assert_eq!(response.status(), *expected, "{method} {path} {token} {kind} {:.20}", body);
        assert_eq!(response.headers()["access-control-allow-origin"], "*", "{method} {path}");
        if *expected == 401 {
            assert_eq!(response.headers()["www-authenticate"], "Bearer");
        }
        refusal(response).await;
    }

    let asked = [("origin", "https://player.example"), ("access-control-request-method", "POST")];
    let preflight = ask(&server, "OPTIONS", "/whep/demo", &asked, "").await;
    assert_eq!(preflight.status(), StatusCode::NO_CONTENT);
    let allowed = preflight.headers()["access-control-allow-headers"].to_str().expect("text");
    assert!(allowed.contains("Authorization"), "{allowed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_works_once_and_in_time() {
    let server = TestServer::start_with(|config| config.limits.sign_in_failures_per_min = 4).await;
    let secret = setup::link(server.store(), "Ann", Role::Trainee, Some(LESSON)).await.expect("a link");
    let spare = setup::link(server.store(), "Bob", Role::Trainee, Some(LESSON)).await.expect("a link");
    let person = server.store().people().add("Cyd", Role::Trainee).await.expect("a person");
    let stale = NewSecret {
        kind: SecretKind::Link,
        person: Some(person),
        role: Role::Trainee,
        lesson: Some(LESSON.into()),
        expires_at_ms: 1,
    };
    let stale = office::links::make(server.store(), stale).await.expect("a link");
    let token = setup::token(server.store(), Role::Trainee, LESSON).await.expect("a token");
    let post = async |secret: &str| {
        let body = format!("{{\"secret\":\"{secret}\"}}");
        ask(&server, "POST", "/api/sign-in", &[("origin", server.url()), ("content-type", JSON)], &body).await
    };

    let response = post(&secret).await;
    assert_eq!(response.status(), StatusCode::OK);
    let cookie = response.headers()[SET_COOKIE].to_str().expect("text").to_owned();
    assert!(cookie.contains("HttpOnly; SameSite=Lax") && cookie.contains("Path=/;"), "{cookie}");
    let me: Me = response.json().await.expect("who we are");
    assert_eq!((me.role, me.lesson.as_deref()), (Role::Trainee, Some(LESSON)));
    assert!(cookie.starts_with(&format!("lc_{}=", me.seat)), "{cookie}");

    assert_eq!(refusal(post(&secret).await).await, (410, "link_used".into()));
    assert_eq!(refusal(post(&stale).await).await, (410, "link_expired".into()));
    assert_eq!(refusal(post(&token).await).await, (401, "link_unknown".into()));
    assert_eq!(refusal(post("guess").await).await, (401, "link_unknown".into()));
    let waits = post("guess").await;
    assert!(waits.headers().contains_key("retry-after"));
    assert_eq!(refusal(waits).await, (429, "too_fast".into()));
    assert_eq!(post(&spare).await.status(), StatusCode::OK, "a right link passes whoever else fails here");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_of_one_browser_are_two_people() {
    let server = TestServer::start().await;
    let people = People::of(&server).await;
    let both = format!("{}; {}", people.trainee.cookie, people.instructor.cookie);
    let who = async |path: &str, cookie: &str| ask(&server, "GET", path, &[("cookie", cookie)], "").await;

    let path = format!("/api/me?as={}", people.instructor.me.seat);
    let me: Me = who(&path, &both).await.json().await.expect("who we are");
    assert_eq!(me, people.instructor.me);
    assert_eq!(refusal(who("/api/me", &both).await).await, (401, "which_seat".into()));
    assert_eq!(refusal(who(&path, &people.trainee.cookie).await).await, (401, "signed_out".into()));
    let forged = people.trainee.cookie.replace(&people.trainee.me.seat, &people.instructor.me.seat);
    assert_eq!(refusal(who(&path, &forged).await).await, (401, "signed_out".into()));
    assert_eq!(
        who("/api/me", &format!("lc_old=1; {}", people.trainee.cookie)).await.status(),
        StatusCode::OK
    );

    let out = format!("/api/sign-out?as={}", people.trainee.me.seat);
    let headers = [("cookie", both.as_str()), ("origin", server.url())];
    assert_eq!(ask(&server, "POST", &out, &headers, "").await.status(), StatusCode::NO_CONTENT);
    let left: Me = who("/api/me", &both).await.json().await.expect("who we are");
    assert_eq!(left, people.instructor.me);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_another_site_cannot_act_for_a_visitor() {
    let server = TestServer::start_with(|config| {
        config.server.origins = vec!["https://class.example.org".into()];
    })
    .await;
    let people = People::of(&server).await;
    let act = async |origin: &[(&str, &str)]| {
        let mut headers = vec![("cookie", people.operator.cookie.as_str()), ("content-type", JSON)];
        headers.extend(origin);
        ask(&server, "POST", "/api/operator/rooms/demo", &headers, r#"{"do":"mute_all"}"#)
            .await
            .status()
            .as_u16()
    };
    assert_eq!(act(&[("origin", "https://evil.example")]).await, 403);
    assert_eq!(act(&[("origin", "null")]).await, 403);
    assert_eq!(act(&[("sec-fetch-site", "cross-site")]).await, 403);
    assert_eq!(act(&[("origin", server.url())]).await, 204);
    assert_eq!(act(&[("origin", "https://class.example.org")]).await, 204);
    assert_eq!(act(&[]).await, 204);
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_are_checked_before_they_are_read() {
    let server = TestServer::start().await;
    let post = async |kind: &str, body: &str| {
        let headers = [("origin", server.url()), ("content-type", kind)];
        refusal(ask(&server, "POST", "/api/sign-in", &headers, body).await).await
    };
    let large = format!("{{\"secret\":\"{}\"}}", "x".repeat(70_000));
    assert_eq!(post(JSON, &large).await, (413, "too_large".into()));
    assert_eq!(post("text/plain", r#"{"secret":"x"}"#).await, (415, "content_type".into()));
    assert_eq!(post(JSON, "{").await, (400, "malformed".into()));
    assert_eq!(post(JSON, "{}").await, (400, "malformed".into()));
    assert_eq!(post(JSON, &"[".repeat(50_000)).await, (400, "malformed".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_ended_by_its_own_token_only_and_a_full_class_says_when_to_ask_again() {
    let server = TestServer::start_with(|config| config.room.trainees_max = 1).await;
    let _seated = server.joined("小李", Role::Trainee).await;
    let token = async |role| format!("Bearer {}", server.token(role).await);
    let [watch, teach, other] =
        [token(Role::Trainee).await, token(Role::Instructor).await, token(Role::Instructor).await];
    let (connection, offer) =
        Connection::offer(&PeerMedia::viewer(1, 1), &Arc::default()).await.expect("an offer");
    let send = async |method: &str, path: &str, token: &str| {
        let headers = [("authorization", token), ("content-type", SDP)];
        ask(&server, method, path, &headers, &offer).await
    };

    let full = send("POST", "/whep/demo", &watch).await;
    assert!(full.headers().contains_key("retry-after"));
    assert_eq!(refusal(full).await, (503, "room_full".into()));

    let opened = send("POST", "/whep/demo", &teach).await;
    assert_eq!(opened.status(), StatusCode::CREATED);
    let header = |name: &str| opened.headers()[name].to_str().expect("text").to_owned();
    let place = header("location");
    assert!(place.starts_with("/whep/demo/") && header("etag").contains(&place["/whep/demo/".len()..]));
    assert!(header("access-control-expose-headers").contains("Location"));

    assert_eq!(refusal(send("DELETE", &place, &other).await).await.0, 403);
    assert_eq!(refusal(send("DELETE", &place.replace("whep", "whip"), &teach).await).await.0, 404);
    assert_eq!(send("DELETE", &place, &teach).await.status(), StatusCode::OK);
    assert_eq!(refusal(send("DELETE", &place, &teach).await).await.0, 404);
    connection.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_lasts_as_long_as_is_set() {
    let server = TestServer::start_with(|config| config.limits.session_ttl_h = 2).await;
    let secret = setup::link(server.store(), "Ann", Role::Trainee, Some(LESSON)).await.expect("a link");
    let body = format!(r#"{{"secret":"{secret}"}}"#);
    let headers = [("origin", server.url()), ("content-type", JSON)];
    let response = ask(&server, "POST", "/api/sign-in", &headers, &body).await;
    let cookie = response.headers()[SET_COOKIE].to_str().expect("text").to_owned();
    let age = cookie.split("Max-Age=").nth(1).and_then(|rest| rest.split(';').next()?.parse::<u64>().ok());
    assert!(age.is_some_and(|age| (7_100..=7_200).contains(&age)), "{cookie}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_address_is_a_page_to_a_browser_and_an_error_to_a_program() {
    let server = TestServer::start().await;
    let browser = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    let kind = |response: &Response| {
        let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        kind.unwrap_or_default().split(';').next().unwrap_or_default().to_owned()
    };
    for (path, accept, expected) in [
        ("/nowhere", browser, "text/html"),
        ("/nowhere/at/all", browser, "text/html"),
        ("/nowhere", ("accept", "*/*"), JSON),
        ("/nowhere", ("accept", JSON), JSON),
        ("/api/nowhere", browser, JSON),
        ("/whip", browser, JSON),
    ] {
        let response = ask(&server, "GET", path, &[accept], "").await;
        assert_eq!(
            (response.status(), kind(&response).as_str()),
            (StatusCode::NOT_FOUND, expected),
            "{path}"
        );
    }
    // A page in a browser's cache is no answer to a wrong address.
    let known = ask(&server, "GET", "/", &[browser], "").await;
    if let Some(tag) = known.headers().get("etag").and_then(|tag| tag.to_str().ok()) {
        let response = ask(&server, "GET", "/nowhere", &[browser, ("if-none-match", tag)], "").await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND);
        assert!(!response.text().await.expect("a body").is_empty());
    }
}
