//! Faulty legs in the log: a line for each, up to a rate that an operator can read. Opening thousands of
//! failing legs must not fill the disk.

use std::time::{Duration, Instant};

use tracing::{info, warn};

use crate::sfu::scene::LegId;
use crate::transport::dtls::Ended;

/// Lines that may come at once, and the time until one more is allowed.
const LINES_MAX: u32 = 20;
const LINE_EVERY: Duration = Duration::from_secs(3);

/// One worker's lines.
pub struct FaultLog {
    /// The time at which the full burst is allowed again.
    until: Instant,
    /// Lines left out since the last one.
    left_out: u64,
}

impl FaultLog {
    pub fn new(now: Instant) -> FaultLog {
        FaultLog { until: now, left_out: 0 }
    }

    /// Logs a leg that ended before its time.
    pub fn leg(&mut self, now: Instant, leg: LegId, ended: &Ended) {
        let Some(left_out) = self.admit(now) else { return };
        match ended {
            Ended::ClosedByPeer => info!(leg = leg.0, left_out, "leg {} ended: {ended}", leg.0),
            _ => warn!(leg = leg.0, left_out, "leg {} ended: {ended}", leg.0),
        }
    }

    /// Number of lines left out before this one; `None` = it is left out, too.
    fn admit(&mut self, now: Instant) -> Option<u64> {
        let until = self.until.max(now);
        if until - now > LINE_EVERY * (LINES_MAX - 1) {
            self.left_out += 1;
            return None;
        }
        self.until = until + LINE_EVERY;
        Some(std::mem::take(&mut self.left_out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_faults_is_a_few_lines_and_a_count() {
        let start = Instant::now();
        let mut log = FaultLog::new(start);
        let lines = (0..10_000).filter(|_| log.admit(start).is_some()).count();
        assert_eq!(lines, LINES_MAX as usize);
        let later = start + LINE_EVERY;
        assert_eq!(log.admit(later), Some(10_000 - u64::from(LINES_MAX)));
        assert_eq!(log.admit(later), None);
    }
}
