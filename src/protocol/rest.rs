//! Bodies of the REST routes: sign-in, and the views and acts of the operator's wall.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{ClassState, HoursRules, Mistake, NotCounting, RecordingState, Role, Worth};
use crate::{attendance, lesson, text, wire};

/// `POST /api/sign-in` body: the secret after `#` of a one-click link.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SignIn {
    pub secret: String,
}

/// The person of this tab: answer of `POST /api/sign-in` and `GET /api/me?as={seat}`. A person with an
/// account asks with `&lesson={lesson}` and learns the role there, or the refusal: `not_yet`, `over`,
/// `cancelled`, `ended`, `not_placed` (approved for no class of this lesson), `not_found`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Me {
    /// Public name of the session; goes into the page's address as `?as=`, so that several tabs of
    /// one browser can be several people.
    pub seat: String,
    pub name: String,
    #[serde(with = "wire")]
    #[ts(as = "Role")]
    pub role: lesson::Role,
    /// The lesson of this session; `None` = an operator's.
    pub lesson: Option<String>,
    pub lesson_title: Option<String>,
    /// Whether the lesson is over, so that nothing needs to be prepared for it. For an account this is the
    /// refusal `ended`.
    pub lesson_ended: bool,
    /// The rules of the lesson, to be read before coming in.
    #[serde(default, with = "wire")]
    #[ts(as = "Option<HoursRules>")]
    pub rules: Option<attendance::policy_form::HoursRules>,
    /// Whether the person has an account of credit hours.
    pub earns_hours: bool,
    /// Whether the person decides appeals, and corrects results.
    pub corrects_hours: bool,
}

/// Body of every refused REST request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ApiError {
    /// Stable code, e.g. `link_used`, `signed_out`, `not_allowed`, `not_found`, `room_full`, `too_fast`.
    pub code: String,
    /// English sentence for people who read responses by hand; the web client translates `code`.
    pub message: String,
    /// All mistakes in a form or a file, at once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(optional, as = "Option<Vec<Mistake>>")]
    #[serde(with = "wire")]
    pub wrong: Vec<text::mistake::Mistake>,
}

/// `GET /api/operator/load`: the data of the operator's wall.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct Load {
    #[ts(type = "number")]
    pub at_ms: u64,
    pub rooms: Vec<RoomLoad>,
    pub workers: Vec<WorkerLoad>,
    /// The trouble that keeps facts and everything else from being stored now; `null` = none.
    pub storage: Option<StorageTrouble>,
}

/// Why nothing can be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum StorageTrouble {
    /// The disk has no space left.
    Full,
    /// The file system became read-only.
    ReadOnly,
    /// The disk reports errors, or does not answer.
    Failing,
    /// Another program keeps the database locked.
    Busy,
    /// Pages of the database are not as written.
    Damaged,
    /// The database's file was deleted, moved or replaced while the server runs.
    Gone,
    /// The database server does not answer.
    Unreachable,
}

impl std::fmt::Display for StorageTrouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            StorageTrouble::Full => "the disk is full",
            StorageTrouble::ReadOnly => "the disk has become read-only",
            StorageTrouble::Failing => "the disk fails",
            StorageTrouble::Busy => "another program keeps the database locked",
            StorageTrouble::Damaged => "the database is damaged",
            StorageTrouble::Gone => "the database's file was deleted, moved or replaced",
            StorageTrouble::Unreachable => "the database server does not answer",
        })
    }
}

/// One running room on the wall.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct RoomLoad {
    pub lesson: String,
    pub title: String,
    #[serde(with = "wire")]
    #[ts(as = "ClassState")]
    pub class: lesson::ClassState,
    pub trainees_here: u32,
    pub trainees_max: u32,
    pub staff_here: u32,
    pub on_stage: u32,
    pub hands: u32,
    pub legs: u32,
    /// From participants to the server, bit/s over the last second.
    #[ts(type = "number")]
    pub in_bps: u64,
    /// From the server to participants, bit/s over the last second.
    #[ts(type = "number")]
    pub out_bps: u64,
    /// Worst tenth of viewers: packet loss they report, 1/1000.
    pub loss_permille_p90: u32,
    /// Worst tenth of viewers: round trip in ms.
    pub rtt_ms_p90: u32,
    pub weak_networks: u32,
    /// Why no teaching counts at present.
    pub not_counting: Option<NotCounting>,
    /// The worth of the lesson if it ended now.
    pub worth: Worth,
    pub recording: RecordingState,
    /// Bytes written to files since the room opened.
    #[ts(type = "number")]
    pub recorded_bytes: u64,
    /// Packets for which the recorder was too slow; they are missing in the recording alone.
    #[ts(type = "number")]
    pub unrecorded_packets: u64,
    /// Oldest first, one point per 5 s, at most 120.
    pub trend: Vec<TrendPoint>,
}

/// One point of a room's trend line.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
pub struct TrendPoint {
    #[ts(type = "number")]
    pub at_ms: u64,
    pub trainees_here: u32,
    #[ts(type = "number")]
    pub out_bps: u64,
    pub loss_permille_p90: u32,
}

/// One media worker thread on the wall.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct WorkerLoad {
    pub worker: u32,
    pub port: u16,
    /// Number of rooms and running network checks, which last some seconds.
    pub rooms: u32,
    pub legs: u32,
    /// CPU of the thread over the last second, 1/1000 of a core.
    pub cpu_permille: u32,
    #[ts(type = "number")]
    pub in_bps: u64,
    #[ts(type = "number")]
    pub out_bps: u64,
    #[ts(type = "number")]
    pub packets_in: u64,
    #[ts(type = "number")]
    pub packets_out: u64,
    /// Packets dropped since start, by reason.
    pub drops: Vec<DropCount>,
}

/// Packets dropped for one reason since start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DropCount {
    pub reason: String,
    #[ts(type = "number")]
    pub packets: u64,
}
