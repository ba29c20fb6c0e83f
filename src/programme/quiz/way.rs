//! The way of a try: when it may begin, until when answers are taken, and when it has ended without being handed in. Only
//! the server's clock counts.

use super::Rule;
use crate::time::ServerInstant;

/// Time after the shown end of a try in which answers are still taken, ms: they may be on their way.
pub const GRACE_MS: u64 = 10_000;
/// How often the answer to one question may be changed.
pub const CHANGES_MAX: u32 = 200;

/// What is known of somebody's tries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tries {
    /// Those that have ended.
    pub ended: u32,
    pub passed: bool,
    /// Points of the best one.
    pub best: u32,
}

/// Why a try does not begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotBegun {
    #[error("the self-test is closed")]
    Closed,
    #[error("the self-test is passed")]
    Passed,
    #[error("no try is left")]
    NoTry,
}

impl Tries {
    /// Number of tries left, even if the self-test is closed.
    pub fn left(&self, rule: &Rule) -> u32 {
        if self.passed { 0 } else { rule.tries.saturating_sub(self.ended) }
    }

    /// Whether another one may begin while none is running.
    pub fn may_begin(&self, rule: &Rule, now: ServerInstant) -> Result<(), NotBegun> {
        if self.passed {
            Err(NotBegun::Passed)
        } else if self.left(rule) == 0 {
            Err(NotBegun::NoTry)
        } else if now >= rule.closes() {
            Err(NotBegun::Closed)
        } else {
            Ok(())
        }
    }

    /// Whether right answers are shown: if the rule says so, once no try is left.
    pub fn reveals(&self, rule: &Rule) -> bool {
        rule.reveal && self.left(rule) == 0
    }
}

/// When a try that begins now ends by itself: after its minutes, or with the whole self-test.
pub fn closes(rule: &Rule, begun: ServerInstant) -> ServerInstant {
    begun.plus_ms(u64::from(rule.minutes) * 60_000).min(rule.closes())
}

/// Whether an answer that comes now counts for a try with this end. When it does not, the try has ended.
pub fn is_open(closes: ServerInstant, now: ServerInstant) -> bool {
    now < closes.plus_ms(GRACE_MS)
}

/// The first instant at which every try has ended.
pub fn all_ended(rule: &Rule) -> ServerInstant {
    rule.closes().plus_ms(GRACE_MS)
}

#[cfg(test)]
mod tests {
    use super::super::tests::rule;
    use super::super::{Kind, Rule};
    use super::*;

    /// 2020-11-30T16:00:00Z.
    const CLOSES: u64 = 1_606_752_000_000;

    fn at(ms: u64) -> ServerInstant {
        ServerInstant::of_fact(ms)
    }

    #[test]
    fn a_try_lasts_its_minutes_and_never_longer_than_the_self_test() {
        let rule = rule(&[(Kind::One, 1, 1)]);
        assert_eq!(closes(&rule, at(CLOSES - 7_200_000)), at(CLOSES - 5_400_000));
        let last = closes(&rule, at(CLOSES - 60_000));
        assert_eq!(last, at(CLOSES));
        assert!(is_open(last, at(CLOSES + GRACE_MS - 1)) && !is_open(last, at(CLOSES + GRACE_MS)));
        assert!(!is_open(last, all_ended(&rule)));
    }

    #[test]
    fn who_may_try_again_is_shown_nothing() {
        let rule = rule(&[(Kind::One, 1, 1)]);
        let tries = |ended, passed| Tries { ended, passed, best: 0 };
        let may = |one: Tries, ms| one.may_begin(&rule, at(ms));
        assert_eq!(may(tries(2, false), CLOSES - 1), Ok(()));
        assert_eq!(may(tries(2, false), CLOSES), Err(NotBegun::Closed));
        assert_eq!(may(tries(3, false), CLOSES - 1), Err(NotBegun::NoTry));
        assert_eq!(may(tries(1, true), CLOSES - 1), Err(NotBegun::Passed));
        for (one, shown) in [(tries(2, false), false), (tries(3, false), true), (tries(1, true), true)] {
            assert_eq!(one.reveals(&rule), shown, "{one:?}");
            assert!(!one.reveals(&Rule { reveal: false, ..rule.clone() }));
        }
    }
}
