//! A room that is opened again (after a restart, or after it stood empty) goes on where its facts stopped:
//! class, chat, removed people and those muted in chat, teaching, presence, questions and answers, and the
//! numbers that must not repeat.

use super::Identity;
use super::room::Room;
use crate::attendance::fact::{Fact, What};
use crate::classroom::message::ChatLine;

impl Room {
    /// Takes over the lesson's earlier facts, oldest first, before anybody comes in.
    pub fn restore(&mut self, facts: &[Fact]) {
        for fact in facts {
            self.life.apply(fact.at_ms, &fact.what);
            self.record.apply(&fact.what);
            self.instruction.take(fact);
            self.checks.take(fact);
            self.polls.take(fact);
            self.chat.take(fact);
            if let Some(key) = &fact.person {
                self.restore_person(key, fact);
            }
            if let What::ChatRemoved { line, .. } = fact.what {
                self.chat.remove(line);
            }
        }
        self.roster.take_changed();
        self.checks.reopen();
        self.polls.reopen();
        self.clear_stage();
    }

    /// Clears the stage, onto which nobody comes back. A server that was killed could not write that people
    /// left it: it is written now, at the last instant at which anything is known of the person. (It goes out
    /// with the effects of the first input.)
    fn clear_stage(&mut self) {
        for (key, last_ms) in self.instruction.on_stage() {
            self.append(last_ms, Some(key.clone()), What::OffStage { by: key });
        }
    }

    fn restore_person(&mut self, key: &str, fact: &Fact) {
        match &fact.what {
            What::Joined { device, role, name } => {
                let who = Identity {
                    person: key.to_owned(),
                    name: name.clone(),
                    role: *role,
                    approved_at_ms: None,
                };
                self.roster.enter(&who, false);
                self.roster.device_was(*device);
            }
            What::ChatMuted { muted, .. } => {
                if let Some(person) = self.roster.person_of_key(key) {
                    self.roster.update(person, |line| line.chat_muted = *muted);
                }
            }
            What::Chat { line, text } => {
                if let Some(from) = self.roster.person_of_key(key) {
                    let (name, text) = (self.name(from), text.clone());
                    self.chat.keep(ChatLine { id: *line, from, name, text, at_ms: fact.at_ms });
                }
            }
            What::Removed { .. } => self.roster.ban(key),
            What::Readmitted { .. } => self.roster.readmit(key),
            _ => {}
        }
    }
}
