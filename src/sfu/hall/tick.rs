//! The periodic work of a hall: reports and congestion feedback to its members, keyframe requests, layers,
//! marks for the classroom, handshakes and consent.

use std::time::Duration;

use super::feedback::Moment;
use super::member::Member;
use super::{Gone, Hall, Outbox};
use crate::sfu::report::MediaEvent;
use crate::transport::rtcp;

/// The clock's step. Everything periodic is a multiple of it.
pub const TICK: Duration = Duration::from_millis(20);
/// Ticks in a second: each member's reports go out in a tick of its own, so that they spread.
pub const TICKS_PER_SECOND: u64 = 50;
/// Transport-wide feedback every 100 ms, as libwebrtc's own receivers do.
const FEEDBACK_TICKS: u64 = 5;
/// Handshakes retransmit after 250 ms and consent ends after 30 s: 100 ms is fine enough for both.
const WATCH_TICKS: u64 = 5;
/// Speaking marks and sending states every 200 ms.
const MARK_TICKS: u64 = 10;
/// Layers are chosen every 500 ms; viewers report about once a second.
const AIM_TICKS: u64 = 25;
/// The recording's keyframes every 100 ms: late by no more than fits before a segment must be cut.
const RECORDING_TICKS: u64 = 5;
/// Rate allowed to a publisher without transport-wide feedback, bit/s: a 720p camera or an OBS scene.
const PUBLISHER_BPS: u64 = 4_000_000;

impl Hall {
    /// Does the work of the tick with this `number`, every [`TICK`]; returns the members whose legs have
    /// ended.
    pub fn handle_tick(&mut self, at: Moment, number: u64, out: &mut impl Outbox) -> Vec<Gone> {
        let now = at.now;
        if self.newly_sending {
            self.announce(now);
        }
        for index in 0..self.members.len() {
            let turn = number % TICKS_PER_SECOND == index as u64 % TICKS_PER_SECOND;
            self.tick_member(at, index, number.is_multiple_of(FEEDBACK_TICKS), turn, out);
        }
        if number.is_multiple_of(MARK_TICKS) {
            self.announce(now);
            self.mark_speakers(now);
        }
        // No short-circuit: every source must be asked.
        let changed = self.sources.iter_mut().flatten().fold(false, |any, s| s.take_changed(now) | any);
        if changed || number.is_multiple_of(AIM_TICKS) {
            self.aim_all(now);
        }
        if changed || number.is_multiple_of(RECORDING_TICKS) {
            self.aim_recording(now);
        }
        self.request_keyframes(at, out);
        if number.is_multiple_of(WATCH_TICKS) { self.watch(at, out) } else { Vec::new() }
    }

    fn tick_member(&mut self, at: Moment, index: usize, feedback: bool, turn: bool, out: &mut impl Outbox) {
        let Some(member) = &mut self.members[index] else { return };
        self.scratch.clear();
        if member.publishing && feedback {
            let mut outages = Vec::new();
            member
                .leg
                .write_feedback(at.now, &mut self.scratch, |uplink, layer| outages.push((uplink, layer)));
            for (uplink, layer) in outages {
                if let Some(source) = &mut self.sources[member.sources[uplink] as usize] {
                    source.layers[layer].keyframes.want();
                }
            }
        }
        if turn && member.leg.is_connected() {
            if member.publishing {
                member.up_loss_permille = member.leg.write_report(at.now, &mut self.scratch);
                let ssrcs = member.leg.wants_estimate();
                if !ssrcs.is_empty() {
                    rtcp::write_estimate(&mut self.scratch, PUBLISHER_BPS, ssrcs);
                }
                member.publishing = false;
            }
            self.write_sender_reports(at, index);
        }
        self.send_rtcp(index, out);
    }

    fn write_sender_reports(&mut self, at: Moment, index: usize) {
        let Some(member) = &mut self.members[index] else { return };
        for down in &mut member.slots {
            down.slot.refill();
            let Some(source) = down.slot.source().and_then(|key| self.sources[key as usize].as_ref()) else {
                continue;
            };
            let clock = |layer| source.rtp_time(layer, at.now);
            let Some(rtp) = down.slot.rtp_time(at.now, clock) else { continue };
            let slot = &down.slot;
            rtcp::write_sender_report(&mut self.scratch, slot.ssrc, at.ntp, rtp, slot.packets, slot.octets);
        }
    }

    /// Encrypts and sends the packet in the scratch buffer.
    fn send_rtcp(&mut self, index: usize, out: &mut impl Outbox) {
        let Some(member) = &mut self.members[index] else { return };
        if self.scratch.is_empty() {
            return;
        }
        if let Some(route) = member.leg.path.route()
            && member.leg.seal_rtcp(&mut self.scratch)
        {
            out.send(route, &self.scratch);
        }
        self.scratch.clear();
    }

    /// Sends requests for the wanted keyframes to publishers, as often as the gates allow.
    fn request_keyframes(&mut self, at: Moment, out: &mut impl Outbox) {
        let is_recorded = self.best_layers.is_some();
        for key in 0..self.sources.len() {
            let Some(source) = &mut self.sources[key] else { continue };
            if !(is_recorded && source.permitted) && source.subscribers.is_empty() || !source.is_video() {
                continue;
            }
            let due: Vec<usize> = (0..source.layers.len())
                .filter(|layer| source.layers[*layer].keyframes.due(at.now))
                .collect();
            for layer in due {
                self.request_keyframe(key as u32, layer, out);
            }
        }
    }

    fn request_keyframe(&mut self, key: u32, layer: usize, out: &mut impl Outbox) {
        let of_owner =
            |member: &Option<Member>| member.as_ref()?.sources.iter().position(|source| *source == key);
        let owner = self.members.iter().enumerate().find_map(|(index, m)| Some((index, of_owner(m)?)));
        let Some((index, uplink)) = owner else { return };
        let Some(member) = &self.members[index] else { return };
        if let Some(ssrc) = member.leg.uplinks[uplink].layers[layer].ssrc {
            self.scratch.clear();
            rtcp::write_keyframe_request(&mut self.scratch, ssrc);
            self.send_rtcp(index, out);
        }
    }

    /// Lets handshakes and our own checks retransmit; returns the members whose handshake failed or whose
    /// consent is lost.
    fn watch(&mut self, at: Moment, out: &mut impl Outbox) -> Vec<Gone> {
        let mut gone = Vec::new();
        for (index, member) in self.members.iter_mut().enumerate() {
            let Some(member) = member else { continue };
            member.leg.path.tick(at.now, |route, check| out.send(route, check));
            let mut ended = None;
            if member.leg.dtls_due().is_some_and(|due| at.now >= due) {
                let route = member.leg.path.route();
                let send = |datagram: &[u8]| {
                    if let Some(route) = route {
                        out.send(route, datagram);
                    }
                };
                match member.leg.dtls_tick(at.now, send) {
                    Ok(true) => self.events.push_back(MediaEvent::Connected { leg: member.id }),
                    Ok(false) => {}
                    Err(why) => ended = Some(why),
                }
            }
            if ended.is_some() || member.leg.path.is_lost(at.now) {
                gone.push(Gone { index: index as u32, leg: member.id, ended });
            }
        }
        gone
    }
}
