//! Running rooms: one task per room owns a [`crate::classroom::Room`], executes its effects and
//! keeps the order "append, sync, then tell". The web layer holds [`RoomHandle`]s, whose methods
//! never hang: when the task has ended they answer `Unavailable` at once.

use std::sync::Arc;

use dashmap::DashMap;

pub use self::outgoing::Outgoing;
use super::media::Media;
pub use crate::classroom::{ConnectionId, Identity, RoomSettings};
use crate::protocol::{ClientMessage, OperatorAction, Refusal, Resume, RoomLoad};
use crate::store::Store;

mod outgoing;

/// All running rooms. Cheap to clone.
#[derive(Clone)]
pub struct Rooms {
    #[expect(dead_code)]
    running: Arc<DashMap<String, RoomHandle>>,
}

impl Rooms {
    pub fn new(_media: Arc<Media>, _store: Store, _settings: RoomSettings) -> Rooms {
        todo!()
    }

    /// The lesson's room, opened on first use. Refused `NotFound` when the store knows no such
    /// lesson, `Ended` when it is over.
    pub async fn open(&self, _lesson: &str) -> Result<RoomHandle, Refusal> {
        todo!()
    }

    /// Every running room, for the operator's wall and `/metrics`.
    pub fn load(&self) -> Vec<RoomLoad> {
        todo!()
    }

    /// Tells every client `bye: restarting`, writes the last facts, closes everything.
    pub async fn stop(&self) {
        todo!()
    }
}

/// A running room.
#[derive(Clone)]
pub struct RoomHandle {}

/// A socket that was let in.
#[derive(Debug)]
pub struct Joined {
    pub connection: ConnectionId,
    /// What to send to the client, `welcome` first; ends after a `bye`. See [`Outgoing`].
    pub outgoing: Outgoing,
}

impl RoomHandle {
    /// A socket said `hello`. On refusal the caller sends `refused` and `bye` itself.
    pub async fn join(&self, _who: Identity, _resume: Option<Resume>) -> Result<Joined, Refusal> {
        todo!()
    }

    /// A later message of that socket; answers come through `outgoing`.
    pub async fn message(&self, _connection: ConnectionId, _message: ClientMessage) {
        todo!()
    }

    /// A message of that socket that could not be read: counted by the same rate limit and
    /// answered `refused: malformed` through `outgoing`.
    pub async fn malformed(&self, _connection: ConnectionId) {
        todo!()
    }

    /// The socket answered a ping: proof of life of its device (CR-2).
    pub async fn alive(&self, _connection: ConnectionId) {
        todo!()
    }

    /// The socket is closed; the device may resume within the window.
    pub async fn disconnected(&self, _connection: ConnectionId) {
        todo!()
    }

    /// WHIP (`publish`) or WHEP: a device without a socket. Returns its connection and the SDP answer.
    pub async fn http_leg(
        &self,
        _who: Identity,
        _publish: bool,
        _offer: String,
    ) -> Result<(ConnectionId, String), HttpLegRefused> {
        todo!()
    }

    /// DELETE of a WHIP/WHEP resource.
    pub async fn leave(&self, _connection: ConnectionId) {
        todo!()
    }

    /// An operator acts without joining.
    pub async fn operator(&self, _by: Identity, _action: OperatorAction) -> Result<(), Refusal> {
        todo!()
    }

    pub fn load(&self) -> RoomLoad {
        todo!()
    }
}

/// Why a WHIP/WHEP request was not answered.
#[derive(Debug, thiserror::Error)]
pub enum HttpLegRefused {
    #[error("{0:?}")]
    Room(Refusal),
    /// The offer itself; the sentence says what is wrong with it.
    #[error("{0}")]
    Offer(String),
}
