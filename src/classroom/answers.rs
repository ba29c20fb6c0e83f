//! The last answers to a device's commands, for a client that did not receive them.

use std::collections::VecDeque;

use crate::classroom::message::{Command, Refusal};

/// Most answers that are kept.
const ANSWERS_MAX: usize = 16;

/// The last commands of a device, each with its answer.
#[derive(Debug, Default)]
pub(super) struct Answers(VecDeque<(u32, Command, Result<(), Refusal>)>);

impl Answers {
    pub(super) fn find(&self, id: u32, command: &Command) -> Option<Result<(), Refusal>> {
        let same = |(old_id, old, _): &&(u32, Command, _)| *old_id == id && old == command;
        self.0.iter().find(same).map(|(_, _, answer)| *answer)
    }

    pub(super) fn keep(&mut self, id: u32, command: Command, answer: Result<(), Refusal>) {
        if self.0.len() == ANSWERS_MAX {
            self.0.pop_front();
        }
        self.0.push_back((id, command, answer));
    }
}
