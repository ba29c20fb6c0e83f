//! Who is asked for a sign of attention, and when (CR-7): once in each block at a moment nobody can
//! foresee, and all at once when the roll is called. Whom that moment finds away, though they were there in
//! the block before or come later, is asked at the first sight afterwards, on whatever device: minutes are
//! paid for a block with a sign of attention, so everybody gets the chance to give one. Nobody is asked two things at a time: who has a
//! check open when the roll is called answers with it, since both are about the same block; whom the
//! moment of a block finds with the roll before them is asked afterwards, if they did not answer it.

use std::collections::{BTreeMap, BTreeSet};

use super::checks::{Ask, Outcome, Round};
use super::deltas::Audience;
use super::room::Room;
use super::roster::Device;
use crate::attendance::blocks::check_offset_seconds;
use crate::attendance::fact::{Excuse, What};
use crate::attendance::interval::{ServerInstant, Span, Spans};
use crate::protocol::{
    CheckKind, CheckRound, ClassState, OpenCheck, ParticipantId, Refusal, Role, RoomEvent,
};

/// Who has just come in sees the lesson first.
const ARRIVING_MS: u64 = 5_000;

/// Evidence of an instant comes within its freshness; a tick later it must be there.
const EVIDENCE_LAG_MS: u64 = 1_000;

impl Room {
    /// Once a second: judges what is over, asks what is due.
    pub(super) fn tick_checks(&mut self, now: u64) {
        let proof_by_ms = self.hours.policy.hb_timeout * 1000 + EVIDENCE_LAG_MS;
        // Whether a gap at the end of a second turn is bridged is known when it could be no longer.
        let gap_ms = self.hours.policy.gap * 1000;
        let judged_ms = |round: &Round, ask: &Ask| {
            ask.deadline_ms + proof_by_ms + if round.is_second() { gap_ms } else { 0 }
        };
        for (check, key) in self.checks.unjudged(|round, ask| judged_ms(round, ask) <= now) {
            self.judge_ask(now, check, key);
        }
        if self.life.state() == ClassState::Live && self.storing {
            self.ask_blocks(now);
        }
        self.tell_rounds();
    }

    /// Asks everybody here who was present in a block whose moment has come and was not asked about it yet, the
    /// oldest block first. Also who is here by a player alone, which cannot show a check: minutes are paid to
    /// whom a question can reach, so a player alone earns nothing from a block without another proof.
    fn ask_blocks(&mut self, now: u64) {
        let taught = self.taught();
        let (place, policy) = (self.place_in(&taught), self.hours.policy.clone());
        if now.saturating_sub(place.taught_ms) > policy.hb_timeout * 1000 {
            return;
        }
        let moment_s = check_offset_seconds(&self.hours.secret, place.block, policy.block, policy.answer);
        if place.into_s >= moment_s && !self.checks.moments.contains_key(&place.block) {
            self.append(now, None, What::CheckDue { block: place.block });
        }
        let time_of = |block: u32| {
            let block_ms = policy.block * 1000;
            taught.part(block_ms * u64::from(block.saturating_sub(1)), block_ms * u64::from(block))
        };
        for person in self.trainees_here(now, ARRIVING_MS, |_| true) {
            let key = self.key(person);
            if self.proves_by_stage(person, &key, time_of(place.block).first()) {
                if let Some(moment) = self.checks.moments.get_mut(&place.block) {
                    moment.on_stage.insert(key);
                }
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

    /// On stage, and that is proof of attention in the block that began `since`.
    fn proves_by_stage(&self, person: ParticipantId, key: &str, since: Option<ServerInstant>) -> bool {
        self.is_guest_on_stage(person) && since.is_some_and(|since| self.seen.proves_stage(key, since))
    }

    /// Staff ask everybody at once.
    pub(super) fn call_roll(&mut self, now: u64) -> Result<(), Refusal> {
        if self.life.state() != ClassState::Live || self.checks.roll_is_open(now) {
            return Err(Refusal::WrongState);
        }
        let (block, check) = (self.place().block, self.checks.next_roll());
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

    /// A trainee answers. What answers nothing is kept, up to a limit, so that it can be looked into.
    pub(super) fn answer_check(&mut self, now: u64, me: ParticipantId, check: &str) -> Result<(), Refusal> {
        let key = self.key(me);
        let refusal = match self.checks.ask(check, &key) {
            Some(ask) if ask.outcome == Outcome::Answered => return Err(Refusal::WrongState),
            // Also one that was void a moment ago: it is a sign of attention all the same.
            Some(ask) if now <= ask.deadline_ms => None,
            Some(_) => Some(Refusal::TooLate),
            None => Some(Refusal::NotFound),
        };
        if refusal.is_none() || self.checks.keeps_stray(check, &key) {
            self.append(now, Some(key), What::CheckAnswered { check: check.to_owned() });
        }
        refusal.map_or(Ok(()), Err)
    }

    /// Staff take a check back.
    pub(super) fn void_check(&mut self, now: u64, by: &str, check: &str) -> Result<(), Refusal> {
        let round = self.checks.round(check).ok_or(Refusal::NotFound)?;
        if round.withdrawn {
            return Err(Refusal::WrongState);
        }
        for key in round.asks.keys().cloned().collect::<Vec<_>>() {
            let why = Some(Excuse::Staff);
            let what = What::CheckVoid { check: check.to_owned(), by: Some(by.to_owned()), why };
            self.append(now, Some(key), what);
        }
        Ok(())
    }

    /// A break or the end came: nothing is asked in it. After the end there is no more evidence to wait
    /// for, so what was over is judged.
    pub(super) fn interrupt_checks(&mut self, now: u64) {
        for (check, key) in self.checks.unjudged(|_, ask| ask.is_open(now)) {
            self.append(now, Some(key), What::CheckVoid { check, by: None, why: Some(Excuse::Class) });
        }
        if self.is_ended() {
            for (check, key) in self.checks.unjudged(|_, _| true) {
                self.judge_ask(now, check, key);
            }
        }
    }

    /// A person may have lost the last connection through which a check could be answered.
    pub(super) fn cut_off(&mut self, now: u64, person: ParticipantId) {
        let mut devices = self.roster.devices_of(person);
        if !devices.any(|device| device.is_socket() && device.connection.is_some()) {
            let key = self.key(person);
            self.checks.cut_off(now, &key);
        }
    }

    /// Shows checks to whom they were put, and takes away what is over.
    pub(super) fn settle_checks(&mut self, now: u64) {
        let mut changes = Vec::new();
        for round in self.checks.rounds.iter_mut().filter(|round| round.showing) {
            round.showing = now <= round.deadline_ms;
            let (check, kind) = (&round.check, round.kind);
            for (key, ask) in &mut round.asks {
                let open = ask.is_open(now);
                if open != ask.shown {
                    (ask.shown, round.changed) = (open, true);
                    let deadline_ms = ask.deadline_ms;
                    let told = open.then(|| OpenCheck { check: check.clone(), kind, deadline_ms });
                    changes.push((key.clone(), told));
                }
            }
        }
        for (key, check) in changes {
            let Some(person) = self.roster.person_of_key(&key) else { continue };
            self.delta(Audience::Person(person), RoomEvent::Check { check });
        }
    }

    /// A round as staff see it.
    pub(super) fn round_told(&self, round: &Round) -> CheckRound {
        let people = |fits: &dyn Fn(&Ask) -> bool| {
            let keys = round.asks.iter().filter(|(_, ask)| fits(ask)).map(|(key, _)| key);
            keys.filter_map(|key| self.roster.person_of_key(key)).collect::<Vec<ParticipantId>>()
        };
        CheckRound {
            check: round.check.clone(),
            kind: round.kind,
            block: round.block,
            at_ms: round.at_ms,
            deadline_ms: round.deadline_ms,
            answered: people(&|ask| ask.outcome == Outcome::Answered),
            waiting: people(&|ask| ask.outcome == Outcome::Open),
            missed: people(&|ask| ask.outcome == Outcome::Missed),
            void: round.withdrawn,
        }
    }

    fn tell_rounds(&mut self) {
        let changed = self.checks.rounds.iter().filter(|round| round.changed);
        let told: Vec<CheckRound> = changed.map(|round| self.round_told(round)).collect();
        for round in told {
            self.delta(Audience::Staff, RoomEvent::Round { round });
        }
        self.checks.rounds.iter_mut().for_each(|round| round.changed = false);
    }

    fn put(&mut self, now: u64, key: String, check: String, kind: CheckKind, block: u32) {
        let deadline_ms = now + self.hours.policy.answer * 1000;
        self.append(now, Some(key), What::CheckIssued { check, kind, block, deadline_ms });
    }

    /// The time is over: missed by who was here through all of it, and nobody's fault otherwise. Also a
    /// short loss of the connection excuses, but only once in a block: a page that is loaded anew every
    /// minute would never miss anything. In the second turn, whoever is paid for all of its time, short
    /// gaps bridged, has missed it.
    fn judge_ask(&mut self, now: u64, check: String, key: String) {
        let Some(round) = self.checks.round(&check) else { return };
        let (block, Some(ask)) = (round.block, round.asks.get(&key)) else { return };
        let [from, to] = [ask.at_ms, ask.deadline_ms].map(ServerInstant::of_fact);
        let (excused, gap_ms) = match round.is_second() {
            false => (ask.lost || ask.halted, 0),
            true => (ask.halted, self.hours.policy.gap * 1000),
        };
        let why = match ask.halted {
            true => Excuse::Server,
            // There is no time left to ask a second time.
            false if self.is_ended() && !round.is_second() => Excuse::Class,
            false => Excuse::Away,
        };
        let here = self.evidence(&key).bridged(gap_ms);
        let what = match !excused && Spans::one(from, to).minus(&here).is_empty() {
            true => What::CheckMissed { check, block },
            false => What::CheckVoid { check, by: None, why: Some(why) },
        };
        self.append(now, Some(key), what);
    }

    /// Enrolled trainees who are provably here on such a device, connected and for at least so long, gaps
    /// bridged that are bridged when minutes are counted.
    fn trainees_here(&self, now: u64, least_ms: u64, on: fn(&Device) -> bool) -> BTreeSet<ParticipantId> {
        let counts = |id: &ParticipantId| {
            let trainee = self.roster.line(*id).is_some_and(|line| line.role == Role::Trainee);
            trainee && self.enrolled.contains_key(&self.key(*id))
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

    /// A person's presence as it is counted (CR-5), up to now.
    fn present(&self, now: u64, key: &str) -> Spans {
        let devices = self.roster.person_of_key(key).into_iter().flat_map(|id| self.roster.devices_of(id));
        // Who is seen at this instant has no evidence of any length yet.
        let here = devices.filter_map(|device| device.presence.here_since(now)).map(|since_ms| {
            let from = ServerInstant::of_fact(since_ms);
            Span { from, to: from.plus_ms(1) }
        });
        self.evidence(key).or(&here.collect()).bridged(self.hours.policy.gap * 1000)
    }
}
