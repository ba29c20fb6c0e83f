//! Rooms in the view of the web layer, on a real store and real media workers.

use std::net::{IpAddr, Ipv4Addr};

use tempfile::TempDir;

use super::*;
use crate::attendance::fact::{LeftReason, What};
use crate::lesson::Role;
use crate::live::media::MediaSettings;
use crate::office;
use crate::protocol::{Bye, Command, ParticipantId, RoomEvent, ServerMessage, Want};
use crate::time::clock::now_ms;

const LESSON: &str = "lesson";

struct School {
    rooms: Rooms,
    store: Store,
    _dir: TempDir,
}

impl School {
    async fn open() -> School {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).await.unwrap();
        office::timetable::make_usual(&store, LESSON, "A lesson").await.unwrap();
        School { rooms: rooms(&store), store, _dir: dir }
    }

    async fn enter(&self, name: &str, role: Role) -> Client {
        Client::enter(&self.rooms, name, role, None).await.unwrap()
    }

    async fn facts(&self) -> Vec<What> {
        self.store.facts().of(LESSON).await.unwrap().into_iter().map(|fact| fact.what).collect()
    }
}

fn rooms(store: &Store) -> Rooms {
    let ips = vec![IpAddr::V4(Ipv4Addr::LOCALHOST)];
    let media = Media::start(&MediaSettings { ips, port: 0, workers: 1 }).unwrap();
    let settings = RoomSettings { trainees_max: 3, stage_max: 2, resume_window_s: 1 };
    Rooms::new(Arc::new(media), store.clone(), None, settings, Arc::default())
}

/// A socket.
struct Client {
    room: RoomHandle,
    at: ConnectionId,
    outgoing: Outgoing,
    resume: Resume,
    asked: u32,
}

impl Client {
    async fn enter(rooms: &Rooms, name: &str, role: Role, resume: Option<Resume>) -> Result<Client, Refusal> {
        let room = rooms.open(LESSON).await?;
        let Joined { connection: at, mut outgoing } = room.join(who(name, role), None, resume).await?;
        let Some(ServerMessage::Welcome { epoch, token, .. }) = read(&mut outgoing).await else {
            panic!("welcome comes first")
        };
        let resume = Resume { token, epoch, seq: None };
        Ok(Client { room, at, outgoing, resume, asked: 0 })
    }

    async fn next(&mut self) -> Option<ServerMessage> {
        let message = read(&mut self.outgoing).await;
        if let Some(ServerMessage::Snapshot { seq, .. } | ServerMessage::Delta { seq, .. }) = &message {
            self.resume.seq = Some(*seq);
        }
        message
    }

    /// Reads until a message of this kind comes.
    async fn until<T>(&mut self, wanted: impl Fn(&ServerMessage) -> Option<T>) -> T {
        loop {
            let message = self.next().await.expect("the connection ended too early");
            if let Some(found) = wanted(&message) {
                return found;
            }
        }
    }

    async fn ask(&mut self, command: Command) -> Result<(), Refusal> {
        self.asked += 1;
        let asked = self.asked;
        self.room.message(self.at, ClientMessage::Command { id: asked, command }).await;
        self.until(|message| match message {
            ServerMessage::Ack { id } if *id == asked => Some(Ok(())),
            ServerMessage::Refused { id: Some(id), reason } if *id == asked => Some(Err(*reason)),
            _ => None,
        })
        .await
    }

    /// The last message before the end.
    async fn bye(&mut self) -> Bye {
        let bye = self.until(|message| match message {
            ServerMessage::Bye { reason } => Some(*reason),
            _ => None,
        });
        let bye = bye.await;
        assert_eq!(self.next().await, None);
        bye
    }
}

async fn read(outgoing: &mut Outgoing) -> Option<ServerMessage> {
    let text = timeout(Duration::from_secs(10), outgoing.recv()).await.expect("a message in time")?;
    Some(serde_json::from_str(&text).unwrap())
}

fn who(name: &str, role: Role) -> Identity {
    Identity { person: format!("id of {name}"), name: name.to_owned(), role, approved_at_ms: Some(0) }
}

fn say(text: &str) -> Command {
    Command::Chat { text: text.to_owned() }
}

/// Checks again and again until it is so; the room's numbers follow within a second.
async fn wait_until(what: &str, is_so: impl AsyncFn() -> bool) {
    for _ in 0..100 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("not in 10 s: {what}");
}

#[tokio::test]
async fn an_ack_promises_that_the_fact_is_on_disk() {
    let school = School::open().await;
    let mut teacher = school.enter("teacher", Role::Instructor).await;
    let mut ann = school.enter("ann", Role::Trainee).await;
    teacher.ask(Command::StartClass).await.unwrap();
    assert_eq!(school.facts().await.last(), Some(&What::ClassStarted));
    ann.ask(say("hello")).await.unwrap();
    assert_eq!(school.facts().await.last(), Some(&What::Chat { line: 1, text: "hello".into() }));
    let heard = |message: &ServerMessage| match message {
        ServerMessage::Delta { event: RoomEvent::Chat { line }, .. } => Some(line.from),
        _ => None,
    };
    assert_eq!(teacher.until(heard).await, ParticipantId(2));
    assert_eq!(school.store.lessons().find(LESSON).await.unwrap().unwrap().state, ClassState::Live);
}

#[tokio::test]
async fn one_lesson_has_one_room_however_many_open_it() {
    let school = School::open().await;
    let open = |n: usize| {
        let rooms = school.rooms.clone();
        tokio::spawn(async move { Client::enter(&rooms, &format!("s{n}"), Role::Operator, None).await })
    };
    let mut epochs = Vec::new();
    for task in (0..20).map(open).collect::<Vec<_>>() {
        epochs.push(task.await.unwrap().unwrap().resume.epoch);
    }
    epochs.dedup();
    assert_eq!(epochs.len(), 1);
    assert_eq!(school.rooms.load().len(), 1);
    assert_eq!(school.rooms.open("nowhere").await.err(), Some(Refusal::NotFound));
}

#[tokio::test]
async fn who_is_in_any_running_class_is_found() {
    let school = School::open().await;
    office::timetable::make_usual(&school.store, "other", "Another lesson").await.unwrap();
    let _other = school.rooms.open("other").await.unwrap();
    let mut teacher = school.enter("teacher", Role::Instructor).await;
    let mut ann = school.enter("ann", Role::Trainee).await;
    assert!(!school.rooms.attends_any("id of ann").await, "it has not begun");
    teacher.ask(Command::StartClass).await.unwrap();
    assert!(school.rooms.attends_any("id of ann").await);
    assert!(!school.rooms.attends_any("id of bob").await);
    ann.ask(Command::Leave).await.unwrap();
    assert!(!school.rooms.attends_any("id of ann").await);
}

#[tokio::test]
async fn while_the_store_fails_nothing_is_promised_and_nothing_is_lost() {
    let school = School::open().await;
    let mut teacher = school.enter("teacher", Role::Instructor).await;
    let mut ann = school.enter("ann", Role::Trainee).await;
    school.store.refuse_facts(true).await;
    assert_eq!(ann.ask(say("one")).await, Err(Refusal::Waits));
    assert_eq!(teacher.ask(Command::StartClass).await, Err(Refusal::Unavailable));
    ann.ask(Command::Want { want: Want::Sound }).await.unwrap();
    let bob = Client::enter(&school.rooms, "bob", Role::Trainee, None).await;
    assert_eq!(bob.err(), Some(Refusal::Unavailable));
    ann.ask(Command::Leave).await.unwrap();
    assert_eq!(ann.bye().await, Bye::Left);

    school.store.refuse_facts(false).await;
    let stored = async || school.facts().await.contains(&What::Left { device: 2, reason: LeftReason::Asked });
    wait_until("the kept facts are stored", stored).await;
    let lines = school.facts().await.iter().filter(|what| matches!(what, What::Chat { .. })).count();
    assert_eq!(lines, 1, "who was told that it waits has it stored, once");
    teacher.ask(Command::StartClass).await.unwrap();
    school.enter("bob", Role::Trainee).await;
}

#[tokio::test]
async fn a_server_that_stops_tries_for_a_while_to_store_what_waits() {
    let school = School::open().await;
    let mut ann = school.enter("ann", Role::Trainee).await;
    school.store.refuse_facts(true).await;
    assert_eq!(ann.ask(say("one")).await, Err(Refusal::Waits));
    ann.ask(Command::Leave).await.unwrap();
    assert_eq!(ann.bye().await, Bye::Left);
    let rooms = school.rooms.clone();
    let mut stop = tokio::spawn(async move { rooms.stop().await });
    timeout(Duration::from_millis(700), &mut stop).await.expect_err("it goes on trying");
    school.store.refuse_facts(false).await;
    stop.await.unwrap();
    assert!(school.facts().await.contains(&What::Left { device: 1, reason: LeftReason::Asked }));
}

#[tokio::test]
async fn a_short_trouble_of_the_store_passes_unheard() {
    let school = School::open().await;
    let mut teacher = school.enter("teacher", Role::Instructor).await;
    let mut ann = school.enter("ann", Role::Trainee).await;
    let chat = |message: &ServerMessage| match message {
        ServerMessage::Delta { event: RoomEvent::Chat { line }, .. } => Some(line.text.clone()),
        _ => None,
    };
    school.store.refuse_facts(true).await;
    let recovery = async {
        let unheard = timeout(Duration::from_millis(500), teacher.until(chat)).await;
        assert!(unheard.is_err(), "told before it was stored: {unheard:?}");
        school.store.refuse_facts(false).await;
    };
    let (answer, ()) = tokio::join!(ann.ask(say("one")), recovery);
    assert_eq!(answer, Ok(()));
    assert_eq!(teacher.until(chat).await, "one");
    assert_eq!(school.facts().await.last(), Some(&What::Chat { line: 1, text: "one".into() }));
}

#[tokio::test]
async fn a_reader_that_sleeps_is_cut_off_and_comes_back() {
    let school = School::open().await;
    let mut sleeper = school.enter("sleeper", Role::Trainee).await;
    let mut ann = school.enter("ann", Role::Trainee).await;
    for n in 0..300 {
        ann.ask(say(&n.to_string())).await.unwrap();
    }
    assert_eq!(sleeper.bye().await, Bye::TooSlow);
    let resume = Some(Resume { seq: None, ..sleeper.resume });
    let mut back = Client::enter(&school.rooms, "sleeper", Role::Trainee, resume).await.unwrap();
    let lines = back.until(|message| match message {
        ServerMessage::Snapshot { room, .. } => Some(room.chat.len()),
        _ => None,
    });
    assert_eq!(lines.await, 200);
}

#[tokio::test]
async fn a_socket_that_vanishes_without_a_word_gives_its_seat_back() {
    let school = School::open().await;
    let ann = school.enter("ann", Role::Trainee).await;
    let room = ann.room.clone();
    wait_until("she is here", async || room.load().trainees_here == 1).await;
    drop(ann.outgoing);
    wait_until("she is gone", async || room.load().trainees_here == 0).await;
}

#[tokio::test]
async fn a_bad_offer_is_told_what_is_wrong_and_leaves_no_trace() {
    let school = School::open().await;
    let room = school.rooms.open(LESSON).await.unwrap();
    let refused = room.http_leg(who("guest", Role::Trainee), false, "v=0\r\nnonsense".into()).await;
    assert!(matches!(refused, Err(HttpLegRefused::Offer(sentence)) if !sentence.is_empty()));
    let refused = room.http_leg(who("guest", Role::Trainee), true, "v=0\r\n".into()).await;
    assert!(matches!(refused, Err(HttpLegRefused::Room(Refusal::NotAllowed))));
    let mut ann = school.enter("ann", Role::Trainee).await;
    room.message(ann.at, ClientMessage::Offer { id: 9, sdp: "nonsense".into() }).await;
    let refused = ServerMessage::Refused { id: Some(9), reason: Refusal::Offer };
    ann.until(|message| (*message == refused).then_some(())).await;
    assert_eq!(school.facts().await.len(), 1, "only ann came in");
}

#[tokio::test]
async fn the_end_is_final_and_old_handles_answer_at_once() {
    let school = School::open().await;
    let mut teacher = school.enter("teacher", Role::Instructor).await;
    let mut ann = school.enter("ann", Role::Trainee).await;
    teacher.ask(Command::EndClass).await.unwrap();
    assert_eq!((teacher.bye().await, ann.bye().await), (Bye::Ended, Bye::Ended));
    wait_until("the room is closed", async || school.rooms.load().is_empty()).await;
    assert_eq!(school.rooms.open(LESSON).await.err(), Some(Refusal::Ended));
    let late = ann.room.join(who("ann", Role::Trainee), None, Some(ann.resume)).await;
    assert_eq!(late.err(), Some(Refusal::Unavailable));
    ann.room.alive(ann.at).await;
    ann.room.leave(ann.at).await;
    let closed = What::Left { device: 2, reason: LeftReason::Closed };
    assert_eq!(school.facts().await.last(), Some(&closed));
}

#[tokio::test]
async fn a_clock_that_was_set_back_moves_no_fact_back_and_is_told() {
    let school = School::open().await;
    let before_ms = now_ms() + 3_600_000;
    let (lesson, what) = (LESSON.to_owned(), What::ClassStarted);
    school.store.facts().append(vec![Fact { lesson, person: None, at_ms: before_ms, what }]).await.unwrap();
    let _ann = school.enter("ann", Role::Trainee).await;
    let stepped = |what: &What| match what {
        What::ClockStepped { by_ms } => Some(*by_ms),
        _ => None,
    };
    wait_until("it is a fact", async || school.facts().await.iter().any(|what| stepped(what).is_some()))
        .await;
    let facts = school.store.facts().of(LESSON).await.unwrap();
    assert!(facts.iter().all(|fact| fact.at_ms >= before_ms), "{facts:?}");
    let steps: Vec<i64> = facts.iter().filter_map(|fact| stepped(&fact.what)).collect();
    assert!(matches!(steps[..], [by_ms] if (-3_600_000..-3_500_000).contains(&by_ms)), "{steps:?}");
}

#[tokio::test]
async fn a_stopped_server_goes_on_where_it_was() {
    let school = School::open().await;
    let mut teacher = school.enter("teacher", Role::Instructor).await;
    teacher.ask(Command::StartClass).await.unwrap();
    teacher.ask(say("before")).await.unwrap();
    timeout(Duration::from_secs(10), school.rooms.stop()).await.expect("it stops");
    assert_eq!(teacher.bye().await, Bye::Restarting);
    assert_eq!(school.rooms.open(LESSON).await.err(), Some(Refusal::Unavailable));
    let left = What::Left { device: 1, reason: LeftReason::Closed };
    assert_eq!(school.facts().await.last(), Some(&left));

    let rooms = rooms(&school.store);
    let resume = Some(teacher.resume);
    let mut teacher = Client::enter(&rooms, "teacher", Role::Instructor, resume).await.unwrap();
    let state = teacher.until(|message| match message {
        ServerMessage::Snapshot { room, .. } => Some(room.clone()),
        _ => None,
    });
    let state = state.await;
    assert_eq!((state.class, state.chat[0].text.as_str()), (ClassState::Live, "before"));
}
