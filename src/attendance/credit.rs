//! The credit for presence in one lesson: rules CR-4, CR-6 and CR-8 to CR-10, on one page.
//!
//! The same facts and the same policy give the same decision, on any machine and on any day (CR-18).
//! Integers only: milliseconds in sets, whole seconds rounded down once per set, ch (100 ch = 1 学时).

use std::collections::BTreeMap;

use super::attention::{Attentive, Judged};
use super::blocks::Blocks;
use super::decision::{Attention, Decision, LessonResult, Reason};
use super::lesson::{LessonFacts, PersonFacts};
use super::policy::{MakeUp, Policy};
use super::presence::{self, Claim};
use crate::time::Spans;

/// Credit of the lesson as it was delivered (CR-4): all of `credit_ch` when hardly any teaching was missing,
/// else the whole steps that were taught. Overrunning never raises it.
pub fn delivered_ch(policy: &Policy, taught_seconds: u64, credit_ch: u64) -> u64 {
    let need = policy.need_seconds(credit_ch);
    if taught_seconds >= need - policy.tolerance_seconds(need) {
        return credit_ch;
    }
    credit_ch.min(policy.steps_ch(taught_seconds))
}

/// Credit for `seconds` of a lesson of `credit_ch` (CR-9): all of it when hardly anything is missing, nothing
/// below the minimum share, else the whole steps.
pub fn award_ch(policy: &Policy, seconds: u64, credit_ch: u64) -> u64 {
    let need = policy.need_seconds(credit_ch);
    if seconds >= need - policy.tolerance_seconds(need) {
        return credit_ch;
    }
    if policy.min_share.is_missed(seconds, need) {
        return 0;
    }
    credit_ch.min(policy.steps_ch(seconds))
}

/// Judges a lesson: everybody with a fact, in the order of their ids.
pub fn assess(policy: &Policy, facts: &LessonFacts) -> LessonResult {
    let window = presence::instruction_window(policy, facts);
    let blocks = Blocks::cut(&window, policy.block);
    let instruction_seconds = window.seconds();
    let effective_ch = delivered_ch(policy, instruction_seconds, facts.plan.credit_ch);
    let planned_ch = facts.plan.credit_ch;
    let attentive = Attentive::new(policy, facts, &window, &blocks);
    let lesson = Lesson { policy, facts, window: &window, attentive: &attentive, planned_ch, effective_ch };
    let decisions = facts.people.iter().map(|(person, seen)| (person.clone(), lesson.decide(seen)));
    let decisions = decisions.collect();
    LessonResult { plan: facts.plan.clone(), instruction_seconds, effective_ch, decisions, window, blocks }
}

/// The presence of each person in a lesson, and the part of it that counts there: the input of
/// [`presence::elsewhere`].
pub fn claims(policy: &Policy, facts: &LessonFacts) -> BTreeMap<String, Claim> {
    let result = assess(policy, facts);
    let claim = |(person, decision): (String, Decision)| {
        (person, Claim { counts: decision.counts, present: decision.present })
    };
    result.decisions.into_iter().map(claim).collect()
}

/// The part of a judgement that all people of the lesson share.
struct Lesson<'a> {
    policy: &'a Policy,
    facts: &'a LessonFacts,
    window: &'a Spans,
    attentive: &'a Attentive<'a>,
    planned_ch: u64,
    effective_ch: u64,
}

impl Lesson<'_> {
    fn decide(&self, person: &PersonFacts) -> Decision {
        let policy = self.policy;
        // 1. Presence in the class, without the time of other lessons (CR-5, CR-12).
        let present = presence::intervals(policy, person, self.window);
        let elsewhere: Spans = person.elsewhere.values().flatten().copied().collect();

        // 2. Blocks without a sign of attention do not count, nor do gaps in blocks without a check (CR-6,
        //    CR-8).
        let Judged { attention, counts, ignored } = self.attentive.judge(person, &present);
        let effective = counts.minus(&elsewhere);

        // 3. Watching the recording fills missing parts of the same time, void blocks included (CR-10).
        let replay: Spans = person.replay.iter().copied().collect();
        let with_replay = match policy.makeup {
            MakeUp::Union => effective.or(&replay.and(self.window)),
            MakeUp::None => effective.clone(),
        };

        // 4. Both are worth at most the delivered credit of the lesson (CR-9).
        let (effective_seconds, with_replay_seconds) = (effective.seconds(), with_replay.seconds());
        let live_ch = award_ch(policy, effective_seconds, self.effective_ch);
        let credit_ch = award_ch(policy, with_replay_seconds, self.effective_ch);

        let mut decision = Decision {
            present,
            counts,
            effective_seconds,
            with_replay_seconds,
            attention,
            live_ch,
            credit_ch,
            reasons: Vec::new(),
        };
        decision.reasons = self.reasons(person, &decision, ignored);
        decision
    }

    /// The reasons of a decision, in the order of the rules.
    fn reasons(&self, person: &PersonFacts, decision: &Decision, ignored: Vec<Reason>) -> Vec<Reason> {
        let policy = self.policy;
        let taught_seconds = self.window.seconds();
        let present_seconds = decision.present.seconds();
        let mut reasons = Vec::new();
        if self.effective_ch < self.planned_ch {
            let (planned_ch, ch) = (self.planned_ch, self.effective_ch);
            reasons.push(Reason::Delivered { taught_seconds, planned_ch, ch });
        }
        reasons.push(Reason::Present { present_seconds, taught_seconds });
        reasons.extend(self.marks(&decision.present));
        for (lesson, spans) in &person.elsewhere {
            let elsewhere: Spans = spans.iter().copied().collect();
            let elsewhere_seconds = elsewhere.and(&decision.present).seconds();
            let lesson = Some(lesson.clone()).filter(|lesson| !lesson.is_empty());
            reasons
                .extend((elsewhere_seconds > 0).then_some(Reason::Elsewhere { elsewhere_seconds, lesson }));
        }
        reasons.extend((1..).zip(&decision.attention).filter_map(why_less));
        reasons.extend(ignored);
        if self.effective_ch == 0 {
            return reasons;
        }
        reasons.push(self.awarded(decision.effective_seconds, decision.live_ch));
        if decision.with_replay_seconds > decision.effective_seconds {
            let replay_seconds = decision.with_replay_seconds - decision.effective_seconds;
            reasons.push(Reason::MadeUp { replay_seconds });
            reasons.push(self.awarded(decision.with_replay_seconds, decision.credit_ch));
        }
        if policy.makeup == MakeUp::None && !person.replay.is_empty() {
            reasons.push(Reason::NoMakeUp);
        }
        reasons
    }

    /// The case of CR-9 that gave `ch`.
    fn awarded(&self, seconds: u64, ch: u64) -> Reason {
        let policy = self.policy;
        let need_seconds = policy.need_seconds(self.effective_ch);
        let full_from_seconds = need_seconds - policy.tolerance_seconds(need_seconds);
        if seconds >= full_from_seconds {
            Reason::Full { seconds, full_from_seconds, ch }
        } else if policy.min_share.is_missed(seconds, need_seconds) {
            Reason::TooLittle { seconds, need_seconds, min_share: policy.min_share }
        } else {
            Reason::Steps { seconds, full_from_seconds, step_seconds: policy.inc, ch }
        }
    }

    /// Labels for coming late and leaving early. Nobody is late before the planned start, and nobody leaves
    /// early after the planned end, however long the class goes on. A person who is gone by an end that was
    /// taken back left when the class was declared over.
    fn marks(&self, present: &Spans) -> impl Iterator<Item = Reason> {
        let policy = self.policy;
        let ends = present.first().zip(present.last()).zip(self.window.first().zip(self.window.last()));
        let marks = ends.map(|((came, went), (began, ended))| {
            let plan = &self.facts.plan;
            let said_over = self.facts.ended.range(went..).next().copied().unwrap_or(ended);
            let (began, ended) = (began.max(plan.planned_start), ended.min(plan.planned_end).min(said_over));
            let late_seconds = came.ms().saturating_sub(began.ms()) / 1000;
            let early_seconds = ended.ms().saturating_sub(went.ms()) / 1000;
            let late = (late_seconds > policy.late).then_some(Reason::Late { late_seconds });
            let early = (early_seconds > policy.early).then_some(Reason::Early { early_seconds });
            late.into_iter().chain(early)
        });
        marks.into_iter().flatten()
    }
}

/// The reason why a block counts in part or not at all; `None` = it counts.
fn why_less((block, attention): (u32, &Attention)) -> Option<Reason> {
    Some(match attention {
        Attention::Proven | Attention::NotAsked => return None,
        Attention::Void { check } => Reason::VoidBlock { block, check: check.clone() },
        Attention::Unasked { asked } => Reason::UnaskedBlock { block, asked: *asked },
        Attention::Scattered { proven_seconds, present_seconds } => Reason::ScatteredBlock {
            block,
            proven_seconds: *proven_seconds,
            present_seconds: *present_seconds,
        },
        Attention::Gapped { gap_seconds } => Reason::GappedBlock { block, gap_seconds: *gap_seconds },
    })
}
