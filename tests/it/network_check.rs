//! The network check before a class, with real legs: it proves the path of media, and touches no class.

use std::time::Duration;

use live_classroom::account::role::{Role as AccountRole, RoleGrant};
use live_classroom::attendance::fact::What;
use live_classroom::lesson::Role;
use live_classroom::lesson::network::{DeviceKind, MeasuredNetwork, NetworkVerdict};
use live_classroom::office;
use live_classroom::protocol::{
    self, BeginNetworkCheck, CheckedLesson, LessonChecks, Load, NetworkCheck, NetworkCheckBegun,
};
use loadtest::connection::{Connection, PeerMedia};
use loadtest::http::{SignedIn, client};
use loadtest::peer::Peer;
use reqwest::header::{COOKIE, ORIGIN, RETRY_AFTER, USER_AGENT};
use reqwest::{Method, Response};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::asking::{ask, code, get};
use crate::harness::{Class, LESSON, SOON, TestServer, until_some, until_within};
use crate::office::class_of_tests;
use crate::people::{Person, database, grant, refusal, run};

/// The offer of a browser for a check: one sending section of sound.
fn silence() -> PeerMedia {
    PeerMedia { microphone: true, ..PeerMedia::viewer(0, 0) }
}

async fn done<T: DeserializeOwned>(response: Response) -> T {
    let status = response.status();
    let body = response.text().await.expect("a body");
    assert!(status.is_success(), "{status}: {body}");
    serde_json::from_str(&body).unwrap_or_else(|error| panic!("{error}: {body}"))
}

async fn offer(who: &SignedIn, offer: String) -> Response {
    ask(who, Method::POST, "/api/network-check", Some(&BeginNetworkCheck { offer })).await
}

/// A check that has begun and whose leg is not connected yet.
async fn begun(who: &SignedIn) -> (Connection, NetworkCheckBegun) {
    let (leg, sdp) = Connection::offer(&silence(), &Default::default()).await.expect("an offer");
    (leg, done(offer(who, sdp).await).await)
}

/// A check whose leg is connected and sends silence.
async fn connected(who: &SignedIn) -> (Connection, String) {
    let (leg, begun) = begun(who).await;
    leg.answer(begun.answer).await.expect("the answer fits");
    leg.connected(SOON).await.expect("UDP reaches the server");
    (leg, begun.check)
}

async fn end(who: &SignedIn, check: &str, measured: &MeasuredNetwork) -> Response {
    let measured = protocol::MeasuredNetwork::from(measured.clone());
    ask(who, Method::POST, &format!("/api/network-check/{check}"), Some(&measured)).await
}

async fn load(operator: &Peer) -> Load {
    done(get(operator.who(), "/api/operator/load").await).await
}

/// Waits until the workers hold `legs` legs.
async fn until_legs(operator: &Peer, within: Duration, legs: u32) {
    let counted = async || {
        let load = load(operator).await;
        (load.workers.iter().map(|worker| worker.legs).sum::<u32>() == legs).then_some(())
    };
    until_some(within, &format!("{legs} legs"), counted).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_proves_udp_and_leaves_nothing_in_a_class() {
    let class = Class::begin().await;
    let trainee = class.trainee("小李").await;
    let operator = class.server.person("赵", Role::Operator).await;
    let checking = class.server.person("王丽", Role::Trainee).await;
    until_legs(&operator, SOON, 2).await;
    let facts = async || class.server.store().facts().of(LESSON).await.expect("facts can be read");
    let roster = |peer: &Peer| peer.room().participants.len();
    let (before, people) = (facts().await, roster(&class.instructor));

    let (leg, check) = connected(checking.who()).await;
    let sending = leg.publish_audio(90, &Default::default()).expect("a microphone was negotiated");
    until_legs(&operator, SOON, 3).await;
    // That is as long as two reports take.
    until_within(4 * SOON, "two seconds of sound are sent", || sending.counters().sent() > 110).await;
    let measured = MeasuredNetwork { rtt_ms: Some(12), down_kbps: Some(9_000), ..Default::default() };
    let kept: NetworkCheck = done(end(checking.who(), &check, &measured).await).await;
    assert_eq!((kept.verdict, &kept.measured), (NetworkVerdict::Good, &measured));
    assert!(kept.connect_ms.is_some_and(|ms| ms < 10_000), "{kept:?}");
    assert_eq!(kept.up_loss_permille, Some(0), "{kept:?}");

    until_legs(&operator, SOON, 2).await;
    assert_eq!(roster(&class.instructor), people);
    assert_eq!(load(&operator).await.rooms.iter().map(|room| room.trainees_here).sum::<u32>(), 1);
    let new = facts().await.split_off(before.len());
    let known: Vec<_> = before.iter().map(|fact| &fact.person).collect();
    assert!(new.iter().all(|fact| known.contains(&&fact.person)), "{new:?}");
    assert!(!new.iter().any(|fact| matches!(fact.what, What::Joined { .. })), "{new:?}");
    assert!(trainee.connection().slots().all(|slot| !trainee.received(slot).streams.contains(&90)));

    let again = end(checking.who(), &check, &measured).await;
    assert_eq!(code(again).await, (404, "not_found".into()), "it has ended");
    class.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_so_many_at_once_and_each_ends_by_itself() {
    let server = TestServer::start_with(|config| config.limits.network_checks_max = 1).await;
    let operator = server.person("赵", Role::Operator).await;
    let (one, other) =
        (server.person("王丽", Role::Trainee).await, server.person("李明", Role::Trainee).await);

    let (leg, check) = connected(one.who()).await;
    let (_, sdp) = Connection::offer(&silence(), &Default::default()).await.unwrap();
    let busy = offer(other.who(), sdp.clone()).await;
    assert_eq!(busy.headers()[RETRY_AFTER], "5");
    assert_eq!(code(busy).await, (503, "busy".into()));
    assert_eq!(code(end(other.who(), &check, &Default::default()).await).await.0, 404, "it is another's");

    // Nobody ends the check; its result is still there for a late request.
    until_legs(&operator, SOON, 1).await;
    until_legs(&operator, 2 * SOON, 0).await;
    let kept: NetworkCheck = done(end(one.who(), &check, &Default::default()).await).await;
    assert!(kept.connect_ms.is_some());
    drop(leg);

    // The place is free; a person who begins anew leaves the first check.
    let (_first, first) = begun(other.who()).await;
    let (_second, second) = connected(other.who()).await;
    assert_eq!(code(end(other.who(), &first.check, &Default::default()).await).await.0, 404);
    let kept: NetworkCheck = done(end(other.who(), &second, &Default::default()).await).await;
    assert!(kept.connect_ms.is_some());
    until_legs(&operator, SOON, 0).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_says_that_there_is_no_udp_whatever_is_claimed() {
    let server = TestServer::start().await;
    let who = server.person("王丽", Role::Trainee).await;
    let (_leg, begun) = begun(who.who()).await; // The answer is not used, as if nothing got through.
    assert_eq!(begun.ends_in_ms, 10_000);
    let claimed = MeasuredNetwork { rtt_ms: Some(5), down_kbps: Some(90_000), ..Default::default() };
    let claimed = protocol::MeasuredNetwork::from(claimed);
    let url = format!("{}/api/network-check/{}?as={}", server.url(), begun.check, who.who().me.seat);
    let request = client().post(url).header(COOKIE, &who.who().cookie).header(ORIGIN, server.url());
    let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile/15E148";
    let kept: NetworkCheck =
        done(request.header(USER_AGENT, phone).json(&claimed).send().await.unwrap()).await;
    assert_eq!(
        (kept.verdict, kept.connect_ms, kept.device),
        (NetworkVerdict::NoUdp, None, DeviceKind::Phone)
    );

    let (leg, check) = connected(who.who()).await;
    for (body, expected) in [
        (json!({ "rtt_ms": 60_001 }), "bad_figure"),
        (json!({ "up_kbps": 10_000_001 }), "bad_figure"),
        (json!({ "rtt_ms": -1 }), "malformed"),
        (json!({ "udp": true }), "malformed"),
    ] {
        let refused = ask(who.who(), Method::POST, &format!("/api/network-check/{check}"), Some(&body)).await;
        assert_eq!(code(refused).await, (400, expected.into()), "{body}");
    }
    assert!(leg.connected(SOON).await.is_ok(), "a bad figure ends nothing");
    let refused = offer(who.who(), "v=0\r\n".into()).await;
    assert_eq!(code(refused).await, (406, "offer".into()));
    let mut codes = Vec::new();
    for _ in 0..6 {
        codes.push(code(offer(who.who(), "v=0\r\n".into()).await).await.1);
    }
    assert_eq!(codes.last().map(String::as_str), Some("too_fast"), "{codes:?}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_are_bounded_and_only_of_those_who_are_signed_in() {
    let server = TestServer::start().await;
    let who = server.person("王丽", Role::Trainee).await;
    let upload = async |cookie: &str, bytes: usize| {
        let url = format!("{}/api/network-check/upload", server.url());
        let request = client().post(url).header(COOKIE, cookie).header(ORIGIN, server.url());
        request.body(vec![0; bytes]).send().await.expect("the server answers").status().as_u16()
    };
    assert_eq!(upload(&who.who().cookie, 64 * 1024).await, 204);
    assert_eq!(upload(&who.who().cookie, 64 * 1024 + 1).await, 413);
    assert_eq!(upload("", 1).await, 401);
    let mut last = 204;
    for _ in 0..300 {
        if last == 204 {
            last = upload(&who.who().cookie, 1).await;
        }
    }
    assert_eq!(last, 429);
    let signed_out =
        client().post(format!("{}/api/network-check", server.url())).header(ORIGIN, server.url());
    assert_eq!(refusal(signed_out.json(&json!({ "offer": "" })).send().await.unwrap()).await.0, 401);
    server.stop().await;
}

/// A lesson of class `p-1-001` with three trainees: one with a good check, one with a slow and later one
/// without UDP, one with none.
async fn school() -> (TestServer, Person) {
    let server = TestServer::start().await;
    class_of_tests(&server).await;
    let teacher = Person::of(&server, "teacher", &[grant(AccountRole::Instructor)]).await;
    let mut statements = vec![
        format!("UPDATE lessons SET class = 'p-1-001' WHERE id = '{LESSON}'"),
        format!("INSERT INTO lesson_instructors (lesson, person) VALUES ('{LESSON}', '{}')", teacher.id),
    ];
    let mut ids = Vec::new();
    for login in ["good", "blocked", "unchecked"] {
        let trainee = Person::of(&server, login, &[grant(AccountRole::Trainee)]).await;
        statements.push(format!(
            "INSERT INTO enrolments (lesson, person, approved_at_ms) VALUES ('{LESSON}', '{}', 0)",
            trainee.id
        ));
        ids.push(trainee.id);
    }
    run(&mut database(server.data()).await, &statements).await;
    let now_ms = loadtest::clock::now_ns() / 1_000_000;
    let check = |ago_ms: u64, device, verdict, connect_ms| NetworkCheck {
        at_ms: now_ms - ago_ms,
        device,
        verdict,
        connect_ms,
        up_loss_permille: None,
        measured: MeasuredNetwork { down_kbps: Some(9_000), ..Default::default() },
    };
    for (person, check) in [
        // A check of eight days ago counts no more, and is deleted with the next one.
        (&ids[2], check(8 * 86_400_000, DeviceKind::Computer, NetworkVerdict::Good, Some(80))),
        (&ids[0], check(60_000, DeviceKind::Computer, NetworkVerdict::NoUdp, None)),
        (&ids[0], check(50_000, DeviceKind::Computer, NetworkVerdict::Good, Some(80))),
        (&ids[1], check(40_000, DeviceKind::Phone, NetworkVerdict::Slow, Some(80))),
        (&ids[1], check(30_000, DeviceKind::Computer, NetworkVerdict::NoUdp, None)),
    ] {
        office::network_checks::keep(server.store(), person, &check).await.expect("stored");
    }
    (server, teacher)
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_of_the_lesson_see_whose_network_is_bad() {
    let (server, teacher) = school().await;
    let found: LessonChecks =
        serde_json::from_value(teacher.get(&format!("/api/network-checks/{LESSON}")).await).unwrap();
    let CheckedLesson { people, checked, no_udp, slow, .. } = &found.lesson;
    assert_eq!((people, checked, no_udp, slow), (&3, &2, &1, &0), "the last check of each counts");
    let lines: Vec<(String, Vec<(DeviceKind, NetworkVerdict)>)> = found
        .lines
        .into_iter()
        .map(|line| (line.name, line.checks.iter().map(|check| (check.device, check.verdict)).collect()))
        .collect();
    let expected = [
        (
            "人blocked",
            vec![(DeviceKind::Computer, NetworkVerdict::NoUdp), (DeviceKind::Phone, NetworkVerdict::Slow)],
        ),
        ("人good", vec![(DeviceKind::Computer, NetworkVerdict::Good)]),
        ("人unchecked", vec![]),
    ];
    assert_eq!(lines, expected.map(|(name, checks)| (name.to_owned(), checks)));

    let all: Vec<CheckedLesson> = serde_json::from_value(teacher.get("/api/network-checks").await).unwrap();
    assert_eq!(all, [found.lesson]);
    let mut database = database(server.data()).await;
    for (change, shown) in [
        ("planned_start_ms = planned_start_ms + 90000000, planned_end_ms = planned_end_ms + 90000000", 0),
        ("state = 'live'", 1),
        ("state = 'ended'", 0),
    ] {
        run(&mut database, &[format!("UPDATE lessons SET {change} WHERE id = '{LESSON}'")]).await;
        assert_eq!(
            teacher.get("/api/network-checks").await.as_array().map(Vec::len),
            Some(shown),
            "{change}"
        );
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn networks_are_seen_by_those_the_table_of_roles_names_and_by_nobody_else() {
    let (server, teacher) = school().await;
    let path = format!("/api/network-checks/{LESSON}");
    let class_admin = |class: &str| RoleGrant { class: Some(class.into()), ..grant(AccountRole::ClassAdmin) };
    let unit_admin = RoleGrant { unit: Some("33".into()), ..grant(AccountRole::UnitAdmin) };
    let mut people = vec![(teacher, true)];
    for (login, grant, sees) in [
        ("stranger", grant(AccountRole::Instructor), false),
        ("own", class_admin("p-1-001"), true),
        ("other", class_admin("p-1-002"), false),
        ("training", grant(AccountRole::TrainingAdmin), true),
        ("operator", grant(AccountRole::Operator), true),
        ("auditor", grant(AccountRole::Auditor), true),
        ("unit", unit_admin, false),
        ("trainee", grant(AccountRole::Trainee), false),
        ("system", grant(AccountRole::SystemAdmin), false),
        ("security", grant(AccountRole::SecurityAdmin), false),
        ("audit", grant(AccountRole::AuditAdmin), false),
    ] {
        people.push((Person::of(&server, login, &[grant]).await, sees));
    }
    for (person, sees) in people {
        let response = person.ask("GET", &path, None).await;
        assert_eq!(response.status(), if sees { 200 } else { 404 }, "{}", person.id);
        let list = person.ask("GET", "/api/network-checks", None).await;
        let list: Value = if list.status() == 200 { list.json().await.unwrap() } else { json!([]) };
        assert_eq!(list.as_array().is_some_and(|list| list.len() == 1), sees, "{}", person.id);
        assert_eq!(person.ask("GET", "/api/network-checks/nowhere", None).await.status(), 404);
    }
    // People of one-click links: operators see all checks, the instructor those of the own lesson, trainees
    // none.
    for (role, list, lesson) in
        [(Role::Operator, 200, 200), (Role::Instructor, 403, 200), (Role::Trainee, 403, 404)]
    {
        let who = server.person("某人", role).await;
        assert_eq!(get(who.who(), "/api/network-checks").await.status(), list, "{role:?}");
        assert_eq!(get(who.who(), &path).await.status(), lesson, "{role:?}");
    }
    server.stop().await;
}
