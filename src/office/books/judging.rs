//! Judging a lesson, and entering the result.

use anyhow::bail;

use super::entering::Finding;
use super::input::Input;
use super::{Books, off_thread};
use crate::attendance::RULES_VERSION;
use crate::attendance::judgement::Judgement;
use crate::attendance::policy::Policy;
use crate::attendance::record::Stage;
use crate::store::credit::StoredResult;

impl Books {
    /// Judges a lesson: for the first time, again because its facts may have changed, or `to_final`. A lesson
    /// keeps the policy of its first result. False = nothing changed.
    pub async fn judge(&self, lesson: &str, now_ms: u64, to_final: bool) -> anyhow::Result<bool> {
        let (books, lesson) = (self.clone(), lesson.to_owned());
        off_thread(async move {
            let _alone = books.alone.lock().await;
            books.judge_alone(&lesson, now_ms, to_final).await
        })
        .await
    }

    /// Judges a lesson again by the present policy, which it keeps from then on.
    pub async fn judge_by_present_policy(&self, lesson: &str, now_ms: u64) -> anyhow::Result<bool> {
        let (books, lesson) = (self.clone(), lesson.to_owned());
        off_thread(async move {
            let _alone = books.alone.lock().await;
            let Some(before) = books.store.results().standing(&lesson).await? else {
                bail!("{lesson:?} was not judged yet; the server does it after the end of the class");
            };
            let present = books.store.policies().present_of_lesson(&lesson).await?;
            let policy = present.as_ref().unwrap_or(&books.policy);
            books.judge_by(policy, &lesson, Some(before), now_ms, false).await
        })
        .await
    }

    async fn judge_alone(&self, lesson: &str, now_ms: u64, to_final: bool) -> anyhow::Result<bool> {
        let before = self.store.results().standing(lesson).await?;
        let policy = self.policy_after(lesson, before.as_ref()).await?;
        self.judge_by(&policy, lesson, before, now_ms, to_final).await
    }

    /// The policy of a lesson: that of its result; before there is one, that of its programme.
    pub(super) async fn policy_of(&self, lesson: &str) -> anyhow::Result<Policy> {
        let before = self.store.results().standing(lesson).await?;
        self.policy_after(lesson, before.as_ref()).await
    }

    async fn policy_after(&self, lesson: &str, before: Option<&StoredResult>) -> anyhow::Result<Policy> {
        match before {
            Some(before) => Ok(before.policy.clone()),
            None => self.policy_for(lesson).await,
        }
    }

    async fn judge_by(
        &self,
        policy: &Policy,
        lesson: &str,
        before: Option<StoredResult>,
        now_ms: u64,
        to_final: bool,
    ) -> anyhow::Result<bool> {
        let Some(lesson) = self.store.lessons().find(lesson).await? else { return Ok(false) };
        // A final result was decided by the rules of its time: later rules neither give nor take.
        let is_closed = |one: &StoredResult| one.stage == Stage::Final && one.rules_version != RULES_VERSION;
        if before.as_ref().is_some_and(is_closed) {
            self.looked_at(&lesson, now_ms).await?;
            return Ok(false);
        }
        // Facts after the final result change nothing, either; later watching still makes up for time.
        let is_final = |one: &&StoredResult| one.stage == Stage::Final && one.facts_upto > 0;
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
            self.looked_at(&lesson, now_ms).await?;
            return Ok(false);
        }
        let overlapping = self.store.class_lists().overlapping(&lesson).await?;
        let finding = Finding { lesson: &lesson, judgement, seal, stage, overlapping };
        self.enter(finding, before, now_ms).await?;
        Ok(true)
    }
}
