//! Players that fetch the class piece by piece (HLS).

use super::lesson::{Lesson, moment, policy};
use super::*;
use crate::attendance::fact::LeftReason;
use crate::classroom::roster::Access;

/// Fetches like a player: the next piece every two seconds.
fn plays(lesson: &mut Lesson, name: &str, seconds: u64) {
    play(lesson, &[name], seconds);
}

fn play(lesson: &mut Lesson, names: &[&str], seconds: u64) {
    for second in 0..seconds {
        for name in names.iter().filter(|_| second % 2 == 0) {
            let to_ms = lesson.class.now - 900_000;
            fetches(lesson, &who(name, Role::Trainee), Fetched { to_ms, behind_ms: 9_000 });
        }
        lesson.live(1);
    }
}

fn fetches(lesson: &mut Lesson, who: &Identity, piece: Fetched) {
    let effects = lesson.class.room.fetched(lesson.class.now, who, piece);
    lesson.class.take(effects);
}

/// Seconds of provable presence, if the class ended now.
fn present_s(lesson: &Lesson, name: &str) -> u64 {
    lesson.class.room.evidence(&id_of(name).unwrap()).length_ms() / 1000
}

#[test]
fn a_player_is_here_while_it_fetches_and_leaves_at_its_last_piece() {
    let (mut lesson, []) = Lesson::begun([]);
    let began = lesson.class.now;
    plays(&mut lesson, "安", 60);
    assert_eq!(present_s(&lesson, "安"), 58, "from the first piece to the last");
    let here = |lesson: &Lesson| lesson.class.room.counts().trainees_here;
    assert_eq!(here(&lesson), 1);
    lesson.live(62);
    assert_eq!((here(&lesson), present_s(&lesson, "安")), (0, 58));
    let left = |fact: &&Fact| matches!(fact.what, What::Left { reason: LeftReason::Lost, .. });
    let left = lesson.class.facts.iter().find(left).expect("it left");
    assert_eq!((left.person.clone(), left.at_ms), (id_of("安"), began + 58_000));
    // A break in between counts for nothing, and a return is a new device.
    plays(&mut lesson, "安", 20);
    assert_eq!(present_s(&lesson, "安"), 58 + 18);
}

#[test]
fn old_pieces_and_the_same_ones_again_prove_nothing() {
    let (mut lesson, []) = Lesson::begun([]);
    let ann = who("安", Role::Trainee);
    for _ in 0..30 {
        fetches(&mut lesson, &ann, Fetched { to_ms: 5_000, behind_ms: policy().gap * 1000 + 1 });
        lesson.live(1);
    }
    assert_eq!(lesson.class.room.counts().trainees_here, 0, "who watches from the beginning is not in class");
    for _ in 0..30 {
        fetches(&mut lesson, &ann, Fetched { to_ms: 50_000, behind_ms: policy().gap * 1000 });
        lesson.live(1);
    }
    assert_eq!(present_s(&lesson, "安"), 0, "one piece, fetched again and again");
}

#[test]
fn only_trainees_with_a_seat_are_counted_and_only_in_class() {
    let (mut lesson, []) = Lesson::begun([]);
    let piece = |to_ms| Fetched { to_ms, behind_ms: 0 };
    for role in [Role::Instructor, Role::Operator] {
        fetches(&mut lesson, &who("staff", role), piece(1));
    }
    assert_eq!(lesson.class.room.counts().trainees_here, 0);
    assert_eq!(lesson.class.room.counts().staff_here, 1, "the instructor");
    let names = ["a", "b", "c", "late"];
    for name in names {
        fetches(&mut lesson, &who(name, Role::Trainee), piece(1));
    }
    assert_eq!(lesson.class.room.counts().trainees_here, TRAINEES_MAX, "there is no seat for the last");
    let participant = lesson.class.room.roster.person_of_key(&id_of("a").unwrap()).unwrap();
    lesson.ask_staff(Command::Remove { participant });
    fetches(&mut lesson, &who("a", Role::Trainee), piece(2));
    assert_eq!(lesson.class.room.counts().trainees_here, TRAINEES_MAX - 1, "who was removed stays out");
    lesson.class.room.set_storing(false);
    fetches(&mut lesson, &who("late", Role::Trainee), piece(2));
    assert_eq!(lesson.class.room.counts().trainees_here, TRAINEES_MAX - 1, "not while it cannot be stored");
    lesson.class.room.set_storing(true);
    lesson.ask_staff(Command::EndClass);
    let before = lesson.class.facts.len();
    fetches(&mut lesson, &who("b", Role::Trainee), piece(3));
    assert_eq!(lesson.class.facts.len(), before, "over");
}

#[test]
fn a_player_beside_a_page_counts_nothing_twice() {
    let (mut lesson, [ann]) = Lesson::begun(["安"]);
    plays(&mut lesson, "安", 40);
    assert_eq!(present_s(&lesson, "安"), 40 + 9, "the page was here before the start");
    lesson.vanishes(ann);
    plays(&mut lesson, "安", 40);
    assert_eq!(present_s(&lesson, "安"), 49 + 38, "the player alone goes on");
    let devices = lesson
        .class
        .room
        .roster
        .devices()
        .filter(|device| matches!(device.access, Access::Hls { .. }))
        .count();
    assert_eq!(devices, 1, "however often it fetches");
}

#[test]
fn a_player_alone_is_asked_and_earns_nothing_from_a_block_without_a_proof() {
    let (mut lesson, []) = Lesson::begun([]);
    play(&mut lesson, &["安", "bob"], moment(1) + 10);
    assert_eq!(lesson.told(), ["安 b1 of 1", "bob b1 of 1"]);
    lesson.ask_staff(Command::OpenPoll { poll: polls::yes_or_no() });
    let phone = lesson.comes("安", Role::Trainee);
    lesson.class.ask(phone, Command::AnswerPoll { poll: 1, choices: vec![0] }).unwrap();
    play(&mut lesson, &["安", "bob"], 200);
    assert_eq!((lesson.void_blocks("安"), lesson.void_blocks("bob")), (vec![], vec![1]));
}
