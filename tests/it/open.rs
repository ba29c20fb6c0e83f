//! The open catalogue: what is in it, who finds it, and that it is gone when it was taken back.

use live_classroom::attendance::fact::Audience;
use live_classroom::lesson::Role;
use live_classroom::office;
use live_classroom::protocol::{Command, Course, OpenCourses, Replay, Watched};
use live_classroom::time::Stretch;
use reqwest::{Client, Method, StatusCode};

use crate::asking::{ask, code};
use crate::harness::{LESSON, SOON, TestServer, until_some};
use crate::replay::{recorded, somebody};

const MINUTE_MS: u64 = 60_000;

fn course(title: &str) -> Course {
    Course {
        title: title.into(),
        description: "课程标准 <script>alert(1)</script>".into(),
        speaker: "陈静怡".into(),
        tags: vec!["课标".into(), "AI".into()],
        listed: true,
        shown: Stretch { from_ms: 0, to_ms: 2 * MINUTE_MS },
        audience: Audience::Everybody,
    }
}

/// A lesson whose recording was published; nothing of it was recorded.
async fn published(server: &TestServer, lesson: &str, course: &Course, at_ms: u64) {
    let store = server.store();
    office::timetable::make_usual(store, lesson, lesson).await.expect("a lesson");
    store.recordings().name(lesson).await.expect("a name");
    let played = [Stretch { from_ms: MINUTE_MS, to_ms: 9 * MINUTE_MS }];
    office::publications::publish(store, lesson, course, &played, "server", at_ms).await.expect("published");
}

/// Somebody who is not signed in.
async fn open(server: &TestServer, query: &str) -> OpenCourses {
    let answer =
        Client::new().get(format!("{}/api/open{query}", server.url())).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK, "{query}");
    answer.json().await.expect("courses")
}

async fn text(server: &TestServer, path: &str) -> String {
    let answer = Client::new().get(format!("{}{path}", server.url())).send().await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    answer.text().await.expect("a text")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_becomes_an_open_course_and_stops_being_one_at_once() {
    let (class, trainee) = recorded().await;
    let server = &class.server;
    let operator = somebody(server, Role::Operator, None).await;
    class.instructor.command(Command::EndClass).await.unwrap();
    let watch = format!("{}/api/replay/{LESSON}", server.url());
    let stranger = Client::new();
    let path = format!("/api/replay/{LESSON}/course");
    let good = Course { shown: Stretch { from_ms: 2000, to_ms: 4000 }, ..course("第一讲") };
    until_some(SOON, "the replay is ready", async || {
        let done = ask(&operator, Method::PUT, &path, Some(&good)).await.status();
        (done == StatusCode::NO_CONTENT).then_some(())
    })
    .await;

    let found = open(server, "?q=静").await;
    assert_eq!(found.courses.iter().map(|one| one.title.as_str()).collect::<Vec<_>>(), ["第一讲"]);
    assert!(found.courses[0].length_ms > 0 && found.courses[0].length_ms <= 2000, "{:?}", found.courses[0]);
    assert_eq!(found.tags, ["AI", "课标"]);
    let seen: Replay = stranger.get(&watch).send().await.unwrap().json().await.expect("a replay");
    assert_eq!((seen.title.as_str(), seen.progress, seen.may_edit), ("第一讲", None, false));
    assert!(seen.chat.is_empty(), "what was written in class is not for everybody");
    let watched = Watched { from_ms: 0, to_ms: 1000, answer: None };
    let beat = stranger.post(format!("{watch}/watched")).json(&watched).send().await.unwrap();
    assert!(beat.status().is_client_error(), "nobody in particular earns nothing: {}", beat.status());
    assert!(text(server, "/sitemap.xml").await.contains(&format!("/replay/{LESSON}</loc>")));

    assert_eq!(code(ask(&trainee, Method::DELETE, &path, None::<&()>).await).await.0, 403);
    for taken in ["by not listing it", "by taking it back"] {
        if taken == "by not listing it" {
            let unlisted = Course { listed: false, ..good.clone() };
            let done = ask(&operator, Method::PUT, &path, Some(&unlisted)).await;
            assert_eq!(done.status(), StatusCode::NO_CONTENT);
            assert_eq!(stranger.get(&watch).send().await.unwrap().status(), StatusCode::OK, "by its address");
        } else {
            let done = ask(&operator, Method::DELETE, &path, None::<&()>).await;
            assert_eq!(done.status(), StatusCode::NO_CONTENT);
            let gone = stranger.get(&watch).send().await.unwrap();
            assert_eq!(gone.status(), StatusCode::UNAUTHORIZED);
        }
        let found = open(server, "").await;
        assert_eq!((found.found, found.tags.len()), (0, 0), "{taken}");
        assert!(!text(server, "/sitemap.xml").await.contains(LESSON), "{taken}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn courses_are_found_by_words_and_tags_page_by_page() {
    let server = TestServer::start().await;
    for n in 0..30u64 {
        published(&server, &format!("lesson-{n}"), &course(&format!("第{n}讲")), 1_000 + n).await;
    }
    let maths = Course { tags: vec!["数学".into()], speaker: "李明".into(), ..course("算术") };
    published(&server, "maths", &maths, 5_000).await;
    let of_class = Course { audience: Audience::Programme, listed: false, ..course("内部") };
    published(&server, "inner", &of_class, 6_000).await;
    let unlisted = Course { listed: false, ..course("有地址的人能看") };
    published(&server, "unlisted", &unlisted, 6_000).await;

    let first = open(&server, "").await;
    assert_eq!((first.found, first.page_size, first.courses.len()), (31, 24, 24));
    assert_eq!(first.courses[0].title, "算术", "the newest first");
    assert_eq!(first.courses[0].length_ms, MINUTE_MS, "what is shown and was recorded");
    assert_eq!(first.tags, ["AI", "课标", "数学"], "most used first");
    let second = open(&server, "?page=1").await;
    assert_eq!((second.found, second.courses.len()), (31, 7));
    assert_eq!(open(&server, "?page=4294967295").await.courses.len(), 0);
    let titles = async |query: &str| -> Vec<String> {
        open(&server, query).await.courses.into_iter().map(|course| course.title).collect()
    };
    assert_eq!(titles("?q=术").await, ["算术"]);
    assert_eq!(titles("?q=明 算").await, ["算术"]);
    assert_eq!(titles("?tag=数学").await, ["算术"]);
    assert_eq!(titles("?q=第29讲&tag=ａｉ").await, ["第29讲"]);
    assert_eq!(titles("?q=内部").await, Vec::<String>::new());
    assert_eq!(titles("?q=有地址").await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_searches_are_answered_or_refused() {
    let server = TestServer::start().await;
    published(&server, "lesson", &course("第一讲"), 1_000).await;
    for query in ["?q=%25", "?q='%20OR%201=1--", "?q=%00", "?q=*", &format!("?q={}", "长".repeat(1000))] {
        assert_eq!(open(&server, query).await.found, 0, "{query}");
    }
    let get = async |query: &str| Client::new().get(format!("{}{query}", server.url())).send().await.unwrap();
    for query in ["/api/open?page=-1", "/api/open?page=99999999999", "/api/open?q=%ff"] {
        assert!(!get(query).await.status().is_server_error(), "{query}");
    }
    let map = Client::new().get(format!("{}/sitemap.xml", server.url()));
    let map = map.header("host", "a.example\"><evil>").send().await.unwrap();
    assert!(!map.text().await.unwrap().contains("<evil>"));
    let robots = text(&server, "/robots.txt").await;
    for line in [
        "Disallow: /\n",
        "/sitemap.xml\n",
        "Allow: /api/open\n",
        "Allow: /api/replay/\n",
        "Disallow: /open/essays\n",
    ] {
        assert!(robots.contains(line), "{line:?} in {robots}");
    }
    // Some engines take the first line that fits.
    let at = |line: &str| robots.find(line).expect("it is there");
    assert!(at("Disallow: /open/essays\n") < at("Allow: /open\n"));
    assert!(at("Disallow: /api/open/essays\n") < at("Allow: /api/open\n"));
    for page in ["/open/essays", "/open/essays/1", "/api/open/essays", "/api/open/essays/1"] {
        let told = get(page).await;
        assert_eq!(
            told.headers().get("x-robots-tag").map(|value| value.as_bytes()),
            Some(&b"noindex"[..]),
            "{page}"
        );
    }
    assert_eq!(get("/open").await.headers().get("x-robots-tag"), None);
    // Searches are given back over time: on a slow machine it takes more of them until one is refused.
    let mut refused = false;
    for _ in 0..5_000 {
        refused = get("/api/open").await.status() == StatusCode::TOO_MANY_REQUESTS;
        if refused {
            break;
        }
    }
    assert!(refused, "one network cannot search without end");
}
