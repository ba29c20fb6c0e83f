//! What the replay page shows of a recording, read from its manifest.

use super::manifest::Manifest;
use crate::protocol::{Chapter, ReplayGap, ReplayLine, ReplayTrack, Stretch};

/// The parts of [`crate::protocol::Replay`] that come from the manifest, under the same names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shown {
    pub duration_ms: u64,
    pub tracks: Vec<ReplayTrack>,
    pub gaps: Vec<ReplayGap>,
    pub breaks: Vec<Stretch>,
    pub off_record: Vec<Stretch>,
    pub chapters: Vec<Chapter>,
    pub chat: Vec<ReplayLine>,
}

/// What is shown of a recording: all of it, or what lies in `window`.
pub fn shown(manifest: &Manifest, window: Option<Stretch>) -> Shown {
    let _ = (manifest, window);
    Shown::default()
}
