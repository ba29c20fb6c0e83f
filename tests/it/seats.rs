//! Seats: a person who comes back keeps the own seat, a second device takes none, and a person without one is
//! told why.

use live_classroom::lesson::Role;
use live_classroom::protocol::{Bye, Command, Refusal, RoomState, ServerMessage};
use loadtest::connection::PeerMedia;
use loadtest::peer::{JoinError, Peer};

use crate::harness::{Class, LESSON, MAIN, SOON, TestServer, until, watches};

fn lines_of(room: &RoomState, role: Role) -> usize {
    room.participants.iter().filter(|line| line.role == role && line.here).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_socket_resumes_with_what_it_missed_and_media_never_stops() {
    let class = Class::begin().await;
    let mut trainee = class.trainee("小李").await;
    let id = trainee.id();
    trainee.drop_socket();
    let before = trainee.received(MAIN).packets;
    for text in ["一", "二", "三"] {
        class.instructor.command(Command::Chat { text: text.into() }).await.unwrap();
    }
    until("the picture goes on without the socket", || trainee.received(MAIN).packets > before + 30).await;

    trainee.resume().await.unwrap();
    assert!(trainee.welcome().resumed && trainee.welcome().media);
    assert_eq!(trainee.id(), id);
    let room = trainee.until_room("the missed lines", SOON, |room| room.chat.len() == 3).await.unwrap();
    let texts: Vec<_> = room.chat.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(texts, ["一", "二", "三"]);
    let snapshots = |message: &ServerMessage| matches!(message, ServerMessage::Snapshot { .. });
    assert!(!trainee.unread().iter().any(snapshots), "deltas, not a new snapshot");
    let before = trainee.received(MAIN).packets;
    until("the picture still goes on", || trainee.received(MAIN).packets > before + 30).await;
    assert_eq!(trainee.received(MAIN).lost, 0);
    class.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reloaded_page_takes_its_own_seat_back() {
    let server = TestServer::start_with(|config| config.room.trainees_max = 1).await;
    let class = Class::begin_on(server, PeerMedia::default()).await;
    let mut trainee = class.trainee("小李").await;
    let (id, token) = (trainee.id(), trainee.welcome().token);
    class.bring_on_stage(&trainee).await;

    trainee.reload().await.unwrap();
    let welcome = trainee.welcome();
    assert_eq!((welcome.you, welcome.token), (id, token));
    assert!(!welcome.resumed && !welcome.media);
    let room = trainee.room();
    assert_eq!(lines_of(&room, Role::Trainee), 1);
    assert!(room.participants.iter().any(|line| line.id == id && line.here && line.on_stage));
    trainee.offer(PeerMedia::default()).await.unwrap();
    until("sound and a picture arrive anew", || watches(&trainee)).await;
    class.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_room_refuses_the_next_trainee_but_no_second_device_and_no_staff() {
    let server = TestServer::start_with(|config| config.room.trainees_max = 2).await;
    let first = server.joined("小李", Role::Trainee).await;
    let mut second_device = Peer::of(first.who().clone());
    second_device.join(LESSON).await.unwrap();
    assert_eq!(second_device.id(), first.id(), "one person, two devices");
    let second = server.joined("小张", Role::Trainee).await;

    let mut third = server.person("小王", Role::Trainee).await;
    assert!(matches!(third.join(LESSON).await, Err(JoinError::Refused(Refusal::RoomFull))));
    assert_eq!(third.until_bye(SOON).await.unwrap(), Bye::Refused);
    let instructor = server.joined("王老师", Role::Instructor).await;
    let operator = server.joined("值班", Role::Operator).await;
    assert_eq!(lines_of(&operator.room(), Role::Trainee), 2);

    second.command(Command::Leave).await.unwrap();
    assert_eq!(second.until_bye(SOON).await.unwrap(), Bye::Left);
    third.join(LESSON).await.unwrap();
    let full = |room: &RoomState| lines_of(room, Role::Trainee) == 2;
    instructor.until_room("the seat is taken again", SOON, full).await.unwrap();
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_trainee_is_out_and_stays_out() {
    let class = Class::begin().await;
    let mut trainee = class.trainee("小李").await;
    let participant = trainee.id();
    class.instructor.command(Command::Remove { participant }).await.unwrap();
    assert_eq!(trainee.until_bye(SOON).await.unwrap(), Bye::Removed);
    let received = || trainee.received(MAIN).packets;
    let mut last = received();
    let mut since = tokio::time::Instant::now();
    until("no more media arrives", || {
        if received() != last {
            (last, since) = (received(), tokio::time::Instant::now());
        }
        since.elapsed() > crate::harness::A_WHILE
    })
    .await;
    assert!(matches!(trainee.resume().await, Err(JoinError::Refused(Refusal::Removed))));
    assert!(matches!(trainee.join(LESSON).await, Err(JoinError::Refused(Refusal::Removed))));
    let removed = class.instructor.room().participants.into_iter().find(|line| line.removed);
    assert_eq!(removed.map(|line| line.id), Some(participant), "the roster says so");

    // Staff readmit the person, and the same link works again at once.
    class.instructor.command(Command::Readmit { participant }).await.unwrap();
    trainee.join(LESSON).await.expect("let in again");
    class.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_device_connected_again_replaces_the_earlier_socket() {
    let server = TestServer::start().await;
    let first = server.joined("小李", Role::Trainee).await;
    let mut again = first.copy_of_device();
    again.resume().await.unwrap();
    assert_eq!(first.until_bye(SOON).await.unwrap(), Bye::Replaced);
    assert_eq!(again.id(), first.id());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_elses_device_token_does_not_open_their_seat() {
    let server = TestServer::start().await;
    let victim = server.joined("小李", Role::Trainee).await;
    let mut thief = server.joined("小张", Role::Trainee).await;
    let own_id = thief.id();
    thief.steal_device(&victim);
    thief.resume().await.unwrap();
    assert_eq!(thief.id(), own_id, "the session decides who one is, not the token");
    assert_eq!(victim.bye(), None);
    victim.command(Command::Chat { text: "我还在".into() }).await.unwrap();
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_class_says_goodbye_and_lets_nobody_in() {
    let class = Class::begin().await;
    let mut trainee = class.trainee("小李").await;
    class.instructor.command(Command::EndClass).await.unwrap();
    assert_eq!(trainee.until_bye(SOON).await.unwrap(), Bye::Ended);
    assert_eq!(class.instructor.until_bye(SOON).await.unwrap(), Bye::Ended);
    assert!(matches!(trainee.join(LESSON).await, Err(JoinError::Refused(Refusal::Ended))));
    class.server.stop().await;
}
