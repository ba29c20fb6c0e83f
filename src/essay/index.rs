//! The choice of essays to compare a text with. Every print of every essay is read, one after the other: for
//! 30,000 essays of 3,000 characters these are 10.6 million numbers in rows, which takes some ten
//! milliseconds, without a tree or a table to maintain.
//!
//! Memory: 4 bytes for a print and some 40 for an essay, that is 1.5 kB for one of 3,000 characters and 45 MB
//! for 30,000 of them. On disk the prints are beside the essay, so the index is rebuilt after a restart
//! without reading any text.

use std::collections::HashMap;

/// Bits of the filter before a search.
const FILTER_BITS: usize = 1 << 16;

/// The prints of all essays to compare with, by the essay's number.
#[derive(Debug, Clone, Default)]
pub struct Index {
    essays: HashMap<u64, Box<[u32]>>,
}

/// Another essay, and the number of prints it shares with the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Alike {
    pub essay: u64,
    pub prints: usize,
}

impl Index {
    /// Remembers an essay, in place of its earlier prints. `prints` are sorted, as [`super::prints::of`]
    /// makes them.
    pub fn put(&mut self, essay: u64, prints: Vec<u32>) {
        self.essays.insert(essay, prints.into());
    }

    /// Forgets an essay.
    pub fn remove(&mut self, essay: u64) {
        self.essays.remove(&essay);
    }

    pub fn len(&self) -> usize {
        self.essays.len()
    }

    pub fn is_empty(&self) -> bool {
        self.essays.is_empty()
    }

    /// The essays other than `own` with the most of these prints, at most `most` of them, most alike first.
    /// Only the texts tell what is really shared ([`super::similar::shared`]): two prints in 4 billion are
    /// equal by chance.
    pub fn alike(&self, prints: &[u32], own: u64, most: usize) -> Vec<Alike> {
        let mut filter = vec![false; FILTER_BITS];
        prints.iter().for_each(|print| filter[*print as usize % FILTER_BITS] = true);
        let is_one =
            |print: &&u32| filter[**print as usize % FILTER_BITS] && prints.binary_search(print).is_ok();
        let others = self.essays.iter().filter(|(essay, _)| **essay != own);
        let counted = others
            .map(|(essay, theirs)| Alike { essay: *essay, prints: theirs.iter().filter(is_one).count() });
        let mut alike: Vec<Alike> = counted.filter(|one| one.prints > 0).collect();
        alike.sort_by_key(|one| (std::cmp::Reverse(one.prints), one.essay));
        alike.truncate(most);
        alike
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::essay::prints;
    use crate::essay::prints::tests::prose;

    #[test]
    fn the_most_alike_come_first_and_nobody_is_alike_oneself() {
        let mut index = Index::default();
        let texts: Vec<String> = (0..20).map(|seed| prose(seed, 600)).collect();
        for (essay, text) in (0u64..).zip(&texts) {
            index.put(essay, prints::of(text));
        }
        let text = format!("{}{}", &texts[3], texts[7].chars().take(200).collect::<String>());
        let found = index.alike(&prints::of(&text), 5, 10);
        assert_eq!(found.iter().map(|one| one.essay).collect::<Vec<_>>(), [3, 7]);
        assert_eq!(index.alike(&prints::of(&text), 3, 10).len(), 1);
        assert_eq!(index.alike(&prints::of(&text), 5, 1).len(), 1);
        index.remove(3);
        index.put(7, prints::of(&texts[8]));
        assert_eq!(index.alike(&prints::of(&text), 5, 10), []);
        assert_eq!(index.len(), 19);
    }

    #[test]
    fn one_among_thirty_thousand_is_found_in_little_memory() {
        let of_essay = prints::of(&prose(1, 3_000));
        let (mut index, mut random) = (Index::default(), 1u32);
        for essay in 0..30_000 {
            let mut prints: Vec<u32> = (0..of_essay.len())
                .map(|_| {
                    random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    random
                })
                .collect();
            prints.sort_unstable();
            index.put(essay, prints);
        }
        index.put(77, of_essay.clone());
        let begun = Instant::now();
        let found = index.alike(&of_essay, 30_001, 20);
        // Read with `--nocapture`; a busy machine is not what is judged.
        println!("one check against 30,000 essays: {:?}", begun.elapsed());
        assert_eq!(found[0], Alike { essay: 77, prints: of_essay.len() });
        let bytes: usize = index.essays.values().map(|prints| prints.len() * 4 + 40).sum();
        assert!(bytes / index.len() < 2_000, "{bytes}");
    }
}
