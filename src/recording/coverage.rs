//! What a trainee has watched, as the server reckons it: rule CR-11 of the hours rules. A client
//! says from where to where it played; how much of that is believed depends on the server's clock
//! between heartbeats, and on whether the person answers when asked.

use super::stretches;
use crate::protocol::Stretch;

/// Heartbeats come every 15 s; after a longer silence nothing is known of the time between.
const SILENCE_MAX_MS: u64 = 45_000;
/// What clocks and timers may be off by between heartbeats.
const SLACK_MS: u64 = 2_000;
/// Only heartbeats this far apart are given the slack: otherwise many of them would earn by it alone.
const SLACK_AFTER_MS: u64 = 10_000;
/// So much newly watched media, and the person is asked.
const CHECK_MS: u64 = 900_000;
/// What may be missing of a complete lesson: this, or a fiftieth.
const INCOMPLETE_MS: u64 = 5_000;

/// Numbers of the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Length of what is watched, milliseconds.
    pub duration_ms: u64,
    /// Fastest speed that counts, thousandths.
    pub rate_max_permille: u32,
}

/// A heartbeat as it arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heartbeat {
    /// What was played since the last one, by the client's word.
    pub played: Stretch,
    /// The person answered the check.
    pub answer: bool,
    /// The person is in a running class at this moment: nothing counts twice (CR-12).
    pub in_class: bool,
}

/// What one trainee has watched of one recording. Stored as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Coverage {
    /// Sorted, never touching each other.
    pub covered: Vec<Stretch>,
    /// Newly covered since the last check was answered, milliseconds.
    pub unchecked_ms: u64,
    /// Server time of the last heartbeat.
    pub heard_at_ms: Option<u64>,
    /// Where the trainee stopped, by the client's word.
    pub position_ms: u64,
}

impl Coverage {
    /// Takes a heartbeat that arrived at `now_ms` of the server's clock. True when less was taken
    /// than was sent. The first one only starts the clock: a player sends it when it begins.
    pub fn heartbeat(&mut self, now_ms: u64, heartbeat: &Heartbeat, rules: &Rules) -> bool {
        let passed_ms = self.heard_at_ms.map(|heard_at_ms| now_ms.saturating_sub(heard_at_ms));
        self.heard_at_ms = Some(self.heard_at_ms.unwrap_or(0).max(now_ms));
        self.position_ms = heartbeat.played.to_ms.min(rules.duration_ms);
        if heartbeat.answer && self.check_due() {
            self.unchecked_ms = 0;
        }
        let sent = heartbeat.played;
        let believed_ms = if heartbeat.in_class { 0 } else { believed_ms(passed_ms, rules) };
        let to_ms = sent.to_ms.min(sent.from_ms.saturating_add(believed_ms)).min(rules.duration_ms);
        let taken = self.take(Stretch { from_ms: sent.from_ms, to_ms });
        sent.from_ms < sent.to_ms && taken < sent.to_ms
    }

    /// Adds a stretch as far as the check allows; where it stopped.
    fn take(&mut self, stretch: Stretch) -> u64 {
        let mut left_ms = CHECK_MS.saturating_sub(self.unchecked_ms);
        let mut taken = stretch;
        for part in stretches::missing(&self.covered, stretch) {
            let new_ms = (part.to_ms - part.from_ms).min(left_ms);
            left_ms -= new_ms;
            self.unchecked_ms += new_ms;
            if left_ms == 0 {
                taken.to_ms = part.from_ms + new_ms;
                break;
            }
        }
        stretches::insert(&mut self.covered, taken);
        taken.to_ms
    }

    /// Nothing more counts until the person answers.
    pub fn check_due(&self) -> bool {
        self.unchecked_ms >= CHECK_MS
    }

    pub fn covered_ms(&self) -> u64 {
        stretches::sum_ms(&self.covered)
    }

    /// Enough was watched for the lesson to count as complete.
    pub fn is_complete(&self, duration_ms: u64) -> bool {
        let missing_max_ms = INCOMPLETE_MS.max(duration_ms / 50);
        self.covered_ms() >= duration_ms.saturating_sub(missing_max_ms)
    }
}

/// How much media can have been watched since the last heartbeat.
fn believed_ms(passed_ms: Option<u64>, rules: &Rules) -> u64 {
    let Some(passed_ms) = passed_ms.filter(|passed_ms| *passed_ms <= SILENCE_MAX_MS) else { return 0 };
    let slack_ms = if passed_ms >= SLACK_AFTER_MS { SLACK_MS } else { 0 };
    passed_ms * u64::from(rules.rate_max_permille) / 1000 + slack_ms
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LESSON: Rules = Rules { duration_ms: 2_700_000, rate_max_permille: 1000 };

    fn beat(from_ms: u64, to_ms: u64) -> Heartbeat {
        Heartbeat { played: Stretch { from_ms, to_ms }, answer: false, in_class: false }
    }

    /// Heartbeats as (second it arrives, from, to), all in seconds; what is covered then.
    fn check(beats: &[(u64, u64, u64)], wanted: &[(u64, u64)]) {
        let mut coverage = Coverage::default();
        for (now, from, to) in beats {
            coverage.heartbeat(now * 1000, &beat(from * 1000, to * 1000), &LESSON);
        }
        let wanted: Vec<_> =
            wanted.iter().map(|(from, to)| Stretch { from_ms: from * 1000, to_ms: to * 1000 }).collect();
        assert_eq!(coverage.covered, wanted, "{beats:?}");
    }

    #[test]
    fn what_counts_is_what_can_have_been_watched() {
        check(&[(0, 0, 15)], &[]);
        check(&[(0, 0, 0), (15, 0, 15), (30, 15, 30)], &[(0, 30)]);
        // Two seconds of slack, not more.
        check(&[(0, 0, 0), (15, 0, 17)], &[(0, 17)]);
        check(&[(0, 0, 0), (15, 0, 60)], &[(0, 17)]);
        // Silence of 45 s is too long by the first millisecond.
        check(&[(0, 0, 0), (45, 0, 45)], &[(0, 45)]);
        check(&[(0, 0, 0), (46, 0, 46), (61, 46, 61)], &[(46, 61)]);
        // Jumping about, and watching twice.
        check(&[(0, 0, 0), (15, 100, 115), (30, 50, 65), (45, 105, 120)], &[(50, 65), (100, 120)]);
        // Beyond the end, and backwards.
        check(&[(0, 0, 0), (15, 2690, 2705)], &[(2690, 2700)]);
        check(&[(0, 0, 0), (15, 30, 10)], &[]);
        // Many heartbeats at once earn nothing.
        check(&[(0, 0, 0), (0, 0, 2), (0, 2, 4), (1, 4, 7)], &[(4, 5)]);
    }

    #[test]
    fn nothing_counts_in_a_running_class() {
        let mut coverage = Coverage::default();
        coverage.heartbeat(0, &beat(0, 0), &LESSON);
        assert!(coverage.heartbeat(15_000, &Heartbeat { in_class: true, ..beat(0, 15_000) }, &LESSON));
        assert_eq!(coverage.covered_ms(), 0);
        assert!(!coverage.heartbeat(30_000, &beat(15_000, 30_000), &LESSON));
    }

    #[test]
    fn after_fifteen_minutes_nothing_counts_until_the_answer() {
        let mut coverage = Coverage::default();
        let mut cut = Vec::new();
        coverage.heartbeat(0, &beat(0, 0), &LESSON);
        for tick in 1..=70 {
            let answer = tick == 10 || tick == 65;
            let beat = Heartbeat { answer, ..beat((tick - 1) * 15_000, tick * 15_000) };
            if coverage.heartbeat(tick * 15_000, &beat, &LESSON) {
                cut.push(tick);
            }
        }
        // An answer before the question is none.
        assert_eq!(cut, [61, 62, 63, 64]);
        let covered: Vec<_> = coverage.covered.iter().map(|part| (part.from_ms, part.to_ms)).collect();
        assert_eq!(covered, [(0, 900_000), (960_000, 1_050_000)]);
    }

    #[test]
    fn a_lesson_is_complete_less_a_fiftieth() {
        for (covered, complete) in [(2_645_999, false), (2_646_000, true)] {
            let mut coverage = Coverage::default();
            stretches::insert(&mut coverage.covered, Stretch { from_ms: 0, to_ms: covered });
            assert_eq!(coverage.is_complete(2_700_000), complete, "{covered}");
        }
    }

    proptest! {
        /// I-15: covered stays within the recording, only grows, and no faster than the rule.
        #[test]
        fn coverage_is_bounded_whatever_a_client_says(
            beats in prop::collection::vec(
                (0u64..60_000, 0u64..3_000_000, 0u64..3_000_000, any::<bool>(), any::<bool>()), 0..200),
            rate_max_permille in 1000u32..=2000,
        ) {
            let rules = Rules { rate_max_permille, ..LESSON };
            let mut coverage = Coverage::default();
            let mut now_ms = 1_000;
            for (passed, from_ms, to_ms, answer, in_class) in beats {
                now_ms += passed;
                let before = coverage.clone();
                let cut = coverage.heartbeat(
                    now_ms, &Heartbeat { played: Stretch { from_ms, to_ms }, answer, in_class }, &rules);
                let gained = coverage.covered_ms() - before.covered_ms();
                prop_assert!(gained <= passed * u64::from(rate_max_permille) / 1000 + SLACK_MS);
                prop_assert!(gained == 0 || passed <= SILENCE_MAX_MS && !in_class);
                prop_assert!(gained == 0 || answer || !before.check_due());
                prop_assert!(before.covered.iter().all(|old| stretches::missing(&coverage.covered, *old).is_empty()));
                prop_assert!(coverage.covered.last().is_none_or(|last| last.to_ms <= rules.duration_ms));
                prop_assert!(coverage.unchecked_ms <= CHECK_MS);
                let sent = Stretch { from_ms, to_ms };
                prop_assert!(cut || from_ms >= to_ms || stretches::missing(&coverage.covered, sent).is_empty());
            }
        }
    }
}
