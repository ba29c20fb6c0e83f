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
}

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
    /// An authenticated packet proved that `ssrc` belongs here. A sender that starts anew under a
    /// new SSRC starts a new numbering.
    pub(super) fn learn(&mut self, now: Instant, place: &Place, ssrc: u32, clock_hz: u32) {
        match (place.fresh, place.retransmission) {
            (true, true) => {
                self.rtx_ssrc = Some(ssrc);
                self.rtx_seen = ReplayWindow::default();
            }
            (true, false) => {
                self.ssrc = Some(ssrc);
                self.receiver = Receiver::new(clock_hz, now);
            }
            (false, _) => {}
        }
    }
}
