//! The life of a class: open → live ⇄ paused → ended.

use crate::attendance::fact::What;
use crate::protocol::{ClassState, Refusal};

#[derive(Debug)]
pub(super) struct Life {
    state: ClassState,
    started_at_ms: Option<u64>,
    live_since_ms: Option<u64>,
}

impl Life {
    pub(super) fn new() -> Life {
        Life { state: ClassState::Open, started_at_ms: None, live_since_ms: None }
    }

    pub(super) fn state(&self) -> ClassState {
        self.state
    }

    /// When the class went live first.
    pub(super) fn started_at_ms(&self) -> Option<u64> {
        self.started_at_ms
    }

    /// Since its start or its last break; none while it is not live.
    pub(super) fn live_since_ms(&self) -> Option<u64> {
        self.live_since_ms.filter(|_| self.state == ClassState::Live)
    }

    pub(super) fn start(&mut self, now: u64) -> Result<What, Refusal> {
        let what = match self.state {
            ClassState::Open => What::ClassStarted,
            ClassState::Paused => What::ClassResumed,
            ClassState::Live => return Err(Refusal::WrongState),
            ClassState::Ended => return Err(Refusal::Ended),
        };
        self.apply(now, &what);
        Ok(what)
    }

    pub(super) fn pause(&mut self, now: u64) -> Result<What, Refusal> {
        match self.state {
            ClassState::Live => {}
            ClassState::Open | ClassState::Paused => return Err(Refusal::WrongState),
            ClassState::Ended => return Err(Refusal::Ended),
        }
        self.apply(now, &What::ClassPaused);
        Ok(What::ClassPaused)
    }

    pub(super) fn end(&mut self, now: u64) -> Result<What, Refusal> {
        if self.state == ClassState::Ended {
            return Err(Refusal::Ended);
        }
        self.apply(now, &What::ClassEnded);
        Ok(What::ClassEnded)
    }

    /// Follows a fact, new or from the ledger; other facts change nothing.
    pub(super) fn apply(&mut self, at_ms: u64, what: &What) {
        match what {
            What::ClassStarted | What::ClassResumed => {
                self.state = ClassState::Live;
                self.started_at_ms.get_or_insert(at_ms);
                self.live_since_ms = Some(at_ms);
            }
            What::ClassPaused => self.state = ClassState::Paused,
            What::ClassEnded => self.state = ClassState::Ended,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ClassState::{Ended, Live, Open, Paused};

    fn life(state: ClassState) -> Life {
        Life { state, ..Life::new() }
    }

    #[test]
    fn every_step_is_either_in_this_table_or_refused() {
        type Step = fn(&mut Life, u64) -> Result<What, Refusal>;
        let cases: [(ClassState, Step, Result<ClassState, Refusal>); 12] = [
            (Open, Life::start, Ok(Live)),
            (Open, Life::pause, Err(Refusal::WrongState)),
            (Open, Life::end, Ok(Ended)),
            (Live, Life::start, Err(Refusal::WrongState)),
            (Live, Life::pause, Ok(Paused)),
            (Live, Life::end, Ok(Ended)),
            (Paused, Life::start, Ok(Live)),
            (Paused, Life::pause, Err(Refusal::WrongState)),
            (Paused, Life::end, Ok(Ended)),
            (Ended, Life::start, Err(Refusal::Ended)),
            (Ended, Life::pause, Err(Refusal::Ended)),
            (Ended, Life::end, Err(Refusal::Ended)),
        ];
        for (row, (from, step, expected)) in cases.into_iter().enumerate() {
            let mut life = life(from);
            let result = step(&mut life, 1).map(|_| life.state);
            assert_eq!(result, expected, "row {row}");
            assert_eq!(life.state, expected.unwrap_or(from), "row {row}");
        }
    }

    #[test]
    fn the_first_start_stays_the_start() {
        let mut life = Life::new();
        assert_eq!(life.start(10), Ok(What::ClassStarted));
        life.pause(20).unwrap();
        assert_eq!(life.start(30), Ok(What::ClassResumed));
        assert_eq!((life.started_at_ms(), life.live_since_ms()), (Some(10), Some(30)));
    }
}
