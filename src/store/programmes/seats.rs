//! Who holds a seat, and who moves up. Everything here is part of a transaction that writes.

use sqlx::{Row, Sqlite, Transaction};

use super::super::signed;
use super::{Answer, Writing, classes, count};
use crate::attendance::interval::ServerInstant;
use crate::course::enrolment::{State, Step};
use crate::course::phase::{Phase, Timing};
use crate::course::quota::Seats;
use crate::course::school_limit;

use super::super::{from_word, word};

/// Seats of a unit as they stand in this transaction.
pub(super) async fn seats(writing: &mut Writing<'_>, phase: &str, unit: &str) -> Answer<Seats> {
    let row = sqlx::query(
        "SELECT coalesce((SELECT seats FROM quotas WHERE phase = ?1 AND unit = ?2), 0),
             (SELECT count(*) FROM registrations WHERE phase = ?1 AND unit = ?2
                 AND state IN ('approved', 'placed', 'active', 'completed', 'failed'))",
    );
    let row = row.bind(phase).bind(unit).fetch_one(&mut **writing).await?;
    Ok(Seats { quota: count(row.try_get(0)?), taken: count(row.try_get(1)?) })
}

/// How many of the same unit have waited longer than this registration, and could have the seat.
pub(super) async fn waiting_before(writing: &mut Writing<'_>, phase: &Phase, id: i64) -> Answer<u32> {
    let rows = sqlx::query(
        "SELECT w.id FROM registrations w JOIN registrations r ON w.phase = r.phase AND w.unit = r.unit
         WHERE r.id = ? AND w.state = 'waitlisted' AND w.submission < r.submission",
    );
    let mut before = 0;
    for row in rows.bind(id).fetch_all(&mut **writing).await? {
        before += u32::from(full_school(writing, phase, row.try_get(0)?).await?.is_none());
    }
    Ok(before)
}

/// The school of a registration when it has as many seats, beside this one, as the phase allows it; none:
/// it has room. One school is the same name in the same unit, or the same code.
pub(super) async fn full_school(writing: &mut Writing<'_>, phase: &Phase, id: i64) -> Answer<Option<String>> {
    let Some(limit) = &phase.per_school else { return Ok(None) };
    let row =
        sqlx::query("SELECT unit, school, school_key, school_code, category FROM registrations WHERE id = ?");
    let row = row.bind(id).fetch_one(&mut **writing).await?;
    let held = sqlx::query(
        "SELECT category FROM registrations WHERE phase = ?1 AND id <> ?2
             AND state IN ('approved', 'placed', 'active', 'completed', 'failed')
             AND ((school_key = ?3 AND unit = ?4) OR (school_code = ?5 AND school_code <> ''))",
    );
    let held = held.bind(&phase.id).bind(id).bind(row.try_get::<String, _>("school_key")?);
    let held = held.bind(row.try_get::<String, _>("unit")?).bind(row.try_get::<String, _>("school_code")?);
    let held = held.fetch_all(&mut **writing).await?;
    let held: Vec<String> = held.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
    let has_room = school_limit::has_room(limit, row.try_get("category")?, &held);
    Ok(if has_room { None } else { Some(row.try_get("school")?) })
}

/// A step of a registration that was decided on.
pub(super) struct Taken<'a> {
    pub(super) id: i64,
    /// As it is written into the history.
    pub(super) step: &'a str,
    pub(super) state: State,
    /// Nobody: the server.
    pub(super) by: Option<&'a str>,
    pub(super) reason: &'a str,
    pub(super) now_ms: u64,
}

/// Writes the new state and the step. An approval gets its number, by which classes are filled.
pub(super) async fn take(writing: &mut Writing<'_>, phase: &str, step: &Taken<'_>) -> Answer<()> {
    let approves = step.state == State::Approved;
    sqlx::query(
        "UPDATE registrations SET state = ?2, reason = ?3,
             approval = CASE WHEN ?4 THEN (SELECT coalesce(max(approval), 0) + 1 FROM registrations
                     WHERE phase = ?5 AND approval IS NOT NULL)
                 ELSE approval END,
             approved_at_ms = CASE WHEN ?4 THEN ?6 ELSE approved_at_ms END
         WHERE id = ?1",
    )
    .bind(step.id)
    .bind(word(step.state))
    .bind(step.reason)
    .bind(approves)
    .bind(phase)
    .bind(signed(step.now_ms))
    .execute(&mut **writing)
    .await?;
    if approves {
        // From now on classes show the real name.
        sqlx::query(
            "UPDATE people SET name = (SELECT name FROM registrations WHERE id = ?1)
             WHERE id = (SELECT person FROM registrations WHERE id = ?1)",
        )
        .bind(step.id)
        .execute(&mut **writing)
        .await?;
    }
    note(writing, step).await
}

/// Writes the step alone.
pub(super) async fn note(writing: &mut Transaction<'_, Sqlite>, step: &Taken<'_>) -> Answer<()> {
    sqlx::query(
        "INSERT INTO registration_steps (registration, step, state, by, reason, at_ms) VALUES (?, ?, ?, ?, ?, ?)",
    )
    .bind(step.id)
    .bind(step.step)
    .bind(word(step.state))
    .bind(step.by)
    .bind(step.reason)
    .bind(signed(step.now_ms))
    .execute(&mut **writing)
    .await?;
    Ok(())
}

/// Gives free seats of a unit to its waiting list, in the order of submission, before the study begins; who
/// is of a school that has as many as it may goes on waiting. Returns how many moved up.
pub(super) async fn promote(
    writing: &mut Writing<'_>,
    phase: &Phase,
    unit: &str,
    now_ms: u64,
) -> Answer<u32> {
    if phase.study.at(ServerInstant::of_fact(now_ms)) != Timing::NotOpen {
        return Ok(0);
    }
    let seats = seats(writing, &phase.id, unit).await?;
    if seats.free() == 0 {
        return Ok(0);
    }
    let waiting = sqlx::query(
        "SELECT id FROM registrations WHERE phase = ? AND unit = ? AND state = 'waitlisted' ORDER BY submission",
    );
    let mut promoted = 0;
    for row in waiting.bind(&phase.id).bind(unit).fetch_all(&mut **writing).await? {
        if promoted == seats.free() {
            break;
        }
        let id = row.try_get(0)?;
        if full_school(writing, phase, id).await?.is_some() {
            continue;
        }
        let state =
            State::Waitlisted.after(Step::Approve, phase.registration.at(ServerInstant::of_fact(now_ms)))?;
        let step = Taken { id, step: "promote", state, by: None, reason: "", now_ms };
        take(writing, &phase.id, &step).await?;
        promoted += 1;
    }
    if phase.formed && promoted > 0 {
        classes::place(writing, phase, now_ms).await?;
    }
    Ok(promoted)
}

/// The same for every unit that waits.
pub(super) async fn promote_all(writing: &mut Writing<'_>, phase: &Phase, now_ms: u64) -> Answer<()> {
    let units = sqlx::query(
        "SELECT DISTINCT unit FROM registrations WHERE phase = ? AND state = 'waitlisted' ORDER BY unit",
    );
    for row in units.bind(&phase.id).fetch_all(&mut **writing).await? {
        promote(writing, phase, row.try_get(0)?, now_ms).await?;
    }
    Ok(())
}

/// Somebody gives up a seat, or the wish for one.
pub(super) async fn withdraw(
    writing: &mut Writing<'_>,
    phase: &Phase,
    id: i64,
    by: &str,
    reason: &str,
    now_ms: u64,
) -> Answer<u32> {
    let row = sqlx::query("SELECT state, unit, person, class FROM registrations WHERE id = ?").bind(id);
    let row = row.fetch_one(&mut **writing).await?;
    let before: State = from_word(row.try_get("state")?)?;
    let state = before.after(Step::Withdraw, phase.registration.at(ServerInstant::of_fact(now_ms)))?;
    let (unit, person): (String, String) = (row.try_get("unit")?, row.try_get("person")?);
    take(writing, &phase.id, &Taken { id, step: "withdraw", state, by: Some(by), reason, now_ms }).await?;
    // What was seen stays seen; lessons that have not begun are no longer theirs.
    sqlx::query(
        "DELETE FROM enrolments WHERE person = ?1 AND lesson IN
             (SELECT id FROM lessons WHERE class = ?2 AND started_at_ms IS NULL)",
    )
    .bind(&person)
    .bind(row.try_get::<Option<String>, _>("class")?)
    .execute(&mut **writing)
    .await?;
    sqlx::query("UPDATE registrations SET class = NULL WHERE id = ?")
        .bind(id)
        .execute(&mut **writing)
        .await?;
    if before.holds_seat() { promote(writing, phase, &unit, now_ms).await } else { Ok(0) }
}
