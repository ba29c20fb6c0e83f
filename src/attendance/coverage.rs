//! Watching a recording or an asynchronous lesson: what of it the server believes was watched (CR-11).
//! A page says what it played; how much of that counts is bounded by the server's own clock.

use super::interval::{MediaMs, ServerInstant, Span, Spans};
use super::policy::Policy;

/// A page that reports more often gains nothing: sooner reports are ignored, so that the slack of
/// each cannot be collected.
const REPORT_MIN_MS: u64 = 5_000;
/// A longer silence gives nothing.
const SILENCE_MAX_MS: u64 = 45_000;
/// Clocks and buffers may differ by so much per report.
const SLACK_MS: u64 = 2_000;
/// After so much media the next check is due; nothing counts until it is answered.
const CHECK_EVERY_MS: u64 = 900_000;
/// Most that playing faster may count, in percent.
const RATE_PERCENT_MAX: u64 = 200;

/// What one person has watched of one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    duration: MediaMs,
    rate_percent: u64,
    covered: Spans<MediaMs>,
    reported_at: Option<ServerInstant>,
    since_check_ms: u64,
    completed_at: Option<ServerInstant>,
}

/// What became of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// So much of the media is believed; the end may be earlier than reported.
    Counted(Span<MediaMs>),
    /// The first report, or one after a long silence: the clock starts here.
    Begun,
    /// Reports come faster than real time.
    TooSoon,
    /// A check must be answered first.
    CheckDue,
    /// It is not a stretch of this media.
    NotThere,
}

impl Progress {
    /// `rate_percent`: 100 where playing faster earns nothing.
    pub fn new(duration: MediaMs, rate_percent: u64) -> Progress {
        Progress {
            duration,
            rate_percent: rate_percent.clamp(100, RATE_PERCENT_MAX),
            covered: Spans::default(),
            reported_at: None,
            since_check_ms: 0,
            completed_at: None,
        }
    }

    /// A report that arrived at `now`: the page played `[from, to)`. Two pages share one clock, so
    /// they do not add up.
    pub fn report(&mut self, now: ServerInstant, from: MediaMs, to: MediaMs) -> Taken {
        if self.since_check_ms >= CHECK_EVERY_MS {
            return Taken::CheckDue;
        }
        let Some(before) = self.reported_at else {
            self.reported_at = Some(now);
            return Taken::Begun;
        };
        // A clock that was set back is a silence, too: nothing is known about the time between.
        let passed_ms = now.ms().checked_sub(before.ms()).unwrap_or(u64::MAX);
        if passed_ms < REPORT_MIN_MS {
            return Taken::TooSoon;
        }
        self.reported_at = Some(now);
        if passed_ms > SILENCE_MAX_MS {
            return Taken::Begun;
        }
        let allowed_ms = passed_ms * self.rate_percent / 100 + SLACK_MS;
        let to = to.min(MediaMs(from.0.saturating_add(allowed_ms))).min(self.duration);
        if from >= to {
            return Taken::NotThere;
        }
        let span = Span { from, to };
        self.covered = self.covered.or(&Spans::from_iter([span]));
        self.since_check_ms += span.length_ms();
        if self.completed_at.is_none() && self.covered.length_ms() >= self.threshold_ms() {
            self.completed_at = Some(now);
        }
        Taken::Counted(span)
    }

    /// The check was answered: the next stretch counts, from the next report on.
    pub fn check_answered(&mut self) {
        if self.since_check_ms >= CHECK_EVERY_MS {
            self.since_check_ms = 0;
            self.reported_at = None;
        }
    }

    pub fn covered(&self) -> &Spans<MediaMs> {
        &self.covered
    }

    /// When it was first complete; it stays so. A lesson with a quiz also needs that one passed.
    pub fn completed_at(&self) -> Option<ServerInstant> {
        self.completed_at
    }

    /// All but five seconds or a fiftieth, whichever is more.
    fn threshold_ms(&self) -> u64 {
        let duration_seconds = self.duration.0 / 1000;
        self.duration.0.saturating_sub(1000 * (duration_seconds / 50).max(5))
    }
}

/// Credit of an asynchronous lesson, fixed when it is published.
pub fn lesson_ch(policy: &Policy, duration: MediaMs) -> u64 {
    policy.steps_ch(duration.0 / 1000)
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

    fn s(seconds: u64) -> MediaMs {
        MediaMs(seconds * 1000)
    }

    fn now(seconds: u64) -> ServerInstant {
        ServerInstant::of_fact(1_600_000_000_000 + seconds * 1000)
    }

    /// Watches honestly from the beginning, a report every 15 s, answering checks; up to `until`.
    fn watched(duration: u64, until: u64) -> Progress {
        let mut progress = Progress::new(s(duration), 100);
        progress.report(now(0), s(0), s(0));
        let (mut clock, mut place) = (0, 0);
        while place < until {
            clock += 15;
            let to = (place + 15).min(until);
            match progress.report(now(clock), s(place), s(to)) {
                Taken::Counted(_) => place = to,
                Taken::CheckDue => progress.check_answered(),
                Taken::Begun => {}
                other => panic!("{other:?}"),
            }
        }
        progress
    }

    #[test]
    fn a_lesson_is_complete_at_its_threshold_and_not_a_second_before() {
        assert!(watched(2700, 2646).completed_at().is_some());
        assert!(watched(2700, 2645).completed_at().is_none());
        assert!(watched(2700, 2400).completed_at().is_none());
        assert!(watched(60, 55).completed_at().is_some());
        assert!(watched(60, 54).completed_at().is_none());
    }

    #[test]
    fn credit_of_a_lesson_is_its_whole_steps() {
        assert_eq!(lesson_ch(&Policy::default(), s(2700)), 100);
        assert_eq!(lesson_ch(&Policy::default(), s(583)), 20);
    }

    #[test]
    fn what_is_faster_than_the_clock_does_not_count() {
        let mut progress = Progress::new(s(2700), 100);
        assert_eq!(progress.report(now(0), s(0), s(2700)), Taken::Begun);
        assert_eq!(progress.report(now(4), s(0), s(2700)), Taken::TooSoon);
        let counted = Taken::Counted(Span { from: s(0), to: s(17) });
        assert_eq!(progress.report(now(15), s(0), s(2700)), counted);
        assert_eq!(progress.report(now(61), s(17), s(60)), Taken::Begun, "46 s of silence");
        assert_eq!(progress.report(now(50), s(17), s(60)), Taken::Begun, "a clock that was set back");
        assert_eq!(progress.report(now(65), s(2700), s(2800)), Taken::NotThere);
        assert_eq!(progress.report(now(80), s(30), s(20)), Taken::NotThere);
        assert_eq!(progress.covered(), &Spans::one(s(0), s(17)));
    }

    #[test]
    fn nothing_counts_while_a_check_waits() {
        let mut progress = watched(2700, 900);
        let covered = progress.covered().clone();
        let far = now(10_000);
        assert_eq!(progress.report(far, s(900), s(915)), Taken::CheckDue);
        progress.check_answered();
        assert_eq!(progress.report(far, s(900), s(915)), Taken::Begun);
        assert_eq!(progress.covered(), &covered);
        assert!(matches!(progress.report(far.plus_ms(15_000), s(900), s(915)), Taken::Counted(_)));
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
        /// I-15.
        #[test]
        fn coverage_grows_within_the_media_and_no_faster_than_the_clock(
            rate in 100u64..=200,
            reports in prop::collection::vec((0u64..60_000, 0u64..700_000, 0u64..90_000, any::<bool>()), 1..60),
        ) {
            let duration = MediaMs(600_000);
            let mut progress = Progress::new(duration, rate);
            let mut clock = now(0);
            let mut last = None;
            for (wait, from, length, answer) in reports {
                clock = clock.plus_ms(wait);
                if answer {
                    progress.check_answered();
                }
                let before = progress.clone();
                let taken = progress.report(clock, MediaMs(from), MediaMs(from + length));
                let gained = progress.covered().length_ms() - before.covered().length_ms();
                match taken {
                    Taken::Counted(_) => {
                        let passed = clock.ms() - last.map_or(0, ServerInstant::ms);
                        prop_assert!(gained <= passed * rate / 100 + 2_000);
                    }
                    _ => prop_assert_eq!(gained, 0),
                }
                if matches!(taken, Taken::Counted(_) | Taken::Begun | Taken::NotThere) {
                    last = Some(clock);
                }
                prop_assert!(before.covered().minus(progress.covered()).is_empty(), "monotone");
                prop_assert!(progress.covered().last().is_none_or(|end| end <= duration));
                prop_assert!(before.completed_at().is_none() || before.completed_at() == progress.completed_at());
                prop_assert_eq!(
                    progress.completed_at().is_some(),
                    progress.covered().length_ms() >= 600_000 - 12_000
                );
            }
        }
    }
}
