//! Players of the recording while the class runs (HLS). They have neither a socket nor a leg: what
//! proves that somebody is there is that the player fetches the class as it goes on (CR-2).

use super::Identity;
use super::effect::Effect;
use super::room::Room;
use super::roster::Access;
use crate::protocol::Role;

/// A piece of the recording that was fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fetched {
    /// Where it ends, in the time of the recording.
    pub to_ms: u64,
    /// How much the recording has behind it already.
    pub behind_ms: u64,
}

impl Room {
    /// A trainee's player fetched a piece. It is a sign of life when the piece is newer than all that
    /// this person fetched before, and no older than the rules bridge (GAP): whoever fetches the same
    /// again, or watches from the beginning, is not in class. A first one takes a seat, as every device
    /// does; without one nothing counts. All players of a person are one device.
    pub fn fetched(&mut self, now: u64, who: &Identity, piece: Fetched) -> Vec<Effect> {
        let is_live = piece.behind_ms <= self.hours.policy.gap * 1000;
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
