//! A second implementation of the rules of presence, as slow and plain as possible, to hold the real one against: the rules are
//! applied to each moment of a lesson by itself.
//! The program's computation with sets must agree with it.

use proptest::prelude::*;

use super::invariants::{STEP_MS, lesson};
use super::*;
use crate::attendance::credit;

/// Number of steps in these lessons; slot `n` is the time from step `n` to `n + 1`.
const SLOTS: u64 = 1800;

fn step(at: ServerInstant) -> u64 {
    (at.ms() - super::at("19:00").ms()) / STEP_MS
}

/// A yes or no for each slot: whether some stretch holds it.
fn slots(spans: &[Span]) -> Vec<bool> {
    (0..SLOTS).map(|slot| spans.iter().any(|span| step(span.from) <= slot && slot < step(span.to))).collect()
}

/// The slots with holes of at most `gap_ms` between two yeses filled; `end` ends a last hole.
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

/// Slots in which the class was on, without the breaks.
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

/// Whether the check of a block was put to the people in it, with time to answer before the end.
fn was_due(policy: &Policy, facts: &LessonFacts, window: &[u64], block: u32, last: u32) -> bool {
    let end_ms = window.last().map_or(0, |slot| at("19:00").ms() + (slot + 1) * STEP_MS);
    let in_time = |at: &ServerInstant| at.ms() + policy.answer * 1000 <= end_ms;
    facts.due.iter().any(|(named, at)| (*named).min(last) == block && in_time(at))
}

/// Whether a person present in these slots could have answered two questions of a block.
fn stayed_for_two(policy: &Policy, there: &[bool], slots_of_block: &[u64]) -> bool {
    let (mut questions, mut stay) = (0, 0);
    let mut before: Option<u64> = None;
    for slot in slots_of_block.iter().copied().chain([SLOTS * 2]) {
        let is_there = there.get(slot as usize) == Some(&true);
        if before.is_some_and(|before| before + 1 < slot) || !is_there {
            questions += stay * STEP_MS / (policy.answer * 1000);
            stay = 0;
        }
        stay += u64::from(is_there);
        before = Some(slot);
    }
    questions >= 2
}

/// The part of a person's presence in one block that counts.
#[derive(Clone, Copy, PartialEq)]
enum Counts {
    Nothing,
    /// All without the gaps beside short visits.
    Seamless,
    All,
}

fn block_counts(
    policy: &Policy,
    facts: &LessonFacts,
    person: &crate::attendance::lesson::PersonFacts,
    window: &[u64],
    block: u32,
) -> Counts {
    let blocks = blocks(policy, window);
    let last = blocks.last().copied().unwrap_or(0);
    let mine: Vec<u64> =
        window.iter().zip(&blocks).filter(|(_, own)| **own == block).map(|(slot, _)| *slot).collect();
    let in_time = |check: &crate::attendance::lesson::Check| {
        check
            .issued
            .is_some_and(|issued| check.answered.iter().any(|at| issued.at <= *at && *at <= issued.deadline))
    };
    let about = |check: &&crate::attendance::lesson::Check| {
        let named = check.issued.map(|issued| issued.block).or(check.missed);
        named.is_some_and(|named| named.min(last) == block)
    };
    let checks = || person.checks.values().filter(about);
    if person.proofs.iter().any(|at| mine.contains(&step(*at))) || checks().any(in_time) {
        return Counts::All;
    }
    if checks().any(|check| check.missed.is_some() && !check.void) {
        return Counts::Nothing;
    }
    // An interruption of a check in a tail excuses no check of the block that the tail joined.
    let own = |check: &&crate::attendance::lesson::Check| {
        check.issued.map(|issued| issued.block).or(check.missed) == Some(block)
    };
    if checks().filter(own).any(|check| check.excused && check.issued.is_some() || !check.void) {
        return Counts::All;
    }
    if was_due(policy, facts, window, block, last) {
        return Counts::Nothing;
    }
    let there = unbroken(policy, person);
    let is_short = seconds(mine.len()) < 90 + 30 + policy.answer;
    if is_short || stayed_for_two(policy, &there, &mine) { Counts::Seamless } else { Counts::Nothing }
}

/// The slots with evidence, and the gaps between two stays that were each long enough for two questions.
fn seamless(policy: &Policy, person: &crate::attendance::lesson::PersonFacts) -> Vec<bool> {
    let there = slots(&person.evidence);
    let mut stays = there.clone();
    let mut from = 0;
    for slot in 0..=SLOTS {
        if there.get(slot as usize) != Some(&true) {
            if (slot - from) * STEP_MS < 2 * policy.answer * 1000 {
                stays[from as usize..slot as usize].fill(false);
            }
            from = slot + 1;
        }
    }
    let stays = bridged(stays, policy.gap * 1000, None);
    there.iter().zip(stays).map(|(there, stays)| *there || stays).collect()
}

/// Presence with the holes closed that are shorter than evidence stays fresh.
fn unbroken(policy: &Policy, person: &crate::attendance::lesson::PersonFacts) -> Vec<bool> {
    bridged(slots(&person.evidence), policy.hb_timeout * 1000, None)
}

/// Seconds that count live and with replay, for one person.
fn counted(
    policy: &Policy,
    facts: &LessonFacts,
    person: &crate::attendance::lesson::PersonFacts,
    window: &[u64],
) -> (u64, u64) {
    let blocks = blocks(policy, window);
    let last = blocks.last().copied().unwrap_or(0);
    let counting: Vec<Counts> =
        (0..=last).map(|block| block_counts(policy, facts, person, window, block)).collect();
    let present = bridged(slots(&person.evidence), policy.gap * 1000, None);
    let elsewhere: Vec<Span> = person.elsewhere.values().flatten().copied().collect();
    let (elsewhere, replay) = (slots(&elsewhere), slots(&person.replay));
    let seamless = seamless(policy, person);
    let counts = |slot: u64, block: u32| {
        let here = present[slot as usize] && !elsewhere[slot as usize];
        match counting[block as usize] {
            Counts::Nothing => false,
            Counts::Seamless => here && seamless[slot as usize],
            Counts::All => here,
        }
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
            let plain = counted(&policy, &facts, person, &window);
            prop_assert_eq!((decision.effective_seconds, decision.with_replay_seconds), plain);
        }
    }
}
