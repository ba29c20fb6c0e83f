//! Bodies of the replay's REST routes (回放). All times of a recording are milliseconds since its own start
//! unless the name says otherwise; `started_at_ms` is that start on the wall clock.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Role, SourceKind};
use crate::wire::{self, mirror};
use crate::{attendance, lesson, recording, time};

/// `GET /api/replay/{lesson}`: everything the replay page shows, while the class runs and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Replay {
    pub lesson: String,
    pub title: String,
    /// Unguessable name of the recording in media addresses: `/media/{recording}/…`.
    pub recording: String,
    /// Whether the class still runs: more is coming, ask again every few seconds.
    pub live: bool,
    #[ts(type = "number")]
    pub started_at_ms: u64,
    /// Length of the recording (so far).
    #[ts(type = "number")]
    pub duration_ms: u64,
    /// One per published stream, in the order they began.
    #[serde(with = "wire")]
    #[ts(as = "Vec<ReplayTrack>")]
    pub tracks: Vec<recording::replay::ReplayTrack>,
    /// Stretches in which media that was sent is missing.
    #[serde(with = "wire")]
    #[ts(as = "Vec<ReplayGap>")]
    pub gaps: Vec<recording::manifest::ReplayGap>,
    /// Declared breaks: nothing was recorded.
    #[serde(with = "wire")]
    #[ts(as = "Vec<Stretch>")]
    pub breaks: Vec<time::Stretch>,
    /// Stretches the instructor marked as off the record.
    #[serde(with = "wire")]
    #[ts(as = "Vec<Stretch>")]
    pub off_record: Vec<time::Stretch>,
    #[serde(with = "wire")]
    #[ts(as = "Vec<Chapter>")]
    pub chapters: Vec<recording::replay::Chapter>,
    /// The chat without removed lines, oldest first.
    #[serde(with = "wire")]
    #[ts(as = "Vec<ReplayLine>")]
    pub chat: Vec<recording::replay::ReplayLine>,
    /// The published course, if there is one.
    pub course: Option<Course>,
    /// Whether the viewer may trim, publish and take back.
    pub may_edit: bool,
    /// The viewer's own progress; `None` = staff, and viewers without a name.
    pub progress: Option<Progress>,
    /// The viewer's credit for watching all of it; `None` = none (for the own class it makes up for missed
    /// time).
    pub earns: Option<Earns>,
}

/// Credit for watching a whole course (CR-11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Earns {
    #[ts(type = "number")]
    pub credit_ch: u64,
    /// Deadline for earning, ms since the Unix epoch; `None` = no deadline.
    #[ts(type = "number | null")]
    pub until_ms: Option<u64>,
}

mirror! {
    /// One recorded stream; its media playlist is `/media/{recording}/{track}.m3u8`.
    struct ReplayTrack for recording::replay::ReplayTrack {
        track: u32,
        /// Display name of the sender.
        name: String,
        #[serde(with = "wire")]
        #[ts(as = "Role")]
        role: lesson::Role,
        #[serde(with = "wire")]
        #[ts(as = "SourceKind")]
        kind: lesson::SourceKind,
        /// RFC 6381, e.g. `avc1.42e01f`, `opus`, `vp8`; of the newest stretch.
        codecs: String,
        width: u32,
        height: u32,
        /// The stretches with media, oldest first, never overlapping.
        #[serde(with = "wire")]
        #[ts(as = "Vec<Stretch>")]
        stretches: Vec<time::Stretch>,
    }
}

mirror! {
    /// `[from_ms, to_ms)`.
    struct Stretch for time::Stretch {
        #[ts(type = "number")]
        from_ms: u64,
        #[ts(type = "number")]
        to_ms: u64,
    }
}

mirror! {
    /// Media that was sent and is missing or damaged.
    struct ReplayGap for recording::manifest::ReplayGap {
        track: u32,
        #[ts(type = "number")]
        from_ms: u64,
        #[ts(type = "number")]
        to_ms: u64,
        #[serde(with = "wire")]
        #[ts(as = "GapReason")]
        why: recording::manifest::GapReason,
    }
}

mirror! {
    /// Why media is missing in a recording.
    #[serde(rename_all = "snake_case")]
    enum GapReason for recording::manifest::GapReason {
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
}

mirror! {
    /// A place to jump to.
    struct Chapter for recording::replay::Chapter {
        #[ts(type = "number")]
        at_ms: u64,
        #[serde(with = "wire")]
        #[ts(as = "ChapterKind")]
        kind: recording::replay::ChapterKind,
        /// The person it is about, if any; for a poll, the question.
        name: Option<String>,
    }
}

mirror! {
    /// The event at the beginning of a chapter.
    #[serde(rename_all = "snake_case")]
    enum ChapterKind for recording::replay::ChapterKind {
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
}

mirror! {
    /// One line of the chat.
    struct ReplayLine for recording::replay::ReplayLine {
        #[ts(type = "number")]
        at_ms: u64,
        /// Whether it is an operator's notice to everybody, which has no name.
        notice: bool,
        name: String,
        #[serde(with = "wire")]
        #[ts(as = "Role")]
        role: lesson::Role,
        text: String,
    }
}

/// A recording published as a course. `PUT /api/replay/{lesson}/course` takes one, `DELETE` takes it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Course {
    /// 1 to 100 characters.
    pub title: String,
    /// At most 2000 characters.
    pub description: String,
    /// Names of those who teach, as the catalogue shows them; at most 60 characters, may be empty.
    #[serde(default)]
    pub speaker: String,
    /// At most 8, of at most 20 characters each.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The open catalogue shows it. Only a course for everybody can be in it.
    #[serde(default)]
    pub listed: bool,
    /// The part of the recording that is shown.
    #[serde(with = "wire")]
    #[ts(as = "Stretch")]
    pub shown: time::Stretch,
    #[serde(with = "wire")]
    #[ts(as = "Audience")]
    pub audience: attendance::fact::Audience,
}

mirror! {
    /// The people who may watch a published course; staff always may.
    #[serde(rename_all = "snake_case")]
    enum Audience for attendance::fact::Audience {
        /// The people of the lesson.
        Class,
        /// People who study or teach in the programme of the lesson; for a lesson without a programme,
        /// everybody who is signed in.
        Programme,
        /// Everybody who has the address, signed in or not.
        Everybody,
    }
}

/// The part that one trainee has watched, by the server's own count (CR-11).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Progress {
    /// Oldest first, never touching each other.
    #[serde(with = "wire")]
    #[ts(as = "Vec<Stretch>")]
    pub covered: Vec<time::Stretch>,
    #[ts(type = "number")]
    pub covered_ms: u64,
    /// Playing position of the trainee.
    #[ts(type = "number")]
    pub position_ms: u64,
    /// Nothing more counts until this comes back as `answer` with a heartbeat (在线确认); `None` = no check is
    /// open.
    pub check: Option<String>,
    /// The completion of the whole course.
    pub completed: Option<Completed>,
}

/// A completed course.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Completed {
    #[ts(type = "number")]
    pub at_ms: u64,
    /// Credit entered in the ledger for it, ch; 0 = its content was earned before, in class for instance.
    #[ts(type = "number")]
    pub entered_ch: i64,
}

/// Answer of `POST /api/replay/{lesson}/ticket`: an address for players that can set no header, for this viewer and this
/// recording alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MediaTicket {
    /// Address of the playlist, as the asking person reaches this server.
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
    /// The answered check: `check` of the progress.
    pub answer: Option<String>,
}

/// The result of a heartbeat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WatchAnswer {
    pub progress: Progress,
    /// Less was taken than was sent: too fast, too late, nothing of it was sent to the viewer, a check is
    /// due, a live class runs, or the time for it is over.
    pub cut: bool,
}

/// `POST` and `GET /api/replay/{lesson}/download`: the recording as one MP4, made on demand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum DownloadState {
    /// Not requested yet.
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
