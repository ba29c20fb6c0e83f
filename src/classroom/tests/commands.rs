//! Rights by role, and the effects of commands.

use super::*;
use crate::classroom::message::{CHAT_CHARS_MAX, ClassNotice, OperatorAction};
use crate::lesson::ClassState;
use crate::sfu::subscriber::Want;

/// Every command once, about `target`. The match makes this list complete.
fn every_command(target: ParticipantId) -> Vec<Command> {
    use Command::*;
    let commands = vec![
        StartClass,
        PauseClass,
        EndClass,
        Chat { text: "text".into() },
        ChatRemove { line: 1 },
        ChatMute { participant: target, muted: true },
        Hand { up: true },
        LowerHand { participant: target },
        BringOnStage { participant: target, camera: true },
        TakeOffStage { participant: target },
        Sending { kinds: vec![] },
        Mute { participant: target },
        Unmute { participant: target },
        MuteAll,
        Remove { participant: target },
        OffRecord { on: true },
        AnswerCheck { check: "r1".into() },
        CallRoll,
        VoidCheck { check: "r1".into() },
        OpenPoll { poll: polls::yes_or_no() },
        AnswerPoll { poll: 1, choices: vec![0] },
        ClosePoll { poll: 1 },
        ShowPoll { poll: 1, on: true },
        Want { want: self::Want::Main },
        Tiles { heights: vec![63] },
        Leave,
        Readmit { participant: target },
    ];
    for command in &commands {
        match command {
            StartClass | PauseClass | EndClass | Chat { .. } | ChatRemove { .. } | ChatMute { .. } => {}
            Hand { .. } | LowerHand { .. } | BringOnStage { .. } | TakeOffStage { .. } => {}
            Sending { .. } | Mute { .. } | MuteAll | Remove { .. } | Want { .. } | Tiles { .. } | Leave => {}
            OffRecord { .. } | Unmute { .. } | Readmit { .. } => {}
            AnswerCheck { .. } | CallRoll | VoidCheck { .. } => {}
            OpenPoll { .. } | AnswerPoll { .. } | ClosePoll { .. } | ShowPoll { .. } => {}
        }
    }
    commands
}

#[test]
fn every_role_may_do_exactly_this() {
    // In the order of `every_command`, with another trainee on stage as the target: allowed, refused.
    let rows = [
        (
            Role::Instructor,
            "yes yes yes yes yes yes no  yes yes yes yes yes yes yes yes yes no  yes yes yes no  yes yes yes yes yes yes",
        ),
        (
            Role::Operator,
            "  yes yes yes yes yes yes no  yes yes yes no  yes yes yes yes yes no  yes yes yes no  yes yes yes yes yes yes",
        ),
        (
            Role::Trainee,
            "   no  no  no  yes no  no  yes no  no  no  yes no  no  no  no  no  yes no  no  no  yes no  no  yes yes yes no",
        ),
    ];
    for (role, row) in rows {
        let expected: Vec<bool> = row.split_whitespace().map(|cell| cell == "yes").collect();
        let commands = every_command(ParticipantId(2));
        assert_eq!(commands.len(), expected.len());
        for (command, expected) in commands.into_iter().zip(expected) {
            let mut class = Class::new();
            let (teacher, target) = (class.instructor(), class.trainee("target"));
            assert_eq!(class.me(target), ParticipantId(2));
            let bring = Command::BringOnStage { participant: ParticipantId(2), camera: false };
            class.ask(teacher, bring).unwrap();
            class.ask(target, Command::Chat { text: "line 1".into() }).unwrap();
            if matches!(command, Command::PauseClass) {
                class.ask(teacher, Command::StartClass).unwrap();
            }
            let actor = class.join("actor", role);
            let before = (class.facts.len(), class.orders.len(), class.room.out.last());
            let result = class.ask(actor, command.clone());
            // Allowed, but not fitting the moment: the target has no encoder, nobody can be asked or was
            // removed.
            let unfit = match command {
                Command::Unmute { .. } | Command::CallRoll | Command::Readmit { .. } => {
                    Some(Refusal::WrongState)
                }
                Command::AnswerCheck { .. } | Command::VoidCheck { .. } => Some(Refusal::NotFound),
                Command::AnswerPoll { .. } | Command::ClosePoll { .. } | Command::ShowPoll { .. } => {
                    Some(Refusal::NotFound)
                }
                _ => None,
            };
            if let Some(refusal) = unfit.filter(|_| expected) {
                assert_eq!(result, Err(refusal), "{role:?} {command:?}");
            } else if expected {
                assert_eq!(result, Ok(()), "{role:?} {command:?}");
            } else {
                assert_eq!(result, Err(Refusal::NotAllowed), "{role:?} {command:?}");
                let after = (class.facts.len(), class.orders.len(), class.room.out.last());
                assert_eq!(before, after, "a refusal changes nothing: {role:?} {command:?}");
            }
        }
    }
}

#[test]
fn staff_have_their_limits_among_themselves() {
    use Role::{Instructor, Operator};
    type About = fn(ParticipantId) -> Command;
    let remove: About = |participant| Command::Remove { participant };
    let mute: About = |participant| Command::Mute { participant };
    let chat_mute: About = |participant| Command::ChatMute { participant, muted: true };
    for (actor, about, target, expected) in [
        (Instructor, remove, Instructor, Err(Refusal::NotAllowed)),
        (Instructor, remove, Operator, Err(Refusal::NotAllowed)),
        (Operator, remove, Instructor, Ok(())),
        (Operator, remove, Operator, Err(Refusal::NotAllowed)),
        (Instructor, mute, Instructor, Ok(())),
        (Instructor, mute, Operator, Err(Refusal::NotAllowed)),
        (Operator, chat_mute, Instructor, Err(Refusal::NotAllowed)),
    ] {
        let mut class = Class::new();
        let (actor_at, target_at) = (class.join("actor", actor), class.join("target", target));
        let command = about(class.me(target_at));
        assert_eq!(class.ask(actor_at, command.clone()), expected, "{actor:?} {command:?} {target:?}");
    }
}

#[test]
fn commands_about_nobody_are_not_found() {
    let mut class = Class::new();
    let teacher = class.instructor();
    let nobody = every_command(ParticipantId(99)).into_iter();
    for command in nobody.filter(|command| super::super::permissions::target(command).is_some()) {
        assert_eq!(class.ask(teacher, command.clone()), Err(Refusal::NotFound), "{command:?}");
    }
    assert_eq!(class.ask(teacher, Command::ChatRemove { line: 7 }), Err(Refusal::NotFound));
}

#[test]
fn the_class_lives_and_everybody_hears_of_it() {
    let mut class = Class::new();
    let (teacher, ann) = (class.instructor(), class.trainee("安"));
    class.facts();
    let start = class.now;
    for (command, state, what) in [
        (Command::StartClass, ClassState::Live, What::ClassStarted),
        (Command::PauseClass, ClassState::Paused, What::ClassPaused),
        (Command::StartClass, ClassState::Live, What::ClassResumed),
        (Command::EndClass, ClassState::Ended, What::ClassEnded { by: id_of("王老师") }),
    ] {
        class.events(ann);
        class.ask(teacher, command).unwrap();
        assert_eq!(class.facts()[0], (None, what));
        let heard = RoomEvent::Class { class: state, started_at_ms: Some(start) };
        assert_eq!(class.events(ann)[0], heard);
        class.pass(1);
    }
}

#[test]
fn a_chat_line_is_cleaned_told_and_kept_as_a_fact() {
    let mut class = Class::new();
    let (teacher, ann) = (class.instructor(), class.trainee("安"));
    class.facts();
    class.ask(ann, Command::Chat { text: " 老师好\u{7}\u{202e} ".into() }).unwrap();
    let chat = &class.clients[&teacher].state.as_ref().unwrap().chat;
    assert_eq!((chat[0].text.as_str(), chat[0].name.as_str()), ("老师好", "安"));
    assert_eq!(class.facts(), [(id_of("安"), What::Chat { line: 1, text: "老师好".into() })]);
    for text in ["", " \n ", &"x".repeat(CHAT_CHARS_MAX + 1)] {
        let said = Command::Chat { text: text.into() };
        assert_eq!(class.ask(ann, said), Err(Refusal::TextLength), "{text:?}");
    }
    class.ask(teacher, Command::ChatRemove { line: 1 }).unwrap();
    let by = id_of("王老师").unwrap();
    assert_eq!(class.facts(), [(id_of("安"), What::ChatRemoved { line: 1, by })]);
    assert_eq!(class.clients[&ann].state.as_ref().unwrap().chat, []);
}

#[test]
fn a_muted_voice_in_chat_can_be_given_back() {
    let mut class = Class::new();
    let (teacher, ann) = (class.instructor(), class.trainee("安"));
    let participant = class.me(ann);
    let say = || Command::Chat { text: "x".into() };
    class.facts();
    for muted in [true, true, false] {
        class.ask(teacher, Command::ChatMute { participant, muted }).unwrap();
        let expected = if muted { Err(Refusal::ChatMuted) } else { Ok(()) };
        assert_eq!(class.ask(ann, say()), expected);
    }
    let by = id_of("王老师").unwrap();
    let mutes: Vec<_> = class.facts().into_iter().map(|(_, what)| what).collect();
    assert_eq!(mutes[0], What::ChatMuted { by: by.clone(), muted: true });
    assert_eq!(mutes[1], What::ChatMuted { by, muted: false }, "muting twice is one fact");
}

#[test]
fn hands_queue_up_and_go_down_by_stage_staff_or_self() {
    let mut class = Class::new();
    let teacher = class.instructor();
    let [a, b, c] = ["a", "b", "c"].map(|name| class.trainee(name));
    let people = [a, b, c].map(|connection| class.me(connection));
    for connection in [b, a, c, b] {
        class.ask(connection, Command::Hand { up: true }).unwrap();
    }
    let queue = |class: &Class| class.clients[&teacher].state.as_ref().unwrap().hands.clone();
    assert_eq!(queue(&class), [people[1], people[0], people[2]]);
    class.facts();
    class.ask(teacher, Command::BringOnStage { participant: people[1], camera: false }).unwrap();
    class.ask(teacher, Command::LowerHand { participant: people[0] }).unwrap();
    class.ask(c, Command::Hand { up: false }).unwrap();
    assert_eq!(queue(&class), []);
    assert_eq!(class.facts().len(), 4, "on stage and three hands lowered");
    assert_eq!(class.ask(b, Command::Hand { up: true }), Err(Refusal::WrongState));
}

#[test]
fn the_stage_is_bounded_and_left_by_staff_or_self() {
    let mut class = Class::new();
    let teacher = class.instructor();
    let trainees = ["a", "b", "c"].map(|name| class.trainee(name));
    let [a, b, c] = trainees.map(|connection| class.me(connection));
    let bring = |participant, camera| Command::BringOnStage { participant, camera };
    class.ask(teacher, bring(a, false)).unwrap();
    class.ask(teacher, bring(b, true)).unwrap();
    assert_eq!(class.ask(teacher, bring(c, true)), Err(Refusal::StageFull));
    class.ask(teacher, bring(a, true)).expect("a camera may be granted later, on a full stage too");
    assert_eq!(class.room.counts().on_stage, STAGE_MAX);
    let off = |participant| Command::TakeOffStage { participant };
    assert_eq!(class.ask(trainees[0], off(b)), Err(Refusal::NotAllowed));
    class.ask(trainees[0], off(a)).unwrap();
    class.ask(teacher, off(b)).unwrap();
    assert_eq!(class.ask(teacher, off(b)), Err(Refusal::WrongState));
    assert_eq!(class.ask(teacher, bring(class.me(teacher), true)), Err(Refusal::NotAllowed));
    assert_eq!(class.room.counts().on_stage, 0);
}

#[test]
fn a_viewer_without_our_client_has_no_stage() {
    let mut class = Class::new();
    let teacher = class.instructor();
    class.try_http("guest", Role::Trainee, false).unwrap();
    let guest = class.clients[&teacher].state.as_ref().unwrap().participants[1].id;
    let bring = Command::BringOnStage { participant: guest, camera: false };
    assert_eq!(class.ask(teacher, bring), Err(Refusal::WrongState));
}

#[test]
fn the_same_command_twice_is_done_once_and_answered_twice() {
    let mut class = Class::new();
    let (_, ann) = (class.instructor(), class.trainee("安"));
    let say = |text: &str| Command::Chat { text: text.into() };
    class.ask_again(ann, 7, say("one")).unwrap();
    class.facts();
    let resume = class.resume(ann);
    let back = class.try_join("安", Role::Trainee, Some(&resume)).unwrap();
    class.ask_again(back, 7, say("one")).unwrap();
    assert_eq!(class.facts(), []);
    class.ask_again(back, 7, say("another under the same number")).unwrap();
    assert_eq!(class.facts().len(), 1);
}

#[test]
fn nothing_is_promised_while_nothing_can_be_stored() {
    let mut class = Class::new();
    let (teacher, ann) = (class.instructor(), class.trainee("安"));
    let participant = class.me(ann);
    let resume = class.resume(ann);
    class.room.set_storing(false);
    for command in every_command(participant) {
        let lasting = !matches!(
            command,
            Command::Want { .. } | Command::Tiles { .. } | Command::Sending { .. } | Command::Leave
        );
        if lasting {
            assert_eq!(class.ask(teacher, command.clone()), Err(Refusal::Unavailable), "{command:?}");
        }
    }
    assert_eq!(class.try_join("bob", Role::Trainee, None), Err(Refusal::Unavailable));
    assert_eq!(class.try_http("bob", Role::Trainee, false).err(), Some(Refusal::Unavailable));
    let ann = class.try_join("安", Role::Trainee, Some(&resume)).expect("who was here comes back");
    class.ask(teacher, Command::Sending { kinds: vec![SourceKind::Mic] }).unwrap();
    class.ask(ann, Command::Want { want: Want::Sound }).unwrap();
    class.room.set_storing(true);
    class.ask(teacher, Command::StartClass).unwrap();
}

#[test]
fn an_operator_acts_from_outside() {
    let mut class = Class::new();
    let (teacher, ann) = (class.instructor(), class.trainee("安"));
    let by = who("op", Role::Operator);
    class.facts();
    let tell = OperatorAction::Message { text: " 五分钟后维护 ".into() };
    for role in [Role::Instructor, Role::Trainee] {
        let refused = class.room.operator(class.now, &who("x", role), &tell);
        assert_eq!(refused.err(), Some(Refusal::NotAllowed));
    }
    let effects = class.room.operator(class.now, &by, &tell).unwrap();
    class.take(effects);
    let told = ClassNotice { at_ms: class.now, text: "五分钟后维护".into() };
    let notice = RoomEvent::Notice { notice: told.clone() };
    assert_eq!(class.events(ann).last(), Some(&notice));
    let action = "message: 五分钟后维护".to_owned();
    assert_eq!(class.facts(), [(None, What::OperatorAction { by: by.person.clone(), action })]);
    let late = class.trainee("late");
    assert_eq!(class.clients[&late].state.as_ref().unwrap().notices, [told], "late comers read it");
    let empty = OperatorAction::Message { text: "".into() };
    assert_eq!(class.room.operator(class.now, &by, &empty).err(), Some(Refusal::TextLength));
    let effects = class.room.operator(class.now, &by, &OperatorAction::End).unwrap();
    class.take(effects);
    assert_eq!(class.bye(teacher), Some(Bye::Ended));
    assert_eq!(class.room.operator(class.now, &by, &OperatorAction::End).err(), Some(Refusal::Ended));
}
