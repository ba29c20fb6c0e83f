//! The devices of one or more classes measured together: the packets sent and received, and the times of the
//! first sound and picture.

use std::sync::Arc;

use crate::clock::Window;
use crate::connection::{Connection, Slot};
use crate::http::HttpLeg;
use crate::meter::Histogram;
use crate::peer::Peer;
use crate::sending::Sending;

/// The holder of a device's connection.
pub enum Leg {
    Peer(Box<Peer>),
    Http(Box<HttpLeg>),
}

impl Leg {
    fn connection(&self) -> &Connection {
        match self {
            Leg::Peer(peer) => peer.connection(),
            Leg::Http(leg) => &leg.connection,
        }
    }
}

/// One measured device.
pub struct Device {
    /// Number of its class; nothing crosses classes.
    pub class: usize,
    pub leg: Leg,
    /// The start of its join, nanoseconds since the epoch.
    pub began_ns: u64,
    pub sending: Vec<Sending>,
    /// Whether the device is expected to receive everything that the others of its class send.
    pub watches: bool,
    /// Whether there was sound and a picture when it joined, so that its time to them counts.
    pub timed: bool,
}

/// All devices of a run.
#[derive(Default)]
pub struct Crowd {
    pub window: Arc<Window>,
    pub devices: Vec<Device>,
    /// Joins that failed, with the reason.
    pub failures: Vec<String>,
}

/// The sum over a crowd.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// The packets that should have arrived: every packet sent in the window, once per watcher.
    pub expected: u64,
    pub received: u64,
    pub bytes: u64,
    /// Holes in RTP sequences, after retransmission.
    pub lost: u64,
    pub out_of_order: u64,
    pub duplicates: u64,
    pub foreign: u64,
    pub keyframe_requests: u64,
    pub latency_us: Histogram,
    /// Milliseconds from the start of each join to its first sound.
    pub sounds_ms: Vec<u64>,
    /// Milliseconds from the start of each join to sound and picture both there.
    pub joins_ms: Vec<u64>,
    /// Timed watchers still without sound or picture.
    pub waiting: u64,
}

impl Crowd {
    pub fn new(window: Window) -> Crowd {
        Crowd { window: Arc::new(window), ..Crowd::default() }
    }

    /// Adds up the measurements of all devices.
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for device in &self.devices {
            let layers = device.sending.iter().flat_map(Sending::layers);
            tally.keyframe_requests += layers.map(|layer| layer.keyframe_requests()).sum::<u64>();
            if device.watches {
                tally.expected += self.sent_by_others(device);
                tally.add(device);
            }
        }
        tally.sounds_ms.sort_unstable();
        tally.joins_ms.sort_unstable();
        tally
    }

    fn sent_by_others(&self, device: &Device) -> u64 {
        let others =
            self.devices.iter().filter(|other| other.class == device.class && !std::ptr::eq(*other, device));
        others.flat_map(|other| &other.sending).map(|sending| sending.counters().sent_in_window()).sum()
    }
}

impl Tally {
    fn add(&mut self, device: &Device) {
        let connection = device.leg.connection();
        let (mut sound_ns, mut picture_ns) = (0, 0);
        for slot in connection.slots() {
            let got = connection.received(slot);
            match slot {
                Slot::Audio(_) => sound_ns = earliest(sound_ns, got.first_ns),
                Slot::Video(_) => picture_ns = earliest(picture_ns, got.first_keyframe_ns),
            }
            self.received += got.packets;
            self.bytes += got.bytes;
            self.lost += got.lost;
            self.out_of_order += got.out_of_order;
            self.duplicates += got.duplicates;
            self.foreign += got.foreign;
            self.latency_us.merge(&got.latency_us);
        }
        if !device.timed {
            return;
        }
        if sound_ns == 0 || picture_ns == 0 {
            self.waiting += 1;
        } else {
            let since_join_ms = |at_ns: u64| at_ns.saturating_sub(device.began_ns) / 1_000_000;
            self.sounds_ms.push(since_join_ms(sound_ns));
            self.joins_ms.push(since_join_ms(sound_ns.max(picture_ns)));
        }
    }

    /// Missing packets per thousand expected.
    pub fn loss_permille(&self) -> f64 {
        let missing = self.expected.saturating_sub(self.received);
        missing as f64 * 1_000.0 / self.expected.max(1) as f64
    }
}

/// The value below which `share` of the `sorted` values lie; 0 when there are none.
pub fn quantile(sorted: &[u64], share: f64) -> u64 {
    let last = sorted.len().saturating_sub(1);
    sorted.get((last as f64 * share).round() as usize).copied().unwrap_or_default()
}

/// The earlier of two times; zero means never.
fn earliest(one_ns: u64, other_ns: u64) -> u64 {
    match (one_ns, other_ns) {
        (0, time) | (time, 0) => time,
        (one, other) => one.min(other),
    }
}
