//! A section the peer sends on: its layers, and the proof of the SSRCs.

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
    /// Known from the offer, or from the first authentic packet with the right MID and RID.
    pub ssrc: Option<u32>,
    pub(super) rtx_ssrc: Option<u32>,
    pub(super) receiver: Receiver,
    pub(super) rtx_seen: ReplayWindow,
    /// Offset (wrapping) from the sender's numbers to those of [`super::leg::Received`], which continue when
    /// the sender restarts with lower ones.
    pub(super) numbers_from: u64,
}

/// Distance from its highest number at which a restarted sender goes on: packets from before its first one,
/// reordered, still find a number.
const ANEW_BEHIND: u64 = 128;

/// The place of an SSRC.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) uplink: usize,
    pub(super) layer: usize,
    pub(super) retransmission: bool,
    /// Not known yet: an authenticated packet makes it known.
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
    /// Notes that an authenticated packet with this number proved `ssrc` to belong here. True = the sender
    /// restarts: under a new SSRC, with a new numbering and a new clock.
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
                    // Its retransmissions named earlier numbers.
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
