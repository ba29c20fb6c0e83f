//! Sets of times as sorted stretches that never touch each other.

use crate::time::Stretch;

/// Adds a stretch; an empty one adds nothing.
pub(super) fn insert(set: &mut Vec<Stretch>, new: Stretch) {
    if new.from_ms >= new.to_ms {
        return;
    }
    // All stretches that touch the new one are joined with it.
    let first = set.partition_point(|known| known.to_ms < new.from_ms);
    let last = set.partition_point(|known| known.from_ms <= new.to_ms);
    let touched = &set[first..last];
    let from_ms = touched.first().map_or(new.from_ms, |known| known.from_ms.min(new.from_ms));
    let to_ms = touched.last().map_or(new.to_ms, |known| known.to_ms.max(new.to_ms));
    set.splice(first..last, [Stretch { from_ms, to_ms }]);
}

/// The parts of a stretch that are not in a set.
pub(super) fn missing(set: &[Stretch], of: Stretch) -> Vec<Stretch> {
    let mut parts = Vec::new();
    let mut from_ms = of.from_ms;
    for known in set.iter().filter(|known| known.to_ms > of.from_ms && known.from_ms < of.to_ms) {
        if known.from_ms > from_ms {
            parts.push(Stretch { from_ms, to_ms: known.from_ms });
        }
        from_ms = from_ms.max(known.to_ms);
    }
    if from_ms < of.to_ms {
        parts.push(Stretch { from_ms, to_ms: of.to_ms });
    }
    parts
}

/// The intersection of two stretches.
pub(super) fn common(one: Stretch, other: Stretch) -> Option<Stretch> {
    let (from_ms, to_ms) = (one.from_ms.max(other.from_ms), one.to_ms.min(other.to_ms));
    (from_ms < to_ms).then_some(Stretch { from_ms, to_ms })
}

pub(super) fn contains(set: &[Stretch], at_ms: u64) -> bool {
    set.iter().any(|known| known.from_ms <= at_ms && at_ms < known.to_ms)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sum_ms(set: &[Stretch]) -> u64 {
        set.iter().map(|known| known.to_ms - known.from_ms).sum()
    }

    proptest! {
        #[test]
        fn sets_hold_exactly_what_was_put_in(stretches in prop::collection::vec((0u64..60, 0u64..20), 0..12)) {
            let mut set = Vec::new();
            let mut wanted = [false; 100];
            for (from_ms, len) in stretches {
                insert(&mut set, Stretch { from_ms, to_ms: from_ms + len });
                wanted[from_ms as usize..(from_ms + len) as usize].fill(true);
            }
            prop_assert!(set.windows(2).all(|pair| pair[0].to_ms < pair[1].from_ms), "{set:?}");
            for (at, is_in) in wanted.iter().enumerate() {
                prop_assert_eq!(contains(&set, at as u64), *is_in);
            }
            prop_assert_eq!(sum_ms(&set), wanted.iter().filter(|is_in| **is_in).count() as u64);
            let all = Stretch { from_ms: 0, to_ms: 100 };
            prop_assert_eq!(sum_ms(&missing(&set, all)) + sum_ms(&set), 100);
        }
    }
}
