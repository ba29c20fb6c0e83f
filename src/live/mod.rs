//! SHELL: threads, sockets and clocks around the CORE.
//!
//! Media: [`media`] (the handles for others) → [`worker`] (one thread, one port, whole rooms) → [`routes`]
//! (the leg of each datagram) → [`host`] (a [`crate::sfu::hall`] and its listeners) → [`udp`] (batches in,
//! bursts out), [`faults`] (legs that end early, in the log). Recording: [`tap`] (from a hall into a queue) →
//! [`recorder`] (one thread that writes). Watching it later: [`download`] (one MP4 on demand, made by
//! ffmpeg). Before a class: [`check`] (a leg of no class, that proves the way). Facts: [`room`] (the task of
//! one room), [`clock`] (its time).

pub mod check;
pub mod clock;
pub mod download;
pub mod faults;
pub mod host;
pub mod media;
pub mod order;
pub mod recorder;
pub mod room;
pub mod routes;
pub mod seldom;
pub mod tap;
pub mod udp;
pub mod worker;
