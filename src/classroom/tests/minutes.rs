//! The counted minutes as trainees and staff see them.

use super::lesson::{Lesson, moment, policy};
use super::*;
use crate::attendance::audit::export;
use crate::attendance::credit;
use crate::attendance::lesson::LessonFacts;
use crate::attendance::policy::Policy;
use crate::classroom::message::{NotCounting, SheetLine, Uncounted};
use crate::time::ServerInstant;

fn sheet(lesson: &Lesson, about: ConnectionId) -> SheetLine {
    let sheet = &lesson.class.clients[&lesson.teacher].state.as_ref().unwrap().sheet;
    let about = lesson.class.me(about);
    sheet.iter().find(|line| line.participant == about).expect("a line for every trainee").clone()
}

/// The gaps, as seconds since `start`.
fn gaps(lesson: &Lesson, of: ConnectionId, start: u64) -> Vec<(u64, u64, Uncounted)> {
    let gaps = lesson.minutes(of).unwrap().gaps.into_iter();
    gaps.map(|gap| ((gap.from_ms - start) / 1000, (gap.to_ms - start) / 1000, gap.why)).collect()
}

#[test]
fn minutes_grow_while_something_is_taught_and_are_never_old() {
    let mut lesson = Lesson::open();
    let ann = lesson.comes("安", Role::Trainee);
    lesson.live(100);
    assert_eq!(lesson.minutes(ann), None, "the class has not begun");
    lesson.ask_staff(Command::StartClass);
    for second in 1..=200_u64 {
        lesson.live(1);
        if second < 16 {
            continue;
        }
        let minutes = lesson.minutes(ann).expect("told by now");
        assert!(lesson.class.now - minutes.as_of_ms < 16_000);
        assert!(second - minutes.taught_s < 16 && minutes.counted_s == minutes.taught_s, "{minutes:?}");
        assert_eq!(minutes.gaps, []);
    }
    lesson.ask_staff(Command::PauseClass);
    lesson.live(20);
    lesson.class.events(ann);
    lesson.live(100);
    let told = |event: &RoomEvent| matches!(event, RoomEvent::Minutes { .. } | RoomEvent::Sheet { .. });
    assert!(!lesson.class.events(ann).iter().any(told), "nothing changed");
}

fn not_counting(lesson: &Lesson, at: ConnectionId) -> Option<NotCounting> {
    lesson.class.clients[&at].state.as_ref().unwrap().not_counting
}

#[test]
fn staff_and_nobody_else_are_told_when_nothing_is_sent() {
    let mut lesson = Lesson::open();
    let (ann, operator) = (lesson.comes("安", Role::Trainee), lesson.comes("运维", Role::Operator));
    lesson.heard = false;
    lesson.live(100);
    assert_eq!(not_counting(&lesson, operator), None, "the class has not begun");
    lesson.ask_staff(Command::StartClass);
    let silent_since = |since_ms| Some(NotCounting::NothingSent { since_ms });
    let start = lesson.class.now;
    lesson.live(60);
    assert_eq!(not_counting(&lesson, lesson.teacher), None, "there is time to begin");
    lesson.live(1);
    let later = lesson.comes("巡课", Role::Operator);
    for staff in [lesson.teacher, operator, later] {
        assert_eq!(not_counting(&lesson, staff), silent_since(start));
    }
    assert_eq!((not_counting(&lesson, ann), lesson.minutes(ann)), (None, None));
    lesson.heard = true;
    lesson.live(20);
    assert_eq!(not_counting(&lesson, operator), None, "it counts again");
    lesson.heard = false;
    let last = lesson.class.now;
    lesson.live(policy().gap);
    assert_eq!(not_counting(&lesson, operator), None, "that would be bridged");
    lesson.live(1);
    assert_eq!(not_counting(&lesson, operator), silent_since(last));
    lesson.ask_staff(Command::PauseClass);
    lesson.live(1);
    assert_eq!(not_counting(&lesson, operator), None, "nothing should count in a break");
    lesson.ask_staff(Command::StartClass);
    let resumed = lesson.class.now;
    lesson.live(policy().gap);
    assert_eq!(not_counting(&lesson, operator), None);
    lesson.live(1);
    assert_eq!(not_counting(&lesson, operator), silent_since(resumed));
}

#[test]
fn staff_are_told_when_the_planned_end_is_too_long_ago() {
    let (mut lesson, [ann]) = Lesson::begun(["安"]);
    let overrun_s = 60;
    lesson.class.room.instruction.hours_mut().policy = Policy { overrun_max: overrun_s, ..policy() }.into();
    let since_ms = lesson.class.now + 100_000;
    lesson.class.room.instruction.hours_mut().plan.planned_end =
        ServerInstant::of_fact(since_ms - overrun_s * 1000);
    lesson.live(99);
    assert_eq!(not_counting(&lesson, lesson.teacher), None);
    lesson.live(1);
    let over = NotCounting::PlannedTimeOver { since_ms, overrun_s };
    assert_eq!(not_counting(&lesson, lesson.teacher), Some(over));
    assert_eq!(not_counting(&lesson, ann), None);
    assert_eq!(lesson.class.room.taught().seconds(), 100, "as it is judged");
}

#[test]
fn staff_are_told_once_a_minute_that_nobody_has_started_the_class() {
    let mut lesson = Lesson::open();
    let (ann, operator) = (lesson.comes("安", Role::Trainee), lesson.comes("运维", Role::Operator));
    let planned_ms = lesson.class.now + 100_000;
    lesson.class.room.instruction.hours_mut().plan.planned_start = ServerInstant::of_fact(planned_ms);
    lesson.live(100);
    assert_eq!(not_counting(&lesson, operator), None, "before the planned start");
    lesson.class.events(operator);
    for minutes in 0..3 {
        lesson.live(if minutes == 0 { 59 } else { 60 });
        let not_started = NotCounting::NotStarted { since_ms: planned_ms, minutes };
        assert_eq!(not_counting(&lesson, lesson.teacher), Some(not_started), "{minutes}");
        assert_eq!(lesson.class.room.not_counting(), Some(not_started), "the wall");
        let is_told = |event: &RoomEvent| matches!(event, RoomEvent::Counting { .. });
        let told = lesson.class.events(operator).into_iter().filter(is_told).collect::<Vec<_>>();
        assert_eq!(told, [RoomEvent::Counting { not_counting: Some(not_started) }]);
    }
    assert_eq!(not_counting(&lesson, ann), None);
    lesson.heard = false;
    lesson.live(policy().hb_timeout + 2);
    assert_eq!(not_counting(&lesson, operator), None, "nobody teaches");
    lesson.heard = true;
    lesson.live(3);
    assert!(not_counting(&lesson, operator).is_some());
    lesson.ask_staff(Command::StartClass);
    lesson.live(1);
    assert_eq!(not_counting(&lesson, operator), None);
}

#[test]
fn staff_know_what_the_class_would_be_worth_if_it_ended_now() {
    let (mut lesson, [ann]) = Lesson::begun(["安"]);
    let start = lesson.class.now;
    let plan = &mut lesson.class.room.instruction.hours_mut().plan;
    plan.planned_start = ServerInstant::of_fact(start);
    plan.planned_end = ServerInstant::of_fact(start + 5_400_000);
    let worth = |lesson: &Lesson, at| lesson.class.clients[&at].state.as_ref().unwrap().worth;
    lesson.live(70);
    let told = worth(&lesson, lesson.teacher).unwrap();
    assert_eq!((told.planned_s, told.worth_ch, told.credit_ch), (5_400, 0, 200));
    assert!((60..=70).contains(&told.taught_s), "{told:?}");
    lesson.live(2_640);
    let (told, later) = (worth(&lesson, lesson.teacher).unwrap(), lesson.comes("巡课", Role::Operator));
    assert_eq!((told.worth_ch, told.taught_s / 60), (100, 45), "half of it");
    assert_eq!(worth(&lesson, later).unwrap().worth_ch, 100, "the snapshot says it");
    assert_eq!(worth(&lesson, ann), None);
}

#[test]
fn an_open_check_is_nobodys_fault_and_waits_until_it_is_judged() {
    let (mut lesson, [ann, bob]) = Lesson::begun(["安", "bob"]);
    lesson.live_until(1, moment(1) + 20);
    let counts = |lesson: &Lesson, of| {
        let line = sheet(lesson, of);
        (line.answered, line.asked)
    };
    assert_eq!([ann, bob].map(|of| counts(&lesson, of)), [(0, 0), (0, 0)], "both are asked");
    lesson.answers(ann, "b1").unwrap();
    lesson.live(16);
    assert_eq!([ann, bob].map(|of| counts(&lesson, of)), [(1, 1), (0, 0)]);
    lesson.live(policy().answer - 36 + 2);
    let round = lesson.round("b1").unwrap();
    let waiting = (round.answered.len(), round.waiting, round.missed.len());
    assert_eq!(waiting, (1, vec![lesson.class.me(bob)], 0), "over, and not judged");
    lesson.live(policy().hb_timeout + 18);
    assert_eq!([ann, bob].map(|of| counts(&lesson, of)), [(1, 1), (0, 1)]);
    let round = lesson.round("b1").unwrap();
    assert_eq!((round.waiting, round.missed), (vec![], vec![lesson.class.me(bob)]));
}

#[test]
fn every_gap_says_why() {
    let (mut lesson, [ann, bob]) = Lesson::begun(["安", "bob"]);
    let start = lesson.class.now;
    lesson.live(50);
    lesson.vanishes(ann);
    lesson.live(40);
    let ann = lesson.returns("安", ann);
    lesson.live(10);
    lesson.vanishes(bob);
    lesson.live(99);
    assert_eq!(gaps(&lesson, ann, start), [], "a short absence is bridged");
    let bob = lesson.comes("bob", Role::Trainee);
    lesson.live(20);
    assert_eq!(gaps(&lesson, bob, start), [(100, 200, Uncounted::Absent)]);
    lesson.live_until(1, moment(1) + 10);
    lesson.answers(ann, "b1").unwrap();
    let late = lesson.comes("late", Role::Trainee);
    lesson.live_until(1, 600);
    assert_eq!(gaps(&lesson, ann, start), []);
    let came = moment(1) + 11;
    let unanswered = |lesson: &Lesson, of| {
        let minutes = lesson.minutes(of).unwrap();
        (minutes.counted_s, gaps(lesson, of, start).into_iter().map(|gap| gap.2).collect::<Vec<_>>())
    };
    let missed = vec![Uncounted::Unanswered, Uncounted::Absent, Uncounted::Unanswered];
    assert_eq!(unanswered(&lesson, bob), (0, missed));
    assert_eq!(unanswered(&lesson, late), (0, vec![Uncounted::Absent, Uncounted::Unanswered]));
    assert_eq!(gaps(&lesson, late, start)[0], (0, came, Uncounted::Absent));

    let [ann, bob, late] = [ann, bob, late].map(|trainee| sheet(&lesson, trainee));
    assert_eq!((ann.asked, ann.answered, ann.late), (1, 1, false));
    assert!(
        (start - 10_000..start).contains(&ann.first_ms.unwrap()),
        "when she came, not when the class began"
    );
    assert!(ann.counted_s > 580 && ann.last_ms.unwrap() > start + 580_000);
    assert_eq!((bob.asked, bob.answered, bob.late), (1, 0, false));
    assert_eq!((late.asked, late.late, late.first_ms), (1, came > policy().late, Some(start + came * 1000)));
}

#[test]
fn somebody_who_was_never_provably_here_has_a_line_of_nothing() {
    let (mut lesson, []) = Lesson::begun([]);
    let start = lesson.class.now;
    let ann = lesson.class.trainee("安");
    lesson.live(90);
    assert_eq!(sheet(&lesson, ann).counted_s, 0);
    assert_eq!(sheet(&lesson, ann).first_ms, None);
    let (from, to, why) = gaps(&lesson, ann, start)[0];
    assert!(from == 0 && to > 70 && why == Uncounted::Absent);
}

#[test]
fn only_the_latest_gaps_are_told() {
    let (mut lesson, [mut ann]) = Lesson::begun(["安"]);
    for _ in 0..25 {
        lesson.live(2);
        lesson.vanishes(ann);
        lesson.live(65);
        ann = lesson.comes("安", Role::Trainee);
    }
    lesson.live(20);
    let gaps = lesson.minutes(ann).unwrap().gaps;
    assert_eq!(gaps.len(), 20);
    assert!(gaps.windows(2).all(|pair| pair[0].to_ms <= pair[1].from_ms));
    assert!(lesson.class.now - gaps[19].to_ms < 30_000);
}

#[test]
fn a_restart_forgets_no_minute_of_anybody() {
    let (mut lesson, [ann, bob]) = Lesson::begun(["安", "bob"]);
    lesson.live(100);
    let before = lesson.minutes(ann).unwrap().counted_s;
    lesson.vanishes(bob);
    let mut lesson = lesson.restarted(20);
    lesson.class.room.enrol("id of bob", 0);
    let ann = lesson.comes("安", Role::Trainee);
    lesson.live(30);
    let after = lesson.minutes(ann).unwrap();
    assert!(after.counted_s >= before + 40 && after.gaps.is_empty(), "{before} {after:?}");
    let sheet = &lesson.class.clients[&lesson.teacher].state.as_ref().unwrap().sheet;
    assert!(sheet.len() == 2 && sheet.iter().all(|line| line.counted_s > 80), "{sheet:?}");
}

#[test]
fn a_server_that_is_killed_every_few_seconds_loses_little_of_a_class() {
    let (mut lesson, _) = Lesson::begun(["安"]);
    let start = lesson.class.now;
    for _ in 0..15 {
        lesson.live(6);
        lesson = lesson.restarted(2);
        lesson.comes("安", Role::Trainee);
    }
    lesson.live(6);
    let all_s = (lesson.class.now - start) / 1000;
    let (_, result) = lesson.class.room.judge().unwrap();
    let present_s = result.decisions[0].1.present.seconds();
    assert!(result.instruction_seconds + 3 >= all_s, "{} of {all_s} s", result.instruction_seconds);
    assert!(present_s + 3 >= all_s, "{present_s} of {all_s} s");
}

#[test]
fn what_was_told_is_what_the_facts_will_say() {
    let (mut lesson, [ann, bob]) = Lesson::begun(["安", "bob"]);
    lesson.live_until(1, moment(1));
    lesson.answers(ann, "b1").unwrap();
    lesson.live(100);
    lesson.vanishes(bob);
    lesson.live_until(2, moment(2) + 200);
    lesson.ask_staff(Command::EndClass);
    let approved = |_: &str| Some(ServerInstant::of_fact(0));
    let events = export(lesson.class.room.instruction.plan().clone(), &lesson.class.facts, [], approved);
    let from_facts = credit::assess(&policy(), &LessonFacts::gather(events).unwrap());
    let (_, in_class) = lesson.class.room.judge().unwrap();
    assert_eq!(in_class, from_facts);
    assert_eq!(from_facts.decisions.len(), 2);
    let told = lesson.minutes(ann).unwrap();
    let (_, decision) = &from_facts.decisions[1];
    assert!(decision.effective_seconds - told.counted_s <= 16, "{told:?} {decision:?}");
}
