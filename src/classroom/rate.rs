//! How fast one connection may send: a bucket of messages that refills.

/// Messages per second in the long run; a person with the fastest fingers stays far below.
const PER_SECOND: i64 = 50;
/// Messages at once, e.g. a client that catches up after a stall.
const BURST: i64 = 100;
/// Refusals that may follow without a pause before the connection is ended.
const PATIENCE: i64 = 50;

const MILLI: i64 = 1000;

/// What to do with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Accept,
    Refuse,
    Close,
}

#[derive(Debug)]
pub(super) struct RateLimit {
    /// In thousandths of a message; below zero: debt.
    level: i64,
    at_ms: u64,
}

impl RateLimit {
    pub(super) fn new(now: u64) -> RateLimit {
        RateLimit { level: BURST * MILLI, at_ms: now }
    }

    /// Counts one message. A refused one costs as much, so that only silence pays the debt.
    pub(super) fn count(&mut self, now: u64) -> Verdict {
        let passed_ms = i64::try_from(now.saturating_sub(self.at_ms)).unwrap_or(i64::MAX);
        let refill = passed_ms.saturating_mul(PER_SECOND);
        self.level = self.level.saturating_add(refill).min(BURST * MILLI) - MILLI;
        self.at_ms = self.at_ms.max(now);
        match self.level {
            0.. => Verdict::Accept,
            level if level >= -PATIENCE * MILLI => Verdict::Refuse,
            _ => Verdict::Close,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_passes_then_messages_are_refused_then_the_connection_ends() {
        let mut limit = RateLimit::new(0);
        let verdicts: Vec<Verdict> = (0..151).map(|_| limit.count(0)).collect();
        assert!(verdicts[..100].iter().all(|v| *v == Verdict::Accept));
        assert!(verdicts[100..150].iter().all(|v| *v == Verdict::Refuse));
        assert_eq!(verdicts[150], Verdict::Close);
    }

    #[test]
    fn the_allowed_rate_is_never_refused() {
        let mut limit = RateLimit::new(0);
        assert!((0..10_000).all(|n| limit.count(n * 20) == Verdict::Accept));
    }

    #[test]
    fn a_pause_of_any_length_refills_the_burst_and_no_more() {
        let mut limit = RateLimit::new(0);
        (0..120).for_each(|_| drop(limit.count(0)));
        assert_eq!(limit.count(u64::MAX), Verdict::Accept);
        let accepted = (0..200).filter(|_| limit.count(u64::MAX) == Verdict::Accept).count();
        assert_eq!(accepted, 99);
    }
}
