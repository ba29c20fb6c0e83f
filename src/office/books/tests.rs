//! The books on a real store: lessons told as facts, judged, entered, checked.

use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use tempfile::TempDir;

use super::*;
use crate::attendance::event::{Event, Plan};
use crate::attendance::fact::{Audience, CheckKind};
use crate::attendance::fact::{Fact, What};
use crate::attendance::ledger::{Entry, Kind};
use crate::attendance::posting::{AppealState, ReasonCode};
use crate::attendance::record::Figures;
use crate::files::recordings::testing::{ID, Sample};
use crate::lesson::{Role, SourceKind};
use crate::office;
use crate::protocol::{
    AppealDecision, Approval, Corrected, CorrectionFigures, Course, NewAppeal, NewCorrection, NewRevocation,
};
use crate::store::credit::{Kept, Verified};
use crate::store::testing::Raw;
use crate::time::ServerInstant;
use crate::time::Stretch;

mod acceptance;
mod certificates;
mod concluding;
mod decisions;
mod finality;
mod held;
mod kept;
mod kept_reports;
mod large;
mod overlapping;
mod phases;
mod policies;
mod quizzes;
mod reports;
mod table;
mod tampering;
mod watching;

/// The beginning of the sample recording; in Shanghai 2026-09-21, 22:13:20.
const T: u64 = 1_790_000_000_000;
const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
const TIMES: Times = Times { judge_after_ms: 600_000, appeals_ms: 7 * DAY, makeup_ms: 30 * DAY };

struct Desk {
    data: TempDir,
    store: Store,
    books: Books,
    teacher: String,
}

impl Desk {
    async fn new() -> Desk {
        let data = tempfile::tempdir().unwrap();
        Desk::on(data).await
    }

    async fn on(data: TempDir) -> Desk {
        let store = Store::open(data.path()).await.unwrap();
        let recordings = Recordings::new(data.path(), 0);
        let books = Books::new(store.clone(), recordings, Arc::new(Policy::default()), TIMES);
        let teacher = store.people().add("王老师", Role::Instructor).await.unwrap();
        Desk { data, store, books, teacher }
    }

    /// Plans a lesson of 90 minutes and 200 ch.
    async fn plan(&self, lesson: &str, content: &str, start_ms: u64) {
        let start = ServerInstant::of_fact(start_ms);
        let plan = Plan {
            lesson: lesson.into(),
            content: content.into(),
            credit_ch: 200,
            planned_start: start,
            planned_end: start.plus_ms(90 * MINUTE),
        };
        office::timetable::make(&self.store, lesson, &plan).await.unwrap();
    }

    /// The same, taught as planned.
    async fn taught(&self, lesson: &str, content: &str, start_ms: u64) {
        self.plan(lesson, content, start_ms).await;
        let end_ms = start_ms + 90 * MINUTE;
        let teacher = Some(self.teacher.clone());
        let joined = What::Joined { device: 1, role: Role::Instructor, name: "王老师".into() };
        let teaching = What::Teaching { device: 1, from_ms: start_ms, kinds: vec![SourceKind::Mic] };
        self.facts(
            lesson,
            [
                (teacher.clone(), start_ms, joined),
                (None, start_ms, What::ClassStarted),
                (teacher, end_ms, teaching),
                (None, end_ms, What::ClassEnded { by: None }),
            ],
        )
        .await;
    }

    async fn facts(&self, lesson: &str, facts: impl IntoIterator<Item = (Option<String>, u64, What)>) {
        let fact = |(person, at_ms, what)| Fact { lesson: lesson.into(), person, at_ms, what };
        self.store.facts().append(facts.into_iter().map(fact).collect()).await.unwrap();
    }

    async fn trainee(&self, name: &str, lessons: &[&str]) -> String {
        let person = self.store.people().add(name, Role::Trainee).await.unwrap();
        for lesson in lessons {
            self.enrol(lesson, &person).await;
        }
        person
    }

    async fn enrol(&self, lesson: &str, person: &str) {
        sqlx::query("INSERT INTO enrolments (lesson, person, approved_at_ms) VALUES ($1, $2, 0)")
            .bind(lesson)
            .bind(person)
            .execute(self.store.by_hand())
            .await
            .unwrap();
    }

    /// The person was there from minute to minute after `start_ms`.
    async fn present(&self, lesson: &str, person: &str, start_ms: u64, minutes: (u64, u64)) {
        let (from_ms, to_ms) = (start_ms + minutes.0 * MINUTE, start_ms + minutes.1 * MINUTE);
        let joined = What::Joined { device: 7, role: Role::Trainee, name: "学员".into() };
        let alive = What::Alive { device: 7, from_ms };
        self.facts(lesson, [(Some(person.into()), from_ms, joined), (Some(person.into()), to_ms, alive)])
            .await;
    }

    async fn watched(&self, lesson: &str, person: &str, minutes: (u64, u64), heard_at_ms: u64) {
        let part = Stretch { from_ms: minutes.0 * MINUTE, to_ms: minutes.1 * MINUTE };
        let change = |coverage: &mut crate::attendance::coverage::Coverage| {
            coverage.covered = coverage.covered.or(&crate::attendance::coverage::media(&[part]));
            coverage.heard_at_ms = Some(heard_at_ms);
        };
        let heard = Heard { at_ms: heard_at_ms, counts: true, sent: None };
        self.books.watch(lesson, person, heard, change).await.unwrap();
    }

    async fn judge(&self, lesson: &str, now_ms: u64) -> bool {
        self.books.judge(lesson, now_ms, false).await.unwrap()
    }

    async fn entries(&self) -> Vec<Entry> {
        self.store.entries().from(1, 10_000).await.unwrap()
    }

    /// Kinds and amounts of one person's entries, in order.
    async fn account(&self, person: &str) -> Vec<(Kind, i64)> {
        let entries = self.entries().await.into_iter().map(|entry| entry.posting);
        entries.filter(|one| one.person == person).map(|one| (one.kind, one.delta_ch)).collect()
    }

    async fn due(&self, now_ms: u64, running: &[&str]) -> Vec<(String, bool)> {
        let running = running.iter().map(|lesson| (*lesson).to_owned()).collect();
        let due = self.books.due(now_ms, &running).await.unwrap();
        due.into_iter().map(|due| (due.lesson, due.to_final)).collect()
    }

    async fn verified(&self) -> anyhow::Result<Verified> {
        self.store.verify_books(None).await
    }

    async fn is_sound(&self) -> bool {
        self.verified().await.is_ok()
    }

    async fn raw(&self) -> Raw {
        let file = self.data.path().join("classroom.db");
        let options = SqliteConnectOptions::new().filename(file).foreign_keys(false);
        Raw::Sqlite(SqliteConnection::connect_with(&options).await.unwrap())
    }
}

#[tokio::test]
async fn a_lesson_is_entered_once_however_often_it_is_judged() {
    let desk = Desk::new().await;
    desk.taught("L1", "C1", T).await;
    let whole = desk.trainee("甲", &["L1"]).await;
    let late = desk.trainee("乙", &["L1"]).await;
    let absent = desk.trainee("丙", &["L1"]).await;
    let stranger = desk.trainee("丁", &[]).await;
    desk.present("L1", &whole, T, (0, 90)).await;
    desk.present("L1", &late, T, (12, 90)).await;
    desk.present("L1", &stranger, T, (0, 90)).await;
    let end = T + 90 * MINUTE;

    let lesson = desk.store.lessons().find("L1").await.unwrap().unwrap();
    let before = desk.books.sheet(&lesson).await.unwrap();
    assert_eq!((before.stage, before.taught_s, before.effective_ch), (None, 5400, 200));
    assert!(desk.judge("L1", end + 600_000).await);
    assert_eq!(desk.account(&whole).await, [(Kind::Live, 200)]);
    assert_eq!(desk.account(&late).await, [(Kind::Live, 170)]);
    assert_eq!(desk.account(&absent).await, []);
    assert_eq!(desk.account(&stranger).await, [], "not enrolled");
    let after = desk.books.sheet(&lesson).await.unwrap();
    assert_eq!(after.stage, Some((Stage::Provisional, end + 600_000)));
    assert_eq!(after.lines, before.lines);

    let entries = desk.entries().await;
    let reasons: Vec<_> = entries.iter().map(|entry| entry.posting.reason.as_str()).collect();
    let full = r#"{"reason":"full","seconds":5400,"full_from_seconds":5100,"ch":200}"#;
    assert!(reasons.contains(&full), "codes, no sentences: {reasons:?}");
    for _ in 0..3 {
        assert!(!desk.judge("L1", end + 700_000).await);
    }
    assert_eq!(desk.entries().await, entries);
    let verified = desk.verified().await.unwrap();
    let head = verified.last_head.expect("signed with the judgement");
    assert_eq!((verified.entries, verified.results, head.seq), (2, 1, 2));

    // The stored result equals the audit tool's result for the stored file.
    let file = desk.books.events(&lesson).await.unwrap();
    let events: Vec<Event> = file.lines().map(|line| Event::parse(line).unwrap()).collect();
    assert_eq!(to_jsonl(&events), file);
    let row = sqlx::query_scalar::<_, String>("SELECT report FROM results");
    let record = row.fetch_one(desk.store.by_hand()).await.unwrap();
    let enrolled = Figures::read(&record).unwrap().enrolled;
    assert_eq!(enrolled.len(), 3, "also who did not come");
    let judgement = Judgement::new(&Policy::default(), events, enrolled).unwrap();
    assert_eq!(record, judgement.record().to_text());
    assert_eq!(judgement.digest, entries[0].posting.input_digest);

    let mine = desk.books.mine(&late, "乙", end + HOUR).await.unwrap();
    assert_eq!((mine.recognised_ch, mine.uncapped_ch, mine.five_years_short_ch), (170, 170, 4830));
    assert_eq!((mine.lessons[0].line.balance_ch, mine.lessons[0].line.counted_s), (170, 4680));
    assert_eq!(mine.lessons[0].appeal_until_ms, Some(end + 600_000 + 7 * DAY));
    assert_eq!((mine.entries.len(), mine.entries[0].kind.as_str()), (1, "live"));
    let mine = desk.books.mine(&absent, "丙", end + HOUR).await.unwrap();
    assert_eq!((mine.lessons.len(), mine.lessons[0].line.present_s, mine.recognised_ch), (1, 0, 0));
}

#[tokio::test]
async fn what_is_due_is_judged_in_its_time() {
    let desk = Desk::new().await;
    desk.taught("L1", "C1", T).await;
    let end = T + 90 * MINUTE;
    assert_eq!(desk.due(end + 599_999, &[]).await, []);
    assert_eq!(desk.due(end + 600_000, &[]).await, [("L1".into(), false)]);
    // Never ended: due after half an hour of overrun and a quarter of an hour more, and not while its room
    // runs.
    desk.plan("L2", "C2", T).await;
    desk.facts("L2", [(None, T, What::ClassStarted)]).await;
    desk.plan("L3", "C3", T).await;
    assert!(desk.judge("L1", end + 600_000).await);
    assert_eq!(desk.due(end + 45 * MINUTE - 1, &[]).await, []);
    let teaching = What::Teaching { device: 1, from_ms: T, kinds: vec![SourceKind::Mic] };
    desk.facts("L2", [(None, end + 40 * MINUTE, teaching)]).await;
    assert_eq!(desk.due(end + 55 * MINUTE - 1, &["L2"]).await, []);
    // A forgotten tab keeps the room running; nobody has taught there for a quarter of an hour.
    assert_eq!(desk.due(end + 55 * MINUTE, &["L2"]).await, [("L2".into(), false)]);
    assert_eq!(desk.due(end + 45 * MINUTE, &[]).await, [("L2".into(), false)]);
    assert!(desk.judge("L2", end + 45 * MINUTE).await);
    assert_eq!(desk.due(end + 46 * MINUTE, &[]).await, []);
    // It was resumed, and ended in the end.
    desk.facts("L2", [(None, end + HOUR, What::ClassEnded { by: None })]).await;
    assert_eq!(desk.due(end + HOUR, &[]).await, [("L2".into(), false)]);
    assert!(desk.judge("L2", end + HOUR).await);
    // Final after seven days, once.
    let over = end + 600_000 + 7 * DAY;
    assert_eq!(desk.due(over - 1, &[]).await, []);
    assert_eq!(desk.due(over, &[]).await, [("L1".into(), true)]);
    assert!(desk.books.judge("L1", over, true).await.unwrap());
    assert_eq!(desk.store.results().standing("L1").await.unwrap().unwrap().stage, Stage::Final);
    assert_eq!(desk.due(over, &[]).await, []);
    assert!(desk.is_sound().await);
}

#[tokio::test]
async fn a_missed_check_is_made_up_by_watching_and_only_in_class_time() {
    let mut sample = Sample::begin();
    sample.track(1, Role::Instructor, SourceKind::Mic);
    (0..90).for_each(|_| sample.add(1, 1, MINUTE, &[7; 20]));
    sample.close();
    let desk = Desk::on(sample.data).await;
    desk.taught("maths", "C1", T).await;
    let person = desk.trainee("乙", &["maths"]).await;
    desk.present("maths", &person, T, (0, 90)).await;
    let check = || "k4".to_owned();
    let issued_at = T + 50 * MINUTE;
    let issued = What::CheckIssued {
        check: check(),
        kind: CheckKind::Block,
        block: 4,
        deadline_ms: issued_at + 90_000,
    };
    let missed = What::CheckMissed { check: check(), block: 4 };
    let who = Some(person.clone());
    desk.facts("maths", [(who.clone(), issued_at, issued), (who, issued_at + 90_000, missed)]).await;
    sqlx::query("INSERT INTO recordings (lesson, id) VALUES ('maths', $1)")
        .bind(ID)
        .execute(desk.store.by_hand())
        .await
        .unwrap();
    let end = T + 90 * MINUTE;
    desk.judge("maths", end + 600_000).await;
    assert_eq!(desk.account(&person).await, [(Kind::Live, 160)]);

    // AC-1: 9½ minutes of the block, then all of it.
    let later = end + 20 * MINUTE;
    desk.watched("maths", &person, (45, 54), later).await;
    assert_eq!(desk.due(later + 599_999, &[]).await, []);
    assert_eq!(desk.due(later + 600_000, &[]).await, [("maths".into(), false)]);
    assert!(desk.judge("maths", later + 600_000).await);
    assert_eq!(desk.account(&person).await, [(Kind::Live, 160), (Kind::Makeup, 20)]);
    assert_eq!(desk.due(later + HOUR, &[]).await, []);
    desk.watched("maths", &person, (54, 60), later + HOUR).await;
    assert!(desk.judge("maths", later + 2 * HOUR).await);
    let account = [(Kind::Live, 160), (Kind::Makeup, 20), (Kind::Makeup, 20)];
    assert_eq!(desk.account(&person).await, account);
    assert!(!desk.judge("maths", later + 3 * HOUR).await);
    let mine = desk.books.mine(&person, "乙", later + DAY).await.unwrap();
    let line = &mine.lessons[0].line;
    assert_eq!((line.live_ch, line.credit_ch, line.balance_ch), (160, 200, 200));
    assert_eq!((line.asked, line.answered, line.void_blocks.as_slice()), (1, 0, [4].as_slice()));
    assert!(desk.is_sound().await);
}

#[tokio::test]
async fn a_course_is_credited_once_to_who_watched_all_of_it() {
    let desk = Desk::new().await;
    desk.taught("L1", "C1", T).await;
    desk.store.recordings().name("L1").await.unwrap();
    let shown = Stretch { from_ms: 5 * MINUTE, to_ms: 50 * MINUTE };
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
    let (whole, part) = (desk.trainee("甲", &[]).await, desk.trainee("乙", &[]).await);
    let end = T + 90 * MINUTE;
    desk.judge("L1", end + 600_000).await;
    let heard = end + 3 * HOUR;
    desk.watched("L1", &whole, (5, 50), heard).await;
    desk.watched("L1", &part, (0, 49), heard).await;
    assert_eq!(desk.account(&whole).await, [(Kind::Async, 100)], "at once");
    assert_eq!(desk.due(heard + 600_000, &[]).await, [], "nothing is left to be done");
    desk.watched("L1", &whole, (5, 50), heard + 1).await;
    assert_eq!(desk.account(&whole).await, [(Kind::Async, 100)], "once");
    assert_eq!(desk.account(&part).await, [], "44 of 45 minutes are not enough");
    // Trimmed again, it stays the same; nothing is entered twice.
    let longer = Course { shown: Stretch { from_ms: 0, to_ms: 80 * MINUTE }, ..course };
    office::publications::publish(&desk.store, "L1", &longer, &[], &desk.teacher, T).await.unwrap();
    assert!(!desk.judge("L1", heard + HOUR).await);
    let mine = desk.books.mine(&whole, "甲", heard + HOUR).await.unwrap();
    assert_eq!((mine.recognised_ch, mine.lessons.len()), (100, 1));
    assert_eq!((mine.lessons[0].completed_at_ms, mine.lessons[0].line.balance_ch), (Some(heard), 100));
    assert!(desk.is_sound().await);
}

#[tokio::test]
async fn an_instant_counts_in_one_lesson_and_a_content_once() {
    let desk = Desk::new().await;
    let second = T + 45 * MINUTE;
    desk.taught("L1", "C1", T).await;
    desk.taught("L2", "C2", second).await;
    let both = desk.trainee("丙", &["L1", "L2"]).await;
    let (end1, end2) = (T + 90 * MINUTE, second + 90 * MINUTE);
    desk.present("L2", &both, second, (0, 90)).await;
    desk.judge("L2", end2 + 600_000).await;
    assert_eq!(desk.account(&both).await, [(Kind::Live, 200)]);
    // The first lesson's facts come late (its server was down, say): it was first, so it takes half of the
    // second one's time.
    desk.present("L1", &both, T, (0, 90)).await;
    desk.judge("L1", end1 + HOUR).await;
    assert_eq!(desk.due(end2 + HOUR, &[]).await, [("L2".into(), false)]);
    assert!(desk.judge("L2", end2 + HOUR).await);
    assert_eq!(desk.account(&both).await, [(Kind::Live, 200), (Kind::Live, 200), (Kind::Reverse, -100)]);
    assert_eq!(desk.due(end2 + HOUR, &[]).await, [("L1".into(), false)]);
    assert!(!desk.judge("L1", end2 + HOUR).await, "it settles");
    assert_eq!(desk.due(end2 + HOUR, &[]).await, []);

    // The same content again, elsewhere and later: no more credit.
    desk.taught("L3", "C1", T + DAY).await;
    let again = desk.trainee("丁", &["L3", "L1"]).await;
    desk.present("L1", &again, T, (0, 45)).await;
    desk.present("L3", &again, T + DAY, (0, 90)).await;
    desk.judge("L1", T + DAY).await;
    desk.judge("L3", T + 2 * DAY).await;
    assert_eq!(desk.account(&again).await, [(Kind::Live, 100), (Kind::Live, 100)]);
    assert!(desk.is_sound().await);
}
