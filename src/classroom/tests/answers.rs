//! The outcomes of checks.

use super::lesson::{Lesson, moment, policy};
use super::*;

/// Seconds from the issue of a check to its judgement: the proof of its last instant must have arrived.
fn judged_after() -> u64 {
    policy().answer + policy().hb_timeout + 1
}

/// Seconds from the issue of a check to the judgement of a second turn: the heartbeat after the longest bridged gap must have arrived, too.
fn judged_again_after() -> u64 {
    judged_after() + policy().gap
}

/// A lesson in which `names` were just asked "b1".
fn asked<const N: usize>(names: [&str; N]) -> (Lesson, [ConnectionId; N]) {
    let (mut lesson, trainees) = Lesson::begun(names);
    lesson.live_until(1, moment(1));
    for trainee in trainees {
        assert_eq!(lesson.shows(trainee), "b1");
    }
    (lesson, trainees)
}

#[test]
fn an_answer_in_time_counts_on_all_devices_and_is_seen_by_staff() {
    let (mut lesson, [ann]) = asked(["安"]);
    let phone = lesson.comes("安", Role::Trainee);
    assert_eq!(lesson.shows(phone), "b1", "the snapshot shows it");
    lesson.live(policy().answer);
    lesson.answers(phone, "b1").expect("the last instant");
    assert_eq!([ann, phone].map(|device| lesson.shows(device)), ["", ""]);
    assert_eq!(lesson.answers(ann, "b1"), Err(Refusal::WrongState), "twice");
    lesson.live(1);
    assert_eq!(lesson.round("b1").unwrap().answered, [lesson.class.me(ann)]);
    lesson.live(judged_after());
    assert_eq!(lesson.told(), ["安 b1 of 1", "安 answers b1"]);
}

#[test]
fn who_was_here_and_said_nothing_missed_it() {
    let (mut lesson, [ann]) = asked(["安"]);
    lesson.live(policy().answer);
    assert_eq!(lesson.shows(ann), "b1");
    lesson.live(1);
    assert_eq!(lesson.shows(ann), "", "over");
    lesson.live(judged_after() - policy().answer - 2);
    assert_eq!(lesson.told().len(), 1, "not judged yet");
    lesson.live(1);
    assert_eq!(lesson.told(), ["安 b1 of 1", "安 missed b1"]);
    assert_eq!(lesson.round("b1").unwrap().missed, [lesson.class.me(ann)]);
    lesson.live_until(2, 1);
    assert_eq!(lesson.told().len(), 2, "asked once");
    assert_eq!(lesson.void_blocks("安"), [1]);
}

#[test]
fn answers_to_nothing_are_refused_and_few_of_them_kept() {
    let (mut lesson, [ann, bob]) = asked(["安", "bob"]);
    lesson.answers(bob, "b1").unwrap();
    lesson.live(policy().answer + 1);
    for number in 0..30 {
        let (check, refusal) = match number {
            0 => ("b1", Refusal::TooLate),
            1 => ("", Refusal::NotFound),
            2 => ("a text that was never the id of a check", Refusal::NotFound),
            _ => ("b7", Refusal::NotFound),
        };
        assert_eq!(lesson.answers(ann, check), Err(refusal), "{number}");
    }
    lesson.live(20);
    let told = lesson.told();
    assert_eq!(told[3..5], ["安 answers b1", "安 answers b7"], "a late one is a fact");
    assert_eq!(told.iter().filter(|word| word.starts_with("安 answers")).count(), 10);
    assert_eq!(told.last().unwrap(), "安 missed b1", "and changes nothing");
    assert_eq!(lesson.void_blocks("安"), [1]);
    let mut lesson = lesson.restarted(1);
    let ann = lesson.comes("安", Role::Trainee);
    let kept = lesson.told().len();
    assert_eq!(lesson.answers(ann, "b7"), Err(Refusal::NotFound));
    assert_eq!(lesson.told().len(), kept, "the limit outlives a restart");
}

#[test]
fn somebody_elses_check_is_not_found() {
    let (mut lesson, [_, bob]) = Lesson::begun(["安", "bob"]);
    lesson.live_until(1, 1);
    lesson.vanishes(bob);
    lesson.live_until(1, moment(1));
    assert_eq!(lesson.told(), ["安 b1 of 1"]);
    let bob = lesson.returns("bob", bob);
    assert_eq!(lesson.answers(bob, "b1"), Err(Refusal::NotFound));
    assert!(lesson.void_blocks("bob").is_empty());
}

#[test]
fn a_lost_connection_excuses_and_the_check_comes_again_once() {
    let (mut lesson, [ann]) = asked(["安"]);
    lesson.vanishes(ann);
    lesson.live(40);
    let ann = lesson.returns("安", ann);
    lesson.live(judged_after() - 40);
    assert_eq!(lesson.told(), ["安 b1 of 1", "安 excused b1", "安 b1+ of 1"]);
    assert_eq!(lesson.shows(ann), "b1+");
    lesson.vanishes(ann);
    lesson.live(policy().gap + 5);
    let ann = lesson.comes("安", Role::Trainee);
    lesson.live(judged_again_after() - policy().gap - 5);
    assert_eq!(lesson.told().last().unwrap(), "安 excused b1+");
    lesson.live(200);
    assert_eq!((lesson.told().len(), lesson.shows(ann)), (4, String::new()), "not a third time");
    lesson.live_until(2, 300);
    assert_eq!(
        lesson.void_blocks("安"),
        [1],
        "who never stays for a question earns nothing without an answer"
    );
}

#[test]
fn a_check_asked_again_may_be_missed() {
    let (mut lesson, [ann]) = asked(["安"]);
    lesson.vanishes(ann);
    lesson.live(judged_after());
    assert_eq!(lesson.told().last().unwrap(), "安 excused b1");
    lesson.comes("安", Role::Trainee);
    lesson.live(10 + judged_again_after());
    assert_eq!(lesson.told()[2..], ["安 b1+ of 1", "安 missed b1+"]);
    assert_eq!(lesson.void_blocks("安"), [1]);
}

#[test]
fn a_page_that_is_loaded_anew_every_minute_misses_the_second_turn() {
    let (mut lesson, [mut ann]) = asked(["安"]);
    for _ in 0..6 {
        lesson.live(45);
        lesson.vanishes(ann);
        lesson.live(15);
        ann = lesson.comes("安", Role::Trainee);
    }
    assert_eq!(lesson.told(), ["安 b1 of 1", "安 excused b1", "安 b1+ of 1", "安 missed b1+"]);
    assert_eq!(lesson.void_blocks("安"), [1]);
}

#[test]
fn a_second_turn_waits_for_what_may_bridge_its_end() {
    for (away, outcome) in [(50, "安 missed b1+"), (70, "安 excused b1+")] {
        let (mut lesson, [ann]) = asked(["安"]);
        lesson.vanishes(ann);
        lesson.live(judged_after());
        let ann = lesson.comes("安", Role::Trainee);
        lesson.live(6);
        assert_eq!(lesson.shows(ann), "b1+");
        lesson.live(policy().answer - 15);
        lesson.vanishes(ann);
        lesson.live(away);
        assert_eq!(lesson.told().len(), 3, "not judged yet");
        lesson.comes("安", Role::Trainee);
        lesson.live(judged_again_after());
        assert_eq!(lesson.told()[3], outcome, "{away} s away, the end of it included");
    }
}

#[test]
fn a_restart_excuses_the_second_turn_too() {
    let (mut lesson, [ann]) = asked(["安"]);
    lesson.vanishes(ann);
    lesson.live(judged_after());
    lesson.comes("安", Role::Trainee);
    lesson.live(10);
    let mut lesson = lesson.restarted(5);
    lesson.comes("安", Role::Trainee);
    lesson.live(judged_again_after());
    assert_eq!(lesson.told()[2..], ["安 b1+ of 1", "安 excused b1+"]);
}

#[test]
fn a_killed_server_leaves_nobody_on_stage_for_ever() {
    let (mut lesson, [ann]) = Lesson::begun(["安"]);
    let participant = lesson.class.me(ann);
    lesson.ask_staff(Command::BringOnStage { participant, camera: false });
    lesson.live(40);
    let killed_ms = lesson.class.now;
    let mut lesson = lesson.restarted(30);
    let off: Vec<&Fact> =
        lesson.class.facts.iter().filter(|fact| matches!(fact.what, What::OffStage { .. })).collect();
    let [off] = off.as_slice() else { panic!("once: {off:?}") };
    assert_eq!(off.person, id_of("安"));
    assert!(off.at_ms <= killed_ms && killed_ms - off.at_ms < 25_000, "the last that is known of her");
    lesson.comes("安", Role::Trainee);
    lesson.live_until(2, moment(2) + judged_after() + 2);
    assert_eq!(lesson.told()[2..], ["安 b2 of 2", "安 missed b2"]);
    assert_eq!(lesson.void_blocks("安"), [2], "the first was proven on stage");
    let lesson = lesson.restarted(5);
    let off = |fact: &&Fact| matches!(fact.what, What::OffStage { .. });
    assert_eq!(lesson.class.facts.iter().filter(off).count(), 1, "and it is written once");
}

#[test]
fn who_comes_back_in_time_sees_it_again_and_may_answer() {
    for answers in [true, false] {
        let (mut lesson, [ann]) = asked(["安"]);
        lesson.vanishes(ann);
        lesson.live(30);
        let ann = lesson.returns("安", ann);
        assert_eq!(lesson.shows(ann), "b1");
        if answers {
            lesson.answers(ann, "b1").unwrap();
        }
        lesson.live(judged_after() - 30);
        let outcome = if answers { "安 answers b1" } else { "安 excused b1" };
        assert_eq!(lesson.told()[1], outcome);
    }
}

#[test]
fn a_loss_too_short_to_interrupt_presence_excuses_too() {
    let (mut lesson, [ann]) = asked(["安"]);
    lesson.live(70);
    lesson.vanishes(ann);
    lesson.live(5);
    lesson.returns("安", ann);
    lesson.live(judged_after() - 75);
    assert_eq!(lesson.told()[1], "安 excused b1");
}

#[test]
fn one_of_two_devices_may_go() {
    let (mut lesson, [ann]) = asked(["安"]);
    lesson.comes("安", Role::Trainee);
    lesson.live(10);
    lesson.vanishes(ann);
    lesson.live(judged_after() - 10);
    assert_eq!(lesson.told(), ["安 b1 of 1", "安 missed b1"]);
}

#[test]
fn a_break_excuses_everybody_and_the_check_comes_again_after_it() {
    let (mut lesson, [ann, bob]) = asked(["安", "bob"]);
    lesson.answers(bob, "b1").unwrap();
    lesson.live(10);
    lesson.ask_staff(Command::PauseClass);
    assert_eq!(lesson.shows(ann), "");
    lesson.live(300);
    lesson.ask_staff(Command::StartClass);
    lesson.live(1);
    assert_eq!([ann, bob].map(|trainee| lesson.shows(trainee)), ["b1+", ""]);
    assert_eq!(lesson.told()[3..], ["安 excused b1", "安 b1+ of 1"]);
}

#[test]
fn a_break_excuses_nobody_who_left_at_the_question() {
    let (mut lesson, [ann, bob]) = asked(["安", "bob"]);
    lesson.live(3);
    lesson.vanishes(ann);
    lesson.live(30);
    lesson.ask_staff(Command::PauseClass);
    lesson.live(60);
    lesson.ask_staff(Command::StartClass);
    lesson.live(1);
    lesson.answers(bob, "b1+").unwrap();
    lesson.live(policy().answer + 60);
    lesson.ask_staff(Command::EndClass);
    assert_eq!(lesson.void_blocks("安"), [1]);
    assert_eq!(lesson.void_blocks("bob"), Vec::<u32>::new());
}

#[test]
fn a_second_turn_that_a_break_takes_away_comes_again_after_it() {
    for (answers, void) in [(true, vec![]), (false, vec![1])] {
        let (mut lesson, [ann]) = asked(["安"]);
        lesson.vanishes(ann);
        lesson.live(40);
        let ann = lesson.returns("安", ann);
        lesson.live(judged_after() - 40);
        assert_eq!(lesson.shows(ann), "b1+");
        lesson.live(10);
        for again in ["b1++", "b1+++"] {
            lesson.ask_staff(Command::PauseClass);
            assert_eq!(lesson.shows(ann), "");
            lesson.live(60);
            lesson.ask_staff(Command::StartClass);
            lesson.live(1);
            assert_eq!(lesson.shows(ann), again);
        }
        if answers {
            lesson.answers(ann, "b1+++").unwrap();
        }
        lesson.live(judged_again_after());
        assert_eq!(lesson.shows(ann), "", "a turn that nobody took away was the last");
        lesson.live_until(2, 1);
        assert_eq!(lesson.void_blocks("安"), void);
    }
}

#[test]
fn the_end_excuses_what_is_open_and_judges_what_is_over() {
    for (seconds, outcome) in [(10, "安 excused b1"), (policy().answer + 3, "安 missed b1")] {
        let (mut lesson, [_]) = asked(["安"]);
        lesson.live(seconds);
        lesson.ask_staff(Command::EndClass);
        assert_eq!(lesson.told(), ["安 b1 of 1", outcome]);
    }
    let (mut lesson, [ann]) = asked(["安"]);
    lesson.live(policy().answer - 1);
    lesson.vanishes(ann);
    lesson.live(3);
    lesson.ask_staff(Command::EndClass);
    assert_eq!(lesson.told()[1], "安 excused b1", "nothing proves the last instant");
}

#[test]
fn staff_can_take_a_check_back() {
    let (mut lesson, [ann, bob]) = asked(["安", "bob"]);
    let void = || Command::VoidCheck { check: "b1".into() };
    lesson.answers(bob, "b1").unwrap();
    lesson.ask_staff(void());
    assert_eq!(lesson.shows(ann), "");
    assert_eq!(lesson.told()[3..], ["bob freed b1", "安 freed b1"]);
    let teacher = lesson.teacher;
    assert_eq!(lesson.class.ask(teacher, void()), Err(Refusal::WrongState));
    let other = Command::VoidCheck { check: "b2".into() };
    assert_eq!(lesson.class.ask(teacher, other), Err(Refusal::NotFound));
    lesson.live(200);
    let round = lesson.round("b1").unwrap();
    assert!(round.void && round.waiting.is_empty() && round.missed.is_empty());
    assert_eq!(lesson.told().len(), 5, "and nobody is asked again in this block");
    assert!(lesson.void_blocks("安").is_empty());
}

#[test]
fn a_missed_check_that_staff_take_back_counts_no_more() {
    let (mut lesson, [_]) = asked(["安"]);
    lesson.live(judged_after());
    assert_eq!(lesson.void_blocks("安"), [1]);
    lesson.ask_staff(Command::VoidCheck { check: "b1".into() });
    assert!(lesson.void_blocks("安").is_empty());
}

#[test]
fn a_restart_keeps_the_open_check() {
    let (mut lesson, [ann]) = asked(["安"]);
    lesson.live(10);
    let deadline_ms = lesson.check(ann).unwrap().deadline_ms;
    let mut lesson = lesson.restarted(20);
    let ann = lesson.comes("安", Role::Trainee);
    assert_eq!(
        lesson.check(ann).map(|check| (check.check, check.deadline_ms)),
        Some(("b1".into(), deadline_ms))
    );
    assert_eq!(lesson.round("b1").unwrap().waiting, [lesson.class.me(ann)]);
    lesson.answers(ann, "b1").unwrap();
    lesson.live(judged_after());
    assert_eq!(lesson.told(), ["安 b1 of 1", "安 answers b1"]);
}

#[test]
fn a_restart_excuses_who_did_not_answer_and_the_rounds_go_on_under_new_names() {
    let (mut lesson, [ann]) = asked(["安"]);
    lesson.answers(ann, "b1").unwrap();
    lesson.ask_staff(Command::CallRoll);
    let mut lesson = lesson.restarted(20);
    let ann = lesson.comes("安", Role::Trainee);
    lesson.live(judged_after());
    assert_eq!(lesson.told()[2..], ["安 r1 of 1", "安 excused r1"]);
    lesson.ask_staff(Command::CallRoll);
    assert_eq!(lesson.shows(ann), "r2");
    lesson.live_until(2, moment(2));
    assert_eq!(lesson.shows(ann), "b2");
}

#[test]
fn while_nothing_can_be_stored_nobody_is_asked_and_nothing_is_missed() {
    let (mut lesson, [_]) = asked(["安"]);
    lesson.class.room.set_storing(false);
    lesson.live(judged_after());
    assert_eq!(lesson.told(), ["安 b1 of 1", "安 excused b1"]);
    lesson.class.room.set_storing(true);
    lesson.live(1);
    assert_eq!(lesson.told().last().unwrap(), "安 b1+ of 1");
}
