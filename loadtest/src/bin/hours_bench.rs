//! `hours_bench`: the time that judging takes on one core, and the time until facts are on disk. It prints
//! the measurements; it asserts nothing.

use std::hint::black_box;
use std::time::{Duration, Instant};

use live_classroom::attendance::audit::to_jsonl;
use live_classroom::attendance::event::{Event, Plan};
use live_classroom::attendance::fact::{Fact, What};
use live_classroom::attendance::lesson::LessonFacts;
use live_classroom::attendance::policy::Policy;
use live_classroom::attendance::{credit, report};
use live_classroom::office;
use live_classroom::store::Store;
use live_classroom::time::{ServerInstant, Span};
use tokio::time::{MissedTickBehavior, interval};

const START_MS: u64 = 1_605_610_800_000;
const MINUTE_MS: u64 = 60_000;
const TRAINEES: u64 = 100;
const RECONNECTS: u64 = 10;

fn main() {
    if cfg!(debug_assertions) {
        println!("This is a debug build: run with --release for figures that mean something.");
    }
    one_lesson();
    whole_year();
    let runtime = tokio::runtime::Runtime::new().expect("threads can be started");
    runtime.block_on(facts_on_disk()).expect("the data folder can be written");
}

/// Appends 10,000 facts a second, as 100 rooms write them: every tenth of a second each appends ten and waits
/// until they are synced, in a folder beside the program, so that it is on a disk and not in memory.
async fn facts_on_disk() -> anyhow::Result<()> {
    const ROOMS: u64 = 100;
    const SECONDS: u64 = 10;
    const FACTS_AT_ONCE: u64 = 10;
    let place = std::env::current_exe()?.with_file_name(format!("hours_bench-{}", std::process::id()));
    let store = Store::open(&place).await?;
    let lessons: Vec<String> = (0..ROOMS).map(|room| format!("bench-{room}")).collect();
    for lesson in &lessons {
        office::timetable::make_usual(&store, lesson, "a lesson").await?;
    }
    let began = Instant::now();
    let append = |lesson| tokio::spawn(append(store.clone(), lesson, SECONDS * 10, FACTS_AT_ONCE));
    let rooms: Vec<_> = lessons.into_iter().map(append).collect();
    let mut waits: Vec<Duration> = Vec::new();
    for room in rooms {
        waits.extend(room.await??);
    }
    let passed = began.elapsed();
    let facts = waits.len() as u64 * FACTS_AT_ONCE;
    waits.sort_unstable();
    let at = |permille: usize| waits[(waits.len() - 1) * permille / 1000];
    println!(
        "{facts} facts of {ROOMS} rooms in {passed:.1?}: {:.0} a second, synced",
        facts as f64 / passed.as_secs_f64()
    );
    println!("  acknowledged after: median {:.1?}, p99 {:.1?}, worst {:.1?}", at(500), at(990), at(1000));
    drop(store);
    std::fs::remove_dir_all(&place)?;
    Ok(())
}

/// The appends of one room; returns the time that each took.
async fn append(store: Store, lesson: String, times: u64, facts: u64) -> anyhow::Result<Vec<Duration>> {
    let mut ticks = interval(Duration::from_millis(100));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut waits = Vec::new();
    for at_ms in 0..times {
        ticks.tick().await;
        let fact = |number: u64| Fact {
            lesson: lesson.clone(),
            person: Some(format!("0123456789abcdef0123456789ab{number:04}")),
            at_ms: START_MS + at_ms * 100,
            what: What::Alive { device: number, from_ms: START_MS + at_ms * 100 - 100 },
        };
        let began = Instant::now();
        store.facts().append((0..facts).map(fact).collect()).await?;
        waits.push(began.elapsed());
    }
    Ok(waits)
}

/// Judges a lesson of 100 trainees × 90 minutes with 10 reconnects each: the best and the worst of 20 runs.
fn one_lesson() {
    let policy = Policy::default();
    let file = to_jsonl(&lesson(0));
    let lines = file.lines().count();
    let runs = (0..20).map(|_| {
        let began = Instant::now();
        let events: Vec<Event> = file.lines().map(|line| Event::parse(line).expect("a fact")).collect();
        let read = began.elapsed();
        let facts = LessonFacts::gather(events).expect("a lesson");
        black_box(report::json(&policy, &credit::assess(&policy, &facts)));
        (began.elapsed(), read)
    });
    let runs: Vec<(Duration, Duration)> = runs.collect();
    let (best, worst) = (runs.iter().min().expect("20 runs"), runs.iter().max().expect("20 runs"));
    println!(
        "One lesson, {TRAINEES} trainees, {RECONNECTS} reconnects each, {lines} facts, from file to report:"
    );
    println!("  best {:.1?} (of it reading the lines {:.1?}), worst {:.1?}", best.0, best.1, worst.0);
}

/// Judges 30,000 trainees × 40 lessons: all 12,000 class lessons, none left out, each from its facts in
/// memory.
fn whole_year() {
    const LESSONS: u64 = 30_000 / TRAINEES * 40;
    let policy = Policy::default();
    let (mut judging, mut results, mut credit_ch) = (Duration::ZERO, 0, 0);
    for seed in 0..LESSONS {
        let events = lesson(seed);
        let began = Instant::now();
        let facts = LessonFacts::gather(events).expect("a lesson");
        let result = credit::assess(&policy, &facts);
        judging += began.elapsed();
        results += result.decisions.len();
        credit_ch += result.decisions.iter().map(|(_, decision)| decision.credit_ch).sum::<u64>();
    }
    println!("{results} results ({LESSONS} lessons, all of them) from facts in memory: {judging:.1?}");
    println!("  (together {credit_ch} ch)");
}

/// A lesson whose disconnections depend on `seed`.
fn lesson(seed: u64) -> Vec<Event> {
    let at = |ms: u64| ServerInstant::of_fact(START_MS + ms);
    let span = |from: u64, to: u64| Span { from: at(from), to: at(to) };
    let end = 90 * MINUTE_MS;
    let plan = Plan {
        lesson: format!("L{seed}"),
        content: "C".into(),
        credit_ch: 200,
        planned_start: at(0),
        planned_end: at(end),
    };
    let mut events = vec![
        Event::Lesson(plan),
        Event::Started { at: at(0) },
        Event::Ended { at: at(end) },
        Event::InstructorMedia { span: span(0, end) },
    ];
    let mut random = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    for trainee in 0..TRAINEES {
        let person = format!("P{trainee:03}");
        for piece in 0..=RECONNECTS {
            // xorshift64: gaps of 0 to 120 s.
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let (from, to) = (piece * end / (RECONNECTS + 1), (piece + 1) * end / (RECONNECTS + 1));
            let conn = format!("c{piece}");
            events.push(Event::Evidence {
                person: person.clone(),
                conn,
                span: span(from, to - random % 120_000),
            });
        }
        for block in 1..=6u32 {
            let (person, check) = (person.clone(), format!("k{block}"));
            let issued = at(u64::from(block - 1) * 15 * MINUTE_MS + 200_000);
            let deadline = issued.plus_ms(90_000);
            events.push(Event::CheckIssued {
                person: person.clone(),
                check: check.clone(),
                block,
                at: issued,
                deadline,
            });
            random = random.rotate_left(9);
            events.push(match random % 8 {
                0 => Event::CheckMissed { person, check, block },
                _ => Event::CheckAnswered { person, check, at: issued.plus_ms(9_000) },
            });
        }
    }
    events
}
