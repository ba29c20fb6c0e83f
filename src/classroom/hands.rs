//! Raised hands, first come first.

use crate::protocol::ParticipantId;

#[derive(Debug, Default)]
pub(super) struct Hands {
    queue: Vec<ParticipantId>,
    changed: bool,
}

impl Hands {
    /// False when it was up already.
    pub(super) fn raise(&mut self, person: ParticipantId) -> bool {
        let new = !self.queue.contains(&person);
        if new {
            self.queue.push(person);
            self.changed = true;
        }
        new
    }

    /// False when it was not up.
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
