//! Classes (班) of 100, formed in the order of approval (S0-05). Forming again moves nobody.

use std::collections::BTreeMap;

use crate::programme::registration::SchoolKind;

/// Most trainees of a class.
pub const CAPACITY: u32 = 100;

/// An existing class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// Number within the phase, from 1.
    pub number: u32,
    /// Direction (方向) of the trainees; empty = the class has none.
    pub track: String,
    pub members: u32,
}

/// An approved trainee without a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting<T> {
    pub who: T,
    pub track: String,
}

/// The class number of each waiting trainee, in the order of approval: the first class of the track with
/// room, else a new one.
pub fn form<T>(
    classes: &[Class],
    waiting: impl IntoIterator<Item = Waiting<T>>,
    capacity: u32,
) -> Vec<(T, u32)> {
    let mut next = classes.iter().map(|class| class.number).max().unwrap_or(0) + 1;
    let mut open: BTreeMap<String, Vec<(u32, u32)>> = BTreeMap::new();
    let mut sorted: Vec<&Class> = classes.iter().filter(|class| class.members < capacity).collect();
    sorted.sort_by_key(|class| std::cmp::Reverse(class.number));
    for class in sorted {
        open.entry(class.track.clone()).or_default().push((class.number, capacity - class.members));
    }
    let mut placed = Vec::new();
    for Waiting { who, track } in waiting {
        // The last entry is the class with the lowest number.
        let with_room = open.entry(track).or_default();
        if with_room.is_empty() {
            with_room.push((next, capacity));
            next += 1;
        }
        let Some((number, room)) = with_room.last_mut() else { continue };
        placed.push((who, *number));
        *room -= 1;
        if *room == 0 {
            with_room.pop();
        }
    }
    placed
}

/// Whether a trainee may choose a class with this host (S0-06): trainees of higher vocational schools (高职)
/// only a class hosted by such a school, everybody else any. `None` = the class has no host.
pub fn may_choose(trainee: SchoolKind, host: Option<SchoolKind>) -> bool {
    trainee != SchoolKind::Higher || host.is_none_or(|host| host == SchoolKind::Higher)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn waiting(people: std::ops::Range<u32>, track: &str) -> impl Iterator<Item = Waiting<u32>> {
        people.map(|who| Waiting { who, track: track.to_owned() })
    }

    fn classes(placed: &[(u32, u32)], track: &str) -> Vec<Class> {
        let mut members: BTreeMap<u32, u32> = BTreeMap::new();
        placed.iter().for_each(|(_, number)| *members.entry(*number).or_default() += 1);
        let class = |(number, members)| Class { number, track: track.into(), members };
        members.into_iter().map(class).collect()
    }

    #[test]
    fn the_nation_of_ac_4_is_100_classes() {
        let placed = form(&[], waiting(0..9950, ""), CAPACITY);
        let classes = classes(&placed, "");
        assert_eq!(classes.len(), 100);
        assert!(classes[..99].iter().all(|class| class.members == 100));
        assert_eq!((classes[99].number, classes[99].members), (100, 50));
        assert_eq!(placed[0], (0, 1));
        assert_eq!(placed[100], (100, 2));
    }

    #[test]
    fn tracks_do_not_mix_and_gaps_are_filled_first() {
        let class = |number, track: &str, members| Class { number, track: track.into(), members };
        let before = [class(1, "5G", 99), class(2, "AI", 100), class(3, "5G", 98)];
        let mixed = waiting(0..4, "5G").chain(waiting(4..5, "AI"));
        assert_eq!(form(&before, mixed, CAPACITY), [(0, 1), (1, 3), (2, 3), (3, 4), (4, 5)]);
    }

    #[test]
    fn who_may_choose_which_host() {
        for (trainee, host, may) in [
            (SchoolKind::Higher, Some(SchoolKind::Higher), true),
            (SchoolKind::Higher, Some(SchoolKind::Secondary), false),
            (SchoolKind::Higher, None, true),
            (SchoolKind::Secondary, Some(SchoolKind::Higher), true),
            (SchoolKind::Secondary, Some(SchoolKind::Secondary), true),
            (SchoolKind::Administration, Some(SchoolKind::Secondary), true),
        ] {
            assert_eq!(may_choose(trainee, host), may, "{trainee:?} {host:?}");
        }
    }

    proptest! {
        /// Formed at once or in parts: nobody moves, no class is too full, and there are as few classes as
        /// possible.
        #[test]
        fn forming_again_moves_nobody(parts in prop::collection::vec(0u32..250, 1..8)) {
            let mut placed: Vec<(u32, u32)> = Vec::new();
            let mut next = 0;
            for part in &parts {
                let more = form(&classes(&placed, ""), waiting(next..next + part, ""), CAPACITY);
                placed.extend(more);
                next += part;
            }
            prop_assert_eq!(&placed, &form(&[], waiting(0..next, ""), CAPACITY));
            prop_assert_eq!(classes(&placed, "").len() as u32, next.div_ceil(CAPACITY));
            prop_assert!(classes(&placed, "").iter().all(|class| class.members <= CAPACITY));
        }
    }
}
