//! A right that is taken away is lost everywhere and at once: in the addresses of players, in a class that is
//! open.

use std::time::Duration;

use futures_util::future::join_all;
use live_classroom::account::role::Role as AccountRole;
use live_classroom::lesson::Role;
use live_classroom::office;
use live_classroom::protocol::{Bye, Command, MediaTicket, Replay};
use live_classroom::store::{NewSecret, SecretKind};
use loadtest::connection::PeerMedia;
use loadtest::http::{client, whep};
use loadtest::peer::Peer;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Class, LESSON, MAIN, SOON, TestServer, until, until_some, watches};
use crate::people::{Person, ask, database, grant};

/// A member of the office who sets roles and freezes accounts.
async fn boss(server: &TestServer) -> Person {
    Person::of(server, "boss", &[grant(AccountRole::SecurityAdmin)]).await
}

async fn set(boss: &Person, person: &Person, what: &str, mut body: Value) {
    body["reason"] = json!("a test");
    let path = format!("/api/accounts/{}/{what}", person.id);
    assert_eq!(boss.ask("PUT", &path, Some(body)).await.status(), 200, "{what}");
}

async fn recording_of(who: &Person) -> String {
    until_some(Duration::from_secs(60), "something is in files", async || {
        let replay = who.ask("GET", &format!("/api/replay/{LESSON}"), None).await;
        let replay: Replay = replay.json().await.ok()?;
        (replay.duration_ms >= 2000).then_some(replay.recording)
    })
    .await
}

async fn status(url: &str) -> u16 {
    client().get(url).send().await.expect("an answer").status().as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_is_worth_what_its_session_is_worth() {
    let class = Class::begin().await;
    let (server, boss) = (&class.server, boss(&class.server).await);
    let training = [grant(AccountRole::TrainingAdmin)];
    let who = Person::of(server, "training", &training).await;
    let recording = recording_of(&who).await;
    for loss in ["frozen", "roles", "everywhere", "sign-out"] {
        let person = Person::of(server, loss, &training).await;
        let other = Person::of(server, &format!("{loss}-other"), &training).await;
        let (ticket, others) = (ticket(&person).await, ticket(&other).await);
        assert_eq!((status(&ticket).await, status(&others).await), (200, 200), "{loss}");
        match loss {
            "frozen" => set(&boss, &person, "state", json!({ "state": "frozen" })).await,
            "roles" => {
                set(&boss, &person, "roles", json!({ "roles": [grant(AccountRole::Trainee)] })).await;
            }
            "everywhere" => {
                let out = person.ask("POST", "/api/account/sign-out-everywhere", None).await;
                assert_eq!(out.status(), 204);
            }
            _ => assert_eq!(person.ask("POST", "/api/sign-out", None).await.status(), 204),
        }
        assert_eq!(status(&ticket).await, 404, "{loss}");
        assert_eq!(status(&others).await, 200, "{loss}: nobody else's");
    }

    // A ticket in the earlier form, which named the viewer and no session.
    let viewer = json!({ "role": "operator", "lesson": null, "person": who.id, "player": null, "seat": null,
        "account": true });
    let before = json!({ "recording": recording, "expires_at_ms": u64::MAX, "viewer": viewer }).to_string();
    let sealed = server.store().vault().seal("media ticket", &before).expect("sealed");
    let sealed: String = sealed.iter().map(|byte| format!("{byte:02x}")).collect();
    let url = format!("{}/media/{recording}/index.m3u8?ticket={sealed}", server.url());
    assert_eq!(status(&url).await, 404);
}

async fn ticket(person: &Person) -> String {
    let made = person.ask("POST", &format!("/api/replay/{LESSON}/ticket"), None).await;
    assert_eq!(made.status(), 200);
    made.json::<MediaTicket>().await.expect("a ticket").url
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_person_has_no_token_and_no_link_either() {
    let class = Class::begin().await;
    let (server, boss) = (&class.server, boss(&class.server).await);
    let training = Person::of(server, "training", &[grant(AccountRole::TrainingAdmin)]).await;
    let recording = recording_of(&training).await;
    let person = Person::of(server, "trainee", &[grant(AccountRole::Trainee)]).await;
    let secret = |kind| NewSecret {
        kind,
        person: Some(person.id.clone()),
        role: Role::Trainee,
        lesson: Some(LESSON.into()),
        expires_at_ms: u64::MAX >> 1,
    };
    let token = office::links::make(server.store(), secret(SecretKind::Token)).await.expect("a token");
    let link = office::links::make(server.store(), secret(SecretKind::Link)).await.expect("a link");
    let linked = loadtest::http::sign_in(server.url(), &link).await.expect("signed in");
    let by_token = async |method: Method, path: String| {
        let request = client().request(method, format!("{}{path}", server.url())).bearer_auth(&token);
        request.send().await.expect("an answer")
    };
    let made = by_token(Method::POST, format!("/api/replay/{LESSON}/ticket")).await;
    assert_eq!(made.status(), 200);
    let ticket = made.json::<MediaTicket>().await.expect("a ticket").url;
    let found = async || {
        let media = by_token(Method::GET, format!("/media/{recording}/index.m3u8")).await;
        let whep = by_token(Method::POST, format!("/whep/{LESSON}")).await;
        let me = ask(server.url(), Some(&linked.cookie), "GET", "/api/me", None).await;
        [status(&ticket).await, media.status().as_u16(), whep.status().as_u16(), me.status().as_u16()]
    };
    assert_eq!(found().await, [200, 200, 415, 200], "no offer, but let in");
    set(&boss, &person, "state", json!({ "state": "frozen" })).await;
    assert_eq!(found().await, [404, 401, 401, 401]);
    set(&boss, &person, "state", json!({ "state": "active" })).await;
    assert_eq!(found().await, [200, 200, 415, 200], "of one-click links nothing was ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_signed_out_is_out_of_the_class_at_once() {
    let class = Class::begin().await;
    let (server, boss) = (&class.server, boss(&class.server).await);
    let operator = [grant(AccountRole::Operator)];
    let mut database = database(server.data()).await;
    for loss in ["frozen", "roles", "everywhere", "sign-out", "password"] {
        let person = Person::of(server, loss, &operator).await;
        let other = Person::of(server, &format!("{loss}-other"), &operator).await;
        let (mut peer, mut others) = (Peer::of(person.signed_in()), Peer::of(other.signed_in()));
        for peer in [&mut peer, &mut others] {
            peer.join(LESSON).await.expect("operators come into every class");
            peer.offer(PeerMedia::default()).await.expect("the offer is answered");
            peer.connection().connected(SOON).await.expect("connected");
        }
        until("the class is seen", || watches(&peer) && watches(&others)).await;
        match loss {
            "frozen" => set(&boss, &person, "state", json!({ "state": "frozen" })).await,
            "roles" => {
                set(&boss, &person, "roles", json!({ "roles": [grant(AccountRole::Auditor)] })).await;
            }
            "everywhere" => {
                let out = person.ask("POST", "/api/account/sign-out-everywhere", None).await;
                assert_eq!(out.status(), 204);
            }
            "sign-out" => assert_eq!(person.ask("POST", "/api/sign-out", None).await.status(), 204),
            _ => {
                let hash = office::accounts::invite(
                    server.store(),
                    &person.id,
                    true,
                    u64::MAX >> 1,
                    &boss.id,
                    "a test",
                )
                .await;
                let body = json!({ "secret": hash.expect("an invitation"), "password": "Chunmian-bujue-71" });
                let taken = ask(server.url(), None, "POST", "/api/account/invitation", Some(body)).await;
                assert_eq!(taken.status(), 200);
            }
        }
        assert_eq!(peer.until_bye(SOON).await.expect(loss), Bye::SignedOut, "{loss}");
        let before = peer.received(MAIN).packets;
        others.command(Command::Chat { text: loss.into() }).await.expect("the other is still in class");
        let seen = others.received(MAIN).packets;
        until("the class goes on for the other", || others.received(MAIN).packets > seen + 60).await;
        let late = peer.received(MAIN).packets - before;
        assert!(late < 30, "{loss}: {late} packets came after the end");
        assert!(peer.resume().await.is_err(), "{loss}: nor back");
        let left = "SELECT count(*) FROM facts WHERE type = 'left' AND person = ?";
        let left: i64 =
            sqlx::query_scalar(left).bind(&person.id).fetch_one(&mut database).await.expect("facts");
        assert_eq!(left, 1, "{loss}: it is written when");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frozen_persons_legs_end() {
    let class = Class::begin().await;
    let (server, boss) = (&class.server, boss(&class.server).await);
    let person = Person::of(server, "trainee", &[grant(AccountRole::Trainee)]).await;
    let token = NewSecret {
        kind: SecretKind::Token,
        person: Some(person.id.clone()),
        role: Role::Trainee,
        lesson: Some(LESSON.into()),
        expires_at_ms: u64::MAX >> 1,
    };
    let token = office::links::make(server.store(), token).await.expect("a token");
    let leg = whep(server.url(), LESSON, &token, &PeerMedia::viewer(1, 1), &Default::default()).await;
    let _leg = leg.expect("a session");
    let here = |wanted: bool| {
        let room = class.instructor.room();
        room.participants.iter().any(|line| line.name == "人trainee" && line.here) == wanted
    };
    until("is in class", || here(true)).await;
    set(&boss, &person, "state", json!({ "state": "frozen" })).await;
    until("is out of class", || here(false)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_slips_through_while_an_idle_session_is_ended() {
    let server = TestServer::start_with(|config| config.limits.idle_min = 0).await;
    for round in 0..5 {
        let person = Person::of(&server, &format!("idle{round}"), &[grant(AccountRole::Trainee)]).await;
        assert_eq!(person.ask("GET", "/api/account", None).await.status(), 200);
        let asked = join_all((0..40).map(|_| person.ask("GET", "/api/account", None))).await;
        let served = asked.iter().filter(|answer| answer.status() == 200).count();
        assert_eq!(served, 0, "of 40 at once");
    }
}
