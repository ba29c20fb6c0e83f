//! The kinds people may publish, those that count as being sent, and the slots of each person.

use super::*;
use crate::classroom::message::{Network, Slots, Source};
use crate::sfu::scene::SourceId;
use crate::sfu::subscriber::Want;
use SourceKind::{Camera, Mic, Screen};

fn sending(class: &Class, connection: ConnectionId, about: ConnectionId) -> Vec<SourceKind> {
    let state = class.clients[&connection].state.as_ref().unwrap();
    let line = state.participants.iter().find(|line| line.id == class.me(about)).unwrap();
    line.sending.clone()
}

fn source(class: &Class, connection: ConnectionId, leg: LegId, kind: SourceKind) -> SourceId {
    SourceId { leg, person: class.me(connection), kind }
}

#[test]
fn everybody_publishes_what_role_and_stage_allow() {
    let mut class = Class::new();
    let (teacher, ann) = (class.instructor(), class.trainee("安"));
    let operator = class.join("op", Role::Operator);
    let [teachers, anns, operators] = [teacher, ann, operator].map(|connection| class.leg(connection));
    let (_, whip) = class.try_http("obs", Role::Instructor, true).unwrap();
    let (_, whep) = class.try_http("player", Role::Instructor, false).unwrap();
    for (leg, expected) in
        [(teachers, &ALL_KINDS[..]), (anns, &[]), (operators, &[]), (whip, &[Mic, Camera]), (whep, &[])]
    {
        assert_eq!(class.permitted(leg), expected, "{leg:?}");
    }
    let participant = class.me(ann);
    for (camera, expected) in [(false, &[Mic][..]), (true, &[Mic, Camera])] {
        class.ask(teacher, Command::BringOnStage { participant, camera }).unwrap();
        assert_eq!(class.permitted(anns), expected);
    }
    class.ask(ann, Command::TakeOffStage { participant }).unwrap();
    assert_eq!(class.permitted(anns), []);
    for role in [Role::Trainee, Role::Operator] {
        assert_eq!(class.try_http("x", role, true).err(), Some(Refusal::NotAllowed), "{role:?}");
    }
}

#[test]
fn only_what_the_offer_can_send_is_permitted() {
    let mut class = Class::new();
    let teacher = class.instructor();
    let new = class.new_leg(&[Mic], 0);
    let leg = new.leg;
    let effects = class.room.offer_answered(class.now, teacher, 0, new, "answer".into());
    class.take(effects);
    assert_eq!(class.permitted(leg), [Mic]);
}

#[test]
fn sending_is_what_arrives_is_claimed_and_is_permitted() {
    let mut class = Class::new();
    let (teacher, ann) = (class.instructor(), class.trainee("安"));
    let leg = class.leg(ann);
    class.arrives(leg, &[Mic, Camera]);
    assert_eq!(sending(&class, teacher, ann), [], "not on stage");
    assert_eq!(class.ask(ann, Command::Sending { kinds: vec![Mic] }), Err(Refusal::NotAllowed));
    let participant = class.me(ann);
    class.ask(teacher, Command::BringOnStage { participant, camera: true }).unwrap();
    assert_eq!(sending(&class, teacher, ann), [Mic, Camera], "without a claim, what arrives");
    class.ask(ann, Command::Sending { kinds: vec![Camera] }).unwrap();
    assert_eq!(sending(&class, teacher, ann), [Camera]);
    assert_eq!(class.ask(ann, Command::Sending { kinds: vec![Screen] }), Err(Refusal::NotAllowed));
    class.arrives(leg, &[Mic]);
    assert_eq!(sending(&class, teacher, ann), []);
}

#[test]
fn a_muted_microphone_is_off_until_its_owner_switches_it_on() {
    let mut class = Class::new();
    let (teacher, ann) = (class.instructor(), class.trainee("安"));
    let leg = class.leg(ann);
    let participant = class.me(ann);
    assert_eq!(class.ask(teacher, Command::Mute { participant }), Err(Refusal::WrongState));
    class.ask(teacher, Command::BringOnStage { participant, camera: true }).unwrap();
    class.ask(ann, Command::Sending { kinds: vec![Mic, Camera] }).unwrap();
    class.arrives(leg, &[Mic, Camera]);
    for command in [Command::Mute { participant }, Command::MuteAll] {
        class.events(ann);
        class.facts();
        class.ask(teacher, command).unwrap();
        assert_eq!(class.permitted(leg), [Camera]);
        assert_eq!(sending(&class, teacher, ann), [Camera]);
        let by = id_of("王老师").unwrap();
        assert_eq!(class.facts(), [(id_of("安"), What::Muted { by })]);
        assert_eq!(class.events(ann)[0], RoomEvent::Muted { by: "王老师".into() });

        class.ask(ann, Command::Sending { kinds: vec![Camera] }).unwrap();
        assert_eq!(class.permitted(leg), [Camera], "not yet");
        class.ask(ann, Command::Sending { kinds: vec![Mic, Camera] }).unwrap();
        assert_eq!(class.permitted(leg), [Mic, Camera]);
        assert_eq!(sending(&class, teacher, ann), [Mic, Camera]);
    }
    let teachers = class.leg(teacher);
    class.ask(teacher, Command::MuteAll).unwrap();
    assert_eq!(class.permitted(teachers), ALL_KINDS, "mute all is for trainees");
}

#[test]
fn a_muted_encoder_gets_its_microphone_back_from_the_staff_and_a_page_does_not() {
    let mut class = Class::new();
    let (teacher, ann) = (class.instructor(), class.trainee("安"));
    let (obs, leg) = class.try_http("obs", Role::Instructor, true).unwrap();
    class.arrives(leg, &[Mic, Camera]);
    let line = |class: &Class| {
        let state = class.clients[&teacher].state.as_ref().unwrap();
        state.participants.iter().find(|line| line.name == "obs").cloned().unwrap()
    };
    let participant = line(&class).id;
    assert_eq!(class.ask(teacher, Command::Unmute { participant }), Err(Refusal::WrongState), "not muted");
    class.ask(teacher, Command::Mute { participant }).unwrap();
    assert_eq!(class.permitted(leg), [Camera]);
    assert!(line(&class).encoder_muted && line(&class).sending == [Camera]);
    assert_eq!(class.ask(ann, Command::Unmute { participant }), Err(Refusal::NotAllowed));
    class.facts();
    class.ask(teacher, Command::Unmute { participant }).unwrap();
    assert_eq!(class.permitted(leg), [Mic, Camera]);
    assert!(!line(&class).encoder_muted && line(&class).sending == [Mic, Camera]);
    let by = id_of("王老师").unwrap();
    assert_eq!(class.facts(), [(id_of("obs"), What::Unmuted { by })]);

    // The mark goes with the encoder.
    class.ask(teacher, Command::Mute { participant }).unwrap();
    let effects = class.room.leave(class.now, obs);
    class.take(effects);
    assert!(!line(&class).encoder_muted);

    let (page, participant) = (class.leg(ann), class.me(ann));
    class.ask(teacher, Command::BringOnStage { participant, camera: false }).unwrap();
    class.ask(teacher, Command::Mute { participant }).unwrap();
    assert_eq!(class.ask(teacher, Command::Unmute { participant }), Err(Refusal::WrongState));
    assert_eq!(class.permitted(page), [], "only she can switch her microphone on");
}

#[test]
fn slots_that_are_not_wanted_are_told_to_be_dark_and_then_no_more() {
    let mut class = Class::new();
    let (teacher, ann) = (class.instructor(), class.trainee("安"));
    let t = class.leg(teacher);
    class.leg(ann);
    class.arrives(t, &[Camera, Screen]);
    let source = |kind| Some(Source { participant: class.me(teacher), kind });
    let [screen, camera] = [Screen, Camera].map(source);
    let told = |main: [Option<Source>; 2]| RoomEvent::Slots {
        slots: Slots { main: main.to_vec(), stage: vec![None, None] },
    };
    class.events(ann);
    class.ask(ann, Command::Want { want: Want::Main }).unwrap();
    assert_eq!(class.events(ann), [told([screen, None])]);
    class.ask(ann, Command::Want { want: Want::Sound }).unwrap();
    assert_eq!(class.events(ann), [told([None, None])]);
    class.ask(ann, Command::Want { want: Want::Sound }).unwrap();
    class.arrives(t, &[Camera]);
    class.arrives(t, &[Camera, Screen]);
    let slots = |event: &RoomEvent| matches!(event, RoomEvent::Slots { .. });
    assert!(!class.events(ann).iter().any(slots), "what is not shown changes for nobody");
    class.ask(ann, Command::Want { want: Want::All }).unwrap();
    assert_eq!(class.events(ann), [told([screen, camera])]);
}

#[test]
fn the_scene_shows_screens_then_newest_cameras_then_the_stage() {
    let mut class = Class::new();
    let (teacher, ann, bob) = (class.instructor(), class.trainee("安"), class.trainee("bob"));
    let [t, a, b] = [teacher, ann, bob].map(|connection| class.leg(connection));
    let (_, obs) = class.try_http("obs", Role::Instructor, true).unwrap();
    let obs_person = class.clients[&teacher].state.as_ref().unwrap().participants[3].id;
    for participant in [class.me(bob), class.me(ann)] {
        class.ask(teacher, Command::BringOnStage { participant, camera: true }).unwrap();
    }
    class.arrives(t, &[Mic, Camera]);
    class.now += 1;
    class.arrives(b, &[Camera]);
    class.now += 1;
    class.arrives(a, &[Mic, Camera]);
    class.now += 1;
    class.arrives(obs, &[Camera]);
    class.now += 1;
    class.arrives(t, &[Mic, Camera, Screen]);
    let expected = Scene {
        main: vec![
            source(&class, teacher, t, Screen),
            SourceId { leg: obs, person: obs_person, kind: Camera },
            source(&class, teacher, t, Camera),
        ],
        stage: vec![source(&class, bob, b, Camera), source(&class, ann, a, Camera)],
        pinned: vec![source(&class, teacher, t, Mic)],
    };
    assert_eq!(class.scene(), expected);
    let shows = class.orders.iter().filter(|order| matches!(order, MediaOrder::Show(_))).count();
    class.arrives(t, &[Mic, Camera, Screen]);
    let again = class.orders.iter().filter(|order| matches!(order, MediaOrder::Show(_))).count();
    assert_eq!(shows, again, "the same scene is not ordered twice");
    class.media(MediaEvent::Gone { leg: t });
    assert_eq!(class.scene().main, [SourceId { leg: obs, person: obs_person, kind: Camera }]);
}

#[test]
fn slots_are_told_when_they_change_and_only_to_whom_they_change() {
    let mut class = Class::new();
    let (teacher, ann, bob) = (class.instructor(), class.trainee("安"), class.trainee("bob"));
    let t = class.leg(teacher);
    class.leg(ann);
    class.arrives(t, &[Camera]);
    let camera = Some(Source { participant: class.me(teacher), kind: Camera });
    let shown = Slots { main: vec![camera, None], stage: vec![None, None] };
    assert_eq!(class.clients[&ann].state.as_ref().unwrap().slots, shown);
    assert_eq!(class.clients[&bob].state.as_ref().unwrap().slots, Slots::default(), "bob has no leg yet");
    let own = Slots { main: vec![None, None], stage: vec![None, None] };
    assert_eq!(class.clients[&teacher].state.as_ref().unwrap().slots, own, "no mirror");
    class.events(ann);
    class.leg(bob);
    assert_eq!(class.clients[&bob].state.as_ref().unwrap().slots, shown);
    assert_eq!(class.events(ann), [], "nothing changed for her");
    // A new peer connection is told its slots again, though the scene is the same.
    class.leg(ann);
    assert_eq!(class.events(ann), [RoomEvent::Slots { slots: shown }]);
}

#[test]
fn a_new_offer_closes_the_leg_before_it_and_keeps_the_wish() {
    let mut class = Class::new();
    let ann = class.trainee("安");
    let first = class.leg(ann);
    class.ask(ann, Command::Want { want: Want::Sound }).unwrap();
    assert_eq!(class.orders.last(), Some(&MediaOrder::Want { leg: first, want: Want::Sound }));
    let second = class.leg(ann);
    assert!(class.orders.contains(&MediaOrder::Close(first)));
    assert!(class.orders.contains(&MediaOrder::Want { leg: second, want: Want::Sound }));
    assert_eq!(class.room.counts().legs, 1);
}

#[test]
fn an_offer_that_cannot_be_answered_is_refused_and_the_old_leg_stays() {
    let mut class = Class::new();
    let ann = class.trainee("安");
    let leg = class.leg(ann);
    let effects = class.room.offer_refused(ann, 9);
    class.take(effects);
    let refused = ServerMessage::Refused { id: Some(9), reason: Refusal::Offer };
    assert_eq!(class.clients[&ann].messages.last(), Some(&refused));
    assert!(!class.orders.contains(&MediaOrder::Close(leg)));
}

#[test]
fn an_answer_for_somebody_who_left_meanwhile_closes_the_leg() {
    let mut class = Class::new();
    let ann = class.trainee("安");
    class.ask(ann, Command::Leave).unwrap();
    let new = class.new_leg(&ALL_KINDS, 4);
    let leg = new.leg;
    let effects = class.room.offer_answered(class.now, ann, 0, new, "answer".into());
    class.take(effects);
    assert_eq!(class.orders.last(), Some(&MediaOrder::Close(leg)));
}

#[test]
fn a_leg_missing_in_a_report_is_gone_unless_it_is_new() {
    let mut class = Class::new();
    let ann = class.trainee("安");
    let leg = class.leg(ann);
    class.report(vec![]);
    assert_eq!(class.room.counts().legs, 1);
    class.now += 4_000;
    class.report(vec![]);
    assert_eq!(class.room.counts().legs, 0);
    assert_eq!(class.orders.last(), Some(&MediaOrder::Close(leg)));
    assert_eq!(class.bye(ann), None, "the socket is still there");
}

#[test]
fn a_report_repeats_what_an_event_lost() {
    let mut class = Class::new();
    let (teacher, ann) = (class.instructor(), class.trainee("安"));
    let leg = class.leg(teacher);
    class.report(vec![healthy(leg, &[Mic])]);
    assert_eq!(sending(&class, ann, teacher), [Mic]);
    class.report(vec![healthy(leg, &[])]);
    assert_eq!(sending(&class, ann, teacher), []);
}

#[test]
fn link_words_go_to_the_device_and_the_person_s_word_to_all() {
    let mut class = Class::new();
    let (teacher, ann) = (class.instructor(), class.trainee("安"));
    let leg = class.leg(ann);
    class.events(ann);
    class.events(teacher);
    class.report(vec![healthy(leg, &[])]);
    let link = RoomEvent::Link { down: Network::Good, up: Network::Unknown, doing: Doing::Full };
    assert_eq!(class.events(ann)[0], link);
    let [RoomEvent::Participant { participant }] = &class.events(teacher)[..] else { panic!() };
    assert_eq!(participant.network, Network::Good);

    let mut weak = healthy(leg, &[]);
    weak.down_loss_permille = Some(300);
    for _ in 0..5 {
        class.now += 1_000;
        class.report(vec![weak.clone()]);
    }
    assert_eq!(class.room.counts().weak_networks, 1);
    assert_eq!(class.events(teacher).len(), 1, "one word, not five");
    // A phone with a good link replaces the weak computer.
    let phone = class.trainee("安");
    let good = class.leg(phone);
    class.report(vec![weak, healthy(good, &[])]);
    assert_eq!(class.room.counts().weak_networks, 0);
}

#[test]
fn b_frames_are_told_as_long_as_they_come() {
    let mut class = Class::new();
    let teacher = class.instructor();
    let (_, leg) = class.try_http("obs", Role::Instructor, true).unwrap();
    let told = |class: &Class| {
        let state = class.clients[&teacher].state.as_ref().unwrap();
        state.participants.iter().find(|line| line.name == "obs").unwrap().b_frames
    };
    for b_frames in [false, true, true, false] {
        class.report(vec![LegReport { b_frames, ..healthy(leg, &[Camera]) }]);
        assert_eq!(told(&class), b_frames);
    }
    class.report(vec![LegReport { b_frames: true, ..healthy(leg, &[Camera]) }]);
    class.media(MediaEvent::Gone { leg });
    assert!(!told(&class), "the mark goes with the encoder");
}

#[test]
fn who_speaks_is_told_once_and_never_about_strangers() {
    let mut class = Class::new();
    let ann = class.trainee("安");
    class.events(ann);
    let people = vec![ParticipantId(77), class.me(ann)];
    for _ in 0..2 {
        class.media(MediaEvent::Speaking { people: people.clone() });
    }
    assert_eq!(class.events(ann), [RoomEvent::Speaking { speaking: vec![class.me(ann)] }]);
}

#[test]
fn teaching_is_written_for_staff_while_something_is_sent() {
    let mut class = Class::new();
    let (teacher, ann) = (class.instructor(), class.trainee("安"));
    let (t, a) = (class.leg(teacher), class.leg(ann));
    let participant = class.me(ann);
    class.ask(teacher, Command::BringOnStage { participant, camera: true }).unwrap();
    let start = class.now;
    for second in 0..40 {
        class.pass(1);
        let kinds: &[SourceKind] = if second < 25 { &[Mic] } else { &[] };
        class.report(vec![healthy(t, kinds), healthy(a, &[Mic])]);
    }
    let taught = class.facts.iter().filter_map(|fact| match &fact.what {
        What::Teaching { device: 1, from_ms, kinds } if kinds[..] == [Mic] => {
            Some((from_ms - start, fact.at_ms - start))
        }
        What::Teaching { .. } => panic!("a trainee does not teach: {fact:?}"),
        _ => None,
    });
    let taught: Vec<_> = taught.collect();
    assert_eq!(taught, [(1_000, 3_000), (3_000, 13_000), (13_000, 23_000), (23_000, 25_000)]);
}
