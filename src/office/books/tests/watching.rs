//! Watching: one recording at a time, within a time, and never for more than was delivered.

use super::*;
use crate::attendance::coverage::{Coverage, Heartbeat, Rules};
use crate::office;
use crate::protocol::Completed;
use crate::time::{MediaMs, Span, Spans};

impl Desk {
    /// A recording of 90 minutes, of lesson `lesson`.
    async fn recorded(lesson: &str) -> Desk {
        let desk = Desk::on(Sample::add_to(tempfile::tempdir().unwrap(), ID, T, 90)).await;
        desk.plan(lesson, "C1", T).await;
        sqlx::query("INSERT INTO recordings (lesson, id) VALUES ($1, $2)")
            .bind(lesson)
            .bind(ID)
            .execute(desk.store.by_hand())
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
        desk.store.recordings().name(lesson).await.unwrap();
    }
    let recorded = Spans::default();
    let rules = Rules { duration_ms: 90 * MINUTE, rate_max_permille: 1000, recorded };
    let beat = async |lesson: &str, person: &str, at_s: u64| -> Coverage {
        let played = Stretch { from_ms: at_s.saturating_sub(15) * 1000, to_ms: at_s * 1000 };
        let nonce = String::new();
        let heartbeat = Heartbeat { played, answer: None, counts: true, nonce };
        let change = |coverage: &mut Coverage| coverage.heartbeat(T + at_s * 1000, &heartbeat, &rules);
        desk.books
            .watch(lesson, person, Heard { at_ms: T + at_s * 1000, counts: true, sent: None }, change)
            .await
            .unwrap()
            .0
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
        desk.store.watched().of("L1", &other).await.unwrap().covered.length_ms(),
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
    // One hour of ninety minutes was taught: 130 of 200 ch.
    let (teacher, end_ms) = (Some(desk.teacher.clone()), T + 60 * MINUTE);
    let joined = What::Joined { device: 1, role: Role::Instructor, name: "王老师".into() };
    let teaching = What::Teaching { device: 1, from_ms: T, kinds: vec![SourceKind::Mic] };
    let facts = [
        (teacher.clone(), T, joined),
        (None, T, What::ClassStarted),
        (teacher, end_ms, teaching),
        (None, end_ms, What::ClassEnded { by: None }),
    ];
    desk.facts("L1", facts).await;
    let person = desk.trainee("甲", &["L1"]).await;
    desk.present("L1", &person, T, (0, 30)).await;
    desk.judge("L1", end_ms + HOUR).await;
    assert_eq!(desk.account(&person).await, [(Kind::Live, 60)]);
    assert_eq!(desk.store.results().standing("L1").await.unwrap().unwrap().effective_ch, 130);
    let one = desk.store.people().add("运维甲", Role::Operator).await.unwrap();
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
    desk.facts("L1", [(None, T, What::ClassStarted), (None, end_ms, What::ClassEnded { by: None })]).await;
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

/// A self-study lesson `lesson` from 45 published minutes of the recording of `source`, with a person of its
/// class.
async fn studied_alone(desk: &Desk, source: &str, content: &str) -> String {
    desk.store.recordings().name(source).await.unwrap();
    let shown = Stretch { from_ms: 0, to_ms: 45 * MINUTE };
    let (title, description) = ("课".into(), String::new());
    let course = Course {
        title,
        description,
        speaker: String::new(),
        tags: vec![],
        listed: false,
        shown,
        audience: Audience::Class,
    };
    office::publications::publish(&desk.store, source, &course, &[], &desk.teacher, T).await.unwrap();
    desk.plan("alone", content, T).await;
    sqlx::query("UPDATE lessons SET kind = 'async', source = $1, credit_ch = 100 WHERE id = 'alone'")
        .bind(source)
        .execute(desk.store.by_hand())
        .await
        .unwrap();
    desk.store.seal_by_hand("alone").await;
    desk.trainee("甲", &["alone"]).await
}

#[tokio::test]
async fn a_lesson_studied_alone_is_credited_with_its_last_heartbeat() {
    let desk = Desk::new().await;
    desk.plan("studio", "studio", T).await;
    let person = studied_alone(&desk, "studio", "C1").await;
    let stranger = desk.trainee("乙", &[]).await;
    let earns = desk.books.earns("alone", &person).await.unwrap().map(|earns| earns.credit_ch);
    assert_eq!(earns, Some(100));
    assert_eq!(desk.books.earns("alone", &stranger).await.unwrap(), None);
    desk.watched("alone", &person, (0, 44), T + HOUR).await;
    desk.watched("alone", &stranger, (0, 45), T + HOUR).await;
    assert_eq!(desk.books.completed("alone", &person).await.unwrap(), None);
    assert_eq!(desk.entries().await, [], "44 of 45 minutes, and somebody else");
    let sheet = desk.books.sheet(&desk.store.lessons().find("alone").await.unwrap().unwrap()).await.unwrap();
    assert_eq!(
        (sheet.lines.len(), sheet.lines[0].1.with_replay_s, sheet.lines[0].1.credit_ch),
        (1, 44 * 60, 0)
    );
    let done_ms = T + 2 * HOUR;
    desk.watched("alone", &person, (44, 45), done_ms).await;
    assert_eq!(desk.account(&person).await, [(Kind::Async, 100)]);
    assert_eq!(
        desk.books.completed("alone", &person).await.unwrap(),
        Some(Completed { at_ms: done_ms, entered_ch: 100 })
    );
    assert_eq!(desk.due(done_ms + DAY, &[]).await, [], "there is no class to be judged");

    // No class was taught, and yet it can be contested.
    let mine = desk.books.mine(&person, "甲", done_ms).await.unwrap();
    let line = &mine.lessons[0];
    assert_eq!((mine.lessons.len(), line.stage, line.effective_ch), (1, Stage::Provisional, 100));
    let new = NewAppeal { lesson: "alone".into(), text: "请核实".into() };
    desk.books.appeal(&person, &new, done_ms + DAY).await.unwrap();
    assert!(desk.is_sound().await);
}

#[tokio::test]
async fn what_was_attended_in_part_is_filled_up_by_studying_it_alone() {
    let desk = Desk::new().await;
    desk.taught("L1", "C1", T).await;
    let person = studied_alone(&desk, "L1", "C1").await;
    desk.enrol("L1", &person).await;
    desk.present("L1", &person, T, (0, 60)).await;
    desk.judge("L1", T + 2 * HOUR).await;
    assert_eq!(desk.account(&person).await, [(Kind::Live, 130)]);
    desk.watched("alone", &person, (0, 45), T + DAY).await;
    assert_eq!(desk.account(&person).await, [(Kind::Live, 130), (Kind::Makeup, 70)], "200 at most");
    let done = desk.books.completed("alone", &person).await.unwrap();
    assert_eq!(
        done,
        Some(Completed { at_ms: T + DAY, entered_ch: 70 }),
        "what it added, not what it is worth"
    );
    assert!(desk.is_sound().await);
}

#[tokio::test]
async fn a_course_earns_where_it_is_studied_and_nowhere_beside() {
    let desk = Desk::new().await;
    desk.plan("studio", "C1", T).await;
    let person = studied_alone(&desk, "studio", "C1").await;
    let stranger = desk.trainee("乙", &[]).await;
    sqlx::query("INSERT INTO lesson_instructors (lesson, person) VALUES ('studio', $1)")
        .bind(&desk.teacher)
        .execute(desk.store.by_hand())
        .await
        .unwrap();
    let earns = async |person: &str| desk.books.earns("studio", person).await.unwrap().is_some();
    assert!(earns(&stranger).await);
    assert!(!earns(&person).await, "under its own name it has an end");
    assert!(!earns(&desk.teacher).await, "of what one teaches");
    desk.watched("studio", &person, (0, 45), T + HOUR).await;
    assert_eq!(desk.entries().await, []);
    office::timetable::cancel(&desk.store, "alone", &desk.teacher, "内容有误").await.unwrap();
    assert!(earns(&person).await, "like anybody");
}

#[tokio::test]
async fn what_does_not_count_completes_nothing() {
    let desk = Desk::new().await;
    desk.plan("studio", "studio", T).await;
    let person = studied_alone(&desk, "studio", "C1").await;
    desk.watched("alone", &person, (0, 40), T + HOUR).await;
    // Trimmed since, so that everything left was watched.
    let mut course = desk.store.publications().of("studio").await.unwrap().unwrap();
    course.shown.to_ms = 40 * MINUTE;
    office::publications::publish(&desk.store, "studio", &course, &[], &desk.teacher, T).await.unwrap();
    let beat = async |counts| {
        let heard = Heard { at_ms: T + 2 * HOUR, counts, sent: None };
        desk.books.watch("alone", &person, heard, |_| ()).await.unwrap();
        desk.books.completed("alone", &person).await.unwrap()
    };
    assert_eq!(beat(false).await, None);
    assert!(beat(true).await.is_some());
}

#[tokio::test]
async fn watching_takes_nothing_away() {
    let desk = Desk::new().await;
    desk.taught("L1", "C1", T).await;
    let person = studied_alone(&desk, "L1", "C1").await;
    desk.enrol("L1", &person).await;
    desk.present("L1", &person, T, (0, 90)).await;
    desk.judge("L1", T + 2 * HOUR).await;
    // An excess in the ledger is for judging to take back.
    sqlx::query("UPDATE lessons SET credit_ch = 100 WHERE content = 'C1'")
        .execute(desk.store.by_hand())
        .await
        .unwrap();
    desk.store.seal_by_hand("L1").await;
    desk.watched("alone", &person, (0, 45), T + DAY).await;
    assert_eq!(desk.account(&person).await, [(Kind::Live, 200)]);
    let done = desk.books.completed("alone", &person).await.unwrap();
    assert_eq!(done, Some(Completed { at_ms: T + DAY, entered_ch: 0 }));
}

#[tokio::test]
async fn a_break_in_a_course_is_neither_watched_nor_missed() {
    let desk = Desk::new().await;
    desk.plan("studio", "studio", T).await;
    let person = studied_alone(&desk, "studio", "C1").await;
    let mut course = desk.store.publications().of("studio").await.unwrap().unwrap();
    course.shown.to_ms = 60 * MINUTE;
    let part = |from, to| Stretch { from_ms: from * MINUTE, to_ms: to * MINUTE };
    let played = [part(0, 20), part(35, 60)];
    office::publications::publish(&desk.store, "studio", &course, &played, &desk.teacher, T).await.unwrap();
    desk.watched("alone", &person, (0, 46), T + HOUR).await;
    assert_eq!(desk.account(&person).await, [], "the break stands for nothing");
    desk.watched("alone", &person, (46, 60), T + HOUR).await;
    assert_eq!(desk.account(&person).await, [(Kind::Async, 100)], "45 minutes");
}

#[tokio::test]
async fn what_was_sent_is_kept_over_a_restart_and_nothing_else_counts() {
    let desk = Desk::recorded("L1").await;
    let person = desk.trainee("甲", &["L1"]).await;
    let span = |from: u64, to: u64| Span { from: MediaMs(from * 1000), to: MediaMs(to * 1000) };
    let rules = Rules {
        duration_ms: 90 * MINUTE,
        rate_max_permille: 1000,
        recorded: Spans::from_iter([span(0, 5400)]),
    };
    let beat = async |desk: &Desk, at_s: u64, sent: &[Span<MediaMs>]| -> Vec<Stretch> {
        let played = Stretch { from_ms: at_s.saturating_sub(15) * 1000, to_ms: at_s * 1000 };
        let heartbeat = Heartbeat { played, answer: None, counts: true, nonce: "n".into() };
        let change = |coverage: &mut Coverage| coverage.heartbeat(T + at_s * 1000, &heartbeat, &rules);
        let sent = sent.iter().copied().collect();
        let heard = Heard { at_ms: T + at_s * 1000, counts: true, sent: Some((ID, &sent)) };
        let (coverage, _) = desk.books.watch("L1", &person, heard, change).await.unwrap();
        crate::attendance::coverage::stretches(&coverage.covered)
    };
    beat(&desk, 0, &[span(0, 40)]).await;
    assert_eq!(beat(&desk, 15, &[]).await, [Stretch { from_ms: 0, to_ms: 15_000 }]);
    // The restarted server remembers nothing.
    let desk = Desk::on(desk.data).await;
    assert_eq!(beat(&desk, 30, &[]).await, [Stretch { from_ms: 0, to_ms: 30_000 }]);
    beat(&desk, 45, &[]).await;
    assert_eq!(beat(&desk, 60, &[]).await, [Stretch { from_ms: 0, to_ms: 42_000 }], "with the margin");
    beat(&desk, 75, &[span(58, 90)]).await;
    let covered = beat(&desk, 90, &[]).await;
    assert_eq!(covered.last(), Some(&Stretch { from_ms: 60_000, to_ms: 90_000 }));
}
