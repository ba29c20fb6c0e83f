//! AC-1: a class of one phase.

use super::*;
use crate::essay::way;
use crate::office::essays::{self, reviewing, sharing, writing};
use crate::programme::conclusion::Verdict;
use crate::protocol::{EssayMarks, EssayVerdict, NamedEssayReviewer, ReviewEssay, SaveEssay, SavedEssay};

/// Three evenings of one week.
const EVENINGS: [(&str, u64); 3] = [("L1", T), ("L2", T + 2 * DAY), ("L3", T + 4 * DAY)];
const ALONE: [&str; 4] = ["A1", "A2", "A3", "A4"];
const REQUIREMENTS: &str =
    r#"{"format":"1","version":1,"hours_ch":1000,"essay":{"kind":"either","least":1000,"due":"2026-10-12"}}"#;
/// After the last lesson.
const WRITTEN: u64 = T + 9 * DAY;

/// A text of so many characters, another one for each person.
fn text(seed: u32, chars: u32) -> String {
    (0..chars)
        .filter_map(|at| char::from_u32(0x4e00 + (seed * 7_919 + at * at * 31 + at * 17) % 9_000))
        .collect()
}

/// 甲, 乙 and 丁 in a class.
struct Class {
    desk: Desk,
    people: [String; 3],
}

impl Class {
    /// A class whose lessons are recorded; four more are to be studied alone.
    async fn new() -> Class {
        let recording = |lesson: &str| format!("{:0>32}", lesson.replace('L', ""));
        let mut data = tempfile::tempdir().unwrap();
        for (lesson, at) in EVENINGS {
            data = Sample::add_to(data, &recording(lesson), at, 90);
        }
        let desk = Desk::on(data).await;
        desk.phases(&[P1]).await;
        for (lesson, at) in EVENINGS {
            desk.live(&P1, lesson, at).await;
            let id = recording(lesson);
            run(&desk, &format!("INSERT INTO recordings (lesson, id) VALUES ('{lesson}', '{id}')")).await;
        }
        for lesson in ALONE {
            desk.alone(&P1, lesson, T).await;
        }
        let by = &desk.teacher;
        run(
            &desk,
            &format!("INSERT INTO requirements (phase, body, by, at_ms) VALUES ('td-1', '{REQUIREMENTS}', '{by}', 0)"),
        )
        .await;
        let mut people = [const { String::new() }; 3];
        for (person, (name, number)) in people.iter_mut().zip([("甲", 1), ("乙", 2), ("丁", 3)]) {
            *person = desk.trainee(name, &[]).await;
            desk.place(&P1, person, name, number).await;
        }
        Class { desk, people }
    }

    /// 乙 comes to L1 at 19:12, and misses the check of the fourth block of L2; everything else is attended and watched.
    async fn attend(&self) {
        let (desk, [first, second, third]) = (&self.desk, &self.people);
        for (lesson, at) in EVENINGS {
            desk.present(lesson, first, at, (0, 90)).await;
            desk.present(lesson, second, at, (if lesson == "L1" { 12 } else { 0 }, 90)).await;
            desk.present(lesson, third, at, (0, 90)).await;
        }
        let (check, issued_ms) = (|| "k4".to_owned(), EVENINGS[1].1 + 50 * MINUTE);
        let deadline_ms = issued_ms + 90_000;
        let issued = What::CheckIssued { check: check(), kind: CheckKind::Block, block: 4, deadline_ms };
        let missed = What::CheckMissed { check: check(), block: 4 };
        let who = Some(second.clone());
        desk.facts("L2", [(who.clone(), issued_ms, issued), (who, deadline_ms, missed)]).await;
        for (lesson, at) in EVENINGS {
            assert!(desk.judge(lesson, at + 100 * MINUTE).await);
        }
        for person in &self.people {
            desk.studied(&ALONE, person, T + 4 * DAY + 3 * HOUR).await;
        }
    }

    async fn hand_in(&self, person: &str, text: &str) -> essays::Answer<SavedEssay> {
        let new = SaveEssay { revision: 0, text: text.into() };
        writing::hand_in(&self.desk.store, person, P1.id, &new, WRITTEN).await
    }

    /// Those of 甲 and 乙 have 1,000 characters and are accepted; that of 丁 has 999.
    async fn write(&self) {
        let (store, [first, second, third]) = (&self.desk.store, &self.people);
        let reviewer = store.make_staff("instructor", "", "评阅教师").await;
        let named = [NamedEssayReviewer { person: reviewer.clone(), units: vec!["11".into()] }];
        sharing::name(store, &self.desk.teacher, P1.id, &named, WRITTEN).await.unwrap();
        let short = self.hand_in(third, &text(3, 999)).await.unwrap_err();
        assert!(matches!(short, essays::Refused::Way(way::Refused::TooShort { count: 999, least: 1_000 })));
        for (person, seed) in [(first, 1), (second, 2)] {
            self.hand_in(person, &text(seed, 1_000)).await.unwrap();
        }
        let own = reviewing::Sees::Own(&reviewer);
        for line in reviewing::list(store, own, P1.id).await.unwrap().essays {
            let marks = EssayMarks { theme: 5, order: 4, structure: 4, logic: 5 };
            let (version, verdict, words) = (1, EssayVerdict::Accept, String::new());
            let review = ReviewEssay { version, verdict, marks, words };
            reviewing::review(store, &reviewer, line.id, &review, WRITTEN).await.unwrap();
        }
    }

    /// 乙 makes up for what is missing: twelve minutes of L1, then the block of L2 in two parts.
    async fn make_up(&self) {
        let (desk, [_, second, _], again) = (&self.desk, &self.people, WRITTEN + DAY);
        let end = async |now_ms| desk.books.conclusion_of(P1.id, second, now_ms).await.unwrap().unwrap();
        for (lesson, seconds, before, after) in
            [("L1", (0, 720), 930, 960), ("L2", (2_700, 3_270), 960, 980), ("L2", (3_270, 3_600), 980, 1_000)]
        {
            let short = Reason::HoursShort { has_ch: before, needed_ch: 1_000 };
            assert_eq!(end(again).await.reasons[0], short);
            desk.replayed(lesson, second, seconds, again).await;
            assert!(desk.judge(lesson, again + HOUR).await);
            assert_eq!(desk.amounts(second).await.iter().sum::<i64>(), after);
        }
        let reached = end(again + HOUR).await;
        assert_eq!((reached.verdict, reached.is_provisional), (Verdict::Completed, true));
    }
}

#[tokio::test]
async fn a_full_phase_ends_in_certificates_for_who_has_the_hours_and_the_essay() {
    let class = Class::new().await;
    let (desk, [first, second, third]) = (&class.desk, &class.people);
    class.attend().await;
    assert_eq!(desk.amounts(first).await.iter().sum::<i64>(), 1_000);
    assert_eq!(desk.amounts(second).await, [170, 160, 200, 100, 100, 100, 100], "930");
    class.write().await;
    class.make_up().await;
    assert_eq!(desk.amounts(second).await, [170, 160, 200, 100, 100, 100, 100, 30, 20, 20]);

    // After the appeals and the last day, two have completed and get their certificates.
    let after = T + 44 * DAY;
    for (lesson, _) in EVENINGS {
        assert!(desk.books.judge(lesson, after, true).await.unwrap());
    }
    desk.books.conclude(after).await.unwrap();
    let end = desk.books.conclusion_of(P1.id, third, after).await.unwrap().unwrap();
    assert_eq!(end.verdict, Verdict::Failed, "1,000 ch and no essay");
    let certifier = certifier(desk);
    certifier.release(&desk.teacher, P1.id, 2, after).await.unwrap();
    assert_eq!(certifier.issue_some(after).await.unwrap(), 2);
    for person in [first, second] {
        let mine = certifier.mine(P1.id, person).await.unwrap();
        let (_, key) = mine.address.split_once("?k=").unwrap();
        let page = certifier.check(&mine.number, key).await.unwrap();
        assert_eq!((page.state, page.hours_ch), (Shown::Valid, 1_000), "10.0 学时");
    }
    assert!(certifier.mine(P1.id, third).await.is_err());
    desk.verified().await.unwrap();
}
