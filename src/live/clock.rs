//! The time of a room. Presence is a difference of instants, so the time of a class must neither go back nor
//! jump when the machine's clock is set, or corrected by an hour at once. A room takes the wall clock when it
//! is opened, and follows the monotonic clock from then on.
//!
//! Each room does so by itself, not all of them at the start of the server: a room opened after a correction
//! has the corrected time without a restart, and only classes that were running keep the time they began
//! with. A room never begins before the last of its facts, so that they stay in order even if the clock was
//! set back while the server was down.

use crate::time::clock::now_ms;
use std::time::Instant;

/// Smallest step of a clock, ms. Smaller differences are normal, or the time that a busy machine takes to
/// read two clocks.
const STEP_MS: u64 = 500;

/// A room's time.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    opened: Instant,
    opened_ms: u64,
}

impl Clock {
    /// The clock of a room that opens now, with facts up to `last_fact_ms`.
    pub fn open(last_fact_ms: u64) -> Clock {
        Clock { opened: Instant::now(), opened_ms: now_ms().max(last_fact_ms) }
    }

    /// Milliseconds since the Unix epoch; never less than before.
    pub fn now_ms(&self) -> u64 {
        let passed_ms = u64::try_from(self.opened.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.opened_ms.saturating_add(passed_ms)
    }
}

/// Notices steps of the machine's clock.
#[derive(Debug, Default)]
pub struct Steps {
    noted_ms: i64,
}

impl Steps {
    /// The machine's clock minus the room's time, ms; `None` = as noted last.
    pub fn notice(&mut self, clock: &Clock) -> Option<i64> {
        let before_ms = clock.now_ms();
        let wall_ms = now_ms();
        self.compare(before_ms, wall_ms, clock.now_ms())
    }

    /// Compares a reading of the wall clock between two instants of the room.
    fn compare(&mut self, before_ms: u64, wall_ms: u64, after_ms: u64) -> Option<i64> {
        let room_ms = wall_ms.clamp(before_ms, after_ms);
        let later_ms = wall_ms.cast_signed().saturating_sub(room_ms.cast_signed());
        if later_ms.abs_diff(self.noted_ms) <= STEP_MS {
            return None;
        }
        self.noted_ms = later_ms;
        Some(later_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_is_noticed_once_and_so_is_the_way_back() {
        let mut steps = Steps::default();
        // Room before, wall, room after; the noticed step.
        let cases = [
            ((1_000, 1_001, 1_001), None),
            ((2_000, 2_500, 2_000), None),
            ((3_000, 4_700, 4_900), None), // The machine was busy for two seconds in between.
            ((5_000, 3_605_000, 5_000), Some(3_600_000)),
            ((6_000, 3_606_200, 6_001), None),
            ((7_000, 7_100, 7_100), Some(0)),
            ((9_000, 2_000, 9_000), Some(-7_000)),
            ((10_000, 3_000, 10_000), None),
        ];
        for ((before, wall, after), noticed) in cases {
            assert_eq!(steps.compare(before, wall, after), noticed, "at {before}");
        }
    }

    #[test]
    fn a_room_begins_with_the_wall_clock_but_never_before_its_facts() {
        let wall_ms = now_ms();
        let opened = Clock::open(wall_ms - 5_000).now_ms();
        assert!((wall_ms..wall_ms + 60_000).contains(&opened));
        let ahead_ms = wall_ms + 3_600_000;
        let clock = Clock::open(ahead_ms);
        assert!((ahead_ms..ahead_ms + 60_000).contains(&clock.now_ms()));
        let later = Steps::default().notice(&clock).expect("the wall clock is an hour behind");
        assert!((-3_600_000..-3_500_000).contains(&later), "{later}");
    }
}
