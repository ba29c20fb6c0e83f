//! Signing in with a password over real sockets: refusals, invitations, the second factor.

use live_classroom::account::password::Must;
use live_classroom::account::role::Role as AccountRole;
use live_classroom::account::totp;
use live_classroom::office;
use live_classroom::office::accounts::NewAccount;
use live_classroom::protocol::{Account, Command, Want};
use live_classroom::time::clock::now_ms;
use loadtest::connection::PeerMedia;
use reqwest::Response;
use reqwest::header::SET_COOKIE;
use serde_json::{Value, json};

use crate::harness::{Class, TestServer, together, watches};
use crate::people::{ask, grant, refusal};

pub(crate) const PASSWORD: &str = "Chunmian-bujue-7";

pub(crate) async fn post(server: &TestServer, path: &str, body: Value) -> Response {
    ask(server.url(), None, "POST", path, Some(body)).await
}

pub(crate) async fn sign_in(
    server: &TestServer,
    login: &str,
    password: &str,
    code: Option<&str>,
) -> Response {
    let body = json!({ "login": login, "password": password, "code": code });
    post(server, "/api/account/sign-in", body).await
}

/// The cookie of a successful answer, and the account.
async fn signed_in(response: Response) -> (String, Account) {
    assert_eq!(response.status(), 200);
    let cookie = response.headers()[SET_COOKIE].to_str().expect("text").to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let cookie = cookie.split(';').next().expect("a cookie").to_owned();
    (cookie, response.json().await.expect("an account"))
}

pub(crate) async fn with_account(server: &TestServer, login: &str) -> (String, Account) {
    let body = json!({ "name": "王丽", "login": login, "phone": "", "password": PASSWORD });
    signed_in(post(server, "/api/account/new", body).await).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trainee_makes_an_account_and_signs_in_by_name_or_telephone() {
    let server = TestServer::start().await;
    let new = |login: &str, phone: &str, password: &str| json!({ "name": "王 丽", "login": login, "phone": phone, "password": password });
    for (body, code) in [
        (new("wl", "13812345678", PASSWORD), "bad_login"),
        (new("7wang", "13812345678", PASSWORD), "bad_login"),
        (new("wang.li", "1381234567", PASSWORD), "bad_phone"),
        (new("wang.li", "13812345678", "Aa1!aaa"), "password_short"),
        (new("wang.li", "13812345678", "aaaaaaaaaaaa"), "password_simple"),
        (new("wang.li", "13812345678", "Wang.Li-2020"), "password_personal"),
        (new("wang.li", "13812345678", "Aa!13812345678"), "password_personal"),
        (json!({ "name": "=1+1", "login": "wang.li", "phone": "", "password": PASSWORD }), "bad_name"),
        (
            json!({ "name": "王丽", "login": "wang.li", "phone": "", "password": PASSWORD, "roles": [] }),
            "malformed",
        ),
    ] {
        let refused = refusal(post(&server, "/api/account/new", body.clone()).await).await;
        assert_eq!(refused, (400, code.to_owned()), "{body}");
    }
    let made = post(&server, "/api/account/new", new("Wang.Li", "+86 13812345678", PASSWORD)).await;
    let (cookie, account) = signed_in(made).await;
    assert_eq!((account.name.as_str(), account.login.as_str()), ("王丽", "wang.li"));
    assert_eq!(account.phone.as_deref(), Some("138****5678"));
    assert_eq!(account.roles, [grant(AccountRole::Trainee)]);
    assert!(account.must.is_empty());
    let taken = refusal(post(&server, "/api/account/new", new("other", "13812345678", PASSWORD)).await).await;
    assert_eq!(taken, (409, "login_taken".into()));

    for login in ["wang.li", "WANG.LI", "13812345678", "138 1234 5678"] {
        let (_, again) = signed_in(sign_in(&server, login, PASSWORD, None).await).await;
        assert_eq!(again.person, account.person, "{login}");
    }
    let out = ask(server.url(), Some(&cookie), "POST", "/api/account/sign-out-everywhere", None).await;
    assert_eq!(out.status(), 204);
    let gone = refusal(ask(server.url(), Some(&cookie), "GET", "/api/account", None).await).await;
    assert_eq!(gone, (401, "signed_out".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invited_administrator_needs_a_password_and_a_second_factor() {
    let server = TestServer::start().await;
    let store = server.store();
    let grants = [grant(AccountRole::TrainingAdmin)];
    let new =
        NewAccount { name: "李主任", login: "li", phone: None, password: None, grants: &grants, by: None };
    let person = office::accounts::make(store, &new).await.expect("made");
    let secret =
        office::accounts::invite(store, &person, false, u64::MAX / 4, "cli", "").await.expect("invited");

    let look = post(&server, "/api/account/invitation/look", json!({ "secret": secret })).await;
    let invited: Value = look.json().await.expect("whom it is for");
    assert_eq!((&invited["login"], &invited["is_admin"]), (&json!("li"), &json!(true)));
    let accept = async |password: &str| {
        post(&server, "/api/account/invitation", json!({ "secret": secret, "password": password })).await
    };
    assert_eq!(refusal(accept("Short-1a").await).await, (400, "password_short".into()), "twelve for these");
    let (cookie, account) = signed_in(accept(PASSWORD).await).await;
    assert_eq!(account.must, [Must::EnrolSecondFactor]);
    assert_eq!(refusal(accept(PASSWORD).await).await, (410, "link_used".into()), "replayed");

    let own =
        async |path: &str, body: Value| ask(server.url(), Some(&cookie), "POST", path, Some(body)).await;
    for path in ["/api/home", "/api/accounts", "/api/operator/load", "/api/hours/mine", "/api/me"] {
        let refused = refusal(ask(server.url(), Some(&cookie), "GET", path, None).await).await;
        assert_eq!(refused, (403, "second_factor_needed".into()), "{path}");
    }
    let wrong = own("/api/account/totp", json!({ "password": "Wrong-password-1" })).await;
    assert_eq!(refusal(wrong).await, (403, "wrong_password".into()));
    let setup: Value = own("/api/account/totp", json!({ "password": PASSWORD })).await.json().await.unwrap();
    assert!(setup["url"].as_str().unwrap().starts_with("otpauth://totp/"));
    assert!(
        setup["qr"]["size"].as_u64().unwrap() > 20 && setup["qr"]["path"].as_str().unwrap().starts_with('M')
    );
    let key = unbase32(setup["secret"].as_str().unwrap());
    let confirm = own("/api/account/totp/confirm", json!({ "code": "000000" })).await;
    assert_eq!(refusal(confirm).await, (403, "wrong_code".into()));
    let step = totp::step(now_ms());
    let codes: Value = own("/api/account/totp/confirm", json!({ "code": totp::code(&key, step) }))
        .await
        .json()
        .await
        .unwrap();
    let home = ask(server.url(), Some(&cookie), "GET", "/api/home", None).await;
    assert_eq!(home.status(), 200, "nothing is left to do");

    let enter = async |code: Option<&str>| sign_in(&server, "li", PASSWORD, code).await;
    assert_eq!(refusal(enter(None).await).await, (401, "code_needed".into()));
    let used = totp::code(&key, step);
    assert_eq!(refusal(enter(Some(&used)).await).await, (401, "wrong_code".into()), "it confirmed already");
    let next = totp::code(&key, step + 1);
    signed_in(enter(Some(&next)).await).await;
    assert_eq!(refusal(enter(Some(&next)).await).await, (401, "wrong_code".into()), "used");
    let recovery = codes["codes"][0].as_str().unwrap();
    let (_, account) = signed_in(enter(Some(&recovery.to_lowercase())).await).await;
    assert_eq!(account.recovery_codes_left, 9);
    assert_eq!(refusal(enter(Some(recovery)).await).await, (401, "wrong_code".into()), "used");
}

fn unbase32(text: &str) -> Vec<u8> {
    const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let five = text.chars().filter_map(|c| LETTERS.find(c));
    let bits: Vec<usize> = five.flat_map(|value| (0..5).rev().map(move |at| value >> at & 1)).collect();
    bits.chunks_exact(8).map(|eight| eight.iter().fold(0u8, |byte, bit| byte << 1 | *bit as u8)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_is_changed_by_who_knows_it_and_ends_other_sessions() {
    let server = TestServer::start().await;
    let (cookie, _) = with_account(&server, "wang.li").await;
    let (other, _) = signed_in(sign_in(&server, "wang.li", PASSWORD, None).await).await;
    let change = async |old: &str, new: &str| {
        let body = json!({ "old": old, "new": new });
        ask(server.url(), Some(&cookie), "POST", "/api/account/password", Some(body)).await
    };
    assert_eq!(
        refusal(change("Wrong-password-1", "Another-one-2").await).await,
        (403, "wrong_password".into())
    );
    assert_eq!(refusal(change(PASSWORD, PASSWORD).await).await, (400, "password_used_before".into()));
    assert_eq!(refusal(change(PASSWORD, "short").await).await, (400, "password_short".into()));
    assert_eq!(change(PASSWORD, "Another-one-2").await.status(), 204);
    assert_eq!(ask(server.url(), Some(&cookie), "GET", "/api/account", None).await.status(), 200);
    assert_eq!(ask(server.url(), Some(&other), "GET", "/api/account", None).await.status(), 401);
    assert_eq!(refusal(sign_in(&server, "wang.li", PASSWORD, None).await).await.0, 401);
    signed_in(sign_in(&server, "wang.li", "Another-one-2", None).await).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_page_sends_is_refused() {
    let server = TestServer::start().await;
    let (cookie, _) = with_account(&server, "wang.li").await;
    let large = json!({ "login": "x".repeat(70_000), "password": "x" });
    assert_eq!(refusal(post(&server, "/api/account/sign-in", large).await).await, (413, "too_large".into()));
    let foreign = loadtest::http::client()
        .post(format!("{}/api/account/sign-out-everywhere", server.url()))
        .header("origin", "https://evil.example")
        .header("cookie", &cookie)
        .send();
    assert_eq!(refusal(foreign.await.expect("an answer")).await, (403, "origin".into()));
    // Of two attempts on one account at once the second is told to wait, so that guesses cannot overtake the
    // lock.
    let tries = (0..8).map(|_| {
        let url = server.url().to_owned();
        async move {
            let body = json!({ "login": "wang.li", "password": "Wrong-password-1" });
            let response = ask(&url, None, "POST", "/api/account/sign-in", Some(body)).await;
            refusal(response).await.1
        }
    });
    let codes = together(tries).await;
    let guessed = codes.iter().filter(|code| *code == "wrong_sign_in").count();
    assert!((1..=5).contains(&guessed), "{codes:?}");
}

/// The passwords of a whole town at once: a running class goes on, and no more passwords are hashed at a time
/// than there are threads.
#[tokio::test(flavor = "multi_thread")]
async fn a_storm_of_sign_ins_does_not_reach_a_class_that_runs() {
    const STORM: usize = 220;
    let server = TestServer::start_with(|config| {
        config.limits.sign_in_failures_per_min = 10_000;
        config.limits.http_timeout_s = 300;
        config.limits.connections_per_address = 1000;
    })
    .await;
    let class = Class::begin_on(server, PeerMedia::default()).await;
    let trainee = class.trainee("赵六").await;
    let url = class.server.url().to_owned();
    let storm = tokio::spawn(together((0..STORM).map(move |number| {
        let url = url.clone();
        async move {
            let body = json!({ "login": format!("storm-{number}"), "password": "Wrong-password-1" });
            let response = ask(&url, None, "POST", "/api/account/sign-in", Some(body)).await;
            let retry = response.headers().contains_key("retry-after");
            (response.status().as_u16(), retry)
        }
    })));
    // The class answers all the while.
    let mut answered = 0;
    while !storm.is_finished() {
        trainee.command(Command::Want { want: Want::All }).await.expect("the room answers");
        answered += 1;
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(answered > 3 && watches(&trainee), "{answered}");
    let answers = storm.await.expect("no panic");
    assert!(
        answers.iter().all(|(status, retry)| *status == 401 || (*status == 503 && *retry)),
        "{answers:?}"
    );
    let refused = answers.iter().filter(|(status, _)| *status == 503).count();
    let token =
        std::fs::read_to_string(class.server.data().join("metrics.token")).expect("made at the start");
    let metrics = loadtest::http::client().get(format!("{}/metrics", class.server.url())).bearer_auth(token);
    let metrics = metrics.send().await.expect("an answer").text().await.expect("text");
    let count = |name: &str| {
        let line = metrics.lines().find(|line| line.starts_with(&format!("classroom_passwords_{name}{{")));
        line.and_then(|line| line.rsplit(' ').next()?.parse::<usize>().ok()).expect("a number")
    };
    assert!(count("at_once_max") <= count("threads"));
    assert_eq!(count("refused_total"), refused);
    assert_eq!(count("waiting"), 0);
    assert!(refused > 0, "{STORM} at once are more than may wait");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_telephone_needs_the_password_and_then_signs_in_alone() {
    let server = TestServer::start().await;
    let new = |login: &str, phone: &str| json!({ "name": "王丽", "login": login, "phone": phone, "password": PASSWORD });
    let (cookie, _) = signed_in(post(&server, "/api/account/new", new("wang.li", "13812345678")).await).await;
    signed_in(post(&server, "/api/account/new", new("li.si", "13700000000")).await).await;
    let change = async |phone: &str, password: &str| {
        let body = json!({ "phone": phone, "password": password });
        ask(server.url(), Some(&cookie), "POST", "/api/account/phone", Some(body)).await
    };
    for (phone, password, expected) in [
        ("13987654321", "Wrong-password-1", (403, "wrong_password")),
        ("1398765432", PASSWORD, (400, "bad_phone")),
        ("13700000000", PASSWORD, (409, "phone_taken")),
    ] {
        let refused = refusal(change(phone, password).await).await;
        assert_eq!(refused, (expected.0, expected.1.to_owned()), "{phone}");
    }
    let changed: Account = change("+86 139-8765-4321", PASSWORD).await.json().await.expect("an account");
    assert_eq!(changed.phone.as_deref(), Some("139****4321"));
    assert_eq!(sign_in(&server, "13987654321", PASSWORD, None).await.status(), 200);
    let old = refusal(sign_in(&server, "13812345678", PASSWORD, None).await).await;
    assert_eq!(old, (401, "wrong_sign_in".into()));
}
