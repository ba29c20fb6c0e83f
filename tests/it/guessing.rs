//! Guessed passwords over real sockets: what is counted where, who is locked out, who is not, and who is
//! told.

use live_classroom::account::role::AccountState;
use live_classroom::account::totp;
use live_classroom::office;
use live_classroom::protocol::Account;
use reqwest::Response;
use reqwest::header::SET_COOKIE;
use serde_json::json;

use crate::accounts::{PASSWORD, post, sign_in, with_account};
use crate::harness::TestServer;
use crate::people::refusal;

#[tokio::test(flavor = "multi_thread")]
async fn nobody_learns_who_has_an_account_and_five_failures_lock_both() {
    let server = TestServer::start().await;
    with_account(&server, "wang.li").await;
    let mut said = Vec::new();
    for login in ["wang.li", "nobody"] {
        let mut answers = Vec::new();
        for _ in 0..6 {
            let response = sign_in(&server, login, "Wrong-password-1", None).await;
            let retry = response.headers().get("retry-after").map(|value| value.to_str().unwrap().to_owned());
            answers.push((response.status().as_u16(), retry, response.text().await.unwrap()));
        }
        assert!(
            answers[..5].iter().all(|(status, _, text)| *status == 401 && text.contains("wrong_sign_in"))
        );
        let (status, retry, text) = &answers[5];
        assert!(*status == 429 && text.contains("locked"), "{text}");
        assert!((1700..=1800).contains(&retry.as_deref().unwrap().parse::<u64>().unwrap()));
        said.push(answers.into_iter().map(|(status, _, text)| (status, text)).collect::<Vec<_>>());
    }
    assert_eq!(said[0], said[1], "the same words for both");
    // The right password does not help any more.
    assert_eq!(refusal(sign_in(&server, "wang.li", PASSWORD, None).await).await, (429, "locked".into()));
}

/// A request of a browser at `address` behind a proxy that the server knows, with the cookies of that
/// browser.
async fn from(
    server: &TestServer,
    address: &str,
    cookie: &str,
    login: &str,
    password: &str,
    code: Option<&str>,
) -> Response {
    let body = json!({ "login": login, "password": password, "code": code });
    let request = loadtest::http::client().post(format!("{}/api/account/sign-in", server.url())).json(&body);
    let request = request.header("origin", server.url()).header("x-forwarded-for", address);
    let request = if cookie.is_empty() { request } else { request.header("cookie", cookie) };
    request.timeout(std::time::Duration::from_secs(120)).send().await.expect("an answer")
}

/// The cookies that an answer sets, as a browser sends them back.
fn cookies(response: &Response) -> String {
    let set = response.headers().get_all(SET_COOKIE).iter();
    let pairs = set.filter_map(|cookie| cookie.to_str().ok()?.split(';').next());
    pairs.collect::<Vec<_>>().join("; ")
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_lock_out_strangers_and_the_owner_hears_of_them() {
    let server = TestServer::start_with(|config| {
        config.server.proxies = vec![std::net::Ipv4Addr::LOCALHOST.into()];
        config.limits.sign_in_failures_per_min = 1000;
    })
    .await;
    with_account(&server, "wang.li").await;
    let home = from(&server, "192.0.2.1", "", "wang.li", PASSWORD, None).await;
    assert_eq!(home.status(), 200);
    let browser = cookies(&home);
    assert!(browser.contains("lcdevice="), "{browser}");

    for stranger in 1..=4 {
        for _ in 0..5 {
            from(&server, &format!("203.0.113.{stranger}"), "", "wang.li", "Wrong-password-1", None).await;
        }
    }
    let elsewhere = from(&server, "203.0.113.99", "", "wang.li", PASSWORD, None).await;
    assert_eq!(refusal(elsewhere).await, (429, "locked".into()), "guessing from many networks is bounded");
    let abroad = from(&server, "198.51.100.7", &browser, "wang.li", PASSWORD, None).await;
    assert_eq!(abroad.status(), 200, "the own device, wherever it is");
    let told: Account = abroad.json().await.expect("an account");
    let tries = told.wrong_tries.expect("the owner is told").tries;
    assert_eq!(tries, 10, "what came after the lock was not tried");
    let again = from(&server, "192.0.2.1", "", "wang.li", PASSWORD, None).await;
    assert_eq!(again.status(), 200, "the own network");
    assert_eq!(again.json::<Account>().await.expect("an account").wrong_tries, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_right_second_factor_gets_through_a_lock_and_half_of_it_does_not() {
    let server = TestServer::start_with(|config| {
        config.server.proxies = vec![std::net::Ipv4Addr::LOCALHOST.into()];
        config.limits.sign_in_failures_per_min = 1000;
    })
    .await;
    let (_, account) = with_account(&server, "wang.li").await;
    with_account(&server, "li.wei").await;
    let secret = b"12345678901234567890";
    office::accounts::begin_totp(server.store(), &account.person, secret).await.expect("stored");
    assert!(office::accounts::confirm_totp(server.store(), &account.person, 1, &[]).await.expect("stored"));
    const FROM: &str = "203.0.113.1";
    for login in ["wang.li", "li.wei", "nobody"] {
        for _ in 0..5 {
            from(&server, FROM, "", login, "Wrong-password-1", None).await;
        }
    }
    let code = || {
        let step = loadtest::clock::now_ns() / 1_000_000_000 / 30;
        totp::code(secret, step)
    };
    for (login, password, code) in [
        ("wang.li", PASSWORD, None),
        ("wang.li", PASSWORD, Some("000000".to_owned())),
        ("wang.li", "Wrong-password-1", Some(code())),
        ("li.wei", PASSWORD, Some(code())),
        ("nobody", PASSWORD, Some(code())),
    ] {
        let refused = refusal(from(&server, FROM, "", login, password, code.as_deref()).await).await;
        assert_eq!(refused, (429, "locked".into()), "{login} {password} {code:?}");
    }
    let owner = from(&server, FROM, "", "wang.li", PASSWORD, Some(&code())).await;
    assert_eq!(owner.status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_of_tries_elsewhere_keeps_the_owner_out_of_nothing() {
    let server = std::sync::Arc::new(
        TestServer::start_with(|config| {
            config.server.proxies = vec![std::net::Ipv4Addr::LOCALHOST.into()];
            config.limits.sign_in_failures_per_min = 1000;
        })
        .await,
    );
    with_account(&server, "wang.li").await;
    let browser = cookies(&from(&server, "192.0.2.1", "", "wang.li", PASSWORD, None).await);
    let stream = (1..=3).map(|stranger| {
        let server = server.clone();
        tokio::spawn(async move {
            loop {
                let address = format!("203.0.113.{stranger}");
                from(&server, &address, "", "wang.li", "Wrong-password-1", Some("123456")).await;
            }
        })
    });
    let stream: Vec<_> = stream.collect();
    for _ in 0..6 {
        for (address, cookie) in [("192.0.2.1", ""), ("198.51.100.7", browser.as_str())] {
            let own = from(&server, address, cookie, "wang.li", PASSWORD, None).await;
            assert_eq!(own.status(), 200, "{address}");
        }
    }
    stream.iter().for_each(tokio::task::JoinHandle::abort);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_tried_where_it_is_locked_is_told_and_tells_nothing() {
    let server = TestServer::start_with(|config| {
        config.server.proxies = vec![std::net::Ipv4Addr::LOCALHOST.into()];
        config.limits.sign_in_failures_per_min = 1000;
    })
    .await;
    let (_, account) = with_account(&server, "wang.li").await;
    from(&server, "192.0.2.1", "", "wang.li", PASSWORD, None).await;
    const FROM: &str = "203.0.113.1";
    for _ in 0..5 {
        from(&server, FROM, "", "wang.li", "Wrong-password-1", None).await;
    }
    for password in ["Wrong-password-1", "Wrong-password-2", PASSWORD] {
        let refused = refusal(from(&server, FROM, "", "wang.li", password, Some("123456")).await).await;
        assert_eq!(refused, (429, "locked".into()), "{password}");
    }
    let home = from(&server, "192.0.2.1", "", "wang.li", PASSWORD, None).await;
    let told: Account = home.json().await.expect("an account");
    assert_eq!(told.wrong_tries.expect("the owner is told").tries, 8);

    let frozen =
        office::accounts::set_state(server.store(), &account.person, AccountState::Frozen, "boss", "left")
            .await;
    frozen.expect("frozen");
    let open = refusal(from(&server, "192.0.2.1", "", "wang.li", PASSWORD, None).await).await;
    assert_eq!(open, (403, "frozen".into()));
    let mut answers = Vec::new();
    while answers.len() < 16 && !answers.ends_with(&[(429, "too_fast".to_owned())]) {
        let password = if answers.is_empty() { "Wrong-password-1" } else { PASSWORD };
        answers.push(refusal(from(&server, FROM, "", "wang.li", password, Some("123456")).await).await);
    }
    let locked = (429, "locked".to_owned());
    let (last, before) = answers.split_last().expect("some");
    assert!(before.len() > 2 && before.iter().all(|answer| *answer == locked), "{answers:?}");
    assert_eq!(*last, (429, "too_fast".into()), "neither the log nor the notice is filled");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_guesses_many_names_waits() {
    let server = TestServer::start_with(|config| config.limits.sign_in_failures_per_min = 3).await;
    for number in 0..3 {
        let refused = refusal(sign_in(&server, &format!("name-{number}"), "x", None).await).await;
        assert_eq!(refused, (401, "wrong_sign_in".into()));
    }
    assert_eq!(refusal(sign_in(&server, "name-9", "x", None).await).await, (429, "too_fast".into()));
    let look = post(&server, "/api/account/invitation/look", json!({ "secret": "x" })).await;
    assert_eq!(refusal(look).await, (429, "too_fast".into()));
}
