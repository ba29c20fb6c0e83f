//! The scene: the sources everybody should see, in order of importance. The classroom decides it and every
//! leg fills its slots from it by one rule, so that a change of stage is one order to the media worker,
//! whatever the size of the class.

use crate::lesson::SourceKind;
use crate::sfu::subscriber::{ParticipantId, Want};

/// One device's transport; unique in the process, never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LegId(pub u64);

/// A published stream: its leg and its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SourceId {
    pub leg: LegId,
    /// The owner; nobody is sent streams of the own devices (no echo, no mirror).
    pub person: ParticipantId,
    pub kind: SourceKind,
}

/// The sources shown in the room.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scene {
    /// Main pictures, most important first: the screen, then the instructors' cameras.
    pub main: Vec<SourceId>,
    /// Cameras on stage.
    pub stage: Vec<SourceId>,
    /// Microphones that always have an audio slot (the instructors'); the other permitted
    /// microphones share the remaining slots by loudness.
    pub pinned: Vec<SourceId>,
}

/// Number of a leg's receiving video slots for main pictures.
pub const MAIN_SLOTS: usize = 2;

/// Whether a device with this want has a picture in its video slot `slot`.
pub fn wants_slot(want: Want, slot: usize) -> bool {
    match want {
        Want::Sound => false,
        Want::Main => slot == 0,
        Want::All => true,
    }
}

impl Scene {
    /// The sources in the `slots` receiving video slots of a leg of `person`: the first [`MAIN_SLOTS`] are
    /// main pictures, the others the stage.
    pub fn video_slots(&self, person: ParticipantId, slots: usize) -> Vec<Option<SourceId>> {
        let others = |source: &&SourceId| source.person != person;
        let mains = slots.min(MAIN_SLOTS);
        let mut main = self.main.iter().filter(others);
        let mut stage = self.stage.iter().filter(others);
        (0..slots).map(|slot| if slot < mains { main.next() } else { stage.next() }.copied()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(person: u32, kind: SourceKind) -> SourceId {
        SourceId { leg: LegId(u64::from(person)), person: ParticipantId(person), kind }
    }

    #[test]
    fn nobody_is_shown_the_own_picture_and_the_rest_moves_up() {
        let (screen, camera) = (source(1, SourceKind::Screen), source(1, SourceKind::Camera));
        let (ann, bob) = (source(2, SourceKind::Camera), source(3, SourceKind::Camera));
        let scene = Scene { main: vec![screen, camera], stage: vec![ann, bob], pinned: vec![] };

        assert_eq!(scene.video_slots(ParticipantId(9), 1), [Some(screen)]);
        assert_eq!(scene.video_slots(ParticipantId(2), 4), [Some(screen), Some(camera), Some(bob), None]);
        assert_eq!(scene.video_slots(ParticipantId(1), 4), [None, None, Some(ann), Some(bob)]);
    }
}
