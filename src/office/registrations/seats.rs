//! Giving seats, moving up, and giving seats up. Everything here is part of a writing transaction.

use super::schools::Schools;
use crate::office::{Answer, classes};
use crate::programme::enrolment::{self, State};
use crate::programme::phase::{Phase, Timing};
use crate::programme::quota::Seats;
use crate::store::registrations::{self, Standing, Step};
use crate::store::{Writing, enrolments, people, quotas};
use crate::time::ServerInstant;

/// The seats of a unit in this transaction.
pub(super) async fn of_unit(writing: &mut Writing, phase: &str, unit: &str) -> Answer<Seats> {
    let quota = quotas::of_unit(writing, phase, unit).await?;
    Ok(Seats { quota, taken: registrations::seats_taken(writing, phase, unit).await? })
}

/// Number of registrations of the same unit that have waited longer than this one and could have the seat.
pub(super) async fn waiting_before(writing: &mut Writing, phase: &Phase, id: u64) -> Answer<u32> {
    let schools = Schools::of(writing, phase).await?;
    let before = registrations::waiting_before(writing, &phase.id, id).await?;
    let before = before.iter().filter(|one| schools.has_room(one)).count();
    Ok(u32::try_from(before).unwrap_or(u32::MAX))
}

/// Writes the new state and the step. From an approval on, classes show the person by the real name.
pub(in crate::office) async fn take(writing: &mut Writing, phase: &str, step: &Step<'_>) -> Answer<()> {
    registrations::set_state(writing, phase, step).await?;
    if step.state == State::Approved {
        people::take_name_of_registration(writing, step.id).await?;
    }
    Ok(())
}

/// Gives free seats of a unit to its waiting list, in the order of submission, before the study begins;
/// people of a school that has all its seats go on waiting. Returns the number who moved up.
pub(in crate::office) async fn promote(
    writing: &mut Writing,
    phase: &Phase,
    unit: &str,
    now_ms: u64,
) -> Answer<u32> {
    let now = ServerInstant::of_fact(now_ms);
    if phase.study.at(now) != Timing::NotOpen {
        return Ok(0);
    }
    let free = of_unit(writing, &phase.id, unit).await?.free();
    if free == 0 {
        return Ok(0);
    }
    let mut schools = Schools::of(writing, phase).await?;
    let mut promoted = 0;
    for one in registrations::waiting(writing, &phase.id, unit).await? {
        if promoted == free {
            break;
        }
        if !schools.has_room(&one) {
            continue;
        }
        let state = State::Waitlisted.after(enrolment::Step::Approve, phase.registration.at(now))?;
        let step = Step { id: one.id, step: "promote", state, by: None, reason: "", now_ms };
        take(writing, &phase.id, &step).await?;
        schools.seat(one);
        promoted += 1;
    }
    if phase.formed && promoted > 0 {
        classes::place(writing, phase, now_ms).await?;
    }
    Ok(promoted)
}

/// The same for every unit with a waiting list.
pub(in crate::office) async fn promote_all(writing: &mut Writing, phase: &Phase, now_ms: u64) -> Answer<()> {
    for unit in registrations::units_waiting(writing, &phase.id).await? {
        promote(writing, phase, &unit, now_ms).await?;
    }
    Ok(())
}

/// Gives up a seat, or a place on the waiting list. Returns the number of others who moved up.
pub(super) async fn withdraw(
    writing: &mut Writing,
    phase: &Phase,
    before: &Standing,
    by: &str,
    reason: &str,
    now_ms: u64,
) -> Answer<u32> {
    let timing = phase.registration.at(ServerInstant::of_fact(now_ms));
    let state = before.state.after(enrolment::Step::Withdraw, timing)?;
    let step = Step { id: before.id, step: "withdraw", state, by: Some(by), reason, now_ms };
    take(writing, &phase.id, &step).await?;
    if let Some(class) = &before.class {
        // Recorded presence stays; lessons that have not begun are no longer the person's, nor are unfinished
        // self-study lessons.
        enrolments::take_back_uncompleted(writing, &before.person, class).await?;
        registrations::put_into_class(writing, before.id, None).await?;
    }
    if before.state.holds_seat() { promote(writing, phase, &before.unit, now_ms).await } else { Ok(0) }
}
