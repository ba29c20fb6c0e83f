//! CORE: the rules of a running lesson. [`Room`] takes inputs and `now`, and returns [`Effect`]s; it has no
//! clock, socket or task. Its nouns have files of their own:
//!
//! `room` the doors · `door` coming in, coming back, going out · `entitled` who may stay · `commands` of
//! people · `media` inputs of the media side · `player` people who follow by HLS · `settle` consequences of
//! the state · `restore` going on from facts · `asking` whom, and when · `picture` of the instructors, or why
//! there is none: these decide for the whole room | the others have some state of their own: `roster` people,
//! devices, seats · `answers` to a device's commands · `permissions` by role · `life` of the class · `record`
//! what will be in the replay · `chat` · `hands` · `stage` what is shown and who speaks · `outgoing` effects,
//! and `deltas` the numbered log · `network` links in words, `network_check` the same before a class ·
//! `evidence` of presence and teaching · `instruction` the teaching so far · `checks` as the facts tell them
//! · `minutes` that count so far · `counting` whether any do, and their worth · `polls` · `kinds` sets of
//! source kinds.

use std::sync::Arc;

use crate::attendance::event::Plan;
use crate::attendance::policy::Policy;
use crate::lesson::Role;
use crate::time::ServerInstant;

pub use self::chat::notice_of;
pub use self::door::NewLeg;
pub use self::effect::{Effect, MediaOrder};
pub use self::entitled::{Displaced, Entitled, SignedOut};
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
mod entitled;
mod evidence;
mod hands;
mod instruction;
mod kinds;
mod life;
mod media;
pub mod message;
mod minutes;
mod network;
pub mod network_check;
mod outgoing;
mod permissions;
mod picture;
mod player;
mod polls;
mod record;
mod restore;
mod room;
mod roster;
mod settle;
mod stage;
#[cfg(test)]
mod tests;

/// The person behind a request, from a signed-in session or a bearer token, never from a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Stable id of the person (a guest's token gives a new one per WHIP/WHEP session: [`Identity::guest`]).
    pub person: String,
    pub name: String,
    pub role: Role,
    /// The instant from which they belong to the lesson (server time, ms); `None` = staff and guests, whose
    /// presence counts for nothing (CR-1, CR-17).
    pub approved_at_ms: Option<u64>,
}

/// The beginning of the ids of guests; people with names have other ids.
const GUEST: &str = "guest-";

impl Identity {
    /// A person without a name, known by `token`, as its fingerprint; `session` is unique.
    pub fn guest(token: &str, session: &str, name: &str, role: Role) -> Identity {
        let person = format!("{GUEST}{token}-{session}");
        Identity { person, name: name.to_owned(), role, approved_at_ms: None }
    }
}

/// The token by which a guest came; `None` = a person with a name.
fn token_of(person: &str) -> Option<&str> {
    person.strip_prefix(GUEST).map(|rest| rest.split_once('-').map_or(rest, |(token, _)| token))
}

/// Id of one device's connection inside a room: a socket, or a WHIP/WHEP session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConnectionId(pub u64);

/// The plan and rules by which a lesson's minutes are counted.
#[derive(Debug, Clone)]
pub struct Hours {
    pub plan: Plan,
    pub policy: Arc<Policy>,
    /// The secret from which the moments of the checks are computed (CR-7).
    pub secret: Vec<u8>,
}

impl Hours {
    /// A lesson of two 学时 at the beginning of time, by the default rules; for tests.
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
    /// Time within which a device may come back to its state, seconds.
    pub resume_window_s: u32,
}
