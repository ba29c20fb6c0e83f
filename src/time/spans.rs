//! Sets of time. A [`Spans`] is sorted, its stretches do not touch and none is empty, so that equal
//! sets are equal values and every result is independent of the order and number of its sources.
//!
//! Lengths are milliseconds; [`Spans::seconds`] rounds down once per computed set, as the rules require.

use serde::Serialize;

use super::instant::{Axis, ServerInstant};

/// `[from, to)`; empty if `to` is not later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Span<T = ServerInstant> {
    pub from: T,
    pub to: T,
}

impl<T: Axis> Span<T> {
    pub fn length_ms(self) -> u64 {
        self.to.ms().saturating_sub(self.from.ms())
    }

    pub fn contains(self, at: T) -> bool {
        self.from <= at && at < self.to
    }
}

/// A set of time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Spans<T = ServerInstant>(Vec<Span<T>>);

impl<T> Default for Spans<T> {
    fn default() -> Self {
        Spans(Vec::new())
    }
}

impl<T: Axis> FromIterator<Span<T>> for Spans<T> {
    /// The union.
    fn from_iter<I: IntoIterator<Item = Span<T>>>(spans: I) -> Self {
        let mut spans: Vec<_> = spans.into_iter().filter(|span| span.from < span.to).collect();
        spans.sort_unstable();
        join(&mut spans, 0);
        Spans(spans)
    }
}

/// Joins sorted stretches that overlap or lie at most `gap_ms` apart.
fn join<T: Axis>(spans: &mut Vec<Span<T>>, gap_ms: u64) {
    spans.dedup_by(|next, last| {
        let near = next.from.ms().saturating_sub(last.to.ms()) <= gap_ms;
        if near {
            last.to = last.to.max(next.to);
        }
        near
    });
}

impl<T: Axis> Spans<T> {
    pub fn one(from: T, to: T) -> Self {
        Self::from_iter([Span { from, to }])
    }

    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Span<T>> + '_ {
        self.0.iter().copied()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn first(&self) -> Option<T> {
        self.0.first().map(|span| span.from)
    }

    pub fn last(&self) -> Option<T> {
        self.0.last().map(|span| span.to)
    }

    pub fn length_ms(&self) -> u64 {
        self.iter().map(Span::length_ms).sum()
    }

    /// Whole seconds, rounded down.
    pub fn seconds(&self) -> u64 {
        self.length_ms() / 1000
    }

    pub fn contains(&self, at: T) -> bool {
        let after = self.0.partition_point(|span| span.from <= at);
        after > 0 && self.0[after - 1].contains(at)
    }

    /// The set with gaps of at most `gap_ms` between two stretches closed.
    #[must_use]
    pub fn bridged(&self, gap_ms: u64) -> Self {
        let mut spans = self.0.clone();
        join(&mut spans, gap_ms);
        Spans(spans)
    }

    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        self.iter().chain(other.iter()).collect()
    }

    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let (mut mine, mut theirs) = (self.0.as_slice(), other.0.as_slice());
        let mut both = Vec::new();
        while let ([one, ..], [two, ..]) = (mine, theirs) {
            let (from, to) = (one.from.max(two.from), one.to.min(two.to));
            if from < to {
                both.push(Span { from, to });
            }
            if one.to <= two.to { mine = &mine[1..] } else { theirs = &theirs[1..] }
        }
        Spans(both)
    }

    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        let mut rest = Vec::new();
        let mut holes = other.0.as_slice();
        for span in self.iter() {
            let mut from = span.from;
            while let [hole, later @ ..] = holes
                && hole.from < span.to
            {
                if from < hole.from {
                    rest.push(Span { from, to: hole.from });
                }
                from = from.max(hole.to);
                // A hole that reaches further also cuts the next stretch.
                if hole.to > span.to {
                    break;
                }
                holes = later;
            }
            if from < span.to {
                rest.push(Span { from, to: span.to });
            }
        }
        Spans(rest)
    }
}

impl Spans {
    /// The part between two lengths, both counted from the beginning of the set.
    #[must_use]
    pub fn part(&self, from_ms: u64, to_ms: u64) -> Spans {
        let mut before_ms = 0;
        let cut = |span: Span| {
            let inside = |length_ms: u64| span.from.plus_ms(length_ms.saturating_sub(before_ms)).min(span.to);
            let part = Span { from: inside(from_ms), to: inside(to_ms) };
            before_ms += span.length_ms();
            part
        };
        self.iter().map(cut).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::instant::MediaMs;
    use super::*;

    /// Stretches as "1-3 5-9".
    fn set(text: &str) -> Spans<MediaMs> {
        let span = |pair: &str| {
            let (from, to) = pair.split_once('-').expect("FROM-TO");
            Span { from: MediaMs(from.parse().unwrap()), to: MediaMs(to.parse().unwrap()) }
        };
        text.split_whitespace().map(span).collect()
    }

    #[test]
    fn sets_are_normal_whatever_they_came_from() {
        assert_eq!(set("5-9 1-3 2-4 4-5 7-8"), set("1-9"));
        assert_eq!(set("3-3 9-2"), set(""));
        assert_eq!(set("1-2 3-4").seconds(), 0);
    }

    #[test]
    fn a_gap_is_bridged_up_to_its_limit_and_not_beyond() {
        assert_eq!(set("0-10 70-80 141-150").bridged(60), set("0-80 141-150"));
        assert_eq!(set("0-10 11-20").bridged(0), set("0-10 11-20"));
    }

    #[test]
    fn a_hole_may_cut_several_stretches() {
        assert_eq!(set("0-10 20-30 40-50").minus(&set("5-45")), set("0-5 45-50"));
        assert_eq!(set("0-50").minus(&set("0-1 10-20 49-60")), set("1-10 20-49"));
        assert_eq!(set("0-10 20-30").and(&set("5-25")), set("5-10 20-25"));
    }

    #[test]
    fn a_part_is_counted_along_the_stretches() {
        let set = |pairs: &[(u64, u64)]| -> Spans {
            let at = ServerInstant::of_fact;
            pairs.iter().map(|(from, to)| Span { from: at(*from), to: at(*to) }).collect()
        };
        let timeline = set(&[(100, 200), (300, 400)]);
        assert_eq!(timeline.part(0, 50), set(&[(100, 150)]));
        assert_eq!(timeline.part(50, 150), set(&[(150, 200), (300, 350)]));
        assert_eq!(timeline.part(100, 900), set(&[(300, 400)]));
        assert_eq!(timeline.part(200, 300), set(&[]));
    }

    fn any_set() -> impl Strategy<Value = Spans<MediaMs>> {
        let span = (0u64..60, 0u64..12);
        prop::collection::vec(span, 0..8).prop_map(|spans| {
            let span = |(from, length)| Span { from: MediaMs(from), to: MediaMs(from + length) };
            spans.into_iter().map(span).collect()
        })
    }

    proptest! {
        /// Every operation agrees with asking point by point.
        #[test]
        fn sets_are_what_their_points_say(a in any_set(), b in any_set()) {
            for at in (0..80).map(MediaMs) {
                prop_assert_eq!(a.or(&b).contains(at), a.contains(at) || b.contains(at));
                prop_assert_eq!(a.and(&b).contains(at), a.contains(at) && b.contains(at));
                prop_assert_eq!(a.minus(&b).contains(at), a.contains(at) && !b.contains(at));
            }
            let points = (0..80).filter(|at| a.contains(MediaMs(*at))).count();
            prop_assert_eq!(a.length_ms(), points as u64);
            let again: Spans<MediaMs> = a.and(&b).or(&a.minus(&b)).iter().collect();
            prop_assert_eq!(again, a);
        }
    }
}
