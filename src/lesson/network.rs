//! The result of a trial of a person's network before a class; `classroom::network_check` says what it means.

use serde::{Deserialize, Serialize};

/// The browser's measurements. `None` = it could not measure.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MeasuredNetwork {
    /// Round trip of connectivity checks over UDP, ms, at most 60,000.
    pub rtt_ms: Option<u32>,
    /// Round trip of HTTP requests, ms, at most 60,000.
    pub http_rtt_ms: Option<u32>,
    /// Download rate over HTTP, kbit/s, at most 10,000,000.
    pub down_kbps: Option<u32>,
    pub up_kbps: Option<u32>,
}

/// A check in one word; limits: `classroom::network_check`. Stored: the words are never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NetworkVerdict {
    Good,
    /// Connected, but too slow for picture and sound together.
    Slow,
    /// No UDP between this network and the server: a class has neither picture nor sound there.
    NoUdp,
}

/// Kind of device, as its browser reports it. Stored: the words are never renamed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceKind {
    Phone,
    Tablet,
    Computer,
    Other,
}
