//! Watching a recording or an asynchronous lesson: what of it the server believes was watched (CR-11).
//! A page says from where to where it played; how much of that counts depends on the server's clock
//! between heartbeats, and on whether the person answers when asked.

use super::interval::{MediaMs, ServerInstant, Span, Spans};
use super::policy::Policy;
use crate::protocol::Stretch;

/// Heartbeats come every 15 s; after a longer silence nothing is known of the time between.
const SILENCE_MAX_MS: u64 = 45_000;
/// What clocks and timers may be off by while somebody watches: granted once, when it begins after a longer
/// silence, and not with every heartbeat, else each of them would earn by it.
const SLACK_MS: u64 = 2_000;
/// A segment is not longer. What is played may lie so far beside what was sent: pictures and sound are not
/// cut at the same places.
const MARGIN_MS: u64 = 2_000;
/// So much newly watched media, and the person is asked.
const CHECK_MS: u64 = 900_000;

/// Numbers of the rule, and what there is to watch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// Length of what is watched, milliseconds.
    pub duration_ms: u64,
    /// Fastest speed that counts, thousandths.
    pub rate_max_permille: u32,
    /// Where the recording has something to send. Elsewhere (breaks, holes) a player passes without it.
    pub recorded: Spans<MediaMs>,
}

/// A heartbeat as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heartbeat {
    /// What was played since the last one, by the client's word.
    pub played: Stretch,
    /// The nonce of the check that the person answers.
    pub answer: Option<String>,
    /// False while the person is in a running class, as nothing counts twice (CR-12), and when the time
    /// for make-up is over.
    pub counts: bool,
    /// Names the next check, if this heartbeat brings one: new and unguessable.
    pub nonce: String,
}

/// What one trainee has watched of one recording.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coverage {
    pub covered: Spans<MediaMs>,
    /// What of the recording was sent to the trainee: nothing else can have been watched.
    pub served: Spans<MediaMs>,
    /// Newly covered since the last check was answered, milliseconds.
    pub unchecked_ms: u64,
    /// The nonce with which the check that is due must be answered.
    pub check: Option<String>,
    /// What may be believed beyond the time that passes until the next heartbeat: the slack, and then what
    /// heartbeats did not use up of it. Never more than the slack.
    pub credit_ms: u64,
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
        let passed_ms = self.passed(now_ms);
        self.heard_at_ms = Some(self.heard_at_ms.unwrap_or(0).max(now_ms));
        let sent = heartbeat.played;
        self.position_ms = sent.to_ms.min(rules.duration_ms);
        if self.check.is_some() && heartbeat.answer == self.check {
            (self.unchecked_ms, self.check) = (0, None);
        }
        let believed_ms = match passed_ms.filter(|_| heartbeat.counts) {
            Some(passed_ms) => {
                self.credit_ms + passed_ms.saturating_mul(u64::from(rules.rate_max_permille)) / 1000
            }
            None => 0,
        };
        let played_ms = sent.to_ms.saturating_sub(sent.from_ms).min(believed_ms);
        if passed_ms.is_some() && heartbeat.counts {
            self.credit_ms = (believed_ms - played_ms).min(SLACK_MS);
        }
        let to_ms = sent.from_ms.saturating_add(played_ms).min(rules.duration_ms);
        let believed = Spans::one(MediaMs(sent.from_ms), MediaMs(to_ms));
        for part in believed.and(&self.shown(rules)).iter() {
            if self.take(part) < part.to {
                break;
            }
        }
        if self.check_due() && self.check.is_none() {
            self.check = Some(heartbeat.nonce.clone());
        }
        !Spans::one(MediaMs(sent.from_ms), MediaMs(sent.to_ms)).minus(&self.covered).is_empty()
    }

    /// The time that passed since the last heartbeat; none when that was too long ago, or there was none:
    /// then watching begins.
    fn passed(&mut self, now_ms: u64) -> Option<u64> {
        let since = |heard_at_ms: u64| now_ms.saturating_sub(heard_at_ms);
        let lately = |heard_at_ms: Option<u64>| heard_at_ms.map(since).filter(|ms| *ms <= SILENCE_MAX_MS);
        let (here_ms, anywhere_ms) = (lately(self.heard_at_ms), lately(self.heard_anywhere_ms));
        if here_ms.is_none() {
            // Whoever comes from another recording has had the slack there.
            self.credit_ms = if anywhere_ms.is_none() { SLACK_MS } else { 0 };
        }
        here_ms.map(|here_ms| anywhere_ms.map_or(here_ms, |anywhere_ms| anywhere_ms.min(here_ms)))
    }

    /// What can have been seen or heard: what was sent to the trainee, and where there was nothing to send.
    fn shown(&self, rules: &Rules) -> Spans<MediaMs> {
        let wider = |span: Span<MediaMs>| Span {
            from: MediaMs(span.from.0.saturating_sub(MARGIN_MS)),
            to: MediaMs(span.to.0.saturating_add(MARGIN_MS)),
        };
        let served: Spans<MediaMs> = self.served.iter().map(wider).collect();
        served.or(&Spans::one(MediaMs(0), MediaMs(rules.duration_ms)).minus(&rules.recorded))
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
#[path = "coverage_tests.rs"]
mod tests;
