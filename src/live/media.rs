//! The media side as the rest of the server sees it: worker threads that own rooms.
//! Orders go in through [`RoomMedia`], what happened comes out as [`MediaEvent`].

use std::net::IpAddr;

use tokio::sync::mpsc;

use crate::protocol::{ParticipantId, SourceKind, Want, WorkerLoad};
pub use crate::sfu::report::{LegReport, MediaEvent, RoomReport};
pub use crate::sfu::scene::{LegId, Scene, SourceId};

/// Settings of the media side (section `[media]` of the configuration).
#[derive(Debug, Clone)]
pub struct MediaSettings {
    /// Addresses that go into answers as host candidates and on which the workers listen. IPv4 or IPv6.
    pub ips: Vec<IpAddr>,
    /// UDP port of the first worker, the next ones follow; 0 lets the system choose.
    pub port: u16,
    /// Worker threads.
    pub workers: usize,
}

/// The worker threads. Dropping it stops them.
pub struct Media {}

impl Media {
    /// Binds the sockets and starts the threads; fails with a sentence naming the port or address.
    pub fn start(_settings: &MediaSettings) -> anyhow::Result<Media> {
        todo!()
    }

    /// Opens the media side of a room on the worker with the fewest legs.
    /// The receiver must be drained by the room task; it is bounded, and what does not fit is dropped
    /// and repeated by the next [`MediaEvent::Report`].
    pub fn open_room(&self) -> (RoomMedia, mpsc::Receiver<MediaEvent>) {
        todo!()
    }

    /// The last second of every worker.
    pub fn load(&self) -> Vec<WorkerLoad> {
        todo!()
    }
}

/// Orders to the media side of one room. Never waits. Dropping it closes the room and its legs.
pub struct RoomMedia {}

/// An offer that was answered.
#[derive(Debug)]
pub struct OpenedLeg {
    pub leg: LegId,
    /// The SDP answer, to be returned to the client as it is.
    pub answer: String,
    /// Receiving video slots of the leg, for [`Scene::video_slots`].
    pub video_slots: usize,
    /// What the offer has sending sections for.
    pub can_send: Vec<SourceKind>,
}

/// Why an offer cannot be answered; the sentence tells which line or codec.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct OfferRefused(pub String);

impl RoomMedia {
    /// Answers an offer and opens its leg. Takes some 100 µs of the caller's thread.
    /// `person` owns the leg; nothing is published before [`RoomMedia::permit`].
    pub fn open_leg(&self, _person: ParticipantId, _offer: &str) -> Result<OpenedLeg, OfferRefused> {
        todo!()
    }

    /// Closes a leg; unknown legs are ignored. No [`MediaEvent::Gone`] follows.
    pub fn close_leg(&self, _leg: LegId) {
        todo!()
    }

    /// What the leg may publish from now on; anything else it sends is dropped and counted.
    pub fn permit(&self, _leg: LegId, _kinds: &[SourceKind]) {
        todo!()
    }

    /// The scene from now on; replaces the earlier one.
    pub fn show(&self, _scene: Scene) {
        todo!()
    }

    /// How much the leg wants to receive.
    pub fn want(&self, _leg: LegId, _want: Want) {
        todo!()
    }
}
