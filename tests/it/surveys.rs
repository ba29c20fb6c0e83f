//! The survey of a phase over real sockets: set, answered once, read without names.

use live_classroom::account::role::Role as AccountRole;
use live_classroom::protocol::{PhaseSurvey, SurveyAsked, SurveyResults};
use serde_json::{Value, json};
use sqlx::Row;

use crate::harness::TestServer;
use crate::office::class_of_tests;
use crate::people::{Person, database, grant, refusal, run};

const SURVEY: &str = "/api/phases/p-1/survey";

struct Phase {
    server: TestServer,
    office: Person,
    trainees: Vec<Person>,
}

/// A phase with some trainees in it, and no survey yet.
async fn phase(trainees: usize) -> Phase {
    let server = TestServer::start().await;
    class_of_tests(&server).await;
    let office = Person::of(&server, "office", &[grant(AccountRole::TrainingAdmin)]).await;
    let mut people = Vec::new();
    let mut statements = vec!["UPDATE phases SET study_last = '2999-12-31'".to_owned()];
    for number in 0..trainees {
        let person = Person::of(&server, &format!("trainee{number}"), &[grant(AccountRole::Trainee)]).await;
        statements.push(format!(
            "INSERT INTO registrations (phase, person, state, unit, name, document, private, school,
                 track, category, rest, submission, approved_at_ms, reason, class)
             VALUES ('p-1', '{}', 'active', '33', 'x', x'{number:04x}', x'00', '', '', '', '', {number}, 7, '', 'p-1-001')",
            person.id
        ));
        people.push(person);
    }
    run(&mut database(server.data()).await, &statements).await;
    Phase { server, office, trainees: people }
}

fn form(anonymous: bool) -> Value {
    json!({
        "title": "培训满意度问卷",
        "anonymous": anonymous,
        "due": "2999-12-31",
        "questions": [
            { "text": "总体是否满意？", "ask": { "ask": "scale", "points": 5, "low": "不满意", "high": "满意" }, "needed": true },
            { "text": "哪些形式有帮助？", "ask": { "ask": "choice", "options": ["直播", "回放"], "several": true }, "needed": false },
            { "text": "还有什么建议？", "ask": { "ask": "text" }, "needed": false },
        ],
    })
}

fn answers(points: u8, words: &str) -> Value {
    json!({ "answers": [
        { "answer": "points", "points": points },
        { "answer": "chosen", "options": [0, 1] },
        { "answer": "words", "text": words },
    ] })
}

impl Phase {
    async fn set(&self, form: Value) -> Result<PhaseSurvey, (u16, String)> {
        let response = self.office.ask("PUT", SURVEY, Some(form)).await;
        if response.status() != 200 {
            return Err(refusal(response).await);
        }
        Ok(response.json().await.expect("a survey"))
    }

    /// The status of the answer, and the code of a refusal.
    async fn answer(&self, trainee: usize, answers: Value) -> (u16, String) {
        let path = format!("{SURVEY}/answers");
        let response = self.trainees[trainee].ask("POST", &path, Some(answers)).await;
        if response.status() == 204 { (204, String::new()) } else { refusal(response).await }
    }

    async fn results(&self) -> SurveyResults {
        serde_json::from_value(self.office.get(&format!("{SURVEY}/results")).await).expect("results")
    }

    async fn file(&self) -> String {
        let response = self.office.ask("GET", &format!("{SURVEY}/file?format=csv"), None).await;
        assert_eq!(response.status(), 200);
        response.text().await.expect("a table")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_taken_once_counted_and_of_an_anonymous_survey_nobodys() {
    let phase = phase(5).await;
    let stranger = Person::of(&phase.server, "stranger", &[grant(AccountRole::Trainee)]).await;
    assert_eq!(phase.set(form(true)).await.expect("it is right").answered, 0);
    let mine: Vec<SurveyAsked> =
        serde_json::from_value(phase.trainees[0].get("/api/surveys/mine").await).expect("surveys");
    assert_eq!((mine.len(), mine[0].answered, mine[0].survey.questions.len()), (1, false, 3));
    assert_eq!(stranger.get("/api/surveys/mine").await, json!([]));
    let theirs = stranger.ask("POST", &format!("{SURVEY}/answers"), Some(answers(5, ""))).await;
    assert_eq!(refusal(theirs).await.0, 404);

    let changed = json!({ "answers": [{ "answer": "points", "points": 5 }] });
    assert_eq!(phase.answer(0, changed).await, (409, "survey_changed".into()));
    let empty =
        json!({ "answers": [{ "answer": "nothing" }, { "answer": "nothing" }, { "answer": "nothing" }] });
    assert_eq!(phase.answer(0, empty).await, (409, "answer_needed".into()));
    let words = "<script>alert(1)</script> 多一些\u{202e}研讨";
    for trainee in 0..4 {
        assert_eq!(phase.answer(trainee, answers(5, words)).await.0, 204);
    }
    assert_eq!(phase.answer(0, answers(1, "")).await, (409, "survey_answered".into()));
    assert_eq!(phase.set(form(false)).await.expect_err("it was answered"), (409, "survey_answered".into()));

    // Four answers would show who said what.
    let few = phase.results().await;
    assert_eq!((few.asked, few.answered, few.tallies), (5, 4, None));
    assert_eq!(phase.file().await.lines().count(), 1);
    assert_eq!(phase.answer(4, answers(4, "")).await.0, 204);
    let all = phase.results().await;
    let tallies = all.tallies.expect("five answers");
    assert_eq!(
        (all.answered, &tallies[0].counts, &tallies[1].counts),
        (5, &vec![0, 0, 0, 1, 4], &vec![5, 5])
    );
    assert_eq!(tallies[2].texts, vec!["<script>alert(1)</script> 多一些研讨"; 4]);
    let file = phase.file().await;
    assert_eq!(file.lines().count(), 6);
    assert!(!file.contains("姓名") && file.contains("直播；回放"), "{file}");
    let names = sqlx::query("SELECT count(*) FROM survey_answers WHERE person IS NOT NULL");
    let names: i64 = names.fetch_one(&mut database(phase.server.data()).await).await.expect("a row").get(0);
    assert_eq!(names, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_survey_with_names_says_who_and_a_late_answer_is_refused() {
    let phase = phase(2).await;
    let wrong =
        phase.set(json!({ "title": "", "anonymous": false, "due": "2999-12-31", "questions": [] })).await;
    assert_eq!(wrong.expect_err("no questions").0, 422);
    phase.set(form(true)).await.expect("it is right");
    phase.set(form(false)).await.expect("nobody has answered it yet");
    assert_eq!(phase.answer(0, answers(3, "好")).await.0, 204);
    assert!(phase.file().await.contains("人trainee"));
    assert_eq!(phase.results().await.tallies.expect("it has names").len(), 3);
    let close = "UPDATE surveys SET body = replace(body, '2999-12-31', '2020-11-30')";
    run(&mut database(phase.server.data()).await, &[close.to_owned()]).await;
    assert_eq!(phase.answer(1, answers(3, "好")).await, (409, "survey_closed".into()));
}
