//! Every row of the table of edge cases (§2.6 of the domain) that the rules decide, in its order.

use super::*;
use crate::attendance::decision::{Ignored, Reason};
use crate::attendance::presence::Claim;
use crate::attendance::{credit, presence};

pub(super) const EVENING: &str = "plan 200 19:00-20:30\n taught 19:00-20:30\n";

/// A story of the evening class.
pub(super) fn evening(story: &str, expected: &str) {
    check(&format!("{EVENING}{story}"), expected);
}

#[test]
fn two_devices_count_once_and_fill_no_absence_of_both() {
    evening("甲 pc 19:00-20:00 \n 甲 phone 19:30-20:30", "200: 甲 5400 s 200 ch");
    evening("甲 pc 19:00-19:30 20:00-20:30 \n 甲 phone 19:10-19:30", "200: 甲 3600 s 130 ch");
}

#[test]
fn a_reconnect_gap_of_60_s_is_bridged_and_one_of_61_s_is_not() {
    evening("甲 pc 19:00-19:30 19:31-20:30", "200: 甲 5400 s 200 ch");
    evening("甲 pc 19:00-19:30 19:31:01-20:30", "200: 甲 5339 s 200 ch");
    evening("甲 pc 19:00-19:30 19:31:00.1-20:30", "200: 甲 5339 s 200 ch");
}

#[test]
fn order_duplicates_and_double_joins_change_nothing() {
    let story =
        format!("{EVENING}甲 a 19:00-19:40 19:20-20:10 \n 甲 b 19:00-19:40 20:10:30-20:30 \n 甲 missed 2");
    let told = events(&story);
    let backwards = told.iter().rev().chain(&told).cloned();
    let once = credit::assess(&Policy::default(), &facts(&story));
    let again = credit::assess(&Policy::default(), &LessonFacts::gather(backwards).expect("a lesson"));
    assert_eq!(once, again);
    check(&story, "200: 甲 4500 s 160 ch, void [2]");
}

#[test]
fn a_late_instructor_who_ends_as_planned_costs_credit_only_beyond_the_tolerance() {
    let taught = |from: &str| format!("plan 200 19:00-20:30 \n taught {from}-20:30 \n 甲 pc 18:55-20:30");
    check(&taught("19:05"), "200: 甲 5100 s 200 ch");
    check(&taught("19:05:01"), "180: 甲 5099 s 180 ch");
}

#[test]
fn a_late_instructor_may_overrun_by_30_minutes_and_no_more() {
    let story = "plan 200 19:00-20:30 \n taught 19:40-21:20 \n 甲 pc 19:00-21:20 \n 乙 pc 19:00-20:30";
    check(story, "170: 乙 3000 s 110 ch; 甲 4800 s 170 ch");
    let replayed = format!("{story}\n 乙 replay 20:30-21:00");
    check(&replayed, "170: 乙 3000 s 110 ch, with replay 4800 s 170 ch; 甲 4800 s 170 ch");
}

#[test]
fn a_class_that_nobody_started_counts_where_two_people_declared_that_it_was_held() {
    let story = "plan 200 19:00-20:30 \n media 18:50-20:30 \n 甲 pc 18:50-20:30";
    check(story, "0: 甲 0 s 0 ch");
    check(&format!("{story} \n declared 19:00-20:30"), "200: 甲 5400 s 200 ch");
    check(&format!("{story} \n declared 19:00-19:45"), "100: 甲 2700 s 100 ch");
    // Started late, or ended by mistake.
    let late = format!("{story} \n class 19:40-20:00");
    check(&format!("{late} \n declared 19:00-20:30"), "200: 甲 5400 s 200 ch");
    check(&format!("{late} \n declared 19:00-19:30"), "110: 甲 3000 s 110 ch");
    // Nothing counts without the instructor's picture or sound, in a break, or long after the planned end.
    let silent = "plan 200 19:00-20:30 \n 甲 pc 19:00-20:30 \n declared 19:00-20:30";
    check(silent, "0: 甲 0 s 0 ch");
    check(&format!("{silent} \n media 19:00-19:45"), "100: 甲 2700 s 100 ch");
    let broken = format!("{story} \n started 19:40 \n paused 19:50 \n resumed 20:00 \n ended 20:30");
    check(&format!("{broken} \n declared 19:00-20:30"), "170: 甲 4800 s 170 ch");
}

#[test]
fn a_declared_break_leaves_the_window_and_the_blocks() {
    let story =
        "plan 200 19:00-20:40 \n taught 19:00-20:40 \n paused 19:10 \n resumed 19:20 \n 甲 pc 19:00-20:40";
    check(story, "200: 甲 5400 s 200 ch");
    // Block 1 is 19:00-19:10 and 19:20-19:25.
    check(&format!("{story}\n 甲 missed 1"), "200: 甲 4500 s 160 ch, void [1]");
    check(&format!("{story}\n 甲 missed 1 \n 甲 chat 19:24:59"), "200: 甲 5400 s 200 ch");
    check(&format!("{story}\n 甲 missed 1 \n 甲 chat 19:25"), "200: 甲 4500 s 160 ch, void [1]");
    check(&format!("{story}\n 甲 missed 1 \n 甲 chat 19:15"), "200: 甲 4500 s 160 ch, void [1]");
}

#[test]
fn a_short_silence_of_the_instructor_stays_and_a_long_one_goes() {
    let story = |media: &str| {
        format!("plan 200 19:00-20:30 \n class 19:00-20:30 \n media {media} \n 甲 pc 19:00-20:30")
    };
    check(&story("19:00-19:30 19:30:40-20:30"), "200: 甲 5400 s 200 ch");
    check(&story("19:00-19:30 19:31-20:30"), "200: 甲 5400 s 200 ch");
    check(&story("19:00-19:30 19:34-20:30"), "200: 甲 5160 s 200 ch");
    // At the ends: nothing counts before the first picture or sound, nor in a silence of more than a minute
    // at the end.
    check(&story("19:00:40-20:30"), "200: 甲 5360 s 200 ch");
    check(&story("19:00-20:29"), "200: 甲 5400 s 200 ch");
    check(&story("19:00-20:28:59"), "200: 甲 5339 s 200 ch");
    check(&story("18:30-20:45"), "200: 甲 5400 s 200 ch");
}

#[test]
fn without_an_end_the_lesson_ends_at_the_last_media() {
    check(
        "plan 200 19:00-20:30 \n started 19:00 \n media 19:00-20:00 \n 甲 pc 19:00-21:00",
        "130: 甲 3600 s 130 ch",
    );
    check(
        "plan 200 19:00-20:30 \n started 19:00 \n media 19:00-22:00 \n 甲 pc 19:00-22:00",
        "200: 甲 7200 s 200 ch",
    );
    check("plan 200 19:00-20:30 \n 甲 pc 19:00-22:00", "0: 甲 0 s 0 ch");
    check("plan 200 19:00-20:30 \n class 19:00-20:30 \n 甲 pc 19:00-22:00", "0: 甲 0 s 0 ch");
}

#[test]
fn an_open_break_lasts_to_the_end_and_a_break_without_length_is_none() {
    evening("paused 20:00 \n 甲 pc 19:00-20:30", "130: 甲 3600 s 130 ch");
    evening("paused 20:00 \n resumed 20:00 \n 甲 pc 19:00-20:30", "200: 甲 5400 s 200 ch");
    evening("resumed 19:30 \n 甲 pc 19:00-20:30", "200: 甲 5400 s 200 ch");
}

#[test]
fn waiting_before_the_lesson_earns_nothing() {
    evening("甲 pc 18:30-19:00", "200: 甲 0 s 0 ch");
    evening("甲 pc 18:30-19:44:59 \n 乙 pc 18:30-19:45", "200: 乙 2700 s 100 ch; 甲 2699 s 0 ch");
}

#[test]
fn midnight_splits_nothing() {
    check("plan 200 23:15-24:45 \n taught 23:15-24:45 \n 甲 pc 23:15-24:45", "200: 甲 5400 s 200 ch");
}

#[test]
fn a_missed_check_voids_its_block_only_and_watching_the_block_makes_it_up() {
    evening("甲 pc 19:00-20:30 \n 甲 missed 4", "200: 甲 4500 s 160 ch, void [4]");
    evening(
        "甲 pc 19:00-20:30 \n 甲 missed 4 \n 甲 replay 19:45-20:00",
        "200: 甲 4500 s 160 ch, void [4], with replay 5400 s 200 ch",
    );
    evening(
        "甲 pc 19:00-20:30 \n 甲 missed 4 \n 甲 replay 19:45-19:54:59",
        "200: 甲 4500 s 160 ch, void [4], with replay 5099 s 180 ch",
    );
}

#[test]
fn a_check_while_disconnected_is_void_and_costs_nothing() {
    evening("甲 pc 19:00-19:01 19:05-20:30 \n 甲 voided 1", "200: 甲 5160 s 200 ch");
    // The instructor takes back a check that was already missed.
    evening("甲 pc 19:00-20:30 \n 甲 missed 1 \n 甲 voided 1", "200: 甲 5400 s 200 ch");
}

#[test]
fn answers_and_other_proofs_make_a_block_count() {
    evening("甲 pc 19:00-20:30 \n 甲 answered 1 2 3 4 5 6", "200: 甲 5400 s 200 ch");
    for proof in ["poll", "chat", "hand", "stage"] {
        evening(&format!("甲 pc 19:00-20:30 \n 甲 missed 1 \n 甲 {proof} 19:14:59"), "200: 甲 5400 s 200 ch");
        evening(
            &format!("甲 pc 19:00-20:30 \n 甲 missed 1 \n 甲 {proof} 19:15"),
            "200: 甲 4500 s 160 ch, void [1]",
        );
    }
}

/// The void blocks of a lesson that ends at 19:49, four minutes into a would-be fourth block, and the ignored
/// checks of a person.
fn ignored(story: &str) -> (Vec<u32>, Vec<Reason>) {
    let story = format!("plan 100 19:00-19:45 \n taught 19:00-19:49 \n 甲 pc 19:00-19:49 \n {story}");
    let result = credit::assess(&Policy::default(), &facts(&story));
    assert_eq!(result.blocks.count(), 3, "{story}");
    let reasons = result.decisions[0].1.reasons.iter();
    let ignored = reasons.filter(|reason| matches!(reason, Reason::Ignored { .. })).cloned();
    (result.decisions[0].1.void_blocks(), ignored.collect())
}

#[test]
fn a_check_beyond_the_last_block_is_about_the_last_block() {
    for (story, void) in [
        ("甲 answered 4", &[][..]),
        ("甲 missed 4", &[3]),
        ("甲 voided 4", &[]),
        ("甲 voided 9", &[]),
        ("甲 missed 5", &[3]),
        ("甲 missed 3 \n 甲 answered 5", &[]),
    ] {
        assert_eq!(ignored(story), (void.to_vec(), vec![]), "{story}");
    }
    let story = "plan 100 19:00-19:45 \n 甲 pc 19:00-19:49 \n 甲 missed 5";
    let result = credit::assess(&Policy::default(), &facts(story));
    let no_such_block = Reason::Ignored { check: "k5".into(), why: Ignored::NoSuchBlock };
    assert!(result.decisions[0].1.reasons.contains(&no_such_block), "nothing was taught");
}

#[test]
fn an_idle_page_that_misses_every_check_earns_nothing() {
    evening("甲 pc 19:00-20:30 \n 甲 missed 1 2 3 4 5 6", "200: 甲 0 s 0 ch, void [1, 2, 3, 4, 5, 6]");
}

#[test]
fn the_same_person_in_two_lessons_counts_in_the_one_they_came_to_first() {
    let all = |time: &str| Claim { present: spans(time), counts: spans(time) };
    let (first, second) = (all("14:00-15:05 15:06:30-15:31:10"), all("15:00-15:45"));
    let lost = presence::elsewhere(&[("b", second.clone()), ("a", first)]);
    assert_eq!(lost, [vec![("a", spans("15:00-15:05 15:06:30-15:31:10"))], vec![]]);
    // A tie goes to the lower id; a third lesson loses to both.
    let lost = presence::elsewhere(&[("b", second.clone()), ("a", second), ("c", all("15:30-16:00"))]);
    assert_eq!(lost, [vec![("a", spans("15:00-15:45"))], vec![], vec![("a", spans("15:30-15:45"))]]);
    evening("甲 pc 19:00-20:30 \n 甲 elsewhere 18:50-19:10 20:00-20:01", "200: 甲 4740 s 170 ch");
}

#[test]
fn a_lesson_takes_only_the_time_that_counts_in_it() {
    // A tab forgotten in `a`: only its second block counts.
    let forgotten = Claim { present: spans("19:00-20:30"), counts: spans("19:15-19:30") };
    let attended = Claim { present: spans("19:05-20:30"), counts: spans("19:05-20:30") };
    let third = Claim { present: spans("19:10-20:00"), counts: spans("19:10-20:00") };
    let lost = presence::elsewhere(&[("a", forgotten), ("b", attended), ("c", third)]);
    let of_c = vec![("a", spans("19:15-19:30")), ("b", spans("19:10-19:15 19:30-20:00"))];
    assert_eq!(lost, [vec![], vec![("a", spans("19:15-19:30"))], of_c]);
}

#[test]
fn early_and_late_are_measured_from_the_plan_where_the_class_was_longer() {
    let marks = |story: &str| {
        let result = credit::assess(&Policy::default(), &facts(story));
        let of = |decision: &crate::attendance::decision::Decision| {
            let mark = |reason: &Reason| match reason {
                Reason::Late { late_seconds } => Some(("late", *late_seconds)),
                Reason::Early { early_seconds } => Some(("early", *early_seconds)),
                _ => None,
            };
            decision.reasons.iter().filter_map(mark).collect::<Vec<_>>()
        };
        result.decisions.iter().map(|(_, decision)| of(decision)).collect::<Vec<_>>()
    };
    let story = "plan 200 19:00-20:30 \n taught 18:40-20:50 \n";
    assert_eq!(marks(&format!("{story} 甲 pc 18:59-20:30")), [vec![]]);
    assert_eq!(marks(&format!("{story} 甲 pc 19:05:01-20:24:59")), [vec![("late", 301), ("early", 301)]]);
    // The class ends before its planned end: nobody who saw its end left early.
    let story = "plan 200 19:00-20:30 \n taught 19:10-20:00 \n";
    assert_eq!(
        marks(&format!("{story} 甲 pc 19:10-20:00 \n 乙 pc 19:16-19:54")),
        [vec![("late", 360), ("early", 360)], vec![]]
    );
    // Nor did a person who went when it was ended by mistake and did not hear that it went on.
    let story = "plan 200 19:00-20:30 \n class 19:00-19:50 \n class 19:53-20:30 \n media 19:00-20:30 \n";
    assert_eq!(
        marks(&format!("{story} 甲 pc 19:00-19:50 \n 乙 pc 19:00-19:40 \n 丙 pc 19:00-20:10")),
        [vec![("early", 1200)], vec![("early", 600)], vec![]]
    );
}

#[test]
fn who_is_removed_keeps_what_came_before() {
    evening("甲 pc 19:00-20:00", "200: 甲 3600 s 130 ch");
}

#[test]
fn a_late_approval_counts_from_the_first_join_after_it() {
    // The server has no evidence of people before their enrolment; the file begins at the approval.
    evening("甲 pc 19:20-20:30", "200: 甲 4200 s 150 ch");
}

#[test]
fn a_crash_of_the_server_takes_the_time_from_the_window_and_gives_nothing_silently() {
    let story = "plan 200 19:00-20:30 \n class 19:00-20:30 \n media 19:00-19:30 19:40-20:30 \n 甲 pc 19:00-19:30 19:40-20:30";
    check(story, "170: 甲 4800 s 170 ch");
}

#[test]
fn tails_shorter_than_five_minutes_join_the_block_before() {
    let story = |end: &str| format!("plan 200 19:00-20:30 \n taught 19:00-{end} \n 甲 pc 19:00-21:00");
    check(&format!("{} \n 甲 missed 2", story("19:35")), "70: 甲 1200 s 40 ch, void [2]");
    check(&format!("{} \n 甲 missed 2", story("19:34:59")), "70: 甲 900 s 0 ch, void [2]");
    check(&format!("{} \n 甲 missed 3", story("19:35")), "70: 甲 1800 s 70 ch, void [3]");
    // A check put in a tail counts for the block that the tail joined.
    check(&format!("{} \n 甲 missed 3", story("19:34:59")), "70: 甲 900 s 0 ch, void [2]");
    check(&format!("{} \n 甲 missed 2 \n 甲 answered 3", story("19:34:59")), "70: 甲 2099 s 70 ch");
    check(&format!("{} \n 甲 answered 2 \n 甲 missed 3", story("19:34:59")), "70: 甲 2099 s 70 ch");
    check(&format!("{} \n 甲 missed 2 \n 甲 answered 3", story("19:35")), "70: 甲 1200 s 40 ch, void [2]");
    // A shorter lesson is one block.
    check(&format!("{} \n 甲 missed 1", story("19:04")), "0: 甲 0 s 0 ch, void [1]");
}

#[test]
fn forged_late_and_foreign_answers_prove_nothing() {
    let story = format!("{EVENING}甲 pc 19:00-20:30\n甲 missed 1\n");
    let answers = [("19:01:39.999", "older than the check"), ("19:03:10.001", "after the deadline")];
    for (when, why) in answers {
        let answer = Event::CheckAnswered { person: "甲".into(), check: "k1".into(), at: at(when) };
        let told = events(&story).into_iter().chain([answer]);
        let result = credit::assess(&Policy::default(), &LessonFacts::gather(told).expect("a lesson"));
        let decision = &result.decisions[0].1;
        assert_eq!(decision.void_blocks(), [1], "{when}");
        assert!(decision.reasons.iter().any(|reason| reason.to_string().contains(why)), "{when}");
    }
    for when in ["19:01:40", "19:03:10"] {
        let answer =
            |person: &str| Event::CheckAnswered { person: person.into(), check: "k1".into(), at: at(when) };
        // Answered in time, even twice; the answer of another person counts for that person alone.
        let told = events(&story).into_iter().chain([answer("甲"), answer("乙")]);
        let result = credit::assess(&Policy::default(), &LessonFacts::gather(told).expect("a lesson"));
        let [(_, other), (_, mine)] = &result.decisions[..] else { panic!("two people") };
        assert!(mine.void_blocks().is_empty());
        assert!(other.reasons.iter().any(|reason| reason.to_string().contains("never issued")));
    }
}

#[test]
fn the_policy_may_be_harder() {
    let all = Policy {
        tol: 0,
        min_share: Policy::from_toml("min_share = 1").unwrap().min_share,
        ..Policy::default()
    };
    let story = format!("{EVENING}甲 pc 19:00-20:30 \n 乙 pc 19:00-20:29:59 \n 乙 replay 20:29-20:30");
    assert_eq!(summary(&all, &story), "200: 乙 5399 s 0 ch, with replay 5400 s 200 ch; 甲 5400 s 200 ch");
    let live_only = Policy { makeup: crate::attendance::policy::MakeUp::None, ..all };
    assert_eq!(summary(&live_only, &story), "200: 乙 5399 s 0 ch; 甲 5400 s 200 ch");
}

#[test]
fn the_table_of_awards() {
    let cases = [
        (100, &[(2700, 100), (2430, 100), (2429, 80), (1350, 50), (1349, 0)][..]),
        (200, &[(9999, 200), (5100, 200), (5099, 180), (2700, 100), (2699, 0)]),
    ];
    for (credit_ch, awards) in cases {
        for (seconds, ch) in awards {
            let award = credit::award_ch(&Policy::default(), *seconds, credit_ch);
            assert_eq!(award, *ch, "{seconds} s of {credit_ch} ch");
        }
    }
}
