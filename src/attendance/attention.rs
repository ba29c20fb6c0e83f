//! Which blocks a person's checks and other signs of attention make count: rules CR-6 and CR-7.
//!
//! No pattern of visits earns a block. A block counts with a sign of attention: an answer in time, or
//! another proof. Without one it counts only if that was nobody's choice: the check was excused, or no check
//! was due and the person was there for long enough to be asked twice.
//!
//! CR-7 once said that a check can only count against who missed it. Who left whenever the question came was
//! then paid for every block: the rule that nobody earns by blinking goes before it. What an honest person
//! loses by it is a part of one block, when they go before its check and write, answer and ask nothing in it.

use std::collections::BTreeMap;

use super::blocks::{Blocks, has_moment};
use super::decision::{Attention, Ignored, Reason};
use super::interval::{ServerInstant, Spans};
use super::lesson::{Check, LessonFacts, PersonFacts};
use super::policy::Policy;

/// What the checks of one block say about a person.
#[derive(Debug, Default)]
struct Told<'a> {
    proven: bool,
    missed: Option<&'a str>,
    /// A check is void, or nobody knows what became of it, and that was not the person's connection.
    excused: bool,
    asked: u32,
}

/// What is the same for everybody in the lesson.
pub(super) struct Attentive<'a> {
    policy: &'a Policy,
    blocks: &'a Blocks,
    /// The time of each block, from block 1 on, and whether its check was put to whoever was there.
    each: Vec<(Spans, bool)>,
    running: bool,
}

impl<'a> Attentive<'a> {
    pub(super) fn new(policy: &'a Policy, facts: &LessonFacts, window: &Spans, blocks: &'a Blocks) -> Self {
        // A question that came when the lesson was nearly over could be answered by nobody.
        let in_time =
            |at: &ServerInstant| window.last().is_some_and(|end| at.plus_ms(policy.answer * 1000) <= end);
        let due = facts.due.iter().filter(|(_, at)| in_time(at));
        let due: Vec<u32> = due.filter_map(|(block, _)| blocks.named(*block)).collect();
        let each = (1..=blocks.count())
            .map(|number| (blocks.time_of(|block| block == number), due.contains(&number)));
        Attentive { policy, blocks, each: each.collect(), running: facts.running }
    }

    /// Judges every block, in order, and says which facts had to be ignored.
    pub(super) fn judge(&self, person: &PersonFacts, present: &Spans) -> (Vec<Attention>, Vec<Reason>) {
        let (mut told, ignored) = self.told(person);
        for block in person.proofs.iter().filter_map(|at| self.blocks.holding(*at)) {
            told.entry(block).or_default().proven = true;
        }
        // What proves to be there: a hole that is shorter than evidence is fresh is no absence.
        let proven = person.proven();
        let unbroken = proven.bridged(self.policy.hb_timeout * 1000);
        let none = Told::default();
        let judge = |(number, (time, due)): (u32, &(Spans, bool))| {
            let told = told.get(&number).unwrap_or(&none);
            let present = present.and(time);
            match told {
                Told { proven: true, .. } => Attention::Proven,
                Told { missed: Some(check), .. } => Attention::Void { check: (*check).to_owned() },
                Told { excused: true, .. } => Attention::NotAsked,
                _ if present.is_empty() || self.may_be_asked(number) => Attention::NotAsked,
                Told { asked, .. } if *due => Attention::Unasked { asked: *asked },
                _ if self.could_be_asked_twice(&unbroken.and(time), time) => Attention::NotAsked,
                _ => {
                    let (proven_seconds, present_seconds) = (proven.and(time).seconds(), present.seconds());
                    Attention::Scattered { proven_seconds, present_seconds }
                }
            }
        };
        ((1..).zip(&self.each).map(judge).collect(), ignored)
    }

    /// What the checks say, by block. A check that names a block beyond the last one was put in minutes that
    /// turned out too few for a block of their own: answered or missed, it is about the last block, which they
    /// joined. It excuses nothing there: the last block asked by a check of its own.
    fn told<'b>(&self, person: &'b PersonFacts) -> (BTreeMap<u32, Told<'b>>, Vec<Reason>) {
        let mut told: BTreeMap<u32, Told> = BTreeMap::new();
        let mut ignored = Vec::new();
        let mut ignore = |check: &str, why| ignored.push(Reason::Ignored { check: check.to_owned(), why });
        for (id, check) in &person.checks {
            // The block of a check is what its issue says; a miss without one names it itself.
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
                _ if check.void => told.excused |= check.excused && is_own(block),
                _ if check.missed.is_some() => _ = told.missed.get_or_insert(id),
                // It was put, and the server did not come to say what became of it.
                _ => told.excused |= is_own(block),
            }
            if let Err(why) = answered(check) {
                ignore(id, why);
            }
        }
        (told, ignored)
    }

    /// The class is still in this block.
    fn may_be_asked(&self, number: u32) -> bool {
        self.running && number == self.blocks.count()
    }

    /// Whether two questions, one after the other, would have found the person there for all of the time to
    /// answer; also in a block that is too short to hold the moment of a check.
    fn could_be_asked_twice(&self, unbroken: &Spans, block: &Spans) -> bool {
        let answer_ms = self.policy.answer * 1000;
        let times: u64 = unbroken.iter().map(|span| span.length_ms() / answer_ms).sum();
        times >= 2 || !has_moment(block.seconds(), self.policy.answer)
    }
}

/// Why a check of no block is worth a word.
fn why_outside(check: &Check, named: Option<u32>) -> Option<Ignored> {
    let says_something = check.missed.is_some() || !check.answered.is_empty();
    match named {
        _ if check.void => None,
        None => Some(Ignored::NeverIssued),
        Some(_) => says_something.then_some(Ignored::NoSuchBlock),
    }
}

/// Whether a check was answered within its time; why not, if it was at another time.
pub(super) fn answered(check: &Check) -> Result<bool, Ignored> {
    let Some(last) = check.answered.last() else { return Ok(false) };
    let issued = check.issued.ok_or(Ignored::NeverIssued)?;
    if check.answered.range(issued.at..=issued.deadline).next().is_some() {
        return Ok(true);
    }
    Err(if *last < issued.at { Ignored::BeforeIssue } else { Ignored::AfterDeadline })
}
