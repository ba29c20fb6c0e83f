//! Requests in the members' RTCP: retransmissions, keyframes, other layers.

use std::time::{Duration, Instant};

use super::{Hall, Outbox};
use crate::sfu::capture::{CaptureRef, CapturedRef};
use crate::transport::gate::Drop;
use crate::transport::rtcp::{self, Told};

/// One instant on two clocks: the monotonic one, and the wall clock of reports.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    pub now: Instant,
    /// NTP time, see [`rtcp::ntp_from_unix_ms`].
    pub ntp: u64,
}

impl Hall {
    /// Takes an RTCP datagram of a member: authenticates it, decrypts it in place, and acts on it. The
    /// retransmission requests of a `stale` one are useless by now.
    pub fn handle_rtcp(
        &mut self,
        at: Moment,
        index: u32,
        datagram: &mut [u8],
        stale: bool,
        out: &mut impl Outbox,
    ) -> Result<(), Drop> {
        let member = self.member_mut(index).ok_or(Drop::Stranger)?;
        let packet = member.leg.rtcp(at.now, datagram)?;
        let mut all = Vec::new();
        rtcp::read(packet, |told| all.push(told));
        for told in all {
            match told {
                Told::SenderReport { ssrc, ntp, rtp } => self.sender_report(at.now, index, ssrc, ntp, rtp),
                Told::Reception(block) => self.reception(at, index, &block),
                Told::Nack { .. } if stale => {}
                Told::Nack { ssrc, sequences } => {
                    if let Some(slot) = self.slot_of(index, ssrc) {
                        self.resend(at.now, index, slot, &sequences, out);
                    }
                }
                Told::KeyframeRequest { ssrc } => self.keyframe_request(index, ssrc),
                Told::Estimate { bps } => {
                    if let Some(member) = self.member_mut(index) {
                        member.pictures.link.note_estimate(at.now, bps);
                    }
                }
                // Streams are fixed; silence tells that one has ended.
                Told::Bye { .. } => {}
            }
        }
        Ok(())
    }

    fn slot_of(&self, index: u32, ssrc: u32) -> Option<usize> {
        self.members[index as usize].as_ref()?.slot_of(ssrc)
    }

    fn sender_report(&mut self, now: Instant, index: u32, ssrc: u32, ntp: u64, rtp: u32) {
        let Some(member) = &mut self.members[index as usize] else { return };
        let Some((uplink, layer)) = member.leg.sender_report(now, ssrc, ntp) else { return };
        let key = member.sources[uplink];
        let Some(source) = &mut self.sources[key as usize] else { return };
        source.note_clock(now, layer, rtp);
        if self.best_layers.is_some() {
            // Reports of layers that are not recorded are needed, too: a switch builds on them.
            let what = CapturedRef::Report { ntp, rtp };
            self.captured.push_back(CaptureRef { key, at: now, layer: layer as u8, what });
        }
    }

    fn reception(&mut self, at: Moment, index: u32, block: &rtcp::Reception) {
        let Some(slot) = self.slot_of(index, block.ssrc) else { return };
        let Some(member) = &mut self.members[index as usize] else { return };
        if let Some(rtt) = rtcp::round_trip_ms(at.ntp, block) {
            member.rtt_ms = Some(rtt);
            member.pictures.link.note_round_trip(at.now, Duration::from_millis(rtt.into()));
        }
        // Sound tells most about a link while the picture is off; the picture tells more while it is on.
        if member.slots[slot].slot.packets > 0 {
            let permille = (u32::from(block.fraction_lost) * 1000 / 256) as u16;
            let before = member.down_loss_permille.unwrap_or(permille);
            member.down_loss_permille = Some(((u32::from(before) + u32::from(permille)) / 2) as u16);
            member.pictures.link.note_loss(at.now, permille);
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
}
