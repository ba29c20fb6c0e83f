//! The replay over real sockets: recorded while the class runs, and watched at once by people who may.

use std::time::Duration;

use live_classroom::attendance::fact::Audience;
use live_classroom::attendance::fact::{Fact, What};
use live_classroom::lesson::{Role, SourceKind};
use live_classroom::office;
use live_classroom::protocol::{Command, Course, Progress, Replay, WatchAnswer, Watched};
use live_classroom::store::{NewSecret, SecretKind, Store};
use live_classroom::time::Stretch;
use loadtest::clock::now_ns;
use loadtest::connection::{Outlet, PeerMedia};
use loadtest::http::{SignedIn, client, sign_in};
use loadtest::media::Shape;
use loadtest::peer::Peer;
use loadtest::setup;
use m3u8_rs::MediaPlaylistType;
use reqwest::header::{AUTHORIZATION, COOKIE, IF_NONE_MATCH};
use reqwest::{Method, StatusCode};

use crate::asking::{ask, code, get};
use crate::facts::serve;
use crate::harness::{Class, LESSON, SOON, TestServer, until, until_some};

/// Enough time for two segments of each track.
const SOME: Duration = Duration::from_secs(5);

const SOUND_PACKET_MS: u64 = 20;

pub(crate) async fn somebody(server: &TestServer, role: Role, lesson: Option<&str>) -> SignedIn {
    let secret = setup::link(server.store(), "小李", role, lesson).await.expect("a link");
    sign_in(server.url(), &secret).await.expect("a fresh link signs in")
}

async fn replay(who: &SignedIn) -> Replay {
    let response = get(who, &format!("/api/replay/{LESSON}")).await;
    assert_eq!(response.status(), StatusCode::OK);
    response.json().await.expect("a replay")
}

/// The names of the segments in a playlist, without gaps and without their query.
async fn segments(who: &SignedIn, path: &str) -> Vec<String> {
    let response = get(who, path).await;
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    let text = response.bytes().await.unwrap();
    let playlist = m3u8_rs::parse_media_playlist_res(&text).expect("a playlist");
    let is_gap = |segment: &&m3u8_rs::MediaSegment| segment.unknown_tags.iter().any(|tag| tag.tag == "X-GAP");
    let names = playlist.segments.iter().filter(|segment| !is_gap(segment)).map(|segment| &segment.uri);
    let names = names.map(|name| name.split('?').next().unwrap_or_default().to_owned()).collect();
    let live = playlist.playlist_type == Some(MediaPlaylistType::Event);
    assert_eq!(live, !playlist.end_list);
    names
}

/// A class that has been recorded for a while and is still running.
pub(crate) async fn recorded() -> (Class, SignedIn) {
    let class = Class::begin().await;
    let trainee = somebody(&class.server, Role::Trainee, Some(LESSON)).await;
    until_some(SOME * 6, "five seconds of sound are in files", async || {
        let response = get(&trainee, &format!("/api/replay/{LESSON}")).await;
        let replay: Replay = response.json().await.ok()?;
        (replay.duration_ms >= SOME.as_millis() as u64).then_some(())
    })
    .await;
    (class, trainee)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_is_watched_while_it_runs_and_the_moment_it_ends() {
    let (class, trainee) = recorded().await;
    class.instructor.command(Command::Chat { text: "看黑板".into() }).await.unwrap();
    let now = replay(&trainee).await;
    assert!(now.live && !now.may_edit);
    let sound =
        now.tracks.iter().find(|track| track.kind == SourceKind::Mic).expect("the instructor's sound");
    assert_eq!(
        (sound.name.as_str(), sound.role, sound.codecs.as_str()),
        ("王老师", Role::Instructor, "opus")
    );
    let media = format!("/media/{}", now.recording);
    let names = segments(&trainee, &format!("{media}/{}.m3u8", sound.track)).await;
    assert!(names.len() >= 2, "{names:?}");
    let segment = get(&trainee, &format!("{media}/{}", names[0])).await;
    assert_eq!(segment.status(), StatusCode::OK);
    let bytes = segment.bytes().await.unwrap();
    assert!(bytes.windows(4).any(|at| at == b"moof") && bytes.windows(4).any(|at| at == b"mdat"));
    assert!(get(&trainee, &format!("{media}/index.m3u8")).await.text().await.unwrap().contains("opus"));

    class.instructor.command(Command::EndClass).await.unwrap();
    class.instructor.until_bye(SOON).await.unwrap();
    let after = until_some(SOON, "the replay is ready", async || {
        let after = replay(&trainee).await;
        (!after.live).then_some(after)
    })
    .await;
    assert_eq!(after.recording, now.recording);
    assert_eq!(after.chat.last().map(|line| line.text.as_str()), Some("看黑板"));
    let names = segments(&trainee, &format!("{media}/{}.m3u8", sound.track)).await;
    assert!(names.len() >= 3, "{names:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_watch_is_asked_for_every_file() {
    let (class, trainee) = recorded().await;
    let server = &class.server;
    office::timetable::make_usual(server.store(), "other", "Another lesson").await.unwrap();
    let stranger = somebody(server, Role::Trainee, Some("other")).await;
    let operator = somebody(server, Role::Operator, None).await;
    let recording = replay(&trainee).await.recording;
    let media = format!("/media/{recording}");
    let names = segments(&trainee, &format!("{media}/1.m3u8")).await;
    for path in [format!("/api/replay/{LESSON}"), format!("{media}/1.m3u8"), format!("{media}/{}", names[0])]
    {
        assert_eq!(get(&trainee, &path).await.status(), StatusCode::OK, "{path}");
        assert_eq!(get(&operator, &path).await.status(), StatusCode::OK, "{path}");
        assert_eq!(code(get(&stranger, &path).await).await, (404, "not_found".into()), "{path}");
        let nobody = client().get(format!("{}{path}", server.url())).send().await.unwrap();
        assert_eq!(code(nobody).await, (401, "signed_out".into()), "{path}");
        let token = server.token(Role::Trainee).await;
        let player = client().get(format!("{}{path}", server.url()));
        let player = player.header(AUTHORIZATION, format!("Bearer {token}")).send().await.unwrap();
        assert_eq!(player.status(), StatusCode::OK, "{path}");
    }
    // A segment costs the database two reads at most: who asks, and whether the person was removed from the
    // class.
    let before = server.store().reads();
    for _ in 0..50 {
        assert_eq!(get(&trainee, &format!("{media}/{}", names[0])).await.status(), StatusCode::OK);
    }
    let reads = server.store().reads() - before;
    assert!(reads < 50 * 2 + 30, "{reads}, with what the server asks on its own");
    for path in ["manifest.log", "..%2fserver.lock", "9.m3u8", "x.m3u8", "1-999.m4s", "1-1.m4s.bak", "%00"] {
        assert_eq!(get(&trainee, &format!("{media}/{path}")).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    for path in ["/media/0123456789abcdef0123456789abcdef/1.m3u8", "/media/..%2f..%2fetc/passwd"] {
        assert_eq!(get(&trainee, path).await.status(), StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(code(get(&operator, "/api/replay/other").await).await, (404, "not_ready".into()));
    // A class that ended with nothing recorded has no replay, and never will.
    let ended = Fact { lesson: "other".into(), person: None, at_ms: 1, what: What::ClassEnded { by: None } };
    server.store().facts().append(vec![ended]).await.unwrap();
    assert_eq!(code(get(&operator, "/api/replay/other").await).await, (404, "not_found".into()));
    assert_eq!(code(get(&operator, "/api/replay/no-such").await).await, (404, "not_found".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recording_is_published_trimmed_watched_by_others_and_taken_back() {
    let (class, trainee) = recorded().await;
    let server = &class.server;
    office::timetable::make_usual(server.store(), "other", "Another lesson").await.unwrap();
    let stranger = somebody(server, Role::Trainee, Some("other")).await;
    let operator = somebody(server, Role::Operator, None).await;
    let path = format!("/api/replay/{LESSON}/course");
    let course = |audience, from_ms, to_ms| Course {
        title: "第一讲".into(),
        description: "板书与提问".into(),
        speaker: "王老师".into(),
        tags: vec!["板书".into()],
        listed: false,
        shown: Stretch { from_ms, to_ms },
        audience,
    };
    let good = course(Audience::Programme, 2000, 4000);
    assert_eq!(code(ask(&operator, Method::PUT, &path, Some(&good)).await).await, (409, "not_ready".into()));
    class.instructor.command(Command::EndClass).await.unwrap();
    until_some(SOON, "the replay is ready", async || (!replay(&operator).await.live).then_some(())).await;

    for (bad, expected) in [
        (course(Audience::Class, 4000, 4000), "shown"),
        (course(Audience::Class, 0, 10_000_000), "shown"),
        (Course { title: " ".into(), ..good.clone() }, "title_length"),
        (Course { description: "长".repeat(2001), ..good.clone() }, "description_length"),
        (Course { speaker: "长".repeat(61), ..good.clone() }, "speaker_length"),
        (Course { tags: vec!["长".repeat(21)], ..good.clone() }, "tags"),
        (Course { listed: true, ..good.clone() }, "not_for_everybody"),
    ] {
        let refused = ask(&operator, Method::PUT, &path, Some(&bad)).await;
        assert_eq!(code(refused).await, (400, expected.to_owned()));
    }
    assert_eq!(code(ask(&trainee, Method::PUT, &path, Some(&good)).await).await, (403, "not_allowed".into()));
    assert_eq!(code(ask(&stranger, Method::PUT, &path, Some(&good)).await).await, (404, "not_found".into()));
    assert_eq!(get(&stranger, &format!("/api/replay/{LESSON}")).await.status(), StatusCode::NOT_FOUND);

    assert_eq!(ask(&operator, Method::PUT, &path, Some(&good)).await.status(), StatusCode::NO_CONTENT);
    let all = replay(&operator).await;
    let seen = replay(&stranger).await;
    assert_eq!((seen.course.as_ref(), seen.title.as_str()), (Some(&good), "第一讲"));
    let media = format!("/media/{}/1.m3u8", all.recording);
    let (all, part) = (segments(&operator, &media).await, segments(&stranger, &media).await);
    assert!(!part.is_empty() && part.len() < all.len(), "{part:?} of {all:?}");
    let trimmed = all.iter().find(|name| !part.contains(name)).unwrap();
    let trimmed = media.replace("1.m3u8", trimmed);
    assert_eq!(get(&operator, &trimmed).await.status(), StatusCode::OK);
    assert_eq!(
        get(&stranger, &trimmed).await.status(),
        StatusCode::NOT_FOUND,
        "what is trimmed is not served"
    );
    let shown = media.replace("1.m3u8", &part[0]);
    assert_eq!(get(&stranger, &shown).await.status(), StatusCode::OK);

    assert_eq!(ask(&operator, Method::DELETE, &path, None::<&()>).await.status(), StatusCode::NO_CONTENT);
    assert_eq!(get(&stranger, &shown).await.status(), StatusCode::NOT_FOUND, "at once");
    assert_eq!(get(&stranger, &format!("/api/replay/{LESSON}")).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(ask(&operator, Method::DELETE, &path, None::<&()>).await.status(), StatusCode::NOT_FOUND);
    let facts = server.store().facts().of(LESSON).await.unwrap();
    assert!(facts.iter().any(|fact| matches!(&fact.what, What::CoursePublished { from_ms: 2000, .. })));
    assert!(facts.iter().any(|fact| matches!(&fact.what, What::CourseWithdrawn { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_reckons_what_was_watched() {
    let (class, trainee) = recorded().await;
    let path = format!("/api/replay/{LESSON}/watched");
    let watched = |from_ms, to_ms| Watched { from_ms, to_ms, answer: None };
    let report = async |body: Watched| -> WatchAnswer {
        let response = ask(&trainee, Method::POST, &path, Some(&body)).await;
        assert_eq!(response.status(), StatusCode::OK);
        response.json().await.expect("an answer")
    };
    let first = report(watched(0, 0)).await;
    assert_eq!((first.progress.covered_ms, first.cut), (0, false));
    // A stretch that was never fetched was never watched.
    let unseen = report(watched(0, 500)).await;
    // There may be a hole of some milliseconds before the first segment.
    assert!(unseen.cut && unseen.progress.covered_ms < 100, "{unseen:?}");
    let recording = replay(&trainee).await.recording;
    let names = segments(&trainee, &format!("/media/{recording}/1.m3u8")).await;
    for name in &names {
        assert_eq!(get(&trainee, &format!("/media/{recording}/{name}")).await.status(), StatusCode::OK);
    }
    // Five seconds in no time: more than can have been watched.
    let lie = report(watched(0, 5000)).await;
    assert!(lie.cut && lie.progress.covered_ms <= 2500, "{lie:?}");
    let Progress { covered_ms, position_ms, .. } =
        replay(&trainee).await.progress.expect("a trainee has one");
    assert_eq!((covered_ms, position_ms), (lie.progress.covered_ms, 5000));
    // A browser need not fetch again what it has kept, where it is known to have been sent it.
    let known = async |who: &SignedIn| {
        let url = format!("{}/media/{recording}/{}?as={}", who.base_url, names[0], who.me.seat);
        let asked = client().get(url).header(COOKIE, &who.cookie);
        let answer = asked.header(IF_NONE_MATCH, format!("\"{}\"", names[0])).send().await.unwrap();
        answer.status()
    };
    assert_eq!(known(&trainee).await, StatusCode::NOT_MODIFIED);
    let another = somebody(&class.server, Role::Trainee, Some(LESSON)).await;
    assert_eq!(known(&another).await, StatusCode::OK, "nobody sent it to this one");
    // A flood of requests waits for nobody and disturbs nobody.
    let mut too_fast = 0;
    for _ in 0..20 {
        let response = ask(&trainee, Method::POST, &path, Some(&watched(0, 0))).await;
        too_fast += u32::from(response.status() == StatusCode::TOO_MANY_REQUESTS);
    }
    assert!(too_fast >= 5, "{too_fast}");
    // Reports of other people are not accepted, and none of the staff.
    let operator = somebody(&class.server, Role::Operator, None).await;
    let refused = ask(&operator, Method::POST, &path, Some(&watched(0, 0))).await;
    assert_eq!(code(refused).await, (403, "not_allowed".into()));
    assert_eq!(replay(&operator).await.progress, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn off_the_record_and_breaks_are_not_in_the_files() {
    let (class, trainee) = recorded().await;
    class.instructor.command(Command::OffRecord { on: true }).await.unwrap();
    let from = replay(&trainee).await.duration_ms;
    // Sound goes on in the class for two seconds, none of which is to be found.
    let spoken = class.sound.counters().sent();
    until("the instructor spoke on", || class.sound.counters().sent() > spoken + 100).await;
    class.instructor.command(Command::OffRecord { on: false }).await.unwrap();
    until_some(SOON * 2, "recording goes on", async || {
        let replay = replay(&trainee).await;
        (replay.duration_ms > from + 4000 && replay.off_record.len() == 1).then_some(())
    })
    .await;
    let replay = replay(&trainee).await;
    let off = replay.off_record[0];
    assert!(off.to_ms - off.from_ms >= 1000, "{off:?}");
    for stretch in replay.tracks.iter().flat_map(|track| &track.stretches) {
        let inside = stretch.to_ms.min(off.to_ms).saturating_sub(stretch.from_ms.max(off.from_ms));
        assert!(inside <= 100, "{stretch:?} in {off:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_server_publishes_what_it_recorded_at_its_next_start() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let links = {
        let store = Store::open(data.path()).await.unwrap();
        setup::class(&store, LESSON, 1).await.unwrap()
    };
    let server = serve(data.path()).await;
    let mut instructor = Peer::sign_in(&server.base_url, &links.instructor).await.unwrap();
    instructor.join(LESSON).await.unwrap();
    instructor.offer(PeerMedia::default()).await.unwrap();
    instructor.connection().connected(SOON).await.unwrap();
    instructor.command(Command::StartClass).await.unwrap();
    let sound = instructor.publish_audio().unwrap();
    let _picture = instructor.publish_video(Outlet::Camera, &[Shape::video(200_000)]).unwrap();
    let sent = || sound.counters().sent();
    // In each run the server is killed at another moment of the segments that are being collected.
    let enough = 200 + now_ns() % 150;
    until("some seconds are sent", || sent() > enough).await;
    let killed_at_ms = now_ns() / 1_000_000;
    // On a busy machine less sound was sent than the time that has passed.
    let sent_ms = sent() * SOUND_PACKET_MS;
    server.kill().await.unwrap();

    let server = serve(data.path()).await;
    let mut who = instructor.who().clone();
    who.base_url.clone_from(&server.base_url);
    let replay = replay(&who).await;
    assert!(!replay.live);
    let track = |kind| replay.tracks.iter().find(|track| track.kind == kind).expect("it was recorded");
    let media = format!("/media/{}", replay.recording);
    let killed_ms = killed_at_ms - replay.started_at_ms;
    for (what, kind) in [("sound", SourceKind::Mic), ("picture", SourceKind::Camera)] {
        let track = track(kind);
        // A hole before the end would be lost time, too.
        let holes: u64 = track.stretches.windows(2).map(|pair| pair[1].from_ms - pair[0].to_ms).sum();
        let kept_ms = track.stretches.last().expect("some of it").to_ms - holes;
        println!("{what}: {} of {killed_ms} ms lost", killed_ms.saturating_sub(kept_ms));
        assert!(
            kept_ms + 2000 >= killed_ms.min(sent_ms),
            "{what}: {kept_ms} of {killed_ms} ms, {sent_ms} ms sent"
        );
        for name in segments(&who, &format!("{media}/{}.m3u8", track.track)).await {
            assert_eq!(get(&who, &format!("{media}/{name}")).await.status(), StatusCode::OK, "{name}");
        }
    }
    server.kill().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_removed_does_not_watch_the_class_go_on() {
    let (class, _) = recorded().await;
    let store = class.server.store();
    let person = store.people().add("小赵", Role::Trainee).await.unwrap();
    let secret = NewSecret {
        kind: SecretKind::Link,
        person: Some(person.clone()),
        role: Role::Trainee,
        lesson: Some(LESSON.into()),
        expires_at_ms: u64::MAX / 2,
    };
    let secret = office::links::make(store, secret).await.unwrap();
    let removed = sign_in(class.server.url(), &secret).await.expect("a fresh link signs in");
    let recording = replay(&removed).await.recording;
    let what = What::Removed { by: "王老师".into() };
    let fact = Fact { lesson: LESSON.into(), person: Some(person), at_ms: 1, what };
    store.facts().append(vec![fact]).await.unwrap();
    for path in [format!("/api/replay/{LESSON}"), format!("/media/{recording}/index.m3u8")] {
        assert_eq!(code(get(&removed, &path).await).await, (404, "not_found".into()), "{path}");
    }
    class.instructor.command(Command::EndClass).await.unwrap();
    // Missed time may be made up for.
    until_some(SOON, "the replay is ready", async || {
        (get(&removed, &format!("/api/replay/{LESSON}")).await.status() == StatusCode::OK).then_some(())
    })
    .await;
}
