//! Players that follow a running class by HLS: the holder of a named token is in class as long as the player
//! fetches what is new, and no longer.

use std::collections::BTreeSet;

use live_classroom::attendance::fact::{Fact, LeftReason, What};
use live_classroom::lesson::Role;
use live_classroom::office;
use live_classroom::protocol::RoomState;
use live_classroom::store::{NewSecret, SecretKind};
use loadtest::connection::PeerMedia;
use loadtest::http::client;
use serde_json::Value;

use crate::harness::{Class, LESSON, SOON, TestServer, until_some};

/// The instructor's sound, as players without our client read it.
const PLAYLIST: &str = "sound.m3u8";

struct Player {
    media: String,
    token: String,
    fetched: BTreeSet<String>,
}

impl Player {
    async fn new(server: &TestServer, token: String) -> Player {
        let recording = async || server.store().recordings().of(LESSON).await.unwrap();
        let recording = until_some(SOON, "the recording has a name", recording).await;
        Player { media: format!("{}/media/{recording}", server.url()), token, fetched: BTreeSet::new() }
    }

    async fn get(&self, file: &str) -> Option<String> {
        let request = client().get(format!("{}/{file}", self.media)).bearer_auth(&self.token);
        let response = request.send().await.expect("the server answers");
        let bytes = response.status().is_success().then_some(response)?.bytes().await.ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Reads the playlist and fetches its new segments; returns their number.
    async fn follow(&mut self) -> usize {
        let list = self.get(PLAYLIST).await.unwrap_or_default();
        let new: Vec<String> =
            list.lines().filter(|line| line.ends_with(".m4s")).map(str::to_owned).collect();
        let mut count = 0;
        for name in new {
            if self.fetched.insert(name.clone()) {
                self.get(&name).await.expect("what is listed is there");
                count += 1;
            }
        }
        count
    }

    /// Fetches segments as they come, until `segments` more were fetched.
    async fn follow_for(&mut self, segments: usize) {
        let mut count = 0;
        let more = async || {
            count += self.follow().await;
            (count >= segments).then_some(())
        };
        until_some(6 * SOON, "the class goes on", more).await;
    }
}

/// A trainee's token that has a name; with the person id.
async fn named(server: &TestServer, name: &str) -> (String, String) {
    let person = server.store().people().add(name, Role::Trainee).await.unwrap();
    let secret = NewSecret {
        kind: SecretKind::Token,
        person: Some(person.clone()),
        role: Role::Trainee,
        lesson: Some(LESSON.into()),
        expires_at_ms: u64::MAX / 2,
    };
    (office::links::make(server.store(), secret).await.unwrap(), person)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_named_player_is_in_class_from_its_first_piece_to_its_last() {
    let server = TestServer::start_with(|config| config.room.resume_window_s = 5).await;
    let class = Class::begin_on(server, PeerMedia::default()).await;
    let (token, person) = named(&class.server, "小李").await;
    let mut player = Player::new(&class.server, token).await;
    let guest = class.server.token(Role::Trainee).await;
    let mut guest = Player::new(&class.server, guest).await;
    player.follow_for(4).await;
    guest.follow().await;
    let line = |room: &RoomState| room.participants.iter().any(|line| line.name == "小李" && line.here);
    let room = class.instructor.until_room("the player in the roster", SOON, line).await.unwrap();
    assert_eq!(room.participants.len(), 2, "a player without a name is nobody");
    player.follow_for(4).await;

    // The player stops; the presence that it proved is written, and the departure at the end of it.
    let store = class.server.store();
    let about = async || -> Vec<Fact> {
        let facts = store.facts().of(LESSON).await.expect("facts can be read");
        facts.into_iter().filter(|fact| fact.person.as_ref() == Some(&person)).collect()
    };
    let gone = async || {
        let facts = about().await;
        let left = |fact: &Fact| matches!(fact.what, What::Left { reason: LeftReason::Lost, .. });
        facts.iter().any(left).then_some(facts)
    };
    let facts = until_some(3 * SOON, "it left", gone).await;
    let (joined, rest) = facts.split_first().expect("it came in");
    assert!(matches!(joined.what, What::Joined { role: Role::Trainee, .. }), "{joined:?}");
    let mut alive = rest.iter().filter_map(|fact| match fact.what {
        What::Alive { from_ms, .. } => Some((from_ms, fact.at_ms)),
        _ => None,
    });
    let (mut from_ms, mut to_ms) = alive.next().expect("it was there");
    assert_eq!(from_ms, joined.at_ms);
    for (next_ms, end_ms) in alive {
        assert_eq!(next_ms, to_ms, "without a hole");
        (from_ms, to_ms) = (from_ms.min(next_ms), end_ms);
    }
    assert_eq!(facts.last().map(|fact| fact.at_ms), Some(to_ms), "it left at its last piece");
    assert!(to_ms - from_ms >= 4_000, "{from_ms} to {to_ms}: four segments more take longer");

    // The audit file has this as evidence of that person, and of nobody else.
    let lesson = store.lessons().find(LESSON).await.unwrap().expect("it is there");
    let events = class.server.books().events(&lesson).await.unwrap();
    let events = events.lines().map(|line| serde_json::from_str::<Value>(line).expect("an event"));
    let evidence: Vec<Value> = events.filter(|event| event["type"] == "evidence").collect();
    assert_eq!(evidence.len(), 1, "{evidence:?}");
    assert_eq!((&evidence[0]["person"], &evidence[0]["to"]), (&person.into(), &to_ms.into()));
}
