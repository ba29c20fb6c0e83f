//! The credit rules as cases. A lesson is told in a few lines; times are +08:00 on 2020-11-17, hours
//! beyond 24 are the next day:
//!
//! ```text
//! plan 200 19:00-20:30        200 ch, planned from 19:00 to 20:30
//! taught 19:00-20:30          started, ended, and the instructor's media throughout
//! declared 19:00-20:30        two people said that the class was held then
//! class|media 19:00-20:30     only one of the two; started|paused|resumed|ended 19:00 likewise
//! 甲 pc 19:00-19:30 20:00-20:30    evidence by a device; any word that is none of these names one:
//! due 4 19:50                 the moment of the check of block 4
//! 甲 missed|answered|voided 4      the check of block 4; excused|away: void, and why
//! 甲 poll|chat|hand|stage 19:50    a proof
//! 甲 replay|elsewhere 19:00-19:12
//! ```

use super::event::{Event, Plan, ProofKind};
use super::fact::Excuse;
use super::lesson::LessonFacts;
use super::policy::Policy;
use crate::time::{ServerInstant, Span, Spans};

mod acceptance;
mod account;
mod attention;
mod audit;
mod edge_cases;
mod formats;
mod frozen;
mod invariants;
mod ledger;
mod oracle;

/// 2020-11-17T00:00:00+08:00.
pub(super) const DAY_MS: u64 = 1_605_542_400_000;

/// "19:00", "19:00:05" or "19:00:05.250".
pub(super) fn at(text: &str) -> ServerInstant {
    let (clock, ms) = text.split_once('.').unwrap_or((text, "0"));
    let mut parts = clock.split(':').map(|part| part.parse::<u64>().expect("HH:MM[:SS[.mmm]]"));
    let mut part = || parts.next().unwrap_or(0);
    let seconds = part() * 3600 + part() * 60 + part();
    ServerInstant::of_fact(DAY_MS + seconds * 1000 + ms.parse::<u64>().expect("milliseconds"))
}

pub(super) fn span(text: &str) -> Span {
    let (from, to) = text.split_once('-').expect("FROM-TO");
    Span { from: at(from), to: at(to) }
}

pub(super) fn spans(text: &str) -> Spans {
    text.split_whitespace().map(span).collect()
}

pub(super) fn events(story: &str) -> Vec<Event> {
    let lines = story.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.flat_map(|line| told(&line.split_whitespace().collect::<Vec<_>>())).collect()
}

fn told(words: &[&str]) -> Vec<Event> {
    match words {
        ["plan", ch, planned] => {
            let Span { from: planned_start, to: planned_end } = span(planned);
            let credit_ch = ch.parse().expect("a number of ch");
            let (lesson, content) = ("L1".into(), "C1".into());
            vec![Event::Lesson(Plan { lesson, content, credit_ch, planned_start, planned_end })]
        }
        ["taught", when] => [told(&["class", when]), told(&["media", when])].concat(),
        ["class", when] => {
            vec![Event::Started { at: span(when).from }, Event::Ended { at: span(when).to }]
        }
        ["declared", when] => vec![Event::Declared { span: span(when) }],
        ["media", when @ ..] => when.iter().map(|when| Event::InstructorMedia { span: span(when) }).collect(),
        ["started", when] => vec![Event::Started { at: at(when) }],
        ["paused", when] => vec![Event::Paused { at: at(when) }],
        ["resumed", when] => vec![Event::Resumed { at: at(when) }],
        ["due", block, when] => {
            vec![Event::CheckDue { block: block.parse().expect("a block"), at: at(when) }]
        }
        ["ended", when] => vec![Event::Ended { at: at(when) }],
        [person, what, rest @ ..] => {
            rest.iter().flat_map(|word| of_person((*person).to_owned(), what, word)).collect()
        }
        _ => panic!("{words:?} means nothing"),
    }
}

fn of_person(person: String, what: &str, word: &str) -> Vec<Event> {
    let proof = |kind| vec![Event::Proof { person: person.clone(), at: at(word), kind }];
    match what {
        "poll" => proof(ProofKind::Poll),
        "chat" => proof(ProofKind::Chat),
        "hand" => proof(ProofKind::Hand),
        "stage" => proof(ProofKind::Stage),
        "replay" => vec![Event::Replay { person, span: span(word) }],
        "elsewhere" => vec![Event::Elsewhere { person, span: span(word), lesson: None }],
        "missed" | "answered" | "voided" | "excused" | "away" => {
            of_check(person, what, word.parse().expect("a block"))
        }
        conn => vec![Event::Evidence { person, conn: conn.into(), span: span(word) }],
    }
}

/// Events of a check in a story; checks are issued at 19:01:40 and every block later.
fn of_check(person: String, what: &str, block: u32) -> Vec<Event> {
    let check = format!("k{block}");
    let issued_at = at("19:01:40").plus_ms(u64::from(block - 1) * 900_000);
    let deadline = issued_at.plus_ms(90_000);
    let issued =
        Event::CheckIssued { person: person.clone(), check: check.clone(), block, at: issued_at, deadline };
    let outcome = match what {
        "missed" => Event::CheckMissed { person, check, block },
        "answered" => Event::CheckAnswered { person, check, at: issued_at.plus_ms(10_000) },
        "excused" => Event::CheckVoid { person, check, why: Some(Excuse::Class) },
        "away" => Event::CheckVoid { person, check, why: Some(Excuse::Away) },
        _ => Event::CheckVoid { person, check, why: None },
    };
    vec![issued, outcome]
}

pub(super) fn facts(story: &str) -> LessonFacts {
    LessonFacts::gather(events(story)).expect("a lesson")
}

/// Expected result of a person: seconds that count live, seconds with replay, void blocks, live and whole
/// credit.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Earned {
    pub(super) effective: u64,
    pub(super) with_replay: u64,
    pub(super) void: Vec<u32>,
    pub(super) live_ch: u64,
    pub(super) credit_ch: u64,
}

/// The results of a story by person, and the worth of the lesson.
pub(super) fn judged_by(policy: &Policy, story: &str) -> (u64, Vec<(String, Earned)>) {
    let result = super::credit::assess(policy, &facts(story));
    let earned = result.decisions.iter().map(|(person, decision)| {
        let earned = Earned {
            effective: decision.effective_seconds,
            with_replay: decision.with_replay_seconds,
            void: decision.void_blocks(),
            live_ch: decision.live_ch,
            credit_ch: decision.credit_ch,
        };
        (person.clone(), earned)
    });
    (result.effective_ch, earned.collect())
}

/// One line per person: "甲 5400 s 200 ch", with void blocks and replay if there are any.
pub(super) fn summary(policy: &Policy, story: &str) -> String {
    let (effective_ch, earned) = judged_by(policy, story);
    let line = |(person, earned): &(String, Earned)| {
        let mut line = format!("{person} {} s {} ch", earned.effective, earned.live_ch);
        if !earned.void.is_empty() {
            line += &format!(", void {:?}", earned.void);
        }
        if earned.with_replay > earned.effective {
            line += &format!(", with replay {} s {} ch", earned.with_replay, earned.credit_ch);
        }
        line
    };
    let lines: Vec<_> = earned.iter().map(line).collect();
    format!("{effective_ch}: {}", lines.join("; "))
}

pub(super) fn check(story: &str, expected: &str) {
    assert_eq!(summary(&Policy::default(), story), expected, "{story}");
}
