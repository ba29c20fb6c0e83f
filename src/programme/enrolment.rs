//! The states of one registration, from a draft to the end of the phase. Any step outside the table is
//! refused.

use serde::{Deserialize, Serialize};

use super::phase::Timing;

/// Stored: the words are never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Draft,
    Submitted,
    /// Approved in principle, without a seat.
    Waitlisted,
    Rejected,
    Approved,
    /// The trainee has a class.
    Placed,
    /// The trainee was in class, or watched.
    Active,
    Completed,
    Failed,
    Withdrawn,
}

/// Every state, from the first to the last.
pub const STATES: [State; 10] = [
    State::Draft,
    State::Submitted,
    State::Waitlisted,
    State::Rejected,
    State::Approved,
    State::Placed,
    State::Active,
    State::Completed,
    State::Failed,
    State::Withdrawn,
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    Submit,
    /// [`super::quota`] says whether there is a seat.
    Approve,
    Waitlist,
    Reject,
    Withdraw,
    Place,
    Begin,
    Complete,
    Fail,
    /// Hours were taken away after completion (CR-21), or given after failing: the end is decided again.
    Reopen,
}

/// Whether trainees may withdraw by themselves; `study` is the place of now in the window of study. After its
/// end only the office withdraws them, with a reason.
pub fn may_leave(state: State, study: Timing) -> Result<(), Refused> {
    // Withdrawing does not depend on the window of registration.
    state.after(Step::Withdraw, Timing::Closed)?;
    if study == Timing::Closed { Err(Refused::StudyOver) } else { Ok(()) }
}

/// Every step.
pub const STEPS: [Step; 10] = [
    Step::Submit,
    Step::Approve,
    Step::Waitlist,
    Step::Reject,
    Step::Withdraw,
    Step::Place,
    Step::Begin,
    Step::Complete,
    Step::Fail,
    Step::Reopen,
];

/// The reason why a step is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Refused {
    #[error("registration has not opened yet")]
    NotOpen,
    #[error("registration is closed")]
    Closed,
    #[error("this does not fit the state of the registration")]
    WrongState,
    /// The phase is over, and trainees cannot leave it: their record stays.
    #[error("the study is over")]
    StudyOver,
}

impl State {
    /// Whether the registration counts against the quota of its unit.
    pub fn holds_seat(self) -> bool {
        use State::{Active, Approved, Completed, Failed, Placed};
        matches!(self, Approved | Placed | Active | Completed | Failed)
    }

    /// Whether the trainee may enter classes, and presence counts (CR-1).
    pub fn studies(self) -> bool {
        matches!(self, State::Placed | State::Active | State::Completed)
    }

    /// The state after `step`; `registration` is the place of now in the window of registration.
    pub fn after(self, step: Step, registration: Timing) -> Result<State, Refused> {
        use State::{
            Active, Approved, Completed, Draft, Failed, Placed, Rejected, Submitted, Waitlisted, Withdrawn,
        };
        let next = match (self, step) {
            (Draft | Rejected, Step::Submit) => match registration {
                Timing::Open => Submitted,
                Timing::NotOpen => return Err(Refused::NotOpen),
                Timing::Closed => return Err(Refused::Closed),
            },
            (Submitted | Waitlisted, Step::Approve) => Approved,
            (Submitted, Step::Waitlist) => Waitlisted,
            (Submitted | Waitlisted, Step::Reject) => Rejected,
            (Submitted | Waitlisted | Approved | Placed | Active, Step::Withdraw) => Withdrawn,
            (Approved, Step::Place) => Placed,
            (Placed, Step::Begin) | (Completed | Failed, Step::Reopen) => Active,
            (Active, Step::Complete) => Completed,
            (Active, Step::Fail) => Failed,
            _ => return Err(Refused::WrongState),
        };
        Ok(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows are states, columns steps, in the orders of the lists above; "." is refused.
    const TABLE: [&str; 10] = [
        //            submit    approve  waitlist   reject   withdraw  place  begin  complete  fail   reopen
        "draft      submitted  .        .          .        .         .      .      .         .      .",
        "submitted  .          approved waitlisted rejected withdrawn .      .      .         .      .",
        "waitlisted .          approved .          rejected withdrawn .      .      .         .      .",
        "rejected   submitted  .        .          .        .         .      .      .         .      .",
        "approved   .          .        .          .        withdrawn placed .      .         .      .",
        "placed     .          .        .          .        withdrawn .      active .         .      .",
        "active     .          .        .          .        withdrawn .      .      completed failed .",
        "completed  .          .        .          .        .         .      .      .         .      active",
        "failed     .          .        .          .        .         .      .      .         .      active",
        "withdrawn  .          .        .          .        .         .      .      .         .      .",
    ];

    fn word(state: State) -> String {
        serde_json::to_value(state).unwrap().as_str().unwrap().to_owned()
    }

    #[test]
    fn every_step_from_every_state_is_in_the_table() {
        for (state, row) in STATES.into_iter().zip(TABLE) {
            let mut cells = row.split_whitespace();
            assert_eq!(cells.next(), Some(word(state).as_str()));
            for (step, cell) in STEPS.into_iter().zip(cells) {
                let found = state.after(step, Timing::Open);
                let expected = (cell != ".").then(|| cell.to_owned());
                assert_eq!(found.ok().map(word), expected, "{state:?} {step:?}");
            }
        }
    }

    #[test]
    fn nobody_leaves_a_phase_whose_study_is_over() {
        assert_eq!(may_leave(State::Active, Timing::Open), Ok(()));
        assert_eq!(may_leave(State::Approved, Timing::NotOpen), Ok(()));
        assert_eq!(may_leave(State::Active, Timing::Closed), Err(Refused::StudyOver));
        assert_eq!(may_leave(State::Completed, Timing::Closed), Err(Refused::WrongState));
    }

    #[test]
    fn only_submitting_asks_for_the_time() {
        for state in STATES {
            for step in STEPS {
                let open = state.after(step, Timing::Open);
                for (timing, refused) in
                    [(Timing::NotOpen, Refused::NotOpen), (Timing::Closed, Refused::Closed)]
                {
                    let found = state.after(step, timing);
                    if step == Step::Submit && open.is_ok() {
                        assert_eq!(found, Err(refused), "{state:?}");
                    } else {
                        assert_eq!(found, open, "{state:?} {step:?}");
                    }
                }
            }
        }
    }
}
