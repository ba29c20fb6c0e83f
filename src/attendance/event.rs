//! The audit file: the known facts of one lesson, one per line, in a format by which others can check our
//! results. Lines may be in any order; a fact that is there twice counts once. This file reads and writes
//! single lines; [`crate::attendance::lesson`] puts them together.

use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::fact::Excuse;
use super::policy_fact::PolicyFact;
use crate::time::{ServerInstant, Span};

/// Version of the format.
const VERSION: u64 = 1;

/// Longest line that is accepted; a fact needs a few hundred bytes.
pub const LINE_BYTES_MAX: usize = 16_384;

/// Longest id, in bytes.
const ID_BYTES_MAX: usize = 256;

/// Highest credit of one lesson: 1,000 学时.
const CREDIT_CH_MAX: u64 = 100_000;

/// Highest number of an attention block; the first is 1.
const BLOCK_MAX: u64 = 10_000;

/// One fact of an audit file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    Lesson(Plan),
    /// The policy by which the server judges the lesson.
    Policy(Box<PolicyFact>),
    Started {
        at: ServerInstant,
    },
    Paused {
        at: ServerInstant,
    },
    Resumed {
        at: ServerInstant,
    },
    Ended {
        at: ServerInstant,
    },
    /// Two people declared that the class was held in this time, though nobody had started it.
    Declared {
        #[serde(flatten)]
        span: Span,
    },
    /// The instructor's picture, screen or sound was arriving.
    InstructorMedia {
        #[serde(flatten)]
        span: Span,
    },
    /// The person was provably present.
    Evidence {
        person: String,
        conn: String,
        #[serde(flatten)]
        span: Span,
    },
    /// The moment of a block's check came: from then on everybody in the block was asked, at once or when
    /// they were seen next.
    CheckDue {
        block: u32,
        at: ServerInstant,
    },
    CheckIssued {
        person: String,
        check: String,
        block: u32,
        at: ServerInstant,
        deadline: ServerInstant,
    },
    CheckAnswered {
        person: String,
        check: String,
        at: ServerInstant,
    },
    CheckMissed {
        person: String,
        check: String,
        block: u32,
    },
    CheckVoid {
        person: String,
        check: String,
        /// `None` = not known.
        #[serde(skip_serializing_if = "Option::is_none")]
        why: Option<Excuse>,
    },
    /// Another proof of attention.
    Proof {
        person: String,
        at: ServerInstant,
        kind: ProofKind,
    },
    /// A wall-clock stretch of the lesson covered by watching the recording.
    Replay {
        person: String,
        #[serde(flatten)]
        span: Span,
    },
    /// Time of the person that counts in another lesson (CR-12).
    Elsewhere {
        person: String,
        #[serde(flatten)]
        span: Span,
        /// The other lesson; `None` = not known.
        #[serde(skip_serializing_if = "Option::is_none")]
        lesson: Option<String>,
    },
}

/// The lesson as it was planned.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Plan {
    pub lesson: String,
    /// Id of the content; it is earned once, however often it is given (CR-13).
    pub content: String,
    /// Credit of the whole lesson (D).
    pub credit_ch: u64,
    pub planned_start: ServerInstant,
    pub planned_end: ServerInstant,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProofKind {
    Poll,
    Chat,
    Hand,
    Stage,
}

/// The reason why a line is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    #[error("longer than {LINE_BYTES_MAX} bytes")]
    TooLong,
    #[error("not a JSON object: {0}")]
    NotAnObject(String),
    #[error("field `{field}`: {why}")]
    Field { field: String, why: String },
}

pub(super) fn broken(field: &str, why: impl Into<String>) -> Broken {
    // A name from the file is shown, but not a page of it.
    Broken::Field { field: field.chars().take(40).collect(), why: why.into() }
}

impl Event {
    /// Reads a line.
    pub fn parse(line: &str) -> Result<Event, Broken> {
        if line.len() > LINE_BYTES_MAX {
            return Err(Broken::TooLong);
        }
        let mut fields: Fields =
            serde_json::from_str(line).map_err(|error| Broken::NotAnObject(error.to_string()))?;
        fields.number("v", VERSION, VERSION)?;
        let kind = fields.text("type")?;
        let event = fields.event(&kind)?;
        match fields.0.first() {
            Some((name, _)) => Err(broken(name, format!("a fact of type {kind:?} has no such field"))),
            None => Ok(event),
        }
    }

    /// The line, without its end.
    pub fn to_line(&self) -> String {
        #[derive(Serialize)]
        struct Line<'a> {
            v: u64,
            #[serde(flatten)]
            event: &'a Event,
        }
        serde_json::to_string(&Line { v: VERSION, event: self }).expect("facts are texts and numbers")
    }
}

/// The fields of a line that are not read yet.
struct Fields(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Fields, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Fields;

            fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                f.write_str("one fact as {\"v\":1,\"type\":…}")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(Pairs)
    }
}

impl Fields {
    fn event(&mut self, kind: &str) -> Result<Event, Broken> {
        Ok(match kind {
            "lesson" => Event::Lesson(self.plan()?),
            "policy" => Event::Policy(Box::new(self.policy()?)),
            "started" => Event::Started { at: self.instant("at")? },
            "paused" => Event::Paused { at: self.instant("at")? },
            "resumed" => Event::Resumed { at: self.instant("at")? },
            "ended" => Event::Ended { at: self.instant("at")? },
            "declared" => Event::Declared { span: self.span()? },
            "instructor_media" => Event::InstructorMedia { span: self.span()? },
            "evidence" => {
                Event::Evidence { person: self.id("person")?, conn: self.id("conn")?, span: self.span()? }
            }
            "check_due" => Event::CheckDue { block: self.block()?, at: self.instant("at")? },
            "check_issued" => self.check_issued()?,
            "check_answered" => Event::CheckAnswered {
                person: self.id("person")?,
                check: self.id("check")?,
                at: self.instant("at")?,
            },
            "check_missed" => Event::CheckMissed {
                person: self.id("person")?,
                check: self.id("check")?,
                block: self.block()?,
            },
            "check_void" => Event::CheckVoid {
                person: self.id("person")?,
                check: self.id("check")?,
                why: self.optional("why", Fields::excuse)?,
            },
            "proof" => {
                Event::Proof { person: self.id("person")?, at: self.instant("at")?, kind: self.proof_kind()? }
            }
            "replay" => Event::Replay { person: self.id("person")?, span: self.span()? },
            "elsewhere" => Event::Elsewhere {
                person: self.id("person")?,
                span: self.span()?,
                lesson: self.optional("lesson", Fields::id)?,
            },
            _ => return Err(broken("type", format!("{:?} is no type of fact", start_of(kind)))),
        })
    }

    fn plan(&mut self) -> Result<Plan, Broken> {
        let plan = Plan {
            lesson: self.id("lesson")?,
            content: self.id("content")?,
            credit_ch: self.number("credit_ch", 0, CREDIT_CH_MAX)?,
            planned_start: self.instant("planned_start")?,
            planned_end: self.instant("planned_end")?,
        };
        if plan.planned_end <= plan.planned_start {
            return Err(broken("planned_end", "must be after planned_start"));
        }
        Ok(plan)
    }

    fn policy(&mut self) -> Result<PolicyFact, Broken> {
        let (version, digest) = (self.text("version")?, self.text("digest")?);
        PolicyFact::read(&version, &digest, self.take("policy")?)
    }

    fn check_issued(&mut self) -> Result<Event, Broken> {
        let (person, check, block) = (self.id("person")?, self.id("check")?, self.block()?);
        let (at, deadline) = (self.instant("at")?, self.instant("deadline")?);
        if deadline < at {
            return Err(broken("deadline", "is before at"));
        }
        Ok(Event::CheckIssued { person, check, block, at, deadline })
    }

    fn span(&mut self) -> Result<Span, Broken> {
        let span = Span { from: self.instant("from")?, to: self.instant("to")? };
        if span.to < span.from {
            return Err(broken("to", "is before from"));
        }
        Ok(span)
    }

    fn proof_kind(&mut self) -> Result<ProofKind, Broken> {
        match self.text("kind")?.as_str() {
            "poll" => Ok(ProofKind::Poll),
            "chat" => Ok(ProofKind::Chat),
            "hand" => Ok(ProofKind::Hand),
            "stage" => Ok(ProofKind::Stage),
            other => {
                Err(broken("kind", format!("{:?} is not one of poll, chat, hand, stage", start_of(other))))
            }
        }
    }

    fn excuse(&mut self, name: &str) -> Result<Excuse, Broken> {
        match self.text(name)?.as_str() {
            "away" => Ok(Excuse::Away),
            "class" => Ok(Excuse::Class),
            "server" => Ok(Excuse::Server),
            "staff" => Ok(Excuse::Staff),
            other => {
                Err(broken(name, format!("{:?} is not one of away, class, server, staff", start_of(other))))
            }
        }
    }

    /// Takes a field that may be absent.
    fn optional<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&mut Fields, &str) -> Result<T, Broken>,
    ) -> Result<Option<T>, Broken> {
        let is_there = self.0.iter().any(|(field, _)| field == name);
        is_there.then(|| read(self, name)).transpose()
    }

    fn block(&mut self) -> Result<u32, Broken> {
        let number = self.number("block", 1, BLOCK_MAX)?;
        Ok(u32::try_from(number).expect("at most BLOCK_MAX"))
    }

    fn instant(&mut self, name: &str) -> Result<ServerInstant, Broken> {
        self.number(name, 0, ServerInstant::MAX.ms()).map(ServerInstant::of_fact)
    }

    fn id(&mut self, name: &str) -> Result<String, Broken> {
        let id = self.text(name)?;
        if id.is_empty() || id.len() > ID_BYTES_MAX {
            return Err(broken(name, format!("must be 1 to {ID_BYTES_MAX} bytes long")));
        }
        Ok(id)
    }

    fn text(&mut self, name: &str) -> Result<String, Broken> {
        match self.take(name)? {
            Value::String(text) => Ok(text),
            _ => Err(broken(name, "must be a text")),
        }
    }

    fn number(&mut self, name: &str, min: u64, max: u64) -> Result<u64, Broken> {
        let value = self.take(name)?;
        let number = value.as_u64().filter(|number| (min..=max).contains(number));
        number.ok_or_else(|| {
            let shown = start_of(&value.to_string());
            broken(name, format!("{shown} is not a whole number from {min} to {max}"))
        })
    }

    /// Takes a field, which must be there exactly once: of two values, neither is known to be the right one.
    fn take(&mut self, name: &str) -> Result<Value, Broken> {
        let place = self.0.iter().position(|(field, _)| field == name);
        let (_, value) = self.0.swap_remove(place.ok_or_else(|| broken(name, "is missing"))?);
        match self.0.iter().any(|(field, _)| field == name) {
            true => Err(broken(name, "is there twice")),
            false => Ok(value),
        }
    }
}

/// The beginning of a text from the file: enough to recognise it.
fn start_of(text: &str) -> String {
    text.chars().take(40).collect()
}
