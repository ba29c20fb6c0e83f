//! The stored form of a judged lesson: figures and codes, no sentences. The forms in this file are frozen:
//! digests are computed over them and results must stay readable for ever. So nothing here is the form of a
//! page, of a policy file or of a message, which may be renamed. A new figure is an `Option` that is left out
//! when absent, a new reason is a new variant; nothing is renamed or taken away. Sentences are made at
//! reading.
//!
//! Format 2 is a [`LessonRecord`] (`results.report`) and a [`LineRecord`] for each person
//! (`result_lines.line`). Format 1 was the report of `live-classroom hours --explain` with its English
//! sentences. Its [`Figures`] are still read; its lines have the form of a [`LineRecord`] without presence,
//! blocks and reactions.

use serde::{Deserialize, Serialize};

use super::RULES_VERSION;
use super::decision::{Attention, Decision, LessonResult};
use super::policy::{MakeUp, Policy};
use super::reason::{ReasonRecord, ShareRecord};
use super::sheet::Line;
use crate::time::Spans;

/// How settled a result is. Stored: the words are never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// From ten minutes after the end; the time for appeals runs.
    Provisional,
    /// After the time for appeals.
    Final,
}

/// The format of new records.
const FORMAT: u32 = 2;

/// Stretches of time as pairs of milliseconds since the Unix epoch.
pub type Pairs = Vec<(u64, u64)>;

/// The part of a result that is the same for everybody in the lesson.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LessonRecord {
    /// Version of this format.
    v: u32,
    rules: u32,
    lesson: String,
    content: String,
    /// Credit of the whole lesson.
    credit_ch: u64,
    planned: (u64, u64),
    policy: PolicyRecord,
    /// SHA-256 of the facts.
    input_sha256: String,
    taught_s: u64,
    /// The worth of the lesson as it was taught.
    effective_ch: u64,
    instruction: Pairs,
    blocks: Vec<Pairs>,
    /// Everybody who belonged to the lesson, by person id, and since which instant.
    enrolled: Vec<(String, u64)>,
}

impl LessonRecord {
    pub fn of(
        policy: &Policy,
        result: &LessonResult,
        input_sha256: &str,
        enrolled: &[(String, u64)],
    ) -> LessonRecord {
        let plan = &result.plan;
        let block = |number| pairs(&result.blocks.time_of(|block| block == number));
        LessonRecord {
            v: FORMAT,
            rules: RULES_VERSION,
            lesson: plan.lesson.clone(),
            content: plan.content.clone(),
            credit_ch: plan.credit_ch,
            planned: (plan.planned_start.ms(), plan.planned_end.ms()),
            policy: policy.into(),
            input_sha256: input_sha256.into(),
            taught_s: result.instruction_seconds,
            effective_ch: result.effective_ch,
            instruction: pairs(&result.window),
            blocks: (1..=result.blocks.count()).map(block).collect(),
            enrolled: enrolled.to_vec(),
        }
    }

    /// The stored text.
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).expect("records are texts and numbers")
    }

    pub fn enrolled(&self) -> &[(String, u64)] {
        &self.enrolled
    }
}

/// The figures of a stored lesson, whatever its format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// 1 = a report of the first version.
    pub format: u32,
    pub rules: u32,
    pub lesson: String,
    pub content: String,
    pub credit_ch: u64,
    pub policy: Policy,
    pub taught_s: u64,
    pub effective_ch: u64,
    /// Empty in format 1.
    pub enrolled: Vec<(String, u64)>,
}

impl Figures {
    /// Reads a record; fails on a text that no version has written.
    pub fn read(text: &str) -> Result<Figures, serde_json::Error> {
        /// The fields read from a report of the first version.
        #[derive(Deserialize)]
        struct First {
            lesson: String,
            content: String,
            credit_ch: u64,
            policy: PolicyRecord,
            instruction_seconds: u64,
            credit_effective_ch: u64,
        }
        if let Ok(record) = serde_json::from_str::<LessonRecord>(text) {
            return Ok(Figures {
                format: record.v,
                rules: record.rules,
                lesson: record.lesson,
                content: record.content,
                credit_ch: record.credit_ch,
                policy: record.policy.into(),
                taught_s: record.taught_s,
                effective_ch: record.effective_ch,
                enrolled: record.enrolled,
            });
        }
        let first: First = serde_json::from_str(text)?;
        Ok(Figures {
            format: 1,
            rules: 1,
            lesson: first.lesson,
            content: first.content,
            credit_ch: first.credit_ch,
            policy: first.policy.into(),
            taught_s: first.instruction_seconds,
            effective_ch: first.credit_effective_ch,
            enrolled: Vec::new(),
        })
    }
}

/// The stored result of one person in a lesson.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineRecord {
    first_ms: Option<u64>,
    last_ms: Option<u64>,
    present_s: u64,
    counted_s: u64,
    with_replay_s: u64,
    asked: u32,
    answered: u32,
    void_blocks: Vec<u32>,
    live_ch: u64,
    credit_ch: u64,
    reasons: Vec<ReasonRecord>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reactions_ms: Option<Vec<u32>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    present: Option<Pairs>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    blocks: Option<Vec<BlockRecord>>,
}

impl LineRecord {
    pub fn of(line: &Line, decision: &Decision, result: &LessonResult) -> LineRecord {
        let block = |(number, attention): (u32, &Attention)| {
            let time = result.blocks.time_of(|block| block == number);
            BlockRecord { present_s: decision.present.and(&time).seconds(), state: attention.into() }
        };
        LineRecord {
            first_ms: line.first_ms,
            last_ms: line.last_ms,
            present_s: line.present_s,
            counted_s: line.counted_s,
            with_replay_s: line.with_replay_s,
            asked: line.asked,
            answered: line.answered,
            void_blocks: line.void_blocks.clone(),
            live_ch: line.live_ch,
            credit_ch: line.credit_ch,
            reasons: line.reasons.iter().map(Into::into).collect(),
            reactions_ms: Some(line.reactions_ms.clone()),
            present: Some(pairs(&decision.present)),
            blocks: Some((1..).zip(&decision.attention).map(block).collect()),
        }
    }

    /// The record without the fields that the first format did not have.
    #[must_use]
    pub fn as_first(mut self) -> LineRecord {
        (self.reactions_ms, self.present, self.blocks) = (None, None, None);
        self
    }

    pub fn live_ch(&self) -> u64 {
        self.live_ch
    }

    pub fn credit_ch(&self) -> u64 {
        self.credit_ch
    }

    /// Whether the person was in class at all.
    pub fn was_present(&self) -> bool {
        self.present_s > 0
    }

    /// The reason that decided about the credit, as entries of the ledger hold it: JSON.
    pub fn decisive(&self) -> String {
        let text = |reason| serde_json::to_string(reason).expect("reasons are texts and numbers");
        self.reasons.last().map_or_else(String::new, text)
    }

    pub fn to_text(&self) -> String {
        serde_json::to_string(self).expect("records are texts and numbers")
    }

    pub fn read(text: &str) -> Result<LineRecord, serde_json::Error> {
        serde_json::from_str(text)
    }
}

impl From<LineRecord> for Line {
    fn from(record: LineRecord) -> Line {
        Line {
            first_ms: record.first_ms,
            last_ms: record.last_ms,
            present_s: record.present_s,
            counted_s: record.counted_s,
            with_replay_s: record.with_replay_s,
            asked: record.asked,
            answered: record.answered,
            reactions_ms: record.reactions_ms.unwrap_or_default(),
            void_blocks: record.void_blocks,
            live_ch: record.live_ch,
            credit_ch: record.credit_ch,
            reasons: record.reasons.into_iter().map(Into::into).collect(),
        }
    }
}

/// A person's attention in one block, in the order of the blocks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct BlockRecord {
    present_s: u64,
    state: StateRecord,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StateRecord {
    Proven,
    NotAsked,
    /// The id of the missed check.
    Void(String),
    /// The number of times the check was put. Since rules 2, like the next one.
    Unasked(u32),
    /// Proven seconds and present seconds.
    Scattered(u64, u64),
    /// Seconds of gaps that do not count. Since rules 3.
    Gapped(u64),
}

impl From<&Attention> for StateRecord {
    fn from(attention: &Attention) -> StateRecord {
        match attention {
            Attention::Proven => StateRecord::Proven,
            Attention::NotAsked => StateRecord::NotAsked,
            Attention::Void { check } => StateRecord::Void(check.clone()),
            Attention::Unasked { asked } => StateRecord::Unasked(*asked),
            Attention::Scattered { proven_seconds, present_seconds } => {
                StateRecord::Scattered(*proven_seconds, *present_seconds)
            }
            Attention::Gapped { gap_seconds } => StateRecord::Gapped(*gap_seconds),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct PolicyRecord {
    version: String,
    period: u64,
    inc: u64,
    gap: u64,
    hb_timeout: u64,
    block: u64,
    answer: u64,
    tol: u64,
    min_share: ShareRecord,
    overrun_max: u64,
    makeup: MakeUpRecord,
    daily_async_cap: Option<u64>,
    late: u64,
    early: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum MakeUpRecord {
    None,
    Union,
}

impl From<&Policy> for PolicyRecord {
    fn from(policy: &Policy) -> PolicyRecord {
        PolicyRecord {
            version: policy.version.clone(),
            period: policy.period,
            inc: policy.inc,
            gap: policy.gap,
            hb_timeout: policy.hb_timeout,
            block: policy.block,
            answer: policy.answer,
            tol: policy.tol,
            min_share: policy.min_share.into(),
            overrun_max: policy.overrun_max,
            makeup: match policy.makeup {
                MakeUp::None => MakeUpRecord::None,
                MakeUp::Union => MakeUpRecord::Union,
            },
            daily_async_cap: policy.daily_async_cap,
            late: policy.late,
            early: policy.early,
        }
    }
}

impl From<PolicyRecord> for Policy {
    fn from(record: PolicyRecord) -> Policy {
        Policy {
            version: record.version,
            period: record.period,
            inc: record.inc,
            gap: record.gap,
            hb_timeout: record.hb_timeout,
            block: record.block,
            answer: record.answer,
            tol: record.tol,
            min_share: record.min_share.into(),
            overrun_max: record.overrun_max,
            makeup: match record.makeup {
                MakeUpRecord::None => MakeUp::None,
                MakeUpRecord::Union => MakeUp::Union,
            },
            daily_async_cap: record.daily_async_cap,
            late: record.late,
            early: record.early,
        }
    }
}

/// The reason of an entry for a course that was watched from end to end (CR-11), as JSON.
pub fn course_watched(ch: u64) -> String {
    format!("{{\"reason\":\"course_watched\",\"ch\":{ch}}}")
}

fn pairs(spans: &Spans) -> Pairs {
    spans.iter().map(|span| (span.from.ms(), span.to.ms())).collect()
}
