//! The time of teaching, and the provable presence in it: rules CR-3, CR-5 and CR-12.

use std::collections::BTreeSet;

use super::lesson::{LessonFacts, PersonFacts};
use super::policy::Policy;
use crate::time::{ServerInstant, Span, Spans};

/// The instruction window W (CR-3): the time from start to end and the time that two people declared, minus
/// breaks, minus everything before the instructor's first picture or sound, minus every longer stretch
/// without any.
pub fn instruction_window(policy: &Policy, facts: &LessonFacts) -> Spans {
    let gap_ms = policy.gap * 1000;
    let mut media: Spans = facts.instructor_media.iter().copied().collect();
    // Nothing arrived at all: nothing was taught.
    let Some(last_media) = media.last() else { return Spans::default() };
    let latest = facts.plan.planned_end.plus_ms(policy.overrun_max * 1000);

    // Without an end, the class ends with the last sign of the instructor.
    let started = stretches(&facts.started, &facts.ended, last_media);
    let declared: Spans = facts.declared.iter().copied().collect();
    let class = started.or(&declared);
    let class = class.and(&Spans::one(ServerInstant::default(), latest));
    let breaks = stretches(&facts.paused, &facts.resumed, ServerInstant::MAX);

    // A short silence right before the end is bridged like a silence before more teaching.
    if let Some(end) = class.last()
        && end.ms().saturating_sub(last_media.ms()) <= gap_ms
    {
        media = media.or(&Spans::one(last_media, end));
    }
    class.minus(&breaks).and(&media.bridged(gap_ms))
}

/// The stretches from each opening to the next closing, or to `open_end`. An instant of both an opening and a
/// closing changes nothing, so the order of reading cannot matter.
fn stretches(
    opened: &BTreeSet<ServerInstant>,
    closed: &BTreeSet<ServerInstant>,
    open_end: ServerInstant,
) -> Spans {
    let closings: BTreeSet<_> = closed.difference(opened).copied().collect();
    let stretch = |&from: &ServerInstant| {
        let to = closings.range(from..).next().copied().unwrap_or(open_end);
        Span { from, to }
    };
    opened.difference(closed).map(stretch).collect()
}

/// A person's presence (CR-5): all devices together, short gaps bridged, within the window. Time of other
/// lessons is taken off later, in the count.
pub fn intervals(policy: &Policy, person: &PersonFacts, window: &Spans) -> Spans {
    person.proven().bridged(policy.gap * 1000).and(window)
}

/// One person's presence in a lesson, and the part of it that counts there: blocks with a sign of attention.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Claim {
    pub present: Spans,
    pub counts: Spans,
}

/// One place at a time (CR-12): given one person's claims in several live lessons, returns for each the parts
/// that belong to other lessons, with their ids, in the order of `lessons`. An instant belongs to the first
/// lesson in which it counts: in the order in which the person came to them, then by id. A tab forgotten in a
/// lesson where nothing counts takes no time from another one.
pub fn elsewhere<'a>(lessons: &[(&'a str, Claim)]) -> Vec<Vec<(&'a str, Spans)>> {
    let mut ranked: Vec<usize> = (0..lessons.len()).collect();
    ranked.sort_by_key(|&place| {
        let (id, claim) = &lessons[place];
        (claim.present.first().unwrap_or(ServerInstant::MAX), *id)
    });
    let mut taken: Vec<(&str, Spans)> = Vec::new();
    let mut lost = vec![Vec::new(); lessons.len()];
    for place in ranked {
        let (id, Claim { present, counts }) = &lessons[place];
        let mut own = counts.clone();
        for (other, time) in &taken {
            own = own.minus(time);
            let shared = present.and(time);
            if !shared.is_empty() {
                lost[place].push((*other, shared));
            }
        }
        taken.push((id, own));
    }
    lost
}
