//! What a hall does by the clock and what its members' RTCP asks for: retransmissions, keyframe
//! requests, reports, congestion feedback, layers, consent.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::sfu::report::MediaEvent;
use crate::sfu::scene::LegId;
use crate::transport::dtls::Ended;
use crate::transport::rtcp::{self, Told};

use super::hall::Hall;
use super::udp::{Burst, Socket};

/// The clock's step. Everything periodic is a multiple of it.
pub const TICK: Duration = Duration::from_millis(20);
/// Ticks in a second: each member's reports go out in its own tick, so that they spread.
const TICKS_PER_SECOND: u64 = 50;
/// Transport-wide feedback every 100 ms, as libwebrtc's own receivers do.
const FEEDBACK_TICKS: u64 = 5;
/// Handshakes retransmit after 250 ms and consent ends after 30 s: 100 ms is fine enough for both.
pub const WATCH_TICKS: u64 = 5;
/// Speaking marks and sending states every 200 ms.
const MARK_TICKS: u64 = 10;
/// Layers are chosen every 500 ms; viewers report about once a second.
const AIM_TICKS: u64 = 25;
/// The tap's keyframes every 100 ms: late by no more than fits before a segment must be cut.
const TAP_TICKS: u64 = 5;
/// What a publisher without transport-wide feedback may send: a 720p camera or an OBS scene.
const PUBLISHER_BPS: u64 = 4_000_000;

/// What one turn of the clock or one RTCP packet needs from the worker.
pub struct Tools<'a> {
    pub now: Instant,
    pub socket: &'a Socket,
    pub burst: &'a mut Burst,
    /// Scratch for outgoing RTCP.
    pub scratch: &'a mut Vec<u8>,
}

impl Hall {
    /// Acts on a decrypted compound packet of a member. What a `stale` one asks for again is of no use any
    /// more.
    pub fn told(&mut self, index: u32, packet: &[u8], stale: bool, tools: &mut Tools<'_>) {
        let mut all = Vec::new();
        rtcp::read(packet, |told| all.push(told));
        for told in all {
            match told {
                Told::SenderReport { ssrc, ntp, rtp } => self.sender_report(index, ssrc, ntp, rtp, tools.now),
                Told::Reception(block) => self.reception(tools.now, index, &block),
                Told::Nack { .. } if stale => {}
                Told::Nack { ssrc, sequences } => {
                    if let Some(slot) = self.slot_of(index, ssrc) {
                        self.resend(tools.now, index, slot, &sequences, tools.socket, tools.burst);
                    }
                }
                Told::KeyframeRequest { ssrc } => self.keyframe_request(index, ssrc),
                Told::Estimate { bps } => {
                    if let Some(member) = &mut self.members[index as usize] {
                        member.pictures.link.note_estimate(tools.now, bps);
                    }
                }
                // Streams are fixed; what ends is noticed by silence.
                Told::Bye { .. } => {}
            }
        }
    }

    fn slot_of(&self, index: u32, ssrc: u32) -> Option<usize> {
        self.members[index as usize].as_ref()?.slots.iter().position(|down| down.slot.ssrc == ssrc)
    }

    fn sender_report(&mut self, index: u32, ssrc: u32, ntp: u64, rtp: u32, now: Instant) {
        let Some(member) = &mut self.members[index as usize] else { return };
        if let Some((uplink, layer)) = member.leg.sender_report(now, ssrc, ntp)
            && let Some(source) = &mut self.sources[member.sources[uplink] as usize]
        {
            source.note_clock(now, layer, rtp);
            let key = member.sources[uplink];
            self.tap_report(now, key, layer, ntp, rtp);
        }
    }

    fn reception(&mut self, now: Instant, index: u32, block: &rtcp::Reception) {
        let Some(slot) = self.slot_of(index, block.ssrc) else { return };
        let Some(member) = &mut self.members[index as usize] else { return };
        if let Some(rtt) = rtcp::round_trip_ms(now_ntp(), block) {
            member.rtt_ms = Some(rtt);
            member.pictures.link.note_round_trip(now, Duration::from_millis(rtt.into()));
        }
        // Sound tells most about a link while the picture is off; the picture tells more when it is on.
        if member.slots[slot].slot.packets > 0 {
            let permille = (u32::from(block.fraction_lost) * 1000 / 256) as u16;
            let before = member.down_loss_permille.unwrap_or(permille);
            member.down_loss_permille = Some(((u32::from(before) + u32::from(permille)) / 2) as u16);
            member.pictures.link.note_loss(now, permille);
        }
    }

    fn keyframe_request(&mut self, index: u32, ssrc: u32) {
        let Some(slot) = self.slot_of(index, ssrc) else { return };
        let Some(member) = &self.members[index as usize] else { return };
        let slot = &member.slots[slot].slot;
        if let (Some(key), Some(layer)) = (slot.source(), slot.current().or_else(|| slot.waits_for()))
            && let Some(source) = &mut self.sources[key as usize]
        {
            source.layers[usize::from(layer)].keyframes.want();
        }
    }

    /// One step of the clock.
    pub fn tick(&mut self, number: u64, tools: &mut Tools<'_>) {
        let now = tools.now;
        if self.newly_sending {
            self.announce(now);
        }
        for index in 0..self.members.len() {
            let turn = number % TICKS_PER_SECOND == index as u64 % TICKS_PER_SECOND;
            self.tick_member(index, number.is_multiple_of(FEEDBACK_TICKS), turn, tools);
        }
        if number.is_multiple_of(MARK_TICKS) {
            self.announce(now);
            self.mark_speakers(now);
        }
        // No short-circuit: every source is asked.
        let changed = self.sources.iter_mut().flatten().fold(false, |any, s| s.take_changed(now) | any);
        if changed || number.is_multiple_of(AIM_TICKS) {
            self.aim_all(now);
        }
        if changed || number.is_multiple_of(TAP_TICKS) {
            self.aim_tap(now);
        }
        self.request_keyframes(tools);
    }

    fn tick_member(&mut self, index: usize, feedback: bool, turn: bool, tools: &mut Tools<'_>) {
        let Some(member) = &mut self.members[index] else { return };
        tools.scratch.clear();
        if member.publishing {
            let mut outages = Vec::new();
            if feedback {
                member
                    .leg
                    .write_feedback(tools.now, tools.scratch, |uplink, layer| outages.push((uplink, layer)));
            }
            for (uplink, layer) in outages {
                if let Some(source) = &mut self.sources[member.sources[uplink] as usize] {
                    source.layers[layer].keyframes.want();
                }
            }
        }
        if turn && member.leg.is_connected() {
            if member.publishing {
                member.up_loss_permille = member.leg.write_report(tools.now, tools.scratch);
                let ssrcs = member.leg.wants_estimate();
                if !ssrcs.is_empty() {
                    rtcp::write_estimate(tools.scratch, PUBLISHER_BPS, ssrcs);
                }
                member.publishing = false;
            }
            self.write_sender_reports(index, tools);
        }
        self.send_rtcp(index, tools);
    }

    fn write_sender_reports(&mut self, index: usize, tools: &mut Tools<'_>) {
        let Some(member) = &mut self.members[index] else { return };
        let ntp = now_ntp();
        for down in &mut member.slots {
            down.slot.refill();
            let Some(source) = down.slot.source().and_then(|key| self.sources[key as usize].as_ref()) else {
                continue;
            };
            let clock = |layer| source.rtp_time(layer, tools.now);
            let Some(rtp) = down.slot.rtp_time(tools.now, clock) else { continue };
            let slot = &down.slot;
            rtcp::write_sender_report(tools.scratch, slot.ssrc, ntp, rtp, slot.packets, slot.octets);
        }
    }

    /// Encrypts and sends what the scratch holds.
    fn send_rtcp(&mut self, index: usize, tools: &mut Tools<'_>) {
        let Some(member) = &mut self.members[index] else { return };
        if tools.scratch.is_empty() {
            return;
        }
        if let Some(route) = member.leg.path.route()
            && member.leg.seal_rtcp(tools.scratch)
        {
            tools.socket.send(route, tools.scratch);
        }
        tools.scratch.clear();
    }

    /// Asks publishers for the keyframes somebody waits for, as often as the gates allow.
    pub fn request_keyframes(&mut self, tools: &mut Tools<'_>) {
        let recorded = self.is_recorded();
        for key in 0..self.sources.len() {
            let Some(source) = &mut self.sources[key] else { continue };
            if !(recorded && source.permitted) && source.subscribers.is_empty() || !source.is_video() {
                continue;
            }
            let due: Vec<usize> = (0..source.layers.len())
                .filter(|layer| source.layers[*layer].keyframes.due(tools.now))
                .collect();
            if due.is_empty() {
                continue;
            }
            let Some(owner) = self
                .members
                .iter()
                .position(|m| m.as_ref().is_some_and(|m| m.sources.contains(&(key as u32))))
            else {
                continue;
            };
            for layer in due {
                let Some(member) = &self.members[owner] else { continue };
                let Some(uplink) = member.sources.iter().position(|of| *of == key as u32) else { continue };
                if let Some(ssrc) = member.leg.uplinks[uplink].layers[layer].ssrc {
                    tools.scratch.clear();
                    rtcp::write_keyframe_request(tools.scratch, ssrc);
                    self.send_rtcp(owner, tools);
                }
            }
        }
    }

    /// Lets handshakes and checks of ours retransmit; the members whose handshake failed (and why) or whose
    /// consent is lost.
    pub fn watch(&mut self, tools: &mut Tools<'_>) -> Vec<(u32, LegId, Option<Ended>)> {
        let mut gone = Vec::new();
        let mut connected = Vec::new();
        for (index, member) in self.members.iter_mut().enumerate() {
            let Some(member) = member else { continue };
            member.leg.path.tick(tools.now, |route, check| {
                tools.socket.send(route, check);
            });
            let mut ended = None;
            if member.leg.dtls_due().is_some_and(|due| tools.now >= due) {
                let route = member.leg.path.route();
                let send = |datagram: &[u8]| {
                    if let Some(route) = route {
                        tools.socket.send(route, datagram);
                    }
                };
                match member.leg.dtls_tick(tools.now, send) {
                    Ok(agreed) => connected.extend(agreed.then_some(member.id)),
                    Err(why) => ended = Some(why),
                }
            }
            if ended.is_some() || member.leg.path.is_lost(tools.now) {
                gone.push((index as u32, member.id, ended));
            }
        }
        connected.into_iter().for_each(|leg| self.tell(MediaEvent::Connected { leg }));
        gone
    }
}

/// The server's wall clock as NTP time.
fn now_ntp() -> u64 {
    let unix = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    rtcp::ntp_from_unix_ms(unix.as_millis() as u64)
}
