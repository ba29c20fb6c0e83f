//! One trainee's line of a judged lesson, as the class sheet shows it (R6).

use super::attention;
use super::decision::{Decision, LessonResult, Reason};
use super::lesson::{Check, LessonFacts, PersonFacts};
use super::policy_form::HoursRules;
use super::posting::Standing;
use super::record::Stage;
use crate::lesson::CourseKind;

/// The class sheet (R6) of a judged lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LessonHours {
    pub lesson: String,
    pub title: String,
    /// Asynchronous: lines hold the watched time (`with_replay_s`) and, when all of it was watched, the
    /// credit and the instant of completion (`last_ms`); nothing is judged.
    pub kind: CourseKind,
    pub rules: HoursRules,
    /// `None` = the class is not judged yet.
    pub stage: Option<Stage>,
    pub computed_at_ms: Option<u64>,
    pub taught_s: u64,
    /// The worth of the lesson as it was taught.
    pub effective_ch: u64,
    /// Sorted by name.
    pub lines: Vec<HoursLine>,
}

/// A lesson among the sheets of its class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedLesson {
    pub class_number: u32,
    pub title: String,
    pub kind: CourseKind,
    pub planned_start_ms: u64,
    pub taught_s: u64,
    pub lines: Vec<HoursLine>,
}

/// One trainee's result of a lesson.
/// Not composed of a [`Line`], a person and a balance: pages read it in one piece, and [`Line`] stays as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoursLine {
    pub person: String,
    pub name: String,
    /// Name of the unit, and the school of the registration, to tell people of one name apart. Empty in a
    /// lesson without a class, and in the person's own account.
    pub unit: String,
    pub school: String,
    /// Number of the document, masked but for its last four characters. Empty like the unit.
    pub document: String,
    pub first_ms: Option<u64>,
    pub last_ms: Option<u64>,
    pub present_s: u64,
    /// Seconds in blocks that count.
    pub counted_s: u64,
    /// Counted seconds together with the replay.
    pub with_replay_s: u64,
    pub asked: u32,
    pub answered: u32,
    /// Milliseconds from question to answer of the checks answered in time, in the order of the checks. Empty
    /// in results of versions that did not keep them.
    pub reactions_ms: Vec<u32>,
    pub void_blocks: Vec<u32>,
    pub live_ch: u64,
    /// Credit with make-up by the recording.
    pub credit_ch: u64,
    /// The sum of the corrections by people in this lesson (CR-20).
    pub adjusted_ch: i64,
    /// The sum of the entries of this lesson; class sheets add up to the ledger.
    pub lesson_ch: i64,
    /// The ledger balance for the content, other lessons included.
    pub balance_ch: i64,
    pub reasons: Vec<Reason>,
}

/// The figures of one person. [`super::record`] has their stored form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// The person's own first and last sign of presence, even before the start or after the end.
    pub first_ms: Option<u64>,
    pub last_ms: Option<u64>,
    pub present_s: u64,
    pub counted_s: u64,
    pub with_replay_s: u64,
    /// Number of the checks that count, and of those answered in time.
    pub asked: u32,
    pub answered: u32,
    /// Milliseconds from question to answer of the checks answered in time, by the time of the question.
    /// Empty in results of the first format.
    pub reactions_ms: Vec<u32>,
    pub void_blocks: Vec<u32>,
    pub live_ch: u64,
    pub credit_ch: u64,
    pub reasons: Vec<Reason>,
}

/// The person of a line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Who {
    pub id: String,
    pub name: String,
    /// Name of the unit, and the school; empty without a registration.
    pub unit: String,
    pub school: String,
    /// Number of the document, masked; empty like the unit.
    pub document: String,
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

    /// The line for pages, with the ledger balance for the content and the part of it from this lesson.
    pub fn shown(self, who: Who, of_content: Standing, of_lesson: Standing) -> HoursLine {
        HoursLine {
            person: who.id,
            name: who.name,
            unit: who.unit,
            school: who.school,
            document: who.document,
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
