//! Who holds a seat, and who moves up. Everything here is part of a transaction that writes.

use std::collections::BTreeMap;

use sqlx::Row;

use super::super::signed;
use super::schools::{MEMBER, Member, Schools};
use super::{Answer, Writing, classes, count};
use crate::attendance::interval::ServerInstant;
use crate::course::enrolment::{State, Step};
use crate::course::phase::{Phase, Timing};
use crate::course::quota::Seats;

use super::super::{from_word, word};

/// Seats of a unit as they stand in this transaction.
pub(super) async fn seats(writing: &mut Writing, phase: &str, unit: &str) -> Answer<Seats> {
    let row = sqlx::query(
        "SELECT coalesce((SELECT seats FROM quotas WHERE phase = ?1 AND unit = ?2), 0),
             (SELECT count(*) FROM registrations WHERE phase = ?1 AND unit = ?2
                 AND state IN ('approved', 'placed', 'active', 'completed', 'failed'))",
    );
    let row = row.bind(phase).bind(unit).fetch_one(&mut **writing).await?;
    Ok(Seats { quota: count(row.try_get(0)?), taken: count(row.try_get(1)?) })
}

/// Seats that are taken, of all units that have some.
pub(super) async fn taken(writing: &mut Writing, phase: &str) -> Answer<BTreeMap<String, u32>> {
    let rows = sqlx::query(
        "SELECT unit, count(*) FROM registrations WHERE phase = ?
             AND state IN ('approved', 'placed', 'active', 'completed', 'failed') GROUP BY unit",
    );
    let rows = rows.bind(phase).fetch_all(&mut **writing).await?;
    let taken = rows.iter().map(|row| Ok((row.try_get(0)?, count(row.try_get(1)?))));
    Ok(taken.collect::<Result<_, sqlx::Error>>()?)
}

/// How many of the same unit have waited longer than this registration, and could have the seat.
pub(super) async fn waiting_before(writing: &mut Writing, phase: &Phase, id: i64) -> Answer<u32> {
    let schools = Schools::of(writing, phase).await?;
    let sql = format!(
        "SELECT {MEMBER} FROM registrations WHERE phase = ?1 AND state = 'waitlisted'
             AND unit = (SELECT unit FROM registrations WHERE id = ?2)
             AND submission < (SELECT submission FROM registrations WHERE id = ?2)"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(&phase.id).bind(id);
    let mut before = 0;
    for row in rows.fetch_all(&mut **writing).await? {
        before += u32::from(schools.has_room(&Member::read(&row)?));
    }
    Ok(before)
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
pub(super) async fn take(writing: &mut Writing, phase: &str, step: &Taken<'_>) -> Answer<()> {
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
pub(super) async fn note(writing: &mut Writing, step: &Taken<'_>) -> Answer<()> {
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
pub(super) async fn promote(writing: &mut Writing, phase: &Phase, unit: &str, now_ms: u64) -> Answer<u32> {
    if phase.study.at(ServerInstant::of_fact(now_ms)) != Timing::NotOpen {
        return Ok(0);
    }
    let seats = seats(writing, &phase.id, unit).await?;
    if seats.free() == 0 {
        return Ok(0);
    }
    let mut schools = Schools::of(writing, phase).await?;
    let sql = format!(
        "SELECT {MEMBER} FROM registrations WHERE phase = ? AND unit = ? AND state = 'waitlisted'
         ORDER BY submission"
    );
    let waiting = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(&phase.id).bind(unit);
    let mut promoted = 0;
    for row in waiting.fetch_all(&mut **writing).await? {
        if promoted == seats.free() {
            break;
        }
        let one = Member::read(&row)?;
        if !schools.has_room(&one) {
            continue;
        }
        let id = one.id;
        let state =
            State::Waitlisted.after(Step::Approve, phase.registration.at(ServerInstant::of_fact(now_ms)))?;
        let step = Taken { id, step: "promote", state, by: None, reason: "", now_ms };
        take(writing, &phase.id, &step).await?;
        schools.seat(one);
        promoted += 1;
    }
    if phase.formed && promoted > 0 {
        classes::place(writing, phase, now_ms).await?;
    }
    Ok(promoted)
}

/// The same for every unit that waits.
pub(super) async fn promote_all(writing: &mut Writing, phase: &Phase, now_ms: u64) -> Answer<()> {
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
    writing: &mut Writing,
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
    // What was seen stays seen; lessons that have not begun are no longer theirs, nor what was not yet
    // studied alone.
    sqlx::query(
        "DELETE FROM enrolments WHERE person = ?1 AND lesson IN
             (SELECT id FROM lessons WHERE class = ?2 AND started_at_ms IS NULL)
             AND NOT EXISTS (SELECT 1 FROM completions
                 WHERE completions.person = ?1 AND completions.lesson = enrolments.lesson)",
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
