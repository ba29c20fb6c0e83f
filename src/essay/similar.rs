//! Passages that a text repeats, or shares with another. A reviewer sees them marked; nothing is refused
//! because of them (E-1 flags only): honest people share quotations and the words of a task, too.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::letters;
use super::prints::{SHINGLE, shingles};

/// Share of repeated shingles above which a text is flagged, in 100 (E-1).
const REPEATED_PERCENT: usize = 30;
/// Share of shingles of another text from which on it is flagged, in 100 (E-1).
const SHARED_PERCENT: usize = 80;

/// A passage of a text: characters (code points) from 0, the end not included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    pub from: u32,
    pub to: u32,
}

/// The part of a text found elsewhere.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overlap {
    /// Shingles of the text; 0 = it is shorter than a shingle.
    pub shingles: usize,
    /// Number of shingles found.
    pub found: usize,
    /// Sorted, without touching each other.
    pub passages: Vec<Passage>,
}

impl Overlap {
    /// The found share in percent, rounded down.
    pub fn percent(&self) -> u32 {
        (self.found * 100).checked_div(self.shingles).map_or(0, |percent| percent as u32)
    }

    /// Whether a text that repeats this much is flagged.
    pub fn is_much_repeated(&self) -> bool {
        self.found * 100 > REPEATED_PERCENT * self.shingles
    }

    /// Whether a text that shares this much is flagged.
    pub fn is_much_shared(&self) -> bool {
        self.shingles > 0 && self.found * 100 >= SHARED_PERCENT * self.shingles
    }
}

/// The repetitions within the text: every shingle that occurred before.
pub fn repeated(text: &str) -> Overlap {
    let mut seen = HashSet::new();
    overlap(text, |hash| !seen.insert(hash))
}

/// The part of the text shared with `other`.
pub fn shared(text: &str, other: &str) -> Overlap {
    let known: HashSet<u64> = shingles(&letters::of(other)).into_iter().collect();
    overlap(text, |hash| known.contains(&hash))
}

fn overlap(text: &str, mut is_found: impl FnMut(u64) -> bool) -> Overlap {
    let letters = letters::of(text);
    let hashes = shingles(&letters);
    let mut overlap = Overlap { shingles: hashes.len(), ..Overlap::default() };
    for (at, hash) in hashes.into_iter().enumerate() {
        if !is_found(hash) {
            continue;
        }
        overlap.found += 1;
        let (from, to) = (letters[at].at, letters[at + SHINGLE - 1].at + 1);
        match overlap.passages.last_mut() {
            Some(last) if from <= last.to => last.to = to,
            _ => overlap.passages.push(Passage { from, to }),
        }
    }
    overlap
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::essay::prints::tests::prose;

    fn passage(text: &str, passage: Passage) -> String {
        text.chars().skip(passage.from as usize).take((passage.to - passage.from) as usize).collect()
    }

    #[test]
    fn a_copied_passage_is_marked_though_its_punctuation_was_changed() {
        let copied = "同步课堂让山区的老师第一次和专家坐在一起，讨论一节课怎样开始、怎样结束。";
        let other = format!("{}{copied}{}", prose(1, 300), prose(2, 300));
        let changed = copied.replace(['，', '、'], " ");
        let text = format!("我的体会：{changed}{}", prose(3, 300));
        let found = shared(&text, &other);
        assert_eq!(found.passages.len(), 1);
        assert_eq!(passage(&text, found.passages[0]), changed.trim_end_matches('。'));
        assert!(!found.is_much_shared() && (1..10).contains(&found.percent()));
        assert_eq!(shared(&prose(1, 1_000), &prose(2, 1_000)).passages, []);
    }

    #[test]
    fn what_is_flagged_is_flagged_at_its_figure() {
        let of = |found, shingles| Overlap { shingles, found, passages: Vec::new() };
        assert!(!of(30, 100).is_much_repeated() && of(31, 100).is_much_repeated());
        assert!(!of(79, 100).is_much_shared() && of(80, 100).is_much_shared());
        assert!(!of(0, 0).is_much_shared() && !of(0, 0).is_much_repeated() && of(0, 0).percent() == 0);
    }

    #[test]
    fn a_text_that_says_one_thing_again_and_again_is_flagged() {
        let paragraph = prose(1, 100);
        let found = repeated(&paragraph.repeat(10));
        assert!(found.is_much_repeated());
        assert_eq!(found.passages, [Passage { from: 100, to: 1_000 }]);
        assert_eq!(repeated(&prose(1, 1_000)), Overlap { shingles: 981, ..Overlap::default() });
        assert_eq!(repeated("一句话").shingles, 0);
    }

    proptest! {
        #[test]
        fn passages_lie_in_the_text_and_in_order(text in "[一-三，a-c 😀]{0,200}", other in "[一-三，a-c 😀]{0,200}") {
            for found in [repeated(&text), shared(&text, &other)] {
                let chars = text.chars().count() as u32;
                prop_assert!(found.found <= found.shingles);
                prop_assert!(found.passages.iter().all(|one| one.from < one.to && one.to <= chars));
                prop_assert!(found.passages.windows(2).all(|two| two[0].to < two[1].from));
                prop_assert_eq!(found.found == 0, found.passages.is_empty());
            }
        }

        #[test]
        fn a_text_shares_all_of_itself(text in "[一-龥]{20,200}") {
            let found = shared(&text, &text);
            prop_assert_eq!(found.found, found.shingles);
            prop_assert!(found.is_much_shared() && found.percent() == 100);
        }
    }
}
