//! Simulated classes over the real signalling and media of a live-classroom server.
//!
//! The library is a headless participant on a complete stack that shares no code with the server's
//! media side (the async `webrtc` crate), used by the load generator and the integration tests:
//! [`peer`] joins a lesson and speaks its protocol, [`http`] signs in and does WHIP and WHEP,
//! [`connection`] holds the peer connection, [`media`] makes the packets that [`meter`] checks one
//! by one on the other side.

pub mod clock;
pub mod connection;
pub mod crowd;
pub mod http;
pub mod media;
pub mod meter;
mod mirror;
mod offer;
pub mod office;
pub mod peer;
pub mod postgres;
pub mod process;
pub mod report;
pub mod sdp;
pub mod sending;
pub mod setup;
