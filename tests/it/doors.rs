//! The doors of lessons over real sockets: who comes in when and in which role; the home page; calendars;
//! announcements.

use std::io::Read;

use live_classroom::account::role::{Role as AccountRole, RoleGrant};
use live_classroom::lesson::Role;
use live_classroom::programme::timetable::Door;
use live_classroom::protocol::Home;
use live_classroom::time::ServerInstant;
use live_classroom::time::clock;
use loadtest::http::client;
use loadtest::peer::Peer;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{LESSON, TestServer};
use crate::office::class_of_tests;
use crate::people::{Person, ask, database, grant, refusal, run};

const MINUTE_MS: i64 = 60_000;

fn now_ms() -> i64 {
    clock::now_ms().cast_signed()
}

/// A class with lessons: `now`, `soon` (its doors are shut), `gone` (cancelled), `other` of another class.
struct School {
    server: TestServer,
    placed: Person,
    approved: Person,
    instructor: Person,
}

impl School {
    async fn open() -> School {
        let server = TestServer::start().await;
        class_of_tests(&server).await;
        let trainee = [grant(AccountRole::Trainee)];
        let placed = Person::of(&server, "placed", &trainee).await;
        let approved = Person::of(&server, "approved", &trainee).await;
        let instructor = Person::of(&server, "instructor", &[grant(AccountRole::Instructor)]).await;
        let mut database = database(server.data()).await;
        let lesson = |id: &str, class: &str, from: i64| {
            let (from, to) = (now_ms() + from * MINUTE_MS, now_ms() + (from + 90) * MINUTE_MS);
            format!(
                "INSERT INTO lessons (id, title, created_at_ms, content, planned_start_ms, planned_end_ms, class)
                 VALUES ('{id}', '课 {id}', 0, '{id}', {from}, {to}, '{class}')"
            )
        };
        let registered = |person: &Person, state: &str, class: &str, number: u32| {
            format!(
                "INSERT INTO registrations (phase, person, state, unit, name, document, private, school, track,
                     category, rest, submission, approved_at_ms, reason, class)
                 VALUES ('p-1', '{}', '{state}', '33', 'x', x'0{number}', x'00', '', '', '', '', {number}, 7, '', {class})",
                person.id
            )
        };
        let statements = [
            lesson("now", "p-1-001", 20),
            lesson("soon", "p-1-001", 200),
            lesson("gone", "p-1-001", 300),
            lesson("other", "p-1-002", 20),
            "UPDATE lessons SET cancelled_at_ms = 1 WHERE id = 'gone'".into(),
            lesson("watched", "p-1-001", 20),
            "UPDATE lessons SET kind = 'async' WHERE id = 'watched'".into(),
            registered(&placed, "placed", "'p-1-001'", 1),
            registered(&approved, "approved", "NULL", 2),
            format!(
                "INSERT INTO enrolments (lesson, person, approved_at_ms) VALUES ('now', '{}', 7)",
                placed.id
            ),
            format!("INSERT INTO lesson_instructors (lesson, person) VALUES ('now', '{}')", instructor.id),
        ];
        run(&mut database, &statements).await;
        School { server, placed, approved, instructor }
    }
}

/// The answer of the door: the role, or the code of the refusal.
async fn door(person: &Person, lesson: &str) -> String {
    let response = person.ask("GET", &format!("/api/me?lesson={lesson}"), None).await;
    let status = response.status().as_u16();
    let body: Value = response.json().await.expect("JSON");
    let word = if status == 200 { &body["role"] } else { &body["code"] };
    word.as_str().expect("a word").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn only_placed_trainees_the_instructor_and_operators_come_in_and_only_in_time() {
    let school = School::open().await;
    let server = &school.server;
    let operator = Person::of(server, "operator", &[grant(AccountRole::Operator)]).await;
    let training = Person::of(server, "training", &[grant(AccountRole::TrainingAdmin)]).await;
    let class = RoleGrant { class: Some("p-1-001".into()), ..grant(AccountRole::ClassAdmin) };
    let class_admin = Person::of(server, "class-admin", &[class]).await;
    for (person, expected) in [
        (&school.placed, ["trainee", "not_yet", "cancelled", "not_placed", "not_found"]),
        (&school.approved, ["not_placed", "not_placed", "not_placed", "not_placed", "not_found"]),
        (&school.instructor, ["instructor", "not_placed", "not_placed", "not_placed", "not_found"]),
        (&operator, ["operator", "operator", "cancelled", "operator", "not_found"]),
        (&class_admin, ["operator", "operator", "cancelled", "not_placed", "not_found"]),
        (&training, ["not_placed", "not_placed", "not_placed", "not_placed", "not_found"]),
    ] {
        let mut found = Vec::new();
        for lesson in ["now", "soon", "gone", "other", "nowhere"] {
            found.push(door(person, lesson).await);
        }
        assert_eq!(found, expected, "{}", person.id);
    }
    assert_eq!(door(&school.placed, "watched").await, "not_found", "it has no room");
    // The door holds on the socket, too.
    let join = async |person: &Person, lesson: &str| Peer::of(person.signed_in()).join(lesson).await.is_ok();
    assert!(join(&school.placed, "now").await && join(&school.instructor, "now").await);
    for (person, lesson) in
        [(&school.placed, "soon"), (&school.placed, "gone"), (&school.approved, "now"), (&training, "now")]
    {
        assert!(!join(person, lesson).await, "{} {lesson}", person.id);
    }
    let mut peer = Peer::of(school.placed.signed_in());
    peer.join("now").await.expect("a place");
    let room = peer.room();
    let own = room.participants.iter().find(|one| one.id == peer.id());
    assert_eq!(own.map(|own| own.role), Some(Role::Trainee));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_placed_during_class_comes_in_and_whoever_withdraws_does_not() {
    let school = School::open().await;
    assert_eq!(door(&school.approved, "now").await, "not_placed");
    let mut database = database(school.server.data()).await;
    let id = &school.approved.id;
    let placed = [
        format!("UPDATE registrations SET state = 'placed', class = 'p-1-001' WHERE person = '{id}'"),
        format!(
            "INSERT INTO enrolments (lesson, person, approved_at_ms) VALUES ('now', '{id}', {})",
            now_ms()
        ),
    ];
    run(&mut database, &placed).await;
    assert_eq!(door(&school.approved, "now").await, "trainee");
    let mut peer = Peer::of(school.approved.signed_in());
    peer.join("now").await.expect("a place");
    let withdrawn = format!("UPDATE registrations SET state = 'withdrawn' WHERE person = '{id}'");
    run(&mut database, &[withdrawn]).await;
    assert_eq!(door(&school.approved, "now").await, "not_placed");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_course_for_the_programme_is_for_those_who_study_or_teach_in_it() {
    let school = School::open().await;
    let store = school.server.store();
    let belongs = async |lesson: &str, person: &Person| {
        store
            .studies()
            .bonds(lesson, &person.id, ServerInstant::of_fact(now_ms().unsigned_abs()))
            .await
            .unwrap()
            .programme
    };
    // The lesson `other` belongs to a class that none of them is in.
    for (person, of_programme) in
        [(&school.placed, true), (&school.approved, false), (&school.instructor, true)]
    {
        assert_eq!(belongs("other", person).await, of_programme, "{}", person.id);
        assert!(belongs(LESSON, person).await, "it belongs to no programme");
    }
    let mut database = database(school.server.data()).await;
    run(&mut database, &["UPDATE registrations SET state = 'withdrawn'".into()]).await;
    assert!(!belongs("other", &school.placed).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_home_shows_what_is_now_and_what_concerns_one() {
    let school = School::open().await;
    let training = Person::of(&school.server, "training", &[grant(AccountRole::TrainingAdmin)]).await;
    let announce = async |by: &Person, body: Value| by.ask("POST", "/api/announcements", Some(body)).await;
    let to_phase = json!({ "phase": "p-1", "title": "开班", "text": "欢迎" });
    let to_class = json!({ "class": "p-1-001", "title": "改时间", "text": "请看课表" });
    let to_other = json!({ "class": "p-1-002", "title": "别班", "text": "别班" });
    for body in [&to_phase, &to_class, &to_other] {
        assert_eq!(announce(&training, body.clone()).await.status(), 200);
    }
    assert_eq!(announce(&school.instructor, to_class.clone()).await.status(), 200, "teaches this class");
    assert_eq!(announce(&school.instructor, to_other).await.status(), 404);
    assert_eq!(announce(&school.instructor, to_phase).await.status(), 403);
    assert_eq!(announce(&school.placed, to_class).await.status(), 403);

    let home: Home = serde_json::from_value(school.placed.get("/api/home").await).expect("a home");
    let next = home.now_or_next.expect("a lesson");
    assert_eq!((next.lesson.as_str(), next.door, next.enter_as), ("now", Door::Open, Some(Role::Trainee)));
    assert_eq!(next.instructors[0].person, school.instructor.id);
    let doors: Vec<_> = home.timetable.iter().map(|lesson| (lesson.lesson.as_str(), lesson.door)).collect();
    assert_eq!(doors, [("now", Door::Open), ("soon", Door::NotYet), ("gone", Door::Cancelled)]);
    let titles: Vec<_> = home.announcements.iter().map(|one| one.title.as_str()).collect();
    assert_eq!(titles, ["改时间", "改时间", "开班"]);
    let nothing: Home = serde_json::from_value(school.approved.get("/api/home").await).expect("a home");
    assert!(
        nothing.timetable.is_empty() && nothing.announcements.is_empty() && nothing.now_or_next.is_none()
    );

    let id = home.announcements[0].id;
    let take = async |by: &Person| {
        by.ask("DELETE", &format!("/api/announcements/{id}"), None).await.status().as_u16()
    };
    assert_eq!(take(&school.placed).await, 403);
    assert_eq!(take(&school.instructor).await, 204);
    let home: Home = serde_json::from_value(school.placed.get("/api/home").await).expect("a home");
    assert_eq!(home.announcements.len(), 2);
    assert_eq!(school.placed.ask("GET", "/api/timetable/p-1-001", None).await.status(), 200);
    assert_eq!(school.placed.ask("GET", "/api/timetable/p-1-002", None).await.status(), 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_is_changed_by_who_makes_timetables_and_not_once_it_has_begun() {
    let school = School::open().await;
    let class = RoleGrant { class: Some("p-1-001".into()), ..grant(AccountRole::ClassAdmin) };
    let class_admin = Person::of(&school.server, "class-admin", &[class]).await;
    let from = now_ms() + 400 * MINUTE_MS;
    let plan = |from: i64, to: i64, instructors: Value| json!({ "title": "新题目", "planned_start_ms": from, "planned_end_ms": to, "instructors": instructors });
    let change = async |lesson: &str, body: Value| {
        class_admin.ask("PUT", &format!("/api/timetable/lessons/{lesson}"), Some(body)).await
    };
    let good = plan(from, from + 90 * MINUTE_MS, json!([school.instructor.id]));
    assert_eq!(refusal(change("other", good.clone()).await).await, (404, "not_found".into()));
    assert_eq!(refusal(change("gone", good.clone()).await).await, (409, "begun".into()));
    assert_eq!(refusal(change("soon", plan(from, from, json!([]))).await).await, (400, "bad_time".into()));
    assert_eq!(
        refusal(change("soon", plan(from, from + 800 * MINUTE_MS, json!([]))).await).await.1,
        "bad_time"
    );
    let trainee = plan(from, from + MINUTE_MS, json!([school.placed.id]));
    assert_eq!(refusal(change("soon", trainee).await).await, (400, "bad_instructor".into()));
    let clash = plan(now_ms() + 30 * MINUTE_MS, now_ms() + 40 * MINUTE_MS, json!([]));
    assert_eq!(refusal(change("soon", clash).await).await, (409, "clash".into()));
    let changed: Value = change("soon", good).await.json().await.expect("the lesson");
    assert_eq!((&changed["title"], &changed["door"]), (&json!("新题目"), &json!("not_yet")));
    assert_eq!(door(&school.instructor, "soon").await, "not_yet");
    let cancel = async |lesson: &str| {
        let path = format!("/api/timetable/lessons/{lesson}/cancel");
        class_admin.ask("POST", &path, Some(json!({ "reason": "讲师生病" }))).await.status().as_u16()
    };
    assert_eq!([cancel("now").await, cancel("now").await, cancel("other").await], [200, 409, 404]);
    assert_eq!(door(&school.placed, "now").await, "cancelled");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_calendar_has_a_secret_address_that_can_be_taken_back() {
    let school = School::open().await;
    let server = &school.server;
    let address = async || -> String {
        let made: Value =
            school.placed.ask("POST", "/api/calendar", None).await.json().await.expect("an address");
        made["path"].as_str().expect("a path").to_owned()
    };
    let first = address().await;
    let file = ask(server.url(), None, "GET", &first, None).await;
    assert_eq!(file.headers()["content-type"], "text/calendar; charset=utf-8");
    let text = file.text().await.expect("text").replace("\r\n ", "");
    assert!(text.starts_with("BEGIN:VCALENDAR\r\n") && text.matches("BEGIN:VEVENT").count() == 3, "{text}");
    assert!(text.contains(&format!("URL:{}/lesson/now", server.url())) && text.contains("STATUS:CANCELLED"));
    assert!(!text.contains("课 other"));
    assert_eq!(text.matches("TRIGGER:-PT15M").count(), 2, "the cancelled one reminds nobody: {text}");
    assert!(text.contains("DESCRIPTION:班级：1 班"), "{text}");
    let second = address().await;
    let status = async |path: &str| ask(server.url(), None, "GET", path, None).await.status().as_u16();
    assert_eq!([status(&first).await, status(&second).await], [404, 200]);
    assert_eq!(school.placed.ask("DELETE", "/api/calendar", None).await.status(), 204);
    assert_eq!(
        [status(&second).await, status("/calendar/x.ics").await, status("/calendar/x").await],
        [404; 3]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_click_links_go_on_and_get_nothing_new() {
    let server = TestServer::start().await;
    let trainee = server.joined("学员", Role::Trainee).await;
    let operator = server.person("运维", Role::Operator).await;
    for (who, path, expected) in [
        (&trainee, "/api/home", 403),
        (&trainee, "/api/account", 403),
        (&operator, "/api/accounts", 403),
        (&operator, "/api/audit", 403),
        (&operator, "/api/operator/load", 200),
        (&operator, "/api/hours/appeals", 200),
    ] {
        let response = crate::asking::ask(who.who(), Method::GET, path, None::<&()>).await;
        assert_eq!(response.status().as_u16(), expected, "{path}");
    }
    let mut database = database(server.data()).await;
    run(&mut database, &[format!("UPDATE lessons SET cancelled_at_ms = 1 WHERE id = '{LESSON}'")]).await;
    let mut late = server.person("学员二", Role::Trainee).await;
    assert!(late.join(LESSON).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_not_used_is_signed_out() {
    let server = TestServer::start_with(|config| config.limits.idle_min = 0).await;
    let person = Person::of(&server, "idle", &[grant(AccountRole::Trainee)]).await;
    assert_eq!(person.ask("GET", "/api/account", None).await.status(), 200);
    let refused = refusal(person.ask("GET", "/api/account", None).await).await;
    assert_eq!(refused, (401, "signed_out".into()));
}

/// The units reach a phone on a slow line in a fifth of the bytes; an answer that fits into one packet is not
/// compressed.
#[tokio::test(flavor = "multi_thread")]
async fn long_answers_are_compressed() {
    let school = School::open().await;
    let answer = async |path: &str| {
        let request =
            client().get(format!("{}{path}", school.server.url())).header("accept-encoding", "gzip");
        let response = request.send().await.expect("the server answers");
        let encoding =
            response.headers().get("content-encoding").map(|value| value.to_str().unwrap().to_owned());
        (encoding, response.bytes().await.expect("a body"))
    };
    let (encoding, units) = answer("/api/programmes/p/units").await;
    assert_eq!(encoding.as_deref(), Some("gzip"));
    let mut plain = String::new();
    flate2::read::GzDecoder::new(&units[..]).read_to_string(&mut plain).expect("gzip");
    assert!(plain.contains("浙江") && plain.len() > 2 * units.len(), "{} of {}", units.len(), plain.len());
    assert_eq!(answer("/api/help").await.0, None);
}
