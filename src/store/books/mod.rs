//! The books of credit hours: what was computed about each lesson, the ledger, appeals and corrections.
//!
//! [`input`] puts a lesson's facts together → [`crate::attendance::credit`] judges → [`results`] and
//! [`entries`] keep what came out, in one transaction. Computing again changes nothing: only what is not
//! in the ledger yet is entered, and results are added, never edited.

use std::future::Future;
use std::sync::Arc;

use anyhow::{Context, anyhow};
use tokio::runtime::Handle;
use tokio::sync::{Mutex, Semaphore};

use self::judging::Judgement;
use super::db::Writing;
use super::recordings::Recordings;
use super::{Lesson, Store, audit};
use crate::attendance::audit::to_jsonl;
use crate::attendance::policy::Policy;
use crate::attendance::sheet;
use crate::config::HoursConfig;
use crate::protocol::{CourseKind, Stage};

mod appeals;
mod body;
mod completions;
mod corrections;
mod declarations;
mod due;
mod entries;
mod facts;
mod heads;
mod input;
mod judging;
mod mine;
mod phases;
mod postings;
mod results;
mod sealing;
mod verify;
mod waiting;

pub use appeals::Refused;
pub use completions::Heard;
pub(super) use completions::completed;
pub use due::Due;
pub use postings::Classmate;
pub use results::Stored;
pub(super) use sealing::take_over;
pub use verify::{Kept, Verified};

/// Lessons that are computed for somebody who looks, at once.
const LOOKS_MAX: usize = 1;

/// How long things take their time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// From the end of a class to its result; also from the last heartbeat of somebody who watches.
    pub judge_after_ms: u64,
    /// From the first result to the final one.
    pub appeals_ms: u64,
    /// From the planned end on; what is watched later makes up for nothing.
    pub makeup_ms: u64,
}

impl Times {
    pub fn of(config: &HoursConfig) -> Times {
        const DAY_MS: u64 = 86_400_000;
        Times {
            judge_after_ms: u64::from(config.judge_after_s) * 1000,
            appeals_ms: u64::from(config.appeal_days) * DAY_MS,
            makeup_ms: u64::from(config.makeup_days) * DAY_MS,
        }
    }
}

/// Everything that judges and enters. Cheap to clone.
#[derive(Clone)]
pub struct Books {
    store: Store,
    recordings: Recordings,
    policy: Arc<Policy>,
    times: Times,
    /// Whoever judges or corrects does it alone.
    alone: Arc<Mutex<()>>,
    looks: Arc<Semaphore>,
}

impl Books {
    /// Writes into the audit log what somebody decided about a person's result; part of `transaction`.
    async fn log(
        &self,
        transaction: &mut Writing,
        by: &str,
        act: &'static str,
        person: &str,
        detail: serde_json::Value,
    ) -> anyhow::Result<()> {
        audit::append(transaction, self.store.vault(), audit::Act::done(by, act, person, detail)).await
    }
}

/// A lesson's class sheet before names and balances.
pub struct Sheet {
    pub kind: CourseKind,
    /// None: not judged yet.
    pub stage: Option<(Stage, u64)>,
    pub taught_s: u64,
    pub effective_ch: u64,
    /// By person id.
    pub lines: Vec<(String, sheet::Line)>,
}

impl Books {
    pub fn new(store: Store, recordings: Recordings, policy: Arc<Policy>, times: Times) -> Books {
        let looks = Arc::new(Semaphore::new(LOOKS_MAX));
        Books { store, recordings, policy, times, alone: Arc::default(), looks }
    }

    pub fn times(&self) -> Times {
        self.times
    }

    /// The class sheet: as it was judged, else as the facts say so far.
    pub async fn sheet(&self, lesson: &Lesson) -> anyhow::Result<Sheet> {
        if let Some(stored) = self.store.result_of(&lesson.id).await? {
            let lines = self.store.lines_of(stored.id).await?;
            let stage = Some((stored.stage, stored.computed_at_ms));
            let (taught_s, effective_ch) = (stored.taught_s, stored.effective_ch);
            return Ok(Sheet { kind: CourseKind::Live, stage, taught_s, effective_ch, lines });
        }
        if self.store.is_studied_alone(&lesson.id).await? {
            return self.progress_sheet(lesson).await;
        }
        let judgement = self.so_far(lesson).await?;
        Ok(Sheet {
            kind: CourseKind::Live,
            stage: None,
            taught_s: judgement.result.instruction_seconds,
            effective_ch: judgement.result.effective_ch,
            lines: judgement.lines(),
        })
    }

    /// Of a lesson that is studied alone: what was watched, and the credit of those who have done it.
    async fn progress_sheet(&self, lesson: &Lesson) -> anyhow::Result<Sheet> {
        let people = self.store.watched_by_all(&lesson.id).await?.into_iter();
        let lines = people.map(|done| {
            let credit_ch = done.credit_ch.unwrap_or_default();
            let with_replay_s = done.covered.length_ms() / 1000;
            let last_ms = done.completed_at_ms;
            (done.person, sheet::Line { with_replay_s, credit_ch, last_ms, ..sheet::Line::default() })
        });
        Ok(Sheet {
            kind: CourseKind::Async,
            stage: None,
            taught_s: 0,
            effective_ch: lesson.plan.credit_ch,
            lines: lines.collect(),
        })
    }

    /// The audit file: of the result that stands, else of what is known so far.
    pub async fn events(&self, lesson: &Lesson) -> anyhow::Result<String> {
        match self.store.events_of(&lesson.id).await? {
            Some(file) => Ok(file),
            None => Ok(to_jsonl(&self.so_far(lesson).await?.events)),
        }
    }

    /// By which a lesson is judged first: its programme's policy, or the server's.
    async fn policy_for(&self, lesson: &str) -> anyhow::Result<Policy> {
        Ok(self.store.policy_of(lesson).await?.unwrap_or_else(|| (*self.policy).clone()))
    }

    async fn so_far(&self, lesson: &Lesson) -> anyhow::Result<Judgement> {
        let _turn = self.looks.acquire().await?;
        let (books, lesson) = (self.clone(), lesson.clone());
        off_thread(async move {
            let policy = books.policy_for(&lesson.id).await?;
            let input = books.input(&lesson, &policy, u64::MAX).await?;
            Judgement::new(&policy, input.events, input.enrolled)
        })
        .await
    }
}

/// Runs what computes for long where it keeps nobody waiting.
async fn off_thread<T: Send + 'static>(
    work: impl Future<Output = anyhow::Result<T>> + Send + 'static,
) -> anyhow::Result<T> {
    let handle = Handle::current();
    let done = tokio::task::spawn_blocking(move || handle.block_on(work)).await;
    done.map_err(|error| anyhow!(error)).context("judging ended badly")?
}

#[cfg(test)]
mod tests;
