//! What follows from the state, computed after every input and told where it changed: permissions
//! of legs, what counts as being sent, roster lines, hands, the scene and every device's slots.
//! One pass instead of many special cases: no input can forget a consequence.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;

use super::deltas::Audience;
use super::effect::{Effect, MediaOrder};
use super::kinds::Kinds;
use super::permissions::publishable;
use super::room::Room;
use super::roster::{Access, Device, Leg};
use crate::protocol::{Participant, ParticipantId, RoomEvent, Slots, Source, SourceKind, Want};
use crate::sfu::scene::{MAIN_SLOTS, Scene, SourceId, wants_slot};

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
        let scene = self.compose();
        let changed = scene != self.scene;
        if changed {
            self.scene = scene.clone();
            self.out.push(Effect::Media(MediaOrder::Show(scene)));
        }
        self.tell_slots(changed);
    }

    /// Permissions, and what of the arriving packets counts as being sent.
    fn settle_legs(&mut self, now: u64) {
        let mut orders = Vec::new();
        let allowed: Vec<(u64, Kinds)> = self.roster.devices().filter_map(|d| self.allowed(d)).collect();
        for (id, allowed) in allowed {
            let Some(device) = self.roster.device_mut(id) else { continue };
            let (claim, Some(leg)) = (device.claim, &mut device.leg) else { continue };
            let permitted = allowed.and(leg.can_send);
            if permitted != leg.permitted {
                leg.permitted = permitted;
                orders.push(MediaOrder::Permit { leg: leg.id, kinds: permitted.to_vec() });
            }
            let sending = leg.arriving.and(permitted).and(claim.unwrap_or(permitted));
            for kind in sending.iter().filter(|kind| !leg.sending.contains(*kind)) {
                leg.began_ms[kind as usize] = now;
            }
            leg.sending = sending;
        }
        self.out.extend(orders.into_iter().map(Effect::Media));
    }

    /// What a device with a leg may publish now.
    fn allowed(&self, device: &Device) -> Option<(u64, Kinds)> {
        device.leg.as_ref()?;
        let kinds = publishable(self.roster.line(device.person)?, &device.access);
        Some((device.id, if device.mic_muted { kinds.without(SourceKind::Mic) } else { kinds }))
    }

    /// What all devices of each person send together.
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

    /// Whose encoder is muted (staff alone can undo it), and whose sends B-frames (only its settings can).
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

    /// The scene: the newest screen and camera of the staff first, because it is what they just
    /// decided to show; the stage in the order in which it was entered, so that nobody moves.
    fn compose(&self) -> Scene {
        let staff = |line: &Participant| line.role.is_staff();
        let mut main = self.sources(SourceKind::Screen, staff);
        let mut cameras = self.sources(SourceKind::Camera, staff);
        main.reverse();
        cameras.reverse();
        main.append(&mut cameras);
        let strip = |sources: Vec<(u64, SourceId)>| sources.into_iter().map(|(_, source)| source).collect();
        Scene {
            main: strip(main),
            stage: strip(self.sources(SourceKind::Camera, |line| !line.role.is_staff())),
            pinned: strip(self.sources(SourceKind::Mic, staff)),
        }
    }

    /// Every such source that is being sent, oldest first, with when it began.
    fn sources(&self, kind: SourceKind, of: impl Fn(&Participant) -> bool) -> Vec<(u64, SourceId)> {
        let mine = |device: &&Device| {
            device.sending().contains(kind) && self.roster.line(device.person).is_some_and(&of)
        };
        let source = |device: &Device| {
            let leg: &Leg = device.leg.as_ref()?;
            Some((leg.began_ms(kind), SourceId { leg: leg.id, person: device.person, kind }))
        };
        let mut sources: Vec<_> = self.roster.devices().filter(mine).filter_map(source).collect();
        sources.sort_by_key(|(began_ms, source)| (*began_ms, source.leg));
        sources
    }

    /// Tells each device whose slots show something else than before; those who see the same are
    /// told by one message.
    fn tell_slots(&mut self, scene_changed: bool) {
        let mut groups: Vec<(Slots, Vec<u64>)> = Vec::new();
        let scene = mem::take(&mut self.scene);
        for device in self.roster.devices_mut() {
            let Some(leg) = &mut device.leg else { continue };
            if !scene_changed && !mem::take(&mut leg.slots_due) {
                continue;
            }
            let slots = slots(&scene, device.person, leg.video_slots, device.want);
            if leg.slots.as_ref() == Some(&slots) {
                continue;
            }
            leg.slots = Some(slots.clone());
            match groups.iter_mut().find(|(same, _)| *same == slots) {
                Some((_, devices)) => devices.push(device.id),
                None => groups.push((slots, vec![device.id])),
            }
        }
        self.scene = scene;
        for (slots, devices) in groups {
            self.delta(Audience::Devices(devices), RoomEvent::Slots { slots });
        }
    }
}

/// What a device's slots show; those it does not want are dark.
fn slots(scene: &Scene, person: ParticipantId, video_slots: usize, want: Want) -> Slots {
    let named = |source: SourceId| Source { participant: source.person, kind: source.kind };
    let sources = scene.video_slots(person, video_slots).into_iter().enumerate();
    let mut main: Vec<Option<Source>> =
        sources.map(|(slot, source)| source.filter(|_| wants_slot(want, slot)).map(named)).collect();
    let stage = main.split_off(main.len().min(MAIN_SLOTS));
    Slots { main, stage }
}
