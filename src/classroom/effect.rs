//! What a room wants done. The room decides, the room's task does: facts first, then words.

use std::sync::Arc;

use super::ConnectionId;
use crate::attendance::fact::Fact;
use crate::protocol::{Bye, ParticipantId, ServerMessage, SourceKind, Want};
use crate::sfu::scene::{LegId, Scene};

/// One thing to do, in order.
#[derive(Debug, Clone)]
pub enum Effect {
    /// The same words to every one of these connections.
    Send {
        to: Vec<ConnectionId>,
        message: Arc<ServerMessage>,
    },
    /// The connection's last message; nothing is sent to it afterwards.
    Bye {
        to: ConnectionId,
        reason: Bye,
    },
    /// To be on disk before anything of the same batch is told to anybody.
    Append(Fact),
    Media(MediaOrder),
}

/// What the media side is asked to do; it may be done at once.
#[derive(Debug, Clone, PartialEq)]
pub enum MediaOrder {
    /// Answer the offer and tell [`super::Room::offer_answered`] or [`super::Room::offer_refused`].
    Open {
        connection: ConnectionId,
        id: u32,
        person: ParticipantId,
        offer: String,
    },
    /// What the leg may publish from now on.
    Permit {
        leg: LegId,
        kinds: Vec<SourceKind>,
    },
    Show(Scene),
    /// Hand what is published to the recorder, or stop doing so.
    Record(bool),
    Want {
        leg: LegId,
        want: Want,
    },
    /// How high its video slots are shown, device pixels.
    Tiles {
        leg: LegId,
        heights: Vec<u16>,
    },
    Close(LegId),
}
