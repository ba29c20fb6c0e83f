//! A poll over real sockets: asked, answered, changed and shown, across a restart of the server.

use live_classroom::attendance::fact::NewPoll;
use live_classroom::protocol::{Command, Poll, Refusal, RoomState};
use loadtest::peer::Peer;
use serde_json::Value;

use crate::facts::serve;
use crate::harness::{Class, LESSON, SOON};

fn open(question: &str) -> Command {
    let options = ["A", "B"].map(String::from).to_vec();
    Command::OpenPoll {
        poll: NewPoll { question: question.into(), options, multiple: false, right: vec![1] },
    }
}

fn answer(poll: u32, choice: u8) -> Command {
    Command::AnswerPoll { poll, choices: vec![choice] }
}

async fn sees(peer: &Peer, what: &str, fits: impl Fn(&Poll) -> bool) -> RoomState {
    let fits = |room: &RoomState| room.poll.as_ref().is_some_and(&fits);
    peer.until_room(what, SOON, fits).await.unwrap()
}

fn chosen(room: &RoomState) -> Option<&[u8]> {
    room.poll_answers.last().map(|answer| answer.choices.as_slice())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poll_is_answered_across_reconnects_and_a_restart() {
    let class = Class::begin().await;
    let mut trainee = class.trainee("小李").await;
    let instructor = &class.instructor;
    assert_eq!(trainee.command(open("听懂了吗？")).await, Err(Refusal::NotAllowed));
    instructor.command(open("听懂了吗？")).await.unwrap();
    sees(&trainee, "the question", |poll| poll.question == "听懂了吗？" && poll.result.is_none()).await;
    trainee.command(answer(1, 0)).await.unwrap();

    // The answer survives a lost socket, and a late-comer and another device see the poll too.
    trainee.drop_socket();
    trainee.resume().await.unwrap();
    sees(&trainee, "it again", |poll| poll.poll == 1).await;
    assert_eq!(chosen(&trainee.room()), Some(&[0][..]));
    let late = class.connected("小王").await;
    assert_eq!((late.room().poll.map(|poll| poll.poll), chosen(&late.room())), (Some(1), None));
    let mut phone = Peer::of(trainee.who().clone());
    phone.join(LESSON).await.unwrap();
    phone.command(answer(1, 1)).await.expect("a mind can change");
    trainee.until_room("also here", SOON, |room| chosen(room) == Some(&[1])).await.unwrap();
    let id = trainee.id();
    let voted = |room: &RoomState| room.polls.first().is_some_and(|poll| poll.votes[1] == [id]);
    instructor.until_room("staff see who chose it", SOON, voted).await.unwrap();
    assert!(trainee.room().polls.is_empty(), "which is for staff");

    // The next start goes on with the open poll.
    let (data, people) =
        (class.server.stop().await, [&class.instructor, &trainee].map(|one| one.who().clone()));
    let server = serve(data.path()).await;
    let [mut instructor, mut trainee] = people.map(|mut who| {
        who.base_url.clone_from(&server.base_url);
        Peer::of(who)
    });
    instructor.join(LESSON).await.unwrap();
    trainee.join(LESSON).await.unwrap();
    assert_eq!(chosen(&trainee.room()), Some(&[1][..]));
    instructor.command(Command::ClosePoll { poll: 1 }).await.unwrap();
    trainee.until_room("it is gone", SOON, |room| room.poll.is_none()).await.unwrap();
    assert_eq!(trainee.command(answer(1, 0)).await, Err(Refusal::TooLate));
    instructor.command(Command::ShowPoll { poll: 1, on: true }).await.unwrap();
    let room = sees(&trainee, "the result", |poll| poll.result.is_some()).await;
    let result = room.poll.and_then(|poll| poll.result).expect("it is there");
    assert_eq!((result.answered, result.counts, result.right), (1, vec![0, 1], vec![1]));
    server.kill().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_is_a_proof_in_the_audit_file_and_a_poll_a_chapter_of_the_replay() {
    let class = Class::begin().await;
    let trainee = class.trainee("小李").await;
    class.instructor.command(open("")).await.unwrap();
    trainee.command(answer(1, 1)).await.unwrap();
    let store = class.server.store();
    let lesson = store.lessons().find(LESSON).await.unwrap().expect("it is there");
    let proof = async || {
        let events = class.server.books().events(&lesson).await.unwrap();
        let mut events = events.lines().map(|line| serde_json::from_str::<Value>(line).expect("an event"));
        events.find(|event| event["type"] == "proof")
    };
    // Facts about a person of whom no evidence was written yet are about nobody.
    let proof = crate::harness::until_some(3 * SOON, "the proof", proof).await;
    assert_eq!(proof["kind"], "poll");
    let replay = async || {
        let answer = crate::asking::get(trainee.who(), &format!("/api/replay/{LESSON}")).await;
        let replay = answer.json::<Value>().await.ok()?;
        let chapters = replay["chapters"].as_array()?.clone();
        chapters.into_iter().find(|chapter| chapter["kind"] == "poll")
    };
    let chapter = crate::harness::until_some(SOON, "the chapter", replay).await;
    assert_eq!(chapter["name"], "A / B");
}
