//! CORE: a class as files. Frames from packets, segments of fragmented MP4 from frames, the manifest that
//! lists them, and the playlists made from it. No clock, no file: [`crate::live`] feeds it and writes its
//! output, [`crate::store`] reads it back.
//!
//! All tracks of a recording share one time line: milliseconds (in the manifest) or ticks of the track (in
//! its segments) since the recording's start on the server's clock.
//!
//! ## Writing
//! [`track::Track`] takes the packets of one published stream: a queue puts them in order, the
//! depacketizers of its codec make frames, [`clock`] says when they were, and [`mp4`] makes segments.
//! The recorder writes each file, then its line of the [`manifest`].
//!
//! ## Reading
//! [`manifest::read`] gives the whole lines of what a power cut left, [`manifest::Manifest`] folds
//! them; [`playlist`] and [`replay`] show that.

mod bits;
pub mod catalogue;
pub mod clock;
mod depacketize;
pub mod manifest;
mod mp4;
mod picture;
pub mod playlist;
mod reorder;
pub mod replay;
mod segment;
mod sound;
mod stretches;
pub mod track;

pub use depacketize::picture_area;
