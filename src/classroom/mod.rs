//! CORE: what happens in a lesson. [`Room`] takes inputs and `now`, and returns [`Effect`]s; it has
//! no clock, socket or task. Its nouns have files of their own:
//!
//! `room` the doors · `door` coming in, coming back, going out · `commands` what people ask ·
//! `media` what the media side tells · `player` who follows by HLS · `settle` what follows from the
//! state · `restore` going on from facts | `roster` people, devices, seats · `answers` to a device's
//! commands · `permissions` who may what · `life` of the class · `record` what will be in the replay ·
//! `chat` · `hands` · `deltas` the numbered log · `network` links in words · `evidence` of presence
//! and teaching · `instruction` what was taught so far · `checks` as the facts tell them · `asking`
//! whom, and when · `minutes` that count so far · `counting` whether any do, and what they are worth ·
//! `polls` · `picture` of the instructors, or why there is none · `kinds` sets of source kinds.

use std::sync::Arc;

use crate::attendance::event::Plan;
use crate::attendance::interval::ServerInstant;
use crate::attendance::policy::Policy;
use crate::protocol::Role;

pub use self::door::NewLeg;
pub use self::effect::{Effect, MediaOrder};
pub use self::life::TAKE_BACK_MS;
pub use self::player::Fetched;
pub use self::record::Recorder;
pub use self::room::{Counts, Room};

mod answers;
mod asking;
mod chat;
mod checks;
mod commands;
mod counting;
mod deltas;
mod door;
mod effect;
mod evidence;
mod hands;
mod instruction;
mod kinds;
mod life;
mod media;
mod minutes;
mod network;
mod permissions;
mod picture;
mod player;
mod polls;
mod record;
mod restore;
mod room;
mod roster;
mod settle;
#[cfg(test)]
mod tests;

/// Who stands behind a request; made from a signed-in session or a bearer token, never from a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Stable id of the person (a guest's token gives a fresh one per WHIP/WHEP session: [`Identity::guest`]).
    pub person: String,
    pub name: String,
    pub role: Role,
    /// Since when they belong to the lesson (server's ms); none for staff and guests, whose presence
    /// counts for nothing (CR-1, CR-17).
    pub approved_at_ms: Option<u64>,
}

/// How the ids of guests begin; people with names have others.
const GUEST: &str = "guest-";

impl Identity {
    /// Somebody without a name who came by `token`, which is told by a fingerprint; `session` is unlike all others.
    pub fn guest(token: &str, session: &str, name: &str, role: Role) -> Identity {
        let person = format!("{GUEST}{token}-{session}");
        Identity { person, name: name.to_owned(), role, approved_at_ms: None }
    }
}

/// The token by which a guest came; `None` = a person with a name.
fn token_of(person: &str) -> Option<&str> {
    person.strip_prefix(GUEST).map(|rest| rest.split_once('-').map_or(rest, |(token, _)| token))
}

/// Names one device's connection inside a room: a socket, or a WHIP/WHEP session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConnectionId(pub u64);

/// How a lesson's minutes are counted.
#[derive(Debug, Clone)]
pub struct Hours {
    pub plan: Plan,
    pub policy: Arc<Policy>,
    /// The moments of its checks are drawn from this (CR-7).
    pub secret: Vec<u8>,
}

impl Hours {
    /// A lesson of two 学时 at the beginning of time, by the usual rules; for tests.
    pub fn usual(lesson: &str) -> Hours {
        let plan = Plan {
            lesson: lesson.to_owned(),
            content: lesson.to_owned(),
            credit_ch: 200,
            planned_start: ServerInstant::of_fact(0),
            planned_end: ServerInstant::MAX,
        };
        Hours { plan, policy: Arc::default(), secret: b"a secret of tests".to_vec() }
    }
}

/// Settings of a room (section `[room]` of the configuration).
#[derive(Debug, Clone)]
pub struct RoomSettings {
    /// Trainee seats; staff sit beyond them.
    pub trainees_max: u32,
    /// People on stage besides the instructors.
    pub stage_max: u32,
    /// A device may come back to its state within this time, seconds.
    pub resume_window_s: u32,
}
