//! The rate of keyframe requests to a publisher. A hundred who join within a second must not cause a hundred
//! keyframes: each costs every viewer ten times a normal picture.

use std::time::{Duration, Instant};

/// Least time between two keyframes: a viewer who joins just after one waits a second at worst, and 100
/// joiners within a second cause two.
const INTERVAL_MIN: Duration = Duration::from_secs(1);
/// Time after which an unanswered request is repeated: the request or the answer was lost.
const REPEAT_AFTER: Duration = Duration::from_millis(400);

/// One layer's requests.
#[derive(Debug, Default)]
pub struct KeyframeGate {
    asked_at: Option<Instant>,
    came_at: Option<Instant>,
    wanted: bool,
}

impl KeyframeGate {
    /// Notes that somebody needs a keyframe to go on.
    pub fn want(&mut self) {
        self.wanted = true;
    }

    /// Notes the beginning of a keyframe: everybody who waited is served.
    pub fn came(&mut self, now: Instant) {
        self.came_at = Some(now);
        self.asked_at = None;
        self.wanted = false;
    }

    /// Whether a request should go to the publisher at `now`; the caller then sends it.
    pub fn due(&mut self, now: Instant) -> bool {
        let passed =
            |since: Option<Instant>, wait| since.is_none_or(|at| now.saturating_duration_since(at) >= wait);
        let due = self.wanted && passed(self.came_at, INTERVAL_MIN) && passed(self.asked_at, REPEAT_AFTER);
        if due {
            self.asked_at = Some(now);
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_joiners_within_a_second_cause_two_keyframes() {
        let start = Instant::now();
        let mut gate = KeyframeGate::default();
        let mut asked = 0;
        for ms in 0..2000 {
            let now = start + Duration::from_millis(ms);
            if ms < 1000 && ms % 10 == 0 {
                gate.want();
            }
            if gate.due(now) {
                asked += 1;
                gate.came(now + Duration::from_millis(1));
            }
        }
        assert_eq!(asked, 2);
    }

    #[test]
    fn an_unanswered_request_is_repeated() {
        let start = Instant::now();
        let mut gate = KeyframeGate::default();
        assert!(!gate.due(start), "nobody wants one");
        gate.want();
        assert!(gate.due(start) && !gate.due(start + Duration::from_millis(399)));
        assert!(gate.due(start + Duration::from_millis(400)));
    }
}
