//! A subscriber: the person, their wish, and the server's measure. A room's messages use these types directly
//! (see the map in `lib.rs`); none of them is stored.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A participant of one room: a small number the room hands out, stable for a person while the room lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct ParticipantId(pub u32);

impl std::fmt::Display for ParticipantId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "p{}", self.0)
    }
}

/// How much a trainee wants to receive (省流); sound always comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Want {
    /// Sound only.
    Sound,
    /// Sound and the main picture.
    Main,
    /// Everything: main pictures and stage.
    All,
}

/// The server's present measure for a device because of its link or its wish.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Doing {
    /// Full quality.
    Full,
    /// Lower picture quality, because the link is slow.
    Reduced,
    /// Sound only, because the link is very slow.
    SoundOnly,
    /// As the low-data switch asks.
    AsAsked,
}
