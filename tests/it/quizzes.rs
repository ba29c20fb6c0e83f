//! The self-test of a phase over real sockets: set by the office, taken in tries, marked on the server, and nothing of
//! what is right before its time.

use std::collections::BTreeSet;

use live_classroom::account::role::Role as AccountRole;
use live_classroom::protocol::{MyQuiz, QuizAnswer, QuizBank, QuizKind, QuizResults, QuizReview};
use live_classroom::sheet::{self, Cell, Kind, Table};
use serde_json::{Value, json};

use crate::facts::serve;
use crate::harness::TestServer;
use crate::office::class_of_tests;
use crate::people::{Person, ask, database, grant, refusal, run};

mod bank;

const QUIZ: &str = "/api/phases/p-1/quiz";
/// Stands in everything that is right, and in explanations.
const SECRET: &str = "密";

struct Phase {
    server: TestServer,
    office: Person,
    trainees: Vec<Person>,
}

/// A phase with some trainees in it, and no self-test yet.
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
             VALUES ('p-1', '{}', 'active', '33', '学员{number}', x'{number:04x}', x'00', '', '', '', '', {number}, 7, '', 'p-1-001')",
            person.id
        ));
        people.push(person);
    }
    run(&mut database(server.data()).await, &statements).await;
    Phase { server, office, trainees: people }
}

fn row(kind: &str, text: &str, options: [&str; 3], right: &str) -> Vec<Cell> {
    let explanation = format!("{SECRET}：解析");
    let cells = [kind, text, options[0], options[1], options[2], right, &explanation];
    cells.into_iter().map(Cell::from).collect()
}

/// Two questions of each kind. Of options the right ones are 甲 and 乙.
fn bank_file(rows: &[Vec<Cell>]) -> Vec<u8> {
    let mut table = Table::new("题库", &["题型", "题目", "选项A", "选项B", "选项C", "答案", "解析"]);
    table.rows.extend(rows.iter().cloned());
    sheet::write(&table, Kind::Xlsx).expect("a file")
}

fn bank_rows() -> Vec<Vec<Cell>> {
    let mut rows = Vec::new();
    for number in 1..=2 {
        let text = |kind: &str| format!("<b>{kind}</b>{number}");
        rows.push(row("单选题", &text("单选"), ["甲", "丙", "丁"], "A"));
        rows.push(row("多选题", &text("多选"), ["甲", "丙", "乙"], "AC"));
        rows.push(row("判断题", &text("判断"), ["", "", ""], "对"));
        rows.push(row("填空题", &text("填空"), ["", "", ""], &format!("{SECRET}ＡＢ；另一{SECRET}")));
    }
    rows
}

/// One question of each kind, 10 points, 6 to pass.
fn rule(tries: u32) -> Value {
    let draw = |kind, points| json!({ "kind": kind, "count": 1, "points": points });
    json!({
        "draws": [draw("one", 2), draw("several", 3), draw("truth", 1), draw("blank", 4)],
        "pass": 6, "tries": tries, "minutes": 30, "due": "2999-12-31", "reveal": true,
    })
}

impl Phase {
    async fn import(&self, file: Vec<u8>, query: &str) -> (u16, Value) {
        let client = loadtest::http::client();
        let url = format!("{}{QUIZ}/questions/file{query}", self.server.url());
        let request = client.post(url).header("origin", self.server.url());
        let response =
            request.header("cookie", &self.office.cookie).body(file).send().await.expect("an answer");
        (response.status().as_u16(), response.json().await.expect("JSON"))
    }

    /// With the bank and a rule.
    async fn with_quiz(trainees: usize, tries: u32) -> Phase {
        let phase = phase(trainees).await;
        assert_eq!(phase.import(bank_file(&bank_rows()), "").await.0, 200);
        let set = phase.office.ask("PUT", &format!("{QUIZ}/rule"), Some(rule(tries))).await;
        assert_eq!(set.status(), 200);
        phase
    }

    /// What a trainee gets, which must say nothing of what is right.
    async fn bytes(&self, trainee: usize, method: &str, path: &str, body: Option<Value>) -> (u16, String) {
        let response = self.trainees[trainee].ask(method, &format!("{QUIZ}{path}"), body).await;
        let (status, text) = (response.status().as_u16(), response.text().await.expect("a text"));
        for told in [SECRET, "\"right\"", "explanation", "spellings", "is_right", "truth\":true"] {
            assert!(!text.contains(told), "{path} tells {told}: {text}");
        }
        (status, text)
    }

    async fn mine(&self, trainee: usize, method: &str, path: &str) -> MyQuiz {
        let (status, text) = self.bytes(trainee, method, path, None).await;
        assert_eq!(status, 200, "{path}: {text}");
        serde_json::from_str(&text).expect("a self-test")
    }

    async fn refused(&self, trainee: usize, method: &str, path: &str, body: Option<Value>) -> (u16, String) {
        let (status, text) = self.bytes(trainee, method, path, body).await;
        let error: Value = serde_json::from_str(&text).expect("a refusal has a body");
        (status, error["code"].as_str().unwrap_or_default().to_owned())
    }

    async fn answer(
        &self,
        trainee: usize,
        number: u32,
        place: usize,
        answer: &QuizAnswer,
        times: u32,
    ) -> u16 {
        let body = json!({ "answer": answer, "times": times });
        self.bytes(trainee, "PUT", &format!("/tries/{number}/answers/{place}"), Some(body)).await.0
    }

    /// Answers everything right.
    async fn answer_all(&self, trainee: usize, number: u32) {
        let paper = self.mine(trainee, "GET", "").await.running.expect("a paper");
        for (place, asked) in paper.questions.iter().enumerate() {
            assert_eq!(
                self.answer(trainee, number, place, &right(asked.kind.into(), &asked.options), 0).await,
                200
            );
        }
    }

    async fn results(&self) -> QuizResults {
        serde_json::from_value(self.office.get(&format!("{QUIZ}/results")).await).expect("results")
    }
}

fn right(kind: QuizKind, options: &[String]) -> QuizAnswer {
    let places = |wanted: &[&str]| {
        let at = |one: &(usize, &String)| wanted.contains(&one.1.as_str());
        options.iter().enumerate().filter(at).map(|(at, _)| u8::try_from(at).expect("few")).collect()
    };
    match kind {
        QuizKind::One => QuizAnswer::Chosen { options: places(&["甲"]) },
        QuizKind::Several => QuizAnswer::Chosen { options: places(&["甲", "乙"]) },
        QuizKind::Truth => QuizAnswer::Truth { value: true },
        QuizKind::Blank => QuizAnswer::Words { text: format!(" {SECRET}ab ") },
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_try_is_its_owners_and_takes_what_is_an_answer_on_any_device() {
    let phase = Phase::with_quiz(2, 2).await;
    let stranger = Person::of(&phase.server, "stranger", &[grant(AccountRole::Trainee)]).await;
    assert_eq!(refusal(stranger.ask("GET", QUIZ, None).await).await.0, 404);
    assert_eq!(refusal(stranger.ask("POST", &format!("{QUIZ}/tries/1"), None).await).await.0, 404);
    let before = phase.mine(0, "GET", "").await;
    assert_eq!((before.about.questions, before.about.points, before.tries_left), (4, 10, 2));
    assert_eq!(phase.refused(0, "POST", "/tries/2", None).await, (409, "quiz_other_try".into()));
    // Two devices at once, or the same request again: there is one paper.
    let begin = async || phase.mine(0, "POST", "/tries/1").await.running.expect("a paper");
    let (begun, other) = tokio::join!(begin(), begin());
    assert_eq!(begun, other);
    assert_eq!(begin().await, begun);
    assert!(begun.questions[0].text.starts_with("<b>"), "texts are texts");
    // Nobody else has this paper.
    assert_eq!(phase.refused(1, "GET", "/tries/1", None).await, (409, "quiz_not_shown".into()));
    let nothing = json!({ "answer": { "answer": "truth", "value": true }, "times": 0 });
    assert_eq!(phase.refused(1, "PUT", "/tries/1/answers/2", Some(nothing)).await.0, 404);

    // Two devices: what one has not seen it does not overwrite; what comes again changes nothing.
    let truth = |value| QuizAnswer::Truth { value };
    assert_eq!(phase.answer(0, 1, 2, &truth(false), 0).await, 200);
    assert_eq!(phase.answer(0, 1, 2, &truth(false), 0).await, 200);
    let other = json!({ "answer": truth(true), "times": 0 });
    assert_eq!(
        phase.refused(0, "PUT", "/tries/1/answers/2", Some(other)).await,
        (409, "quiz_elsewhere".into())
    );
    assert_eq!(phase.answer(0, 1, 2, &truth(true), 1).await, 200);
    for (place, wrong) in [
        (0, json!({ "answer": "chosen", "options": [0, 1] })),
        (0, json!({ "answer": "chosen", "options": [3] })),
        (2, json!({ "answer": "words", "text": "对" })),
        (3, json!({ "answer": "words", "text": "长".repeat(201) })),
    ] {
        let body = json!({ "answer": wrong, "times": 0 });
        let refused = phase.refused(0, "PUT", &format!("/tries/1/answers/{place}"), Some(body)).await;
        assert_eq!(refused, (409, "quiz_answer".into()), "{place}");
    }
    let beside = json!({ "answer": { "answer": "nothing" }, "times": 0 });
    assert_eq!(phase.refused(0, "PUT", "/tries/1/answers/4", Some(beside)).await.0, 404);
    let large = json!({ "answer": { "answer": "words", "text": "x".repeat(70_000) }, "times": 0 });
    let large = phase.trainees[0].ask("PUT", &format!("{QUIZ}/tries/1/answers/3"), Some(large)).await;
    assert_eq!(large.status(), 413);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_try_is_marked_and_says_nothing_of_what_is_right_before_its_time() {
    let phase = Phase::with_quiz(2, 2).await;
    phase.mine(0, "POST", "/tries/1").await;
    let truth = |value| QuizAnswer::Truth { value };
    assert_eq!(phase.answer(0, 1, 2, &truth(true), 0).await, 200);
    // One of ten: another try is left, so nothing is shown.
    let ended = phase.mine(0, "POST", "/tries/1/hand-in").await;
    assert_eq!(
        (ended.tries[0].points, ended.tries[0].passed, ended.tries_left, ended.reveals),
        (1, false, 1, false)
    );
    assert_eq!(phase.mine(0, "POST", "/tries/1/hand-in").await.tries, ended.tries, "once is enough");
    let late = json!({ "answer": truth(false), "times": 1 });
    assert_eq!(phase.refused(0, "PUT", "/tries/1/answers/2", Some(late)).await, (409, "quiz_ended".into()));
    assert_eq!(phase.refused(0, "GET", "/tries/1", None).await, (409, "quiz_not_shown".into()));

    phase.mine(0, "POST", "/tries/2").await;
    phase.answer_all(0, 2).await;
    let passed = phase.mine(0, "POST", "/tries/2/hand-in").await;
    assert_eq!(
        (passed.tries[1].points, passed.passed, passed.tries_left, passed.reveals),
        (10, true, 0, true)
    );
    assert_eq!(phase.refused(0, "POST", "/tries/3", None).await, (409, "quiz_passed".into()));
    let review = phase.trainees[0].get(&format!("{QUIZ}/tries/1")).await;
    let review: QuizReview = serde_json::from_value(review).expect("what was right");
    let rights: Vec<bool> = review.questions.iter().map(|one| one.is_right).collect();
    assert_eq!(rights, [false, false, true, false]);
    assert_eq!(review.questions[3].spellings.len(), 2);
    assert!(review.questions[0].explanation.contains(SECRET) && review.questions[1].options.len() == 2);

    let results = phase.results().await;
    let reached: Vec<_> =
        results.people.iter().map(|one| (one.name.as_str(), one.tries, one.best, one.passed)).collect();
    assert_eq!(reached, [("学员0", 2, Some(10), true), ("学员1", 0, None, false)]);
    assert_eq!(results.questions.iter().map(|one| one.asked).sum::<u32>(), 8);
    assert_eq!(results.questions.iter().map(|one| one.right).sum::<u32>(), 5);
    let file = phase.office.ask("GET", &format!("{QUIZ}/results/file?format=csv"), None).await;
    assert!(file.text().await.expect("a table").contains("通过"));
    assert_eq!(refusal(phase.trainees[0].ask("GET", &format!("{QUIZ}/bank"), None).await).await.0, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paper_keeps_its_questions_and_its_time_whatever_the_office_changes() {
    let phase = Phase::with_quiz(1, 2).await;
    let begun = phase.mine(0, "POST", "/tries/1").await.running.expect("a paper");
    let bank: QuizBank =
        serde_json::from_value(phase.office.get(&format!("{QUIZ}/bank")).await).expect("a bank");
    for one in &bank.questions {
        let mut question =
            serde_json::to_value(live_classroom::protocol::QuizQuestion::from(one.question.clone()))
                .expect("JSON");
        question["text"] = json!(format!("{} 改", one.question.text));
        let changed = phase.office.ask("PUT", &format!("{QUIZ}/questions/{}", one.id), Some(question)).await;
        assert_eq!(changed.status(), 200);
    }
    let mut shorter = rule(2);
    shorter["minutes"] = json!(1);
    shorter["pass"] = json!(10);
    assert_eq!(phase.office.ask("PUT", &format!("{QUIZ}/rule"), Some(shorter)).await.status(), 200);
    let now = phase.mine(0, "GET", "").await.running.expect("a paper");
    assert_eq!(now, begun);
    phase.answer_all(0, 1).await;
    assert!(phase.mine(0, "POST", "/tries/1/hand-in").await.passed);
    let removed: BTreeSet<bool> = phase.results().await.questions.iter().map(|one| one.removed).collect();
    assert_eq!(removed, BTreeSet::from([true]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_try_ends_by_the_servers_clock_with_what_was_saved() {
    let phase = Phase::with_quiz(1, 1).await;
    phase.mine(0, "POST", "/tries/1").await;
    phase.answer_all(0, 1).await;
    let over = "UPDATE quiz_papers SET closes_ms = begun_at_ms - 10000".to_owned();
    run(
        &mut database(phase.server.data()).await,
        &["DROP TRIGGER quiz_papers_are_not_changed".to_owned(), over],
    )
    .await;
    let late = json!({ "answer": { "answer": "truth", "value": false }, "times": 1 });
    assert_eq!(phase.refused(0, "PUT", "/tries/1/answers/2", Some(late)).await, (409, "quiz_ended".into()));
    // From here on what is right may be told: no try is left.
    let path = format!("{QUIZ}/tries/1/hand-in");
    let ended: MyQuiz = phase.trainees[0].ask("POST", &path, None).await.json().await.expect("a self-test");
    assert_eq!((ended.tries[0].points, ended.tries[0].by_time, ended.reveals), (10, true, true));
    assert_eq!(phase.results().await.people[0].best, Some(10));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_was_acknowledged_outlives_a_killed_server() {
    let phase = Phase::with_quiz(1, 1).await;
    let cookie = phase.trainees[0].cookie.clone();
    let data = phase.server.stop().await;
    let server = serve(data.path()).await;
    let call = async |url: &str, method: &str, path: &str, body: Option<Value>| {
        let response = ask(url, Some(&cookie), method, &format!("{QUIZ}{path}"), body).await;
        assert_eq!(response.status(), 200, "{path}");
        response
    };
    let begun: MyQuiz = call(&server.base_url, "POST", "/tries/1", None).await.json().await.expect("a paper");
    let mut kept = Vec::new();
    for (place, asked) in begun.running.expect("a paper").questions.iter().enumerate() {
        let answer = right(asked.kind.into(), &asked.options);
        let body = json!({ "answer": answer, "times": 0 });
        call(&server.base_url, "PUT", &format!("/tries/1/answers/{place}"), Some(body)).await;
        kept.push(answer);
    }
    server.kill().await.expect("it is ours");
    let server = serve(data.path()).await;
    let found: MyQuiz = call(&server.base_url, "GET", "", None).await.json().await.expect("a self-test");
    let paper = found.running.expect("the try goes on");
    let answers: Vec<QuizAnswer> = paper.questions.iter().map(|one| one.answer.clone().into()).collect();
    assert_eq!(answers[..3], kept[..3]);
    assert_eq!(answers[3], QuizAnswer::Words { text: format!("{SECRET}ab") });
    let ended: MyQuiz =
        call(&server.base_url, "POST", "/tries/1/hand-in", None).await.json().await.expect("ended");
    assert!(ended.passed);
    server.kill().await.expect("it is ours");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phase_asks_for_the_self_test_only_when_it_has_one_and_home_says_how_it_stands() {
    let phase = phase(1).await;
    let asked = json!({ "essay": null, "quiz": true, "survey": false });
    let put = async |body: &Value| {
        phase.office.ask("PUT", "/api/phases/p-1/requirements", Some(body.clone())).await
    };
    assert_eq!(refusal(put(&asked).await).await.0, 422);
    assert_eq!(phase.import(bank_file(&bank_rows()), "").await.0, 200);
    assert_eq!(phase.office.ask("PUT", &format!("{QUIZ}/rule"), Some(rule(3))).await.status(), 200);
    assert_eq!(put(&asked).await.status(), 200);
    let goal = async || phase.trainees[0].get("/api/home").await["goals"][0]["quiz"].clone();
    let before = goal().await;
    assert_eq!((&before["tries_left"], &before["passed"]), (&json!(3), &json!(false)));
    assert_eq!((&before["about"]["required"], &before["best"]), (&json!(true), &Value::Null));
    phase.mine(0, "POST", "/tries/1").await;
    assert_eq!(goal().await["running"], json!(true));
    phase.mine(0, "POST", "/tries/1/hand-in").await;
    let after = goal().await;
    assert_eq!(
        (&after["tries_left"], &after["best"], &after["running"]),
        (&json!(2), &json!(0), &json!(false))
    );
    let ends = phase.trainees[0].get("/api/phases/p-1/conclusion").await;
    assert_eq!(ends["reasons"][2]["reason"], json!("quiz_missing"), "{ends}");
}
