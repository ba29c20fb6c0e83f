//! What is watched: one recording at a time, for a time, and never more than was delivered.

use super::*;
use crate::attendance::coverage::{Coverage, Heartbeat, Rules};

impl Desk {
    /// A recording of 90 minutes, of lesson `lesson`.
    async fn recorded(lesson: &str) -> Desk {
        let mut sample = Sample::begin();
        sample.track(1, Role::Instructor, SourceKind::Mic);
        (0..90).for_each(|_| sample.add(1, 1, MINUTE, &[7; 20]));
        sample.close();
        let desk = Desk::on(sample.data).await;
        desk.plan(lesson, "C1", T).await;
        sqlx::query("INSERT INTO recordings (lesson, id) VALUES (?, ?)")
            .bind(lesson)
            .bind(ID)
            .execute(&desk.store.writer)
            .await
            .unwrap();
        desk
    }
}

#[tokio::test]
async fn watching_several_recordings_at_once_earns_no_more_than_one() {
    let desk = Desk::new().await;
    let person = desk.trainee("甲", &[]).await;
    let other = desk.trainee("乙", &[]).await;
    let lessons = ["L1", "L2", "L3"];
    for lesson in lessons {
        desk.plan(lesson, lesson, T).await;
        desk.store.recording_of(lesson).await.unwrap();
    }
    let rules = Rules { duration_ms: 90 * MINUTE, rate_max_permille: 1000 };
    let beat = async |lesson: &str, person: &str, at_s: u64| -> Coverage {
        let played = Stretch { from_ms: at_s.saturating_sub(15) * 1000, to_ms: at_s * 1000 };
        let heartbeat = Heartbeat { played, answer: false, counts: true };
        let change = |coverage: &mut Coverage| coverage.heartbeat(T + at_s * 1000, &heartbeat, &rules);
        desk.store.watch(lesson, person, change).await.unwrap().0
    };
    let mut covered = 0;
    for tick in 0..=40 {
        covered = 0;
        for lesson in lessons {
            covered += beat(lesson, &person, tick * 15).await.covered.length_ms();
        }
        beat("L1", &other, tick * 15).await;
    }
    assert_eq!(covered, 600_000, "of three at once");
    assert_eq!(
        desk.store.watched("L1", &other).await.unwrap().covered.length_ms(),
        600_000,
        "of another one"
    );
    // A recording that was silent for too long earns nothing, though another one was heard just now.
    beat("L1", &person, 660).await;
    let after = beat("L2", &person, 661).await;
    assert!(after.covered.last().is_none_or(|last| last.0 <= 610_000), "{after:?}");
}

#[tokio::test]
async fn a_correction_and_make_up_together_never_pass_what_was_delivered() {
    let desk = Desk::recorded("L1").await;
    // An hour of ninety minutes was taught: 130 of 200 ch.
    let (teacher, end_ms) = (Some(desk.teacher.clone()), T + 60 * MINUTE);
    let joined = What::Joined { device: 1, role: Role::Instructor, name: "王老师".into() };
    let teaching = What::Teaching { device: 1, from_ms: T, kinds: vec![SourceKind::Mic] };
    let facts = [
        (teacher.clone(), T, joined),
        (None, T, What::ClassStarted),
        (teacher, end_ms, teaching),
        (None, end_ms, What::ClassEnded),
    ];
    desk.facts("L1", facts).await;
    let person = desk.trainee("甲", &["L1"]).await;
    desk.present("L1", &person, T, (0, 30)).await;
    desk.judge("L1", end_ms + HOUR).await;
    assert_eq!(desk.account(&person).await, [(Kind::Live, 60)]);
    assert_eq!(desk.store.result_of("L1").await.unwrap().unwrap().effective_ch, 130);
    let one = desk.store.create_person("运维甲", Role::Operator).await.unwrap();
    let figures = CorrectionFigures {
        delta_ch: 70,
        code: ReasonCode::PlatformFault,
        text: String::new(),
        seen_balance_ch: 60,
    };
    let new = NewCorrection { lesson: "L1".into(), person: person.clone(), figures };
    desk.books.correct(&one, &new, end_ms + 2 * HOUR).await.unwrap();
    desk.watched("L1", &person, (0, 60), end_ms + 3 * HOUR).await;
    assert!(desk.judge("L1", end_ms + 4 * HOUR).await);
    assert_eq!(desk.account(&person).await, [(Kind::Live, 60), (Kind::Adjust, 70)], "130 were delivered");
}

#[tokio::test]
async fn make_up_has_its_time() {
    let desk = Desk::recorded("L1").await;
    let end_ms = T + 90 * MINUTE;
    desk.facts("L1", [(None, T, What::ClassStarted), (None, end_ms, What::ClassEnded)]).await;
    let person = desk.trainee("甲", &["L1"]).await;
    let outsider = desk.trainee("乙", &[]).await;
    desk.judge("L1", end_ms + HOUR).await;
    desk.books.judge("L1", end_ms + 8 * DAY, true).await.unwrap();
    let close = end_ms + 30 * DAY;
    assert!(!desk.books.makeup_is_over("L1", &person, close).await.unwrap());
    assert!(desk.books.makeup_is_over("L1", &person, close + 1).await.unwrap());
    assert!(!desk.books.makeup_is_over("L1", &outsider, close + 1).await.unwrap(), "a course has no end");
    desk.watched("L1", &person, (0, 10), close + 1).await;
    assert_eq!(desk.due(close + HOUR, &[]).await, []);
    desk.watched("L1", &person, (0, 10), close).await;
    assert_eq!(desk.due(close + HOUR, &[]).await, [("L1".into(), false)]);
}
