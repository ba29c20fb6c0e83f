//! The acceptance cases (§8 of the domain) that are about hours.

use super::*;
use crate::attendance::{credit, presence};

#[test]
fn ac_1_a_full_phase() {
    let lesson = "plan 200 19:00-20:30 \n taught 19:00-20:30 \n";
    let of = |story: &str, expected: &str| check(&format!("{lesson}{story}"), expected);
    of("甲 pc 18:50-20:30 \n 甲 answered 1 2 3 4 5 6", "200: 甲 5400 s 200 ch");
    of("乙 pc 19:12-20:30 \n 乙 voided 1 \n 乙 answered 2 3 4 5 6", "200: 乙 4680 s 170 ch");
    of("乙 pc 19:00-20:30 \n 乙 answered 1 2 3 5 6 \n 乙 missed 4", "200: 乙 4500 s 160 ch, void [4]");
    of(
        "乙 pc 19:12-20:30 \n 乙 voided 1 \n 乙 replay 19:00-19:12",
        "200: 乙 4680 s 170 ch, with replay 5400 s 200 ch",
    );
    let second = "乙 pc 19:00-20:30 \n 乙 missed 4 \n 乙 replay 19:45-19:54:30";
    of(second, "200: 乙 4500 s 160 ch, void [4], with replay 5070 s 180 ch");
    let third = format!("{second} 19:54:30-20:00");
    of(&third, "200: 乙 4500 s 160 ch, void [4], with replay 5400 s 200 ch");
}

const AC_2: &str = "
    plan 200 14:00-15:30
    class 14:00-15:31:10
    media 14:00:40-15:31:10
    paused 14:45
    resumed 14:50
    丙 pc 13:55-14:20:10
    丙 phone 14:10-14:41
    丙 pc 14:41:45-15:05
    丙 phone 15:06:30-15:40";

#[test]
fn ac_2_devices_gaps_break_two_rooms() {
    let result = credit::assess(&Policy::default(), &facts(AC_2));
    assert_eq!(result.window, spans("14:00:40-14:45 14:50-15:31:10"));
    assert_eq!((result.instruction_seconds, result.effective_ch), (5130, 200));
    let blocks: Vec<u64> =
        (1..=result.blocks.count()).map(|n| result.blocks.time_of(|block| block == n).seconds()).collect();
    assert_eq!(blocks, [900, 900, 900, 900, 900, 630]);
    let decision = &result.decisions[0].1;
    assert_eq!(decision.present, spans("14:00:40-14:45 14:50-15:05 15:06:30-15:31:10"));
    check(AC_2, "200: 丙 5040 s 180 ch");

    // The other room, at the same time: only the rest counts there.
    let other = "plan 100 15:00-15:45 \n taught 15:00-15:45 \n 丙 laptop 15:00-15:45";
    let claim = |story: &str| credit::claims(&Policy::default(), &facts(story)).remove("丙").expect("丙");
    let mut lost = presence::elsewhere(&[("L1", claim(AC_2)), ("L2", claim(other))]);
    assert_eq!(lost[0], []);
    let (by, time) = lost.remove(1).remove(0);
    let told = |span| Event::Elsewhere { person: "丙".into(), span, lesson: Some(by.to_owned()) };
    let elsewhere = time.iter().map(told);
    let told = LessonFacts::gather(events(other).into_iter().chain(elsewhere)).expect("a lesson");
    let left = &credit::assess(&Policy::default(), &told).decisions[0].1;
    assert_eq!((left.effective_seconds, left.credit_ch), (920, 0));
}

#[test]
fn ac_3_late_abort_cancel_replay() {
    let late = "plan 200 09:00-10:30 \n taught 09:20-10:50 \n 戊 pc 08:55-10:30";
    check(late, "200: 戊 4200 s 150 ch");
    check(&format!("{late}\n 戊 replay 10:30-10:50"), "200: 戊 4200 s 150 ch, with replay 5400 s 200 ch");
    check("plan 200 09:00-10:30 \n taught 09:05-10:30 \n 戊 pc 09:00-10:30", "200: 戊 5100 s 200 ch");
    check("plan 200 09:00-10:30 \n taught 09:05:01-10:30 \n 戊 pc 09:00-10:30", "180: 戊 5099 s 180 ch");

    // The instructor is lost; the server ends the lesson 900 s later.
    let lost = "plan 200 14:00-15:30 \n class 14:00-14:52 \n media 14:00-14:37 \n 戊 pc 14:00-14:52";
    check(lost, "80: 戊 2220 s 80 ch");
    check("plan 120 14:00-14:54 \n taught 14:00-14:54 \n 戊 pc 14:00-14:54", "120: 戊 3240 s 120 ch");
    // Cancelled: never started.
    check("plan 200 14:00-15:30", "0: ");
}

#[test]
fn ac_5_a_fault_of_one_node() {
    check("plan 200 19:00-20:30 \n taught 19:00-20:30 \n 己 pc 19:00-20:05", "200: 己 3900 s 140 ch");
}
