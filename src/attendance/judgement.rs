//! A judged lesson together with its input: the part that the server stores, and that verification computes
//! again.

use super::credit;
use super::decision::LessonResult;
use super::event::Event;
use super::lesson::{LessonFacts, digest_of};
use super::policy::Policy;
use super::record::{LessonRecord, LineRecord};
use super::sheet;

/// A judged lesson together with its input.
pub struct Judgement {
    pub policy: Policy,
    pub events: Vec<Event>,
    /// SHA-256 of the sorted lines of the events, hex (`input_digest` of the ledger).
    pub digest: String,
    pub result: LessonResult,
    facts: LessonFacts,
    /// The lesson's trainees: person id, and the instant from which they belong to it, ms since the Unix
    /// epoch.
    enrolled: Vec<(String, u64)>,
}

impl Judgement {
    pub fn new(
        policy: &Policy,
        events: Vec<Event>,
        enrolled: Vec<(String, u64)>,
    ) -> anyhow::Result<Judgement> {
        let digest = digest_of(&events);
        let facts = LessonFacts::gather(events.iter().cloned())?;
        let result = credit::assess(policy, &facts);
        Ok(Judgement { policy: policy.clone(), events, digest, result, facts, enrolled })
    }

    /// The class sheet's lines, by person id.
    pub fn lines(&self) -> Vec<(String, sheet::Line)> {
        sheet::lines(&self.facts, &self.result)
    }

    /// The lesson's record in its stored form.
    pub fn record(&self) -> LessonRecord {
        LessonRecord::of(&self.policy, &self.result, &self.digest, &self.enrolled)
    }

    /// The record of each person in its stored form, with the person's id.
    pub fn line_records(&self) -> Vec<(String, LineRecord)> {
        let mut records = Vec::new();
        for ((person, line), (_, decision)) in self.lines().into_iter().zip(&self.result.decisions) {
            records.push((person, LineRecord::of(&line, decision, &self.result)));
        }
        records
    }
}
