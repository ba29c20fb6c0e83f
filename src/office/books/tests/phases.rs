//! The caps of courses and phases in the account of a person (CR-14).

use super::*;

/// A phase of a programme with one class and one course.
pub(super) async fn phase(desk: &Desk, hours_ch: u64, course_cap_ch: Option<i64>) {
    let statements = [
        "INSERT INTO programmes (id, title, issuers, created_at_ms) VALUES ('td', '示范班', '[]', 0)",
        "INSERT INTO phases (id, programme, number, title, hours_ch, plan_seats, registration_first,
             registration_last, study_first, study_last, tracks, categories, choose_class)
         VALUES ('td-1', 'td', 1, '第一期', 0, 100, '2026-09-01', '2026-09-03', '2026-09-10', '2026-10-10', '[]', '[]', FALSE)",
        "INSERT INTO classes VALUES ('td-1-001', 'td-1', 1, '', 100, '', NULL)",
        "INSERT INTO phase_courses VALUES (1, 'td-1', '实践', 'live', 'practice', NULL, '')",
    ];
    for statement in statements {
        sqlx::query(statement).execute(desk.store.by_hand()).await.unwrap();
    }
    sqlx::query("UPDATE phases SET hours_ch = $1")
        .bind(hours_ch as i64)
        .execute(desk.store.by_hand())
        .await
        .unwrap();
    sqlx::query("UPDATE phase_courses SET cap_ch = $1")
        .bind(course_cap_ch)
        .execute(desk.store.by_hand())
        .await
        .unwrap();
}

/// A person was in three lessons of 200 ch, two of the class's course and one without a class: the recognised
/// credit, and the credit without caps.
async fn recognised(hours_ch: u64, course_cap_ch: Option<i64>) -> (u64, u64) {
    let desk = Desk::new().await;
    phase(&desk, hours_ch, course_cap_ch).await;
    let lessons = [("a", T), ("b", T + DAY), ("elsewhere", T + 2 * DAY)];
    for (lesson, at) in lessons {
        desk.taught(lesson, lesson, at).await;
    }
    sqlx::query("UPDATE lessons SET class = 'td-1-001', course = 1 WHERE id IN ('a', 'b')")
        .execute(desk.store.by_hand())
        .await
        .unwrap();
    let person = desk.trainee("甲", &["a", "b", "elsewhere"]).await;
    for (lesson, at) in lessons {
        desk.present(lesson, &person, at, (0, 90)).await;
        assert!(desk.judge(lesson, at + 3 * HOUR).await);
    }
    let mine = desk.books.mine(&person, "甲", T + 3 * DAY).await.unwrap();
    assert_eq!(mine.five_years_ch, mine.recognised_ch, "all of it is of these five years");
    (mine.recognised_ch, mine.uncapped_ch)
}

#[tokio::test]
async fn a_course_and_then_the_phase_cap_what_is_recognised_and_nothing_else() {
    assert_eq!(recognised(1000, None).await, (600, 600));
    assert_eq!(recognised(1000, Some(300)).await, (500, 600), "300 of the course");
    assert_eq!(recognised(250, Some(300)).await, (450, 600), "250 of the phase");
}
