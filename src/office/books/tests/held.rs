//! Lessons that nobody started, ends that were taken back, and declarations of two people about them.

use super::*;
use crate::lesson::ClassState;
use crate::protocol::NewDeclaration;

impl Desk {
    /// A lesson of 90 minutes in which the instructor was heard throughout, and which nobody started.
    async fn unstarted(&self, lesson: &str, start_ms: u64) {
        self.plan(lesson, lesson, start_ms).await;
        let teacher = Some(self.teacher.clone());
        let joined = What::Joined { device: 1, role: Role::Instructor, name: "王老师".into() };
        let kinds = vec![SourceKind::Mic];
        let teaching = What::Teaching { device: 1, from_ms: start_ms, kinds };
        self.facts(
            lesson,
            [(teacher.clone(), start_ms, joined), (teacher, start_ms + 90 * MINUTE, teaching)],
        )
        .await;
    }

    async fn operator(&self, name: &str) -> String {
        self.store.people().add(name, Role::Operator).await.unwrap()
    }

    async fn declares(&self, by: &str, minutes: (u64, u64), now_ms: u64) -> Result<(), Refused> {
        let lesson = self.store.lessons().find("L1").await.unwrap().unwrap();
        let (from_ms, to_ms) = (T + minutes.0 * MINUTE, T + minutes.1 * MINUTE);
        let new = NewDeclaration { from_ms, to_ms, text: "忘了点上课".into() };
        self.books.declare(&lesson, by, &new, now_ms).await
    }
}

/// The final end of a lesson of 90 minutes at `T` that was never ended.
fn over() -> u64 {
    T + 90 * MINUTE + Policy::default().overrun_max * 1000 + 15 * MINUTE
}

#[tokio::test]
async fn a_lesson_of_the_past_is_judged_though_nobody_started_it() {
    let desk = Desk::new().await;
    desk.unstarted("L1", T).await;
    desk.plan("cancelled", "C2", T).await;
    sqlx::query("UPDATE lessons SET cancelled_at_ms = 1 WHERE id = 'cancelled'")
        .execute(desk.store.by_hand())
        .await
        .unwrap();
    desk.plan("to come", "C3", over()).await;
    let person = desk.trainee("甲", &["L1"]).await;
    assert_eq!(desk.due(over() - 1, &[]).await, []);
    assert_eq!(desk.due(over(), &[]).await, [("L1".into(), false)]);
    let appeal = NewAppeal { lesson: "L1".into(), text: "我在".into() };
    assert!(matches!(desk.books.appeal(&person, &appeal, over()).await, Err(Refused::NotJudged)));
    assert!(desk.judge("L1", over()).await);
    let sheet = desk.books.sheet(&desk.store.lessons().find("L1").await.unwrap().unwrap()).await.unwrap();
    assert_eq!((sheet.taught_s, sheet.effective_ch), (0, 0));
    assert_eq!(desk.due(over(), &[]).await, [], "once");
    desk.books.appeal(&person, &appeal, over()).await.expect("appeals are open");
}

#[tokio::test]
async fn an_end_that_was_taken_back_is_no_end() {
    let desk = Desk::new().await;
    desk.unstarted("L1", T).await;
    let ended = |minute| (None, T + minute * MINUTE, What::ClassEnded { by: Some("t".into()) });
    let reopened = What::ClassReopened { by: "t".into(), to: ClassState::Live };
    desk.facts("L1", [(None, T, What::ClassStarted), ended(1), (None, T + 2 * MINUTE, reopened)]).await;
    let lesson = desk.store.lessons().find("L1").await.unwrap().unwrap();
    assert_eq!((lesson.state, desk.store.lessons().end_of(&lesson).await.unwrap()), (ClassState::Live, None));
    assert_eq!(desk.due(T + 60 * MINUTE, &["L1"]).await, [], "it runs");
    desk.facts("L1", [ended(90)]).await;
    assert_eq!(desk.due(T + 99 * MINUTE, &[]).await, []);
    assert_eq!(desk.due(T + 100 * MINUTE, &[]).await, [("L1".into(), false)]);
    assert!(desk.judge("L1", T + 100 * MINUTE).await);
    let sheet = desk.books.sheet(&desk.store.lessons().find("L1").await.unwrap().unwrap()).await.unwrap();
    assert_eq!(sheet.taught_s, 89 * 60, "the minute between does not count");
}

#[tokio::test]
async fn two_people_declare_within_the_days_for_appeals_when_a_class_was_held() {
    let desk = Desk::new().await;
    desk.unstarted("L1", T).await;
    let [one, other] = [desk.operator("运维甲").await, desk.operator("运维乙").await];
    let trainee = desk.trainee("甲", &["L1"]).await;
    assert!(matches!(desk.declares(&one, (0, 90), over()).await, Err(Refused::NotJudged)));
    desk.judge("L1", over()).await;
    let last = over() + TIMES.appeals_ms;
    assert!(matches!(desk.declares(&one, (0, 90), last + 1).await, Err(Refused::TooLate)));
    assert!(matches!(desk.declares(&one, (0, 91), over()).await, Err(Refused::NotShown)));
    let own = desk.declares(&trainee, (0, 90), over()).await;
    assert!(matches!(own, Err(Refused::Uncorrectable(_))), "nobody about the own class");
    desk.declares(&one, (0, 90), last).await.unwrap();
    assert!(matches!(desk.declares(&other, (0, 80), last).await, Err(Refused::AskedAlready)));
    // While it waits, the result does not become final.
    assert_eq!(desk.due(last + DAY, &[]).await, []);
    let yes = Approval { approve: true, text: None };
    let decide = async |by: &str| desk.books.decide_declaration(1, by, &yes, last + DAY).await;
    assert!(matches!(decide(&one).await, Err(Refused::Uncorrectable(_))), "the same person twice");
    decide(&other).await.unwrap();
    assert!(matches!(decide(&other).await, Err(Refused::Decided)));
    assert!(desk.due(last + DAY, &[]).await.contains(&("L1".into(), false)), "it is judged anew");
    assert!(desk.judge("L1", last + DAY).await);
    let lesson = desk.store.lessons().find("L1").await.unwrap().unwrap();
    assert_eq!(lesson.started_at_ms, Some(T), "so that overlapping lessons are found");
    let sheet = desk.books.sheet(&lesson).await.unwrap();
    assert_eq!((sheet.taught_s, sheet.effective_ch), (5400, 200));
    assert_eq!(desk.due(last + DAY, &[]).await, [("L1".into(), true)], "and final");
    assert!(desk.books.judge("L1", last + DAY, true).await.unwrap());
    assert!(matches!(desk.declares(&one, (0, 90), last).await, Err(Refused::TooLate)), "final");
    desk.store.verify_books(None).await.expect("sound");
    desk.store.audit().verify(None).await.expect("sound");
}

#[tokio::test]
async fn a_declaration_that_nobody_made_is_not_confirmed_and_found_if_it_was() {
    let desk = Desk::new().await;
    desk.unstarted("L1", T).await;
    let [one, other] = [desk.operator("运维甲").await, desk.operator("运维乙").await];
    desk.judge("L1", over()).await;
    let (from_ms, to_ms) = (T, T + 90 * MINUTE);
    sqlx::query(
        "INSERT INTO declarations (lesson, from_ms, to_ms, text, asked_by, at_ms) VALUES ('L1', $1, $2, '', $3, $4)",
    )
    .bind(i64::try_from(from_ms).unwrap())
    .bind(i64::try_from(to_ms).unwrap())
    .bind(&one)
    .bind(i64::try_from(over()).unwrap())
    .execute(desk.store.by_hand())
    .await
    .unwrap();
    let yes = Approval { approve: true, text: None };
    let refused = desk.books.decide_declaration(1, &other, &yes, over()).await;
    assert!(matches!(refused, Err(Refused::NotAsked)), "{refused:?}");
    desk.verified().await.expect("nothing was entered");
    desk.books.decide_declaration(1, &other, &Approval { approve: false, text: None }, over()).await.unwrap();
    // As entered by a version that did not ask.
    desk.facts("L1", [(None, over(), What::ClassDeclared { by: one, approver: other, from_ms, to_ms })])
        .await;
    desk.judge("L1", over()).await;
    let said = desk.verified().await.unwrap_err().to_string();
    assert!(said.contains("lesson \"L1\"") && said.contains("no event of the audit log"), "{said}");
}
