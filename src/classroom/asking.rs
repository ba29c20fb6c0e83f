//! Who is asked for a sign of attention, and when (CR-7): once in each block at a moment nobody can
//! foresee, and all at once when the roll is called. Nobody is asked two things at a time: who has a
//! check open when the roll is called answers with it, since both are about the same block; whom the
//! moment of a block finds with the roll before them is asked afterwards, if they did not answer it.

use std::collections::BTreeSet;

use super::checks::{Ask, Moment, Outcome, Round};
use super::deltas::Audience;
use super::room::Room;
use super::roster::Device;
use crate::attendance::blocks::check_offset_seconds;
use crate::attendance::fact::What;
use crate::attendance::interval::{ServerInstant, Spans};
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
            self.ask_block(now);
        }
        self.tell_rounds();
    }

    /// Asks everybody here who was not asked in this block, once its moment has come and while there is
    /// time left in it. Also who is here by a player alone, which cannot show a check: minutes are paid
    /// to whom a question can reach, so a player alone earns nothing from a block without another proof.
    fn ask_block(&mut self, now: u64) {
        let (place, policy) = (self.place(), self.hours.policy.clone());
        let moment_s = check_offset_seconds(&self.hours.secret, place.block, policy.block, policy.answer);
        let fits = (moment_s..=policy.block.saturating_sub(policy.answer)).contains(&place.into_s);
        let is_taught = now.saturating_sub(place.taught_ms) <= policy.hb_timeout * 1000;
        if !fits || !is_taught {
            return;
        }
        if self.checks.moment.block != place.block {
            self.checks.moment = Moment { block: place.block, at_ms: now, on_stage: BTreeSet::new() };
        }
        for person in self.trainees_here(now, ARRIVING_MS, |_| true) {
            let key = self.key(person);
            if self.is_guest_on_stage(person) {
                self.checks.moment.on_stage.insert(key);
            } else if let Some(check) = self.checks.next_for(now, &key) {
                self.put(now, key, check, CheckKind::Block, place.block);
            }
        }
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
            let what = What::CheckVoid { check: check.to_owned(), by: Some(by.to_owned()) };
            self.append(now, Some(key), what);
        }
        Ok(())
    }

    /// A break or the end came: nothing is asked in it. After the end there is no more evidence to wait
    /// for, so what was over is judged.
    pub(super) fn interrupt_checks(&mut self, now: u64) {
        for (check, key) in self.checks.unjudged(|_, ask| ask.is_open(now)) {
            self.append(now, Some(key), What::CheckVoid { check, by: None });
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
        let here = self.evidence(&key).bridged(gap_ms);
        let what = match !excused && Spans::one(from, to).minus(&here).is_empty() {
            true => What::CheckMissed { check, block },
            false => What::CheckVoid { check, by: None },
        };
        self.append(now, Some(key), what);
    }

    /// Enrolled trainees who are provably here on such a device, connected and for at least so long.
    fn trainees_here(&self, now: u64, least_ms: u64, on: fn(&Device) -> bool) -> BTreeSet<ParticipantId> {
        let here = |device: &&Device| {
            let since = device.presence.here_since(now);
            on(device)
                && device.connection.is_some()
                && since.is_some_and(|since| now.saturating_sub(since) >= least_ms)
        };
        let counts = |id: &ParticipantId| {
            let trainee = self.roster.line(*id).is_some_and(|line| line.role == Role::Trainee);
            trainee && self.enrolled.contains_key(&self.key(*id))
        };
        self.roster.devices().filter(here).map(|device| device.person).filter(counts).collect()
    }
}
