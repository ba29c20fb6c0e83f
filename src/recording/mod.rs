//! CORE: a class as files. Frames from packets, segments of fragmented MP4 from frames, the manifest
//! that lists them, and the playlists that are read from it. No clock, no file: [`crate::live`] feeds
//! it and writes what comes out, [`crate::store`] reads it back.
//!
//! All tracks of a recording stand on one time line: milliseconds (in the manifest) or ticks of the
//! track (in its segments) since the recording's start on the server's clock.

pub mod manifest;
