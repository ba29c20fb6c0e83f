//! The ledger of facts: one task takes all appends that wait into one transaction, so that the
//! cost of a sync is shared, and answers each when it is on disk.

use anyhow::{Context, anyhow, bail};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use tokio::sync::{mpsc, oneshot};

use super::db::{Db, Lane, Writing};
use super::fact_chains::{FactChains, Stored};
use super::{Vault, signed, unsigned, word};
use crate::attendance::fact::{Fact, What};
use crate::protocol::ClassState;

/// Appends that may wait: one per running room is usual. Whoever comes later waits to be queued.
const WAITING_MAX: usize = 1024;

/// Facts in one transaction, so that nobody waits long behind a flood.
const GROUP_FACTS_MAX: usize = 2_000;

#[derive(Clone)]
pub(super) struct Ledger {
    jobs: mpsc::Sender<Job>,
}

struct Job {
    facts: Vec<Fact>,
    done: oneshot::Sender<anyhow::Result<()>>,
}

impl Ledger {
    /// Starts the task; it ends when the last clone of the ledger is dropped.
    pub(super) fn start(db: Db, vault: Vault) -> Ledger {
        let (jobs, waiting) = mpsc::channel(WAITING_MAX);
        tokio::spawn(run(db, vault, waiting));
        Ledger { jobs }
    }

    pub(super) async fn append(&self, facts: Vec<Fact>) -> anyhow::Result<()> {
        if facts.is_empty() {
            return Ok(());
        }
        let (done, stored) = oneshot::channel();
        let closed = || anyhow!("the store is closed");
        self.jobs.send(Job { facts, done }).await.map_err(|_| closed())?;
        stored.await.map_err(|_| closed())?
    }
}

async fn run(db: Db, vault: Vault, mut waiting: mpsc::Receiver<Job>) {
    while let Some(first) = waiting.recv().await {
        let mut facts = first.facts.len();
        let mut group = vec![first];
        while facts < GROUP_FACTS_MAX
            && let Ok(job) = waiting.try_recv()
        {
            facts += job.facts.len();
            group.push(job);
        }
        let shared = store(&db, &vault, &group).await;
        for job in group {
            // One bad append must not cost the others theirs: after a failure each is tried alone.
            let result = match &shared {
                Ok(()) => Ok(()),
                Err(_) => store(&db, &vault, std::slice::from_ref(&job)).await,
            };
            // A caller that no longer waits has its facts stored all the same.
            let _ = job.done.send(result);
        }
    }
}

async fn store(db: &Db, vault: &Vault, group: &[Job]) -> anyhow::Result<()> {
    if let Some(trouble) = db.trouble()
        && !db.prove().await
    {
        // Nothing large is tried in vain, by every room anew each second.
        bail!("cannot store facts: {trouble}");
    }
    commit(db, vault, group).await.context("cannot store facts")
}

async fn commit(db: &Db, vault: &Vault, group: &[Job]) -> Result<(), sqlx::Error> {
    let mut transaction = db.write(Lane::Facts).await?;
    let mut chains = FactChains::new(vault);
    for fact in group.iter().flat_map(|job| &job.facts) {
        insert(&mut transaction, &mut chains, fact).await?;
    }
    chains.write(&mut transaction).await?;
    transaction.commit().await
}

/// Appends one fact as part of `transaction`.
pub(super) async fn append(transaction: &mut Writing, vault: &Vault, fact: &Fact) -> Result<(), sqlx::Error> {
    let mut chains = FactChains::new(vault);
    insert(transaction, &mut chains, fact).await?;
    chains.write(transaction).await
}

async fn insert(
    transaction: &mut Writing,
    chains: &mut FactChains<'_>,
    fact: &Fact,
) -> Result<(), sqlx::Error> {
    let body = serde_json::to_string(&fact.what).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let done = sqlx::query("INSERT INTO facts (lesson, person, at_ms, body) VALUES (?, ?, ?, ?)")
        .bind(&fact.lesson)
        .bind(&fact.person)
        .bind(signed(fact.at_ms))
        .bind(&body)
        .execute(&mut **transaction)
        .await?;
    let stored = Stored {
        seq: done.last_insert_rowid(),
        lesson: &fact.lesson,
        person: fact.person.as_deref(),
        at_ms: signed(fact.at_ms),
        body: &body,
    };
    chains.append(transaction, &stored).await?;
    if let What::ClassDeclared { from_ms, .. } = fact.what {
        let query = "UPDATE lessons SET started_at_ms = min(coalesce(started_at_ms, ?1), ?1) WHERE id = ?2";
        let query = sqlx::query(query).bind(signed(from_ms)).bind(&fact.lesson);
        query.execute(&mut **transaction).await?;
    }
    let Some(state) = class_state(&fact.what) else { return Ok(()) };
    let started_at_ms = (state == ClassState::Live).then(|| signed(fact.at_ms));
    sqlx::query("UPDATE lessons SET state = ?, started_at_ms = coalesce(started_at_ms, ?) WHERE id = ?")
        .bind(word(state))
        .bind(started_at_ms)
        .bind(&fact.lesson)
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

/// The state a lesson is in after this fact.
fn class_state(what: &What) -> Option<ClassState> {
    match what {
        What::ClassStarted | What::ClassResumed => Some(ClassState::Live),
        What::ClassPaused => Some(ClassState::Paused),
        What::ClassEnded { .. } => Some(ClassState::Ended),
        What::ClassReopened { to, .. } => Some(*to),
        _ => None,
    }
}

/// A fact as it was appended.
pub(super) fn fact(row: &SqliteRow) -> anyhow::Result<Fact> {
    let body: &str = row.try_get("body")?;
    Ok(Fact {
        lesson: row.try_get("lesson")?,
        person: row.try_get("person")?,
        at_ms: unsigned(row.try_get("at_ms")?),
        what: serde_json::from_str(body).with_context(|| format!("cannot read the fact {body}"))?,
    })
}
