//! Seats: the people who may take one, and the one who gives one up.

use super::Roster;
use crate::classroom::message::Refusal;
use crate::classroom::{Identity, token_of};
use crate::lesson::Role;
use crate::sfu::subscriber::ParticipantId;

/// Seats of staff beyond one for each trainee seat: a large class has many observers, and players that watch
/// with a staff token; the bound keeps a stolen token from flooding the room.
pub(in crate::classroom) const STAFF_EXTRA: usize = 50;

/// Most guests with one trainee token here at once: a bearer may share the token, but not fill the class.
/// Staff tokens have no such bound; the screens of a hall, and measurements, share one token.
pub(in crate::classroom) const GUESTS_MAX: usize = 8;

/// A person who came by a token without a name.
struct Guest<'a> {
    id: ParticipantId,
    role: Role,
    token: &'a str,
}

/// Number of seats for this kind of people: trainees, or staff.
fn seats(role: Role, trainees_max: u32) -> usize {
    trainees_max as usize + if role.is_staff() { STAFF_EXTRA } else { 0 }
}

impl Roster {
    /// Checks whether this person may come in with one more device; returns the person's present or future
    /// id.
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
            // A person has one role at a time; a second tab cannot turn a seat into staff.
            return if line.role == who.role { Ok(line.id) } else { Err(Refusal::NotAllowed) };
        }
        let full = self.here(|role| role.is_staff() == who.role.is_staff()) >= seats(who.role, trainees_max);
        let refused = match token_of(&who.person) {
            Some(_) if who.role.is_staff() => full,
            Some(token) => full || self.guests().filter(|guest| guest.token == token).count() >= GUESTS_MAX,
            // People with names find a seat as long as a guest has one; the guest then goes.
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

    /// The guests here.
    fn guests(&self) -> impl Iterator<Item = Guest<'_>> {
        let here = self.people.values().filter(|person| person.line.here);
        here.filter_map(|person| {
            let token = token_of(&person.key)?;
            Some(Guest { id: person.line.id, role: person.line.role, token })
        })
    }
}
