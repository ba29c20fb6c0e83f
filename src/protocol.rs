//! Every signalling message between the web client and the server; the source of
//! `web-client/src/protocol.ts` (a test in `typescript` compares it, and writes it when run with
//! `UPDATE=1`).
//!
//! One WebSocket at `/signal/{lesson}?as={seat}` carries JSON text messages, from the client of at
//! most 64 KiB.
//! The client opens with `hello`; the server answers `welcome` and then either one `snapshot` or,
//! on a resumed connection, the deltas missed. After that every change of the room arrives as a
//! `delta` whose `seq` only grows; numbers meant for other eyes are skipped, TCP keeps the order.
//! Media rides on one peer connection: the client sends one `offer`, the server one `answer`,
//! and nothing is ever renegotiated. Everything here is data; nothing here decides.

mod account;
mod catalogue;
mod certificate;
mod classes;
mod conclusion;
mod consent;
mod corrections;
mod decision;
mod essays;
mod held;
mod hours;
mod mistake;
mod network_check;
mod overview;
mod policy;
mod programme;
mod quizzes;
mod registration;
mod replay;
mod reports;
mod rest;
mod role;
#[cfg(test)]
pub(crate) mod shared;
mod statement;
mod surveys;
mod timetable;
#[cfg(test)]
mod typescript;
mod wrong_tries;
pub use crate::classroom::message::*;
pub use crate::sfu::subscriber::{Doing, ParticipantId, Want};
pub use account::*;
pub use catalogue::*;
pub use certificate::*;
pub use classes::*;
pub use conclusion::*;
pub use consent::*;
pub use corrections::*;
pub use decision::*;
pub use essays::*;
pub use held::*;
pub use hours::*;
pub use mistake::*;
pub use network_check::*;
pub use overview::*;
pub use policy::*;
pub use programme::*;
pub use quizzes::*;
pub use registration::*;
pub use replay::*;
pub use reports::*;
pub use rest::*;
pub use role::*;
pub use statement::*;
pub use surveys::*;
pub use timetable::*;
pub use wrong_tries::*;

/// The longest message a client may send, in bytes. (The server's `snapshot` of a full room with a
/// full chat may be longer; everything else it sends is shorter.)
pub const MESSAGE_BYTES_MAX: usize = 64 * 1024;

/// How often the server says [`ServerMessage::Tick`] on every socket that was welcomed, in milliseconds.
pub const TICK_MS: u64 = 2_000;
