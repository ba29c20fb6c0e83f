//! The fingerprint of a text, to find quickly whether another shares a passage with it: some of its shingles'
//! hashes (winnowing: Schleimer, Wilkerson, Aiken 2003). Of every [`WINDOW`] shingles in a row the one with
//! the smallest hash is kept, so a passage of [`SHINGLE`] + [`WINDOW`] − 1 letters in two texts leaves the
//! same print in both.

use super::letters::{self, Letter};

/// Letters of a shingle (E-1).
pub const SHINGLE: usize = 20;
/// Number of shingles of which one is kept.
pub const WINDOW: usize = 16;
/// Version of the algorithm: prints of another version are made again from the text.
pub const VERSION: u32 = 1;

/// The base of the rolling hash, an odd number without a pattern.
const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

/// The prints of a text, sorted, each once: about one for [`WINDOW`]/2 letters.
pub fn of(text: &str) -> Vec<u32> {
    let hashes = shingles(&letters::of(text));
    let window = WINDOW.min(hashes.len());
    let mut prints = Vec::with_capacity(hashes.len() / 8 + 1);
    let mut last = None;
    for start in 0..=hashes.len().saturating_sub(window) {
        // The rightmost of equal ones, so that a repeated sign does not keep every place.
        let smallest = (start..start + window).min_by_key(|at| (hashes[*at], std::cmp::Reverse(*at)));
        if smallest != last {
            prints.extend(smallest.map(|at| (hashes[at] >> 32) as u32));
            last = smallest;
        }
    }
    prints.sort_unstable();
    prints.dedup();
    prints
}

/// The hash of the shingle at each letter; empty for a text shorter than a shingle.
pub(super) fn shingles(letters: &[Letter]) -> Vec<u64> {
    let Some(count) = (letters.len() + 1).checked_sub(SHINGLE) else { return Vec::new() };
    let leaving = BASE.wrapping_pow(SHINGLE as u32);
    let (mut rolling, mut hashes) = (0u64, Vec::with_capacity(count));
    for (at, letter) in letters.iter().enumerate() {
        rolling = rolling.wrapping_mul(BASE).wrapping_add(mixed(letter.letter as u64));
        if at >= SHINGLE {
            rolling = rolling.wrapping_sub(leaving.wrapping_mul(mixed(letters[at - SHINGLE].letter as u64)));
        }
        if at + 1 >= SHINGLE {
            hashes.push(mixed(rolling));
        }
    }
    hashes
}

/// The finish of SplitMix64: every bit of the input changes half of the others.
fn mixed(bits: u64) -> u64 {
    let bits = (bits.wrapping_add(BASE) ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::essay::text::CHARS_MAX;

    /// A text without a pattern.
    pub(in crate::essay) fn prose(seed: u32, chars: usize) -> String {
        let letter = |at: u64| char::from_u32(0x4e00 + (mixed(u64::from(seed) << 32 | at) % 3_000) as u32);
        (0..chars as u64).filter_map(letter).collect()
    }

    #[test]
    fn prints_are_few_and_stay_what_they_are() {
        let prints = of(&prose(1, 3_000));
        assert!((250..=450).contains(&prints.len()), "{}", prints.len());
        assert!(of("短文").is_empty() && of("").is_empty());
        assert_eq!(of(&"好".repeat(CHARS_MAX)).len(), 1);
        // They are stored: another number here needs another VERSION.
        assert_eq!(of("教师培训的同步直播课堂让我们坐在一起学习"), [1_997_113_536]);
    }

    proptest! {
        #[test]
        fn a_rolled_hash_is_the_one_of_the_shingle_alone(text in "[一-龥a-z]{20,80}") {
            let letters = letters::of(&text);
            let rolled = shingles(&letters);
            prop_assert_eq!(rolled.len(), letters.len() - SHINGLE + 1);
            for (at, hash) in rolled.iter().enumerate() {
                prop_assert_eq!(&shingles(&letters[at..at + SHINGLE])[..], &[*hash][..]);
            }
        }

        #[test]
        fn a_passage_in_two_texts_leaves_a_print_in_both(
            passage in "[一-龥]{35,60}", before in "[一-龥]{0,50}", after in "[一-龥]{0,50}", other in "[一-龥]{0,50}",
        ) {
            let (one, two) = (of(&format!("{before}{passage}{after}")), of(&format!("{other}{passage}")));
            prop_assert!(one.iter().any(|print| two.binary_search(print).is_ok()));
        }
    }
}
