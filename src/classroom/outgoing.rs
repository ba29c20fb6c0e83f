//! The effects of an input, in order: facts, messages to connections, orders to the media side.

use std::sync::Arc;

use super::ConnectionId;
use super::deltas::{Audience, Deltas, Listener};
use super::effect::{Effect, MediaOrder};
use super::roster::Roster;
use crate::attendance::fact::Fact;
use crate::classroom::message::{Bye, RoomEvent, ServerMessage};

/// The effects of the present input, and the log of the deltas sent.
#[derive(Debug, Default)]
pub(super) struct Outgoing {
    effects: Vec<Effect>,
    deltas: Deltas,
}

impl Outgoing {
    /// Takes all effects so far; the next input begins with none.
    pub(super) fn take(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    pub(super) fn append(&mut self, fact: Fact) {
        self.effects.push(Effect::Append(fact));
    }

    pub(super) fn media(&mut self, order: MediaOrder) {
        self.effects.push(Effect::Media(order));
    }

    pub(super) fn send(&mut self, to: ConnectionId, message: ServerMessage) {
        self.repeat(to, Arc::new(message));
    }

    /// Sends the same message to another connection, too.
    pub(super) fn repeat(&mut self, to: ConnectionId, message: Arc<ServerMessage>) {
        self.effects.push(Effect::Send { to: vec![to], message });
    }

    pub(super) fn bye(&mut self, to: ConnectionId, reason: Bye) {
        self.effects.push(Effect::Bye { to, reason });
    }

    /// Numbers a change and sends it to everybody in its audience who is connected.
    pub(super) fn delta(&mut self, roster: &Roster, audience: Audience, event: RoomEvent) {
        let to = roster.connections(&audience);
        let message = self.deltas.push(audience, event);
        if !to.is_empty() {
            self.effects.push(Effect::Send { to, message });
        }
    }

    /// Number of the newest delta.
    pub(super) fn last(&self) -> u64 {
        self.deltas.last()
    }

    /// See [`Deltas::missed`].
    pub(super) fn missed(&self, seq: u64, listener: Listener) -> Option<Vec<Arc<ServerMessage>>> {
        self.deltas.missed(seq, listener)
    }
}
