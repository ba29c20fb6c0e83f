//! How often a text is handed in, and how many are shown at once.

use super::*;

#[tokio::test]
async fn a_text_is_handed_in_fifty_times_at_most_since_each_is_kept() {
    let world = World::new().await;
    let author = world.author("33").await;
    for n in 0..way::HAND_INS_MAX {
        world.hand_in(&author, &essay(n, 1_000), NOW_MS).await.expect("it is handed in");
        writing::take_back(&world.store, &author, PHASE, NOW_MS).await.expect("nobody has read it");
    }
    let refused = world.hand_in(&author, &essay(99, 1_000), NOW_MS).await;
    assert!(matches!(refused, Err(Refused::Way(way::Refused::TooOften))));
    let mine = writing::mine(&world.store, &author, PHASE, NOW_MS).await.expect("it is still here");
    assert_eq!(mine.asked.state, EssayState::Draft);
}

#[tokio::test]
async fn the_public_list_has_pages() {
    let world = World::new().await;
    let reviewers = world.reviewers(&["11"]).await;
    for seed in 0..21 {
        let author = world.author("33").await;
        world.hand_in(&author, &essay(seed, 1_000), NOW_MS).await.expect("in time");
        let id = world.waiting_of(&reviewers[0]).await[0];
        world.review(&reviewers[0], id, 1, EssayVerdict::Accept).await.expect("accepted");
        best::distinguish(&world.store, Sees::Own(&reviewers[0]), id, true, NOW_MS).await.expect("marked");
        best::publish(&world.store, &author, PHASE, true, NOW_MS + u64::from(seed)).await.expect("public");
    }
    let page = async |number| best::public(&world.store, number).await.expect("a page");
    let (first, second, beyond) = (page(0).await, page(1).await, page(u32::MAX).await);
    assert_eq!((first.essays.len(), first.total, first.next), (20, 21, Some(1)));
    assert_eq!((second.essays.len(), second.next), (1, None));
    assert_eq!((beyond.essays.len(), beyond.next), (0, None));
    let ids: Vec<u64> = first.essays.iter().chain(&second.essays).map(|one| one.id).collect();
    assert!(ids.is_sorted_by(|one, other| one > other), "the newest first: {ids:?}");
}
