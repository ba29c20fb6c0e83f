//! The room: its state, and the doors for inputs. Every door takes `now` (server time, ms since the Unix
//! epoch) and returns the effects.

use super::chat::Chat;
use super::checks::Checks;
use super::counting::Counting;
use super::deltas::Audience;
use super::door::Departures;
use super::effect::{Effect, MediaOrder};
use super::hands::Hands;
use super::instruction::Instruction;
use super::life::Life;
use super::minutes::Sheet;
use super::outgoing::Outgoing;
use super::polls::Polls;
use super::record::Record;
use super::roster::Roster;
use super::stage::Stage;
use super::{ConnectionId, Hours, Identity, RoomSettings};
use crate::attendance::fact::{Fact, LeftReason, What};
use crate::classroom::message::{
    Bye, ClientMessage, Command, Network, RecordingState, Refusal, RoomEvent, ServerMessage,
};
use crate::lesson::{ClassState, Role};
use crate::sfu::scene::LegId;
use crate::sfu::subscriber::ParticipantId;

/// A running lesson.
#[derive(Debug)]
pub struct Room {
    pub(super) title: String,
    /// Id of this incarnation of the room; a device of another one starts from a snapshot.
    pub(super) epoch: String,
    pub(super) settings: RoomSettings,
    pub(super) instruction: Instruction,
    pub(super) life: Life,
    pub(super) record: Record,
    pub(super) roster: Roster,
    pub(super) chat: Chat,
    pub(super) hands: Hands,
    pub(super) stage: Stage,
    pub(super) checks: Checks,
    pub(super) polls: Polls,
    pub(super) sheet: Sheet,
    pub(super) counting: Counting,
    /// False while facts cannot be stored: then nothing is promised.
    pub(super) storing: bool,
    pub(super) departures: Departures,
    pub(super) out: Outgoing,
}

/// Figures of a room for the operator's wall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    pub class: ClassState,
    pub trainees_here: u32,
    pub staff_here: u32,
    /// People on stage besides the instructors.
    pub on_stage: u32,
    pub hands: u32,
    pub legs: u32,
    pub weak_networks: u32,
}

impl Room {
    /// An empty room. `epoch` must be new and unguessable.
    pub fn new(title: &str, epoch: String, settings: RoomSettings, hours: Hours) -> Room {
        let fresh_ms = hours.policy.hb_timeout * 1000;
        Room {
            title: title.to_owned(),
            epoch,
            settings,
            instruction: Instruction::new(hours),
            life: Life::new(),
            record: Record::default(),
            roster: Roster::new(fresh_ms),
            chat: Chat::default(),
            hands: Hands::default(),
            stage: Stage::default(),
            checks: Checks::default(),
            polls: Polls::default(),
            sheet: Sheet::default(),
            counting: Counting::default(),
            storing: true,
            departures: Departures::default(),
            out: Outgoing::default(),
        }
    }

    /// Takes a message of an open connection; messages of other connections are ignored. (The socket bounds
    /// how many and how large they are.)
    pub fn message(&mut self, now: u64, connection: ConnectionId, message: ClientMessage) -> Vec<Effect> {
        let Some(device) = self.roster.by_connection(connection) else { return Vec::new() };
        self.heard(now, device);
        match message {
            // A socket greets once, and that was the join.
            ClientMessage::Hello { .. } => self.refuse(connection, None, Refusal::WrongState),
            ClientMessage::Offer { id, sdp } => self.offer(connection, device, id, sdp),
            ClientMessage::Command { id, command } => self.answer(now, connection, device, id, command),
            ClientMessage::Tick => {}
        }
        self.finish(now)
    }

    /// The connection's socket answered a ping.
    pub fn alive(&mut self, now: u64, connection: ConnectionId) -> Vec<Effect> {
        if let Some(device) = self.roster.by_connection(connection) {
            self.heard(now, device);
        }
        self.out.take()
    }

    /// The connection's socket is closed; its device may come back within the window.
    pub fn disconnected(&mut self, now: u64, connection: ConnectionId) -> Vec<Effect> {
        if let Some(device) = self.roster.by_connection(connection) {
            self.lose_socket(now, device);
        }
        self.out.take()
    }

    /// The device leaves for good (DELETE of its WHIP or WHEP resource).
    pub fn leave(&mut self, now: u64, connection: ConnectionId) -> Vec<Effect> {
        if let Some(device) = self.roster.by_connection(connection) {
            self.departures.push(device, LeftReason::Asked, Bye::Left);
        }
        self.finish(now)
    }

    /// Once a second: devices that did not come back, evidence to be written, checks to be put, answers to
    /// judge, and the counted minutes.
    pub fn tick(&mut self, now: u64) -> Vec<Effect> {
        let window_ms = u64::from(self.settings.resume_window_s) * 1000;
        let is_late = |since: u64| now.saturating_sub(since) > window_ms;
        let late = self.roster.devices().filter(|device| device.silent_since().is_some_and(is_late));
        late.for_each(|device| self.departures.push(device.id, LeftReason::Lost, Bye::Left));
        let due: Vec<_> = self
            .roster
            .devices_mut()
            .filter_map(|device| device.presence.tick(now).map(|span| (device.id, span)))
            .collect();
        for (device, span) in due {
            self.write_alive(device, span);
        }
        self.tick_checks(now);
        self.tell_poll_rounds();
        self.tick_minutes(now);
        self.tick_counting(now);
        self.finish(now)
    }

    /// The server stops: everybody may resume with the next one.
    pub fn stop(&mut self, now: u64) -> Vec<Effect> {
        self.send_away(LeftReason::Closed, Bye::Restarting);
        self.finish(now)
    }

    /// The machine's clock was set and is now `by_ms` after the time of the room, which did not follow.
    pub fn clock_stepped(&mut self, now: u64, by_ms: i64) -> Vec<Effect> {
        self.fact(now, None, What::ClockStepped { by_ms });
        self.out.take()
    }

    /// Sets whether facts can be stored; while they cannot, every command that makes one is refused.
    pub fn set_storing(&mut self, storing: bool) {
        self.storing = storing;
        if !storing {
            self.checks.interrupt();
        }
    }

    /// Whether no device is here or expected back.
    pub fn is_empty(&self) -> bool {
        self.roster.devices().next().is_none()
    }

    pub fn is_ended(&self) -> bool {
        self.life.state() == ClassState::Ended
    }

    pub fn lesson(&self) -> &str {
        &self.instruction.plan().lesson
    }

    pub fn title(&self) -> &str {
        &self.title
    }

    pub fn trainees_max(&self) -> u32 {
        self.settings.trainees_max
    }

    pub fn recording(&self) -> RecordingState {
        self.record.told()
    }

    pub fn counts(&self) -> Counts {
        let lines = || self.roster.lines().filter(|line| line.here);
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let weak = |network| matches!(network, Network::Weak | Network::Lost);
        Counts {
            class: self.life.state(),
            trainees_here: count(self.roster.here(|role| role == Role::Trainee)),
            staff_here: count(self.roster.here(Role::is_staff)),
            on_stage: count(lines().filter(|line| line.on_stage && line.role == Role::Trainee).count()),
            hands: count(self.hands.queue().len()),
            legs: count(self.roster.devices().filter(|device| device.leg.is_some()).count()),
            weak_networks: count(lines().filter(|line| weak(line.network)).count()),
        }
    }

    fn offer(&mut self, connection: ConnectionId, device: u64, id: u32, offer: String) {
        let Some(person) = self.roster.device(device).map(|device| device.person) else { return };
        self.out.media(MediaOrder::Open { connection, id, person, offer });
    }

    /// Carries a command out and answers it; a repeated command is only answered again.
    fn answer(&mut self, now: u64, connection: ConnectionId, device: u64, id: u32, command: Command) {
        let Some(known) = self.roster.device(device) else { return };
        let makes_no_fact = matches!(
            command,
            Command::Want { .. } | Command::Tiles { .. } | Command::Sending { .. } | Command::Leave
        );
        let result = if !self.storing && !makes_no_fact {
            Err(Refusal::Unavailable)
        } else if let Some(before) = known.answers.find(id, &command) {
            before
        } else {
            let result = self.command(now, known.person, device, &command);
            if let Some(known) = self.roster.device_mut(device) {
                known.answers.keep(id, command, result);
            }
            result
        };
        match result {
            Ok(()) => self.send(connection, ServerMessage::Ack { id }),
            Err(reason) => self.refuse(connection, Some(id), reason),
        }
    }

    pub(super) fn heard(&mut self, now: u64, device: u64) {
        let Some(known) = self.roster.device_mut(device) else { return };
        if let Some(span) = known.presence.heard(now) {
            self.write_alive(device, span);
        }
    }

    fn lose_socket(&mut self, now: u64, device: u64) {
        let Some(known) = self.roster.device_mut(device) else { return };
        if known.is_socket() {
            known.socket_lost_at_ms = now;
            let person = known.person;
            self.roster.connect(device, None);
            self.cut_off(now, person);
        }
    }

    // Helpers of all files of the room.

    /// The end of every input: its departures, then all consequences of the state.
    pub(super) fn finish(&mut self, now: u64) -> Vec<Effect> {
        self.depart(now);
        self.settle(now);
        self.out.take()
    }

    pub(super) fn delta(&mut self, audience: Audience, event: RoomEvent) {
        self.out.delta(&self.roster, audience, event);
    }

    pub(super) fn send(&mut self, to: ConnectionId, message: ServerMessage) {
        self.out.send(to, message);
    }

    pub(super) fn refuse(&mut self, to: ConnectionId, id: Option<u32>, reason: Refusal) {
        self.send(to, ServerMessage::Refused { id, reason });
    }

    /// Adds a fact about a person, or about the class itself.
    pub(super) fn fact(&mut self, at_ms: u64, person: Option<ParticipantId>, what: What) {
        let person = person.map(|id| self.key(id));
        self.append(at_ms, person, what);
    }

    /// Like [`Room::fact`], by person id. Consequences of facts alone are drawn here.
    pub(super) fn append(&mut self, at_ms: u64, person: Option<String>, what: What) {
        let fact = Fact { lesson: self.lesson().to_owned(), person, at_ms, what };
        self.instruction.take(&fact);
        self.checks.take(&fact);
        self.polls.take(&fact);
        self.chat.take(&fact);
        self.out.append(fact);
    }

    /// The owner of a leg.
    pub fn sender(&self, leg: LegId) -> Option<Identity> {
        let person = self.roster.device(self.roster.by_leg(leg)?)?.person;
        self.identity(&self.key(person))
    }

    /// Whether the person is here while the class is live.
    pub fn attends(&self, key: &str) -> bool {
        let line = self.roster.person_of_key(key).and_then(|person| self.roster.line(person));
        self.life.state() == ClassState::Live && line.is_some_and(|line| line.here)
    }

    /// The person with this stable id, under the present name.
    pub fn identity(&self, key: &str) -> Option<Identity> {
        let line = self.roster.line(self.roster.person_of_key(key)?)?;
        Some(Identity {
            person: key.to_owned(),
            name: line.name.clone(),
            role: line.role,
            approved_at_ms: None,
        })
    }

    /// The stable id of a person, for facts.
    pub(super) fn key(&self, id: ParticipantId) -> String {
        self.roster.key(id)
    }

    pub(super) fn name(&self, id: ParticipantId) -> String {
        self.roster.line(id).map(|line| line.name.clone()).unwrap_or_default()
    }
}
