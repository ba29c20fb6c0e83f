//! The facts of one lesson, grouped by subject and person. The result depends neither on the order of the
//! facts nor on repetitions.

use std::collections::{BTreeMap, BTreeSet};

use ring::digest;

use super::event::{Broken, Event, Plan, broken};
use super::fact::Excuse;
use super::policy::Policy;
use crate::chain::hex;
use crate::time::{ServerInstant, Span, Spans};

/// All known facts of one lesson.
#[derive(Debug, Clone)]
pub struct LessonFacts {
    pub plan: Plan,
    /// The policy that the facts name; `None` = none does.
    pub policy: Option<Policy>,
    pub started: BTreeSet<ServerInstant>,
    pub paused: BTreeSet<ServerInstant>,
    pub resumed: BTreeSet<ServerInstant>,
    pub ended: BTreeSet<ServerInstant>,
    /// Times in which the class was held by the word of two people.
    pub declared: Vec<Span>,
    pub instructor_media: Vec<Span>,
    /// Blocks whose check was put to the people in them, each with the moment.
    pub due: BTreeMap<u32, ServerInstant>,
    /// Whether the class goes on, so that people not asked in its last block may still be. No fact says so:
    /// false until the caller sets it.
    pub running: bool,
    /// Everybody with a fact, by id.
    pub people: BTreeMap<String, PersonFacts>,
}

/// All known facts of one person in a lesson.
#[derive(Debug, Clone, Default)]
pub struct PersonFacts {
    pub evidence: Vec<Span>,
    pub checks: BTreeMap<String, Check>,
    /// Instants of answers to polls, chat lines and other proofs.
    pub proofs: BTreeSet<ServerInstant>,
    pub replay: Vec<Span>,
    /// Sorted by the other lesson; "" = the fact does not name it.
    pub elsewhere: BTreeMap<String, Vec<Span>>,
}

impl PersonFacts {
    /// The time in which any device was provably there; gaps are not bridged.
    pub fn proven(&self) -> Spans {
        self.evidence.iter().copied().collect()
    }
}

/// One check of one person.
#[derive(Debug, Clone, Default)]
pub struct Check {
    pub issued: Option<Issued>,
    pub answered: BTreeSet<ServerInstant>,
    /// The block named by the miss.
    pub missed: Option<u32>,
    pub void: bool,
    /// The check is void, and the cause was not the person's connection: the class was interrupted, the
    /// server failed, or staff took it back.
    pub excused: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Issued {
    pub block: u32,
    pub at: ServerInstant,
    pub deadline: ServerInstant,
}

/// The reason why facts do not make a lesson.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    #[error("there is no fact of type \"lesson\"")]
    NoLesson,
    /// The fact with this place in the order of reading contradicts one before it.
    #[error("fact {place}: {what}")]
    Contradiction { place: usize, what: Broken },
}

impl LessonFacts {
    pub fn gather(events: impl IntoIterator<Item = Event>) -> Result<LessonFacts, Unfit> {
        let mut gathering = Gathering::default();
        for (place, event) in events.into_iter().enumerate() {
            gathering.add(event).map_err(|what| Unfit::Contradiction { place, what })?;
        }
        let Gathering { plan, policy, class, declared, instructor_media, due, people } = gathering;
        let [started, paused, resumed, ended] = class;
        let plan = plan.ok_or(Unfit::NoLesson)?;
        let running = false;
        Ok(LessonFacts {
            plan,
            policy,
            started,
            paused,
            resumed,
            ended,
            declared,
            instructor_media,
            due,
            running,
            people,
        })
    }
}

#[derive(Default)]
struct Gathering {
    plan: Option<Plan>,
    policy: Option<Policy>,
    class: [BTreeSet<ServerInstant>; 4],
    declared: Vec<Span>,
    instructor_media: Vec<Span>,
    due: BTreeMap<u32, ServerInstant>,
    people: BTreeMap<String, PersonFacts>,
}

impl Gathering {
    fn add(&mut self, event: Event) -> Result<(), Broken> {
        match event {
            Event::Lesson(plan) => return self.plan(plan),
            Event::Policy(fact) => return once(&mut self.policy, fact.policy().clone(), "policy"),
            Event::Started { at } => _ = self.class[0].insert(at),
            Event::Paused { at } => _ = self.class[1].insert(at),
            Event::Resumed { at } => _ = self.class[2].insert(at),
            Event::Ended { at } => _ = self.class[3].insert(at),
            Event::Declared { span } => self.declared.push(span),
            Event::InstructorMedia { span } => self.instructor_media.push(span),
            Event::Evidence { person, span, .. } => self.person(person).evidence.push(span),
            // A check that is due twice is due at its first instant.
            Event::CheckDue { block, at } => {
                let due = self.due.entry(block).or_insert(at);
                *due = at.min(*due);
            }
            Event::CheckIssued { person, check, block, at, deadline } => {
                let issued = Issued { block, at, deadline };
                return once(&mut self.check(person, check).issued, issued, "check");
            }
            Event::CheckAnswered { person, check, at } => {
                _ = self.check(person, check).answered.insert(at);
            }
            Event::CheckMissed { person, check, block } => {
                return once(&mut self.check(person, check).missed, block, "block");
            }
            Event::CheckVoid { person, check, why } => {
                let check = self.check(person, check);
                check.void = true;
                check.excused |= matches!(why, Some(Excuse::Class | Excuse::Server | Excuse::Staff));
            }
            Event::Proof { person, at, .. } => _ = self.person(person).proofs.insert(at),
            Event::Replay { person, span } => self.person(person).replay.push(span),
            Event::Elsewhere { person, span, lesson } => {
                let other = lesson.unwrap_or_default();
                self.person(person).elsewhere.entry(other).or_default().push(span);
            }
        }
        Ok(())
    }

    fn plan(&mut self, plan: Plan) -> Result<(), Broken> {
        let field = match &self.plan {
            Some(before) if before.lesson != plan.lesson => "lesson",
            Some(before) if before.content != plan.content => "content",
            Some(before) if before.credit_ch != plan.credit_ch => "credit_ch",
            Some(before) if before.planned_start != plan.planned_start => "planned_start",
            Some(_) => "planned_end",
            None => "lesson",
        };
        once(&mut self.plan, plan, field)
    }

    fn person(&mut self, person: String) -> &mut PersonFacts {
        self.people.entry(person).or_default()
    }

    fn check(&mut self, person: String, check: String) -> &mut Check {
        self.person(person).checks.entry(check).or_default()
    }
}

/// Keeps a value that may be told once; telling the same again is fine, another value is not.
fn once<T: PartialEq>(known: &mut Option<T>, told: T, field: &str) -> Result<(), Broken> {
    if known.as_ref().is_some_and(|known| *known != told) {
        return Err(broken(field, "an earlier line says otherwise about the same thing"));
    }
    *known = Some(told);
    Ok(())
}

/// SHA-256, in hex, over the sorted lines of the facts, each once and with a line feed at its end: equal sets
/// of facts give equal digests.
pub fn digest_of<'a>(events: impl IntoIterator<Item = &'a Event>) -> String {
    let lines: BTreeSet<String> = events.into_iter().map(Event::to_line).collect();
    let mut context = digest::Context::new(&digest::SHA256);
    for line in &lines {
        context.update(line.as_bytes());
        context.update(b"\n");
    }
    hex(context.finish().as_ref())
}
