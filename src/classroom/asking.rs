//! Who is asked for a sign of attention, and when (CR-7): once in each block at an unpredictable moment, and
//! everybody at once when the roll is called. A person who is away at that moment, but was there earlier in
//! the block or comes later, is asked as soon as they are seen again, on whatever device: minutes are paid
//! for a block with a sign of attention, so everybody gets the chance to give one. Nobody has two checks at a
//! time. A check that is open when the roll is called answers the roll, since both are about the same block;
//! a person who still has the roll before them at the moment of a block is asked afterwards, if they did not
//! answer the roll.

use std::collections::{BTreeMap, BTreeSet};

use super::checks::{Ask, Outcome, Round};
use super::deltas::Audience;
use super::room::Room;
use super::roster::Device;
use crate::attendance::blocks::check_offset_seconds;
use crate::attendance::fact::CheckKind;
use crate::attendance::fact::{Excuse, What};
use crate::classroom::message::{Refusal, RoomEvent};
use crate::lesson::{ClassState, Role};
use crate::sfu::subscriber::ParticipantId;
use crate::time::{ServerInstant, Span, Spans};

/// Time before the first check of somebody who has just come in: they see the lesson first.
const ARRIVING_MS: u64 = 5_000;

/// Time by which evidence of an instant may come later than its freshness: a tick.
const EVIDENCE_LAG_MS: u64 = 1_000;

impl Room {
    /// Once a second: judges checks whose time is over, and puts those that are due.
    pub(super) fn tick_checks(&mut self, now: u64) {
        let proof_by_ms = self.instruction.policy().hb_timeout * 1000 + EVIDENCE_LAG_MS;
        // Whether a gap at the end of a second turn is bridged is known when it would be too long.
        let gap_ms = self.instruction.policy().gap * 1000;
        let judged_ms = |round: &Round, ask: &Ask| {
            ask.deadline_ms() + proof_by_ms + if round.is_second() { gap_ms } else { 0 }
        };
        for (check, key) in self.checks.unjudged(|round, ask| judged_ms(round, ask) <= now) {
            self.judge_ask(now, check, key);
        }
        if self.life.state() == ClassState::Live && self.storing {
            self.ask_blocks(now);
        }
        self.tell_rounds();
    }

    /// Puts the check of each block whose moment has come to everybody here who was present in that block and
    /// was not asked yet, the oldest block first. A person here only by a player, which cannot show a check,
    /// is asked, too: minutes are paid to people whom a question can reach, so a player alone earns nothing
    /// from a block without another proof.
    fn ask_blocks(&mut self, now: u64) {
        let (taught, policy) = (self.instruction.taught(&self.roster), self.instruction.policy());
        let (place, block_s) = (self.instruction.place_in(&taught), policy.block);
        if now.saturating_sub(place.taught_ms) > policy.hb_timeout * 1000 {
            return;
        }
        let moment_s = check_offset_seconds(self.instruction.secret(), place.block, block_s, policy.answer);
        if place.into_s >= moment_s && !self.checks.has_moment(place.block) {
            self.append(now, None, What::CheckDue { block: place.block });
        }
        let time_of = |block: u32| {
            let block_ms = block_s * 1000;
            taught.part(block_ms * u64::from(block.saturating_sub(1)), block_ms * u64::from(block))
        };
        for person in self.trainees_here(now, ARRIVING_MS, |_| true) {
            let key = self.key(person);
            if self.proves_by_stage(person, &key, time_of(place.block).first()) {
                self.checks.was_on_stage(place.block, key);
                continue;
            }
            let was_in =
                |block: u32| block == place.block || !self.present(now, &key).and(&time_of(block)).is_empty();
            let due = self.checks.due_for(now, &key).into_iter().find(|(block, _)| was_in(*block));
            if let Some((block, check)) = due {
                self.put(now, key, check, CheckKind::Block, block);
            }
        }
    }

    /// Whether the person is on stage, and that proves attention in the block that began `since`.
    fn proves_by_stage(&self, person: ParticipantId, key: &str, since: Option<ServerInstant>) -> bool {
        self.is_guest_on_stage(person) && since.is_some_and(|since| self.instruction.proves_stage(key, since))
    }

    /// Puts a check to everybody at once, for staff.
    pub(super) fn call_roll(&mut self, now: u64) -> Result<(), Refusal> {
        if self.life.state() != ClassState::Live || self.checks.roll_is_open(now) {
            return Err(Refusal::WrongState);
        }
        let taught = self.instruction.taught(&self.roster);
        let (block, check) = (self.instruction.place_in(&taught).block, self.checks.next_roll());
        let people = self.trainees_here(now, 0, Device::is_socket).into_iter();
        let people = people.filter(|id| !self.is_guest_on_stage(*id));
        let mut keys: Vec<String> = people.map(|id| self.key(id)).collect();
        keys.retain(|key| self.checks.open_of(now, key).is_none());
        if keys.is_empty() {
            return Err(Refusal::WrongState);
        }
        for key in keys {
            self.put(now, key, check.clone(), CheckKind::Roll, block);
        }
        Ok(())
    }

    /// Takes a trainee's answer. An answer without a check is kept, up to a limit, for later inquiry.
    pub(super) fn answer_check(&mut self, now: u64, me: ParticipantId, check: &str) -> Result<(), Refusal> {
        let key = self.key(me);
        let refusal = match self.checks.ask(check, &key) {
            Some(ask) if ask.outcome() == Outcome::Answered => return Err(Refusal::WrongState),
            // A check that was void a moment ago is included: its answer is a sign of attention all the same.
            Some(ask) if now <= ask.deadline_ms() => None,
            Some(_) => Some(Refusal::TooLate),
            None => Some(Refusal::NotFound),
        };
        if refusal.is_none() || self.checks.keeps_stray(check, &key) {
            self.append(now, Some(key), What::CheckAnswered { check: check.to_owned() });
        }
        refusal.map_or(Ok(()), Err)
    }

    /// Takes a check back, for staff.
    pub(super) fn void_check(&mut self, now: u64, by: &str, check: &str) -> Result<(), Refusal> {
        let round = self.checks.round(check).ok_or(Refusal::NotFound)?;
        if round.is_withdrawn() {
            return Err(Refusal::WrongState);
        }
        for key in round.keys().cloned().collect::<Vec<_>>() {
            let why = Some(Excuse::Staff);
            let what = What::CheckVoid { check: check.to_owned(), by: Some(by.to_owned()), why };
            self.append(now, Some(key), what);
        }
        Ok(())
    }

    /// Ends open checks for a break or the end of the class. People who stayed for the question are excused;
    /// those who had gone are not. After the end no more evidence comes, so checks whose time is over are
    /// judged.
    pub(super) fn interrupt_checks(&mut self, now: u64) {
        for (check, key) in self.checks.unjudged(|_, ask| ask.is_open(now)) {
            let stayed = self.stayed_for_check(now, &check, &key);
            let why = Some(if stayed { Excuse::Class } else { Excuse::Away });
            self.append(now, Some(key), What::CheckVoid { check, by: None, why });
        }
        if self.is_ended() {
            for (check, key) in self.checks.unjudged(|_, _| true) {
                self.judge_ask(now, check, key);
            }
        }
    }

    /// Notes that a person may have lost the last connection on which they could answer.
    pub(super) fn cut_off(&mut self, now: u64, person: ParticipantId) {
        let mut devices = self.roster.devices_of(person);
        if !devices.any(|device| device.is_socket() && device.connection.is_some()) {
            let key = self.key(person);
            self.checks.cut_off(now, &key);
        }
    }

    /// Shows new checks to their people, and takes closed ones away.
    pub(super) fn settle_checks(&mut self, now: u64) {
        for (key, check) in self.checks.take_shown(now) {
            let Some(person) = self.roster.person_of_key(&key) else { continue };
            self.delta(Audience::Person(person), RoomEvent::Check { check });
        }
    }

    fn tell_rounds(&mut self) {
        for round in self.checks.take_changed(&self.roster) {
            self.delta(Audience::Staff, RoomEvent::Round { round });
        }
    }

    fn put(&mut self, now: u64, key: String, check: String, kind: CheckKind, block: u32) {
        let deadline_ms = now + self.instruction.policy().answer * 1000;
        self.append(now, Some(key), What::CheckIssued { check, kind, block, deadline_ms });
    }

    /// Whether only a break or the end of the class kept this person from answering the check: there is
    /// evidence of presence from the block's moment on, without a gap longer than `hb_timeout`. A person who
    /// came for the end, or left at the question, has none, and is not paid for the block.
    fn stayed_for_check(&self, now: u64, check: &str, key: &str) -> bool {
        let Some(moment_ms) = self.checks.moment_ms(check) else { return true };
        let fresh_ms = self.instruction.policy().hb_timeout * 1000;
        let [from, to] =
            [moment_ms, now.saturating_sub(fresh_ms + EVIDENCE_LAG_MS)].map(ServerInstant::of_fact);
        let here = self.instruction.evidence(&self.roster, key).bridged(fresh_ms);
        from >= to || Spans::one(from, to).and(&self.instruction.taught(&self.roster)).minus(&here).is_empty()
    }

    /// Judges a check whose time is over: missed if the person was there for all of that time, else excused.
    /// Even a short loss of the connection excuses, but only once in a block: a page that reloads every
    /// minute would never miss anything. In the second turn, a person who is paid for all of its time, with
    /// short gaps bridged, has missed it.
    fn judge_ask(&mut self, now: u64, check: String, key: String) {
        let Some(round) = self.checks.round(&check) else { return };
        let (block, Some(ask)) = (round.block(), round.ask(&key)) else { return };
        let [from, to] = [ask.at_ms(), ask.deadline_ms()].map(ServerInstant::of_fact);
        let (excused, gap_ms) = match round.is_second() {
            false => (ask.was_lost() || ask.was_halted(), 0),
            true => (ask.was_halted(), self.instruction.policy().gap * 1000),
        };
        let why = match ask.was_halted() {
            true => Excuse::Server,
            // No time is left for a second turn.
            false if self.is_ended() && !round.is_second() && self.stayed_for_check(now, &check, &key) => {
                Excuse::Class
            }
            false => Excuse::Away,
        };
        let here = self.instruction.evidence(&self.roster, &key).bridged(gap_ms);
        let what = match !excused && Spans::one(from, to).minus(&here).is_empty() {
            true => What::CheckMissed { check, block },
            false => What::CheckVoid { check, by: None, why: Some(why) },
        };
        self.append(now, Some(key), what);
    }

    /// Enrolled trainees who are provably here, and connected by such a device, for at least `least_ms`, with
    /// the same gaps bridged as in the minutes.
    fn trainees_here(&self, now: u64, least_ms: u64, on: fn(&Device) -> bool) -> BTreeSet<ParticipantId> {
        let counts = |id: &ParticipantId| {
            let trainee = self.roster.line(*id).is_some_and(|line| line.role == Role::Trainee);
            trainee && self.instruction.is_enrolled(&self.key(*id))
        };
        let mut since: BTreeMap<ParticipantId, u64> = BTreeMap::new();
        for device in self.roster.devices().filter(|device| on(device) && device.connection.is_some()) {
            if let Some(since_ms) = device.presence.here_since(now).filter(|_| counts(&device.person)) {
                let earliest = since.entry(device.person).or_insert(since_ms);
                *earliest = since_ms.min(*earliest);
            }
        }
        let stays = |(id, since_ms): &(ParticipantId, u64)| {
            let is_long = |since_ms: u64| now.saturating_sub(since_ms) >= least_ms;
            is_long(*since_ms)
                || self.present(now, &self.key(*id)).iter().last().is_some_and(|last| is_long(last.from.ms()))
        };
        since.into_iter().filter(stays).map(|(id, _)| id).collect()
    }

    /// A person's presence as the rules count it (CR-5), up to now.
    fn present(&self, now: u64, key: &str) -> Spans {
        let devices = self.roster.person_of_key(key).into_iter().flat_map(|id| self.roster.devices_of(id));
        // A person first seen at this instant has no evidence of any length yet.
        let here = devices.filter_map(|device| device.presence.here_since(now)).map(|since_ms| {
            let from = ServerInstant::of_fact(since_ms);
            Span { from, to: from.plus_ms(1) }
        });
        let evidence = self.instruction.evidence(&self.roster, key);
        evidence.or(&here.collect()).bridged(self.instruction.policy().gap * 1000)
    }
}
