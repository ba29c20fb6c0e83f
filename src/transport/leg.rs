//! One participant's leg: its path, its keys, and the streams it sends. Everything that arrives for a leg
//! passes through here and leaves as a plain value or a counted drop.

use std::ops::Range;
use std::time::Instant;

use rtc_rtcp::reception_report::ReceptionReport;

use super::answer::{ExtensionIds, LegPlan};
use super::dtls::{Ended, Handshake, Identity, SrtpKeys};
use super::gate::{Drop, Police};
use super::path::{Path, Route};
use super::rtp::Header;
use super::srtp::{ReplayWindow, Session};
use super::uplink::{Layer, Place, Uplink};
use super::{rtcp, twcc};

/// Most senders of RTCP with replay state in one leg; a browser has one per stream it sends.
const RTCP_SENDERS_MAX: usize = 64;

/// One participant's transport.
pub struct Leg {
    extensions: ExtensionIds,
    /// The path of its packets.
    pub path: Path,
    handshake: Handshake,
    keys: Option<SrtpKeys>,
    police: Police,
    pub uplinks: Vec<Uplink>,
    twcc: twcc::Recorder,
    rtcp_sent: u32,
    rtcp_seen: Vec<(u32, ReplayWindow)>,
}

/// A media packet that is authentic, decrypted and new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    pub uplink: usize,
    pub layer: usize,
    /// Extended sequence number of the layer's stream; continues over a restart of the sender.
    pub sequence: u64,
    /// Whether the sender restarts with this packet: with another clock, and without references to earlier
    /// packets.
    pub anew: bool,
    pub timestamp: u32,
    pub marker: bool,
    /// The place of the payload in the buffer; empty for probes of padding alone.
    pub payload: Range<usize>,
    /// From the audio level extension (RFC 6464): 0 loudest … 127 silence.
    pub audio_level: Option<u8>,
}

impl Leg {
    pub fn new(plan: &LegPlan, identity: &Identity, now: Instant) -> Leg {
        Leg {
            extensions: plan.extensions,
            path: Path::new(plan, now),
            handshake: Handshake::new(identity, plan.peer_fingerprint, plan.dtls_client, now),
            keys: None,
            police: Police::new(now),
            uplinks: plan.uplinks.iter().map(|plan| Uplink::new(plan, now)).collect(),
            twcc: twcc::Recorder::new(now),
            rtcp_sent: 0,
            rtcp_seen: Vec::new(),
        }
    }

    pub fn is_connected(&self) -> bool {
        self.keys.is_some()
    }

    /// The keys for our packets, and their route, once agreed.
    pub fn outbound(&self) -> Option<(&Session, Route)> {
        Some((&self.keys.as_ref()?.outbound, self.path.route()?))
    }

    /// The agreed protection.
    pub fn profile(&self) -> Option<super::srtp::Profile> {
        self.keys.as_ref().map(|keys| keys.profile)
    }

    /// The time of the next [`Leg::dtls_tick`]; `None` = keys are agreed.
    pub fn dtls_due(&self) -> Option<Instant> {
        (self.keys.is_none() && self.path.route().is_some()).then(|| self.handshake.due())
    }

    /// Takes a DTLS datagram from the leg's address; true = the keys were agreed just now.
    pub fn dtls(&mut self, now: Instant, datagram: &[u8], send: impl FnMut(&[u8])) -> Result<bool, Ended> {
        let keys = self.handshake.receive(now, datagram, send)?;
        Ok(self.take_keys(now, keys))
    }

    /// Retransmits lost parts of the handshake.
    pub fn dtls_tick(&mut self, now: Instant, send: impl FnMut(&[u8])) -> Result<bool, Ended> {
        let keys = self.handshake.tick(now, send)?;
        Ok(self.take_keys(now, keys))
    }

    fn take_keys(&mut self, now: Instant, keys: Option<SrtpKeys>) -> bool {
        let agreed = keys.is_some();
        if agreed {
            self.keys = keys;
            self.path.heard_at = now;
        }
        agreed
    }

    /// Takes an RTP datagram: authenticates, decrypts in place, unwraps retransmissions.
    pub fn rtp(&mut self, now: Instant, packet: &mut [u8]) -> Result<Received, Drop> {
        let keys = self.keys.as_ref().ok_or(Drop::TooEarly)?;
        if !self.police.admit(now, packet.len()) {
            return Err(Drop::Policed);
        }
        let header = Header::parse(packet).ok_or(Drop::RtpMalformed)?;
        let place = self.place(&header, packet).ok_or(Drop::UnknownSsrc)?;
        let uplink = &self.uplinks[place.uplink];
        let wanted =
            if place.retransmission { uplink.plan.rtx_payload_type } else { Some(uplink.plan.payload_type) };
        if wanted != Some(header.payload_type) {
            return Err(Drop::UnknownPayload);
        }

        // Only an authentic packet may leave traces; a new SSRC is tried with rollover 0.
        let layer = &uplink.layers[place.layer];
        let (number, is_new) = match (place.fresh, place.retransmission) {
            (true, _) => (u64::from(header.sequence), true),
            (false, false) => layer.receiver.place(header.sequence),
            (false, true) => {
                let number = layer.rtx_seen.extend(header.sequence);
                (number, layer.rtx_seen.is_fresh(number))
            }
        };
        if !is_new {
            return Err(Drop::Replayed);
        }
        let plain = keys.inbound.open_rtp(packet, header.len, header.ssrc, number).ok_or(Drop::Forged)?;
        self.path.heard_at = now;
        let packet = &packet[..plain];
        let ExtensionIds { transport_cc, audio_level, .. } = self.extensions;
        let [transport_cc, audio_level] = header.extensions(packet, [transport_cc, audio_level]);
        if let Some(&[high, low]) = transport_cc {
            self.twcc.note(now, u16::from_be_bytes([high, low]));
        }
        let payload = header.payload(packet).ok_or(Drop::RtpMalformed)?.len();
        let mut received = Received {
            uplink: place.uplink,
            layer: place.layer,
            sequence: number,
            anew: false,
            timestamp: header.timestamp,
            marker: header.marker,
            payload: header.len..header.len + payload,
            audio_level: audio_level.and_then(|value| value.first()).map(|level| level & 0x7f),
        };
        let clock_hz = self.uplinks[place.uplink].plan.codec.clock_hz();
        let layer = &mut self.uplinks[place.uplink].layers[place.layer];
        received.anew = layer.learn(now, &place, header.ssrc, number, clock_hz);
        if place.retransmission {
            layer.rtx_seen.accept(number);
            unwrap_retransmission(packet, &mut received, layer)?;
        }
        layer.receiver.accept(now, received.sequence, received.timestamp);
        received.sequence = received.sequence.wrapping_add(layer.numbers_from);
        Ok(received)
    }

    /// A received packet came too late to be used: nothing around it is requested again.
    pub fn pass_over(&mut self, received: &Received) {
        self.uplinks[received.uplink].layers[received.layer].receiver.pass_over();
    }

    /// Finds the stream of a packet by its SSRC or, for unknown ones, by MID and RID, or by its payload
    /// type where it bears no MID (RFC 8843 §9.2).
    fn place(&self, header: &Header, packet: &[u8]) -> Option<Place> {
        for (uplink, found) in self.uplinks.iter().enumerate() {
            for (layer, known) in found.layers.iter().enumerate() {
                if known.ssrc == Some(header.ssrc) {
                    return Some(Place { uplink, layer, retransmission: false, fresh: false });
                }
                if known.rtx_ssrc == Some(header.ssrc) {
                    return Some(Place { uplink, layer, retransmission: true, fresh: false });
                }
            }
        }
        let ExtensionIds { mid, repaired_rid, rid, .. } = self.extensions;
        let [mid, repaired_rid, rid] = header.extensions(packet, [mid, repaired_rid, rid]);
        let Some(mid) = mid else {
            return self.place_by_payload(header.payload_type);
        };
        let uplink = self.uplinks.iter().position(|uplink| uplink.plan.mid.as_bytes() == mid)?;
        let named = |name: Option<&[u8]>| {
            let name = name?;
            let is_named = |layer: &Layer| layer.rid.as_ref().is_some_and(|rid| rid.as_bytes() == name);
            self.uplinks[uplink].layers.iter().position(is_named)
        };
        if let Some(layer) = named(repaired_rid) {
            return Some(Place { uplink, layer, retransmission: true, fresh: true });
        }
        if let Some(layer) = named(rid) {
            return Some(Place { uplink, layer, retransmission: false, fresh: true });
        }
        let only = &self.uplinks[uplink];
        let retransmission = only.plan.rtx_payload_type == Some(header.payload_type);
        (only.layers.len() == 1 && only.layers[0].rid.is_none()).then_some(Place {
            uplink,
            layer: 0,
            retransmission,
            fresh: true,
        })
    }

    /// The only section without SSRCs that uses this payload type.
    fn place_by_payload(&self, payload_type: u8) -> Option<Place> {
        let mut found = self.uplinks.iter().enumerate().filter(|(_, uplink)| {
            let plan = &uplink.plan;
            let uses = plan.payload_type == payload_type || plan.rtx_payload_type == Some(payload_type);
            uses && plan.ssrcs.is_empty() && plan.rids.is_empty()
        });
        let (uplink, Uplink { plan, .. }) = found.next()?;
        let retransmission = plan.rtx_payload_type == Some(payload_type);
        found.next().is_none().then_some(Place { uplink, layer: 0, retransmission, fresh: true })
    }

    /// Takes an RTCP datagram: authenticates and decrypts it in place; returns the compound packet.
    pub fn rtcp<'a>(&mut self, now: Instant, packet: &'a mut [u8]) -> Result<&'a [u8], Drop> {
        let keys = self.keys.as_ref().ok_or(Drop::TooEarly)?;
        let (len, index) = keys.inbound.open_rtcp(packet).ok_or(Drop::Forged)?;
        self.path.heard_at = now;
        let sender = u32::from_be_bytes(packet[4..8].try_into().expect("an opened packet has a header"));
        let known = self.rtcp_seen.iter().position(|(ssrc, _)| *ssrc == sender);
        let known = match known {
            Some(known) => known,
            None if self.rtcp_seen.len() < RTCP_SENDERS_MAX => {
                self.rtcp_seen.push((sender, ReplayWindow::default()));
                self.rtcp_seen.len() - 1
            }
            None => return Err(Drop::UnknownSsrc),
        };
        let window = &mut self.rtcp_seen[known].1;
        if !window.is_fresh(u64::from(index)) {
            return Err(Drop::Replayed);
        }
        window.accept(u64::from(index));
        Ok(&packet[..len])
    }

    /// Encrypts a compound packet of ours; false = no keys are agreed yet.
    pub fn seal_rtcp(&mut self, packet: &mut Vec<u8>) -> bool {
        let Some(keys) = &self.keys else { return false };
        keys.outbound.seal_rtcp(packet, self.rtcp_sent);
        self.rtcp_sent += 1;
        true
    }

    /// Appends the frequent feedback to the publisher: transport-wide feedback and requests for lost packets.
    /// `outage` gets the layers that lost so much that only a keyframe helps.
    pub fn write_feedback(&mut self, now: Instant, out: &mut Vec<u8>, mut outage: impl FnMut(usize, usize)) {
        if let Some(ssrc) = self.uplinks.iter().flat_map(|uplink| &uplink.layers).find_map(|layer| layer.ssrc)
        {
            self.twcc.write_feedback(ssrc, out);
        }
        for (index, uplink) in self.uplinks.iter_mut().enumerate().filter(|(_, uplink)| uplink.plan.nack) {
            for (number, layer) in uplink.layers.iter_mut().enumerate() {
                let Some(ssrc) = layer.ssrc else { continue };
                let wanted = layer.receiver.nacks(now);
                if !wanted.is_empty() {
                    rtcp::write_nack(out, ssrc, &wanted);
                }
                if layer.receiver.take_outage() {
                    outage(index, number);
                }
            }
        }
    }

    /// Appends the receiver report on everything the peer sends; returns its worst loss in 1/1000, if it
    /// sends.
    pub fn write_report(&mut self, now: Instant, out: &mut Vec<u8>) -> Option<u16> {
        let mut reports: Vec<ReceptionReport> = Vec::new();
        let mut worst = None;
        for layer in self.uplinks.iter_mut().flat_map(|uplink| &mut uplink.layers) {
            let Some(ssrc) = layer.ssrc else { continue };
            if let Some((block, loss)) = layer.receiver.report(now, ssrc) {
                worst = worst.max(Some(loss));
                reports.push(block);
            }
        }
        if !reports.is_empty() {
            rtcp::write_receiver_report(out, reports);
        }
        worst
    }

    /// SSRCs of a publisher without transport-wide feedback, which needs an estimate instead.
    pub fn wants_estimate(&self) -> Vec<u32> {
        if self.extensions.transport_cc.is_some() {
            return Vec::new();
        }
        let video = self.uplinks.iter().filter(|uplink| uplink.plan.codec.is_video());
        video.flat_map(|uplink| &uplink.layers).filter_map(|layer| layer.ssrc).collect()
    }

    /// Notes a sender report of one of the peer's streams; returns its uplink and layer.
    pub fn sender_report(&mut self, now: Instant, ssrc: u32, ntp: u64) -> Option<(usize, usize)> {
        for (index, uplink) in self.uplinks.iter_mut().enumerate() {
            for (number, layer) in uplink.layers.iter_mut().enumerate() {
                if layer.ssrc == Some(ssrc) {
                    layer.receiver.note_sender_report(now, ntp);
                    return Some((index, number));
                }
            }
        }
        None
    }
}

#[cfg(test)]
impl Leg {
    /// Sets keys and route without a handshake and a check.
    pub(crate) fn connect(&mut self, now: Instant, keys: SrtpKeys, route: Route) {
        self.keys = Some(keys);
        self.path.begin(now, route);
    }
}

/// Unwraps a retransmission: the original number stands before its payload (RFC 4588 §4).
fn unwrap_retransmission(packet: &[u8], received: &mut Received, layer: &Layer) -> Result<(), Drop> {
    let Some([high, low, ..]) = packet.get(received.payload.clone()) else {
        return Err(Drop::Probe);
    };
    let (number, is_new) = layer.receiver.place(u16::from_be_bytes([*high, *low]));
    if !is_new {
        // Browsers probe with repetitions of packets that we have.
        return Err(Drop::Probe);
    }
    received.sequence = number;
    received.payload.start += 2;
    Ok(())
}

#[cfg(test)]
#[path = "leg_tests.rs"]
mod tests;
