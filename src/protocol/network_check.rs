//! The network check before a class: a trial of the way that media take, and its results in the view of
//! staff.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::ClassState;
use crate::lesson;
use crate::wire::{self, mirror};

/// `POST /api/network-check?as={seat}` body, for everybody who is signed in; answers [`NetworkCheckBegun`].
/// The new leg belongs to no class. `offer` 406, `too_fast` 429, `busy` 503 (all places are taken), both with
/// `Retry-After`.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct BeginNetworkCheck {
    /// SDP with one section, for sending sound.
    pub offer: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NetworkCheckBegun {
    pub check: String,
    /// SDP.
    pub answer: String,
    /// Time until the server ends the connection, ms.
    pub ends_in_ms: u32,
}

mirror! {
    /// `POST /api/network-check/{check}?as={seat}` body: ends the check with the browser's measurements, as
    /// far as it has them; answers the stored [`NetworkCheck`]. `not_found` 404 (not yours, or over too
    /// long), `bad_figure` 400. The browser measures its upload by `POST /api/network-check/upload?as={seat}`
    /// of up to 64 KiB, 204, and `too_fast` 429.
    #[derive(Default)]
    #[serde(deny_unknown_fields)]
    struct MeasuredNetwork for lesson::network::MeasuredNetwork {
        /// Round trip of connectivity checks over UDP, ms, at most 60,000.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        rtt_ms: Option<u32>,
        /// Round trip of HTTP requests, ms, at most 60,000.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        http_rtt_ms: Option<u32>,
        /// Download rate over HTTP, kbit/s, at most 10,000,000.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        down_kbps: Option<u32>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        up_kbps: Option<u32>,
    }
}

mirror! {
    /// Kind of device, as its browser reports it.
    #[serde(rename_all = "snake_case")]
    enum DeviceKind for lesson::network::DeviceKind {
        Phone,
        Tablet,
        Computer,
        Other,
    }
}

mirror! {
    /// A check in one word; limits: `classroom::network_check`.
    #[serde(rename_all = "snake_case")]
    enum NetworkVerdict for lesson::network::NetworkVerdict {
        Good,
        /// Connected, but too slow for picture and sound together.
        Slow,
        /// No UDP between this network and the server: a class has neither picture nor sound there.
        NoUdp,
    }
}

/// The result of a person's last check on one kind of device; kept for seven days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NetworkCheck {
    #[ts(type = "number")]
    pub at_ms: u64,
    #[serde(with = "wire")]
    #[ts(as = "DeviceKind")]
    pub device: lesson::network::DeviceKind,
    #[serde(with = "wire")]
    #[ts(as = "NetworkVerdict")]
    pub verdict: lesson::network::NetworkVerdict,
    /// Observed by the server: time from its answer until keys were agreed over UDP, ms; `None` = not so far.
    pub connect_ms: Option<u32>,
    /// Observed by the server: the worst second of the browser's stream, 1/1000 of packets lost.
    pub up_loss_permille: Option<u16>,
    /// The browser's own measurements.
    #[serde(with = "wire")]
    #[ts(as = "MeasuredNetwork")]
    pub measured: lesson::network::MeasuredNetwork,
}

/// `GET /api/network-checks?as={seat}` answer: the lessons that run or begin within a day, by planned start,
/// as far as the asking person may see them; at most 200.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CheckedLesson {
    pub lesson: String,
    pub title: String,
    pub class_name: Option<String>,
    #[ts(type = "number")]
    pub planned_start_ms: u64,
    #[serde(with = "wire")]
    #[ts(as = "ClassState")]
    pub state: lesson::ClassState,
    /// Number of the lesson's trainees, and of those who checked in the last seven days. The last check of
    /// each counts.
    pub people: u32,
    pub checked: u32,
    pub no_udp: u32,
    pub slow: u32,
}

/// `GET /api/network-checks/{lesson}?as={seat}` answer, for the instructors of the lesson and people who see
/// networks of its class. `not_found` 404.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LessonChecks {
    pub lesson: CheckedLesson,
    /// Everybody of the lesson, sorted by name.
    pub lines: Vec<CheckedPerson>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CheckedPerson {
    pub person: String,
    pub name: String,
    /// Newest first, one for each kind of device; empty = not checked.
    pub checks: Vec<NetworkCheck>,
}
