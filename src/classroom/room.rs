//! The room: what it knows, and the doors through which inputs come in. Every door takes `now`
//! (server time, milliseconds since the Unix epoch) and returns what is to be done.

use std::collections::BTreeMap;
use std::mem;
use std::sync::Arc;

use super::chat::Chat;
use super::checks::Checks;
use super::deltas::{Audience, Deltas};
use super::effect::{Effect, MediaOrder};
use super::hands::Hands;
use super::life::Life;
use super::minutes::Told;
use super::polls::Polls;
use super::record::Record;
use super::roster::Roster;
use super::{ConnectionId, Hours, Identity, RoomSettings};
use crate::attendance::audit::Seen;
use crate::attendance::fact::{Fact, LeftReason, What};
use crate::protocol::{
    Bye, ClassState, ClientMessage, Command, Network, ParticipantId, RecordingState, Refusal, Role,
    RoomEvent, ServerMessage,
};
use crate::sfu::scene::{LegId, Scene};

/// One lesson while it runs.
#[derive(Debug)]
pub struct Room {
    pub(super) lesson: String,
    pub(super) title: String,
    /// This incarnation of the room; a device of another one starts from a snapshot.
    pub(super) epoch: String,
    pub(super) settings: RoomSettings,
    pub(super) hours: Hours,
    pub(super) life: Life,
    pub(super) record: Record,
    pub(super) roster: Roster,
    pub(super) chat: Chat,
    pub(super) hands: Hands,
    pub(super) speaking: Vec<ParticipantId>,
    pub(super) scene: Scene,
    pub(super) deltas: Deltas,
    /// What all facts say together, and since when people are enrolled, by person id.
    pub(super) seen: Seen,
    pub(super) enrolled: BTreeMap<String, u64>,
    pub(super) checks: Checks,
    pub(super) polls: Polls,
    pub(super) told: Told,
    /// False while facts cannot be stored: then nothing is promised.
    pub(super) storing: bool,
    /// Devices that leave at the end of this input, after its answer.
    pub(super) departures: Vec<(u64, LeftReason, Bye)>,
    pub(super) last_connection: u64,
    pub(super) out: Vec<Effect>,
}

/// Numbers of a room for the operator's wall.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    pub class: ClassState,
    pub trainees_here: u32,
    pub staff_here: u32,
    /// Besides the instructors.
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
            lesson: hours.plan.lesson.clone(),
            title: title.to_owned(),
            epoch,
            settings,
            hours,
            life: Life::new(),
            record: Record::default(),
            roster: Roster::new(fresh_ms),
            chat: Chat::default(),
            hands: Hands::default(),
            speaking: Vec::new(),
            scene: Scene::default(),
            deltas: Deltas::default(),
            seen: Seen::default(),
            enrolled: BTreeMap::new(),
            checks: Checks::default(),
            polls: Polls::default(),
            told: Told::default(),
            storing: true,
            departures: Vec::new(),
            last_connection: 0,
            out: Vec::new(),
        }
    }

    /// A message of an open connection; of another one it is ignored. (How many a connection may
    /// send, and how large, is the socket's business.)
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
        mem::take(&mut self.out)
    }

    /// The connection's socket is closed; its device may come back within the window.
    pub fn disconnected(&mut self, now: u64, connection: ConnectionId) -> Vec<Effect> {
        if let Some(device) = self.roster.by_connection(connection) {
            self.lose_socket(now, device);
        }
        mem::take(&mut self.out)
    }

    /// The device leaves for good (DELETE of its WHIP or WHEP resource).
    pub fn leave(&mut self, now: u64, connection: ConnectionId) -> Vec<Effect> {
        if let Some(device) = self.roster.by_connection(connection) {
            self.departures.push((device, LeftReason::Asked, Bye::Left));
        }
        self.finish(now)
    }

    /// Once a second: who did not come back, which evidence is due to be written, who is to be asked,
    /// who answered, and what counts so far.
    pub fn tick(&mut self, now: u64) -> Vec<Effect> {
        let window_ms = u64::from(self.settings.resume_window_s) * 1000;
        let is_late = |since: u64| now.saturating_sub(since) > window_ms;
        let late = self.roster.devices().filter(|device| device.silent_since().is_some_and(is_late));
        let late: Vec<u64> = late.map(|device| device.id).collect();
        self.departures.extend(late.into_iter().map(|device| (device, LeftReason::Lost, Bye::Left)));
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

    /// The machine's clock was set: it is now `by_ms` after the time of the room, which did not follow.
    pub fn clock_stepped(&mut self, now: u64, by_ms: i64) -> Vec<Effect> {
        self.fact(now, None, What::ClockStepped { by_ms });
        mem::take(&mut self.out)
    }

    /// Whether facts can be stored; while not, whatever would make one is refused.
    pub fn set_storing(&mut self, storing: bool) {
        self.storing = storing;
        if !storing {
            self.checks.interrupt();
        }
    }

    /// True when no device is here or expected back.
    pub fn is_empty(&self) -> bool {
        self.roster.devices().next().is_none()
    }

    pub fn is_ended(&self) -> bool {
        self.life.state() == ClassState::Ended
    }

    pub fn lesson(&self) -> &str {
        &self.lesson
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
        self.out.push(Effect::Media(MediaOrder::Open { connection, id, person, offer }));
    }

    /// Carries a command out and answers it; one that was answered before is only answered again.
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

    // What all files of the room say and write with.

    /// The end of every input: departures it caused, then everything that follows from the state.
    pub(super) fn finish(&mut self, now: u64) -> Vec<Effect> {
        self.depart(now);
        self.settle(now);
        mem::take(&mut self.out)
    }

    pub(super) fn delta(&mut self, audience: Audience, event: RoomEvent) {
        let to = self.roster.connections(&audience);
        let message = self.deltas.push(audience, event);
        if !to.is_empty() {
            self.out.push(Effect::Send { to, message });
        }
    }

    pub(super) fn send(&mut self, to: ConnectionId, message: ServerMessage) {
        self.out.push(Effect::Send { to: vec![to], message: Arc::new(message) });
    }

    pub(super) fn refuse(&mut self, to: ConnectionId, id: Option<u32>, reason: Refusal) {
        self.send(to, ServerMessage::Refused { id, reason });
    }

    /// A fact about a person, or about the class itself.
    pub(super) fn fact(&mut self, at_ms: u64, person: Option<ParticipantId>, what: What) {
        let person = person.map(|id| self.key(id));
        self.append(at_ms, person, what);
    }

    /// As [`Room::fact`], of a person by id. What follows from facts alone follows here.
    pub(super) fn append(&mut self, at_ms: u64, person: Option<String>, what: What) {
        let fact = Fact { lesson: self.lesson.clone(), person, at_ms, what };
        self.seen.take(&fact);
        self.checks.take(&fact);
        self.polls.take(&fact);
        self.chat.take(&fact);
        self.out.push(Effect::Append(fact));
    }

    /// Who has a leg.
    pub fn sender(&self, leg: LegId) -> Option<Identity> {
        let person = self.roster.device(self.roster.by_leg(leg)?)?.person;
        self.identity(&self.key(person))
    }

    /// Whether the person is here while the class is live.
    pub fn attends(&self, key: &str) -> bool {
        let line = self.roster.person_of_key(key).and_then(|person| self.roster.line(person));
        self.life.state() == ClassState::Live && line.is_some_and(|line| line.here)
    }

    /// Who has this stable id; the name is the present one.
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
        self.roster.person(id).map(|person| person.key.clone()).unwrap_or_default()
    }

    pub(super) fn name(&self, id: ParticipantId) -> String {
        self.roster.line(id).map(|line| line.name.clone()).unwrap_or_default()
    }
}
