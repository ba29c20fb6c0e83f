//! SHELL: threads, sockets and clocks around the CORE.
//!
//! Media: [`media`] (the handles others hold) → [`worker`] (one thread, one port, whole rooms) →
//! [`routes`] (whose datagram it is) → [`hall`] (the media side of one room) → [`intake`] (what is
//! published) → [`forward`] (★ the hot path, one page) → [`feedback`] (what runs by the clock: reports,
//! requests, consent) → [`udp`] (batches in, bursts out), [`faults`] (legs that end early, in the log).
//! Recording: [`tap`] (one more subscriber of a hall) → [`recorder`] (one thread that writes).
//! Watching it later: [`download`] (one MP4 on demand, made by ffmpeg).
//! Before a class: [`check`] (a leg of no class, that proves the way).
//! Facts: [`room`] (the task of one room), [`clock`] (its time).

pub mod check;
pub mod clock;
pub mod download;
pub mod faults;
pub mod feedback;
pub mod forward;
pub mod hall;
pub mod intake;
pub mod media;
pub mod member;
pub mod order;
pub mod recorder;
pub mod room;
pub mod routes;
pub mod seldom;
pub mod tap;
pub mod udp;
pub mod worker;
