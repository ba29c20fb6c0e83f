//! Final results stay, and watched courses can be contested like classes.

use super::*;
use crate::attendance::decision::Reason;
use crate::office;

const YES: Approval = Approval { approve: true, text: None };

/// Two lessons at once: a person in both loses half of the second one when the facts of the first one come.
async fn contested() -> (Desk, String, u64) {
    let desk = Desk::new().await;
    let second = T + 45 * MINUTE;
    desk.taught("L1", "C1", T).await;
    desk.taught("L2", "C2", second).await;
    let person = desk.trainee("丙", &["L1", "L2"]).await;
    desk.present("L2", &person, second, (0, 90)).await;
    let judged_at = second + 100 * MINUTE;
    desk.judge("L2", judged_at).await;
    let over = judged_at + 7 * DAY;
    assert!(desk.books.judge("L2", over, true).await.unwrap());
    desk.present("L1", &person, T, (0, 90)).await;
    desk.judge("L1", over).await;
    assert_eq!(desk.due(over, &[]).await, [("L2".into(), false)]);
    (desk, person, over)
}

#[tokio::test]
async fn credit_of_a_final_result_is_taken_away_by_two_people_only() {
    let (desk, person, now) = contested().await;
    let one = desk.store.people().add("运维甲", Role::Operator).await.unwrap();
    let other = desk.store.people().add("运维乙", Role::Operator).await.unwrap();
    assert!(desk.judge("L2", now).await);
    let account = vec![(Kind::Live, 200), (Kind::Live, 200)];
    assert_eq!(desk.account(&person).await, account, "nobody has decided");
    let waiting = desk.books.waiting_corrections(&one, now).await.unwrap();
    assert_eq!((waiting.len(), waiting[0].figures.delta_ch, &waiting[0].by), (1, -100, &None));
    let because = waiting[0].because.as_ref();
    assert!(
        matches!(because, Some(Reason::Steps { ch: 100, .. })),
        "told in the words of the reader: {waiting:?}"
    );
    assert!(waiting[0].figures.text.is_empty());
    let id = waiting[0].id;
    assert!(desk.books.approve(id, &person, &YES, now).await.is_err());
    assert_eq!(desk.books.approve(id, &one, &YES, now).await.unwrap(), Corrected::Waits);
    assert!(desk.books.approve(id, &one, &YES, now).await.is_err(), "not the same one twice");
    assert_eq!(desk.account(&person).await, account);
    assert_eq!(desk.books.approve(id, &other, &YES, now).await.unwrap(), Corrected::Entered);
    let reversed = [account, vec![(Kind::Reverse, -100)]].concat();
    assert_eq!(desk.account(&person).await, reversed);
    assert!(!desk.judge("L2", now).await);
    assert_eq!(desk.account(&person).await, reversed, "it settles");
    assert!(desk.is_sound().await);
}

#[tokio::test]
async fn what_people_have_refused_is_not_asked_again() {
    let (desk, person, now) = contested().await;
    let one = desk.store.people().add("运维甲", Role::Operator).await.unwrap();
    desk.judge("L2", now).await;
    let waiting = desk.books.waiting_corrections(&one, now).await.unwrap();
    let no = Approval { approve: false, text: Some("事先同意".into()) };
    desk.books.approve(waiting[0].id, &one, &no, now).await.unwrap();
    // It is judged again under another policy with the same figures; facts after it was final count for
    // nothing.
    let late = desk.trainee("丁", &["L2"]).await;
    desk.present("L2", &late, T + 45 * MINUTE, (0, 90)).await;
    assert!(!desk.judge("L2", now + HOUR).await);
    let other = Policy { version: "other".into(), ..Policy::default() };
    let recordings = Recordings::new(desk.data.path(), 0);
    let books = Books::new(desk.store.clone(), recordings, Arc::new(other), TIMES);
    assert!(books.judge_by_present_policy("L2", now + HOUR).await.unwrap());
    let waiting = desk.books.waiting_corrections(&one, now + HOUR).await.unwrap();
    assert!(waiting.iter().all(|one| one.refused.is_some()), "{waiting:?}");
    assert_eq!(desk.account(&person).await, [(Kind::Live, 200), (Kind::Live, 200)]);
    assert_eq!(desk.account(&late).await, []);
    assert!(desk.is_sound().await);
}

#[tokio::test]
async fn credit_of_a_watched_course_is_contested_corrected_and_revoked() {
    let desk = Desk::new().await;
    desk.taught("L1", "C1", T).await;
    desk.store.recordings().name("L1").await.unwrap();
    let shown = Stretch { from_ms: 0, to_ms: 45 * MINUTE };
    let course = Course {
        title: "课".into(),
        description: String::new(),
        speaker: String::new(),
        tags: vec![],
        listed: false,
        shown,
        audience: Audience::Programme,
    };
    office::publications::publish(&desk.store, "L1", &course, &[], &desk.teacher, T).await.unwrap();
    let one = desk.store.people().add("运维甲", Role::Operator).await.unwrap();
    let other = desk.store.people().add("运维乙", Role::Operator).await.unwrap();
    let (watcher, stranger) = (desk.trainee("甲", &[]).await, desk.trainee("乙", &[]).await);
    // Long after the lesson itself is final.
    desk.judge("L1", T + 2 * HOUR).await;
    desk.books.judge("L1", T + 8 * DAY, true).await.unwrap();
    let heard = T + 60 * DAY;
    desk.watched("L1", &watcher, (0, 45), heard).await;
    assert_eq!(desk.account(&watcher).await, [(Kind::Async, 100)]);
    let mine = desk.books.mine(&watcher, "甲", heard + HOUR).await.unwrap();
    assert_eq!((mine.lessons[0].stage, mine.lessons[0].effective_ch), (Stage::Provisional, 100));
    assert_eq!(mine.lessons[0].appeal_until_ms, Some(heard + 7 * DAY));

    let new = NewAppeal { lesson: "L1".into(), text: "少算了".into() };
    assert!(matches!(desk.books.appeal(&stranger, &new, heard + HOUR).await, Err(Refused::NotFound)));
    assert!(matches!(desk.books.appeal(&watcher, &new, heard + 8 * DAY).await, Err(Refused::TooLate)));
    let appeal = desk.books.appeal(&watcher, &new, heard + HOUR).await.unwrap();
    let figures = |delta_ch| CorrectionFigures {
        delta_ch,
        code: ReasonCode::DataError,
        text: String::new(),
        seen_balance_ch: 100,
    };
    let decide =
        |delta_ch| AppealDecision { correction: Some(figures(delta_ch)), answer: "已核实".into() };
    let now = heard + 2 * HOUR;
    assert!(desk.books.decide(appeal.id, &one, &decide(10), now).await.is_err(), "more than it is worth");
    assert_eq!(desk.books.decide(appeal.id, &one, &decide(-10), now).await.unwrap(), Corrected::Entered);
    let revoke = NewRevocation { person: watcher.clone(), text: "代看".into() };
    assert_eq!(desk.books.revoke("L1", &one, &revoke, now).await.unwrap(), Corrected::Waits);
    let id = desk.books.waiting_corrections(&other, now).await.unwrap()[0].id;
    desk.books.approve(id, &other, &YES, now).await.unwrap();
    let account = [(Kind::Async, 100), (Kind::Adjust, -10), (Kind::Revoke, -90)];
    assert_eq!(desk.account(&watcher).await, account);
    assert!(desk.is_sound().await);
}

#[tokio::test]
async fn sheets_of_lessons_of_one_content_add_up_to_the_ledger() {
    let desk = Desk::new().await;
    desk.taught("L1", "C1", T).await;
    desk.taught("L3", "C1", T + DAY).await;
    let person = desk.trainee("丁", &["L1", "L3"]).await;
    desk.present("L1", &person, T, (0, 45)).await;
    desk.present("L3", &person, T + DAY, (0, 45)).await;
    desk.judge("L1", T + 2 * HOUR).await;
    desk.judge("L3", T + DAY + 2 * HOUR).await;
    let one = desk.store.people().add("运维甲", Role::Operator).await.unwrap();
    let figures = CorrectionFigures {
        delta_ch: -30,
        code: ReasonCode::DataError,
        text: String::new(),
        seen_balance_ch: 200,
    };
    let new = NewCorrection { lesson: "L1".into(), person: person.clone(), figures };
    desk.books.correct(&one, &new, T + 2 * DAY).await.unwrap();
    let (mut sum, mut adjusted) = (0, Vec::new());
    for lesson in ["L1", "L3"] {
        let [classmate] = desk.store.class_lists().of_lesson(lesson, "C1").await.unwrap().try_into().unwrap();
        assert_eq!(classmate.of_content.balance_ch, 170);
        sum += classmate.of_lesson.balance_ch;
        adjusted.push(classmate.of_lesson.adjusted_ch);
    }
    assert_eq!((sum, adjusted), (170, vec![-30, 0]));
    let mine = desk.books.mine(&person, "丁", T + 2 * DAY).await.unwrap();
    let figures = mine.lessons.iter().map(|lesson| (lesson.line.lesson_ch, lesson.line.adjusted_ch));
    assert_eq!(figures.collect::<Vec<_>>(), [(100, 0), (70, -30)]);
}
