//! Watching a recording or an asynchronous lesson: how much of it the server believes was watched (CR-11). A
//! page reports the stretch that it played; how much of that counts depends on the server's clock between
//! heartbeats, and on whether the person answers when asked.

use super::policy::Policy;
use crate::time::Stretch;
use crate::time::{MediaMs, ServerInstant, Span, Spans};

/// Longest silence between heartbeats, which come every 15 s. A longer one says nothing about the time
/// between.
const SILENCE_MAX_MS: u64 = 45_000;
/// Tolerance for clocks and timers while somebody watches: granted once, when watching begins after a longer
/// silence, and not with every heartbeat, or each of them would earn by it.
const SLACK_MS: u64 = 2_000;
/// The distance by which played media may lie outside the segments that were sent: pictures and sound are not
/// cut at the same places. No segment is longer.
const MARGIN_MS: u64 = 2_000;
/// Newly watched media after which the person is asked.
const CHECK_MS: u64 = 900_000;

/// Figures of the rule, and the media there is to watch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// Length of the media, ms.
    pub duration_ms: u64,
    /// Fastest speed that counts, thousandths.
    pub rate_max_permille: u32,
    /// Stretches in which the recording has something to send. A player passes the others (breaks, holes)
    /// without it.
    pub recorded: Spans<MediaMs>,
}

/// A heartbeat as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heartbeat {
    /// The stretch played since the last heartbeat, as the client reports it.
    pub played: Stretch,
    /// The nonce of the check that this heartbeat answers.
    pub answer: Option<String>,
    /// False while the person is in a running class, as nothing counts twice (CR-12), and when the time
    /// for make-up is over.
    pub counts: bool,
    /// Nonce of the next check, if this heartbeat brings one: new and unguessable.
    pub nonce: String,
}

/// The part of one recording that one trainee has watched.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Coverage {
    pub covered: Spans<MediaMs>,
    /// The part of the recording that was sent to the trainee: nothing else can have been watched.
    pub served: Spans<MediaMs>,
    /// Newly covered media since the last answered check, ms.
    pub unchecked_ms: u64,
    /// The nonce of the check that is due.
    pub check: Option<String>,
    /// Media that may be believed beyond the time that passes until the next heartbeat, ms: the slack, and
    /// then the part of it that heartbeats have not used up. Never more than the slack.
    pub credit_ms: u64,
    /// Server time of the last heartbeat, ms.
    pub heard_at_ms: Option<u64>,
    /// Server time of the person's last heartbeat on any recording, ms: time watched there cannot count here,
    /// too.
    pub heard_anywhere_ms: Option<u64>,
    /// Playing position of the trainee, as the client reports it, ms.
    pub position_ms: u64,
}

/// Most pieces of coverage. Jumping about leaves pieces, and nobody watches a lesson in more than these.
const PIECES_MAX: usize = 1_000;

impl Coverage {
    /// Takes a heartbeat that arrived at `now_ms` of the server's clock. Returns true if it took less than
    /// was sent. The first heartbeat, which a player sends at the start, only starts the clock. All pages of
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

    /// Milliseconds since the last heartbeat; `None` = watching begins: there was no heartbeat, or it was too
    /// long ago.
    fn passed(&mut self, now_ms: u64) -> Option<u64> {
        let since = |heard_at_ms: u64| now_ms.saturating_sub(heard_at_ms);
        let lately = |heard_at_ms: Option<u64>| heard_at_ms.map(since).filter(|ms| *ms <= SILENCE_MAX_MS);
        let (here_ms, anywhere_ms) = (lately(self.heard_at_ms), lately(self.heard_anywhere_ms));
        if here_ms.is_none() {
            // A person who comes from another recording had the slack there.
            self.credit_ms = if anywhere_ms.is_none() { SLACK_MS } else { 0 };
        }
        here_ms.map(|here_ms| anywhere_ms.map_or(here_ms, |anywhere_ms| anywhere_ms.min(here_ms)))
    }

    /// The media that can have been seen or heard: everything that was sent to the trainee, and the stretches
    /// with nothing to send.
    fn shown(&self, rules: &Rules) -> Spans<MediaMs> {
        let wider = |span: Span<MediaMs>| Span {
            from: MediaMs(span.from.0.saturating_sub(MARGIN_MS)),
            to: MediaMs(span.to.0.saturating_add(MARGIN_MS)),
        };
        let served: Spans<MediaMs> = self.served.iter().map(wider).collect();
        served.or(&Spans::one(MediaMs(0), MediaMs(rules.duration_ms)).minus(&rules.recorded))
    }

    /// Adds a stretch as far as the check allows; returns where it stopped.
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

    /// Whether nothing more counts until the person answers.
    pub fn check_due(&self) -> bool {
        self.unchecked_ms >= CHECK_MS
    }
}

/// The covered media in the form of pages and files.
pub fn stretches(covered: &Spans<MediaMs>) -> Vec<Stretch> {
    covered.iter().map(|span| Stretch { from_ms: span.from.0, to_ms: span.to.0 }).collect()
}

/// The inverse of [`stretches`].
pub fn media(stretches: &[Stretch]) -> Spans<MediaMs> {
    stretches.iter().map(|part| Span { from: MediaMs(part.from_ms), to: MediaMs(part.to_ms) }).collect()
}

/// Credit of an asynchronous lesson, fixed when it is published.
pub fn lesson_ch(policy: &Policy, duration: MediaMs) -> u64 {
    policy.steps_ch(duration.0 / 1000)
}

/// Whether enough of a course was watched for the lesson to be complete.
pub fn is_complete(covered: &Spans<MediaMs>, course: &Spans<MediaMs>) -> bool {
    covered.and(course).length_ms() >= threshold_ms(course.length_ms())
}

/// The media to be watched: all but five seconds or a fiftieth, whichever is more.
fn threshold_ms(duration_ms: u64) -> u64 {
    duration_ms.saturating_sub(1000 * (duration_ms / 1000 / 50).max(5))
}

/// A stretch of a recording, and the instant of the lesson at its beginning.
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
