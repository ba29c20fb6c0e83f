//! A section the peer sends on: its layers, and what proves which SSRC belongs to which.

use std::time::Instant;

use super::answer::UplinkPlan;
use super::receive::Receiver;
use super::srtp::ReplayWindow;

/// A section the peer sends on, with its layers (one without simulcast).
pub struct Uplink {
    pub plan: UplinkPlan,
    pub layers: Vec<Layer>,
}

/// One stream of an uplink.
pub struct Layer {
    pub(super) rid: Option<String>,
    /// Known from the offer, or once a packet with the right MID and RID authenticated.
    pub ssrc: Option<u32>,
    pub(super) rtx_ssrc: Option<u32>,
    pub(super) receiver: Receiver,
    pub(super) rtx_seen: ReplayWindow,
    /// The sender's numbers plus this (wrapping) are those of [`super::leg::Received`], which go on when
    /// the sender starts anew with lower ones.
    pub(super) numbers_from: u64,
}

/// A sender that starts anew goes on so far behind its highest number: what comes before its first
/// packet, in another order, still finds a number.
const ANEW_BEHIND: u64 = 128;

/// Where an SSRC belongs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) uplink: usize,
    pub(super) layer: usize,
    pub(super) retransmission: bool,
    /// Not known yet: authenticated packets make it so.
    pub(super) fresh: bool,
}

impl Uplink {
    pub(super) fn new(plan: &UplinkPlan, now: Instant) -> Uplink {
        let layer = |rid: Option<&String>, known: Option<(u32, Option<u32>)>| Layer {
            rid: rid.cloned(),
            ssrc: known.map(|(ssrc, _)| ssrc),
            rtx_ssrc: known.and_then(|(_, rtx)| rtx),
            receiver: Receiver::new(plan.codec.clock_hz(), now),
            rtx_seen: ReplayWindow::default(),
            numbers_from: 0,
        };
        let layers = if plan.rids.is_empty() {
            vec![layer(None, plan.ssrcs.first().copied())]
        } else {
            plan.rids.iter().map(|rid| layer(Some(rid), None)).collect()
        };
        Uplink { plan: plan.clone(), layers }
    }
}

impl Layer {
    /// An authenticated packet with this number proved that `ssrc` belongs here. True when the sender
    /// starts anew: under a new SSRC, with a new numbering and a new clock.
    pub(super) fn learn(
        &mut self,
        now: Instant,
        place: &Place,
        ssrc: u32,
        number: u64,
        clock_hz: u32,
    ) -> bool {
        match (place.fresh, place.retransmission) {
            (true, true) => {
                self.rtx_ssrc = Some(ssrc);
                self.rtx_seen = ReplayWindow::default();
                false
            }
            (true, false) => {
                let before = self.receiver.highest();
                if let Some(highest) = before {
                    let next = highest.wrapping_add(self.numbers_from) + ANEW_BEHIND;
                    self.numbers_from = next.wrapping_sub(number);
                    // Its retransmissions named numbers of before.
                    self.rtx_ssrc = None;
                }
                self.ssrc = Some(ssrc);
                self.receiver = Receiver::new(clock_hz, now);
                before.is_some()
            }
            (false, _) => false,
        }
    }
}
