//! One trainee's line of a judged lesson, as the class sheet shows it (R6).

use super::attention;
use super::decision::{Decision, LessonResult, Reason};
use super::lesson::{Check, LessonFacts, PersonFacts};
use super::posting::Standing;
use crate::protocol::HoursLine;

/// The figures of one person. [`super::record`] has the form in which they are kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// The person's own first and last sign of presence, also before the start and after the end.
    pub first_ms: Option<u64>,
    pub last_ms: Option<u64>,
    pub present_s: u64,
    pub counted_s: u64,
    pub with_replay_s: u64,
    /// Checks that count, and those of them that were answered in time.
    pub asked: u32,
    pub answered: u32,
    /// From question to answer, milliseconds: of the checks that were answered in time, by the time of the question.
    /// Empty in results of the first format.
    pub reactions_ms: Vec<u32>,
    pub void_blocks: Vec<u32>,
    pub live_ch: u64,
    pub credit_ch: u64,
    pub reasons: Vec<Reason>,
}

/// Whose line it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Who {
    pub id: String,
    pub name: String,
    /// Name of the unit, and the school; empty where nobody has registered.
    pub unit: String,
    pub school: String,
}

/// Everybody's line, in the order of the result.
pub fn lines(facts: &LessonFacts, result: &LessonResult) -> Vec<(String, Line)> {
    let line = |(person, decision): &(String, Decision)| {
        let line = facts.people.get(person).map(|seen| Line::of(seen, decision));
        (person.clone(), line.unwrap_or_default())
    };
    result.decisions.iter().map(line).collect()
}

impl Line {
    fn of(seen: &PersonFacts, decision: &Decision) -> Line {
        let counting = || seen.checks.values().filter(|check| check.issued.is_some() && !check.void);
        let is_answered = |check: &&Check| attention::answered(check) == Ok(true);
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let proven = seen.proven();
        Line {
            first_ms: proven.first().map(|at| at.ms()),
            last_ms: proven.last().map(|at| at.ms()),
            present_s: decision.present.seconds(),
            counted_s: decision.effective_seconds,
            with_replay_s: decision.with_replay_seconds,
            asked: count(counting().count()),
            answered: count(counting().filter(is_answered).count()),
            reactions_ms: reactions_ms(counting().filter(is_answered)),
            void_blocks: decision.void_blocks(),
            live_ch: decision.live_ch,
            credit_ch: decision.credit_ch,
            reasons: decision.reasons.clone(),
        }
    }

    /// For pages, with what the ledger says about the content, and what this lesson adds to that.
    pub fn shown(self, who: Who, of_content: Standing, of_lesson: Standing) -> HoursLine {
        HoursLine {
            person: who.id,
            name: who.name,
            unit: who.unit,
            school: who.school,
            first_ms: self.first_ms,
            last_ms: self.last_ms,
            present_s: self.present_s,
            counted_s: self.counted_s,
            with_replay_s: self.with_replay_s,
            asked: self.asked,
            answered: self.answered,
            reactions_ms: self.reactions_ms,
            void_blocks: self.void_blocks,
            live_ch: self.live_ch,
            credit_ch: self.credit_ch,
            adjusted_ch: of_lesson.adjusted_ch,
            lesson_ch: of_lesson.balance_ch,
            balance_ch: of_content.balance_ch,
            reasons: self.reasons,
        }
    }
}

fn reactions_ms<'a>(answered: impl Iterator<Item = &'a Check>) -> Vec<u32> {
    let reaction = |check: &Check| {
        let asked = check.issued?.at;
        let answered = check.answered.iter().find(|at| **at >= asked)?;
        Some((asked, u32::try_from(answered.ms() - asked.ms()).unwrap_or(u32::MAX)))
    };
    let mut reactions: Vec<_> = answered.filter_map(reaction).collect();
    reactions.sort_unstable();
    reactions.into_iter().map(|(_, ms)| ms).collect()
}
