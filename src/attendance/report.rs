//! A judged lesson as the JSON object that `live-classroom hours` prints. Its form is a contract;
//! [`explained`] adds what helps to understand a result.

use serde::ser::SerializeSeq;
use serde::{Serialize, Serializer};

use super::decision::{Attention, Decision, LessonResult, Reason};
use super::policy::Policy;
use super::reason::ReasonRecord;
use crate::time::Spans;

#[derive(Serialize)]
struct Report<'a> {
    lesson: &'a str,
    policy_version: &'a str,
    instruction_seconds: u64,
    credit_effective_ch: u64,
    #[serde(flatten)]
    detail: Option<LessonDetail<'a>>,
    trainees: Vec<Line<'a>>,
}

#[derive(Serialize)]
struct Line<'a> {
    person: &'a str,
    present: Pairs<'a>,
    effective_seconds: u64,
    with_replay_seconds: u64,
    void_blocks: Vec<u32>,
    live_ch: u64,
    credit_ch: u64,
    reasons: Vec<String>,
    #[serde(flatten)]
    detail: Option<PersonDetail<'a>>,
}

#[derive(Serialize)]
struct LessonDetail<'a> {
    content: &'a str,
    credit_ch: u64,
    policy: &'a Policy,
    input_sha256: &'a str,
    instruction: Pairs<'a>,
    blocks: Vec<Vec<(u64, u64)>>,
}

#[derive(Serialize)]
struct PersonDetail<'a> {
    present_seconds: u64,
    blocks: Vec<BlockLine<'a>>,
    because: Vec<ReasonRecord>,
}

#[derive(Serialize)]
struct BlockLine<'a> {
    block: u32,
    present_seconds: u64,
    #[serde(flatten)]
    attention: &'a Attention,
}

/// Stretches as `[[from,to],…]`.
struct Pairs<'a>(&'a Spans);

impl Serialize for Pairs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(None)?;
        for (from, to) in pairs(self.0) {
            list.serialize_element(&[from, to])?;
        }
        list.end()
    }
}

fn pairs(spans: &Spans) -> impl Iterator<Item = (u64, u64)> + '_ {
    spans.iter().map(|span| (span.from.ms(), span.to.ms()))
}

/// The object of the contract, on one line.
pub fn json(policy: &Policy, result: &LessonResult) -> String {
    to_text(&report(policy, result, None))
}

/// The same object with more: the instruction window, the blocks and each person's state in them, the
/// policy, and the digest of the facts.
pub fn explained(policy: &Policy, result: &LessonResult, input_sha256: &str) -> String {
    to_text(&report(policy, result, Some(input_sha256)))
}

fn to_text(report: &Report) -> String {
    let mut text = serde_json::to_string(report).expect("results are texts and numbers");
    text.push('\n');
    text
}

fn report<'a>(policy: &'a Policy, result: &'a LessonResult, input_sha256: Option<&'a str>) -> Report<'a> {
    let detail = input_sha256.map(|input_sha256| LessonDetail {
        content: &result.plan.content,
        credit_ch: result.plan.credit_ch,
        policy,
        input_sha256,
        instruction: Pairs(&result.window),
        blocks: (1..=result.blocks.count()).map(|number| pairs(&time_of(result, number)).collect()).collect(),
    });
    let line = |(person, decision): &'a (String, Decision)| Line {
        person,
        present: Pairs(&decision.present),
        effective_seconds: decision.effective_seconds,
        with_replay_seconds: decision.with_replay_seconds,
        void_blocks: decision.void_blocks(),
        live_ch: decision.live_ch,
        credit_ch: decision.credit_ch,
        reasons: decision.reasons.iter().map(Reason::to_string).collect(),
        detail: input_sha256.map(|_| person_detail(result, decision)),
    };
    Report {
        lesson: &result.plan.lesson,
        policy_version: &policy.version,
        instruction_seconds: result.instruction_seconds,
        credit_effective_ch: result.effective_ch,
        detail,
        trainees: result.decisions.iter().map(line).collect(),
    }
}

fn person_detail<'a>(result: &LessonResult, decision: &'a Decision) -> PersonDetail<'a> {
    let block = |(number, attention)| BlockLine {
        block: number,
        present_seconds: decision.present.and(&time_of(result, number)).seconds(),
        attention,
    };
    PersonDetail {
        present_seconds: decision.present.seconds(),
        blocks: (1..).zip(&decision.attention).map(block).collect(),
        because: decision.reasons.iter().map(Into::into).collect(),
    }
}

fn time_of(result: &LessonResult, number: u32) -> Spans {
    result.blocks.time_of(|block| block == number)
}
