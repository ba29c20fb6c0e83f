//! The states of one essay (§7.2), from a draft to the end of its review. Any step outside the table is
//! refused.

use serde::{Deserialize, Serialize};

use crate::time::ServerInstant;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Draft,
    /// Handed in; it waits for a reviewer or is being read.
    Submitted,
    /// The reviewer asks for changes.
    Returned,
    /// Accepted for good.
    Accepted,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Save the text.
    Save,
    HandIn,
    /// The caller checks that nobody has reviewed it yet.
    TakeBack,
    Accept,
    Return,
}

/// Every state and step, from the first to the last.
pub const STATES: [State; 4] = [State::Draft, State::Submitted, State::Returned, State::Accepted];
pub const STEPS: [Step; 5] = [Step::Save, Step::HandIn, Step::TakeBack, Step::Accept, Step::Return];

/// The reason why a step is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("this does not fit the state of the essay")]
    WrongState,
    #[error("the time to hand in is over")]
    Late,
    #[error("the essay has {count} of {least} characters")]
    TooShort { count: u32, least: u32 },
    #[error("the essay was handed in {HAND_INS_MAX} times")]
    TooOften,
}

/// Most times that an essay is handed in: each text is kept, with its upload.
pub const HAND_INS_MAX: u32 = 50;

impl State {
    /// The state after `step`.
    pub fn after(self, step: Step) -> Result<State, Refused> {
        match (self, step) {
            (State::Draft | State::Returned, Step::Save) => Ok(self),
            (State::Draft | State::Returned, Step::HandIn) => Ok(State::Submitted),
            (State::Submitted, Step::TakeBack) => Ok(State::Draft),
            (State::Submitted, Step::Accept) => Ok(State::Accepted),
            (State::Submitted, Step::Return) => Ok(State::Returned),
            _ => Err(Refused::WrongState),
        }
    }
}

/// The phase's requirements at hand-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Least characters, by [`super::count()`].
    pub least: u32,
    /// The first instant at which it is too late.
    pub due: ServerInstant,
}

impl Bounds {
    /// Whether there is still time.
    pub fn is_open(self, now: ServerInstant) -> bool {
        now < self.due
    }

    /// Hands in an essay of `count` characters.
    pub fn hand_in(self, state: State, count: u32, now: ServerInstant) -> Result<State, Refused> {
        let next = state.after(Step::HandIn)?;
        if !self.is_open(now) {
            return Err(Refused::Late);
        }
        if count < self.least { Err(Refused::TooShort { count, least: self.least }) } else { Ok(next) }
    }

    /// Takes back a handed-in essay. Refused if it is too late to hand it in again, as that would lose it.
    pub fn take_back(self, state: State, now: ServerInstant) -> Result<State, Refused> {
        let next = state.after(Step::TakeBack)?;
        if self.is_open(now) { Ok(next) } else { Err(Refused::Late) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows are states, columns steps, in the orders of the lists above; "." is refused.
    const TABLE: [&str; 4] = [
        //         save      hand_in    take_back  accept    return
        "draft     draft     submitted  .          .         .",
        "submitted .         .          draft      accepted  returned",
        "returned  returned  submitted  .          .         .",
        "accepted  .         .          .          .         .",
    ];

    fn word(state: State) -> String {
        serde_json::to_value(state).expect("a word").as_str().expect("a word").to_owned()
    }

    #[test]
    fn every_step_from_every_state_is_in_the_table() {
        for (state, row) in STATES.into_iter().zip(TABLE) {
            let mut cells = row.split_whitespace();
            assert_eq!(cells.next(), Some(word(state).as_str()));
            for (step, cell) in STEPS.into_iter().zip(cells) {
                let expected = (cell != ".").then(|| cell.to_owned());
                assert_eq!(state.after(step).ok().map(word), expected, "{state:?} {step:?}");
            }
        }
    }

    #[test]
    fn an_essay_is_in_time_to_the_millisecond_and_long_enough_to_the_character() {
        let at = ServerInstant::of_fact;
        let bounds = Bounds { least: 1_000, due: at(5_000) };
        assert_eq!(bounds.hand_in(State::Draft, 1_000, at(4_999)), Ok(State::Submitted));
        assert_eq!(bounds.hand_in(State::Returned, 1_000, at(4_999)), Ok(State::Submitted));
        assert_eq!(bounds.hand_in(State::Draft, 1_000, at(5_000)), Err(Refused::Late));
        let short = Refused::TooShort { count: 999, least: 1_000 };
        assert_eq!(bounds.hand_in(State::Draft, 999, at(4_999)), Err(short));
        assert_eq!(bounds.hand_in(State::Accepted, 1_000, at(0)), Err(Refused::WrongState));
        assert_eq!(bounds.take_back(State::Submitted, at(4_999)), Ok(State::Draft));
        assert_eq!(bounds.take_back(State::Submitted, at(5_000)), Err(Refused::Late));
        assert_eq!(bounds.take_back(State::Accepted, at(0)), Err(Refused::WrongState));
    }
}
