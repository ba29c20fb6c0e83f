//! Every signalling message between the web client and the server; the source of
//! `web-client/src/protocol.ts`: a test of this file compares it, and writes it when run with
//! `UPDATE=1`.
//!
//! One WebSocket at `/signal/{lesson}?as={seat}` carries JSON text messages, from the client of at
//! most 64 KiB.
//! The client opens with `hello`; the server answers `welcome` and then either one `snapshot` or,
//! on a resumed connection, the deltas missed. After that every change of the room arrives as a
//! `delta` whose `seq` only grows; numbers meant for other eyes are skipped, TCP keeps the order.
//! Media rides on one peer connection: the client sends one `offer`, the server one `answer`,
//! and nothing is ever renegotiated. Everything here is data; nothing here decides.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

mod account;
mod checks;
mod classes;
mod consent;
mod decision;
mod hours;
mod mistake;
mod network_check;
mod policy;
mod polls;
mod programme;
mod registration;
mod replay;
mod rest;
mod timetable;
pub use account::*;
pub use checks::*;
pub use classes::*;
pub use consent::*;
pub use decision::*;
pub use hours::*;
pub use mistake::*;
pub use network_check::*;
pub use policy::*;
pub use polls::*;
pub use programme::*;
pub use registration::*;
pub use replay::*;
pub use rest::*;
pub use timetable::*;

/// Version of this protocol; a client with another one is asked to reload.
pub const PROTOCOL_VERSION: u32 = 1;

/// The longest message a client may send, in bytes. (The server's `snapshot` of a full room with a
/// full chat may be longer; everything else it sends is shorter.)
pub const MESSAGE_BYTES_MAX: usize = 64 * 1024;

/// The longest chat text, in Unicode scalar values.
pub const CHAT_CHARS_MAX: usize = 500;

/// A participant of one room: a small number the room hands out, stable for a person while the room lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(transparent)]
pub struct ParticipantId(pub u32);

impl std::fmt::Display for ParticipantId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "p{}", self.0)
    }
}

/// What a person may do in a room; it comes from the signed-in session, never from a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Teaches: publishes, leads the class, moderates.
    Instructor,
    /// Takes one of the room's seats; publishes only on stage.
    Trainee,
    /// Watches over rooms: sees and hears, moderates, never publishes.
    Operator,
}

impl Role {
    /// Staff sit beyond the trainees' seats and may moderate.
    pub fn is_staff(self) -> bool {
        self != Role::Trainee
    }
}

/// Where the class is in its life: open → live ⇄ paused → ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ClassState {
    /// Doors open, teaching has not begun.
    Open,
    /// Teaching.
    Live,
    /// A declared break.
    Paused,
    /// Over; nobody can come back in.
    Ended,
}

/// What a published stream shows or carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// Microphone, or the sound of a WHIP encoder.
    Mic,
    /// Camera, or the picture of a WHIP encoder.
    Camera,
    /// A shared screen or window.
    Screen,
}

/// How much a trainee wants to receive (省流): sound always comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Want {
    /// Sound only.
    Sound,
    /// Sound and the main picture.
    Main,
    /// Everything: main pictures and stage.
    All,
}

/// Quality of a participant's network, in words; thresholds live in `classroom::network`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Network {
    /// Nothing measured yet.
    Unknown,
    /// 良好
    Good,
    /// 一般
    Fair,
    /// 弱
    Weak,
    /// Media has stopped arriving or leaving.
    Lost,
}

/// One line of the roster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Participant {
    pub id: ParticipantId,
    pub name: String,
    pub role: Role,
    /// False once every device of the person is gone; the line stays, so that the roster shows who left.
    pub here: bool,
    /// On stage: may send microphone and, if `camera_allowed`, camera. Instructors are always on stage.
    pub on_stage: bool,
    pub camera_allowed: bool,
    /// What is being sent right now, as the person's own client reports and the server permits.
    pub sending: Vec<SourceKind>,
    pub network: Network,
    pub chat_muted: bool,
    /// Staff muted an encoder (WHIP) of this person; `unmute` gives it its microphone back.
    pub encoder_muted: bool,
}

/// One line of the chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ChatLine {
    /// Grows with every line of the room; names a line in `chat_remove`.
    #[ts(type = "number")]
    pub id: u64,
    pub from: ParticipantId,
    /// The name at the time of writing.
    pub name: String,
    pub text: String,
    /// Server time, milliseconds since the Unix epoch.
    #[ts(type = "number")]
    pub at_ms: u64,
}

/// A published stream as the others see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub struct Source {
    pub participant: ParticipantId,
    pub kind: SourceKind,
}

/// What the receiving video slots of this peer connection show now.
///
/// Slots are the offer's receiving video sections in their order: `main` are the first two (one if
/// there is only one), `stage` all others. `None` means the slot is dark.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Slots {
    pub main: Vec<Option<Source>>,
    pub stage: Vec<Option<Source>>,
}

/// The state of the room as one participant may see it: the whole of a late join.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RoomState {
    pub lesson: String,
    pub title: String,
    pub class: ClassState,
    /// When the class went live first, milliseconds since the Unix epoch.
    #[ts(type = "number | null")]
    pub started_at_ms: Option<u64>,
    pub trainees_max: u32,
    pub participants: Vec<Participant>,
    /// Raised hands, first come first.
    pub hands: Vec<ParticipantId>,
    /// The last lines, oldest first.
    pub chat: Vec<ChatLine>,
    /// Who is speaking now, loudest first.
    pub speaking: Vec<ParticipantId>,
    pub slots: Slots,
    pub recording: RecordingState,
    /// To a trainee: the check to answer now, and what counts so far.
    pub check: Option<OpenCheck>,
    pub minutes: Option<Minutes>,
    /// The poll that everybody sees; to a trainee: the own answers so far.
    pub poll: Option<Poll>,
    pub poll_answers: Vec<PollAnswer>,
    /// To staff: the checks so far, oldest first, the class sheet, and why nothing counts at present.
    pub rounds: Vec<CheckRound>,
    pub sheet: Vec<SheetLine>,
    pub not_counting: Option<NotCounting>,
    /// To staff: the polls so far, oldest first.
    pub polls: Vec<PollRound>,
}

/// Whether what happens now will be in the replay. The room's truth, shown to everybody in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RecordingState {
    /// The class is not live, or this server does not record.
    #[default]
    Off,
    On,
    /// The instructor asked for a stretch that is not recorded.
    OffRecord,
    /// It should be recorded and is not: the disk is full, too slow or broken. Operators are told.
    Failing,
}

/// Client → server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientMessage {
    /// First message on every socket.
    Hello {
        version: u32,
        /// Present when this page was connected before (also after a reload, from session storage).
        resume: Option<Resume>,
    },
    /// The one offer of a fresh peer connection; replaces this device's earlier one.
    Offer { id: u32, sdp: String },
    /// Anything the person asks of the room; answered with `ack` or `refused` carrying the same `id`.
    /// Ids count up. The same command with the same id, sent again after a reconnect because its
    /// answer was lost, is answered again and not carried out twice.
    Command { id: u32, command: Command },
}

/// Names a device that was connected before and the last delta it saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Resume {
    /// The secret from the earlier `welcome`.
    pub token: String,
    /// The room's incarnation from the earlier `welcome`.
    pub epoch: String,
    /// `seq` of the last delta or snapshot that was applied; null after a page reload, when the
    /// device is the same but its state is gone: it then gets a snapshot.
    #[ts(type = "number | null")]
    pub seq: Option<u64>,
}

/// What a participant may ask of the room. Who may ask what: `classroom::permissions`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Command {
    /// Staff: open → live, or paused → live.
    StartClass,
    /// Staff: live → paused.
    PauseClass,
    /// Staff: anything → ended.
    EndClass,
    /// Everyone not muted in chat.
    Chat { text: String },
    /// Staff.
    ChatRemove {
        #[ts(type = "number")]
        line: u64,
    },
    /// Staff.
    ChatMute { participant: ParticipantId, muted: bool },
    /// Trainee: raise or lower the own hand.
    Hand { up: bool },
    /// Staff: lower somebody's hand (answered by voice).
    LowerHand { participant: ParticipantId },
    /// Staff: let a trainee send microphone and optionally camera.
    BringOnStage { participant: ParticipantId, camera: bool },
    /// Staff, or the person on stage.
    TakeOffStage { participant: ParticipantId },
    /// Who may publish: what this device sends changed (device on or off).
    Sending { kinds: Vec<SourceKind> },
    /// Staff: silence one person's microphone; the person may switch it on again.
    Mute { participant: ParticipantId },
    /// Staff: give a muted encoder (WHIP) its microphone back, since it has no page to do so itself.
    /// Microphones of pages are switched on by their owners only: without a muted encoder it is
    /// refused `wrong_state`.
    Unmute { participant: ParticipantId },
    /// Staff: silence every trainee's microphone.
    MuteAll,
    /// Staff: out of the class, and not back in.
    Remove { participant: ParticipantId },
    /// Staff: what follows is not recorded, until switched off again.
    OffRecord { on: bool },
    /// Trainee: yes, I am here. The own open check only, and in time.
    AnswerCheck { check: String },
    /// Staff: ask every trainee in class to answer now (点名).
    CallRoll,
    /// Staff: this check counts against nobody (say, the sound was gone).
    VoidCheck { check: String },
    /// Staff: ask everybody a question. One at a time: refused `wrong_state` while another is open, and
    /// `too_many` beyond what a lesson may have.
    OpenPoll { poll: NewPoll },
    /// Trainee: the own answer, until the poll is closed; a later one replaces it.
    AnswerPoll { poll: u32, choices: Vec<u8> },
    /// Staff: no more answers. The poll disappears from everybody's screen.
    ClosePoll { poll: u32 },
    /// Staff: the result of a closed poll is shown to everybody, or no longer. Refused `wrong_state`
    /// while a poll is open.
    ShowPoll { poll: u32, on: bool },
    /// Anyone: how much to receive on this device.
    Want { want: Want },
    /// Anyone: leave now (closing the page is noticed later).
    Leave,
}

/// Server → client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage {
    /// Answer to `hello`.
    Welcome {
        version: u32,
        you: ParticipantId,
        role: Role,
        epoch: String,
        /// Keep in session storage; proves to be the same device in `resume`.
        token: String,
        /// True: the missed deltas follow. False: a `snapshot` follows.
        resumed: bool,
        /// True: the server still holds this device's media leg; keep the peer connection.
        media: bool,
        #[ts(type = "number")]
        server_time_ms: u64,
    },
    /// The whole state as of `seq`.
    Snapshot {
        #[ts(type = "number")]
        seq: u64,
        room: Box<RoomState>,
    },
    /// One change of the room.
    Delta {
        #[ts(type = "number")]
        seq: u64,
        event: RoomEvent,
    },
    /// Answer to `offer`; apply as the remote description.
    Answer { id: u32, sdp: String },
    /// The command was carried out and its facts are on disk.
    Ack { id: u32 },
    /// The message with this `id` was refused (`id` null: the message could not be read or came
    /// too fast, or the join was refused).
    Refused { id: Option<u32>, reason: Refusal },
    /// Last message before the server closes the socket; unless told otherwise the client does not come back.
    Bye { reason: Bye },
}

/// A change of the room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum RoomEvent {
    /// A new or changed roster line, whole.
    Participant {
        participant: Participant,
    },
    Class {
        class: ClassState,
        #[ts(type = "number | null")]
        started_at_ms: Option<u64>,
    },
    Hands {
        hands: Vec<ParticipantId>,
    },
    Chat {
        line: ChatLine,
    },
    ChatRemoved {
        #[ts(type = "number")]
        line: u64,
    },
    Speaking {
        speaking: Vec<ParticipantId>,
    },
    Recording {
        recording: RecordingState,
    },
    /// To one device: what its video slots show now.
    Slots {
        slots: Slots,
    },
    /// To one participant: somebody of the staff switched your microphone off.
    Muted {
        by: String,
    },
    /// To one device: how its link is doing and what the server did about it.
    Link {
        down: Network,
        up: Network,
        doing: Doing,
    },
    /// From an operator to everybody.
    Notice {
        text: String,
    },
    /// To one trainee: the check to answer now, or none any more.
    Check {
        check: Option<OpenCheck>,
    },
    /// To one trainee: what counts so far.
    Minutes {
        minutes: Minutes,
    },
    /// The poll that everybody sees from now on, or none.
    Poll {
        poll: Option<Poll>,
    },
    /// To one trainee: the own answer, on all devices.
    PollAnswer {
        answer: PollAnswer,
    },
    /// To staff: a new poll, or one with new answers, whole.
    PollRound {
        round: PollRound,
    },
    /// To staff: a new or changed check, whole.
    Round {
        round: CheckRound,
    },
    /// To staff: lines of the class sheet that changed.
    Sheet {
        lines: Vec<SheetLine>,
    },
    /// To staff: why nothing counts at present, or that it counts again.
    Counting {
        not_counting: Option<NotCounting>,
    },
}

/// What the server sends to a device at present because of its link or its wish.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Doing {
    /// Full quality.
    Full,
    /// Lower picture quality, because the link is slow.
    Reduced,
    /// Sound only, because the link is very slow.
    SoundOnly,
    /// What the low-data switch asks for.
    AsAsked,
}

/// Why something was not done. The client has the words (errors tell what to do).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Not JSON of this protocol, or fields out of range.
    Malformed,
    /// Client and server speak different versions: reload.
    Version,
    /// This role may not do that.
    NotAllowed,
    /// All trainee seats are taken.
    RoomFull,
    /// Removed by staff earlier.
    Removed,
    /// The class has ended.
    Ended,
    /// No such participant or line here.
    NotFound,
    /// Does not fit the state of the class or person (e.g. pausing a class that is not live).
    WrongState,
    /// Muted in chat.
    ChatMuted,
    /// Text empty or too long.
    TextLength,
    /// Too many messages; slow down.
    TooFast,
    /// The stage is full.
    StageFull,
    /// The lesson has had as many of these as it may.
    TooMany,
    /// The time to answer is over.
    TooLate,
    /// The offer cannot be answered (no common codec, missing fingerprint, …).
    Offer,
    /// The server cannot store or serve right now; try again.
    Unavailable,
}

/// Why the server ends a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Bye {
    /// This device connected again elsewhere (same resume token).
    Replaced,
    /// Removed by staff.
    Removed,
    /// The class has ended.
    Ended,
    /// You asked to leave.
    Left,
    /// Did not read fast enough; come back with resume.
    TooSlow,
    /// Sent too much too fast; come back later.
    TooFast,
    /// The server is stopping; come back with resume.
    Restarting,
    /// The join was refused; the `refused` before says why.
    Refused,
}

#[cfg(test)]
mod tests {
    use ts_rs::{Config, TS};

    use super::*;

    fn declaration<T: TS>(config: &Config) -> String {
        format!("{}export {}\n", T::docs().unwrap_or_default(), T::decl(config))
    }

    fn typescript() -> String {
        let config = Config::default();
        let mut out = String::from(
            "// Generated from src/protocol.rs; write it anew with `UPDATE=1 cargo test --lib protocol`.\n",
        );
        macro_rules! declare {
            ($($name:ident)*) => { $(out.push('\n'); out.push_str(&declaration::<$name>(&config));)* };
        }
        declare! {
            ParticipantId Role ClassState SourceKind Want Network Participant ChatLine Source Slots RoomState
            RecordingState
            ClientMessage Resume Command ServerMessage RoomEvent Doing Refusal Bye
            SignIn Me ApiError Load RoomLoad TrendPoint WorkerLoad DropCount OperatorAction
            Replay ReplayTrack Stretch ReplayGap GapReason Chapter ChapterKind ReplayLine Course Audience
            Progress Earns Watched WatchAnswer DownloadState
            HoursRules OpenCheck CheckKind Minutes UncountedGap Uncounted CheckRound SheetLine NotCounting Stage LessonHours
            NewPoll Poll PollResult PollAnswer PollRound
            HoursLine Reason Ignored Share MyHours MyLesson LedgerLine NewAppeal Appeal AppealState AppealDecision
            ReasonCode CorrectionFigures NewCorrection NewRevocation WaitingCorrection Approval Corrected
            Wrong Mistake UnitKind SchoolKind Timing Days Programme PerSchool CategorySeats Phase NewProgramme NewPolicy Policies PolicyFigures PolicyVersion PolicyLimits PolicyLimit NewPhase Unit NewUnit
            UnitPerson UnitContacts Quotas Quota NewQuotas NewQuota Imported Class NewClass Formed CourseKind Nature
            PhaseCourse NewCourse NewLessons ClassLesson NewStudio Studio StudySource
            Notice NoticePart Consent RegistrationState DocumentKind Sex RegistrationForm SaveRegistration MyRegistration MyClass ChooseClass
            Nominated RegistrationPage RegistrationLine RegistrationCounts StateCount RegistrationDetail RegistrationStep
            Decision Decide Decided Outcome Correction RevealRegistration RevealedRegistration NominationPage NominationLine
            AccountRole Action RoleGrant Must PasswordSignIn NewAccount WeakPassword Invitation Invited AcceptInvitation
            Account ChangePassword ChangePhone StartTotp TotpSetup QrCode ConfirmTotp RecoveryCodes Accounts AccountLine AccountState
            NewPerson InvitationMade InviteAgain SetRoles SetAccountState SetPhone Reveal Revealed AuditPage AuditLine
            Door TimetableLesson PersonName SelfStudy Home Help Timetable ChangeLesson CancelLesson CalendarAddress
            Announcement NewAnnouncement
            BeginNetworkCheck NetworkCheckBegun MeasuredNetwork DeviceKind NetworkVerdict NetworkCheck
            CheckedLesson LessonChecks CheckedPerson
        }
        // rustfmt's habits are not the client linter's.
        out.lines().map(str::trim_end).collect::<Vec<_>>().join("\n") + "\n"
    }

    #[test]
    fn the_web_client_has_these_types() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/web-client/src/protocol.ts");
        let wanted = typescript();
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(path, &wanted).expect("the source tree can be written");
        }
        let found = std::fs::read_to_string(path).expect("the web client is beside the server");
        assert!(found == wanted, "protocol.ts is stale: run `UPDATE=1 cargo test --lib protocol`");
    }
}
