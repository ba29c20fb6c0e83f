//! The manifest: one line per event of a recording, appended and synced after the event itself. A file that
//! is not listed does not exist; a listed file is on disk.
//!
//! A line is `<hash> <JSON>\n`. The hash is the first 32 hex digits of SHA-256 over the hash of the line
//! before (empty for the first) and the JSON, so a change anywhere is found, and a line torn by a power cut
//! is recognised.

mod line;
mod view;

use serde::{Deserialize, Serialize};

pub use self::line::{Chain, Damage, Lines, Listed, read, read_on};
pub use self::view::{Init, Manifest, Segment, Track};
use crate::lesson::{ClassState, Role, SourceKind};
use crate::time::Stretch;

/// Media that was sent and is missing or damaged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplayGap {
    pub track: u32,
    pub from_ms: u64,
    pub to_ms: u64,
    pub why: GapReason,
}

/// Why media is missing in a recording. Stored: the words are never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GapReason {
    /// Packets never came, in spite of requests.
    Loss,
    /// The disk was too slow or the recorder too busy: its queue was full.
    Overload,
    /// The disk was full or refused to write.
    Disk,
    /// The server stopped or died in the middle.
    Restart,
    /// A stored segment is not as written; it is kept but not served.
    Damaged,
    /// This codec cannot store the media.
    Codec,
}

/// Version of the format.
pub const VERSION: u32 = 1;

/// One line. Times are milliseconds since the recording's start; a segment's are ticks of its track.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Entry {
    /// The first line.
    Recording {
        v: u32,
        id: String,
        lesson: String,
        started_at_ms: u64,
    },
    /// A server records from here on: at the start of the class, and again after a restart.
    Opened {
        at_ms: u64,
    },
    /// A stream that a person began to send. Later lines name it by its number.
    Track {
        track: u32,
        at_ms: u64,
        /// Person id of the signed-in session, never a display name.
        person: String,
        name: String,
        role: Role,
        kind: SourceKind,
        /// Ticks per second.
        timescale: u32,
    },
    /// The init that a player must read before the segments that name it.
    Init {
        track: u32,
        init: u32,
        file: StoredFile,
        codecs: String,
        width: u32,
        height: u32,
    },
    Segment {
        track: u32,
        /// Counts up by one within the track.
        number: u32,
        init: u32,
        start: u64,
        duration: u64,
        /// Whether it begins with a keyframe (sound always does).
        independent: bool,
        file: StoredFile,
    },
    Gap {
        track: u32,
        from_ms: u64,
        to_ms: u64,
        why: GapReason,
    },
    Event {
        at_ms: u64,
        event: Event,
    },
    /// The recording ends here. The line's hash seals everything before it.
    Closed {
        at_ms: u64,
        why: CloseReason,
        /// All stretches off the record so far.
        off_record: Vec<Stretch>,
    },
}

/// A file of a recording, as written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredFile {
    /// Name within the recording's folder: made by the server from numbers only.
    pub name: String,
    pub bytes: u64,
    /// SHA-256, in hex.
    pub sha256: String,
}

/// An event of the room that the replay shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    Class {
        class: ClassState,
    },
    /// The instructor began or ended a stretch off the record.
    OffRecord {
        on: bool,
    },
    Stage {
        person: String,
        name: String,
        on: bool,
    },
    Chat {
        line: u64,
        person: String,
        name: String,
        role: Role,
        text: String,
    },
    ChatRemoved {
        line: u64,
    },
    /// An operator told everybody.
    Notice {
        text: String,
    },
    /// Staff asked everybody.
    Poll {
        poll: u32,
        /// Empty = it was asked aloud.
        question: String,
        options: Vec<String>,
    },
}

/// Why a recording was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CloseReason {
    /// The class ended.
    Ended,
    /// The server stopped in order.
    Stopped,
    /// The server found it open at its start: it had died.
    Recovered,
}
