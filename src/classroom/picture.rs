//! The state of the instructors' pictures, so that people who see a dark place read why it is dark.

use super::kinds::Kinds;
use super::room::Room;
use super::roster::{Access, Device};
use crate::classroom::message::{Participant, PictureState};
use crate::lesson::Role;
use crate::sfu::subscriber::ParticipantId;

impl Room {
    /// Follows the arriving packets, the claims of the pages, and the open sockets.
    pub(super) fn settle_pictures(&mut self) {
        let teachers = self.roster.lines().filter(|line| line.role == Role::Instructor);
        let changes: Vec<(ParticipantId, PictureState)> = teachers
            .map(|line| (line.id, self.picture_of(line)))
            .filter(|(id, state)| self.roster.line(*id).is_some_and(|line| line.picture != *state))
            .collect();
        for (person, state) in changes {
            self.roster.update(person, |line| line.picture = state);
        }
    }

    fn picture_of(&self, line: &Participant) -> PictureState {
        if Kinds::from(line.sending.as_slice()).has_picture() {
            return PictureState::Shown;
        }
        if line.picture == PictureState::NotYet {
            return PictureState::NotYet;
        }
        if !line.here {
            // A lost person stays lost until the window to come back is over, and longer.
            return if line.picture == PictureState::Lost {
                PictureState::Lost
            } else {
                PictureState::Closed
            };
        }
        let says_closed = self.roster.devices_of(line.id).all(closed);
        if says_closed { PictureState::Closed } else { PictureState::Lost }
    }
}

/// Whether the device's page is in touch and says that it sends no picture, or the device only watches. (An
/// encoder says nothing: its packets never stop for a good reason.)
fn closed(device: &Device) -> bool {
    match device.access {
        Access::Socket { .. } => {
            device.connection.is_some() && device.claim.is_some_and(|claim| !claim.has_picture())
        }
        Access::Whip => false,
        Access::Whep | Access::Hls { .. } => true,
    }
}
