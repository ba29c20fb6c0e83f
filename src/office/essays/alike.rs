//! Passages that an essay repeats, or shares with other essays of its programme: found when a reviewer opens
//! it.

use super::Answer;
use crate::essay::prints;
use crate::essay::similar::{Overlap, repeated, shared};
use crate::protocol::{EssayOverlap, EssayPassage};
use crate::store::Store;

/// Most other essays compared word by word: those with the most in common.
const OTHERS_MAX: usize = 8;

/// The repeated passages of the text, and those shared with others, most first.
pub(super) async fn of(
    store: &Store,
    programme: &str,
    essay: u64,
    text: &str,
) -> Answer<(EssayOverlap, Vec<EssayOverlap>)> {
    let alike = store.essays().alike(programme, prints::of(text), essay, OTHERS_MAX).await?;
    let others: Vec<u64> = alike.iter().map(|one| one.essay).collect();
    let texts = store.essays().last_texts(&others).await?;
    let own = text.to_owned();
    let comparing = move || {
        let mut found: Vec<(u64, Overlap)> =
            texts.into_iter().map(|(other, text)| (other, shared(&own, &text))).collect();
        found.retain(|(_, overlap)| overlap.found > 0);
        found.sort_by_key(|(other, overlap)| (std::cmp::Reverse(overlap.found), *other));
        (repeated(&own), found)
    };
    let (again, found) = store.place_at_desk().await.work(comparing).await?;
    let is_flagged = again.is_much_repeated();
    let found = found.into_iter().map(|(other, overlap)| {
        let is_flagged = overlap.is_much_shared();
        shown(Some(other), is_flagged, &overlap)
    });
    Ok((shown(None, is_flagged, &again), found.collect()))
}

fn shown(essay: Option<u64>, is_flagged: bool, overlap: &Overlap) -> EssayOverlap {
    let passages = overlap.passages.iter().map(|one| EssayPassage { from: one.from, to: one.to });
    EssayOverlap { essay, percent: overlap.percent(), is_flagged, passages: passages.collect() }
}
