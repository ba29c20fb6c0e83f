//! GROUND: what a lesson is, as facts, recordings, timetables and rules describe it. Data; nothing here
//! decides. The words are the stored ones, some of them under a hash, and are never renamed; clients read
//! mirrors of them (see [`crate::wire`]).

use serde::{Deserialize, Serialize};

pub mod network;

/// Live (同步直播课堂) or asynchronous (异步精品课堂). Stored: the words are never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CourseKind {
    Live,
    Async,
}

/// The kind of a published stream. Stored: the words are never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// Microphone, or the sound of a WHIP encoder.
    Mic,
    /// Camera, or the picture of a WHIP encoder.
    Camera,
    /// A shared screen or window.
    Screen,
}

/// The state of a class: open → live ⇄ paused → ended. Stored: the words are never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClassState {
    /// The doors are open, teaching has not begun.
    Open,
    /// Teaching.
    Live,
    /// A declared break.
    Paused,
    /// Over; nobody can come back in.
    Ended,
}

/// The role of a person in a room; it comes from the signed-in session, never from a message. Stored: the
/// words are never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Teaches: publishes, leads the class, moderates.
    Instructor,
    /// Takes one of the room's seats; publishes only on stage.
    Trainee,
    /// Watches over rooms: sees and hears, moderates, never publishes.
    Operator,
}

impl Role {
    /// Whether the role is staff, who sit beyond the trainees' seats and may moderate.
    pub fn is_staff(self) -> bool {
        self != Role::Trainee
    }
}
