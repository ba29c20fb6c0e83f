//! The stage: the picture for everybody, the part of it in each device's slots, and the speakers.

use std::mem;

use super::roster::{Device, Leg, Roster};
use crate::classroom::message::{Participant, Slots, Source};
use crate::lesson::SourceKind;
use crate::sfu::scene::{MAIN_SLOTS, Scene, SourceId, wants_slot};
use crate::sfu::subscriber::{ParticipantId, Want};

#[derive(Debug, Default)]
pub(super) struct Stage {
    /// The scene last sent to the media side.
    scene: Scene,
    /// Sorted, loudest first.
    speaking: Vec<ParticipantId>,
}

impl Stage {
    /// The speakers last told to everybody.
    pub(super) fn speaking(&self) -> &[ParticipantId] {
        &self.speaking
    }

    /// Takes the speakers whom the media side hears; returns those who are here, if they have changed.
    pub(super) fn hear(&mut self, roster: &Roster, people: &[ParticipantId]) -> Option<Vec<ParticipantId>> {
        let here = |id: &&ParticipantId| roster.line(**id).is_some_and(|line| line.here);
        let speaking: Vec<ParticipantId> = people.iter().filter(here).copied().collect();
        if speaking == self.speaking {
            return None;
        }
        self.speaking.clone_from(&speaking);
        Some(speaking)
    }

    /// Composes the scene from the sources being sent; `None` = no change.
    pub(super) fn compose(&mut self, roster: &Roster) -> Option<Scene> {
        let scene = compose(roster);
        if scene == self.scene {
            return None;
        }
        self.scene = scene.clone();
        Some(scene)
    }

    /// Devices whose slots have changed, grouped by their slots: one message serves all devices that see the
    /// same.
    pub(super) fn changed_slots(&self, roster: &mut Roster, scene_changed: bool) -> Vec<(Slots, Vec<u64>)> {
        let mut groups: Vec<(Slots, Vec<u64>)> = Vec::new();
        for device in roster.devices_mut() {
            let Some(leg) = &mut device.leg else { continue };
            if !scene_changed && !mem::take(&mut leg.slots_due) {
                continue;
            }
            let slots = slots(&self.scene, device.person, leg.video_slots, device.want);
            if leg.slots.as_ref() == Some(&slots) {
                continue;
            }
            leg.slots = Some(slots.clone());
            match groups.iter_mut().find(|(same, _)| *same == slots) {
                Some((_, devices)) => devices.push(device.id),
                None => groups.push((slots, vec![device.id])),
            }
        }
        groups
    }
}

/// The scene: the newest screen and camera of the staff first, as they just decided to show them; the stage
/// in the order of entering, so that nobody moves.
fn compose(roster: &Roster) -> Scene {
    let staff = |line: &Participant| line.role.is_staff();
    let mut main = sources(roster, SourceKind::Screen, staff);
    let mut cameras = sources(roster, SourceKind::Camera, staff);
    main.reverse();
    cameras.reverse();
    main.append(&mut cameras);
    let strip = |sources: Vec<(u64, SourceId)>| sources.into_iter().map(|(_, source)| source).collect();
    Scene {
        main: strip(main),
        stage: strip(sources(roster, SourceKind::Camera, |line| !line.role.is_staff())),
        pinned: strip(sources(roster, SourceKind::Mic, staff)),
    }
}

/// All such sources being sent, oldest first, each with its start.
fn sources(roster: &Roster, kind: SourceKind, of: impl Fn(&Participant) -> bool) -> Vec<(u64, SourceId)> {
    let mine =
        |device: &&Device| device.sending().contains(kind) && roster.line(device.person).is_some_and(&of);
    let source = |device: &Device| {
        let leg: &Leg = device.leg.as_ref()?;
        Some((leg.began_ms(kind), SourceId { leg: leg.id, person: device.person, kind }))
    };
    let mut sources: Vec<_> = roster.devices().filter(mine).filter_map(source).collect();
    sources.sort_by_key(|(began_ms, source)| (*began_ms, source.leg));
    sources
}

/// The slots of a device; those it does not want are dark.
fn slots(scene: &Scene, person: ParticipantId, video_slots: usize, want: Want) -> Slots {
    let named = |source: SourceId| Source { participant: source.person, kind: source.kind };
    let sources = scene.video_slots(person, video_slots).into_iter().enumerate();
    let mut main: Vec<Option<Source>> =
        sources.map(|(slot, source)| source.filter(|_| wants_slot(want, slot)).map(named)).collect();
    let stage = main.split_off(main.len().min(MAIN_SLOTS));
    Slots { main, stage }
}
