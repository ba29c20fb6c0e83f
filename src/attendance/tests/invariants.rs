//! The invariants (§7.5 of the domain) of a single lesson, over lessons nobody would think of.

use proptest::prelude::*;

use super::*;
use crate::attendance::blocks::{Blocks, check_offset_seconds};
use crate::attendance::decision::LessonResult;
use crate::attendance::fact::Excuse;
use crate::attendance::{credit, presence};

/// Times are in steps of 7.5 s around the planned hour, so that gaps, tails and thresholds are met.
pub(super) const STEP_MS: u64 = 7_500;
const STEPS: u64 = 900;

fn instant() -> impl Strategy<Value = ServerInstant> {
    (0..STEPS).prop_map(|steps| at("19:00").plus_ms(steps * STEP_MS))
}

fn stretch() -> impl Strategy<Value = Span> {
    (instant(), 0..STEPS / 2).prop_map(|(from, steps)| Span { from, to: from.plus_ms(steps * STEP_MS) })
}

fn person() -> impl Strategy<Value = String> {
    "[ab]"
}

fn event() -> impl Strategy<Value = Event> {
    let evidence =
        (person(), stretch()).prop_map(|(person, span)| Event::Evidence { person, conn: "c".into(), span });
    prop_oneof![
        6 => evidence,
        4 => stretch().prop_map(|span| Event::InstructorMedia { span }),
        1 => instant().prop_map(|at| Event::Paused { at }),
        1 => instant().prop_map(|at| Event::Resumed { at }),
        1 => instant().prop_map(|at| Event::Ended { at }),
        2 => (person(), stretch()).prop_map(|(person, span)| Event::Replay { person, span }),
        1 => (person(), stretch()).prop_map(|(person, span)| Event::Elsewhere { person, span, lesson: None }),
        3 => (person(), 1u32..9).prop_map(|(person, block)| {
            Event::CheckMissed { person, check: format!("k{block}"), block }
        }),
        2 => (person(), 1u32..9, why()).prop_map(|(person, block, why)| {
            Event::CheckVoid { person, check: format!("k{block}"), why }
        }),
        3 => (1u32..9, instant()).prop_map(|(block, at)| Event::CheckDue { block, at }),
        2 => (person(), 1u32..9).prop_map(|(person, block)| {
            let at = at("19:00").plus_ms(u64::from(block) * 100 * STEP_MS);
            Event::CheckIssued { person, check: format!("k{block}"), block, at, deadline: at.plus_ms(90_000) }
        }),
        2 => (person(), 1u32..9, 0u64..14).prop_map(|(person, block, late)| {
            let at = at("19:00").plus_ms((u64::from(block) * 100 + late) * STEP_MS);
            Event::CheckAnswered { person, check: format!("k{block}"), at }
        }),
        1 => (person(), instant()).prop_map(|(person, at)| Event::Proof { person, at, kind: ProofKind::Chat }),
    ]
}

fn why() -> impl Strategy<Value = Option<Excuse>> {
    prop::option::of(prop::sample::select(vec![Excuse::Away, Excuse::Class, Excuse::Server, Excuse::Staff]))
}

/// The events of a lesson that began.
pub(super) fn lesson() -> impl Strategy<Value = Vec<Event>> {
    let plan = (0u64..30, 10u64..120).prop_map(|(tens, minutes)| {
        let planned_end = at("19:00").plus_ms(minutes * 60_000);
        let (lesson, content) = ("L".into(), "C".into());
        Event::Lesson(Plan { lesson, content, credit_ch: tens * 10, planned_start: at("19:00"), planned_end })
    });
    let started = (0..60u64).prop_map(|steps| Event::Started { at: at("19:00").plus_ms(steps * STEP_MS) });
    let rest = prop::collection::vec(event(), 0..40);
    (plan, started, rest).prop_map(|(plan, started, rest)| [plan, started].into_iter().chain(rest).collect())
}

fn policy() -> impl Strategy<Value = Policy> {
    let figures = (0u64..=120, 600u64..=1500, 0u64..=300, 0u64..=4, prop::bool::ANY);
    figures.prop_map(|(gap, block, tol, quarters, makeup)| {
        let makeup = if makeup { "union" } else { "none" };
        let text = format!(
            "gap = {gap}\nblock = {block}\ntol = {tol}\nmin_share = \"{quarters}/4\"\nmakeup = \"{makeup}\""
        );
        Policy::from_toml(&text).expect("within the ranges")
    })
}

fn assess(policy: &Policy, events: impl IntoIterator<Item = Event>) -> LessonResult {
    credit::assess(policy, &LessonFacts::gather(events).expect("a lesson"))
}

fn credit_of(result: &LessonResult, person: &str) -> (u64, u64, u64) {
    let decision = result.decisions.iter().find(|(id, _)| id == person);
    decision
        .map_or((0, 0, 0), |(_, decision)| (decision.effective_seconds, decision.live_ch, decision.credit_ch))
}

proptest! {
    /// I-1 and I-6.
    #[test]
    fn order_duplicates_and_devices_do_not_matter(
        events in lesson(), policy in policy(), seed in prop::collection::vec(any::<(prop::sample::Index, bool)>(), 40),
    ) {
        let expected = assess(&policy, events.clone());
        let mut shuffled = events.clone();
        for (index, twice) in &seed {
            let event = shuffled.remove(index.index(shuffled.len()));
            let cut = match event.clone() {
                // Two devices may tell a stretch in two pieces.
                Event::Evidence { person, span, .. } if *twice => {
                    let middle = ServerInstant::of_fact((span.from.ms() + span.to.ms()) / 2);
                    let piece = |conn: &str, from, to| {
                        Event::Evidence { person: person.clone(), conn: conn.into(), span: Span { from, to } }
                    };
                    vec![piece("c", span.from, middle), piece("d", middle, span.to)]
                }
                event if *twice => vec![event.clone(), event],
                event => vec![event],
            };
            shuffled.extend(cut);
        }
        prop_assert_eq!(assess(&policy, shuffled), expected);
    }

    /// I-2.
    #[test]
    fn more_presence_and_more_attention_never_cost(
        events in lesson(), policy in policy(), more in stretch(), proof in instant(), gone in any::<prop::sample::Index>(),
    ) {
        let before = credit_of(&assess(&policy, events.clone()), "a");
        let not_less = |events: Vec<Event>| {
            let after = credit_of(&assess(&policy, events), "a");
            after.0 >= before.0 && after.1 >= before.1 && after.2 >= before.2
        };
        let person = || "a".to_owned();
        let with = |event: Event| events.iter().cloned().chain([event]).collect::<Vec<_>>();
        let more_of = [
            Event::Evidence { person: person(), conn: "new".into(), span: more },
            Event::Proof { person: person(), at: proof, kind: ProofKind::Poll },
            Event::Replay { person: person(), span: more },
        ];
        for event in more_of {
            prop_assert!(not_less(with(event)));
        }
        let misses: Vec<_> = (0..events.len()).filter(|i| matches!(events[*i], Event::CheckMissed { .. })).collect();
        if !misses.is_empty() {
            let mut fewer = events.clone();
            fewer.remove(misses[gone.index(misses.len())]);
            prop_assert!(not_less(fewer));
        }
    }

    /// I-3.
    #[test]
    fn credit_keeps_its_bounds(events in lesson(), policy in policy()) {
        let result = assess(&policy, events);
        let delivered = result.effective_ch;
        prop_assert!(delivered <= result.plan.credit_ch);
        for (_, decision) in &result.decisions {
            prop_assert!(decision.live_ch <= decision.credit_ch && decision.credit_ch <= delivered);
            prop_assert!(decision.effective_seconds <= decision.with_replay_seconds);
            prop_assert!(decision.with_replay_seconds <= result.instruction_seconds);
            prop_assert!(policy.need_seconds(decision.live_ch) <= decision.effective_seconds + policy.tol);
            prop_assert!(policy.need_seconds(decision.credit_ch) <= decision.with_replay_seconds + policy.tol);
            prop_assert_eq!(decision.credit_ch % 10, 0);
            prop_assert!(decision.present.minus(&result.window).is_empty());
        }
    }

    /// I-4.
    #[test]
    fn blocks_are_the_window_cut_without_rest_or_overlap(
        window in prop::collection::vec(stretch(), 0..12), length in 600u64..=1500,
    ) {
        let window: Spans = window.into_iter().collect();
        let blocks = Blocks::cut(&window, length);
        let each: Vec<Spans> = (1..=blocks.count()).map(|n| blocks.time_of(|block| block == n)).collect();
        let total: u64 = each.iter().map(Spans::length_ms).sum();
        prop_assert_eq!(total, window.length_ms());
        prop_assert_eq!(blocks.time_of(|_| true), window.clone());
        for (number, block) in (1..).zip(&each) {
            let last = number == blocks.count();
            let length_ms = block.length_ms();
            prop_assert!(last || length_ms == length * 1000);
            prop_assert!(!last || number == 1 || (300_000..length * 1000 + 300_000).contains(&length_ms));
            for span in block.iter() {
                prop_assert_eq!(blocks.holding(span.from), Some(number));
            }
        }
        for (one, two) in each.iter().zip(each.iter().skip(1)) {
            prop_assert!(one.last() <= two.first());
        }
    }

    /// I-5.
    #[test]
    fn moving_all_instants_changes_only_the_instants(events in lesson(), policy in policy(), by in 0u64..1_000_000_007) {
        let (here, there) = (assess(&policy, events.clone()), assess(&policy, events.into_iter().map(|e| moved(e, by))));
        prop_assert_eq!(here.instruction_seconds, there.instruction_seconds);
        prop_assert_eq!(here.effective_ch, there.effective_ch);
        for ((_, one), (_, two)) in here.decisions.iter().zip(&there.decisions) {
            prop_assert_eq!(&one.reasons, &two.reasons);
            prop_assert_eq!(&one.attention, &two.attention);
            prop_assert_eq!((one.live_ch, one.credit_ch), (two.live_ch, two.credit_ch));
        }
    }

    /// I-7.
    #[test]
    fn no_instant_counts_in_two_lessons(sets in prop::collection::vec(prop::collection::vec(stretch(), 0..5), 1..4)) {
        let ids = ["a", "b", "c"];
        let claim = |spans: Vec<Span>| {
            let present = Spans::from_iter(spans);
            // The blocks of the first half hour are void.
            let void = Spans::one(at("19:00"), at("19:30"));
            presence::Claim { counts: present.minus(&void), present }
        };
        let lessons: Vec<(&str, presence::Claim)> = ids.into_iter().zip(sets.into_iter().map(claim)).collect();
        let lost = presence::elsewhere(&lessons);
        let kept: Vec<Spans> = lessons
            .iter()
            .zip(&lost)
            .map(|((_, claim), lost)| lost.iter().fold(claim.counts.clone(), |kept, (_, time)| kept.minus(time)))
            .collect();
        let all: Spans = lessons.iter().flat_map(|(_, claim)| claim.counts.iter().collect::<Vec<_>>()).collect();
        let apart: u64 = kept.iter().map(Spans::length_ms).sum();
        prop_assert_eq!(apart, all.length_ms());
    }

    /// CR-7: checks fall within their blocks, with time to answer, and differ between lessons.
    #[test]
    fn checks_fall_inside_their_blocks(secret in any::<[u8; 32]>(), number in 1u32..100, length in 300u64..1800, answer in 30u64..=180) {
        let offset = check_offset_seconds(&secret, number, length, answer);
        prop_assert!(offset >= 90);
        prop_assert!(offset == 90 || offset + answer + 30 < length);
        prop_assert_eq!(offset, check_offset_seconds(&secret, number, length, answer));
    }
}

fn moved(event: Event, by: u64) -> Event {
    let on = |at: ServerInstant| at.plus_ms(by);
    let along = |span: Span| Span { from: on(span.from), to: on(span.to) };
    match event {
        Event::Lesson(plan) => Event::Lesson(Plan {
            planned_start: on(plan.planned_start),
            planned_end: on(plan.planned_end),
            ..plan
        }),
        Event::Started { at } => Event::Started { at: on(at) },
        Event::Paused { at } => Event::Paused { at: on(at) },
        Event::Resumed { at } => Event::Resumed { at: on(at) },
        Event::Ended { at } => Event::Ended { at: on(at) },
        Event::InstructorMedia { span } => Event::InstructorMedia { span: along(span) },
        Event::Evidence { person, conn, span } => Event::Evidence { person, conn, span: along(span) },
        Event::Proof { person, at, kind } => Event::Proof { person, at: on(at), kind },
        Event::Replay { person, span } => Event::Replay { person, span: along(span) },
        Event::Elsewhere { person, span, lesson } => Event::Elsewhere { person, span: along(span), lesson },
        Event::CheckDue { block, at } => Event::CheckDue { block, at: on(at) },
        Event::CheckIssued { person, check, block, at, deadline } => {
            Event::CheckIssued { person, check, block, at: on(at), deadline: on(deadline) }
        }
        Event::CheckAnswered { person, check, at } => Event::CheckAnswered { person, check, at: on(at) },
        timeless => timeless,
    }
}

#[test]
fn check_moments_are_spread_and_reproducible() {
    let offsets =
        |secret: &[u8]| (1..=6).map(|n| check_offset_seconds(secret, n, 900, 90)).collect::<Vec<_>>();
    assert_eq!(offsets(b"one"), offsets(b"one"));
    assert_ne!(offsets(b"one"), offsets(b"two"));
    let mut distinct = offsets(b"one");
    distinct.sort_unstable();
    distinct.dedup();
    assert!(distinct.len() > 3, "{distinct:?}");
}

/// I-21: client time has no way in. No message of the protocol can hold a server's instant, because none can
/// be read from a message; credit uses no other time.
#[test]
fn no_client_time_reaches_credit() {
    let messages = [
        include_str!("../../classroom/message.rs"),
        include_str!("../../classroom/message/checks.rs"),
        include_str!("../../classroom/message/polls.rs"),
        include_str!("../../classroom/message/room.rs"),
        include_str!("../../classroom/message/words.rs"),
        include_str!("../../protocol.rs"),
    ];
    assert!(messages.iter().all(|message| !message.contains("ServerInstant")));
    let instant = include_str!("../../time/instant.rs");
    assert!(!instant.contains("Deserialize"));
}
