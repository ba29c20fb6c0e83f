//! The last use of each account session. Kept in memory: after a restart everybody has a fresh start.

use std::collections::HashMap;
use std::sync::Mutex;

/// Number of remembered seats from which on old ones are forgotten.
const CLEAN_AT: usize = 1024;

#[derive(Debug, Default)]
pub(super) struct Idle {
    seats: Mutex<Seats>,
}

#[derive(Debug, Default)]
struct Seats {
    used_at_ms: HashMap<String, u64>,
    clean_at: usize,
}

impl Idle {
    /// Notes a use; false = the last use is `idle_ms` ago or longer, and so for every later call: requests
    /// during the end of the session, or after a failed one, get the same answer.
    pub(super) fn touch(&self, seat: &str, now_ms: u64, idle_ms: u64) -> bool {
        let mut seats = self.seats.lock().expect("no holder of this lock panics");
        match seats.used_at_ms.get_mut(seat) {
            Some(at_ms) if now_ms.saturating_sub(*at_ms) >= idle_ms => {
                return false;
            }
            Some(at_ms) => *at_ms = now_ms,
            None => {
                seats.used_at_ms.insert(seat.to_owned(), now_ms);
            }
        }
        true
    }

    /// Notes a use of a session that is known to be good.
    pub(super) fn used(&self, seat: &str, now_ms: u64) {
        self.touch(seat, now_ms, u64::MAX);
    }

    /// Forgets seats whose sessions have expired.
    pub(super) fn forget(&self, now_ms: u64, ttl_ms: u64) {
        let mut seats = self.seats.lock().expect("no holder of this lock panics");
        if seats.used_at_ms.len() < seats.clean_at.max(CLEAN_AT) {
            return;
        }
        seats.used_at_ms.retain(|_, at_ms| now_ms.saturating_sub(*at_ms) < ttl_ms);
        seats.clean_at = 2 * seats.used_at_ms.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_when_it_is_not_used_for_long() {
        let idle = Idle::default();
        assert!(idle.touch("a", 0, 1000));
        assert!(idle.touch("a", 999, 1000));
        assert!(idle.touch("a", 1998, 1000));
        idle.used("a", 2500);
        assert!(idle.touch("a", 3499, 1000));
        assert!(!idle.touch("a", 4499, 1000));
        assert!(!idle.touch("a", 4500, 1000), "its end may not be stored yet");
        assert!(idle.touch("b", 4499, 1000));
    }

    #[test]
    fn seats_are_forgotten_only_when_their_sessions_are_over() {
        let idle = Idle::default();
        for number in 0..2 * CLEAN_AT as u64 {
            idle.used(&number.to_string(), number);
            idle.forget(number, CLEAN_AT as u64);
        }
        let seats = idle.seats.lock().unwrap();
        assert!(seats.used_at_ms.len() < 2 * CLEAN_AT);
        assert!(seats.used_at_ms.contains_key(&(2 * CLEAN_AT - 1).to_string()));
    }
}
