//! Watching a recording or an asynchronous lesson: what of it the server believes was watched (CR-11).
//! A page says from where to where it played; how much of that counts depends on the server's clock
//! between heartbeats, and on whether the person answers when asked.

use super::interval::{MediaMs, ServerInstant, Span, Spans};
use super::policy::Policy;
use crate::protocol::Stretch;

/// Heartbeats come every 15 s; after a longer silence nothing is known of the time between.
const SILENCE_MAX_MS: u64 = 45_000;
/// What clocks and timers may be off by between heartbeats.
const SLACK_MS: u64 = 2_000;
/// Only heartbeats this far apart are given the slack: otherwise many of them would earn by it alone.
const SLACK_AFTER_MS: u64 = 10_000;
/// So much newly watched media, and the person is asked.
const CHECK_MS: u64 = 900_000;

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
    /// False while the person is in a running class, as nothing counts twice (CR-12), and when the time
    /// for make-up is over.
    pub counts: bool,
}

/// What one trainee has watched of one recording.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coverage {
    pub covered: Spans<MediaMs>,
    /// Newly covered since the last check was answered, milliseconds.
    pub unchecked_ms: u64,
    /// Server time of the last heartbeat.
    pub heard_at_ms: Option<u64>,
    /// The same of any recording: what was watched there was not watched here.
    pub heard_anywhere_ms: Option<u64>,
    /// Where the trainee stopped, by the client's word.
    pub position_ms: u64,
}

/// Somebody who jumps about leaves pieces; more than these are no way to watch a lesson.
const PIECES_MAX: usize = 1_000;

impl Coverage {
    /// Takes a heartbeat that arrived at `now_ms` of the server's clock. True when less was taken
    /// than was sent. The first one only starts the clock: a player sends it when it begins. All pages of
    /// a person share one clock, whatever they show, so they do not add up.
    pub fn heartbeat(&mut self, now_ms: u64, heartbeat: &Heartbeat, rules: &Rules) -> bool {
        let since = |heard_at_ms: u64| now_ms.saturating_sub(heard_at_ms);
        let silent_ms = self.heard_at_ms.map(since).filter(|silent_ms| *silent_ms <= SILENCE_MAX_MS);
        let passed_ms =
            silent_ms.map(|silent_ms| self.heard_anywhere_ms.map_or(silent_ms, since).min(silent_ms));
        self.heard_at_ms = Some(self.heard_at_ms.unwrap_or(0).max(now_ms));
        self.position_ms = heartbeat.played.to_ms.min(rules.duration_ms);
        if heartbeat.answer && self.check_due() {
            self.unchecked_ms = 0;
        }
        let sent = heartbeat.played;
        let passed_ms = passed_ms.filter(|_| heartbeat.counts);
        let believed_ms = passed_ms.map_or(0, |ms| believed_ms(ms, rules));
        let to_ms = sent.to_ms.min(sent.from_ms.saturating_add(believed_ms)).min(rules.duration_ms);
        let taken = self.take(Span { from: MediaMs(sent.from_ms), to: MediaMs(to_ms) });
        sent.from_ms < sent.to_ms && taken.0 < sent.to_ms
    }

    /// Adds a stretch as far as the check allows; where it stopped.
    fn take(&mut self, stretch: Span<MediaMs>) -> MediaMs {
        let touches = |known: Span<MediaMs>| known.from <= stretch.to && stretch.from <= known.to;
        if self.covered.iter().count() >= PIECES_MAX && !self.covered.iter().any(touches) {
            return stretch.from;
        }
        let mut left_ms = CHECK_MS.saturating_sub(self.unchecked_ms);
        let mut taken = stretch;
        for part in Spans::from_iter([stretch]).minus(&self.covered).iter() {
            let new_ms = part.length_ms().min(left_ms);
            left_ms -= new_ms;
            self.unchecked_ms += new_ms;
            if left_ms == 0 {
                taken.to = MediaMs(part.from.0 + new_ms);
                break;
            }
        }
        self.covered = self.covered.or(&Spans::from_iter([taken]));
        taken.to
    }

    /// Nothing more counts until the person answers.
    pub fn check_due(&self) -> bool {
        self.unchecked_ms >= CHECK_MS
    }
}

/// How much media can have been watched since the last heartbeat.
fn believed_ms(passed_ms: u64, rules: &Rules) -> u64 {
    let slack_ms = if passed_ms >= SLACK_AFTER_MS { SLACK_MS } else { 0 };
    passed_ms * u64::from(rules.rate_max_permille) / 1000 + slack_ms
}

/// For pages and for the disk.
pub fn stretches(covered: &Spans<MediaMs>) -> Vec<Stretch> {
    covered.iter().map(|span| Stretch { from_ms: span.from.0, to_ms: span.to.0 }).collect()
}

/// The way back of [`stretches`].
pub fn media(stretches: &[Stretch]) -> Spans<MediaMs> {
    stretches.iter().map(|part| Span { from: MediaMs(part.from_ms), to: MediaMs(part.to_ms) }).collect()
}

/// Credit of an asynchronous lesson, fixed when it is published.
pub fn lesson_ch(policy: &Policy, duration: MediaMs) -> u64 {
    policy.steps_ch(duration.0 / 1000)
}

/// Whether so much of a course was watched that the lesson is complete.
pub fn is_complete(covered: &Spans<MediaMs>, course: &Spans<MediaMs>) -> bool {
    covered.and(course).length_ms() >= threshold_ms(course.length_ms())
}

/// All but five seconds or a fiftieth, whichever is more.
fn threshold_ms(duration_ms: u64) -> u64 {
    duration_ms.saturating_sub(1000 * (duration_ms / 1000 / 50).max(5))
}

/// A stretch of a recording and the instant of the lesson that its beginning shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    pub media: Span<MediaMs>,
    pub wall_from: ServerInstant,
}

/// The stretches of the lesson that were watched (CR-10).
pub fn on_the_wall(covered: &Spans<MediaMs>, recording: &[Piece]) -> Spans {
    let shown = |piece: &Piece| {
        let wall = |at: MediaMs| piece.wall_from.plus_ms(at.0 - piece.media.from.0);
        let watched = covered.and(&Spans::from_iter([piece.media]));
        watched.iter().map(|span| Span { from: wall(span.from), to: wall(span.to) }).collect::<Vec<_>>()
    };
    recording.iter().flat_map(shown).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LESSON: Rules = Rules { duration_ms: 2_700_000, rate_max_permille: 1000 };

    fn s(seconds: u64) -> MediaMs {
        MediaMs(seconds * 1000)
    }

    fn now(seconds: u64) -> ServerInstant {
        ServerInstant::of_fact(1_600_000_000_000 + seconds * 1000)
    }

    fn beat(from_ms: u64, to_ms: u64) -> Heartbeat {
        Heartbeat { played: Stretch { from_ms, to_ms }, answer: false, counts: true }
    }

    /// Heartbeats as (second it arrives, from, to), all in seconds; what is covered then.
    fn check(beats: &[(u64, u64, u64)], wanted: &[(u64, u64)]) {
        let mut coverage = Coverage::default();
        for (now, from, to) in beats {
            coverage.heartbeat(now * 1000, &beat(from * 1000, to * 1000), &LESSON);
        }
        let wanted: Spans<MediaMs> =
            wanted.iter().map(|(from, to)| Span { from: s(*from), to: s(*to) }).collect();
        assert_eq!(coverage.covered, wanted, "{beats:?}");
    }

    #[test]
    fn what_counts_is_what_can_have_been_watched() {
        check(&[(0, 0, 15)], &[]);
        check(&[(0, 0, 0), (15, 0, 15), (30, 15, 30)], &[(0, 30)]);
        // Two seconds of slack, not more.
        check(&[(0, 0, 0), (15, 0, 17)], &[(0, 17)]);
        check(&[(0, 0, 0), (15, 0, 60)], &[(0, 17)]);
        check(&[(0, 0, 2700), (15, 0, 2700)], &[(0, 17)]);
        // Silence of 45 s is too long by the first millisecond.
        check(&[(0, 0, 0), (45, 0, 45)], &[(0, 45)]);
        check(&[(0, 0, 0), (46, 0, 46), (61, 46, 61)], &[(46, 61)]);
        // Jumping about, and watching twice.
        check(&[(0, 0, 0), (15, 100, 115), (30, 50, 65), (45, 105, 120)], &[(50, 65), (100, 120)]);
        // Beyond the end, and backwards.
        check(&[(0, 0, 0), (15, 2690, 2705)], &[(2690, 2700)]);
        check(&[(0, 0, 0), (15, 2700, 2800)], &[]);
        check(&[(0, 0, 0), (15, 30, 10)], &[]);
        // Many heartbeats at once earn nothing.
        check(&[(0, 0, 0), (0, 0, 2), (0, 2, 4), (1, 4, 7)], &[(4, 5)]);
        // A clock that was set back earns nothing until it has caught up.
        check(&[(60, 0, 0), (50, 0, 10), (65, 10, 25)], &[(10, 15)]);
    }

    #[test]
    fn nothing_counts_in_a_running_class() {
        let mut coverage = Coverage::default();
        coverage.heartbeat(0, &beat(0, 0), &LESSON);
        assert!(coverage.heartbeat(15_000, &Heartbeat { counts: false, ..beat(0, 15_000) }, &LESSON));
        assert!(coverage.covered.is_empty());
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
        let covered: Vec<_> = stretches(&coverage.covered);
        let wanted = [(0, 900_000), (960_000, 1_050_000)];
        assert_eq!(covered, wanted.map(|(from_ms, to_ms)| Stretch { from_ms, to_ms }));
        assert_eq!(media(&covered), coverage.covered);
    }

    /// Watches honestly from the beginning, a heartbeat every 15 s, answering checks; up to `until`.
    fn watched(duration: u64, until: u64) -> Coverage {
        let rules = Rules { duration_ms: duration * 1000, ..LESSON };
        let mut coverage = Coverage::default();
        coverage.heartbeat(0, &beat(0, 0), &rules);
        let (mut clock, mut place) = (0, 0);
        while place < until {
            clock += 15;
            let to = (place + 15).min(until);
            let answer = coverage.check_due();
            let cut = coverage.heartbeat(
                clock * 1000,
                &Heartbeat { answer, ..beat(place * 1000, to * 1000) },
                &rules,
            );
            assert!(!cut, "{place}");
            place = to;
        }
        coverage
    }

    #[test]
    fn a_lesson_is_complete_at_its_threshold_and_not_a_second_before() {
        let complete =
            |duration, until| is_complete(&watched(duration, until).covered, &Spans::one(s(0), s(duration)));
        assert!(complete(2700, 2646));
        assert!(!complete(2700, 2645));
        assert!(!complete(2700, 2400));
        assert!(complete(60, 55));
        assert!(!complete(60, 54));
        let covered = Spans::one(MediaMs(0), MediaMs(2_645_999));
        assert!(!is_complete(&covered, &Spans::one(s(0), s(2700))));
        assert!(is_complete(&covered, &Spans::one(s(30), s(2670))), "of a course as it was trimmed");
        // A break cannot be watched, and need not be; nor does it stand for something that was not watched.
        let taught = Spans::one(s(0), s(1200)).or(&Spans::one(s(1800), s(2700)));
        assert!(is_complete(&taught, &taught));
        assert!(!is_complete(&Spans::one(s(0), s(2100)), &taught));
    }

    #[test]
    fn credit_of_a_lesson_is_its_whole_steps() {
        assert_eq!(lesson_ch(&Policy::default(), s(2700)), 100);
        assert_eq!(lesson_ch(&Policy::default(), s(583)), 20);
    }

    #[test]
    fn watched_media_is_lesson_time_across_the_gaps_of_a_recording() {
        let recording = [
            Piece { media: Span { from: s(0), to: s(60) }, wall_from: now(0) },
            Piece { media: Span { from: s(60), to: s(120) }, wall_from: now(100) },
        ];
        let covered = Spans::one(s(50), s(70));
        let expected: Spans =
            [(50, 60), (100, 110)].map(|(a, b)| Span { from: now(a), to: now(b) }).into_iter().collect();
        assert_eq!(on_the_wall(&covered, &recording), expected);
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
            for (passed, from_ms, to_ms, answer, counts) in beats {
                now_ms += passed;
                let before = coverage.clone();
                let cut = coverage.heartbeat(
                    now_ms, &Heartbeat { played: Stretch { from_ms, to_ms }, answer, counts }, &rules);
                let gained = coverage.covered.length_ms() - before.covered.length_ms();
                prop_assert!(gained <= passed * u64::from(rate_max_permille) / 1000 + SLACK_MS);
                prop_assert!(gained == 0 || passed <= SILENCE_MAX_MS && counts);
                prop_assert!(gained == 0 || answer || !before.check_due());
                prop_assert!(before.covered.minus(&coverage.covered).is_empty(), "monotone");
                prop_assert!(coverage.covered.last().is_none_or(|last| last.0 <= rules.duration_ms));
                prop_assert!(coverage.unchecked_ms <= CHECK_MS);
                let sent = media(&[Stretch { from_ms, to_ms }]);
                prop_assert!(cut || from_ms >= to_ms || sent.minus(&coverage.covered).is_empty());
                let whole = Spans::one(MediaMs(0), MediaMs(rules.duration_ms));
                prop_assert_eq!(
                    is_complete(&coverage.covered, &whole),
                    coverage.covered.length_ms() >= 2_646_000
                );
            }
        }
    }
}
