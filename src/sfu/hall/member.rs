//! One participant's device in a hall: its leg, its receiving slots, and the state of its link.

use std::time::Instant;

use crate::lesson::SourceKind;
use crate::sfu::allocate::Allocator;
use crate::sfu::report::LegReport;
use crate::sfu::scene::LegId;
use crate::sfu::slot::Slot;
use crate::sfu::speakers::Loudness;
use crate::sfu::subscriber::{Doing, ParticipantId, Want};
use crate::transport::answer::{LegPlan, SlotCodec, SlotPlan};
use crate::transport::codec::Codec;
use crate::transport::dtls::Identity;
use crate::transport::leg::Leg;
use crate::transport::path::Path;

/// A device in a hall. Its fields are the hall's own.
pub struct Member {
    pub(super) id: LegId,
    pub(super) person: ParticipantId,
    pub(super) leg: Leg,
    /// The hall's source index of each of the leg's uplinks.
    pub(super) sources: Vec<u32>,
    pub(super) slots: Vec<DownSlot>,
    pub(super) want: Want,
    /// The heights of its video slots on the screen, device pixels; 0 or missing = not known.
    pub(super) tiles: Vec<u16>,
    pub(super) pictures: Allocator,
    pub(super) doing: Doing,
    pub(super) loudness: Loudness,
    pub(super) down_loss_permille: Option<u16>,
    pub(super) up_loss_permille: Option<u16>,
    pub(super) rtt_ms: Option<u16>,
    /// The sending kinds last told to the classroom.
    pub(super) announced: Vec<SourceKind>,
    /// Media arrived within the last second, so the member gets feedback.
    pub(super) publishing: bool,
}

/// A receiving slot with its negotiated properties.
pub(super) struct DownSlot {
    pub(super) slot: Slot,
    /// Id of the abs-send-time extension, if the peer has it.
    pub(super) abs_send_time: Option<u8>,
    codecs: Vec<SlotCodec>,
}

impl DownSlot {
    fn new(plan: &SlotPlan) -> DownSlot {
        DownSlot {
            slot: Slot::new(plan.video, plan.ssrc, plan.rtx_ssrc),
            abs_send_time: plan.abs_send_time,
            codecs: plan.codecs.clone(),
        }
    }

    /// The payload types under which a stream of `codec` plays here, best match first.
    pub(super) fn payload_types(&self, codec: Codec) -> Option<(u8, Option<u8>)> {
        let suited = self.codecs.iter().filter_map(|ours| Some((ours.codec.suits(codec)?, ours)));
        let (_, best) = suited.min_by_key(|(distance, _)| *distance)?;
        Some((best.payload_type, best.rtx_payload_type))
    }
}

impl Member {
    pub fn new(
        id: LegId,
        person: ParticipantId,
        plan: &LegPlan,
        identity: &Identity,
        now: Instant,
    ) -> Member {
        Member {
            id,
            person,
            leg: Leg::new(plan, identity, now),
            sources: Vec::new(),
            slots: plan.slots.iter().map(DownSlot::new).collect(),
            want: Want::All,
            tiles: Vec::new(),
            pictures: Allocator::default(),
            doing: Doing::Full,
            loudness: Loudness::default(),
            down_loss_permille: None,
            up_loss_permille: None,
            rtt_ms: None,
            announced: Vec::new(),
            publishing: false,
        }
    }

    /// The path of its datagrams, where STUN is answered.
    pub fn path_mut(&mut self) -> &mut Path {
        &mut self.leg.path
    }

    /// The slots of one kind with their indices, in the order of the offer.
    pub(super) fn slots_of(&self, video: bool) -> impl Iterator<Item = usize> {
        self.slots
            .iter()
            .enumerate()
            .filter(move |(_, down)| down.slot.video == video)
            .map(|(index, _)| index)
    }

    /// The slot that sends under `ssrc`.
    pub(super) fn slot_of(&self, ssrc: u32) -> Option<usize> {
        self.slots.iter().position(|down| down.slot.ssrc == ssrc)
    }

    /// One second of this leg.
    pub(super) fn report(&self, now: Instant, b_frames: bool) -> LegReport {
        LegReport {
            leg: self.id,
            connected: self.leg.is_connected(),
            evidence_age_ms: now.saturating_duration_since(self.leg.path.heard_at).as_millis() as u32,
            down_loss_permille: self.down_loss_permille,
            up_loss_permille: self.up_loss_permille,
            rtt_ms: self.rtt_ms,
            doing: self.doing,
            sending: self.announced.clone(),
            b_frames,
        }
    }
}
