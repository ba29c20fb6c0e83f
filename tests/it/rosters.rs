//! The roster of a class while a lesson of it runs: a person who is off it is out of the room, and may watch
//! what the roster allows.

use live_classroom::account::role::{Role as AccountRole, RoleGrant};
use live_classroom::lesson::Role;
use live_classroom::protocol::{Bye, Command};
use live_classroom::time::clock::now_ms;
use loadtest::peer::Peer;
use serde_json::{Value, json};
use sqlx::SqliteConnection;

use crate::harness::{LESSON, SOON, TestServer};
use crate::office::class_of_tests;
use crate::people::{Person, database, grant, refusal, run};
use crate::recording::{ID, record};

/// A lesson `now` of the class `p-1-001`, with a recording; the trainees of its phase may choose another class.
struct School {
    server: TestServer,
    database: SqliteConnection,
}

impl School {
    async fn open() -> School {
        let server = TestServer::start().await;
        class_of_tests(&server).await;
        let mut database = database(server.data()).await;
        let (from, to) = (now_ms() + 60_000, now_ms() + 5_400_000);
        let statements = [
            "UPDATE phases SET registration_last = '2999-11-01', study_first = '2999-11-02',
                 study_last = '2999-12-31', choose_class = 1"
                .to_owned(),
            format!(
                "INSERT INTO lessons (id, title, created_at_ms, content, planned_start_ms, planned_end_ms, class)
                 VALUES ('now', '课', 0, 'now', {from}, {to}, 'p-1-001')"
            ),
            format!("INSERT INTO recordings (lesson, id) VALUES ('now', '{ID}')"),
        ];
        run(&mut database, &statements).await;
        record(server.data(), ID, "now", true);
        School { server, database }
    }

    /// A trainee of the class, with the id of the registration.
    async fn placed(&mut self, login: &str) -> (Person, i64) {
        let person = Person::of(&self.server, login, &[grant(AccountRole::Trainee)]).await;
        let draft = json!({ "form": { "name": "王丽", "unit": "33" }, "submit": false, "consent": null });
        let saved = person.ask("PUT", "/api/phases/p-1/registration", Some(draft)).await;
        let saved: Value = saved.json().await.expect("a registration");
        let id = saved["id"].as_i64().unwrap_or_else(|| panic!("{saved}"));
        let statements = [
            format!(
                "UPDATE registrations SET state = 'placed', class = 'p-1-001', approved_at_ms = 7, approval = {id},
                     submission = {id}, document = x'{id:02}' WHERE id = {id}"
            ),
            format!("INSERT INTO enrolments (lesson, person, approved_at_ms) VALUES ('now', '{}', 7)", person.id),
        ];
        run(&mut self.database, &statements).await;
        (person, id)
    }
}

/// The status of the replay.
async fn replay(person: &Person) -> u16 {
    person.ask("GET", "/api/replay/now", None).await.status().as_u16()
}

async fn door(person: &Person) -> (u16, String) {
    refusal(person.ask("GET", "/api/me?lesson=now", None).await).await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_off_the_roster_is_out_of_the_room_and_of_the_replay() {
    let mut school = School::open().await;
    let office = Person::of(&school.server, "training", &[grant(AccountRole::TrainingAdmin)]).await;
    let (other, _) = school.placed("stays").await;
    let mut others = Peer::of(other.signed_in());
    others.join("now").await.expect("a place");
    for (loss, replays) in [("withdraws", 404), ("withdrawn", 404), ("moves", 200)] {
        let (person, id) = school.placed(loss).await;
        let mut peer = Peer::of(person.signed_in());
        peer.join("now").await.expect(loss);
        assert_eq!(replay(&person).await, 200, "{loss}");
        let left = match loss {
            "withdraws" => person.ask("POST", "/api/phases/p-1/registration/withdraw", None).await,
            "withdrawn" => {
                let body = json!({ "ids": [id], "decision": "withdraw", "reason": "生病" });
                office.ask("POST", "/api/phases/p-1/registrations/decide", Some(body)).await
            }
            _ => {
                let body = json!({ "class": "p-1-002" });
                person.ask("PUT", "/api/phases/p-1/registration/class", Some(body)).await
            }
        };
        assert_eq!(left.status(), 200, "{loss}");
        assert_eq!(peer.until_bye(SOON).await.expect(loss), Bye::NotPlaced, "{loss}");
        assert!(peer.resume().await.is_err(), "{loss}: nor back");
        assert_eq!(door(&person).await, (403, "not_placed".into()), "{loss}");
        assert_eq!(replay(&person).await, replays, "{loss}");
        others.command(Command::Chat { text: loss.into() }).await.expect("the other is still in class");
        let left = "SELECT count(*) FROM facts WHERE type = 'left' AND person = $1";
        let left: i64 =
            sqlx::query_scalar(left).bind(&person.id).fetch_one(&mut school.database).await.expect("facts");
        assert_eq!(left, 1, "{loss}: it is written when");
    }
    // A person who was moved before the lesson has nothing of it.
    let (person, _) = school.placed("absent").await;
    let moved = format!("UPDATE registrations SET class = 'p-1-002' WHERE person = '{}'", person.id);
    run(&mut school.database, &[moved]).await;
    assert_eq!(replay(&person).await, 404);
    assert_eq!(replay(&other).await, 200, "the roster has them");
}

/// Names these people as the instructors of the lesson `now`.
async fn taught_by(office: &Person, school: &School, instructors: &[&Person]) {
    let plan: (i64, i64) =
        sqlx::query_as("SELECT planned_start_ms, planned_end_ms FROM lessons WHERE id = 'now'")
            .fetch_one(&mut database(school.server.data()).await)
            .await
            .expect("the lesson");
    let instructors: Vec<&str> = instructors.iter().map(|person| person.id.as_str()).collect();
    let body = json!({ "title": "课", "planned_start_ms": plan.0, "planned_end_ms": plan.1, "instructors": instructors });
    let changed = office.ask("PUT", "/api/timetable/lessons/now", Some(body)).await;
    assert_eq!(changed.status(), 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_no_longer_teaches_a_lesson_is_out_of_its_room() {
    let school = School::open().await;
    let office = Person::of(&school.server, "training", &[grant(AccountRole::TrainingAdmin)]).await;
    let of_class = RoleGrant { class: Some("p-1-001".into()), ..grant(AccountRole::ClassAdmin) };
    let class_admin = Person::of(&school.server, "class-admin", &[of_class]).await;
    let [stays, replaced] = [
        Person::of(&school.server, "stays", &[grant(AccountRole::Instructor)]).await,
        Person::of(&school.server, "replaced", &[grant(AccountRole::Instructor)]).await,
    ];
    taught_by(&office, &school, &[&stays, &replaced]).await;
    let [mut watches, mut teaches, mut goes] =
        [&class_admin, &stays, &replaced].map(|person| Peer::of(person.signed_in()));
    for peer in [&mut watches, &mut teaches, &mut goes] {
        peer.join("now").await.expect("a place");
    }
    taught_by(&office, &school, &[&stays]).await;
    assert_eq!(goes.until_bye(SOON).await.expect("a good-bye"), Bye::NotPlaced);
    assert!(goes.resume().await.is_err(), "nor back");
    assert_eq!(door(&replaced).await, (403, "not_placed".into()));
    for peer in [&watches, &teaches] {
        peer.command(Command::Chat { text: "还在".into() }).await.expect("still in class");
    }
    // Of somebody who is no instructor any more the timetable may still say so.
    let admin = Person::of(&school.server, "admin", &[grant(AccountRole::SecurityAdmin)]).await;
    let roles = json!({ "roles": [{ "role": "trainee", "unit": null, "class": null }], "reason": "调岗" });
    let path = format!("/api/accounts/{}/roles", stays.id);
    assert_eq!(admin.ask("PUT", &path, Some(roles)).await.status(), 200);
    assert_eq!(teaches.until_bye(SOON).await.expect("a good-bye"), Bye::SignedOut);
    assert_eq!(door(&stays.again(&school.server).await).await, (403, "not_placed".into()));
    watches.command(Command::Leave).await.expect("still in class");
    assert_eq!(watches.until_bye(SOON).await.expect("a good-bye"), Bye::Left);
}

/// Staff are on no roster, and people of one-click links belong to the lesson of their link.
#[tokio::test(flavor = "multi_thread")]
async fn who_comes_by_another_way_than_the_roster_stays() {
    let mut school = School::open().await;
    let (_, id) = school.placed("goes").await;
    let office = Person::of(&school.server, "training", &[grant(AccountRole::TrainingAdmin)]).await;
    let operator = Person::of(&school.server, "operator", &[grant(AccountRole::Operator)]).await;
    let mut watches = Peer::of(operator.signed_in());
    watches.join("now").await.expect("operators come into every class");
    let statement = format!("UPDATE lessons SET class = 'p-1-001' WHERE id = '{LESSON}'");
    run(&mut school.database, &[statement]).await;
    let guest = school.server.joined("学员", Role::Trainee).await;
    let teacher = school.server.joined("讲师", Role::Instructor).await;
    let body = json!({ "ids": [id], "decision": "withdraw", "reason": "生病" });
    let decided = office.ask("POST", "/api/phases/p-1/registrations/decide", Some(body)).await;
    assert_eq!(decided.status(), 200);
    for peer in [&watches, &guest, &teacher] {
        peer.command(Command::Leave).await.expect("still in class");
        assert_eq!(peer.until_bye(SOON).await.expect("a good-bye"), Bye::Left);
    }
}
