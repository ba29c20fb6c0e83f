//! Instants by the server's clock, and places in a recording.

use serde::Serialize;

/// A point of a time line, in milliseconds.
pub trait Axis: Copy + Ord {
    fn ms(self) -> u64;
}

/// An instant by the server's clock, UTC milliseconds since the Unix epoch: the only kind of time
/// that reaches credit. It comes from a stored fact or from an audit file; it cannot be
/// deserialised, so no message of a client can carry one (I-21).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
pub struct ServerInstant(u64);

impl ServerInstant {
    /// The end of the year 9999.
    pub const MAX: ServerInstant = ServerInstant(253_402_300_799_999);

    /// The time of the server's clock at the making of a fact; later times become [`ServerInstant::MAX`].
    pub fn of_fact(ms: u64) -> ServerInstant {
        ServerInstant(ms.min(Self::MAX.0))
    }

    pub const fn ms(self) -> u64 {
        self.0
    }

    #[must_use]
    pub fn plus_ms(self, ms: u64) -> ServerInstant {
        ServerInstant::of_fact(self.0.saturating_add(ms))
    }
}

impl Axis for ServerInstant {
    fn ms(self) -> u64 {
        self.0
    }
}

/// A place in a recording or an asynchronous lesson, milliseconds from its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
pub struct MediaMs(pub u64);

impl Axis for MediaMs {
    fn ms(self) -> u64 {
        self.0
    }
}
