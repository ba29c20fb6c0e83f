//! One running room: the task that owns a [`crate::classroom::Room`], executes its effects and
//! keeps the order "append, sync, then tell". The web layer holds [`RoomHandle`]s.

use std::sync::Arc;

use dashmap::DashMap;
use tokio::sync::mpsc;

use super::media::Media;
use crate::protocol::{ClientMessage, OperatorAction, Refusal, Role, RoomLoad, ServerMessage};
use crate::store::Store;

/// Who stands behind a request; made from a signed-in session or a bearer token, never from a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Stable id of the person (a guest's token gives a fresh one per WHIP/WHEP session).
    pub person: String,
    pub name: String,
    pub role: Role,
}

/// Names one device's connection inside a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ConnectionId(pub u64);

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

    /// The lesson's room, opened on first use; `None` when the store knows no such lesson or it has ended.
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

/// A running room.
#[derive(Clone)]
pub struct RoomHandle {}

/// A socket that was let in.
pub struct Joined {
    pub connection: ConnectionId,
    /// What to send to the client, `welcome` first. Bounded: when it is full the room closes the
    /// connection (the receiver ends) with `bye: too_slow` as its last message where possible.
    pub outgoing: mpsc::Receiver<ServerMessage>,
}

impl RoomHandle {
    /// A socket said `hello`. On refusal the caller sends `refused` and `bye` itself.
    pub async fn join(
        &self,
        _who: Identity,
        _resume: Option<crate::protocol::Resume>,
    ) -> Result<Joined, Refusal> {
        todo!()
    }

    /// A later message of that socket; answers come through `outgoing`.
    pub async fn message(&self, _connection: ConnectionId, _message: ClientMessage) {
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
