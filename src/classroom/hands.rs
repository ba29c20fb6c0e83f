//! Raised hands, in order of time.

use crate::sfu::subscriber::ParticipantId;

#[derive(Debug, Default)]
pub(super) struct Hands {
    queue: Vec<ParticipantId>,
    changed: bool,
}

impl Hands {
    /// Raises a hand; false = it was up already.
    pub(super) fn raise(&mut self, person: ParticipantId) -> bool {
        let new = !self.queue.contains(&person);
        if new {
            self.queue.push(person);
            self.changed = true;
        }
        new
    }

    /// Lowers a hand; false = it was not up.
    pub(super) fn lower(&mut self, person: ParticipantId) -> bool {
        let before = self.queue.len();
        self.queue.retain(|up| *up != person);
        let was_up = self.queue.len() < before;
        self.changed |= was_up;
        was_up
    }

    pub(super) fn queue(&self) -> &[ParticipantId] {
        &self.queue
    }

    /// True once after a change.
    pub(super) fn take_changed(&mut self) -> bool {
        std::mem::take(&mut self.changed)
    }
}
