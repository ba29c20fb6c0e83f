//! Every signalling message between the web client and the server; the source of
//! `web-client/src/protocol.ts` (a test in `typescript` compares it, and writes it when run with
//! `UPDATE=1`).
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
mod corrections;
mod decision;
mod held;
mod hours;
mod mistake;
mod network_check;
mod policy;
mod polls;
mod programme;
mod registration;
mod replay;
mod rest;
mod room;
mod timetable;
#[cfg(test)]
mod typescript;
mod wrong_tries;
pub use account::*;
pub use checks::*;
pub use classes::*;
pub use consent::*;
pub use corrections::*;
pub use decision::*;
pub use held::*;
pub use hours::*;
pub use mistake::*;
pub use network_check::*;
pub use policy::*;
pub use polls::*;
pub use programme::*;
pub use registration::*;
pub use replay::*;
pub use rest::*;
pub use room::*;
pub use timetable::*;
pub use wrong_tries::*;

/// Version of this protocol; a client with another one is asked to reload.
pub const PROTOCOL_VERSION: u32 = 1;

/// The longest message a client may send, in bytes. (The server's `snapshot` of a full room with a
/// full chat may be longer; everything else it sends is shorter.)
pub const MESSAGE_BYTES_MAX: usize = 64 * 1024;

/// How often the server says [`ServerMessage::Tick`] on every socket that was welcomed, in milliseconds.
pub const TICK_MS: u64 = 2_000;

/// The longest chat text, in Unicode scalar values.
pub const CHAT_CHARS_MAX: usize = 500;

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
    /// Answer to every `tick`: this page runs and its socket carries both ways.
    Tick,
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
    /// Staff: whoever was removed may come in again.
    Readmit { participant: ParticipantId },
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
    /// Anyone: how high this device shows each of its receiving video slots, in device pixels and in the order
    /// of the offer; 0 = not known. A small picture gets a small layer. The first 16 count.
    Tiles { heights: Vec<u16> },
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
    /// Sent every 2 s, since pages see no pings. The client answers each with a `tick`, and takes a socket that
    /// ticked once for lost after 5 s without any message.
    Tick,
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
        notice: ClassNotice,
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
    /// To staff: what the lesson would be worth if it ended now.
    Worth {
        worth: Worth,
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
