//! Self-study over real sockets: who may watch when, what is counted, what comes of it.

use live_classroom::account::role::Role as AccountRole;
use live_classroom::attendance::coverage::{Coverage, media};
use live_classroom::office;
use live_classroom::office::books::Heard;
use live_classroom::programme::timetable::Door;
use live_classroom::protocol::{Home, MyHours, Replay, WatchAnswer};
use live_classroom::time::Stretch;
use live_classroom::time::clock::now_ms;
use serde_json::json;
use sqlx::Row;

use crate::harness::TestServer;
use crate::office::class_of_tests;
use crate::people::{Person, database, grant, refusal, run};
use crate::recording::{ID, record};

const HOUR_MS: u64 = 3_600_000;

/// A recorded session, and the lesson in which its class studies the recording by itself.
struct Study {
    server: TestServer,
    placed: Person,
    stranger: Person,
}

impl Study {
    async fn open() -> Study {
        let server = TestServer::start().await;
        class_of_tests(&server).await;
        office::timetable::make_usual(server.store(), "studio", "录课").await.expect("a lesson");
        record(server.data(), ID, "studio", true);
        let trainee = [grant(AccountRole::Trainee)];
        let placed = Person::of(&server, "placed", &trainee).await;
        let stranger = Person::of(&server, "stranger", &trainee).await;
        let study = Study { server, placed, stranger };
        let person = &study.placed.id;
        study
            .sql(&[
                &format!("INSERT INTO recordings (lesson, id) VALUES ('studio', '{ID}')"),
                &format!(
                    "INSERT INTO registrations (phase, person, state, unit, name, document, private, school,
                         track, category, rest, submission, approved_at_ms, reason, class)
                     VALUES ('p-1', '{person}', 'placed', '33', 'x', x'01', x'00', '', '', '', '', 1, 7, '', 'p-1-001')"
                ),
                "INSERT INTO lessons (id, title, created_at_ms, content, credit_ch, class, kind, source)
                 VALUES ('alone', '政策解读', 0, 'c', 10, 'p-1-001', 'async', 'studio')",
                &format!("INSERT INTO enrolments (lesson, person, approved_at_ms) VALUES ('alone', '{person}', 7)"),
                "UPDATE phases SET study_last = '2999-12-31'",
            ])
            .await;
        study.time(0, HOUR_MS * 2).await;
        study
    }

    async fn sql(&self, statements: &[&str]) {
        let mut database = database(self.server.data()).await;
        run(&mut database, &statements.iter().map(|&one| one.to_owned()).collect::<Vec<_>>()).await;
    }

    /// Sets the time of the lesson: it begins `from_ms` after one hour ago and lasts `length_ms`.
    async fn time(&self, from_ms: u64, length_ms: u64) {
        let from_ms = now_ms() - HOUR_MS + from_ms;
        let to_ms = from_ms + length_ms;
        self.sql(&[&format!(
            "UPDATE lessons SET planned_start_ms = {from_ms}, planned_end_ms = {to_ms} WHERE id = 'alone'"
        )])
        .await;
    }

    /// Publishes five minutes of the recording, only for the class that was recorded.
    async fn publish(&self) {
        self.sql(&[
            "INSERT INTO courses (lesson, title, description, from_ms, to_ms, audience, published_at_ms,
                 published_by)
             VALUES ('studio', '政策解读（全）', '', 0, 300000, 'class', 0, 'x')",
        ])
        .await;
    }

    async fn replay(&self, who: &Person) -> Result<Replay, (u16, String)> {
        let response = who.ask("GET", "/api/replay/alone", None).await;
        if response.status() != 200 {
            return Err(refusal(response).await);
        }
        Ok(response.json().await.expect("a replay"))
    }

    async fn beat(&self, from_ms: u64, to_ms: u64) -> WatchAnswer {
        let body = json!({ "from_ms": from_ms, "to_ms": to_ms, "answer": null });
        let response = self.placed.ask("POST", "/api/replay/alone/watched", Some(body)).await;
        assert_eq!(response.status(), 200);
        response.json().await.expect("an answer")
    }

    async fn home(&self) -> Home {
        serde_json::from_value(self.placed.get("/api/home").await).expect("a home")
    }
}

fn refused(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_class_watches_it_from_its_first_day_on_and_nobody_else() {
    let study = Study::open().await;
    let media = format!("/media/{ID}/1.m3u8");
    let playlist = async |who: &Person| who.ask("GET", &media, None).await.status().as_u16();
    assert_eq!(study.replay(&study.placed).await.unwrap_err(), refused(404, "unpublished"));
    study.publish().await;
    assert_eq!(study.replay(&study.stranger).await.unwrap_err(), refused(404, "not_found"));
    assert_eq!(playlist(&study.stranger).await, 404);

    let seen = study.replay(&study.placed).await.expect("it is shown");
    assert_eq!((seen.title.as_str(), seen.recording.as_str(), seen.may_edit), ("政策解读", ID, false));
    let course = seen.course.map(|course| (course.title, course.shown.to_ms));
    assert_eq!(course, Some(("政策解读".into(), 300_000)));
    assert_eq!(seen.earns.map(|earns| earns.credit_ch), Some(10));
    assert_eq!(playlist(&study.placed).await, 200);
    let home = study.home().await;
    let own = &home.studies[0];
    assert_eq!((own.lesson.as_str(), own.door, own.length_ms), ("alone", Door::Open, Some(300_000)));
    assert!(home.timetable.is_empty(), "it is no meeting");

    // A training administrator watches the recording here, and edits it where it was recorded.
    let training = Person::of(&study.server, "training", &[grant(AccountRole::TrainingAdmin)]).await;
    let looked = study.replay(&training).await.expect("it is shown");
    assert!(!looked.may_edit && looked.progress.is_none() && looked.earns.is_none());
    assert_eq!(training.get("/api/replay/studio").await["may_edit"], true);

    study.time(2 * HOUR_MS, HOUR_MS).await;
    assert_eq!(study.replay(&study.placed).await.unwrap_err(), refused(403, "not_yet"));
    assert_eq!(playlist(&study.placed).await, 404);
    study.time(0, 2 * HOUR_MS).await;
    study.sql(&["UPDATE lessons SET cancelled_at_ms = 1 WHERE id = 'alone'"]).await;
    assert_eq!(study.replay(&study.placed).await.unwrap_err(), refused(410, "cancelled"));
    assert_eq!(playlist(&study.placed).await, 404);
    assert!(study.home().await.studies.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn all_of_it_in_its_time_is_credited_at_once_and_nothing_after_it() {
    let study = Study::open().await;
    study.publish().await;
    study.beat(0, 0).await;
    let nothing = study.beat(0, 1).await;
    assert!(nothing.cut && nothing.progress.covered_ms == 0, "no segment was fetched: {nothing:?}");
    let segment = format!("/media/{ID}/1-1.m4s");
    assert_eq!(study.placed.ask("GET", &segment, None).await.status(), 200);
    let first = study.beat(0, 1).await;
    assert_eq!((first.progress.completed, first.progress.covered_ms), (None, 1));
    let mut database = database(study.server.data()).await;
    let state = sqlx::query("SELECT state FROM registrations").fetch_one(&mut database).await;
    assert_eq!(state.expect("one").get::<String, _>(0), "active", "watching is to begin");
    // The time is over: the recording may be watched, and does not count.
    study.time(0, HOUR_MS - 1).await;
    let late = study.beat(1, 2).await;
    assert!(late.cut && late.progress.covered_ms == 1, "{late:?}");
    assert_eq!(study.home().await.studies[0].door, Door::Over);
    // The days of study of the phase are over as well.
    study.time(0, 2 * HOUR_MS).await;
    study.sql(&["UPDATE phases SET study_last = '2020-01-01'"]).await;
    let late = study.beat(1, 2).await;
    assert!(late.cut && late.progress.covered_ms == 1, "{late:?}");
    study.sql(&["UPDATE phases SET study_last = '2999-12-31'"]).await;
    let in_time = study.beat(1, 2).await;
    assert_eq!((in_time.cut, in_time.progress.covered_ms), (false, 2));
    // Everything but the last second was watched.
    study.time(0, 2 * HOUR_MS).await;
    let most = Stretch { from_ms: 0, to_ms: 299_000 };
    let heard = Heard { at_ms: 1, counts: false, sent: None };
    let change = |coverage: &mut Coverage| coverage.covered = media(&[most]);
    study.server.books().watch("alone", &study.placed.id, heard, change).await.expect("noted");
    let done = study.beat(0, 1).await;
    assert!(done.progress.completed.is_some_and(|done| done.entered_ch > 0), "{done:?}");
    let own = &study.home().await.studies[0];
    assert_eq!((own.covered_ms, own.completed), (299_000, done.progress.completed));
    let mine: MyHours =
        serde_json::from_value(study.placed.get("/api/hours/mine").await).expect("an account");
    assert_eq!((mine.recognised_ch, mine.entries.len(), mine.lessons[0].lesson.as_str()), (10, 1, "alone"));
    assert_eq!(study.beat(0, 1).await.progress.completed, done.progress.completed);
}
