//! Essays on a real disk, from the first draft to the end of a review.

use tempfile::TempDir;

use super::reviewing::Sees;
use super::*;
use crate::essay::way;
use crate::lesson::Role;
use crate::office::{self, requirements};
use crate::programme::phase::{Days, NewPhase};
use crate::programme::requirement::{AskedEssay, AskedFor, EssayKind};
use crate::protocol::{MyEssay, NamedEssayReviewer, NewProgramme, ReviewEssay, SaveEssay, SavedEssay};
use crate::store::Store;

mod bounds;

const PHASE: &str = "td2020-1";
/// 2020-11-20T16:00:00Z, within the study.
const NOW_MS: u64 = 1_605_888_000_000;
/// 2020-11-27T16:00:00Z: the first instant at which an essay is too late.
const CLOSES_MS: u64 = 1_606_492_800_000;

struct World {
    store: Store,
    admin: String,
    _data: TempDir,
}

impl World {
    /// A phase that asks for an essay of 1,000 characters.
    async fn new() -> World {
        let data = tempfile::tempdir().expect("a temporary folder");
        let store = Store::open(data.path()).await.expect("a new store");
        let admin = store.people().add("培训管理员", Role::Operator).await.expect("somebody");
        let days = |first: &str, last: &str| Days { first: first.into(), last: last.into() };
        let programme = NewProgramme { id: "td2020".into(), title: "示范班".into(), issuers: vec![] };
        let phase = NewPhase {
            number: 1,
            title: "第一期".into(),
            hours_ch: 1_000,
            plan_seats: 100,
            registration: days("2020-11-06", "2020-11-09"),
            study: days("2020-11-17", "2020-11-27"),
            tracks: vec![],
            categories: vec![],
            choose_class: false,
            per_school: None,
        };
        office::programmes::make(&store, &admin, &programme, 0).await.expect("a programme");
        office::phases::make(&store, &admin, "td2020", &phase).await.expect("a phase");
        let world = World { store, admin, _data: data };
        let essay = AskedEssay { kind: EssayKind::Either, least: 1_000, due: "2020-11-27".into() };
        let asked = AskedFor { essay: Some(essay), ..AskedFor::default() };
        let set = requirements::set(&world.store, &world.admin, PHASE, &asked, NOW_MS).await;
        assert_eq!(set.expect("an essay is asked for").version, 1);
        world
    }

    async fn author(&self, unit: &str) -> String {
        self.store.place_author(PHASE, unit, "王丽").await
    }

    /// Makes instructors, each of a unit.
    async fn reviewers(&self, units: &[&str]) -> Vec<String> {
        let (mut people, mut named) = (Vec::new(), Vec::new());
        for unit in units {
            let person = self.store.make_staff("instructor", "", "评阅教师").await;
            named.push(NamedEssayReviewer { person: person.clone(), units: vec![(*unit).into()] });
            people.push(person);
        }
        sharing::name(&self.store, &self.admin, PHASE, &named, NOW_MS).await.expect("they may review");
        people
    }

    /// Names one reviewer in place of all others.
    async fn name_alone(&self, person: &str) {
        let named = [NamedEssayReviewer { person: person.into(), units: vec!["11".into()] }];
        sharing::name(&self.store, &self.admin, PHASE, &named, NOW_MS).await.expect("it may review");
    }

    async fn save(&self, person: &str, revision: u32, text: &str) -> SavedEssay {
        let new = SaveEssay { revision, text: text.into() };
        writing::save(&self.store, person, PHASE, &new, NOW_MS).await.expect("a draft")
    }

    async fn hand_in(&self, person: &str, text: &str, now_ms: u64) -> Answer<MyEssay> {
        let mine = writing::mine(&self.store, person, PHASE, now_ms).await?;
        let new = SaveEssay { revision: mine.revision, text: text.into() };
        match writing::hand_in(&self.store, person, PHASE, &new, now_ms).await? {
            SavedEssay::Saved { essay } => Ok(essay),
            SavedEssay::Conflict { .. } => panic!("nobody else writes"),
        }
    }

    async fn waiting_of(&self, reviewer: &str) -> Vec<u64> {
        let list = reviewing::list(&self.store, Sees::Own(reviewer), PHASE).await.expect("a list");
        list.essays.iter().filter(|one| one.state == EssayState::Submitted).map(|one| one.id).collect()
    }

    async fn review(&self, reviewer: &str, id: u64, version: u32, verdict: EssayVerdict) -> Answer<()> {
        let marks = EssayMarks { theme: 4, order: 4, structure: 3, logic: 5 };
        let new = ReviewEssay { version, verdict, marks, words: "请补充课堂实例。".into() };
        reviewing::review(&self.store, reviewer, id, &new, NOW_MS).await.map(drop)
    }

    async fn audited(&self, act: &str) -> usize {
        let filter = crate::store::audit::Filter { act: Some(act.into()), ..Default::default() };
        self.store.audit().page(&filter).await.expect("the log").events.len()
    }
}

/// A unique text of so many characters.
fn essay(seed: u32, chars: u32) -> String {
    (0..chars)
        .filter_map(|at| char::from_u32(0x4e00 + (seed * 7_919 + at * at * 31 + at * 17) % 9_000))
        .collect()
}

fn saved(answer: SavedEssay) -> MyEssay {
    match answer {
        SavedEssay::Saved { essay } => essay,
        SavedEssay::Conflict { essay } => panic!("a conflict with {essay:?}"),
    }
}

#[tokio::test]
async fn a_second_device_overwrites_nothing_and_sees_the_other_text() {
    let world = World::new().await;
    let author = world.author("33").await;
    let first = saved(world.save(&author, 0, "电脑上的第一稿").await);
    assert_eq!((first.revision, first.text.as_str(), first.asked.count), (1, "电脑上的第一稿", 7));
    let SavedEssay::Conflict { essay } = world.save(&author, 0, "手机上的另一稿").await else {
        panic!("the phone knew nothing of the first draft")
    };
    assert_eq!((essay.revision, essay.text.as_str()), (1, "电脑上的第一稿"));
    // A repeated save after a lost answer is no conflict, and makes no new revision.
    assert_eq!(saved(world.save(&author, 0, "电脑上的第一稿").await).revision, 1);
    assert_eq!(saved(world.save(&author, 1, "两稿合一\u{200b}").await).text, "两稿合一");
}

#[tokio::test]
async fn an_essay_is_long_enough_and_in_time_or_refused_with_the_reason() {
    let world = World::new().await;
    let author = world.author("33").await;
    let padded = format!("{}{}", essay(1, 999), "\u{200b}\u{2060} \u{301}".repeat(50));
    let short = world.hand_in(&author, &padded, NOW_MS).await.expect_err("999");
    assert!(matches!(short, Refused::Way(way::Refused::TooShort { count: 999, least: 1_000 })), "{short}");
    let late = world.hand_in(&author, &essay(1, 1_000), CLOSES_MS).await.expect_err("a millisecond late");
    assert!(matches!(late, Refused::Way(way::Refused::Late)), "{late}");
    // Nothing was half done.
    let mine = writing::mine(&world.store, &author, PHASE, NOW_MS).await.expect("it is there");
    assert_eq!((mine.asked.state, mine.revision), (EssayState::Draft, 0));
    let done = world.hand_in(&author, &essay(1, 1_000), CLOSES_MS - 1).await.expect("in time");
    assert_eq!((done.asked.state, done.handed_in_at_ms), (EssayState::Submitted, Some(CLOSES_MS - 1)));
    let long = world.hand_in(&author, &"字".repeat(20_001), NOW_MS).await.expect_err("too long");
    assert!(matches!(long, Refused::Length(_)), "{long}");
    let stranger = world.store.people().add("路人", Role::Trainee).await.expect("somebody");
    let stranger = writing::mine(&world.store, &stranger, PHASE, NOW_MS).await;
    assert!(matches!(stranger, Err(Refused::NotFound)));
}

#[tokio::test]
async fn what_was_handed_in_is_taken_back_until_somebody_has_reviewed_it() {
    let world = World::new().await;
    let author = world.author("33").await;
    let reviewer = world.reviewers(&["11"]).await.remove(0);
    let done = world.hand_in(&author, &essay(1, 1_000), NOW_MS).await.expect("long enough");
    assert!(done.may_take_back);
    // Handing in twice is the same as once.
    assert_eq!(
        world.hand_in(&author, &essay(1, 1_000), NOW_MS).await.expect("again").revision,
        done.revision
    );
    let id = world.waiting_of(&reviewer).await[0];
    writing::take_back(&world.store, &author, PHASE, NOW_MS).await.expect("nobody has reviewed it");
    assert_eq!(world.waiting_of(&reviewer).await, Vec::<u64>::new());
    assert!(matches!(world.review(&reviewer, id, 1, EssayVerdict::Accept).await, Err(Refused::NotFound)));
    world.hand_in(&author, &essay(2, 1_000), NOW_MS).await.expect("again");
    let stale = world.review(&reviewer, id, 1, EssayVerdict::Accept).await;
    assert!(matches!(stale, Err(Refused::Changed)));
    world.review(&reviewer, id, 2, EssayVerdict::Accept).await.expect("the text that was read");
    let late = writing::take_back(&world.store, &author, PHASE, NOW_MS).await;
    assert!(matches!(late, Err(Refused::Way(way::Refused::WrongState))));
}

#[tokio::test]
async fn a_returned_essay_comes_back_to_its_reviewer_and_each_review_is_audited() {
    let world = World::new().await;
    let author = world.author("33").await;
    let reviewers = world.reviewers(&["11", "12", "13"]).await;
    world.hand_in(&author, &essay(1, 1_000), NOW_MS).await.expect("long enough");
    let reviewer = reviewers[0].as_str();
    let id = world.waiting_of(reviewer).await[0];
    assert!(matches!(world.review(&reviewers[1], id, 1, EssayVerdict::Accept).await, Err(Refused::NotFound)));
    world.review(reviewer, id, 1, EssayVerdict::Return).await.expect("with words");
    let mine = writing::mine(&world.store, &author, PHASE, NOW_MS).await.expect("it is there");
    assert_eq!(
        (mine.asked.state, mine.reviews[0].words.as_str()),
        (EssayState::Returned, "请补充课堂实例。")
    );
    world.hand_in(&author, &essay(3, 1_200), NOW_MS).await.expect("again");
    assert_eq!(world.waiting_of(reviewer).await, [id]);
    let open = reviewing::open(&world.store, Sees::Own(reviewer), id).await.expect("it was given");
    assert_eq!((open.version, open.line.count, open.reviews.len(), open.may_review), (2, 1_200, 1, true));
    world.review(reviewer, id, 2, EssayVerdict::Accept).await.expect("better");
    assert!(matches!(world.review(reviewer, id, 2, EssayVerdict::Return).await, Err(Refused::Changed)));
    assert_eq!(
        (world.audited("essay.reviewed").await, world.audited("phase.requirements_set").await),
        (2, 1)
    );
}

#[tokio::test]
async fn essays_are_shared_evenly_and_never_within_a_unit() {
    let world = World::new().await;
    let mut authors = Vec::new();
    for (seed, unit) in (0u32..).zip(["11", "11", "12", "12", "13", "13"]) {
        let author = world.author(unit).await;
        world.hand_in(&author, &essay(seed, 1_000), NOW_MS).await.expect("long enough");
        authors.push(author);
    }
    let before = sharing::reviewers(&world.store, PHASE).await.expect("a list");
    assert_eq!((before.reviewers.len(), before.unshared), (0, 6));
    let reviewers = world.reviewers(&["11", "12"]).await;
    let after = sharing::reviewers(&world.store, PHASE).await.expect("a list");
    assert_eq!(after.reviewers.iter().map(|one| one.given).collect::<Vec<_>>(), [3, 3]);
    for (reviewer, unit) in reviewers.iter().zip(["11", "12"]) {
        for id in world.waiting_of(reviewer).await {
            let essay = world.store.essays().of_number(id).await.expect("a row").expect("it is there");
            let standing = world.store.essays().standings(&essay.person).await.expect("rows");
            assert_ne!(standing[0].unit, unit);
        }
    }
    // One is no longer named: the other gets the texts outside of the own unit, the rest waits.
    let named = [NamedEssayReviewer { person: reviewers[0].clone(), units: vec!["11".into()] }];
    let left = sharing::name(&world.store, &world.admin, PHASE, &named, NOW_MS).await.expect("one is left");
    assert_eq!((left.reviewers[0].given, left.unshared), (4, 2));
    let trainee =
        NamedEssayReviewer { person: world.store.make_staff("trainee", "", "学员").await, units: vec![] };
    let refused = sharing::name(&world.store, &world.admin, PHASE, &[trainee], NOW_MS).await;
    assert!(matches!(refused, Err(Refused::NoReviewer(_))));
    // The units of a role and of a registration are own units, too.
    let of_unit = world.store.make_staff("unit_admin", "13", "管理员").await;
    let named = [NamedEssayReviewer { person: of_unit, units: vec![] }];
    let named = sharing::name(&world.store, &world.admin, PHASE, &named, NOW_MS).await.expect("may review");
    assert_eq!((named.reviewers[0].units.join(","), named.unshared), ("13".into(), 2));
}

#[tokio::test]
async fn a_second_opinion_is_somebody_elses() {
    let world = World::new().await;
    let author = world.author("33").await;
    let reviewers = world.reviewers(&["11", "33", "12"]).await;
    world.hand_in(&author, &essay(1, 1_000), NOW_MS).await.expect("long enough");
    let id = world.waiting_of(&reviewers[0]).await[0];
    let ask =
        |by: usize| reviewing::second_opinion(&world.store, &reviewers[by], id, 1, "逻辑是否严谨？", NOW_MS);
    ask(0).await.expect("there is another one");
    assert_eq!(world.waiting_of(&reviewers[0]).await, Vec::<u64>::new());
    let open = reviewing::open(&world.store, Sees::Own(&reviewers[2]), id).await.expect("it was given");
    assert_eq!((open.question.as_deref(), open.line.is_second), (Some("逻辑是否严谨？"), true));
    assert!(matches!(world.review(&reviewers[0], id, 1, EssayVerdict::Accept).await, Err(Refused::Changed)));
    assert!(matches!(ask(2).await, Err(Refused::Nobody)));
    world.review(&reviewers[2], id, 1, EssayVerdict::Accept).await.expect("this one decides");
    assert_eq!(world.audited("essay.second_opinion").await, 1);
}

#[tokio::test]
async fn copied_passages_are_marked_and_refuse_nobody() {
    let world = World::new().await;
    let (first, second) = (world.author("11").await, world.author("12").await);
    let reviewer = world.reviewers(&["33"]).await.remove(0);
    world.hand_in(&first, &essay(1, 1_500), NOW_MS).await.expect("long enough");
    let copied: String = essay(1, 1_500).chars().skip(200).take(300).collect();
    world.hand_in(&second, &format!("{copied}{}", essay(5, 900)), NOW_MS).await.expect("not refused");
    let ids = world.waiting_of(&reviewer).await;
    let open = reviewing::open(&world.store, Sees::Own(&reviewer), ids[1]).await.expect("it was given");
    assert_eq!(open.shared.len(), 1);
    assert_eq!((open.shared[0].essay, open.shared[0].is_flagged), (Some(ids[0]), false));
    let passage = open.shared[0].passages[0];
    assert!(passage.from <= 1 && (295..=305).contains(&passage.to), "{passage:?}");
    // Texts handed in since are known at once.
    let third = world.author("13").await;
    world.hand_in(&third, &format!("{copied}{}", essay(8, 900)), NOW_MS).await.expect("not refused");
    let open = reviewing::open(&world.store, Sees::Own(&reviewer), ids[1]).await.expect("it was given");
    assert_eq!(open.shared.len(), 2);
}

#[tokio::test]
async fn an_upload_is_kept_as_it_came_and_becomes_a_draft_only_when_saved() {
    let world = World::new().await;
    let author = world.author("33").await;
    let reviewer = world.reviewers(&["11"]).await.remove(0);
    let bytes = essay(1, 1_000).into_bytes();
    let upload = |name: &'static str, bytes: Vec<u8>| {
        writing::upload(&world.store, &author, PHASE, name, bytes, NOW_MS)
    };
    upload("旧稿.txt", b"old".to_vec()).await.expect("a text");
    let read = upload("心得\u{202e}.txt", bytes.clone()).await.expect("a text");
    assert_eq!((read.name.as_str(), read.count), ("心得.txt", 1_000));
    let refused = upload("x.docx", b"PK\x03\x04".to_vec()).await;
    assert!(matches!(refused, Err(Refused::File(crate::essay::file::Unreadable::Damaged))));
    let mine = writing::mine(&world.store, &author, PHASE, NOW_MS).await.expect("it is there");
    assert_eq!((mine.text.as_str(), mine.file.as_deref()), ("", Some("心得.txt")));
    world.hand_in(&author, &read.text, NOW_MS).await.expect("long enough");
    let id = world.waiting_of(&reviewer).await[0];
    let kept = reviewing::file(&world.store, Sees::Own(&reviewer), id).await.expect("the original");
    assert_eq!(kept, ("心得.txt".to_owned(), bytes));
    assert!(matches!(reviewing::file(&world.store, Sees::All(&author), id).await, Err(Refused::NotFound)));
}

#[tokio::test]
async fn the_best_are_read_by_everybody_only_if_a_reviewer_and_the_author_want_it() {
    let world = World::new().await;
    let store = &world.store;
    let reviewers = world.reviewers(&["11", "44"]).await;
    let author = world.author("33").await;
    world.hand_in(&author, &essay(5, 1_200), NOW_MS).await.expect("in time");
    let (mut own, mut other) = (&reviewers[0], &reviewers[1]);
    if world.waiting_of(own).await.is_empty() {
        (own, other) = (other, own);
    }
    let id = world.waiting_of(own).await[0];
    let mark = async |sees: Sees<'_>, excellent| best::distinguish(store, sees, id, excellent, NOW_MS).await;
    let answer = async |public| best::publish(store, &author, PHASE, public, NOW_MS + 1).await;
    let public = async || best::public(store, 0).await.expect("a list").essays;

    let early = mark(Sees::All(&world.admin), true).await;
    assert!(
        matches!(early, Err(Refused::Way(way::Refused::WrongState))),
        "{early:?}: nobody has accepted it"
    );
    world.review(own, id, 1, EssayVerdict::Accept).await.expect("accepted");
    assert!(matches!(answer(true).await, Err(Refused::NotFound)), "nobody has marked it");
    for sees in [Sees::Own(other), Sees::All(&author)] {
        assert!(matches!(mark(sees, true).await, Err(Refused::NotFound)), "{sees:?}");
    }
    world.name_alone(other).await;
    assert!(matches!(mark(Sees::Own(own), true).await, Err(Refused::NotFound)), "who reviews no longer");
    world.name_alone(own).await;
    mark(Sees::Own(own), true).await.expect("marked");
    mark(Sees::All(&world.admin), true).await.expect("it is marked already");
    assert_eq!(world.audited("essay.distinguished").await, 1);
    let mine = writing::mine(store, &author, PHASE, NOW_MS).await.expect("the own one");
    assert_eq!(mine.distinction.map(|one| one.public), Some(None), "the author is asked");
    assert!(reviewing::list(store, Sees::Own(own), PHASE).await.expect("a list").essays[0].excellent);
    assert_eq!(public().await, [], "nobody reads it before that");
    assert!(matches!(best::read(store, id).await, Err(Refused::NotFound)));

    assert_eq!(answer(true).await.expect("published").distinction.and_then(|one| one.public), Some(true));
    let listed = public().await;
    assert_eq!((listed.len(), listed[0].name.as_str(), listed[0].unit.as_str()), (1, "王丽", "浙江省"));
    assert_eq!(
        (listed[0].count, listed[0].begins.chars().count()),
        (1_200, 81),
        "with the sign that it goes on"
    );
    answer(true).await.expect("once more");
    assert_eq!(world.audited("essay.published").await, 1, "the same answer again is no event");
    assert_eq!(best::read(store, id).await.expect("it is public").text, mine.text);
    answer(false).await.expect("taken back");
    assert_eq!(public().await, []);
    assert!(matches!(best::read(store, id).await, Err(Refused::NotFound)));

    answer(true).await.expect("published again");
    for (state, shown) in [("failed", 1), ("withdrawn", 0)] {
        store.set_registration_state(PHASE, &author, state).await;
        assert_eq!(public().await.len(), shown, "{state}");
        assert!(writing::mine(store, &author, PHASE, NOW_MS).await.is_ok(), "{state}: the author decides");
    }
    answer(false).await.expect("also by somebody who has left");
    store.set_registration_state(PHASE, &author, "active").await;
    assert_eq!(public().await, []);
    answer(true).await.expect("published again");
    mark(Sees::All(&world.admin), false).await.expect("the mark is taken back");
    assert_eq!(public().await, []);
    let mine = writing::mine(store, &author, PHASE, NOW_MS).await.expect("the own one");
    assert_eq!(mine.distinction, None);
    mark(Sees::Own(own), true).await.expect("marked again");
    assert_eq!(public().await, [], "the author is asked again");
}
