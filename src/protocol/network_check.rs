//! The network check before a class: a trial of the way that media take, and what staff see of it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::ClassState;

/// `POST /api/network-check?as={seat}` body, by whoever is signed in; answers [`NetworkCheckBegun`]. The leg
/// that is opened belongs to no class. `offer` 406, `too_fast` 429, `busy` 503 (as many as may be are under
/// way), both with `Retry-After`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct BeginNetworkCheck {
    /// SDP with one section, sound that is sent.
    pub offer: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NetworkCheckBegun {
    pub check: String,
    /// SDP.
    pub answer: String,
    /// The server ends the connection then.
    pub ends_in_ms: u32,
}

/// `POST /api/network-check/{check}?as={seat}` body: ends the check with what the browser measured, as far
/// as it could; answers the [`NetworkCheck`] that is kept. `not_found` 404 (not yours, or over too long),
/// `bad_figure` 400. How much a browser can send it finds out by `POST /api/network-check/upload?as={seat}` of
/// up to 64 KiB, 204, and `too_fast` 429.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct MeasuredNetwork {
    /// Round trip of connectivity checks over UDP, at most 60,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub rtt_ms: Option<u32>,
    /// Round trip of HTTP requests, at most 60,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub http_rtt_ms: Option<u32>,
    /// By HTTP, at most 10,000,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub down_kbps: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub up_kbps: Option<u32>,
}

/// Kind of device, by what its browser says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DeviceKind {
    Phone,
    Tablet,
    Computer,
    Other,
}

/// A check in one word; limits: `course::network_check`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum NetworkVerdict {
    Good,
    /// Connected, but too slow for picture and sound together.
    Slow,
    /// No UDP between this network and the server: a class has neither picture nor sound there.
    NoUdp,
}

/// What came of somebody's last check on one kind of device; kept for seven days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NetworkCheck {
    #[ts(type = "number")]
    pub at_ms: u64,
    pub device: DeviceKind,
    pub verdict: NetworkVerdict,
    /// Seen by the server: from its answer until keys were agreed over UDP; none: it never came so far.
    pub connect_ms: Option<u32>,
    /// Seen by the server: the worst second of what the browser sent, 1/1000.
    pub up_loss_permille: Option<u16>,
    /// What the browser says that it measured.
    pub measured: MeasuredNetwork,
}

/// `GET /api/network-checks?as={seat}` answer: the lessons that run or begin within a day, by planned start,
/// as far as whoever asks may see them; at most 200.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CheckedLesson {
    pub lesson: String,
    pub title: String,
    pub class_name: Option<String>,
    #[ts(type = "number")]
    pub planned_start_ms: u64,
    pub state: ClassState,
    /// Trainees who belong to the lesson, and those of them who checked in the last seven days. The last check of
    /// each counts.
    pub people: u32,
    pub checked: u32,
    pub no_udp: u32,
    pub slow: u32,
}

/// `GET /api/network-checks/{lesson}?as={seat}` answer, for the instructors of the lesson and those who see
/// networks of its class. `not_found` 404.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LessonChecks {
    pub lesson: CheckedLesson,
    /// Everybody of the lesson, by name.
    pub lines: Vec<CheckedPerson>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CheckedPerson {
    pub person: String,
    pub name: String,
    /// The last one first, one for each kind of device; empty: not checked.
    pub checks: Vec<NetworkCheck>,
}
