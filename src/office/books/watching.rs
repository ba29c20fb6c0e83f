//! Watching a course, and the credit for it (CR-11): self-study lessons credit the people of their own class,
//! published recordings of classes credit people of other classes.

use std::collections::BTreeMap;

use super::Books;
use super::postings::{Ground, postings};
use crate::attendance::coverage::{self, Coverage};
use crate::attendance::ledger::Kind;
use crate::attendance::policy::Policy;
use crate::attendance::record;
use crate::office::registrations;
use crate::protocol::{Completed, Earns};
use crate::store::credit::completions::{self, Completion};
use crate::store::credit::heads::{self, Grounds};
use crate::store::served::Sent;
use crate::store::watched;
use crate::store::{Lane, Lesson, Writing};
use crate::time::{MediaMs, Spans};

/// The arrival of a heartbeat, and whether it can earn anything.
#[derive(Debug, Clone, Copy)]
pub struct Heard<'a> {
    pub at_ms: u64,
    pub counts: bool,
    /// Name of the recording and the parts of it that were sent, which alone count; `None` = the caller knows
    /// what was watched.
    pub sent: Sent<'a>,
}

impl Books {
    /// Changes a person's watched parts. The heartbeat that completes a course enters its credit in the same
    /// transaction, so that the answer is on disk. A heartbeat that does not count completes nothing, even if
    /// a trimmed course has become complete.
    pub async fn watch<T>(
        &self,
        lesson: &str,
        person: &str,
        Heard { at_ms: now_ms, counts, sent }: Heard<'_>,
        change: impl FnOnce(&mut Coverage) -> T,
    ) -> anyhow::Result<(Coverage, T)> {
        let course = self.store.completions().course_for(lesson, person).await?;
        let mut writing = self.store.write(Lane::Books).await?;
        let mut is_first = false;
        let change = |coverage: &mut Coverage| {
            is_first = coverage.covered.is_empty();
            change(coverage)
        };
        let vault = self.store.vault();
        let (coverage, told) = watched::watch(&mut writing, vault, (lesson, person), sent, change).await?;
        if is_first && !coverage.covered.is_empty() {
            registrations::begin(&mut writing, lesson, &[person], now_ms).await?;
        }
        let is_whole = |course: &Spans<MediaMs>| counts && coverage::is_complete(&coverage.covered, course);
        if let Some(course) = course.filter(is_whole) {
            self.complete(&mut writing, lesson, person, (&course, &coverage), now_ms).await?;
        }
        writing.commit().await?;
        Ok((coverage, told))
    }

    /// The credit for watching a whole lesson; `None` = there is none, or the lesson is the own class's.
    pub async fn earns(&self, lesson: &str, person: &str) -> anyhow::Result<Option<Earns>> {
        let Some(course) = self.store.completions().course_for(lesson, person).await? else {
            return Ok(None);
        };
        let Some(known) = self.store.lessons().find(lesson).await? else { return Ok(None) };
        let credit_ch = self.worth(&known, &course).await?.0;
        let ends = self.store.studies().find(lesson, person).await?.map(|study| study.slot.planned_end.ms());
        Ok((credit_ch > 0).then_some(Earns { credit_ch, until_ms: ends }))
    }

    /// The instant of completion, and the ledger's entries for it.
    pub async fn completed(&self, lesson: &str, person: &str) -> anyhow::Result<Option<Completed>> {
        self.store.completions().shown(lesson, person).await
    }

    /// Credit for all of `course`, and its policy: never more than the worth of the lesson.
    async fn worth(&self, lesson: &Lesson, course: &Spans<MediaMs>) -> anyhow::Result<(u64, Policy)> {
        let policy = self.policy_for(&lesson.id).await?;
        let credit_ch = coverage::lesson_ch(&policy, MediaMs(course.length_ms()));
        Ok((credit_ch.min(lesson.plan.credit_ch), policy))
    }

    async fn complete(
        &self,
        writing: &mut Writing,
        lesson: &str,
        person: &str,
        (course, coverage): (&Spans<MediaMs>, &Coverage),
        now_ms: u64,
    ) -> anyhow::Result<()> {
        if completions::exists(writing, lesson, person).await? {
            return Ok(());
        }
        let Some(lesson) = self.store.lessons().find(lesson).await? else { return Ok(()) };
        let (credit_ch, policy) = self.worth(&lesson, course).await?;
        if credit_ch == 0 {
            return Ok(());
        }
        let done = Completion {
            lesson: lesson.id.clone(),
            person: person.to_owned(),
            at_ms: now_ms,
            credit_ch,
            policy_version: policy.version.clone(),
            covered: serde_json::to_string(&coverage::stretches(&coverage.covered))?,
        };
        let digest = completions::insert(writing, &done).await?;
        let reason = record::course_watched(credit_ch);
        let concerned = BTreeMap::from([(done.person, Ground { digest: digest.clone(), reason })]);
        let mut postings = postings(writing, &lesson, &policy.version, concerned).await?;
        // Watching takes nothing away: reversals are left to judging.
        postings.retain(|posting| posting.kind != Kind::Reverse);
        let grounds = Grounds { lesson: &lesson.id, digest: Some(&digest) };
        heads::enter(&self.store, writing, grounds, postings, now_ms).await.map(drop)
    }
}
