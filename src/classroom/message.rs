//! The messages between a room and its devices. A room is the state machine of this protocol: the messages,
//! changes and views below are its inputs and answers themselves, and `crate::protocol` exports them to the
//! web client unchanged. Nothing here is stored: a fact holds values of its own, and [`words`] are their
//! mirrors.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::sfu::subscriber::{Doing, ParticipantId, Want};
use crate::{attendance, lesson, wire};

mod checks;
mod polls;
mod room;
mod words;

pub use checks::*;
pub use polls::*;
pub use room::*;
pub use words::*;

/// Version of this protocol; a client with another one is asked to reload.
pub const PROTOCOL_VERSION: u32 = 1;

/// The longest chat text, in Unicode scalar values.
pub const CHAT_CHARS_MAX: usize = 500;

/// Client → server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientMessage {
    /// First message on every socket.
    Hello {
        version: u32,
        /// `Some` = this page was connected before (also after a reload, from session storage).
        resume: Option<Resume>,
    },
    /// The one offer of a fresh peer connection; replaces this device's earlier one.
    Offer { id: u32, sdp: String },
    /// Any command to the room; answered with `ack` or `refused` with the same `id`. Ids count up. A command
    /// that is sent again with the same id after a reconnect, because its answer was lost, is answered again
    /// and not carried out twice.
    Command { id: u32, command: Command },
    /// Answer to every `tick`: this page runs and its socket works both ways.
    Tick,
}

/// A device that was connected before, and the last delta it saw.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Resume {
    /// The secret from the earlier `welcome`.
    pub token: String,
    /// The room's incarnation from the earlier `welcome`.
    pub epoch: String,
    /// `seq` of the last delta or snapshot that was applied; `null` = the page was reloaded: the device is
    /// the same but its state is gone, so it gets a snapshot.
    #[ts(type = "number | null")]
    pub seq: Option<u64>,
}

/// A command of a participant to the room. Rights: `classroom::permissions`.
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
    /// Everybody who may publish: the kinds this device sends have changed (device on or off).
    Sending {
        #[serde(with = "wire")]
        #[ts(as = "Vec<SourceKind>")]
        kinds: Vec<lesson::SourceKind>,
    },
    /// Staff: silence one person's microphone; the person may switch it on again.
    Mute { participant: ParticipantId },
    /// Staff: give a muted encoder (WHIP) its microphone back, since it has no page to do so itself. Only
    /// their owners switch on the microphones of pages: without a muted encoder it is refused `wrong_state`.
    Unmute { participant: ParticipantId },
    /// Staff: silence every trainee's microphone.
    MuteAll,
    /// Staff: out of the class, and not back in.
    Remove { participant: ParticipantId },
    /// Staff: a removed person may come in again.
    Readmit { participant: ParticipantId },
    /// Staff: stop recording from here on (`on`), or go on.
    OffRecord { on: bool },
    /// Trainee: yes, I am here. Only the own open check, and in time.
    AnswerCheck { check: String },
    /// Staff: ask every trainee in class to answer now (点名).
    CallRoll,
    /// Staff: this check counts against nobody (say, the sound was gone).
    VoidCheck { check: String },
    /// Staff: ask everybody a question. One at a time: refused `wrong_state` while another is open, and
    /// `too_many` beyond the limit of a lesson.
    OpenPoll {
        #[serde(with = "wire")]
        #[ts(as = "NewPoll")]
        poll: attendance::fact::NewPoll,
    },
    /// Trainee: the own answer, until the poll is closed; a later one replaces it.
    AnswerPoll { poll: u32, choices: Vec<u8> },
    /// Staff: no more answers. The poll disappears from everybody's screen.
    ClosePoll { poll: u32 },
    /// Staff: show the result of a closed poll to everybody, or no longer. Refused `wrong_state` while a poll
    /// is open.
    ShowPoll { poll: u32, on: bool },
    /// Anyone: how much to receive on this device.
    Want { want: Want },
    /// Anyone: the height on this device of each of its receiving video slots, in device pixels and in the
    /// order of the offer; 0 = not known. A small picture gets a small layer. The first 16 count.
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
        #[serde(with = "wire")]
        #[ts(as = "Role")]
        role: lesson::Role,
        epoch: String,
        /// Keep it in session storage; it proves to be the same device in `resume`.
        token: String,
        /// True = the missed deltas follow. False = a `snapshot` follows.
        resumed: bool,
        /// True = the server still holds this device's media leg; keep the peer connection.
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
    /// The message with this `id` was refused (`id` = `null`: the message could not be read or came too fast,
    /// or the join was refused).
    Refused { id: Option<u32>, reason: Refusal },
    /// Last message before the server closes the socket; unless told otherwise the client does not come back.
    Bye { reason: Bye },
    /// Sent every 2 s, since pages see no pings. The client answers each with a `tick`, and considers a
    /// socket that ticked once as lost after 5 s without any message.
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
        #[serde(with = "wire")]
        #[ts(as = "ClassState")]
        class: lesson::ClassState,
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
    /// To one device: the present content of its video slots.
    Slots {
        slots: Slots,
    },
    /// To one participant: a member of staff switched your microphone off.
    Muted {
        by: String,
    },
    /// To one device: the state of its link, and the server's measure.
    Link {
        down: Network,
        up: Network,
        doing: Doing,
    },
    /// From an operator to everybody.
    Notice {
        notice: ClassNotice,
    },
    /// To one trainee: the check to answer now; `None` = no check any more.
    Check {
        check: Option<OpenCheck>,
    },
    /// To one trainee: the counted minutes so far.
    Minutes {
        minutes: Minutes,
    },
    /// The poll that everybody sees from now on; `None` = no poll.
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
    /// To staff: why no teaching counts at present; `None` = it counts again.
    Counting {
        not_counting: Option<NotCounting>,
    },
    /// To staff: the worth of the lesson if it ended now.
    Worth {
        worth: Worth,
    },
}

/// Why a message was refused. The client has the words (they tell what to do).
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
    /// It does not fit the state of the class or person (e.g. pausing a class that is not live).
    WrongState,
    /// Muted in chat.
    ChatMuted,
    /// Text empty or too long.
    TextLength,
    /// Too many messages; slow down.
    TooFast,
    /// The stage is full.
    StageFull,
    /// The lesson has reached the limit of these.
    TooMany,
    /// The time to answer is over.
    TooLate,
    /// The offer cannot be answered (no common codec, missing fingerprint, …).
    Offer,
    /// The server cannot store or serve right now; try again.
    Unavailable,
    /// Carried out, but not on disk yet: the storage is in trouble, and the fact is stored when it works
    /// again. Do not send it again.
    Waits,
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
    /// The sign-in of this device has ended.
    SignedOut,
    /// A trainee who is not of the lesson's class any more (withdrawn, or placed into another class), or staff who
    /// no longer teach the lesson or watch over it.
    NotPlaced,
    /// Did not read fast enough; come back with resume.
    TooSlow,
    /// Sent too much too fast; come back later.
    TooFast,
    /// The server is stopping; come back with resume.
    Restarting,
    /// The join was refused; the `refused` before tells why.
    Refused,
}
/// `POST /api/operator/rooms/{lesson}`: act on a room without joining it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum OperatorAction {
    Message { text: String },
    MuteAll,
    End,
}
