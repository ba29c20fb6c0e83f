//! The state of a class: open → live ⇄ paused → ended; the person who ended it may take that back for a
//! while.

use crate::attendance::fact::What;
use crate::classroom::message::Refusal;
use crate::lesson::ClassState;

/// Time in which an end can be taken back, unless the class is judged before, ms.
pub const TAKE_BACK_MS: u64 = 600_000;

#[derive(Debug)]
pub(super) struct Life {
    state: ClassState,
    /// The start of the class's clock.
    started_at_ms: Option<u64>,
    live_since_ms: Option<u64>,
    /// The last end, while it stands.
    end: Option<End>,
}

#[derive(Debug)]
struct End {
    at_ms: u64,
    /// `None` in facts of earlier versions: nobody can take the end back.
    by: Option<String>,
    /// The state before the end.
    from: ClassState,
}

impl Life {
    pub(super) fn new() -> Life {
        Life { state: ClassState::Open, started_at_ms: None, live_since_ms: None, end: None }
    }

    pub(super) fn state(&self) -> ClassState {
        self.state
    }

    /// The instant of the first start, moved forward by the time of each end that was taken back.
    pub(super) fn started_at_ms(&self) -> Option<u64> {
        self.started_at_ms
    }

    /// The instant of the start or of the end of the last break; `None` = the class is not live.
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

    pub(super) fn end(&mut self, now: u64, by: &str) -> Result<What, Refusal> {
        if self.state == ClassState::Ended {
            return Err(Refusal::Ended);
        }
        let what = What::ClassEnded { by: Some(by.to_owned()) };
        self.apply(now, &what);
        Ok(what)
    }

    /// Takes the end back; `by` must be the person who ended the class.
    pub(super) fn reopen(&mut self, now: u64, by: &str) -> Result<What, Refusal> {
        let End { at_ms, by: ended_by, from } = self.end.as_ref().ok_or(Refusal::WrongState)?;
        if ended_by.as_deref() != Some(by) {
            return Err(Refusal::NotAllowed);
        }
        if now.saturating_sub(*at_ms) > TAKE_BACK_MS {
            return Err(Refusal::TooLate);
        }
        let what = What::ClassReopened { by: by.to_owned(), to: *from };
        self.apply(now, &what);
        Ok(what)
    }

    /// Follows a fact, new or from the log; other facts change nothing.
    pub(super) fn apply(&mut self, at_ms: u64, what: &What) {
        match what {
            What::ClassStarted | What::ClassResumed => {
                self.state = ClassState::Live;
                self.started_at_ms.get_or_insert(at_ms);
                self.live_since_ms = Some(at_ms);
            }
            What::ClassPaused => self.state = ClassState::Paused,
            What::ClassEnded { by } => {
                self.end = Some(End { at_ms, by: by.clone(), from: self.state });
                self.state = ClassState::Ended;
            }
            What::ClassReopened { to, .. } => {
                let over_ms = self.end.take().map_or(0, |end| at_ms.saturating_sub(end.at_ms));
                self.started_at_ms = self.started_at_ms.map(|start_ms| start_ms + over_ms);
                self.state = *to;
                self.live_since_ms = Some(at_ms);
            }
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
    fn the_client_knows_how_long_an_end_can_be_taken_back() {
        assert_eq!(TAKE_BACK_MS, crate::protocol::shared::limit("take_back_ms"));
    }

    #[test]
    fn every_step_is_either_in_this_table_or_refused() {
        type Step = fn(&mut Life, u64) -> Result<What, Refusal>;
        let end: Step = |life, now| life.end(now, "teacher");
        let cases: [(ClassState, Step, Result<ClassState, Refusal>); 12] = [
            (Open, Life::start, Ok(Live)),
            (Open, Life::pause, Err(Refusal::WrongState)),
            (Open, end, Ok(Ended)),
            (Live, Life::start, Err(Refusal::WrongState)),
            (Live, Life::pause, Ok(Paused)),
            (Live, end, Ok(Ended)),
            (Paused, Life::start, Ok(Live)),
            (Paused, Life::pause, Err(Refusal::WrongState)),
            (Paused, end, Ok(Ended)),
            (Ended, Life::start, Err(Refusal::Ended)),
            (Ended, Life::pause, Err(Refusal::Ended)),
            (Ended, end, Err(Refusal::Ended)),
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

    #[test]
    fn who_ended_it_takes_that_back_for_ten_minutes_into_the_state_before() {
        for from in [Open, Live, Paused] {
            let ended = || {
                let mut life = life(from);
                life.end(1_000, "teacher").unwrap();
                life
            };
            assert_eq!(ended().reopen(2_000, "operator"), Err(Refusal::NotAllowed));
            assert_eq!(ended().reopen(1_001 + TAKE_BACK_MS, "teacher"), Err(Refusal::TooLate));
            let mut life = ended();
            let what = life.reopen(1_000 + TAKE_BACK_MS, "teacher");
            assert_eq!(what, Ok(What::ClassReopened { by: "teacher".into(), to: from }));
            assert_eq!(life.state(), from);
            assert_eq!(life.reopen(3_000, "teacher"), Err(Refusal::WrongState), "once");
            life.end(4_000, "operator").unwrap();
            assert_eq!(life.reopen(5_000, "teacher"), Err(Refusal::NotAllowed), "another end");
        }
    }

    #[test]
    fn the_clock_goes_on_from_where_it_stood_at_an_end_that_was_taken_back() {
        let mut life = Life::new();
        life.start(10_000).unwrap();
        for (ended_ms, back_ms) in [(827_000, 1_385_000), (1_400_000, 1_401_000)] {
            let clock = |life: &Life, now: u64| now - life.started_at_ms().unwrap();
            let shown_ms = clock(&life, ended_ms);
            life.end(ended_ms, "teacher").unwrap();
            life.reopen(back_ms, "teacher").unwrap();
            assert_eq!(clock(&life, back_ms), shown_ms);
        }
        let mut unbegun = Life::new();
        unbegun.end(1_000, "teacher").unwrap();
        unbegun.reopen(2_000, "teacher").unwrap();
        assert_eq!(unbegun.started_at_ms(), None);
    }

    #[test]
    fn an_end_of_an_earlier_version_says_not_whose_it_was() {
        let mut life = life(Live);
        life.apply(1_000, &serde_json::from_str(r#"{"type":"class_ended"}"#).unwrap());
        assert_eq!(life.reopen(2_000, "teacher"), Err(Refusal::NotAllowed));
    }
}
