//! One participant's device in a hall: its leg, the slots it receives on, and what is known of its link.

use std::time::Instant;

use crate::protocol::{Doing, ParticipantId, SourceKind, Want};
use crate::sfu::allocate::Allocator;
use crate::sfu::report::LegReport;
use crate::sfu::scene::LegId;
use crate::sfu::slot::Slot;
use crate::sfu::speakers::Loudness;
use crate::transport::answer::{LegPlan, SlotCodec, SlotPlan};
use crate::transport::codec::Codec;
use crate::transport::dtls::Identity;
use crate::transport::leg::Leg;

/// A device in a hall.
pub struct Member {
    pub id: LegId,
    pub person: ParticipantId,
    pub leg: Leg,
    /// The hall's source index of each of the leg's uplinks.
    pub sources: Vec<u32>,
    pub slots: Vec<DownSlot>,
    pub permitted: Vec<SourceKind>,
    pub want: Want,
    /// How high its video slots are shown, device pixels; 0 or missing: not known.
    pub tiles: Vec<u16>,
    pub pictures: Allocator,
    pub doing: Doing,
    pub loudness: Loudness,
    pub down_loss_permille: Option<u16>,
    pub up_loss_permille: Option<u16>,
    pub rtt_ms: Option<u16>,
    /// What the classroom was last told about its sending.
    pub announced: Vec<SourceKind>,
    /// Media arrived within the last second: it gets feedback.
    pub publishing: bool,
}

/// A receiving slot with what was negotiated for it.
pub struct DownSlot {
    pub slot: Slot,
    pub abs_send_time: Option<u8>,
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
    pub fn payload_types(&self, codec: Codec) -> Option<(u8, Option<u8>)> {
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
            permitted: Vec::new(),
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

    /// The slots of one kind with their indices, in the order of the offer.
    pub fn slots_of(&self, video: bool) -> impl Iterator<Item = usize> {
        self.slots
            .iter()
            .enumerate()
            .filter(move |(_, down)| down.slot.video == video)
            .map(|(index, _)| index)
    }

    /// One second of this leg.
    pub fn report(&self, now: Instant, b_frames: bool) -> LegReport {
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
