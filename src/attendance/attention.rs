//! Which blocks a person's checks and other signs of attention make count: rules CR-6 and CR-7.

use std::collections::BTreeMap;

use super::blocks::Blocks;
use super::decision::{Attention, Ignored, Reason};
use super::lesson::{Check, PersonFacts};

/// Judges every block, in order, and says which facts had to be ignored.
pub(super) fn judge(person: &PersonFacts, blocks: &Blocks) -> (Vec<Attention>, Vec<Reason>) {
    let mut proven: BTreeMap<u32, bool> = BTreeMap::new();
    let mut missed: BTreeMap<u32, &str> = BTreeMap::new();
    let mut ignored = Vec::new();
    for (id, check) in &person.checks {
        // The block of a check is what its issue says; a miss without one names it itself.
        let block = check.issued.map(|issued| issued.block).or(check.missed);
        let Some(block) = block.filter(|block| (1..=blocks.count()).contains(block)) else {
            ignored.extend(why_outside(check, block, blocks.count()).map(|why| ignored_for(id, why)));
            continue;
        };
        let answered = answered(check);
        if answered == Ok(true) {
            proven.insert(block, true);
        } else if check.missed.is_some() && !check.void {
            missed.entry(block).or_insert(id);
        }
        if let Err(why) = answered {
            ignored.push(ignored_for(id, why));
        }
    }
    for block in person.proofs.iter().filter_map(|at| blocks.holding(*at)) {
        proven.insert(block, true);
    }
    let judge = |number| match (proven.contains_key(&number), missed.get(&number)) {
        (true, _) => Attention::Proven,
        (false, Some(check)) => Attention::Void { check: (*check).to_owned() },
        (false, None) => Attention::NotAsked,
    };
    ((1..=blocks.count()).map(judge).collect(), ignored)
}

fn ignored_for(check: &str, why: Ignored) -> Reason {
    Reason::Ignored { check: check.to_owned(), why }
}

/// Why a check of no block of this lesson is worth a word. One that was put in the last minutes, before
/// it was known that they are too few for a block of their own, names the block that would have been
/// next: nothing ever depended on it, and it would only make people wonder.
fn why_outside(check: &Check, block: Option<u32>, count: u32) -> Option<Ignored> {
    let says_something = check.missed.is_some() || !check.answered.is_empty();
    match block {
        _ if check.void => None,
        None => Some(Ignored::NeverIssued),
        Some(block) => (says_something && block != count + 1).then_some(Ignored::NoSuchBlock),
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
