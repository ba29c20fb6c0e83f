//! The consequences of the state, computed after every input and told where they changed: permissions of
//! legs, kinds that count as being sent, roster lines, hands, the scene and every device's slots. One pass
//! instead of many special cases: no input can forget a consequence.

use std::collections::{BTreeMap, BTreeSet};

use super::deltas::Audience;
use super::effect::MediaOrder;
use super::kinds::Kinds;
use super::permissions::publishable;
use super::room::Room;
use super::roster::{Access, Device};
use crate::classroom::message::{Participant, RoomEvent};
use crate::lesson::SourceKind;
use crate::sfu::subscriber::ParticipantId;

impl Room {
    pub(super) fn settle(&mut self, now: u64) {
        self.settle_legs(now);
        self.settle_sending();
        self.settle_encoders();
        self.settle_pictures();
        self.tell_lines();
        if self.hands.take_changed() {
            let hands = self.hands.queue().to_vec();
            self.delta(Audience::All, RoomEvent::Hands { hands });
        }
        self.settle_record();
        self.settle_checks(now);
        self.settle_polls();
        let scene = self.stage.compose(&self.roster);
        let has_changed = scene.is_some();
        if let Some(scene) = scene {
            self.out.media(MediaOrder::Show(scene));
        }
        for (slots, devices) in self.stage.changed_slots(&mut self.roster, has_changed) {
            self.delta(Audience::Devices(devices), RoomEvent::Slots { slots });
        }
    }

    /// Settles permissions, and the arriving kinds that count as being sent.
    fn settle_legs(&mut self, now: u64) {
        let allowed: Vec<(u64, Kinds)> = self.roster.devices().filter_map(|d| self.allowed(d)).collect();
        for (id, allowed) in allowed {
            let Some(device) = self.roster.device_mut(id) else { continue };
            let (claim, Some(leg)) = (device.claim, &mut device.leg) else { continue };
            let permitted = allowed.and(leg.can_send);
            if permitted != leg.permitted {
                leg.permitted = permitted;
                self.out.media(MediaOrder::Permit { leg: leg.id, kinds: permitted.to_vec() });
            }
            let sending = leg.arriving.and(permitted).and(claim.unwrap_or(permitted));
            for kind in sending.iter().filter(|kind| !leg.sending.contains(*kind)) {
                leg.began_ms[kind as usize] = now;
            }
            leg.sending = sending;
        }
    }

    /// The kinds that a device with a leg may publish now.
    fn allowed(&self, device: &Device) -> Option<(u64, Kinds)> {
        device.leg.as_ref()?;
        let kinds = publishable(self.roster.line(device.person)?, &device.access);
        Some((device.id, if device.mic_muted { kinds.without(SourceKind::Mic) } else { kinds }))
    }

    /// Settles the kinds sent by all devices of each person together.
    fn settle_sending(&mut self) {
        let mut sending: BTreeMap<ParticipantId, Kinds> = BTreeMap::new();
        for device in self.roster.devices().filter(|device| !device.sending().is_empty()) {
            let all = sending.entry(device.person).or_default();
            *all = all.or(device.sending());
        }
        let of = |line: &Participant| sending.get(&line.id).copied().unwrap_or_default();
        let differs = |line: &&Participant| line.here && Kinds::from(line.sending.as_slice()) != of(line);
        let changes: Vec<_> = self.roster.lines().filter(differs).map(|line| (line.id, of(line))).collect();
        for (person, sending) in changes {
            self.roster.update(person, |line| line.sending = sending.to_vec());
        }
    }

    /// Settles whose encoder is muted (only staff can undo it), and whose sends B-frames (only its settings
    /// can).
    fn settle_encoders(&mut self) {
        let muted = |device: &&Device| device.mic_muted && matches!(device.access, Access::Whip);
        let muted: BTreeSet<ParticipantId> =
            self.roster.devices().filter(muted).map(|device| device.person).collect();
        let differs = |line: &&Participant| line.encoder_muted != muted.contains(&line.id);
        let changes: Vec<_> = self.roster.lines().filter(differs).map(|line| line.id).collect();
        for person in changes {
            self.roster.update(person, |line| line.encoder_muted = !line.encoder_muted);
        }
        let b_frames = |device: &&Device| device.leg.as_ref().is_some_and(|leg| leg.b_frames);
        let told: BTreeSet<ParticipantId> =
            self.roster.devices().filter(b_frames).map(|device| device.person).collect();
        let differs = |line: &&Participant| line.b_frames != told.contains(&line.id);
        let changes: Vec<_> = self.roster.lines().filter(differs).map(|line| line.id).collect();
        for person in changes {
            self.roster.update(person, |line| line.b_frames = !line.b_frames);
        }
    }
}
