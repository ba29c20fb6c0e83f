//! The effects of an input. The room decides, the room's task carries out: facts first, then messages.

use std::sync::Arc;

use super::ConnectionId;
use crate::attendance::fact::Fact;
use crate::classroom::message::{Bye, ServerMessage};
use crate::lesson::SourceKind;
use crate::sfu::scene::{LegId, Scene};
use crate::sfu::subscriber::{ParticipantId, Want};

/// One effect; effects are carried out in order.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Send the same message to each of these connections.
    Send {
        to: Vec<ConnectionId>,
        message: Arc<ServerMessage>,
    },
    /// Send the connection's last message; nothing follows it.
    Bye {
        to: ConnectionId,
        reason: Bye,
    },
    /// Store the fact before anything of the same batch is told to anybody.
    Append(Fact),
    Media(MediaOrder),
}

/// An order to the media side; it may be carried out at once.
#[derive(Debug, Clone, PartialEq)]
pub enum MediaOrder {
    /// Answer the offer, and call [`super::Room::offer_answered`] or [`super::Room::offer_refused`].
    Open {
        connection: ConnectionId,
        id: u32,
        person: ParticipantId,
        offer: String,
    },
    /// Set the kinds that the leg may publish.
    Permit {
        leg: LegId,
        kinds: Vec<SourceKind>,
    },
    Show(Scene),
    /// Start or stop handing published streams to the recorder.
    Record(bool),
    Want {
        leg: LegId,
        want: Want,
    },
    /// Set the heights of the leg's video slots on the screen, in device pixels.
    Tiles {
        leg: LegId,
        heights: Vec<u16>,
    },
    Close(LegId),
}
