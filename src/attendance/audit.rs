//! The server's own facts as the events of the audit file. The server computes from these events and nothing
//! else, so that anybody with the file can compute the same.

use std::collections::{BTreeMap, BTreeSet};

use super::event::{Event, Plan, ProofKind};
use super::fact::{Excuse, Fact, What};
use crate::lesson::{ClassState, Role};
use crate::time::{ServerInstant, Span, Spans};

/// Interval of the proofs of attention of somebody on stage: a minute, as no block is shorter.
const STAGE_PROOF_MS: u64 = 60_000;

/// Fewest characters of a chat line that proves attention (CR-6).
const CHAT_CHARS_MIN: usize = 2;

/// Makes the events of a lesson from its facts, in the order they were stored, and from what is kept
/// elsewhere (`more`: replay, other lessons). `approved`: see [`Seen::events`]. Sorted, each event once:
/// equal facts make equal files.
pub fn export(
    plan: Plan,
    facts: &[Fact],
    more: impl IntoIterator<Item = Event>,
    approved: impl Fn(&str) -> Option<ServerInstant>,
) -> Vec<Event> {
    let mut seen = Seen::default();
    facts.iter().for_each(|fact| seen.take(fact));
    let mut events: BTreeSet<Event> = seen.events(plan, approved).into_iter().collect();
    events.extend(more);
    events.into_iter().collect()
}

/// The text of the file: a line per event.
pub fn to_jsonl(events: &[Event]) -> String {
    events.iter().map(|event| event.to_line() + "\n").collect()
}

/// The state of a lesson after the facts read so far: a running class is judged again and again without
/// reading all its facts each time.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    class: Vec<Event>,
    people: BTreeMap<String, Person>,
}

/// The state of one person. The role may be told later, so everybody has one.
#[derive(Debug, Clone, Default)]
struct Person {
    taught: bool,
    was_staff: bool,
    teaching: Vec<Span>,
    devices: BTreeMap<u64, Device>,
    proofs: Vec<(ServerInstant, ProofKind)>,
    checks: Vec<Event>,
    hand: Option<ServerInstant>,
    /// The start of the stay on stage that goes on, and the earlier stays.
    on_stage: Option<ServerInstant>,
    stage: Vec<Span>,
    /// The last instant at which anything was known of them.
    last: ServerInstant,
}

#[derive(Debug, Clone, Default)]
struct Device {
    joined: ServerInstant,
    evidence: Vec<Span>,
}

impl Seen {
    /// Adds the next fact.
    pub fn take(&mut self, fact: &Fact) {
        let at = ServerInstant::of_fact(fact.at_ms);
        match (&fact.what, &fact.person) {
            (What::ClassStarted, _) => self.class.push(Event::Started { at }),
            (What::ClassPaused, _) => self.class.push(Event::Paused { at }),
            (What::ClassResumed, _) => self.class.push(Event::Resumed { at }),
            (What::ClassEnded { .. }, _) => self.class.push(Event::Ended { at }),
            // A class that had not begun is open again, and begins later.
            (What::ClassReopened { to: ClassState::Open, .. }, _) => {}
            (What::ClassReopened { .. }, _) => self.class.push(Event::Started { at }),
            (What::ClassDeclared { from_ms, to_ms, .. }, _) => {
                let [from, to] = [*from_ms, *to_ms].map(ServerInstant::of_fact);
                self.class.push(Event::Declared { span: Span { from, to } });
            }
            (What::CheckDue { block }, _) => self.class.push(Event::CheckDue { block: *block, at }),
            (_, None) => {}
            (what, Some(key)) => match self.people.get_mut(key) {
                Some(person) => person.take(key, at, what),
                None => self.people.entry(key.clone()).or_default().take(key, at, what),
            },
        }
    }

    /// The events of the lesson. `approved` returns the instant from which a person is enrolled in the class;
    /// devices that came in earlier count for nothing (CR-1). Staff earn nothing (CR-17).
    pub fn events(&self, plan: Plan, approved: impl Fn(&str) -> Option<ServerInstant>) -> Vec<Event> {
        let mut events = self.class_events(plan);
        for (key, person) in self.people.iter().filter(|(_, person)| !person.was_staff) {
            if let Some(approved) = approved(key) {
                person.tell(key, approved, &mut events);
            }
        }
        events
    }

    /// The events about the class itself, from which the instruction window follows.
    pub fn class_events(&self, plan: Plan) -> Vec<Event> {
        let teaching = self.teaching();
        let media = teaching.iter().map(|span| Event::InstructorMedia { span });
        [Event::Lesson(plan)].into_iter().chain(self.class.iter().cloned()).chain(media).collect()
    }

    /// The time in which any instructor's picture or sound was arriving.
    pub fn teaching(&self) -> Spans {
        let instructors = self.people.values().filter(|person| person.taught);
        instructors.flat_map(|person| person.teaching.iter().copied()).collect()
    }

    /// The people on stage, each with the last instant at which anything was known of them.
    pub fn on_stage(&self) -> impl Iterator<Item = (&str, ServerInstant)> {
        let there = self.people.iter().filter(|(_, person)| person.on_stage.is_some());
        there.map(|(key, person)| (key.as_str(), person.last))
    }

    /// Whether a stay on stage proves this person's attention at or after an instant.
    pub fn proves_stage(&self, person: &str, since: ServerInstant) -> bool {
        let Some(seen) = self.people.get(person) else { return false };
        seen.stage_proofs(&self.evidence(person)).into_iter().any(|(at, _)| at >= since)
    }

    /// The time in which any device of a person was provably there.
    pub fn evidence(&self, person: &str) -> Spans {
        let devices = self.people.get(person).into_iter().flat_map(|person| person.devices.values());
        devices.flat_map(|device| device.evidence.iter().copied()).collect()
    }
}

impl Person {
    fn take(&mut self, key: &str, at: ServerInstant, what: &What) {
        let since = |from_ms: u64| Span { from: ServerInstant::of_fact(from_ms), to: at };
        self.last = self.last.max(at);
        match what {
            What::Joined { device, role, .. } => {
                self.taught |= *role == Role::Instructor;
                self.was_staff |= role.is_staff();
                self.devices.entry(*device).or_default().joined = at;
            }
            What::Alive { device, from_ms } => {
                if let Some(device) = self.devices.get_mut(device) {
                    extend(&mut device.evidence, since(*from_ms));
                }
            }
            What::Teaching { from_ms, kinds, .. } => {
                if !kinds.is_empty() {
                    extend(&mut self.teaching, since(*from_ms));
                }
            }
            what => self.deed(key, at, what),
        }
    }

    /// Adds an act of a trainee, or a question or permission to a trainee.
    fn deed(&mut self, key: &str, at: ServerInstant, what: &What) {
        match what {
            What::Chat { text, .. } => {
                if text.chars().filter(|c| !c.is_whitespace()).count() >= CHAT_CHARS_MIN {
                    self.proofs.push((at, ProofKind::Chat));
                }
            }
            What::PollAnswered { .. } => self.proofs.push((at, ProofKind::Poll)),
            What::HandRaised => self.hand = Some(at),
            // The hand was lowered by another person, so it was seen: raising it was a sign of attention at
            // that time.
            What::HandLowered { by } => {
                let raised = self.hand.take().filter(|_| by != key);
                self.proofs.extend(raised.map(|raised| (raised, ProofKind::Hand)));
            }
            What::OnStage { .. } => {
                self.stage.extend(self.on_stage.replace(at).map(|from| Span { from, to: at }));
            }
            What::OffStage { .. } => {
                self.stage.extend(self.on_stage.take().map(|from| Span { from, to: at }));
            }
            What::CheckIssued { .. }
            | What::CheckAnswered { .. }
            | What::CheckMissed { .. }
            | What::CheckVoid { .. } => self.checks.extend(check_event(key, at, what)),
            // Facts that neither prove nor disprove attention. All are named, so that whoever adds a kind of
            // fact must decide here. (The line types of the audit file are a contract, and none of them is
            // for a clock that was set: that stays in the facts.)
            What::ClassStarted
            | What::ClassPaused
            | What::ClassResumed
            | What::ClassEnded { .. }
            | What::ClassReopened { .. }
            | What::ClassDeclared { .. }
            | What::CheckDue { .. }
            | What::Joined { .. }
            | What::Left { .. }
            | What::Alive { .. }
            | What::Teaching { .. }
            | What::ClockStepped { .. }
            | What::OffRecord { .. }
            | What::PollOpened { .. }
            | What::PollClosed { .. }
            | What::PollShown { .. }
            | What::CoursePublished { .. }
            | What::CourseWithdrawn { .. }
            | What::Muted { .. }
            | What::Unmuted { .. }
            | What::ChatMuted { .. }
            | What::ChatRemoved { .. }
            | What::Removed { .. }
            | What::Readmitted { .. }
            | What::OperatorAction { .. } => {}
        }
    }

    /// Adds the events about a trainee; none without evidence of a counted device.
    fn tell(&self, key: &str, approved: ServerInstant, events: &mut Vec<Event>) {
        let counts = |device: &Device| device.joined >= approved && !device.evidence.is_empty();
        let devices = || self.devices.iter().filter(|(_, device)| counts(device));
        if devices().next().is_none() {
            return;
        }
        let person = || key.to_owned();
        for (device, seen) in devices() {
            let spans: Spans = seen.evidence.iter().copied().collect();
            let event = |span| Event::Evidence { person: person(), conn: device.to_string(), span };
            events.extend(spans.iter().map(event));
        }
        let here: Spans = devices().flat_map(|(_, seen)| seen.evidence.iter().copied()).collect();
        let proofs = self.proofs.iter().copied().chain(self.stage_proofs(&here));
        events.extend(proofs.map(|(at, kind)| Event::Proof { person: person(), at, kind }));
        events.extend(self.checks.iter().cloned());
    }

    /// Proofs by being on stage and provably there: once a minute, and at both ends.
    fn stage_proofs(&self, here: &Spans) -> Vec<(ServerInstant, ProofKind)> {
        let now = self.on_stage.map(|from| Span { from, to: ServerInstant::MAX });
        let stretches = now.into_iter().chain(self.stage.iter().copied());
        let on_stage: Spans =
            stretches.map(|span| Span { to: span.to.min(self.began_anew(span)), ..span }).collect();
        let mut proofs = Vec::new();
        for there in here.and(&on_stage).iter() {
            let every = (0..there.length_ms()).step_by(STAGE_PROOF_MS as usize);
            let ends = every.chain([there.length_ms() - 1]);
            proofs.extend(ends.map(|ms| (there.from.plus_ms(ms), ProofKind::Stage)));
        }
        proofs
    }

    /// The start of a stay on stage, moved forward past a restart. A server that was killed did not write
    /// that the stage was left (the next start writes it now, but older facts lack it). Nobody comes back
    /// onto the stage by themselves, so a stay there is over when a device comes in and nothing is heard of
    /// the earlier ones any more. A person who only changed the device loses proofs by this, but no credit:
    /// without a proof they are asked like everybody else.
    fn began_anew(&self, on_stage: Span) -> ServerInstant {
        let heard_after = |device: &Device, at| device.evidence.iter().any(|seen| seen.to > at);
        let is_alone = |new: &&Device| {
            let mut before = self.devices.values().filter(|device| device.joined < new.joined);
            !before.any(|device| heard_after(device, new.joined))
        };
        let came = self.devices.values().filter(|device| on_stage.contains(device.joined)).filter(is_alone);
        came.map(|device| device.joined).min().unwrap_or(ServerInstant::MAX)
    }
}

fn check_event(person: &str, at: ServerInstant, what: &What) -> Option<Event> {
    let person = person.to_owned();
    Some(match what {
        What::CheckIssued { check, block, deadline_ms, .. } => {
            let deadline = ServerInstant::of_fact(*deadline_ms);
            Event::CheckIssued { person, check: check.clone(), block: *block, at, deadline }
        }
        What::CheckAnswered { check } => Event::CheckAnswered { person, check: check.clone(), at },
        What::CheckMissed { check, block } => {
            Event::CheckMissed { person, check: check.clone(), block: *block }
        }
        What::CheckVoid { check, by, why } => {
            let why = if by.is_some() { Some(Excuse::Staff) } else { *why };
            Event::CheckVoid { person, check: check.clone(), why }
        }
        _ => return None,
    })
}

/// Adds a stretch to a list; one that touches the last makes it longer, as stretches are written every few
/// seconds.
fn extend(spans: &mut Vec<Span>, next: Span) {
    match spans.last_mut() {
        Some(last) if last.from <= next.from && next.from <= last.to => last.to = last.to.max(next.to),
        _ => spans.push(next),
    }
}
