//! Coming in, coming back and going out.

use super::deltas::Audience;
use super::effect::{Effect, MediaOrder};
use super::evidence::Span;
use super::kinds::Kinds;
use super::room::Room;
use super::roster::{Access, DEVICES_MAX, Leg};
use super::{ConnectionId, Identity};
use crate::attendance::fact::{LeftReason, What};
use crate::classroom::message::{
    Bye, PROTOCOL_VERSION, Refusal, Resume, RoomEvent, RoomState, ServerMessage,
};
use crate::lesson::{ClassState, Role, SourceKind};
use crate::sfu::scene::LegId;
use crate::sfu::subscriber::ParticipantId;

/// A leg that the media side has opened.
#[derive(Debug, Clone)]
pub struct NewLeg {
    pub leg: LegId,
    pub video_slots: usize,
    pub can_send: Vec<SourceKind>,
}

/// Devices that leave at the end of this input, after its answer.
#[derive(Debug, Default)]
pub(super) struct Departures(Vec<Departure>);

#[derive(Debug)]
struct Departure {
    device: u64,
    /// The reason in the facts.
    reason: LeftReason,
    /// The reason told to the device.
    bye: Bye,
}

impl Departures {
    pub(super) fn push(&mut self, device: u64, reason: LeftReason, bye: Bye) {
        self.0.push(Departure { device, reason, bye });
    }

    fn take(&mut self) -> Vec<Departure> {
        std::mem::take(&mut self.0)
    }
}

impl Room {
    /// A socket says hello. `token` must be new and unguessable; it becomes the device's secret, unless an
    /// earlier device resumes.
    pub fn join(
        &mut self,
        now: u64,
        who: &Identity,
        resume: Option<&Resume>,
        token: String,
    ) -> Result<(ConnectionId, Vec<Effect>), Refusal> {
        if self.is_ended() {
            return Err(Refusal::Ended);
        }
        let known = resume.and_then(|resume| self.device_of(who, resume));
        let connection = match (known, resume) {
            (Some(device), Some(resume)) => self.resume(now, device, resume.seq),
            _ => self.come_in(now, who, token)?,
        };
        Ok((connection, self.finish(now)))
    }

    /// Checks whether a WHIP (`publish`) or WHEP session may begin; returns the person who will own its leg
    /// if [`Room::join_http`] follows at once.
    pub fn admit_http(&self, who: &Identity, publish: bool) -> Result<ParticipantId, Refusal> {
        match self.life.state() {
            ClassState::Ended => Err(Refusal::Ended),
            _ if !self.storing => Err(Refusal::Unavailable),
            _ if publish && who.role != Role::Instructor => Err(Refusal::NotAllowed),
            _ => self.roster.admit(who, self.settings.trainees_max),
        }
    }

    /// Begins a WHIP or WHEP session with the leg that was opened for it.
    pub fn join_http(
        &mut self,
        now: u64,
        who: &Identity,
        publish: bool,
        leg: NewLeg,
    ) -> Result<(ConnectionId, Vec<Effect>), Refusal> {
        self.admit_http(who, publish)?;
        let access = if publish { Access::Whip } else { Access::Whep };
        let (connection, device) = self.seat(now, who, access);
        self.install(now, device, leg);
        Ok((connection, self.finish(now)))
    }

    /// The media side answered a socket's offer.
    pub fn offer_answered(
        &mut self,
        now: u64,
        connection: ConnectionId,
        id: u32,
        leg: NewLeg,
        sdp: String,
    ) -> Vec<Effect> {
        match self.roster.by_connection(connection) {
            Some(device) => {
                self.send(connection, ServerMessage::Answer { id, sdp });
                self.install(now, device, leg);
            }
            None => self.out.media(MediaOrder::Close(leg.leg)),
        }
        self.finish(now)
    }

    /// The media side could not answer a socket's offer; an earlier leg stays.
    pub fn offer_refused(&mut self, connection: ConnectionId, id: u32) -> Vec<Effect> {
        if self.roster.by_connection(connection).is_some() {
            self.refuse(connection, Some(id), Refusal::Offer);
        }
        self.out.take()
    }

    /// The device that this token, epoch and person prove; `None` = no such device.
    fn device_of(&self, who: &Identity, resume: &Resume) -> Option<u64> {
        if resume.epoch != self.epoch {
            return None;
        }
        let device = self.roster.device(self.roster.by_token(&resume.token)?)?;
        let same_person = self.roster.person_of_key(&who.person) == Some(device.person);
        same_person.then_some(device.id)
    }

    /// Admits a new device of a new or known person.
    fn come_in(&mut self, now: u64, who: &Identity, token: String) -> Result<ConnectionId, Refusal> {
        if !self.storing {
            return Err(Refusal::Unavailable);
        }
        self.roster.admit(who, self.settings.trainees_max)?;
        let (connection, device) = self.seat(now, who, Access::Socket { token });
        self.welcome(now, device, connection, false);
        self.snapshot(now, device, connection);
        Ok(connection)
    }

    /// Seats an admitted person on a new device. Others hear of the person before the device exists, as the
    /// device learns it from its snapshot.
    pub(super) fn seat(&mut self, now: u64, who: &Identity, access: Access) -> (ConnectionId, u64) {
        let person = self.roster.enter(who, true);
        if let Some(approved_at_ms) = who.approved_at_ms {
            self.instruction.enrol(&who.person, approved_at_ms);
        }
        self.tell_lines();
        let connection = self.roster.next_connection();
        let device = self.roster.add_device(now, person, access, connection);
        let joined = What::Joined { device, role: who.role, name: self.name(person) };
        self.fact(now, Some(person), joined);
        let devices: Vec<u64> = self.roster.devices_of(person).map(|device| device.id).collect();
        let too_many = devices.len().saturating_sub(DEVICES_MAX);
        let oldest = devices.into_iter().take(too_many);
        oldest.for_each(|device| self.departures.push(device, LeftReason::Replaced, Bye::Replaced));
        if let Some(guest) = self.roster.guest_to_go(who.role, self.settings.trainees_max) {
            let gone = self.roster.devices_of(guest).map(|device| device.id);
            gone.for_each(|device| self.departures.push(device, LeftReason::Replaced, Bye::Replaced));
        }
        (connection, device)
    }

    /// Connects a known device to a new socket.
    fn resume(&mut self, now: u64, device: u64, seq: Option<u64>) -> ConnectionId {
        self.heard(now, device);
        let connection = self.roster.next_connection();
        if let Some(before) = self.roster.connect(device, Some(connection)) {
            self.out.bye(before, Bye::Replaced);
        }
        let Some(seq) = seq else {
            // A page without a number is new: the peer connection and the claims of the page before it are
            // gone.
            if let Some(leg) = self.roster.set_leg(device, None) {
                self.out.media(MediaOrder::Close(leg));
            }
            if let Some(known) = self.roster.device_mut(device) {
                known.claim = None;
            }
            self.welcome(now, device, connection, false);
            self.snapshot(now, device, connection);
            return connection;
        };
        let listener = self.roster.device(device).map(|device| self.roster.listener(device));
        let missed = listener.and_then(|listener| self.out.missed(seq, listener));
        self.welcome(now, device, connection, missed.is_some());
        match missed {
            Some(missed) => missed.into_iter().for_each(|message| self.out.repeat(connection, message)),
            None => self.snapshot(now, device, connection),
        }
        connection
    }

    fn welcome(&mut self, now: u64, device: u64, connection: ConnectionId, resumed: bool) {
        let Some(known) = self.roster.device(device) else { return };
        let (Access::Socket { token }, Some(line)) = (&known.access, self.roster.line(known.person)) else {
            return;
        };
        let welcome = ServerMessage::Welcome {
            version: PROTOCOL_VERSION,
            you: line.id,
            role: line.role,
            epoch: self.epoch.clone(),
            token: token.clone(),
            resumed,
            media: known.leg.is_some(),
            server_time_ms: now,
        };
        self.send(connection, welcome);
    }

    fn snapshot(&mut self, now: u64, device: u64, connection: ConnectionId) {
        let Some(known) = self.roster.device(device) else { return };
        let (leg, key) = (known.leg.as_ref(), self.key(known.person));
        let staff = self.roster.listener(known).staff;
        let rounds = self.checks.rounds().filter(|_| staff).map(|round| round.told(&self.roster));
        let sheet = self.sheet.lines().filter(|_| staff).cloned();
        let polls = self.polls.all().filter(|_| staff).map(|polled| self.poll_round(polled));
        let room = RoomState {
            lesson: self.lesson().to_owned(),
            title: self.title.clone(),
            class: self.life.state(),
            started_at_ms: self.life.started_at_ms(),
            trainees_max: self.settings.trainees_max,
            participants: self.roster.lines().cloned().collect(),
            hands: self.hands.queue().to_vec(),
            chat: self.chat.lines().cloned().collect(),
            notices: self.chat.notices().cloned().collect(),
            speaking: self.stage.speaking().to_vec(),
            slots: leg.and_then(|leg| leg.slots.clone()).unwrap_or_default(),
            recording: self.record.told(),
            check: self.checks.open_of(now, &key),
            minutes: self.sheet.minutes_of(&key).filter(|_| !staff).cloned(),
            poll: if staff { self.polls.on_screen() } else { self.polls.on_screen_of(&key) },
            poll_answers: self.polls.answers_of(&key).collect(),
            rounds: rounds.collect(),
            sheet: sheet.collect(),
            not_counting: self.not_counting().filter(|_| staff),
            worth: staff.then(|| self.worth()),
            polls: polls.collect(),
        };
        let snapshot = ServerMessage::Snapshot { seq: self.out.last(), room: Box::new(room) };
        self.send(connection, snapshot);
    }

    /// Gives a device its leg, and closes an earlier one.
    fn install(&mut self, now: u64, device: u64, new: NewLeg) {
        let Some(known) = self.roster.device(device) else { return };
        let (want, tiles) = (known.want, known.tiles.clone());
        let leg = Leg {
            id: new.leg,
            opened_at_ms: now,
            video_slots: new.video_slots,
            b_frames: false,
            can_send: Kinds::from(new.can_send.as_slice()),
            permitted: Kinds::NONE,
            arriving: Kinds::NONE,
            sending: Kinds::NONE,
            began_ms: [now; 3],
            slots: None,
            slots_due: true,
        };
        if let Some(before) = self.roster.set_leg(device, Some(leg)) {
            self.out.media(MediaOrder::Close(before));
        }
        self.out.media(MediaOrder::Want { leg: new.leg, want });
        if !tiles.is_empty() {
            self.out.media(MediaOrder::Tiles { leg: new.leg, heights: tiles });
        }
    }

    /// Sends everybody away, after the answer to the present input.
    pub(super) fn send_away(&mut self, reason: LeftReason, bye: Bye) {
        self.roster.devices().for_each(|device| self.departures.push(device.id, reason, bye));
    }

    /// Carries out the departures of this input.
    pub(super) fn depart(&mut self, now: u64) {
        for Departure { device, reason, bye } in self.departures.take() {
            self.part(now, device, reason, bye);
        }
    }

    fn part(&mut self, now: u64, id: u64, reason: LeftReason, bye: Bye) {
        let Some(device) = self.roster.device_mut(id) else { return };
        let (person, alive, taught) = (device.person, device.presence.end(), device.teaching.end());
        // The server knows the instant of sending a device away; of a lost one it knows the last sign of
        // life.
        let left_at = if reason == LeftReason::Lost { device.presence.last_ms() } else { now };
        if let Some(span) = alive {
            self.write_alive(id, span);
        }
        if let Some((span, kinds)) = taught {
            self.write_teaching(id, span, kinds);
        }
        self.fact(left_at, Some(person), What::Left { device: id, reason });
        let was_on_stage = self.is_guest_on_stage(person);
        let Some(device) = self.roster.remove_device(now, id) else { return };
        self.cut_off(now, person);
        if let Some(leg) = &device.leg {
            self.out.media(MediaOrder::Close(leg.id));
        }
        if let Some(to) = device.connection.filter(|_| device.is_socket()) {
            self.out.bye(to, bye);
        }
        if self.roster.line(person).is_some_and(|line| line.here) {
            self.roster.refresh_network(person);
            return;
        }
        let by = self.key(person);
        if was_on_stage {
            self.fact(left_at, Some(person), What::OffStage { by: by.clone() });
        }
        if self.hands.lower(person) {
            self.fact(left_at, Some(person), What::HandLowered { by });
        }
    }

    pub(super) fn write_alive(&mut self, device: u64, span: Span) {
        let person = self.roster.device(device).map(|device| device.person);
        self.fact(span.to_ms, person, What::Alive { device, from_ms: span.from_ms });
    }

    pub(super) fn write_teaching(&mut self, device: u64, span: Span, kinds: Kinds) {
        let person = self.roster.device(device).map(|device| device.person);
        let what = What::Teaching { device, from_ms: span.from_ms, kinds: kinds.to_vec() };
        self.fact(span.to_ms, person, what);
    }

    pub(super) fn tell_lines(&mut self) {
        for participant in self.roster.take_changed() {
            self.delta(Audience::All, RoomEvent::Participant { participant });
        }
    }
}
