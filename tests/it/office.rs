//! The office over real sockets: every route with every role, forged ids, the audit log.

use live_classroom::course::role::{ACTIONS, ROLES, scope};
use live_classroom::protocol::{AccountRole, Action, AuditPage, InvitationMade, RoleGrant};
use serde_json::{Value, json};

use crate::harness::{LESSON, TestServer};
use crate::people::{Person, ask, database, grant, refusal, run};

/// A unit and a class administrator have one; the class is one that the test makes.
fn grants_of(role: AccountRole) -> RoleGrant {
    let unit = (role == AccountRole::UnitAdmin).then(|| "33".into());
    let class = (role == AccountRole::ClassAdmin).then(|| "p-1-001".into());
    RoleGrant { role, unit, class }
}

pub(crate) async fn class_of_tests(server: &TestServer) {
    let mut database = database(server.data()).await;
    let statements = [
        "INSERT INTO programmes (id, title, issuers, created_at_ms) VALUES ('p', 'P', '[]', 0)",
        "INSERT INTO phases (id, programme, number, title, hours_ch, plan_seats, registration_first,
             registration_last, study_first, study_last, tracks, categories, choose_class)
         VALUES ('p-1', 'p', 1, 'P1', 1000, 100, '2020-11-06', '2020-11-09', '2020-11-17', '2020-11-27', '[]', '[]', 0)",
        "INSERT INTO classes (id, phase, number, track, capacity, host) VALUES
             ('p-1-001', 'p-1', 1, '', 100, ''), ('p-1-002', 'p-1', 2, '', 100, '')",
    ];
    run(&mut database, &statements.map(String::from)).await;
}

/// Every route that asks for a right, and for which: one of these is enough.
fn routes() -> Vec<(&'static str, String, Option<Value>, Vec<Action>)> {
    use Action::*;
    let reason = "A reason";
    let somebody = "0123456789abcdef0123456789abcdef";
    let route =
        |method, path: &str, body, actions: &[Action]| (method, path.to_owned(), body, actions.to_vec());
    let of_person = |what: &str| format!("/api/accounts/{somebody}/{what}");
    let invite = json!({ "forget_second_factor": false, "reason": reason });
    let change = json!({ "title": "T", "planned_start_ms": 0, "planned_end_ms": 1000, "instructors": [] });
    let programme = json!({ "id": "q", "title": "Q" });
    let approve = json!({ "ids": [999], "decision": "approve" });
    let recommend = json!({ "ids": [999], "decision": "recommend" });
    let lessons =
        json!({ "course": 999, "title": "T", "planned_start_ms": 0, "minutes": 90, "credit_ch": 200 });
    let announcement = json!({ "class": "p-1-001", "title": "T", "text": "text" });
    vec![
        route("GET", "/api/accounts", None, &[MakeAccounts, SetRoles]),
        route(
            "POST",
            "/api/accounts",
            Some(json!({ "name": "王丽", "login": "x", "roles": [] })),
            &[MakeAccounts, SetRoles],
        ),
        route("POST", &of_person("invitation"), Some(invite), &[MakeAccounts, SetRoles]),
        route(
            "PUT",
            &of_person("roles"),
            Some(json!({ "roles": [grant(AccountRole::Trainee)], "reason": reason })),
            &[SetRoles],
        ),
        route("PUT", &of_person("state"), Some(json!({ "state": "frozen", "reason": reason })), &[SetRoles]),
        route(
            "PUT",
            &of_person("phone"),
            Some(json!({ "phone": "13812345678", "reason": reason })),
            &[MakeAccounts, SetRoles],
        ),
        route("POST", &of_person("reveal"), Some(json!({ "reason": reason })), &[Reveal]),
        route("GET", "/api/audit", None, &[ReadAudit]),
        route("GET", "/api/audit/events.csv", None, &[ReadAudit]),
        route("GET", "/api/operator/load", None, &[SeeLoad]),
        route("GET", "/api/network-checks", None, &[SeeNetworks]),
        route("GET", "/api/instructors?text=x", None, &[MakeTimetable]),
        route("PUT", "/api/timetable/lessons/nowhere", Some(change), &[MakeTimetable]),
        route(
            "POST",
            "/api/timetable/lessons/nowhere/cancel",
            Some(json!({ "reason": reason })),
            &[MakeTimetable],
        ),
        route("POST", "/api/announcements", Some(announcement), &[Announce]),
        route("DELETE", "/api/announcements/999", None, &[Announce]),
        route("GET", "/api/hours/appeals", None, &[CorrectHours]),
        route("GET", "/api/hours/corrections", None, &[CorrectHours]),
        route("POST", "/api/hours/corrections/999", Some(json!({ "approve": true })), &[CorrectHours]),
        route("GET", "/api/registrations/mine", None, &[Register]),
        route("POST", "/api/phases/p-1/registration/withdraw", None, &[Register]),
        route("GET", "/api/phases/p-1/registrations", None, &[SeeRegistrations]),
        route("GET", "/api/phases/p-1/registrations/counts", None, &[SeeRegistrations]),
        route("GET", "/api/registrations/999", None, &[SeeRegistrations]),
        route("POST", "/api/phases/p-1/registrations/decide", Some(recommend), &[Recommend]),
        route("PATCH", "/api/registrations/999", Some(json!({ "school": "S" })), &[Recommend]),
        route("POST", "/api/phases/p-1/registrations/decide", Some(approve), &[Approve]),
        route("GET", "/api/phases/p-1/nominations", None, &[Nominate]),
        route("POST", "/api/registrations/999/reveal", Some(json!({ "reason": reason })), &[Reveal]),
        route("PUT", "/api/phases/p-1/quotas", Some(json!({ "rows": [] })), &[SetQuota]),
        route("POST", "/api/programmes", Some(programme), &[MakePhase]),
        route("GET", "/api/programmes/p/policy", None, &[MakePhase]),
        route("POST", "/api/phases/p-1/classes/form", None, &[FormClasses]),
        route("POST", "/api/phases/p-1/lessons", Some(lessons), &[MakeTimetable]),
        route("GET", "/api/phases/p-1/sources", None, &[MakeTimetable]),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_with_every_role_is_as_the_table_of_roles_says() {
    let server = TestServer::start().await;
    class_of_tests(&server).await;
    for role in ROLES {
        let own = [grants_of(role)];
        let login = format!("{role:?}").to_lowercase();
        let person = Person::of(&server, &login, &own).await;
        for (method, path, body, actions) in routes() {
            let may = actions.iter().any(|action| !scope(&own, *action).is_nothing());
            let status = person.ask(method, &path, body).await.status().as_u16();
            assert_ne!(status, 401, "{role:?} {method} {path}");
            assert!(status < 500, "{role:?} {method} {path}: {status}");
            assert_eq!(status != 403, may, "{role:?} {method} {path}: {status}");
        }
        // What everybody with an account has.
        for path in ["/api/home", "/api/account", "/api/help"] {
            assert_eq!(person.ask("GET", path, None).await.status(), 200, "{role:?} {path}");
        }
    }
    for (method, path, body, _) in routes() {
        let refused = refusal(ask(server.url(), None, method, &path, body).await).await;
        assert_eq!(refused, (401, "signed_out".into()), "{method} {path}");
    }
}

/// Sheets are shown lesson by lesson: `class_sheets_are_for_those_of_the_class` has that one.
#[test]
fn every_action_has_a_route_in_the_matrix() {
    let tested: Vec<Action> = routes().into_iter().flat_map(|(_, _, _, actions)| actions).collect();
    for action in ACTIONS {
        assert_eq!(tested.contains(&action), action != Action::SeeReports, "{action:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn class_sheets_are_for_those_of_the_class() {
    let server = TestServer::start().await;
    class_of_tests(&server).await;
    let other = RoleGrant { class: Some("p-1-002".into()), ..grant(AccountRole::ClassAdmin) };
    let teacher = Person::of(&server, "teacher", &[grant(AccountRole::Instructor)]).await;
    let stranger = Person::of(&server, "stranger", &[grant(AccountRole::Instructor)]).await;
    let mut database = database(server.data()).await;
    let statements = [
        format!("UPDATE lessons SET class = 'p-1-001' WHERE id = '{LESSON}'"),
        format!("INSERT INTO lesson_instructors (lesson, person) VALUES ('{LESSON}', '{}')", teacher.id),
    ];
    run(&mut database, &statements).await;
    let mut people =
        vec![(200, teacher), (403, stranger), (403, Person::of(&server, "other", &[other]).await)];
    for role in ROLES.into_iter().filter(|role| *role != AccountRole::Instructor) {
        use AccountRole::{Auditor, ClassAdmin, TrainingAdmin};
        let expected = if [Auditor, ClassAdmin, TrainingAdmin].contains(&role) { 200 } else { 403 };
        let login = format!("{role:?}").to_lowercase();
        people.push((expected, Person::of(&server, &login, &[grants_of(role)]).await));
    }
    for (expected, person) in people {
        let status = person.ask("GET", &format!("/api/hours/{LESSON}"), None).await.status();
        assert_eq!(status, expected, "{}", person.id);
        let class = person.ask("GET", "/api/timetable/p-1-001", None).await.status();
        assert_eq!(class == 200, expected == 200, "{}", person.id);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn forged_ids_units_and_roles_reach_nobody() {
    let server = TestServer::start().await;
    class_of_tests(&server).await;
    let trainee = |unit: &str| RoleGrant { unit: Some(unit.into()), ..grant(AccountRole::Trainee) };
    let zhejiang = Person::of(&server, "zhejiang", &[grants_of(AccountRole::UnitAdmin)]).await;
    let training = Person::of(&server, "training", &[grant(AccountRole::TrainingAdmin)]).await;
    let security = Person::of(&server, "security", &[grant(AccountRole::SecurityAdmin)]).await;
    let own = Person::of(&server, "own", &[trainee("33")]).await;
    let others = Person::of(&server, "others", &[trainee("11")]).await;

    let invite = async |by: &Person, whom: &str, forget: bool| {
        let body = json!({ "forget_second_factor": forget, "reason": "forgotten" });
        let response = by.ask("POST", &format!("/api/accounts/{whom}/invitation"), Some(body)).await;
        response.status().as_u16()
    };
    for (by, whom, forget, expected) in [
        (&zhejiang, &own, false, 200),
        (&zhejiang, &others, false, 404),
        (&zhejiang, &training, false, 404),
        (&zhejiang, &zhejiang, false, 404),
        (&zhejiang, &own, true, 403),
        (&training, &others, false, 200),
        (&training, &zhejiang, false, 404),
        (&training, &security, false, 404),
        (&security, &training, true, 200),
        (&security, &security, true, 403),
    ] {
        assert_eq!(invite(by, &whom.id, forget).await, expected, "{} {}", by.id, whom.id);
    }
    let make = async |by: &Person, login: &str, roles: Value| {
        let body = json!({ "name": "钱七", "login": login, "roles": roles });
        let response = by.ask("POST", "/api/accounts", Some(body)).await;
        response.status().as_u16()
    };
    for (by, roles, expected) in [
        (&zhejiang, json!([trainee("33")]), 200),
        (&zhejiang, json!([trainee("11")]), 403),
        (&zhejiang, json!([grant(AccountRole::Trainee)]), 403),
        (&zhejiang, json!([trainee("33"), grants_of(AccountRole::UnitAdmin)]), 403),
        (&zhejiang, json!([{ "role": "training_admin" }]), 403),
        (&training, json!([{ "role": "instructor" }]), 200),
        (&training, json!([{ "role": "unit_admin", "unit": "33" }]), 403),
        (&training, json!([{ "role": "trainee", "unit": "99" }]), 400),
        (&training, json!([{ "role": "god" }]), 400),
        (&security, json!([{ "role": "unit_admin", "unit": "33" }]), 200),
        (&security, json!([{ "role": "unit_admin" }]), 400),
        (&security, json!([{ "role": "class_admin", "class": "p-9-001" }]), 400),
        (&security, json!([{ "role": "audit_admin" }, { "role": "trainee" }]), 400),
    ] {
        let login = format!("made-{}", rand(&roles, by));
        assert_eq!(make(by, &login, roles.clone()).await, expected, "{roles}");
    }
    // Lists end where the own reach ends.
    let list = zhejiang.get("/api/accounts").await;
    let seen = list["accounts"].as_array().expect("a list");
    assert!(seen.iter().all(|line| line["roles"][0]["unit"] == "33"), "{list}");
    assert_eq!(zhejiang.ask("GET", "/api/accounts?unit=11", None).await.status(), 404);
    // Nobody gives roles to oneself, whoever one is.
    let body = json!({ "roles": [grant(AccountRole::TrainingAdmin)], "reason": "ambition" });
    let own_roles = security.ask("PUT", &format!("/api/accounts/{}/roles", security.id), Some(body)).await;
    assert_eq!(refusal(own_roles).await, (403, "own_roles".into()));
    // A role or a person that is only claimed has no effect.
    for path in ["/api/audit?role=auditor", "/api/audit?as=admin"] {
        assert!([401, 403].contains(&training.ask("GET", path, None).await.status().as_u16()), "{path}");
    }
}

/// A log-in name of its own for every row.
fn rand(roles: &Value, by: &Person) -> String {
    let sum: u32 = roles.to_string().bytes().chain(by.id.bytes()).map(u32::from).sum();
    format!("{sum}-{}", roles.to_string().len())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_privileged_write_is_one_event_and_auditors_alone_read_them() {
    let server = TestServer::start().await;
    let security = Person::of(&server, "security", &[grant(AccountRole::SecurityAdmin)]).await;
    let auditor = Person::of(&server, "auditor", &[grant(AccountRole::AuditAdmin)]).await;
    let last = async || -> u64 {
        let page: AuditPage = serde_json::from_value(auditor.get("/api/audit").await).expect("a page");
        page.events.first().map_or(0, |event| event.seq)
    };
    let before = last().await;
    let body =
        json!({ "name": "=王", "login": "wang", "phone": "13812345678", "roles": [{ "role": "trainee" }] });
    assert_eq!(security.ask("POST", "/api/accounts", Some(body)).await.status(), 400, "no name begins so");
    assert_eq!(last().await, before, "what was refused wrote nothing");
    let body =
        json!({ "name": "王丽", "login": "wang", "phone": "13812345678", "roles": [{ "role": "trainee" }] });
    let made: InvitationMade =
        security.ask("POST", "/api/accounts", Some(body)).await.json().await.expect("an invitation");
    let whom = |what: &str| format!("/api/accounts/{}/{what}", made.person);
    let done = async |method: &str, what: &str, body: Value| {
        assert_eq!(security.ask(method, &whom(what), Some(body)).await.status(), 200, "{what}");
    };
    done("PUT", "state", json!({ "state": "frozen", "reason": "left" })).await;
    let secret = made.path.split_once('#').expect("a secret").1;
    let comes = json!({ "secret": secret, "password": "Quiet-river-2026" });
    let refused = security.ask("POST", "/api/account/invitation", Some(comes)).await;
    assert_eq!(refused.status(), 403, "an invitation from before the account was frozen");
    done("PUT", "state", json!({ "state": "active", "reason": "came back" })).await;
    done("PUT", "roles", json!({ "roles": [{ "role": "instructor" }], "reason": "teaches now" })).await;
    let page: AuditPage =
        serde_json::from_value(auditor.get(&format!("/api/audit?target={}", made.person)).await)
            .expect("a page");
    let acts: Vec<&str> = page.events.iter().rev().map(|event| event.act.as_str()).collect();
    let expected =
        ["account.made", "account.invited", "account.state_set", "account.state_set", "account.roles_set"];
    assert_eq!(acts, expected);
    assert!(
        page.events
            .iter()
            .all(|event| event.actor == security.id && event.target_name.as_deref() == Some("王丽"))
    );
    for named in ["target=王丽", "target=wang", "target=王丽&actor=security"] {
        let found: AuditPage =
            serde_json::from_value(auditor.get(&format!("/api/audit?{named}")).await).expect("a page");
        assert_eq!(found.events.len(), expected.len(), "{named}");
    }
    let none: AuditPage = serde_json::from_value(auditor.get("/api/audit?target=王").await).expect("a page");
    assert!(none.events.is_empty(), "names are whole");
    let all = auditor.ask("GET", "/api/audit/events.csv", None).await;
    let text = all.text().await.expect("text");
    assert!(text.contains("account.roles_set") && !text.contains("13812345678") && !text.contains(secret));
    assert_eq!(
        security.ask("GET", "/api/audit", None).await.status(),
        403,
        "who gives roles reads no log of it"
    );

    // A telephone is shown in full only for a reason, and that is in the log first.
    let training = Person::of(&server, "training", &[grant(AccountRole::TrainingAdmin)]).await;
    let reveal =
        async |reason: &str| training.ask("POST", &whom("reveal"), Some(json!({ "reason": reason }))).await;
    assert_eq!(refusal(reveal(" ").await).await, (400, "text_length".into()));
    let shown: Value = reveal("rings about the timetable").await.json().await.expect("the number");
    assert_eq!(shown["text"], "13812345678");
    let page: AuditPage =
        serde_json::from_value(auditor.get("/api/audit?act=account.phone").await).expect("a page");
    assert_eq!(page.events.len(), 1);
    assert!(page.events[0].detail.contains("rings about the timetable"));
    assert!(server.store().verify_audit(None).await.expect("sound").is_some());
}
