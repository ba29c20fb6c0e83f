//! The books of credit hours: the results of lessons, the ledger, appeals and corrections.
//!
//! [`input`] puts a lesson's facts together → [`crate::attendance::credit`] judges → [`entering`] stores the
//! result in the tables of `store::credit`, in one transaction. Computing again changes nothing: only
//! differences to the ledger are entered, and results are added, never edited.

use std::future::Future;
use std::sync::Arc;

use anyhow::{Context, anyhow};
use tokio::runtime::Handle;
use tokio::sync::{Mutex, Semaphore};

use crate::attendance::audit::to_jsonl;
use crate::attendance::judgement::Judgement;
use crate::attendance::policy::Policy;
use crate::attendance::record::Stage;
use crate::attendance::sheet;
use crate::config::HoursConfig;
use crate::files::recordings::Recordings;
use crate::lesson::CourseKind;
use crate::store::{Lesson, Store, Writing, audit};

mod appeals;
mod approving;
mod concluding;
pub(in crate::office) mod conclusions;
mod corrections;
mod declarations;
mod due;
mod entering;
mod input;
mod judging;
mod mine;
mod phases;
mod postings;
mod refusal;
mod watching;

pub use due::Due;
pub use refusal::Refused;
pub use watching::Heard;

/// Most lessons that are computed for viewers at once.
const LOOKS_MAX: usize = 1;

/// The waiting times of the books.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// From the end of a class to its result, and from the last heartbeat of watching, ms.
    pub judge_after_ms: u64,
    /// From the first result to the final one, ms.
    pub appeals_ms: u64,
    /// From the planned end to the end of make-up: later watching makes up for nothing, ms.
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

/// The judging and entering part of the server. Cheap to clone.
#[derive(Clone)]
pub struct Books {
    store: Store,
    recordings: Recordings,
    policy: Arc<Policy>,
    times: Times,
    /// Held while judging or correcting: one at a time.
    alone: Arc<Mutex<()>>,
    looks: Arc<Semaphore>,
}

impl Books {
    /// Writes a decision about a person's result into the audit log; part of `writing`.
    async fn log(
        &self,
        writing: &mut Writing,
        by: &str,
        act: &'static str,
        person: &str,
        detail: serde_json::Value,
    ) -> anyhow::Result<()> {
        audit::append(writing, self.store.vault(), audit::Act::done(by, act, person, detail)).await
    }
}

/// A lesson's class sheet before names and balances.
pub struct Sheet {
    pub kind: CourseKind,
    /// `None` = not judged yet.
    pub stage: Option<(Stage, u64)>,
    pub taught_s: u64,
    pub effective_ch: u64,
    /// Sorted by person id.
    pub lines: Vec<(String, sheet::Line)>,
}

impl Books {
    pub fn new(store: Store, recordings: Recordings, policy: Arc<Policy>, times: Times) -> Books {
        let looks = Arc::new(Semaphore::new(LOOKS_MAX));
        Books { store, recordings, policy, times, alone: Arc::default(), looks }
    }

    pub(in crate::office) fn store(&self) -> &Store {
        &self.store
    }

    pub fn times(&self) -> Times {
        self.times
    }

    /// The class sheet as judged; before that, by the facts so far.
    pub async fn sheet(&self, lesson: &Lesson) -> anyhow::Result<Sheet> {
        if let Some(result) = self.store.results().standing(&lesson.id).await? {
            let lines = self.store.results().lines(result.id).await?;
            let stage = Some((result.stage, result.computed_at_ms));
            let (taught_s, effective_ch) = (result.taught_s, result.effective_ch);
            return Ok(Sheet { kind: CourseKind::Live, stage, taught_s, effective_ch, lines });
        }
        if self.store.lessons().is_self_study(&lesson.id).await? {
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

    /// The sheet of a self-study lesson: the watched time, and the credit of those who have completed it.
    async fn progress_sheet(&self, lesson: &Lesson) -> anyhow::Result<Sheet> {
        let people = self.store.studies().watched_by_all(&lesson.id).await?.into_iter();
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

    /// The audit file of the present result; before there is one, of the facts so far.
    pub async fn events(&self, lesson: &Lesson) -> anyhow::Result<String> {
        match self.store.results().events(&lesson.id).await? {
            Some(file) => Ok(file),
            None => Ok(to_jsonl(&self.so_far(lesson).await?.events)),
        }
    }

    /// The policy of a programme that is in force, or the server's.
    pub(in crate::office) async fn policy_in_force(&self, programme: &str) -> anyhow::Result<Policy> {
        Ok(self.store.policies().in_force(programme).await?.unwrap_or_else(|| (*self.policy).clone()))
    }

    /// The policy of a lesson's first result: its programme's, or the server's.
    async fn policy_for(&self, lesson: &str) -> anyhow::Result<Policy> {
        Ok(self.store.policies().of_lesson(lesson).await?.unwrap_or_else(|| (*self.policy).clone()))
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

/// Runs long computations on a thread where nobody waits for them.
async fn off_thread<T: Send + 'static>(
    work: impl Future<Output = anyhow::Result<T>> + Send + 'static,
) -> anyhow::Result<T> {
    let handle = Handle::current();
    let done = tokio::task::spawn_blocking(move || handle.block_on(work)).await;
    done.map_err(|error| anyhow!(error)).context("judging ended badly")?
}

#[cfg(test)]
mod tests;
