//! GROUND: time, in one place; every module may name it, and it names none.
//!
//! `instant` by the server's clock, and places in a recording · `spans` sets of both · `date` days in
//! Shanghai · [`rfc3339`] instants as texts · [`clock`] the present time. Below is the calendar of the crate
//! `time`, which the program links anyway.

pub mod clock;
mod date;
mod instant;
pub mod rfc3339;
mod spans;
mod stretch;

pub use self::date::{LocalDate, local_time};
pub use self::instant::{Axis, MediaMs, ServerInstant};
pub use self::spans::{Span, Spans};
pub use self::stretch::Stretch;
