//! The commands of people, once their role and rate are checked. A command is either refused and changes
//! nothing, or carried out with its facts.

use super::Identity;
use super::chat::{NOTICE, clean_text};
use super::deltas::Audience;
use super::effect::{Effect, MediaOrder};
use super::kinds::Kinds;
use super::permissions::{allowed, may_target, publishable};
use super::room::Room;
use crate::attendance::fact::{LeftReason, What};
use crate::classroom::message::{Bye, ClassNotice, Command, OperatorAction, Refusal, RoomEvent};
use crate::lesson::{Role, SourceKind};
use crate::sfu::subscriber::{ParticipantId, Want};

/// Most heights of tiles kept for one device: more than the slots of a page.
const TILES_MAX: usize = 16;

/// The acting person: `key` goes into facts, `name` to the people.
struct Actor {
    key: String,
    name: String,
    role: Role,
}

impl Room {
    /// Carries out the act of an operator who does not join.
    pub fn operator(
        &mut self,
        now: u64,
        by: &Identity,
        action: &OperatorAction,
    ) -> Result<Vec<Effect>, Refusal> {
        if by.role != Role::Operator {
            return Err(Refusal::NotAllowed);
        }
        if self.is_ended() {
            return Err(Refusal::Ended);
        }
        if !self.storing {
            return Err(Refusal::Unavailable);
        }
        let actor = Actor { key: by.person.clone(), name: by.name.clone(), role: by.role };
        let words = match action {
            OperatorAction::Message { text } => {
                let text = clean_text(text)?;
                let notice = ClassNotice { at_ms: now, text: text.clone() };
                self.delta(Audience::All, RoomEvent::Notice { notice });
                format!("{NOTICE}{text}")
            }
            OperatorAction::MuteAll => {
                self.mute_all(now, &actor);
                "mute_all".to_owned()
            }
            OperatorAction::End => {
                self.end(now, &actor)?;
                "end".to_owned()
            }
        };
        self.fact(now, None, What::OperatorAction { by: actor.key, action: words });
        Ok(self.finish(now))
    }

    pub(super) fn command(
        &mut self,
        now: u64,
        me: ParticipantId,
        device: u64,
        command: &Command,
    ) -> Result<(), Refusal> {
        let role = self.roster.line(me).ok_or(Refusal::NotFound)?.role;
        if !allowed(role, me, command) {
            return Err(Refusal::NotAllowed);
        }
        let actor = Actor { key: self.key(me), name: self.name(me), role };
        match command {
            Command::StartClass => self.life.start(now).map(|what| self.tell_class(now, what)),
            Command::PauseClass => self.pause(now),
            Command::EndClass => self.end(now, &actor),
            Command::Chat { text } => self.chat(now, me, text),
            Command::ChatRemove { line } => self.chat_remove(now, &actor, *line),
            Command::Hand { up } => self.hand(now, me, *up),
            Command::MuteAll => {
                self.mute_all(now, &actor);
                Ok(())
            }
            Command::OffRecord { on } => self.off_record(now, me, *on),
            Command::Sending { kinds } => self.sending(me, device, kinds.as_slice().into()),
            Command::Want { want } => self.want(device, *want),
            Command::Tiles { heights } => self.tiles(device, heights),
            Command::AnswerCheck { check } => self.answer_check(now, me, check),
            Command::CallRoll => self.call_roll(now),
            Command::VoidCheck { check } => self.void_check(now, &actor.key, check),
            Command::OpenPoll { poll } => self.open_poll(now, actor.key, poll),
            Command::AnswerPoll { poll, choices } => self.answer_poll(now, me, *poll, choices),
            Command::ClosePoll { poll } => self.close_poll(now, actor.key, *poll),
            Command::ShowPoll { poll, on } => self.show_poll(now, actor.key, *poll, *on),
            Command::Leave => {
                self.departures.push(device, LeftReason::Asked, Bye::Left);
                Ok(())
            }
            Command::ChatMute { participant, .. }
            | Command::LowerHand { participant }
            | Command::BringOnStage { participant, .. }
            | Command::TakeOffStage { participant }
            | Command::Mute { participant }
            | Command::Unmute { participant }
            | Command::Remove { participant }
            | Command::Readmit { participant } => self.moderate(now, &actor, *participant, command),
        }
    }

    /// Carries out a command about another person.
    fn moderate(
        &mut self,
        now: u64,
        actor: &Actor,
        target: ParticipantId,
        command: &Command,
    ) -> Result<(), Refusal> {
        let line = self.roster.line(target).ok_or(Refusal::NotFound)?;
        if !may_target(actor.role, line.role, command) {
            return Err(Refusal::NotAllowed);
        }
        match command {
            Command::ChatMute { muted, .. } => self.chat_mute(now, actor, target, *muted),
            Command::LowerHand { .. } => self.lower_hand(now, actor, target),
            Command::BringOnStage { camera, .. } => self.bring_on_stage(now, actor, target, *camera),
            Command::TakeOffStage { .. } => self.take_off_stage(now, actor, target),
            Command::Mute { .. } if line.on_stage => {
                self.mute(now, actor, target);
                Ok(())
            }
            Command::Unmute { .. } if line.encoder_muted => {
                self.unmute_encoders(now, actor, target);
                Ok(())
            }
            Command::Remove { .. } if !line.removed => {
                self.remove(now, actor, target);
                Ok(())
            }
            Command::Readmit { .. } if line.removed => {
                let key = self.key(target);
                self.roster.readmit(&key);
                self.fact(now, Some(target), What::Readmitted { by: actor.key.clone() });
                Ok(())
            }
            _ => Err(Refusal::WrongState),
        }
    }

    // The class.

    fn tell_class(&mut self, now: u64, what: What) {
        self.fact(now, None, what);
        let (class, started_at_ms) = (self.life.state(), self.life.started_at_ms());
        self.delta(Audience::All, RoomEvent::Class { class, started_at_ms });
    }

    fn pause(&mut self, now: u64) -> Result<(), Refusal> {
        let what = self.life.pause(now)?;
        self.tell_class(now, what);
        self.interrupt_checks(now);
        Ok(())
    }

    fn end(&mut self, now: u64, actor: &Actor) -> Result<(), Refusal> {
        let what = self.life.end(now, &actor.key)?;
        self.tell_class(now, what);
        self.interrupt_checks(now);
        self.send_away(LeftReason::Closed, Bye::Ended);
        Ok(())
    }

    /// Reopens the class for the person who ended it; the people come in again by themselves.
    pub fn reopen(&mut self, now: u64, by: &Identity) -> Result<Vec<Effect>, Refusal> {
        let what = self.life.reopen(now, &by.person)?;
        self.tell_class(now, what);
        Ok(self.finish(now))
    }

    // Chat.

    fn chat(&mut self, now: u64, me: ParticipantId, text: &str) -> Result<(), Refusal> {
        let line = self.roster.line(me).ok_or(Refusal::NotFound)?;
        if line.chat_muted {
            return Err(Refusal::ChatMuted);
        }
        let line = self.chat.add(me, &line.name, clean_text(text)?, now);
        self.fact(now, Some(me), What::Chat { line: line.id, text: line.text.clone() });
        self.delta(Audience::All, RoomEvent::Chat { line });
        Ok(())
    }

    fn chat_remove(&mut self, now: u64, actor: &Actor, line: u64) -> Result<(), Refusal> {
        let removed = self.chat.remove(line).ok_or(Refusal::NotFound)?;
        let author = self.roster.line(removed.from).map(|line| line.id);
        self.fact(now, author, What::ChatRemoved { line, by: actor.key.clone() });
        self.delta(Audience::All, RoomEvent::ChatRemoved { line });
        Ok(())
    }

    fn chat_mute(
        &mut self,
        now: u64,
        actor: &Actor,
        target: ParticipantId,
        muted: bool,
    ) -> Result<(), Refusal> {
        if self.roster.line(target).is_some_and(|line| line.chat_muted == muted) {
            return Ok(());
        }
        self.roster.update(target, |line| line.chat_muted = muted);
        self.fact(now, Some(target), What::ChatMuted { by: actor.key.clone(), muted });
        Ok(())
    }

    // Hands and stage.

    fn hand(&mut self, now: u64, me: ParticipantId, up: bool) -> Result<(), Refusal> {
        if up && self.is_guest_on_stage(me) {
            return Err(Refusal::WrongState); // Who has the floor speaks.
        }
        if up && self.hands.raise(me) {
            self.fact(now, Some(me), What::HandRaised);
        } else if !up && self.hands.lower(me) {
            let by = self.key(me);
            self.fact(now, Some(me), What::HandLowered { by });
        }
        Ok(())
    }

    fn lower_hand(&mut self, now: u64, actor: &Actor, target: ParticipantId) -> Result<(), Refusal> {
        if self.hands.lower(target) {
            self.fact(now, Some(target), What::HandLowered { by: actor.key.clone() });
        }
        Ok(())
    }

    /// Whether a trainee was brought on stage (instructors are there by their role).
    pub(super) fn is_guest_on_stage(&self, person: ParticipantId) -> bool {
        self.roster.line(person).is_some_and(|line| line.on_stage && line.role == Role::Trainee)
    }

    fn bring_on_stage(
        &mut self,
        now: u64,
        actor: &Actor,
        target: ParticipantId,
        camera: bool,
    ) -> Result<(), Refusal> {
        // A WHEP player has no microphone.
        if !self.roster.devices_of(target).any(|device| device.is_socket()) {
            return Err(Refusal::WrongState);
        }
        let guests = || self.roster.lines().filter(|line| line.on_stage && line.role == Role::Trainee);
        let already = guests().find(|line| line.id == target);
        match already {
            Some(line) if line.camera_allowed == camera => return Ok(()),
            Some(_) => {}
            None if guests().count() >= self.settings.stage_max as usize => return Err(Refusal::StageFull),
            None => {}
        }
        self.roster.update(target, |line| {
            line.on_stage = true;
            line.camera_allowed = camera;
        });
        self.fact(now, Some(target), What::OnStage { by: actor.key.clone(), camera });
        self.lower_hand(now, actor, target)
    }

    fn take_off_stage(&mut self, now: u64, actor: &Actor, target: ParticipantId) -> Result<(), Refusal> {
        if !self.is_guest_on_stage(target) {
            return Err(Refusal::WrongState);
        }
        self.roster.update(target, |line| {
            line.on_stage = false;
            line.camera_allowed = false;
        });
        for device in self.roster.devices_mut().filter(|device| device.person == target) {
            device.claim = None;
            device.mic_muted = false;
        }
        self.fact(now, Some(target), What::OffStage { by: actor.key.clone() });
        Ok(())
    }

    // Sources.

    fn sending(&mut self, me: ParticipantId, device: u64, kinds: Kinds) -> Result<(), Refusal> {
        let (Some(line), Some(known)) = (self.roster.line(me), self.roster.device(device)) else {
            return Err(Refusal::NotFound);
        };
        if kinds.and(publishable(line, &known.access)) != kinds {
            return Err(Refusal::NotAllowed);
        }
        if let Some(known) = self.roster.device_mut(device) {
            known.claim = Some(kinds);
            known.mic_muted &= !kinds.contains(SourceKind::Mic);
        }
        Ok(())
    }

    fn want(&mut self, device: u64, want: Want) -> Result<(), Refusal> {
        let known = self.roster.device_mut(device).ok_or(Refusal::NotFound)?;
        known.want = want;
        if let Some(leg) = &mut known.leg {
            leg.slots_due = true;
            let leg = leg.id;
            self.out.media(MediaOrder::Want { leg, want });
        }
        Ok(())
    }

    fn tiles(&mut self, device: u64, heights: &[u16]) -> Result<(), Refusal> {
        let known = self.roster.device_mut(device).ok_or(Refusal::NotFound)?;
        known.tiles = heights.iter().take(TILES_MAX).copied().collect();
        if let Some(leg) = &known.leg {
            let (leg, heights) = (leg.id, known.tiles.clone());
            self.out.media(MediaOrder::Tiles { leg, heights });
        }
        Ok(())
    }

    /// Takes the microphone of all devices of a person, until each client sends it again; without a client,
    /// until staff give it back.
    fn mute(&mut self, now: u64, actor: &Actor, target: ParticipantId) {
        for device in self.roster.devices_mut().filter(|device| device.person == target) {
            device.mic_muted = true;
            device.claim = device.claim.map(|claim| claim.without(SourceKind::Mic));
        }
        self.fact(now, Some(target), What::Muted { by: actor.key.clone() });
        self.delta(Audience::Person(target), RoomEvent::Muted { by: actor.name.clone() });
    }

    fn unmute_encoders(&mut self, now: u64, actor: &Actor, target: ParticipantId) {
        for device in self.roster.devices_mut().filter(|device| device.person == target) {
            device.mic_muted &= device.is_socket();
        }
        self.fact(now, Some(target), What::Unmuted { by: actor.key.clone() });
    }

    fn mute_all(&mut self, now: u64, actor: &Actor) {
        let guests = self.roster.lines().filter(|line| line.on_stage && line.role == Role::Trainee);
        let guests: Vec<ParticipantId> = guests.map(|line| line.id).collect();
        for guest in guests {
            self.mute(now, actor, guest);
        }
    }

    fn remove(&mut self, now: u64, actor: &Actor, target: ParticipantId) {
        let key = self.key(target);
        self.roster.ban(&key);
        self.fact(now, Some(target), What::Removed { by: actor.key.clone() });
        let devices = self.roster.devices_of(target).map(|device| device.id);
        devices.for_each(|device| self.departures.push(device, LeftReason::Removed, Bye::Removed));
    }
}
