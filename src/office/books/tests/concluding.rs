//! The end of a phase: decided from judged hours and accepted essays, written once, and any change is found.

use super::phases::phase;
use super::*;
use crate::programme::conclusion::{Reason, Verdict};
use crate::store::testing::is_on_server;

/// The first instant after the study, 2026-10-10T16:00Z.
const STUDY_ENDS: u64 = 1_791_648_000_000;

/// A phase of 400 ch with two lessons of 200, both judged.
pub(super) async fn judged() -> (Desk, String, String) {
    let desk = Desk::new().await;
    phase(&desk, 400, None).await;
    for (lesson, at) in [("a", T), ("b", T + DAY)] {
        desk.taught(lesson, lesson, at).await;
        run(&desk, &format!("UPDATE lessons SET class = 'td-1-001', course = 1 WHERE id = '{lesson}'")).await;
        desk.store.seal_by_hand(lesson).await;
    }
    let whole = studying(&desk, "甲", 1).await;
    let half = studying(&desk, "乙", 2).await;
    for (person, lesson, at) in [(&whole, "a", T), (&whole, "b", T + DAY), (&half, "a", T)] {
        desk.present(lesson, person, at, (0, 90)).await;
    }
    assert!(desk.judge("a", T + 3 * HOUR).await && desk.judge("b", T + DAY + 3 * HOUR).await);
    (desk, whole, half)
}

pub(super) async fn run(desk: &Desk, sql: &str) {
    let mut sql = sql.to_owned();
    if let Some(trigger) = sql.strip_prefix("DROP TRIGGER ").filter(|_| is_on_server()) {
        // PostgreSQL asks for the table, too.
        let table = sqlx::query_scalar("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = $1");
        let table: String = table.bind(trigger).fetch_one(desk.store.by_hand()).await.unwrap();
        sql = format!("{sql} ON {table}");
    }
    sqlx::query(sqlx::AssertSqlSafe(sql)).execute(desk.store.by_hand()).await.unwrap();
}

/// A person of the class, who belongs to both lessons.
async fn studying(desk: &Desk, name: &str, number: u32) -> String {
    let person = desk.trainee(name, &["a", "b"]).await;
    let private = r#"{"number":"11010519491231002X","mobile":"","email":""}"#;
    let private = desk.store.vault().seal(&format!("registration td-1 {person}"), private).unwrap();
    sqlx::query(
        "INSERT INTO registrations (id, phase, person, state, unit, name, document, private, school, track, category,
             rest, submission, submitted_at_ms, approval, approved_at_ms, reason, class)
         VALUES ($1, 'td-1', $2, 'active', '33', $3, $5, $4, '杭州职业技术学院', '', '', '{}', $1, 0, $1, 0, '好', 'td-1-001')",
    )
    .bind(number)
    .bind(&person)
    .bind(name)
    .bind(private)
    .bind(person.as_bytes())
    .execute(desk.store.by_hand())
    .await
    .unwrap();
    person
}

async fn state(desk: &Desk, number: u32) -> String {
    let row = sqlx::query_scalar("SELECT state FROM registrations WHERE id = $1").bind(number);
    row.fetch_one(desk.store.by_hand()).await.unwrap()
}

/// Makes both lessons final.
pub(super) async fn closed(desk: &Desk) {
    for lesson in ["a", "b"] {
        assert!(desk.books.judge(lesson, T + 9 * DAY, true).await.unwrap());
    }
}

#[tokio::test]
async fn who_has_the_hours_completes_when_they_are_final_and_who_lacks_them_fails_at_the_end() {
    let (desk, whole, half) = judged().await;
    let now = T + 2 * DAY;
    assert_eq!(desk.books.conclude(now).await.unwrap(), 1, "the other has still time");
    assert_eq!(desk.books.conclude(now).await.unwrap(), 0);
    let of = async |person: &str, now| desk.books.conclusion_of("td-1", person, now).await.unwrap().unwrap();
    let first = of(&whole, now).await;
    assert_eq!((first.verdict, first.is_provisional), (Verdict::Completed, true));
    assert_eq!(first.reasons[0], Reason::Hours { has_ch: 400, needed_ch: 400 });
    assert_eq!(of(&half, now).await.verdict, Verdict::Undecided);
    assert_eq!(state(&desk, 1).await, "active");

    closed(&desk).await;
    assert_eq!(desk.books.conclude(T + 9 * DAY).await.unwrap(), 1);
    assert_eq!((state(&desk, 1).await, state(&desk, 2).await), ("completed".into(), "active".into()));
    assert_eq!(desk.books.conclude(STUDY_ENDS - 1).await.unwrap(), 0);
    assert_eq!(desk.books.conclude(STUDY_ENDS).await.unwrap(), 1);
    assert_eq!(state(&desk, 2).await, "failed");
    assert_eq!(of(&half, STUDY_ENDS).await.reasons, [Reason::HoursShort { has_ch: 200, needed_ch: 400 }]);
    assert_eq!(desk.books.conclude(STUDY_ENDS + DAY).await.unwrap(), 0, "nothing twice");
    let steps: Vec<String> = sqlx::query_scalar(
        "SELECT registration || ' ' || step || ' ' || reason FROM registration_steps ORDER BY id",
    )
    .fetch_all(desk.store.by_hand())
    .await
    .unwrap();
    assert_eq!(steps, ["1 complete 好", "2 fail 好"]);
    desk.verified().await.unwrap();
}

#[tokio::test]
async fn an_essay_that_is_asked_for_has_to_be_accepted() {
    let (desk, whole, _) = judged().await;
    let body = r#"{"format":"1","version":1,"hours_ch":400,"essay":{"kind":"either","least":10,"due":"2026-10-12"}}"#;
    run(
        &desk,
        &format!("INSERT INTO requirements (phase, body, by, at_ms) VALUES ('td-1', '{body}', '{whole}', 0)"),
    )
    .await;
    closed(&desk).await;
    assert_eq!(desk.books.conclude(STUDY_ENDS - DAY).await.unwrap(), 0);
    let essay = format!(
        "INSERT INTO essays (id, phase, person, state, revision, text, saved_at_ms)
         VALUES (1, 'td-1', '{whole}', 'submitted', 1, '', 0)"
    );
    run(&desk, &essay).await;
    assert_eq!(desk.books.conclude(STUDY_ENDS + 2 * DAY).await.unwrap(), 1, "one fails by hours, one waits");
    run(&desk, "UPDATE essays SET state = 'accepted'").await;
    let review = format!(
        "INSERT INTO essay_reviews (essay, version, reviewer, verdict, theme, ordering, structure, logic, words, at_ms)
         VALUES (1, 1, '{whole}', 'accept', 5, 5, 5, 5, '', 0)"
    );
    run(&desk, &review).await;
    assert_eq!(
        desk.books.conclude(STUDY_ENDS + 2 * DAY + 1).await.unwrap(),
        1,
        "a review is noticed at once"
    );
    assert_eq!(state(&desk, 1).await, "completed");
    // Later requirements change nothing for a person who has completed.
    let body = body.replace(r#""version":1"#, r#""version":2"#).replace("10-12", "10-11");
    run(
        &desk,
        &format!("INSERT INTO requirements (phase, body, by, at_ms) VALUES ('td-1', '{body}', '{whole}', 0)"),
    )
    .await;
    run(&desk, "UPDATE phases SET hours_ch = 1000").await;
    assert_eq!(desk.books.conclude(STUDY_ENDS + 3 * DAY).await.unwrap(), 0);
    desk.verified().await.unwrap();
}

#[tokio::test]
async fn hours_that_are_taken_away_open_the_end_again() {
    let (desk, whole, _) = judged().await;
    closed(&desk).await;
    desk.books.conclude(T + 9 * DAY).await.unwrap();
    let one = desk.store.people().add("一", Role::Operator).await.unwrap();
    let other = desk.store.people().add("二", Role::Operator).await.unwrap();
    let now = T + 10 * DAY;
    let new = NewRevocation { person: whole.clone(), text: "录像显示他人代课".into() };
    assert_eq!(desk.books.revoke("a", &one, &new, now).await.unwrap(), Corrected::Waits);
    let waiting = desk.books.waiting_corrections(&other, now).await.unwrap();
    let yes = Approval { approve: true, text: None };
    desk.books.approve(waiting[0].id, &other, &yes, now).await.unwrap();
    assert_eq!(desk.books.conclude(now).await.unwrap(), 1);
    assert_eq!(state(&desk, 1).await, "active", "until the end of the study there is time");
    assert_eq!(desk.books.conclude(STUDY_ENDS).await.unwrap(), 2);
    assert_eq!((state(&desk, 1).await, state(&desk, 2).await), ("failed".into(), "failed".into()));
    desk.verified().await.unwrap();
}

#[tokio::test]
async fn whatever_is_changed_about_an_end_is_found() {
    for change in [
        "UPDATE registrations SET state = 'completed' WHERE id = 2",
        "UPDATE registrations SET state = 'active' WHERE id = 1",
        "UPDATE conclusions SET at_ms = at_ms + 1 WHERE id = 1",
        "UPDATE conclusions SET body = replace(body, '\"hours_ch\":400', '\"hours_ch\":401')",
        "UPDATE conclusions SET registration = 2 WHERE id = 2",
        "DELETE FROM conclusions WHERE id = 1",
        "DELETE FROM conclusions WHERE id = 2",
        "DELETE FROM conclusions",
        "INSERT INTO conclusions SELECT id + 1, registration, body, at_ms, mac FROM conclusions WHERE id = 2",
    ] {
        let (desk, _, _) = judged().await;
        desk.books.conclude(T + 2 * DAY).await.unwrap();
        closed(&desk).await;
        desk.books.conclude(T + 9 * DAY).await.unwrap();
        desk.verified().await.unwrap();
        for trigger in ["changed", "deleted", "replaced"] {
            run(&desk, &format!("DROP TRIGGER conclusions_are_not_{trigger}")).await;
        }
        run(&desk, change).await;
        let found = desk.verified().await.unwrap_err().to_string();
        assert!(found.contains("conclusion") || found.contains("phase ended"), "{change}: {found}");
    }
}
