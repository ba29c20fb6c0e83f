//! A hall whose network is a test: every device has keys, and its datagrams are values.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::OnceLock;

use self::plan::{ALL, H264, Kit, LEVEL_ID, MID_ID, RID_ID, RIDS, plan, ssrc, stream_number};
use super::feedback::Moment;
use super::tick::{TICK, TICKS_PER_SECOND};
use super::*;
use crate::transport::dtls::{Identity, SrtpKeys};
use crate::transport::gate::Drop;
use crate::transport::rtcp::{self, Told};
use crate::transport::rtp::Header;
use crate::transport::srtp::{Profile, Session, extend_near};

mod captures;
mod keyframes;
mod plan;
mod properties;

/// Numbers of a stream start here, so that none is below zero when it is extended.
const FIRST: u16 = 1000;

/// One stream that a device sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Stream {
    leg: LegId,
    kind: SourceKind,
    layer: u8,
}

/// The contents of a test's payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Tag {
    stream: Stream,
    sequence: u16,
    keyframe: bool,
}

/// A packet as a viewer received it.
#[derive(Debug, Clone)]
struct Copied {
    number: u64,
    timestamp: u32,
    tag: Tag,
    sealed: Vec<u8>,
}

/// The packets sent to a device on one of its slots.
#[derive(Debug, Default)]
struct Received {
    highest: Option<u64>,
    /// In the order of arrival, first copies only.
    copies: Vec<Copied>,
}

struct Device {
    index: u32,
    leg: LegId,
    person: ParticipantId,
    kit: Kit,
    route: Route,
    /// Its keys for sealing and for opening.
    ours: Session,
    theirs: Session,
    sent: HashMap<Stream, u16>,
    rtcp_sent: u32,
    /// Received packets, by slot.
    received: Vec<Received>,
    retransmitted: usize,
    /// SSRCs for which it was asked for a keyframe, since the last taking.
    keyframes_wanted: Vec<u32>,
}

/// The packets sent by a hall, by route, in order.
#[derive(Default)]
struct Net(Vec<(Route, Vec<u8>)>);

impl Outbox for Net {
    fn room(&mut self, to: Route, len: usize) -> &mut [u8] {
        self.0.push((to, vec![0; len]));
        &mut self.0.last_mut().unwrap().1
    }

    fn flush(&mut self, _: Route) {}

    fn send(&mut self, to: Route, datagram: &[u8]) {
        self.0.push((to, datagram.to_vec()));
    }
}

/// A hall, its clock, and its devices.
struct Bench {
    hall: Hall,
    now: Instant,
    ticks: u64,
    legs: u64,
    devices: Vec<Device>,
    net: Net,
}

fn identity() -> &'static Identity {
    static IDENTITY: OnceLock<Identity> = OnceLock::new();
    IDENTITY.get_or_init(|| Identity::generate().unwrap())
}

fn session(leg: LegId, side: u8) -> Session {
    Session::new(Profile::AeadAes128Gcm, &[leg.0 as u8; 16], &[side; 12])
}

/// RTP time of a packet: each holds a picture of 40 ms, and the layers' clocks are far from each other.
fn rtp_time(sequence: u16, layer: u8) -> u32 {
    u32::from(sequence) * 3600 + u32::from(layer) * 1_000_000_000
}

impl Bench {
    fn new() -> Bench {
        let now = Instant::now();
        Bench { hall: Hall::new(now), now, ticks: 0, legs: 0, devices: Vec::new(), net: Net::default() }
    }

    /// Adds a connected device; returns its place in `devices`.
    fn enter(&mut self, person: u32, kit: Kit) -> usize {
        self.legs += 1;
        let (leg, person) = (LegId(self.legs), ParticipantId(person));
        let route = Route { address: SocketAddr::from(([192, 0, 2, 1], 1000 + leg.0 as u16)), from: None };
        let mut member = Member::new(leg, person, &plan(leg, kit), identity(), self.now);
        let profile = Profile::AeadAes128Gcm;
        let keys = SrtpKeys { inbound: session(leg, 0), outbound: session(leg, 1), profile };
        member.leg.connect(self.now, keys, route);
        let index = self.hall.enter(member, self.now);
        self.devices.push(Device {
            index,
            leg,
            person,
            kit,
            route,
            ours: session(leg, 0),
            theirs: session(leg, 1),
            sent: HashMap::new(),
            rtcp_sent: 0,
            received: (0..kit.video_slots + kit.audio_slots).map(|_| Received::default()).collect(),
            retransmitted: 0,
            keyframes_wanted: Vec::new(),
        });
        self.devices.len() - 1
    }

    fn leave(&mut self, at: usize) {
        let device = self.devices.swap_remove(at);
        assert_eq!(self.hall.find(device.leg), Some(device.index));
        assert_eq!(self.hall.leave(device.index, self.now), Some(device.leg));
    }

    fn source(&self, at: usize, kind: SourceKind) -> SourceId {
        let device = &self.devices[at];
        SourceId { leg: device.leg, person: device.person, kind }
    }

    fn permit(&mut self, at: usize, kinds: &[SourceKind]) {
        self.hall.permit(self.devices[at].index, kinds, self.now);
    }

    /// A packet of a device is on its way, and arrives unless it is `lost`.
    fn publish(
        &mut self,
        at: usize,
        kind: SourceKind,
        layer: u8,
        keyframe: bool,
        lost: bool,
    ) -> Result<(), Drop> {
        // Every packet of sound can be played by itself.
        let keyframe = keyframe || kind == SourceKind::Mic;
        let device = &mut self.devices[at];
        let stream = Stream { leg: device.leg, kind, layer };
        let sequence = device.sent.get(&stream).map_or(FIRST, |last| last + 1);
        device.sent.insert(stream, sequence);
        if lost {
            return Ok(());
        }
        let (mid, payload_type) = match kind {
            SourceKind::Mic => (b'm', 111),
            SourceKind::Camera => (b'c', 96),
            SourceKind::Screen => (b's', 98),
        };
        let mut packet = vec![0x90, payload_type | 0x80];
        packet.extend_from_slice(&sequence.to_be_bytes());
        packet.extend_from_slice(&rtp_time(sequence, layer).to_be_bytes());
        packet.extend_from_slice(&ssrc(device.leg, stream_number(kind, layer)).to_be_bytes());
        packet.extend_from_slice(&[0xbe, 0xde, 0, 2, MID_ID << 4, mid, LEVEL_ID << 4, 20]);
        match kind {
            SourceKind::Camera => {
                packet.extend_from_slice(&[RID_ID << 4, RIDS[usize::from(layer)].as_bytes()[0]])
            }
            _ => packet.extend_from_slice(&[0, 0]),
        }
        packet.extend_from_slice(&[0, 0]);
        let header_len = packet.len();
        match kind {
            SourceKind::Mic => packet.push(0xfc),
            SourceKind::Camera => packet.extend_from_slice(&[if keyframe { 0x65 } else { 0x41 }, 0x9a]),
            SourceKind::Screen => {
                let [high, low] = (sequence & 0x7fff).to_be_bytes();
                packet.extend_from_slice(&[0x90, 0x80, high | 0x80, low, u8::from(!keyframe)]);
            }
        }
        let [high, low] = sequence.to_be_bytes();
        packet.resize(packet.len() + 20 + usize::from(layer) * 50, 7);
        packet.extend_from_slice(&[device.leg.0 as u8, kind as u8, layer, u8::from(keyframe), high, low]);
        packet.resize(packet.len() + device.ours.rtp_tag_len(), 0);
        let ssrc = ssrc(device.leg, stream_number(kind, layer));
        device.ours.seal_rtp(&mut packet, header_len, ssrc, sequence.into());
        let index = device.index;
        let taken = self.hall.handle_rtp(self.now, index, &mut packet, false);
        if self.hall.has_fresh() {
            self.hall.fan_out(self.now, &mut self.net);
        }
        self.collect();
        taken
    }

    /// A device's sender report on a layer of its camera.
    fn report_clock(&mut self, at: usize, layer: u8) {
        let device = &self.devices[at];
        let (leg, kind) = (device.leg, SourceKind::Camera);
        let Some(sequence) = device.sent.get(&Stream { leg, kind, layer }) else { return };
        let (rtp, ntp) = (rtp_time(*sequence, layer), self.moment().ntp);
        let ssrc = ssrc(leg, stream_number(kind, layer));
        self.tell(at, |packet| rtcp::write_sender_report(packet, ssrc, ntp, rtp, 0, 0));
    }

    /// Sends RTCP of a device.
    fn tell(&mut self, at: usize, write: impl FnOnce(&mut Vec<u8>)) {
        let device = &mut self.devices[at];
        let mut packet = Vec::new();
        write(&mut packet);
        device.ours.seal_rtcp(&mut packet, device.rtcp_sent);
        device.rtcp_sent += 1;
        let (at, index) = (self.moment(), self.devices[at].index);
        self.hall.handle_rtcp(at, index, &mut packet, false, &mut self.net).unwrap();
        self.collect();
    }

    fn moment(&self) -> Moment {
        Moment { now: self.now, ntp: rtcp::ntp_from_unix_ms(1_000_000 + self.ticks * 20) }
    }

    /// One step of the clock.
    fn tick(&mut self) {
        self.now += TICK;
        self.ticks += 1;
        let gone = self.hall.handle_tick(self.moment(), self.ticks, &mut self.net);
        // Consent is lost after 30 s, since nobody proves it here; their place is kept all the same.
        assert!(gone.iter().all(|gone| gone.ended.is_none()), "{gone:?}");
        if self.ticks.is_multiple_of(TICKS_PER_SECOND) {
            self.hall.report(self.now, TICK * TICKS_PER_SECOND as u32);
        }
        self.collect();
    }

    /// Delivers everything that was sent to the devices.
    fn collect(&mut self) {
        for (route, datagram) in std::mem::take(&mut self.net.0) {
            let Some(device) = self.devices.iter_mut().find(|device| device.route == route) else {
                panic!("something was sent to a device that has left");
            };
            if (192..=223).contains(&datagram[1]) {
                device.control(datagram);
            } else {
                device.media(datagram);
            }
        }
    }
}

impl Device {
    fn control(&mut self, mut packet: Vec<u8>) {
        let (len, _) = self.theirs.open_rtcp(&mut packet).expect("RTCP opens");
        let wanted = &mut self.keyframes_wanted;
        rtcp::read(&packet[..len], |told| {
            if let Told::KeyframeRequest { ssrc } = told {
                wanted.push(ssrc);
            }
        });
    }

    fn media(&mut self, sealed: Vec<u8>) {
        let header = Header::parse(&sealed).unwrap();
        let number = header.ssrc - ssrc(self.leg, 0);
        let (is_again, slot) = (number >= 200, (number % 100) as usize);
        let received = &mut self.received[slot];
        let mut packet = sealed.clone();
        if is_again {
            // Numbers of retransmissions stay far below the first rollover.
            let len = self.theirs.open_rtp(&mut packet, header.len, header.ssrc, header.sequence.into());
            let payload = header.payload(&packet[..len.expect("a retransmission opens")]).unwrap();
            let original = u16::from_be_bytes([payload[0], payload[1]]);
            let first = received.copies.iter().find(|copied| copied.number as u16 == original);
            assert_eq!(first.expect("was sent before").tag, tag(&payload[2..]), "the same packet again");
            self.retransmitted += 1;
            return;
        }
        let number = extend_near(received.highest.unwrap_or_else(|| FIRST.into()), header.sequence);
        let len = self.theirs.open_rtp(&mut packet, header.len, header.ssrc, number).expect("a copy opens");
        let tag = tag(header.payload(&packet[..len]).unwrap());
        if let Some(before) = received.copies.iter().find(|copied| copied.number == number) {
            assert_eq!(before.sealed, sealed, "one number encrypts one packet for good");
            self.retransmitted += 1;
            return;
        }
        received.highest = received.highest.max(Some(number));
        received.copies.push(Copied { number, timestamp: header.timestamp, tag, sealed });
    }
}

fn tag(payload: &[u8]) -> Tag {
    let [.., leg, kind, layer, keyframe, high, low] = payload else { panic!("{payload:?}") };
    let kind = [SourceKind::Mic, SourceKind::Camera, SourceKind::Screen]
        .into_iter()
        .find(|known| *known as u8 == *kind)
        .expect("a kind");
    let stream = Stream { leg: LegId(u64::from(*leg)), kind, layer: *layer };
    Tag { stream, sequence: u16::from_be_bytes([*high, *low]), keyframe: *keyframe != 0 }
}
