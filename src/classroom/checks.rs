//! Checks (在线确认, 点名) as the facts tell them: which were put to whom, and what became of each.
//! What is to be asked, and when, is decided in `asking`.

use std::collections::{BTreeMap, BTreeSet};

use crate::attendance::fact::{Excuse, Fact, What};
use crate::protocol::{CheckKind, OpenCheck};

/// Rounds remembered; an instructor who calls the roll all day long loses sight of the oldest. All of
/// them stay in the facts.
const ROUNDS_MAX: usize = 100;

/// Answers to nothing (too late, to somebody else's check) that are kept as facts, for each person.
const STRAYS_MAX: u32 = 10;

/// The end of the id of a block's second turn.
const AGAIN: char = '+';

/// Ids are shorter than this; what is longer was never one.
const ID_BYTES_MAX: usize = 16;

#[derive(Debug, Default)]
pub(super) struct Checks {
    /// Oldest first.
    pub(super) rounds: Vec<Round>,
    /// By block, those whose moment to be asked has come. One that was not asked then is asked when seen next,
    /// also in a later block.
    pub(super) moments: BTreeMap<u32, Moment>,
    rolls: u32,
    strays: BTreeMap<String, u32>,
}

/// When the check of a block was to be put.
#[derive(Debug, Default)]
pub(super) struct Moment {
    at_ms: u64,
    /// Who was on stage then or later in the block: being there is proof.
    pub(super) on_stage: BTreeSet<String>,
}

/// One check, to everybody to whom it was put.
#[derive(Debug)]
pub(super) struct Round {
    pub(super) check: String,
    pub(super) kind: CheckKind,
    pub(super) block: u32,
    /// When the first was asked, and until when the last may answer.
    pub(super) at_ms: u64,
    pub(super) deadline_ms: u64,
    /// By person id.
    pub(super) asks: BTreeMap<String, Ask>,
    /// Staff said that it counts against nobody.
    pub(super) withdrawn: bool,
    /// Staff were not told yet.
    pub(super) changed: bool,
    /// Somebody may still be shown it.
    pub(super) showing: bool,
}

/// One person's turn.
#[derive(Debug)]
pub(super) struct Ask {
    pub(super) at_ms: u64,
    pub(super) deadline_ms: u64,
    pub(super) outcome: Outcome,
    /// For a time the person could not answer: the last connection was lost.
    pub(super) lost: bool,
    /// For a time nobody could answer: the server had stopped, or could not store.
    pub(super) halted: bool,
    /// The person's devices show it.
    pub(super) shown: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Not answered, and not judged.
    Open,
    Answered,
    Missed,
    Void,
}

impl Round {
    /// The second turn of a block (`b3+`), after the first was void.
    pub(super) fn is_second(&self) -> bool {
        self.check.ends_with(AGAIN)
    }
}

impl Ask {
    /// Waits for its answer.
    pub(super) fn is_open(&self, now: u64) -> bool {
        self.outcome == Outcome::Open && now <= self.deadline_ms
    }
}

impl Checks {
    /// Follows a fact, new or from the ledger; other facts change nothing.
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
                let (at_ms, deadline_ms, outcome) = (fact.at_ms, *deadline_ms, Outcome::Open);
                let ask = Ask { at_ms, deadline_ms, outcome, lost: false, halted: false, shown: false };
                round.asks.insert(key.clone(), ask);
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
                }
                self.becomes(check, key, Outcome::Void);
            }
            _ => {}
        }
    }

    /// Nobody can answer at present, or could for a time: no open check may be missed.
    pub(super) fn interrupt(&mut self) {
        let asks = self.rounds.iter_mut().flat_map(|round| round.asks.values_mut());
        asks.filter(|ask| ask.outcome == Outcome::Open).for_each(|ask| ask.halted = true);
    }

    /// After a restart: nobody could answer meanwhile, and whoever comes in gets a snapshot.
    pub(super) fn reopen(&mut self) {
        self.interrupt();
        for round in &mut self.rounds {
            let open = |ask: &Ask| ask.outcome == Outcome::Open;
            round.changed = false;
            round.showing = round.asks.values().any(open);
            round.asks.values_mut().for_each(|ask| ask.shown = open(ask));
        }
    }

    /// A person lost the last connection.
    pub(super) fn cut_off(&mut self, now: u64, key: &str) {
        let asks = self.rounds.iter_mut().filter_map(|round| round.asks.get_mut(key));
        asks.filter(|ask| ask.is_open(now)).for_each(|ask| ask.lost = true);
    }

    pub(super) fn ask(&self, check: &str, key: &str) -> Option<&Ask> {
        self.round(check)?.asks.get(key)
    }

    pub(super) fn round(&self, check: &str) -> Option<&Round> {
        self.rounds.iter().find(|round| round.check == check)
    }

    /// What a person is asked now; never two things.
    pub(super) fn open_of(&self, now: u64, key: &str) -> Option<OpenCheck> {
        let mut recent = self.rounds.iter().rev().filter(|round| now <= round.deadline_ms);
        recent.find_map(|round| {
            let ask = round.asks.get(key).filter(|ask| ask.is_open(now))?;
            let (check, kind) = (round.check.clone(), round.kind);
            Some(OpenCheck { check, kind, deadline_ms: ask.deadline_ms })
        })
    }

    /// The checks that are still to be put to a person, the oldest block first: of each block once, and once
    /// more when the first was void through nobody's fault.
    pub(super) fn due_for(&self, now: u64, key: &str) -> Vec<(u32, String)> {
        if self.open_of(now, key).is_some() {
            return Vec::new();
        }
        let due = self.moments.iter().filter(|(_, moment)| !moment.on_stage.contains(key));
        due.filter_map(|(block, moment)| Some((*block, self.next_of(*block, moment, key)?))).collect()
    }

    fn next_of(&self, block: u32, moment: &Moment, key: &str) -> Option<String> {
        let mut turns = 0;
        for round in self.rounds.iter().filter(|round| round.block == block) {
            let Some(ask) = round.asks.get(key) else { continue };
            match (round.kind, ask.outcome) {
                (CheckKind::Block, Outcome::Void) if !round.withdrawn => turns += 1,
                (CheckKind::Block, _) | (_, Outcome::Open) => return None,
                // The roll was called just then: who answered it need not answer twice.
                (CheckKind::Roll, Outcome::Answered) if ask.deadline_ms >= moment.at_ms => return None,
                (CheckKind::Roll, _) => {}
            }
        }
        match turns {
            0 => Some(format!("b{block}")),
            1 => Some(format!("b{block}{AGAIN}")),
            _ => None,
        }
    }

    pub(super) fn next_roll(&self) -> String {
        format!("r{}", self.rolls + 1)
    }

    pub(super) fn roll_is_open(&self, now: u64) -> bool {
        let rolls = self.rounds.iter().filter(|round| round.kind == CheckKind::Roll);
        rolls.flat_map(|round| round.asks.values()).any(|ask| ask.is_open(now))
    }

    /// Whether an answer to nothing is worth a fact.
    pub(super) fn keeps_stray(&self, check: &str, key: &str) -> bool {
        let kept = self.strays.get(key).copied().unwrap_or_default();
        kept < STRAYS_MAX && (1..=ID_BYTES_MAX).contains(&check.len())
    }

    /// Turns that are not judged, as check and person.
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
                // What became of it is forgotten, so nobody is asked about its block again.
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

    /// An answer in time stays one: it proves attention, whatever becomes of the check.
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
