//! A fact: something the server itself saw in a lesson. Facts are appended, never edited; presence
//! and credit are computed from them and from nothing else (rules CR-1, CR-2, CR-18 of the domain).

use serde::{Deserialize, Serialize};

use crate::protocol::{Audience, CheckKind, ClassState, NewPoll, Role, SourceKind};

/// One row of the ledger of facts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// The lesson it happened in.
    pub lesson: String,
    /// Whom it is about: the person id of the signed-in session (never a display name); none for the class itself.
    pub person: Option<String>,
    /// Server time, milliseconds since the Unix epoch.
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
    /// `by` may take it back for a while; none in facts of earlier versions.
    ClassEnded {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    /// Whoever ended the class took that back: it is again in the state in which it was ended.
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
    /// What follows is not recorded (`on`), or is again.
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
    /// A muted encoder got its microphone back; persons on pages take theirs back without a fact.
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
    /// The moment of a block's check came (CR-7): from now on everybody who was in the block is asked, at once
    /// or when they are seen next. About the class itself.
    CheckDue {
        block: u32,
    },
    /// A check (CR-7) was put to this person. Block checks of one block and one round share their id.
    CheckIssued {
        check: String,
        kind: CheckKind,
        block: u32,
        deadline_ms: u64,
    },
    /// Also one that came too late, or to a check never put to this person: it is kept, and ignored
    /// with a reason.
    CheckAnswered {
        check: String,
    },
    CheckMissed {
        check: String,
        block: u32,
    },
    /// It counts against this person no more: connection lost, a break, or staff said so.
    CheckVoid {
        check: String,
        by: Option<String>,
        /// None in facts of versions that did not tell the reasons apart.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<Excuse>,
    },
    /// Staff asked everybody (S3-08). Polls of a lesson are numbered from 1. About the class itself, as are
    /// the next two.
    PollOpened {
        poll: u32,
        by: String,
        ask: NewPoll,
    },
    /// No more answers. (The end of the class closes a poll without this.)
    PollClosed {
        poll: u32,
        by: String,
    },
    /// Everybody sees the result, or no longer.
    PollShown {
        poll: u32,
        by: String,
        on: bool,
    },
    /// What this trainee chose; a later answer replaces it. A sign of attention (CR-6).
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
    /// The machine's clock was set while the room was open: it is now this much after the time of the
    /// room, which did not follow (before it, when negative). About the class itself.
    ClockStepped {
        by_ms: i64,
    },
    /// An operator acted without joining; `action` is the words of the command.
    OperatorAction {
        by: String,
        action: String,
    },
}

/// Why a check counts against its person no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Excuse {
    /// The person's connection was lost while there was time to answer.
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
    /// The person asked to leave.
    Asked,
    /// Heartbeat and media were lost for longer than the resume window.
    Lost,
    /// Removed by staff.
    Removed,
    /// The same device connected anew.
    Replaced,
    /// The class ended or the server stopped.
    Closed,
}
