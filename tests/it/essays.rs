//! Essays over real sockets: the requirements of a phase, drafts of two devices, uploads, and who reviews
//! which.

use std::io::{Cursor, Write};

use live_classroom::account::role::Role as AccountRole;
use live_classroom::essay::file::FILE_BYTES_MAX;
use live_classroom::time::clock::now_ms;
use live_classroom::time::{LocalDate, ServerInstant};
use loadtest::http::client;
use reqwest::Response;
use reqwest::header::{CONTENT_DISPOSITION, CONTENT_TYPE, COOKIE, ORIGIN};
use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::harness::TestServer;
use crate::people::{DAY_MS, Person, database, grant, refusal, run};

/// A day in Shanghai, `from_now` days from today.
fn day(from_now: i64) -> String {
    let ms = now_ms().checked_add_signed(from_now * DAY_MS as i64).expect("past 1970");
    LocalDate::of(ServerInstant::of_fact(ms)).to_string()
}

/// A phase in whose study period today is, and one whose study period ended yesterday; both ask for 1,000
/// characters.
struct World {
    server: TestServer,
    office: Person,
}

impl World {
    async fn new() -> World {
        let server = TestServer::start().await;
        let phase = |number: u32, first: i64, last: i64| {
            let (study_first, study_last) = (day(first), day(last));
            format!(
                "INSERT INTO phases (id, programme, number, title, hours_ch, plan_seats, registration_first,
                     registration_last, study_first, study_last, tracks, categories, choose_class)
                 VALUES ('p-{number}', 'p', {number}, '第{number}期', 1000, 100, '2020-11-06', '2020-11-09',
                     '{study_first}', '{study_last}', '[]', '[]', 0)"
            )
        };
        let class = |number: u32| {
            format!(
                "INSERT INTO classes (id, phase, number, track, capacity, host)
                     VALUES ('p-{number}-001', 'p-{number}', 1, '', 100, '')"
            )
        };
        let programme =
            "INSERT INTO programmes (id, title, issuers, created_at_ms) VALUES ('p', 'P', '[]', 0)";
        let statements = [programme.into(), phase(1, -3, 6), phase(2, -9, -1), class(1), class(2)];
        run(&mut database(server.data()).await, &statements).await;
        let office = Person::of(&server, "office", &[grant(AccountRole::TrainingAdmin)]).await;
        let world = World { server, office };
        for (number, due) in [(1, day(6)), (2, day(-1))] {
            let rule = json!({ "essay": { "kind": "either", "least": 1_000, "due": due } });
            let path = format!("/api/phases/p-{number}/requirements");
            let set = world.office.ask("PUT", &path, Some(rule)).await;
            assert_eq!(set.status(), 200);
        }
        world
    }

    /// A person of a unit who studies in both phases.
    async fn trainee(&self, login: &str, unit: &str) -> Person {
        let person = Person::of(&self.server, login, &[grant(AccountRole::Trainee)]).await;
        let place = |number: u32| {
            format!(
                "INSERT INTO registrations (phase, person, state, unit, name, document, private, school, track,
                     category, rest, submission, reason, class)
                 SELECT 'p-{number}', '{}', 'active', '{unit}', '学员', randomblob(8), x'00', '', '', '', '{{}}',
                     (SELECT count(*) + 1 FROM registrations), '', 'p-{number}-001'",
                person.id
            )
        };
        run(&mut database(self.server.data()).await, &[place(1), place(2)]).await;
        person
    }

    async fn name(&self, reviewers: Value) -> Response {
        let path = "/api/phases/p-1/essays/reviewers";
        self.office.ask("PUT", path, Some(json!({ "reviewers": reviewers }))).await
    }
}

/// An essay of `chars` characters that repeats nothing.
fn essay(seed: u32, chars: u32) -> String {
    let one = |at: u32| char::from_u32(0x4e00 + (seed * 7_919 + at * at * 31 + at * 17) % 9_000);
    (0..chars).filter_map(one).collect()
}

async fn hand_in(who: &Person, phase: &str, revision: u64, text: &str) -> Response {
    let path = format!("/api/phases/{phase}/essay/hand-in");
    who.ask("POST", &path, Some(json!({ "revision": revision, "text": text }))).await
}

async fn upload(world: &World, who: &Person, name: &str, bytes: Vec<u8>) -> Response {
    let url = format!("{}/api/phases/p-1/essay/file?name={name}", world.server.url());
    let request = client().post(url).header(COOKIE, &who.cookie).header(ORIGIN, world.server.url());
    request.body(bytes).send().await.expect("the server answers")
}

async fn body(response: Response) -> Value {
    assert_eq!(response.status(), 200);
    response.json().await.expect("JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_short_or_too_late_is_refused_with_words_and_a_thousand_is_taken() {
    let world = World::new().await;
    let trainee = world.trainee("wang.li", "33").await;
    let goal = &trainee.get("/api/home").await["goals"][0];
    assert_eq!(
        (&goal["hours_ch"], &goal["recognised_ch"], &goal["pace"]),
        (&json!(1_000), &json!(0), &json!("on_track"))
    );
    assert_eq!((&goal["essay"]["state"], &goal["essay"]["rule"]["least"]), (&json!("draft"), &json!(1_000)));

    let short = hand_in(&trainee, "p-1", 0, &(essay(1, 999) + "\u{200b}\u{200b}")).await;
    assert_eq!(refusal(short).await, (409, "essay_too_short".into()));
    let late = hand_in(&trainee, "p-2", 0, &essay(1, 1_000)).await;
    assert_eq!(refusal(late).await, (409, "essay_late".into()));
    let long = hand_in(&trainee, "p-1", 0, &"字".repeat(20_001)).await;
    assert_eq!(refusal(long).await, (409, "essay_too_long".into()));
    // A body longer than the longest text can be.
    assert_eq!(hand_in(&trainee, "p-1", 0, &"a".repeat(300 << 10)).await.status(), 413);
    assert_eq!(trainee.get("/api/phases/p-1/essay").await["revision"], 0, "nothing was half-done");

    let done = body(hand_in(&trainee, "p-1", 0, &essay(1, 1_000)).await).await;
    let state = &done["essay"]["asked"]["state"];
    assert_eq!(
        (&done["type"], state, &done["essay"]["asked"]["count"]),
        (&json!("saved"), &json!("submitted"), &json!(1_000))
    );
    let back = body(trainee.ask("POST", "/api/phases/p-1/essay/take-back", None).await).await;
    assert_eq!(back["asked"]["state"], "draft");
    let stranger = Person::of(&world.server, "stranger", &[grant(AccountRole::Trainee)]).await;
    let foreign = stranger.ask("GET", "/api/phases/p-1/essay", None).await;
    assert_eq!(refusal(foreign).await, (404, "not_found".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_behind_is_told_as_long_as_something_can_be_done() {
    let world = World::new().await;
    let trainee = world.trainee("wang.li", "33").await;
    let mut database = database(world.server.data()).await;
    let lesson = |id: &str, content: &str, days_from_now: i64, cancelled: &str| {
        let end = now_ms().checked_add_signed(days_from_now * DAY_MS as i64).expect("past 1970");
        format!(
            "INSERT INTO lessons (id, title, created_at_ms, content, credit_ch, planned_start_ms, planned_end_ms, class,
                 cancelled_at_ms)
             VALUES ('{id}', '课', 0, '{content}', 600, {}, {end}, 'p-1-001', {cancelled})",
            end - 5_400_000
        )
    };
    let told = async || {
        let goal = trainee.get("/api/home").await["goals"][0].clone();
        (goal["pace"].as_str().expect("a word").to_owned(), goal["still_ch"].as_u64().expect("hours"))
    };
    let coming = [
        lesson("coming", "a", 2, "NULL"),
        lesson("coming-too", "b", 3, "NULL"),
        // The same content again, and a lesson that is not held: neither is worth any more hours.
        lesson("again", "b", 4, "NULL"),
        lesson("cancelled", "c", 4, "7"),
    ];
    run(&mut database, &coming).await;
    assert_eq!(told().await, ("on_track".into(), 1_200));
    // Its recording makes up for it.
    run(&mut database, &[lesson("missed", "d", -3, "NULL")]).await;
    assert_eq!(told().await, ("behind".into(), 1_800));
    let long_ago = lesson("long-ago", "e", -40, "NULL");
    run(&mut database, &["DELETE FROM lessons WHERE id IN ('coming', 'missed')".into(), long_ago]).await;
    assert_eq!(told().await, ("short".into(), 600));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_device_sees_the_conflict_and_neither_text_is_lost() {
    let world = World::new().await;
    let trainee = world.trainee("wang.li", "33").await;
    let save = async |revision: u64, text: &str| {
        let new = json!({ "revision": revision, "text": text });
        body(trainee.ask("PUT", "/api/phases/p-1/essay", Some(new)).await).await
    };
    assert_eq!(save(0, "电脑上的第一稿").await["essay"]["revision"], 1);
    let phone = save(0, "手机上的另一稿").await;
    assert_eq!((&phone["type"], &phone["essay"]["text"]), (&json!("conflict"), &json!("电脑上的第一稿")));
    let kept = trainee.get("/api/phases/p-1/essay").await;
    assert_eq!((&kept["text"], &kept["asked"]["count"]), (&json!("电脑上的第一稿"), &json!(7)));
    // A person who has seen both drafts decides.
    let settled = save(1, "手机上的另一稿").await;
    assert_eq!((&settled["type"], &settled["essay"]["revision"]), (&json!("saved"), &json!(2)));
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_are_read_and_kept_and_bombs_and_macros_are_not() {
    let world = World::new().await;
    let trainee = world.trainee("wang.li", "33").await;
    let plain = body(upload(&world, &trainee, "a.txt", "教师培训,2020年 OK。".into()).await).await;
    assert_eq!((&plain["count"], &plain["name"]), (&json!(8), &json!("a.txt")));
    let text = format!("{}<script>", essay(1, 1_000));
    let document = docx(&text.replace('<', "&lt;"), &[]);
    let read = body(upload(&world, &trainee, "b.docx", document.clone()).await).await;
    assert_eq!(read["text"].as_str().map(str::trim), Some(text.as_str()));
    let mine = trainee.get("/api/phases/p-1/essay").await;
    assert_eq!(
        (&mine["file"], &mine["text"]),
        (&json!("b.docx"), &json!("")),
        "the author looks at it first"
    );

    // A few kilobytes, until they are unpacked.
    let bomb = docx(&" ".repeat(20 << 20), &[]);
    assert!(bomb.len() < 100 << 10);
    for (what, file, code) in [
        ("macros", docx("x", &[("word/vbaProject.bin", b"x")]), "file_macros"),
        ("a bomb", bomb, "file_too_large"),
        ("half a ZIP", b"PK\x03\x04".to_vec(), "file_damaged"),
        ("a byte too much", vec![b'a'; FILE_BYTES_MAX + 1], "file_too_large"),
        ("nothing", Vec::new(), "file_empty"),
    ] {
        let refused = upload(&world, &trainee, "x.docx", file).await;
        assert_eq!(refusal(refused).await, (409, code.into()), "{what}");
    }
    assert_eq!(
        trainee.get("/api/phases/p-1/essay").await["file"],
        "b.docx",
        "what was refused replaced nothing"
    );

    let reviewer = Person::of(&world.server, "reviewer", &[grant(AccountRole::Instructor)]).await;
    assert_eq!(world.name(json!([{ "person": reviewer.id }])).await.status(), 200);
    body(hand_in(&trainee, "p-1", 0, &text).await).await;
    let list = reviewer.get("/api/phases/p-1/essays").await;
    let path = format!("/api/essays/{}/file", list["essays"][0]["id"]);
    let kept = reviewer.ask("GET", &path, None).await;
    assert_eq!(kept.headers()[CONTENT_TYPE], "application/octet-stream");
    assert!(kept.headers()[CONTENT_DISPOSITION].to_str().expect("ASCII").starts_with("attachment; "));
    assert_eq!(kept.bytes().await.expect("a file"), document);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_reviews_the_own_unit_or_what_is_given_to_others() {
    let world = World::new().await;
    let trainee = world.trainee("wang.li", "33").await;
    let [own, other, third] = [("own", "33"), ("other", "11"), ("third", "12")];
    let own = (Person::of(&world.server, own.0, &[grant(AccountRole::Instructor)]).await, own.1);
    let other = (Person::of(&world.server, other.0, &[grant(AccountRole::Instructor)]).await, other.1);
    let third = (Person::of(&world.server, third.0, &[grant(AccountRole::Instructor)]).await, third.1);
    let refused = world.name(json!([{ "person": trainee.id }])).await;
    assert_eq!(refusal(refused).await, (409, "no_reviewer".into()), "trainees review nothing");
    let named: Vec<Value> =
        [&own, &other].iter().map(|(who, unit)| json!({ "person": who.id, "units": [unit] })).collect();
    assert_eq!(world.name(json!(named)).await.status(), 200);

    body(hand_in(&trainee, "p-1", 0, &essay(1, 1_000)).await).await;
    assert_eq!(own.0.get("/api/phases/p-1/essays").await["essays"], json!([]));
    let duties = other.0.get("/api/essays/duties").await;
    assert_eq!((&duties[0]["phase"], &duties[0]["waiting"]), (&json!("p-1"), &json!(1)));
    let id = other.0.get("/api/phases/p-1/essays").await["essays"][0]["id"].clone();
    let path = format!("/api/essays/{id}");
    let review = |verdict: &str, words: &str| {
        json!({ "version": 1, "verdict": verdict, "words": words,
            "marks": { "theme": 4, "order": 4, "structure": 3, "logic": 5 } })
    };
    for who in [&own.0, &third.0] {
        assert_eq!(refusal(who.ask("GET", &path, None).await).await, (404, "not_found".into()));
        let tried = who.ask("POST", &format!("{path}/review"), Some(review("accept", ""))).await;
        assert_eq!(refusal(tried).await, (404, "not_found".into()));
    }
    let open = other.0.get(&path).await;
    assert_eq!((&open["may_review"], &open["version"]), (&json!(true), &json!(1)));
    assert!(!open.to_string().contains(&trainee.id), "reviewers read without names");
    let silent = other.0.ask("POST", &format!("{path}/review"), Some(review("return", " "))).await;
    assert_eq!(refusal(silent).await, (409, "review_words".into()));
    let alone = json!({ "version": 1, "question": "逻辑是否严谨？" });
    let alone = other.0.ask("POST", &format!("{path}/second-opinion"), Some(alone)).await;
    assert_eq!(refusal(alone).await, (409, "nobody".into()));
    let returned =
        other.0.ask("POST", &format!("{path}/review"), Some(review("return", "请补充实例。"))).await;
    assert_eq!(body(returned).await["state"], "returned");
    let mine = trainee.get("/api/phases/p-1/essay").await;
    assert_eq!(
        (&mine["asked"]["state"], &mine["reviews"][0]["words"]),
        (&json!("returned"), &json!("请补充实例。"))
    );
    let again = other.0.ask("POST", &format!("{path}/review"), Some(review("accept", ""))).await;
    assert_eq!(refusal(again).await, (409, "essay_changed".into()));
}

/// A document of one paragraph, with other files beside it.
fn docx(text: &str, beside: &[(&str, &[u8])]) -> Vec<u8> {
    const RELATIONS: &str = r#"<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#;
    const TYPES: &str = r#"<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;
    let document = format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="w"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>"#
    );
    let parts: [(&str, &[u8]); 3] = [
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", RELATIONS.as_bytes()),
        ("word/document.xml", document.as_bytes()),
    ];
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts.iter().chain(beside) {
        zip.start_file(*name, SimpleFileOptions::default()).expect("a file begins");
        zip.write_all(bytes).expect("a file is written");
    }
    zip.finish().expect("a ZIP ends").into_inner()
}
