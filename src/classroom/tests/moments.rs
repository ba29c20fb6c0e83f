//! The people whom a check asks, and the moment.

use super::lesson::{Lesson, moment, policy};
use super::*;
use crate::attendance::fact::CheckKind;

#[test]
fn each_block_asks_everybody_once_at_its_foretold_second() {
    let (mut lesson, [ann, bob]) = Lesson::begun(["安", "bob"]);
    let start = lesson.class.now;
    for block in 1..=6_u32 {
        let second = u64::from(block - 1) * policy().block + moment(block);
        lesson.live(second - (lesson.class.now - start) / 1000 - 1);
        assert_eq!((lesson.shows(ann), lesson.told().len() as u32), (String::new(), 4 * (block - 1)));
        lesson.live(1);
        let check = lesson.check(ann).expect("it is time");
        assert_eq!((check.check.as_str(), check.kind), (format!("b{block}").as_str(), CheckKind::Block));
        assert_eq!(check.deadline_ms, start + (second + policy().answer) * 1000);
        for trainee in [ann, bob] {
            lesson.answers(trainee, &format!("b{block}")).unwrap();
        }
    }
    lesson.live_until(7, 1);
    assert_eq!(lesson.told().len(), 6 * 4);
    assert!(lesson.void_blocks("安").is_empty());
}

#[test]
fn guests_and_staff_and_people_on_stage_are_not_asked() {
    let (mut lesson, [ann, bob]) = Lesson::begun(["安", "bob"]);
    let guest = Identity { approved_at_ms: None, ..who("guest", Role::Trainee) };
    let guest = lesson.class.enter(&guest, None).unwrap();
    lesson.connects(guest);
    let participant = lesson.class.me(bob);
    lesson.ask_staff(Command::BringOnStage { participant, camera: false });
    lesson.live_until(1, moment(1));
    assert_eq!(lesson.told(), ["安 b1 of 1"]);
    lesson.answers(ann, "b1").unwrap();
    lesson.ask_staff(Command::TakeOffStage { participant });
    lesson.live(100);
    assert_eq!(lesson.told().len(), 2, "on stage at the moment is proof enough");
    lesson.ask_staff(Command::CallRoll);
    assert_eq!([ann, bob, guest].map(|trainee| lesson.shows(trainee)), ["r1", "r1", ""]);
    assert!(lesson.minutes(guest).is_none() && lesson.minutes(ann).is_some());
}

#[test]
fn who_comes_in_after_the_moment_is_asked_once_and_after_the_block_no_more() {
    let (mut lesson, [ann]) = Lesson::begun(["安"]);
    lesson.live_until(1, moment(1));
    lesson.answers(ann, "b1").unwrap();
    let bob = lesson.comes("bob", Role::Trainee);
    lesson.live(3);
    assert_eq!(lesson.shows(bob), "", "let them sit down");
    lesson.live(5);
    let check = lesson.check(bob).expect("some seconds after coming in");
    assert_eq!((check.check.as_str(), check.deadline_ms > lesson.class.now + 80_000), ("b1", true));
    lesson.answers(bob, "b1").unwrap();
    lesson.live_until(1, policy().block - policy().answer + 1);
    let late = lesson.comes("late", Role::Trainee);
    lesson.live_until(2, 1);
    assert_eq!(
        lesson.shows(late),
        "b1",
        "what is left of the block counts, too, and may be answered after it"
    );
    lesson.answers(late, "b1").unwrap();
    lesson.leaves(bob);
    let next = lesson.comes("next", Role::Trainee);
    lesson.live(20);
    assert_eq!(lesson.shows(next), "", "who was not there in a block is not asked about it");
    assert_eq!(lesson.told().len(), 6);
    lesson.live_until(3, 1);
    assert_eq!(["安", "late"].map(|name| lesson.void_blocks(name)), [[2], [2]], "which they let pass");
}

#[test]
fn whom_the_moment_finds_away_is_asked_at_the_first_sight_afterwards() {
    // Lost for a moment, even late in the block; or away for long, into the next block.
    for (away_from, away_s, is_bridged) in
        [(moment(1) - 20, 50, true), (moment(1) - 1, 2, true), (moment(1) - 20, 1000, false)]
    {
        for device in 0..3 {
            let (mut lesson, [ann]) = Lesson::begun(["安"]);
            lesson.live_until(1, away_from);
            lesson.vanishes(ann);
            lesson.live(away_s);
            assert_eq!(lesson.told(), [""; 0]);
            // The person comes back on the same page, on another page, or with a player.
            match device {
                0 => _ = lesson.returns("安", ann),
                1 => _ = lesson.comes("安", Role::Trainee),
                _ => _ = lesson.plays("安"),
            }
            lesson.live(if is_bridged { 1 } else { 6 });
            assert_eq!(
                lesson.told().first().map(String::as_str),
                Some("安 b1 of 1"),
                "{away_s} s, device {device}"
            );
        }
    }
}

#[test]
fn who_blinks_is_asked_and_misses_it() {
    let (mut lesson, []) = Lesson::begun([]);
    // Three seconds of a player in every fifty.
    for _ in 0..18 {
        let player = lesson.plays("安");
        lesson.live(3);
        lesson.leaves(player);
        lesson.live(47);
    }
    lesson.live_until(2, 300);
    assert_eq!(lesson.told(), ["安 b1 of 1", "安 excused b1", "安 b1+ of 1", "安 missed b1+"]);
    assert_eq!(lesson.void_blocks("安"), [1]);
}

#[test]
fn who_goes_before_the_moment_and_shows_no_attention_has_a_void_block() {
    for (chats, void) in [(false, vec![1]), (true, vec![])] {
        let (mut lesson, [ann]) = Lesson::begun(["安"]);
        lesson.live_until(1, moment(1) - 10);
        if chats {
            lesson.class.ask(ann, Command::Chat { text: "先走了".into() }).unwrap();
        }
        lesson.vanishes(ann);
        lesson.live_until(2, 300);
        assert_eq!(lesson.void_blocks("安"), void);
    }
}

#[test]
fn a_player_alone_earns_nothing_from_a_block_without_a_proof() {
    let (mut lesson, [ann]) = Lesson::begun(["安"]);
    lesson.plays("安");
    let bob = lesson.plays("bob");
    lesson.plays("cara");
    lesson.live_until(1, moment(1));
    assert_eq!(lesson.told(), ["安 b1 of 1", "bob b1 of 1", "cara b1 of 1"]);
    assert_eq!(lesson.shows(ann), "b1", "a page can be asked");
    lesson.answers(ann, "b1").unwrap();
    let page = lesson.comes("bob", Role::Trainee);
    assert_eq!(lesson.shows(page), "b1", "and shows what waits for its person");
    lesson.answers(page, "b1").unwrap();
    lesson.vanishes(page);
    // The player comes back again and again.
    lesson.leaves(bob);
    lesson.live(5);
    lesson.plays("bob");
    lesson.live_until(2, moment(2));
    lesson.answers(ann, "b2").unwrap();
    lesson.live_until(2, 890);
    assert_eq!(["安", "bob", "cara"].map(|name| lesson.void_blocks(name)), [vec![], vec![2], vec![1, 2]]);
    lesson.ask_staff(Command::CallRoll);
    lesson.live(1);
    assert_eq!(lesson.round("r1").unwrap().waiting, [lesson.class.me(ann)], "the roll is for who can see it");
}

#[test]
fn a_player_without_a_name_is_not_asked() {
    let (mut lesson, [_]) = Lesson::begun(["安"]);
    lesson.plays_as(&Identity { approved_at_ms: None, ..who("guest", Role::Trainee) });
    lesson.live_until(2, 1);
    assert_eq!(lesson.told(), ["安 b1 of 1", "安 missed b1"]);
}

#[test]
fn nobody_is_asked_while_nothing_is_taught() {
    let (mut lesson, [_]) = Lesson::begun(["安"]);
    lesson.live_until(1, moment(1));
    lesson.heard = false;
    lesson.live(20);
    let bob = lesson.comes("bob", Role::Trainee);
    lesson.live(30);
    assert_eq!(lesson.shows(bob), "");
    lesson.heard = true;
    lesson.live(2);
    assert_eq!(lesson.shows(bob), "b1");
}

#[test]
fn breaks_and_silence_of_the_instructor_move_the_moment() {
    let (mut lesson, [ann]) = Lesson::begun(["安"]);
    lesson.live_until(1, moment(1) - 10);
    lesson.ask_staff(Command::PauseClass);
    lesson.live(600);
    lesson.ask_staff(Command::StartClass);
    lesson.live(5);
    lesson.heard = false;
    lesson.live(120);
    assert_eq!(lesson.shows(ann), "", "nothing was taught");
    lesson.heard = true;
    lesson.live(1);
    assert_eq!(lesson.class.room.taught().seconds(), moment(1) - 5);
    lesson.live(4);
    assert_eq!(lesson.shows(ann), "");
    lesson.live(1);
    assert_eq!(lesson.shows(ann), "b1");
}

#[test]
fn the_roll_asks_everybody_at_once_and_one_thing_at_a_time() {
    let (mut lesson, [ann, bob]) = Lesson::begun(["安", "bob"]);
    lesson.live_until(1, 30);
    lesson.ask_staff(Command::CallRoll);
    lesson.live(1);
    let round = lesson.round("r1").expect("staff are told");
    assert_eq!((round.kind, round.block, round.waiting.len()), (CheckKind::Roll, 1, 2));
    let teacher = lesson.teacher;
    assert_eq!(lesson.class.ask(teacher, Command::CallRoll), Err(Refusal::WrongState), "one is open");
    lesson.answers(ann, "r1").unwrap();
    lesson.live(policy().answer + 1);
    let round = lesson.round("r1").unwrap();
    let waiting = vec![lesson.class.me(bob)];
    assert_eq!((round.waiting, round.missed), (waiting, vec![]), "it is not known yet who missed it");
    assert_eq!(lesson.class.ask(teacher, Command::CallRoll), Ok(()), "its time is over");
    assert_eq!(lesson.shows(bob), "r2");
    lesson.ask_staff(Command::PauseClass);
    assert_eq!(lesson.class.ask(teacher, Command::CallRoll), Err(Refusal::WrongState), "a break");
    lesson.live(20);
    let [r1, r2] = ["r1", "r2"].map(|check| lesson.round(check).unwrap());
    assert_eq!((r1.answered, r1.missed), (vec![lesson.class.me(ann)], vec![lesson.class.me(bob)]));
    assert_eq!((r2.answered, r2.waiting, r2.missed), (vec![], vec![], vec![]));
    lesson.ask_staff(Command::StartClass);
    lesson.vanishes(ann);
    lesson.vanishes(bob);
    lesson.live(1);
    assert_eq!(lesson.class.ask(teacher, Command::CallRoll), Err(Refusal::WrongState), "nobody is here");
}

#[test]
fn the_roll_leaves_those_alone_who_are_asked_already() {
    let (mut lesson, [ann]) = Lesson::begun(["安"]);
    lesson.live_until(1, moment(1) - 10);
    let bob = lesson.comes("bob", Role::Trainee);
    lesson.live(10);
    lesson.answers(ann, "b1").unwrap();
    lesson.ask_staff(Command::CallRoll);
    assert_eq!([ann, bob].map(|trainee| lesson.shows(trainee)), ["r1", "b1"]);
    let teacher = lesson.teacher;
    lesson.answers(ann, "r1").unwrap();
    lesson.answers(bob, "b1").unwrap();
    lesson.ask_staff(Command::CallRoll);
    assert_eq!([ann, bob].map(|trainee| lesson.shows(trainee)), ["r2", "r2"], "none was open any more");
    assert_eq!(lesson.class.ask(teacher, Command::CallRoll), Err(Refusal::WrongState));
}

#[test]
fn whom_the_moment_finds_with_the_roll_is_asked_later_unless_they_answered_it() {
    let (mut lesson, [ann, bob]) = Lesson::begun(["安", "bob"]);
    lesson.live_until(1, moment(1) - 20);
    lesson.ask_staff(Command::CallRoll);
    lesson.live(30);
    lesson.answers(ann, "r1").unwrap();
    assert_eq!([ann, bob].map(|trainee| lesson.shows(trainee)), ["", "r1"]);
    lesson.live(70);
    assert_eq!([ann, bob].map(|trainee| lesson.shows(trainee)), ["", ""], "bob's is being judged");
    lesson.live(10);
    assert_eq!([ann, bob].map(|trainee| lesson.shows(trainee)), ["", "b1"]);
}
