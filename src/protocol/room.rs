//! What is known about a room, as messages and pages tell it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{CheckRound, Minutes, NotCounting, OpenCheck, Poll, PollAnswer, PollRound, SheetLine, Worth};

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

/// Where an instructor's picture (camera or screen) is, told to those who wait for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PictureState {
    /// None was opened yet; always so for people who do not teach.
    #[default]
    NotYet,
    /// Its packets arrive.
    Shown,
    /// It was shown, and its owner switched it off or left.
    Closed,
    /// It was shown, and the owner's connection is lost: the socket, or the packets stopped without a word.
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
    pub picture: PictureState,
    pub network: Network,
    pub chat_muted: bool,
    /// Staff muted an encoder (WHIP) of this person; `unmute` gives it its microphone back.
    pub encoder_muted: bool,
    /// Staff removed the person, who cannot come in until they `readmit` them.
    pub removed: bool,
    /// An encoder of this person sends B-frames, which stutter for viewers: it is to be set otherwise.
    pub b_frames: bool,
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

/// What an operator told everybody; stays readable in the chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ClassNotice {
    /// Server time, milliseconds since the Unix epoch.
    #[ts(type = "number")]
    pub at_ms: u64,
    pub text: String,
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
    /// What operators told everybody, oldest first; the last 50.
    pub notices: Vec<ClassNotice>,
    /// Who is speaking now, loudest first.
    pub speaking: Vec<ParticipantId>,
    pub slots: Slots,
    pub recording: RecordingState,
    /// To a trainee: the check to answer now, and what counts so far.
    pub check: Option<OpenCheck>,
    pub minutes: Option<Minutes>,
    /// The poll that everybody sees, or a result (trainees: of a poll that was open while they were here); to a
    /// trainee: the own answers so far.
    pub poll: Option<Poll>,
    pub poll_answers: Vec<PollAnswer>,
    /// To staff: the checks so far, oldest first, the class sheet, and why nothing counts at present.
    pub rounds: Vec<CheckRound>,
    pub sheet: Vec<SheetLine>,
    pub not_counting: Option<NotCounting>,
    /// To staff: what the lesson would be worth if it ended now.
    pub worth: Option<Worth>,
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
