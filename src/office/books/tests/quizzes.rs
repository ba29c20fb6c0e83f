//! A phase that asks for its self-test: tries that nobody handed in are marked, the end follows from the results, and
//! whatever is changed about them is found.

use super::concluding::{closed, judged, run};
use super::*;
use crate::office::quizzes::{bank, taking};
use crate::office::requirements;
use crate::programme::conclusion::{Reason, Verdict};
use crate::programme::quiz::form::RuleForm;
use crate::programme::quiz::paper::Answer;
use crate::programme::quiz::{Ask, Draw, Kind, Question};
use crate::programme::requirement::AskedFor;
use crate::protocol::SaveQuizAnswer;

/// Both lessons are final; the self-test has one question, which is true, and so many tries.
async fn asked(tries: u32) -> (Desk, String, String) {
    let (desk, whole, _) = judged().await;
    closed(&desk).await;
    let by = desk.store.people().add("管理员", Role::Operator).await.unwrap();
    let question =
        Question { text: "是吗？".into(), ask: Ask::Truth { right: true }, explanation: String::new() };
    bank::put(&desk.store, &by, "td-1", None, &question, 0).await.unwrap();
    let draws = vec![Draw { kind: Kind::Truth, count: 1, points: 5 }];
    let rule = RuleForm { draws, pass: 5, tries, minutes: 10, due: "2026-10-12".into(), reveal: true };
    bank::set_rule(&desk.store, &by, "td-1", &rule, 0).await.unwrap();
    let asked = AskedFor { quiz: true, ..AskedFor::default() };
    requirements::set(&desk.store, &by, "td-1", &asked, 0).await.unwrap();
    (desk, whole, by)
}

async fn answer(desk: &Desk, person: &str, number: u32, value: bool, at: u64) {
    taking::begin(&desk.store, person, "td-1", number, at).await.unwrap();
    let new = SaveQuizAnswer { answer: Answer::Truth { value }, times: 0 };
    taking::answer(&desk.store, person, "td-1", (number, 0), &new, at + MINUTE).await.unwrap();
}

#[tokio::test]
async fn a_try_that_nobody_handed_in_counts_when_its_time_is_over() {
    let (desk, whole, _) = asked(2).await;
    let start = T + 9 * DAY;
    answer(&desk, &whole, 1, false, start).await;
    desk.books.conclude(start + 9 * MINUTE).await.unwrap();
    let of = async |now| desk.books.conclusion_of("td-1", &whole, now).await.unwrap().unwrap();
    let reason = |tries_left| Reason::QuizMissing { tries_left, until_ms: 1_791_820_810_000 };
    assert_eq!(of(start + 10 * MINUTE).await.reasons[1], reason(2), "for seconds answers are under way");
    assert_eq!(of(start + 11 * MINUTE).await.reasons[1], reason(1));
    answer(&desk, &whole, 2, true, start + HOUR).await;
    assert_eq!(desk.books.conclude(start + HOUR + 9 * MINUTE).await.unwrap(), 0);
    assert_eq!(
        desk.books.conclude(start + HOUR + 11 * MINUTE).await.unwrap(),
        1,
        "a result is noticed at once"
    );
    let ended = of(start + 2 * HOUR).await;
    assert_eq!((ended.verdict, ended.is_provisional), (Verdict::Completed, false));
    assert_eq!(ended.reasons[1], Reason::QuizPassed);
    desk.verified().await.unwrap();
}

#[tokio::test]
async fn who_has_no_try_left_fails_when_the_study_is_over_and_one_more_try_opens_the_end_again() {
    let (desk, whole, by) = asked(1).await;
    answer(&desk, &whole, 1, false, T + 9 * DAY).await;
    let ends = 1_791_648_000_000;
    assert_eq!(desk.books.conclude(ends - 1).await.unwrap(), 0);
    assert_eq!(desk.books.conclude(ends).await.unwrap(), 2, "the other one lacks hours");
    let of = async |now| desk.books.conclusion_of("td-1", &whole, now).await.unwrap().unwrap();
    assert_eq!(of(ends).await.reasons[1], Reason::QuizSpent);
    let draws = vec![Draw { kind: Kind::Truth, count: 1, points: 5 }];
    let more = RuleForm { draws, pass: 5, tries: 2, minutes: 10, due: "2026-10-12".into(), reveal: true };
    bank::set_rule(&desk.store, &by, "td-1", &more, ends).await.unwrap();
    assert_eq!(desk.books.conclude(ends + 1).await.unwrap(), 1, "the other one still lacks hours");
    assert_eq!(of(ends + 1).await.verdict, Verdict::Undecided);
    answer(&desk, &whole, 2, true, ends + HOUR).await;
    taking::hand_in(&desk.store, &whole, "td-1", 2, ends + 2 * HOUR).await.unwrap();
    assert_eq!(desk.books.conclude(ends + 2 * HOUR).await.unwrap(), 1);
    assert_eq!(of(ends + 2 * HOUR).await.verdict, Verdict::Completed);
    desk.verified().await.unwrap();
}

#[tokio::test]
async fn whatever_is_changed_about_a_self_test_is_found() {
    for change in [
        "UPDATE quiz_results SET points = 5, passed = TRUE, rights = '1'",
        "UPDATE quiz_results SET at_ms = at_ms + 1",
        "UPDATE quiz_answers SET body = replace(body, 'false', 'true')",
        "UPDATE quiz_answers SET at_ms = at_ms - 1",
        "DELETE FROM quiz_answers",
        "UPDATE quiz_papers SET person = (SELECT person FROM registrations WHERE id = 2)",
        "UPDATE quiz_papers SET rule = replace(rule, '\"pass\":5', '\"pass\":0')",
        "UPDATE quiz_questions SET body = replace(body, 'true', 'false')",
        "DELETE FROM quiz_results WHERE id = 1",
    ] {
        let (desk, whole, _) = asked(2).await;
        for number in 1..=2 {
            let at = T + 9 * DAY + u64::from(number) * HOUR;
            answer(&desk, &whole, number, false, at).await;
            taking::hand_in(&desk.store, &whole, "td-1", number, at + 2 * MINUTE).await.unwrap();
        }
        desk.verified().await.unwrap();
        for table in ["results", "answers", "papers", "questions"] {
            run(&desk, &format!("DROP TRIGGER quiz_{table}_are_not_changed")).await;
            run(&desk, &format!("DROP TRIGGER quiz_{table}_are_not_deleted")).await;
        }
        if change.contains("person = ") {
            run(&desk, "DELETE FROM quiz_results WHERE id = 2").await;
            run(&desk, "DELETE FROM quiz_answers WHERE paper = 2").await;
            run(&desk, "DELETE FROM quiz_papers WHERE id = 2").await;
        }
        run(&desk, change).await;
        let found = desk.verified().await.unwrap_err().to_string();
        assert!(found.contains("self-test"), "{change}: {found}");
    }
}
