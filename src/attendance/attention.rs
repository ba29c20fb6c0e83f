//! The blocks that count by a person's checks and other signs of attention: rules CR-6 and CR-7.
//!
//! No pattern of visits earns a block. A block counts with a sign of attention: an answer in time, or another
//! proof. Without one it counts only if the person could not help it: the check was excused, or no check was
//! due and the person was there for long enough to be asked twice. In a block without a check, a gap counts
//! only between two such stays: somebody who knows that no check will come could otherwise stay once, and
//! then come for seconds a minute.
//!
//! CR-7 once said that a check can only count against the person who missed it. People who left whenever the
//! question came were then paid for every block. The rule that nobody earns by blinking goes before it. An
//! honest person loses by it a part of one block at most: by leaving before its check without having written,
//! answered or asked anything in it.

use std::collections::BTreeMap;

use super::blocks::{Blocks, has_moment};
use super::decision::{Attention, Ignored, Reason};
use super::lesson::{Check, LessonFacts, PersonFacts};
use super::policy::Policy;
use crate::time::{ServerInstant, Span, Spans};

/// The findings of the checks of one block about one person.
#[derive(Debug, Default)]
struct Told<'a> {
    proven: bool,
    missed: Option<&'a str>,
    /// A check is void or its outcome is unknown, and the cause was not the person's connection.
    excused: bool,
    asked: u32,
}

/// The judgement of one person's attention in a lesson.
pub(super) struct Judged {
    /// One state for each block, from block 1 on.
    pub attention: Vec<Attention>,
    /// The presence that counts, in time.
    pub counts: Spans,
    /// Facts without effect.
    pub ignored: Vec<Reason>,
}

/// The part of the judgement that is the same for everybody in the lesson.
pub(super) struct Attentive<'a> {
    policy: &'a Policy,
    blocks: &'a Blocks,
    /// The time of each block, from block 1 on, and whether its check was put to the people in it.
    each: Vec<(Spans, bool)>,
    running: bool,
}

impl<'a> Attentive<'a> {
    pub(super) fn new(policy: &'a Policy, facts: &LessonFacts, window: &Spans, blocks: &'a Blocks) -> Self {
        // A question that came when the lesson was nearly over left no time to answer.
        let in_time =
            |at: &ServerInstant| window.last().is_some_and(|end| at.plus_ms(policy.answer * 1000) <= end);
        let due = facts.due.iter().filter(|(_, at)| in_time(at));
        let due: Vec<u32> = due.filter_map(|(block, _)| blocks.named(*block)).collect();
        let each = (1..=blocks.count())
            .map(|number| (blocks.time_of(|block| block == number), due.contains(&number)));
        Attentive { policy, blocks, each: each.collect(), running: facts.running }
    }

    /// Judges every block, in order.
    pub(super) fn judge(&self, person: &PersonFacts, present: &Spans) -> Judged {
        let (mut told, ignored) = self.told(person);
        for block in person.proofs.iter().filter_map(|at| self.blocks.holding(*at)) {
            told.entry(block).or_default().proven = true;
        }
        // A hole that is shorter than evidence stays fresh is no absence.
        let proven = person.proven();
        let unbroken = proven.bridged(self.policy.hb_timeout * 1000);
        let seamless = self.seamless(&proven);
        let none = Told::default();
        let mut counts = present.clone();
        let judge = |(number, (time, due)): (u32, &(Spans, bool))| {
            let told = told.get(&number).unwrap_or(&none);
            let present = present.and(time);
            let gaps = present.minus(&seamless);
            let attention = match told {
                Told { proven: true, .. } => Attention::Proven,
                Told { missed: Some(check), .. } => Attention::Void { check: (*check).to_owned() },
                Told { excused: true, .. } => Attention::NotAsked,
                _ if present.is_empty() || self.may_be_asked(number) => Attention::NotAsked,
                Told { asked, .. } if *due => Attention::Unasked { asked: *asked },
                _ if self.could_be_asked_twice(&unbroken.and(time), time) => {
                    Attention::of_gaps(gaps.seconds())
                }
                _ => {
                    let (proven_seconds, present_seconds) = (proven.and(time).seconds(), present.seconds());
                    Attention::Scattered { proven_seconds, present_seconds }
                }
            };
            if attention.is_void() {
                counts = counts.minus(time);
            } else if let Attention::Gapped { .. } = attention {
                counts = counts.minus(&gaps);
            }
            attention
        };
        let attention = (1..).zip(&self.each).map(judge).collect();
        Judged { attention, counts, ignored }
    }

    /// The findings of the checks, by block. A check that names a block beyond the last one was put in
    /// minutes that turned out too few for a block of their own: answered or missed, it counts for the last
    /// block, which those minutes joined. It excuses nothing there: the last block has a check of its own.
    fn told<'b>(&self, person: &'b PersonFacts) -> (BTreeMap<u32, Told<'b>>, Vec<Reason>) {
        let mut told: BTreeMap<u32, Told> = BTreeMap::new();
        let mut ignored = Vec::new();
        let mut ignore = |check: &str, why| ignored.push(Reason::Ignored { check: check.to_owned(), why });
        for (id, check) in &person.checks {
            // The issue of a check names its block; a miss without an issue names it itself.
            let named = check.issued.map(|issued| issued.block).or(check.missed);
            let is_own = |block| named == Some(block);
            let Some(block) = named.and_then(|named| self.blocks.named(named)) else {
                if let Some(why) = why_outside(check, named) {
                    ignore(id, why);
                }
                continue;
            };
            let told = told.entry(block).or_default();
            told.asked += u32::from(check.issued.is_some());
            match answered(check) {
                Ok(true) => told.proven = true,
                // A check that was never put prevented no answer, so its void is no excuse.
                _ if check.void => told.excused |= check.excused && check.issued.is_some() && is_own(block),
                _ if check.missed.is_some() => _ = told.missed.get_or_insert(id),
                // The check was put, and the server stopped before it could record the outcome.
                _ => told.excused |= is_own(block),
            }
            if let Err(why) = answered(check) {
                ignore(id, why);
            }
        }
        (told, ignored)
    }

    /// The class is still in this block, so its check may still come.
    fn may_be_asked(&self, number: u32) -> bool {
        self.running && number == self.blocks.count()
    }

    /// The presence that counts in a block without a question: the evidence itself, and gaps up to `gap` between two
    /// stays that were each long enough for two questions.
    fn seamless(&self, proven: &Spans) -> Spans {
        let is_stay = |span: &Span| span.length_ms() >= 2 * self.policy.answer * 1000;
        let stays: Spans = proven.iter().filter(|span| is_stay(span)).collect();
        proven.or(&stays.bridged(self.policy.gap * 1000))
    }

    /// Whether two questions, one after the other, would have found the person there for the whole time to
    /// answer, even in a block too short for the moment of a check.
    fn could_be_asked_twice(&self, unbroken: &Spans, block: &Spans) -> bool {
        let answer_ms = self.policy.answer * 1000;
        let times: u64 = unbroken.iter().map(|span| span.length_ms() / answer_ms).sum();
        times >= 2 || !has_moment(block.seconds(), self.policy.answer)
    }
}

/// The reason to report a check that belongs to no block; `None` = it says nothing.
fn why_outside(check: &Check, named: Option<u32>) -> Option<Ignored> {
    let says_something = check.missed.is_some() || !check.answered.is_empty();
    match named {
        _ if check.void => None,
        None => Some(Ignored::NeverIssued),
        Some(_) => says_something.then_some(Ignored::NoSuchBlock),
    }
}

/// Whether a check was answered within its time; the error says why an answer at another time has no effect.
pub(super) fn answered(check: &Check) -> Result<bool, Ignored> {
    let Some(last) = check.answered.last() else { return Ok(false) };
    let issued = check.issued.ok_or(Ignored::NeverIssued)?;
    if check.answered.range(issued.at..=issued.deadline).next().is_some() {
        return Ok(true);
    }
    Err(if *last < issued.at { Ignored::BeforeIssue } else { Ignored::AfterDeadline })
}
