//! The state of a room, as messages and pages tell it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{
    CheckRound, ClassState, Minutes, NotCounting, OpenCheck, Poll, PollAnswer, PollRound, Role, SheetLine,
    SourceKind, Worth,
};
use crate::sfu::subscriber::ParticipantId;
use crate::{lesson, wire};

/// Quality of a participant's network, in words; `classroom::network` has the thresholds.
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

/// The state of an instructor's picture (camera or screen), told to the people who wait for it.
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
    #[serde(with = "wire")]
    #[ts(as = "Role")]
    pub role: lesson::Role,
    /// False = every device of the person is gone; the line stays, so that the roster shows who left.
    pub here: bool,
    /// On stage: may send microphone and, if `camera_allowed`, camera. Instructors are always on stage.
    pub on_stage: bool,
    pub camera_allowed: bool,
    /// The kinds being sent right now, as the person's own client reports and the server permits.
    #[serde(with = "wire")]
    #[ts(as = "Vec<SourceKind>")]
    pub sending: Vec<lesson::SourceKind>,
    pub picture: PictureState,
    pub network: Network,
    pub chat_muted: bool,
    /// Staff muted an encoder (WHIP) of this person; `unmute` gives it its microphone back.
    pub encoder_muted: bool,
    /// Staff removed the person, who cannot come in until staff `readmit` them.
    pub removed: bool,
    /// An encoder of this person sends B-frames, which stutter for viewers: its settings must be changed.
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

/// An operator's notice to everybody; stays readable in the chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ClassNotice {
    /// Server time, milliseconds since the Unix epoch.
    #[ts(type = "number")]
    pub at_ms: u64,
    pub text: String,
}

/// A published stream in the view of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
pub struct Source {
    pub participant: ParticipantId,
    #[serde(with = "wire")]
    #[ts(as = "SourceKind")]
    pub kind: lesson::SourceKind,
}

/// The present sources in the receiving video slots of this peer connection.
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
    #[serde(with = "wire")]
    #[ts(as = "ClassState")]
    pub class: lesson::ClassState,
    /// The start of the class's clock, milliseconds since the Unix epoch: the first start of the class, moved
    /// forward by the time of each end that was taken back.
    #[ts(type = "number | null")]
    pub started_at_ms: Option<u64>,
    pub trainees_max: u32,
    pub participants: Vec<Participant>,
    /// Raised hands, in order of time.
    pub hands: Vec<ParticipantId>,
    /// The last lines, oldest first.
    pub chat: Vec<ChatLine>,
    /// The operators' notices to everybody, oldest first; the last 50.
    pub notices: Vec<ClassNotice>,
    /// The present speakers, loudest first.
    pub speaking: Vec<ParticipantId>,
    pub slots: Slots,
    pub recording: RecordingState,
    /// To a trainee: the check to answer now, and the counted minutes so far.
    pub check: Option<OpenCheck>,
    pub minutes: Option<Minutes>,
    /// The poll on everybody's screen, or its result (trainees: of a poll that was open while they were
    /// here); to a trainee: the own answers so far.
    pub poll: Option<Poll>,
    pub poll_answers: Vec<PollAnswer>,
    /// To staff: the checks so far, oldest first, the class sheet, and why no teaching counts at present.
    pub rounds: Vec<CheckRound>,
    pub sheet: Vec<SheetLine>,
    pub not_counting: Option<NotCounting>,
    /// To staff: the worth of the lesson if it ended now.
    pub worth: Option<Worth>,
    /// To staff: the polls so far, oldest first.
    pub polls: Vec<PollRound>,
}

/// Whether the present will be in the replay. The room's own state, shown to everybody in it.
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
