//! The recorded parts of a class, and who is told.

use super::*;
use crate::classroom::Recorder;
use crate::classroom::message::RecordingState;

fn recording(class: &Class, connection: ConnectionId) -> RecordingState {
    class.clients[&connection].state.as_ref().unwrap().recording
}

fn record_orders(class: &mut Class) -> Vec<bool> {
    let orders = std::mem::take(&mut class.orders).into_iter();
    orders.filter_map(|order| if let MediaOrder::Record(on) = order { Some(on) } else { None }).collect()
}

fn recorder(class: &mut Class, state: Recorder) {
    let effects = class.room.recorder(class.now, state);
    class.take(effects);
}

#[test]
fn a_class_is_recorded_from_start_to_end_but_for_breaks_and_off_the_record() {
    let mut class = Class::new();
    recorder(&mut class, Recorder::Works);
    let (teacher, ann) = (class.instructor(), class.trainee("ann"));
    assert_eq!(recording(&class, ann), RecordingState::Off, "not before the start");
    for (command, expected, ordered) in [
        (Command::StartClass, RecordingState::On, vec![true]),
        (Command::PauseClass, RecordingState::Off, vec![false]),
        (Command::StartClass, RecordingState::On, vec![true]),
        (Command::OffRecord { on: true }, RecordingState::OffRecord, vec![false]),
        (Command::PauseClass, RecordingState::Off, vec![]),
        (Command::StartClass, RecordingState::OffRecord, vec![]),
        (Command::OffRecord { on: false }, RecordingState::On, vec![true]),
    ] {
        class.ask(teacher, command.clone()).unwrap();
        assert_eq!(recording(&class, ann), expected, "{command:?}");
        assert_eq!(record_orders(&mut class), ordered, "{command:?}");
    }
    class.ask(teacher, Command::EndClass).unwrap();
    assert_eq!(record_orders(&mut class), [false]);
    let off = |on| (None, What::OffRecord { by: "id of 王老师".into(), on });
    let facts = class.facts();
    assert!(facts.contains(&off(true)) && facts.contains(&off(false)), "{facts:?}");
}

#[test]
fn a_failing_recorder_is_told_and_does_not_stop_the_class() {
    let mut class = Class::new();
    let teacher = class.instructor();
    class.ask(teacher, Command::StartClass).unwrap();
    assert_eq!(recording(&class, teacher), RecordingState::Off, "this server does not record");
    recorder(&mut class, Recorder::Works);
    recorder(&mut class, Recorder::Fails);
    assert_eq!(recording(&class, teacher), RecordingState::Failing);
    assert_eq!(record_orders(&mut class), [true], "it decides itself what to do meanwhile");
    recorder(&mut class, Recorder::Works);
    assert_eq!(recording(&class, teacher), RecordingState::On);
}

#[test]
fn off_the_record_outlives_a_restart() {
    let mut class = Class::new();
    recorder(&mut class, Recorder::Works);
    let teacher = class.instructor();
    class.ask(teacher, Command::StartClass).unwrap();
    class.ask(teacher, Command::OffRecord { on: true }).unwrap();
    assert_eq!(class.ask(teacher, Command::OffRecord { on: true }), Err(Refusal::WrongState));
    let facts = class.facts.clone();
    let mut class = Class::again(&facts);
    recorder(&mut class, Recorder::Works);
    assert!(record_orders(&mut class).is_empty());
    let teacher = class.instructor();
    assert_eq!(recording(&class, teacher), RecordingState::OffRecord);
}
