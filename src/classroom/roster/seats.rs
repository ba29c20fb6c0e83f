//! Who may take a seat, and who gives one up.

use super::Roster;
use crate::classroom::{Identity, token_of};
use crate::protocol::{ParticipantId, Refusal, Role};

/// Staff here at once beyond one for every trainee seat: observers and players that watch with a
/// staff token are many where the class is meant to be large; a token in wrong hands is no flood.
const STAFF_EXTRA: usize = 50;

/// Guests of one token here at once. Whoever has a token to give away has no class to give away.
pub(in crate::classroom) const GUESTS_MAX: usize = 8;

/// Somebody who came by a token that names nobody.
struct Guest<'a> {
    id: ParticipantId,
    role: Role,
    token: &'a str,
}

/// Seats of this kind of people: of trainees, or of staff.
fn seats(role: Role, trainees_max: u32) -> usize {
    trainees_max as usize + if role.is_staff() { STAFF_EXTRA } else { 0 }
}

impl Roster {
    /// May this person come in with one more device? Says who it is, or will be.
    pub(in crate::classroom) fn admit(
        &self,
        who: &Identity,
        trainees_max: u32,
    ) -> Result<ParticipantId, Refusal> {
        if self.removed.contains(&who.person) {
            return Err(Refusal::Removed);
        }
        let known = self.by_key.get(&who.person).map(|id| &self.people[id].line);
        if let Some(line) = known.filter(|line| line.here) {
            // One person has one role at a time; a seat cannot be turned into staff from a second tab.
            return if line.role == who.role { Ok(line.id) } else { Err(Refusal::NotAllowed) };
        }
        let full = self.here(|role| role.is_staff() == who.role.is_staff()) >= seats(who.role, trainees_max);
        let refused = match token_of(&who.person) {
            Some(token) => full || self.guests().filter(|guest| guest.token == token).count() >= GUESTS_MAX,
            // People with names find a seat as long as a guest has one, who then goes.
            None => full && !self.guests().any(|guest| guest.role.is_staff() == who.role.is_staff()),
        };
        if refused {
            return Err(Refusal::RoomFull);
        }
        Ok(known.map_or(ParticipantId(self.last_person + 1), |line| line.id))
    }

    /// The guest who came last, if there are more people of this kind than seats.
    pub(in crate::classroom) fn guest_to_go(&self, role: Role, trainees_max: u32) -> Option<ParticipantId> {
        if self.here(|other| other.is_staff() == role.is_staff()) <= seats(role, trainees_max) {
            return None;
        }
        self.guests().filter(|guest| guest.role.is_staff() == role.is_staff()).map(|guest| guest.id).max()
    }

    /// Whoever is here without a name.
    fn guests(&self) -> impl Iterator<Item = Guest<'_>> {
        let here = self.people.values().filter(|person| person.line.here);
        here.filter_map(|person| {
            let token = token_of(&person.key)?;
            Some(Guest { id: person.line.id, role: person.line.role, token })
        })
    }
}
