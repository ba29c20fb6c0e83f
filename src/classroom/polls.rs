//! Polls (S3-08): staff ask everybody, trainees answer and may change their mind until the poll is closed,
//! and staff may show the result to everybody. One poll is on the screen at a time. Only staff see each
//! person's choice; an answer is a sign of attention (CR-6).

use std::collections::{BTreeMap, BTreeSet};

use super::chat::clean_line;
use super::deltas::Audience;
use super::room::Room;
use crate::attendance::fact::NewPoll;
use crate::attendance::fact::{Fact, What};
use crate::classroom::message::{
    POLL_OPTION_CHARS_MAX, POLL_OPTIONS, POLL_QUESTION_CHARS_MAX, Poll, PollAnswer, PollResult, PollRound,
    Refusal, RoomEvent,
};
use crate::sfu::subscriber::ParticipantId;

/// Most polls of one lesson.
const POLLS_MAX: u32 = 50;

/// Most answers of one person to one poll; each is a fact.
const ANSWERS_MAX: u32 = 20;

/// The polls, as the facts tell them.
#[derive(Debug, Default)]
pub(super) struct Polls {
    /// Sorted by number.
    all: BTreeMap<u32, Polled>,
    /// The poll on everybody's screen: the open one, else the one whose result is shown.
    screen: Option<u32>,
    /// The screen has changed, and not everybody was told.
    moved: bool,
    /// The devices of everybody in the class, by person id.
    inside: BTreeMap<String, BTreeSet<u64>>,
}

#[derive(Debug)]
pub(super) struct Polled {
    poll: u32,
    ask: NewPoll,
    at_ms: u64,
    open: bool,
    /// The last answers, by person id.
    answers: BTreeMap<String, Answer>,
    /// People in the class while answers were taken; the result is shown to nobody else.
    saw: BTreeSet<String>,
    /// Staff do not know the change yet.
    changed: bool,
}

#[derive(Debug, Default)]
struct Answer {
    choices: Vec<u8>,
    /// Number of answers given.
    given: u32,
}

impl Polls {
    /// Follows a fact, new or from the log; other facts change nothing.
    pub(super) fn take(&mut self, fact: &Fact) {
        match &fact.what {
            What::PollOpened { poll, ask, .. } => {
                let (poll, ask, answers) = (*poll, ask.clone(), BTreeMap::new());
                let saw = self.inside.keys().cloned().collect();
                let polled = Polled { poll, ask, at_ms: fact.at_ms, open: true, answers, saw, changed: true };
                self.all.insert(poll, polled);
                self.put_on_screen(Some(poll));
            }
            What::PollAnswered { poll, choices } => {
                if let (Some(polled), Some(key)) = (self.all.get_mut(poll), &fact.person) {
                    let answer = polled.answers.entry(key.clone()).or_default();
                    answer.choices.clone_from(choices);
                    answer.given += 1;
                    polled.changed = true;
                }
            }
            What::PollClosed { poll, .. } => {
                if let Some(polled) = self.all.get_mut(poll) {
                    polled.open = false;
                }
                self.put_on_screen(None);
            }
            What::PollShown { poll, on, .. } => self.put_on_screen(on.then_some(*poll)),
            What::Joined { device, .. } => self.came(fact, *device),
            What::Left { device, .. } => self.went(fact, *device),
            _ => {}
        }
    }

    fn came(&mut self, fact: &Fact, device: u64) {
        let Some(key) = &fact.person else { return };
        self.inside.entry(key.clone()).or_default().insert(device);
        for polled in self.all.values_mut().filter(|polled| polled.open) {
            polled.saw.insert(key.clone());
        }
    }

    fn went(&mut self, fact: &Fact, device: u64) {
        let Some(key) = &fact.person else { return };
        if let Some(devices) = self.inside.get_mut(key) {
            devices.remove(&device);
            if devices.is_empty() {
                self.inside.remove(key);
            }
        }
    }

    /// After a restart: people who come in get a snapshot. Nobody is in the class, whatever the last facts
    /// say.
    pub(super) fn reopen(&mut self) {
        self.moved = false;
        self.inside.clear();
        self.all.values_mut().for_each(|polled| polled.changed = false);
    }

    /// All polls, oldest first.
    pub(super) fn all(&self) -> impl Iterator<Item = &Polled> {
        self.all.values()
    }

    /// The poll on a trainee's screen: the open one, or the result of one that was open while the trainee was
    /// here.
    pub(super) fn on_screen_of(&self, key: &str) -> Option<Poll> {
        let polled = self.all.get(&self.screen?)?;
        if polled.open || polled.saw.contains(key) { self.on_screen() } else { None }
    }

    /// The poll on the screen of staff, and of everybody who was here while it was open.
    pub(super) fn on_screen(&self) -> Option<Poll> {
        let polled = self.all.get(&self.screen?)?;
        let NewPoll { question, options, multiple, .. } = polled.ask.clone();
        let result = (!polled.open).then(|| polled.result());
        Some(Poll { poll: polled.poll, question, options, multiple, result })
    }

    /// A person's answers, oldest poll first.
    pub(super) fn answers_of(&self, key: &str) -> impl Iterator<Item = PollAnswer> {
        let answer = |polled: &Polled| {
            let choices = polled.answers.get(key)?.choices.clone();
            Some(PollAnswer { poll: polled.poll, choices })
        };
        self.all().filter_map(answer)
    }

    fn is_open(&self) -> bool {
        self.all.values().any(|polled| polled.open)
    }

    fn put_on_screen(&mut self, poll: Option<u32>) {
        (self.screen, self.moved) = (poll, true);
    }
}

impl Polled {
    fn result(&self) -> PollResult {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let who_chose = |option| self.answers.values().filter(move |answer| answer.choices.contains(&option));
        PollResult {
            answered: count(self.answers.len()),
            counts: self.places().map(|option| count(who_chose(option).count())).collect(),
            right: self.ask.right.clone(),
        }
    }

    fn places(&self) -> impl Iterator<Item = u8> + use<> {
        (0..).take(self.ask.options.len())
    }
}

impl Room {
    pub(super) fn open_poll(&mut self, now: u64, by: String, ask: &NewPoll) -> Result<(), Refusal> {
        let ask = cleaned(ask)?;
        if self.polls.is_open() {
            return Err(Refusal::WrongState);
        }
        let poll = self.polls.all.last_key_value().map_or(0, |(last, _)| *last) + 1;
        if poll > POLLS_MAX {
            return Err(Refusal::TooMany);
        }
        self.fact(now, None, What::PollOpened { poll, by, ask });
        Ok(())
    }

    /// Takes a trainee's answer, the first or a changed one.
    pub(super) fn answer_poll(
        &mut self,
        now: u64,
        me: ParticipantId,
        poll: u32,
        choices: &[u8],
    ) -> Result<(), Refusal> {
        let polled = self.polls.all.get(&poll).ok_or(Refusal::NotFound)?;
        if !polled.open {
            return Err(Refusal::TooLate);
        }
        let choices = places(choices, polled.ask.options.len())?;
        if choices.is_empty() || (choices.len() > 1 && !polled.ask.multiple) {
            return Err(Refusal::Malformed);
        }
        if let Some(before) = polled.answers.get(&self.key(me)) {
            if before.choices == choices {
                return Ok(());
            }
            if before.given >= ANSWERS_MAX {
                return Err(Refusal::TooMany);
            }
        }
        self.fact(now, Some(me), What::PollAnswered { poll, choices: choices.clone() });
        let answer = PollAnswer { poll, choices };
        self.delta(Audience::Person(me), RoomEvent::PollAnswer { answer });
        Ok(())
    }

    pub(super) fn close_poll(&mut self, now: u64, by: String, poll: u32) -> Result<(), Refusal> {
        if !self.polls.all.get(&poll).ok_or(Refusal::NotFound)?.open {
            return Err(Refusal::WrongState);
        }
        self.fact(now, None, What::PollClosed { poll, by });
        Ok(())
    }

    /// Shows a result, or takes it away. While answers are taken nobody is shown how others answer.
    pub(super) fn show_poll(&mut self, now: u64, by: String, poll: u32, on: bool) -> Result<(), Refusal> {
        if !self.polls.all.contains_key(&poll) {
            return Err(Refusal::NotFound);
        }
        if self.polls.is_open() || (self.polls.screen == Some(poll)) == on {
            return Err(Refusal::WrongState);
        }
        self.fact(now, None, What::PollShown { poll, by, on });
        Ok(())
    }

    /// Tells everybody what is on the screen, if it has changed.
    pub(super) fn settle_polls(&mut self) {
        if std::mem::take(&mut self.polls.moved) {
            self.tell_poll();
            self.tell_poll_rounds();
        }
    }

    fn tell_poll(&mut self) {
        let poll = self.polls.on_screen();
        let Some(shown) =
            self.polls.screen.and_then(|number| self.polls.all.get(&number)).filter(|p| !p.open)
        else {
            return self.delta(Audience::All, RoomEvent::Poll { poll });
        };
        let saw: Vec<ParticipantId> =
            shown.saw.iter().filter_map(|key| self.roster.person_of_key(key)).collect();
        self.delta(Audience::StaffAnd(saw.clone()), RoomEvent::Poll { poll });
        self.delta(Audience::TraineesBut(saw), RoomEvent::Poll { poll: None });
    }

    /// Tells staff who answered: once a second, since a class answers all at once.
    pub(super) fn tell_poll_rounds(&mut self) {
        let changed = self.polls.all().filter(|polled| polled.changed);
        let rounds: Vec<PollRound> = changed.map(|polled| self.poll_round(polled)).collect();
        for round in rounds {
            self.delta(Audience::Staff, RoomEvent::PollRound { round });
        }
        self.polls.all.values_mut().for_each(|polled| polled.changed = false);
    }

    /// A poll in the view of staff.
    pub(super) fn poll_round(&self, polled: &Polled) -> PollRound {
        let voters = |option: u8| {
            let chose = polled.answers.iter().filter(|(_, answer)| answer.choices.contains(&option));
            chose.filter_map(|(key, _)| self.roster.person_of_key(key)).collect()
        };
        PollRound {
            poll: polled.poll,
            ask: polled.ask.clone(),
            at_ms: polled.at_ms,
            votes: polled.places().map(voters).collect(),
        }
    }
}

/// The question as everybody will read it.
fn cleaned(ask: &NewPoll) -> Result<NewPoll, Refusal> {
    if !POLL_OPTIONS.contains(&ask.options.len()) {
        return Err(Refusal::Malformed);
    }
    let question = clean_line(&ask.question, POLL_QUESTION_CHARS_MAX)?;
    let options = ask.options.iter().map(|option| clean_line(option, POLL_OPTION_CHARS_MAX));
    let options = options.collect::<Result<Vec<_>, _>>()?;
    if options.iter().any(String::is_empty) {
        return Err(Refusal::TextLength);
    }
    let right = places(&ask.right, options.len())?;
    if right.len() > 1 && !ask.multiple {
        return Err(Refusal::Malformed);
    }
    Ok(NewPoll { question, options, multiple: ask.multiple, right })
}

/// Places of options, sorted, each once.
fn places(places: &[u8], options: usize) -> Result<Vec<u8>, Refusal> {
    let mut sorted = places.to_vec();
    sorted.sort_unstable();
    sorted.dedup();
    match sorted.last() {
        Some(last) if usize::from(*last) >= options => Err(Refusal::Malformed),
        _ => Ok(sorted),
    }
}
