//! The times in which a device was provably here (rule CR-2) and in which its sources were provably arriving
//! (CR-3). Times are those of the evidence, not of its arrival; the returned spans are to be written as
//! facts.

use super::kinds::Kinds;

/// Interval at which an open span is written, ms: the most that a crash costs.
const WRITE_EVERY_MS: u64 = 10_000;

/// Length of the first piece of a span, ms. A server that is killed every few seconds then still leaves a
/// piece of each run, with gaps short enough to be bridged; without it nothing would be left.
const WRITE_FIRST_MS: u64 = 2_000;

/// Whether a piece of `length_ms` is to be written.
fn is_due(length_ms: u64, is_first: bool) -> bool {
    length_ms >= if is_first { WRITE_FIRST_MS } else { WRITE_EVERY_MS }
}

/// `[from_ms, to_ms]`, never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) from_ms: u64,
    pub(super) to_ms: u64,
}

fn span(from_ms: u64, to_ms: u64) -> Option<Span> {
    (to_ms > from_ms).then_some(Span { from_ms, to_ms })
}

/// Presence of one device: heartbeat and media liveness, both fresh.
#[derive(Debug)]
pub(super) struct Presence {
    heard_ms: u64,
    media_ms: Option<u64>,
    /// Start of the present stay, and of its part that is not written yet, ms.
    since_ms: u64,
    open_from_ms: Option<u64>,
    /// Age from which evidence proves nothing, ms (HB_TIMEOUT of the rules).
    fresh_ms: u64,
    /// True for WHIP, WHEP and HLS: they have no socket and so no heartbeat. Their media evidence is
    /// authenticated (STUN consent, SRTP, a token with every request) and belongs to the bearer, so it stands
    /// for both.
    media_only: bool,
}

impl Presence {
    pub(super) fn new(now: u64, media_only: bool, fresh_ms: u64) -> Presence {
        Presence { heard_ms: now, media_ms: None, since_ms: now, open_from_ms: None, fresh_ms, media_only }
    }

    /// Takes a heartbeat or message at `at`. Returns the span that a gap before it has ended.
    pub(super) fn heard(&mut self, at: u64) -> Option<Span> {
        let ended = self.end_if(at.saturating_sub(self.heard_ms) > self.fresh_ms);
        self.heard_ms = self.heard_ms.max(at);
        self.open();
        ended
    }

    /// Takes an authenticated sign of life of the media leg at `at`; returns like [`Presence::heard`].
    pub(super) fn media(&mut self, at: u64) -> Option<Span> {
        let gap = self.media_ms.is_some_and(|media_ms| at.saturating_sub(media_ms) > self.fresh_ms);
        let ended = self.end_if(gap);
        let media_ms = self.media_ms.map_or(at, |media_ms| media_ms.max(at));
        self.media_ms = Some(media_ms);
        if self.media_only {
            self.heard_ms = media_ms;
        }
        self.open();
        ended
    }

    /// Returns the span to write now: a piece of a long span, or the rest of an ended one.
    pub(super) fn tick(&mut self, now: u64) -> Option<Span> {
        let (from, proven) = (self.open_from_ms?, self.proven_ms()?);
        if now.saturating_sub(proven) > self.fresh_ms {
            return self.end();
        }
        if !is_due(proven.saturating_sub(from), from == self.since_ms) {
            return None;
        }
        self.open_from_ms = Some(proven);
        span(from, proven)
    }

    /// Ends the span at its last evidence.
    pub(super) fn end(&mut self) -> Option<Span> {
        span(self.open_from_ms.take()?, self.proven_ms()?)
    }

    /// The proven span that is not written yet.
    pub(super) fn unwritten(&self) -> Option<Span> {
        span(self.open_from_ms?, self.proven_ms()?)
    }

    /// The instant since which the device is provably here without a break; `None` = it is not here.
    pub(super) fn here_since(&self, now: u64) -> Option<u64> {
        let proven = self.open_from_ms.and_then(|_| self.proven_ms())?;
        (now.saturating_sub(proven) <= self.fresh_ms).then_some(self.since_ms)
    }

    /// The last sign of life of any kind, ms.
    pub(super) fn last_ms(&self) -> u64 {
        self.heard_ms.max(self.media_ms.unwrap_or(0))
    }

    /// The instant to which both kinds of evidence reach, ms.
    fn proven_ms(&self) -> Option<u64> {
        Some(self.heard_ms.min(self.media_ms?))
    }

    fn open(&mut self) {
        let Some(media_ms) = self.media_ms else { return };
        if self.open_from_ms.is_none() && self.heard_ms.abs_diff(media_ms) <= self.fresh_ms {
            self.since_ms = self.heard_ms.max(media_ms);
            self.open_from_ms = Some(self.since_ms);
        }
    }

    fn end_if(&mut self, gap: bool) -> Option<Span> {
        if gap { self.end() } else { None }
    }
}

/// The arrival of a staff device's picture, screen and sound.
#[derive(Debug)]
pub(super) struct Teaching {
    open: Option<(Span, Kinds)>,
    /// Nothing of the open span is written yet.
    is_first: bool,
    fresh_ms: u64,
}

impl Teaching {
    pub(super) fn new(fresh_ms: u64) -> Teaching {
        Teaching { open: None, is_first: true, fresh_ms }
    }

    /// Takes the kinds that were arriving at `now`. Returns the span to write now.
    pub(super) fn observe(&mut self, now: u64, kinds: Kinds) -> Option<(Span, Kinds)> {
        let Some((open, before)) = &mut self.open else {
            self.start(now, kinds);
            return None;
        };
        if *before != kinds || now.saturating_sub(open.to_ms) > self.fresh_ms {
            let ended = self.end();
            self.start(now, kinds);
            return ended;
        }
        open.to_ms = open.to_ms.max(now);
        if !is_due(open.to_ms - open.from_ms, self.is_first) {
            return None;
        }
        let due = *open;
        (open.from_ms, self.is_first) = (open.to_ms, false);
        Some((due, kinds))
    }

    pub(super) fn end(&mut self) -> Option<(Span, Kinds)> {
        let (open, kinds) = self.open.take()?;
        Some((span(open.from_ms, open.to_ms)?, kinds))
    }

    /// The arrival that is not written yet.
    pub(super) fn unwritten(&self) -> Option<(Span, Kinds)> {
        let (open, kinds) = self.open?;
        Some((span(open.from_ms, open.to_ms)?, kinds))
    }

    fn start(&mut self, now: u64, kinds: Kinds) {
        let open = Span { from_ms: now, to_ms: now };
        (self.open, self.is_first) = ((!kinds.is_empty()).then_some((open, kinds)), true);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::SourceKind;

    const FRESH_MS: u64 = 15_000;

    /// Plays heartbeats and media evidence, in seconds, with a tick each second and each piece of evidence
    /// arriving in its own second; compares the union of the written spans, in seconds.
    fn check(heard: &[u64], media: &[u64], expected: &[(u64, u64)]) {
        let mut presence = Presence::new(0, false, FRESH_MS);
        let mut spans: Vec<Span> = Vec::new();
        for second in 0..200 {
            let now = second * 1000;
            spans.extend(heard.contains(&second).then(|| presence.heard(now)).flatten());
            spans.extend(media.contains(&second).then(|| presence.media(now)).flatten());
            spans.extend(presence.tick(now));
        }
        let mut union: Vec<(u64, u64)> = Vec::new();
        for span in spans {
            let (from, to) = (span.from_ms / 1000, span.to_ms / 1000);
            assert!(to - from <= 25, "{span:?} waited too long to be written");
            match union.last_mut() {
                Some(last) if last.1 == from => last.1 = to,
                _ => union.push((from, to)),
            }
        }
        assert_eq!(union, expected);
    }

    fn every(step: usize, range: std::ops::RangeInclusive<u64>) -> Vec<u64> {
        range.step_by(step).collect()
    }

    #[test]
    fn presence_lasts_while_both_kinds_of_evidence_are_fresh() {
        check(&every(5, 0..=100), &every(1, 3..=100), &[(3, 100)]);
    }

    #[test]
    fn one_kind_alone_proves_nothing() {
        check(&every(5, 0..=100), &[], &[]);
        check(&[0], &every(1, 20..=100), &[]);
    }

    #[test]
    fn the_interval_ends_at_the_last_evidence_of_the_kind_that_stopped() {
        check(&every(5, 0..=40), &every(1, 0..=100), &[(0, 40)]);
        check(&every(5, 0..=100), &every(1, 0..=37), &[(0, 37)]);
    }

    #[test]
    fn a_gap_longer_than_freshness_splits_and_a_shorter_one_does_not() {
        let media = every(1, 0..=100);
        check(&[0, 10, 25, 40, 50], &media, &[(0, 50)]);
        check(&[0, 10, 26, 36], &media, &[(0, 10), (26, 36)]);
    }

    #[test]
    fn a_device_without_a_socket_is_proven_by_its_media() {
        let mut presence = Presence::new(0, true, FRESH_MS);
        for second in 100..=105 {
            presence.media(second * 1000);
        }
        assert_eq!(presence.end(), Some(Span { from_ms: 100_000, to_ms: 105_000 }));
        assert_eq!(presence.last_ms(), 105_000);
    }

    #[test]
    fn teaching_is_written_in_pieces_and_split_when_sources_change_or_vanish() {
        let mic = Kinds::NONE.with(SourceKind::Mic);
        let both = mic.with(SourceKind::Screen);
        let mut teaching = Teaching::new(FRESH_MS);
        let mut written = Vec::new();
        let kinds_at = |second: u64| match second {
            0..=4 | 31..=33 => mic,
            5..=20 => both,
            _ => Kinds::NONE,
        };
        for second in 0..60 {
            written.extend(teaching.observe(second * 1000, kinds_at(second)));
        }
        let written: Vec<_> =
            written.iter().map(|(span, kinds)| (span.from_ms / 1000, span.to_ms / 1000, *kinds)).collect();
        assert_eq!(
            written,
            [(0, 2, mic), (2, 4, mic), (5, 7, both), (7, 17, both), (17, 20, both), (31, 33, mic)]
        );
    }

    #[test]
    fn a_piece_is_written_after_two_seconds_and_then_every_ten() {
        let mut presence = Presence::new(0, false, FRESH_MS);
        let mut written = Vec::new();
        for second in 0..=35 {
            let now = second * 1000;
            if second == 26 {
                written.extend(presence.end().map(|span| (span.from_ms / 1000, span.to_ms / 1000)));
            }
            presence.heard(now);
            presence.media(now);
            written.extend(presence.tick(now).map(|span| (span.from_ms / 1000, span.to_ms / 1000)));
        }
        // The second span begins like the first.
        assert_eq!(written, [(0, 2), (2, 12), (12, 22), (22, 25), (26, 28)]);
    }

    #[test]
    fn silence_of_the_reports_is_not_taken_for_teaching() {
        let mic = Kinds::NONE.with(SourceKind::Mic);
        let mut teaching = Teaching::new(FRESH_MS);
        teaching.observe(0, mic);
        teaching.observe(1_000, mic);
        assert_eq!(teaching.observe(60_000, mic), Some((Span { from_ms: 0, to_ms: 1_000 }, mic)));
        teaching.observe(61_000, mic);
        assert_eq!(teaching.end(), Some((Span { from_ms: 60_000, to_ms: 61_000 }, mic)));
    }
}
