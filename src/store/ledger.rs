//! The writer of facts: one task takes all waiting appends into one transaction, so that they share the cost
//! of a sync, and answers each when it is on disk.

use anyhow::{Context, anyhow, bail};
use sqlx::Row;
use tokio::sync::{mpsc, oneshot};

use super::db::{Db, Lane, Writing};
use super::dialect::{StoredRow, elements};
use super::fact_chains::Stored;
use super::fact_memory::{Appending, Writer};
use super::{Vault, signed, unsigned, word};
use crate::attendance::fact::{Fact, What};
use crate::lesson::ClassState;

/// Most appends that wait; usual is one per running room. Later callers wait to be queued.
const WAITING_MAX: usize = 1024;

/// Most facts in one transaction, so that nobody waits long behind a flood.
const GROUP_FACTS_MAX: usize = 2_000;

#[derive(Clone)]
pub(super) struct Ledger {
    jobs: mpsc::Sender<Job>,
    writer: Writer,
}

struct Job {
    facts: Vec<Fact>,
    done: oneshot::Sender<anyhow::Result<()>>,
}

impl Ledger {
    /// Starts the task; it ends when the last clone of the ledger is dropped.
    pub(super) fn start(db: Db, vault: Vault) -> Ledger {
        let (jobs, waiting) = mpsc::channel(WAITING_MAX);
        let writer = Writer::new(db, vault);
        tokio::spawn(run(writer.clone(), waiting));
        Ledger { jobs, writer }
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

    /// Appends one fact as part of `transaction`.
    pub(super) async fn append_in(&self, transaction: &mut Writing, fact: &Fact) -> Result<(), sqlx::Error> {
        // Nothing is remembered of it: it may still be rolled back.
        let mut appending = self.writer.begin(transaction).await?;
        insert(transaction, &mut appending, &[fact]).await?;
        appending.write(transaction).await
    }
}

async fn run(writer: Writer, mut waiting: mpsc::Receiver<Job>) {
    while let Some(first) = waiting.recv().await {
        let mut facts = first.facts.len();
        let mut group = vec![first];
        while facts < GROUP_FACTS_MAX
            && let Ok(job) = waiting.try_recv()
        {
            facts += job.facts.len();
            group.push(job);
        }
        let shared = store(&writer, &group).await;
        for job in group {
            // A bad append must not fail the others: after a failure each is tried alone.
            let result = match &shared {
                Ok(()) => Ok(()),
                Err(_) => store(&writer, std::slice::from_ref(&job)).await,
            };
            // If a caller no longer waits, its facts are stored all the same.
            let _ = job.done.send(result);
        }
    }
}

async fn store(writer: &Writer, group: &[Job]) -> anyhow::Result<()> {
    if let Some(trouble) = writer.db.trouble()
        && !writer.db.prove().await
    {
        // Large appends are not tried in vain by every room each second.
        bail!("cannot store facts: {trouble}");
    }
    writer.db.within_patience(commit(writer, group)).await.context("cannot store facts")
}

async fn commit(writer: &Writer, group: &[Job]) -> Result<(), sqlx::Error> {
    let mut transaction = writer.db.write(Lane::Facts).await?;
    let mut appending = writer.begin(&mut transaction).await?;
    let facts: Vec<&Fact> = group.iter().flat_map(|job| &job.facts).collect();
    insert(&mut transaction, &mut appending, &facts).await?;
    appending.write(&mut transaction).await?;
    transaction.end().await?;
    appending.committed();
    Ok(())
}

/// Inserts facts with one statement: to a server, each statement is a way there and back.
async fn insert(
    transaction: &mut Writing,
    appending: &mut Appending<'_>,
    facts: &[&Fact],
) -> Result<(), sqlx::Error> {
    let mut rows = Vec::with_capacity(facts.len());
    for fact in facts {
        let body = serde_json::to_string(&fact.what).map_err(|error| sqlx::Error::Encode(error.into()))?;
        rows.push((appending.number(), &fact.lesson, &fact.person, signed(fact.at_ms), body));
    }
    let listed = serde_json::to_string(&rows).map_err(|error| sqlx::Error::Encode(error.into()))?;
    let query = sqlx::query(concat!(
        "INSERT INTO facts (seq, lesson, person, at_ms, body)
         SELECT cast(value ->> 0 AS bigint), value ->> 1, value ->> 2, cast(value ->> 3 AS bigint), value ->> 4
         FROM ",
        elements!("$1")
    ));
    transaction.rows("facts", rows.len(), query.bind(listed)).await?;
    appending.recall(transaction, rows.iter().map(|(seq, lesson, ..)| (lesson.as_str(), *seq))).await?;
    for (seq, lesson, person, at_ms, body) in &rows {
        let stored = Stored { seq: *seq, lesson, person: person.as_deref(), at_ms: *at_ms, body };
        appending.bind(&stored);
    }
    for fact in facts {
        change_lesson(transaction, fact).await?;
    }
    Ok(())
}

/// Changes the row of a lesson whose life a fact changes.
async fn change_lesson(transaction: &mut Writing, fact: &Fact) -> Result<(), sqlx::Error> {
    if let What::ClassDeclared { from_ms, .. } = fact.what {
        let query =
            "UPDATE lessons SET started_at_ms = CASE WHEN started_at_ms < $1 THEN started_at_ms ELSE $1 END
             WHERE id = $2";
        let query = sqlx::query(query).bind(signed(from_ms)).bind(&fact.lesson);
        transaction.one_row("the start of a lesson", query).await?;
    }
    let Some(state) = class_state(&fact.what) else { return Ok(()) };
    let started_at_ms = (state == ClassState::Live).then(|| signed(fact.at_ms));
    let query = sqlx::query(
        "UPDATE lessons SET state = $1, started_at_ms = coalesce(started_at_ms, $2) WHERE id = $3",
    );
    let query = query.bind(word(state)).bind(started_at_ms).bind(&fact.lesson);
    transaction.one_row("the state of a lesson", query).await
}

/// The state of a lesson after this fact.
fn class_state(what: &What) -> Option<ClassState> {
    match what {
        What::ClassStarted | What::ClassResumed => Some(ClassState::Live),
        What::ClassPaused => Some(ClassState::Paused),
        What::ClassEnded { .. } => Some(ClassState::Ended),
        What::ClassReopened { to, .. } => Some(*to),
        _ => None,
    }
}

/// A fact as appended.
pub(super) fn fact(row: &StoredRow) -> anyhow::Result<Fact> {
    let body: &str = row.try_get("body")?;
    Ok(Fact {
        lesson: row.try_get("lesson")?,
        person: row.try_get("person")?,
        at_ms: unsigned(row.try_get("at_ms")?),
        what: serde_json::from_str(body).with_context(|| format!("cannot read the fact {body}"))?,
    })
}
