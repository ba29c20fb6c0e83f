//! The same rules once more, as slowly and plainly as they can be said: asked of every moment of a
//! lesson by itself. What the program computes with sets must agree with it.

use proptest::prelude::*;

use super::invariants::{STEP_MS, lesson};
use super::*;
use crate::attendance::credit;

/// All times of these lessons are whole steps from here; slot `n` is the time from step `n` to `n + 1`.
const SLOTS: u64 = 1800;

fn step(at: ServerInstant) -> u64 {
    (at.ms() - super::at("19:00").ms()) / STEP_MS
}

/// The slots of some stretches, as a yes or no for each.
fn slots(spans: &[Span]) -> Vec<bool> {
    (0..SLOTS).map(|slot| spans.iter().any(|span| step(span.from) <= slot && slot < step(span.to))).collect()
}

/// The same with holes of at most `gap_ms` between two yeses filled; `end` ends a last hole.
fn bridged(mut slots: Vec<bool>, gap_ms: u64, end: Option<u64>) -> Vec<bool> {
    let mut hole: Option<u64> = None;
    for slot in 0..SLOTS {
        let closes = slots[slot as usize] || (end == Some(slot) && !slots[slot as usize..].contains(&true));
        if closes
            && let Some(from) = hole.take()
            && (slot - from) * STEP_MS <= gap_ms
        {
            slots[from as usize..slot as usize].fill(true);
        }
        if slots[slot as usize] && slots.get(slot as usize + 1) == Some(&false) {
            hole = Some(slot + 1);
        }
    }
    slots
}

/// Slots in which the class was on, breaks left aside.
fn class(facts: &LessonFacts, overrun_ms: u64) -> Vec<u64> {
    let marks =
        |set: &std::collections::BTreeSet<ServerInstant>| set.iter().map(|at| step(*at)).collect::<Vec<_>>();
    let (started, ended) = (marks(&facts.started), marks(&facts.ended));
    let latest = step(facts.plan.planned_end) + overrun_ms / STEP_MS;
    let last_media = slots(&facts.instructor_media).iter().rposition(|there| *there);
    let mut on = false;
    let mut class = Vec::new();
    for slot in 0..SLOTS.min(latest) {
        match (started.contains(&slot), ended.contains(&slot)) {
            (true, false) => on = true,
            (false, true) => on = false,
            _ => {}
        }
        let ends = ended.iter().any(|end| *end > slot && !started.contains(end));
        if on && (ends || last_media.is_some_and(|last| slot <= last as u64)) {
            class.push(slot);
        }
    }
    class
}

fn window(policy: &Policy, facts: &LessonFacts) -> Vec<u64> {
    let mut window = class(facts, policy.overrun_max * 1000);
    let end = window.last().map(|last| last + 1);
    let marks =
        |set: &std::collections::BTreeSet<ServerInstant>| set.iter().map(|at| step(*at)).collect::<Vec<_>>();
    let (paused, resumed) = (marks(&facts.paused), marks(&facts.resumed));
    let mut on_break = false;
    let breaks: Vec<u64> = (0..SLOTS)
        .filter(|slot| {
            match (paused.contains(slot), resumed.contains(slot)) {
                (true, false) => on_break = true,
                (false, true) => on_break = false,
                _ => {}
            }
            on_break
        })
        .collect();
    let taught = bridged(slots(&facts.instructor_media), policy.gap * 1000, end);
    window.retain(|slot| !breaks.contains(slot) && taught[*slot as usize]);
    window
}

/// The block of each slot of the window.
fn blocks(policy: &Policy, window: &[u64]) -> Vec<u32> {
    let each = (policy.block * 1000 / STEP_MS) as usize;
    let tail = window.len() % each;
    let short = tail * (STEP_MS as usize) < 300_000 && window.len() > each;
    let last_whole = window.len() / each;
    let number =
        |place: usize| if short && place / each == last_whole { last_whole } else { place / each + 1 };
    (0..window.len()).map(|place| u32::try_from(number(place)).expect("few")).collect()
}

fn seconds(slots: usize) -> u64 {
    slots as u64 * STEP_MS / 1000
}

/// Seconds that count live and with replay, for one person.
fn counted(policy: &Policy, person: &crate::attendance::lesson::PersonFacts, window: &[u64]) -> (u64, u64) {
    let blocks = blocks(policy, window);
    let block_of =
        |at: ServerInstant| window.iter().position(|slot| *slot == step(at)).map(|place| blocks[place]);
    let proven: Vec<u32> = person.proofs.iter().filter_map(|at| block_of(*at)).collect();
    let missed: Vec<u32> =
        person.checks.values().filter(|check| !check.void).filter_map(|check| check.missed).collect();
    let present = bridged(slots(&person.evidence), policy.gap * 1000, None);
    let (elsewhere, replay) = (slots(&person.elsewhere), slots(&person.replay));
    let counts = |slot: u64, block: u32| {
        present[slot as usize]
            && !elsewhere[slot as usize]
            && (proven.contains(&block) || !missed.contains(&block))
    };
    let both = || window.iter().zip(&blocks);
    let live = both().filter(|(slot, block)| counts(**slot, **block)).count();
    let replayed = both().filter(|(slot, block)| counts(**slot, **block) || replay[**slot as usize]);
    (seconds(live), seconds(replayed.count()))
}

proptest! {
    #[test]
    fn sets_agree_with_asking_moment_by_moment(
        events in lesson(), gap in 0u64..=120, block in prop::sample::select(vec![600u64, 750, 900, 1200, 1500]),
    ) {
        let policy = Policy { gap, block, ..Policy::default() };
        let facts = LessonFacts::gather(events).expect("a lesson");
        let result = credit::assess(&policy, &facts);
        let window = window(&policy, &facts);
        prop_assert_eq!(result.instruction_seconds, seconds(window.len()));
        for ((_, decision), person) in result.decisions.iter().zip(facts.people.values()) {
            let plain = counted(&policy, person, &window);
            prop_assert_eq!((decision.effective_seconds, decision.with_replay_seconds), plain);
        }
    }
}
