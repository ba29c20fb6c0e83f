//! The blocks that count (CR-6, CR-7): an answer or another proof, and excuses.

use super::edge_cases::{EVENING, evening};
use super::*;
use crate::attendance::credit;
use crate::attendance::decision::Reason;

/// A story of the evening in which every block asked at its tenth minute.
fn asked(story: &str, expected: &str) {
    let due: String = (1..=6)
        .map(|block| {
            let minutes = (block - 1) * 15 + 10;
            format!("due {block} {}:{:02}\n", 19 + minutes / 60, minutes % 60)
        })
        .collect();
    evening(&format!("{due}{story}"), expected);
}

#[test]
fn a_block_that_asked_counts_only_with_a_sign_of_attention() {
    asked("甲 pc 19:00-20:30 \n 甲 answered 1 2 3 4 5 6", "200: 甲 5400 s 200 ch");
    asked("甲 pc 19:00-20:30 \n 甲 answered 1 2 3 4 5 \n 甲 chat 20:29", "200: 甲 5400 s 200 ch");
    // Gone whenever the question came, or before it could come.
    asked("甲 pc 19:00-20:30 \n 甲 answered 1 2 3 4 5 \n 甲 away 6", "200: 甲 4500 s 160 ch, void [6]");
    asked("甲 pc 19:00-20:20 \n 甲 answered 1 2 3 4 5", "200: 甲 4500 s 160 ch, void [6]");
    // A check that could not be answered is excused.
    asked("甲 pc 19:00-20:30 \n 甲 answered 1 2 3 4 5 \n 甲 excused 6", "200: 甲 5400 s 200 ch");
    // A person who was absent from a block has no void block.
    asked("甲 pc 19:00-19:45 \n 甲 answered 1 2 3", "200: 甲 2700 s 100 ch");
}

#[test]
fn a_question_that_nobody_had_time_to_answer_was_not_put() {
    let story = |due: &str| {
        format!(
            "plan 200 19:00-20:30 \n taught 19:00-20:30 \n due 6 {due} \n 甲 pc 19:00-20:28 \n 甲 answered 1 2 3 4 5"
        )
    };
    check(&story("20:28:30"), "200: 甲 4500 s 160 ch, void [6]");
    check(&story("20:28:30.001"), "200: 甲 5280 s 200 ch");
    // A check in a tail that joined the block before counts for that block.
    let tail = |due: &str| {
        format!(
            "plan 200 19:00-20:30 \n taught 19:00-20:34 \n {due} \n 甲 pc 19:00-20:34 \n 甲 answered 1 2 3 4 5"
        )
    };
    check(&tail("due 7 20:32"), "200: 甲 4500 s 160 ch, void [6]");
    check(&tail("started 19:00"), "200: 甲 5640 s 200 ch");
    // An interruption there excuses nobody who missed the block's own question.
    check(&tail("due 6 20:20 \n 甲 away 6 \n 甲 excused 7"), "200: 甲 4500 s 160 ch, void [6]");
}

#[test]
fn visits_too_short_to_be_asked_twice_earn_nothing_where_nobody_was_asked() {
    // A few seconds once a minute: the gaps are bridged.
    let visits = |seconds: u64| {
        let visit = |minute: u64| {
            let from = at("19:00").plus_ms(minute * 60_000);
            let (person, conn) = ("甲".to_owned(), format!("c{minute}"));
            Event::Evidence { person, conn, span: Span { from, to: from.plus_ms(seconds * 1000) } }
        };
        let told = events(EVENING).into_iter().chain((0..90).map(visit));
        let result = credit::assess(&Policy::default(), &LessonFacts::gather(told).expect("a lesson"));
        let (_, decision) = &result.decisions[0];
        (decision.void_blocks().len(), decision.effective_seconds, decision.reasons[1].clone())
    };
    let scattered =
        |proven_seconds| Reason::ScatteredBlock { block: 1, proven_seconds, present_seconds: 900 };
    assert_eq!(visits(3), (6, 0, scattered(45)));
    assert_eq!(visits(44), (6, 0, scattered(660)));
    // One long stay, then seconds at a time: the gaps do not count. A gap between two long stays does.
    evening("甲 pc 19:00-19:10 19:11-20:30", "200: 甲 5400 s 200 ch");
    evening("甲 pc 19:00-19:10 19:10:30-19:10:33 19:11-20:30", "200: 甲 5400 s 200 ch");
    evening("甲 pc 19:00-19:10 19:11-19:13 19:14-20:30", "200: 甲 5280 s 200 ch");
    evening("甲 pc 19:00-19:03 19:03:50-19:03:53 19:04:50-20:30", "200: 甲 5293 s 200 ch");
    // With holes of 15 s, the time for which evidence is fresh, two checks were possible; the proven time
    // counts.
    let (void, effective_seconds, _) = visits(45);
    assert_eq!((void, effective_seconds), (0, 90 * 45));
    let (void, effective_seconds, _) = visits(59);
    assert_eq!((void, effective_seconds), (0, 90 * 59));
    // Two answers take 180 s. A proof of attention proves the block even with such visits.
    evening("甲 pc 19:13-19:14:29 19:15-20:30", "200: 甲 4500 s 160 ch, void [1]");
    evening("甲 pc 19:12-20:30", "200: 甲 4680 s 170 ch");
    evening("甲 pc 19:12:00.001-20:30", "200: 甲 4500 s 160 ch, void [1]");
    evening("甲 pc 19:14-20:30 \n 甲 chat 19:14:10", "200: 甲 4560 s 160 ch");
    // A lesson too short for a question asks nobody.
    check("plan 200 19:00-20:30 \n taught 19:00-19:03:29 \n 甲 pc 19:03-19:03:29", "0: 甲 29 s 0 ch");
    check(
        "plan 200 19:00-20:30 \n taught 19:00-19:03:30 \n 甲 pc 19:03-19:03:29",
        "0: 甲 0 s 0 ch, void [1]",
    );
}

#[test]
fn a_class_that_goes_on_may_still_ask() {
    let mut facts = facts("plan 200 19:00-20:30 \n started 19:00 \n media 19:00-19:25 \n 甲 pc 19:24-19:25");
    let mut void = |due: &[u32], running| {
        facts.due = due.iter().map(|block| (*block, at("19:16"))).collect();
        facts.running = running;
        credit::assess(&Policy::default(), &facts).decisions[0].1.void_blocks()
    };
    assert_eq!([void(&[], true), void(&[2], true)], [[0; 0], []]);
    assert_eq!([void(&[], false), void(&[2], false)], [[2], [2]]);
}
