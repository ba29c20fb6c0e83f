//! A running lesson: everybody here shows signs of life each second, the instructor's microphone sounds, and
//! checks come at their moments.

use std::collections::BTreeMap;

use super::*;
use crate::attendance::blocks::check_offset_seconds;
use crate::attendance::decision::Attention;
use crate::attendance::policy::Policy;
use crate::classroom::message::{CheckRound, Minutes, OpenCheck};

pub(super) struct Lesson {
    pub(super) class: Class,
    pub(super) teacher: ConnectionId,
    /// Whether the instructor can be heard.
    pub(super) heard: bool,
    here: BTreeMap<ConnectionId, LegId>,
}

impl Lesson {
    /// A lesson ten seconds before its start.
    pub(super) fn open() -> Lesson {
        Lesson::on(Class::new())
    }

    fn on(class: Class) -> Lesson {
        let teacher = ConnectionId(0);
        let mut lesson = Lesson { class, teacher, heard: true, here: BTreeMap::new() };
        lesson.teacher = lesson.comes("王老师", Role::Instructor);
        lesson
    }

    /// A lesson with these trainees, at the instant of its start.
    pub(super) fn begun<const N: usize>(names: [&str; N]) -> (Lesson, [ConnectionId; N]) {
        let mut lesson = Lesson::open();
        let trainees = names.map(|name| lesson.comes(name, Role::Trainee));
        lesson.live(10);
        lesson.ask_staff(Command::StartClass);
        (lesson, trainees)
    }

    /// The server was killed and starts again; only the instructor is back.
    pub(super) fn restarted(self, seconds_later: u64) -> Lesson {
        let mut class = Class::again(&self.class.facts);
        class.now = self.class.now + seconds_later * 1000;
        class.facts = self.class.facts;
        class.last_leg = 1_000;
        Lesson::on(class)
    }

    pub(super) fn comes(&mut self, name: &str, role: Role) -> ConnectionId {
        let connection = self.class.join(name, role);
        self.connects(connection);
        connection
    }

    /// The same device returns with a new connection.
    pub(super) fn returns(&mut self, name: &str, before: ConnectionId) -> ConnectionId {
        let resume = self.class.resume(before);
        let connection = self.class.try_join(name, Role::Trainee, Some(&resume)).unwrap();
        if !self.class.clients[&connection].messages.iter().any(is_snapshot) {
            // It goes on from its state and the missed deltas.
            let mut state = self.class.clients[&before].state.clone().unwrap();
            let client = self.class.clients.get_mut(&connection).unwrap();
            for message in &client.messages {
                if let ServerMessage::Delta { event, .. } = message {
                    apply(&mut state, event.clone());
                }
            }
            client.state = Some(state);
        }
        self.connects(connection);
        connection
    }

    pub(super) fn connects(&mut self, connection: ConnectionId) {
        let leg = self.class.leg(connection);
        self.here.insert(connection, leg);
    }

    /// A WHEP player of an enrolled trainee.
    pub(super) fn plays(&mut self, name: &str) -> ConnectionId {
        self.plays_as(&who(name, Role::Trainee))
    }

    pub(super) fn plays_as(&mut self, who: &Identity) -> ConnectionId {
        let new = self.class.new_leg(&[], 4);
        let leg = new.leg;
        let (connection, effects) = self.class.room.join_http(self.class.now, who, false, new).unwrap();
        self.class.take(effects);
        self.here.insert(connection, leg);
        connection
    }

    /// The device leaves in order.
    pub(super) fn leaves(&mut self, connection: ConnectionId) {
        self.here.remove(&connection);
        let effects = self.class.room.leave(self.class.now, connection);
        self.class.take(effects);
    }

    /// The device vanishes without a word: neither socket nor media.
    pub(super) fn vanishes(&mut self, connection: ConnectionId) {
        self.here.remove(&connection);
        self.class.disconnect(connection);
    }

    pub(super) fn is_here(&self, connection: ConnectionId) -> bool {
        self.here.contains_key(&connection)
    }

    pub(super) fn live(&mut self, seconds: u64) {
        for _ in 0..seconds {
            self.class.now += 1_000;
            let now = self.class.now;
            for connection in self.here.clone().into_keys() {
                let effects = self.class.room.alive(now, connection);
                self.class.take(effects);
            }
            let sends =
                |connection| if connection == self.teacher && self.heard { &ALL_KINDS[..1] } else { &[] };
            let report =
                self.here.iter().map(|(connection, leg)| healthy(*leg, sends(*connection))).collect();
            self.class.report(report);
            let effects = self.class.room.tick(now);
            self.class.take(effects);
        }
    }

    /// Runs until this many seconds of instruction into block `number`, if nothing interrupts it.
    pub(super) fn live_until(&mut self, number: u64, into_s: u64) {
        let taught_s = self.class.room.taught().seconds();
        self.live((number - 1) * policy().block + into_s - taught_s);
    }

    pub(super) fn ask_staff(&mut self, command: Command) {
        self.class
            .ask(self.teacher, command.clone())
            .unwrap_or_else(|refusal| panic!("{command:?}: {refusal:?}"));
    }

    pub(super) fn answers(&mut self, connection: ConnectionId, check: &str) -> Result<(), Refusal> {
        self.class.ask(connection, Command::AnswerCheck { check: check.into() })
    }

    /// The check that a client shows.
    pub(super) fn check(&self, connection: ConnectionId) -> Option<OpenCheck> {
        self.class.clients[&connection].state.as_ref().unwrap().check.clone()
    }

    /// The id of the check that a client shows; "" = none.
    pub(super) fn shows(&self, connection: ConnectionId) -> String {
        self.check(connection).map(|check| check.check).unwrap_or_default()
    }

    pub(super) fn minutes(&self, connection: ConnectionId) -> Option<Minutes> {
        self.class.clients[&connection].state.as_ref().unwrap().minutes.clone()
    }

    /// A round in the view of the instructor, who must see all rounds as they are.
    pub(super) fn round(&self, check: &str) -> Option<CheckRound> {
        let rounds = &self.class.clients[&self.teacher].state.as_ref().unwrap().rounds;
        rounds.iter().find(|round| round.check == check).cloned()
    }

    /// The facts about checks, in words.
    pub(super) fn told(&self) -> Vec<String> {
        let person = |fact: &Fact| fact.person.clone().unwrap_or_default().replace("id of ", "");
        let words = |fact: &Fact| match &fact.what {
            What::CheckIssued { check, block, .. } => Some(format!("{} {check} of {block}", person(fact))),
            What::CheckAnswered { check } => Some(format!("{} answers {check}", person(fact))),
            What::CheckMissed { check, .. } => Some(format!("{} missed {check}", person(fact))),
            What::CheckVoid { check, by: None, .. } => Some(format!("{} excused {check}", person(fact))),
            What::CheckVoid { check, .. } => Some(format!("{} freed {check}", person(fact))),
            _ => None,
        };
        self.class.facts.iter().filter_map(words).collect()
    }

    /// Blocks that do not count for a person so far.
    pub(super) fn void_blocks(&self, name: &str) -> Vec<u32> {
        let states = (1..).zip(self.attention(name));
        states.filter(|(_, state)| state.is_void()).map(|(block, _)| block).collect()
    }

    /// A person's attention in each block so far.
    pub(super) fn attention(&self, name: &str) -> Vec<Attention> {
        let (_, result) = self.class.room.judge().expect("the facts do not contradict each other");
        let person = id_of(name).unwrap();
        let decision = result.decisions.into_iter().find(|(key, _)| *key == person);
        decision.map(|(_, decision)| decision.attention).unwrap_or_default()
    }
}

fn is_snapshot(message: &ServerMessage) -> bool {
    matches!(message, ServerMessage::Snapshot { .. })
}

pub(super) fn policy() -> Policy {
    Policy::default()
}

/// The second of block `number` in which its check is issued.
pub(super) fn moment(number: u32) -> u64 {
    let policy = policy();
    check_offset_seconds(&Hours::usual("lesson").secret, number, policy.block, policy.answer)
}
