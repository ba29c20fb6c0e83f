//! Bodies of the replay's REST routes (回放). All times of a recording are milliseconds since its own
//! start unless the name says otherwise; `started_at_ms` is where that lies on the wall clock.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Role, SourceKind};

/// `GET /api/replay/{lesson}`: everything the replay page shows, while the class runs and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Replay {
    pub lesson: String,
    pub title: String,
    /// Unguessable name of the recording in media addresses: `/media/{recording}/…`.
    pub recording: String,
    /// The class still runs: more is coming, ask again every few seconds.
    pub live: bool,
    #[ts(type = "number")]
    pub started_at_ms: u64,
    /// How far the recording reaches (so far).
    #[ts(type = "number")]
    pub duration_ms: u64,
    /// One per published stream, in the order they began.
    pub tracks: Vec<ReplayTrack>,
    /// Where something is missing that was sent.
    pub gaps: Vec<ReplayGap>,
    /// Declared breaks: nothing was recorded.
    pub breaks: Vec<Stretch>,
    /// Stretches the instructor marked as off the record.
    pub off_record: Vec<Stretch>,
    pub chapters: Vec<Chapter>,
    /// The chat without removed lines, oldest first.
    pub chat: Vec<ReplayLine>,
    /// As a course, once it was published.
    pub course: Option<Course>,
    /// The viewer may trim, publish and take back.
    pub may_edit: bool,
    /// The viewer's own progress; none for staff and for viewers without a name.
    pub progress: Option<Progress>,
    /// What the viewer earns by watching all of it; none: nothing (of the own class it makes up for what was
    /// missed).
    pub earns: Option<Earns>,
}

/// Credit for watching a whole course (CR-11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Earns {
    #[ts(type = "number")]
    pub credit_ch: u64,
    /// What is watched from then on earns nothing; none: there is time.
    #[ts(type = "number | null")]
    pub until_ms: Option<u64>,
}

/// One recorded stream; its media playlist is `/media/{recording}/{track}.m3u8`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReplayTrack {
    pub track: u32,
    /// Display name of who sent it.
    pub name: String,
    pub role: Role,
    pub kind: SourceKind,
    /// RFC 6381, e.g. `avc1.42e01f`, `opus`, `vp8`; of the newest stretch.
    pub codecs: String,
    pub width: u32,
    pub height: u32,
    /// Where it has something, oldest first, never overlapping.
    pub stretches: Vec<Stretch>,
}

/// `[from_ms, to_ms)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
pub struct Stretch {
    #[ts(type = "number")]
    pub from_ms: u64,
    #[ts(type = "number")]
    pub to_ms: u64,
}

/// Something was sent and is not there, or is damaged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReplayGap {
    pub track: u32,
    #[ts(type = "number")]
    pub from_ms: u64,
    #[ts(type = "number")]
    pub to_ms: u64,
    pub why: GapReason,
}

/// Why something is missing in a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum GapReason {
    /// Packets never came, in spite of asking for them again.
    Loss,
    /// The disk was too slow or the recorder too busy: its queue was full.
    Overload,
    /// The disk was full or refused to write.
    Disk,
    /// The server stopped or died in the middle.
    Restart,
    /// A stored segment is not what was written; it is kept but not served.
    Damaged,
    /// What was sent cannot be stored in this codec.
    Codec,
}

/// A place to jump to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Chapter {
    #[ts(type = "number")]
    pub at_ms: u64,
    pub kind: ChapterKind,
    /// Whom it is about, where it is about somebody; of a poll, what was asked.
    pub name: Option<String>,
}

/// What begins with a chapter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ChapterKind {
    /// The class.
    Start,
    /// Teaching after a break.
    AfterBreak,
    /// A shared screen.
    Screen,
    /// Somebody came on stage.
    OnStage,
    OffStage,
    /// A question to everybody.
    Poll,
}

/// One line of the chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReplayLine {
    #[ts(type = "number")]
    pub at_ms: u64,
    pub name: String,
    pub role: Role,
    pub text: String,
}

/// A recording that was published as a course. `PUT /api/replay/{lesson}/course` takes one,
/// `DELETE` takes it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Course {
    /// 1 to 100 characters.
    pub title: String,
    /// At most 2000 characters.
    pub description: String,
    /// What is shown of the recording.
    pub shown: Stretch,
    pub audience: Audience,
}

/// Who may watch a published course; staff always may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// The people of the lesson.
    Class,
    /// Whoever studies or teaches in the programme of the lesson; of none: whoever is signed in.
    Programme,
    /// Whoever has the address.
    Everybody,
}

/// What one trainee has watched, by the server's own reckoning (CR-11).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Progress {
    /// Oldest first, never touching each other.
    pub covered: Vec<Stretch>,
    #[ts(type = "number")]
    pub covered_ms: u64,
    /// Where the trainee stopped.
    #[ts(type = "number")]
    pub position_ms: u64,
    /// Nothing more counts until this comes back as `answer` with a heartbeat (在线确认); none: nothing is asked.
    pub check: Option<String>,
    /// All of it was watched as a course.
    pub completed: Option<Completed>,
}

/// A course that was watched whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Completed {
    #[ts(type = "number")]
    pub at_ms: u64,
    /// What stands in the ledger for it; 0 where its content was earned before, in class for instance.
    #[ts(type = "number")]
    pub entered_ch: i64,
}

/// Answer of `POST /api/replay/{lesson}/ticket`: an address for players that can set no header, for this viewer and this
/// recording alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MediaTicket {
    /// Of the playlist, as the asker reaches this server.
    pub url: String,
    #[ts(type = "number")]
    pub expires_at_ms: u64,
}

/// `POST /api/replay/{lesson}/watched`: sent every 15 s of watching, and once when it pauses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Watched {
    #[ts(type = "number")]
    pub from_ms: u64,
    #[ts(type = "number")]
    pub to_ms: u64,
    /// The check that the person answered: `check` of the progress.
    pub answer: Option<String>,
}

/// What a heartbeat was worth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WatchAnswer {
    pub progress: Progress,
    /// Less was taken than was sent: too fast, too late, nothing of it was sent to the viewer, a check is due, a live class runs, or the time for
    /// it is over.
    pub cut: bool,
}

/// `POST` and `GET /api/replay/{lesson}/download`: the single MP4 that is made on demand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum DownloadState {
    /// Not asked for yet.
    None,
    Queued,
    Running {
        permille: u32,
    },
    Ready {
        #[ts(type = "number")]
        bytes: u64,
        /// Address of the file.
        path: String,
    },
    /// The code names the reason: `no_ffmpeg`, `too_long`, `failed`.
    Failed {
        code: String,
    },
}
