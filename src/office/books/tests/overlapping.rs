//! Lessons at the same time: each is judged by its own policy, and no instant counts in two.

use super::*;
use crate::attendance::decision::Reason;
use crate::office;

/// The lesson of a file, taught as it says, with the evidence of its trainee told as that of `person`.
async fn told(desk: &Desk, file: &str, person: &str) -> Plan {
    let path = format!("{}/tests/faults/hours/{file}.jsonl", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let events: Vec<Event> = text.lines().map(|line| Event::parse(line).unwrap()).collect();
    let plan = events.iter().find_map(|event| match event {
        Event::Lesson(plan) => Some(plan.clone()),
        _ => None,
    });
    let plan = plan.unwrap();
    office::timetable::make(&desk.store, &plan.lesson, &plan).await.unwrap();
    desk.enrol(&plan.lesson, person).await;
    let (teacher, person) = (Some(desk.teacher.clone()), Some(person.to_owned()));
    let joined = |device, role| What::Joined { device, role, name: "名".into() };
    let mut facts = vec![(teacher.clone(), plan.planned_start.ms(), joined(1_000, Role::Instructor))];
    for event in events {
        facts.extend(match event {
            Event::Started { at } => vec![(None, at.ms(), What::ClassStarted)],
            Event::Ended { at } => vec![(None, at.ms(), What::ClassEnded { by: None })],
            Event::InstructorMedia { span } => {
                let (from_ms, kinds) = (span.from.ms(), vec![SourceKind::Mic]);
                vec![(teacher.clone(), span.to.ms(), What::Teaching { device: 1_000, from_ms, kinds })]
            }
            Event::Evidence { conn, span, .. } => {
                let device = conn.parse().unwrap();
                let alive = What::Alive { device, from_ms: span.from.ms() };
                vec![
                    (person.clone(), span.from.ms(), joined(device, Role::Trainee)),
                    (person.clone(), span.to.ms(), alive),
                ]
            }
            _ => vec![],
        });
    }
    desk.facts(&plan.lesson, facts).await;
    plan
}

/// Books that judge by a policy of their own.
fn books_by(desk: &Desk, policy: &str) -> Books {
    let policy = Arc::new(Policy::from_toml(policy).unwrap());
    Books::new(desk.store.clone(), Recordings::new(desk.data.path(), 0), policy, TIMES)
}

/// A person's credit for A, whose policy bridges two minutes, and for Bb, whose policy bridges one; and the
/// lessons that the reasons of Bb name.
async fn a_and_b(writes_in_a: bool) -> (Vec<i64>, Vec<i64>, Vec<Option<String>>) {
    let desk = Desk::new().await;
    let person = desk.trainee("甲", &[]).await;
    let a = told(&desk, "two-policies-A", &person).await;
    told(&desk, "two-policies-Bb", &person).await;
    if writes_in_a {
        let chat = |block: u64| {
            let text = What::Chat { line: block, text: "在听".into() };
            (Some(person.clone()), a.planned_start.ms() + block * 15 * MINUTE + MINUTE, text)
        };
        desk.facts("A", (0..6).map(chat)).await;
    }
    let later_ms = a.planned_end.ms() + HOUR;
    assert!(books_by(&desk, "gap = 120").judge("A", later_ms, false).await.unwrap());
    assert!(desk.judge("Bb", later_ms).await);
    // Neither changes the judgement of the other.
    for (lesson, _) in desk.due(later_ms, &[]).await {
        assert!(!desk.judge(&lesson, later_ms).await, "{lesson}");
    }
    assert!(desk.is_sound().await);
    let entries = desk.entries().await;
    let of = |content: &str| {
        let postings = entries.iter().map(|entry| &entry.posting);
        postings.filter(|one| one.content == content).map(|one| one.delta_ch).collect::<Vec<_>>()
    };
    let result = desk.store.results().standing("Bb").await.unwrap().unwrap();
    let lines = desk.store.results().lines(result.id).await.unwrap();
    let named = lines[0].1.reasons.iter().filter_map(|reason| match reason {
        Reason::Elsewhere { lesson, .. } => Some(lesson.clone()),
        _ => None,
    });
    (of("A"), of("Bb"), named.collect())
}

#[tokio::test]
async fn an_instant_counts_in_the_first_lesson_by_that_lessons_own_policy() {
    assert_eq!(a_and_b(true).await, (vec![200], vec![], vec![Some("A".into())]));
}

#[tokio::test]
async fn a_lesson_in_which_nothing_counts_takes_no_time_from_another_one() {
    assert_eq!(a_and_b(false).await, (vec![], vec![200], vec![]));
}
