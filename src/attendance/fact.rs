//! A fact: something the server itself saw in a lesson. Facts are appended, never edited; presence
//! and credit are computed from them and from nothing else (rules CR-1, CR-2, CR-18 of the domain).

use serde::{Deserialize, Serialize};

use crate::lesson::{ClassState, Role, SourceKind};

/// A poll as staff put it. Options are named by their place, from 0. Stored: the fields are never renamed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewPoll {
    /// Empty when the question is asked aloud or stands on a slide.
    pub question: String,
    pub options: Vec<String>,
    /// More than one option may be chosen.
    pub multiple: bool,
    /// The right options; empty = there is none. Told with the result, never before.
    pub right: Vec<u8>,
}

/// The people for whom a course is published. Staff may watch every course. Stored: the words are never
/// renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// The people of the lesson.
    Class,
    /// People who study or teach in the programme of the lesson; for a lesson without a programme, everybody
    /// who is signed in.
    Programme,
    /// Everybody who has the address, signed in or not.
    Everybody,
}

/// The origin of a presence check. Stored: the words are never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckKind {
    /// The rules, once in each block.
    Block,
    /// The instructor called the roll (点名).
    Roll,
}

/// One row of the fact log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// The lesson in which it happened.
    pub lesson: String,
    /// Id of the person it is about, from the signed-in session (never a display name); `None` = the class
    /// itself.
    pub person: Option<String>,
    /// Server time, ms since the Unix epoch.
    pub at_ms: u64,
    #[serde(flatten)]
    pub what: What,
}

/// What happened. `device` is the room's number of the tab, phone or encoder (one presence each).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum What {
    ClassStarted,
    ClassPaused,
    ClassResumed,
    /// `by` may take it back for a while; `None` in facts of earlier versions.
    ClassEnded {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    /// The person who ended the class took that back: the class is again in the state in which it was ended.
    ClassReopened {
        by: String,
        to: ClassState,
    },
    /// Two people declared that the class was held in `[from_ms, to_ms]`, as the instructor's picture and
    /// sound show, though it was not started then.
    ClassDeclared {
        by: String,
        approver: String,
        from_ms: u64,
        to_ms: u64,
    },
    /// A device came in.
    Joined {
        device: u64,
        role: Role,
        name: String,
    },
    /// A device left; `at_ms` is the last evidence of it, not the moment it was noticed (CR-2).
    Left {
        device: u64,
        reason: LeftReason,
    },
    /// In `[from_ms, at_ms]` the device answered heartbeats and its media leg was alive (CR-2).
    Alive {
        device: u64,
        from_ms: u64,
    },
    /// In `[from_ms, at_ms]` this staff device's picture, screen or sound was arriving (CR-3).
    Teaching {
        device: u64,
        from_ms: u64,
        kinds: Vec<SourceKind>,
    },
    OnStage {
        by: String,
        camera: bool,
    },
    OffStage {
        by: String,
    },
    /// The recording stops from here on (`on`), or goes on.
    OffRecord {
        by: String,
        on: bool,
    },
    HandRaised,
    HandLowered {
        by: String,
    },
    Muted {
        by: String,
    },
    /// A muted encoder got its microphone back; people on pages take theirs back without a fact.
    Unmuted {
        by: String,
    },
    ChatMuted {
        by: String,
        muted: bool,
    },
    /// A chat line of this person (its text is kept in the fact: it can be proof of attention).
    Chat {
        line: u64,
        text: String,
    },
    ChatRemoved {
        line: u64,
        by: String,
    },
    Removed {
        by: String,
    },
    /// Staff took a removal back: the person may come in again.
    Readmitted {
        by: String,
    },
    /// The moment of a block's check came (CR-7): from now on everybody in the block is asked, at once or
    /// when they are seen next. About the class itself.
    CheckDue {
        block: u32,
    },
    /// A check (CR-7) was put to this person. The block checks of one block and one round share their id.
    CheckIssued {
        check: String,
        kind: CheckKind,
        block: u32,
        deadline_ms: u64,
    },
    /// Includes an answer that came too late, or to a check never put to this person: it is kept, and ignored
    /// with a reason.
    CheckAnswered {
        check: String,
    },
    CheckMissed {
        check: String,
        block: u32,
    },
    /// The check no longer counts against this person: connection lost, a break, or staff said so.
    CheckVoid {
        check: String,
        by: Option<String>,
        /// `None` in facts of versions that did not tell the reasons apart.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<Excuse>,
    },
    /// Staff asked everybody a poll (S3-08). The polls of a lesson are numbered from 1. About the class
    /// itself, as are the next two.
    PollOpened {
        poll: u32,
        by: String,
        ask: NewPoll,
    },
    /// The poll takes no more answers. (The end of the class closes a poll without this.)
    PollClosed {
        poll: u32,
        by: String,
    },
    /// Everybody sees the result, or sees it no longer.
    PollShown {
        poll: u32,
        by: String,
        on: bool,
    },
    /// The options this trainee chose; a later answer replaces it. A sign of attention (CR-6).
    PollAnswered {
        poll: u32,
        choices: Vec<u8>,
    },
    /// The recording was published as a course, as trimmed to `[from_ms, to_ms)` of its time.
    CoursePublished {
        by: String,
        title: String,
        audience: Audience,
        from_ms: u64,
        to_ms: u64,
    },
    CourseWithdrawn {
        by: String,
    },
    /// The machine's clock was set while the room was open. The room did not follow; the clock is now `by_ms`
    /// after the room's time (negative = before it). About the class itself.
    ClockStepped {
        by_ms: i64,
    },
    /// An operator acted without joining; `action` holds the words of the command.
    OperatorAction {
        by: String,
        action: String,
    },
}

/// Why a check no longer counts against its person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Excuse {
    /// The person's connection was lost within the time to answer.
    Away,
    /// A break or the end of the class came.
    Class,
    /// The server had stopped, or could not store an answer.
    Server,
    /// Staff took the check back.
    Staff,
}

/// Why a device left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeftReason {
    /// The person asked to leave, or signed out.
    Asked,
    /// Heartbeat and media were lost for longer than the resume window.
    Lost,
    /// Staff removed the person, the office ended the sign-in, or the person is off the roster of the class.
    Removed,
    /// A new connection of the same device took the place of this one.
    Replaced,
    /// The class ended or the server stopped.
    Closed,
}
