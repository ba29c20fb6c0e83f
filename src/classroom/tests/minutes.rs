//! What counts so far, as trainees and staff are told.

use super::lesson::{Lesson, moment, policy};
use super::*;
use crate::attendance::audit::export;
use crate::attendance::credit;
use crate::attendance::interval::ServerInstant;
use crate::attendance::lesson::LessonFacts;
use crate::protocol::{SheetLine, Uncounted};

fn sheet(lesson: &Lesson, about: ConnectionId) -> SheetLine {
    let sheet = &lesson.class.clients[&lesson.teacher].state.as_ref().unwrap().sheet;
    let about = lesson.class.me(about);
    sheet.iter().find(|line| line.participant == about).expect("a line for every trainee").clone()
}

/// The gaps as seconds since `start`.
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
    assert_eq!((ann.asked, ann.answered, ann.late, ann.first_ms), (1, 1, false, Some(start)));
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
fn what_was_told_is_what_the_facts_will_say() {
    let (mut lesson, [ann, bob]) = Lesson::begun(["安", "bob"]);
    lesson.live_until(1, moment(1));
    lesson.answers(ann, "b1").unwrap();
    lesson.live(100);
    lesson.vanishes(bob);
    lesson.live_until(2, moment(2) + 200);
    lesson.ask_staff(Command::EndClass);
    let approved = |_: &str| Some(ServerInstant::of_fact(0));
    let events = export(lesson.class.room.hours.plan.clone(), &lesson.class.facts, [], approved);
    let from_facts = credit::assess(&policy(), &LessonFacts::gather(events).unwrap());
    let (_, in_class) = lesson.class.room.judge().unwrap();
    assert_eq!(in_class, from_facts);
    assert_eq!(from_facts.decisions.len(), 2);
    let told = lesson.minutes(ann).unwrap();
    let (_, decision) = &from_facts.decisions[1];
    assert!(decision.effective_seconds - told.counted_s <= 16, "{told:?} {decision:?}");
}
