//! What presence in one lesson is worth: rules CR-4, CR-6 and CR-8 to CR-10, on one page.
//!
//! The same facts and the same policy give the same decision, on any machine and on any day (CR-18).
//! Integers only: milliseconds in sets, whole seconds rounded down once per set, ch (100 ch = 1 学时).

use std::collections::BTreeMap;

use super::attention::Attentive;
use super::blocks::Blocks;
use super::decision::{Attention, Decision, LessonResult, Reason};
use super::event::Plan;
use super::interval::Spans;
use super::lesson::{LessonFacts, PersonFacts};
use super::policy::{MakeUp, Policy};
use super::presence::{self, Claim};

/// What the lesson delivered (CR-4): all of `credit_ch` when hardly anything was missing from it, else
/// the steps that were taught. Overrunning never raises it.
pub fn delivered_ch(policy: &Policy, taught_seconds: u64, credit_ch: u64) -> u64 {
    let need = policy.need_seconds(credit_ch);
    if taught_seconds >= need - policy.tolerance_seconds(need) {
        return credit_ch;
    }
    credit_ch.min(policy.steps_ch(taught_seconds))
}

/// What `seconds` of a lesson of `credit_ch` earn (CR-9): all of it when hardly anything is missing,
/// nothing below the minimum share, else the whole steps.
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

/// Judges a lesson: everybody whom a fact is about, in the order of their ids.
pub fn assess(policy: &Policy, facts: &LessonFacts) -> LessonResult {
    let window = presence::instruction_window(policy, facts);
    let blocks = Blocks::cut(&window, policy.block);
    let instruction_seconds = window.seconds();
    let effective_ch = delivered_ch(policy, instruction_seconds, facts.plan.credit_ch);
    let planned_ch = facts.plan.credit_ch;
    let attentive = Attentive::new(policy, facts, &window, &blocks);
    let (plan, window_of, attentive) = (&facts.plan, &window, &attentive);
    let lesson =
        Lesson { policy, plan, window: window_of, blocks: &blocks, attentive, planned_ch, effective_ch };
    let decisions = facts.people.iter().map(|(person, seen)| (person.clone(), lesson.decide(seen)));
    let decisions = decisions.collect();
    LessonResult { plan: facts.plan.clone(), instruction_seconds, effective_ch, decisions, window, blocks }
}

/// When everybody was in a lesson, and what of it counts there: what [`presence::elsewhere`] divides.
pub fn claims(policy: &Policy, facts: &LessonFacts) -> BTreeMap<String, Claim> {
    let result = assess(policy, facts);
    let claim = |(person, decision): (String, Decision)| {
        let void = decision.void_blocks();
        let void = result.blocks.time_of(|number| void.contains(&number));
        (person, Claim { counts: decision.present.minus(&void), present: decision.present })
    };
    result.decisions.into_iter().map(claim).collect()
}

/// What is the same for everybody in the lesson.
struct Lesson<'a> {
    policy: &'a Policy,
    plan: &'a Plan,
    window: &'a Spans,
    blocks: &'a Blocks,
    attentive: &'a Attentive<'a>,
    planned_ch: u64,
    effective_ch: u64,
}

impl Lesson<'_> {
    fn decide(&self, person: &PersonFacts) -> Decision {
        let policy = self.policy;
        // 1. When they were in class, and when that was another lesson's time (CR-5, CR-12).
        let present = presence::intervals(policy, person, self.window);
        let elsewhere: Spans = person.elsewhere.values().flatten().copied().collect();

        // 2. Blocks without a sign of attention do not count (CR-6, CR-8).
        let (attention, ignored) = self.attentive.judge(person, &present);
        let is_void = |number: u32| attention[number as usize - 1].is_void();
        let void = self.blocks.time_of(is_void);
        let effective = present.minus(&elsewhere).minus(&void);

        // 3. Watching the recording fills what is missing of the same time, void blocks, too (CR-10).
        let replay: Spans = person.replay.iter().copied().collect();
        let with_replay = match policy.makeup {
            MakeUp::Union => effective.or(&replay.and(self.window)),
            MakeUp::None => effective.clone(),
        };

        // 4. Both are worth at most what the lesson delivered (CR-9).
        let (effective_seconds, with_replay_seconds) = (effective.seconds(), with_replay.seconds());
        let live_ch = award_ch(policy, effective_seconds, self.effective_ch);
        let credit_ch = award_ch(policy, with_replay_seconds, self.effective_ch);

        let mut decision = Decision {
            present,
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

    /// Why, in the order of the rules.
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
        reasons.extend((1..).zip(&decision.attention).filter_map(why_void));
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

    /// Which case of CR-9 gave `ch`.
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

    /// Labels for who came late or went early. Nobody comes late before the planned start, and nobody goes
    /// early after the planned end, however long the class goes on.
    fn marks(&self, present: &Spans) -> impl Iterator<Item = Reason> {
        let policy = self.policy;
        let ends = present.first().zip(present.last()).zip(self.window.first().zip(self.window.last()));
        let marks = ends.map(|((came, went), (began, ended))| {
            let (began, ended) = (began.max(self.plan.planned_start), ended.min(self.plan.planned_end));
            let late_seconds = came.ms().saturating_sub(began.ms()) / 1000;
            let early_seconds = ended.ms().saturating_sub(went.ms()) / 1000;
            let late = (late_seconds > policy.late).then_some(Reason::Late { late_seconds });
            let early = (early_seconds > policy.early).then_some(Reason::Early { early_seconds });
            late.into_iter().chain(early)
        });
        marks.into_iter().flatten()
    }
}

/// Why a block does not count.
fn why_void((block, attention): (u32, &Attention)) -> Option<Reason> {
    Some(match attention {
        Attention::Proven | Attention::NotAsked => return None,
        Attention::Void { check } => Reason::VoidBlock { block, check: check.clone() },
        Attention::Unasked { asked } => Reason::UnaskedBlock { block, asked: *asked },
        Attention::Scattered { proven_seconds, present_seconds } => Reason::ScatteredBlock {
            block,
            proven_seconds: *proven_seconds,
            present_seconds: *present_seconds,
        },
    })
}
