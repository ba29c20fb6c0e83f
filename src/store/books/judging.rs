//! Judging a lesson and entering what came out.

use anyhow::bail;

use super::input::Input;
use super::results::{Finding, Stored};
use super::{Books, off_thread};
use crate::attendance::decision::LessonResult;
use crate::attendance::event::Event;
use crate::attendance::lesson::{LessonFacts, digest_of};
use crate::attendance::policy::Policy;
use crate::attendance::record::{LessonRecord, LineRecord};
use crate::attendance::sheet;
use crate::attendance::{RULES_VERSION, credit};
use crate::protocol::Stage;

/// A lesson as it was judged, with what it was judged from.
pub(super) struct Judgement {
    pub(super) policy: Policy,
    pub(super) events: Vec<Event>,
    pub(super) digest: String,
    pub(super) result: LessonResult,
    facts: LessonFacts,
    /// Who belonged to the lesson, by person id, and since when.
    enrolled: Vec<(String, u64)>,
}

impl Judgement {
    pub(super) fn new(
        policy: &Policy,
        events: Vec<Event>,
        enrolled: Vec<(String, u64)>,
    ) -> anyhow::Result<Judgement> {
        let digest = digest_of(&events);
        let facts = LessonFacts::gather(events.iter().cloned())?;
        let result = credit::assess(policy, &facts);
        Ok(Judgement { policy: policy.clone(), events, digest, result, facts, enrolled })
    }

    pub(super) fn lines(&self) -> Vec<(String, sheet::Line)> {
        sheet::lines(&self.facts, &self.result)
    }

    /// What is stored of the lesson.
    pub(super) fn record(&self) -> LessonRecord {
        LessonRecord::of(&self.policy, &self.result, &self.digest, &self.enrolled)
    }

    /// What is stored of everybody.
    pub(super) fn line_records(&self) -> Vec<(String, LineRecord)> {
        let mut records = Vec::new();
        for ((person, line), (_, decision)) in self.lines().into_iter().zip(&self.result.decisions) {
            records.push((person, LineRecord::of(&line, decision, &self.result)));
        }
        records
    }
}

impl Books {
    /// Judges a lesson: for the first time, again because its facts may say more now, or `to_final`.
    /// A lesson stays under the policy it was judged by first. False when nothing came out that was not
    /// known.
    pub async fn judge(&self, lesson: &str, now_ms: u64, to_final: bool) -> anyhow::Result<bool> {
        let (books, lesson) = (self.clone(), lesson.to_owned());
        off_thread(async move {
            let _alone = books.alone.lock().await;
            books.judge_alone(&lesson, now_ms, to_final).await
        })
        .await
    }

    /// Judges a lesson that was judged, but by the policy that is in force now; under that it stays.
    pub async fn judge_by_present_policy(&self, lesson: &str, now_ms: u64) -> anyhow::Result<bool> {
        let (books, lesson) = (self.clone(), lesson.to_owned());
        off_thread(async move {
            let _alone = books.alone.lock().await;
            let Some(before) = books.store.result_of(&lesson).await? else {
                bail!("{lesson:?} was not judged yet; the server does it after the end of the class");
            };
            let present = books.store.present_policy_of(&lesson).await?;
            let policy = present.as_ref().unwrap_or(&books.policy);
            books.judge_by(policy, &lesson, Some(before), now_ms, false).await
        })
        .await
    }

    async fn judge_alone(&self, lesson: &str, now_ms: u64, to_final: bool) -> anyhow::Result<bool> {
        let before = self.store.result_of(lesson).await?;
        let policy = self.policy_after(lesson, before.as_ref()).await?;
        self.judge_by(&policy, lesson, before, now_ms, to_final).await
    }

    /// By which a lesson is judged: the policy of its result, or before there is one that of its programme.
    pub(super) async fn policy_of(&self, lesson: &str) -> anyhow::Result<Policy> {
        let before = self.store.result_of(lesson).await?;
        self.policy_after(lesson, before.as_ref()).await
    }

    async fn policy_after(&self, lesson: &str, before: Option<&Stored>) -> anyhow::Result<Policy> {
        match before {
            Some(before) => Ok(before.policy.clone()),
            None => self.policy_for(lesson).await,
        }
    }

    async fn judge_by(
        &self,
        policy: &Policy,
        lesson: &str,
        before: Option<Stored>,
        now_ms: u64,
        to_final: bool,
    ) -> anyhow::Result<bool> {
        let Some(lesson) = self.store.lesson(lesson).await? else { return Ok(false) };
        // What is final was decided by the rules of its time: later ones neither give nor take.
        let is_closed = |one: &Stored| one.stage == Stage::Final && one.rules_version != RULES_VERSION;
        if before.as_ref().is_some_and(is_closed) {
            self.store.looked_at(&lesson, now_ms).await?;
            return Ok(false);
        }
        // Nor does anything that was seen after it was final: what is watched later still makes up for time.
        let is_final = |one: &&Stored| one.stage == Stage::Final && one.facts_upto > 0;
        let facts_upto = before.as_ref().filter(is_final).map_or(u64::MAX, |one| one.facts_upto);
        let Input { events, enrolled, seal } = self.input(&lesson, policy, facts_upto).await?;
        let judgement = Judgement::new(policy, events, enrolled)?;
        let stage = match &before {
            Some(_) if to_final => Stage::Final,
            Some(before) => before.stage,
            None => Stage::Provisional,
        };
        let known = before.as_ref().is_some_and(|one| {
            (one.stage, one.rules_version, &one.input_digest, &one.policy)
                == (stage, RULES_VERSION, &judgement.digest, policy)
        });
        if known {
            self.store.looked_at(&lesson, now_ms).await?;
            return Ok(false);
        }
        let overlapping = self.store.overlapping(&lesson).await?;
        let finding = Finding { lesson: &lesson, judgement, seal, stage, overlapping };
        self.store.enter(finding, before, now_ms).await?;
        Ok(true)
    }
}
