//! Whatever happens in a class: nobody is asked two things at once, clients show what the room asks, and a
//! person who answers every shown check loses no block, however often the connection breaks for a while. (A
//! second turn is answered at once: a short loss after it was shown excuses nothing.)

use proptest::prelude::*;

use super::lesson::Lesson;
use super::*;
use crate::attendance::decision::Attention;
use crate::attendance::fact::CheckKind;
use crate::lesson::ClassState;

/// The first answers everything while connected, the second now and then, the third nothing.
const NAMES: [&str; 3] = ["勤", "时", "懒"];

/// The first is never away for longer: a person who leaves before a question and does not come back cannot
/// answer it.
const AWAY_S_MAX: u64 = 40;

#[derive(Debug, Clone)]
enum Step {
    Pass(u64),
    Vanish(usize),
    Return(usize),
    SecondDevice(usize),
    Roll,
    Void(bool),
    Pause,
    Stage(usize),
    Silence(bool),
    Restart(u64),
}

fn step() -> impl Strategy<Value = Step> {
    // Most events happen to the person who must not lose anything.
    let somebody = || prop_oneof![4 => Just(0), 1 => Just(1), 1 => Just(2)];
    prop_oneof![
        10 => (1..250_u64).prop_map(Step::Pass),
        6 => (1..40_u64).prop_map(Step::Pass),
        6 => somebody().prop_map(Step::Vanish),
        8 => somebody().prop_map(Step::Return),
        1 => somebody().prop_map(Step::SecondDevice),
        6 => Just(Step::Roll),
        1 => any::<bool>().prop_map(Step::Void),
        2 => Just(Step::Pause),
        1 => somebody().prop_map(Step::Stage),
        2 => any::<bool>().prop_map(Step::Silence),
        1 => (1..100_u64).prop_map(Step::Restart),
    ]
}

struct Play {
    lesson: Lesson,
    /// The devices of each person, the latest last.
    devices: [Vec<ConnectionId>; 3],
    seconds: u64,
    /// Seconds for which the first has been away.
    away_s: u64,
}

impl Play {
    fn act(mut self, step: Step) -> Play {
        let here = [0, 1, 2].map(|n| self.here(n).len());
        let lesson = &mut self.lesson;
        match step {
            Step::Pass(seconds) => self.pass(seconds),
            Step::Vanish(n) => {
                for device in self.devices[n].clone() {
                    if lesson.is_here(device) {
                        lesson.vanishes(device);
                    }
                }
            }
            Step::Return(n) => self.comes_back(n),
            Step::SecondDevice(n) if here[n] == 1 => {
                let device = self.lesson.comes(NAMES[n], Role::Trainee);
                self.devices[n].push(device);
            }
            Step::SecondDevice(_) => {}
            Step::Roll => _ = lesson.class.ask(lesson.teacher, Command::CallRoll),
            Step::Void(block) => {
                let check = if block { "b1" } else { "r1" }.to_owned();
                _ = lesson.class.ask(lesson.teacher, Command::VoidCheck { check });
            }
            Step::Pause => {
                let teacher = lesson.teacher;
                if lesson.class.ask(teacher, Command::PauseClass).is_err() {
                    lesson.ask_staff(Command::StartClass);
                }
            }
            Step::Stage(n) => self.stage(n),
            Step::Silence(silence) => lesson.heard = !silence,
            Step::Restart(seconds) => {
                self.lesson = self.lesson.restarted(seconds);
                self.devices = [vec![], vec![], vec![]];
            }
        }
        self.check();
        // A finished block may still have to ask; nothing was missed.
        let missed = |state: &Attention| matches!(state, Attention::Void { .. });
        assert!(!self.lesson.attention(NAMES[0]).iter().any(missed), "{:#?}", self.lesson.told());
        self
    }

    fn comes_back(&mut self, n: usize) {
        let lesson = &mut self.lesson;
        match self.devices[n].last() {
            Some(last) if lesson.is_here(*last) => {}
            Some(last) => {
                let back = lesson.returns(NAMES[n], *last);
                self.devices[n].push(back);
            }
            None => self.devices[n].push(lesson.comes(NAMES[n], Role::Trainee)),
        }
    }

    /// Everybody with a waiting question is asked, and the class ends.
    fn end(&mut self) {
        self.lesson.heard = true;
        if self.lesson.class.room.life.state() == ClassState::Paused {
            self.lesson.ask_staff(Command::StartClass);
        }
        self.pass(400);
        self.lesson.ask_staff(Command::EndClass);
    }

    fn here(&self, n: usize) -> Vec<ConnectionId> {
        self.devices[n].iter().copied().filter(|device| self.lesson.is_here(*device)).collect()
    }

    fn stage(&mut self, n: usize) {
        let Some(device) = self.here(n).pop() else { return };
        let (teacher, participant) = (self.lesson.teacher, self.lesson.class.me(device));
        let off = Command::TakeOffStage { participant };
        if self.lesson.class.ask(teacher, off).is_err() {
            let on = Command::BringOnStage { participant, camera: false };
            let result = self.lesson.class.ask(teacher, on);
            assert!(matches!(result, Ok(()) | Err(Refusal::StageFull)), "{result:?}");
        }
    }

    /// Time passes. Answers come late, so that much can happen before them.
    fn pass(&mut self, seconds: u64) {
        for _ in 0..seconds {
            self.lesson.live(1);
            self.seconds += 1;
            self.away_s = if self.here(0).is_empty() { self.away_s + 1 } else { 0 };
            if self.away_s > AWAY_S_MAX {
                self.comes_back(0);
            }
            for n in [0, 1] {
                let Some(device) = self.here(n).pop() else { continue };
                let Some(check) = self.lesson.check(device) else { continue };
                let late = check.deadline_ms <= self.lesson.class.now + 20_000;
                let answers = match n {
                    0 => late || check.check.ends_with('+'),
                    _ => late && self.seconds.is_multiple_of(50),
                };
                if answers {
                    self.lesson.answers(device, &check.check).unwrap();
                }
            }
            self.check();
        }
    }

    fn check(&self) {
        let (room, now) = (&self.lesson.class.room, self.lesson.class.now);
        for (n, name) in NAMES.iter().enumerate() {
            let key = id_of(name).unwrap();
            for block in 1..20 {
                let turns = room.checks.rounds().filter(|round| {
                    let ask = round.ask(&key).filter(|ask| !ask.was_interrupted());
                    round.kind() == CheckKind::Block && round.block() == block && ask.is_some()
                });
                assert!(turns.count() <= 2, "{name} is asked too often");
            }
            let asks = room.checks.rounds().filter_map(|round| round.ask(&key));
            assert!(asks.filter(|ask| ask.is_open(now)).count() <= 1, "{name} is asked two things");
            for device in self.here(n) {
                assert_eq!(self.lesson.check(device), room.checks.open_of(now, &key), "{name}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn who_answers_all_checks_keeps_all_blocks(steps in proptest::collection::vec(step(), 1..60)) {
        let (lesson, devices) = Lesson::begun(NAMES);
        let play = Play { lesson, devices: devices.map(|device| vec![device]), seconds: 0, away_s: 0 };
        let mut play = steps.into_iter().fold(play, Play::act);
        play.end();
        assert_eq!(play.lesson.void_blocks(NAMES[0]), [0; 0], "{:#?}", play.lesson.told());
    }
}
