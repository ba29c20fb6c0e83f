//! The server's own facts as the events of the audit file. What the server computes it computes from
//! these, so that whoever has the file can compute it, too.

use std::collections::{BTreeMap, BTreeSet};

use super::event::{Event, Plan, ProofKind};
use super::fact::{Fact, What};
use super::interval::{ServerInstant, Span, Spans};
use crate::protocol::Role;

/// Time on stage is proof of attention once a minute: no block is shorter.
const STAGE_PROOF_MS: u64 = 60_000;

/// A line of chat with fewer characters proves nothing (CR-6).
const CHAT_CHARS_MIN: usize = 2;

/// Makes the events of a lesson from its facts, in the order they were stored, and from what is kept
/// elsewhere (`more`: checks, replay, other lessons). `approved` says from when on a person is enrolled
/// in the class; devices that came in earlier count for nothing (CR-1). Staff earn nothing (CR-17).
/// Sorted, each event once: equal facts make equal files.
pub fn export(
    plan: Plan,
    facts: &[Fact],
    more: impl IntoIterator<Item = Event>,
    approved: impl Fn(&str) -> Option<ServerInstant>,
) -> Vec<Event> {
    let mut seen = Seen::with_roles(facts);
    for fact in facts {
        seen.take(fact, &approved);
    }
    let mut events: BTreeSet<Event> = seen.events();
    events.insert(Event::Lesson(plan));
    events.extend(more);
    events.into_iter().collect()
}

/// The file: a line per event.
pub fn to_jsonl(events: &[Event]) -> String {
    events.iter().map(|event| event.to_line() + "\n").collect()
}

#[derive(Default)]
struct Seen<'a> {
    instructors: BTreeSet<&'a str>,
    staff: BTreeSet<&'a str>,
    class: Vec<Event>,
    teaching: Vec<Span>,
    /// Devices that came in after their person was approved, by person and device.
    admitted: BTreeSet<(&'a str, u64)>,
    evidence: BTreeMap<(&'a str, u64), Vec<Span>>,
    proofs: Vec<(&'a str, ServerInstant, ProofKind)>,
    checks: Vec<(&'a str, Event)>,
    hands: BTreeMap<&'a str, ServerInstant>,
    /// Since when people are on stage, and when they were.
    on_stage: BTreeMap<&'a str, ServerInstant>,
    stage: Vec<(&'a str, Span)>,
}

impl<'a> Seen<'a> {
    fn with_roles(facts: &'a [Fact]) -> Seen<'a> {
        let mut seen = Seen::default();
        for fact in facts {
            if let (Some(person), What::Joined { role, .. }) = (&fact.person, &fact.what) {
                match role {
                    Role::Instructor => _ = (seen.instructors.insert(person), seen.staff.insert(person)),
                    Role::Operator => _ = seen.staff.insert(person),
                    Role::Trainee => {}
                }
            }
        }
        seen
    }

    fn take(&mut self, fact: &'a Fact, approved: &impl Fn(&str) -> Option<ServerInstant>) {
        let at = ServerInstant::of_fact(fact.at_ms);
        let since = |from_ms: u64| Span { from: ServerInstant::of_fact(from_ms), to: at };
        match &fact.what {
            What::ClassStarted => self.class.push(Event::Started { at }),
            What::ClassPaused => self.class.push(Event::Paused { at }),
            What::ClassResumed => self.class.push(Event::Resumed { at }),
            What::ClassEnded => self.class.push(Event::Ended { at }),
            what => {
                let Some(person) = fact.person.as_deref() else { return };
                match what {
                    What::Teaching { from_ms, kinds, .. } => {
                        if self.instructors.contains(person) && !kinds.is_empty() {
                            self.teaching.push(since(*from_ms));
                        }
                    }
                    _ if self.staff.contains(person) => {}
                    What::Joined { device, .. } => {
                        if approved(person).is_some_and(|from| from <= at) {
                            self.admitted.insert((person, *device));
                        }
                    }
                    What::Alive { device, from_ms } => {
                        if self.admitted.contains(&(person, *device)) {
                            self.evidence.entry((person, *device)).or_default().push(since(*from_ms));
                        }
                    }
                    what => self.deed(person, at, what),
                }
            }
        }
    }

    /// What a trainee did or was allowed to do.
    fn deed(&mut self, person: &'a str, at: ServerInstant, what: &'a What) {
        match what {
            What::Chat { text, .. } => {
                if text.chars().filter(|c| !c.is_whitespace()).count() >= CHAT_CHARS_MIN {
                    self.proofs.push((person, at, ProofKind::Chat));
                }
            }
            What::HandRaised => _ = self.hands.insert(person, at),
            // Lowered by another person: seen, so raising it was a sign of attention at that time.
            What::HandLowered { by } => {
                if let Some(raised) = self.hands.remove(person)
                    && by != person
                {
                    self.proofs.push((person, raised, ProofKind::Hand));
                }
            }
            What::OnStage { .. } => _ = self.on_stage.entry(person).or_insert(at),
            What::OffStage { .. } => {
                if let Some(from) = self.on_stage.remove(person) {
                    self.stage.push((person, Span { from, to: at }));
                }
            }
            What::CheckIssued { check, block, deadline_ms, .. } => {
                let deadline = ServerInstant::of_fact(*deadline_ms);
                self.check(
                    person,
                    |person, check| Event::CheckIssued { person, check, block: *block, at, deadline },
                    check,
                );
            }
            What::CheckAnswered { check } => {
                self.check(person, |person, check| Event::CheckAnswered { person, check, at }, check);
            }
            What::CheckMissed { check, block } => {
                self.check(
                    person,
                    |person, check| Event::CheckMissed { person, check, block: *block },
                    check,
                );
            }
            What::CheckVoid { check, .. } => {
                self.check(person, |person, check| Event::CheckVoid { person, check }, check);
            }
            // Nothing that proves or disproves attention. All are named, so that a new kind of fact
            // asks to be thought of here.
            What::ClassStarted
            | What::ClassPaused
            | What::ClassResumed
            | What::ClassEnded
            | What::Joined { .. }
            | What::Left { .. }
            | What::Alive { .. }
            | What::Teaching { .. }
            | What::OffRecord { .. }
            | What::CoursePublished { .. }
            | What::CourseWithdrawn { .. }
            | What::Muted { .. }
            | What::Unmuted { .. }
            | What::ChatMuted { .. }
            | What::ChatRemoved { .. }
            | What::Removed { .. }
            | What::OperatorAction { .. } => {}
        }
    }

    fn check(&mut self, person: &'a str, event: impl FnOnce(String, String) -> Event, check: &str) {
        self.checks.push((person, event(person.to_owned(), check.to_owned())));
    }

    fn events(mut self) -> BTreeSet<Event> {
        self.stage_proofs();
        let known: BTreeSet<&str> = self.evidence.keys().map(|(person, _)| *person).collect();
        let teaching: Spans = self.teaching.into_iter().collect();
        let media = teaching.iter().map(|span| Event::InstructorMedia { span }).collect::<Vec<_>>();
        // The facts are written every few seconds; what touches is one stretch.
        let evidence = self.evidence.into_iter().flat_map(|((person, device), spans)| {
            let spans: Spans = spans.into_iter().collect();
            let event = |span| Event::Evidence { person: person.into(), conn: device.to_string(), span };
            spans.iter().map(event).collect::<Vec<_>>()
        });
        let proofs = self.proofs.into_iter().filter(|(person, ..)| known.contains(person));
        let proofs = proofs.map(|(person, at, kind)| Event::Proof { person: person.into(), at, kind });
        let checks = self.checks.into_iter().filter(|(person, _)| known.contains(person));
        let checks = checks.map(|(_, event)| event);
        self.class.into_iter().chain(media).chain(evidence).chain(proofs).chain(checks).collect()
    }

    /// Somebody on stage who was provably there, once a minute and at both ends.
    fn stage_proofs(&mut self) {
        let open = self
            .on_stage
            .iter()
            .map(|(person, from)| (*person, Span { from: *from, to: ServerInstant::MAX }));
        let stage: Vec<_> = open.chain(self.stage.iter().copied()).collect();
        for (person, span) in stage {
            let devices = self.evidence.range((person, 0)..=(person, u64::MAX));
            let present: Spans = devices.flat_map(|(_, spans)| spans.iter().copied()).collect();
            for there in present.and(&Spans::from_iter([span])).iter() {
                let every = (0..there.length_ms()).step_by(STAGE_PROOF_MS as usize);
                let ends = every.chain([there.length_ms() - 1]);
                self.proofs.extend(ends.map(|ms| (person, there.from.plus_ms(ms), ProofKind::Stage)));
            }
        }
    }
}
