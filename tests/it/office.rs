//! The office over real sockets: class sheets, forged ids, the audit log.

use live_classroom::account::role::ROLES;
use live_classroom::account::role::{Role as AccountRole, RoleGrant};
use live_classroom::protocol::{AuditPage, InvitationMade};
use serde_json::{Value, json};

use crate::harness::{LESSON, TestServer};
use crate::people::{Person, database, grant, refusal, run};

/// A grant of the role; a unit administrator has a unit, a class administrator a class that the test makes.
pub(crate) fn grants_of(role: AccountRole) -> RoleGrant {
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
    // Lists end at the limits of the own reach.
    let list = zhejiang.get("/api/accounts").await;
    let seen = list["accounts"].as_array().expect("a list");
    assert!(seen.iter().all(|line| line["roles"][0]["unit"] == "33"), "{list}");
    assert_eq!(zhejiang.ask("GET", "/api/accounts?unit=11", None).await.status(), 404);
    // No account gives roles to itself, whatever roles it has.
    let body = json!({ "roles": [grant(AccountRole::TrainingAdmin)], "reason": "ambition" });
    let own_roles = security.ask("PUT", &format!("/api/accounts/{}/roles", security.id), Some(body)).await;
    assert_eq!(refusal(own_roles).await, (403, "own_roles".into()));
    // A role or a person in the query has no effect.
    for path in ["/api/audit?role=auditor", "/api/audit?as=admin"] {
        assert!([401, 403].contains(&training.ask("GET", path, None).await.status().as_u16()), "{path}");
    }
}

/// A log-in name that differs in every row.
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

    // A telephone number is shown in full only for a reason, which is in the log first.
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
    assert!(server.store().audit().verify(None).await.expect("sound").is_some());
}
