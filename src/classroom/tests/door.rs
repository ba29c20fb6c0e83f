//! Coming in, coming back, going out; seats and presence.

use super::*;
use crate::attendance::fact::LeftReason;
use crate::classroom::message::Network;
use crate::classroom::roster::seats::{GUESTS_MAX, STAFF_EXTRA};
use crate::lesson::ClassState;

#[test]
fn a_newcomer_gets_one_snapshot_and_the_others_one_line() {
    let mut class = Class::new();
    let teacher = class.instructor();
    class.events(teacher);
    let ann = class.trainee("安");
    let [ServerMessage::Welcome { role, resumed, media, .. }, ServerMessage::Snapshot { room, .. }] =
        class.clients[&ann].messages.as_slice()
    else {
        panic!("{:?}", class.clients[&ann].messages)
    };
    assert_eq!((*role, *resumed, *media), (Role::Trainee, false, false));
    assert_eq!((room.lesson.as_str(), room.trainees_max), ("lesson", TRAINEES_MAX));
    let names: Vec<_> = room.participants.iter().map(|line| line.name.as_str()).collect();
    assert_eq!(names, ["王老师", "安"]);
    let [RoomEvent::Participant { participant }] = &class.events(teacher)[..] else { panic!() };
    assert!(participant.here && participant.name == "安" && participant.network == Network::Unknown);
    assert_eq!(
        class.facts()[1],
        (id_of("安"), What::Joined { device: 2, role: Role::Trainee, name: "安".into() })
    );
}

#[test]
fn seats_are_for_trainees_and_a_second_device_needs_none() {
    let mut class = Class::new();
    for name in ["a", "b", "c"] {
        class.trainee(name);
    }
    assert_eq!(class.try_join("d", Role::Trainee, None), Err(Refusal::RoomFull));
    assert_eq!(class.try_http("d", Role::Trainee, false).err(), Some(Refusal::RoomFull));
    class.instructor();
    class.join("operator", Role::Operator);
    let second = class.trainee("a");
    assert_eq!(class.room.counts().trainees_here, TRAINEES_MAX);

    // One of two devices leaves: the seat is still taken.
    class.ask(second, Command::Leave).unwrap();
    assert_eq!(class.try_join("d", Role::Trainee, None), Err(Refusal::RoomFull));
}

fn guest(token: &str, number: u32, role: Role) -> Identity {
    Identity::guest(token, &number.to_string(), "观看", role)
}

#[test]
fn a_trainees_token_takes_few_seats_and_a_token_of_staff_as_many_as_staff_has() {
    let mut class = Class::of(100, &[]);
    let mut come = |token, role| {
        (0..500).filter(|number| class.enter(&guest(token, *number, role), None).is_ok()).count()
    };
    assert_eq!(come("t1", Role::Trainee), GUESTS_MAX);
    assert_eq!(come("t2", Role::Trainee), GUESTS_MAX, "another token has its own");
    assert_eq!(come("t3", Role::Instructor), 100 + STAFF_EXTRA, "screens in a hall");
    assert_eq!(come("t4", Role::Trainee), GUESTS_MAX, "staff takes no trainee's seat");
    class.join("王老师", Role::Instructor);
}

#[test]
fn people_with_names_always_find_a_seat() {
    let mut class = Class::new();
    for number in 0..TRAINEES_MAX {
        class.enter(&guest("t3", number, Role::Trainee), None).expect("a seat is free");
    }
    assert_eq!(class.enter(&guest("t4", 0, Role::Trainee), None), Err(Refusal::RoomFull));
    class.facts();
    for (name, guests) in [("a", 2), ("b", 1), ("c", 0)] {
        class.trainee(name);
        assert_eq!(class.room.counts().trainees_here, TRAINEES_MAX);
        let replaced = |what: &What| matches!(what, What::Left { reason: LeftReason::Replaced, .. });
        let left =
            class.facts().into_iter().filter(|(_, what)| replaced(what)).filter_map(|(person, _)| person);
        // The last to come is the first to go.
        assert_eq!(
            left.collect::<Vec<_>>(),
            [format!("guest-t3-{guests}")],
            "{name} took the seat of a guest"
        );
    }
    assert_eq!(class.try_join("d", Role::Trainee, None), Err(Refusal::RoomFull));
    assert_eq!(class.enter(&guest("t4", 0, Role::Trainee), None), Err(Refusal::RoomFull));
}

#[test]
fn a_seat_is_held_for_the_resume_window_and_then_free() {
    let mut class = Class::new();
    let [a, ..] = ["a", "b", "c"].map(|name| class.trainee(name));
    class.disconnect(a);
    class.pass(60);
    assert_eq!(class.try_join("d", Role::Trainee, None), Err(Refusal::RoomFull));
    class.pass(1);
    class.trainee("d");
    assert_eq!(class.try_join("a", Role::Trainee, None), Err(Refusal::RoomFull));
}

#[test]
fn staff_are_many_but_not_endless_and_nobody_changes_role_from_a_second_tab() {
    let mut class = Class::new();
    let admitted = (0..200).filter(|n| class.try_join(&format!("s{n}"), Role::Operator, None).is_ok());
    assert_eq!(admitted.count(), 3 + 50, "one for every seat and fifty");
    class.trainee("a");
    assert_eq!(class.try_join("a", Role::Instructor, None), Err(Refusal::NotAllowed));
}

#[test]
fn the_fifth_device_of_a_person_replaces_the_first() {
    let mut class = Class::new();
    let devices: Vec<_> = (0..5).map(|_| class.trainee("a")).collect();
    let byes: Vec<_> = devices.iter().map(|device| class.bye(*device)).collect();
    assert_eq!(byes, [Some(Bye::Replaced), None, None, None, None]);
    let left = (id_of("a"), What::Left { device: 1, reason: LeftReason::Replaced });
    assert_eq!(class.facts().last(), Some(&left));
}

#[test]
fn a_dropped_socket_resumes_with_what_it_missed_and_keeps_its_leg() {
    let mut class = Class::new();
    let (teacher, ann) = (class.instructor(), class.trainee("安"));
    class.leg(ann);
    class.facts();
    let resume = class.resume(ann);
    class.disconnect(ann);
    class.ask(teacher, Command::StartClass).unwrap();
    class.ask(teacher, Command::Chat { text: "hello".into() }).unwrap();
    class.pass(30);
    let back = class.try_join("安", Role::Trainee, Some(&resume)).unwrap();
    assert_eq!(class.me(back), class.me(ann));
    assert_eq!(class.clients[&back].welcome, Some((true, true)));
    let events = class.events(back);
    assert!(matches!(events[..], [RoomEvent::Class { .. }, RoomEvent::Chat { .. }]), "{events:?}");
    class.pass(100);
    let facts = class.facts();
    assert!(facts.iter().all(|(_, what)| !matches!(what, What::Joined { .. } | What::Left { .. })));
}

#[test]
fn a_reloaded_page_keeps_its_seat_but_not_its_leg() {
    let mut class = Class::new();
    let ann = class.trainee("安");
    let leg = class.leg(ann);
    let resume = Resume { seq: None, ..class.resume(ann) };
    // The new page is faster than the end of the old socket.
    let back = class.try_join("安", Role::Trainee, Some(&resume)).unwrap();
    assert_eq!(class.bye(ann), Some(Bye::Replaced));
    assert_eq!(class.clients[&back].welcome, Some((false, false)));
    assert!(class.clients[&back].state.is_some());
    assert!(class.orders.contains(&MediaOrder::Close(leg)));
    class.disconnect(ann);
    class.pass(100);
    assert_eq!(class.bye(back), None);
    assert_eq!(class.room.counts().trainees_here, 1);
}

#[test]
fn a_resume_that_proves_nothing_is_a_new_device() {
    let mut class = Class::new();
    let ann = class.trainee("安");
    let good = class.resume(ann);
    for (case, name, resume) in [
        ("another incarnation", "安", Resume { epoch: "old".into(), ..good.clone() }),
        ("a guessed token", "安", Resume { token: "guess".into(), ..good.clone() }),
        ("somebody else's token", "bob", good.clone()),
    ] {
        let new = class.try_join(name, Role::Trainee, Some(&resume)).unwrap();
        assert_eq!(class.clients[&new].welcome, Some((false, false)), "{case}");
        assert_eq!(class.bye(ann), None, "{case}");
    }
    let future = Resume { seq: Some(u64::MAX), ..good };
    let back = class.try_join("安", Role::Trainee, Some(&future)).unwrap();
    assert_eq!(class.clients[&back].welcome, Some((false, false)), "a number from the future");
    assert_eq!(class.bye(ann), Some(Bye::Replaced));
}

#[test]
fn who_does_not_come_back_left_at_the_last_sign_of_life() {
    let mut class = Class::new();
    let (ann, came) = (class.trainee("安"), class.now);
    class.pass(5);
    let effects = class.room.alive(class.now, ann);
    class.take(effects);
    class.pass(5);
    class.disconnect(ann);
    class.pass(61);
    let left = class.facts.iter().find(|fact| matches!(fact.what, What::Left { .. })).unwrap();
    assert_eq!(left.what, What::Left { device: 1, reason: LeftReason::Lost });
    assert_eq!(left.at_ms, came + 5_000);
}

#[test]
fn leaving_gives_stage_and_hand_back() {
    let mut class = Class::new();
    let (teacher, ann, bob) = (class.instructor(), class.trainee("安"), class.trainee("bob"));
    class.ask(bob, Command::Hand { up: true }).unwrap();
    class.ask(teacher, Command::BringOnStage { participant: class.me(ann), camera: true }).unwrap();
    class.facts();
    class.ask(ann, Command::Leave).unwrap();
    class.ask(bob, Command::Leave).unwrap();
    assert_eq!((class.bye(ann), class.bye(bob)), (Some(Bye::Left), Some(Bye::Left)));
    let (ann, bob) = (id_of("安"), id_of("bob"));
    assert_eq!(
        class.facts(),
        [
            (ann.clone(), What::Left { device: 2, reason: LeftReason::Asked }),
            (ann.clone(), What::OffStage { by: ann.unwrap() }),
            (bob.clone(), What::Left { device: 3, reason: LeftReason::Asked }),
            (bob.clone(), What::HandLowered { by: bob.unwrap() }),
        ]
    );
    let counts = class.room.counts();
    assert_eq!((counts.on_stage, counts.hands, counts.trainees_here), (0, 0, 0));
}

#[test]
fn the_removed_stay_out_also_when_the_room_is_opened_again() {
    let mut class = Class::new();
    let (teacher, ann) = (class.instructor(), class.trainee("安"));
    let resume = class.resume(ann);
    let participant = class.me(ann);
    class.ask(teacher, Command::Remove { participant }).unwrap();
    assert_eq!(class.bye(ann), Some(Bye::Removed));
    assert_eq!(class.try_join("安", Role::Trainee, Some(&resume)), Err(Refusal::Removed));
    assert_eq!(class.try_http("安", Role::Trainee, false).err(), Some(Refusal::Removed));
    let mut again = Class::again(&class.facts);
    assert_eq!(again.try_join("安", Role::Trainee, None), Err(Refusal::Removed));
}

#[test]
fn a_removal_is_taken_back_and_the_person_comes_in_at_once() {
    let mut class = Class::new();
    let (teacher, ann) = (class.instructor(), class.trainee("安"));
    let participant = class.me(ann);
    let removed = |class: &Class| {
        let state = class.clients[&teacher].state.as_ref().unwrap();
        state.participants.iter().find(|line| line.id == participant).map(|line| line.removed)
    };
    assert_eq!(class.ask(teacher, Command::Readmit { participant }), Err(Refusal::WrongState));
    class.ask(teacher, Command::Remove { participant }).unwrap();
    assert_eq!(removed(&class), Some(true));
    assert_eq!(class.ask(teacher, Command::Remove { participant }), Err(Refusal::WrongState), "once");
    // A room that is opened again from its facts knows who was removed.
    let mut again = Class::again(&class.facts);
    let operator = again.join("运维", Role::Operator);
    assert!(again.clients[&operator].state.as_ref().unwrap().participants[1].removed);
    again.ask(operator, Command::Readmit { participant }).unwrap();
    let by = id_of("运维").unwrap();
    assert_eq!(again.facts().last().unwrap(), &(id_of("安"), What::Readmitted { by }));
    again.trainee("安");
    class.facts();
    class.ask(teacher, Command::Readmit { participant }).unwrap();
    assert_eq!(class.facts(), [(id_of("安"), What::Readmitted { by: id_of("王老师").unwrap() })]);
    assert_eq!(removed(&class), Some(false));
    let ann = class.trainee("安");
    assert_eq!(class.me(ann), participant);
}

#[test]
fn who_ended_the_class_takes_that_back_and_the_people_come_in_again() {
    let mut class = Class::new();
    let (teacher, ann) = (class.instructor(), class.trainee("安"));
    class.ask(teacher, Command::StartClass).unwrap();
    let participant = class.me(ann);
    class.ask(teacher, Command::EndClass).unwrap();
    assert_eq!(class.bye(ann), Some(Bye::Ended));
    // The room was closed, and is opened from its facts.
    let mut again = Class::again(&class.facts);
    again.now = class.now + 60_000;
    assert_eq!(again.try_join("安", Role::Trainee, None), Err(Refusal::Ended));
    let reopen = |class: &mut Class, name, role| class.room.reopen(class.now, &who(name, role));
    assert_eq!(reopen(&mut again, "运维", Role::Operator).err(), Some(Refusal::NotAllowed));
    let effects = reopen(&mut again, "王老师", Role::Instructor).unwrap();
    again.take(effects);
    let by = id_of("王老师").unwrap();
    assert_eq!(again.facts(), [(None, What::ClassReopened { by, to: ClassState::Live })]);
    let ann = again.trainee("安");
    let state = again.clients[&ann].state.as_ref().unwrap();
    assert_eq!((state.class, again.me(ann)), (ClassState::Live, participant));
}

#[test]
fn a_room_goes_on_from_its_facts() {
    let mut class = Class::new();
    let (teacher, ann) = (class.instructor(), class.trainee("安"));
    let participant = class.me(ann);
    class.ask(teacher, Command::StartClass).unwrap();
    class.ask(ann, Command::Chat { text: "one".into() }).unwrap();
    class.ask(ann, Command::Chat { text: "two".into() }).unwrap();
    class.ask(teacher, Command::ChatRemove { line: 1 }).unwrap();
    class.ask(teacher, Command::ChatMute { participant, muted: true }).unwrap();
    class.ask(teacher, Command::PauseClass).unwrap();
    let before = class.clients[&teacher].state.clone().unwrap();

    let mut again = Class::again(&class.facts);
    let bob = again.trainee("bob");
    let state = again.clients[&bob].state.clone().unwrap();
    assert_eq!((state.class, state.started_at_ms), (before.class, before.started_at_ms));
    assert_eq!(state.chat, before.chat);
    let lines: Vec<_> = state.participants.iter().map(|p| (p.name.as_str(), p.here, p.chat_muted)).collect();
    assert_eq!(lines, [("王老师", false, false), ("安", false, true), ("bob", true, false)]);
    let joined = What::Joined { device: 3, role: Role::Trainee, name: "bob".into() };
    assert_eq!(again.facts(), [(id_of("bob"), joined)], "device numbers go on");
    let ann = again.trainee("安");
    assert_eq!(again.ask(ann, Command::Chat { text: "x".into() }), Err(Refusal::ChatMuted));
}

#[test]
fn the_end_closes_the_door_behind_everybody() {
    let mut class = Class::new();
    let (teacher, ann) = (class.instructor(), class.trainee("安"));
    let (_, whep) = class.try_http("guest", Role::Trainee, false).unwrap();
    let resume = class.resume(ann);
    class.ask(teacher, Command::EndClass).unwrap();
    assert_eq!((class.bye(teacher), class.bye(ann)), (Some(Bye::Ended), Some(Bye::Ended)));
    assert!(class.orders.contains(&MediaOrder::Close(whep)));
    assert!(class.room.is_ended() && class.room.is_empty());
    assert_eq!(class.try_join("安", Role::Trainee, Some(&resume)), Err(Refusal::Ended));
    assert_eq!(class.try_http("guest", Role::Trainee, false).err(), Some(Refusal::Ended));
    let closed = |(_, what): &&(_, What)| matches!(what, What::Left { reason: LeftReason::Closed, .. });
    assert_eq!(class.facts().iter().filter(closed).count(), 3);
}

#[test]
fn a_stopping_server_sends_everybody_away_to_resume() {
    let mut class = Class::new();
    let ann = class.trainee("安");
    let effects = class.room.stop(class.now);
    class.take(effects);
    assert_eq!(class.bye(ann), Some(Bye::Restarting));
    assert!(!class.room.is_ended());
}

#[test]
fn presence_is_written_while_heartbeat_and_media_last() {
    let mut class = Class::new();
    let (ann, start) = (class.trainee("安"), class.now);
    let leg = class.leg(ann);
    for second in 0..120 {
        class.pass(1);
        if second % 5 == 0 && second < 100 {
            let effects = class.room.alive(class.now, ann);
            class.take(effects);
        }
        class.report(vec![healthy(leg, &[])]);
    }
    let spans = alive(&class.facts);
    assert!(spans.windows(2).all(|pair| pair[0].1 == pair[1].0), "no holes: {spans:?}");
    let (from, to) = (spans[0].0 - start, spans.last().unwrap().1 - start);
    assert_eq!((from, to), (1_000, 96_000));
    assert!(spans.len() >= 9, "written as it grows: {spans:?}");
}

#[test]
fn a_whep_viewer_is_present_by_media_and_leaves_with_its_leg() {
    let mut class = Class::new();
    let (_, leg) = class.try_http("guest", Role::Trainee, false).unwrap();
    let start = class.now;
    for _ in 0..30 {
        class.pass(1);
        class.report(vec![healthy(leg, &[])]);
    }
    class.pass(5);
    class.media(MediaEvent::Gone { leg });
    let spans = alive(&class.facts);
    assert_eq!((spans[0].0 - start, spans.last().unwrap().1 - start), (1_000, 30_000));
    let left = class.facts.last().unwrap();
    assert_eq!(left.what, What::Left { device: 1, reason: LeftReason::Lost });
    assert_eq!(left.at_ms, start + 30_000);
    assert!(class.room.is_empty());
}

#[test]
fn long_gone_people_are_forgotten_when_the_roster_is_full() {
    let mut class = Class::new();
    for n in 0..1_100 {
        let guest = class.trainee(&format!("guest {n}"));
        class.pass(1);
        class.ask(guest, Command::Leave).unwrap();
    }
    let last = class.trainee("last");
    let state = class.clients[&last].state.as_ref().unwrap();
    assert_eq!(state.participants.len(), 1_000);
    assert_eq!(state.participants[0].name, "guest 101");
}

fn alive(facts: &[Fact]) -> Vec<(u64, u64)> {
    let span = |fact: &Fact| match fact.what {
        What::Alive { from_ms, .. } => Some((from_ms, fact.at_ms)),
        _ => None,
    };
    facts.iter().filter_map(span).collect()
}
