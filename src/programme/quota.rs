//! Seats of a phase per unit (培训名额分配, R1). A decision holds the unit's row locked: between reading [`Seats`]
//! and writing the decision nobody else decides (I-13).

use serde::{Deserialize, Serialize};

use super::enrolment::State;

/// One unit's seats in one phase at the time of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seats {
    pub quota: u32,
    /// Registrations that hold a seat.
    pub taken: u32,
}

impl Seats {
    pub fn count(quota: u32, states: impl IntoIterator<Item = State>) -> Seats {
        let taken = states.into_iter().filter(|state| state.holds_seat()).count();
        Seats { quota, taken: u32::try_from(taken).unwrap_or(u32::MAX) }
    }

    pub fn free(self) -> u32 {
        self.quota.saturating_sub(self.taken)
    }

    /// The state after an approval: with a seat, or on the waiting list.
    pub fn approve(self) -> State {
        if self.free() > 0 { State::Approved } else { State::Waitlisted }
    }
}

/// A row of the table of quotas: a unit's code and its seats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub unit: String,
    pub seats: u32,
    /// Seats that are already held.
    pub taken: u32,
}

/// The reason why a table of quotas is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Refused {
    #[error("unit {unit} is there twice")]
    Twice { unit: String },
    #[error("there is no unit {unit:?}")]
    Unknown { unit: String },
    #[error("unit {unit} holds {taken} seats already, more than the {seats} of the table")]
    BelowTaken { unit: String, seats: u32, taken: u32 },
    #[error("the units get {sum} seats together, the phase has {plan}")]
    AbovePlan { sum: u64, plan: u32 },
}

/// Checks a whole table; returns all mistakes.
pub fn check(plan: u32, rows: &[Row], is_unit: impl Fn(&str) -> bool) -> Vec<Refused> {
    let mut wrong = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let unit = || row.unit.clone();
        if rows[..at].iter().any(|before| before.unit == row.unit) {
            wrong.push(Refused::Twice { unit: unit() });
        }
        if !is_unit(&row.unit) {
            wrong.push(Refused::Unknown { unit: unit() });
        }
        if row.seats < row.taken {
            wrong.push(Refused::BelowTaken { unit: unit(), seats: row.seats, taken: row.taken });
        }
    }
    let sum = rows.iter().map(|row| u64::from(row.seats)).sum();
    if sum > u64::from(plan) {
        wrong.push(Refused::AbovePlan { sum, plan });
    }
    wrong
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::programme::enrolment::{STATES, STEPS, Step};
    use crate::programme::phase::Timing;

    #[test]
    fn zhejiang_of_ac_4() {
        // 335 submitted, 6 rejected, 329 approved for 320 seats.
        let mut states = vec![State::Submitted; 335];
        states[..6].fill(State::Rejected);
        for at in 6..335 {
            states[at] = Seats::count(320, states.iter().copied()).approve();
        }
        let count = |states: &[State], state| states.iter().filter(|s| **s == state).count();
        assert_eq!((count(&states, State::Approved), count(&states, State::Waitlisted)), (320, 9));
        states[10] = State::Withdrawn;
        states[20] = State::Withdrawn;
        let waiting = (0..335).filter(|at| states[*at] == State::Waitlisted);
        let free = Seats::count(320, states.iter().copied()).free() as usize;
        let up: Vec<usize> = waiting.take(free).collect();
        assert_eq!(up, [326, 327]);
        up.into_iter().for_each(|at| states[at] = State::Approved);
        assert_eq!((count(&states, State::Approved), count(&states, State::Waitlisted)), (320, 7));
    }

    #[test]
    fn a_table_is_checked_as_a_whole() {
        let row = |unit: &str, seats, taken| Row { unit: unit.into(), seats, taken };
        let is_unit = |unit: &str| crate::programme::unit::find(unit).is_some();
        assert_eq!(check(400, &[row("33", 320, 320), row("11", 80, 0)], is_unit), []);
        let rows = [row("33", 320, 321), row("99", 1, 0), row("33", 100, 0)];
        let wrong = check(400, &rows, is_unit);
        assert_eq!(
            wrong,
            [
                Refused::BelowTaken { unit: "33".into(), seats: 320, taken: 321 },
                Refused::Unknown { unit: "99".into() },
                Refused::Twice { unit: "33".into() },
                Refused::AbovePlan { sum: 421, plan: 400 },
            ]
        );
    }

    proptest! {
        /// I-13: no sequence of requests gives away more seats than there are.
        #[test]
        fn the_quota_is_never_exceeded(
            quota in 0u32..8,
            asked in prop::collection::vec((0usize..12, 0usize..STEPS.len()), 0..300),
        ) {
            let mut states = [State::Draft; 12];
            for (who, step) in asked {
                let step = STEPS[step];
                let Ok(mut next) = states[who].after(step, Timing::Open) else { continue };
                if step == Step::Approve {
                    next = Seats::count(quota, states.iter().copied()).approve();
                }
                states[who] = next;
                prop_assert!(STATES.contains(&next));
                prop_assert!(Seats::count(quota, states.iter().copied()).taken <= quota);
            }
        }
    }
}
