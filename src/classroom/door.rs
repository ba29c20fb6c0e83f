//! Coming in, coming back and going out.

use std::mem;

use super::deltas::Audience;
use super::effect::{Effect, MediaOrder};
use super::evidence::Span;
use super::kinds::Kinds;
use super::room::Room;
use super::roster::{Access, DEVICES_MAX, Leg};
use super::{ConnectionId, Identity};
use crate::attendance::fact::{LeftReason, What};
use crate::protocol::{
    Bye, ClassState, PROTOCOL_VERSION, ParticipantId, Refusal, Resume, Role, RoomEvent, RoomState,
    ServerMessage, SourceKind,
};
use crate::sfu::scene::LegId;

/// A leg the media side has opened.
#[derive(Debug, Clone)]
pub struct NewLeg {
    pub leg: LegId,
    pub video_slots: usize,
    pub can_send: Vec<SourceKind>,
}

impl Room {
    /// A socket says hello. `token` must be new and unguessable; it becomes the device's secret
    /// unless the device is one that comes back.
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

    /// Whether a WHIP (`publish`) or WHEP session may begin, and whose its leg will be if
    /// [`Room::join_http`] follows at once.
    pub fn admit_http(&self, who: &Identity, publish: bool) -> Result<ParticipantId, Refusal> {
        match self.life.state() {
            ClassState::Ended => Err(Refusal::Ended),
            _ if !self.storing => Err(Refusal::Unavailable),
            _ if publish && who.role != Role::Instructor => Err(Refusal::NotAllowed),
            _ => self.roster.admit(who, self.settings.trainees_max),
        }
    }

    /// A WHIP or WHEP session begins with the leg that was opened for it.
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

    /// The media side answered an offer of a socket.
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
            None => self.out.push(Effect::Media(MediaOrder::Close(leg.leg))),
        }
        self.finish(now)
    }

    /// The media side could not answer an offer of a socket; an earlier leg stays.
    pub fn offer_refused(&mut self, connection: ConnectionId, id: u32) -> Vec<Effect> {
        if self.roster.by_connection(connection).is_some() {
            self.refuse(connection, Some(id), Refusal::Offer);
        }
        mem::take(&mut self.out)
    }

    /// The device that this token, epoch and person prove.
    fn device_of(&self, who: &Identity, resume: &Resume) -> Option<u64> {
        if resume.epoch != self.epoch {
            return None;
        }
        let device = self.roster.device(self.roster.by_token(&resume.token)?)?;
        let same_person = self.roster.person_of_key(&who.person) == Some(device.person);
        same_person.then_some(device.id)
    }

    /// A new device of somebody new or known.
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

    /// Seats an admitted person on a new device; the others hear of it before the device exists,
    /// because the device itself learns it from its snapshot.
    pub(super) fn seat(&mut self, now: u64, who: &Identity, access: Access) -> (ConnectionId, u64) {
        let person = self.roster.enter(who, true);
        if let Some(approved_at_ms) = who.approved_at_ms {
            self.enrol(&who.person, approved_at_ms);
        }
        self.tell_lines();
        let connection = self.next_connection();
        let device = self.roster.add_device(now, person, access, connection);
        let joined = What::Joined { device, role: who.role, name: self.name(person) };
        self.fact(now, Some(person), joined);
        let devices: Vec<u64> = self.roster.devices_of(person).map(|device| device.id).collect();
        let too_many = devices.len().saturating_sub(DEVICES_MAX);
        let oldest = devices.into_iter().take(too_many);
        self.departures.extend(oldest.map(|device| (device, LeftReason::Replaced, Bye::Replaced)));
        if let Some(guest) = self.roster.guest_to_go(who.role, self.settings.trainees_max) {
            let gone = self.roster.devices_of(guest).map(|device| device.id);
            let gone = gone.map(|device| (device, LeftReason::Replaced, Bye::Replaced));
            self.departures.extend(gone.collect::<Vec<_>>());
        }
        (connection, device)
    }

    /// A known device on a new socket.
    fn resume(&mut self, now: u64, device: u64, seq: Option<u64>) -> ConnectionId {
        self.heard(now, device);
        let connection = self.next_connection();
        if let Some(before) = self.roster.connect(device, Some(connection)) {
            self.out.push(Effect::Bye { to: before, reason: Bye::Replaced });
        }
        let Some(seq) = seq else {
            // A page without a number is new: the peer connection and the claims of the one before
            // it are gone with it.
            if let Some(leg) = self.roster.set_leg(device, None) {
                self.out.push(Effect::Media(MediaOrder::Close(leg)));
            }
            if let Some(known) = self.roster.device_mut(device) {
                known.claim = None;
            }
            self.welcome(now, device, connection, false);
            self.snapshot(now, device, connection);
            return connection;
        };
        let listener = self.roster.device(device).map(|device| self.roster.listener(device));
        let missed = listener.and_then(|listener| self.deltas.missed(seq, listener));
        self.welcome(now, device, connection, missed.is_some());
        match missed {
            Some(missed) => {
                let to = |message| Effect::Send { to: vec![connection], message };
                self.out.extend(missed.into_iter().map(to));
            }
            None => self.snapshot(now, device, connection),
        }
        connection
    }

    fn next_connection(&mut self) -> ConnectionId {
        self.last_connection += 1;
        ConnectionId(self.last_connection)
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
        let rounds = self.checks.rounds.iter().filter(|_| staff).map(|round| self.round_told(round));
        let sheet = self.told.sheet.values().filter(|_| staff).cloned();
        let polls = self.polls.all().filter(|_| staff).map(|polled| self.poll_round(polled));
        let room = RoomState {
            lesson: self.lesson.clone(),
            title: self.title.clone(),
            class: self.life.state(),
            started_at_ms: self.life.started_at_ms(),
            trainees_max: self.settings.trainees_max,
            participants: self.roster.lines().cloned().collect(),
            hands: self.hands.queue().to_vec(),
            chat: self.chat.lines().cloned().collect(),
            notices: self.chat.notices().cloned().collect(),
            speaking: self.speaking.clone(),
            slots: leg.and_then(|leg| leg.slots.clone()).unwrap_or_default(),
            recording: self.record.told(),
            check: self.checks.open_of(now, &key),
            minutes: self.told.minutes.get(&key).filter(|_| !staff).cloned(),
            poll: if staff { self.polls.on_screen() } else { self.polls.on_screen_of(&key) },
            poll_answers: self.polls.answers_of(&key).collect(),
            rounds: rounds.collect(),
            sheet: sheet.collect(),
            not_counting: self.told.not_counting.filter(|_| staff),
            worth: staff.then(|| self.worth()),
            polls: polls.collect(),
        };
        let snapshot = ServerMessage::Snapshot { seq: self.deltas.last(), room: Box::new(room) };
        self.send(connection, snapshot);
    }

    /// Gives a device its leg; the one it had is closed.
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
            self.out.push(Effect::Media(MediaOrder::Close(before)));
        }
        self.out.push(Effect::Media(MediaOrder::Want { leg: new.leg, want }));
        if !tiles.is_empty() {
            self.out.push(Effect::Media(MediaOrder::Tiles { leg: new.leg, heights: tiles }));
        }
    }

    /// Everybody out, after the present input is answered.
    pub(super) fn send_away(&mut self, reason: LeftReason, bye: Bye) {
        let everybody = self.roster.devices().map(|device| (device.id, reason, bye));
        self.departures.extend(everybody.collect::<Vec<_>>());
    }

    /// Carries out the departures this input caused.
    pub(super) fn depart(&mut self, now: u64) {
        for (device, reason, bye) in mem::take(&mut self.departures) {
            self.part(now, device, reason, bye);
        }
    }

    fn part(&mut self, now: u64, id: u64, reason: LeftReason, bye: Bye) {
        let Some(device) = self.roster.device_mut(id) else { return };
        let (person, alive, taught) = (device.person, device.presence.end(), device.teaching.end());
        // Being shown out is an instant the server knows; being lost is only the last sign of life.
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
            self.out.push(Effect::Media(MediaOrder::Close(leg.id)));
        }
        if let Some(to) = device.connection.filter(|_| device.is_socket()) {
            self.out.push(Effect::Bye { to, reason: bye });
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
