//! Log lines that anybody can cause, at a bearable rate.

use std::time::{Duration, Instant};

/// Lines at once; then one for each [`EVERY`].
const BURST: u32 = 10;
const EVERY: Duration = Duration::from_secs(1);

/// Lets some lines through and counts the others.
#[derive(Debug)]
pub struct Seldom {
    left: u32,
    at: Instant,
    kept_back: u64,
}

impl Seldom {
    pub fn new(now: Instant) -> Seldom {
        Seldom { left: BURST, at: now, kept_back: 0 }
    }

    /// Number of lines left out since the last written one; `None` = this one is left out, too.
    pub fn may(&mut self, now: Instant) -> Option<u64> {
        let refilled = now.saturating_duration_since(self.at).as_secs() / EVERY.as_secs();
        if refilled > 0 {
            self.left = BURST.min(self.left.saturating_add(u32::try_from(refilled).unwrap_or(BURST)));
            self.at = now;
        }
        if self.left == 0 {
            self.kept_back += 1;
            return None;
        }
        self.left -= 1;
        Some(std::mem::take(&mut self.kept_back))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_counted_and_not_written() {
        let start = Instant::now();
        let mut seldom = Seldom::new(start);
        let written = (0..1000).filter(|_| seldom.may(start).is_some()).count();
        assert_eq!(written, BURST as usize);
        assert_eq!(seldom.may(start + EVERY), Some(990));
        assert_eq!(seldom.may(start + EVERY), None);
        let rested = start + 100 * EVERY;
        assert_eq!(seldom.may(rested), Some(1));
        assert_eq!((0..100).filter(|_| seldom.may(rested).is_some()).count(), BURST as usize - 1);
    }
}
