//! Checks (在线确认, 点名) as the facts tell them: to whom each was put, and the outcome. `asking` decides whom to
//! ask, and when.

use std::collections::{BTreeMap, BTreeSet};

use super::roster::Roster;
use crate::attendance::fact::CheckKind;
use crate::attendance::fact::{Excuse, Fact, What};
use crate::classroom::message::{CheckRound, OpenCheck};
use crate::sfu::subscriber::ParticipantId;

/// Most rounds kept; with more, staff lose sight of the oldest. All of them stay in the facts.
const ROUNDS_MAX: usize = 100;

/// Most answers of one person without a check (too late, or to somebody else's) that become facts.
const STRAYS_MAX: u32 = 10;

/// The end of the id of a block's second turn; repeated for each turn that replaces an interrupted one.
const AGAIN: char = '+';

/// Longest id of a check, bytes: a longer text is no id.
const ID_BYTES_MAX: usize = 16;

#[derive(Debug, Default)]
pub(super) struct Checks {
    /// Sorted, oldest first.
    rounds: Vec<Round>,
    /// The moments that have come, by block. A person who was not asked at the moment is asked when seen
    /// next, even in a later block.
    moments: BTreeMap<u32, Moment>,
    rolls: u32,
    strays: BTreeMap<String, u32>,
}

/// The moment of a block's check.
#[derive(Debug, Default)]
struct Moment {
    at_ms: u64,
    /// People on stage then or later in the block, which is proof.
    on_stage: BTreeSet<String>,
}

/// One check, put to one or more people.
#[derive(Debug)]
pub(super) struct Round {
    check: String,
    kind: CheckKind,
    block: u32,
    /// The first turn's start, and the last turn's deadline.
    at_ms: u64,
    deadline_ms: u64,
    /// The turns, by person id.
    asks: BTreeMap<String, Ask>,
    /// Staff took the check back: it counts against nobody.
    withdrawn: bool,
    /// Staff do not know the change yet.
    changed: bool,
    /// Some device may still show it.
    showing: bool,
}

/// The turn of one person.
#[derive(Debug, Default)]
pub(super) struct Ask {
    at_ms: u64,
    deadline_ms: u64,
    outcome: Outcome,
    /// The person could not answer for a time: the last connection was lost.
    lost: bool,
    /// The server took no answers for a time: it had stopped, or could not store.
    halted: bool,
    /// A break or the end of the class took the check away before its time was over.
    interrupted: bool,
    /// The person's devices show the check.
    shown: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Neither answered nor judged.
    #[default]
    Open,
    Answered,
    Missed,
    Void,
}

impl Round {
    #[cfg(test)]
    pub(super) fn kind(&self) -> CheckKind {
        self.kind
    }

    pub(super) fn block(&self) -> u32 {
        self.block
    }

    /// Whether staff took the check back, so that it counts against nobody.
    pub(super) fn is_withdrawn(&self) -> bool {
        self.withdrawn
    }

    /// Ids of the people to whom it was put.
    pub(super) fn keys(&self) -> impl Iterator<Item = &String> {
        self.asks.keys()
    }

    pub(super) fn ask(&self, key: &str) -> Option<&Ask> {
        self.asks.get(key)
    }

    /// The check in the view of staff.
    pub(super) fn told(&self, roster: &Roster) -> CheckRound {
        let people = |fits: &dyn Fn(&Ask) -> bool| {
            let keys = self.asks.iter().filter(|(_, ask)| fits(ask)).map(|(key, _)| key);
            keys.filter_map(|key| roster.person_of_key(key)).collect::<Vec<ParticipantId>>()
        };
        CheckRound {
            check: self.check.clone(),
            kind: self.kind,
            block: self.block,
            at_ms: self.at_ms,
            deadline_ms: self.deadline_ms,
            answered: people(&|ask| ask.outcome == Outcome::Answered),
            waiting: people(&|ask| ask.outcome == Outcome::Open),
            missed: people(&|ask| ask.outcome == Outcome::Missed),
            void: self.withdrawn,
        }
    }

    /// Whether this is a later turn of a block (`b3+`, `b3++`), after the first was void.
    pub(super) fn is_second(&self) -> bool {
        self.check.ends_with(AGAIN)
    }
}

impl Ask {
    pub(super) fn at_ms(&self) -> u64 {
        self.at_ms
    }

    pub(super) fn deadline_ms(&self) -> u64 {
        self.deadline_ms
    }

    pub(super) fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// Whether the person could not answer for a time: the last connection was lost.
    pub(super) fn was_lost(&self) -> bool {
        self.lost
    }

    /// Whether nobody could answer for a time: the server had stopped, or could not store.
    pub(super) fn was_halted(&self) -> bool {
        self.halted
    }

    /// Whether a break or the end of the class took the check away before its time was over.
    #[cfg(test)]
    pub(super) fn was_interrupted(&self) -> bool {
        self.interrupted
    }

    /// Whether the turn waits for its answer.
    pub(super) fn is_open(&self, now: u64) -> bool {
        self.outcome == Outcome::Open && now <= self.deadline_ms
    }
}

impl Checks {
    /// Follows a fact, new or from the log; other facts change nothing.
    pub(super) fn take(&mut self, fact: &Fact) {
        if let What::CheckDue { block } = fact.what {
            self.moments.entry(block).or_default().at_ms = fact.at_ms;
        }
        let Some(key) = &fact.person else { return };
        match &fact.what {
            What::CheckIssued { check, kind, block, deadline_ms } => {
                let round = self.round_of(check, *kind, *block, fact.at_ms);
                round.deadline_ms = round.deadline_ms.max(*deadline_ms);
                (round.changed, round.showing) = (true, true);
                let (at_ms, deadline_ms) = (fact.at_ms, *deadline_ms);
                round.asks.insert(key.clone(), Ask { at_ms, deadline_ms, ..Ask::default() });
            }
            What::CheckAnswered { check } => {
                let at_ms = fact.at_ms;
                let in_time = self.ask(check, key).is_some_and(|ask| {
                    ask.outcome != Outcome::Answered && (ask.at_ms..=ask.deadline_ms).contains(&at_ms)
                });
                match in_time {
                    true => self.becomes(check, key, Outcome::Answered),
                    false => *self.strays.entry(key.clone()).or_default() += 1,
                }
            }
            What::CheckMissed { check, .. } => self.becomes(check, key, Outcome::Missed),
            What::CheckVoid { check, by, why } => {
                if let Some(round) = self.round_mut(check) {
                    round.withdrawn |= by.is_some() || *why == Some(Excuse::Staff);
                    if let Some(ask) = round.asks.get_mut(key) {
                        // Turns are judged after their time; only the class ends one earlier.
                        ask.interrupted |= fact.at_ms <= ask.deadline_ms;
                    }
                }
                self.becomes(check, key, Outcome::Void);
            }
            _ => {}
        }
    }

    /// Marks all open turns: nobody can answer at present, or could for a time, so none may be missed.
    pub(super) fn interrupt(&mut self) {
        let asks = self.rounds.iter_mut().flat_map(|round| round.asks.values_mut());
        asks.filter(|ask| ask.outcome == Outcome::Open).for_each(|ask| ask.halted = true);
    }

    /// After a restart: nobody could answer meanwhile, and people who come in get a snapshot.
    pub(super) fn reopen(&mut self) {
        self.interrupt();
        for round in &mut self.rounds {
            let open = |ask: &Ask| ask.outcome == Outcome::Open;
            round.changed = false;
            round.showing = round.asks.values().any(open);
            round.asks.values_mut().for_each(|ask| ask.shown = open(ask));
        }
    }

    /// Marks the open turns of a person who lost the last connection.
    pub(super) fn cut_off(&mut self, now: u64, key: &str) {
        let asks = self.rounds.iter_mut().filter_map(|round| round.asks.get_mut(key));
        asks.filter(|ask| ask.is_open(now)).for_each(|ask| ask.lost = true);
    }

    /// All rounds, oldest first.
    pub(super) fn rounds(&self) -> impl Iterator<Item = &Round> {
        self.rounds.iter()
    }

    /// The rounds changed since the last call, in the view of staff.
    pub(super) fn take_changed(&mut self, roster: &Roster) -> Vec<CheckRound> {
        let changed = self.rounds.iter().filter(|round| round.changed);
        let told = changed.map(|round| round.told(roster)).collect();
        self.rounds.iter_mut().for_each(|round| round.changed = false);
        told
    }

    /// The changes of shown checks: by person id, the check to show from now on; `None` = no check any more.
    pub(super) fn take_shown(&mut self, now: u64) -> Vec<(String, Option<OpenCheck>)> {
        let mut changes = Vec::new();
        for round in self.rounds.iter_mut().filter(|round| round.showing) {
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
        changes
    }

    /// Whether the moment of a block has come.
    pub(super) fn has_moment(&self, block: u32) -> bool {
        self.moments.contains_key(&block)
    }

    /// Notes that a person was on stage in a block, at its moment or later. The stage is proof of attention,
    /// so this person is not asked in that block.
    pub(super) fn was_on_stage(&mut self, block: u32, key: String) {
        if let Some(moment) = self.moments.get_mut(&block) {
            moment.on_stage.insert(key);
        }
    }

    /// The moment of the block that a check is about.
    pub(super) fn moment_ms(&self, check: &str) -> Option<u64> {
        self.moments.get(&self.round(check)?.block).map(|moment| moment.at_ms)
    }

    pub(super) fn ask(&self, check: &str, key: &str) -> Option<&Ask> {
        self.round(check)?.asks.get(key)
    }

    pub(super) fn round(&self, check: &str) -> Option<&Round> {
        self.rounds.iter().find(|round| round.check == check)
    }

    /// The open check of a person; never more than one.
    pub(super) fn open_of(&self, now: u64, key: &str) -> Option<OpenCheck> {
        let mut recent = self.rounds.iter().rev().filter(|round| now <= round.deadline_ms);
        recent.find_map(|round| {
            let ask = round.asks.get(key).filter(|ask| ask.is_open(now))?;
            let (check, kind) = (round.check.clone(), round.kind);
            Some(OpenCheck { check, kind, deadline_ms: ask.deadline_ms })
        })
    }

    /// The checks still to be put to a person, the oldest block first: one for each block, and one more if
    /// the first was void without anybody's fault. A second turn that a break took away is put again after
    /// it.
    pub(super) fn due_for(&self, now: u64, key: &str) -> Vec<(u32, String)> {
        if self.open_of(now, key).is_some() {
            return Vec::new();
        }
        let due = self.moments.iter().filter(|(_, moment)| !moment.on_stage.contains(key));
        due.filter_map(|(block, moment)| Some((*block, self.next_of(*block, moment, key)?))).collect()
    }

    fn next_of(&self, block: u32, moment: &Moment, key: &str) -> Option<String> {
        let (mut turns, mut spent) = (0, 0);
        for round in self.rounds.iter().filter(|round| round.block == block) {
            let Some(ask) = round.asks.get(key) else { continue };
            match (round.kind, ask.outcome) {
                (CheckKind::Block, Outcome::Void) if !round.withdrawn => {
                    turns += 1;
                    spent += u32::from(!(round.is_second() && ask.interrupted));
                }
                (CheckKind::Block, _) | (_, Outcome::Open) => return None,
                // The roll was called just then: its answer is enough.
                (CheckKind::Roll, Outcome::Answered) if ask.deadline_ms >= moment.at_ms => return None,
                (CheckKind::Roll, _) => {}
            }
        }
        let check = format!("b{block}{}", AGAIN.to_string().repeat(turns));
        (spent < 2 && check.len() <= ID_BYTES_MAX).then_some(check)
    }

    pub(super) fn next_roll(&self) -> String {
        format!("r{}", self.rolls + 1)
    }

    pub(super) fn roll_is_open(&self, now: u64) -> bool {
        let rolls = self.rounds.iter().filter(|round| round.kind == CheckKind::Roll);
        rolls.flat_map(|round| round.asks.values()).any(|ask| ask.is_open(now))
    }

    /// Whether an answer without a check is worth a fact.
    pub(super) fn keeps_stray(&self, check: &str, key: &str) -> bool {
        let kept = self.strays.get(key).copied().unwrap_or_default();
        kept < STRAYS_MAX && (1..=ID_BYTES_MAX).contains(&check.len())
    }

    /// Turns that are not judged yet, as check and person.
    pub(super) fn unjudged(&self, which: impl Fn(&Round, &Ask) -> bool) -> Vec<(String, String)> {
        let rounds = self.rounds.iter();
        let asks = rounds.flat_map(|round| round.asks.iter().map(move |(key, ask)| (round, key, ask)));
        let fitting = asks.filter(|(round, _, ask)| ask.outcome == Outcome::Open && which(round, ask));
        fitting.map(|(round, key, _)| (round.check.clone(), key.clone())).collect()
    }

    fn round_mut(&mut self, check: &str) -> Option<&mut Round> {
        self.rounds.iter_mut().find(|round| round.check == check)
    }

    fn round_of(&mut self, check: &str, kind: CheckKind, block: u32, at_ms: u64) -> &mut Round {
        let known = self.rounds.iter().position(|round| round.check == check);
        let place = known.unwrap_or_else(|| {
            if self.rounds.len() == ROUNDS_MAX {
                let oldest = self.rounds.remove(0);
                // The outcome is forgotten, so the block is not asked again.
                if oldest.kind == CheckKind::Block {
                    self.moments.remove(&oldest.block);
                }
            }
            self.rolls += u32::from(kind == CheckKind::Roll);
            self.rounds.push(Round {
                check: check.to_owned(),
                kind,
                block,
                at_ms,
                deadline_ms: at_ms,
                asks: BTreeMap::new(),
                withdrawn: false,
                changed: true,
                showing: true,
            });
            self.rounds.len() - 1
        });
        &mut self.rounds[place]
    }

    /// Sets an outcome. An answer in time stays: it proves attention, whatever happens to the check later.
    fn becomes(&mut self, check: &str, key: &str, outcome: Outcome) {
        let Some(round) = self.round_mut(check) else { return };
        round.changed = true;
        if let Some(ask) = round.asks.get_mut(key)
            && ask.outcome != Outcome::Answered
        {
            ask.outcome = outcome;
        }
    }
}
