//! CORE: what happens in a lesson. Inputs and `now` go in, effects come out.

use crate::protocol::Role;

/// Who stands behind a request; made from a signed-in session or a bearer token, never from a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Stable id of the person (a guest's token gives a fresh one per WHIP/WHEP session).
    pub person: String,
    pub name: String,
    pub role: Role,
}

/// Names one device's connection inside a room: a socket, or a WHIP/WHEP session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConnectionId(pub u64);

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
