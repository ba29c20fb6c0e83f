//! The steps of registrations; rows are only added.

use crate::programme::enrolment::State;
use crate::store::db::Writing;
use crate::store::{signed, word};

/// A step to be written.
pub struct Step<'a> {
    /// Id of the registration.
    pub id: u64,
    /// The word in the history.
    pub step: &'a str,
    /// The state after the step.
    pub state: State,
    /// Id of the acting person; `None` = the server.
    pub by: Option<&'a str>,
    pub reason: &'a str,
    pub now_ms: u64,
}

/// Writes the new state and the step. An approval gets its number, which orders the filling of classes.
pub async fn set_state(writing: &mut Writing, phase: &str, step: &Step<'_>) -> anyhow::Result<()> {
    let update = sqlx::query(
        "UPDATE registrations SET state = $2, reason = $3,
             approval = CASE WHEN $4 THEN (SELECT coalesce(max(approval), 0) + 1 FROM registrations
                     WHERE phase = $5 AND approval IS NOT NULL)
                 ELSE approval END,
             approved_at_ms = CASE WHEN $4 THEN $6 ELSE approved_at_ms END
         WHERE id = $1",
    )
    .bind(signed(step.id))
    .bind(word(step.state))
    .bind(step.reason)
    .bind(step.state == State::Approved)
    .bind(phase)
    .bind(signed(step.now_ms));
    writing.one_row("the state of a registration", update).await?;
    note(writing, step).await
}

/// Writes the step alone.
pub async fn note(writing: &mut Writing, step: &Step<'_>) -> anyhow::Result<()> {
    let insert = sqlx::query(
        "INSERT INTO registration_steps (registration, step, state, by, reason, at_ms)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(signed(step.id))
    .bind(step.step)
    .bind(word(step.state))
    .bind(step.by)
    .bind(step.reason)
    .bind(signed(step.now_ms));
    Ok(writing.one_row("a step of a registration", insert).await?)
}
