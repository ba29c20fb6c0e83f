//! The stage decides who is heard: granted, taken away, muted, and never assumed.

use live_classroom::lesson::SourceKind;
use live_classroom::protocol::{Command, Refusal, RoomEvent};
use loadtest::connection::Outlet;
use loadtest::media::Shape;

use crate::harness::{Class, SOON, packets_of, stays, until};

#[tokio::test(flavor = "multi_thread")]
async fn a_trainee_on_stage_reaches_the_others_and_after_it_nobody() {
    let class = Class::begin().await;
    let (speaker, listener) = (class.trainee("小李").await, class.trainee("小张").await);
    class.bring_on_stage(&speaker).await;
    let sound = speaker.publish_audio().unwrap();
    let camera = speaker.publish_video(Outlet::Camera, &[Shape::video(200_000)]).unwrap();
    let streams = [sound.counters().stream, camera.counters().stream];
    for hearer in [&listener, &class.instructor] {
        until("the speaker is heard and seen", || {
            streams.iter().all(|stream| packets_of(hearer, *stream) > 20)
        })
        .await;
        let on_stage = |room: &live_classroom::protocol::RoomState| {
            room.participants.iter().any(|line| {
                line.id == speaker.id() && line.on_stage && line.sending.contains(&SourceKind::Mic)
            }) && room.slots.stage.iter().flatten().any(|source| source.participant == speaker.id())
        };
        hearer.until_room("the speaker on stage in the roster and in a slot", SOON, on_stage).await.unwrap();
    }
    assert_eq!(packets_of(&speaker, streams[0]), 0, "nobody hears the own voice");

    class.instructor.command(Command::TakeOffStage { participant: speaker.id() }).await.unwrap();
    silent(&class, &listener, &streams).await;
    let sent = sound.counters().sent();
    until("the client goes on sending", || sound.counters().sent() > sent + 20).await;
    class.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_trainee_sends_without_the_stage_is_not_forwarded() {
    let class = Class::begin().await;
    let (shouter, listener) = (class.trainee("小李").await, class.trainee("小张").await);
    let sound = shouter.publish_audio().unwrap();
    let camera = shouter.publish_video(Outlet::Camera, &[Shape::video(200_000)]).unwrap();
    until("much was sent", || sound.counters().sent() > 50 && camera.counters().sent() > 50).await;
    let streams = [sound.counters().stream, camera.counters().stream];
    assert!(streams.iter().all(|stream| packets_of(&listener, *stream) == 0));
    let claim = Command::Sending { kinds: vec![SourceKind::Mic] };
    assert_eq!(shouter.command(claim).await, Err(Refusal::NotAllowed));
    stays("nobody hears it", || {
        streams
            .iter()
            .all(|stream| packets_of(&listener, *stream) == 0 && packets_of(&class.instructor, *stream) == 0)
    })
    .await;
    class.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stage_without_camera_carries_sound_only() {
    let class = Class::begin().await;
    let (speaker, listener) = (class.trainee("小李").await, class.trainee("小张").await);
    let command = Command::BringOnStage { participant: speaker.id(), camera: false };
    class.instructor.command(command).await.unwrap();
    let sound = speaker.publish_audio().unwrap();
    let camera = speaker.publish_video(Outlet::Camera, &[Shape::video(200_000)]).unwrap();
    until("the speaker is heard", || packets_of(&listener, sound.counters().stream) > 50).await;
    until("the camera is sent as well", || camera.counters().sent() > 50).await;
    assert_eq!(packets_of(&listener, camera.counters().stream), 0);
    class.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_muted_trainee_is_told_and_heard_again_only_after_switching_on() {
    let class = Class::begin().await;
    let (speaker, listener) = (class.trainee("小李").await, class.trainee("小张").await);
    class.bring_on_stage(&speaker).await;
    let sound = speaker.publish_audio().unwrap();
    let stream = [sound.counters().stream];
    until("the speaker is heard", || packets_of(&listener, stream[0]) > 20).await;

    class.instructor.command(Command::Mute { participant: speaker.id() }).await.unwrap();
    let told = speaker.next_event(|event| matches!(event, RoomEvent::Muted { .. }), SOON).await.unwrap();
    assert!(matches!(told, RoomEvent::Muted { by } if by == "王老师"));
    silent(&class, &listener, &stream).await;

    speaker.command(Command::Sending { kinds: vec![SourceKind::Mic] }).await.unwrap();
    let before = packets_of(&listener, stream[0]);
    until("the speaker is heard again", || packets_of(&listener, stream[0]) > before + 20).await;

    class.instructor.command(Command::MuteAll).await.unwrap();
    silent(&class, &listener, &stream).await;
    assert!(packets_of(&listener, class.sound.counters().stream) > 0);
    let before = packets_of(&listener, class.sound.counters().stream);
    until("the instructor is still heard", || {
        packets_of(&listener, class.sound.counters().stream) > before + 20
    })
    .await;
    class.server.stop().await;
}

/// Waits until no packet of the streams arrives any more at the listener and the instructor.
async fn silent(class: &Class, listener: &loadtest::peer::Peer, streams: &[u32]) {
    let count = || -> u64 {
        let of = |stream: &u32| packets_of(listener, *stream) + packets_of(&class.instructor, *stream);
        streams.iter().map(of).sum()
    };
    // Packets on their way at the time of the order may still arrive; after that the count stands still.
    let mut last = count();
    let mut since = tokio::time::Instant::now();
    until("it has become silent", || {
        let now = count();
        if now != last {
            (last, since) = (now, tokio::time::Instant::now());
        }
        since.elapsed() > crate::harness::A_WHILE
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_raised_hand_is_seen_and_answered_by_the_stage() {
    let class = Class::begin().await;
    let trainee = class.connected("小李").await;
    trainee.command(Command::Hand { up: true }).await.unwrap();
    let up = |room: &live_classroom::protocol::RoomState| room.hands == [trainee.id()];
    class.instructor.until_room("the hand is up", SOON, up).await.unwrap();
    class.bring_on_stage(&trainee).await;
    let down = |room: &live_classroom::protocol::RoomState| room.hands.is_empty();
    class.instructor.until_room("the hand is down", SOON, down).await.unwrap();
    class.server.stop().await;
}
