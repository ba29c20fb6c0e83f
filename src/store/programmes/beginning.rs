//! Who begins to study: whoever was in class, or watched, for the first time.

use sqlx::Row;

use super::seats::{Taken, take};
use super::{Answer, Writing};
use crate::course::enrolment::{State, Step};
use crate::course::phase::Timing;

/// Takes those of `people` who have a place in the class of `lesson` and did not begin yet one step on.
pub(in crate::store) async fn begin(
    writing: &mut Writing,
    lesson: &str,
    people: &[&str],
    now_ms: u64,
) -> Answer<()> {
    if people.is_empty() {
        return Ok(());
    }
    let people = serde_json::to_string(people).map_err(anyhow::Error::from)?;
    let rows = sqlx::query(
        "SELECT registrations.id, phase, reason FROM registrations JOIN lessons ON lessons.class = registrations.class
         WHERE lessons.id = ? AND registrations.state = 'placed' AND person IN (SELECT value FROM json_each(?))
         ORDER BY registrations.id",
    );
    // Registration is no question any more.
    let state = State::Placed.after(Step::Begin, Timing::Closed)?;
    for row in rows.bind(lesson).bind(people).fetch_all(&mut **writing).await? {
        let (id, phase, reason): (i64, &str, &str) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        take(writing, phase, &Taken { id, step: "begin", state, by: None, reason, now_ms }).await?;
    }
    Ok(())
}
