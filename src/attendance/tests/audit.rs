//! The server's facts as an audit file.

use super::*;
use crate::attendance::audit::{export, to_jsonl};
use crate::attendance::credit;
use crate::attendance::fact::NewPoll;
use crate::attendance::fact::{Fact, LeftReason, What};
use crate::lesson::{ClassState, Role, SourceKind};

fn plan() -> Plan {
    match events("plan 200 19:00-20:30").remove(0) {
        Event::Lesson(plan) => plan,
        other => panic!("{other:?}"),
    }
}

/// A fact about a person ("" = the class).
fn fact(person: &str, when: &str, what: What) -> Fact {
    let person = (!person.is_empty()).then(|| person.to_owned());
    Fact { lesson: "L1".into(), person, at_ms: at(when).ms(), what }
}

fn joined(person: &str, device: u64, role: Role, when: &str) -> Fact {
    fact(person, when, What::Joined { device, role, name: "no name matters".into() })
}

/// Evidence as the room writes it: in pieces that touch.
fn alive(person: &str, device: u64, stretch: &str) -> Vec<Fact> {
    pieces(stretch)
        .map(|(from_ms, at_ms)| Fact { at_ms, ..fact(person, "00:00", What::Alive { device, from_ms }) })
        .collect()
}

fn teaching(person: &str, stretch: &str) -> Vec<Fact> {
    pieces(stretch)
        .map(|(from_ms, at_ms)| {
            let what = What::Teaching { device: 1, from_ms, kinds: vec![SourceKind::Mic] };
            Fact { at_ms, ..fact(person, "00:00", what) }
        })
        .collect()
}

fn pieces(stretch: &str) -> impl Iterator<Item = (u64, u64)> {
    let Span { from, to } = span(stretch);
    let cuts = (from.ms()..to.ms()).step_by(10_000);
    cuts.map(move |cut| (cut, (cut + 10_000).min(to.ms())))
}

fn by(person: &str) -> String {
    person.into()
}

fn yes_or_no() -> NewPoll {
    let options = ["是", "否"].map(String::from).into();
    NewPoll { question: String::new(), options, multiple: false, right: vec![] }
}

/// An evening as the server would have stored it.
fn evening() -> Vec<Fact> {
    let mut facts = vec![
        joined("师", 1, Role::Instructor, "18:50"),
        joined("运", 9, Role::Operator, "18:50"),
        joined("甲", 2, Role::Trainee, "18:55"),
        joined("乙", 3, Role::Trainee, "18:55"),
        fact("", "19:00", What::ClassStarted),
        fact("乙", "19:01", What::HandRaised),
        fact("乙", "19:16", What::HandLowered { by: by("师") }),
        fact("乙", "19:31", What::HandRaised),
        fact("乙", "19:32", What::HandLowered { by: by("乙") }),
        fact("乙", "19:46", What::Chat { line: 1, text: " 好 ".into() }),
        fact("乙", "19:47", What::Chat { line: 2, text: "好的".into() }),
        fact("师", "19:47", What::Chat { line: 3, text: "很好".into() }),
        fact("", "19:50", What::PollOpened { poll: 1, by: by("师"), ask: yes_or_no() }),
        fact("乙", "19:50:20", What::PollAnswered { poll: 1, choices: vec![0] }),
        fact("", "19:51", What::PollClosed { poll: 1, by: by("师") }),
        fact("甲", "20:00", What::OnStage { by: by("师"), camera: true }),
        fact("甲", "20:01:30", What::OffStage { by: by("师") }),
        joined("丁", 4, Role::Trainee, "19:20"),
        fact("", "20:30", What::ClassEnded { by: None }),
        fact("甲", "20:30", What::Left { device: 2, reason: LeftReason::Closed }),
    ];
    facts.extend(alive("师", 1, "18:50-20:30"));
    facts.extend(teaching("师", "18:58-20:30"));
    facts.extend(teaching("运", "20:30-20:50"));
    facts.extend(alive("运", 9, "18:50-20:30"));
    facts.extend(alive("甲", 2, "18:55-19:40"));
    facts.extend(alive("甲", 5, "19:30-20:30"));
    facts.extend(alive("甲", 2, "20:00:10-20:01"));
    facts.extend(alive("乙", 3, "18:55-20:30:05"));
    facts.extend(alive("丁", 4, "19:20-20:30"));
    facts
}

fn exported() -> Vec<Event> {
    // 丁 was approved after coming in; 外 was never approved.
    let approved = |person: &str| match person {
        "丁" => Some(at("19:21")),
        "外" => None,
        _ => Some(at("00:00")),
    };
    let mut facts = evening();
    facts.push(joined("甲", 5, Role::Trainee, "19:30"));
    // The facts of one device follow its joining; facts of others may come in between.
    facts.sort_by_key(|fact| (fact.at_ms, !matches!(fact.what, What::Joined { .. })));
    facts.insert(0, joined("外", 7, Role::Trainee, "18:00"));
    facts.extend(alive("外", 7, "18:00-20:30"));
    export(plan(), &facts, [], approved)
}

#[test]
fn the_servers_facts_become_the_events_of_the_contract() {
    let expected = events(
        "plan 200 19:00-20:30
        class 19:00-20:30
        media 18:58-20:30
        乙 3 18:55-20:30:05
        甲 2 18:55-19:40 20:00:10-20:01
        甲 5 19:30-20:30
        乙 hand 19:01
        乙 chat 19:47
        乙 poll 19:50:20
        甲 stage 20:00 20:01 20:01:29.999",
    );
    let mut expected: Vec<Event> = expected;
    expected.sort();
    assert_eq!(exported(), expected);
}

#[test]
fn an_end_that_was_taken_back_and_a_declared_start_are_events_of_the_contract() {
    let reopened = |to| What::ClassReopened { by: by("师"), to };
    let [from_ms, to_ms] = ["18:59", "19:01"].map(|when| at(when).ms());
    let facts = [
        fact("", "18:30", What::ClassEnded { by: Some(by("师")) }),
        fact("", "18:31", reopened(ClassState::Open)),
        fact("", "19:00", What::ClassStarted),
        fact("", "19:10", What::ClassEnded { by: Some(by("师")) }),
        fact("", "19:12", reopened(ClassState::Live)),
        fact("", "19:20", What::ClassPaused),
        fact("", "19:21", What::ClassEnded { by: Some(by("师")) }),
        fact("", "19:22", reopened(ClassState::Paused)),
        fact("", "21:00", What::ClassDeclared { by: by("运"), approver: by("巡"), from_ms, to_ms }),
    ];
    let told = export(plan(), &facts, [], |_| None);
    let mut expected = events(
        "plan 200 19:00-20:30 \n ended 18:30 \n started 19:00 \n ended 19:10 \n started 19:12 \n paused 19:20
        ended 19:21 \n started 19:22 \n declared 18:59-19:01",
    );
    expected.sort();
    assert_eq!(told, expected);
    let read: Vec<Event> = to_jsonl(&told).lines().map(|line| Event::parse(line).expect(line)).collect();
    assert_eq!(read, told);
}

fn stage_proofs(facts: &[Fact]) -> Vec<Event> {
    let events = export(plan(), facts, [], |_| Some(at("00:00")));
    let is_stage = |event: &Event| matches!(event, Event::Proof { kind: ProofKind::Stage, .. });
    events.into_iter().filter(is_stage).collect()
}

#[test]
fn a_stage_that_a_killed_server_left_open_ends_when_its_person_comes_in_again() {
    let on_stage = |when: &str| fact("甲", when, What::OnStage { by: by("师"), camera: false });
    let mut facts = vec![joined("甲", 2, Role::Trainee, "18:55"), on_stage("19:17:30")];
    facts.extend(alive("甲", 2, "18:55-19:20"));
    facts.push(joined("甲", 5, Role::Trainee, "19:22"));
    facts.extend(alive("甲", 5, "19:22-20:30"));
    let first = "甲 stage 19:17:30 19:18:30 19:19:30 19:19:59.999";
    assert_eq!(stage_proofs(&facts), events(first));
    // Also when it is entered again.
    facts.extend([on_stage("20:00"), fact("甲", "20:00:30", What::OffStage { by: by("师") })]);
    assert_eq!(stage_proofs(&facts), events(&format!("{first}\n甲 stage 20:00 20:00:29.999")));
}

#[test]
fn one_more_device_ends_no_stretch_on_stage() {
    let on_stage = |when: &str, camera| fact("甲", when, What::OnStage { by: by("师"), camera });
    let mut facts = vec![joined("甲", 2, Role::Trainee, "18:55"), on_stage("19:10", false)];
    facts.extend([joined("甲", 5, Role::Trainee, "19:10:10"), on_stage("19:10:20", true)]);
    facts.extend(alive("甲", 2, "18:55-19:11"));
    facts.extend(alive("甲", 5, "19:10:10-19:12"));
    facts.push(fact("甲", "19:11:30", What::OffStage { by: by("师") }));
    assert_eq!(stage_proofs(&facts), events("甲 stage 19:10 19:11 19:11:29.999"));
}

#[test]
fn the_file_gives_what_the_server_computes() {
    let told = exported();
    let file = to_jsonl(&told);
    let read: Vec<Event> = file.lines().map(|line| Event::parse(line).expect(line)).collect();
    assert_eq!(read, told);
    let policy = Policy::default();
    let of = |events| credit::assess(&policy, &LessonFacts::gather(events).expect("a lesson"));
    assert_eq!(of(read), of(told));
}
