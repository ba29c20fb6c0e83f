//! Players of the recording while the class runs (HLS). They have neither a socket nor a leg: fetching the
//! class as it goes on proves that somebody is there (CR-2).

use super::Identity;
use super::effect::Effect;
use super::room::Room;
use super::roster::Access;
use crate::lesson::Role;

/// A fetched piece of the recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fetched {
    /// The end of the piece, in the time of the recording, ms.
    pub to_ms: u64,
    /// The time from there to the present end of the recording, ms.
    pub behind_ms: u64,
}

impl Room {
    /// Takes a piece fetched by a trainee's player. It is a sign of life if the piece is newer than all that
    /// this person fetched before, and no older than the gap that the rules bridge (GAP): somebody who
    /// fetches the same again, or watches from the beginning, is not in class. The first piece takes a seat,
    /// as every device does; without a seat nothing counts. All players of a person are one device.
    pub fn fetched(&mut self, now: u64, who: &Identity, piece: Fetched) -> Vec<Effect> {
        let is_live = piece.behind_ms <= self.instruction.policy().gap * 1000;
        if is_live && who.role == Role::Trainee && !self.is_ended() {
            self.follow_player(now, who, piece.to_ms);
        }
        self.finish(now)
    }

    fn follow_player(&mut self, now: u64, who: &Identity, to_ms: u64) {
        let Some(id) = self.player_of(&who.person).or_else(|| self.seat_player(now, who)) else { return };
        let Some(device) = self.roster.device_mut(id) else { return };
        let Access::Hls { seen_ms } = &mut device.access else { return };
        if to_ms <= *seen_ms {
            return;
        }
        *seen_ms = to_ms;
        if let Some(span) = device.presence.media(now) {
            self.write_alive(id, span);
        }
    }

    fn player_of(&self, key: &str) -> Option<u64> {
        let mut devices = self.roster.devices_of(self.roster.person_of_key(key)?);
        devices.find(|device| matches!(device.access, Access::Hls { .. })).map(|device| device.id)
    }

    fn seat_player(&mut self, now: u64, who: &Identity) -> Option<u64> {
        if !self.storing || self.roster.admit(who, self.settings.trainees_max).is_err() {
            return None;
        }
        Some(self.seat(now, who, Access::Hls { seen_ms: 0 }).1)
    }
}
