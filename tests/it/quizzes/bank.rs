//! The bank of a self-test: as a file, and one question at a time.

use live_classroom::protocol::QuizBank;
use serde_json::json;

use super::*;

#[tokio::test(flavor = "multi_thread")]
async fn a_bank_is_imported_whole_or_every_fault_is_told_and_single_questions_are_changed() {
    let phase = phase(0).await;
    let mut bad = bank_rows();
    bad[1] = row("多选", "二", ["甲", "乙", ""], "A");
    bad[3] = row("问答", "四", ["", "", ""], "x");
    let (status, told) = phase.import(bank_file(&bad), "").await;
    let cells: Vec<(u64, &str)> = told["wrong"]
        .as_array()
        .expect("faults")
        .iter()
        .map(|one| (one["row"].as_u64().unwrap_or(0), one["column"].as_str().unwrap_or("")))
        .collect();
    assert_eq!((status, cells), (422, vec![(3, "F"), (5, "A")]));
    assert_eq!(phase.import(b"%PDF".to_vec(), "").await.0, 422);
    assert_eq!(phase.import(bank_file(&bank_rows()), "?check=true").await.1["new"], 8);
    let bank = async || -> QuizBank {
        serde_json::from_value(phase.office.get(&format!("{QUIZ}/bank")).await).expect("a bank")
    };
    assert_eq!(bank().await.questions.len(), 0, "it was only looked at");
    assert_eq!(phase.import(bank_file(&bank_rows()), "").await.1["new"], 8);
    let mut changed = bank_rows();
    changed[0] = row("单选", "<b>单选</b>1", ["甲", "丙", "戊"], "A");
    let again = phase.import(bank_file(&changed), "").await.1;
    assert_eq!((&again["rows"], &again["new"], &again["changed"]), (&json!(8), &json!(0), &json!(1)));

    let ask = async |method: &str, path: &str, body: Value| {
        phase.office.ask(method, &format!("{QUIZ}{path}"), Some(body)).await
    };
    let question = json!({ "text": "新", "ask": { "ask": "truth", "right": false }, "explanation": "" });
    assert_eq!(ask("POST", "/questions", question.clone()).await.status(), 200);
    assert_eq!(refusal(ask("POST", "/questions", question).await).await, (409, "quiz_taken".into()));
    let empty =
        json!({ "text": "", "ask": { "ask": "one", "options": ["甲"], "right": 3 }, "explanation": "" });
    assert_eq!(refusal(ask("POST", "/questions", empty).await).await.0, 422);
    let few = json!({ "draws": [{ "kind": "one", "count": 3, "points": 1 }], "pass": 1, "tries": 1, "minutes": 1,
        "due": "2999-12-31", "reveal": false });
    assert_eq!(refusal(ask("PUT", "/rule", few).await).await.0, 422, "the bank has two");
    let two = json!({ "draws": [{ "kind": "one", "count": 2, "points": 1 }], "pass": 1, "tries": 1, "minutes": 1,
        "due": "2999-12-31", "reveal": false });
    assert_eq!(ask("PUT", "/rule", two).await.status(), 200);
    let all = bank().await.questions;
    let one = all.iter().find(|one| one.question.text.contains("单选")).expect("a question");
    let taken_out = ask("DELETE", &format!("/questions/{}", one.id), json!({})).await;
    assert_eq!(refusal(taken_out).await, (409, "quiz_bank_small".into()));
    let other = all.iter().find(|one| one.question.text.contains("判断")).expect("a question");
    assert_eq!(ask("DELETE", &format!("/questions/{}", other.id), json!({})).await.status(), 204);
    assert_eq!(refusal(ask("DELETE", &format!("/questions/{}", other.id), json!({})).await).await.0, 404);
    assert_eq!(bank().await.questions.len(), 8);
    let file = phase.office.ask("GET", &format!("{QUIZ}/questions/file?format=csv"), None).await;
    assert_eq!(file.text().await.expect("a table").lines().count(), 9);
    let acts: Vec<String> =
        sqlx::query_scalar("SELECT act FROM audit WHERE act LIKE 'phase.quiz%' ORDER BY seq")
            .fetch_all(&mut database(phase.server.data()).await)
            .await
            .expect("the audit log");
    let acts: Vec<&str> = acts.iter().map(|act| act.trim_start_matches("phase.quiz_")).collect();
    assert_eq!(acts, ["imported", "imported", "question", "set", "question_removed"]);
}
